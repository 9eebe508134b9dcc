package linalg

import "math"

// Eigenvalues returns the real and imaginary parts of the eigenvalues of a small
// square matrix, by descending real part and then imaginary part. The
// characteristic polynomial comes from the Faddeev-LeVerrier recursion and its
// roots from Durand and Kerner's iteration, which is good for the 2 to 6
// variables of a cell: relative errors are near 1e-10 where eigenvalues are
// apart. A matrix that is not finite gives NaN.
func Eigenvalues(a [][]float64) (re, im []float64) {
	n := len(a)
	re, im = make([]float64, n), make([]float64, n)
	// p(x) = x^n + c[1] x^(n-1) + ... + c[n]
	c := make([]float64, n+1)
	c[0] = 1
	m := Zeros(n)
	for k := 1; k <= n; k++ {
		next := Product(a, m)
		for i := range next {
			next[i][i] += c[k-1]
		}
		m = next
		trace := 0.0
		for i, row := range Product(a, m) {
			trace += row[i]
		}
		c[k] = -trace / float64(k)
	}
	radius := 0.0
	for k := 1; k <= n; k++ {
		if math.IsNaN(c[k]) || math.IsInf(c[k], 0) {
			for i := range re {
				re[i], im[i] = math.NaN(), math.NaN()
			}
			return re, im
		}
		radius = math.Max(radius, math.Pow(math.Abs(c[k]), 1/float64(k)))
	}
	if radius == 0 {
		return re, im
	}
	for i := range re { // points that no symmetry of real polynomials maps on each other
		re[i], im[i] = radius*start[i%8][0]*float64(1+i/8), radius*start[i%8][1]*float64(1+i/8)
	}
	for range 500 {
		moved := 0.0
		for i := range re {
			x, y := re[i], im[i]
			pr, pi := 1.0, 0.0
			for k := 1; k <= n; k++ {
				pr, pi = times(pr, pi, x, y)
				pr += c[k]
			}
			for j := range re {
				if j != i {
					pr, pi = over(pr, pi, x-re[j], y-im[j])
				}
			}
			re[i], im[i] = x-pr, y-pi
			moved = math.Max(moved, math.Abs(pr)+math.Abs(pi))
		}
		if !(moved > 1e-15*radius) {
			break
		}
	}
	for i := range re { // real roots of a real polynomial
		if math.Abs(im[i]) < 1e-9*radius {
			im[i] = 0
		}
	}
	for i := 1; i < n; i++ {
		for j := i; j > 0 && before(re[j], im[j], re[j-1], im[j-1], 1e-9*radius); j-- {
			re[j], re[j-1] = re[j-1], re[j]
			im[j], im[j-1] = im[j-1], im[j]
		}
	}
	return re, im
}

// start are the powers of 0.4+0.9i, Durand and Kerner's usual start, to six digits.
var start = [8][2]float64{{1, 0}, {0.4, 0.9}, {-0.65, 0.72}, {-0.908, -0.297}, {-0.0959, -0.936}, {0.80404, -0.46071}, {0.736255, 0.539352}, {-0.190915, 0.87837}}

func before(a, b, c, d, tol float64) bool {
	if math.Abs(a-c) > tol {
		return a > c
	}
	return b > d
}

func times(a, b, c, d float64) (re, im float64) {
	return float64(a*c) - float64(b*d), float64(a*d) + float64(b*c)
}

func over(a, b, c, d float64) (re, im float64) {
	q := float64(c*c) + float64(d*d)
	if q == 0 {
		return a, b
	}
	re, im = times(a, b, c, -d)
	return re / q, im / q
}
