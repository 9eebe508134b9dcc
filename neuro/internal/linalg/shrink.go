package linalg

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// Covariance returns the covariance of the columns of x, [row][column], which
// are centred already, with the divisor n, the number of rows.
func Covariance(x [][]float64) [][]float64 {
	n, p := len(x), len(x[0])
	c := Zeros(p)
	for _, row := range x {
		for i, v := range row {
			vec.FMAScaleBlock(c[i][:i+1], row[:i+1], v, c[i][:i+1])
		}
	}
	for i := range c {
		for j := range i + 1 {
			c[i][j] /= float64(n)
			c[j][i] = c[i][j]
		}
	}
	return c
}

// LedoitWolf shrinks the covariance c of centred rows x, as [Covariance] gives
// it, towards the identity times the mean variance m,
//
//	(1 - s) C + s m I
//
// with the s that is expected to be nearest to the true covariance, which it
// returns. Ledoit and Wolf (2004), J Multivar Anal 88:365; of one column s is 0.
func LedoitWolf(x, c [][]float64) (s float64) {
	n, p := float64(len(x)), float64(len(c))
	if len(c) == 1 {
		return 0
	}
	mean := 0.0
	for i := range c {
		mean += c[i][i]
	}
	mean /= p
	// In units of the mean variance, as s has none.
	squares, fourths := 0.0, 0.0
	scaled := make([]float64, len(c))
	for _, row := range c {
		vec.DivConstBlock(scaled, row, mean)
		squares += vec.DotBlock(scaled, scaled)
	}
	for _, row := range x {
		q := vec.DotBlock(row, row) / mean
		fourths += float64(q * q)
	}
	beta := (fourths/n - squares) / (n * p)
	delta := squares/p - 1
	beta = min(beta, delta)
	if beta > 0 {
		s = beta / delta
	}
	Shrink(c, s)
	return s
}

// Shrink replaces c by (1 - s) c + s m I, with the mean m of its diagonal.
func Shrink(c [][]float64, s float64) {
	mean := 0.0
	for i := range c {
		mean += c[i][i]
	}
	mean /= float64(len(c))
	for i, row := range c {
		for j := range row {
			row[j] *= 1 - s
		}
		row[i] += float64(s * mean)
	}
}
