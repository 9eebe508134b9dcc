package report_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/report"
)

// The report of a run of 30 volumes in which one of 60 voxels responds.
func ExampleRun() {
	const volumes = 30
	events := []fmri.Event{{Onset: 6, Duration: 8, Type: "tone"}, {Onset: 30, Duration: 8, Type: "tone"}, {Onset: 70, Type: "tone"}}
	d, err := fmri.NewDesign(volumes, 2, events[:2], fmri.DesignOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	values := make([]float64, 5*4*3*volumes)
	for t := range volumes {
		for v := range 60 {
			values[t*60+v] = 100 + float64((v*v+t*t*(7*v+3)+5*t)%13)
		}
		values[t*60+27] += 40 * d.X[t][0]
	}
	run, err := nifti.New([]int{5, 4, 3, volumes}, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, values)
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := fmri.Fit(run, nil, d, fmri.GLMOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := report.Run(run, nil, fit, report.RunOptions{Title: "sub-01, tones", Events: events, Threshold: report.Threshold{Correction: "bonferroni"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Title)
	for _, r := range page.Remarks {
		fmt.Println("-", r)
	}
	// Output:
	// sub-01, tones
	// - The header does not say the TR; the design was made with 2 s.
	// - 1 event starts after the last volume (60.0 s): was the run stopped early, or is TR wrong?
}
