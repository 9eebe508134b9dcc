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

// around returns the spikes before and behind the times between spike i-1 and
// spike i.
func (p *profile) around(i int) (before, behind float64) {
	before, behind = p.lo, p.hi
	if i > 0 {
		before = p.t[i-1]
	}
	if i < len(p.t) {
		behind = p.t[i]
	}
	return before, behind
}

// pieces calls f for each piece of the window in which no train has a spike,
// with the number of spikes of both before it.
func pieces(a, b *profile, f func(i, j int, from, to float64)) {
	i, j, from := 0, 0, a.t0
	for {
		to := a.t1
		if i < len(a.t) {
			to = math.Min(to, a.t[i])
		}
		if j < len(b.t) {
			to = math.Min(to, b.t[j])
		}
		if to > from {
			f(i, j, from, to)
		}
		from = to
		if i == len(a.t) && j == len(b.t) {
			if to < a.t1 {
				continue
			}
			return
		}
		if i < len(a.t) && a.t[i] == to {
			i++
		}
		if j < len(b.t) && b.t[j] == to {
			j++
		}
		if i == len(a.t) && j == len(b.t) && to == a.t1 {
			return
		}
	}
}

func isiDistance(a, b profile) float64 {
	sum := 0.0
	pieces(&a, &b, func(i, j int, from, to float64) {
		p, f := a.around(i)
		q, g := b.around(j)
		u, v := f-p, g-q
		sum += float64(math.Abs(u-v) / math.Max(u, v) * (to - from))
	})
	return sum / (a.t1 - a.t0)
}

// nearest returns the distance of each spike of a to the nearest of b and of
// the two that b is taken to have outside.
func nearest(a, b *profile) []float64 {
	d := make([]float64, len(a.t))
	j := 0
	for i, t := range a.t {
		for j < len(b.t) && b.t[j] < t {
			j++
		}
		before, behind := b.around(j)
		d[i] = math.Min(math.Abs(t-before), math.Abs(behind-t))
	}
	return d
}

func spikeDistance(a, b profile) float64 {
	da, db := nearest(&a, &b), nearest(&b, &a)
	// ends returns the distances of the spikes around a piece: beyond the first
	// and the last spike that of this spike.
	ends := func(d []float64, i int) (before, behind float64) {
		return d[max(i-1, 0)], d[min(i, len(d)-1)]
	}
	sum := 0.0
	pieces(&a, &b, func(i, j int, from, to float64) {
		p, f := a.around(i)
		q, g := b.around(j)
		u, v := f-p, g-q
		ap, af := ends(da, i)
		bp, bf := ends(db, j)
		both := u + v // twice the mean
		at := func(t float64) float64 {
			sa := (float64(ap*(f-t)) + float64(af*(t-p))) / u
			sb := (float64(bp*(g-t)) + float64(bf*(t-q))) / v
			return (float64(sa*v) + float64(sb*u)) / float64(both*both) * 2
		}
		sum += float64((at(from) + at(to)) / 2 * (to - from))
	})
	return sum / (a.t1 - a.t0)
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
