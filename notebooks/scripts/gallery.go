//go:build ignore

// Command gallery draws the figures of the field, one after the other.
//
//	neurorepl run notebooks/scripts/gallery.go
package main

import (
	"log"
	"math"
	"math/rand/v2"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
	"gonum.org/v1/gonum/stat"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Gallery
	//
	// Look for a picture first, then for the function: every figure stands below its name and the name of the function
	// that draws it, with the lines that made it. Data are real where a recording comes with the program, otherwise
	// simulated with a fixed seed. `neurorepl doc -gallery` has the same list in a terminal. Codes, behaviour, statistics and
	// drugs follow in gallery_codes.ipynb.

	// %% [markdown]
	// ## Cells

	// %% [markdown]
	// ### Voltage trace with spikes and stimulus
	//
	// `neuron.Result.Plot`: the membrane potential of the squid axon (Hodgkin and Huxley 1952), a mark above each spike,
	// and the current that it got.

	// %%
	hh := neuron.NewHH()
	cell, err := hh.Simulate(stim.Step(10, 20, 120), 140, 0.01)
	check(err)
	display.Show(cell.Plot())

	// %% [markdown]
	// ### Phase plane with nullclines
	//
	// `plot.PhasePlane`, `neuron.PhasePlane.Plot`: the model of FitzHugh (1961) and Nagumo with a current of 0.5. Where the nullclines cross nothing
	// moves; this crossing is not stable, and the state runs around it.

	// %%
	fitzHugh := func(v, w float64) (dv, dw float64) {
		return v - v*v*v/3 - w + 0.5, 0.08 * (v + 0.7 - 0.8*w)
	}
	vs, ws := []float64{-1}, []float64{1}
	for i := 0; i < 1200; i++ {
		dv, dw := fitzHugh(vs[i], ws[i])
		vs, ws = append(vs, vs[i]+0.1*dv), append(ws, ws[i]+0.1*dw)
	}
	plane := plot.PhasePlane(fitzHugh, -2.5, 2.5, -1, 2)
	plane.Panels[0].X.Label, plane.Panels[0].Y.Label = "membrane variable v", "recovery variable w"
	plane.Panels[0].Layers[1].Name, plane.Panels[0].Layers[2].Name = "v nullcline", "w nullcline"
	plane.Panels[0].Layers = append(plane.Panels[0].Layers, plot.Layer{Kind: "line", Name: "trajectory", X: vs, Y: ws, Color: "black"})
	plane.Width, plane.Height = 12, 8
	display.Show(plane)

	// %% [markdown]
	// ### f-I curve
	//
	// `neuron.FI.Plot`: the firing rate over the current.

	// %%
	var amps []float64
	for a := 0.0; a <= 20; a++ {
		amps = append(amps, a)
	}
	fi, err := neuron.FICurve(hh, amps, 500, 0.02)
	check(err)
	display.Show(fi.Plot())

	// %% [markdown]
	// ## Spike trains

	// %% [markdown]
	// ### Raster with peri-stimulus time histogram
	//
	// `spikes.PeriStimulus.Plot`: forty trials of an integrate-and-fire cell in noise, with a stronger current from 200 to
	// 500 ms. The band is one standard error over trials.

	// %%
	lif := neuron.NewLIF()
	var trials []neuro.Spikes
	for seed := uint64(1); seed <= 40; seed++ {
		r, err := lif.Simulate(stim.Sum(stim.OU(1.8, 0.5, 10, seed), stim.Step(0.5, 200, 500)), 800, 0.1)
		check(err)
		trials = append(trials, r.Spikes)
	}
	psth, err := spikes.PSTH(trials, 20, 0, 800)
	check(err)
	display.Show(psth.Plot())

	// %% [markdown]
	// ### ISI histogram
	//
	// `spikes.Histogram.Plot`: intervals of a receptor in a grasshopper's ear (Rokem et al. 2006).

	// %%
	receptor, err := dataset.Grasshopper(1)
	check(err)
	intervals, err := spikes.ISIHistogram(receptor.Spikes, 1, 40)
	check(err)
	display.Show(intervals.Plot())

	// %% [markdown]
	// ### Correlogram
	//
	// `spikes.Histogram.Plot`: the rate of the same receptor around its own spikes.

	// %%
	auto, err := spikes.AutoCorrelogram(receptor.Spikes, 1, 50)
	check(err)
	display.Show(auto.Plot())

	// %% [markdown]
	// ### Raster with population rate
	//
	// `spikes.Population.Plot`: eighty integrate-and-fire cells, each with noise of its own and all with the same slow
	// drive; the rate is smoothed with a Gaussian of 10 ms.

	// %%
	cells := neuro.Raster{T1: 1000}
	for seed := uint64(1); seed <= 80; seed++ {
		r, err := lif.Simulate(stim.Sum(stim.OU(1.9, 0.5, 10, 1000+seed), stim.Sine(0.35, 4, 0)), 1000, 0.1)
		check(err)
		cells.Trains = append(cells.Trains, r.Spikes)
	}
	population, err := spikes.PopulationRate(cells, 2, 10)
	check(err)
	display.Show(population.Plot())

	// %% [markdown]
	// ### Tuning curve
	//
	// `spikes.Tuning.Plot`: a cell that prefers 90°, ten trials for each orientation; bars are standard errors.

	// %%
	var orientation, response []float64
	for k := 0; k < 120; k++ {
		o := float64(k%12) * 15
		drive := 1.7 + 0.9*math.Exp(2*(math.Cos(2*(o-90)*math.Pi/180)-1))
		r, err := lif.Simulate(stim.OU(drive, 0.5, 10, uint64(2000+k)), 500, 0.1)
		check(err)
		orientation, response = append(orientation, o), append(response, r.Rate())
	}
	tuning, err := spikes.TuningCurve(orientation, response)
	check(err)
	tuning.XName, tuning.XUnit = "orientation", "°"
	display.Show(tuning.Plot())

	// %% [markdown]
	// ### Place field
	//
	// `spikes.RateMap.Plot`: twenty minutes of a simulated walk in a box of 1 m, and a cell that fires around one place.

	// %%
	random := rand.New(rand.NewPCG(6, 1))
	var at, px, py []float64
	var fired neuro.Spikes
	x, y, heading := 50.0, 50.0, 0.0
	for k := 0; k < 30000; k++ {
		heading += 0.25 * random.NormFloat64()
		nx, ny := x+0.8*math.Cos(heading), y+0.8*math.Sin(heading)
		if nx < 0 || nx > 100 || ny < 0 || ny > 100 {
			heading += math.Pi / 2
		} else {
			x, y = nx, ny
		}
		at, px, py = append(at, 40*float64(k)), append(px, x), append(py, y)
		rate := 15 * math.Exp(-((x-65)*(x-65)+(y-60)*(y-60))/(2*12*12))
		if random.Float64() < 0.04*rate {
			fired = append(fired, 40*float64(k)+20)
		}
	}
	place, err := spikes.PlaceField(at, px, py, fired, spikes.PlaceOptions{Bin: 4, Unit: "cm"})
	check(err)
	display.Show(place.Plot())

	// %% [markdown]
	// ## Networks and plasticity

	// %% [markdown]
	// ### Connectivity matrix
	//
	// `plot.Connectivity`: correlation of the BOLD signal of 28 regions at rest (nitime).

	// %%
	resting, err := dataset.Resting()
	check(err)
	regions, series := resting.Names[3:], resting.Series[3:]
	correlation := make([][]float64, len(series))
	for i := range series {
		correlation[i] = make([]float64, len(series))
		for j := range series {
			correlation[i][j] = stat.Correlation(series[i], series[j], nil)
		}
	}
	correlated := plot.Connectivity(correlation, regions)
	correlated.Width, correlated.Height = 15, 13
	correlated.FontSize = 6.5
	correlated.Panels[0].X.Label, correlated.Panels[0].Y.Label = "region", "region"
	correlated.Panels[0].ColorBar.Label = "correlation"
	display.Show(correlated)

	// %% [markdown]
	// ### Network graph
	//
	// `plot.Network`: a small circuit of excitatory (E) and inhibitory (I) cells.

	// %%
	circuit := []string{"E1", "E2", "E3", "E4", "E5", "I1", "I2", "I3"}
	w := make([][]float64, len(circuit))
	for i := range w {
		w[i] = make([]float64, len(circuit))
		for j := range w {
			if i != j && random.Float64() < 0.4 {
				w[i][j] = random.Float64()
				if i >= 5 {
					w[i][j] *= -1
				}
			}
		}
	}
	display.Show(plot.Network(w, circuit))

	// %% [markdown]
	// ### STDP window
	//
	// `plasticity.STDP.Plot`: the change of weight by one pair of spikes (Song, Miller and Abbott 2000).

	// %%
	display.Show(plasticity.NewSTDP().Plot())

	// %% [markdown]
	// ### Weights over time
	//
	// `plot.Weights`: 200 synapses under that rule. Half of the inputs tend to fire before the cell, half at random, and
	// within a minute their weights part.

	// %%
	rule := plasticity.NewSTDP()
	synapses := make([][]float64, 200)
	for i := range synapses {
		synapses[i] = []float64{0.4 + 0.2*random.Float64()}
	}
	var seconds []float64
	var history [][]float64
	for second := 0; second < 60; second++ {
		var weights []float64
		for _, s := range synapses {
			weights = append(weights, s[0])
		}
		seconds, history = append(seconds, 1000*float64(second)), append(history, weights)
		var post neuro.Spikes
		for t := 50 * random.ExpFloat64(); t < 1000; t += 5 + 50*random.ExpFloat64() {
			post = append(post, t)
		}
		var pre []neuro.Spikes
		for i := range synapses {
			var s neuro.Spikes
			for _, t := range post {
				if random.Float64() < 0.5 {
					if i < 100 {
						s = append(s, t-8+6*random.NormFloat64())
					} else {
						s = append(s, 1000*random.Float64())
					}
				}
			}
			sort.Float64s(s)
			pre = append(pre, s)
		}
		synapses, err = rule.Update(synapses, pre, []neuro.Spikes{post})
		check(err)
	}
	display.Show(plot.Weights(seconds, history, 50))

	// %% [markdown]
	// ### Synaptic tagging
	//
	// `plasticity.Consolidation.Plot`: three strong tetani to one pathway of a cell make proteins, so that a weak tetanus to
	// another, half an hour later, lasts too (Clopath et al. 2008).

	// %%
	tetani := []plasticity.Induction{{At: 1800, High: 0.9}, {At: 2400, High: 0.9}, {At: 3000, High: 0.9}, {At: 4800, Group: 1, High: 0.4}}
	consolidation, err := plasticity.NewTagTriggerConsolidation().Run(2, 100, 0.3, tetani, 6*3600, 1)
	check(err)
	display.Show(consolidation.Plot())

	// %% [markdown]
	// ## Synaptic transmission

	// %% [markdown]
	// ### Channels of a kinetic scheme
	//
	// `synapse.Kinetics.Plot`: 200 AMPA receptors in their six states under 1 mM of glutamate for a millisecond, at random.

	// %%
	glutamate := neuro.Trace{Name: "glutamate", Unit: "mM", Dt: 0.02, Y: make([]float64, 1001)}
	for i := 50; i < 100; i++ {
		glutamate.Y[i] = 1
	}
	receptors, err := synapse.NewAMPAScheme().Channels(glutamate, 200, nil, 1)
	check(err)
	display.Show(receptors.Plot())

	// %% [markdown]
	// ### Quantal analysis
	//
	// `synapse.QuantalFit.Plot`: 800 responses of a synapse of 4 release sites in noise, the binomial model of the largest
	// likelihood, and how well it tells the number of sites.

	// %%
	release := synapse.VesicleRelease{N: 4, U: 0.6, TauRec: 500, Q: 12, CV: 0.1}
	released, err := release.Trials(neuro.Spikes{0}, 800, 1)
	check(err)
	noise := make([]float64, len(released))
	stim.OU(0, 2, 1, 7).Fill(noise, 0, 100)
	var responses []float64
	for i, t := range released {
		responses = append(responses, t[0]+noise[i])
	}
	quantal, err := synapse.FitQuantal(responses, synapse.QuantalOptions{MaxN: 10, Noise: 2, CV: 0.1})
	check(err)
	histogram := quantal.Plot()
	histogram.Panels[0].X.Unit, histogram.Panels[0].Y.Unit = "pA", "1/pA"
	display.Show(histogram)

	// %% [markdown]
	// ### Mean and variance of responses
	//
	// `synapse.MeanVarianceFit.Plot`: 10 sites of 12 pA at five probabilities of release, 100 trials each.

	// %%
	var means, variances []float64
	for k, p := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		at := synapse.VesicleRelease{N: 10, U: p, TauRec: 500, Q: 12}
		trials, err := at.Trials(neuro.Spikes{0}, 100, uint64(k))
		check(err)
		var x []float64
		for _, t := range trials {
			x = append(x, t[0])
		}
		m, v := stat.MeanVariance(x, nil)
		means, variances = append(means, m), append(variances, v)
	}
	parabola, err := synapse.MeanVariance(means, variances, []int{100, 100, 100, 100, 100}, 0)
	check(err)
	arch := parabola.Plot()
	arch.Panels[0].X.Unit, arch.Panels[0].Y.Unit = "pA", "pA²"
	display.Show(arch)

	// %% [markdown]
	// ## Field potentials and EEG

	// %% [markdown]
	// ### Spectrum with confidence band
	//
	// `signal.Spectrum.Plot`: the loudness of the sound that the grasshopper heard, noise up to 200 Hz.

	// %%
	welch := signal.NewWelch()
	welch.SegmentLen, welch.Unit = 8192, "dB"
	spectrum, err := signal.Welch(receptor.Level(), receptor.FS, welch)
	check(err)
	shown := spectrum.Plot()
	shown.Panels[0].X.Max = 400
	shown.Panels[0].Y.Min, shown.Panels[0].Y.Max = 1e-4, 1
	display.Show(shown)

	// %% [markdown]
	// ### Spectrogram
	//
	// `signal.TimeFrequency.Plot`: a rhythm that rises from 10 to 80 Hz in noise, by windows of a quarter of a second.

	// %%
	const fs = 500.0
	chirp := make([]float64, 5000)
	for i := range chirp {
		t := float64(i) / fs
		chirp[i] = math.Sin(2*math.Pi*(10*t+3.5*t*t)) + random.NormFloat64()
	}
	window := signal.NewWelch()
	window.SegmentLen, window.Overlap, window.Unit = 125, 110, "mV"
	spectrogram, err := signal.Spectrogram(chirp, fs, window)
	check(err)
	display.Show(spectrogram.Plot())

	// %% [markdown]
	// ### Scalogram
	//
	// `signal.TimeFrequency.Plot`: bursts of 10 and of 40 Hz by Morlet's wavelets of 7 cycles. Beyond the dashed lines the
	// ends of the signal matter.

	// %%
	bursts := make([]float64, 2000)
	for i := range bursts {
		t := float64(i) / fs
		bursts[i] = math.Exp(-(t-1.2)*(t-1.2)/0.08)*math.Sin(2*math.Pi*10*t) + math.Exp(-(t-2.6)*(t-2.6)/0.02)*math.Sin(2*math.Pi*40*t) + 0.1*random.NormFloat64()
	}
	var frequencies []float64
	for k := 0; k <= 48; k++ {
		frequencies = append(frequencies, 4*math.Pow(2, float64(k)/10))
	}
	scalogram, err := signal.Scalogram(bursts, fs, frequencies, 7)
	check(err)
	display.Show(scalogram.Plot())

	// %% [markdown]
	// ### Comodulogram
	//
	// `signal.Comodulation.Plot`: theta of 6 Hz whose phase sets the size of gamma at 70 Hz.

	// %%
	nested := make([]float64, 20000)
	for i := range nested {
		t := float64(i) / fs
		theta := math.Sin(2 * math.Pi * 6 * t)
		nested[i] = theta + 0.4*(1+theta)/2*math.Sin(2*math.Pi*70*t) + 0.3*random.NormFloat64()
	}
	var phases, amplitudes [][2]float64
	for f := 2.0; f <= 14; f++ {
		phases = append(phases, [2]float64{f - 1, f + 1})
	}
	for f := 30.0; f <= 110; f += 5 {
		amplitudes = append(amplitudes, [2]float64{f - 15, f + 15})
	}
	comodulation, err := signal.Comodulogram(nested, fs, phases, amplitudes)
	check(err)
	display.Show(comodulation.Plot())

	// %% [markdown]
	// ### Topographic map with sensors
	//
	// `plot.Topomap`, `plot.Electrodes`: electrodes of the 10-10 system, and the field of a simulated source at the back on
	// the right.

	// %%
	electrodes := strings.Fields("Fp1 Fpz Fp2 AF7 AF3 AFz AF4 AF8 F7 F5 F3 F1 Fz F2 F4 F6 F8 FT7 FC5 FC3 FC1 FCz FC2 FC4 FC6 FT8 " +
		"T7 C5 C3 C1 Cz C2 C4 C6 T8 TP7 CP5 CP3 CP1 CPz CP2 CP4 CP6 TP8 P7 P5 P3 P1 Pz P2 P4 P6 P8 PO7 PO3 POz PO4 PO8 O1 Oz O2")
	// field is what a source below the scalp makes of an electrode: the potential of a dipole.
	field := func(name string, sx, sy, sz, dx, dy, dz float64) float64 {
		x, y, z, err := plot.Electrode(name)
		check(err)
		x, y, z = x-sx, y-sy, z-sz
		return (x*dx + y*dy + z*dz) / math.Pow(x*x+y*y+z*z, 1.5)
	}
	var potential []float64
	for _, name := range electrodes {
		potential = append(potential, 4*field(name, 0.35, -0.55, 0.3, 0.5, -0.5, 0.4))
	}
	topomap, err := plot.Topomap(electrodes, potential, "µV")
	check(err)
	display.Show(topomap)

	// %% [markdown]
	// ### Multichannel browser
	//
	// `plot.Channels`: eight electrodes with alpha that is strongest at the back, and one blink.

	// %%
	montage := strings.Fields("Fp1 Fp2 F3 F4 C3 C4 O1 O2")
	scalp := make([][]float64, len(montage))
	for k, name := range montage {
		_, front, _, err := plot.Electrode(name)
		check(err)
		noise := make([]float64, 1500)
		stim.OU(0, 8, 30, uint64(50+k)).Fill(noise, 0, 1000/fs)
		for i := range noise {
			t := float64(i) / fs
			noise[i] += 12*(1-front)*math.Sin(2*math.Pi*10*t)*(1+math.Sin(2*math.Pi*0.4*t))/2 + 60*(1+front)*math.Exp(-(t-1.9)*(t-1.9)/0.012)*max(front, 0)
		}
		scalp[k] = noise
	}
	browser := plot.Channels(scalp, fs, montage, "µV")
	browser.Width, browser.Height = 13, 8
	display.Show(browser)

	// %% [markdown]
	// ### ERP butterfly with topographies
	//
	// `plot.ERP`: three simulated components, on both sides of the back at 100 ms, in the middle at 180 ms, and at 350 ms.

	// %%
	erp := make([][]float64, len(electrodes))
	for k, name := range electrodes {
		early := field(name, -0.3, -0.4, 0.1, -0.4, -0.6, 0.3) + field(name, 0.3, -0.4, 0.1, 0.4, -0.6, 0.3)
		middle := field(name, 0, 0.2, 0.4, 0, 0.3, 1)
		late := field(name, 0, -0.3, 0.2, 0, -0.3, 1)
		for i := 0; i < 350; i++ {
			t := 2*float64(i) - 100
			bump := func(at, width float64) float64 { return math.Exp(-(t - at) * (t - at) / (2 * width * width)) }
			erp[k] = append(erp[k], 2.5*early*bump(100, 16)-2*middle*bump(180, 22)+3*late*bump(350, 60)+0.15*random.NormFloat64())
		}
	}
	butterfly, err := plot.ERP(erp, fs, -100, electrodes, "µV", 100, 180, 350)
	check(err)
	butterfly.Width, butterfly.Height = 13, 10
	display.Show(butterfly)

	// %% [markdown]
	// ### Current source density
	//
	// `signal.Laminar.Plot`: potentials of 16 contacts through the cortex around a simulated synaptic sink; lines are the
	// potentials.

	// %%
	laminar := make([][]float64, 16)
	for k := range laminar {
		depth := 0.1 * float64(k)
		for i := 0; i < 300; i++ {
			t := float64(i) / 2000
			early := math.Exp(-(t - 0.04) * (t - 0.04) / 0.0001)
			late := math.Exp(-(t - 0.08) * (t - 0.08) / 0.0004)
			laminar[k] = append(laminar[k], -0.5*early*math.Exp(-(depth-0.7)*(depth-0.7)/0.03)-0.25*late*math.Exp(-(depth-0.3)*(depth-0.3)/0.03))
		}
	}
	csd, err := signal.CSD(laminar, 2000, 0.1, 0.3)
	check(err)
	display.Show(csd.Plot())

	// %% [markdown]
	// ## Functional MRI

	// %% [markdown]
	// ### Design matrix
	//
	// `fmri.Design.Plot`: the first 150 volumes of an event-related run (nitime), SPM's response and cosines for drift.

	// %%
	run, err := dataset.EventRelated()
	check(err)
	var events []fmri.Event
	for _, e := range run.Events {
		if e.Onset < 300 {
			events = append(events, e)
		}
	}
	design, err := fmri.NewDesign(150, run.TR, events, fmri.DesignOptions{})
	check(err)
	display.Show(design.Plot())

	// %% [markdown]
	// ### Haemodynamic response
	//
	// `fmri.HRF.Plot`: SPM's canonical response.

	// %%
	display.Show(fmri.NewHRF().Plot())

	// %% [markdown]
	// ### Event-related response
	//
	// `fmri.EventResponse.Plot`: the response to two kinds of events, by a finite impulse response model.

	// %%
	var two []fmri.Event
	for _, e := range run.Events {
		if e.Type == "1" || e.Type == "2" {
			two = append(two, e)
		}
	}
	fir, err := fmri.FIR(run.BOLD, run.TR, two, fmri.ResponseOptions{After: 24})
	check(err)
	display.Show(fir.Plot())

	// %% [markdown]
	// ### Brain slices: orthogonal
	//
	// `plot.Ortho`: three slices of the Colin27 brain through one place, with a simulated map of two signs.

	// %%
	brain, err := dataset.Colin27()
	check(err)
	grid := [4][4]float64{{4, 0, 0, -90}, {0, 4, 0, -126}, {0, 0, 4, -72}, {0, 0, 0, 1}}
	voxels := make([]float64, 46*55*46)
	for k := range voxels {
		i, j, l := k%46, k/46%55, k/46/55
		x, y, z := 4*float64(i)-90, 4*float64(j)-126, 4*float64(l)-72
		blob := func(cx, cy, cz, width float64) float64 {
			return math.Exp(-((x-cx)*(x-cx) + (y-cy)*(y-cy) + (z-cz)*(z-cz)) / (2 * width * width))
		}
		voxels[k] = 7*blob(-38, -24, 56, 9) + 5*blob(6, -6, 58, 8) - 5*blob(20, -56, -22, 10) - 4*blob(0, -52, 26, 9)
	}
	zmap, err := nifti.New([]int{46, 55, 46}, grid, voxels)
	check(err)
	zmap.Label = "z"
	ortho, err := plot.Ortho(brain, zmap, 2.5)
	check(err)
	display.Show(ortho)

	// %% [markdown]
	// ### Brain slices: mosaic
	//
	// `plot.Mosaic`: coronal slices at places that are named.

	// %%
	mosaic, err := plot.Mosaic(brain, "coronal", -80, -50, -20, 10, 40)
	check(err)
	mosaic.Width, mosaic.Height = 12, 8.5
	display.Show(mosaic)

	// %% [markdown]
	// ### Statistical map over slices
	//
	// `plot.Overlay`, `fmri.Map.Plot`: axial slices with the voxels above a threshold.

	// %%
	overlay, err := plot.Overlay(brain, zmap, 2.5)
	check(err)
	overlay.Width, overlay.Height = 12, 11
	display.Show(overlay)

	// %% [markdown]
	// ### Glass brain
	//
	// `plot.GlassBrain`: the largest value along the line of sight.

	// %%
	glass, err := plot.GlassBrain(brain, zmap, 2.5)
	check(err)
	display.Show(glass)

	// %% [markdown]
	// ### Carpet plot with motion
	//
	// `plot.Carpet`: movement of a head over 365 volumes (FSL mcflirt), and voxels that were simulated to suffer from it.

	// %%
	movement, _, err := dataset.HeadMotion()
	check(err)
	fd, err := fmri.FramewiseDisplacement(movement, 50)
	check(err)
	carpet := make([][]float64, len(fd))
	for t := range carpet {
		for v := 0; v < 60; v++ {
			drift := math.Sin(2*math.Pi*float64(t)/90 + float64(v)/30)
			carpet[t] = append(carpet[t], 1000+3*drift+4*random.NormFloat64()+25*fd[t]*float64(v%20)/20)
		}
	}
	motion := plot.Carpet(carpet, 2, fd)
	motion.Width, motion.Height = 12, 8
	display.Show(motion)

	// %% [markdown]
	// ### Connectome on a glass brain
	//
	// `plot.Connectome`: twelve regions of the default-mode, visual and motor networks, with simulated weights.

	// %%
	sites := [][]float64{{0, -52, 18}, {-1, 61, 22}, {-46, -70, 36}, {46, -69, 36}, {-8, -98, 7}, {10, -96, 8}, {-40, -22, 54}, {40, -22, 54}, {0, -8, 58}, {-28, -30, -18}, {28, -30, -18}, {0, 30, 40}}
	module := []int{0, 0, 0, 0, 1, 1, 2, 2, 2, 0, 0, 3}
	links := make([][]float64, len(sites))
	for i := range links {
		links[i] = make([]float64, len(sites))
	}
	for i := range sites {
		for j := i + 1; j < len(sites); j++ {
			v := 0.25 * random.NormFloat64()
			if module[i] == module[j] {
				v += 0.6
			}
			links[i][j], links[j][i] = v, v
		}
	}
	connectome, err := plot.Connectome(brain, sites, links, 0.35)
	check(err)
	connectome.Width, connectome.Height = 13, 6
	display.Show(connectome)
}
