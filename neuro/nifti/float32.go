package nifti

import (
	"encoding/binary"
	"fmt"
	"math"
)

// NewFloat32 is [New] for values that are kept as float32, in half of the
// memory: runs that were smoothed or resampled.
func NewFloat32(shape []int, affine [4][4]float64, values []float32) (*Image, error) {
	if len(shape) < 1 || len(shape) > 7 {
		return nil, fmt.Errorf("nifti: NewFloat32: shape %v has %d entries; an image has 1 to 7 dimensions", shape, len(shape))
	}
	n := 1
	for i, d := range shape {
		if d < 1 || d > maxBytes/4/n {
			return nil, fmt.Errorf("nifti: NewFloat32: shape[%d] is %d; every dimension is 1 or more, and all together take at most 16 GiB", i, d)
		}
		n *= d
	}
	if len(values) != n {
		return nil, fmt.Errorf("nifti: NewFloat32: %d values for shape %v; there must be %d", len(values), shape, n)
	}
	if err := checkAffine(affine); err != nil {
		return nil, fmt.Errorf("nifti: NewFloat32: %w", err)
	}
	im := &Image{Shape: append([]int(nil), shape...), Affine: affine, code: 16, slope: 1, raw: make([]byte, 4*n)}
	for i, v := range values {
		binary.LittleEndian.PutUint32(im.raw[4*i:], math.Float32bits(v))
	}
	return im, nil
}
