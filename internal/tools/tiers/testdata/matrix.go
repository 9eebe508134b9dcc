//go:build ignore

// Products of matrices as slices of slices and as one slice, and the solution
// of a system of equations by elimination.
package main

import (
	"fmt"
	"math"
)

func matrix(n int, seed float64) [][]float64 {
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		for j := range a[i] {
			a[i][j] = math.Mod(seed*float64(i*n+j+1)*0.7548776662, 1) - 0.5
		}
	}
	return a
}

func mul(a, b [][]float64) [][]float64 {
	n, m := len(a), len(b[0])
	c := make([][]float64, n)
	for i := range c {
		c[i] = make([]float64, m)
		for k, x := range a[i] {
			for j, y := range b[k] {
				c[i][j] += x * y
			}
		}
	}
	return c
}

func mulFlat(a, b []float64, n int) []float64 {
	c := make([]float64, n*n)
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := 0.0
			for k := 0; k < n; k++ {
				s += a[i*n+k] * b[k*n+j]
			}
			c[i*n+j] = s
		}
	}
	return c
}

func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for k := 0; k < n; k++ {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[p][k]) {
				p = i
			}
		}
		a[k], a[p] = a[p], a[k]
		b[k], b[p] = b[p], b[k]
		for i := k + 1; i < n; i++ {
			f := a[i][k] / a[k][k]
			for j := k; j < n; j++ {
				a[i][j] -= f * a[k][j]
			}
			b[i] -= f * b[k]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = b[i]
		for j := i + 1; j < n; j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return x
}

func flat(a [][]float64) []float64 {
	var out []float64
	for _, row := range a {
		out = append(out, row...)
	}
	return out
}

func main() {
	const n = 400
	a, b := matrix(n, 1), matrix(n, 2)
	c := mul(mul(mul(a, b), a), b)
	d := mulFlat(flat(a), flat(b), n)
	rhs := make([]float64, n)
	for i := range rhs {
		rhs[i] = float64(i % 7)
	}
	x := solve(matrix(n, 3), rhs)
	fmt.Println(c[3][5], c[n-1][n-1], d[17], d[n*n-1], x[0], x[n-1])
}
