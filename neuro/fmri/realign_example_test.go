package fmri_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A head of 24 x 28 x 22 voxels is 1 mm further left and turned by 2 degrees in the
// second volume.
func ExampleRealign() {
	const nx, ny, nz = 24, 28, 22
	affine := [4][4]float64{{4, 0, 0, -46}, {0, 4, 0, -54}, {0, 0, 4, -42}, {0, 0, 0, 1}}
	sin, cos := math.Sincos(2 * math.Pi / 180)
	var values []float64
	for t := range 2 {
		for i := range nx * ny * nz {
			x, y, z := 4*float64(i%nx)-46, 4*float64(i/nx%ny)-54, 4*float64(i/(nx*ny))-42
			if t == 1 { // where this place of the head was in the first volume
				x, y = cos*x+sin*y+1, -sin*x+cos*y
			}
			inside := math.Exp(-(x*x/500 + y*y/900 + z*z/400))
			values = append(values, 900*inside*(1+0.3*math.Sin(x/6+1)*math.Cos(y/7)+0.2*math.Sin(z/7-y/9)))
		}
	}
	run, err := nifti.New([]int{nx, ny, nz, 2}, affine, values)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := fmri.Realign(run, fmri.RealignOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, _ := fmri.Motion(r.Params[1])
	fd, _ := fmri.FramewiseDisplacement(r.Params, 50)
	fmt.Printf("x %.2f mm, yaw %.2f degrees\n", m.X, m.Yaw*180/math.Pi)
	fmt.Printf("FD %.1f mm\n", fd[1])
	// Output:
	// x 1.00 mm, yaw 2.00 degrees
	// FD 2.7 mm
}
