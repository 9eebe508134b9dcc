package brainvision_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
)

// A recording is looked at: its channels, its markers, and the response after a stimulus.
func ExampleRead() {
	dir, err := os.MkdirTemp("", "brainvision")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	header := `Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
DataFile=$b.eeg
MarkerFile=$b.vmrk
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels=1
SamplingInterval=2000
[Binary Infos]
BinaryFormat=INT_16
[Channel Infos]
Ch1=Oz,,0.1,µV
`
	markers := `Brain Vision Data Exchange Marker File, Version 1.0
[Marker Infos]
Mk1=New Segment,,1,1,0,20240102093000000000
Mk2=Stimulus,S  1,251,1,0
`
	var data []byte
	for i := range 1000 { // a P100: 12 uV, 100 ms after the stimulus
		t := float64(i)/500 - 0.6
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(math.Round(120*math.Exp(-t*t/(2*0.015*0.015))))))
	}
	for name, b := range map[string][]byte{"s01.vhdr": []byte(header), "s01.vmrk": []byte(markers), "s01.eeg": data} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			panic(err)
		}
	}

	rec, err := brainvision.Read(filepath.Join(dir, "s01.vhdr"))
	if err != nil {
		panic(err)
	}
	fmt.Println(rec)
	fmt.Println("began", rec.Start.Format("2006-01-02 15:04:05"))
	for _, a := range rec.Annotations {
		fmt.Printf("%s %q at %g s\n", a.Kind, a.Text, a.Onset)
		p, err := rec.Read(a.Onset, a.Onset+0.3, "Oz")
		if err != nil {
			panic(err)
		}
		peak := 0
		for i, v := range p.X[0] {
			if v > p.X[0][peak] {
				peak = i
			}
		}
		fmt.Printf("peak of %g %s after %g ms\n", p.X[0][peak], p.Channels[0].Unit, 1000*float64(peak)/p.Channels[0].FS)
	}
	// Output:
	// BrainVision: 1 channel (1 EEG) at 500 Hz, 2 s, 1 annotation
	// began 2024-01-02 09:30:00
	// Stimulus "S  1" at 0.5 s
	// peak of 12 uV after 100 ms
}
