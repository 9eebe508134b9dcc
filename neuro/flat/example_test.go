package flat_test

import (
	"fmt"
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
