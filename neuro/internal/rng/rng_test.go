package rng

import (
	"math"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// TestPhilox holds the generator against the known answers of Random123.
func TestPhilox(t *testing.T) {
	const f = 0xffffffff
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{f, f, f, f}, [2]uint32{f, f}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.counter, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

// kolmogorov returns the largest distance of the sample's distribution from cdf,
// times the square root of its size; above 2.2 has a probability of 1e-4.
func kolmogorov(x []float64, cdf func(float64) float64) float64 {
	x = append([]float64(nil), x...)
	sort.Float64s(x)
	n, d := float64(len(x)), 0.0
	for i, v := range x {
		p := cdf(v)
		d = math.Max(d, math.Max(p-float64(i)/n, float64(i+1)/n-p))
	}
	return d * math.Sqrt(n)
}

func TestDistributions(t *testing.T) {
	const n = 50000
	draw := func(f func(i int) float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = f(i)
		}
		return x
	}
	s, addressed := New(7, 0), New(7, 1)
	uniform := func(x float64) float64 { return x }
	for _, c := range []struct {
		name string
		x    []float64
		cdf  func(float64) float64
	}{
		{"Float64", draw(func(int) float64 { return s.Float64() }), uniform},
		{"Positive", draw(func(int) float64 { return s.Positive() }), uniform},
		{"Norm", draw(func(int) float64 { return s.Norm() }), vec.NormCDF},
		{"Float64At, by index", draw(func(i int) float64 { a, _ := addressed.Float64At(uint64(i), 3); return a }), uniform},
		{"Float64At, by step", draw(func(i int) float64 { _, b := addressed.Float64At(3, uint64(i)); return b }), uniform},
		{"NormAt, first", draw(func(i int) float64 { a, _ := addressed.NormAt(1, uint64(i)); return a }), vec.NormCDF},
		{"NormAt, second", draw(func(i int) float64 { _, b := addressed.NormAt(1, uint64(i)); return b }), vec.NormCDF},
	} {
		if d := kolmogorov(c.x, c.cdf); d > 2.2 {
			t.Errorf("%s: the sample is off its distribution (Kolmogorov-Smirnov %.3g)", c.name, d)
		}
		// Neighbours are independent: their correlation is 0 within 4 standard errors.
		var m, v, r float64
		for _, x := range c.x {
			m += x / n
		}
		for i, x := range c.x {
			v += (x - m) * (x - m) / n
			if i > 0 {
				r += (x - m) * (c.x[i-1] - m) / n
			}
		}
		if math.Abs(r/v) > 4/math.Sqrt(n) {
			t.Errorf("%s: neighbours have the correlation %.3g", c.name, r/v)
		}
	}
}

func TestRanges(t *testing.T) {
	if unit(0) != 0 || !(unit(math.MaxUint64) < 1) || !(positive(0) > 0) || positive(math.MaxUint64) != 1 {
		t.Error("uniform numbers leave their interval")
	}
	if a, b := boxMuller(0, math.MaxUint64); math.IsInf(a, 0) || math.IsNaN(a) || math.IsNaN(b) {
		t.Errorf("boxMuller at its ends is %v, %v", a, b)
	}
}

// TestStreams wants every part of the address to matter, and draws to leave the
// addressed numbers alone.
func TestStreams(t *testing.T) {
	seen := map[uint64][4]uint64{}
	for seed := uint64(0); seed < 4; seed++ {
		for stream := uint64(0); stream < 4; stream++ {
			s := New(seed, stream)
			for index := uint64(0); index < 4; index++ {
				for step := uint64(0); step < 4; step++ {
					a, _ := s.At(index, step)
					if at, ok := seen[a]; ok {
						t.Errorf("seed, stream, index, step %v and %v have the same bits", at, []uint64{seed, stream, index, step})
					}
					seen[a] = [4]uint64{seed, stream, index, step}
					s.Uint64()
					s.Norm()
					if again, _ := s.At(index, step); again != a {
						t.Error("drawing changed an addressed number")
					}
				}
			}
		}
	}
	a, b := New(5, 6), New(5, 6)
	for i := 0; i < 100; i++ {
		if a.Norm() != b.Norm() || a.Intn(10) != b.Intn(10) {
			t.Fatal("equal sources give different numbers")
		}
	}
}

func TestIntn(t *testing.T) {
	s := New(11, 0)
	for _, n := range []int{1, 2, 3, 7, 10} {
		const draws = 30000
		counts := make([]float64, n)
		for i := 0; i < draws; i++ {
			counts[s.Intn(n)]++
		}
		chi, want := 0.0, draws/float64(n)
		for _, c := range counts {
			chi += (c - want) * (c - want) / want
		}
		// mean n-1, variance 2(n-1)
		if chi > float64(n-1)+5*math.Sqrt(2*float64(n-1))+1 {
			t.Errorf("Intn(%d): chi squared %.3g", n, chi)
		}
	}
	if v := s.Intn(math.MaxInt); v < 0 {
		t.Errorf("Intn(MaxInt) = %d", v)
	}
	defer func() {
		if recover() == nil {
			t.Error("Intn(0) did not panic")
		}
	}()
	s.Intn(0)
}

func TestPerm(t *testing.T) {
	s := New(13, 0)
	first := make([]float64, 5)
	for i := 0; i < 20000; i++ {
		p := s.Perm(5)
		seen := 0
		for _, v := range p {
			seen |= 1 << v
		}
		if seen != 31 {
			t.Fatalf("Perm(5) = %v", p)
		}
		first[p[0]]++
	}
	for v, c := range first {
		if math.Abs(c-4000) > 5*math.Sqrt(20000*0.2*0.8) {
			t.Errorf("%d comes first %g times in 20000", v, c)
		}
	}
	if len(s.Perm(0)) != 0 || s.Perm(1)[0] != 0 {
		t.Error("Perm of nothing or of one")
	}
}

func BenchmarkNorm(b *testing.B) {
	s := New(1, 0)
	for i := 0; i < b.N; i++ {
		s.Norm()
	}
}
