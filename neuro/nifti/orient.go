package nifti

import (
	"fmt"
	"math"
)

// A plane is a family of slices: normal is the direction across them, u and v
// those along their width and height (0 right, 1 anterior, 2 superior).
type plane struct {
	name         string
	letter       string // of the coordinate across the slices
	normal, u, v int
	left, right  string // where a slice's sides are
}

var planes = []plane{
	{"axial", "z", 2, 0, 1, "L", "R"},
	{"coronal", "y", 1, 0, 2, "L", "R"},
	{"sagittal", "x", 0, 1, 2, "P", "A"},
}

func planeNamed(name string) (plane, error) {
	for _, p := range planes {
		if p.name == name {
			return p, nil
		}
	}
	return plane{}, fmt.Errorf("plane %q; allowed are \"axial\", \"coronal\" and \"sagittal\"", name)
}

// An oriented volume is one volume seen along right, anterior and superior:
// each of these directions is the voxel axis that lies closest to it.
type oriented struct {
	n      [3]int     // voxels along right, anterior, superior
	start  int        // index of the most left, posterior, inferior voxel
	step   [3]int     // from one voxel to the next along each direction
	axis   [3]int     // voxel axis of each direction
	flip   [3]bool    // whether the axis runs against the direction
	size   [3]float64 // voxel size along each direction, mm
	centre [3]float64 // of the grid, mm
	grid   [3]int
	im     *Image
}

// Axes returns which voxel axis (0, 1 or 2) runs closest to right, anterior and
// superior, each taken once, and whether it runs against that direction.
func (im *Image) Axes() (axis [3]int, flip [3]bool) {
	size, _, _, _ := quaternion(im.Affine)
	// The strongest pair of a direction and an axis goes first, as a rotation
	// near 45 degrees could otherwise take one axis twice.
	var usedD, usedA [3]bool
	for range 3 {
		bestD, bestA, best := -1, -1, -1.0
		for d := range 3 {
			for a := range 3 {
				if usedD[d] || usedA[a] {
					continue
				}
				c := 0.0
				if size[a] > 0 {
					c = math.Abs(im.Affine[d][a]) / size[a]
				}
				if c > best {
					bestD, bestA, best = d, a, c
				}
			}
		}
		usedD[bestD], usedA[bestA] = true, true
		axis[bestD], flip[bestD] = bestA, im.Affine[bestD][bestA] < 0
	}
	return axis, flip
}

// orient returns how im, an image of one volume, is seen.
func orient(im *Image) *oriented {
	o := &oriented{im: im}
	nx, ny, nz := im.Grid()
	o.grid = [3]int{nx, ny, nz}
	o.axis, o.flip = im.Axes()
	size, _, _, _ := quaternion(im.Affine)
	stride := [3]int{1, nx, nx * ny}
	for d := range 3 {
		a := o.axis[d]
		o.n[d], o.step[d], o.size[d] = o.grid[a], stride[a], size[a]
		if o.size[d] == 0 {
			o.size[d] = 1
		}
		if o.flip[d] {
			o.start += (o.grid[a] - 1) * stride[a]
			o.step[d] = -stride[a]
		}
	}
	o.centre = apply(&im.Affine, float64(nx-1)/2, float64(ny-1)/2, float64(nz-1)/2)
	return o
}

// place returns where slice k across direction d is, mm, at its centre.
func (o *oriented) place(d, k int) float64 {
	return o.centre[d] + float64((float64(k)-o.middle(d))*o.size[d])
}

// middle returns the index of the grid's centre along direction d.
func (o *oriented) middle(d int) float64 { return float64(float64(o.n[d]-1) / 2) }

// nearest returns the slice across direction d closest to mm.
func (o *oriented) nearest(d int, mm float64) int {
	k := math.Round((mm-o.centre[d])/o.size[d] + o.middle(d))
	return int(math.Max(0, math.Min(float64(o.n[d]-1), k)))
}

// slice returns the values of slice k of a plane, row 0 lowest.
func (o *oriented) slice(p plane, k int) [][]float64 {
	out := make([][]float64, o.n[p.v])
	all := make([]float64, o.n[p.u]*o.n[p.v])
	for j := range out {
		out[j] = all[j*o.n[p.u] : (j+1)*o.n[p.u]]
		at := o.start + k*o.step[p.normal] + j*o.step[p.v]
		for i := range out[j] {
			out[j][i] = o.im.value(at + i*o.step[p.u])
		}
	}
	return out
}
