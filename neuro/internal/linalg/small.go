package linalg

import "math"

// Zeros returns a matrix of n rows and columns.
func Zeros(n int) [][]float64 {
	return Matrix(n, n)
}

// Product returns a b, of square matrices.
func Product(a, b [][]float64) [][]float64 {
	c := Zeros(len(a))
	for i := range a {
		for k, x := range a[i] {
			for j, y := range b[k] {
				c[i][j] += float64(x * y)
			}
		}
	}
	return c
}

// Solve solves n linear equations, whose right sides are in column n, by elimination
// with the largest pivots. It overwrites a. It reports false when a pivot is not
// above tiny: with 0, when the equations are singular to the last bit or hold NaN.
func Solve(a [][]float64, tiny float64) ([]float64, bool) {
	n := len(a)
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[p][k]) {
				p = i
			}
		}
		a[k], a[p] = a[p], a[k]
		if !(math.Abs(a[k][k]) > tiny) {
			return nil, false
		}
		for i := k + 1; i < n; i++ {
			f := a[i][k] / a[k][k]
			for j := k; j <= n; j++ {
				a[i][j] -= float64(f * a[k][j])
			}
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = a[i][n]
		for j := i + 1; j < n; j++ {
			x[i] -= float64(a[i][j] * x[j])
		}
		x[i] /= a[i][i]
	}
	return x, true
}
