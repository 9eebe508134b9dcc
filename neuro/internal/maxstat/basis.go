package maxstat

import "math"

// Project takes from x its part in the orthonormal columns of basis, twice, as
// once leaves what rounding puts back.
func Project(x []float64, basis [][]float64) {
	for range 2 {
		for _, b := range basis {
			d := 0.0
			for i, v := range b {
				d += float64(v * x[i])
			}
			for i, v := range b {
				x[i] -= float64(d * v)
			}
		}
	}
}

// Length returns the Euclidean length of x.
func Length(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v * v)
	}
	return math.Sqrt(sum)
}

// Extend returns the basis with what x adds to it.
func Extend(basis [][]float64, x []float64) [][]float64 {
	y := append([]float64(nil), x...)
	Project(y, basis)
	size := Length(y)
	if size <= 1e-9*Length(x) || size <= 1e-12 {
		return basis
	}
	for i := range y {
		y[i] /= size
	}
	return append(basis, y)
}
