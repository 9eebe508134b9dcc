package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// CurvesOptions say how TuningCurves divides what was tracked. The zero value of a
// field means its default.
type CurvesOptions struct {
	// Bins is the number of bins along each feature; nil is 20 along each.
	Bins []int
	// Range is the lowest and the highest value of each feature; nil takes them
	// from the data. Values outside are not counted.
	Range [][2]float64
	// Circular says that the only feature is an angle: Range is a whole turn, by
	// default 0 to 2π, and angles beyond it are brought into it.
	Circular bool
	// Sigma is the standard deviation, in bins, of the Gaussian that smooths spikes
	// and time before they are divided; 0 is none.
	Sigma float64
	// Epochs are the times that count, ms, [from, to]; nil takes all.
	Epochs [][2]float64
	// Names and Units of the features, for the axes.
	Names, Units []string
}

// Curves are the rates of cells over one feature, such as the place on a track or
// the direction of the head, or over two, such as the place on a floor.
type Curves struct {
	// Edges are those of the bins along each feature.
	Edges [][]float64
	// Rate is [cell][bin], Hz, NaN where the feature never was. Of two features bin
	// i*n+j is bin i of the first and bin j of the second, n being the number of
	// bins of the second.
	Rate [][]float64 `unit:"Hz"`
	// Occupancy is the time in each bin, s, not smoothed.
	Occupancy []float64 `unit:"s"`
	Mean      []float64 `unit:"Hz"` // spikes of each cell by the length of the epochs, Hz
	Spikes    []int     // of each cell that were counted
	FS        float64   `unit:"Hz"` // samples of the feature in a second
	Circular  bool
	Names     []string
	Units     []string
	// Problems are notes of samples outside of Range, and of a feature that keeps to a
	// small part of it.
	Problems neuro.Problems
}

// TuningCurves returns the rates of cells over features: the spikes in each bin
// divided by the time in it,
//
//	rate = spikes * fs / samples,
//
// where a spike is given the sample of the feature that is nearest in time, of two
// equally near the later, and fs is one over the mean interval of the samples.
//
// t (ms, ascending) are the times of the samples and features, [feature][sample],
// one or two of them; cells are the trains of all cells. Spikes before the first
// sample and after the last, or outside of the epochs, are not counted. A sample
// that is NaN in a feature, as where tracking was lost, is not counted, and neither
// are spikes near it.
//
// Errors: no features or more than two, unequal lengths, fewer than 2 samples,
// times that are not finite and ascending, infinite values, fewer than 1 or more
// than 1e7 bins, a range or an epoch whose end is not above its start, a range without
// samples, epochs that overlap, Circular with two features, angles in radians with a
// range of 360 degrees and degrees with one of 2π, and a negative Sigma. Sources: Muller, Kubie
// and Ranck 1987, J. Neurosci. 7:1935; Taube, Muller and Ranck 1990, J. Neurosci.
// 10:420. Checked against pynapple 0.11.4's compute_tuning_curves.
func TuningCurves(t []float64, features [][]float64, cells []neuro.Spikes, o CurvesOptions) (*Curves, error) {
	return tuningCurves("TuningCurves", t, features, cells, o)
}

func tuningCurves(call string, t []float64, features [][]float64, cells []neuro.Spikes, o CurvesOptions) (*Curves, error) {
	c, err := newCurves(call, t, features, o)
	if err != nil {
		return nil, err
	}
	if !(o.Sigma >= 0) || math.IsInf(o.Sigma, 0) {
		return nil, fmt.Errorf("spikes: %s: Sigma is %g bins; it must be 0 or more and finite", call, o.Sigma)
	}
	for i, s := range cells {
		if err := check(call, fmt.Sprintf("cells[%d]", i), s); err != nil {
			return nil, err
		}
	}
	epochs, err := c.epochs(call, t, o.Epochs)
	if err != nil {
		return nil, err
	}
	bin := c.binsOf(features)
	// Samples by bin, and the mean interval within epochs.
	samples := make([]float64, c.size())
	intervals, between, tracked := 0, 0.0, 0.0
	for _, e := range epochs {
		for _, b := range bin[e.from:e.to] {
			if b >= 0 {
				samples[b]++
			}
		}
		intervals += e.to - e.from - 1
		between += t[e.to-1] - t[e.from]
		tracked += e.hi - e.lo
	}
	if !(between > 0) {
		return nil, fmt.Errorf("spikes: %s: the epochs hold no two samples at different times", call)
	}
	c.FS = float64(intervals) * 1000 / between
	c.Occupancy = make([]float64, len(samples))
	for b, n := range samples {
		c.Occupancy[b] = n / c.FS
	}
	under := c.smoothed(samples, o.Sigma)
	c.Rate, c.Mean, c.Spikes = make([][]float64, len(cells)), make([]float64, len(cells)), make([]int, len(cells))
	task := display.Start("spikes."+call, "cells", len(cells))
	defer task.End()
	linalg.Parallel(len(cells), func(i int) {
		if task.Err() != nil {
			return
		}
		count := make([]float64, len(samples))
		for _, e := range epochs {
			c.Spikes[i] += countNear(count, bin, t[e.from:e.to], e.from, within(cells[i], e.lo, e.hi))
		}
		c.Mean[i] = float64(c.Spikes[i]) * 1000 / tracked
		over := c.smoothed(count, o.Sigma)
		for b := range over {
			if samples[b] == 0 {
				over[b] = math.NaN()
				continue
			}
			over[b] = over[b] / under[b] * c.FS
		}
		c.Rate[i] = over
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	return c, nil
}

// newCurves checks the arguments and makes the bins.
func newCurves(call string, t []float64, features [][]float64, o CurvesOptions) (*Curves, error) {
	if len(features) < 1 || len(features) > 2 {
		return nil, fmt.Errorf("spikes: %s: there are %d features; 1 or 2 are possible", call, len(features))
	}
	if o.Circular && len(features) != 1 {
		return nil, fmt.Errorf("spikes: %s: Circular with %d features; it is for one angle", call, len(features))
	}
	if len(t) < 2 {
		return nil, fmt.Errorf("spikes: %s: t has %d samples; 2 or more are needed", call, len(t))
	}
	for i, v := range t {
		if !finite(v) || i > 0 && v < t[i-1] {
			return nil, fmt.Errorf("spikes: %s: t[%d] is %g ms; times must be finite and ascend", call, i, v)
		}
	}
	if o.Bins != nil && len(o.Bins) != len(features) || o.Range != nil && len(o.Range) != len(features) {
		return nil, fmt.Errorf("spikes: %s: Bins has %d and Range %d entries; each must be nil or have one for each of the %d features", call, len(o.Bins), len(o.Range), len(features))
	}
	c := &Curves{Circular: o.Circular}
	size := 1.0
	for f, x := range features {
		if len(x) != len(t) {
			return nil, fmt.Errorf("spikes: %s: features[%d] has %d samples and t has %d; they must be as many", call, f, len(x), len(t))
		}
		n := 20
		if o.Bins != nil {
			n = o.Bins[f]
		}
		if size *= float64(n); n < 1 || size > 1e7 {
			return nil, fmt.Errorf("spikes: %s: Bins of feature %d is %d; it must be 1 or more, and all bins at most 1e7", call, f, n)
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for i, v := range x {
			if math.IsInf(v, 0) {
				return nil, fmt.Errorf("spikes: %s: features[%d][%d] is %g; values must be finite, or NaN where there is none", call, f, i, v)
			}
			if v < lo {
				lo = v
			}
			if v > hi {
				hi = v
			}
		}
		least, most := lo, hi
		if o.Circular {
			lo, hi = 0, 2*math.Pi
		}
		if o.Range != nil {
			lo, hi = o.Range[f][0], o.Range[f][1]
			if !(hi > lo) || math.IsInf(hi-lo, 0) {
				return nil, fmt.Errorf("spikes: %s: Range of feature %d is %g to %g; the end must be above the start", call, f, lo, hi)
			}
		}
		if math.IsInf(lo, 0) || math.IsInf(hi-lo, 0) {
			return nil, fmt.Errorf("spikes: %s: feature %d has no values, or reaches wider than a float64", call, f)
		}
		if hi == lo { // as NumPy: one unit about the value
			lo, hi = lo-0.5, hi+0.5
		}
		if err := c.unitOf(call, f, x, least, most, lo, hi); err != nil {
			return nil, err
		}
		edges := make([]float64, n+1)
		step := (hi - lo) / float64(n)
		for i := range edges {
			edges[i] = float64(float64(i)*step) + lo
		}
		edges[n] = hi
		c.Edges = append(c.Edges, edges)
		name, unit := fmt.Sprintf("feature %d", f+1), ""
		if len(features) == 1 {
			name = "feature"
		}
		if f < len(o.Names) {
			name = o.Names[f]
		}
		if f < len(o.Units) {
			unit = o.Units[f]
		} else if o.Circular && o.Range == nil {
			unit = "rad"
		}
		c.Names, c.Units = append(c.Names, name), append(c.Units, unit)
	}
	return c, nil
}

// unitOf finds angles in another unit than the range lo to hi, and notes what of feature f,
// which reaches from least to most, the range leaves out.
func (c *Curves) unitOf(call string, f int, x []float64, least, most, lo, hi float64) error {
	const turn = 2 * math.Pi
	if c.Circular {
		largest := math.Max(math.Abs(least), math.Abs(most))
		switch width := hi - lo; {
		case math.Abs(width-360) < 1e-6 && largest < 1.001*turn:
			return fmt.Errorf("spikes: %s: the angles lie between %.3g and %.3g, radians, and Range is %g to %g, degrees; bring both to one unit", call, least, most, lo, hi)
		case math.Abs(width-turn) < 1e-3 && largest > turn && largest < 360.001:
			// Neither wrapped nor unwrapped radians step by more than a turn.
			last := math.NaN()
			for i, v := range x {
				if math.Abs(v-last) > 1.001*turn {
					return fmt.Errorf("spikes: %s: the angles lie between %.4g and %.4g and step by %.4g at sample %d, more than a turn of 2π: if they are degrees, Range must be 0 to 360, or -180 to 180", call, least, most, v-last, i)
				}
				if !math.IsNaN(v) {
					last = v
				}
			}
		}
		return nil
	}
	outside, all := 0, 0
	for _, v := range x {
		if !math.IsNaN(v) {
			all++
			outside += oneIf(!(v >= lo && v <= hi))
		}
	}
	name := fmt.Sprintf("feature %d", f)
	switch {
	case outside == all:
		return fmt.Errorf("spikes: %s: feature %d lies between %.4g and %.4g, outside of Range, %g to %g", call, f, least, most, lo, hi)
	case outside > 0:
		c.Problems.Add("note", name, "%d of %s lie outside of Range, %g to %g, and are not counted", outside, spell.Count(all, "sample"), lo, hi)
	case most-least < (hi-lo)/20 && most > least:
		c.Problems.Add("note", name, "it lies between %.4g and %.4g, a small part of Range, %g to %g: is it in another unit?", least, most, lo, hi)
	}
	return nil
}

// size is the number of bins.
func (c *Curves) size() int {
	n := 1
	for _, e := range c.Edges {
		n *= len(e) - 1
	}
	return n
}

// binsOf returns the bin of each sample, -1 where it has none.
func (c *Curves) binsOf(features [][]float64) []int32 {
	out := make([]int32, len(features[0]))
	for f, x := range features {
		e := c.Edges[f]
		n := len(e) - 1
		lo, hi := e[0], e[n]
		scale := float64(n) / (hi - lo)
		for i, v := range x {
			if c.Circular {
				v = wrapped(v, lo, hi)
			}
			if out[i] < 0 || !(v >= lo && v <= hi) {
				out[i] = -1
				continue
			}
			// A first guess from the quotient, then exact by the edges.
			k := min(int((v-lo)*scale), n-1)
			if v < e[k] {
				k--
			} else if k < n-1 && v >= e[k+1] {
				k++
			}
			out[i] = out[i]*int32(n) + int32(k)
		}
	}
	return out
}

// wrapped brings v into lo <= v < hi by whole turns.
func wrapped(v, lo, hi float64) float64 {
	if v >= lo && v < hi || math.IsNaN(v) {
		return v
	}
	turn := hi - lo
	v = lo + math.Mod(v-lo, turn)
	if v < lo {
		v += turn
	}
	if v >= hi {
		return lo
	}
	return v
}

// An epoch is a stretch of time with its samples.
type epoch struct {
	lo, hi   float64
	from, to int
}

// epochs finds the samples in each; those without any are left out.
func (c *Curves) epochs(call string, t []float64, given [][2]float64) ([]epoch, error) {
	if given == nil {
		return []epoch{{t[0], t[len(t)-1], 0, len(t)}}, nil
	}
	var out []epoch
	for i, e := range given {
		if !(e[1] > e[0]) || i > 0 && e[0] < given[i-1][1] {
			return nil, fmt.Errorf("spikes: %s: epoch %d is from %g to %g ms; epochs must end after they begin, and follow each other", call, i, e[0], e[1])
		}
		from := sort.SearchFloat64s(t, e[0])
		to := sort.Search(len(t), func(k int) bool { return t[k] > e[1] })
		if to > from {
			out = append(out, epoch{e[0], e[1], from, to})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("spikes: %s: no sample is in one of the %d epochs", call, len(given))
	}
	return out, nil
}

// countNear adds each spike to the bin of the sample nearest in time; t are those
// of an epoch, the first being sample from. It returns how many spikes have a
// sample.
func countNear(count []float64, bin []int32, t []float64, from int, s neuro.Spikes) int {
	k, near := 0, 0
	for _, at := range s {
		k, near = nearest(t, k, at)
		if b := bin[from+near]; b >= 0 {
			count[b]++
		}
	}
	return len(s)
}

// nearest returns the sample nearest to a time, of two equally near the later, and the
// last one not behind it, from which the search for a later time begins.
func nearest(t []float64, k int, at float64) (last, near int) {
	n := len(t)
	if k+1 < n && t[k+1] <= at {
		// Steps that double, then halve: trains are sparse beside samples.
		step := 1
		for k+step < n && t[k+step] <= at {
			k += step
			step *= 2
		}
		for ; step > 0; step /= 2 {
			if k+step < n && t[k+step] <= at {
				k += step
			}
		}
	}
	if k+1 < n && t[k+1]-at <= at-t[k] {
		return k, k + 1
	}
	return k, k
}

// smoothed returns counts under a Gaussian of standard deviation sigma bins, cut
// off at 4 sigma: around the circle where there is one, else nothing lies beyond
// the ends.
func (c *Curves) smoothed(count []float64, sigma float64) []float64 {
	if sigma == 0 {
		return append([]float64(nil), count...)
	}
	rows, cols := 1, len(count)
	if len(c.Edges) == 2 {
		rows, cols = len(c.Edges[0])-1, len(c.Edges[1])-1
	}
	reach := int(math.Ceil(4 * sigma))
	w := gaussian(reach, sigma)
	across := make([]float64, len(count))
	for r := range rows {
		for k := range cols {
			sum := 0.0
			for j := -reach; j <= reach; j++ {
				at := k + j
				if c.Circular {
					at = ((at % cols) + cols) % cols
				} else if at < 0 || at >= cols {
					continue
				}
				sum += float64(w[max(j, -j)] * count[r*cols+at])
			}
			across[r*cols+k] = sum
		}
	}
	if rows == 1 {
		return across
	}
	out := make([]float64, len(count))
	for r := range rows {
		for j := max(0, r-reach); j <= min(rows-1, r+reach); j++ {
			for k := range cols {
				out[r*cols+k] += float64(w[max(r-j, j-r)] * across[j*cols+k])
			}
		}
	}
	return out
}

// Centres returns the middle of each bin along a feature.
func (c *Curves) Centres(feature int) []float64 {
	e := c.Edges[feature]
	out := make([]float64, len(e)-1)
	for i := range out {
		out[i] = e[i] + float64((e[i+1]-e[i])/2)
	}
	return out
}
