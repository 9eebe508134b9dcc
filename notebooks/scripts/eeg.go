//go:build ignore

// Command eeg goes from real recordings of EEG, of the field in a brain and of MEG to spectra, connectivity
// and event-related responses.
//
//	EEG_DATA=FOLDER neurorepl run notebooks/scripts/eeg.go
package main

import (
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/recording"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # From a recording to spectra, connectivity and event-related responses
	//
	// Three real recordings: six seconds of EEG from 128 electrodes on a head (EDF), 160 trials of an electrode in the brain of
	// someone who reaches for targets (NumPy), and averages of an MEG to tones and checkerboards (FIF).
	//
	// **This notebook needs data that do not come with the program.** They are in two repositories, both BSD 3-clause: test files of
	// https://github.com/mne-tools/mne-python, and https://github.com/EtienneCmb/tensorpac. Clone them into one folder and set
	// `EEG_DATA` to it. `recording.Open` reads your own files as well: `recording.Formats()` lists what it knows.

	// %%
	// find returns the file of a name below the folder EEG_DATA.
	find := func(file string) (found string) {
		folder := os.Getenv("EEG_DATA")
		if folder != "" {
			check(filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
				if err == nil && found == "" && d.Name() == file {
					found = path
				}
				return nil
			}))
		}
		if found == "" {
			log.Fatalf("%s is needed and was not found: set EEG_DATA to a folder with clones of mne-tools/mne-python and EtienneCmb/tensorpac", file)
		}
		return found
	}
	rec, err := recording.Open(find("test.edf"))
	check(err)
	display.Show(rec)

	// %% [markdown]
	// The samples stay in the file until they are asked for. At 0.75 s the person blinks.
	//
	// ## Spectra
	//
	// Filtered forward and backward from 1 Hz on, against the mean of all electrodes. Nothing is computed until the spectra ask for it:
	// a recording that was filtered is a recording. Which electrodes stand apart?

	// %%
	var head []string
	for row := 'A'; row <= 'H'; row++ {
		for k := 1; k <= 16; k++ {
			head = append(head, fmt.Sprintf("%c%d", row, k))
		}
	}
	cap, err := rec.Pick(head...)
	check(err)
	highPass, err := signal.Butter(2, "high", 512, 1)
	check(err)
	cap, err = cap.FiltFilt(highPass)
	check(err)
	suspects, err := cap.FindBad(eeg.BadOptions{})
	check(err)
	fmt.Println(suspects)
	check(cap.SetBad(suspects.Names()...))
	cap, err = cap.Rereference()
	check(err)
	spectra, err := cap.Welch(signal.WelchOptions{SegmentLen: 1024, Overlap: -1})
	check(err)
	fig, err := spectra.Plot()
	check(err)
	fig.Panels[0].X.Max = 120
	display.Show(fig)

	// %% [markdown]
	// ## Connectivity
	//
	// How do electrodes keep their phases to each other around 10 Hz, from 2 s on, when the blink is over? Two measures, over time: the
	// phase-locking value, which a source that reaches two electrodes at once fills by itself, and the weighted phase lag index, which
	// counts lags only.

	// %%
	every := cap.Names()
	var some []string
	for k := 0; k < len(every); k += 5 {
		some = append(some, every[k])
	}
	piece, err := cap.Read(2, 6, some...)
	check(err)
	both, err := signal.ConnectivityOverTime(piece.X, 512, 8, 13, []string{"plv", "wpli"})
	check(err)
	for _, c := range both {
		m, err := c.Matrix(8, 13)
		check(err)
		matrix := plot.Connectivity(m, some)
		matrix.Panels[0].Title = c.Measure + " over " + c.Over + ", 8 to 13 Hz"
		display.Show(matrix)
	}

	// %% [markdown]
	// Four seconds hold some forty cycles, and neighbouring samples are not independent: what stands out has to be held against
	// surrogates, or averaged over trials (`signal.ConnectivityOverTrials`).
	//
	// ## A response in the brain: 160 trials
	//
	// An electrode in the brain while a hand reaches for a target; 0 s is the go signal. Trials from another program are epochs when
	// they are given a rate, a first time and a channel.

	// %%
	arrays, err := npy.ReadAll(find("seeg_data_pac.npz"))
	check(err)
	times, rate := arrays["times"].Values, arrays["sf"].Values[0]
	trials := &eeg.Epochs{FS: rate, T0: times[0], Channels: []eeg.Channel{{Name: "depth", Kind: "EEG", Unit: "uV", FS: rate}}}
	for _, x := range arrays["data"].Matrix() {
		trials.X = append(trials.X, [][]float64{x})
		trials.Events = append(trials.Events, eeg.Event{Name: "reach"})
	}
	trials, err = trials.Baseline(-0.5, 0)
	check(err)
	limits, err := trials.Band(eeg.BandOptions{})
	check(err)
	response, err := limits.Plot("depth")
	check(err)
	display.Show(response)

	// %% [markdown]
	// The band covers the true mean of each time with 95 % probability. Every trial as a line of colour:

	// %%
	image, err := trials.Image("depth")
	check(err)
	display.Show(image)

	// %% [markdown]
	// What is not locked to the signal averages out above, but not its power. Relative to the half second before, in dB:

	// %%
	var frequencies []float64
	for f := 4.0; f <= 120; f *= 1.08 {
		frequencies = append(frequencies, f)
	}
	power, err := signal.MorletPower(trials.X, rate, frequencies, []float64{6})
	check(err)
	change := *power[0]
	change.Name, change.Unit = "change of power", ""
	for k, row := range change.P {
		before, n := 0.0, 0.0
		for i, v := range row {
			if times[i] >= -0.5 && times[i] < 0 {
				before, n = before+v, n+1
			}
		}
		for i := range row {
			change.P[k][i] = row[i] / (before / n)
		}
	}
	for i := range change.T {
		change.T[i] = times[i]
	}
	display.Show(change)

	// %% [markdown]
	// ## A response over the head: MEG
	//
	// The field power of the magnetometers, the standard deviation over the sensors, has its peaks where many of them see the
	// same sources.

	// %%
	set, err := fif.ReadEvoked(find("test-ave.fif.gz"))
	check(err)
	for _, e := range set {
		e, err := e.Of("magnetometer")
		check(err)
		e, err = e.Baseline(math.Inf(-1), 0)
		check(err)
		power, err := e.GFP()
		check(err)
		best, from := 0, 0
		for i, t := range e.Times() {
			if t < 0.05 {
				from, best = i, i
			} else if t <= 0.3 && power[i] > power[best] && i > from {
				best = i
			}
		}
		fmt.Printf("%-15s %d trials, peak of the field power at %.1f ms\n", e.Comment, e.N, 1000*e.Times()[best])
	}

	// %% [markdown]
	// A tone in the left ear: at 100 ms two fields of opposite sign over the head, the picture of currents in the auditory cortices.
	// The largest peak, at 181 ms, comes also 70 ms before the tone, and its field is strongest all around the rim: hearts or eyes, which
	// three trials do not average out.

	// %%
	left, err := set.Named("Left Auditory")
	check(err)
	left, err = left.Of("magnetometer")
	check(err)
	left, err = left.Baseline(math.Inf(-1), 0)
	check(err)
	lines, err := left.Plot()
	check(err)
	display.Show(lines)
	maps, err := left.Topomaps(0.06, 0.1, 0.14, 0.18)
	check(err)
	display.Show(maps)
}
