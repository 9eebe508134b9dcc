package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Population is the activity of many cells over time: their spike trains and
// their mean rate.
type Population struct {
	Cells neuro.Raster
	Rate  neuro.Trace // mean over cells, Hz
}

// PopulationRate returns the mean firing rate of the cells of a raster, Hz: the
// spikes of all cells in each bin, divided by the number of cells and the bin's
// width in seconds, and smoothed by a Gaussian of standard deviation sigma,
// which is cut off at 4 sigma and at both ends scaled to the part of it that
// lies on the data.
//
// bin and sigma are in ms; sigma 0 does not smooth. Errors: no cells, sigma
// negative or not finite, and those of Rate, which name the cell. Checked
// against numpy.histogram and the sum by hand.
func PopulationRate(cells neuro.Raster, bin, sigma float64) (*Population, error) {
	const call = "PopulationRate"
	n := len(cells.Trains)
	if n == 0 {
		return nil, fmt.Errorf("spikes: %s: the raster has no trains; at least 1 cell is needed", call)
	}
	if !(sigma >= 0) || math.IsInf(sigma, 0) {
		return nil, fmt.Errorf("spikes: %s: sigma is %g ms; it must be 0 (no smoothing) or more and finite", call, sigma)
	}
	count, err := bins(call, bin, cells.T0, cells.T1)
	if err != nil {
		return nil, err
	}
	y := make([]float64, count)
	task := display.Start("spikes."+call, "cells", n)
	defer task.End()
	for i, s := range cells.Trains {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		if err := check(call, fmt.Sprintf("Trains[%d]", i), s); err != nil {
			return nil, err
		}
		for j, c := range histogram(s, count, cells.T0, cells.T1) {
			y[j] += c
		}
	}
	for j := range y {
		y[j] = y[j] * 1000 / bin / float64(n)
	}
	if sigma > 0 {
		y = smooth(y, sigma/bin, task)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	return &Population{Cells: cells, Rate: neuro.Trace{Name: "rate per cell", Unit: "Hz", T0: cells.T0, Dt: bin, Y: y}}, nil
}

// smooth returns y under a Gaussian of standard deviation sigma, in samples.
// NaN counts as missing. It gives up when the task does.
func smooth(y []float64, sigma float64, task *display.Counter) []float64 {
	reach := int(math.Min(math.Ceil(4*sigma), float64(len(y))))
	w := gaussian(reach, sigma)
	out := make([]float64, len(y))
	for i := range y {
		if task.Err() != nil {
			break
		}
		sum, weight := 0.0, 0.0
		for j := max(0, i-reach); j <= min(len(y)-1, i+reach); j++ {
			if a := w[max(i-j, j-i)]; !math.IsNaN(y[j]) {
				sum += float64(a * y[j])
				weight += a
			}
		}
		out[i] = sum / weight
	}
	return out
}

// gaussian returns the weights of a Gaussian of standard deviation sigma at 0 to
// reach samples from its middle, where it is 1.
func gaussian(reach int, sigma float64) []float64 {
	w := make([]float64, reach+1)
	for k := range w {
		u := float64(k) / sigma
		w[k] = vec.Exp(float64(-0.5 * u * u))
	}
	return w
}

// Show draws the figure of Plot.
func (p Population) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the cells as a raster and of their mean rate
// below it.
func (p Population) Plot() *figure.Figure {
	raster := neuro.RasterFigure(p.Cells).Panels[0]
	raster.Y.Label, raster.Y.Hide = "cell", false
	x := make([]float64, len(p.Rate.Y))
	for i := range x {
		x[i] = p.Rate.At(i) + float64(p.Rate.Dt/2)
	}
	rate := figure.Panel{
		X:      figure.Axis{Label: "time", Unit: "ms", Min: p.Cells.T0, Max: p.Cells.T1},
		Y:      figure.Axis{Label: p.Rate.Name, Unit: p.Rate.Unit},
		Layers: []figure.Layer{{Kind: figure.Area, X: x, Y: p.Rate.Y, Color: "blue"}, {Kind: figure.Line, X: x, Y: p.Rate.Y, Color: "blue"}},
	}
	return &figure.Figure{ShareX: true, Height: 10, Heights: []float64{2, 1}, Panels: []figure.Panel{raster, rate}}
}
