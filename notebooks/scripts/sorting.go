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
	"slices"

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
	// The features of the spikes on one channel. Those of one cell lie together; black crosses belong to no unit: mostly two
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
	// ## Spikes that overlap
	//
	// What is missing are mostly spikes of cells that fired within a millisecond of each other: detection sees one of
	// them, and the snippet is of both. Hence the last step: each unit's mean spike is a template; the recording is
	// explained as a sum of templates, each with an amplitude, at times between the samples; the one that explains most is taken off,
	// then the next, and those that overlap are revised. On the left the size of each spike over time; on the right how much
	// is left of each channel: nearly the noise alone.

	// %%
	matched, err := spikes.MatchTemplates(sim.Recording, sorted, spikes.NewMatch())
	check(err)
	display.Show(matched)

	// %% [markdown]
	// Where two cells overlap: the recording in black, the spikes that add up to it in colours, and below in grey what is left.

	// %%
	pair := 0.0 // the time of two spikes of neighbours, 0.2 to 0.6 ms apart
	for u := 1; u < len(matched.Units.Trains) && pair == 0; u++ {
		for _, a := range matched.Units.Trains[u-1] {
			for _, b := range matched.Units.Trains[u] {
				if d := math.Abs(a - b); pair == 0 && a > 100 && d > 0.2 && d < 0.6 {
					pair = math.Round(a)
				}
			}
		}
	}
	near, err := spikes.CleanRecording(sim.Recording, pair-5, pair+5, array)
	check(err)
	sum, err := matched.PlotTraces(near, pair-5)
	check(err)
	display.Show(sum)

	// %%
	after, err := spikes.CompareUnits(sim.Truth, matched.Units, 0.4)
	check(err)
	display.Show(after)

	// %% [markdown]
	// One recording may be luck. Three others with eight cells and three with sixteen, as many as electrodes: how many cells were
	// found with an accuracy of 0.8 or more, which share of the spikes that have one of another cell within 1 ms was found,
	// and how many spikes were found that are not there, sorted and then matched; and a recording without cells.

	// %%
	// together returns how many true spikes have one of another cell within 1 ms, and how many of them were found; and how
	// many spikes that were found are not there.
	together := func(truth, found *spikes.Units, c *spikes.Comparison) (all, seen, wrong int) {
		close := func(t float64, train []float64, within float64) bool {
			at, _ := slices.BinarySearch(train, t-within)
			return at < len(train) && train[at] <= t+within
		}
		for _, train := range found.Trains {
			wrong += len(train)
		}
		for u, train := range truth.Trains {
			wrong -= c.Matches[u]
			for _, t := range train {
				other := false
				for v := range truth.Trains {
					other = other || v != u && close(t, truth.Trains[v], 1)
				}
				if other {
					all++
					if j := c.Best[u]; j >= 0 && close(t, found.Trains[j], 0.4) {
						seen++
					}
				}
			}
		}
		return all, seen, wrong
	}
	columns := []table.Col{{Name: "cells"}, {Name: "seed"}, {Name: "found well"}, {Name: "matched"}, {Name: "overlapping, found"}, {Name: "overlapping, matched"}, {Name: "not there"}, {Name: "not there, matched"}}
	for _, cells := range []int{8, 16} {
		for s := uint64(11); s <= 13; s++ {
			other, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: s, Seconds: 20, Units: cells})
			check(err)
			units, err := spikes.Sort(other.Recording, spikes.SortOptions{Detect: array})
			check(err)
			fitted, err := spikes.MatchTemplates(other.Recording, units, spikes.NewMatch())
			check(err)
			before, err := spikes.CompareUnits(other.Truth, units.Units, 0.4)
			check(err)
			after, err := spikes.CompareUnits(other.Truth, fitted.Units, 0.4)
			check(err)
			all, seen, wrong := together(other.Truth, units.Units, before)
			_, more, less := together(other.Truth, fitted.Units, after)
			for i, v := range []float64{float64(cells), float64(s), float64(before.Well()), float64(after.Well()), math.Round(1000*float64(seen)/float64(all)) / 1000, math.Round(1000*float64(more)/float64(all)) / 1000, float64(wrong), float64(less)} {
				columns[i].Num = append(columns[i].Num, v)
			}
		}
	}
	display.Show(table.Table{Title: "six other recordings", Cols: columns})

	silence, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: 1, Units: -1, Seconds: 20})
	check(err)
	nothing, err := spikes.Sort(silence.Recording, spikes.SortOptions{Detect: array})
	check(err)
	fmt.Println("no cells:", nothing)

	// %% [markdown]
	// ## Drift
	//
	// Tissue moves along a probe, and what changes over time may be the electrode rather than the cell. Here all cells move by 12 um in 30 s.
	// The place of each spike is the mean of the places of its electrodes, weighted by its squares there; lines are medians.
	// Such a mean understates the way, most at the ends of the probe.

	// %%
	moving, err := spikes.SimulateRecording(spikes.SimulationOptions{Seed: 2, Drift: 12})
	check(err)
	sortedMoving, err := spikes.Sort(moving.Recording, spikes.SortOptions{Detect: array})
	check(err)
	drift, err := sortedMoving.Drift(0)
	check(err)
	display.Show(drift)
}
