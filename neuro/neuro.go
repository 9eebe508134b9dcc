// Package neuro holds the plain values that the packages below it share: a
// sampled trace, a spike train, trials or cells of spike trains, and what is wrong
// with a file.
//
// Times of cells and spike trains are in ms, voltages in mV, sampling rates
// of signals in Hz. Every value is a plain struct or slice: build it with a
// literal, change its fields, pass it on.
//
//	v := neuro.Trace{Name: "V", Unit: "mV", Dt: 0.1, Y: samples}
//	s := neuro.Spikes{12.5, 40.1, 88.0}
//	r := neuro.Raster{Trains: []neuro.Spikes{s}, T0: 0, T1: 100}
//
// The packages, by what one looks for:
//
//   - stim, neuron: input currents; Hodgkin-Huxley and integrate-and-fire cells, f-I curves, phase planes
//   - model, units: cells from equations written as text; quantities such as "10 nA"
//   - network: populations and their connections; spiking networks on all processors
//   - synapse: AMPA, NMDA, GABA-A and GABA-B conductances; short-term depression and facilitation
//   - plasticity: STDP by pairs, triplets and voltage, BCM, Hebb, Oja; induction protocols
//   - abf: recordings of pClamp
//   - recording: opens a recording of EEG, MEG or field potentials of any format
//   - eeg, edf, brainvision, fif, vendors: what recordings are, read in pieces; their formats
//   - signal: spectra, time and frequency, phase, filters of LFP, EEG and MEG
//   - spikes: detection, firing rates, intervals, bursts, correlograms, distances, surrogates, simulated trains, spike-triggered averages, tuning, GLM, phase locking
//   - calcium: fluorescence of calcium indicators: neuropil, ΔF/F, events
//   - info, decode: mutual information; decoding with pipelines and cross-validation, positions from spikes, similarity of patterns, searchlights
//   - matlab: files of MATLAB and Octave, data sets of EEGLAB
//   - flat: recordings in WAV, text and plain binary files
//   - spikefile: spike trains and sorted units of NumPy, tables, Kilosort, phy and Blackrock
//   - nifti, mgh, npy, bids: files of images and arrays; studies as folders
//   - imaging, fmri: masks, smoothing, grids; preprocessing, designs, linear models, groups
//   - connectivity: correlations between regions, of one person and of groups
//   - report: a run or a group as one page of HTML
//   - stats: multiple comparisons, rearrangements
//   - behavior, pharm: signal detection, response times, learning; dose, binding and pharmacokinetics
//   - plot, display, table: figures, how values show themselves, rows and columns
//   - dataset: small real recordings that come with the program
package neuro

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Trace is a quantity sampled at equal steps of time, such as a membrane
// potential. Sample i belongs to time T0 + i*Dt.
type Trace struct {
	Name string    // what is sampled, such as "V"; labels the axis
	Unit string    // unit of Y, such as "mV"
	T0   float64   `unit:"ms"` // time of the first sample, ms
	Dt   float64   `unit:"ms"` // step, ms
	Y    []float64 // samples
}

// FS returns the sampling rate 1000/Dt in Hz, which leads from the traces of
// cells to the functions of package signal.
func (t Trace) FS() float64 { return 1000 / t.Dt }

// Time returns the time of each sample, ms.
func (t Trace) Time() []float64 {
	x := make([]float64, len(t.Y))
	for i := range x {
		x[i] = t.At(i)
	}
	return x
}

// At returns the time of sample i, ms.
func (t Trace) At(i int) float64 { return t.T0 + float64(float64(i)*t.Dt) }

// Show draws the trace.
func (t Trace) Show() display.Bundle { return t.Plot().Show() }

// Plot returns the figure of the trace over time.
func (t Trace) Plot() *figure.Figure { return TraceFigure(t) }

// TraceFigure returns the figure of one or several traces over time. Traces
// with the same name and unit share a panel; others stand below each other on
// a common time axis, in columns of 20.
func TraceFigure(traces ...Trace) *figure.Figure {
	f := &figure.Figure{ShareX: true}
	index := map[[2]string]int{}
	for _, t := range traces {
		key := [2]string{t.Name, t.Unit}
		i, ok := index[key]
		if !ok {
			i = len(f.Panels)
			index[key] = i
			f.Panels = append(f.Panels, figure.Panel{
				X: figure.Axis{Label: "time", Unit: "ms"},
				Y: figure.Axis{Label: t.Name, Unit: t.Unit},
			})
		}
		l := figure.Layer{Kind: figure.Line, X0: t.T0, DX: t.Dt, Y: t.Y}
		if !(t.Dt > 0 && t.Dt < 1e300 && math.Abs(t.T0) < 1e300) { // no times that an axis has room for
			l.X0, l.DX, l.X = 0, 0, t.Time()
		}
		f.Panels[i].Layers = append(f.Panels[i].Layers, l)
	}
	if n := len(f.Panels); n > 20 {
		f.Cols = min(10, (n+19)/20)
	}
	return f
}

// VoltageFigure returns the figure of a membrane potential with a mark above
// each spike, and of the inputs, if any, in a lower panel on the same time
// axis.
func VoltageFigure(v Trace, s Spikes, in ...Trace) *figure.Figure {
	f := TraceFigure(v)
	if len(s) > 0 && len(v.Y) > 0 {
		lo, hi := v.Y[0], v.Y[0]
		for _, y := range v.Y {
			lo, hi = math.Min(lo, y), math.Max(hi, y)
		}
		marks := figure.Layer{Kind: figure.Points, X: s, Color: "red", Size: 3}
		for range s {
			marks.Y = append(marks.Y, hi+float64(0.06*math.Max(hi-lo, 1)))
		}
		f.Panels[0].Layers = append(f.Panels[0].Layers, marks)
	}
	if len(in) > 0 {
		f.Panels = append(f.Panels, TraceFigure(in...).Panels...)
		for i := range f.Panels[1:] {
			for k := range f.Panels[i+1].Layers {
				f.Panels[i+1].Layers[k].Color = "orange"
			}
		}
		f.Heights = []float64{3}
		for range f.Panels[1:] {
			f.Heights = append(f.Heights, 1)
		}
		f.Height = 4.5 + float64(2*float64(len(f.Panels)))
	}
	return f
}

// Spikes are the times of one spike train, ms, ascending.
type Spikes []float64

// Check returns an error unless all times are finite and ascending. name says
// whose times they are, as "spikes: a" does for argument a of package spikes.
func (s Spikes) Check(name string) error {
	for i, t := range s {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return fmt.Errorf("%s: spike %d is at %g ms; times must be finite", name, i, t)
		}
		if i > 0 && t < s[i-1] {
			return fmt.Errorf("%s: spike %d at %g ms comes after one at %g ms; times must ascend (sort them first)", name, i, t, s[i-1])
		}
	}
	return nil
}

// Show draws the train as one row of a raster.
func (s Spikes) Show() display.Bundle {
	r := Raster{Trains: []Spikes{s}}
	if len(s) > 0 {
		r.T0, r.T1 = math.Min(0, s[0]), s[len(s)-1]
	}
	return r.Show()
}

// A Raster is a set of spike trains, of cells or of trials, over the window
// from T0 to T1.
type Raster struct {
	Trains []Spikes
	T0, T1 float64 `unit:"ms"` // the window, ms
}

// Show draws one row of marks per train, the first at the bottom.
func (r Raster) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the raster: one row of marks per train.
func (r Raster) Plot() *figure.Figure { return RasterFigure(r) }

// RasterFigure returns the figure of a raster: one row of marks per train. A
// window that is empty, as that of a Raster without T0 and T1, gives way to
// the times of the spikes.
func RasterFigure(r Raster) *figure.Figure {
	spikes := 0
	for _, train := range r.Trains {
		spikes += len(train)
	}
	l := figure.Layer{Kind: figure.Ticks, Color: "black", X: make([]float64, 0, spikes), Y: make([]float64, 0, spikes)}
	for i, train := range r.Trains {
		for _, t := range train {
			l.X = append(l.X, t)
			l.Y = append(l.Y, float64(i))
		}
	}
	n := len(r.Trains)
	p := figure.Panel{
		X:      figure.Axis{Label: "time", Unit: "ms"},
		Y:      figure.Axis{Label: "train", Min: -0.6, Max: math.Max(0.6, float64(n)-0.4)},
		Layers: []figure.Layer{l},
	}
	if r.T1 > r.T0 {
		p.X.Min, p.X.Max = r.T0, r.T1
	}
	if n <= 1 {
		p.Y.Hide, p.Y.Label = true, ""
	}
	return &figure.Figure{
		// Few rows need little height: half a centimetre each.
		Height: math.Max(3, math.Min(9, 2.5+float64(0.5*float64(n)))),
		Panels: []figure.Panel{p},
	}
}
