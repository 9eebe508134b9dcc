// Package plasticity holds rules by which activity changes synaptic weights, and
// the protocols that induce the change: spike-timing-dependent plasticity by
// pairs (STDP, Weighted) and triplets of spikes (Triplet), at inhibitory synapses
// (InhibitorySTDP) and under reward (RewardSTDP), by calcium (GraupnerBrunel), by
// voltage (Clopath), by a sliding threshold (SpikingBCM); synaptic tagging
// (TagTriggerConsolidation) and homeostasis (SynapticScaling); and for rates BCM, Hebb's
// rule, Oja's and Sanger's. Package network has them on the projections of a network.
//
//	w := [][]float64{{0.5}}
//	pre := []neuro.Spikes{{10, 50}}
//	post := []neuro.Spikes{{15}}
//	w, err := plasticity.NewSTDP().Update(w, pre, post)
//	// w[0][0] is 0.5 + 0.005 exp(-5/20) - 0.00525 exp(-35/20)
//
//	curve, err := plasticity.FrequencyCurve(plasticity.NewTriplet(), []float64{10, 20, 40}, 1, 60, 10)
//
// Weights are in rows: w[i][j] leads from presynaptic neuron i to postsynaptic
// neuron j. No function changes the weights it is given.
package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// STDP is additive spike-timing-dependent plasticity: every pair of a
// presynaptic and a postsynaptic spike changes the weight by
//
//	 APlus  exp(-dt/TauPlus)   for dt > 0 (pre before post)
//	-AMinus exp( dt/TauMinus)  for dt < 0 (post before pre)
//
// with dt = tPost - tPre. Song, Miller and Abbott 2000, Nat Neurosci 3:919. By
// events: a trace r of presynaptic spikes decays with TauPlus and one o of
// postsynaptic spikes with TauMinus, each spike raises that of its cell by 1, and
// w -> w - AMinus o at a presynaptic, w -> w + APlus r at a postsynaptic spike.
// Checked against the sum over all pairs.
type STDP struct {
	APlus    float64 // largest potentiation by one pair, in units of weight
	AMinus   float64 // largest depression by one pair, as a size (positive), in units of weight
	TauPlus  float64 `unit:"ms"` // time constant of potentiation, ms
	TauMinus float64 `unit:"ms"` // time constant of depression, ms
	Window   float64 `unit:"ms"` // pairs further apart than this do not count, ms
	WMin     float64 // smallest weight
	WMax     float64 // largest weight
}

// NewSTDP returns the rule of Song, Miller and Abbott: APlus 0.005, AMinus
// 0.00525 (1.05 times APlus), TauPlus and TauMinus 20 ms, weights from 0 to 1,
// and pairs up to 100 ms apart.
func NewSTDP() STDP {
	return STDP{APlus: 0.005, AMinus: 0.00525, TauPlus: 20, TauMinus: 20, Window: 100, WMin: 0, WMax: 1}
}

// Kernel returns the change of weight by one pair of spikes that are dt =
// tPost - tPre (ms) apart: positive for dt > 0, negative for dt < 0, and 0 at
// dt = 0 and where |dt| is above Window.
func (p STDP) Kernel(dt float64) float64 {
	switch {
	case math.IsNaN(dt):
		return dt
	case dt == 0 || math.Abs(dt) > p.Window:
		return 0
	case dt > 0:
		return p.APlus * vec.Exp(-dt/p.TauPlus)
	}
	return -p.AMinus * vec.Exp(dt/p.TauMinus)
}

// Update returns the weights after the spikes of a presynaptic and a
// postsynaptic population. w[i][j] leads from pre[i] to post[j] and has the
// shape len(pre) x len(post); pre and post hold spike times in ms. The Kernel
// of all pairs with |dt| <= Window is summed, in the order of time, and the sum
// is added to the weight, which is then bounded once to [WMin, WMax]. w stays
// as it is.
//
// An error names a parameter that makes no sense, a weight that is not finite
// or of the wrong shape, or a spike train that is not in order.
func (p STDP) Update(w [][]float64, pre, post []neuro.Spikes) ([][]float64, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(w) != len(pre) {
		return nil, fmt.Errorf("plasticity: STDP.Update: w has %d rows; it must have one for each of the %d trains of pre", len(w), len(pre))
	}
	for i, row := range w {
		if len(row) != len(post) {
			return nil, fmt.Errorf("plasticity: STDP.Update: w[%d] has %d weights; it must have one for each of the %d trains of post", i, len(row), len(post))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("plasticity: STDP.Update: w[%d][%d] is %g; weights must be finite", i, j, v)
			}
		}
	}
	for i, s := range pre {
		if err := s.Check(fmt.Sprintf("plasticity: STDP.Update: pre[%d]", i)); err != nil {
			return nil, err
		}
	}
	for j, s := range post {
		if err := s.Check(fmt.Sprintf("plasticity: STDP.Update: post[%d]", j)); err != nil {
			return nil, err
		}
	}
	out := make([][]float64, len(w))
	task := display.Start("plasticity.STDP.Update", "presynaptic trains", len(w))
	defer task.End()
	for i, row := range w {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("plasticity: STDP.Update: %w", task.Err())
		}
		out[i] = make([]float64, len(row))
		for j, v := range row {
			if task.Err() != nil {
				break // to the error above, or to the end
			}
			out[i][j] = math.Min(math.Max(v+p.pairs(pre[i], post[j]), p.WMin), p.WMax)
		}
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("plasticity: STDP.Update: %w", task.Err())
	}
	return out, nil
}

// pairs returns the sum of the kernel over all pairs of spikes. The spikes of
// pre that are near enough to one of post form a window that moves along.
func (p STDP) pairs(pre, post neuro.Spikes) float64 {
	sum := 0.0
	from := 0
	for _, t := range post {
		for from < len(pre) && t-pre[from] > p.Window {
			from++
		}
		for _, s := range pre[from:] {
			if s-t > p.Window {
				break
			}
			sum += p.Kernel(t - s)
		}
	}
	return sum
}

// Check returns an error that names the first parameter that makes no sense.
func (p STDP) Check() error {
	for _, c := range []struct {
		name string
		v    float64
	}{{"APlus", p.APlus}, {"AMinus", p.AMinus}, {"WMin", p.WMin}, {"WMax", p.WMax}} {
		if math.IsNaN(c.v) || math.IsInf(c.v, 0) {
			return fmt.Errorf("plasticity: STDP: %s is %g; it must be finite", c.name, c.v)
		}
	}
	if p.AMinus < 0 {
		return fmt.Errorf("plasticity: STDP: AMinus is %g; it is the size of the depression and must not be negative", p.AMinus)
	}
	for _, c := range []struct {
		name string
		v    float64
	}{{"TauPlus", p.TauPlus}, {"TauMinus", p.TauMinus}} {
		if !(c.v > 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("plasticity: STDP: %s is %g ms; it must be positive and finite (NewSTDP gives 20 ms)", c.name, c.v)
		}
	}
	if !(p.Window > 0) {
		return fmt.Errorf("plasticity: STDP: Window is %g ms; it must be positive (NewSTDP gives 100 ms)", p.Window)
	}
	if p.WMax <= p.WMin {
		return fmt.Errorf("plasticity: STDP: WMax is %g; it must be above WMin (%g)", p.WMax, p.WMin)
	}
	return nil
}

// Show draws the window: the change of weight over the time between the spikes.
func (p STDP) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the window, over Window to either side of 0, or
// over 5 time constants when Window is infinite.
func (p STDP) Plot() *figure.Figure {
	w := p.Window
	if math.IsInf(w, 0) {
		w = 5 * math.Max(p.TauPlus, p.TauMinus)
	}
	const n = 200
	branch := func(name, color string, sign float64) figure.Layer {
		l := figure.Layer{Kind: figure.Line, Name: name, Color: color}
		for i := 0; i <= n; i++ {
			// the branch starts next to 0, where the kernel jumps
			dt := sign * math.Max(w*float64(i)/n, 1e-9*w)
			l.X, l.Y = append(l.X, dt), append(l.Y, p.Kernel(dt))
		}
		return l
	}
	return &figure.Figure{Title: "STDP window", Panels: []figure.Panel{{
		X: figure.Axis{Label: "t post − t pre", Unit: "ms"},
		Y: figure.Axis{Label: "change of weight"},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey"},
			{Kind: figure.VLine, X: []float64{0}, Color: "grey"},
			branch("potentiation", "blue", 1),
			branch("depression", "red", -1),
		},
	}}}
}
