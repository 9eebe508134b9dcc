package rng

import (
	"math"
	"testing"
)

// TestBinomial holds counts against the distribution by chi-square, and the ends.
func TestBinomial(t *testing.T) {
	s := New(11, 0)
	for _, c := range []struct {
		n int
		p float64
	}{{1, 0.3}, {5, 0.5}, {20, 0.02}, {30, 0.97}, {24, 0.45}, {100, 0.1}, {1000, 0.3}, {1000, 0.8}, {100000, 0.0002}, {100000, 0.5}} {
		const draws = 40000
		counts := map[int]int{}
		for range draws {
			k := s.Binomial(c.n, c.p)
			if k < 0 || k > c.n {
				t.Fatalf("%d of %d", k, c.n)
			}
			counts[k]++
		}
		lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
		chi, cells, want, seen := 0.0, 0, 0.0, 0.0
		for k := 0; k <= c.n; k++ { // cells of 20 or more expected draws
			want += draws * math.Exp(lg(c.n)-lg(k)-lg(c.n-k)+float64(k)*math.Log(c.p)+float64(c.n-k)*math.Log1p(-c.p))
			seen += float64(counts[k])
			if want >= 20 || k == c.n && want > 0 {
				chi += (seen - want) * (seen - want) / math.Max(want, 1)
				cells++
				want, seen = 0, 0
			}
		}
		df := float64(cells - 1)
		if chi > df+5*math.Sqrt(2*df)+5 {
			t.Errorf("n %d, p %g: chi-square %.1f for %g degrees of freedom", c.n, c.p, chi, df)
		}
	}
	for _, c := range []struct {
		n    int
		p    float64
		want int
	}{{0, 0.5, 0}, {7, 0, 0}, {7, 1, 7}} {
		if k := s.Binomial(c.n, c.p); k != c.want {
			t.Errorf("n %d, p %g: %d", c.n, c.p, k)
		}
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("p %g does not panic", bad)
				}
			}()
			s.Binomial(3, bad)
		}()
	}
}
