// Package imaging works on brain images: masks, smoothing, grids, arithmetic
// and regions. Package nifti reads and draws them, package fmri analyses what
// is in them over time.
//
//	run, err := nifti.Read("sub-01_task-rest_bold.nii.gz")
//	mask, err := imaging.EPIMask(run, imaging.MaskOptions{})           // the brain
//	smooth, err := imaging.Smooth(run, 6, imaging.SmoothOptions{})     // FWHM 6 mm
//	small, err := imaging.Resample(smooth, mask, "linear")             // on the grid of another image
//	atlas, err := imaging.Spheres(mask, [][]float64{{-42, -54, -8}}, 6) // regions about places in mm
//	rois, err := imaging.LabelMeans(run, atlas)                        // a cell shows their time courses
//
// Images are values: no function changes the one that it is given. Lengths are
// in mm. A mask is an image of one volume that is 1 inside and 0 outside.
package imaging

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// check returns an error unless im has voxels.
func check(name string, im *nifti.Image) error {
	if im == nil || im.Type() == "" {
		return fmt.Errorf("%s has no voxels; images come from nifti.Read, nifti.Decode or nifti.New", name)
	}
	return nil
}

// like returns an image of values on the grid of im, with its space, its time
// between volumes and what its values are.
func like(im *nifti.Image, shape []int, affine [4][4]float64, values []float32, name string) (*nifti.Image, error) {
	out, err := nifti.NewFloat32(shape, affine, values)
	if err != nil {
		return nil, err
	}
	out.TR, out.Name, out.Label, out.Unit, out.Space = im.TR, name, im.Label, im.Unit, im.Space
	return out, nil
}

// newMask returns a mask on the grid of im.
func newMask(im *nifti.Image, in []bool, name string) (*nifti.Image, error) {
	nx, ny, nz := im.Grid()
	values := make([]float64, len(in))
	for i, b := range in {
		if b {
			values[i] = 1
		}
	}
	out, err := nifti.New([]int{nx, ny, nz}, im.Affine, values)
	if err != nil {
		return nil, err
	}
	if out, err = out.As("uint8"); err != nil {
		return nil, err
	}
	out.Name, out.Label, out.Space = name, "mask", im.Space
	return out, nil
}

// eachVolume calls f with the values of every volume of im, several at the
// same time. f may change them; it has to be done with them when it returns.
func eachVolume(im *nifti.Image, name string, f func(t int, values []float64)) error {
	nt := im.Volumes()
	task := display.Start(name, "volumes", nt)
	defer task.End()
	n := grid(im)
	free := make(chan []float64, min(runtime.GOMAXPROCS(0), nt))
	for range cap(free) {
		free <- make([]float64, n[0]*n[1]*n[2])
	}
	var work sync.WaitGroup
	err := im.EachVolume(func(t int, values []float64) error {
		if err := task.Err(); err != nil {
			return err
		}
		own := <-free
		copy(own, values)
		work.Go(func() {
			f(t, own)
			task.Add(1)
			free <- own
		})
		return nil
	})
	work.Wait()
	if err == nil {
		err = task.Err()
	}
	return err
}

// inside returns which voxels of a mask are not 0.
func inside(name string, mask *nifti.Image) ([]bool, error) {
	if err := check(name, mask); err != nil {
		return nil, err
	}
	if n := mask.Volumes(); n != 1 {
		return nil, fmt.Errorf("%s has %d volumes; a mask has one", name, n)
	}
	values := mask.Volume(0)
	in := make([]bool, len(values))
	for i, v := range values {
		if v != math.Floor(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is %g at voxel %s; a mask holds whole numbers, 0 outside (Threshold makes one)", name, v, voxelName(mask, i))
		}
		in[i] = v != 0
	}
	return in, nil
}

var errEmpty = errors.New("no voxel is left")

// voxelName returns the indexes of a voxel as they are written in errors.
func voxelName(im *nifti.Image, i int) string {
	nx, ny, _ := im.Grid()
	return fmt.Sprintf("(%d, %d, %d)", i%nx, i/nx%ny, i/(nx*ny))
}

// finite tells a number from NaN and infinities, whose difference from
// themselves is NaN.
func finite(v float64) bool { return v-v == 0 }
