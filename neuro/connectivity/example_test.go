package connectivity_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/connectivity"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/imaging"
)

// rest returns the time courses of eight regions at rest.
func rest() (series [][]float64, names []string) {
	run, err := dataset.Resting()
	if err != nil {
		panic(err)
	}
	const first, regions = 3, 8 // white matter, ventricles and the whole brain come before
	names = run.Names[first : first+regions]
	series = make([][]float64, len(run.Series[0]))
	for t := range series {
		for _, y := range run.Series[first : first+regions] {
			series[t] = append(series[t], y[t])
		}
	}
	return series, names
}

func ExampleMatrix() {
	series, names := rest()
	m, err := connectivity.Matrix(series, "correlation", connectivity.Options{Names: names})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m)
	fmt.Println(m.Ordered().Names)
	fmt.Println(m.Edges(3))
	// Output:
	// correlation of 8 regions over 250 volumes, shrinkage 0.142
	// [LFpol LCau LPut LHip LThal LSupraM LAng LMTG]
	// Strongest connections (correlation)
	// region  with     correlation
	// LAng    LSupraM      0.53643
	// LCau    LPut         0.52126
	// LAng    LMTG        0.399532
}

// Given all other regions, who is still connected?
func ExampleMatrix_partial() {
	series, names := rest()
	m, err := connectivity.Matrix(series, "partial correlation", connectivity.Options{Names: names})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Edges(3))
	// Output:
	// Strongest connections (partial correlation)
	// region  with     partial correlation
	// LAng    LSupraM             0.559401
	// LCau    LPut                0.507293
	// LAng    LMTG                0.400793
}

func ExampleFitGroup() {
	series, _ := rest()
	// Five pieces of one run stand for five people.
	var people [][][]float64
	for k := range 5 {
		people = append(people, series[50*k:50*k+50])
	}
	g, err := connectivity.FitGroup(people, "tangent", connectivity.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g)
	for k, m := range g.Subjects {
		sum := 0.0
		for _, v := range m.Vector(true) {
			sum += v * v
		}
		fmt.Printf("person %d: distance from the mean %.2f\n", k, math.Sqrt(2*sum))
	}
	// Output:
	// tangent of 8 regions in 5 people
	// person 0: distance from the mean 1.41
	// person 1: distance from the mean 1.30
	// person 2: distance from the mean 1.44
	// person 3: distance from the mean 1.60
	// person 4: distance from the mean 1.08
}

// What goes with the mean time course of a region?
func ExampleSeedMap() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y, z := run.World(8, 5, 4)
	seed, err := imaging.SphereMeans(run, mask, [][]float64{{x, y, z}}, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	course, _ := seed.Series(seed.Names[0])
	m, err := connectivity.SeedMap(run, mask, course)
	fmt.Println(m, err)
	// Output:
	// correlation of 1065 voxels with a seed over 20 volumes, -0.68 to 1.00 <nil>
}

// From an image and a parcellation to a matrix.
func Example() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
		return
	}
	var centres [][]float64 // spheres stand for an atlas
	for _, at := range [][3]float64{{5, 5, 4}, {10, 5, 4}, {5, 10, 4}, {10, 10, 4}} {
		x, y, z := run.World(at[0], at[1], at[2])
		centres = append(centres, []float64{x, y, z})
	}
	atlas, err := imaging.Spheres(mask, centres, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	rois, err := imaging.LabelMeans(run, atlas, "RP", "LP", "RA", "LA")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := connectivity.Matrix(rois.Y, "correlation", connectivity.Options{Names: rois.Names})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m)
	fmt.Println(m.Edges(2))
	// Output:
	// correlation of 4 regions over 20 volumes, shrinkage 0.054
	// Strongest connections (correlation)
	// region  with  correlation
	// RP      LP        0.90921
	// RA      LA       0.862784
}
