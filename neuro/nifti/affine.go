package nifti

import (
	"fmt"
	"math"
)

// affine returns the matrix from voxel indexes to mm and the name of the space
// that mm are in: the sform, else the qform, else voxel sizes about the centre
// of the image with x running to the left, as nibabel chooses. Files in metres
// or micrometres are turned to mm.
func (h *header) affine() (a [4][4]float64, space string, err error) {
	code := h.scode
	switch {
	case h.scode != 0:
		copy(a[:], h.srow[:])
		a[3][3] = 1
	case h.qcode != 0:
		code = h.qcode
		if a, err = h.qform(); err != nil {
			return a, "", err
		}
	default:
		a = h.base()
	}
	scale := 1.0
	switch h.units & 0x07 {
	case 1:
		scale = 1e3
	case 3:
		scale = 1e-3
	}
	for i := range 3 {
		for j := range 4 {
			a[i][j] *= scale
			if math.IsNaN(a[i][j]) || math.IsInf(a[i][j], 0) {
				return a, "", fmt.Errorf("affine[%d][%d] is %g; all its elements are finite", i, j, a[i][j])
			}
		}
	}
	if code > 0 && code < len(spaces) {
		space = spaces[code]
	}
	return a, space, nil
}

// qform returns the rotation by the unit quaternion (a, b, c, d), of which the
// header keeps b, c, d and a >= 0 follows, times the voxel sizes, with the z
// axis reversed when pixdim[0] is -1.
func (h *header) qform() (m [4][4]float64, err error) {
	b, c, d := h.quatern[0], h.quatern[1], h.quatern[2]
	a := 1 - (float64(b*b) + float64(c*c) + float64(d*d))
	// Three units in the last place of what the header's numbers can hold.
	tolerance := 3 * 1.1920928955078125e-07
	if h.version == 2 {
		tolerance = 3 * 2.220446049250313e-16
	}
	switch {
	case math.Abs(a) < tolerance:
		a = 0
	case !(a > 0):
		return m, fmt.Errorf("quaternion (%g, %g, %g) is longer than 1; a rotation's is not", b, c, d)
	default:
		a = math.Sqrt(a)
	}
	qfac := 1.0
	if h.pixdim[0] == -1 {
		qfac = -1
	}
	size := [3]float64{h.pixdim[1], h.pixdim[2], h.pixdim[3]}
	for i, s := range size {
		if !(s >= 0) {
			return m, fmt.Errorf("pixdim[%d] is %g; voxel sizes are 0 or more", i+1, s)
		}
	}
	size[2] *= qfac

	s := 2 / (float64(a*a) + float64(b*b) + float64(c*c) + float64(d*d))
	ab, ac, ad := float64(a*b*s), float64(a*c*s), float64(a*d*s)
	bb, bc, bd := float64(b*b*s), float64(b*c*s), float64(b*d*s)
	cc, cd, dd := float64(c*c*s), float64(c*d*s), float64(d*d*s)
	r := [3][3]float64{
		{1 - (cc + dd), bc - ad, bd + ac},
		{bc + ad, 1 - (bb + dd), cd - ab},
		{bd - ac, cd + ab, 1 - (bb + cc)},
	}
	for i := range 3 {
		for j := range 3 {
			m[i][j] = r[i][j] * size[j]
		}
		m[i][3] = h.qoffset[i]
	}
	m[3][3] = 1
	return m, nil
}

func (h *header) base() (m [4][4]float64) {
	for i := range 3 {
		size, n := 1.0, 1
		if i < len(h.shape) {
			size, n = h.pixdim[i+1], h.shape[i]
		}
		if i == 0 {
			size = -size
		}
		m[i][i] = size
		m[i][3] = -(float64(n-1) / 2) * size
	}
	m[3][3] = 1
	return m
}

// quaternion returns the voxel sizes, qfac and the quaternion's b, c, d of an
// affine, and whether they say all that the affine does (no shear).
func quaternion(m [4][4]float64) (size [3]float64, qfac float64, q [3]float64, exact bool) {
	var r [3][3]float64
	for j := range 3 {
		size[j] = math.Sqrt(float64(m[0][j]*m[0][j]) + float64(m[1][j]*m[1][j]) + float64(m[2][j]*m[2][j]))
		for i := range 3 {
			if size[j] > 0 {
				r[i][j] = m[i][j] / size[j]
			}
		}
	}
	qfac = 1
	if det3(r) < 0 {
		qfac = -1
		for i := range 3 {
			r[i][2] = -r[i][2]
		}
	}
	exact = true
	for i := range 3 {
		for j := range 3 {
			dot := 0.0
			for k := range 3 {
				dot += float64(r[k][i] * r[k][j])
			}
			if want := map[bool]float64{true: 1}[i == j]; math.Abs(dot-want) > 1e-5 {
				exact = false
			}
		}
	}
	// The largest of the four components is found from the diagonal, the
	// others from the sums and differences across it (Shepperd 1978).
	w := [4]float64{
		1 + r[0][0] + r[1][1] + r[2][2],
		1 + r[0][0] - r[1][1] - r[2][2],
		1 - r[0][0] + r[1][1] - r[2][2],
		1 - r[0][0] - r[1][1] + r[2][2],
	}
	best := 0
	for i := range w {
		if w[i] > w[best] {
			best = i
		}
	}
	var full [4]float64
	full[best] = math.Sqrt(math.Max(w[best], 0)) / 2
	f := 4 * full[best]
	switch best {
	case 0:
		full[1], full[2], full[3] = (r[2][1]-r[1][2])/f, (r[0][2]-r[2][0])/f, (r[1][0]-r[0][1])/f
	case 1:
		full[0], full[2], full[3] = (r[2][1]-r[1][2])/f, (r[0][1]+r[1][0])/f, (r[0][2]+r[2][0])/f
	case 2:
		full[0], full[1], full[3] = (r[0][2]-r[2][0])/f, (r[0][1]+r[1][0])/f, (r[1][2]+r[2][1])/f
	case 3:
		full[0], full[1], full[2] = (r[1][0]-r[0][1])/f, (r[0][2]+r[2][0])/f, (r[1][2]+r[2][1])/f
	}
	if full[0] < 0 {
		for i := range full {
			full[i] = -full[i]
		}
	}
	return size, qfac, [3]float64{full[1], full[2], full[3]}, exact
}

func det3(r [3][3]float64) float64 {
	a := float64(r[1][1]*r[2][2]) - float64(r[1][2]*r[2][1])
	b := float64(r[1][0]*r[2][2]) - float64(r[1][2]*r[2][0])
	c := float64(r[1][0]*r[2][1]) - float64(r[1][1]*r[2][0])
	return float64(r[0][0]*a) - float64(r[0][1]*b) + float64(r[0][2]*c)
}

// inverse returns the matrix from mm to voxel indexes, false when the affine
// has none.
func inverse(m [4][4]float64) (v [4][4]float64, ok bool) {
	r := [3][3]float64{{m[0][0], m[0][1], m[0][2]}, {m[1][0], m[1][1], m[1][2]}, {m[2][0], m[2][1], m[2][2]}}
	d := det3(r)
	if d == 0 || math.IsNaN(d) || math.IsInf(d, 0) {
		return v, false
	}
	for i := range 3 {
		for j := range 3 {
			// Cofactor of element (j, i).
			a, b := (j+1)%3, (j+2)%3
			c, e := (i+1)%3, (i+2)%3
			v[i][j] = (float64(r[a][c]*r[b][e]) - float64(r[a][e]*r[b][c])) / d
		}
	}
	for i := range 3 {
		v[i][3] = -(float64(v[i][0]*m[0][3]) + float64(v[i][1]*m[1][3]) + float64(v[i][2]*m[2][3]))
	}
	v[3][3] = 1
	return v, true
}

// apply returns m times (x, y, z, 1).
func apply(m *[4][4]float64, x, y, z float64) (p [3]float64) {
	for i := range 3 {
		p[i] = float64(m[i][0]*x) + float64(m[i][1]*y) + float64(m[i][2]*z) + m[i][3]
	}
	return p
}
