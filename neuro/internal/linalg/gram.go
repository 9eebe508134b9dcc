package linalg

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// Gram returns the second derivatives of a sum over rows of x, weighted:
//
//	Σ_i w_i u_i u_i' + ridge I,  u_i = (x_i - mean, 1)
//
// with the ridge not on the last row, which is that of a constant.
func Gram(x [][]float64, mean []float64, weight func(i int) float64, ridge float64) [][]float64 {
	const piece = 64
	d := len(mean)
	groups := (d + 4) / 4
	all := make([]float64, piece*(d+1))
	u, w := make([][]float64, piece), make([]float64, piece)
	cut := make([][]float64, piece)
	q := make([]float64, 4*piece)
	sums := make([][]float64, groups) // [group], four rows of a triangle behind each other
	for g := range sums {
		sums[g] = make([]float64, 4*min(d+1, 4*g+4))
	}
	for i := range u {
		u[i] = all[i*(d+1) : (i+1)*(d+1)]
		u[i][d] = 1
	}
	for from := 0; from < len(x); from += piece {
		m := min(piece, len(x)-from)
		for i := range m {
			vec.SubBlock(u[i][:d], x[from+i], mean)
			w[i] = weight(from + i)
		}
		for g := range groups {
			size := len(sums[g]) / 4
			for i := range m {
				cut[i] = u[i][:size]
				for k := range 4 {
					q[4*i+k] = 0
					if j := 4*g + k; j <= d {
						q[4*i+k] = float64(w[i] * u[i][j])
					}
				}
			}
			vec.ProductsBlock(sums[g], q[:4*m], cut[:m])
		}
	}
	h := Zeros(d + 1)
	for j := range h {
		size := len(sums[j/4]) / 4
		row := sums[j/4][j%4*size:]
		for k := range j + 1 {
			h[j][k], h[k][j] = row[k], row[k]
		}
		if j < d {
			h[j][j] += ridge
		}
	}
	return h
}
