// Package plot draws figures. A constructor returns a [Figure], a plain value
// that can be changed before it is shown or saved:
//
//	f := plot.Line(t, v)
//	f.Panels[0].X = plot.Axis{Label: "time", Unit: "ms"}
//	f.Panels[0].Y = plot.Axis{Label: "V", Unit: "mV"}
//	f.Save("v.pdf") // .png, .svg, .pdf, or .html to zoom in
//
// In a notebook or at the prompt a figure shows itself when it is the last
// expression of a cell; anywhere else display.Show(f) does. A notebook keeps it
// as a picture; f.Interactive() is one that can be zoomed and read. Results of other
// packages, such as traces, spectra and fits, show themselves with their units
// on the axes; the constructors here are for what one puts together oneself.
//
// Which figure for what:
//
//	a cell            Trace, PhasePlane; neuron.Result, neuron.FI, neuron.PhasePlane
//	spike trains      Raster, Hist; spikes.PeriStimulus, Population, Histogram, Tuning, RateMap
//	synapses          STDP, Window, Weights; synapse.Kinetics, QuantalFit, MeanVarianceFit
//	networks          Connectivity, Network
//	fields, EEG       Spectrum, Channels, ERP, Topomap, Electrodes; signal.TimeFrequency, Comodulation, Laminar
//	brains            Slices, Mosaic, Ortho, Overlay, GlassBrain, Connectome, Carpet; fmri.Design, HRF, EventResponse
//	behaviour         behavior.Psychometric, ROCCurve, DDMTrials
//	drugs             pharm.DoseFit, Schild
//	groups, effects   Raincloud, Forest, Bars, Hist
//	anything else     Line, Scatter, Heat, Bars; Grid puts several into one
//
// The types named with their package have a method Plot that returns their figure.
// The program's command doc -gallery shows a picture of each.
//
// A figure holds panels in a grid, a panel two axes and layers drawn one over
// the other. The kind of a layer is a word: "line", "points", "stairs", "bars",
// "stems", "area", "errors", "ticks", "image", "hline", "vline", "vspan" or
// "note", "step", "xerrors", "hspan", "arrow", "vectors", "polygon", "contour",
// "box" or "violin"; [Layer] says which fields each reads. To add a threshold to a figure:
//
//	f.Panels[0].Layers = append(f.Panels[0].Layers,
//		plot.Layer{Kind: "hline", Y: []float64{-50}, Dash: true})
//
// Lines of millions of points are drawn quickly and stay small in vector
// files: of what falls on one column of pixels the extremes are kept. NaN
// breaks a line and is transparent in an image; infinite values are left out.
// What cannot be drawn at all, such as infinite values, is counted above the
// panel. The same figure has the same pixels on every machine.
//
// Theme "dark" is for dark notebooks, "paper" and "paper wide" are one and two
// columns of a journal. A layer with Right has the second y axis, [Panel].Right.
// Text between dollar signs may have marks: "$V_m$", "$\\tau_{rise}$".
package plot

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// The parts of a figure.
type (
	// Figure is one or several panels in a grid.
	Figure = figure.Figure
	// Panel is one pair of axes with what is drawn in it.
	Panel = figure.Panel
	// Axis is the scale along one side of a panel, or of a colour bar.
	Axis = figure.Axis
	// Layer is one thing drawn in a panel.
	Layer = figure.Layer
	// ScaleBar gives the lengths of bars that stand for the axes.
	ScaleBar = figure.ScaleBar
	// Inset is a small panel inside another one.
	Inset = figure.Inset
	// Kind says how a layer is drawn.
	Kind = figure.Kind
)

// Trace draws traces over time in ms. Traces of the same name and unit share a
// panel; others stand below each other on a common time axis.
func Trace(t ...neuro.Trace) *Figure { return neuro.TraceFigure(t...) }

// Raster draws spike trains over time in ms, one row of marks for each, the
// first at the bottom.
func Raster(r neuro.Raster) *Figure { return neuro.RasterFigure(r) }

// Line draws y over x as a line. It panics when the two differ in length.
func Line(x, y []float64) *Figure {
	same("Line", x, y)
	return single(Layer{Kind: figure.Line, X: x, Y: y})
}

// Scatter draws a point for each pair of x and y. It panics when the two
// differ in length.
func Scatter(x, y []float64) *Figure {
	same("Scatter", x, y)
	return single(Layer{Kind: figure.Points, X: x, Y: y})
}

// Heat draws a matrix as coloured cells, z[row][col] with row 0 at the bottom
// (set Panels[0].Y.Flip for row 0 on top). The rows may differ in length: what
// is missing, and NaN, is left white. Cells are centred on whole numbers; the
// layer's X and Y set other limits.
func Heat(z [][]float64) *Figure {
	f := single(Layer{Kind: figure.Image, Z: z})
	f.Panels[0].X.Label, f.Panels[0].Y.Label = "column", "row"
	return f
}

// Bars draws a bar for each name. It panics when names and y differ in length.
func Bars(names []string, y []float64) *Figure {
	if len(names) != len(y) {
		panic(fmt.Errorf("plot: Bars: names has %d values and y has %d; there must be as many of each", len(names), len(y)))
	}
	l := Layer{Kind: figure.Bars}
	ticks := make([]float64, len(y))
	for i, v := range y {
		at := float64(i)
		ticks[i] = at
		if i > 0 {
			l.Y = append(l.Y, math.NaN()) // a gap
		}
		l.X, l.Y = append(l.X, at-0.38, at+0.38), append(l.Y, v)
	}
	f := single(l, Layer{Kind: figure.HLine, Y: []float64{0}, Color: "black"})
	f.Panels[0].X.Ticks, f.Panels[0].X.Names = ticks, append([]string{}, names...)
	if n := len(y); n > 0 { // the outer bars stand off the axes
		f.Panels[0].X.Min, f.Panels[0].X.Max = -0.6, float64(n)-0.4
	}
	return f
}

// Grid puts the panels of several figures into one, row by row: two in a row
// for up to four panels, three for more; set Cols for another number. The
// title of a figure becomes that of its panel, if it has one panel without a
// title. It panics when a figure is nil.
func Grid(figures ...*Figure) *Figure {
	out := &Figure{}
	for i, f := range figures {
		if f == nil {
			panic(fmt.Errorf("plot: Grid: figure %d is nil", i))
		}
		panels := append([]Panel(nil), f.Panels...)
		if f.Title != "" && len(panels) == 1 && panels[0].Title == "" {
			panels[0].Title = f.Title
		}
		out.Panels = append(out.Panels, panels...)
	}
	switch n := len(out.Panels); {
	case n > 4:
		out.Cols = 3
	case n > 1:
		out.Cols = 2
	}
	return out
}

// Save writes a figure to path in the format of its ending: .png (300 dots per
// inch), .svg, .pdf or .html. It is the same as the figure's own Save.
func Save(f *Figure, path string) error {
	if f == nil {
		return fmt.Errorf("plot: Save: the figure is nil")
	}
	return f.Save(path)
}

func single(layers ...Layer) *Figure { return &Figure{Panels: []Panel{{Layers: layers}}} }

// same panics unless x and y have the same length.
func same(call string, x, y []float64) {
	if len(x) != len(y) {
		panic(fmt.Errorf("plot: %s: x has %d values and y has %d; there must be as many of each", call, len(x), len(y)))
	}
}

func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }
