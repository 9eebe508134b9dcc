package plasticity

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// NewBiPoo returns the window of Bi and Poo's hippocampal cultures, as fitted in
// Bi and Poo 2001, Annu Rev Neurosci 24:139: 60 pairs change the weight by the
// fraction 0.777 exp(-dt/16.8 ms) for pre before post, and by -0.273 exp(dt/33.7
// ms) for post before pre. A pair of Kernel is all 60 of them.
func NewBiPoo() STDP {
	return STDP{APlus: 0.777, AMinus: 0.273, TauPlus: 16.8, TauMinus: 33.7, Window: 150, WMin: 0, WMax: 10}
}

// Weighted is STDP whose steps depend on the weight and on which spikes form
// pairs. A pair changes the weight, as a fraction x = (w - WMin)/(WMax - WMin) of
// its range, by
//
//	 APlus  (1 - x)^MuPlus exp(-dt/TauPlus)    pre before post
//	-AMinus x^MuMinus      exp( dt/TauMinus)   post before pre
//
// at the second spike of the pair. Mu 0 is additive, 1 multiplicative (van
// Rossum, Bi and Turrigiano 2000; Rubin, Lee and Sompolinsky 2001), between them a
// power law (Gutig, Aharonov, Rotter and Sompolinsky 2003, J Neurosci 23:3697). Checked
// against the sum over pairs, and on single pairs.
type Weighted struct {
	STDP
	MuPlus, MuMinus float64 // exponents, 0 or more
	Nearest         bool    // each spike pairs with the nearest before it, rather than with all
}

// NewWeighted returns a rule that is nearly additive: APlus 0.005, AMinus 1.05
// times that, TauPlus and TauMinus 20 ms, both exponents 0.02, all pairs.
func NewWeighted() Weighted { return Weighted{STDP: NewSTDP(), MuPlus: 0.02, MuMinus: 0.02} }

// Run returns the weight after the spikes pre and post (ms) have acted on w: the
// sum over all pairs, bounded once, as Update has it for a whole matrix. Errors
// are those of Update.
func (p STDP) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	out, err := p.Update([][]float64{{w}}, []neuro.Spikes{pre}, []neuro.Spikes{post})
	if err != nil {
		return 0, err
	}
	return out[0][0], nil
}

// Run returns the weight after the spikes pre and post (ms) have acted on w, step
// by step in the order of time; the weight is bounded at each. Spikes at the same
// time form no pair. Pairs do not end at Window. Errors: parameters that Check
// refuses, a weight that is not finite, trains that do not ascend or are not
// finite.
func (p Weighted) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if err := trains("Weighted", w, pre, post); err != nil {
		return 0, err
	}
	span := p.WMax - p.WMin
	x := bounded((w-p.WMin)/span, 0, 1)
	var r, o float64
	last := math.Inf(-1)
	eachSpike(pre, post, func(t float64, isPre, isPost bool) {
		d := t - last
		last = t
		r, o = decayed(r, d, p.TauPlus), decayed(o, d, p.TauMinus)
		change := 0.0
		if isPost {
			change += float64(p.APlus * vec.Pow(1-x, p.MuPlus) * r)
		}
		if isPre {
			change -= float64(p.AMinus * vec.Pow(x, p.MuMinus) * o)
		}
		x = bounded(x+change, 0, 1)
		if isPre {
			if r++; p.Nearest {
				r = 1
			}
		}
		if isPost {
			if o++; p.Nearest {
				o = 1
			}
		}
	})
	return p.WMin + float64(x*span), nil
}

// Check returns an error that names the first parameter that makes no sense.
func (p Weighted) Check() error {
	if err := p.STDP.Check(); err != nil {
		return err
	}
	return notNegative("Weighted", "MuPlus", p.MuPlus, "MuMinus", p.MuMinus)
}
