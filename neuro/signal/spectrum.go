package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Spectrum is a quantity at equally spaced frequencies from 0 up to half
// the sampling rate.
type Spectrum struct {
	// Name is what P holds: "power" or "coherence".
	Name string
	F    []float64 `unit:"Hz"` // frequencies, Hz; F[k] = k fs / segment length
	P    []float64 // values, in Unit
	// Unit is the unit of P: "mV²/Hz" for the power density of a signal in
	// mV, "1/Hz" where the signal's unit was not given, "" for coherence.
	Unit string
	// Segments is the number of segments that were averaged. With a single
	// one coherence is 1 everywhere, whatever the signals are.
	Segments int
	// DOF is the equivalent degrees of freedom of each value of a power
	// spectrum, about twice Segments; 0 where there is no interval.
	DOF float64
}

// Power returns the power between lo and hi (Hz): the trapezoid rule over the
// frequencies with lo <= F <= hi, both ends included. For a power density of
// unit mV²/Hz the result is in mV².
//
// Fewer than 2 frequencies in the band are an error, as are limits that are
// not 0 <= lo < hi <= half the sampling rate. Peer: numpy.trapezoid over the
// same frequencies.
func (s Spectrum) Power(lo, hi float64) (float64, error) { return s.power("Spectrum.Power", lo, hi) }

func (s Spectrum) power(call string, lo, hi float64) (float64, error) {
	if len(s.F) != len(s.P) {
		return 0, fmt.Errorf("signal: %s: %d frequencies in F and %d values in P; both must be as many", call, len(s.F), len(s.P))
	}
	if err := checkBand(call, lo, hi); err != nil {
		return 0, err
	}
	n := len(s.F)
	if n < 2 {
		frequencies := "frequencies"
		if n == 1 {
			frequencies = "frequency"
		}
		return 0, fmt.Errorf("signal: %s: the spectrum has %d %s; 2 are needed in the band: take a longer signal, or longer segments", call, n, frequencies)
	}
	step := s.F[1] - s.F[0]
	if hi-s.F[n-1] > step {
		return 0, fmt.Errorf("signal: %s: hi %g Hz is above the spectrum, which ends at %g Hz (half the sampling rate)", call, hi, s.F[n-1])
	}
	var sum float64
	count, last := 0, 0
	for k, f := range s.F {
		if f < lo || f > hi {
			continue
		}
		if count > 0 {
			sum += float64((s.P[k] + s.P[last]) / 2 * (f - s.F[last]))
		}
		count, last = count+1, k
	}
	if count < 2 {
		return 0, fmt.Errorf("signal: %s: the band %g to %g Hz holds %d of the frequencies, which are %.4g Hz apart; 2 are needed: take a wider band, or Welch with segments that last %.3g s or more and then Spectrum.Power",
			call, lo, hi, count, step, 2/(hi-lo))
	}
	return sum, nil
}

func checkBand(call string, lo, hi float64) error {
	switch {
	case !(lo >= 0) || math.IsInf(lo, 0):
		return fmt.Errorf("signal: %s: lo is %g Hz; it must be 0 or more and finite", call, lo)
	case !(hi > lo) || math.IsInf(hi, 0):
		return fmt.Errorf("signal: %s: hi is %g Hz with lo %g Hz; hi must be above lo and finite", call, hi, lo)
	}
	return nil
}

// Show draws the spectrum: power on a logarithmic axis, coherence from 0 to 1.
func (s Spectrum) Show() display.Bundle { return s.Plot().Show() }

// Plot returns the figure that Show draws, with the 95% confidence interval of
// CI as a band where there is one.
func (s Spectrum) Plot() *figure.Figure {
	p := figure.Panel{
		X:      figure.Axis{Label: "frequency", Unit: "Hz"},
		Y:      figure.Axis{Label: s.Name, Unit: s.Unit},
		Layers: []figure.Layer{{Kind: figure.Line, X: s.F, Y: s.P}},
	}
	if n := len(s.F); n > 0 && s.F[n-1] > 0 && s.F[n-1] <= math.MaxFloat64 {
		p.X.Max = s.F[n-1]
	}
	switch {
	case s.Name == "coherence":
		p.Y.Min, p.Y.Max = 0, 1
		if s.Segments == 1 {
			p.Title = "one segment only: coherence is 1 by definition"
		}
	case len(s.P) > 0 && logarithmic(s.P):
		p.Y.Log = true
		// A constant part removed from every segment leaves rounding noise at
		// 0 Hz, which would take most of the axis.
		lo, hi := math.Inf(1), 0.0
		for k, v := range s.P {
			if k > 0 && v > 0 {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		if s.P[0] < lo*1e-3 && len(s.P) > 1 && hi > lo {
			p.Layers[0].X, p.Layers[0].Y = s.F[1:], s.P[1:]
		}
		if lo, hi, err := s.CI(0.95); err == nil && len(s.F) == len(s.P) {
			from := len(s.P) - len(p.Layers[0].Y)
			line := &p.Layers[0]
			line.Name, line.Color = s.Name, "blue"
			band := figure.Layer{Kind: figure.Area, Name: "95% confidence", X: line.X, Y: hi[from:], Y2: lo[from:], Color: "blue", Alpha: 0.25}
			p.Layers = []figure.Layer{band, *line}
		}
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// logarithmic tells whether p can be drawn on a logarithmic axis.
func logarithmic(p []float64) bool {
	for _, v := range p {
		if v < 0 {
			return false
		}
	}
	for _, v := range p {
		if v > 0 {
			return true
		}
	}
	return false
}
