//go:build ignore

// Command calcium takes simulated two-photon traces to spikes: neuropil, ΔF/F and
// deconvolution, with the truth beside each step.
//
//	neurorepl run notebooks/scripts/calcium.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/calcium"
	"github.com/neurorepl/neurorepl/neuro/display"
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

// correlation is Pearson's, of sums over bins of some frames.
func correlation(x, y []float64, bin int) float64 {
	var n, sx, sy, sxx, syy, sxy float64
	for i := 0; i+bin <= len(x); i += bin {
		a, b := 0.0, 0.0
		for k := range bin {
			a, b = a+x[i+k], b+y[i+k]
		}
		n, sx, sy, sxx, syy, sxy = n+1, sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}

func main() {
	// %% [markdown]
	// # From fluorescence to spikes
	//
	// A microscope sees calcium, which comes with spikes and goes within a second. Here are ten minutes of 12 cells at 30 frames a
	// second whose spikes are known. Around each of them the neuropil glows with a rhythm of its own, and 0.7 of it ends up in the trace of the
	// cell; the baseline of each cell drifts its own way. With real data the first cell would be
	//
	//     session, err := calcium.ReadSuite2p("suite2p/plane0", 30)

	// %%
	const fs, dur, cells = 30.0, 600.0, 12
	session := &calcium.Traces{FS: fs}
	var truth []neuro.Spikes
	var counts [][]float64
	for c := range cells {
		s, err := spikes.Poisson(0.1+0.05*float64(c), 0, 1000*dur, 0, uint64(c))
		check(err)
		f, err := calcium.Simulate(s, dur, fs, calcium.SimulateOptions{Tau: 0.7, Drift: 0.1 * math.Cos(2.4*float64(c)), Seed: uint64(c)})
		check(err)
		glow := make([]float64, len(f))
		stim.OU(60, 12, 800, 7).Fill(glow, 0, 1000/fs) // the same about all cells
		n := make([]float64, len(f))
		for _, t := range s {
			n[int(t*fs/1000)]++
		}
		for i := range f {
			f[i] += 0.7 * glow[i]
		}
		truth, counts = append(truth, s), append(counts, n)
		session.F, session.Neuropil, session.Names = append(session.F, f), append(session.Neuropil, glow), append(session.Names, fmt.Sprint(c))
	}
	display.Show(session)

	// %% [markdown]
	// ## Neuropil
	//
	// Cells that have nothing to do with each other seem to: what their traces share is the neuropil. With the right share taken off
	// the correlation goes to zero; with more of it traces are alike again, upside down.

	// %%
	var shares, together []float64
	for k := range 11 {
		share := float64(k) / 10
		var x [][]float64
		for c := range cells {
			f, err := calcium.Correct(session.F[c], session.Neuropil[c], share)
			check(err)
			x = append(x, f)
		}
		sum, pairs := 0.0, 0.0
		for a := range cells {
			for b := range a {
				sum, pairs = sum+correlation(x[a], x[b], 30), pairs+1
			}
		}
		shares, together = append(shares, share), append(together, sum/pairs)
	}
	neuropil := plot.Line(shares, together)
	neuropil.Panels[0].X = plot.Axis{Label: "share of the neuropil that is taken off"}
	neuropil.Panels[0].Y = plot.Axis{Label: "mean correlation of two cells"}
	neuropil.Panels[0].Layers = append(neuropil.Panels[0].Layers, plot.Layer{Kind: "vline", X: []float64{0.7}, Dash: true})
	display.Show(neuropil)

	// %% [markdown]
	// ## ΔF/F
	//
	// The fluorescence at rest is the 20th percentile of the half minute about each frame.

	// %%
	dff := make([][]float64, cells)
	var one *calcium.DeltaF
	for c := range cells {
		f, err := calcium.Correct(session.F[c], session.Neuropil[c], 0.7)
		check(err)
		d, err := calcium.DFF(f, fs, calcium.BaselineOptions{Method: "sliding", Window: 30, Percentile: 20})
		check(err)
		dff[c] = d.DFF
		if c == 3 {
			one = d
		}
	}
	display.Show(one)

	// %% [markdown]
	// ## Events
	//
	// Deconvolution finds when calcium came in, with as few events as the noise of the trace allows. Noise and decay are estimated from each
	// trace. The baseline, a low percentile, lies below the middle of the noise; what is left over shows as tiny events. Spikes (orange
	// dots) stand out. Each brings 0.3, and its event is smaller: the penalty shrinks events, and one may fall into two frames.

	// %%
	found, err := calcium.DeconvolveAll(dff, fs, calcium.DeconvolveOptions{Lambda: -1})
	check(err)
	fmt.Printf("cell 3: noise %.3f (was 0.1), decay %.2f s (was 0.7)\n", found[3].Noise, found[3].Tau)
	piece := found[3].Plot()
	for p := range piece.Panels {
		piece.Panels[p].X.Min, piece.Panels[p].X.Max = 100, 160
	}
	var at, height []float64
	for _, t := range truth[3] {
		at, height = append(at, t/1000), append(height, -0.05)
	}
	piece.Panels[1].Layers = append(piece.Panels[1].Layers, plot.Layer{Kind: "points", X: at, Y: height, Color: "orange", Size: 3, Name: "spikes"})
	display.Show(piece)

	// %% [markdown]
	// How well do events follow the spikes, in bins of 100 ms? ΔF/F itself lags behind them.

	// %%
	var rate, events, raw []float64
	for c := range cells {
		rate = append(rate, float64(len(truth[c]))/dur)
		events, raw = append(events, correlation(found[c].Events, counts[c], 3)), append(raw, correlation(dff[c], counts[c], 3))
	}
	quality := plot.Scatter(rate, events)
	quality.Panels[0].Layers[0].Name = "events"
	quality.Panels[0].Layers = append(quality.Panels[0].Layers, plot.Scatter(rate, raw).Panels[0].Layers[0])
	quality.Panels[0].Layers[1].Name = "ΔF/F"
	quality.Panels[0].X = plot.Axis{Label: "rate of the cell", Unit: "Hz"}
	quality.Panels[0].Y = plot.Axis{Label: "correlation with its spikes", Min: 0, Max: 1}
	display.Show(quality)

	// %% [markdown]
	// Events as trains go on to everything in package spikes: here the synchrony of the cells with each other (spike time tiling, 100 ms), which there is
	// none of, and with their own true trains, on the diagonal.

	// %%
	var tiling [][]float64
	for a := range cells {
		row := make([]float64, cells)
		for b := range cells {
			row[b], err = spikes.STTC(found[a].Spikes(0.1), truth[b], 100, 0, 1000*dur)
			check(err)
		}
		tiling = append(tiling, row)
	}
	heat := plot.Heat(tiling)
	heat.Panels[0].X = plot.Axis{Label: "true train of cell"}
	heat.Panels[0].Y = plot.Axis{Label: "events of cell"}
	heat.Panels[0].ColorBar = plot.Axis{Label: "STTC"}
	display.Show(heat)
}
