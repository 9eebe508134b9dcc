//go:build ignore

// Command hippocampus takes a simulated rat from spikes to where it is: place fields and
// what they tell, head direction, phase precession, and positions decoded by Bayes's rule.
//
//	neurorepl run notebooks/scripts/hippocampus.go
package main

import (
	"fmt"
	"log"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
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
	// # A hippocampal session, from spikes to where the rat is
	//
	// Ten minutes in a box of one metre, 24 place cells, 4 cells of head direction and 8 cells that know nothing of either.
	// The session is simulated, so that beside each estimate stands the number it should be.

	// %%
	rat, err := spikes.SimulateSession(spikes.SessionOptions{Place: 24, Direction: 4, Other: 8, Seed: 1})
	check(err)
	display.Show(rat)

	// %% [markdown]
	// ## Place fields
	//
	// The rate of a cell at each place: its spikes there by the time that was spent there, both smoothed. The
	// title of a map is what one spike tells about the place, in bits.

	// %%
	options := spikes.CurvesOptions{Bins: []int{20, 20}, Range: [][2]float64{{0, rat.Size}, {0, rat.Size}}, Sigma: 1, Names: []string{"x", "y"}, Units: []string{"cm", "cm"}}
	maps, err := spikes.TuningCurves(rat.T, [][]float64{rat.X, rat.Y}, rat.Cells, options)
	check(err)
	display.Show(maps)

	// %% [markdown]
	// How far is the peak of each map from the centre of the field that was put in? Bins are 5 cm wide.

	// %%
	xs, ys := maps.Centres(0), maps.Centres(1)
	var off []float64
	for _, c := range rat.Of("place") {
		best := -1
		for b, r := range maps.Rate[c] {
			if !math.IsNaN(r) && (best < 0 || r > maps.Rate[c][best]) {
				best = b
			}
		}
		off = append(off, math.Hypot(xs[best/len(ys)]-rat.Field[c][0], ys[best%len(ys)]-rat.Field[c][1]))
	}
	distances := plot.Hist(off)
	distances.Panels[0].X = plot.Axis{Label: "peak of the map to the centre of the field", Unit: "cm"}
	distances.Panels[0].Y = plot.Axis{Label: "place cells"}
	display.Show(distances)

	// %% [markdown]
	// ## Which cells know where the rat is
	//
	// Information is above zero for any cell, by chance. So each train is turned in time 999 times, its end following its beginning:
	// that keeps its rhythm and takes away what it has to do with the place. P is the share of turned trains that tell as much, and
	// the false discovery rate over all cells is held at 5 %.

	// %%
	places, err := spikes.InformationTest(rat.T, [][]float64{rat.X, rat.Y}, rat.Cells, options, spikes.SurrogateOptions{})
	check(err)
	_, knows := stats.FDR(places.P, 0.05)
	kinds := []string{"place", "direction", "other"}
	summary := table.Table{Title: "cells that tell the place", Cols: []table.Col{{Name: "kind", Text: kinds}, {Name: "cells"}, {Name: "found"}, {Name: "bits per spike"}, {Name: "by chance"}}}
	for _, kind := range kinds {
		found, b, by := 0, 0.0, 0.0
		cells := rat.Of(kind)
		for _, c := range cells {
			if knows[c] {
				found++
			}
			b += places.PerSpike[c] / float64(len(cells))
			by += places.Mean[c] / float64(len(cells))
		}
		for k, v := range []float64{float64(len(cells)), float64(found), b, by} {
			summary.Cols[k+1].Num = append(summary.Cols[k+1].Num, v)
		}
	}
	display.Show(summary)
	display.Show(places.Plot())

	// %% [markdown]
	// ## Head direction
	//
	// A cell of head direction, and the direction that it was given.

	// %%
	compass := rat.Of("direction")[0]
	tuned, err := spikes.HeadDirection(rat.T, rat.Heading, rat.Cells[compass], spikes.DirectionOptions{})
	check(err)
	fmt.Printf("prefers %.0f degrees, was given %.0f; P = %.3f\n", tuned.Preferred*180/math.Pi, math.Mod(rat.Field[compass][0]*180/math.Pi+360, 360), tuned.P)
	display.Show(tuned)

	// %% [markdown]
	// ## Where is it? Bayes's rule
	//
	// From the spikes of the place cells in windows of 250 ms comes the most probable place. The maps are made from nine tenths of the
	// session, and the tenth that is left is decoded, so that no spike is used twice. Chance is what the same decoded places give when they are moved
	// along the true ones in time.

	// %%
	var place []neuro.Spikes
	for _, c := range rat.Of("place") {
		place = append(place, rat.Cells[c])
	}
	decoded, err := decode.ValidatePosition(rat.T, [][]float64{rat.X, rat.Y}, place, 10, options, decode.PositionOptions{Bin: 250})
	check(err)
	display.Show(decoded)

	// %% [markdown]
	// A rat does not jump. When the place of the window before counts as well, with steps of 8 cm, fewer windows go wrong: those in which few cells
	// fired.

	// %%
	steady, err := decode.ValidatePosition(rat.T, [][]float64{rat.X, rat.Y}, place, 10, options, decode.PositionOptions{Bin: 250, Spread: 8})
	check(err)
	// cumulative returns errors in order, and the share of windows up to each.
	cumulative := func(errors []float64) (x, share []float64) {
		for _, e := range errors {
			if !math.IsNaN(e) {
				x = append(x, e)
			}
		}
		sort.Float64s(x)
		for i := range x {
			share = append(share, float64(i+1)/float64(len(x)))
		}
		return x, share
	}
	alone := plot.Line(cumulative(decoded.Error))
	along := plot.Line(cumulative(steady.Error))
	alone.Panels[0].Layers[0].Name = "each window by itself"
	along.Panels[0].Layers[0].Name = "with continuity"
	alone.Panels[0].Layers = append(alone.Panels[0].Layers, along.Panels[0].Layers[0], plot.Layer{Kind: "vline", X: []float64{decoded.Chance}, Dash: true, Name: "median by chance"})
	alone.Panels[0].X = plot.Axis{Label: "error", Unit: "cm"}
	alone.Panels[0].Y = plot.Axis{Label: "share of windows", Max: 1}
	fmt.Printf("median error %.1f cm, with continuity %.1f cm, by chance %.1f cm (P = %.3f)\n", decoded.Median, steady.Median, decoded.Chance, decoded.P)
	display.Show(alone)

	// %% [markdown]
	// How many cells does it take? The more there are, the smaller the error.

	// %%
	var many, median []float64
	for _, n := range []int{2, 4, 8, 12, 16, 24} {
		d, err := decode.ValidatePosition(rat.T, [][]float64{rat.X, rat.Y}, place[:n], 10, options, decode.PositionOptions{Bin: 250, Spread: 8})
		check(err)
		many, median = append(many, float64(n)), append(median, d.Median)
	}
	growth := plot.Line(many, median)
	growth.Panels[0].X = plot.Axis{Label: "place cells"}
	growth.Panels[0].Y = plot.Axis{Label: "median error", Unit: "cm", Max: 35}
	display.Show(growth)

	// %% [markdown]
	// ## On a track: phase precession and confusion
	//
	// Twenty minutes on a track of two metres. A place cell fires in one direction of running, and each spike within its field comes the
	// earlier in the cycle of theta the further the rat has come.

	// %%
	track, err := spikes.SimulateSession(spikes.SessionOptions{Track: true, Dur: 1200, Place: 40, Direction: -1, Other: -1, Seed: 2})
	check(err)
	cell := 20
	var where, phase []float64
	for _, s := range track.Cells[cell] {
		k := int(s / 20)
		if track.Heading[k] == track.Field[cell][1] {
			where, phase = append(where, track.X[k], track.X[k]), append(phase, track.Theta(s)*180/math.Pi, track.Theta(s)*180/math.Pi+360)
		}
	}
	precession := plot.Scatter(where, phase)
	precession.Panels[0].X = plot.Axis{Label: "x", Unit: "cm", Min: track.Field[cell][0] - 30, Max: track.Field[cell][0] + 30}
	precession.Panels[0].Y = plot.Axis{Label: "phase of theta, two cycles", Unit: "°", Ticks: []float64{0, 180, 360, 540, 720}}
	precession.Panels[0].Layers[0].Size = 1.5
	fmt.Printf("the field of cell %d is at %.0f cm\n", cell, track.Field[cell][0])
	display.Show(precession)

	// %% [markdown]
	// The decoded place against the true one, both in bins of 10 cm; a column sums to one. Decoding is validated as above.

	// %%
	line, err := decode.ValidatePosition(track.T, [][]float64{track.X}, track.Cells, 10,
		spikes.CurvesOptions{Bins: []int{40}, Range: [][2]float64{{0, track.Size}}, Sigma: 1, Names: []string{"x"}, Units: []string{"cm"}}, decode.PositionOptions{Bin: 250})
	check(err)
	const bins = 20
	confusion := make([][]float64, bins)
	for i := range confusion {
		confusion[i] = make([]float64, bins)
	}
	total := make([]float64, bins)
	bin := func(x float64) int { return min(bins-1, int(x/track.Size*bins)) }
	for i, x := range line.True[0] {
		if math.IsNaN(x) || math.IsNaN(line.Decoded.Best[0][i]) {
			continue
		}
		confusion[bin(line.Decoded.Best[0][i])][bin(x)]++
		total[bin(x)]++
	}
	for i := range confusion {
		for j := range confusion[i] {
			confusion[i][j] /= total[j]
		}
	}
	fmt.Printf("median error %.1f cm, by chance %.1f cm (P = %.3f)\n", line.Median, line.Chance, line.P)
	heat := plot.Heat(confusion)
	heat.Panels[0].Layers[0].X, heat.Panels[0].Layers[0].Y = []float64{0, track.Size}, []float64{0, track.Size}
	heat.Panels[0].X = plot.Axis{Label: "true place", Unit: "cm"}
	heat.Panels[0].Y = plot.Axis{Label: "decoded place", Unit: "cm"}
	heat.Panels[0].ColorBar = plot.Axis{Label: "share"}
	display.Show(heat)
}
