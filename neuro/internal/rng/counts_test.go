package rng

import (
	"math"
	"testing"
)

// TestCounts holds numbers against their distribution, by chi squared, and the
// blocks against single cells.
func TestCounts(t *testing.T) {
	const n = 40020 // ends with a group of 16 and some
	s := New(3, 9)
	for _, mean := range []float64{0, 1e-4, 0.01, 1, 2, 7.5, 30, 200, 399, 401, 1e4} {
		c := NewCounts(mean)
		x := make([]float32, n)
		s.AddCounts(x, c, 1, 8, 7)
		m, v := 0.0, 0.0
		counts := map[float32]float64{}
		for _, k := range x {
			m += float64(k) / n
			counts[k]++
		}
		for _, k := range x {
			v += (float64(k) - m) * (float64(k) - m) / n
		}
		if math.Abs(m-mean) > 4.5*math.Sqrt(mean/n) {
			t.Errorf("mean %g: the numbers have the mean %g", mean, m)
		}
		if mean > 0 && math.Abs(v-mean) > 4.5*mean*math.Sqrt((2+1/mean)/n) {
			t.Errorf("mean %g: the numbers have the variance %g", mean, v)
		}
		chi, df := 0.0, -1.0
		for k := range 800 {
			l, _ := math.Lgamma(float64(k) + 1)
			if want := n * math.Exp(float64(k)*math.Log(mean)-mean-l); want > 10 {
				chi += (counts[float32(k)] - want) * (counts[float32(k)] - want) / want
				df++
			}
		}
		if df > 0 && chi > df+5*math.Sqrt(2*df)+5 {
			t.Errorf("mean %g: chi squared is %.4g with %g degrees of freedom", mean, chi, df)
		}
		// Short blocks take the way without assembly.
		for i := 0; i+8 < n; i += 8 {
			if i == 400 {
				i = n - 44
			}
			y := make([]float32, 9)
			s.AddCounts(y, c, 1, uint64(8+i), 7)
			for j, k := range y {
				if k != x[i+j] {
					t.Fatalf("mean %g: number %d is %g in a block and %g alone", mean, i+j, x[i+j], k)
				}
			}
		}
	}
	x := []float32{1, 2, 3}
	s.AddCounts(x, NewCounts(3), 0.5, 0, 0)
	y := make([]float32, 3)
	s.AddCounts(y, NewCounts(3), 1, 0, 0)
	for i := range x {
		if x[i] != float32(i)+1+y[i]/2 {
			t.Errorf("%g and %g", x[i], y[i])
		}
	}
}

func BenchmarkAddCounts(b *testing.B) {
	s := New(1, 0)
	dst := make([]float32, 512)
	for _, mean := range []float64{0.01, 2, 30} {
		c := NewCounts(mean)
		b.Run("", func(b *testing.B) {
			for b.Loop() {
				s.AddCounts(dst, c, 1, 0, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/number")
		})
	}
}
