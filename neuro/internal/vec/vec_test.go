package vec_test

import (
	"bufio"
	"flag"
	"hash/fnv"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

var referenceFile = flag.String("reference", "", "a larger output of testdata/vec/reference.py")

// one holds the functions of one argument; bound is the largest error allowed,
// in units in the last place (ulp) of the result.
var one = []struct {
	name  string
	f, as func(float64) float64 // ours, math's
	bound float64
	abs   float64 // error that is allowed in any case
}{
	{"Exp", vec.Exp, math.Exp, 1, 0},
	{"Expm1", vec.Expm1, math.Expm1, 1, 0},
	{"Sigmoid", vec.Sigmoid, nil, 2, 0},
	{"Exprel", vec.Exprel, nil, 2, 0},
	{"Linoid", vec.Linoid, nil, 2, 0},
	{"Log", vec.Log, math.Log, 1, 0},
	{"Log1p", vec.Log1p, math.Log1p, 1.5, 0},
	{"Log2", vec.Log2, math.Log2, 0.6, 0},
	{"Log10", vec.Log10, math.Log10, 0.6, 0},
	{"Sin", vec.Sin, math.Sin, 1, 0},
	{"Cos", vec.Cos, math.Cos, 1, 0},
	{"Tan", vec.Tan, math.Tan, 1, 0},
	{"Asin", vec.Asin, math.Asin, 1, 0},
	{"Acos", vec.Acos, math.Acos, 1, 0},
	{"Atan", vec.Atan, math.Atan, 1, 0},
	{"Sinh", vec.Sinh, math.Sinh, 1, 0},
	{"Cosh", vec.Cosh, math.Cosh, 1, 0},
	{"Tanh", vec.Tanh, math.Tanh, 1, 0},
	{"Erf", vec.Erf, math.Erf, 1, 0},
	{"Erfc", vec.Erfc, math.Erfc, 1, 0},
	{"NormCDF", vec.NormCDF, nil, 1, 0},
	{"NormQuantile", vec.NormQuantile, nil, 1, 0},
	// Between its zeros at negative x, lgamma is a difference of larger terms.
	{"Lgamma", func(x float64) float64 { v, _ := vec.Lgamma(x); return v }, func(x float64) float64 { v, _ := math.Lgamma(x); return v }, 2.5, 4e-15},
	{"Gamma", vec.Gamma, math.Gamma, 2, 0},
	{"Digamma", vec.Digamma, nil, 2.5, 4e-15},
}

var two = []struct {
	name  string
	f, as func(x, y float64) float64
	bound float64
}{
	{"Pow", vec.Pow, math.Pow, 1},
	{"Atan2", vec.Atan2, math.Atan2, 1},
	{"Hypot", vec.Hypot, math.Hypot, 1},
}

func ulp(x float64) float64 {
	x = math.Abs(x)
	return math.Max(math.Nextafter(x, math.Inf(1))-x, 5e-324)
}

// TestReference holds every function against values with 40 digits.
func TestReference(t *testing.T) {
	path := golden.Path(t, "vec/reference.txt")
	if *referenceFile != "" {
		path = *referenceFile
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	type stat struct {
		worst, at, at2 float64
		n              int
	}
	stats := map[string]*stat{}
	parse := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil && v != 0 {
			t.Fatal(err)
		}
		return v
	}
	for scan := bufio.NewScanner(file); scan.Scan(); {
		w := strings.Fields(scan.Text())
		x, hi, lo := parse(w[1]), parse(w[len(w)-2]), parse(w[len(w)-1])
		y, got, bound, abs := 0.0, 0.0, 0.0, 0.0
		for _, f := range one {
			if f.name == w[0] {
				got, bound, abs = f.f(x), f.bound, f.abs
			}
		}
		for _, f := range two {
			if f.name == w[0] {
				y = parse(w[2])
				got, bound = f.f(x, y), f.bound
			}
		}
		off := math.Abs((got - hi) - lo)
		if x > 0 {
			abs = 0
		}
		s := stats[w[0]]
		if s == nil {
			s = &stat{}
			stats[w[0]] = s
		}
		s.n++
		if off <= abs {
			continue
		}
		if u := off / ulp(hi); u > s.worst || math.IsNaN(u) {
			s.worst, s.at, s.at2 = u, x, y
		}
		if !(off <= bound*ulp(hi)) {
			t.Errorf("%s(%s) = %v, want %v: off by %.3g ulp, allowed %g", w[0], strings.Join(w[1:len(w)-2], ", "), got, hi, off/ulp(hi), bound)
		}
	}
	if len(stats) != len(one)+len(two) {
		t.Errorf("the reference holds %d functions, want %d", len(stats), len(one)+len(two))
	}
	names := make([]string, 0, len(stats))
	for n := range stats {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		s := stats[n]
		t.Logf("%-12s %5d values, at most %.3f ulp off (at %g, %g)", n, s.n, s.worst, s.at, s.at2)
	}
}

// special are arguments with a result of their own.
var special = []float64{
	math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 1, -1, 2, -2, 0.5, -0.5, 3, -3, 4, 1.5, -1.5,
	5e-324, -5e-324, 1e-310, -1e-310, 0x1p-1022, math.MaxFloat64, -math.MaxFloat64,
	1e-20, -1e-20, 1e20, -1e20, 0x1p52, 0x1p53 + 2, -0x1p53 - 2, 709.7, 709.8, 710, 745, -745, -745.2, -746, 1e300, 22, -22, 36, 40, -40,
}

// same reports whether a and b are the same special value, or both are finite
// and not zero and within 2 ulp.
func same(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) || a == 0 || b == 0 {
		return a == b && math.Signbit(a) == math.Signbit(b)
	}
	return math.Abs(a-b) <= 4*ulp(b)
}

// TestSpecialValues wants the special values of package math.
func TestSpecialValues(t *testing.T) {
	for _, f := range one {
		if f.as == nil {
			continue
		}
		for _, x := range special {
			got, want := f.f(x), f.as(x)
			switch {
			case math.Abs(x) < 0x1p-1022 && strings.Contains("Log Log2 Log10 Lgamma", f.name):
				continue // math.Log(5e-324) is -709 on amd64, not -744
			case math.Abs(x) > 709 && math.Abs(x) < 746 && strings.Contains("Exp Sinh Cosh", f.name):
				continue // math.Exp(709.7) is Inf on amd64, and math.Exp(-745) 0 on arm64
			case (f.name == "Sin" || f.name == "Cos" || f.name == "Tan") && math.Abs(x) > 1e15:
				continue // math's reduction is less exact; TestReference covers this
			}
			if !same(got, want) {
				t.Errorf("%s(%v) = %v, want %v", f.name, x, got, want)
			}
		}
	}
	for _, f := range two {
		for _, x := range special {
			for _, y := range special {
				got, want := f.f(x, y), f.as(x, y)
				switch {
				case f.name == "Atan2" && x < 0:
					want = -math.Abs(want) // math.Atan2(-5e-324, -2) is positive
				case f.name == "Pow" && want != 0 && !math.IsInf(want, 0):
					continue // math.Pow is several ulp off
				}
				if !same(got, want) {
					t.Errorf("%s(%v, %v) = %v, want %v", f.name, x, y, got, want)
				}
			}
		}
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"NormCDF(-Inf)", vec.NormCDF(math.Inf(-1)), 0},
		{"NormCDF(Inf)", vec.NormCDF(math.Inf(1)), 1},
		{"NormCDF(0)", vec.NormCDF(0), 0.5},
		{"NormCDF(NaN)", vec.NormCDF(math.NaN()), math.NaN()},
		{"NormQuantile(0)", vec.NormQuantile(0), math.Inf(-1)},
		{"NormQuantile(1)", vec.NormQuantile(1), math.Inf(1)},
		{"NormQuantile(1/2)", vec.NormQuantile(0.5), 0},
		{"NormQuantile(-1)", vec.NormQuantile(-1), math.NaN()},
		{"NormQuantile(2)", vec.NormQuantile(2), math.NaN()},
		{"NormQuantile(NaN)", vec.NormQuantile(math.NaN()), math.NaN()},
		{"Sigmoid(Inf)", vec.Sigmoid(math.Inf(1)), 1},
		{"Sigmoid(-Inf)", vec.Sigmoid(math.Inf(-1)), 0},
		{"Sigmoid(NaN)", vec.Sigmoid(math.NaN()), math.NaN()},
		{"Exprel(-0)", vec.Exprel(math.Copysign(0, -1)), 1},
		{"Exprel(Inf)", vec.Exprel(math.Inf(1)), math.Inf(1)},
		{"Exprel(-Inf)", vec.Exprel(math.Inf(-1)), 0},
		{"Exprel(NaN)", vec.Exprel(math.NaN()), math.NaN()},
		{"Linoid(-0)", vec.Linoid(math.Copysign(0, -1)), 1},
		{"Linoid(Inf)", vec.Linoid(math.Inf(1)), 0},
		{"Linoid(-Inf)", vec.Linoid(math.Inf(-1)), math.Inf(1)},
		{"Linoid(NaN)", vec.Linoid(math.NaN()), math.NaN()},
		{"Digamma(0)", vec.Digamma(0), math.Inf(-1)},
		{"Digamma(-0)", vec.Digamma(math.Copysign(0, -1)), math.Inf(1)},
		{"Digamma(-3)", vec.Digamma(-3), math.NaN()},
		{"Digamma(Inf)", vec.Digamma(math.Inf(1)), math.Inf(1)},
		{"Digamma(-Inf)", vec.Digamma(math.Inf(-1)), math.NaN()},
	} {
		if !same(c.got, c.want) {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
	for _, x := range special {
		s, c := vec.Sincos(x)
		if !same(s, vec.Sin(x)) || !same(c, vec.Cos(x)) {
			t.Errorf("Sincos(%v) = %v, %v; Sin and Cos give %v, %v", x, s, c, vec.Sin(x), vec.Cos(x))
		}
		if _, sign := vec.Lgamma(x); true {
			if _, want := math.Lgamma(x); sign != want {
				t.Errorf("Lgamma(%v) has the sign %d, want %d", x, sign, want)
			}
		}
	}
}

// TestExact wants exact results where they are representable.
func TestExact(t *testing.T) {
	p, f := 1.0, 1.0
	for n := 0; n <= 22; n++ {
		if got := vec.Pow(10, float64(n)); got != p {
			t.Errorf("Pow(10, %d) = %v", n, got)
		}
		if got := vec.Log10(p); got != float64(n) {
			t.Errorf("Log10(1e%d) = %v", n, got)
		}
		if got := vec.Gamma(float64(n + 1)); got != f {
			t.Errorf("Gamma(%d) = %v, want %v", n+1, got, f)
		}
		p *= 10
		f *= float64(n + 1)
	}
	for k := -1074; k <= 1023; k++ {
		x := math.Ldexp(1, k)
		if got := vec.Log2(x); got != float64(k) {
			t.Errorf("Log2(2^%d) = %v", k, got)
		}
		if got := vec.Pow(2, float64(k)); got != x {
			t.Errorf("Pow(2, %d) = %v, want %v", k, got, x)
		}
	}
	for n := 1.0; n < 3000; n += 7 {
		if got := vec.Pow(n, 2); got != n*n {
			t.Errorf("Pow(%v, 2) = %v", n, got)
		}
		if got := vec.Pow(-n, 3); got != -n*n*n {
			t.Errorf("Pow(%v, 3) = %v", -n, got)
		}
		if got := vec.Pow(n*n, 0.5); got != n {
			t.Errorf("Pow(%v, 0.5) = %v", n*n, got)
		}
		if got := vec.Hypot(3*n, 4*n); got != 5*n {
			t.Errorf("Hypot(%v, %v) = %v", 3*n, 4*n, got)
		}
	}
	for _, c := range []struct{ x, want float64 }{
		{709.78, 1.7928227943945155e308}, {709.79, math.Inf(1)}, {-745.13, 5e-324}, {-745.14, 0}, {-708.5, 2.006132305331306e-308}, {-740, 4.2e-322},
	} {
		if got := vec.Exp(c.x); got != c.want {
			t.Errorf("Exp(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	if vec.Exp(0) != 1 || vec.Exp(1) != math.E || vec.Log(1) != 0 || vec.Log10(1000) != 3 || vec.Atan(1) != math.Pi/4 {
		t.Error("a value that everybody knows is off")
	}
}

// grid calls visit with the bits of every function over its range.
func grid(visit func(name string, bits uint64)) {
	r := rng.New(1, 0)
	for i := 0; i < 4000; i++ {
		u, e := 2*r.Float64()-1, 300*(2*r.Float64()-1)
		xs := []float64{u, 10 * u, 100 * u, 800 * u, math.Ldexp(u, int(e)), 1e6 * u, 1e12 * u, 0.5 + 0.5*u}
		for _, f := range one {
			for _, x := range xs {
				visit(f.name, math.Float64bits(f.f(x)))
			}
		}
		for _, f := range two {
			for j, x := range xs {
				visit(f.name, math.Float64bits(f.f(x, xs[(j+i)%len(xs)])))
			}
		}
	}
}

// TestBits wants the same bits as on every other platform. The constant changes
// only when a function does.
func TestBits(t *testing.T) {
	h := fnv.New64a()
	grid(func(_ string, b uint64) {
		if b&^(1<<63) > 0x7ff<<52 {
			b = 0x7ff8 << 48 // NaNs differ in sign and payload
		}
		var w [8]byte
		for i := range w {
			w[i] = byte(b >> (8 * i))
		}
		h.Write(w[:])
	})
	const want = 0xdfb3bd6534beb36e
	if got := h.Sum64(); got != want {
		t.Errorf("the hash of the functions' bits is %#x, want %#x", got, uint64(want))
	}
}

var sink float64

func BenchmarkFunctions(b *testing.B) {
	xs := make([]float64, 1024)
	r := rng.New(3, 0)
	for i := range xs {
		xs[i] = 0.01 + 0.98*r.Float64()
	}
	for _, f := range one {
		b.Run(f.name, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				sink += f.f(xs[i&1023])
			}
		})
		if f.as != nil {
			b.Run(f.name+"/math", func(b *testing.B) {
				for i := 0; i < b.N; i++ {
					sink += f.as(xs[i&1023])
				}
			})
		}
	}
}

// The loop of a direct call, without that of a function value.
func BenchmarkExpDirect(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sink += vec.Exp(float64(i&1023) * -0.01)
	}
}

func BenchmarkExpDirectMath(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sink += math.Exp(float64(i&1023) * -0.01)
	}
}
