package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Triplet is the rule of Pfister and Gerstner 2006, J Neurosci 26:9673,
// equations 3 and 4. With traces r1, r2 of the presynaptic and o1, o2 of the
// postsynaptic spikes,
//
//	dr1/dt = -r1/TauPlus,  dr2/dt = -r2/TauX,  do1/dt = -o1/TauMinus,  do2/dt = -o2/TauY
//
// which every spike of their cell raises by 1 (or, with Nearest, sets to 1):
//
//	w -> w - o1 (A2Minus + A3Minus r2)    at a presynaptic spike
//	w -> w + r1 (A2Plus  + A3Plus  o2)    at a postsynaptic spike
//
// with r2 and o2 from just before the spike. Unlike pairs, triplets explain why
// potentiation grows with the frequency of pairs. Checked against the sums over pairs
// and triplets of spikes.
type Triplet struct {
	A2Plus, A3Plus   float64 // potentiation by pairs and by triplets post-pre-post
	A2Minus, A3Minus float64 // depression by pairs and by triplets pre-post-pre, as sizes
	TauPlus          float64 `unit:"ms"` // of r1, ms
	TauMinus         float64 `unit:"ms"` // of o1, ms
	TauX             float64 `unit:"ms"` // of r2, ms
	TauY             float64 `unit:"ms"` // of o2, ms
	Nearest          bool    // only the nearest spike counts, rather than all
	WMin, WMax       float64 // bounds of the weight; both 0 means none
}

// NewTriplet returns the minimal all-to-all model of the paper's fit to visual
// cortex (Table 3): A3Plus 0.0065, A2Minus 0.0071, A2Plus and A3Minus 0, TauPlus
// 16.8, TauMinus 33.7 and TauY 114 ms; weights without bounds, in relative units.
func NewTriplet() Triplet { return tripletSets["visual minimal all-to-all"] }

// tripletSets are Tables 3 (visual cortex) and 4 (hippocampal culture).
var tripletSets = map[string]Triplet{
	"visual full all-to-all":         {5e-10, 6.2e-3, 7e-3, 2.3e-4, 16.8, 33.7, 101, 125, false, 0, 0},
	"visual minimal all-to-all":      {0, 6.5e-3, 7.1e-3, 0, 16.8, 33.7, 1, 114, false, 0, 0},
	"visual full nearest":            {8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 16.8, 33.7, 714, 40, true, 0, 0},
	"visual minimal nearest":         {0, 5e-2, 8e-3, 0, 16.8, 33.7, 1, 40, true, 0, 0},
	"hippocampal full all-to-all":    {6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 16.8, 33.7, 946, 27, false, 0, 0},
	"hippocampal minimal all-to-all": {5.3e-3, 8e-3, 3.5e-3, 0, 16.8, 33.7, 1, 40, false, 0, 0},
	"hippocampal full nearest":       {4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 16.8, 33.7, 575, 48, true, 0, 0},
	"hippocampal minimal nearest":    {4.6e-3, 9.1e-3, 3e-3, 0, 16.8, 33.7, 1, 48, true, 0, 0},
}

// TripletSet returns a fit of the paper by name: "visual" or "hippocampal", then
// "full" or "minimal", then "all-to-all" or "nearest". Where a set does not use
// r2, its TauX is 1 ms. An unknown name is an error that lists the sets.
func TripletSet(name string) (Triplet, error) {
	p, ok := tripletSets[name]
	if !ok {
		return p, fmt.Errorf("plasticity: TripletSet: there is no set %q; sets are \"visual\" or \"hippocampal\", \"full\" or \"minimal\", \"all-to-all\" or \"nearest\", such as \"visual full nearest\"", name)
	}
	return p, nil
}

// Run returns the weight after the spikes pre and post (ms) have acted on w. A
// presynaptic and a postsynaptic spike at the same time do not see each other.
// Errors: parameters that Check refuses, a weight that is not finite, trains
// that do not ascend or are not finite.
func (p Triplet) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if err := trains("Triplet", w, pre, post); err != nil {
		return 0, err
	}
	var r1, r2, o1, o2, last float64
	last = math.Inf(-1)
	raise := func(x *float64) {
		if p.Nearest {
			*x = 1
		} else {
			*x++
		}
	}
	eachSpike(pre, post, func(t float64, isPre, isPost bool) {
		d := t - last
		last = t
		r1, r2 = decayed(r1, d, p.TauPlus), decayed(r2, d, p.TauX)
		o1, o2 = decayed(o1, d, p.TauMinus), decayed(o2, d, p.TauY)
		change := 0.0
		if isPre {
			change -= float64(o1 * math.FMA(p.A3Minus, r2, p.A2Minus))
		}
		if isPost {
			change += float64(r1 * math.FMA(p.A3Plus, o2, p.A2Plus))
		}
		w = bounded(w+change, p.WMin, p.WMax)
		if isPre {
			raise(&r1)
			raise(&r2)
		}
		if isPost {
			raise(&o1)
			raise(&o2)
		}
	})
	return w, nil
}

// decayed returns x after the time d.
func decayed(x, d, tau float64) float64 {
	if x == 0 {
		return 0
	}
	return x * vec.Exp(-d/tau)
}

// bounded returns w within bounds; both 0 are none.
func bounded(w, lo, hi float64) float64 {
	if lo == 0 && hi == 0 {
		return w
	}
	return math.Min(math.Max(w, lo), hi)
}

// Check returns an error that names the first parameter that makes no sense.
func (p Triplet) Check() error {
	for _, c := range []struct {
		name string
		v    float64
	}{{"A2Plus", p.A2Plus}, {"A3Plus", p.A3Plus}, {"A2Minus", p.A2Minus}, {"A3Minus", p.A3Minus}} {
		if !(c.v >= 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("plasticity: Triplet: %s is %g; it must be finite and not negative (depression is given as a size)", c.name, c.v)
		}
	}
	for _, c := range []struct {
		name string
		v    float64
	}{{"TauPlus", p.TauPlus}, {"TauMinus", p.TauMinus}, {"TauX", p.TauX}, {"TauY", p.TauY}} {
		if !(c.v > 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("plasticity: Triplet: %s is %g ms; it must be positive and finite (NewTriplet gives the usual values)", c.name, c.v)
		}
	}
	return bounds("Triplet", p.WMin, p.WMax)
}

func bounds(who string, lo, hi float64) error {
	if math.IsNaN(lo) || math.IsNaN(hi) || hi < lo || hi == lo && lo != 0 {
		return fmt.Errorf("plasticity: %s: weights are bounded to %g and %g; WMax must be above WMin, or both 0 for none", who, lo, hi)
	}
	return nil
}
