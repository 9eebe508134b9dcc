package spikes

import (
	"math"
	"sort"

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
	ra, rb := newRanked(pa), newRanked(pb)
	return new(twoTrains).isiDistance(&ra, &rb), nil
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
	ra, rb := newRanked(pa), newRanked(pb)
	return new(twoTrains).spikeDistance(&ra, &rb), nil
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

// A ranked profile knows for a time how many of its spikes are not behind it, from a
// table over the window: where both trains are at a spike of one of them needs no merging
// of the two, whose every step waits for the one before.
type ranked struct {
	profile
	x     []float64 // the spikes between the two that are taken to be outside
	after []float64 // the spikes, and what is behind all times
	table []int32   // spikes before each cell of the window
	scale float64   // cells in a millisecond
}

// cellsPerSpike makes the cells of the table so small that few hold two spikes.
const cellsPerSpike = 4

func newRanked(p profile) ranked {
	n := len(p.t)
	r := ranked{profile: p, x: make([]float64, 0, n+2)}
	hi := p.hi
	if hi == p.t[n-1] { // no interval has no length
		hi++
	}
	r.x = append(append(append(r.x, p.lo), p.t...), hi)
	r.after = append(append(make([]float64, 0, n+1), p.t...), math.Inf(1))
	cells := cellsPerSpike * n
	r.scale = float64(cells) / (p.t1 - p.t0)
	if math.IsInf(r.scale, 0) {
		r.scale = 0
	}
	r.table = make([]int32, cells+2)
	for _, t := range p.t {
		r.table[r.cell(t)+1]++
	}
	for k := 1; k < len(r.table); k++ {
		r.table[k] += r.table[k-1]
	}
	return r
}

// cell is the cell of a time in the window.
func (r *ranked) cell(t float64) int { return int((t - r.t0) * r.scale) }

// counts sets to[i] to how many spikes of r are before spike i of s, from 1 on, those at its
// time among them or not; to[0] is 0.
func (r *ranked) counts(to []int32, s *ranked, ties bool) []int32 {
	n := len(s.x) - 2
	if cap(to) < n+1 {
		to = make([]int32, 2*n+1)
	}
	to = to[:n+1]
	to[0] = 0
	after, table, t0, scale := r.after, r.table, r.t0, r.scale
	if ties {
		for i, t := range s.x[1 : n+1] {
			k := int(table[int((t-t0)*scale)])
			k += oneIf(after[k] <= t) // without a branch, which nobody can foretell
			if after[k] <= t {
				k += sort.Search(len(after)-k, func(d int) bool { return after[k+d] > t })
			}
			to[i+1] = int32(k)
		}
		return to
	}
	for i, t := range s.x[1 : n+1] {
		k := int(table[int((t-t0)*scale)])
		k += oneIf(after[k] < t)
		if after[k] < t {
			k += sort.SearchFloat64s(after[k:], t)
		}
		to[i+1] = int32(k)
	}
	return to
}

// twoTrains has the room in which two trains are compared.
type twoTrains struct {
	a, b   []int32   // spikes of the other train before a spike; of two at once that of a is taken for the second
	da, db []float64 // from a spike to the nearest of the other train
}

// isiDistance sums over what follows each spike of a, and of b, up to the next spike of
// either, and what comes before all of them.
func (w *twoTrains) isiDistance(a, b *ranked) float64 {
	w.a, w.b = b.counts(w.a, a, true), a.counts(w.b, b, false)
	x, y, end := a.x, b.x, a.t1
	one := func(x, y []float64, count []int32, sum float64) float64 {
		for i := 1; i < len(count); i++ {
			j := count[i]
			p, f, q, g := x[i], x[i+1], y[j], y[j+1]
			u, v := f-p, g-q
			sum += float64(math.Abs(u-v) / max(u, v) * (min(f, g, end) - p))
		}
		return sum
	}
	u, v := x[1]-x[0], y[1]-y[0]
	sum := float64(math.Abs(u-v) / max(u, v) * (min(x[1], y[1], end) - a.t0))
	sum = one(y, x, w.b, one(x, y, w.a, sum))
	return sum / (a.t1 - a.t0)
}

// spikeDistance goes over the spikes of both trains twice: for the distance of each to
// the nearest of the other train, and for the integral of S, as isiDistance does.
func (w *twoTrains) spikeDistance(a, b *ranked) float64 {
	w.a, w.b = b.counts(w.a, a, true), a.counts(w.b, b, false)
	w.da, w.db = away(w.da, a.x, b.x, w.a), away(w.db, b.x, a.x, w.b)
	end := a.t1
	one := func(x, y, da, db []float64, count []int32, sum float64) float64 {
		da, db = da[:len(x)], db[:len(y)]
		for i := 1; i < len(count); i++ {
			j := count[i]
			from, f, q, g := x[i], x[i+1], y[j], y[j+1]
			// S is linear between two spikes: a piece counts as its middle does. It begins
			// at a spike, so that t less that spike is half of its length.
			u, v, half := f-from, g-q, float64((min(f, g, end)-from)/2)
			t := from + half
			na := float64(da[i]*(u-half)) + float64(da[i+1]*half)
			nb := float64(db[j]*(g-t)) + float64(db[j+1]*(t-q))
			both := u + v // twice the mean
			sum += float64((float64(na*v*v) + float64(nb*u*u)) * half / (u * v * both * both))
		}
		return sum
	}
	x, y := a.x, b.x
	to := min(x[1], y[1], end)
	u, v, t := x[1]-x[0], y[1]-y[0], float64((a.t0+to)/2)
	na := float64(w.da[0]*(x[1]-t)) + float64(w.da[1]*(t-x[0]))
	nb := float64(w.db[0]*(y[1]-t)) + float64(w.db[1]*(t-y[0]))
	both := u + v
	sum := float64((float64(na*v*v) + float64(nb*u*u)) * ((to - a.t0) / 2) / (u * v * both * both))
	sum = one(y, x, w.db, w.da, w.b, one(x, y, w.da, w.db, w.a, sum))
	return 4 * sum / (a.t1 - a.t0)
}

// away sets d to the distances of spikes x to the nearest of y, with what counts for those
// that are taken to be outside.
func away(d, x, y []float64, count []int32) []float64 {
	n := len(count)
	if cap(d) < n+1 {
		d = make([]float64, 2*n)
	}
	d = d[:n+1]
	for i, j := range count[1:] {
		two, s := y[j:j+2:j+2], x[i+1]
		d[i+1] = min(s-two[0], two[1]-s)
	}
	// Beyond the first and the last spike it is that of this spike.
	d[0], d[n] = d[1], d[n-1]
	return d
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
