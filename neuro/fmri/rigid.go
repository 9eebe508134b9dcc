package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A rigid takes a place w, mm, to r w + t.
type rigid struct {
	r [3][3]float64
	t [3]float64
}

// rigidOf returns the transformation of six parameters in SPM's convention:
// T Rx Ry Rz, each rotation of a positive angle turning the axes, not the points.
func rigidOf(p []float64) rigid {
	sx, cx := vec.Sincos(p[3])
	sy, cy := vec.Sincos(p[4])
	sz, cz := vec.Sincos(p[5])
	rx := [3][3]float64{{1, 0, 0}, {0, cx, sx}, {0, -sx, cx}}
	ry := [3][3]float64{{cy, 0, sy}, {0, 1, 0}, {-sy, 0, cy}}
	rz := [3][3]float64{{cz, sz, 0}, {-sz, cz, 0}, {0, 0, 1}}
	return rigid{times3(times3(rx, ry), rz), [3]float64{p[0], p[1], p[2]}}
}

// params is the inverse of rigidOf.
func (a rigid) params() []float64 {
	sin := math.Max(-1, math.Min(1, a.r[0][2]))
	p := []float64{a.t[0], a.t[1], a.t[2], 0, vec.Asin(sin), 0}
	if c := vec.Cos(p[4]); math.Abs(c) > 1e-9 {
		p[3] = vec.Atan2(a.r[1][2]/c, a.r[2][2]/c)
		p[5] = vec.Atan2(a.r[0][1]/c, a.r[0][0]/c)
	} else {
		p[5] = vec.Atan2(-a.r[1][0], a.r[1][1])
	}
	return p
}

func times3(a, b [3][3]float64) (c [3][3]float64) {
	for i := range 3 {
		for j := range 3 {
			c[i][j] = float64(a[i][0]*b[0][j]) + float64(a[i][1]*b[1][j]) + float64(a[i][2]*b[2][j])
		}
	}
	return c
}

func (a rigid) apply(w [3]float64) (p [3]float64) {
	for i := range 3 {
		p[i] = float64(a.r[i][0]*w[0]) + float64(a.r[i][1]*w[1]) + float64(a.r[i][2]*w[2]) + a.t[i]
	}
	return p
}

// after returns the transformation that does b first, then a.
func (a rigid) after(b rigid) rigid { return rigid{times3(a.r, b.r), a.apply(b.t)} }

func (a rigid) inverse() rigid {
	var b rigid
	for i := range 3 {
		for j := range 3 {
			b.r[i][j] = a.r[j][i]
		}
	}
	p := rigid{r: b.r}.apply(a.t)
	b.t = [3]float64{-p[0], -p[1], -p[2]}
	return b
}

// turn returns the rotation by the vector w, rad, about a centre, and then a
// translation (Rodrigues).
func turn(w, centre, shift [3]float64) rigid {
	angle := vec.Hypot(vec.Hypot(w[0], w[1]), w[2])
	k := [3][3]float64{{0, -w[2], w[1]}, {w[2], 0, -w[0]}, {-w[1], w[0], 0}}
	k2 := times3(k, k)
	a, b := 1.0, 0.5 // sin x / x, (1 - cos x) / x²
	if angle > 1e-8 {
		half := vec.Sin(angle / 2)
		a, b = vec.Sin(angle)/angle, 2*half*half/(angle*angle)
	}
	var m rigid
	for i := range 3 {
		for j := range 3 {
			m.r[i][j] = float64(a*k[i][j]) + float64(b*k2[i][j])
		}
		m.r[i][i]++
	}
	p := m.apply(centre)
	for i := range 3 {
		m.t[i] = centre[i] - p[i] + shift[i]
	}
	return m
}

// affine34 is an affine as three rows.
type affine34 [3][4]float64

func (m *affine34) apply(x, y, z float64) (p [3]float64) {
	for i := range 3 {
		p[i] = float64(m[i][0]*x) + float64(m[i][1]*y) + float64(m[i][2]*z) + m[i][3]
	}
	return p
}

// field is where the voxels of a run lie.
type field struct {
	n        [3]int
	size     [3]float64 // of voxels, mm
	to, from affine34   // voxels to mm and back
}

// through returns the affine from voxels of the grid to voxels after a rigid
// transformation between their places.
func (g *field) through(a rigid) (m affine34) {
	for j := range 4 {
		var w [3]float64
		for i := range 3 {
			w[i] = g.to[i][j]
		}
		p := a.apply(w)
		if j < 3 {
			for i := range 3 {
				p[i] -= a.t[i]
			}
		}
		for i := range 3 {
			m[i][j] = float64(g.from[i][0]*p[0]) + float64(g.from[i][1]*p[1]) + float64(g.from[i][2]*p[2])
			if j == 3 {
				m[i][j] += g.from[i][3]
			}
		}
	}
	return m
}
