package spikes

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestDistancesOfClusters: trains whose spikes are crowded in a small part of the window,
// so that one cell of the table holds most of them, against a walk over both trains.
func TestDistancesOfClusters(t *testing.T) {
	r := rng.New(7, 0)
	train := func(n int, width float64) (s neuro.Spikes) {
		for range n {
			s = append(s, 300+float64(width*r.Float64()))
		}
		s = append(s, 1, 999)
		if n%2 == 1 {
			s = append(s, 0, 1000)
		}
		slices.Sort(s)
		return s
	}
	for _, n := range []int{0, 1, 2, 17, 400, 3001} {
		for _, width := range []float64{1e-6, 0.5, 600} {
			a, b := train(n, width), train(max(1, n/3), width)
			b = append(b, a[:len(a)/4]...) // ties
			slices.Sort(b)
			pa, pb, err := profiles("test", a, b, 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name string
				f    func(a, b neuro.Spikes, t0, t1 float64) (float64, error)
				want float64
			}{{"ISI", ISIDistance, isiByMerging(pa, pb)}, {"SPIKE", SpikeDistance, spikeByMerging(pa, pb)}} {
				got, err := c.f(a, b, 0, 1000)
				if err != nil || math.Abs(got-c.want) > 1e-11 {
					t.Errorf("%d spikes in %g ms: %s distance %.15g, want %.15g (%v)", n, width, c.name, got, c.want, err)
				}
			}
		}
	}
}

// isiByMerging is the distance by a walk over the spikes of both trains.
func isiByMerging(a, b profile) float64 {
	x, y := a.padded(), b.padded()
	sum, from := 0.0, a.t0
	for i, j := 0, 0; from < a.t1; {
		f, g := x[i+1], y[j+1]
		to := min(f, g, a.t1)
		u, v := f-x[i], g-y[j]
		sum += float64(math.Abs(u-v) / max(u, v) * (to - from))
		from = to
		i += oneIf(f <= to)
		j += oneIf(g <= to)
	}
	return sum / (a.t1 - a.t0)
}

// spikeByMerging is the same of the SPIKE distance.
func spikeByMerging(a, b profile) float64 {
	x, y := a.padded(), b.padded()
	n, m := len(a.t), len(b.t)
	da, db := make([]float64, n+2), make([]float64, m+2)
	for i, j := 0, 0; i < n || j < m; {
		s, t := x[i+1], y[j+1]
		// Right for the spike that comes first; for the other until it does.
		da[i+1], db[j+1] = min(s-y[j], t-s), min(t-x[i], s-t)
		if i == n {
			s = math.Inf(1)
		}
		if j == m {
			t = math.Inf(1)
		}
		first := min(s, t)
		i += oneIf(s <= first)
		j += oneIf(t <= first)
	}
	// Beyond the first and the last spike it is that of this spike.
	da[0], da[n+1] = da[1], da[n]
	db[0], db[m+1] = db[1], db[m]
	sum, from := 0.0, a.t0
	for i, j := 0, 0; from < a.t1; {
		p, f, q, g := x[i], x[i+1], y[j], y[j+1]
		to := min(f, g, a.t1)
		// S is linear between two spikes: a piece counts as its middle does.
		u, v := f-p, g-q
		t := float64((from + to) / 2)
		na := float64(da[i]*(f-t)) + float64(da[i+1]*(t-p))
		nb := float64(db[j]*(g-t)) + float64(db[j+1]*(t-q))
		both := u + v // twice the mean
		sum += float64((float64(na*v*v) + float64(nb*u*u)) * (to - from) / (u * v * both * both))
		from = to
		i += oneIf(f <= to)
		j += oneIf(g <= to)
	}
	return 2 * sum / (a.t1 - a.t0)
}

// padded returns the spikes with those that are taken to be outside.
func (p *profile) padded() []float64 {
	out := make([]float64, 0, len(p.t)+2)
	return append(append(append(out, p.lo), p.t...), p.hi)
}
