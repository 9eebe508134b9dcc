package eeg_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/eeg"
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
