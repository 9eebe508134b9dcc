package edf_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// A recording of an alpha rhythm is written, read and looked at: what is in the file, when
// the eyes were closed, and the power of alpha then.
func ExampleRead() {
	fs, n := 256.0, 256*20
	o1, fz := make([]float64, n), make([]float64, n)
	for i := range n {
		t := float64(i) / fs
		if t >= 10 { // eyes closed
			o1[i] = 20 * math.Sin(2*math.Pi*10*t)
		}
		o1[i] += 3 * math.Sin(2*math.Pi*4*t)
		fz[i] = 5 * math.Sin(2*math.Pi*6*t)
	}
	made, err := eeg.New([]eeg.Channel{{Name: "O1", Unit: "uV", FS: fs, Kind: "EEG"}, {Name: "Fz", Unit: "uV", FS: fs, Kind: "EEG"}}, [][]float64{o1, fz})
	if err != nil {
		panic(err)
	}
	made.Annotations = []eeg.Annotation{{Onset: 10, Dur: 10, Text: "eyes closed"}}
	dir, err := os.MkdirTemp("", "edf")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "alpha.edf")
	if err := edf.Write(path, made, edf.WriteOptions{}); err != nil {
		panic(err)
	}

	rec, err := edf.Read(path)
	if err != nil {
		panic(err)
	}
	fmt.Println(rec)
	for _, a := range rec.Annotations {
		fmt.Printf("%g s, for %g s: %s\n", a.Onset, a.Dur, a.Text)
	}
	for _, from := range []float64{0, 10} {
		p, err := rec.Read(from, from+10, "O1")
		if err != nil {
			panic(err)
		}
		power, err := signal.BandPower(p.X[0], p.Channels[0].FS, 8, 12)
		if err != nil {
			panic(err)
		}
		fmt.Printf("alpha of O1 from %g s: %.1f %s²\n", from, power, p.Channels[0].Unit)
	}
	// Output:
	// EDF+C: 2 channels (2 EEG) at 256 Hz, 20 s, 1 annotation
	// 10 s, for 10 s: eyes closed
	// alpha of O1 from 0 s: 0.0 uV²
	// alpha of O1 from 10 s: 200.0 uV²
}
