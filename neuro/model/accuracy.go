package model

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

// An Accuracy says how much the results of a time step change when it is halved.
type Accuracy struct {
	Dt     float64 `unit:"ms"` // the step that was checked
	Dur    float64 `unit:"ms"` // how long was simulated
	Driven bool    // by a stimulus
	States []StateError
	Spikes int     // with Dt
	Halved int     // spikes with half of it
	Shift  float64 `unit:"ms"` // the largest difference of spike times, by number
}

// A StateError is how far the values of a variable with the steps dt and dt/2 are
// apart, at the times of both until the first spike.
type StateError struct {
	Name  string
	Error float64 // the largest difference
	Range float64 // largest minus smallest value, in the same unit
	Unit  string
}

// Check estimates the error of the time step dt (ms) by halving it, over 100 ms
// from the initial values without a stimulus.
func (m *Model) Check(dt float64) (*Accuracy, error) { return m.CheckWith(nil, 100, dt) }

// CheckWith is Check for dur ms with a stimulus, as Simulate takes it; nil leaves
// the parameters their values. What the halves differ by is about the error of
// the longer step for methods of the first order, and nearly all of it for those
// of higher order. Models with noise have no such error and are refused.
func (m *Model) CheckWith(in stim.Stimulus, dur, dt float64) (*Accuracy, error) {
	if len(noiseNames(m)) > 0 {
		return nil, fmt.Errorf("model: Check: the model has white noise, whose path depends on the step; compare statistics of several runs")
	}
	long, err := m.simulate(in, dur, dt)
	if err != nil {
		return nil, err
	}
	half, err := m.simulate(in, dur, dt/2)
	if err != nil {
		return nil, err
	}
	a := &Accuracy{Dt: dt, Dur: dur, Driven: in != nil, Spikes: long.Count(), Halved: half.Count()}
	end := len(long.V.Y)
	for _, s := range [][]float64{long.Spikes, half.Spikes} {
		if len(s) > 0 {
			end = min(end, int(s[0]/dt))
		}
	}
	for j := range min(len(long.Spikes), len(half.Spikes)) {
		a.Shift = max(a.Shift, math.Abs(long.Spikes[j]-half.Spikes[j]))
	}
	x, y := append(long.States, long.V), append(half.States, half.V)
	for i := range x {
		e := StateError{Name: x[i].Name, Unit: x[i].Unit}
		lo, hi := math.Inf(1), math.Inf(-1)
		for k := range end {
			e.Error = max(e.Error, math.Abs(x[i].Y[k]-y[i].Y[2*k]))
			lo, hi = min(lo, x[i].Y[k]), max(hi, x[i].Y[k])
		}
		e.Range = max(hi-lo, 0)
		a.States = append(a.States, e)
	}
	return a, nil
}

// String is the accuracy in a few lines.
func (a *Accuracy) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "dt %g ms against %g ms, over %g ms", a.Dt, a.Dt/2, a.Dur)
	if !a.Driven {
		b.WriteString(" without a stimulus (CheckWith takes one)")
	}
	b.WriteString(":")
	for _, s := range a.States {
		unit := ""
		if s.Unit != "" {
			unit = " " + s.Unit
		}
		fmt.Fprintf(&b, "\n  %s differs by %.2g%s until the first spike, of a range of %.3g%s", s.Name, s.Error, unit, s.Range, unit)
	}
	if a.Spikes+a.Halved == 0 {
		return b.String() + "\n  no spikes"
	}
	fmt.Fprintf(&b, "\n  spikes: %d and %d, up to %.2g ms apart", a.Spikes, a.Halved, a.Shift)
	return b.String()
}
