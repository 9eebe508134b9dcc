package bspline

import "math"

// A Volume is a function of three coordinates that passes through the values of a
// grid at whole numbers, with continuous second derivatives, and is mirrored about
// the outermost values.
type Volume struct {
	n        [3]int
	row, pad int // of the coefficients, which go on by one before and two after the grid
	c        []float64
}

// New returns the function through values, x fastest, of a grid of n; it
// overwrites values.
func New(values []float64, n [3]int) *Volume {
	Coefficients(values, n)
	v := &Volume{n: n, row: n[0] + 3, pad: (n[0] + 3) * (n[1] + 3)}
	v.c = make([]float64, v.pad*(n[2]+3))
	for z := range n[2] + 3 {
		for y := range n[1] + 3 {
			from := values[(inside(z-1, n[2])*n[1]+inside(y-1, n[1]))*n[0]:][:n[0]]
			to := v.c[z*v.pad+y*v.row:][:v.row]
			copy(to[1:], from)
			to[0] = from[inside(-1, n[0])]
			to[n[0]+1], to[n[0]+2] = from[inside(n[0], n[0])], from[inside(n[0]+1, n[0])]
		}
	}
	return v
}

// inside mirrors a place into 0 ... n-1.
func inside(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2*n - 2
	i = ((i % period) + period) % period
	return min(i, period-i)
}

// edge is how far outside of the grid, in voxels, still counts as rounding.
const edge = 1e-6

// start returns the first of four coefficients at x and how far x is behind the
// second, or false outside of the grid.
func start(x float64, n int) (int, float64, bool) {
	last := float64(n - 1)
	if !(x >= -edge && x <= last+edge) {
		return 0, 0, false
	}
	x = min(max(x, 0), last)
	i := int(x)
	return i, x - float64(i), true
}

func weights(t float64) (w [4]float64) {
	u := 1 - t
	t2, u2 := float64(t*t), float64(u*u)
	w[0] = u2 * u / 6
	w[1] = 2.0/3 - float64(t2*(2-t)/2)
	w[2] = 2.0/3 - float64(u2*(2-u)/2)
	w[3] = t2 * t / 6
	return w
}

func slopes(t float64) (d [4]float64) {
	u := 1 - t
	d[0] = -u * u / 2
	d[1] = t * (float64(1.5*t) - 2)
	d[2] = -u * (float64(1.5*u) - 2)
	d[3] = t * t / 2
	return d
}

// At returns the function at a place in voxels, false outside of the grid.
func (v *Volume) At(x, y, z float64) (float64, bool) {
	i, tx, okx := start(x, v.n[0])
	j, ty, oky := start(y, v.n[1])
	k, tz, okz := start(z, v.n[2])
	if !okx || !oky || !okz {
		return 0, false
	}
	wx, wy, wz := weights(tx), weights(ty), weights(tz)
	base := k*v.pad + j*v.row + i
	sum := 0.0
	for a := range 4 {
		plane := v.c[base+a*v.pad:]
		part := 0.0
		for b := range 4 {
			r := plane[b*v.row:][:4:4]
			part += float64(wy[b] * ((float64(wx[0]*r[0]) + float64(wx[1]*r[1])) + (float64(wx[2]*r[2]) + float64(wx[3]*r[3]))))
		}
		sum += float64(wz[a] * part)
	}
	return sum, true
}

// Gradient returns the function at a place and its derivatives along x, y and z
// per voxel, false outside of the grid.
func (v *Volume) Gradient(x, y, z float64) (value float64, d [3]float64, ok bool) {
	i, tx, okx := start(x, v.n[0])
	j, ty, oky := start(y, v.n[1])
	k, tz, okz := start(z, v.n[2])
	if !okx || !oky || !okz {
		return 0, d, false
	}
	wx, wy, wz := weights(tx), weights(ty), weights(tz)
	dx, dy, dz := slopes(tx), slopes(ty), slopes(tz)
	base := k*v.pad + j*v.row + i
	for a := range 4 {
		plane := v.c[base+a*v.pad:]
		var p, px, py float64
		for b := range 4 {
			r := plane[b*v.row:][:4:4]
			f := (float64(wx[0]*r[0]) + float64(wx[1]*r[1])) + (float64(wx[2]*r[2]) + float64(wx[3]*r[3]))
			g := (float64(dx[0]*r[0]) + float64(dx[1]*r[1])) + (float64(dx[2]*r[2]) + float64(dx[3]*r[3]))
			p += float64(wy[b] * f)
			px += float64(wy[b] * g)
			py += float64(dy[b] * f)
		}
		value += float64(wz[a] * p)
		d[0] += float64(wz[a] * px)
		d[1] += float64(wz[a] * py)
		d[2] += float64(dz[a] * p)
	}
	return value, d, true
}

// Near says whether x is on the grid, but for rounding.
func Near(x float64, n int) bool { return x >= -edge && x <= float64(n-1)+edge && !math.IsNaN(x) }
