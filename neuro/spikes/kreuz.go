package spikes

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// ISIDistance returns the ISI distance of two trains, from 0 for equal
// intervals to 1: with ν(t) the interval that a train is in at time t,
//
//	D = 1/(t1-t0) ∫ |νa(t) - νb(t)| / max(νa(t), νb(t)) dt.
//
// Before the first and behind the last spike ν is the longer of the nearest
// interval and the time to the end of the window; a train without spikes counts
// as one with a spike at both ends. All times are in ms; spikes outside of t0
// to t1 do not count, and several at one time count once.
//
// Errors: spikes that are not finite and ascending, t1 <= t0. Source: Kreuz,
// Haas, Morelli, Abarbanel and Politi 2007, J. Neurosci. Methods 165:151. Peer:
// pyspike.isi_distance (which gives NaN where both trains end in a single spike
// at t1; here that moment has no weight).
func ISIDistance(a, b neuro.Spikes, t0, t1 float64) (float64, error) {
	pa, pb, err := profiles("ISIDistance", a, b, t0, t1)
	if err != nil {
		return 0, err
	}
	return isiDistance(pa, pb), nil
}

// SpikeDistance returns the SPIKE distance of two trains, from 0 for equal
// trains to 1: the mean over time of
//
//	S(t) = (Sa νb + Sb νa) / (2 ν̄²),  Sa = (d(p) (f-t) + d(f) (t-p)) / νa,
//
// where p and f are the spikes of a train before and behind t, d the distance
// of a spike to the nearest one of the other train, ν = f - p, and ν̄ the mean of
// both ν.
//
// All times are in ms. The ends of the window are those of pyspike: beyond the
// first and the last spike d is that of this spike, a train without spikes has
// one at both ends. Spikes outside of t0 to t1 do not count, and several at one
// time count once. Errors: spikes that are not finite and ascending, t1 <= t0.
// Source: Kreuz, Chicharro, Houghton, Andrzejak and Mormann 2013, J.
// Neurophysiol. 109:1457. Peer: pyspike.spike_distance.
func SpikeDistance(a, b neuro.Spikes, t0, t1 float64) (float64, error) {
	pa, pb, err := profiles("SpikeDistance", a, b, t0, t1)
	if err != nil {
		return 0, err
	}
	return spikeDistance(pa, pb), nil
}

// SpikeSync returns the SPIKE synchronisation of two trains: the share of
// spikes that coincide with one of the other train, from 0 to 1. Two spikes
// coincide when they are nearer than half of the shortest of the four intervals
// around them, so that no time scale is chosen.
//
// All times are in ms; spikes outside of t0 to t1 do not count, and several at
// one time count once. Two trains without spikes have 1. Errors: spikes that
// are not finite and ascending, t1 <= t0. Source: Kreuz, Mulansky and Bozanic
// 2015, J. Neurophysiol. 113:3432. Peer: pyspike.spike_sync; two spikes just half
// of an interval apart do not coincide here, whereas the peer counts them where
// rounding makes their distance smaller.
func SpikeSync(a, b neuro.Spikes, t0, t1 float64) (float64, error) {
	pa, pb, err := profiles("SpikeSync", a, b, t0, t1)
	if err != nil {
		return 0, err
	}
	return spikeSync(pa, pb), nil
}

// A profile is a checked train without repeated times in its window.
type profile struct {
	s      neuro.Spikes // as they are
	t      neuro.Spikes // with a spike at both ends where there is none, or a single one at t0
	t0, t1 float64
	lo, hi float64 // where a spike before the first and behind the last is taken to be
}

func profiles(call string, a, b neuro.Spikes, t0, t1 float64) (pa, pb profile, err error) {
	if err = checkWindow(call, t0, t1); err != nil {
		return
	}
	if err = check(call, "a", a); err != nil {
		return
	}
	if err = check(call, "b", b); err != nil {
		return
	}
	return newProfile(a, t0, t1), newProfile(b, t0, t1), nil
}

func newProfile(s neuro.Spikes, t0, t1 float64) profile {
	s = once(within(s, t0, t1))
	p := profile{s: s, t: s, t0: t0, t1: t1, lo: t0, hi: t1}
	if n := len(s); n == 0 || n == 1 && s[0] == t0 {
		p.t = neuro.Spikes{t0, t1}
	}
	if n := len(p.t); n > 1 {
		p.lo = math.Min(t0, 2*p.t[0]-p.t[1])
		p.hi = math.Max(t1, 2*p.t[n-1]-p.t[n-2])
	}
	return p
}

// once returns s with each time once.
func once(s neuro.Spikes) neuro.Spikes {
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] {
			out := append(neuro.Spikes(nil), s[:i]...)
			for _, t := range s[i:] {
				if t != out[len(out)-1] {
					out = append(out, t)
				}
			}
			return out
		}
	}
	return s
}

func isiDistance(a, b profile) float64 {
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

// spikeDistance goes over the spikes of both trains twice: for the distance of each to
// the nearest of the other train, and for the integral of S. Both loops are without
// branches that nobody can foretell.
func spikeDistance(a, b profile) float64 {
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

func oneIf(b bool) (n int) {
	if b {
		n = 1
	}
	return n
}

func spikeSync(a, b profile) float64 {
	if len(a.s)+len(b.s) == 0 {
		return 1
	}
	// shortest returns the shorter interval beside spike i.
	shortest := func(s neuro.Spikes, i int) float64 {
		d := a.t1 - a.t0
		if i > 0 {
			d = math.Min(d, s[i]-s[i-1])
		}
		if i+1 < len(s) {
			d = math.Min(d, s[i+1]-s[i])
		}
		return d
	}
	hits := 0
	for i, j := 0, 0; i < len(a.s) && j < len(b.s); {
		x, y := a.s[i], b.s[j]
		switch {
		case x == y:
			hits++
			i++
			j++
			continue
		case math.Abs(x-y)+float64(0x1p-49*math.Max(math.Abs(x), math.Abs(y))) < math.Min(shortest(a.s, i), shortest(b.s, j))/2:
			// Nearer than half of an interval, so that neither has another partner.
			// Just half of one, up to the rounding of the times, is not nearer.
			hits++
		}
		if x < y {
			i++
		} else {
			j++
		}
	}
	return float64(2*hits) / float64(len(a.s)+len(b.s))
}
