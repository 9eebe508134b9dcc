package vec_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

var comparisons = []struct {
	name  string
	block func(m vec.Mask, x, y []float64)
	ref   func(x, y float64) bool
	fixed bool // y is one number
}{
	{"Less", vec.LessBlock, func(x, y float64) bool { return x < y }, false},
	{"LessEqual", vec.LessEqualBlock, func(x, y float64) bool { return x <= y }, false},
	{"Equal", vec.EqualBlock, func(x, y float64) bool { return x == y }, false},
	{"LessConst", func(m vec.Mask, x, y []float64) { vec.LessConstBlock(m, x, y[0]) }, func(x, y float64) bool { return x < y }, true},
	{"LessEqualConst", func(m vec.Mask, x, y []float64) { vec.LessEqualConstBlock(m, x, y[0]) }, func(x, y float64) bool { return x <= y }, true},
	{"GreaterConst", func(m vec.Mask, x, y []float64) { vec.GreaterConstBlock(m, x, y[0]) }, func(x, y float64) bool { return x > y }, true},
	{"GreaterEqualConst", func(m vec.Mask, x, y []float64) { vec.GreaterEqualConstBlock(m, x, y[0]) }, func(x, y float64) bool { return x >= y }, true},
	{"EqualConst", func(m vec.Mask, x, y []float64) { vec.EqualConstBlock(m, x, y[0]) }, func(x, y float64) bool { return x == y }, true},
}

func TestCompareBits(t *testing.T) { withEach(t, compareBits) }

func compareBits(t *testing.T) {
	for _, f := range comparisons {
		r := rng.New(5, 0)
		for n, done := 1, 0; done < *values; n++ {
			if n > 200 {
				n = 1 + r.Intn(700)
			}
			done += n
			x, y := make([]float64, n), make([]float64, n)
			c := draw(r)
			for i := range x {
				x[i], y[i] = draw(r), draw(r)
				if f.fixed {
					y[i] = c
				}
				if r.Intn(3) == 0 {
					x[i] = y[i]
				}
			}
			m := vec.NewMask(n)
			m.Fill(64 * len(m)) // what was there does not matter
			f.block(m, x, y)
			for i := range 64 * len(m) {
				if want := i < n && f.ref(x[i], y[i]); m.Get(i) != want {
					t.Fatalf("%s: element %d of %d is %v, want %v", f.name, i, n, m.Get(i), want)
				}
			}
		}
	}
}

// TestMask holds masks against slices of bools.
func TestMask(t *testing.T) { withEach(t, testMask) }

func testMask(t *testing.T) {
	r := rng.New(6, 0)
	for n := range 200 {
		a, b, m := vec.NewMask(n), vec.NewMask(n), vec.NewMask(n)
		for i := range n {
			if r.Intn(2) == 0 {
				a.Set(i)
			}
			if r.Intn(3) == 0 {
				b.Set(i)
			}
		}
		check := func(what string, want func(i int) bool) {
			t.Helper()
			count := 0
			var list []int32
			for i := range 64 * len(m) {
				w := i < n && want(i)
				if w {
					list = append(list, int32(100+i))
					count++
				}
				if m.Get(i) != w {
					t.Fatalf("%s: element %d of %d is %v", what, i, n, m.Get(i))
				}
			}
			if m.Count() != count || m.Any() != (count > 0) {
				t.Fatalf("%s: Count is %d, Any %v, of %d", what, m.Count(), m.Any(), count)
			}
			got := m.Append(nil, 100)
			if len(got) != len(list) {
				t.Fatalf("%s: Append gives %v, want %v", what, got, list)
			}
			for i := range got {
				if got[i] != list[i] {
					t.Fatalf("%s: Append gives %v, want %v", what, got, list)
				}
			}
		}
		m.And(a, b)
		check("And", func(i int) bool { return a.Get(i) && b.Get(i) })
		m.Or(a, b)
		check("Or", func(i int) bool { return a.Get(i) || b.Get(i) })
		m.Xor(a, b)
		check("Xor", func(i int) bool { return a.Get(i) != b.Get(i) })
		m.AndNot(a, b)
		check("AndNot", func(i int) bool { return a.Get(i) && !b.Get(i) })
		m.Not(a, n)
		check("Not", func(i int) bool { return !a.Get(i) })
		m.Fill(n)
		check("Fill", func(i int) bool { return true })
	}
}

// TestSumBits wants sums in their order, and about right.
func TestSumBits(t *testing.T) {
	r := rng.New(7, 0)
	for n, done := 0, 0; done < *values; n++ {
		if n > 80 {
			n = r.Intn(700)
		}
		done += n + 1
		x, y := make([]float64, n), make([]float64, n)
		var s, d [16]float64
		exact, size := 0.0, 0.0
		for i := range x {
			x[i], y[i] = 20*r.Float64()-7, 20*r.Float64()-9
			s[i%16] += x[i]
			d[i%16] = math.FMA(x[i], y[i], d[i%16])
			exact += float64(x[i] * y[i])
			size += math.Abs(x[i] * y[i])
		}
		for k := 8; k > 0; k /= 2 {
			for i := range k {
				s[i] += s[i+k]
				d[i] += d[i+k]
			}
		}
		if got := vec.SumBlock(x); got != s[0] {
			t.Fatalf("the sum of %d is %v, want %v", n, got, s[0])
		}
		if got := vec.DotBlock(x, y); got != d[0] || math.Abs(got-exact) > 1e-13*size {
			t.Fatalf("the product of %d is %v, want %v, about %v", n, got, d[0], exact)
		}
	}
}

// TestLengths wants a panic of slices of different lengths, not another result.
func TestLengths(t *testing.T) {
	a, b, m := make([]float64, 70), make([]float64, 71), vec.NewMask(64)
	for i, f := range []func(){
		func() { vec.AddBlock(a, a, b) },
		func() { vec.AddBlock(a, b, a) },
		func() { vec.ExpBlock(a, b) },
		func() { vec.FMABlock(a, a, a, b) },
		func() { vec.SincosBlock(a, b, a) },
		func() { vec.DotBlock(a, b) },
		func() { vec.LessBlock(m, a, a) },
		func() { vec.GreaterConstBlock(m, a, 1) },
		func() { vec.SelectBlock(a, m, a, a) },
		func() { vec.SelectConstsBlock(a, m, 1, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("call %d: slices of different lengths are taken", i)
				}
			}()
			f()
		}()
	}
}

func BenchmarkCompare(b *testing.B) {
	const n = 512
	x, y, m := make([]float64, n), make([]float64, n), vec.NewMask(n)
	r := rng.New(3, 0)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
	}
	measure := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
		})
	}
	for _, f := range comparisons {
		measure(f.name, func() { f.block(m, x, y) })
	}
	vec.LessConstBlock(m, x, 0.1)
	list := make([]int32, 0, n)
	measure("Select", func() { vec.SelectBlock(y, m, x, y) })
	measure("SelectConst", func() { vec.SelectConstBlock(y, m, 0.5, y) })
	measure("Count", func() { m.Count() })
	measure("Append", func() { list = m.Append(list[:0], 0) })
	measure("Sum", func() { vec.SumBlock(x) })
	measure("Dot", func() { vec.DotBlock(x, y) })
}
