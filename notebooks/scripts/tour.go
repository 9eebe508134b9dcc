//go:build ignore

// Command tour walks through the library with a figure for each room.
//
//	neurorepl run notebooks/scripts/tour.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # A tour of neurorepl
	//
	// One figure for each room of the library, from a membrane to a dose. Every cell is ordinary Go; what its last line
	// gives is shown. Times of cells are in ms, voltages in mV, sampling rates in Hz.

	// %% [markdown]
	// ## A Hodgkin-Huxley cell
	//
	// The squid axon at rest (-65 mV) gets a step of current: 10 µA/cm² from 20 to 120 ms.

	// %%
	hh := neuron.NewHH()
	cell, err := hh.Simulate(stim.Step(10, 20, 120), 140, 0.01)
	check(err)
	fmt.Println(cell.Count(), "spikes")
	display.Show(cell)

	// %% [markdown]
	// How the firing rate follows the current: the axon is silent below about 6 µA/cm² and then starts at once near 60 Hz.

	// %%
	var amps []float64
	for a := 0.0; a <= 20; a++ {
		amps = append(amps, a)
	}
	fi, err := neuron.FICurve(hh, amps, 1000, 0.02)
	check(err)
	display.Show(fi)

	// %% [markdown]
	// ## Twenty integrate-and-fire cells in noise
	//
	// Each gets an Ornstein-Uhlenbeck current of its own. Spike times lie between the steps of the simulation: the
	// membrane equation is solved, not approximated.

	// %%
	lif := neuron.NewLIF()
	raster := neuro.Raster{T1: 1000}
	for seed := uint64(1); seed <= 20; seed++ {
		r, err := lif.Simulate(stim.OU(1.9, 0.6, 10, seed), 1000, 0.1)
		check(err)
		raster.Trains = append(raster.Trains, r.Spikes)
	}
	display.Show(raster)

	// %%
	rate, err := spikes.Rate(raster.Trains[0], 50, 0, 1000)
	check(err)
	fano, err := spikes.Fano(raster.Trains, 0, 1000)
	check(err)
	cv, err := spikes.CV(raster.Trains[0])
	check(err)
	fmt.Printf("first cell: CV of the intervals %.2f; all cells: Fano factor %.2f\n", cv, fano)
	display.Show(rate)

	// %% [markdown]
	// ## Plasticity
	//
	// The window of spike-timing dependent plasticity (Song, Miller and Abbott 2000), and what it does to two synapses:
	// the first input fires 5 ms before the cell, the second 5 ms after it.

	// %%
	stdp := plasticity.NewSTDP()
	display.Show(stdp)

	// %%
	post := neuro.Spikes{100, 200, 300, 400}
	before := neuro.Spikes{95, 195, 295, 395}
	after := neuro.Spikes{105, 205, 305, 405}
	w, err := stdp.Update([][]float64{{0.5}, {0.5}}, []neuro.Spikes{before, after}, []neuro.Spikes{post})
	check(err)
	fmt.Printf("before: 0.5 -> %.4f   after: 0.5 -> %.4f\n", w[0][0], w[1][0])

	// %% [markdown]
	// Oja's rule finds the direction in which its inputs vary most, here the diagonal.

	// %%
	weights := []float64{1, 0}
	noise := make([]float64, 4000)
	stim.OU(0, 1, 1e-3, 3).Fill(noise, 0, 1)
	for i := 0; i+1 < len(noise); i += 2 {
		x := []float64{2*noise[i] + 0.5*noise[i+1], 2*noise[i] - 0.5*noise[i+1]}
		y := weights[0]*x[0] + weights[1]*x[1]
		for k, d := range plasticity.Oja(weights, x, y, 0.01) {
			weights[k] += d
		}
	}
	fmt.Printf("weights %.2f %.2f, length %.2f\n", weights[0], weights[1], math.Hypot(weights[0], weights[1]))

	// %% [markdown]
	// ## A field potential
	//
	// Twenty seconds of two channels at 1000 Hz: slow noise of their own and a common rhythm of 10 Hz.

	// %%
	fs := 1000.0
	rhythm := make([]float64, 20000)
	stim.Sine(0.4, 10, 0).Fill(rhythm, 0, 1000/fs)
	channel := func(seed uint64) []float64 {
		x := make([]float64, len(rhythm))
		stim.OU(0, 1, 20, seed).Fill(x, 0, 1000/fs)
		for i := range x {
			x[i] += rhythm[i]
		}
		return x
	}
	left, right := channel(1), channel(2)
	spectrum, err := signal.Welch(left, fs, signal.NewWelch())
	check(err)
	display.Show(spectrum)

	// %%
	bands, err := signal.LFPFeatures(left, fs)
	check(err)
	display.Show(bands)

	// %%
	coherence, err := signal.Coherence(left, right, fs, signal.NewWelch())
	check(err)
	display.Show(coherence)

	// %% [markdown]
	// ## Spikes in a raw recording
	//
	// The slope of the membrane potential above, as an electrode nearby sees it, with noise: spikes are troughs four
	// times deeper than the noise.

	// %%
	raw := make([]float64, len(cell.V.Y)-1)
	stim.OU(0, 4, 0.05, 5).Fill(raw, 0, cell.V.Dt)
	for i := range raw {
		raw[i] -= (cell.V.Y[i+1] - cell.V.Y[i]) / cell.V.Dt * 0.2
	}
	found, err := spikes.Detect(raw, cell.V.FS(), spikes.NewDetect())
	check(err)
	fmt.Println(len(found), "spikes found,", cell.Count(), "fired")
	display.Show(neuro.Trace{Name: "electrode", Unit: "µV", Dt: cell.V.Dt, Y: raw})

	// %% [markdown]
	// ## Functional MRI
	//
	// A run of a rhyme-judgement task (OpenfMRI ds003), its mean over the brain in time, and how much the head moved in
	// another scan.

	// %%
	run, mask, err := dataset.DS003()
	check(err)
	display.Show(run)

	// %%
	brain, err := fmri.ROI(run, mask)
	check(err)
	display.Show(neuro.Trace{Name: "mean BOLD of the brain", Dt: 1000 * run.TR, Y: brain})

	// %%
	hrf := fmri.SPMHRF(0.1, 32)
	var seconds []float64
	for i := range hrf {
		seconds = append(seconds, float64(i)*0.1)
	}
	canonical := plot.Line(seconds, hrf)
	canonical.Panels[0].Title = "SPM's haemodynamic response"
	canonical.Panels[0].X = plot.Axis{Label: "time", Unit: "s"}
	canonical.Panels[0].Y = plot.Axis{Label: "response"}
	display.Show(canonical)

	// %% [markdown]
	// Many tests at once: which of these p values survive?

	// %%
	p := []float64{0.0001, 0.004, 0.012, 0.03, 0.2, 0.5, 0.8}
	fdr, _ := stats.FDR(p, 0.05)
	bonferroni, _ := stats.Bonferroni(p, 0.05)
	fmt.Printf("FDR keeps p <= %.3g, Bonferroni p <= %.3g\n", fdr, bonferroni)

	// %% [markdown]
	// ## Codes
	//
	// What do twelve cells know about the stimulus? A training score would flatter them; each fold here is scored on
	// trials that the decoder has not seen.

	// %%
	var counts [][]float64
	var stimulus []int
	for trial := 0; trial < 80; trial++ {
		class := trial % 2
		var row []float64
		for c := 0; c < 12; c++ {
			drive := 1.9
			if class == 1 && c < 4 {
				drive = 2.05
			}
			r, err := lif.Simulate(stim.OU(drive, 0.6, 10, uint64(100+20*trial+c)), 250, 0.1)
			check(err)
			row = append(row, float64(r.Count()))
		}
		counts, stimulus = append(counts, row), append(stimulus, class)
	}
	scores, err := decode.CrossValidate(decode.NewLogistic(), counts, stimulus, 5, 1)
	check(err)
	display.Show(scores)

	// %%
	first := make([]int, len(counts))
	for i, row := range counts {
		first[i] = int(row[0])
	}
	mi, err := info.Mutual(first, stimulus)
	check(err)
	fmt.Printf("the first cell's count carries %.3f bit (plug-in, biased upward)\n", mi/math.Ln2)

	// %% [markdown]
	// ## Behaviour and drugs
	//
	// A yes-no task with 75 hits, 25 misses, 20 false alarms and 80 correct rejections; and a receptor's response to a
	// dose.

	// %%
	sdt, err := behavior.DPrime(75, 25, 20, 80)
	check(err)
	display.Show(sdt)

	// %%
	var dose, response []float64
	for e := -2.0; e <= 3; e += 0.05 {
		dose = append(dose, math.Pow(10, e))
		response = append(response, pharm.Hill(math.Pow(10, e), 100, 5, 1.4))
	}
	curve := plot.Line(dose, response)
	curve.Panels[0].X = plot.Axis{Label: "dose", Unit: "nM", Log: true}
	curve.Panels[0].Y = plot.Axis{Label: "response", Unit: "%"}
	display.Show(curve)
}
