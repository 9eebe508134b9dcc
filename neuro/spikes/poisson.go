package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/lbfgs"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PoissonRegression explains counts by features: the logarithm of the expected
// count is linear in them.
type PoissonRegression struct {
	// L2 is the penalty on the squares of the weights, as scikit-learn's alpha; 0 is
	// none.
	L2 float64
	// Tol ends the search: the largest component of the gradient, of features with
	// unit variance, as a fraction of the mean count. 0 means 1e-9; 1e-4 is what
	// scikit-learn stops at.
	Tol float64
}

// A PoissonFit is a fitted Poisson regression.
type PoissonFit struct {
	Coef      []float64
	Intercept float64
	Loss      float64 // the objective
	Gradient  float64 // what is left of the gradient, see Tol
	Samples   int
	Steps     int
}

// Fit finds the weights that minimise
//
//	1/n Σ_i [exp(w·x_i + b) - y_i (w·x_i + b)] + L2/2 Σ w²
//
// which is half the mean deviance but for a constant. x is [sample][feature], y
// the count of each sample, 0 or more (not only whole numbers).
//
// The objective is convex; steps of a quasi-Newton method go over the samples
// once, and Newton's method takes over where these do not get there.
//
// No samples or features, rows of unequal length, NaN, Inf, values above 1e100 in
// size, a negative count, counts that are all 0, L2 or Tol negative or not finite,
// no L2 with as many features as samples, and features that depend on each other
// without L2 are errors. A feature that tells samples without any count has no
// finite best weight: the search ends where their rate is below about Tol of the
// mean, and L2 keeps the weight small.
//
// Source: Nelder and Wedderburn 1972. Checked against scikit-learn 1.9.1's
// PoissonRegressor and by the gradient.
func (p PoissonRegression) Fit(x [][]float64, y []float64) (*PoissonFit, error) {
	const call = "PoissonRegression.Fit"
	if len(x) != len(y) || len(x) == 0 || len(x[0]) == 0 {
		return nil, fmt.Errorf("spikes: %s: x has %d samples and y %d; there must be as many, 1 or more, of 1 feature or more", call, len(x), len(y))
	}
	n, d := len(x), len(x[0])
	for i, row := range x {
		if len(row) != d {
			return nil, fmt.Errorf("spikes: %s: x[%d] has %d features and x[0] has %d, all samples must have the same number", call, i, len(row), d)
		}
		if vec.DotBlock(row, row) <= 1e200 {
			continue
		}
		for j, v := range row {
			if !(math.Abs(v) <= 1e100) {
				return nil, fmt.Errorf("spikes: %s: x[%d][%d] is %g, values must be finite and at most 1e100 in size", call, i, j, v)
			}
		}
	}
	sum := 0.0
	for i, v := range y {
		if !(v >= 0) || v > 1e100 {
			return nil, fmt.Errorf("spikes: %s: y[%d] is %g, counts must be 0 or more and finite", call, i, v)
		}
		sum += v
	}
	if sum == 0 {
		return nil, fmt.Errorf("spikes: %s: all %d counts are 0; there is nothing to explain", call, n)
	}
	tol := p.Tol
	if tol == 0 {
		tol = 1e-9
	}
	if !(p.L2 >= 0) || math.IsInf(p.L2, 0) || !(tol > 0) || math.IsInf(tol, 0) {
		return nil, fmt.Errorf("spikes: %s: L2 is %g and Tol %g; both must be 0 or more and finite", call, p.L2, p.Tol)
	}
	if p.L2 == 0 && d >= n {
		return nil, fmt.Errorf("spikes: %s: %d features of %d samples have no best weights without a penalty; set L2", call, d, n)
	}
	f := newPoisson(x, y, p.L2, sum/float64(n))
	theta := make([]float64, d+1)
	theta[d] = vec.Log(f.level)
	task := display.Start("spikes."+call, "steps", 0)
	defer task.End()
	stop := func() bool {
		task.Add(1)
		return task.Err() != nil
	}
	r := lbfgs.Minimise(lbfgs.Problem{At: f.at, Diagonal: f.diagonal, Inverse: f.rough(theta, stop), Goal: tol / 2 * f.level, Steps: 500, Stop: stop}, theta)
	if !r.Reached && task.Err() == nil && d <= 2000 {
		r = f.newton(theta, r.Steps, tol*f.level, task)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	if !r.Reached {
		return nil, fmt.Errorf("spikes: %s: the gradient is still %.1g of the mean count after %d steps; features that depend on each other have no best weights: set L2, or bring them to like scales", call, r.Size/f.level, r.Steps)
	}
	fit := &PoissonFit{Coef: theta[:d:d], Loss: r.Value, Gradient: r.Size / f.level, Samples: n, Steps: r.Steps}
	fit.Intercept = theta[d] - vec.DotBlock(fit.Coef, f.mean)
	return fit, nil
}

// Rate returns the expected count of each row of x. It panics when a row has
// another number of features than the fit.
func (f *PoissonFit) Rate(x [][]float64) []float64 {
	out := make([]float64, len(x))
	for i, row := range x {
		if len(row) != len(f.Coef) {
			panic(fmt.Sprintf("spikes: Rate: x[%d] has %d features, the fit has %d", i, len(row), len(f.Coef)))
		}
		out[i] = vec.DotBlock(row, f.Coef) + f.Intercept
	}
	vec.ExpBlock(out, out)
	return out
}

// String says what was fitted.
func (f *PoissonFit) String() string {
	return fmt.Sprintf("Poisson regression: %d samples, %d features; %d steps to a gradient of %.1g", f.Samples, len(f.Coef), f.Steps, f.Gradient)
}

// poisson is a Poisson regression at work. The last parameter is the intercept for
// features less their means.
type poisson struct {
	x              [][]float64
	y              []float64
	mean, sd       []float64
	l2, level      float64
	diagonal       []float64
	eta, residuals []float64 // work for a piece of samples
	sums           [][]float64
}

func newPoisson(x [][]float64, y []float64, l2, level float64) *poisson {
	n, d := len(x), len(x[0])
	f := &poisson{x: x, y: y, l2: l2, level: level, mean: make([]float64, d), sd: make([]float64, d), diagonal: make([]float64, d+1)}
	// Sums about the first sample.
	diff := make([]float64, d)
	for _, row := range x {
		vec.SubBlock(diff, row, x[0])
		vec.AddBlock(f.mean, f.mean, diff)
		vec.FMABlock(f.sd, diff, diff, f.sd)
	}
	whole := 0.0
	for j, s := range f.mean {
		m := s / float64(n)
		f.sd[j] = math.Sqrt(math.Max(0, f.sd[j]/float64(n)-float64(m*m)))
		f.mean[j] = x[0][j] + m
		whole += float64(f.sd[j] * f.sd[j])
	}
	for j, s := range f.sd {
		v := float64(s * s)
		if d > n { // weights stay in the span of the samples
			v = whole / float64(n)
		}
		f.diagonal[j] = l2 + float64(level*v)
		if s == 0 {
			f.sd[j] = 1
			f.diagonal[j] += level
		}
	}
	f.diagonal[d] = level
	piece := max(1, 1<<14/max(d, 64))
	f.eta, f.residuals, f.sums = make([]float64, piece), make([]float64, piece), make([][]float64, piece)
	for i := range f.sums {
		f.sums[i] = f.eta[i : i+1]
	}
	return f
}

// at is the objective, its gradient, and the largest component of that.
func (f *poisson) at(theta, grad []float64) (value, size float64) {
	d, n := len(f.mean), float64(len(f.x))
	clear(grad)
	w, g := theta[:d], grad[:d]
	shift := theta[d] - vec.DotBlock(w, f.mean)
	weights := [][]float64{w}
	for from := 0; from < len(f.x); from += len(f.eta) {
		to := min(from+len(f.eta), len(f.x))
		eta, res := f.eta[:to-from], f.residuals[:to-from]
		for i := range eta {
			eta[i] = shift
		}
		vec.DotsBlock(f.sums[:to-from], f.x[from:to], weights)
		vec.ExpBlock(res, eta)
		value += vec.SumBlock(res) - vec.DotBlock(eta, f.y[from:to])
		vec.SubBlock(res, res, f.y[from:to])
		for i, r := range res {
			vec.FMAScaleBlock(g, f.x[from+i], r, g)
			grad[d] += r
		}
	}
	vec.FMAScaleBlock(g, f.mean, -grad[d], g)
	value /= n
	for j := range grad {
		grad[j] /= n
		s := math.Abs(grad[j])
		if j < d {
			grad[j] += float64(f.l2 * w[j])
			value += float64(f.l2 * float64(w[j]*w[j]) / 2)
			s = math.Abs(grad[j]) / f.sd[j]
		}
		if !(s <= size) {
			size = s
		}
	}
	return value, size
}

// hessian returns the second derivatives at theta.
func (f *poisson) hessian(theta []float64) [][]float64 {
	d, n := len(f.mean), float64(len(f.x))
	shift := theta[d] - vec.DotBlock(theta[:d], f.mean)
	return linalg.Gram(f.x, f.mean, func(i int) float64 {
		return vec.Exp(vec.DotBlock(theta[:d], f.x[i])+shift) / n
	}, f.l2)
}

// rough moves theta near the optimum and returns about the inverse of the second derivatives there, both of a part of
// the samples, where these are many beside the features: nil elsewhere.
func (f *poisson) rough(theta []float64, stop func() bool) func([]float64) {
	d, n := len(f.mean), len(f.x)
	m := int(float64(min(20*d, max(10*d, n/5))) * math.Max(1, 1/f.level))
	if d > 500 || n < 4*m || n*d < 1e5 {
		return nil
	}
	x, y := make([][]float64, m), make([]float64, m)
	sum := 0.0
	for k := range x {
		// One of each n/m samples, at a place that has no period.
		u := float64(float64(k) * 0.6180339887498949)
		i := min(n-1, int((float64(k)+u-math.Floor(u))*float64(n)/float64(m)))
		x[k], y[k] = f.x[i], f.y[i]
		sum += y[k]
	}
	if sum == 0 {
		return nil
	}
	part := newPoisson(x, y, f.l2, sum/float64(m))
	copy(part.mean, f.mean)
	start := append([]float64(nil), theta...)
	lbfgs.Minimise(lbfgs.Problem{At: part.at, Diagonal: part.diagonal, Goal: 1e-2 * part.level, Steps: 30, Stop: stop}, start)
	h := part.hessian(start)
	for j, v := range f.diagonal {
		h[j][j] += float64(1e-3 * v)
	}
	l, dependent := linalg.Cholesky(h, 1e-10)
	if dependent >= 0 {
		return nil
	}
	grad := make([]float64, d+1)
	before, _ := f.at(theta, grad)
	if after, _ := f.at(start, grad); after < before {
		copy(theta, start)
	}
	return func(v []float64) { linalg.CholeskySolve(l, v) }
}

// newton goes on where the quasi-Newton method did not get further.
func (f *poisson) newton(theta []float64, steps int, goal float64, task *display.Counter) (r lbfgs.Result) {
	size := len(theta)
	grad, trial, next := make([]float64, size), make([]float64, size), make([]float64, size)
	r.Steps = steps
	r.Value, r.Size = f.at(theta, grad)
	for range 60 {
		if r.Size <= goal || task.Err() != nil {
			break
		}
		task.Add(1)
		r.Steps++
		inverse, dependent := linalg.InversePositive(f.hessian(theta), 1e-13)
		if dependent >= 0 {
			return r
		}
		found := false
		for step := 1.0; step > 1e-8; step /= 2 {
			slope := 0.0
			for j := range trial {
				dir := vec.DotBlock(inverse[j], grad)
				slope -= float64(dir * grad[j])
				trial[j] = theta[j] - float64(step*dir)
			}
			v, s := f.at(trial, next)
			if v <= r.Value+float64(1e-4*step*slope) && s < 10*r.Size || s < r.Size {
				r.Value, r.Size, found = v, s, true
				break
			}
		}
		if !found {
			break
		}
		copy(theta, trial)
		copy(grad, next)
	}
	r.Reached = r.Size <= goal
	return r
}
