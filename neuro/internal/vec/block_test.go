package vec_test

import (
	"flag"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

var values = flag.Int("values", 100_000, "how many values of each block function are held against the scalar one")

// blocks are the functions of blocks, each with the one of single numbers that it
// has to equal. The last constants of the arguments are the same for a block.
var blocks = []struct {
	name            string
	args, constants int
	block           func(dst []float64, a [][]float64)
	ref             func(a []float64) float64
}{
	{"Add", 2, 0, func(d []float64, a [][]float64) { vec.AddBlock(d, a[0], a[1]) }, func(a []float64) float64 { return a[0] + a[1] }},
	{"Sub", 2, 0, func(d []float64, a [][]float64) { vec.SubBlock(d, a[0], a[1]) }, func(a []float64) float64 { return a[0] - a[1] }},
	{"Mul", 2, 0, func(d []float64, a [][]float64) { vec.MulBlock(d, a[0], a[1]) }, func(a []float64) float64 { return a[0] * a[1] }},
	{"Div", 2, 0, func(d []float64, a [][]float64) { vec.DivBlock(d, a[0], a[1]) }, func(a []float64) float64 { return a[0] / a[1] }},
	{"AddConst", 2, 1, func(d []float64, a [][]float64) { vec.AddConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return a[0] + a[1] }},
	{"ConstSub", 2, 1, func(d []float64, a [][]float64) { vec.ConstSubBlock(d, a[1][0], a[0]) }, func(a []float64) float64 { return a[1] - a[0] }},
	{"MulConst", 2, 1, func(d []float64, a [][]float64) { vec.MulConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return a[0] * a[1] }},
	{"DivConst", 2, 1, func(d []float64, a [][]float64) { vec.DivConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return a[0] / a[1] }},
	{"ConstDiv", 2, 1, func(d []float64, a [][]float64) { vec.ConstDivBlock(d, a[1][0], a[0]) }, func(a []float64) float64 { return a[1] / a[0] }},
	{"FMA", 3, 0, func(d []float64, a [][]float64) { vec.FMABlock(d, a[0], a[1], a[2]) }, func(a []float64) float64 { return math.FMA(a[0], a[1], a[2]) }},
	{"FNMA", 3, 0, func(d []float64, a [][]float64) { vec.FNMABlock(d, a[0], a[1], a[2]) }, func(a []float64) float64 { return math.FMA(-a[0], a[1], a[2]) }},
	{"FMS", 3, 0, func(d []float64, a [][]float64) { vec.FMSBlock(d, a[0], a[1], a[2]) }, func(a []float64) float64 { return math.FMA(a[0], a[1], -a[2]) }},
	{"FMSScale", 3, 1, func(d []float64, a [][]float64) { vec.FMSScaleBlock(d, a[0], a[2][0], a[1]) }, func(a []float64) float64 { return math.FMA(a[0], a[2], -a[1]) }},
	{"ExprelNear", 1, 0, func(d []float64, a [][]float64) {
		vec.MulConstBlock(d, a[0], 0.05)
		vec.ExprelBlock(d, d)
	}, func(a []float64) float64 { return vec.Exprel(a[0] * 0.05) }},
	{"FMAScale", 3, 1, func(d []float64, a [][]float64) { vec.FMAScaleBlock(d, a[0], a[2][0], a[1]) }, func(a []float64) float64 { return math.FMA(a[0], a[2], a[1]) }},
	{"FMAShift", 3, 1, func(d []float64, a [][]float64) { vec.FMAShiftBlock(d, a[0], a[1], a[2][0]) }, func(a []float64) float64 { return math.FMA(a[0], a[1], a[2]) }},
	{"Linear", 3, 2, func(d []float64, a [][]float64) { vec.LinearBlock(d, a[0], a[1][0], a[2][0]) }, func(a []float64) float64 { return math.FMA(a[0], a[1], a[2]) }},
	{"Neg", 1, 0, func(d []float64, a [][]float64) { vec.NegBlock(d, a[0]) }, func(a []float64) float64 { return -a[0] }},
	{"Abs", 1, 0, func(d []float64, a [][]float64) { vec.AbsBlock(d, a[0]) }, func(a []float64) float64 { return math.Abs(a[0]) }},
	{"Sign", 1, 0, func(d []float64, a [][]float64) { vec.SignBlock(d, a[0]) }, func(a []float64) float64 { return vec.Sign(a[0]) }},
	{"Sqrt", 1, 0, func(d []float64, a [][]float64) { vec.SqrtBlock(d, a[0]) }, func(a []float64) float64 { return math.Sqrt(a[0]) }},
	{"Floor", 1, 0, func(d []float64, a [][]float64) { vec.FloorBlock(d, a[0]) }, func(a []float64) float64 { return math.Floor(a[0]) }},
	{"Ceil", 1, 0, func(d []float64, a [][]float64) { vec.CeilBlock(d, a[0]) }, func(a []float64) float64 { return math.Ceil(a[0]) }},
	{"Min", 2, 0, func(d []float64, a [][]float64) { vec.MinBlock(d, a[0], a[1]) }, func(a []float64) float64 { return min(a[0], a[1]) }},
	{"Max", 2, 0, func(d []float64, a [][]float64) { vec.MaxBlock(d, a[0], a[1]) }, func(a []float64) float64 { return max(a[0], a[1]) }},
	{"MinConst", 2, 1, func(d []float64, a [][]float64) { vec.MinConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return min(a[0], a[1]) }},
	{"MaxConst", 2, 1, func(d []float64, a [][]float64) { vec.MaxConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return max(a[0], a[1]) }},
	{"Clip", 3, 2, func(d []float64, a [][]float64) { vec.ClipBlock(d, a[0], a[1][0], a[2][0]) }, func(a []float64) float64 { return vec.Clip(a[0], a[1], a[2]) }},
	{"Fill", 1, 1, func(d []float64, a [][]float64) { vec.FillBlock(d, a[0][0]) }, func(a []float64) float64 { return a[0] }},
	{"Exp", 1, 0, func(d []float64, a [][]float64) { vec.ExpBlock(d, a[0]) }, func(a []float64) float64 { return vec.Exp(a[0]) }},
	{"Expm1", 1, 0, func(d []float64, a [][]float64) { vec.Expm1Block(d, a[0]) }, func(a []float64) float64 { return vec.Expm1(a[0]) }},
	{"Sigmoid", 1, 0, func(d []float64, a [][]float64) { vec.SigmoidBlock(d, a[0]) }, func(a []float64) float64 { return vec.Sigmoid(a[0]) }},
	{"Exprel", 1, 0, func(d []float64, a [][]float64) { vec.ExprelBlock(d, a[0]) }, func(a []float64) float64 { return vec.Exprel(a[0]) }},
	{"Linoid", 1, 0, func(d []float64, a [][]float64) { vec.LinoidBlock(d, a[0]) }, func(a []float64) float64 { return vec.Linoid(a[0]) }},
	{"Tanh", 1, 0, func(d []float64, a [][]float64) { vec.TanhBlock(d, a[0]) }, func(a []float64) float64 { return vec.Tanh(a[0]) }},
	{"Log", 1, 0, func(d []float64, a [][]float64) { vec.LogBlock(d, a[0]) }, func(a []float64) float64 { return vec.Log(a[0]) }},
	{"Pow", 2, 0, func(d []float64, a [][]float64) { vec.PowBlock(d, a[0], a[1]) }, func(a []float64) float64 { return vec.Pow(a[0], a[1]) }},
	{"PowConst", 2, 1, func(d []float64, a [][]float64) { vec.PowConstBlock(d, a[0], a[1][0]) }, func(a []float64) float64 { return vec.Pow(a[0], a[1]) }},
	{"Sin", 1, 0, func(d []float64, a [][]float64) { vec.SinBlock(d, a[0]) }, func(a []float64) float64 { return vec.Sin(a[0]) }},
	{"Cos", 1, 0, func(d []float64, a [][]float64) { vec.CosBlock(d, a[0]) }, func(a []float64) float64 { return vec.Cos(a[0]) }},
	{"Sincos, sine", 1, 0, func(d []float64, a [][]float64) { vec.SincosBlock(d, make([]float64, len(d)), a[0]) }, func(a []float64) float64 { return vec.Sin(a[0]) }},
	{"Sincos, cosine", 1, 0, func(d []float64, a [][]float64) { vec.SincosBlock(make([]float64, len(d)), d, a[0]) }, func(a []float64) float64 { return vec.Cos(a[0]) }},
	{"Map", 1, 0, func(d []float64, a [][]float64) { vec.MapBlock(d, a[0], vec.Sinh) }, func(a []float64) float64 { return vec.Sinh(a[0]) }},
	{"Select", 3, 0, func(d []float64, a [][]float64) { vec.SelectBlock(d, positive(a[0]), a[1], a[2]) }, func(a []float64) float64 { return choose(a[0], a[1], a[2]) }},
	{"SelectConst", 3, 1, func(d []float64, a [][]float64) { vec.SelectConstBlock(d, positive(a[0]), a[2][0], a[1]) }, func(a []float64) float64 { return choose(a[0], a[2], a[1]) }},
	{"SelectElseConst", 3, 1, func(d []float64, a [][]float64) { vec.SelectElseConstBlock(d, positive(a[0]), a[1], a[2][0]) }, func(a []float64) float64 { return choose(a[0], a[1], a[2]) }},
	{"SelectConsts", 3, 2, func(d []float64, a [][]float64) { vec.SelectConstsBlock(d, positive(a[0]), a[1][0], a[2][0]) }, func(a []float64) float64 { return choose(a[0], a[1], a[2]) }},
}

// positive is a mask that no block function has made.
func positive(x []float64) vec.Mask {
	m := vec.NewMask(len(x))
	for i, v := range x {
		if v > 0 {
			m.Set(i)
		}
	}
	return m
}

func choose(c, yes, no float64) float64 {
	if c > 0 {
		return yes
	}
	return no
}

// edges are numbers at which a function goes from one way of computing to
// another.
var edges = []float64{708, -708, 709.79, -745.14, 720, 50, -40, 40, 22, 11, 0.34657, 0.173285, math.Pi / 4, math.Pi / 2, math.Sqrt2, math.Sqrt2 / 2, 0x1p-54, 0x1p-28, 0x1p-29, 1e6, 1, 2, math.Ln2 / 2}

// draw returns a number of one of several kinds, among them any pattern of bits.
func draw(r *rng.Source) float64 {
	switch u := r.Float64(); r.Intn(10) {
	case 0:
		return special[r.Intn(len(special))]
	case 1:
		return math.Float64frombits(r.Uint64())
	case 2:
		x := edges[r.Intn(len(edges))]
		x = math.Float64frombits(math.Float64bits(x) + uint64(r.Intn(9)) - 4)
		return math.Copysign(x, u-0.5)
	case 3:
		return math.Ldexp(2*u-1, r.Intn(100)-60)
	case 4:
		return 1500 * (u - 0.5)
	case 5:
		return math.Floor(100 * (u - 0.5))
	default:
		return 40 * (u - 0.5)
	}
}

// canonical returns the bits of x, the same for every NaN.
func canonical(x float64) uint64 {
	if x != x {
		return 0x7ff8 << 48
	}
	return math.Float64bits(x)
}

// TestBlockBits wants of every block function the bits of the scalar one, at
// every length and offset, in place as well, and nothing written elsewhere.
func TestBlockBits(t *testing.T) { withEach(t, blockBits) }

// withEach runs a test with each set of instructions that blocks have on this CPU.
func withEach(t *testing.T, test func(t *testing.T)) {
	defer vec.UseAVX512(true)
	if vec.UseAVX512(true) {
		t.Run("AVX-512", test)
	}
	vec.UseAVX512(false)
	t.Run("AVX2 or none", test)
}

func blockBits(t *testing.T) {
	most := *values
	if !vec.AVX2() { // nothing but loops over the scalar functions
		most /= 20
	}
	for _, f := range blocks {
		r := rng.New(4, 0)
		for n, done := 0, 0; done < most; n++ {
			if n > 80 {
				n = r.Intn(700)
			}
			done += n + 1
			// Blocks of ordinary numbers too: one that a kernel leaves to the
			// scalar function hides the lanes beside it.
			ordinary := r.Intn(2) == 0
			args := make([][]float64, f.args)
			for j := range args {
				args[j] = make([]float64, n+1)[r.Intn(2):][:n:n]
				c := draw(r)
				for i := range args[j] {
					switch {
					case j >= f.args-f.constants:
						args[j][i] = c
					case ordinary:
						args[j][i] = 20 * (r.Float64() - 0.3)
					default:
						args[j][i] = draw(r)
					}
				}
			}
			want, given := make([]float64, n), make([][]float64, n)
			for i := range want {
				for j := range args {
					given[i] = append(given[i], args[j][i])
				}
				want[i] = f.ref(given[i])
			}
			room := make([]float64, n+8)
			for i := range room {
				room[i] = 1234.5
			}
			dst := room[4:][:n:n]
			if where := r.Intn(2 * f.args); where < f.args-f.constants { // in place
				copy(dst, args[where])
				args[where] = dst
			}
			if n == 0 && f.constants > 0 {
				continue
			}
			f.block(dst, args)
			for i := range want {
				if canonical(dst[i]) != canonical(want[i]) {
					t.Fatalf("%s: element %d of %d is %v (%#x), want %v (%#x), for %v", f.name, i, n, dst[i], canonical(dst[i]), want[i], canonical(want[i]), given[i])
				}
			}
			for i, x := range room {
				if x != 1234.5 && (i < 4 || i >= n+4) {
					t.Fatalf("%s: element %d of a block of %d was written", f.name, i-4, n)
				}
			}
		}
	}
}

func BenchmarkBlocks(b *testing.B) {
	const n = 512
	r := rng.New(3, 0)
	args := make([][]float64, 3)
	for j := range args {
		args[j] = make([]float64, n)
		for i := range args[j] {
			args[j][i] = 0.01 + 4*r.Float64()
		}
	}
	dst := make([]float64, n)
	for _, f := range blocks {
		for _, scalar := range []bool{false, true} {
			name := f.name
			if scalar {
				name += "/scalar"
			}
			b.Run(name, func(b *testing.B) {
				vec.UseScalar(scalar)
				defer vec.UseScalar(false)
				for b.Loop() {
					f.block(dst, args)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
			})
		}
	}
}
