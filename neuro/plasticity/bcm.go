package plasticity

import (
	"fmt"
	"math"
)

// BCM is the rule of Bienenstock, Cooper and Munro 1982, J Neurosci 2:32, with
// the sliding threshold of Intrator and Cooper 1992, Neural Netw 5:3, for one
// linear neuron y = sum of w[i] x[i]:
//
//	dw[i]      = Rate y (y - Theta) x[i]
//	dTheta     = (y^2 - Theta)/Tau
//
// for each presentation of an input. Activity above the threshold potentiates,
// below it depresses, and the threshold follows the mean square of the activity;
// the neuron becomes selective for one of several inputs, by which it is checked.
type BCM struct {
	Rate  float64 // learning rate, per presentation
	Tau   float64 // time constant of the threshold, in presentations
	Theta float64 // the threshold
}

// NewBCM returns a rule with the rate 0.005 whose threshold follows over 20
// presentations, from 1.
func NewBCM() BCM { return BCM{Rate: 0.005, Tau: 20, Theta: 1} }

// Update returns the weights after one presentation of the input x, and the rule
// with its new threshold. It panics when w and x differ in length.
func (p BCM) Update(w, x []float64) ([]float64, BCM) {
	if len(w) != len(x) {
		panic(fmt.Sprintf("plasticity: BCM.Update: w has %d weights and x has %d inputs; they must be as many", len(w), len(x)))
	}
	y := 0.0
	for i := range w {
		y += float64(w[i] * x[i])
	}
	out := make([]float64, len(w))
	f := float64(p.Rate * y * (y - p.Theta))
	for i := range w {
		out[i] = w[i] + float64(f*x[i])
	}
	p.Theta += (float64(y*y) - p.Theta) / p.Tau
	return out, p
}

// Phi returns the rule's curve y (y - Theta): depression below the threshold,
// potentiation above.
func (p BCM) Phi(y float64) float64 { return y * (y - p.Theta) }

// Check returns an error that names the first parameter that makes no sense.
func (p BCM) Check() error {
	if !(p.Tau >= 1) || math.IsInf(p.Tau, 0) {
		return fmt.Errorf("plasticity: BCM: Tau is %g presentations; it must be 1 or more and finite (NewBCM gives 20)", p.Tau)
	}
	return notNegative("BCM", "Rate", p.Rate, "Theta", p.Theta)
}

// notNegative checks parameters that must be finite and not negative, given as
// name and value by turns.
func notNegative(who string, pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1].(float64); !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("plasticity: %s: %s is %g; it must be finite and not negative", who, pairs[i], v)
		}
	}
	return nil
}

// positive checks parameters that must be finite and above 0, likewise.
func positive(who string, pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1].(float64); !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("plasticity: %s: %s is %g; it must be finite and positive (New%s gives the usual values)", who, pairs[i], v, who)
		}
	}
	return nil
}
