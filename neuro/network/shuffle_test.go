package network

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestShuffle wants every number once, and of small orders all equally often.
func TestShuffle(t *testing.T) {
	for _, n := range []uint32{1, 2, 3, 6, 7, 64, 1000, 1009, 16384, 125000, 1_250_003} {
		s := newShuffle(n, rng.New(uint64(n), 0))
		seen := make([]bool, n)
		for i := range n {
			x := s.at(i)
			if x >= n || seen[x] {
				t.Fatalf("of %d: %d at place %d, outside or twice", n, x, i)
			}
			seen[x] = true
		}
		for _, by := range []uint32{1, 7} {
			row := make([]uint32, n-n/3)
			s.fill(row, n/3, newDivisor(by))
			for i, x := range row {
				if want := s.at(n/3+uint32(i)) / by; x != want {
					t.Fatalf("of %d: %d at place %d in a row, want %d", n, x, i, want)
				}
			}
		}
	}
	for _, n := range []uint32{2, 3, 4, 5} {
		orders := map[uint32]float64{}
		const draws = 6000
		for seed := range uint64(draws) {
			s, order := newShuffle(n, rng.New(seed, uint64(n))), uint32(0)
			for i := range n {
				order = order*n + s.at(i)
			}
			orders[order]++
		}
		all := 1.0
		for k := range n {
			all *= float64(k + 1)
		}
		chi := (all - float64(len(orders))) * draws / all
		for _, x := range orders {
			chi += (x - draws/all) * (x - draws/all) / (draws / all)
		}
		if chi > all-1+4.5*math.Sqrt(2*all) {
			t.Errorf("of %d: chi squared of the orders is %g with %g degrees of freedom", n, chi, all-1)
		}
	}
}

func TestDivisor(t *testing.T) {
	r := rng.New(1, 0)
	for range 100000 {
		d := uint32(r.Uint64()>>33)>>r.Intn(31) + 1
		x := uint32(r.Uint64())
		if k := r.Intn(4); k > 0 {
			x = x/d*d + uint32(k) - 2 // around a multiple
		}
		if n := newDivisor(d); n.of(x) != x/d {
			t.Fatalf("%d/%d is %d, want %d", x, d, n.of(x), x/d)
		}
	}
}

func BenchmarkShuffle(b *testing.B) {
	s := newShuffle(1_250_000, rng.New(1, 0))
	var dst [200]uint32
	per := newDivisor(1000)
	for i := range b.N {
		s.fill(dst[:], uint32(i*200)%1_250_000, per)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/number")
}
