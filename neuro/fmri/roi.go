package fmri

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
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
	out := make([]float64, im.Volumes())
	task := display.Start("fmri.ROI", "voxels", len(voxels))
	defer task.End()
	for lo := 0; lo < len(voxels); lo += tile {
		if task.Set(lo); task.Err() != nil {
			return nil, fmt.Errorf("fmri: ROI: %w", task.Err())
		}
		for i, series := range im.SeriesOf(voxels[lo:min(len(voxels), lo+tile)]) {
			for t, v := range series {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, fmt.Errorf("fmri: ROI: im: %w", badVoxel(im, voxels[lo+i], t, v))
				}
				out[t] += v
			}
		}
	}
	for t := range out {
		out[t] /= float64(len(voxels))
	}
	return out, nil
}

// tile is how many voxels are taken from an image at a time.
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
	linalg.Parallel((len(out)+tile-1)/tile, func(b int) {
		if task.Err() != nil {
			return
		}
		defer task.Add(min(tile, len(out)-b*tile))
		var voxels []int
		for i := b * tile; i < min(len(out), (b+1)*tile); i++ {
			voxels = append(voxels, i)
		}
		for i, series := range im.SeriesOf(voxels) {
			mean := 0.0
			for _, v := range series {
				mean += v
			}
			mean /= float64(n)
			ss := 0.0
			for _, v := range series {
				ss += float64((v - mean) * (v - mean))
			}
			if ss != 0 {
				out[voxels[i]] = mean / math.Sqrt(ss/float64(n))
			}
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("fmri: TSNR: %w", task.Err())
	}
	m, err := nifti.New([]int{nx, ny, nz}, im.Affine, out)
	if err != nil {
		return nil, fmt.Errorf("fmri: TSNR: %w", err)
	}
	m.Name, m.Label, m.Space = im.Name, "tSNR", im.Space
	return m, nil
}
