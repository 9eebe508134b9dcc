package elementary

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

var one = map[string][2]func(float64) float64{
	"Sin": {Sin, math.Sin}, "Cos": {Cos, math.Cos}, "Tan": {Tan, math.Tan}, "Log": {Log, math.Log}, "Log2": {Log2, math.Log2},
	"Log10": {Log10, math.Log10}, "Tanh": {Tanh, math.Tanh}, "Sinh": {Sinh, math.Sinh}, "Cosh": {Cosh, math.Cosh},
	"Atan": {Atan, math.Atan}, "Asin": {Asin, math.Asin}, "Acos": {Acos, math.Acos},
	"Sincos0": {func(x float64) float64 { s, _ := Sincos(x); return s }, func(x float64) float64 { s, _ := math.Sincos(x); return s }},
	"Sincos1": {func(x float64) float64 { _, c := Sincos(x); return c }, func(x float64) float64 { _, c := math.Sincos(x); return c }},
	"Modf0":   {func(x float64) float64 { a, _ := Modf(x); return a }, func(x float64) float64 { a, _ := math.Modf(x); return a }},
	"Modf1":   {func(x float64) float64 { _, b := Modf(x); return b }, func(x float64) float64 { _, b := math.Modf(x); return b }},
	"Frexp0":  {func(x float64) float64 { a, _ := Frexp(x); return a }, func(x float64) float64 { a, _ := math.Frexp(x); return a }},
	"Frexp1":  {func(x float64) float64 { _, b := Frexp(x); return float64(b) }, func(x float64) float64 { _, b := math.Frexp(x); return float64(b) }},
}

var two = map[string][2]func(x, y float64) float64{
	"Atan2": {Atan2, math.Atan2}, "Hypot": {Hypot, math.Hypot}, "Mod": {Mod, math.Mod}, "Pow": {Pow, math.Pow},
	"Ldexp": {func(x, y float64) float64 { return Ldexp(x, int(y)) }, func(x, y float64) float64 { return math.Ldexp(x, int(y)) }},
}

var special = []float64{
	0, math.Copysign(0, -1), 1, -1, 2, -2, 0.5, -0.5, 0.25, 0.7, 0.66, 0.625, 3, -3, 1.5, 21, 44.1, 100, 709.8, -745.2, 1 << 29, 1<<29 - 1, 1 << 30, 1 << 53, 1<<53 + 2, 1e300, -1e300,
	math.Pi, math.Pi / 2, math.Pi / 4, math.E, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, 0x1p-1023, -0x1p-1040, math.Inf(1), math.Inf(-1), math.NaN(), math.Sqrt2 / 2,
}

func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }

// TestBits compares with package math, as compiled for amd64 without fused
// multiply-adds.
func TestBits(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("package math does other operations here")
	}
	n := 10_000_000
	if testing.Short() {
		n = 100_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	number := func() float64 {
		switch r.IntN(6) {
		case 0:
			return math.Float64frombits(r.Uint64())
		case 1:
			return r.Float64()*2 - 1
		case 2:
			return r.NormFloat64() * 10
		case 3:
			return float64(r.IntN(2000)-1000) / 4
		default:
			return r.Float64()*2000 - 1000
		}
	}
	for name, f := range one {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, x := range special {
				if a, b := f[0](x), f[1](x); !same(a, b) {
					t.Errorf("%s(%v) = %v, math says %v", name, x, a, b)
				}
			}
		})
	}
	for name, f := range two {
		for _, x := range special {
			for _, y := range special {
				if name == "Ldexp" && !(math.Abs(y) < 1e9) {
					continue
				}
				if a, b := f[0](x, y), f[1](x, y); !same(a, b) {
					t.Errorf("%s(%v, %v) = %v, math says %v", name, x, y, a, b)
				}
			}
		}
	}
	bad := map[string]int{}
	for range n / len(one) {
		x, y := number(), number()
		for name, f := range one {
			if a, b := f[0](x), f[1](x); !same(a, b) {
				if bad[name]++; bad[name] < 5 {
					t.Errorf("%s(%v) = %v, math says %v", name, x, a, b)
				}
			}
		}
		for name, f := range two {
			if name == "Ldexp" {
				y = float64(r.IntN(2400) - 1200)
			}
			if a, b := f[0](x, y), f[1](x, y); !same(a, b) {
				if bad[name]++; bad[name] < 5 {
					t.Errorf("%s(%v, %v) = %v, math says %v", name, x, y, a, b)
				}
			}
		}
	}
}
