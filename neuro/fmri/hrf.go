package fmri

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An HRF is a haemodynamic response function: the difference of two gamma
// densities, a peak and an undershoot,
//
//	h(t) = g(t; Peak/PeakDispersion, PeakDispersion)
//	     - g(t; Undershoot/UndershootDispersion, UndershootDispersion) / Ratio,
//	g(t; k, s) = t^(k-1) exp(-t/s) / (Gamma(k) s^k),
//
// with t counted from Onset.
type HRF struct {
	Peak                 float64 `unit:"s"` // delay of the response, s
	Undershoot           float64 `unit:"s"` // delay of the undershoot, s
	PeakDispersion       float64 `unit:"s"` // width of the response, s
	UndershootDispersion float64 `unit:"s"` // width of the undershoot, s
	Ratio                float64 // size of the response over that of the undershoot
	Onset                float64 `unit:"s"` // when the response starts, s
}

// NewHRF returns SPM's canonical response: 6, 16, 1, 1 s, ratio 6, onset 0.
func NewHRF() HRF {
	return HRF{Peak: 6, Undershoot: 16, PeakDispersion: 1, UndershootDispersion: 1, Ratio: 6}
}

// NewGlover returns the response of Glover (1999), NeuroImage 9:416, with the
// parameters that nilearn uses: 6, 12, 0.9, 0.9 s, ratio 1/0.48.
func NewGlover() HRF {
	return HRF{Peak: 6, Undershoot: 12, PeakDispersion: 0.9, UndershootDispersion: 0.9, Ratio: 1 / 0.48}
}

// SPMHRF returns SPM's canonical haemodynamic response at 0, dt, 2 dt ...
// up to length (s), scaled to a sum of 1:
//
//	h(t) = t^5 e^-t / 5! - (t^15 e^-t / 15!) / 6.
//
// It panics unless dt is positive and finite, length finite and at least dt,
// and there are at most 10 million samples. [HRF] has the parameters.
//
// Source: spm_hrf.m of SPM with its default parameters and one time bin; Friston
// et al. (1998), NeuroImage 7:30. Checked to 1e-12 against responses that SPM
// stored.
func SPMHRF(dt, length float64) []float64 {
	h, err := NewHRF().Sample(dt, length)
	if err != nil {
		panic("fmri: SPMHRF: " + err.Error())
	}
	return h
}

// maxSamples bounds what Sample returns; a response has some hundreds.
const maxSamples = 10_000_000

// Sample returns the response at 0, dt, 2 dt ... up to length (s), scaled to a
// sum of 1. It is an error when a delay, dispersion or the ratio is not
// positive and finite, when a delay is shorter than its dispersion (the density
// would be infinite at 0), when dt or length are not positive and finite or
// give more than 10 million samples, and when the samples sum to 0.
//
// Checked against 54 responses that SPM stored, with six settings varied.
func (h HRF) Sample(dt, length float64) ([]float64, error) {
	if !(dt > 0) || math.IsInf(dt, 0) {
		return nil, fmt.Errorf("dt is %g s; it must be above 0", dt)
	}
	if !(length >= dt) || !(length/dt < maxSamples) {
		return nil, fmt.Errorf("length is %g s; it must be at least dt (%g s) and at most %d times that", length, dt, maxSamples)
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	// A length that is a multiple of dt but for rounding counts as one.
	out := make([]float64, int(length/dt*(1+1e-12))+1)
	sum := 0.0
	for i := range out {
		out[i] = h.At(float64(i) * dt)
		sum += out[i]
	}
	if !(math.Abs(sum) > 0) {
		return nil, fmt.Errorf("the response sampled every %g s sums to %g, so it cannot be scaled to a sum of 1; take a shorter dt", dt, sum)
	}
	for i := range out {
		out[i] /= sum
	}
	return out, nil
}

func (h HRF) check() error {
	for _, p := range []struct {
		name  string
		v     float64
		least float64
	}{
		{"PeakDispersion", h.PeakDispersion, 0}, {"UndershootDispersion", h.UndershootDispersion, 0},
		{"Peak", h.Peak, h.PeakDispersion}, {"Undershoot", h.Undershoot, h.UndershootDispersion},
		{"Ratio", h.Ratio, 0},
	} {
		if !(p.v > 0) || p.v < p.least || math.IsInf(p.v, 0) {
			return fmt.Errorf("HRF.%s is %g; it must be finite, above 0, and a delay no shorter than its dispersion (NewHRF has SPM's values)", p.name, p.v)
		}
	}
	if math.IsNaN(h.Onset) || math.IsInf(h.Onset, 0) {
		return fmt.Errorf("HRF.Onset is %g s; it must be finite", h.Onset)
	}
	return nil
}

// At returns the response t seconds after a brief event, in 1/s: the densities
// as they are, not scaled to samples. It passes NaN through.
func (h HRF) At(t float64) float64 {
	t -= h.Onset
	return gammaDensity(t, h.Peak/h.PeakDispersion, h.PeakDispersion) -
		gammaDensity(t, h.Undershoot/h.UndershootDispersion, h.UndershootDispersion)/h.Ratio
}

// gammaDensity returns the density at t of the gamma distribution with shape k
// and scale s.
func gammaDensity(t, k, s float64) float64 {
	x := t / s
	switch {
	case math.IsNaN(t) || math.IsNaN(k) || math.IsNaN(s):
		return math.NaN()
	case x < 0 || x == 0 && k > 1 || math.IsInf(x, 1):
		return 0
	case x == 0:
		return 1 / s // k is 1: an exponential
	}
	lg, _ := vec.Lgamma(k)
	return vec.Exp(float64((k-1)*vec.Log(x))-x-lg) / s
}

// Plot returns the figure of the response over 32 s from its onset.
func (h HRF) Plot() *figure.Figure {
	const n = 321
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = math.Min(h.Onset, 0) + float64(i)/10
		y[i] = h.At(x[i])
	}
	return &figure.Figure{Panels: []figure.Panel{{
		X:      figure.Axis{Label: "time from event", Unit: "s"},
		Y:      figure.Axis{Label: "response", Unit: "1/s"},
		Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}}, {Kind: figure.Line, X: x, Y: y, Color: "blue"}},
	}}}
}

// Show draws the figure of Plot, or says what is wrong with the parameters.
func (h HRF) Show() display.Bundle {
	if err := h.check(); err != nil {
		return display.Text("fmri: " + err.Error())
	}
	return h.Plot().Show()
}
