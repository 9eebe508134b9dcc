package eeg_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// The root mean square of an hour of two channels, read a minute at a time.
func ExampleRecording_Each() {
	fs, n := 100.0, 360000
	x := make([][]float64, 2)
	for c := range x {
		x[c] = make([]float64, n)
		for i := range x[c] {
			x[c][i] = float64(10*(c+1)) * math.Sin(2*math.Pi*10*float64(i)/fs)
		}
	}
	rec, err := eeg.New([]eeg.Channel{{Name: "Fz", Unit: "uV", FS: fs, Kind: "EEG"}, {Name: "Cz", Unit: "uV", FS: fs, Kind: "EEG"}}, x)
	if err != nil {
		panic(err)
	}
	fmt.Println(rec)
	sum, pieces := make([]float64, 2), 0
	err = rec.Each(60, func(p *eeg.Piece) error {
		pieces++
		for c, x := range p.X {
			for _, v := range x {
				sum[c] += v * v
			}
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	for c, s := range sum {
		fmt.Printf("%s: %.2f uV over %d pieces\n", rec.Channels[c].Name, math.Sqrt(s/float64(n)), pieces)
	}
	// Output:
	// 2 channels (2 EEG) at 100 Hz, 3600 s
	// Fz: 7.07 uV over 60 pieces
	// Cz: 14.14 uV over 60 pieces
}

// A recording of an hour is filtered and resampled as it is read, never whole, on the way
// to its spectra.
func ExampleRecording_FiltFilt() {
	fs, n := 250.0, 900000
	x := [][]float64{make([]float64, n), make([]float64, n)}
	for i := range n {
		t := float64(i) / fs
		mains := 20 * math.Sin(2*math.Pi*50*t)
		x[0][i] = 5*math.Sin(2*math.Pi*10*t) + mains
		x[1][i] = 5*math.Sin(2*math.Pi*20*t) + mains
	}
	rec, err := eeg.New([]eeg.Channel{{Name: "O1", Unit: "uV", FS: fs, Kind: "EEG"}, {Name: "C3", Unit: "uV", FS: fs, Kind: "EEG"}}, x)
	if err != nil {
		panic(err)
	}
	band, err := signal.Butter(4, "band", fs, 1, 30)
	if err != nil {
		panic(err)
	}
	clean, err := rec.FiltFilt(band)
	if err != nil {
		panic(err)
	}
	if clean, err = clean.Resample(125); err != nil {
		panic(err)
	}
	spectra, err := clean.Welch(signal.WelchOptions{})
	if err != nil {
		panic(err)
	}
	alpha, err := spectra.Relative(8, 13, 1, 60)
	if err != nil {
		panic(err)
	}
	fmt.Println(clean)
	fmt.Println(spectra)
	fmt.Printf("alpha: O1 %.3f, C3 %.3f of the power from 1 to 60 Hz\n", alpha[0], alpha[1])
	// Output:
	// 2 channels (2 EEG) at 125 Hz, 3600 s
	// spectra of 2 channels, 3599 segments, every 0.5 Hz up to 62.5 Hz
	// alpha: O1 0.999, C3 0.000 of the power from 1 to 60 Hz
}

// From a recording with markers to event-related potentials: 20 targets among 60 standards,
// one electrode that is loose, and eyes that move.
func ExampleRecording_Epochs() {
	rec := oddballRecording()
	fmt.Println(rec)

	sos, err := signal.Butter(2, "band", 250, 0.1, 30)
	if err != nil {
		panic(err)
	}
	clean, err := rec.FiltFilt(sos)
	if err != nil {
		panic(err)
	}
	bad, err := clean.FindBad(eeg.BadOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(bad)
	if err := clean.SetBad(bad.Names()...); err != nil {
		panic(err)
	}
	if clean, err = clean.Interpolate(eeg.SplineOptions{}); err != nil {
		panic(err)
	}
	ep, err := clean.Epochs(eeg.EpochOptions{TMin: -0.2, TMax: 0.8, Reject: map[string]float64{"EEG": 100}})
	if err != nil {
		panic(err)
	}
	fmt.Println(ep)
	target, err := ep.Of("target")
	if err != nil {
		panic(err)
	}
	standard, err := ep.Of("standard")
	if err != nil {
		panic(err)
	}
	wave, err := eeg.DifferenceBand(target, standard, eeg.BandOptions{})
	if err != nil {
		panic(err)
	}
	peak, err := wave.Mean.Peak("pos", 0.25, 0.5)
	if err != nil {
		panic(err)
	}
	c, _ := rec.Index(peak.Channel)
	k, _ := wave.Mean.Index(peak.Time)
	fmt.Printf("%s\n%s, 95%% from %.1f to %.1f uV\n", wave.Mean, peak, wave.Lo[c][k], wave.Hi[c][k])
	// Output:
	// 19 channels (19 EEG) at 250 Hz, 300 s, 80 annotations
	// 1 of 19 channels bad: C3 (deviation, noise, correlation)
	// 72 trials (56 standard, 16 target), 19 channels from -200 to 800 ms at 250 Hz; 8 dropped: 8 peak to peak (Fp1 8, Fp2 8)
	// target - standard: evoked of 12 trials, 19 channels from -200 to 800 ms at 250 Hz
	// Pz: 10.1 uV at 316 ms, 95% from 7.2 to 12.9 uV
}

// oddballRecording is five minutes of 19 electrodes with a P3 after targets.
func oddballRecording() *eeg.Recording {
	const fs, n = 250, 75000
	r := rng.New(11, 0)
	var channels []eeg.Channel
	var x [][]float64
	var far []float64 // from between Pz and Cz, and from the eyes
	var front []float64
	for _, name := range strings.Fields("Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2") {
		px, py, pz, err := plot.Electrode(name)
		if err != nil {
			panic(err)
		}
		channels = append(channels, eeg.Channel{Name: name, Kind: "EEG", Unit: "uV", FS: fs})
		far = append(far, px*px+(py+0.4)*(py+0.4)+(pz-0.9)*(pz-0.9))
		front = append(front, px*px+(py-1)*(py-1)+pz*pz)
		x = append(x, make([]float64, n))
	}
	// Sources that all electrodes see, and noise of each.
	for s := range 5 {
		last := 0.0
		var weight []float64
		for c := range x {
			weight = append(weight, 0.5*math.Exp(-math.Pow(float64(c)-4.5*float64(s), 2)/60))
		}
		for i := range n {
			last = 0.98*last + r.Norm()
			for c := range x {
				x[c][i] += last * weight[c]
			}
		}
	}
	for c := range x {
		for i := range n {
			x[c][i] += 2 * r.Norm()
		}
	}
	rec, err := eeg.New(channels, x)
	if err != nil {
		panic(err)
	}
	for k := range 80 {
		at, name, size := 500+k*900, "standard", 1.0
		if k%4 == 2 {
			name, size = "target", 9
		}
		for c := range x {
			for i := range 250 {
				t := float64(i)/fs - 0.35
				x[c][at+i] += size * math.Exp(-far[c]/0.8) * math.Exp(-t*t/0.01)
				if k%10 == 4 { // a blink
					x[c][at+i] += 160 * math.Exp(-front[c]/0.5) * math.Exp(-t*t/0.004)
				}
			}
		}
		rec.Annotations = append(rec.Annotations, eeg.Annotation{Onset: float64(at) / fs, Text: name})
	}
	for i := range n {
		x[8][i] += 60 * r.Norm() // C3 is loose
	}
	return rec
}
