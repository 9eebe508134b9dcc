package fmri_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/fmri"
)

// The head moves between volumes 3 and 4, and again after volume 6.
func ExampleOutliers() {
	fd := []float64{0, 0.1, 0.1, 0.1, 0.9, 0.1, 0.2, 1.4, 0.1, 0.1, 0.2, 0.1}
	bad, err := fmri.Outliers(fd, nil, fmri.OutlierOptions{FD: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("outliers", bad.Volumes)
	for t, keep := range bad.Scrub(3) { // CleanOptions.Keep; runs of fewer than 3 go too
		if !keep {
			fmt.Print(t, " ")
		}
	}
	fmt.Println("are left out")
	// Output:
	// outliers [4 7]
	// 4 5 6 7 are left out
}
