//go:build ignore

// Command lfp analyses local field potentials whose truth is known: a recipe of noise and
// rhythms, a network of spiking cells, and currents in the layers of a cortex.
//
//	neurorepl run notebooks/scripts/lfp.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
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
	// # Local field potentials whose truth is known
	//
	// An analysis is believed when it finds what was put in. Here are three fields that were made, so that beside each estimate
	// stands the number it should be: a **recipe** of noise and two rhythms, a **network** of spiking cells, and **currents** in the
	// layers of a cortex.
	//
	// ## A recipe: noise, theta, and gamma that follows theta
	//
	// Two minutes at 1 kHz. The noise is an Ornstein-Uhlenbeck process: its spectrum is known, flat below a knee and falling with
	// the square of the frequency above. Theta is a rhythm near 6 Hz whose frequency drifts. Gamma, near 70 Hz, is strongest at the
	// peak of theta: its amplitude goes as 1 + 0.8 cos of theta's phase.

	// %%
	const fs, n = 1000.0, 120000 // Hz, samples
	const sigma, tau = 0.1, 20.0 // of the noise: mV, ms
	samples := func(s stim.Stimulus) []float64 {
		x := make([]float64, n)
		s.Fill(x, 0, 1000/fs)
		return x
	}
	noise := samples(stim.OU(0, sigma, tau, 1))
	thetaHz, gammaHz := samples(stim.OU(6, 0.4, 1000, 2)), samples(stim.OU(70, 4, 100, 3))
	lfp, theta, phase := make([]float64, n), make([]float64, n), make([]float64, n)
	var slow, fast float64 // phases so far, rad
	for i := range lfp {
		slow += 2 * math.Pi * thetaHz[i] / fs
		fast += 2 * math.Pi * gammaHz[i] / fs
		phase[i] = math.Remainder(slow, 2*math.Pi)
		theta[i] = 0.06 * math.Cos(slow)
		lfp[i] = noise[i] + theta[i] + 0.012*(1+0.8*math.Cos(slow))*math.Cos(fast)
	}
	const second = int(fs)
	display.Show(plot.Channels([][]float64{lfp[:3*second], theta[:3*second], noise[:3*second]}, fs,
		[]string{"field", "theta", "noise"}, "mV"))

	// %% [markdown]
	// ## Its spectrum
	//
	// The black line is the spectrum of the noise that was put in, $4 \sigma^2 \tau / (1 + (2 \pi f \tau)^2)$, and no fit. What the
	// rhythms add stands above it.

	// %%
	spectrum, err := signal.Welch(lfp, fs, signal.WelchOptions{SegmentLen: 2000, Overlap: -1})
	check(err)
	spectrum.Unit = "mV²/Hz"
	known := plot.Layer{Kind: "line", Name: "the noise that was put in", Color: "black", Dash: true}
	for _, f := range spectrum.F[1:] {
		w := 2 * math.Pi * f * tau / 1000
		known.X = append(known.X, f)
		known.Y = append(known.Y, 4*sigma*sigma*tau/1000/(1+w*w))
	}
	both := spectrum.Plot()
	both.Panels[0].Layers = append(both.Panels[0].Layers, known)
	both.Panels[0].X = plot.Axis{Label: "frequency", Unit: "Hz", Min: 0.5, Max: 200, Log: true}
	display.Show(both)

	// %% [markdown]
	// The same taken apart: an aperiodic part that bends at a knee, and peaks. The knee of this noise is at
	// $1/(2 \pi \tau)$ = 7.96 Hz and its exponent is 2.

	// %%
	parts, err := signal.Aperiodic(spectrum, signal.AperiodicOptions{Mode: "knee", Lo: 1, Hi: 150, MaxPeaks: 2})
	check(err)
	display.Show(parts)
	fmt.Printf("exponent %.2f (2), knee at %.1f Hz (%.1f)\n", parts.Exponent, math.Pow(parts.Knee, 1/parts.Exponent), 1000/(2*math.Pi*tau))
	for k, p := range parts.Peaks {
		fmt.Printf("peak at %.1f Hz (%d)\n", p.F, []int{6, 70}[k])
	}
	clean, err := signal.LFPFeatures(noise, fs)
	check(err)
	bands, err := signal.LFPFeatures(lfp, fs)
	check(err)
	bands.Unit = "mV²"
	display.Show(bands)
	fmt.Printf("theta added %.2g mV² where its variance is %.2g\n", bands.Theta-clean.Theta, 0.06*0.06/2)

	// %% [markdown]
	// ## Phase
	//
	// A filter forward and backward moves nothing in time; one that runs as the samples come is late. How late is seen against the
	// phase that was put in.

	// %%
	band, err := signal.Butter(2, "band", fs, 4, 8)
	check(err)
	zero, err := band.FiltFilt(lfp)
	check(err)
	causal, err := band.Filter(lfp)
	check(err)
	for _, f := range []struct {
		name string
		x    []float64
	}{{"forward and backward", zero}, {"as the samples come", causal}} {
		p, err := signal.Phase(f.x)
		check(err)
		var c, s float64
		for i := second; i < n-second; i++ {
			c += math.Cos(p[i] - phase[i])
			s += math.Sin(p[i] - phase[i])
		}
		m := float64(n - 2*second)
		fmt.Printf("%-21s %5.1f degrees behind the true phase, locked to it by %.2f\n", f.name, -math.Atan2(s, c)*180/math.Pi, math.Hypot(c, s)/m)
	}
	display.Show(plot.Channels([][]float64{theta[:2*second], zero[:2*second], causal[:2*second]}, fs,
		[]string{"put in", "forward, backward", "as they come"}, "mV"))

	// %% [markdown]
	// ## Gamma by the phase of theta
	//
	// The comodulogram looks through all pairs of bands. It should find one spot, at 6 and 70 Hz.

	// %%
	var slows, fasts [][2]float64
	for f := 3.0; f <= 13; f++ {
		slows = append(slows, [2]float64{f - 1, f + 1})
	}
	for f := 30.0; f <= 120; f += 10 {
		fasts = append(fasts, [2]float64{f - 15, f + 15})
	}
	coupling, err := signal.Comodulogram(lfp, fs, slows, fasts)
	check(err)
	display.Show(coupling)
	best := [2]int{}
	for i := range coupling.V {
		for j := range coupling.V[i] {
			if coupling.V[i][j] > coupling.V[best[0]][best[1]] {
				best = [2]int{i, j}
			}
		}
	}
	fmt.Printf("the strongest: %g Hz by the phase of %g Hz, index %.2g\n", fasts[best[0]][0]+15, slows[best[1]][0]+1, coupling.V[best[0]][best[1]])

	// %% [markdown]
	// ## A network of spiking cells
	//
	// 1,600 excitatory and 400 inhibitory cells whose input from outside comes and goes four times a second. Point cells make no
	// field; the weighted sum of the currents of their synapses (Mazzoni et al. 2015) is what comes closest to it. What the
	// network truly does is known: its rate.

	// %%
	cell, err := model.Parse(`
		dv/dt = (ge + gi - v)/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(2*ms) : mV
		dgi/dt = -gi/(5*ms) : mV
	`, model.Options{Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	check(err)
	net := network.Network{
		Name: "E and I, driven at 4 Hz", Seed: 1,
		Populations: []network.Population{{Name: "E", N: 1600, Cell: cell}, {Name: "I", N: 400, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.FixedInDegree(160), Receptor: "ge", Weight: "2.5*mV", Delay: "1*ms"},
			{From: "I", Rule: network.FixedInDegree(40), Receptor: "gi", Weight: "-8*mV", Delay: "1*ms"},
		},
		Background: []network.Background{{Receptor: "ge", N: 400, Rate: "12*Hz*(1 + 0.3*sin(2*pi*4*Hz*t))", Weight: "2.5*mV"}},
	}
	sim, err := net.Build()
	check(err)
	r, err := sim.Run(10500, network.RecordOptions{LFP: []network.LFP{
		{Population: "E", AMPA: "ge", GABA: "gi", Every: 1},
		{Population: "E", Proxy: "rate", Every: 1},
	}})
	check(err)
	r, err = r.Window(500, 10500)
	check(err)
	field, rate := r.LFP[0], r.LFP[1]
	display.Show(plot.Trace(field, rate))
	hz, err := r.Rate("E", 0)
	check(err)
	fmt.Printf("excitatory cells fire %.1f times a second\n", hz)

	// %% [markdown]
	// The field and the rate, compared frequency by frequency. Both are strong at 4 Hz, and where the loop of excitation and
	// inhibition turns. Up to 70 Hz the field tells the rate almost wholly; above, the synapses are too slow to follow, and it does
	// not.

	// %%
	options := signal.WelchOptions{SegmentLen: 1000, Overlap: -1}
	m := min(len(field.Y), len(rate.Y))
	ofField, err := signal.Welch(field.Y[:m], field.FS(), options)
	check(err)
	ofRate, err := signal.Welch(rate.Y[:m], rate.FS(), options)
	check(err)
	coherence, err := signal.Coherence(field.Y[:m], rate.Y[:m], rate.FS(), options)
	check(err)
	tells := coherence.Plot()
	tells.Panels[0].X.Max = 200
	display.Show(tells)
	peak := func(s *signal.Spectrum, lo, hi float64) float64 {
		best := -1
		for k, f := range s.F {
			if f >= lo && f <= hi && (best < 0 || s.P[k] > s.P[best]) {
				best = k
			}
		}
		return s.F[best]
	}
	fmt.Printf("field: %g and %g Hz; rate: %g and %g Hz; put in: 4 Hz\n", peak(ofField, 1, 10), peak(ofField, 20, 80), peak(ofRate, 1, 10), peak(ofRate, 20, 80))

	// %% [markdown]
	// Gamma comes and goes with the input, four times a second.

	// %%
	var over []float64
	for f := 15.0; f <= 80; f++ {
		over = append(over, f)
	}
	power, err := signal.Scalogram(field.Y[:2*second], field.FS(), over, 6)
	check(err)
	display.Show(power)

	// %% [markdown]
	// ## Currents in layers
	//
	// A sink in layer 4 and its return current below and above: Gaussian profiles. Potentials follow from the currents by Poisson's
	// equation in one dimension, contacts are 0.1 mm apart and add 2 µV of noise. The estimate should give back the currents.

	// %%
	const contacts, spacing, conductivity, width = 24, 0.1, 0.3, 0.15 // mm, S/m, mm
	hiss := stim.OU(0, 0.002, 1e-6, 7)
	potentials, truth := make([][]float64, contacts), make([][]float64, contacts)
	for k := range potentials {
		z := (float64(k)*spacing - 1.1) / width
		potentials[k], truth[k] = make([]float64, 100), make([]float64, 100)
		hiss.Fill(potentials[k], float64(k)*1e3, 1)
		for i := range potentials[k] {
			t := (float64(i) - 30) / 8 // the volley comes at 30 ms
			strength := -0.4 * math.Exp(-t*t/2)
			potentials[k][i] += strength * math.Exp(-z*z/2)
			truth[k][i] = -conductivity * strength * (z*z - 1) / (width * width) * math.Exp(-z*z/2)
		}
	}
	csd, err := signal.CSD(potentials, fs, spacing, conductivity)
	check(err)
	display.Show(csd)
	profile := plot.Figure{Panels: []plot.Panel{{
		X: plot.Axis{Label: "depth", Unit: "mm"}, Y: plot.Axis{Label: "current", Unit: "µA/mm³"}, Title: "at 30 ms"}}}
	put := plot.Layer{Kind: "line", Name: "put in", Color: "black"}
	found := plot.Layer{Kind: "points", Name: "found"}
	for k := range truth {
		put.X, put.Y = append(put.X, float64(k)*spacing), append(put.Y, truth[k][30])
	}
	for k, depth := range csd.Depth {
		found.X, found.Y = append(found.X, depth), append(found.Y, csd.CSD[k][30])
	}
	profile.Panels[0].Layers = []plot.Layer{put, found}
	display.Show(&profile)
}
