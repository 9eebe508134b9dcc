package report

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A quality is what one pass over a run tells.
type quality struct {
	voxels   int // of the image
	bad      int // of them, NaN or infinite in some volume
	inside   int // of the mask
	constant int // of the mask, those that never change
	median   float64
	tsnr     *nifti.Image // 0 outside of the mask
	global   []float64    // mean of the mask, % of its mean over volumes
}

// examine goes through a run once, over the voxels of a mask.
func examine(im *nifti.Image, voxels []int) (*quality, error) {
	nx, ny, nz := im.Grid()
	n := nx * ny * nz
	q := &quality{voxels: n, inside: len(voxels)}
	bad := make([]bool, n)
	first := make([]float64, len(voxels))
	sum, square := make([]float64, len(voxels)), make([]float64, len(voxels))
	changed := make([]bool, len(voxels))
	err := im.EachVolume(func(t int, values []float64) error {
		for i, v := range values {
			if v-v != 0 {
				bad[i] = true
			}
		}
		mean := 0.0
		for k, i := range voxels {
			v := values[i]
			if v-v != 0 {
				continue
			}
			if t == 0 {
				first[k] = v
			}
			changed[k] = changed[k] || v != first[k]
			// Sums are of what differs from the first volume, so that no digits
			// are lost.
			sum[k] += v - first[k]
			square[k] += float64((v - first[k]) * (v - first[k]))
			mean += v
		}
		q.global = append(q.global, mean/float64(len(voxels)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, b := range bad {
		if b {
			q.bad++
		}
	}
	mean := 0.0
	for _, v := range q.global {
		mean += v / float64(len(q.global))
	}
	if mean != 0 {
		for t := range q.global {
			q.global[t] = 100 * q.global[t] / mean
		}
	}
	ratio := make([]float64, n)
	inside := make([]float64, 0, len(voxels))
	times := float64(len(q.global))
	for k, i := range voxels {
		if !changed[k] {
			q.constant++
		}
		average := sum[k] / times
		variance := square[k]/times - float64(average*average)
		if variance > 0 && !bad[i] {
			ratio[i] = (first[k] + average) / math.Sqrt(variance)
		}
		inside = append(inside, ratio[i])
	}
	q.median = median(inside)
	q.tsnr, err = nifti.New([]int{nx, ny, nz}, im.Affine, ratio)
	if err != nil {
		return nil, err
	}
	q.tsnr.Name, q.tsnr.Label, q.tsnr.Space = "tSNR", "tSNR", im.Space
	return q, nil
}
