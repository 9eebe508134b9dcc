package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// Impedance is how the membrane potential of a cell at rest answers a small
// sinusoidal current, by frequency.
type Impedance struct {
	F         []float64 `unit:"Hz"` // frequencies, Hz
	Abs       []float64 // amplitude of V over that of I, mV per IUnit
	Phase     []float64 `unit:"rad"` // phase of V, positive where V leads, rad
	Resonance float64   `unit:"Hz"`  // frequency of the largest amplitude, Hz
	Q         float64   // that amplitude over the one at the lowest frequency: 1 without resonance

	V            float64 `unit:"mV"` // potential of the rest, mV
	Model, IUnit string
}

// NewImpedance returns the impedance of a cell held at the potential v (mV), at the
// frequencies f (Hz), of the equations made linear there: with the Jacobian J and the
// derivative b of the slope by the current,
//
//	Z(f) = the entry for V of (2 pi i f - J)^-1 b.
//
// An error names what makes no sense, or a rest that is not stable, at which no
// sinusoid stays. Checked against the closed form of LIF, and ZAP.
func NewImpedance(c Dynamics, v float64, f []float64) (*Impedance, error) {
	if err := checkFrequencies("NewImpedance", f); err != nil {
		return nil, err
	}
	flow, err := NewFlow(c)
	if err != nil {
		return nil, err
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, fmt.Errorf("neuron: NewImpedance: v is %g mV; it must be finite", v)
	}
	p := at(flow, v)
	if !(p.re < 0) {
		return nil, fmt.Errorf("neuron: NewImpedance: %s is not stable at %g mV (the largest real part of the eigenvalues is %g /ms); take a potential of rest", c.Name(), v, p.re)
	}
	x := flow.Rest(v)
	j := flow.jacobian(x, p.i)
	up, down := flow.Slope(x, p.i+1), flow.Slope(x, p.i-1)
	z := &Impedance{F: append([]float64(nil), f...), V: v, Model: c.Name(), IUnit: c.CurrentUnit()}
	for _, hz := range f {
		a := make([][]complex128, len(x))
		for r := range a {
			for s := range j[r] {
				a[r] = append(a[r], complex(-j[r][s], 0))
			}
			a[r][r] += complex(0, 2*math.Pi*hz/1000)
			a[r] = append(a[r], complex((up[r]-down[r])/2, 0))
		}
		z.add(firstOf(a))
	}
	z.peak()
	return z, nil
}

func checkFrequencies(name string, f []float64) error {
	if len(f) == 0 {
		return fmt.Errorf("neuron: %s: there are no frequencies; give one or more in Hz", name)
	}
	for i, x := range f {
		if !(x >= 0) || math.IsInf(x, 0) {
			return fmt.Errorf("neuron: %s: f[%d] is %g Hz; it must be finite and not negative", name, i, x)
		}
	}
	return nil
}

func (z *Impedance) add(x complex128) {
	z.Abs = append(z.Abs, math.Sqrt(float64(real(x)*real(x))+float64(imag(x)*imag(x))))
	z.Phase = append(z.Phase, vec.Atan2(imag(x), real(x)))
}

func (z *Impedance) peak() {
	best := 0
	for k := range z.Abs {
		if z.Abs[k] > z.Abs[best] {
			best = k
		}
	}
	z.Resonance, z.Q = z.F[best], z.Abs[best]/z.Abs[0]
}

// firstOf returns the first unknown of linear equations in rows, by elimination from
// the last unknown up, with pivots.
func firstOf(a [][]complex128) complex128 {
	n := len(a)
	for c := n - 1; c > 0; c-- {
		p := c
		for r := 0; r <= c; r++ {
			if size1(a[r][c]) > size1(a[p][c]) {
				p = r
			}
		}
		a[c], a[p] = a[p], a[c]
		for r := range c {
			k := over(a[r][c], a[c][c])
			for s := range a[r] {
				a[r][s] -= times(k, a[c][s])
			}
		}
	}
	return over(a[0][n], a[0][0])
}

func size1(x complex128) float64 { return math.Abs(real(x)) + math.Abs(imag(x)) }

// times and over are the product and the quotient without fused operations.
func times(x, y complex128) complex128 {
	a, b, c, d := real(x), imag(x), real(y), imag(y)
	return complex(float64(a*c)-float64(b*d), float64(a*d)+float64(b*c))
}

func over(x, y complex128) complex128 {
	m := float64(real(y)*real(y)) + float64(imag(y)*imag(y))
	z := times(x, complex(real(y), -imag(y)))
	return complex(real(z)/m, imag(z)/m)
}

// ZAP measures the impedance of a model as one does of a neuron: with a current of the
// amplitude amp, added to a constant one, whose frequency rises linearly from f0 to f1
// (Hz) during dur (ms), after settle (ms) of the constant current alone; dt is the time
// step (ms). Z is the cross-spectrum of V and I over the spectrum of I, both summed
// over seven neighbours, between f0 and f1.
//
// It is an error when the model fires, or an argument makes no sense. Puil, Gimbarzevsky
// and Miura 1986, J Neurophysiol 55:995.
func ZAP(m Model, constant, amp, f0, f1, settle, dur, dt float64) (*Impedance, error) {
	switch {
	case m == nil:
		return nil, fmt.Errorf("neuron: ZAP: the model is nil; NewHH() and NewLIF() are models")
	case !(f0 >= 0) || !(f1 > f0) || math.IsInf(f1, 0):
		return nil, fmt.Errorf("neuron: ZAP: the frequency goes from %g to %g Hz; it must rise from 0 or above", f0, f1)
	case !(dur > 0) || !(settle >= 0) || !(dt > 0) || math.IsInf(dur+settle+dt, 0):
		return nil, fmt.Errorf("neuron: ZAP: settle is %g, dur %g and dt %g ms; they must be positive and finite (settle may be 0)", settle, dur, dt)
	case f1 > 250/dt:
		return nil, fmt.Errorf("neuron: ZAP: f1 is %g Hz; with steps of %g ms it can be %g at most", f1, dt, 250/dt)
	case amp == 0 || math.IsNaN(amp) || math.IsInf(amp, 0):
		return nil, fmt.Errorf("neuron: ZAP: amp is %g; it must be finite and not 0", amp)
	}
	chirp := stim.Func(func(t float64) float64 {
		u := (t - settle) / 1000
		if u < 0 {
			return constant
		}
		return constant + float64(amp*vec.Sin(2*math.Pi*(float64(f0*u)+float64(0.5*(f1-f0)*u*u)*1000/dur)))
	})
	r, err := m.Simulate(chirp, settle+dur, dt)
	if err != nil {
		return nil, fmt.Errorf("neuron: ZAP: %w", err)
	}
	if r.Count() > 0 {
		return nil, fmt.Errorf("neuron: ZAP: the model fires at %g ms; use a smaller amp", r.Spikes[0])
	}
	from := int(math.Ceil(settle/dt - 1e-9))
	n := len(r.V.Y) - from
	in := make([]float64, n)
	chirp.Fill(in, float64(float64(from)*dt), dt)
	size := fft.Fast(n)
	base := r.V.Y[from]
	v, i := make([]complex128, size), make([]complex128, size)
	for k := range n {
		v[k], i[k] = complex(r.V.Y[from+k]-base, 0), complex(in[k]-constant, 0)
	}
	plan := fft.New(size)
	plan.Forward(v, v)
	plan.Forward(i, i)
	z := &Impedance{V: base}
	z.Model, z.IUnit = labels(m)
	hz := 1000 / (float64(size) * dt)
	for k := max(4, int(math.Ceil(f0/hz))); float64(k)*hz <= f1; k++ {
		cross, power := complex(0, 0), 0.0
		for s := k - 3; s <= k+3; s++ {
			cross += times(v[s], complex(real(i[s]), -imag(i[s])))
			power += float64(real(i[s])*real(i[s])) + float64(imag(i[s])*imag(i[s]))
		}
		z.F = append(z.F, float64(k)*hz)
		z.add(complex(real(cross)/power, imag(cross)/power))
	}
	if len(z.F) == 0 {
		return nil, fmt.Errorf("neuron: ZAP: %g ms is too short to tell frequencies between %g and %g Hz apart; use a longer dur", dur, f0, f1)
	}
	z.peak()
	return z, nil
}

// Show draws the figure of Plot.
func (z *Impedance) Show() display.Bundle { return z.Plot().Show() }

// Plot returns the figure of amplitude and phase over frequency.
func (z *Impedance) Plot() *figure.Figure {
	f := figure.Axis{Label: "frequency", Unit: "Hz"}
	title := fmt.Sprintf("%s: impedance at %s mV", z.Model, display.Number(z.V))
	if z.Q > 1 {
		title += fmt.Sprintf(", resonance at %s Hz", display.Number(z.Resonance))
	}
	return &figure.Figure{Title: title, Panels: []figure.Panel{
		{X: f, Y: figure.Axis{Label: "amplitude", Unit: "mV per " + z.IUnit}, Layers: []figure.Layer{{Kind: figure.Line, X: z.F, Y: z.Abs, Color: "blue"}}},
		{X: f, Y: figure.Axis{Label: "phase", Unit: "rad"}, Layers: []figure.Layer{{Kind: figure.Line, X: z.F, Y: z.Phase, Color: "orange"}}},
	}}
}
