package connectivity

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A Map holds the correlation of each voxel with a seed.
type Map struct {
	R        []float64 // of each voxel of the mask
	Z        []float64 // FisherZ of R
	Voxels   []int     // their indexes into nifti.Image.Volume
	Constant int       // how many voxels do not vary: their R is 0
	Samples  int       // number of volumes

	mask, mean *nifti.Image
}

// SeedMap correlates the time course of every voxel with one of a seed:
//
//	r = Σ (x_t - x̄)(s_t - s̄) / sqrt(Σ (x_t - x̄)² Σ (s_t - s̄)²),   z = atanh r
//
// mask says which voxels, those that are not 0; seed has one value per volume of im,
// such as fmri.ROI, imaging.SphereMeans or LabelMeans give. Take trends and motion
// out of both first (fmri.CleanImage). A voxel that does not vary has a correlation of
// 0 and is counted in Constant. Volumes that follow each other are alike, so that a
// p of r from the number of volumes would be too small: test maps over people
// (fmri.FitGroup of Image("z")).
//
// It is an error when the grids differ, the mask is empty or not of whole
// numbers, seed has another length than im or does not vary, there are fewer than
// three volumes, and when a value is NaN or infinite, which names the voxel.
//
// Checked against numpy's corrcoef. An image on disk is read in tiles.
func SeedMap(im, mask *nifti.Image, seed []float64) (*Map, error) {
	m, err := seedMap(im, mask, seed)
	if err != nil {
		return nil, fmt.Errorf("connectivity: SeedMap: %w", err)
	}
	return m, nil
}

func seedMap(im, mask *nifti.Image, seed []float64) (*Map, error) {
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
	m := &Map{mask: mask, Samples: im.Volumes()}
	nx, ny, _ := im.Grid()
	name := func(i int) string { return fmt.Sprintf("(%d, %d, %d)", i%nx, i/nx%ny, i/(nx*ny)) }
	for i, v := range mask.Volume(0) {
		if v != math.Floor(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("mask is %g at voxel %s; a mask holds whole numbers, 0 outside", v, name(i))
		}
		if v != 0 {
			m.Voxels = append(m.Voxels, i)
		}
	}
	if len(m.Voxels) == 0 {
		return nil, errors.New("mask is 0 everywhere; it needs at least one voxel")
	}
	n := im.Volumes()
	if len(seed) != n {
		return nil, fmt.Errorf("seed has %d values and im has %d volumes; there must be as many", len(seed), n)
	}
	if n < 3 {
		return nil, fmt.Errorf("im has %d volumes; a correlation needs three or more", n)
	}
	s := make([]float64, n)
	for t, v := range seed {
		if !(math.Abs(v) <= 1e100) {
			return nil, fmt.Errorf("seed[%d] is %g; values must be finite and at most 1e100 in size", t, v)
		}
		s[t] = v
	}
	if !unit(s) {
		return nil, fmt.Errorf("seed is %g in all volumes; a time course that does not vary has no correlation", seed[0])
	}
	var err error
	if m.mean, err = nifti.MeanOf(im); err != nil {
		return nil, err
	}
	m.R, m.Z = make([]float64, len(m.Voxels)), make([]float64, len(m.Voxels))
	task := display.Start("connectivity.SeedMap", "voxels", len(m.Voxels))
	defer task.End()
	var constant atomic.Int64
	const some = 256
	err = im.EachFrames(m.Voxels, some, func(first int, frames [][]float64) error {
		width := len(frames[0])
		mean, size, ss, r := make([]float64, width), make([]float64, width), make([]float64, width), m.R[first:first+width]
		for t, frame := range frames {
			for i, v := range frame {
				if !(math.Abs(v) <= math.MaxFloat64) {
					return fmt.Errorf("voxel %s of volume %d is %g; all values in the mask must be finite", name(m.Voxels[first+i]), t, v)
				}
				size[i] = max(size[i], math.Abs(v))
			}
			vec.AddBlock(mean, mean, frame)
		}
		vec.DivConstBlock(mean, mean, float64(n))
		for t, frame := range frames {
			vec.SubBlock(frame, frame, mean)
			vec.FMABlock(ss, frame, frame, ss)
			vec.FMAScaleBlock(r, frame, s[t], r)
		}
		for i := range r {
			if length := math.Sqrt(ss[i]); length > 1e-13*size[i]*math.Sqrt(float64(n)) {
				r[i] = min(1, max(-1, r[i]/length))
			} else {
				r[i] = 0
				constant.Add(1)
			}
			m.Z[first+i] = FisherZ(r[i])
		}
		task.Add(width)
		return task.Err()
	})
	if err != nil {
		return nil, err
	}
	m.Constant = int(constant.Load())
	return m, nil
}

// unit takes the mean from x and makes its length 1; it reports false when x does
// not vary.
func unit(x []float64) bool {
	mean, size := 0.0, 0.0
	for _, v := range x {
		mean += v
		size = max(size, math.Abs(v))
	}
	mean /= float64(len(x))
	for t := range x {
		x[t] -= mean
	}
	length := math.Sqrt(vec.DotBlock(x, x))
	if !(length > 1e-13*size*math.Sqrt(float64(len(x)))) {
		return false
	}
	vec.DivConstBlock(x, x, length)
	return true
}

// Image returns "r" or "z" as an image, 0 outside of the mask. Another name is a
// panic that says so.
func (m *Map) Image(which string) *nifti.Image {
	values := m.R
	switch which {
	case "r":
	case "z":
		values = m.Z
	default:
		panic(fmt.Sprintf("connectivity: Map.Image: which is %q; allowed are \"r\" and \"z\"", which))
	}
	nx, ny, nz := m.mask.Grid()
	all := make([]float64, nx*ny*nz)
	for i, v := range m.Voxels {
		all[v] = values[i]
	}
	im, err := nifti.New([]int{nx, ny, nz}, m.mask.Affine, all)
	if err != nil { // the mask has this shape
		panic(fmt.Sprintf("connectivity: %v", err))
	}
	im.Space, im.Name, im.Label = m.mask.Space, "seed", which
	return im
}

// String says what was found.
func (m *Map) String() string {
	lo, hi := 0.0, 0.0
	for _, r := range m.R {
		lo, hi = min(lo, r), max(hi, r)
	}
	s := fmt.Sprintf("correlation of %d voxels with a seed over %d volumes, %.2f to %.2f", len(m.R), m.Samples, lo, hi)
	if m.Constant > 0 {
		s += fmt.Sprintf("; %d voxels do not vary", m.Constant)
	}
	return s
}

// Plot draws the voxels whose correlation has a size of threshold or more over the
// mean of the run. An impossible threshold is an error.
func (m *Map) Plot(threshold float64) (*figure.Figure, error) {
	return nifti.OverlayFigure(m.mean, m.Image("r"), threshold)
}

// Show draws the correlations of 0.3 or more in size; its text is String.
func (m *Map) Show() display.Bundle {
	f, err := m.Plot(0.3)
	if err != nil {
		return display.Text(err.Error())
	}
	b := f.Show()
	b.Data[display.TypeText] = m.String()
	return b
}
