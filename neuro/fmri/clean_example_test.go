package fmri_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/fmri"
)

// A region follows a slow wave of 0.04 Hz under a drift and the movement of the
// head; cleaning gives the wave back.
func ExampleClean() {
	const n, tr = 150, 2.0
	var series, motion [][]float64
	var wave []float64
	for i := range n {
		t := float64(i) * tr
		w := math.Sin(2 * math.Pi * 0.04 * t)
		m := math.Sin(float64(i*i) / 40)
		wave = append(wave, w)
		motion = append(motion, []float64{m})
		series = append(series, []float64{800 + 0.05*t + 2*w + 6*m})
	}
	r, err := fmri.Clean(series, fmri.CleanOptions{TR: tr, HighPass: 0.01, LowPass: 0.1, Confounds: motion})
	if err != nil {
		fmt.Println(err)
		return
	}
	match := 0.0
	for i, row := range r.Series {
		match += row[0] * wave[i] / (n - 1) * math.Sqrt2
	}
	fmt.Printf("%d volumes, %d dimension taken out\n", len(r.Series), r.Removed)
	fmt.Printf("correlation with the wave %.2f\n", match)
	// Output:
	// 150 volumes, 1 dimension taken out
	// correlation with the wave 0.99
}
