package fmri_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Where a run changes most from one volume to the next.
func ExampleDVARS() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := fmri.DVARS(run, mask)
	if err != nil {
		fmt.Println(err)
		return
	}
	most := 0
	for t := range v.DVARS {
		if v.DVARS[t] > v.DVARS[most] {
			most = t
		}
	}
	fmt.Printf("volume %d changes most: DVARS %.1f, %.2f times what its noise gives\n", most, v.DVARS[most], v.Std[most])
	// Output:
	// volume 1 changes most: DVARS 12.8, 2.03 times what its noise gives
}

// Three components of what is deep in the brain, to be confounds of a design.
func ExampleACompCor() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
		return
	}
	deep, err := imaging.Erode(mask, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := fmri.ACompCor(run, deep, fmri.CompCorOptions{N: 3, Filter: "polynomial"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d volumes, %d components of %d voxels\n", len(c.Components), len(c.Components[0]), len(c.Voxels))
	fmt.Printf("share of the variance %.2f\n", c.Explained[:3])
	// Output:
	// 20 volumes, 3 components of 339 voxels
	// share of the variance [0.61 0.11 0.06]
}

// A slow wave with one spike: the spike comes down to 4 standard deviations, the
// wave stays.
func ExampleDespike() {
	var series [][]float64
	for t := range 60 {
		x := float64(t)
		series = append(series, []float64{100 + 5*math.Sin(2*math.Pi*x/60) + math.Sin(x*x)})
	}
	before := series[20][0]
	series[20][0] += 40
	d, err := fmri.Despike(series, fmri.DespikeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d value moved, %d spike\n", d.Moved, d.Spikes)
	fmt.Printf("volume 20: %.0f without the spike, %.0f with it, %.0f despiked\n", before, series[20][0], d.Series[20][0])
	// Output:
	// 1 value moved, 1 spike
	// volume 20: 103 without the spike, 143 with it, 107 despiked
}

// A run in one picture: the rim of the brain above what is deep, with the movement
// of the head and DVARS over them.
func ExampleCarpetFigure() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
		return
	}
	deep, err := imaging.Erode(mask, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	labels := mask.Volume(0)
	for i, in := range deep.Volume(0) {
		labels[i] += in // 1 in the rim, 2 in the depth
	}
	nx, ny, nz := mask.Grid()
	tissue, err := nifti.New([]int{nx, ny, nz}, mask.Affine, labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := fmri.DVARS(run, mask)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := fmri.CarpetFigure(run, tissue, fmri.CarpetOptions{Names: []string{"rim", "deep"}, DVARS: v.DVARS, Rows: 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	carpet := f.Panels[1]
	fmt.Printf("%s above %s of %s\n", f.Panels[0].Y.Label, carpet.Title, carpet.Y.Names)
	// Output:
	// DVARS above 199 of 1065 voxels of [rim deep]
}
