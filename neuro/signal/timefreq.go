package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A TimeFrequency is power over time and frequency: a spectrogram or a
// scalogram.
type TimeFrequency struct {
	Name string
	T    []float64   `unit:"s"`  // times of the columns, s, evenly spaced
	F    []float64   `unit:"Hz"` // frequencies of the rows, Hz, ascending
	P    [][]float64 // P[k][i] at F[k] and T[i], in Unit
	Unit string
	// Edge is how far from the ends the signal's beginning and end reach into
	// each row, s; nil where they do not.
	Edge []float64 `unit:"s"`
}

// Spectrogram returns the power spectral density of every segment of x, as
// Welch has it before it takes the mean; a column stands at the middle of its
// segment.
//
// x are samples, fs their rate in Hz. Segments of NewWelch's 1024 samples are
// often too long for what changes: set SegmentLen to the samples in which the
// signal hardly changes. Errors as for Welch; Average must be "mean" or "".
// Peer: scipy.signal.spectrogram.
func Spectrogram(x []float64, fs float64, o WelchOptions) (*TimeFrequency, error) {
	c, err := newCutter("Spectrogram", len(x), fs, o)
	if err != nil {
		return nil, err
	}
	if c.median {
		return nil, fmt.Errorf(`signal: Spectrogram: Average is "median"; segments are not averaged: leave it empty`)
	}
	if err := checkSamples("Spectrogram", "x", x); err != nil {
		return nil, err
	}
	r := &TimeFrequency{Name: "power", F: c.frequencies(), Unit: c.unit, P: rows(c.n/2+1, c.segments)}
	for s := range c.segments {
		r.T = append(r.T, (float64(s*c.step)+float64(float64(c.n)/2))/fs)
	}
	err = c.fours(func(w *worker, first, n int) {
		c.four(w, x, first, n)
		for k, row := range r.P {
			scale := c.sides(k) * c.scale
			for l, v := range w.powers(k)[:n] {
				row[first+l] = v * scale
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Scalogram returns the power of x over time at the given frequencies by
// convolution with Morlet's wavelets,
//
//	w(t) = (exp(2πift) - exp(-2(πfσ)²)) exp(-t²/(2σ²)),  σ = cycles/(2πf),
//
// cut off at 5σ and scaled so that Σ|w|² is 2, so that the power of a rhythm
// can be compared over time but not with Welch's density.
//
// x are samples, fs their rate in Hz; frequencies (Hz) ascend, above 0 and below
// fs/2; cycles is the number of cycles in the wavelet, 7 in many papers: fewer
// are sharper in time, more in frequency. There is one column per sample. Edge
// has the distance 2σ at which the ends of the signal still matter.
//
// Errors: NaN or infinite samples, an empty x, fs or cycles not above 0,
// frequencies that are empty, out of range or out of order, and a wavelet longer
// than the signal. Source: Tallon-Baudry et al. 1997, J. Neurosci. 17:722. Peer:
// mne.time_frequency.tfr_array_morlet with zero_mean.
func Scalogram(x []float64, fs float64, frequencies []float64, cycles float64) (*TimeFrequency, error) {
	const call = "Scalogram"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	r, err := morletMean(call, [][][]float64{{x}}, fs, frequencies, []float64{cycles}, false)
	if err != nil {
		return nil, err
	}
	return r[0], nil
}

// Show draws the figure of Plot.
func (r TimeFrequency) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of power in dB over time and frequency. Frequencies
// that are spaced by a factor have a logarithmic axis. Where the ends of the
// signal matter is outside of the white dashed lines.
func (r TimeFrequency) Plot() *figure.Figure {
	p := figure.Panel{
		X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: "frequency", Unit: "Hz"},
		ColorBar: figure.Axis{Label: r.Name, Unit: "dB"},
	}
	if r.Unit != "" {
		p.ColorBar.Unit = "dB re 1 " + r.Unit
		if strings.HasPrefix(r.Unit, "1/") { // of a signal without a unit
			p.ColorBar.Unit = "dB re " + r.Unit
		}
	}
	if len(r.T) == 0 || len(r.F) == 0 {
		return &figure.Figure{Panels: []figure.Panel{p}}
	}
	rows, cols := len(r.F), len(r.T)
	half := 0.5
	if cols > 1 {
		half = (r.T[cols-1] - r.T[0]) / float64(2*(cols-1))
	}
	// A row is as high as its neighbours are apart; its place is the frequency,
	// or its logarithm, in units of rows.
	at := func(f float64) float64 { return f }
	if logarithmicSteps(r.F) {
		at = func(f float64) float64 { return vec.Log2(f) }
		for f := vec.Pow(2, math.Ceil(vec.Log2(r.F[0]))); f <= r.F[rows-1]; f *= 2 {
			p.Y.Ticks = append(p.Y.Ticks, at(f))
			p.Y.Names = append(p.Y.Names, display.Number(f))
		}
	}
	step := 1.0
	if rows > 1 {
		step = (at(r.F[rows-1]) - at(r.F[0])) / float64(rows-1)
	}
	db := make([][]float64, rows)
	top := math.Inf(-1)
	for k, row := range r.P {
		db[k] = make([]float64, len(row))
		for i, v := range row {
			db[k][i] = math.NaN()
			if v > 0 {
				db[k][i] = 10 * vec.Log10(v)
				top = math.Max(top, db[k][i])
			}
		}
	}
	p.X.Min, p.X.Max = r.T[0]-half, r.T[cols-1]+half
	p.Y.Min, p.Y.Max = at(r.F[0])-float64(step/2), at(r.F[rows-1])+float64(step/2)
	image := figure.Layer{Kind: figure.Image, Map: "viridis", Z: db, X: []float64{p.X.Min, p.X.Max}, Y: []float64{p.Y.Min, p.Y.Max}}
	if !math.IsInf(top, 0) { // 50 dB, so that what is nothing does not take the colours
		image.Hi, image.Lo = top, top-50
	}
	p.Layers = []figure.Layer{image}
	if len(r.Edge) == rows {
		left, right := figure.Layer{Kind: figure.Line, Color: "#ffffff", Dash: true}, figure.Layer{Kind: figure.Line, Color: "#ffffff", Dash: true}
		for k, f := range r.F {
			left.X, left.Y = append(left.X, r.T[0]+r.Edge[k]), append(left.Y, at(f))
			right.X, right.Y = append(right.X, r.T[cols-1]-r.Edge[k]), append(right.Y, at(f))
		}
		p.Layers = append(p.Layers, left, right)
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// logarithmicSteps tells whether the frequencies are evenly spaced on a
// logarithmic axis rather than on a linear one.
func logarithmicSteps(f []float64) bool {
	n := len(f)
	if n < 3 || !(f[0] > 0) {
		return false
	}
	first, last := f[1]/f[0], f[n-1]/f[n-2]
	return math.Abs(first-last) < 1e-3*(first-1)
}
