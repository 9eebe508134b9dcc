package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Clopath is the voltage-based rule of Clopath, Busing, Vasilaki and Gerstner
// 2010, Nat Neurosci 13:344:
//
//	dw/dt = -ALTD X [uMinus - ThetaMinus]+ + ALTP x [u - ThetaPlus]+ [uPlus - ThetaMinus]+
//
// with the presynaptic spikes X (delta functions), their trace x of the time
// constant TauX and area 1, the postsynaptic potential u, and its low-pass filters
// uMinus and uPlus of the time constants TauMinus and TauPlus. They follow u by
// Delay, so that a spike does not see its own upstroke; the paper does not speak
// of it, but its authors' program has it. Checked against the closed form at a held
// potential.
type Clopath struct {
	ALTD       float64 `unit:"1/mV"`  // depression, 1/mV
	ALTP       float64 `unit:"1/mV2"` // potentiation, 1/mV2
	ThetaMinus float64 `unit:"mV"`    // above which the filtered potential counts, mV
	ThetaPlus  float64 `unit:"mV"`    // above which the potential itself counts, mV
	TauMinus   float64 `unit:"ms"`    // of uMinus, ms
	TauPlus    float64 `unit:"ms"`    // of uPlus, ms
	TauX       float64 `unit:"ms"`    // of the presynaptic trace, ms
	Delay      float64 `unit:"ms"`    // of uMinus and uPlus, ms
	WMin, WMax float64 // bounds of the weight; both 0 means none
}

// NewClopath returns the paper's fit to visual cortex (Table 1b): ALTD 14e-5/mV,
// ALTP 8e-5/mV2, ThetaMinus -70.6 and ThetaPlus -45.3 mV, TauMinus 10, TauPlus 7
// and TauX 15 ms; Delay 4 ms, and weights without bounds, in relative units.
func NewClopath() Clopath {
	return Clopath{ALTD: 14e-5, ALTP: 8e-5, ThetaMinus: -70.6, ThetaPlus: -45.3, TauMinus: 10, TauPlus: 7, TauX: 15, Delay: 4}
}

// Run returns the weight over time when presynaptic spikes pre (ms) meet the
// postsynaptic potential v (mV): w at every sample of v. The filters start at v's
// first value; within a step they follow their exponentials, and v is constant. A
// presynaptic spike acts at the sample at or after it. Errors: parameters that
// Check refuses, a weight or potential that is not finite, no samples, a train
// that does not ascend.
func (p Clopath) Run(w float64, pre neuro.Spikes, v neuro.Trace) (neuro.Trace, error) {
	out := neuro.Trace{Name: "w", T0: v.T0, Dt: v.Dt, Y: make([]float64, len(v.Y))}
	if err := p.Check(); err != nil {
		return out, err
	}
	if err := trains("Clopath", w, pre, nil); err != nil {
		return out, err
	}
	if len(v.Y) == 0 || !(v.Dt > 0) {
		return out, fmt.Errorf("plasticity: Clopath.Run: v has %d samples at steps of %g ms; it must have some, at positive steps", len(v.Y), v.Dt)
	}
	lag := int(math.Round(p.Delay / v.Dt))
	um, up, x := v.Y[0], v.Y[0], 0.0
	fm, fp, fx := vec.Exp(-v.Dt/p.TauMinus), vec.Exp(-v.Dt/p.TauPlus), vec.Exp(-v.Dt/p.TauX)
	task := display.Start("plasticity.Clopath.Run", "samples", len(v.Y))
	defer task.End()
	for k, u := range v.Y {
		if k%4096 == 0 {
			if task.Set(k); task.Err() != nil {
				return out, fmt.Errorf("plasticity: Clopath.Run: %w", task.Err())
			}
		}
		if math.IsNaN(u) || math.IsInf(u, 0) {
			return out, fmt.Errorf("plasticity: Clopath.Run: v is %g at %g ms; it must be finite", u, v.At(k))
		}
		past := v.Y[max(k-lag, 0)]
		um = past + float64((um-past)*fm)
		up = past + float64((up-past)*fp)
		x *= fx
		w += float64(v.Dt * p.ALTP * x * math.Max(u-p.ThetaPlus, 0) * math.Max(up-p.ThetaMinus, 0))
		for len(pre) > 0 && pre[0] <= v.At(k)+float64(1e-9*v.Dt) {
			if pre[0] > v.T0-v.Dt {
				w -= float64(p.ALTD * math.Max(um-p.ThetaMinus, 0))
				x += 1 / p.TauX
			}
			pre = pre[1:]
		}
		w = bounded(w, p.WMin, p.WMax)
		out.Y[k] = w
	}
	return out, nil
}

// Check returns an error that names the first parameter that makes no sense.
func (p Clopath) Check() error {
	for _, c := range []struct {
		name, unit string
		v          float64
		zero       bool
	}{{"TauMinus", "ms", p.TauMinus, false}, {"TauPlus", "ms", p.TauPlus, false}, {"TauX", "ms", p.TauX, false},
		{"ALTD", "1/mV", p.ALTD, true}, {"ALTP", "1/mV2", p.ALTP, true}, {"Delay", "ms", p.Delay, true}} {
		if !(c.v > 0 || c.zero && c.v == 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("plasticity: Clopath: %s is %g %s; it must be finite and positive (NewClopath gives the usual values)", c.name, c.v, c.unit)
		}
	}
	if math.IsNaN(p.ThetaMinus) || math.IsNaN(p.ThetaPlus) {
		return fmt.Errorf("plasticity: Clopath: ThetaMinus is %g and ThetaPlus %g mV; both must be numbers", p.ThetaMinus, p.ThetaPlus)
	}
	return bounds("Clopath", p.WMin, p.WMax)
}
