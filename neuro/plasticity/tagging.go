package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TagTriggerConsolidation is synaptic tagging and capture as in Clopath, Ziegler,
// Vasilaki, Busing and Gerstner 2008, PLoS Comput Biol 4:e1000248. A synapse without a
// tag gets a high tag h = 1 by potentiation or a low tag l = -1 by depression, and
// loses it at the rates 1/TauHigh and 1/TauLow. When more than Trigger synapses of a
// cell have tags, proteins p are made; where there are proteins, tags shift the
// bistable consolidated state z of their synapse:
//
//	dp/dt = [number of tags > Trigger] (1 - p)/TauMake - p/TauProtein
//	TauZ dz/dt = z (1 - z) (z - Kappa) + Gamma (h + l) p
//	w = 1 + WHigh h + WLow l + WZ z
//
// Potentiation and depression come from the potential u of the cell, with the trace
// x of presynaptic spikes X and filtered potentials, at the rates
//
//	high: ALTP [u - ThetaLTP]+ x [uLTP - ThetaLTD]+,   low: ALTD X [uLTD - ThetaLTD]+
//
// Checked against closed forms of its parts and runs of the authors' program (ModelDB
// 118199).
type TagTriggerConsolidation struct {
	TauHigh, TauLow    float64 `unit:"s"` // life of a high and a low tag, s
	Trigger            float64 // number of tags above which proteins are made
	TauMake            float64 `unit:"s"` // time constant of making proteins, s
	TauProtein         float64 `unit:"s"` // of their loss, s
	TauZ               float64 `unit:"s"` // of consolidation, s
	Kappa              float64 // the unstable state of z
	Gamma              float64 // how far a tag and all proteins shift dz/dt
	WHigh, WLow, WZ    float64 // weights of the tags and of z
	ALTP               float64 `unit:"1/mV2"` // probability of a high tag, per ms and mV^2
	ALTD               float64 `unit:"1/mV"`  // probability of a low tag, per spike and mV
	ThetaLTP, ThetaLTD float64 `unit:"mV"`    // thresholds, mV
	TauLTP, TauLTD     float64 `unit:"ms"`    // of the filtered potentials, ms
	TauX               float64 `unit:"ms"`    // of the presynaptic trace, ms
}

// NewTagTriggerConsolidation returns the values of the authors' program: tags live
// 60 and 90 min, 60 of a cell's synapses trigger proteins, TauMake and TauZ 6 min,
// TauProtein 60 min, Kappa 0.5, Gamma 0.1, weights 1, 0.5 and 2; ALTP 0.001, ALTD
// 0.01, ThetaLTP -50, ThetaLTD -70.6 mV, TauLTP and TauX 100 and TauLTD 1000 ms.
func NewTagTriggerConsolidation() TagTriggerConsolidation {
	return TagTriggerConsolidation{
		TauHigh: 3600, TauLow: 5400, Trigger: 60, TauMake: 360, TauProtein: 3600, TauZ: 360, Kappa: 0.5, Gamma: 0.1,
		WHigh: 1, WLow: 0.5, WZ: 2, ALTP: 1e-3, ALTD: 1e-2, ThetaLTP: -50, ThetaLTD: -70.6, TauLTP: 100, TauLTD: 1000, TauX: 100,
	}
}

// Induction is a protocol given to a group of synapses, by what it does to a
// synapse without a tag.
type Induction struct {
	At        float64 `unit:"s"` // when, s
	Group     int     // index of the group
	High, Low float64 // probability that it leaves a high tag, and a low one
}

// Induce returns the probabilities that the presynaptic spikes pre (ms), while the
// cell has the potential v (mV), leave a synapse without a tag with a high and with
// a low one. Tags are not lost meanwhile. The filters start at v's first value; pre
// acts at the sample at or after it. Errors: parameters that Check refuses, a train
// that does not ascend, a potential without samples or not finite.
func (p TagTriggerConsolidation) Induce(pre neuro.Spikes, v neuro.Trace) (high, low float64, err error) {
	if err := p.Check(); err != nil {
		return 0, 0, err
	}
	if err := trains("TagTriggerConsolidation", 0, pre, nil); err != nil {
		return 0, 0, err
	}
	if len(v.Y) == 0 || !(v.Dt > 0) {
		return 0, 0, fmt.Errorf("plasticity: TagTriggerConsolidation.Induce: v has %d samples at steps of %g ms; it must have some, at positive steps", len(v.Y), v.Dt)
	}
	up, um, x, none := v.Y[0], v.Y[0], 0.0, 1.0
	fp, fm, fx := vec.Exp(-v.Dt/p.TauLTP), vec.Exp(-v.Dt/p.TauLTD), vec.Exp(-v.Dt/p.TauX)
	for k, u := range v.Y {
		if math.IsNaN(u) || math.IsInf(u, 0) {
			return 0, 0, fmt.Errorf("plasticity: TagTriggerConsolidation.Induce: v is %g at %g ms; it must be finite", u, v.At(k))
		}
		// Competing hazards within a step: the first to come wins.
		toHigh := float64(v.Dt * p.ALTP * math.Max(u-p.ThetaLTP, 0) * x * math.Max(up-p.ThetaLTD, 0))
		toLow := 0.0
		for len(pre) > 0 && pre[0] <= v.At(k)+float64(1e-9*v.Dt) {
			if pre[0] > v.T0-v.Dt {
				toLow += float64(p.ALTD * math.Max(um-p.ThetaLTD, 0))
				x += 1 / p.TauX
			}
			pre = pre[1:]
		}
		if sum := toHigh + toLow; sum > 0 {
			gone := float64(none * -vec.Expm1(-sum))
			high += float64(gone * toHigh / sum)
			low += float64(gone * toLow / sum)
			none -= gone
		}
		up = u + float64((up-u)*fp)
		um = u + float64((um-u)*fm)
		x *= fx
	}
	return high, low, nil
}

// Run returns groups of n synapses of one cell over dur (s) at steps of 1 s. In each
// group the first share Up of them begins consolidated (z = 1) and the others not
// (z = 0; the paper has 0.3), without tags and proteins; inductions happen at their
// times. Tags are random, by the seed. Errors: parameters that Check refuses, fewer
// than one group or synapse, a share outside 0 to 1, inductions of groups or
// probabilities that there are not, dur that is not above 0.
func (p TagTriggerConsolidation) Run(groups, n int, up float64, inductions []Induction, dur float64, seed uint64) (*Consolidation, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if groups < 1 || n < 1 || !(up >= 0 && up <= 1) {
		return nil, fmt.Errorf("plasticity: TagTriggerConsolidation.Run: %d groups of %d synapses, of which the share %g is up; there must be 1 or more of each, and a share is from 0 to 1", groups, n, up)
	}
	steps, err := samples("TagTriggerConsolidation.Run", dur, 1)
	if err != nil {
		return nil, err
	}
	for i, x := range inductions {
		if x.Group < 0 || x.Group >= groups || !(x.High >= 0 && x.Low >= 0 && x.High+x.Low <= 1+1e-9) || math.IsNaN(x.At) {
			return nil, fmt.Errorf("plasticity: TagTriggerConsolidation.Run: induction %d is of group %d with the probabilities %g and %g at %g s; groups are 0 to %d, and probabilities add up to 1 at most", i, x.Group, x.High, x.Low, x.At, groups-1)
		}
	}
	provenance.Random("plasticity.TagTriggerConsolidation.Run", seed)
	r := rng.New(seed, 0)
	tag, z := make([]int, groups*n), make([]float64, groups*n) // tag is h + l
	for i := range z {
		if float64(i%n) < float64(up*float64(n)) {
			z[i] = 1
		}
	}
	out := newConsolidation(groups)
	out.Start = 1 + float64(p.WZ*mean(z[:n]))
	loseHigh, loseLow := -vec.Expm1(-1/p.TauHigh), -vec.Expm1(-1/p.TauLow)
	protein, done := 0.0, make([]bool, len(inductions))
	task := display.Start("plasticity.TagTriggerConsolidation.Run", "s", steps)
	defer task.End()
	for k := range steps {
		if k%64 == 0 {
			if task.Set(k); task.Err() != nil {
				return nil, fmt.Errorf("plasticity: TagTriggerConsolidation.Run: %w", task.Err())
			}
		}
		for i, x := range inductions {
			if x.At <= float64(k) && !done[i] {
				done[i] = true
				for s := x.Group * n; s < (x.Group+1)*n; s++ {
					if u := r.Float64(); tag[s] == 0 && u < x.High+x.Low {
						tag[s] = 1
						if u >= x.High {
							tag[s] = -1
						}
					}
				}
			}
		}
		out.record(p, tag, z, protein, n)
		tags := 0.0
		for i, t := range tag {
			if t == 0 {
				continue
			}
			if u := r.Float64(); t > 0 && u < loseHigh || t < 0 && u < loseLow {
				tag[i] = 0
				continue
			}
			tags++
		}
		making := 0.0
		if tags > p.Trigger {
			making = 1 / p.TauMake
		}
		rest, rate := making/(making+1/p.TauProtein), making+1/p.TauProtein
		protein = rest + float64((protein-rest)*vec.Exp(-rate))
		for i := range z {
			z[i] = p.consolidate(z[i], float64(p.Gamma*float64(tag[i])*protein))
		}
	}
	return out, nil
}

// consolidate returns z after a second with the shift by tag and proteins: a step of
// Runge and Kutta, whose error is below 1e-12 for TauZ of minutes.
func (p TagTriggerConsolidation) consolidate(z, shift float64) float64 {
	h := 1 / p.TauZ
	f := func(z float64) float64 { return float64(z*(1-z)*(z-p.Kappa)) + shift }
	a := f(z)
	b := f(z + float64(h/2*a))
	c := f(z + float64(h/2*b))
	d := f(z + float64(h*c))
	return z + float64(h/6*(a+float64(2*b)+float64(2*c)+d))
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Show returns the parameters.
func (p TagTriggerConsolidation) Show() display.Bundle {
	return table.Parameters("tagging, trigger and consolidation", p).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (p TagTriggerConsolidation) Check() error {
	if err := positive("TagTriggerConsolidation", "TauHigh", p.TauHigh, "TauLow", p.TauLow, "TauMake", p.TauMake, "TauProtein", p.TauProtein,
		"TauZ", p.TauZ, "TauLTP", p.TauLTP, "TauLTD", p.TauLTD, "TauX", p.TauX); err != nil {
		return err
	}
	if !(p.Kappa > 0 && p.Kappa < 1) || math.IsNaN(p.ThetaLTP) || math.IsNaN(p.ThetaLTD) {
		return fmt.Errorf("plasticity: TagTriggerConsolidation: Kappa is %g, ThetaLTP %g and ThetaLTD %g mV; Kappa must lie between 0 and 1, thresholds must be numbers", p.Kappa, p.ThetaLTP, p.ThetaLTD)
	}
	return notNegative("TagTriggerConsolidation", "Trigger", p.Trigger, "Gamma", p.Gamma, "WHigh", p.WHigh, "WLow", p.WLow, "WZ", p.WZ, "ALTP", p.ALTP, "ALTD", p.ALTD)
}
