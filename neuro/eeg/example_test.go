package eeg_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/eeg"
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
