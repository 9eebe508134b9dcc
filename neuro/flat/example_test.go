package flat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/flat"
)

// A table of samples with its times and units.
func ExampleDecodeText() {
	file := "time (ms),Fz (uV),Cz (uV)\n0,12.5,-3\n4,13,-2.5\n8,11.25,n/a\n"
	rec, err := flat.DecodeText(strings.NewReader(file), int64(len(file)), flat.TextOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range rec.Channels {
		fmt.Println(c.Name, c.Kind, c.Unit, c.FS)
	}
	p, err := rec.Read(0, rec.Dur())
	fmt.Println(p.X, err)
	// Output:
	// Fz EEG uV 250
	// Cz EEG uV 250
	// [[12.5 13 11.25] [-3 -2.5 NaN]] <nil>
}

// Numbers of 16 bits without a header, as amplifiers write them: two channels, 0.195 uV
// each step.
func ExampleReadBinary() {
	dir, err := os.MkdirTemp("", "flat")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "amplifier.dat")
	os.WriteFile(path, []byte{100, 0, 156, 255, 200, 0, 56, 255}, 0o644)
	rec, err := flat.ReadBinary(path, flat.BinaryOptions{FS: 20000, Names: []string{"CA1", "CA3"}, Gain: 0.195, Unit: "uV"})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := rec.Read(0, rec.Dur())
	fmt.Println(rec.Names(), p.X, err)
	// Output: [CA1 CA3] [[19.5 39] [-19.5 -39]] <nil>
}
