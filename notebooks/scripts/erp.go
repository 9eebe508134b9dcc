//go:build ignore

// Command erp goes from a recording to event-related potentials, beside the truth that was put in.
//
//	neurorepl run notebooks/scripts/erp.go
package main

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
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
	// # Event-related potentials whose truth is known
	//
	// An oddball experiment that never took place: somebody sees 200 pictures, every fourth of which is a target that asks for a key
	// press. Because we put the potentials in, each estimate has a number that it should be.
	//
	// * All pictures give a **P1** at 110 ms over the back of the head and an **N1** at 170 ms to its left and right.
	// * Targets give a **P3** at the top of the head that comes 60 ms before the key press, whenever that is.
	// * The rest is what recordings are made of: rhythms of 10 Hz, slow noise that neighbours share, blinks, and an electrode,
	//   C3, that is loose.

	// %%
	const fs, seconds = 250, 480 // Hz, s
	const n = fs * seconds
	names := strings.Fields("Fp1 Fp2 F7 F3 Fz F4 F8 FC5 FC1 FC2 FC6 T7 C3 Cz C4 T8 CP5 CP1 CP2 CP6 P7 P3 Pz P4 P8 PO9 O1 Oz O2 PO10")
	// seen returns how much of a source below a place each electrode sees.
	seen := func(x, y, z, wide float64) []float64 {
		w := make([]float64, len(names))
		for c, name := range names {
			ex, ey, ez, err := plot.Electrode(name)
			check(err)
			w[c] = math.Exp(-((ex-x)*(ex-x) + (ey-y)*(ey-y) + (ez-z)*(ez-z)) / wide)
		}
		return w
	}
	r := rand.New(rand.NewPCG(1, 2))
	x := make([][]float64, len(names)+1) // uV; the last one is the VEOG
	for c := range x {
		x[c] = make([]float64, n)
		stim.OU(0, 1.5, 4, uint64(100+c)).Fill(x[c], 0, 1000.0/fs)
	}
	add := func(w []float64, s []float64, from int) {
		for c, v := range w {
			for i, y := range s {
				if from+i < n {
					x[c][from+i] += v * y
				}
			}
		}
	}
	noise := make([]float64, n)
	for s := range 24 { // places all over the head
		up, around := 0.1+0.9*r.Float64(), 2*math.Pi*r.Float64()
		out := math.Sqrt(1 - up*up)
		stim.OU(0, 3, 60, uint64(s)).Fill(noise, 0, 1000.0/fs)
		add(seen(out*math.Cos(around), out*math.Sin(around), up, 0.6), noise, 0)
	}
	alpha, hz, phase := make([]float64, n), make([]float64, n), 0.0
	stim.OU(0, 4, 500, 50).Fill(alpha, 0, 1000.0/fs)
	stim.OU(10, 0.5, 1000, 51).Fill(hz, 0, 1000.0/fs)
	for i := range alpha {
		phase += 2 * math.Pi * hz[i] / fs
		alpha[i] *= math.Cos(phase)
	}
	add(seen(0, -0.8, 0.4, 0.6), alpha, 0)

	// %%
	// wave returns a bump at a time, s, with a width, s.
	wave := func(at, width, size float64) []float64 {
		y := make([]float64, fs)
		for i := range y {
			t := (float64(i)/fs - at) / width
			y[i] = size * math.Exp(-t*t/2)
		}
		return y
	}
	p1, n1, p3 := seen(0, -0.9, 0.3, 0.5), seen(-0.6, -0.75, 0, 0.4), seen(0, -0.45, 0.9, 0.7)
	for c, v := range seen(0.6, -0.75, 0, 0.4) {
		n1[c] += v
	}
	var notes []eeg.Annotation
	var reaction []float64 // of the targets, s
	for k := range 200 {
		at := 3 + 2.35*float64(k) + 0.2*r.Float64()
		from := int(at * fs)
		at = float64(from) / fs
		add(p1, wave(0.11, 0.018, 5), from)
		add(n1, wave(0.17, 0.022, -6), from)
		name := "standard"
		if k%4 == 2 {
			name = "target"
			rt := 0.40 + 0.25*r.Float64()
			reaction = append(reaction, rt)
			add(p3, wave(rt-0.06, 0.06, 10), from)
			notes = append(notes, eeg.Annotation{Onset: at + rt, Text: "press"})
		}
		notes = append(notes, eeg.Annotation{Onset: at, Text: name})
	}
	eyes := append(seen(0, 1.1, 0, 0.5), 2)
	for range 60 { // blinks
		from := int(r.Float64() * (n - fs))
		for c, v := range eyes {
			for i, y := range wave(0.3, 0.06, 180) {
				x[c][from+i] += v * y
			}
		}
	}
	for i := range x[12] {
		x[12][i] += 40 * r.NormFloat64() // C3
	}

	// %% [markdown]
	// It goes into a file, as a recorder would write it, and comes back from there. Only the header is read now.

	// %%
	folder, err := os.MkdirTemp("", "erp")
	check(err)
	var channels []eeg.Channel
	for _, name := range append(names, "VEOG") {
		channels = append(channels, eeg.Channel{Name: name, Kind: eeg.KindOf(name, "uV"), Unit: "uV", FS: fs})
	}
	made, err := eeg.New(channels, x)
	check(err)
	made.Annotations = notes
	check(edf.Write(filepath.Join(folder, "oddball.edf"), made, edf.WriteOptions{}))
	rec, err := edf.Read(filepath.Join(folder, "oddball.edf"))
	check(err)
	fmt.Println(rec)
	first, err := rec.Plot(20, 26, "Fp1", "Fz", "C3", "Cz", "Pz", "P7", "Oz")
	check(err)
	display.Show(first)

	// %% [markdown]
	// ## Cleaning
	//
	// Each step gives a recording that stands on the one before; samples are computed when something asks for them. The filter runs
	// forward and backward, so that nothing moves in time. C3 is found and gets what the spherical spline through the others has there.

	// %%
	sos, err := signal.Butter(2, "band", fs, 0.1, 30)
	check(err)
	filtered, err := rec.FiltFilt(sos)
	check(err)
	slow, err := signal.Butter(2, "high", fs, 1)
	check(err)
	high, err := rec.FiltFilt(slow)
	check(err)
	bad, err := high.FindBad(eeg.BadOptions{})
	check(err)
	fmt.Println(bad)
	check(filtered.SetBad(bad.Names()...))
	mended, err := filtered.Interpolate(eeg.SplineOptions{})
	check(err)
	clean, err := mended.Rereference()
	check(err)

	// %% [markdown]
	// ## Epochs
	//
	// From 200 ms before to 800 ms after each picture, the mean before it taken off. Blinks are larger than 100 µV from peak to peak:
	// their epochs are dropped, and the log says how many that costs.

	// %%
	epochs := eeg.EpochOptions{Conditions: []string{"target", "standard"}, TMin: -0.2, TMax: 0.8, Channels: names, Reject: map[string]float64{"EEG": 100}}
	ep, err := clean.Epochs(epochs)
	check(err)
	display.Show(ep)

	// %% [markdown]
	// ## Conditions with their confidence bands

	// %%
	target, err := ep.Of("target")
	check(err)
	standard, err := ep.Of("standard")
	check(err)
	a, err := target.Band(eeg.BandOptions{})
	check(err)
	b, err := standard.Band(eeg.BandOptions{})
	check(err)
	both, err := eeg.PlotBands("Pz", a, b)
	check(err)
	display.Show(both)

	// %% [markdown]
	// That is a band at each time alone: of a hundred times five lie outside by chance. The next one holds everywhere at once, over all
	// electrodes and times, by the bootstrap of the largest t; where it leaves 0 out, the difference is there.

	// %%
	wide, err := eeg.DifferenceBand(target, standard, eeg.BandOptions{Simultaneous: true})
	check(err)
	difference, err := wide.Plot("Pz", "Oz")
	check(err)
	display.Show(difference)
	pz, err := rec.Index("Pz")
	check(err)
	for k, lo := range wide.Lo[pz] {
		if lo > 0 {
			fmt.Printf("at Pz targets differ from %.0f ms on; the earliest P3 was put at %.0f ms, 60 ms wide\n", 1000*wide.Mean.Times()[k], 340.0)
			break
		}
	}

	// %% [markdown]
	// ## Where on the head

	// %%
	maps, err := a.Mean.Topomaps(0.11, 0.17, 0.4, 0.5)
	check(err)
	display.Show(maps)
	density, err := a.Mean.CSD(eeg.SplineOptions{})
	check(err)
	sharper, err := density.Topomaps(0.11, 0.17, 0.4, 0.5)
	check(err)
	display.Show(sharper)

	// %% [markdown]
	// The second row is the current source density: it does not know the reference, and shows the two sources of the N1 apart.
	//
	// ## Single trials
	//
	// The targets at Pz, in the order of their reaction times (the line). The P3 does not follow the picture; it goes before the press.

	// %%
	var kept []float64 // reaction times of the trials that were kept
	k := 0
	for i, e := range rec.EventsOf("target") {
		if k < target.Len() && target.Events[k].Time == e.Time {
			kept = append(kept, reaction[i])
			k++
		}
	}
	image, err := target.Image("Pz", kept...)
	check(err)
	display.Show(image)

	// %% [markdown]
	// So its mean over pictures is too low and too wide. Epochs around the press give it back. Against the common average, 10 µV at the
	// source are 10 (w(Pz) - mean of w) at Pz, w being what electrodes see of it.

	// %%
	mean := 0.0
	for _, w := range p3 {
		mean += w / float64(len(p3))
	}
	truth := 10 * (p3[pz] - mean)
	press, err := clean.Epochs(eeg.EpochOptions{Conditions: []string{"press"}, TMin: -0.8, TMax: 0.4, Baseline: []float64{-0.8, -0.6}, Reject: map[string]float64{"EEG": 100}})
	check(err)
	atPress, err := press.Band(eeg.BandOptions{})
	check(err)
	around60, err := atPress.Plot("Pz")
	check(err)
	display.Show(around60)
	k, err = atPress.Mean.Index(-0.06)
	check(err)
	q, err := a.Mean.Peak("pos", 0.25, 0.7, "Pz")
	check(err)
	fmt.Printf("by pictures, %s\n60 ms before presses, Pz: %.2f uV, 95%% from %.2f to %.2f; it was put at %.2f uV\n", q, atPress.Mean.X[pz][k], atPress.Lo[pz][k], atPress.Hi[pz][k], truth)

	// %% [markdown]
	// ## Blinks taken out instead of dropped
	//
	// Independent components know blinks by the VEOG. Without them no epoch has to go.

	// %%
	ica, err := high.ICA(eeg.ICAOptions{Fit: signal.ICAOptions{Components: 8}})
	check(err)
	found, err := ica.FindEOG(rec, eeg.MatchOptions{Absolute: true, Threshold: 0.7})
	check(err)
	fmt.Println(found)
	without, err := ica.Apply(filtered, found.Components...)
	check(err)
	without, err = without.Interpolate(eeg.SplineOptions{})
	check(err)
	without, err = without.Rereference()
	check(err)
	more, err := without.Epochs(epochs)
	check(err)
	display.Show(more.Log())

	// %% [markdown]
	// ## Is it there at all?
	//
	// Without a peak chosen by eye: clusters of electrodes and times in which targets and standards differ, against what shuffled trials
	// give.

	// %%
	moreTarget, err := more.Of("target")
	check(err)
	moreStandard, err := more.Of("standard")
	check(err)
	test, err := eeg.ClusterTrials([]*eeg.Epochs{moreTarget, moreStandard}, eeg.ClusterOptions{})
	check(err)
	display.Show(test)
	check(os.RemoveAll(folder))
}
