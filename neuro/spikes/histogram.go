package spikes

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Histogram holds a value per bin: counts of intervals, or the rate of one
// cell around the spikes of another.
type Histogram struct {
	Title        string
	XName, XUnit string    // what the bins divide, such as "interval" in "ms"
	YName, YUnit string    // what Y is, such as "count", or "rate" in "Hz"
	Edges        []float64 // edges of the bins, in XUnit; one more than Y
	Y            []float64 // value per bin, in YUnit
	// Beyond is the number of values outside of the edges.
	Beyond int
}

// Show draws the histogram as bars.
func (h Histogram) Show() display.Bundle { return h.Plot().Show() }

// Plot returns the figure that Show draws.
func (h Histogram) Plot() *figure.Figure {
	return &figure.Figure{Panels: []figure.Panel{{
		Title:  h.Title,
		X:      figure.Axis{Label: h.XName, Unit: h.XUnit},
		Y:      figure.Axis{Label: h.YName, Unit: h.YUnit},
		Layers: []figure.Layer{{Kind: figure.Bars, X: h.Edges, Y: h.Y}},
	}}}
}
