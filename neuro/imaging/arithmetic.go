package imaging

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Apply returns the image of f at every voxel of every volume: f is given the
// values of ims there, in their order. An image of one volume goes with every
// volume of the others.
//
//	change, err := imaging.Apply(func(v []float64) float64 { return 100 * (v[0] - v[1]) / v[1] }, run, run.Mean())
//
// f may be called in any order and must not keep v. The result has the place in
// space of the first image, and is kept as float64. It is an error when there is
// no image, one has no voxels, their grids differ, or their numbers of volumes
// do (1 aside).
func Apply(f func(v []float64) float64, ims ...*nifti.Image) (*nifti.Image, error) {
	out, err := apply(f, ims)
	if err != nil {
		return nil, fmt.Errorf("imaging: Apply: %w", err)
	}
	return out, nil
}

func apply(f func(v []float64) float64, ims []*nifti.Image) (*nifti.Image, error) {
	if f == nil {
		return nil, fmt.Errorf("f is nil; it must be a function of the images' values at a voxel")
	}
	if len(ims) == 0 {
		return nil, fmt.Errorf("no image is given; at least one is needed")
	}
	longest := ims[0]
	for k, im := range ims {
		if err := check(fmt.Sprintf("image %d", k), im); err != nil {
			return nil, err
		}
		if err := nifti.SameGrid(ims[0], im); err != nil {
			return nil, fmt.Errorf("images 0 and %d: %w", k, err)
		}
		switch n, m := im.Volumes(), longest.Volumes(); {
		case m == 1:
			longest = im
		case n != 1 && n != m:
			return nil, fmt.Errorf("images have %d and %d volumes; they must have one or as many as the others", m, n)
		}
	}
	nt := longest.Volumes()
	n := grid(ims[0])
	voxels := n[0] * n[1] * n[2]
	values := make([]float64, nt*voxels)
	once := make([][]float64, len(ims))
	task := display.Start("imaging.Apply", "volumes", nt)
	defer task.End()
	v := make([]float64, len(ims))
	for t := range nt {
		if task.Set(t); task.Err() != nil {
			return nil, task.Err()
		}
		vol := make([][]float64, len(ims))
		for k, im := range ims {
			if vol[k] = once[k]; vol[k] == nil {
				if im.Volumes() == 1 {
					once[k] = im.Volume(0)
					vol[k] = once[k]
				} else {
					vol[k] = im.Volume(t)
				}
			}
		}
		dst := values[t*voxels:][:voxels]
		for i := range dst {
			for k := range v {
				v[k] = vol[k][i]
			}
			dst[i] = f(v)
		}
	}
	out, err := nifti.New(longest.Shape, ims[0].Affine, values)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, im := range ims {
		if im.Name != "" {
			names = append(names, im.Name)
		}
	}
	out.TR, out.Space, out.Name = longest.TR, ims[0].Space, "f("+strings.Join(names, ", ")+")"
	return out, nil
}

// Threshold returns the mask of the voxels of a map that are above lo. Of a map
// with both signs, such as z, size takes those whose size is above lo. NaN is
// outside of the mask. It is an error when im has no voxels or several volumes,
// lo is NaN, or no voxel is left.
func Threshold(im *nifti.Image, lo float64, size bool) (*nifti.Image, error) {
	fail := func(err error) (*nifti.Image, error) { return nil, fmt.Errorf("imaging: Threshold: %w", err) }
	if err := check("im", im); err != nil {
		return fail(err)
	}
	if n := im.Volumes(); n != 1 {
		return fail(fmt.Errorf("im has %d volumes; it must have one, such as its Mean", n))
	}
	if math.IsNaN(lo) {
		return fail(fmt.Errorf("lo is NaN; it must be a number"))
	}
	values := im.Volume(0)
	in := make([]bool, len(values))
	some, most := false, math.Inf(-1)
	for i, v := range values {
		if size {
			v = math.Abs(v)
		}
		in[i] = v > lo
		some = some || in[i]
		if v > most {
			most = v
		}
	}
	if !some {
		return fail(fmt.Errorf("%w above %g; the largest value is %.4g", errEmpty, lo, most))
	}
	return newMask(im, in, fmt.Sprintf("%s above %g", im.Name, lo))
}

// Reorient returns im with its voxel axes permuted and turned so that they run
// closest to right, anterior and superior, as nibabel's as_closest_canonical
// does. Values stay what they are, and each keeps its place in space. The
// result is kept as im is stored where that is float64 or float32, else as
// float64. It is an error when im has no voxels.
func Reorient(im *nifti.Image) (*nifti.Image, error) {
	if err := check("im", im); err != nil {
		return nil, fmt.Errorf("imaging: Reorient: %w", err)
	}
	n := grid(im)
	axis, flip := im.Axes()
	var to, step [3]int
	stride := [3]int{1, n[0], n[0] * n[1]}
	start := 0
	affine := im.Affine
	for d, a := range axis {
		to[d], step[d] = n[a], stride[a]
		sign := 1.0
		if flip[d] {
			start += (n[a] - 1) * stride[a]
			step[d], sign = -stride[a], -1
		}
		for i := range 3 {
			affine[i][d] = sign * im.Affine[i][a]
			if flip[d] {
				affine[i][3] += float64(im.Affine[i][a] * float64(n[a]-1))
			}
		}
	}
	nt, voxels := im.Volumes(), n[0]*n[1]*n[2]
	values := make([]float64, nt*voxels)
	if err := eachVolume(im, "imaging.Reorient", func(t int, src []float64) {
		dst := values[t*voxels:][:voxels]
		at := 0
		for z := range to[2] {
			for y := range to[1] {
				from := start + z*step[2] + y*step[1]
				for range to[0] {
					dst[at] = src[from]
					at++
					from += step[0]
				}
			}
		}
	}); err != nil {
		return nil, fmt.Errorf("imaging: Reorient: %w", err)
	}
	shape := append([]int{to[0], to[1], to[2]}, im.Shape[min(3, len(im.Shape)):]...)
	out, err := nifti.New(shape, affine, values)
	if err != nil {
		return nil, fmt.Errorf("imaging: Reorient: %w", err)
	}
	if im.Type() == "float32" {
		if out, err = out.As("float32"); err != nil {
			return nil, fmt.Errorf("imaging: Reorient: %w", err)
		}
	}
	out.TR, out.Name, out.Label, out.Unit, out.Space = im.TR, im.Name, im.Label, im.Unit, im.Space
	return out, nil
}
