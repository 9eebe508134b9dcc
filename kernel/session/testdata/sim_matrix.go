// Matrices as slices of slices and flat: products, LU with pivoting, inverse,
// determinant, power iteration, transposed views by closures.
package main

import (
	"errors"
	"fmt"
	"math"
)

type matrix [][]float64

var errSingular = errors.New("singular")

func zeros(n, m int) matrix {
	flat := make([]float64, n*m)
	a := make(matrix, n)
	for i := range a {
		a[i], flat = flat[:m:m], flat[m:]
	}
	return a
}

func (a matrix) mul(b matrix) matrix {
	c := zeros(len(a), len(b[0]))
	for i, row := range a {
		for k, x := range row {
			for j := range c[i] {
				c[i][j] += x * b[k][j]
			}
		}
	}
	return c
}

func (a matrix) clone() matrix {
	c := zeros(len(a), len(a[0]))
	for i := range a {
		copy(c[i], a[i])
	}
	return c
}

func (a matrix) solve(b []float64) (x []float64, det float64, err error) {
	n := len(a)
	m := a.clone()
	x = append(x, b...)
	det = 1
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[p][k]) {
				p = i
			}
		}
		if m[p][k] == 0 {
			return nil, 0, errSingular
		}
		if p != k {
			m[p], m[k] = m[k], m[p]
			x[p], x[k] = x[k], x[p]
			det = -det
		}
		det *= m[k][k]
		for i := k + 1; i < n; i++ {
			f := m[i][k] / m[k][k]
			for j := k; j < n; j++ {
				m[i][j] -= f * m[k][j]
			}
			x[i] -= f * x[k]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			x[i] -= m[i][j] * x[j]
		}
		x[i] /= m[i][i]
	}
	return x, det, nil
}

func power(apply func([]float64) []float64, n, steps int) (lambda float64) {
	v := make([]float64, n)
	v[0] = 1
	for range steps {
		w := apply(v)
		lambda = 0
		for _, x := range w {
			lambda = max(lambda, math.Abs(x))
		}
		for i := range w {
			v[i] = w[i] / lambda
		}
	}
	return
}

func main() {
	a := matrix{{0, 2, 1}, {1, -2, -3}, {-1, 1, 2}}
	x, det, err := a.solve([]float64{-8, 0, 3})
	fmt.Printf("%.6f %.3f %v\n", x, det, err)
	fmt.Println(a.mul(matrix{{1}, {2}, {3}}), a)
	_, _, err = matrix{{1, 2}, {2, 4}}.solve([]float64{1, 2})
	fmt.Println(err, err == errSingular)
	n := 24
	h := zeros(n, n)
	for i := range h {
		for j := range h[i] {
			h[i][j] = 1 / float64(1+(i-j)*(i-j))
		}
	}
	fmt.Printf("%.10f\n", power(func(v []float64) []float64 {
		out := make([]float64, len(v))
		for i, row := range h {
			for j, y := range row {
				out[i] += y * v[j]
			}
		}
		return out
	}, n, 60))
	p := h
	for range 3 {
		p = p.mul(h)
	}
	trace := 0.0
	for i := range p {
		trace += p[i][i]
	}
	fmt.Printf("%.6f\n", trace)
}
