package fif_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/fif"
)

// A recording of MEG and EEG: what is in it, what was noted, and some of its samples.
func ExampleRead() {
	rec, err := fif.Read("../../testdata/fif/short_raw.fif")
	if err != nil {
		panic(err)
	}
	fmt.Println(rec)
	fmt.Println("gradiometers:", rec.Names("gradiometer"))
	for _, c := range rec.Channels {
		if c.Bad {
			fmt.Println("bad:", c.Name)
		}
	}
	for _, a := range rec.Annotations {
		fmt.Printf("%.2f s %q %q\n", a.Onset, a.Text, a.Channel)
	}
	p, err := rec.Read(1, 1.05, "MEG 0111")
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3g %s\n", p.X[0], p.Channels[0].Unit)
	// Output:
	// FIF: 9 channels (3 MEG, 2 EEG, 1 EOG, 1 trigger, 1 respiration, 1 other) at 100.5 Hz, 2 bad, 10.0398 s, 5 annotations
	// gradiometers: [MEG 0112 MEG 0113]
	// bad: MEG 0112
	// bad: a long name of an electrode
	// 0.25 s "BAD: a" ""
	// 1.00 s "S  1" ""
	// 4.50 s "here" "Fz"
	// 4.50 s "here" "EOG 061"
	// 4.50 s "eye: blink" ""
	// [-2.7e-11 -3.15e-11 -2.4e-11 -1.35e-11 0] T
}

// Averages of a file, and the largest deflection of one of them at the magnetometers.
func ExampleReadEvoked() {
	sets, err := fif.ReadEvoked("../../testdata/fif/made-ave.fif")
	if err != nil {
		panic(err)
	}
	for _, e := range sets {
		fmt.Println(e)
	}
	late, err := sets.Named("late")
	if err != nil {
		panic(err)
	}
	peak, err := late.Peak("abs", 0.05, 0.3, late.Names("magnetometer")...)
	if err != nil {
		panic(err)
	}
	fmt.Println(peak)
	// Output:
	// left: ä: evoked of 7 trials, 9 channels from -99.5025 to 199.005 ms at 100.5 Hz
	// left: ä: standard error of 7 trials, 9 channels from -99.5025 to 199.005 ms at 100.5 Hz
	// late: evoked of 1 trial, 9 channels from 29.8507 to 328.358 ms at 100.5 Hz
	// MEG 0111: -3.84e-12 T at 268.7 ms
}
