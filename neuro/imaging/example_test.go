package imaging_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// grid4 is a grid of 4 mm voxels about the origin.
var grid4 = [4][4]float64{{4, 0, 0, -40}, {0, 4, 0, -40}, {0, 0, 4, -40}, {0, 0, 0, 1}}

// brain is a simulated run of a ball in a dark surround, brighter from volume to
// volume.
func brain() *nifti.Image {
	var values []float64
	for t := range 3 {
		for i := range 21 * 21 * 21 {
			x, y, z := float64(i%21-10), float64(i/21%21-10), float64(i/441-10)
			v := 20 + math.Mod(float64(i), 7)
			if x*x+y*y+z*z < 64 {
				v = 800 + 10*float64(t)
			}
			values = append(values, v)
		}
	}
	run, err := nifti.New([]int{21, 21, 21, 3}, grid4, values)
	if err != nil {
		panic(err)
	}
	run.TR, run.Name = 2, "ball"
	return run
}

// The way of a run from the scanner to the time courses of two regions.
func Example() {
	run := brain()
	mask, err := imaging.EPIMask(run, imaging.MaskOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	smooth, err := imaging.Smooth(run, 6, imaging.SmoothOptions{Mask: mask})
	if err != nil {
		fmt.Println(err)
		return
	}
	regions, err := imaging.SphereMeans(smooth, mask, [][]float64{{0, 0, 0}, {20, -8, 4}}, 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(regions.Names, regions.Voxels)
	for t, y := range regions.Y {
		fmt.Printf("%g s: %.1f %.1f\n", float64(t)*regions.TR, y[0], y[1])
	}
	// Output:
	// [(0, 0, 0) (20, -8, 4)] [33 33]
	// 0 s: 800.0 800.0
	// 2 s: 810.0 810.0
	// 4 s: 820.0 820.0
}

func ExampleSmooth() {
	point := make([]float64, 9*9*9)
	point[(4*9+4)*9+4] = 1000
	im, err := nifti.New([]int{9, 9, 9}, grid4, point)
	if err != nil {
		fmt.Println(err)
		return
	}
	smooth, err := imaging.Smooth(im, 8, imaging.SmoothOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Half of the height lies 4 mm, half of the width, away.
	fmt.Printf("%.1f %.1f\n", smooth.At(4, 4, 4, 0), smooth.At(5, 4, 4, 0))
	// Output: 103.6 51.8
}

func ExampleResample() {
	anatomy, err := dataset.Colin27()
	if err != nil {
		fmt.Println(err)
		return
	}
	shape, affine, err := imaging.Voxels(anatomy, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	small, err := imaging.ResampleGrid(anatomy, shape, affine, "linear")
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := imaging.Resample(small, anatomy, "cubic")
	fmt.Println(anatomy.Shape, small.Shape, back.Shape, err)
}

func ExampleApply() {
	run := brain()
	mean := run.Mean()
	change, err := imaging.Apply(func(v []float64) float64 { return 100 * (v[0] - v[1]) / v[1] }, run, mean)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f %%\n", change.At(10, 10, 10, 2))
	// Output: 1.23 %
}

func ExampleLabelMeans() {
	run := brain()
	atlas, err := imaging.Spheres(run, [][]float64{{-20, 0, 0}, {20, 0, 0}, {0, 20, 0}}, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	regions, err := imaging.LabelMeans(run, atlas, "left", "right", "front")
	if err != nil {
		fmt.Println(err)
		return
	}
	left, err := regions.Series("left")
	fmt.Println(left, err)
	// Output: [800 810 820] <nil>
}

func ExampleIntersect() {
	run := brain()
	a, _ := imaging.EPIMask(run, imaging.MaskOptions{})
	b, err := imaging.Erode(a, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := imaging.Intersect([]*nifti.Image{a, b}, 1, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(both.Shape, both.Type())
	// Output: [21 21 21] uint8
}
