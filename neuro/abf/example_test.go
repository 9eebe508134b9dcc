package abf_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/abf"
)

func Example() {
	rec, err := abf.Decode(tiny()) // abf.Read("cell.abf") reads a file
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rec.Sweeps(), "sweeps at", rec.FS, "Hz")
	for k := range rec.Sweeps() {
		level, on, off, _ := rec.Step(0, k)
		fmt.Printf("sweep %d: %g from %g to %g ms\n", k, level, on, off)
	}
	_, err = abf.Decode([]byte("RIFF"))
	fmt.Println(err)
	// Output:
	// 2 sweeps at 20000 Hz
	// sweep 0: 5 from 0 to 0.1 ms
	// sweep 1: 6 from 0 to 0.1 ms
	// the file begins with "RIFF"; an ABF file begins with "ABF2" or "ABF "
}
