package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Measure returns what is reported of a component, a row for each named channel, or for each
// good one without names: over the closed interval from one time to another, s,
//
//	mean       the mean amplitude,
//	peak       the largest deflection of a sign, and its latency; NaN when no value has that sign,
//	area       of the part of the wave with that sign, by trapezoids between samples, cut where it crosses 0,
//	latency50  the time at which half of that area lies behind, linear between samples
//
// sign is "pos", "neg", or "abs" for the rectified wave. Errors: a channel that is not
// there, an interval outside of the samples or of one sample. Source: Luck 2014, "An
// introduction to the event-related potential technique", chapter 9; Kiesel et al. 2008,
// Psychophysiology 45:250.
func (e *Evoked) Measure(sign string, from, to float64, channels ...string) (table.Table, error) {
	const call = "Evoked.Measure"
	factor, ok := map[string]float64{"pos": 1, "neg": -1, "abs": 0}[sign]
	if !ok {
		return table.Table{}, fmt.Errorf(`eeg: %s: sign is %q; it must be "pos", "neg" or "abs"`, call, sign)
	}
	index, err := find(call, e.Channels, channels)
	if err != nil {
		return table.Table{}, err
	}
	a, b, err := e.window(call, from, to)
	if err != nil {
		return table.Table{}, err
	}
	if a == b {
		return table.Table{}, fmt.Errorf("eeg: %s: from %g to %g s there is one sample; an area needs two or more", call, from, to)
	}
	times := e.Times()
	names, units := table.Col{Name: "channel", Text: []string{}}, table.Col{Name: "unit", Text: []string{}}
	cols := []table.Col{{Name: "mean"}, {Name: "peak"}, {Name: "peak time", Unit: "s"}, {Name: "area"}, {Name: "latency50", Unit: "s"}}
	for _, c := range index {
		if len(channels) == 0 && e.Channels[c].Bad {
			continue
		}
		x := e.X[c][a : b+1]
		peak, at := math.NaN(), math.NaN()
		best := 0.0
		side := make([]float64, len(x)) // as seen from 0, towards the sign
		for k, v := range x {
			side[k] = v * factor
			if factor == 0 {
				side[k] = math.Abs(v)
			}
			if side[k] > best {
				best, peak, at = side[k], v, times[a+k]
			}
		}
		area, half := areaOf(x, factor, 1/e.FS)
		names.Text, units.Text = append(names.Text, e.Channels[c].Name), append(units.Text, e.Channels[c].Unit)
		for i, v := range []float64{mean(x), peak, at, area, times[a] + half} {
			cols[i].Num = append(cols[i].Num, v)
		}
	}
	return table.Table{Title: e.String(), Cols: append([]table.Col{names, units}, cols...)}, nil
}

// areaOf returns the area under the part of x with a sign, 0 for both, dt apart, and how long after the first
// sample half of it lies behind; NaN when there is none. A negative part has a negative
// area.
func areaOf(x []float64, factor, dt float64) (area, half float64) {
	// The wave as pieces of straight lines that do not cross 0: where, how long, heights.
	type piece struct{ at, dur, y0, y1 float64 }
	var pieces []piece
	add := func(at, dur, y0, y1 float64) {
		if factor == 0 {
			y0, y1 = math.Abs(y0), math.Abs(y1)
		} else {
			y0, y1 = math.Max(0, y0*factor), math.Max(0, y1*factor)
		}
		if dur > 0 && y0+y1 > 0 {
			pieces = append(pieces, piece{at, dur, y0, y1})
			area += float64(0.5 * dur * (y0 + y1))
		}
	}
	for k := 1; k < len(x); k++ {
		y0, y1, at := x[k-1], x[k], float64(float64(k-1)*dt)
		if y0*y1 < 0 {
			cut := dt * y0 / (y0 - y1)
			add(at, cut, y0, 0)
			add(at+cut, dt-cut, 0, y1)
		} else {
			add(at, dt, y0, y1)
		}
	}
	half = math.NaN()
	left := area / 2
	for _, p := range pieces {
		whole := float64(0.5 * p.dur * (p.y0 + p.y1))
		if left > whole {
			left -= whole
			continue
		}
		// left = y0 u + (y1 - y0) u²/(2 dur), solved for u without cancellation.
		slope := (p.y1 - p.y0) / p.dur
		root := math.Sqrt(math.Max(0, float64(p.y0*p.y0)+float64(2*slope*left)))
		half = p.at + 2*left/(p.y0+root)
		break
	}
	if factor < 0 {
		area = -area
	}
	return area, half
}

// Jackknife returns what f measures on the grand average of evoked responses, such as a
// latency that single subjects are too noisy for, with the standard error of the jackknife,
//
//	se = sqrt( (n-1)/n Σ (f_i - mean f)² ),
//
// f_i being f of the grand average without response i. Errors: less than two responses,
// those of GrandAverage, and those of f. Source: Miller, Patterson and Ulrich 1998,
// Psychophysiology 35:99.
func Jackknife(f func(*Evoked) (float64, error), evoked ...*Evoked) (value, se float64, err error) {
	n := len(evoked)
	if n < 2 {
		return 0, 0, fmt.Errorf("eeg: Jackknife: %s; 2 or more are needed", spell.Count(n, "evoked response"))
	}
	all, err := GrandAverage(evoked...)
	if err != nil {
		return 0, 0, err
	}
	if value, err = f(all); err != nil {
		return 0, 0, fmt.Errorf("eeg: Jackknife: %w", err)
	}
	left := make([]float64, n)
	for i := range evoked {
		rest := append(append([]*Evoked(nil), evoked[:i]...), evoked[i+1:]...)
		g, err := GrandAverage(rest...)
		if err != nil {
			return 0, 0, err
		}
		if left[i], err = f(g); err != nil {
			return 0, 0, fmt.Errorf("eeg: Jackknife: without response %d: %w", i, err)
		}
	}
	m, ss := mean(left), 0.0
	for _, v := range left {
		ss += float64((v - m) * (v - m))
	}
	return value, math.Sqrt(ss * float64(n-1) / float64(n)), nil
}
