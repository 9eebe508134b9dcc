package nifti

import (
	"fmt"
	"math"
)

// A sampler finds the voxels of an image that lie closest to those of an oriented
// one.
type sampler struct {
	o    *oriented
	im   *Image
	to   [4][4]float64 // from slices of o along right, anterior, superior to voxels of im
	from [4][4]float64 // and back
	grid [3]int
	// Where the axes of both run along the same directions, a slice of o lies in
	// one of im: near has for each direction and slice its part of the voxel's
	// index, or -1 outside. Otherwise it is nil.
	near *[3][]int
}

// sampler returns how im, which may have another grid, is looked up at the
// voxels of o. It is an error when the affine of im cannot be inverted.
func (o *oriented) sampler(im *Image) (*sampler, error) {
	inv, ok := inverse(im.Affine)
	back, okBack := inverse(o.world())
	if !ok {
		return nil, fmt.Errorf("affine %v of %q cannot be inverted", im.Affine, im.Name)
	}
	if !okBack {
		return nil, fmt.Errorf("affine %v of %q cannot be inverted", o.im.Affine, o.im.Name)
	}
	s := &sampler{o: o, im: im, to: after(inv, o.world()), from: after(back, im.Affine)}
	s.grid[0], s.grid[1], s.grid[2] = im.Grid()
	s.align()
	return s, nil
}

// world returns the affine from slices along right, anterior and superior to mm.
func (o *oriented) world() [4][4]float64 {
	m := o.im.Affine
	for d := range 3 {
		a := o.axis[d]
		for row := range 3 {
			m[row][d] = o.im.Affine[row][a]
			if o.flip[d] {
				m[row][d] = -m[row][d]
				m[row][3] += float64(o.im.Affine[row][a] * float64(o.grid[a]-1))
			}
		}
	}
	return m
}

// after returns the affine that applies b and then a.
func after(a, b [4][4]float64) [4][4]float64 {
	out := [4][4]float64{3: {0, 0, 0, 1}}
	for i := range 3 {
		for j := range 4 {
			for k := range 3 {
				out[i][j] += float64(a[i][k] * b[k][j])
			}
		}
		out[i][3] += a[i][3]
	}
	return out
}

// align fills near where the axes are parallel: a whole row of o leads to the
// same row of im to a hundredth of a voxel.
func (s *sampler) align() {
	var axis [3]int
	used := [3]bool{}
	for d := range 3 {
		for a := range 3 {
			if math.Abs(s.to[a][d]) > math.Abs(s.to[axis[d]][d]) {
				axis[d] = a
			}
		}
		for a := range 3 {
			if a != axis[d] && math.Abs(s.to[a][d])*float64(s.o.n[d]) > 0.01 {
				return
			}
		}
		if used[axis[d]] {
			return
		}
		used[axis[d]] = true
	}
	stride := [3]int{1, s.grid[0], s.grid[0] * s.grid[1]}
	s.near = new([3][]int)
	for d, a := range axis {
		s.near[d] = make([]int, s.o.n[d])
		for k := range s.near[d] {
			i := closest(s.to[a][3]+float64(s.to[a][d]*float64(k)), s.grid[a])
			if i > 0 {
				i *= stride[a]
			}
			s.near[d][k] = i
		}
	}
}

// closest returns the voxel of n that a coordinate lies in, or -1 outside.
func closest(v float64, n int) int {
	if v = math.Floor(v + 0.5); v >= 0 && v < float64(n) {
		return int(v)
	}
	return -1
}

// repeats tells that slice k across direction d shows the voxels that the one
// before it shows.
func (s *sampler) repeats(d, k int) bool {
	return s.near != nil && k > 0 && s.near[d][k] == s.near[d][k-1]
}

// slice returns the values of im at slice k of a plane of o, row 0 lowest; NaN
// outside of im and where a value is not to be shown.
func (s *sampler) slice(p plane, k int, shown func(float64) bool) [][]float64 {
	nu, nv := s.o.n[p.u], s.o.n[p.v]
	out, all := make([][]float64, nv), make([]float64, nu*nv)
	for i := range all {
		all[i] = math.NaN()
	}
	for j := range out {
		out[j] = all[j*nu : (j+1)*nu]
		if j > 0 && s.repeats(p.v, j) {
			copy(out[j], out[j-1])
		} else {
			s.row(out[j], p, k, j, shown)
		}
	}
	return out
}

// row fills row j of slice k with what is shown.
func (s *sampler) row(row []float64, p plane, k, j int, shown func(float64) bool) {
	if s.near != nil {
		across, up := s.near[p.normal][k], s.near[p.v][j]
		if across < 0 || up < 0 {
			return
		}
		for i, at := range s.near[p.u] {
			if i > 0 && s.repeats(p.u, i) {
				row[i] = row[i-1]
			} else if at >= 0 {
				if v := s.im.value(across + up + at); shown(v) {
					row[i] = v
				}
			}
		}
		return
	}
	var c [3]float64
	c[p.normal], c[p.v] = float64(k), float64(j)
	first := apply(&s.to, c[0], c[1], c[2])
	var at [3]int
	for i := range row {
		out := false
		for a := range at {
			at[a] = closest(first[a]+float64(s.to[a][p.u]*float64(i)), s.grid[a])
			out = out || at[a] < 0
		}
		if out {
			continue
		}
		if v := s.im.value((at[2]*s.grid[1]+at[1])*s.grid[0] + at[0]); shown(v) {
			row[i] = v
		}
	}
}

// back returns the slices of o along right, anterior and superior through voxel
// x, y, z of im, and whether that voxel reaches into o.
func (s *sampler) back(x, y, z int) (k [3]int, ok bool) {
	c := apply(&s.from, float64(x), float64(y), float64(z))
	for d := range k {
		reach := 0.5 // and half a voxel of im
		for a := range 3 {
			reach += float64(0.5 * math.Abs(s.from[d][a]))
		}
		last := float64(s.o.n[d] - 1)
		if !(c[d] > -reach && c[d] < last+reach) {
			return k, false
		}
		k[d] = int(math.Max(0, math.Min(last, math.Floor(c[d]+0.5))))
	}
	return k, true
}
