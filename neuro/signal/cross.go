package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A CrossSpectrum says how two signals share power, and with what phase.
type CrossSpectrum struct {
	F        []float64 `unit:"Hz"` // frequencies, Hz
	P        []complex128
	Unit     string
	Segments int
}

// NewCrossSpectrum estimates the cross power spectral density of x and y by
// averaging over overlapping segments as Welch does: with transforms X and Y,
//
//	P[k] = 2/(fs Σ w²) · mean conj(X[k]) Y[k].
//
// Its phase is that of y less that of x: negative where y lags.
//
// Arguments and errors are those of Coherence, but a constant signal is allowed.
// Source: Welch 1967. Peer: scipy.signal.csd.
func NewCrossSpectrum(x, y []float64, fs float64, o WelchOptions) (*CrossSpectrum, error) {
	const call = "NewCrossSpectrum"
	if len(x) != len(y) {
		return nil, fmt.Errorf("signal: %s: x has %d samples and y %d; both must be as long", call, len(x), len(y))
	}
	c, err := newCutter(call, len(x), fs, o)
	if err != nil {
		return nil, err
	}
	if c.median {
		return nil, fmt.Errorf(`signal: %s: Average is "median"; only "mean" is allowed`, call)
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "y", y); err != nil {
		return nil, err
	}
	h := c.n/2 + 1
	sums, err := c.chunks(4*h, func(w *worker, sum []float64, first, n int) {
		c.four(w, x, first, n)
		w.z, w.other = w.other, w.z
		c.four(w, y, first, n)
		addCoherence(sum, w.other, w.z)
	})
	if err != nil {
		return nil, err
	}
	r := &CrossSpectrum{F: c.frequencies(), P: make([]complex128, h), Unit: c.unit, Segments: c.segments}
	for k := range r.P {
		scale := c.sides(k) * c.scale / float64(c.segments)
		r.P[k] = complex(sums[2*h+k]*scale, sums[3*h+k]*scale)
	}
	return r, nil
}

// Phase returns the phase at each frequency, rad, from -π to π.
func (c CrossSpectrum) Phase() []float64 {
	out := make([]float64, len(c.P))
	for k, v := range c.P {
		out[k] = vec.Atan2(imag(v), real(v))
	}
	return out
}

// Show draws the figure of Plot.
func (c CrossSpectrum) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure of size and phase over frequency.
func (c CrossSpectrum) Plot() *figure.Figure {
	size := make([]float64, len(c.P))
	for k, v := range c.P {
		size[k] = vec.Hypot(real(v), imag(v))
	}
	x := figure.Axis{Label: "frequency", Unit: "Hz"}
	return &figure.Figure{Panels: []figure.Panel{
		{X: x, Y: figure.Axis{Label: "cross power", Unit: c.Unit, Log: logarithmic(size)}, Layers: []figure.Layer{{Kind: figure.Line, X: c.F, Y: size}}},
		{X: x, Y: figure.Axis{Label: "phase", Unit: "rad", Min: -math.Pi, Max: math.Pi}, Layers: []figure.Layer{{Kind: figure.Line, X: c.F, Y: c.Phase()}}},
	}}
}
