package stim

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Sine returns the stimulus amp * sin(2 pi hz t/1000 + phase), t in ms, hz in
// Hz and phase in radians.
func Sine(amp, hz, phase float64) Stimulus { return sine{amp, hz, phase} }

type sine struct {
	Amp   float64 // value, in the unit of the cell's current
	Hz    float64 `unit:"Hz"`  // frequency, Hz
	Phase float64 `unit:"rad"` // at time 0, radians
}

func (s sine) Fill(dst []float64, t0, dt float64) {
	for i := range dst {
		t := t0 + float64(float64(i)*dt)
		cycles := s.Hz * t / 1000
		cycles -= math.Floor(cycles)
		dst[i] = s.Amp * vec.Sin(float64(2*math.Pi*cycles)+s.Phase)
	}
}

func (s sine) Check() error {
	if err := finite("Sine", "amp", s.Amp); err != nil {
		return err
	}
	if err := finite("Sine", "hz", s.Hz); err != nil {
		return err
	}
	if s.Hz < 0 {
		return fmt.Errorf("stim: Sine: hz is %g Hz; it must not be negative (use the phase)", s.Hz)
	}
	return finite("Sine", "phase", s.Phase)
}

func (s sine) Show() display.Bundle {
	end := 100.0
	if s.Hz > 0 {
		end = math.Min(5*1000/s.Hz, 1e6)
	}
	return show(s, 0, end)
}

// Func returns a stimulus of one's own: f gives its value at the time t (ms).
// It is called once per time step, and must not remember earlier calls.
func Func(f func(t float64) float64) Stimulus { return function{f} }

type function struct{ f func(t float64) float64 }

func (s function) Fill(dst []float64, t0, dt float64) {
	for i := range dst {
		dst[i] = s.f(t0 + float64(float64(i)*dt))
	}
}

func (s function) Check() error {
	if s.f == nil {
		return fmt.Errorf("stim: Func: the function is nil; it must give a value for every time")
	}
	return nil
}

func (s function) Show() display.Bundle { return show(s, 0, 100) }

// Sum returns the sum of stimuli; of none, it is 0.
func Sum(s ...Stimulus) Stimulus { return sum(append([]Stimulus(nil), s...)) }

type sum []Stimulus

func (s sum) Fill(dst []float64, t0, dt float64) {
	clear(dst)
	var block []float64
	for k, m := range s {
		if k == 0 {
			m.Fill(dst, t0, dt)
			continue
		}
		if block == nil {
			block = make([]float64, len(dst))
		}
		m.Fill(block, t0, dt)
		for i, v := range block {
			dst[i] += v
		}
	}
}

func (s sum) Check() error {
	for i, m := range s {
		if m == nil {
			return fmt.Errorf("stim: Sum: stimulus %d is nil; it must be a stimulus", i)
		}
		if err := Check(m); err != nil {
			return err
		}
	}
	return nil
}

// Edges returns the times at which one of the stimuli jumps, ms.
func (s sum) Edges() []float64 {
	var all []float64
	for _, m := range s {
		if e, ok := m.(interface{ Edges() []float64 }); ok {
			all = append(all, e.Edges()...)
		}
	}
	return all
}

// Show draws the sum as long as the longest of its members would be drawn.
func (s sum) Show() display.Bundle { return show(s, 0, s.length()) }

func (s sum) length() float64 {
	end := 100.0
	for _, m := range s {
		t := 0.0
		switch m := m.(type) {
		case step:
			t = m.Off
		case ramp:
			t = m.Off
		case pulses:
			if n := len(m.At); n > 0 {
				t = m.At[n-1] + m.Width
			}
		case sum:
			t = m.length()
		}
		if !math.IsInf(t, 0) {
			end = math.Max(end, 1.2*t)
		}
	}
	return end
}
