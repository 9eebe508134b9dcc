package calcium

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DeconvolveOptions say how calcium decays and how events are kept few. The zero value of
// a field means its default.
type DeconvolveOptions struct {
	Tau      float64 `unit:"s"` // time in which calcium falls to 1/e; 0 estimates it with DecayTime
	Baseline float64 // of the trace, in its units: 0 for ΔF/F
	Lambda   float64 // penalty of the sum of events; 0 is none, -1 the one whose residuals have the variance of the noise
	Noise    float64 // standard deviation, for Lambda -1 and the estimate of Tau; 0 takes that of Noise
	MinEvent float64 // events are of this size at least; 0 is any
	// Free lets the level at the start, and what decays from it, be below the baseline, as
	// in suite2p; otherwise calcium is 0 or above.
	Free bool
}

// NewDeconvolve returns the default options.
func NewDeconvolve() DeconvolveOptions { return DeconvolveOptions{} }

// A Deconvolved is a trace with the calcium and the events that explain it.
type Deconvolved struct {
	F       []float64 // the trace that was given
	Calcium []float64 // fitted, in its units, without the baseline
	Events  []float64 // how much calcium came in at each frame, in its units; 0 at the first, whose level came before
	FS      float64   `unit:"Hz"`
	Tau     float64   `unit:"s"`
	// Baseline and Lambda are what was used. Noise is the standard deviation that was given
	// or estimated, 0 where it was not needed.
	Baseline, Lambda, Noise float64
}

// Deconvolve finds the calcium c of a trace f, which decays by γ = exp(-1/(tau fs)) in each
// frame, and the events s that add to it:
//
//	minimise 1/2 Σ (f[t] - baseline - c[t])² + λ Σ s[t],   s[t] = c[t] - γ c[t-1] ≥ 0, c[0] ≥ 0
//
// which is solved exactly, in time that grows with the number of frames, by joining
// stretches of decay until none begins below the end of the one before (OASIS). s[0] is
// part of the penalty as c[0]; with Free c[0] may have any sign and is no part of it. With
// MinEvent a stretch begins where it is that much above; the problem is then not convex,
// and the result OASIS's. λ of noise is found by bisection, to 1 part in 2^40.
//
// With Free and λ 0 it is suite2p's deconvolution. An event of one spike is not 1: how much
// calcium a spike brings is not known from the trace.
//
// Errors: values that are not finite, fs or options out of range, and those of DecayTime
// where Tau is to be estimated. Sources: Friedrich, Zhou and Paninski 2017, PLoS Comput
// Biol 13:e1005423; Pachitariu, Stringer and Harris 2018, J Neurosci 38:7976. Checked
// against the exact solution by non-negative least squares (SciPy 1.17.1), the conditions
// of Karush, Kuhn and Tucker, and what suite2p gave for a recording.
func Deconvolve(f []float64, fs float64, o DeconvolveOptions) (*Deconvolved, error) {
	const call = "Deconvolve"
	if err := check(call, "f", f, fs); err != nil {
		return nil, err
	}
	switch {
	case !(o.Tau >= 0) || math.IsInf(o.Tau, 1):
		return nil, fmt.Errorf("calcium: %s: Tau is %g s; above 0 is needed, or 0 to estimate it", call, o.Tau)
	case !(o.Lambda >= 0) && o.Lambda != -1 || math.IsInf(o.Lambda, 1):
		return nil, fmt.Errorf("calcium: %s: Lambda is %g; 0 and above are allowed, and -1 for that of the noise", call, o.Lambda)
	case !(o.Noise >= 0) || math.IsInf(o.Noise, 1):
		return nil, fmt.Errorf("calcium: %s: Noise is %g; above 0 is needed, or 0 to estimate it", call, o.Noise)
	case !(o.MinEvent >= 0) || math.IsInf(o.MinEvent, 1):
		return nil, fmt.Errorf("calcium: %s: MinEvent is %g; 0 and above are allowed", call, o.MinEvent)
	case math.IsNaN(o.Baseline) || math.IsInf(o.Baseline, 0):
		return nil, fmt.Errorf("calcium: %s: Baseline is %g; it must be finite", call, o.Baseline)
	}
	d := &Deconvolved{F: f, FS: fs, Tau: o.Tau, Baseline: o.Baseline, Lambda: o.Lambda, Noise: o.Noise}
	var err error
	if d.Noise == 0 && (o.Lambda == -1 || o.Tau == 0) {
		if d.Noise, err = Noise(f, fs); err != nil {
			return nil, err
		}
	}
	if d.Tau == 0 {
		if d.Tau, err = DecayTime(f, fs, d.Noise); err != nil {
			return nil, err
		}
	}
	p := &pools{rate: -1 / float64(d.Tau*fs), least: o.MinEvent, free: o.Free, y: make([]float64, len(f))}
	for i, v := range f {
		p.y[i] = v - o.Baseline
	}
	if o.Lambda == -1 {
		d.Lambda = p.ofNoise(float64(d.Noise*d.Noise) * float64(len(f)))
	}
	p.solve(d.Lambda)
	d.Calcium, d.Events = p.result()
	return d, nil
}

// DeconvolveAll deconvolves each of some traces, on all processors; the results are those
// of Deconvolve. An error names the trace.
func DeconvolveAll(f [][]float64, fs float64, o DeconvolveOptions) ([]*Deconvolved, error) {
	out, errs := make([]*Deconvolved, len(f)), make([]error, len(f))
	task := display.Start("calcium.DeconvolveAll", "traces", len(f))
	defer task.End()
	linalg.Parallel(len(f), func(i int) {
		if task.Err() != nil {
			return
		}
		out[i], errs[i] = Deconvolve(f[i], fs, o)
		task.Add(1)
	})
	if err := task.Err(); err != nil {
		return nil, fmt.Errorf("calcium: DeconvolveAll: %w", err)
	}
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("calcium: DeconvolveAll: trace %d: %w", i, err)
		}
	}
	return out, nil
}

// pools are the stretches of decay of one trace.
type pools struct {
	y     []float64 // without the baseline
	rate  float64   // log γ
	least float64
	free  bool

	powers []float64 // γ^0, γ^1 ... as far as they were needed

	value, weight []float64 // of each: where it begins, and the sum of γ^2k over it
	at            []int     // its first frame
}

// decay returns γ^n.
func (p *pools) decay(n int) float64 {
	for k := len(p.powers); k <= n; k++ {
		p.powers = append(p.powers, vec.Exp(p.rate*float64(k)))
	}
	return p.powers[n]
}

// level returns what a stretch begins with.
func (p *pools) level(v float64) float64 {
	if !p.free {
		return math.Max(v, 0)
	}
	return v
}

// solve finds the stretches for a penalty.
func (p *pools) solve(lambda float64) {
	p.value, p.weight, p.at = p.value[:0], p.weight[:0], p.at[:0]
	g := p.decay(1)
	n := len(p.y)
	// λ Σ s is linear in c: λ for the last frame, λ(1-γ) for others, -λγ for a first one
	// that is free.
	for t, v := range p.y {
		cost := lambda * (1 - g)
		if t == n-1 {
			cost = lambda
		}
		if t == 0 && p.free {
			cost -= lambda
		}
		value, weight, at := v-cost, 1.0, t
		for k := len(p.at) - 1; k >= 0; k-- {
			f := p.decay(at - p.at[k])
			if float64(p.level(p.value[k])*f)+p.least <= value {
				break
			}
			w := p.weight[k] + float64(float64(weight*f)*f)
			value = (float64(p.value[k]*p.weight[k]) + float64(float64(value*weight)*f)) / w
			weight, at = w, p.at[k]
			p.value, p.weight, p.at = p.value[:k], p.weight[:k], p.at[:k]
		}
		p.value, p.weight, p.at = append(p.value, value), append(p.weight, weight), append(p.at, at)
	}
}

// result returns the calcium and the events of the stretches.
func (p *pools) result() (c, s []float64) {
	n := len(p.y)
	c, s = make([]float64, n), make([]float64, n)
	g := p.decay(1)
	for k, at := range p.at {
		end := n
		if k+1 < len(p.at) {
			end = p.at[k+1]
		}
		v := p.level(p.value[k])
		if at > 0 {
			s[at] = math.Max(0, v-float64(g*c[at-1]))
		}
		p.decay(end - at)
		for t := at; t < end; t++ {
			c[t] = float64(v * p.powers[t-at])
		}
	}
	return c, s
}

// squares returns the sum of squared residuals.
func (p *pools) squares() float64 {
	sum := 0.0
	for k, at := range p.at {
		y := p.y[at:]
		if k+1 < len(p.at) {
			y = p.y[at:p.at[k+1]]
		}
		p.decay(len(y))
		level := p.level(p.value[k])
		for i, v := range y {
			d := v - float64(level*p.powers[i])
			sum += float64(d * d)
		}
	}
	return sum
}

// ofNoise returns the penalty with which the squared residuals have a sum.
func (p *pools) ofNoise(sum float64) float64 {
	p.solve(0)
	if p.squares() >= sum {
		return 0
	}
	// With this penalty, the largest gradient at c = 0, there are no events.
	hi, run := 0.0, 0.0
	g := p.decay(1)
	for t := len(p.y) - 1; t >= 0; t-- {
		run = p.y[t] + float64(g*run)
		hi = math.Max(hi, run)
	}
	hi *= 1 + 0x1p-40 // beyond rounding
	if p.solve(hi); p.squares() <= sum {
		return hi
	}
	lo := 0.0
	for hi-lo > hi*0x1p-40 {
		mid := (lo + hi) / 2
		if p.solve(mid); p.squares() < sum {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// Spikes returns the times of the frames with an event of some size or more, in ms: frame k is at
// 1000 k/fs. They are events of the indicator; several spikes in a frame are one.
func (d *Deconvolved) Spikes(size float64) neuro.Spikes {
	s := neuro.Spikes{}
	for k, v := range d.Events {
		if v >= size && v > 0 {
			s = append(s, float64(1000*float64(k))/d.FS)
		}
	}
	return s
}

// Plot draws the trace with the fitted calcium, and events below.
func (d *Deconvolved) Plot() *figure.Figure {
	time := figure.Axis{Label: "time", Unit: "s"}
	fit := make([]float64, len(d.Calcium))
	for i, v := range d.Calcium {
		fit[i] = v + d.Baseline
	}
	return &figure.Figure{ShareX: true, Height: 7, Heights: []float64{2, 1}, Panels: []figure.Panel{
		{X: time, Y: figure.Axis{Label: "fluorescence"}, Layers: []figure.Layer{
			{Kind: figure.Line, DX: 1 / d.FS, Y: d.F, Color: "grey", Name: "trace"},
			{Kind: figure.Line, DX: 1 / d.FS, Y: fit, Name: "calcium"},
		}},
		{X: time, Y: figure.Axis{Label: "events"}, Layers: []figure.Layer{{Kind: figure.Line, DX: 1 / d.FS, Y: d.Events, Color: "black"}}},
	}}
}

// String describes the result in a line.
func (d *Deconvolved) String() string {
	n, sum := 0, 0.0
	for _, v := range d.Events {
		if v > 0 {
			n++
		}
		sum += v
	}
	return fmt.Sprintf("%d frames at %g Hz: %d with events, %s in all; tau %s s, lambda %s", len(d.F), d.FS, n, display.Number(sum), display.Number(d.Tau), display.Number(d.Lambda))
}

// Show draws the figure; its text is String.
func (d *Deconvolved) Show() display.Bundle {
	b := d.Plot().Show()
	b.Data[display.TypeText] = d.String()
	return b
}
