package montage

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Centre returns the centre of the sphere that fits places best, the least squares of
//
//	|p|² = 2 c·p + (r² - |c|²).
//
// Where the places do not tell one, being fewer than 8, in a plane or on a small part of
// the sphere, and where they are not much like a sphere, it is the origin.
func Centre(at [][3]float64) [3]float64 {
	n := float64(len(at))
	if n < 8 {
		return [3]float64{}
	}
	var mean [3]float64
	for _, p := range at {
		for d := range 3 {
			mean[d] += p[d] / n
		}
	}
	size := 0.0
	var cov [3][3]float64
	for _, p := range at {
		for d := range 3 {
			for e := range 3 {
				cov[d][e] += float64((p[d] - mean[d]) * (p[e] - mean[e]))
			}
			size += float64((p[d] - mean[d]) * (p[d] - mean[d]))
		}
	}
	if size == 0 {
		return [3]float64{}
	}
	rows := make([][]float64, 3)
	for d := range rows {
		rows[d] = append([]float64(nil), cov[d][:]...)
	}
	values, _, ok := linalg.Symmetric(rows)
	if !ok || values[0] < float64(0.02*values[2]) { // flat
		return [3]float64{}
	}
	// About the mean, in units of the spread, so that the equations are well conditioned.
	spread := math.Sqrt(size / n)
	m := linalg.Zeros(4)
	for i := range m {
		m[i] = make([]float64, 5)
	}
	for _, p := range at {
		var q [5]float64 // 2p, 1, |p|²
		for d := range 3 {
			x := (p[d] - mean[d]) / spread
			q[d] = 2 * x
			q[4] += float64(x * x)
		}
		q[3] = 1
		for i := range 4 {
			for j := range 5 {
				m[i][j] += float64(q[i] * q[j])
			}
		}
	}
	c, ok := linalg.Solve(m, 1e-10)
	if !ok {
		return [3]float64{}
	}
	var centre [3]float64
	for d := range 3 {
		centre[d] = mean[d] + float64(c[d]*spread)
	}
	var near, far = math.Inf(1), 0.0
	for _, p := range at {
		d := 0.0
		for k := range 3 {
			d += float64((p[k] - centre[k]) * (p[k] - centre[k]))
		}
		near, far = math.Min(near, d), math.Max(far, d)
	}
	if !(near > 0) || far > 9*near || math.IsInf(far, 0) { // distances differ by three
		return [3]float64{}
	}
	return centre
}
