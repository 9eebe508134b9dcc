package rng

import (
	"flag"
	"math"
	"testing"
)

var values = flag.Int("values", 100_000, "how many numbers of blocks are held against those of addresses")

// TestBlockBits wants the numbers of a block to be those of their addresses,
// however the cells are cut into blocks.
func TestBlockBits(t *testing.T) {
	for _, f := range []struct {
		name  string
		block func(s *Source, dst []float64, first, step uint64)
		at    func(s *Source, index, step uint64) (a, b float64)
	}{
		{"Float64", (*Source).Float64Block, (*Source).Float64At},
		{"Norm", (*Source).NormBlock, (*Source).NormAt},
	} {
		r := New(1, 2)
		for n, done := 0, 0; done < *values; n++ {
			if n > 80 {
				n = r.Intn(1500)
			}
			done += n + 1
			s := New(r.Uint64(), r.Uint64())
			first, step := r.Uint64()>>r.Intn(64), r.Uint64()>>r.Intn(64)
			if first > math.MaxUint64-2000 {
				first = 0
			}
			room := make([]float64, n+8)
			for i := range room {
				room[i] = 1234.5
			}
			f.block(s, room[4:][:n:n], first, step)
			for i, got := range room {
				want := 1234.5
				if i >= 4 && i < n+4 {
					cell := first + uint64(i-4)
					a, b := f.at(s, cell/2, step)
					want = a
					if cell&1 != 0 {
						want = b
					}
				}
				if math.Float64bits(got) != math.Float64bits(want) {
					t.Fatalf("%s: number %d of %d from %d at step %d is %v, want %v", f.name, i-4, n, first, step, got, want)
				}
			}
		}
	}
}

func BenchmarkNormBlock(b *testing.B) {
	s := New(1, 0)
	dst := make([]float64, 512)
	for b.Loop() {
		s.NormBlock(dst, 0, 1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/number")
}

func BenchmarkFloat64Block(b *testing.B) {
	s := New(1, 0)
	dst := make([]float64, 512)
	for b.Loop() {
		s.Float64Block(dst, 0, 1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/number")
}
