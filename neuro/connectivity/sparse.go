package connectivity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// graphicalLasso returns the covariance W and the precision P = W⁻¹ that maximise
//
//	log det P - tr(S P) - alpha Σ_{i≠j} |P_ij|
//
// one column after the other: with the others held, what is sought is a lasso
// regression of a region on the rest. Friedman, Hastie and Tibshirani 2008,
// Biostatistics 9:432.
func graphicalLasso(s [][]float64, alpha float64) (w, p [][]float64, err error) {
	n := len(s)
	w, p = linalg.Zeros(n), linalg.Zeros(n)
	size := 0.0
	for i, row := range s {
		copy(w[i], row)
		size = max(size, row[i])
	}
	for i := range w {
		for j := range w[i] {
			if i != j {
				w[i][j] *= 0.95 // what may be singular is so no more
			}
		}
	}
	task := display.Start("connectivity.Matrix", "sweeps", 0)
	defer task.End()
	b := linalg.Zeros(n) // b[j] is the regression of region j
	g := make([]float64, n)
	for range 2000 {
		task.Add(1)
		change := 0.0
		for j := range n {
			if err := task.Err(); err != nil {
				return nil, nil, err
			}
			lasso(w, s[j], b[j], g, j, alpha, size)
			for k, v := range g {
				if k != j {
					change = max(change, math.Abs(v-w[j][k]))
					w[j][k], w[k][j] = v, v
				}
			}
		}
		if change <= 1e-12*size {
			return w, precisionOf(w, p, b), nil
		}
	}
	return nil, nil, fmt.Errorf("the sparse precision was not found in 2000 sweeps with an Alpha of %g; a larger one, or time courses of like variances, converge", alpha)
}

// lasso fits b so that W b is near to s but for the weight of |b|, without region
// j, and leaves W b in g.
func lasso(w [][]float64, s, b, g []float64, j int, alpha, size float64) {
	clear(g)
	for k, v := range b {
		if v != 0 {
			vec.FMAScaleBlock(g, w[k], v, g)
		}
	}
	for range 1000 {
		moved := 0.0
		for k := range b {
			if k == j {
				continue
			}
			left := s[k] - (g[k] - float64(w[k][k]*b[k]))
			v := 0.0
			if left > alpha {
				v = (left - alpha) / w[k][k]
			} else if left < -alpha {
				v = (left + alpha) / w[k][k]
			}
			if d := v - b[k]; d != 0 {
				vec.FMAScaleBlock(g, w[k], d, g)
				b[k] = v
				moved = max(moved, math.Abs(float64(d*w[k][k])))
			}
		}
		if moved <= 1e-14*size {
			return
		}
	}
}

// precisionOf fills p from the regressions, whose zeros it keeps.
func precisionOf(w, p, b [][]float64) [][]float64 {
	for j := range p {
		d := 1 / (w[j][j] - vec.DotBlock(w[j], b[j]))
		for k, v := range b[j] {
			p[j][k] = float64(-v * d)
		}
		p[j][j] = d
	}
	for i := range p {
		for j := range i {
			v := (p[i][j] + p[j][i]) / 2
			if p[i][j] == 0 || p[j][i] == 0 {
				v = 0
			}
			p[i][j], p[j][i] = v, v
		}
	}
	return p
}

// alpha returns the weight of the graphical lasso.
func (o Options) alpha() (float64, error) {
	switch {
	case o.Alpha == 0:
		return 0.01, nil
	case !(o.Alpha > 0) || math.IsInf(o.Alpha, 0):
		return 0, fmt.Errorf("Alpha is %g; it must be above 0 and finite", o.Alpha)
	}
	return o.Alpha, nil
}
