// Package stim holds stimuli: the input of a cell as a function of time.
//
//	in := stim.Sum(
//		stim.Step(10, 100, 400),       // 10 from 100 to 400 ms
//		stim.OU(0, 2, 5, 1),           // noise: mean 0, sd 2, correlation time 5 ms, seed 1
//	)
//	r, err := neuron.NewHH().Simulate(in, 500, 0.01)
//
// Times are in ms. The unit of the values is that of the current of the cell
// which receives them: uA/cm2 for neuron.HH, and the unit that goes with C and
// GL for neuron.LIF. Intervals are half-open: a step from on to off has its
// amplitude at on and none at off.
package stim

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Stimulus is an input over time. The functions of this package return some;
// any type with this method is one.
type Stimulus interface {
	// Fill sets dst[i] to the value at the time t0 + i*dt (ms). The same time
	// on the same grid has the same value, in whatever blocks it is filled,
	// and how often.
	//
	// A stimulus that jumps at known times may also have a method
	//
	//	Edges() []float64
	//
	// with these times (ms), as Step, Ramp, Pulses and their sums have.
	// Simulations then divide the time steps in which they lie, so that a jump
	// is where it should be on any grid.
	Fill(dst []float64, t0, dt float64)
}

// Check returns an error when the parameters of a stimulus make no sense, such
// as a step that ends before it begins; simulations call it first. A type of
// one's own takes part with a method Check() error.
func Check(s Stimulus) error {
	if s == nil {
		return fmt.Errorf("stim: Check: the stimulus is nil; stim.Const(0) is none")
	}
	if c, ok := s.(interface{ Check() error }); ok {
		return c.Check()
	}
	return nil
}

// Const returns a stimulus with the value amp at all times.
func Const(amp float64) Stimulus { return constant{amp} }

type constant struct {
	Amp float64 // value, in the unit of the cell's current
}

func (s constant) Fill(dst []float64, t0, dt float64) {
	for i := range dst {
		dst[i] = s.Amp
	}
}

func (s constant) Check() error { return finite("Const", "amp", s.Amp) }

func (s constant) Show() display.Bundle { return show(s, 0, 100) }

// Step returns a stimulus with the value amp from on (ms) until before off, and
// 0 elsewhere. An infinite off never ends it.
//
// A sample within 1e-9 ms and a millionth of a time step of an edge counts as
// lying on it, so that the rounding of i*dt does not move the edge.
func Step(amp, on, off float64) Stimulus { return step{amp, on, off} }

type step struct {
	Amp     float64 // value, in the unit of the cell's current
	On, Off float64 `unit:"ms"` // interval, ms
}

func (s step) Fill(dst []float64, t0, dt float64) {
	clear(dst)
	i, j := span(len(dst), t0, dt, s.On, s.Off)
	for ; i < j; i++ {
		dst[i] = s.Amp
	}
}

func (s step) Check() error {
	if err := finite("Step", "amp", s.Amp); err != nil {
		return err
	}
	return interval("Step", s.On, s.Off, true)
}

// Edges returns the times at which the stimulus jumps, ms.
func (s step) Edges() []float64 { return []float64{s.On, s.Off} }

func (s step) Show() display.Bundle { return showInterval(s, s.On, s.Off) }

// Ramp returns a stimulus that runs in a straight line from the value from at
// on (ms) to the value to, which it would reach at off; it is 0 elsewhere.
func Ramp(from, to, on, off float64) Stimulus { return ramp{from, to, on, off} }

type ramp struct {
	From, To float64 // values, in the unit of the cell's current
	On, Off  float64 `unit:"ms"` // interval, ms
}

func (s ramp) Fill(dst []float64, t0, dt float64) {
	clear(dst)
	slope := (s.To - s.From) / (s.Off - s.On)
	i, j := span(len(dst), t0, dt, s.On, s.Off)
	for ; i < j; i++ {
		t := t0 + float64(float64(i)*dt)
		dst[i] = s.From + float64(slope*math.Max(t-s.On, 0))
	}
}

func (s ramp) Check() error {
	if err := finite("Ramp", "from", s.From); err != nil {
		return err
	}
	if err := finite("Ramp", "to", s.To); err != nil {
		return err
	}
	return interval("Ramp", s.On, s.Off, false)
}

// Edges returns the times at which the stimulus begins and ends, ms.
func (s ramp) Edges() []float64 { return []float64{s.On, s.Off} }

func (s ramp) Show() display.Bundle { return showInterval(s, s.On, s.Off) }

// Pulses returns a stimulus with the value amp for width (ms) from each of the
// times at (ms, ascending), and 0 elsewhere. Where pulses overlap its value is
// still amp; add pulses with Sum to make them add up. A pulse shorter than the
// step from one sample to the next may fall between the two; simulations see it
// all the same.
func Pulses(amp, width float64, at ...float64) Stimulus {
	return pulses{amp, width, append([]float64(nil), at...), sort.Float64sAreSorted(at)}
}

type pulses struct {
	Amp   float64   // value, in the unit of the cell's current
	Width float64   `unit:"ms"` // of one pulse, ms
	At    []float64 `unit:"ms"` // beginnings, ms

	ascending bool // At is in order
}

func (s pulses) Fill(dst []float64, t0, dt float64) {
	clear(dst)
	at := s.At
	if s.ascending { // of a long train, those that reach into this block
		end := t0 + float64(float64(len(dst))*dt)
		from := sort.Search(len(at), func(i int) bool { return at[i]+s.Width >= t0-dt })
		to := sort.Search(len(at), func(i int) bool { return at[i] > end+dt })
		at = at[from:max(from, to)]
	}
	for _, on := range at {
		i, j := span(len(dst), t0, dt, on, on+s.Width)
		for ; i < j; i++ {
			dst[i] = s.Amp
		}
	}
}

func (s pulses) Check() error {
	if err := finite("Pulses", "amp", s.Amp); err != nil {
		return err
	}
	if !(s.Width > 0) || math.IsInf(s.Width, 0) {
		return fmt.Errorf("stim: Pulses: width is %g ms; it must be positive and finite", s.Width)
	}
	for i, t := range s.At {
		if err := finite("Pulses", fmt.Sprintf("at[%d]", i), t); err != nil {
			return err
		}
		if i > 0 && t < s.At[i-1] {
			return fmt.Errorf("stim: Pulses: at[%d] = %g ms comes after %g ms; times must ascend (sort them first)", i, t, s.At[i-1])
		}
	}
	return nil
}

// Edges returns the beginning and the end of every pulse, ms.
func (s pulses) Edges() []float64 {
	e := make([]float64, 0, 2*len(s.At))
	for _, t := range s.At {
		e = append(e, t, t+s.Width)
	}
	return e
}

func (s pulses) Show() display.Bundle {
	end := float64(10 * s.Width)
	if n := len(s.At); n > 0 {
		end = s.At[n-1] + float64(5*s.Width)
	}
	return show(s, 0, end)
}

// span returns the indexes i <= k < j of the samples t0 + k*dt in [on, off),
// of n.
func span(n int, t0, dt, on, off float64) (i, j int) {
	index := func(t float64) int {
		// 1e-15 is some units in the last place, which matter from hours on.
		x := math.Ceil((t-t0)/dt - math.Min(1e-6, (1e-9+float64(1e-15*math.Abs(t)))/dt))
		return int(math.Min(math.Max(x, 0), float64(n)))
	}
	if !(on < off) || !(dt > 0) || math.IsNaN(t0) {
		return 0, 0
	}
	return index(on), index(off)
}

func finite(fn, name string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("stim: %s: %s is %g; it must be finite", fn, name, v)
	}
	return nil
}

// interval checks [on, off); endless allows infinite ends.
func interval(fn string, on, off float64, endless bool) error {
	switch {
	case math.IsNaN(on) || math.IsInf(on, 0) && !(endless && on < 0):
		return fmt.Errorf("stim: %s: on is %g ms; it must be finite", fn, on)
	case math.IsNaN(off) || math.IsInf(off, 0) && !(endless && off > 0):
		return fmt.Errorf("stim: %s: off is %g ms; it must be finite", fn, off)
	case off < on:
		return fmt.Errorf("stim: %s: off (%g ms) is before on (%g ms); it must not be", fn, off, on)
	case off == on && !endless:
		return fmt.Errorf("stim: %s: on and off are both %g ms; off must be later", fn, on)
	}
	return nil
}

// showInterval shows a stimulus that is not 0 in [on, off).
func showInterval(s Stimulus, on, off float64) display.Bundle {
	if math.IsInf(on, 0) || math.IsNaN(on) {
		on = 0
	}
	if math.IsInf(off, 0) || math.IsNaN(off) {
		off = on + math.Max(100, math.Abs(on))
	}
	return show(s, math.Min(0, on), math.Max(off+math.Max(0.2*(off-on), 1), 1))
}

// show draws a stimulus from t0 to t1 (ms).
func show(s Stimulus, t0, t1 float64) display.Bundle {
	if err := Check(s); err != nil {
		return display.Text(err.Error())
	}
	x, y := curve(s, t0, t1)
	f := &figure.Figure{Panels: []figure.Panel{{
		X:      figure.Axis{Label: "time", Unit: "ms"},
		Y:      figure.Axis{Label: "input"},
		Layers: []figure.Layer{{Kind: figure.Line, X: x, Y: y}},
	}}}
	return f.Show()
}

// curve returns the times and values with which a stimulus is drawn: 2000
// steps, and both values at every jump.
func curve(s Stimulus, t0, t1 float64) (x, y []float64) {
	const n, most = 2000, 20000
	dt := (t1 - t0) / n
	grid := make([]float64, n+1)
	s.Fill(grid, t0, dt)
	var edges []float64
	if e, ok := s.(interface{ Edges() []float64 }); ok {
		if edges = e.Edges(); len(edges) > most {
			edges = nil
		}
		sort.Float64s(edges)
	}
	var v [1]float64
	value := func(at, from float64) {
		s.Fill(v[:], from, dt)
		x, y = append(x, at), append(y, v[0])
	}
	k := 0
	for i := range grid {
		t := t0 + float64(float64(i)*dt)
		for ; k < len(edges) && edges[k] <= t; k++ {
			if e := edges[k]; e > t0 && (k == 0 || e > edges[k-1]) {
				value(e, e-float64(1e-5*dt))
				value(e, e)
			}
		}
		x, y = append(x, t), append(y, grid[i])
	}
	return x, y
}
