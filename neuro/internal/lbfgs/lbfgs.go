// Package lbfgs minimises smooth convex functions of many parameters by a
// quasi-Newton method with limited memory: Nocedal 1980, Math. Comput. 35:773.
package lbfgs

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

const past = 20 // steps that are remembered

// A Problem is a function and how it is to be minimised.
type Problem struct {
	// At sets grad to the gradient at theta and returns the function, and the
	// size of the gradient that Goal is for. It may return Inf or NaN where theta
	// went too far.
	At func(theta, grad []float64) (value, size float64)
	// Diagonal are rough second derivatives, above 0.
	Diagonal []float64
	// Inverse, where it is there, is better: it replaces a vector by the product with
	// about the inverse of the second derivatives, which must be positive definite.
	Inverse func(v []float64)
	Goal    float64
	Steps   int // at most
	// Stop is asked before each step.
	Stop func() bool
}

// A Result says where it ended.
type Result struct {
	Value, Size float64
	Steps       int
	Reached     bool // whether Size is at most Goal
}

// Minimise moves theta to the minimum. It gives up when a step no longer lowers
// the function and, near the minimum, the gradient, when 60 steps did not bring
// the gradient to a tenth, and when it is stopped.
func Minimise(p Problem, theta []float64) (r Result) {
	size := len(theta)
	grad, trial, next, dir := make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
	var steps, changes [][]float64 // of the parameters and of the gradient, the latest last
	var inner []float64            // their products
	alpha := make([]float64, past)
	var sizes []float64
	r.Value, r.Size = p.At(theta, grad)
	for ; r.Steps < p.Steps && !(r.Size <= p.Goal); r.Steps++ {
		if p.Stop() {
			return r
		}
		if sizes = append(sizes, r.Size); len(sizes) > 70 && !(sizes[len(sizes)-1] <= sizes[len(sizes)-61]/10) {
			return r
		}
		copy(dir, grad)
		for i := len(steps) - 1; i >= 0; i-- {
			alpha[i] = vec.DotBlock(steps[i], dir) / inner[i]
			vec.FMAScaleBlock(dir, changes[i], -alpha[i], dir)
		}
		switch i := len(steps) - 1; {
		case p.Inverse != nil:
			p.Inverse(dir)
		case i >= 0:
			vec.DivBlock(dir, dir, p.Diagonal)
			vec.DivBlock(next, changes[i], p.Diagonal)
			vec.MulConstBlock(dir, dir, inner[i]/vec.DotBlock(changes[i], next))
		default:
			vec.DivBlock(dir, dir, p.Diagonal)
		}
		for i := range steps {
			vec.FMAScaleBlock(dir, steps[i], alpha[i]-vec.DotBlock(changes[i], dir)/inner[i], dir)
		}
		slope := -vec.DotBlock(grad, dir)
		found := false
		for step := 1.0; step > 1e-10; step /= 2 {
			vec.FMAScaleBlock(trial, dir, -step, theta)
			v, s := p.At(trial, next)
			// Near the minimum the function no longer tells points apart; there the
			// gradient does.
			if v <= r.Value+float64(1e-4*step*slope) || v <= r.Value+float64(1e-13*(1+math.Abs(r.Value))) && s < r.Size {
				r.Value, r.Size, found = v, s, true
				break
			}
		}
		if !found {
			return r
		}
		ds, dg := make([]float64, size), make([]float64, size)
		if len(steps) == past {
			ds, dg = steps[0], changes[0]
			steps, changes, inner = append([][]float64(nil), steps[1:]...), append([][]float64(nil), changes[1:]...), inner[1:]
		}
		vec.SubBlock(ds, trial, theta)
		vec.SubBlock(dg, next, grad)
		copy(theta, trial)
		copy(grad, next)
		if q := vec.DotBlock(ds, dg); q > 0 {
			steps, changes, inner = append(steps, ds), append(changes, dg), append(inner, q)
		}
	}
	r.Reached = r.Size <= p.Goal
	return r
}
