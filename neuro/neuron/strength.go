package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// StrengthDuration is how strong a current pulse of each duration must be to make a
// cell fire, with the two laws that describe it.
type StrengthDuration struct {
	Width     []float64 `unit:"ms"` // durations of the pulse, ms
	Threshold []float64 // the weakest current that makes the cell fire, in AmpUnit

	// Weiss's law (1901), I = Rheobase (1 + Chronaxie/width): the charge grows in
	// proportion to the duration.
	Rheobase  float64
	Chronaxie float64 `unit:"ms"`
	// Lapicque's law (1907), I = Rheobase/(1 - exp(-width/tau)), that of a leaky
	// integrator; its chronaxie is tau log 2.
	LapicqueRheobase  float64
	LapicqueChronaxie float64 `unit:"ms"`

	Model, AmpUnit string
}

// NewStrengthDuration finds the weakest rectangular pulse of each width (ms) that makes
// the model fire, by bisection between 0 and hi to one part in 10^4. The pulse begins
// after settle (ms), in which the model must not fire, and the model is watched for 30
// ms after it; dt is the time step (ms). The laws are fitted by least squares: Weiss's
// to the charges, Lapicque's to the thresholds relative to their size.
//
// It is an error when the model fires without a pulse, or not at hi. Checked against
// LIF, whose law is Lapicque's.
func NewStrengthDuration(m Model, widths []float64, hi, settle, dt float64) (*StrengthDuration, error) {
	switch {
	case m == nil:
		return nil, fmt.Errorf("neuron: NewStrengthDuration: the model is nil; NewHH() and NewLIF() are models")
	case len(widths) < 2:
		return nil, fmt.Errorf("neuron: NewStrengthDuration: there are %d widths; a law needs two or more", len(widths))
	case !(hi > 0) || math.IsInf(hi, 0):
		return nil, fmt.Errorf("neuron: NewStrengthDuration: hi is %g; it must be positive and finite", hi)
	case !(settle >= 0) || math.IsInf(settle, 0):
		return nil, fmt.Errorf("neuron: NewStrengthDuration: settle is %g ms; it must be finite and not negative", settle)
	}
	s := &StrengthDuration{Width: append([]float64(nil), widths...)}
	s.Model, s.AmpUnit = labels(m)
	task := display.Start("neuron.NewStrengthDuration", "widths", len(widths))
	defer task.End()
	for i, w := range widths {
		if !(w > 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("neuron: NewStrengthDuration: widths[%d] is %g ms; it must be positive and finite", i, w)
		}
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("neuron: NewStrengthDuration: %w", task.Err())
		}
		fires := func(a float64) (bool, error) {
			r, err := m.Simulate(stim.Step(a, settle, settle+w), settle+w+30, dt)
			if err != nil {
				return false, fmt.Errorf("neuron: NewStrengthDuration: a pulse of %g for %g ms: %w", a, w, err)
			}
			return r.Count() > 0, nil
		}
		if is, err := fires(0); err != nil || is {
			if err == nil {
				err = fmt.Errorf("neuron: NewStrengthDuration: the model fires without a pulse")
			}
			return nil, err
		}
		if is, err := fires(hi); err != nil || !is {
			if err == nil {
				err = fmt.Errorf("neuron: NewStrengthDuration: a pulse of %g for %g ms does not make the model fire; use a larger hi", hi, w)
			}
			return nil, err
		}
		up, err := weakest(0, hi, func(lo, up float64) bool { return up-lo <= 1e-4*up }, fires)
		if err != nil {
			return nil, err
		}
		s.Threshold = append(s.Threshold, up)
	}
	s.fit()
	return s, nil
}

func (s *StrengthDuration) fit() {
	charge := make([]float64, len(s.Width))
	longest := 0.0
	for i, w := range s.Width {
		charge[i] = s.Threshold[i] * w
		longest = math.Max(longest, w)
	}
	a, b := straight(s.Width, charge)
	s.Rheobase, s.Chronaxie = b, a/b
	// Of Lapicque's law the rheobase follows from tau in closed form.
	loss := func(logTau float64) (sum, rheobase float64) {
		tau := vec.Exp(logTau)
		num, den := 0.0, 0.0
		for i, w := range s.Width {
			g := -1 / vec.Expm1(-w/tau) / s.Threshold[i]
			num += g
			den += float64(g * g)
		}
		rheobase = num / den
		for i, w := range s.Width {
			d := float64(rheobase*(-1/vec.Expm1(-w/tau)/s.Threshold[i])) - 1
			sum += float64(d * d)
		}
		return sum, rheobase
	}
	at := golden(func(x float64) float64 { v, _ := loss(x); return v }, vec.Log(longest)-9, vec.Log(longest)+5)
	_, s.LapicqueRheobase = loss(at)
	s.LapicqueChronaxie = vec.Exp(at) * 0.6931471805599453
}

// golden returns where a function of one minimum between lo and hi has it, to 1e-9 of
// the range, after 200 places have told where that is.
func golden(f func(float64) float64, lo, hi float64) float64 {
	const n = 200
	step, best := (hi-lo)/n, 0
	least := math.Inf(1)
	for k := 0; k <= n; k++ {
		if v := f(lo + float64(float64(k)*step)); v < least {
			least, best = v, k
		}
	}
	a, b := lo+float64(float64(max(best-1, 0))*step), lo+float64(float64(min(best+1, n))*step)
	const r = 0.6180339887498949
	x, y := b-float64(r*(b-a)), a+float64(r*(b-a))
	fx, fy := f(x), f(y)
	for range 60 {
		if fx < fy {
			b, y, fy = y, x, fx
			x = b - float64(r*(b-a))
			fx = f(x)
		} else {
			a, x, fx = x, y, fy
			y = a + float64(r*(b-a))
			fy = f(y)
		}
	}
	return a + float64(0.5*(b-a))
}

// Show draws the figure of Plot.
func (s *StrengthDuration) Show() display.Bundle { return s.Plot().Show() }

// Plot returns the figure of the thresholds with both laws.
func (s *StrengthDuration) Plot() *figure.Figure {
	lo, hi := math.Inf(1), 0.0
	for _, w := range s.Width {
		lo, hi = math.Min(lo, w), math.Max(hi, w)
	}
	weiss := figure.Layer{Kind: figure.Line, Name: "Weiss", Color: "orange"}
	lapicque := figure.Layer{Kind: figure.Line, Name: "Lapicque", Color: "green", Dash: true}
	const n = 200
	for k := 0; k <= n; k++ {
		w := float64(lo * vec.Pow(hi/lo, float64(k)/n))
		weiss.X, weiss.Y = append(weiss.X, w), append(weiss.Y, s.Rheobase*(1+s.Chronaxie/w))
		lapicque.X = append(lapicque.X, w)
		lapicque.Y = append(lapicque.Y, -s.LapicqueRheobase/vec.Expm1(-w*0.6931471805599453/s.LapicqueChronaxie))
	}
	return &figure.Figure{
		Title: fmt.Sprintf("%s: rheobase %s %s, chronaxie %s ms (Weiss)", s.Model, display.Number(s.Rheobase), s.AmpUnit, display.Number(s.Chronaxie)),
		Panels: []figure.Panel{{
			X: figure.Axis{Label: "duration of the pulse", Unit: "ms", Log: true}, Y: figure.Axis{Label: "threshold", Unit: s.AmpUnit, Log: true},
			Layers: []figure.Layer{weiss, lapicque, {Kind: figure.Points, Name: "threshold", X: s.Width, Y: s.Threshold, Color: "blue", Size: 4}},
		}},
	}
}
