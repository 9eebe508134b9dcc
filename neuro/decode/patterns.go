package decode

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Patterns returns the values of an image in the voxels of a mask:
// [volume][voxel], voxels in the order of [nifti.Image.Volume]. Without volumes
// all are taken, otherwise those named, in that order.
//
// mask has one volume of whole numbers on the grid of im; voxels other than 0
// are inside. It is an error when the grids differ, the mask is empty, a volume
// is not there, and when a value is NaN or infinite, which names the voxel.
//
// Checked against nilearn 0.14.1's NiftiMasker.
func Patterns(im, mask *nifti.Image, volumes ...int) ([][]float64, error) {
	out, err := patterns(im, mask, volumes)
	if err != nil {
		return nil, fmt.Errorf("decode: Patterns: %w", err)
	}
	return out, nil
}

func patterns(im, mask *nifti.Image, volumes []int) ([][]float64, error) {
	if im == nil || im.Type() == "" {
		return nil, errors.New("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	voxels, err := inside("mask", mask)
	if err != nil {
		return nil, err
	}
	if err := nifti.SameGrid(im, mask); err != nil {
		return nil, fmt.Errorf("im and mask: %w", err)
	}
	n := im.Volumes()
	at := make([][]int, n) // where each volume goes
	if len(volumes) == 0 {
		for t := range n {
			volumes = append(volumes, t)
		}
	}
	for i, t := range volumes {
		if t < 0 || t >= n {
			return nil, fmt.Errorf("volumes[%d] is %d; im has volumes 0 to %d", i, t, n-1)
		}
		at[t] = append(at[t], i)
	}
	out := make([][]float64, len(volumes))
	for i := range out {
		out[i] = make([]float64, len(voxels))
	}
	task := display.Start("decode.Patterns", "volumes", n)
	defer task.End()
	return out, im.EachVolume(func(t int, values []float64) error {
		if task.Set(t); task.Err() != nil {
			return task.Err()
		}
		for _, i := range at[t] {
			for k, v := range voxels {
				if x := values[v]; !(math.Abs(x) <= math.MaxFloat64) {
					return fmt.Errorf("voxel %s of volume %d is %g; all values in the mask must be finite", voxelName(im, v), t, x)
				}
				out[i][k] = values[v]
			}
		}
		return nil
	})
}

// inside returns the voxels of a mask.
func inside(name string, mask *nifti.Image) ([]int, error) {
	if mask == nil || mask.Type() == "" {
		return nil, fmt.Errorf("%s has no voxels; images come from nifti.Read, nifti.Decode or nifti.New", name)
	}
	if n := mask.Volumes(); n != 1 {
		return nil, fmt.Errorf("%s has %d volumes; it must have one", name, n)
	}
	var voxels []int
	for i, v := range mask.Volume(0) {
		if v != math.Floor(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is %g at voxel %s; a mask holds whole numbers, 0 outside", name, v, voxelName(mask, i))
		}
		if v != 0 {
			voxels = append(voxels, i)
		}
	}
	if len(voxels) == 0 {
		return nil, fmt.Errorf("%s is 0 everywhere; it needs at least one voxel", name)
	}
	return voxels, nil
}

func voxelName(im *nifti.Image, i int) string {
	nx, ny, _ := im.Grid()
	return fmt.Sprintf("(%d, %d, %d)", i%nx, i/nx%ny, i/(nx*ny))
}

// Encode numbers labels that are text: classes are the different names in
// alphabetical order, and y[i] is the place of names[i] among them.
func Encode(names []string) (y []int, classes []string) {
	place := map[string]int{}
	for _, n := range names {
		if _, ok := place[n]; !ok {
			place[n] = 0
			classes = append(classes, n)
		}
	}
	slices.Sort(classes)
	for k, n := range classes {
		place[n] = k
	}
	y = make([]int, len(names))
	for i, n := range names {
		y[i] = place[n]
	}
	return y, classes
}
