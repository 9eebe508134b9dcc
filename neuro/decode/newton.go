package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A problem is penalised logistic regression on centred features.
//
// The scores of the k classes are z = B u for the rows u of free parameters:
// with two classes B = (0 1)ᵀ, one row; with more the k-1 orthonormal columns
// of B each add up to zero, which leaves out the common part of all rows that
// the model does not see, and keeps the sum of squares.
//
// Parameters lie row after row: the weights, then the intercept, which is the
// weight of a last feature that is 1.
type problem struct {
	n, d    int // samples; features with the 1
	x       []float64
	y       []int // class of each sample, 0 ... k-1
	k, rows int
	basis   []float64 // B, [class][row]
	c       float64
	scale   []float64 // what a component of the gradient is divided by, [feature]
	full    bool      // precondition with the whole Hessian
	task    *display.Counter
}

func newProblem(x []float64, n, features int, y []int, k int, c float64) *problem {
	d := features + 1
	p := &problem{n: n, d: d, y: y, k: k, c: c, x: make([]float64, n*d), scale: make([]float64, d)}
	for i := 0; i < n; i++ {
		row := p.x[i*d : i*d+d]
		copy(row, x[i*features:(i+1)*features])
		row[features] = 1
		for j, v := range row {
			p.scale[j] += v * v / float64(n)
		}
	}
	for j, v := range p.scale {
		p.scale[j] = math.Max(1, c*math.Sqrt(v))
	}
	p.rows, p.basis = basis(k)
	p.full = p.patience() <= 15
	return p
}

// basis returns B: Helmert's contrasts for more than two classes.
func basis(k int) (rows int, b []float64) {
	if k == 2 {
		return 1, []float64{0, 1}
	}
	rows = k - 1
	b = make([]float64, k*rows)
	for a := 0; a < rows; a++ {
		m := float64(a + 1)
		unit := 1 / math.Sqrt(m*(m+1))
		for c := 0; c <= a; c++ {
			b[c*rows+a] = unit
		}
		b[(a+1)*rows+a] = -m * unit
	}
	return rows, b
}

// spread sets z, one per class, to B u.
func (p *problem) spread(z, u []float64) {
	for k := range z {
		z[k] = dot(p.basis[k*p.rows:(k+1)*p.rows], u)
	}
}

// gather sets u, one per row, to Bᵀ z.
func (p *problem) gather(u, z []float64) {
	clear(u)
	for k, v := range z {
		addTimes(u, v, p.basis[k*p.rows:(k+1)*p.rows])
	}
}

// A point is a set of parameters with the objective around it.
type point struct {
	theta    []float64
	loss     float64
	prob     []float64 // [sample][class]
	grad     []float64
	gradient float64 // largest scaled component of grad
	relative float64 // the same as a fraction of the terms that cancel in it
}

type solution struct {
	coef       [][]float64 // one row for two classes, else one per class; the intercept last
	iterations int
	gradient   float64
	loss       float64
}

const (
	enough   = 1e-9 // a scaled gradient above this is no solution
	maxSteps = 200
	maxFull  = 4000 // parameters up to which the whole Hessian is factored
)

// solve minimises the objective. With more features than samples the weights
// lie in the span of the samples, so the problem is solved there and the
// answer checked, and if need be polished, among all features.
func (p *problem) solve() (solution, error) {
	steps := 0
	features := p.d - 1
	if features <= p.n {
		return p.finish(p.newton(p.start(), &steps), steps)
	}
	q, l := orthogonalRows(p.x, p.n, features, p.d)
	small := newProblem(l, p.n, len(q), p.y, p.k, p.c)
	at := small.newton(small.start(), &steps)
	theta := make([]float64, p.rows*p.d)
	for a := 0; a < p.rows; a++ {
		w, u := theta[a*p.d:(a+1)*p.d], at.theta[a*small.d:(a+1)*small.d]
		for j, row := range q {
			addTimes(w[:features], u[j], row)
		}
		w[features] = u[len(q)]
	}
	pt := p.at(theta)
	if pt.gradient > enough && features <= 1000 {
		pt = p.newton(theta, &steps)
	}
	return p.finish(pt, steps)
}

func (p *problem) finish(at *point, steps int) (solution, error) {
	if !(at.gradient <= enough) {
		return solution{}, fmt.Errorf("decode: Logistic.Fit: the gradient is still %.1g after %d iterations (at most %g is a solution); bring the features to like scales, or set Scale", at.gradient, steps, enough)
	}
	s := solution{iterations: steps, gradient: at.gradient, loss: at.loss}
	for k := 0; k < p.k; k++ {
		if p.rows == 1 && k == 0 {
			continue
		}
		w := make([]float64, p.d)
		for a := 0; a < p.rows; a++ {
			addTimes(w, p.basis[k*p.rows+a], at.theta[a*p.d:(a+1)*p.d])
		}
		s.coef = append(s.coef, w)
	}
	return s, nil
}

// start has no weights and the intercepts of the class frequencies.
func (p *problem) start() []float64 {
	logs, u := make([]float64, p.k), make([]float64, p.rows)
	for _, c := range p.y {
		logs[c]++
	}
	for k := range logs {
		logs[k] = vec.Log(logs[k])
	}
	p.gather(u, logs)
	if p.rows == 1 {
		u[0] -= logs[0]
	}
	theta := make([]float64, p.rows*p.d)
	for a, v := range u {
		theta[a*p.d+p.d-1] = v
	}
	return theta
}

// newton goes from theta to the minimum, as far as the gradient falls: until
// it is a rounding error of its terms, or until two steps did not halve it.
func (p *problem) newton(theta []float64, steps *int) *point {
	best := p.at(theta)
	stalled := 0
	task := display.Start("decode.Logistic.Fit", "steps of Newton's method", 0)
	p.task = task // for the loops inside a step, which end early without anybody to see it
	defer task.End()
	for at := best; *steps < maxSteps && stalled < 2 && !(best.gradient <= enough && best.relative <= 1e-12); *steps++ {
		// The direction is as exact as the gradient is small, so that the
		// last steps converge quadratically.
		next := p.search(at, p.direction(at, math.Min(0.1, math.Max(at.relative, 1e-9))))
		if next == nil {
			break
		}
		if best.gradient <= enough && next.gradient > best.gradient/2 {
			stalled++
		}
		if task.Add(1); task.Err() != nil {
			break // to an error about the gradient, which nobody sees
		}
		if at = next; at.gradient < best.gradient || best.gradient > enough {
			best = at
		}
	}
	return best
}

// search shortens the step until the objective falls enough. Close to the
// minimum the objective no longer tells points apart; there the gradient does.
func (p *problem) search(at *point, dir []float64) *point {
	slope := dot(at.grad, dir)
	blur := float64(1e-13 * (1 + math.Abs(at.loss)))
	for t := 1.0; t > 1e-12 && p.task.Err() == nil; t /= 2 {
		theta := append([]float64(nil), at.theta...)
		addTimes(theta, t, dir)
		next := p.at(theta)
		if next.loss <= at.loss+float64(1e-4*t*slope) && slope < 0 {
			return next
		}
		if next.loss <= at.loss+blur && next.gradient < at.gradient {
			return next
		}
	}
	return nil
}

// at evaluates the objective, the probabilities and the gradient.
func (p *problem) at(theta []float64) *point {
	d, rows, k := p.d, p.rows, p.k
	pt := &point{theta: theta, prob: make([]float64, p.n*k), grad: make([]float64, len(theta))}
	res, u := make([]float64, k), make([]float64, rows)
	for i := 0; i < p.n; i++ {
		x, z := p.x[i*d:i*d+d], pt.prob[i*k:i*k+k]
		for a := range u {
			u[a] = dot(theta[a*d:a*d+d], x)
		}
		p.spread(z, u)
		pt.loss += outcome(z, res, p.y[i])
		p.gather(u, res)
		for a, r := range u {
			addTimes(pt.grad[a*d:a*d+d], r, x)
		}
	}
	pt.loss *= p.c
	terms := 0.0
	for at := range theta {
		g, w, s := float64(p.c*pt.grad[at]), theta[at], p.scale[at%d]
		if at%d < d-1 {
			terms = math.Max(terms, math.Max(math.Abs(w), math.Abs(g))/s)
			pt.loss += float64(w * w / 2)
			g += w
		}
		pt.grad[at] = g
		// A NaN must not look like a solution.
		if size := math.Abs(g) / s; !(size <= pt.gradient) {
			pt.gradient = size
		}
	}
	switch {
	case pt.gradient == 0:
	case pt.gradient < terms:
		pt.relative = pt.gradient / terms
	default:
		pt.relative = 1
	}
	return pt
}

// outcome turns scores z into probabilities, sets res to probability less
// outcome, and returns -log of the probability of class y. What is small keeps
// its digits: with p near 1, p - 1 is taken as minus the sum of the others.
func outcome(z, res []float64, y int) float64 {
	own, top := z[y], math.Inf(-1)
	for _, v := range z {
		top = math.Max(top, v)
	}
	sum, others := 0.0, 0.0
	for k, v := range z {
		z[k] = vec.Exp(v - top)
		sum += z[k]
		if k != y {
			others += z[k]
		}
	}
	for k := range z {
		z[k] /= sum
		res[k] = z[k]
	}
	res[y] = -others / sum
	if own == top {
		return vec.Log1p(others)
	}
	return vec.Log(sum) + (top - own)
}

// direction solves H s = -grad by conjugate gradients to a relative residual of
// tol.
func (p *problem) direction(at *point, tol float64) []float64 {
	for {
		s, ok := p.conjugate(at, tol)
		if ok || p.full || len(s) > maxFull {
			return s
		}
		p.full = true
	}
}

// patience is how many iterations cost as much as the whole Hessian.
func (p *problem) patience() int {
	n, d, size := float64(p.n), float64(p.d), float64(p.rows*p.d)
	whole := float64(n*size*size) + float64(size*size*size/3)
	each := float64(4*n*size) + float64(2*size*d)
	return int(math.Min(5000, whole/each))
}

// conjugate also tells whether the tolerance was reached soon.
func (p *problem) conjugate(at *point, tol float64) (s []float64, soon bool) {
	apply := p.preconditioner(at)
	size := len(at.theta)
	s = make([]float64, size)
	r, z, q := make([]float64, size), make([]float64, size), make([]float64, size)
	for j, g := range at.grad {
		r[j] = -g
	}
	copy(z, r)
	apply(z)
	v := append([]float64(nil), z...)
	rz := dot(r, z)
	target := tol * tol * rz
	patience := max(60, p.patience())
	for i := 0; rz > target; i++ {
		if p.task.Err() != nil {
			return s, true
		}
		if i == patience {
			return s, false
		}
		p.hessian(at, v, q)
		a := rz / dot(v, q)
		if math.IsNaN(a) || math.IsInf(a, 0) {
			break
		}
		addTimes(s, a, v)
		addTimes(r, -a, q)
		copy(z, r)
		apply(z)
		before := rz
		rz = dot(r, z)
		for j := range v {
			v[j] = z[j] + float64(rz/before*v[j])
		}
	}
	return s, true
}
