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

// What a file tells about its measurement.
func ExampleReadInfo() {
	in, err := fif.ReadInfo("../../testdata/fif/short_raw.fif")
	if err != nil {
		panic(err)
	}
	t := in.Table()
	for k, name := range t.Cols[0].Text {
		fmt.Printf("%s: %s\n", name, t.Cols[1].Text[k])
	}
	// Output:
	// subject: made up
	// description: FIFF of Müller and 東
	// date: 2020-09-13 12:26:40 UTC
	// sensors: 1 magnetometer; 2 planar gradiometer, 1 of them bad; 2 EEG, 1 of them bad; 1 EOG; 1 trigger; 1 respiration; 1 other
	// sampling rate: 100.5 Hz
	// filter: high-pass 0.1 Hz, low-pass 40 Hz
	// mains: 50 Hz
	// bad channels: MEG 0112, a long name of an electrode
	// device in the head's frame: 2.0, -5.0, 40.0 mm
}

// Patterns of noise are taken out of a recording.
func ExampleReadProjectors() {
	rec, err := fif.Read("../../testdata/fif/short_raw.fif")
	if err != nil {
		panic(err)
	}
	p, err := fif.ReadProjectors("../../testdata/fif/made-proj.fif")
	if err != nil {
		panic(err)
	}
	for _, q := range p {
		fmt.Println(q.Name, q.Kind, len(q.Channels))
	}
	clean, err := rec.Project(p)
	if err != nil {
		panic(err)
	}
	fmt.Println(clean.Names("MEG"))
	// Output:
	// planar-Raw-0.000-10.040-PCA-01 SSP 1
	// eeg-Raw-0.000-10.040-PCA-01 SSP 1
	// Average EEG reference average reference 1
	// [MEG 0111 MEG 0112 MEG 0113]
}

// The noise of sensors.
func ExampleReadCovariance() {
	c, err := fif.ReadCovariance("../../testdata/fif/adhoc-cov.fif")
	if err != nil {
		panic(err)
	}
	fmt.Println(c)
	fmt.Printf("%s: %.2g\n", c.Channels[0], c.Matrix[0][0])
	// Output:
	// variances of 5 channels, bad: MEG 0112, a long name of an electrode
	// MEG 0111: 4e-28
}

// Epochs and their conditions.
func ExampleReadEpochs() {
	ep, err := fif.ReadEpochs("../../testdata/fif/made-epo.fif")
	if err != nil {
		panic(err)
	}
	fmt.Println(ep.Conditions())
	faces, err := ep.Of("face")
	if err != nil {
		panic(err)
	}
	mean, err := faces.Average()
	if err != nil {
		panic(err)
	}
	fmt.Println(mean)
	// Output:
	// [face/left car] [2 1]
	// face/left: evoked of 2 trials, 9 channels from -199.005 to 298.507 ms at 100.5 Hz
}
