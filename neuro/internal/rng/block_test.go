package rng

import (
	"flag"
	"fmt"
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

// TestPoisson holds numbers against their distribution, by chi squared, and their
// mean and variance, at means of both methods and around the one between them.
func TestPoisson(t *testing.T) {
	const n = 40000
	s := New(3, 9)
	for _, mean := range []float64{0.001, 0.1, 1, 7.5, smallMean, 16.001, 30, 200, 1e4, 1e9} {
		means, x := make([]float64, n), make([]float64, n)
		for i := range means {
			means[i] = mean
		}
		s.PoissonBlock(x, means, 5, 7)
		m, v := 0.0, 0.0
		counts := map[float64]float64{}
		for _, k := range x {
			if k < 0 || k != math.Floor(k) {
				t.Fatalf("mean %g: %v", mean, k)
			}
			m += k / n
			counts[k]++
		}
		for _, k := range x {
			v += (k - m) * (k - m) / n
		}
		if math.Abs(m-mean) > 4.5*math.Sqrt(mean/n) {
			t.Errorf("mean %g: the numbers have the mean %g", mean, m)
		}
		// The variance of a sample variance is (2 + 1/mean) mean^2 / n.
		if math.Abs(v-mean) > 4.5*mean*math.Sqrt((2+1/mean)/n) {
			t.Errorf("mean %g: the numbers have the variance %g", mean, v)
		}
		chi, df := 0.0, -1.0
		for k := range 400 {
			l, _ := math.Lgamma(float64(k) + 1)
			if want := n * math.Exp(float64(k)*math.Log(mean)-mean-l); want > 10 {
				chi += (counts[float64(k)] - want) * (counts[float64(k)] - want) / want
				df++
			}
		}
		if df > 0 && chi > df+5*math.Sqrt(2*df)+5 {
			t.Errorf("mean %g: chi squared is %.4g with %g degrees of freedom", mean, chi, df)
		}
	}
}

// TestPoissonBits wants a cell's number not to depend on the block it is in, and
// the same bits everywhere: the hash changes only when the method does.
func TestPoissonBits(t *testing.T) {
	s := New(8, 1)
	const n = 1000
	mean, all, x := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range mean {
		mean[i] = math.Ldexp(1, i%24-8)
	}
	mean[13], mean[14], mean[15], mean[16] = 0, -1, math.NaN(), math.Inf(1)
	s.PoissonBlock(all, mean, 77, 3)
	for i := 0; i < n; {
		k := min(1+i/2, n-i)
		s.PoissonBlock(x[i:i+k], mean[i:i+k], uint64(77+i), 3)
		i += k
	}
	hash := uint64(14695981039346656037)
	for i := range all {
		bad := i >= 14 && i <= 16
		if math.IsNaN(all[i]) != bad || !bad && all[i] != x[i] || i == 13 && all[i] != 0 {
			t.Fatalf("number %d is %v and %v", i, all[i], x[i])
		}
		if !bad {
			hash = (hash ^ math.Float64bits(all[i])) * 1099511628211
		}
	}
	const want = 0x4f34cfa69b4631cf
	if hash != want {
		t.Errorf("the hash of the numbers is %#x, want %#x", hash, uint64(want))
	}
}

func BenchmarkPoissonBlock(b *testing.B) {
	s := New(1, 0)
	dst, mean := make([]float64, 512), make([]float64, 512)
	for _, m := range []float64{0.01, 5, 100} {
		for i := range mean {
			mean[i] = m
		}
		b.Run(fmt.Sprint(m), func(b *testing.B) {
			for b.Loop() {
				s.PoissonBlock(dst, mean, 0, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/number")
		})
	}
}
