package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// fixedPoint iterates FastICA of all components together.
func (u *unmixer) fixedPoint(w [][]float64, f *ICAFit, o ICAOptions) ([][]float64, error) {
	f.Change = math.Inf(1)
	for f.Iterations < o.MaxIter && !f.Converged {
		next, err := u.newton(w, o.Contrast)
		if err != nil {
			return nil, err
		}
		if !decorrelate(next) {
			return nil, fmt.Errorf("the components found depend on each other; fewer components or longer data help")
		}
		f.Change = 0
		for i := range w {
			f.Change = math.Max(f.Change, math.Abs(math.Abs(vec.DotBlock(next[i], w[i]))-1))
		}
		w = next
		f.Iterations++
		f.Converged = f.Change < o.Tol
		u.task.Add(1)
	}
	return w, nil
}

// deflation iterates FastICA of one component after the other.
func (u *unmixer) deflation(w [][]float64, f *ICAFit, o ICAOptions) ([][]float64, error) {
	f.Converged = true
	for i := range w {
		against := func(row []float64) bool { // orthogonal to those before, length 1
			size := math.Sqrt(vec.DotBlock(row, row))
			for range 2 { // the second time for rounding
				for _, other := range w[:i] {
					vec.FMAScaleBlock(row, other, -vec.DotBlock(row, other), row)
				}
			}
			left := math.Sqrt(vec.DotBlock(row, row))
			vec.MulConstBlock(row, row, 1/left)
			return left > 1e-12*size
		}
		row := w[i]
		if !against(row) {
			return nil, fmt.Errorf("the start of component %d depends on the components before; take another Seed", i)
		}
		change := math.Inf(1)
		k := 0
		for ; k < o.MaxIter && change >= o.Tol; k++ {
			next, err := u.newton([][]float64{row}, o.Contrast)
			if err != nil {
				return nil, err
			}
			if !against(next[0]) {
				return nil, fmt.Errorf("component %d depends on the components before; fewer components or longer data help", i)
			}
			change = math.Abs(math.Abs(vec.DotBlock(next[0], row)) - 1)
			row = next[0]
			u.task.Add(1)
		}
		w[i] = row
		f.Iterations, f.Change = max(f.Iterations, k), math.Max(f.Change, change)
		f.Converged = f.Converged && change < o.Tol
	}
	return w, nil
}

// newton returns E[g(wz) z'] - diag(E[g'(wz)]) w.
func (u *unmixer) newton(w [][]float64, contrast string) ([][]float64, error) {
	sums, slopes := make([][][]float64, u.parts), rows(u.parts, len(w))
	linalg.Parallel(u.parts, func(p int) {
		if u.task.Err() != nil {
			return
		}
		sums[p] = rows(len(w), u.n)
		room := make([]float64, icaBlock)
		u.each(p, w, func(y, z [][]float64) {
			for i := range y {
				slopes[p][i] += score(contrast, y[i], room[:len(y[i])])
			}
			vec.DotsBlock(sums[p], y, z)
		})
	})
	if err := u.task.Err(); err != nil {
		return nil, err
	}
	next := sums[0]
	for p := 1; p < u.parts; p++ {
		addMatrix(next, sums[p])
		vec.AddBlock(slopes[0], slopes[0], slopes[p])
	}
	for i := range next {
		vec.MulConstBlock(next[i], next[i], 1/float64(u.samples))
		vec.FMAScaleBlock(next[i], w[i], -slopes[0][i]/float64(u.samples), next[i])
	}
	return next, nil
}

// score replaces y by g(y) and returns the sum of g'(y).
func score(contrast string, y, room []float64) float64 {
	switch contrast {
	case "cube": // y³, 3y²
		vec.MulBlock(room, y, y)
		slope := 3 * vec.SumBlock(room)
		vec.MulBlock(y, y, room)
		return slope
	case "exp": // y e, (1-y²)e with e = exp(-y²/2)
		vec.MulConstBlock(room, y, -0.5)
		vec.MulBlock(room, room, y)
		vec.ExpBlock(room, room)
		slope := vec.SumBlock(room)
		vec.MulBlock(room, room, y)
		slope -= vec.DotBlock(room, y)
		copy(y, room)
		return slope
	}
	// tanh y, 1 - tanh² y
	hyperbolic(y, 2)
	return float64(len(y)) - vec.DotBlock(y, y)
}

// hyperbolic replaces y by tanh(a y/2) as 2/(1+exp(-a y)) - 1, whose absolute error is
// below 2e-16: enough for means, at half the cost.
func hyperbolic(y []float64, a float64) {
	vec.MulConstBlock(y, y, a)
	vec.SigmoidBlock(y, y)
	vec.LinearBlock(y, y, 2, -1)
}
