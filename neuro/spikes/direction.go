package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// A VonMises is a curve over an angle:
//
//	rate(θ) = Base + Amplitude exp(Kappa (cos(θ - Preferred) - 1))
type VonMises struct {
	Base, Amplitude float64 `unit:"Hz"`
	Preferred       float64 `unit:"rad"`
	Kappa           float64
	R2              float64 // share of the variance over angles that it explains
}

// At returns the rate at an angle, rad.
func (v VonMises) At(angle float64) float64 {
	_, cos := vec.Sincos(angle - v.Preferred)
	return v.Base + float64(v.Amplitude*vec.Exp(v.Kappa*(cos-1)))
}

// Width returns the full width at half height, rad; 2π where the curve never falls to
// it.
func (v VonMises) Width() float64 {
	// Half of the way from the lowest rate to the highest.
	least := vec.Exp(-2 * v.Kappa)
	cos := 1 + vec.Log((1+least)/2)/v.Kappa
	if !(cos >= -1) {
		return 2 * math.Pi
	}
	return 2 * vec.Acos(math.Min(cos, 1))
}

// FitVonMises fits the curve to rates at angles (rad) by weighted least squares;
// weight nil counts all alike. For each Preferred and Kappa the best Base and
// Amplitude are in closed form; the two are searched from all angles and widths, and
// refined until they stand still. NaN rates are left out.
//
// Fewer than 4 rates, unequal lengths, negative weights, values that are not
// finite, and rates that are all equal are errors. Source: Swindale 1998, Biol.
// Cybern. 78:45. Checked by curves without noise and by the optimum's neighbours.
func FitVonMises(angle, rate, weight []float64) (*VonMises, error) {
	const call = "FitVonMises"
	if len(angle) != len(rate) || weight != nil && len(weight) != len(rate) {
		return nil, fmt.Errorf("spikes: %s: there are %d angles, %d rates and %d weights; they must be as many", call, len(angle), len(rate), len(weight))
	}
	var a, y, w []float64
	mean, total := 0.0, 0.0
	for i, v := range rate {
		u := 1.0
		if weight != nil {
			u = weight[i]
		}
		if math.IsNaN(v) || u == 0 {
			continue
		}
		if !finite(angle[i]) || !finite(v) || !(u > 0) || math.IsInf(u, 0) {
			return nil, fmt.Errorf("spikes: %s: value %d is %g Hz at %g rad with weight %g; they must be finite and the weight 0 or more", call, i, v, angle[i], u)
		}
		a, y, w = append(a, angle[i]), append(y, v), append(w, u)
		mean += float64(u * v)
		total += u
	}
	if len(a) < 4 {
		return nil, fmt.Errorf("spikes: %s: there are %d rates; a curve of four parameters needs 4 or more", call, len(a))
	}
	mean /= total
	whole := 0.0
	for i, v := range y {
		whole += float64(w[i] * float64((v-mean)*(v-mean)))
	}
	if !(whole > 1e-24*float64(mean*mean)*total) {
		return nil, fmt.Errorf("spikes: %s: all rates are %g Hz; they prefer no angle", call, mean)
	}
	// loss is what is left with the best Base and Amplitude above 0.
	e := make([]float64, len(a))
	loss := func(mu, logK float64) (float64, VonMises) {
		v := VonMises{Preferred: mu, Kappa: vec.Exp(logK)}
		me, mm := 0.0, 0.0
		for i, t := range a {
			_, cos := vec.Sincos(t - mu)
			e[i] = vec.Exp(v.Kappa * (cos - 1))
			me += float64(w[i] * e[i])
		}
		me /= total
		cross := 0.0
		for i := range a {
			d := e[i] - me
			mm += float64(w[i] * float64(d*d))
			cross += float64(w[i] * float64(d*(y[i]-mean)))
		}
		if mm > 0 && cross > 0 {
			v.Amplitude = cross / mm
		}
		v.Base = mean - float64(v.Amplitude*me)
		left := 0.0
		for i := range a {
			r := y[i] - v.Base - float64(v.Amplitude*e[i])
			left += float64(w[i] * float64(r*r))
		}
		return left, v
	}
	best, at := math.Inf(1), [2]float64{}
	for m := range 36 {
		for k := range 12 {
			mu, logK := float64(m)*math.Pi/18, float64(float64(k)*0.6)-2.3
			if l, _ := loss(mu, logK); l < best {
				best, at = l, [2]float64{mu, logK}
			}
		}
	}
	// A search of eight neighbours whose step halves where none is better.
	for step := [2]float64{math.Pi / 36, 0.3}; step[0] > 1e-11; {
		better := false
		for _, d := range [8][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}} {
			next := [2]float64{at[0] + float64(d[0]*step[0]), at[1] + float64(d[1]*step[1])}
			if next[1] < -7 || next[1] > 8 {
				continue
			}
			if l, _ := loss(next[0], next[1]); l < best {
				best, at, better = l, next, true
			}
		}
		if !better {
			step[0], step[1] = step[0]/2, step[1]/2
		}
	}
	left, v := loss(at[0], at[1])
	v.Preferred = upright(math.Mod(v.Preferred, 2*math.Pi))
	v.R2 = 1 - left/whole
	return &v, nil
}

// A Direction is how a cell prefers directions of the head, or of anything else that
// turns.
type Direction struct {
	Curves    *Curves // one curve
	Preferred float64 `unit:"rad"` // direction of the mean vector of the curve
	// R is the length of that vector, 0 to 1: rates are weighed, not spikes, so that
	// directions which were taken often do not count more.
	R float64
	// P is the share of the trains that were turned in time, with the train itself
	// among them, whose R is as large.
	P    float64
	N    int // trains that were turned
	Fit  *VonMises
	Bits float64 `unit:"bit"` // information per spike
}

// DirectionOptions say how HeadDirection works; zero fields take the defaults named.
type DirectionOptions struct {
	Bins      int     // of the circle; 0 is 60
	Sigma     float64 // bins of the Gaussian that smooths; 0 is 1, -1 none
	Surrogate int     // trains turned in time; 0 is 999, -1 none
	// Shortest is the shortest turn in time, ms; 0 lets all turns be, with which P is right.
	// Turns that are kept from 0 leave out those that are most like the train, and P is the
	// more too small the shorter the recording.
	Shortest float64
	Seed     uint64
}

// HeadDirection returns the tuning of a cell to a direction: t are the times of the
// samples (ms, ascending), angle their directions (rad), s the train.
//
// The train is turned in time by random amounts, its end following its beginning,
// to tell what a cell without tuning would give: spikes that follow each other
// closely point the same way without it.
//
// Errors are those of TuningCurves and FitVonMises, fewer than 2 spikes while
// tracked, and Surrogate below -1. Sources: Taube, Muller and Ranck 1990, J.
// Neurosci. 10:420; Langston et al. 2010, Science 328:1576 (turns in time).
func HeadDirection(t, angle []float64, s neuro.Spikes, o DirectionOptions) (*Direction, error) {
	const call = "HeadDirection"
	if o.Bins == 0 {
		o.Bins = 60
	}
	switch o.Sigma {
	case 0:
		o.Sigma = 1
	case -1:
		o.Sigma = 0
	}
	if o.Surrogate < -1 {
		return nil, fmt.Errorf("spikes: %s: Surrogate is %d; it must be 1 or more, 0 (999) or -1 (none)", call, o.Surrogate)
	}
	if o.Surrogate == 0 {
		o.Surrogate = 999
	}
	provenance.Random("spikes."+call, o.Seed)
	co := CurvesOptions{Bins: []int{o.Bins}, Circular: true, Sigma: o.Sigma, Names: []string{"direction"}}
	c, err := tuningCurves(call, t, [][]float64{angle}, []neuro.Spikes{s}, co)
	if err != nil {
		return nil, err
	}
	if c.Spikes[0] < 2 {
		return nil, fmt.Errorf("spikes: %s: %d spikes are within the time of the samples; 2 or more are needed", call, c.Spikes[0])
	}
	d := &Direction{Curves: c, P: math.NaN()}
	d.R, d.Preferred = c.vector(c.Rate[0])
	_, bits := c.Information()
	d.Bits = bits[0]
	if d.Fit, err = FitVonMises(c.Centres(0), c.Rate[0], c.Occupancy); err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, err)
	}
	if o.Surrogate < 0 {
		return d, nil
	}
	first, last := t[0], t[len(t)-1]
	inside := within(s, first, last)
	if !(o.Shortest >= 0 && o.Shortest < (last-first)/2) {
		return nil, fmt.Errorf("spikes: %s: Shortest is %g ms with %g ms tracked; it must be 0 or more and below half of that", call, o.Shortest, last-first)
	}
	r := rng.New(o.Seed, 0)
	null := make([]float64, o.Surrogate)
	task := display.Start("spikes."+call, "surrogates", len(null))
	defer task.End()
	bin := c.binsOf([][]float64{angle})
	samples := make([]float64, len(c.Occupancy))
	for b, v := range c.Occupancy {
		samples[b] = v * c.FS
	}
	under := c.smoothed(samples, o.Sigma)
	moved := make(neuro.Spikes, len(inside))
	for k := range null {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		shift := o.Shortest + float64(float64(r.Float64())*(last-first-2*o.Shortest))
		cut := sort.Search(len(inside), func(i int) bool { return inside[i]+shift > last })
		for i, v := range inside[cut:] {
			moved[i] = math.Max(first, v+shift-(last-first))
		}
		for i, v := range inside[:cut] {
			moved[len(inside)-cut+i] = v + shift
		}
		count := make([]float64, len(samples))
		countNear(count, bin, t, 0, moved)
		over := c.smoothed(count, o.Sigma)
		for b := range over {
			if over[b] /= under[b]; samples[b] == 0 {
				over[b] = math.NaN()
			}
		}
		null[k], _ = c.vector(over)
	}
	d.N = len(null)
	d.P = stats.PermutationP([]float64{d.R}, null, false)[0]
	return d, nil
}

// vector returns the length and direction of the mean vector of rates.
func (c *Curves) vector(rate []float64) (length, direction float64) {
	x, y, sum := 0.0, 0.0, 0.0
	for b, m := range c.Centres(0) {
		if math.IsNaN(rate[b]) {
			continue
		}
		sin, cos := vec.Sincos(m)
		x += float64(rate[b] * cos)
		y += float64(rate[b] * sin)
		sum += rate[b]
	}
	return vec.Hypot(x, y) / sum, upright(vec.Atan2(y, x))
}

// String says which direction is preferred, and how surely.
func (d *Direction) String() string {
	s := fmt.Sprintf("direction %.2f rad preferred, mean vector %.3f", d.Preferred, d.R)
	if d.N > 0 {
		s += fmt.Sprintf(", p = %.2g (%d turns in time)", d.P, d.N)
	}
	return s + fmt.Sprintf("; %.2f bit per spike; width %.2f rad", d.Bits, d.Fit.Width())
}

// Plot draws the curve round the circle and over the angle with the fit.
func (d *Direction) Plot() *figure.Figure {
	c := d.Curves
	p := c.polar("", c.Rate[0])
	top := 0.0
	for _, r := range c.Rate[0] {
		if r > top {
			top = r
		}
	}
	sin, cos := vec.Sincos(d.Preferred)
	long := float64(d.R * top)
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Arrow, X: []float64{0, float64(long * cos)}, Y: []float64{0, float64(long * sin)}, Color: "red", Width: 2})
	var x, y []float64
	for k := 0; k <= 200; k++ {
		a := float64(k) / 100 * math.Pi
		x, y = append(x, a), append(y, d.Fit.At(a))
	}
	return &figure.Figure{Title: d.String(), Width: 20, Height: 9, Cols: 2, Panels: []figure.Panel{p, {
		X: figure.Axis{Label: "direction", Unit: "rad", Min: 0, Max: 2 * math.Pi, Ticks: []float64{0, math.Pi / 2, math.Pi, 1.5 * math.Pi, 2 * math.Pi}, Names: []string{"0", "π/2", "π", "3π/2", "2π"}},
		Y: figure.Axis{Label: "rate", Unit: "Hz"},
		Layers: []figure.Layer{
			{Kind: figure.Stairs, Name: "cell", X: c.Edges[0], Y: c.Rate[0], Color: "blue"},
			{Kind: figure.Line, Name: "von Mises", X: x, Y: y, Color: "orange"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (d *Direction) Show() display.Bundle {
	b := d.Plot().Show()
	b.Data[display.TypeText] = d.String()
	return b
}
