package nifti

import (
	"fmt"
	"math"
)

// Blank returns an image of zeros that is kept as float32, to be filled with
// [Image.SetFrame]: the way to make a long run without holding its values twice.
// shape and affine are as in [New].
func Blank(shape []int, affine [4][4]float64) (*Image, error) {
	n := 1
	for _, d := range shape {
		if d > 0 && n <= maxBytes/d {
			n *= d
		}
	}
	im, err := blank(shape, affine, n, 16)
	if err != nil {
		return nil, fmt.Errorf("nifti: Blank: %w", err)
	}
	return im, nil
}

// SetFrame sets voxels of volume t of an image that [Blank] made; a voxel is
// given by its index into [Image.Volume], and values are as many. Calls for other
// voxels or volumes may come at the same time. It panics when the image is not
// of float32 in memory, a voxel or volume is outside, or the lengths differ.
func (im *Image) SetFrame(t int, voxels []int, values []float64) {
	n := im.gridSize()
	switch {
	case im.code != 16 || im.disk != nil || im.Scaled():
		panic("nifti: SetFrame: the image must be one of float32 in memory, as Blank makes it")
	case len(voxels) != len(values):
		panic(fmt.Sprintf("nifti: SetFrame: %d values for %d voxels; there must be as many", len(values), len(voxels)))
	case uint(t) >= uint(im.Volumes()):
		panic(fmt.Sprintf("nifti: SetFrame: t is %d; it must be 0 to %d", t, im.Volumes()-1))
	}
	raw := im.raw[4*t*n : 4*(t+1)*n]
	for i, v := range voxels {
		le.PutUint32(raw[4*v:], math.Float32bits(float32(values[i])))
	}
}
