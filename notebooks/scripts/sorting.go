//go:build ignore

// Command sorting takes a recording whose units are known from samples to sorted spikes, and
// holds each step against the truth.
//
//	neurorepl run notebooks/scripts/sorting.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Sorting a recording whose units are known
	//
	// Sixteen electrodes in two columns, eight cells beside them, thirty seconds at 30 kHz. The recording is simulated, so
	// that each spike that is found can be held against those that there are. Cells fire at any time, not at samples;
	// each has a spike of its own shape, which falls with the distance; there is noise on every electrode, noise that all
	// share, and a slow wave under it. Two cells that fire at once add up.

	// %%
	sim, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: 2})
	check(err)
	display.Show(sim)

	// %% [markdown]
	// ## Detection
	//
	// Each channel is filtered from 300 to 6000 Hz without lag, and the median of the channels is taken off. A spike is an
	// extremum beyond five times the noise, which the median measures, since spikes hardly change it. With the places
	// of the electrodes a spike that several of them see is counted once, where it is largest.

	// %%
	array := spikes.NewArray()
	array.Positions = sim.Positions
	found, err := spikes.DetectRecording(sim.Recording, array)
	check(err)
	display.Show(found)

	// %% [markdown]
	// What detection sees, for a tenth of a second on six channels; the dashed line is the threshold. Spikes of one cell
	// stand on several channels, and one of them has the mark.

	// %%
	clean, err := spikes.CleanRecording(sim.Recording, 1000, 1100, array)
	check(err)
	traces, err := found.PlotTraces(clean, 1000, 2, 3, 4, 5, 6, 7)
	check(err)
	display.Show(traces)

	// %% [markdown]
	// How many of the spikes that there are were found at all?

	// %%
	seen := func(train []float64) int {
		n, at := 0, 0
		for _, t := range train {
			for at < len(found.Times) && found.Times[at] < t-0.4 {
				at++
			}
			if at < len(found.Times) && found.Times[at] <= t+0.4 {
				n++
			}
		}
		return n
	}
	for u, train := range sim.Truth.Trains {
		trough := sim.Templates[u][sim.Truth.Channel[u]][sim.Trough]
		fmt.Printf("cell %d, %4.0f uV: %3d of %3d spikes were detected\n", u, trough, seen(train), len(train))
	}

	// %% [markdown]
	// ## Sorting
	//
	// Snippets about each spike, on its channel and those within 60 um, are aligned between the samples; their principal
	// components are the features; a mixture of normal distributions finds the clusters, as many as the BIC says; and
	// clusters that are one cell, seen from two electrodes, are joined. Above: snippets and their mean, and
	// autocorrelograms, which are empty about 0, or nearly so where a spike is not the cell's, because a cell has a dead time.
	// Below: the quality of each unit. Half of the spikes that belong to none are on channel 15: they are small echoes of spikes of
	// large cells, where the reference is taken off or the filter swings back, and are left out as such.

	// %%
	sorted, err := spikes.Sort(sim.Recording, spikes.SortOptions{Detect: array})
	check(err)
	display.Show(sorted)

	// %% [markdown]
	// The features of the spikes on one channel. Those of one cell lie together; grey ones belong to no unit: mostly two
	// cells that fired together.

	// %%
	features, err := sorted.PlotFeatures(sorted.Units.Channel[3])
	check(err)
	display.Show(features)

	// %% [markdown]
	// ## Against the truth
	//
	// Two spikes are the same when they are up to 0.4 ms apart. The accuracy of a unit is the number of spikes that it
	// shares with a cell, by all spikes of the two.

	// %%
	truth, err := spikes.CompareUnits(sim.Truth, sorted.Units, 0.4)
	check(err)
	display.Show(truth)

	// %% [markdown]
	// One recording may be luck. Five others, of other cells at other places, and how many of their eight cells were
	// found with an accuracy of 0.8 or more; and a recording without cells.

	// %%
	seed, well, extra, mean := table.Col{Name: "seed"}, table.Col{Name: "found well"}, table.Col{Name: "not there"}, table.Col{Name: "mean accuracy"}
	for s := uint64(11); s <= 15; s++ {
		other, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: s, Seconds: 20})
		check(err)
		units, err := spikes.Sort(other.Recording, spikes.SortOptions{Detect: array})
		check(err)
		c, err := spikes.CompareUnits(other.Truth, units.Units, 0.4)
		check(err)
		sum := 0.0
		for _, a := range c.Accuracy {
			sum += a / float64(len(c.Accuracy))
		}
		seed.Num, well.Num, extra.Num, mean.Num = append(seed.Num, float64(s)), append(well.Num, float64(c.Well())), append(extra.Num, float64(c.Extra())), append(mean.Num, math.Round(1000*sum)/1000)
	}
	display.Show(table.Table{Title: "five other recordings of eight cells", Cols: []table.Col{seed, well, extra, mean}})

	silence, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: 1, Units: -1, Seconds: 20})
	check(err)
	nothing, err := spikes.Sort(silence.Recording, spikes.SortOptions{Detect: array})
	check(err)
	fmt.Println("no cells:", nothing)
}
