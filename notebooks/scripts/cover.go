//go:build ignore

// Command cover draws the picture of the README, notebooks/cover.png.
//
//	neurorepl run -figures notebooks notebooks/scripts/cover.go
package main

import (
	"log"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %%
	cell, err := neuron.NewHH().Simulate(stim.Step(10, 20, 120), 140, 0.01)
	check(err)
	voltage := plot.Trace(cell.V)
	voltage.Panels[0].Title = "Hodgkin-Huxley, 10 µA/cm²"

	rec, err := dataset.Grasshopper(1)
	check(err)
	sta, err := spikes.STA(rec.Stimulus, rec.FS, rec.Spikes, 30, 10)
	check(err)
	average := sta.Plot()
	average.Panels[0].Title = "what makes a receptor fire"

	histogram, err := spikes.ISIHistogram(rec.Spikes, 0.5, 40)
	check(err)
	intervals := histogram.Plot()
	intervals.Panels[0].Title = "its intervals"

	er, err := dataset.EventRelated()
	check(err)
	fir, err := fmri.FIR(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{After: 24})
	check(err)
	response := fir.Plot()
	response.Panels[0].Title = "BOLD after six kinds of event"

	grid := plot.Grid(voltage, average, intervals, response)
	grid.Width, grid.Height = 24, 14
	display.Show(grid)
}
