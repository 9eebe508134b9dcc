package fmri

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// ROI returns the mean of im over the voxels of mask, one value per volume: the
// time course of a region.
//
// The voxels of the region are those where mask is not 0. mask has one volume
// of whole numbers (0 and 1, or labels) on the grid of im. It is an error when
// the grids differ in shape or place, when mask has several volumes, no voxel
// other than 0, or a value that is NaN or not whole (a probability must be
// thresholded first), and when im is NaN or infinite in the region, naming the
// voxel.
//
// Checked against nilearn's NiftiMasker and numpy's mean.
func ROI(im *nifti.Image, mask *nifti.Image) ([]float64, error) {
	voxels, err := region(im, mask)
	if err != nil {
		return nil, fmt.Errorf("fmri: ROI: %w", err)
	}
	// Every batch has a sum of its own, and those are added in their order, so
	// that no rounding depends on the number of processors.
	n := im.Volumes()
	sums := make([][]float64, (len(voxels)+batch-1)/batch)
	task := display.Start("fmri.ROI", "voxels", len(voxels))
	defer task.End()
	err = im.EachSeries(voxels, batch, func(first int, series [][]float64) error {
		sum := make([]float64, n)
		for i, s := range series {
			for t, v := range s {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("im: %w", badVoxel(im, voxels[first+i], t, v))
				}
				sum[t] += v
			}
		}
		sums[first/batch] = sum
		task.Add(len(series))
		return task.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("fmri: ROI: %w", err)
	}
	out := make([]float64, n)
	for _, sum := range sums {
		for t, v := range sum {
			out[t] += v
		}
	}
	for t := range out {
		out[t] /= float64(len(voxels))
	}
	return out, nil
}

// tile is how many voxels of a map are computed at a time.
const tile = 1024

func badVoxel(im *nifti.Image, voxel, t int, v float64) error {
	nx, ny, _ := im.Grid()
	return fmt.Errorf("voxel (%d, %d, %d) of volume %d is %g; all values in the mask must be finite", voxel%nx, voxel/nx%ny, voxel/(nx*ny), t, v)
}

// region returns the indexes of the voxels of a mask after checking that it
// fits im.
func region(im, mask *nifti.Image) ([]int, error) {
	if im == nil || im.Type() == "" {
		return nil, errors.New("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	if mask == nil || mask.Type() == "" {
		return nil, errors.New("mask has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	if n := mask.Volumes(); n != 1 {
		return nil, fmt.Errorf("mask has %d volumes; it must have one", n)
	}
	if err := nifti.SameGrid(im, mask); err != nil {
		return nil, fmt.Errorf("im and mask: %w", err)
	}
	var voxels []int
	nx, ny, _ := im.Grid()
	for i, v := range mask.Volume(0) {
		if v != math.Floor(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("mask is %g at voxel (%d, %d, %d); a mask holds whole numbers, 0 outside of the region", v, i%nx, i/nx%ny, i/(nx*ny))
		}
		if v != 0 {
			voxels = append(voxels, i)
		}
	}
	if len(voxels) == 0 {
		return nil, errors.New("mask is 0 everywhere; a region needs at least one voxel")
	}
	return voxels, nil
}

// TSNR returns the temporal signal-to-noise ratio of a run as an image: in each
// voxel the mean over volumes divided by their standard deviation (of the
// population), 0 where the signal does not vary. No trend is removed.
//
// It is an error when im has fewer than two volumes. NaN passes through.
// Checked against numpy.
func TSNR(im *nifti.Image) (*nifti.Image, error) {
	if im == nil || im.Type() == "" {
		return nil, errors.New("fmri: TSNR: im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	n := im.Volumes()
	if n < 2 {
		return nil, fmt.Errorf("fmri: TSNR: im has %d volume; it needs two or more", n)
	}
	nx, ny, nz := im.Grid()
	out := make([]float64, nx*ny*nz)
	task := display.Start("fmri.TSNR", "voxels", len(out))
	defer task.End()
	voxels := make([]int, len(out))
	for i := range voxels {
		voxels[i] = i
	}
	err := im.EachSeries(voxels, batch, func(first int, series [][]float64) error {
		for i, s := range series {
			mean := 0.0
			for _, v := range s {
				mean += v
			}
			mean /= float64(n)
			ss := 0.0
			for _, v := range s {
				ss += float64((v - mean) * (v - mean))
			}
			if ss != 0 {
				out[first+i] = mean / math.Sqrt(ss/float64(n))
			}
		}
		task.Add(len(series))
		return task.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("fmri: TSNR: %w", err)
	}
	m, err := nifti.New([]int{nx, ny, nz}, im.Affine, out)
	if err != nil {
		return nil, fmt.Errorf("fmri: TSNR: %w", err)
	}
	m.Name, m.Label, m.Space = im.Name, "tSNR", im.Space
	return m, nil
}
