package fast

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestNative holds what machine code calls directly against package math.
func TestNative(t *testing.T) {
	x := compileOne(t, Options{}, `
		import "math"
		func F(x, exp, fma []float64) {
			for i := range x {
				exp[i] = math.Exp(x[i])
				fma[i] = math.FMA(x[i], x[len(x)-1-i], x[i/2])
			}
		}`)
	n := 10_000_000
	if testing.Short() {
		n = 100_000
	}
	r := rand.New(rand.NewPCG(3, 4))
	xs := []float64{
		0, math.Copysign(0, -1), 1, -1, 709.782712893384, 709.7827128933841, 710, 1e300, -1e300, -708.4, -744, -745.13, -745.14, -746, -1074 * math.Ln2,
		math.Inf(1), math.Inf(-1), math.NaN(), math.SmallestNonzeroFloat64, 1e-300, 0x1p-1022, 0x1p-28, math.MaxFloat64,
	}
	for len(xs) < n {
		switch r.IntN(4) {
		case 0:
			xs = append(xs, math.Float64frombits(r.Uint64()))
		case 1:
			xs = append(xs, r.Float64()*1500-750)
		default:
			xs = append(xs, r.NormFloat64()*5)
		}
	}
	exp, fma := make([]float64, n), make([]float64, n)
	if _, err := call(x, func(x, exp, fma []float64) {}, xs, exp, fma); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for i, v := range xs {
		if want := math.Exp(v); !bitsEqual(exp[i], want) && bad < 10 {
			bad++
			t.Errorf("Exp(%v) = %v, math says %v", v, exp[i], want)
		}
		if want := math.FMA(v, xs[n-1-i], xs[i/2]); !bitsEqual(fma[i], want) && bad < 10 {
			bad++
			t.Errorf("FMA(%v, %v, %v) = %v, math says %v", v, xs[n-1-i], xs[i/2], fma[i], want)
		}
	}
}
