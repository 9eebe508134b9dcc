// Package optim finds minima of smooth functions of a few parameters, such as the likelihoods of
// models, from values alone. Every step is written without fused multiply-adds, so a fit has the
// same bits on every machine.
package optim

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Options of [Minimize]; zeros are the defaults.
type Options struct {
	// Tol is the decrease that a step would still bring at the end, relative to 1 + |f|: 1e-12.
	Tol float64
	// Steps is the largest number of steps: 200.
	Steps int
	// Stop is asked between steps; when it has an error the search ends there.
	Stop func() error
}

// A Result is where a search ended.
type Result struct {
	X         []float64
	F         float64
	Gradient  []float64
	Hessian   [][]float64 // second differences at X
	Converged bool        // the gradient is flat and the Hessian not negative
	Evals     int
}

// Minimize searches a minimum of f from x by quasi-Newton steps (Broyden, Fletcher, Goldfarb and
// Shanno) whose gradients are central differences, and ends with Newton steps from second
// differences: these tell a minimum from a saddle, and give the curvature that errors of
// estimates are from. f may be NaN or infinite where it has no value; x must have one.
func Minimize(f func(x []float64) float64, x []float64, o Options) Result {
	if o.Tol == 0 {
		o.Tol = 1e-12
	}
	if o.Steps == 0 {
		o.Steps = 200
	}
	s := &search{f: f, o: o, x: append([]float64(nil), x...)}
	s.value = s.at(s.x)
	if !finite(s.value) {
		return Result{X: s.x, F: s.value, Evals: s.evals}
	}
	s.quasi()
	flat := s.newton()
	for range 4 { // a saddle, or a top, is left along the direction that bends down most
		if flat || !s.leaveSaddle() {
			break
		}
		s.quasi()
		flat = s.newton()
	}
	return Result{X: s.x, F: s.value, Gradient: s.gradient, Hessian: s.hessian, Converged: flat && math.Abs(s.value) < 1e100, Evals: s.evals}
}

type search struct {
	f        func([]float64) float64
	o        Options
	x        []float64
	value    float64
	gradient []float64
	hessian  [][]float64
	evals    int
}

func (s *search) at(x []float64) float64 {
	s.evals++
	v := s.f(x)
	if math.IsNaN(v) {
		return math.Inf(1)
	}
	return v
}

func (s *search) stopped() bool { return s.o.Stop != nil && s.o.Stop() != nil }

// quasi takes BFGS steps until they bring nothing.
func (s *search) quasi() {
	n := len(s.x)
	g := s.slope()
	inverse := identity(n, 1)
	for k := 0; k < s.o.Steps && !s.stopped(); k++ {
		step := make([]float64, n)
		down := 0.0
		for i := range step {
			for j, v := range g {
				step[i] -= float64(inverse[i][j] * v)
			}
			down += float64(step[i] * g[i])
		}
		if down >= 0 {
			inverse = identity(n, 1)
			for i := range step {
				step[i] = -g[i]
			}
			down = -dot(g, g)
		}
		if -down < 1e-2*s.o.Tol*(1+math.Abs(s.value)) {
			return
		}
		if k == 0 { // of a size that the parameters have
			long := math.Sqrt(dot(step, step))
			if long > 1 {
				for i := range step {
					step[i] /= long
				}
				down /= long
			}
		}
		x, value, ok := s.line(step, down)
		if !ok {
			if k == 0 || isIdentity(inverse) {
				return
			}
			inverse = identity(n, 1)
			continue
		}
		before := s.x
		s.x, s.value = x, value
		next := s.slope()
		var moved, bent = make([]float64, n), make([]float64, n)
		for i := range moved {
			moved[i], bent[i] = x[i]-before[i], next[i]-g[i]
		}
		g = next
		update(inverse, moved, bent, k == 0)
	}
}

// line goes along step until the value falls by a part of what the slope promises.
func (s *search) line(step []float64, down float64) (x []float64, value float64, ok bool) {
	x = make([]float64, len(step))
	try := func(t float64) float64 {
		for i := range x {
			x[i] = s.x[i] + float64(t*step[i])
		}
		return s.at(x)
	}
	t := 1.0
	for range 40 {
		value = try(t)
		if value <= s.value+float64(1e-4*t*down) {
			// Farther, while it goes on falling.
			for range 6 {
				if t < 1 {
					break
				}
				kept := append([]float64(nil), x...)
				v := try(2 * t)
				if !(v < value+float64(0.5*t*down)) {
					return kept, value, true
				}
				t, value = 2*t, v
			}
			return x, value, true
		}
		// The parabola through both values and the slope, within a tenth and a half.
		next := t / 2
		if finite(value) {
			next = -float64(down*t*t) / (2 * (value - s.value - float64(down*t)))
		}
		t = math.Min(math.Max(next, t/10), t/2)
	}
	return nil, 0, false
}

// newton goes on with second differences, and reports whether the end is a minimum.
func (s *search) newton() bool {
	n := len(s.x)
	for range 8 {
		if s.stopped() {
			return false
		}
		s.gradient = s.slope()
		s.hessian = s.curvature()
		damp, tried := 0.0, 0
		var step []float64
		for range 12 {
			a := identity(n, damp)
			for i := range a {
				for j := range a {
					a[i][j] += s.hessian[i][j]
				}
			}
			var ok bool
			if step, ok = descend(a, s.gradient); ok {
				break
			}
			tried++
			damp = math.Max(1e-6*(1+largest(s.hessian)), 10*damp)
			step = nil
		}
		if step == nil {
			return false
		}
		promise := -dot(step, s.gradient) / 2
		if promise < s.o.Tol*(1+math.Abs(s.value)) {
			// A direction without curvature, within rounding, is flat; one that bends down is a saddle.
			return tried < 2
		}
		x, value, ok := s.line(step, -2*promise)
		if !ok {
			// What differences can tell is at its end: flat to what they resolve?
			return promise < 1e-7*(1+math.Abs(s.value)) && tried < 2
		}
		s.x, s.value = x, value
	}
	s.gradient = s.slope()
	s.hessian = s.curvature()
	return false
}

// leaveSaddle moves along the direction of most negative curvature to where f is less.
func (s *search) leaveSaddle() bool {
	values, vectors, ok := linalg.Symmetric(s.hessian)
	if !ok || len(values) == 0 || s.stopped() {
		return false
	}
	least := 0
	for k, v := range values {
		if v < values[least] {
			least = k
		}
	}
	if values[least] >= 0 {
		return false
	}
	x := make([]float64, len(s.x))
	for _, t := range []float64{0.1, -0.1, 0.3, -0.3, 1, -1, 0.03, -0.03, 0.01, -0.01, 0.003, -0.003} {
		for i := range x {
			x[i] = s.x[i] + float64(t*vectors[least][i])
		}
		if v := s.at(x); v < s.value {
			s.x, s.value = x, v
			return true
		}
	}
	return false
}

// slope returns the gradient by central differences.
func (s *search) slope() []float64 {
	g := make([]float64, len(s.x))
	x := append([]float64(nil), s.x...)
	for i := range x {
		h := float64(6e-6 * math.Max(math.Abs(s.x[i]), 0.1))
		x[i] = s.x[i] + h
		up, above := s.at(x), x[i]
		x[i] = s.x[i] - h
		down, below := s.at(x), x[i]
		x[i] = s.x[i]
		switch {
		case !finite(up) && !finite(down):
		case !finite(up):
			g[i] = (s.value - down) / (x[i] - below)
		case !finite(down):
			g[i] = (up - s.value) / (above - x[i])
		default:
			g[i] = (up - down) / (above - below)
		}
	}
	return g
}

// curvature returns the matrix of second derivatives by central differences.
func (s *search) curvature() [][]float64 { return Hessian(s.at, s.x, s.value) }

// Hessian returns the second derivatives of f at x by central differences; value is f(x).
func Hessian(f func([]float64) float64, x []float64, value float64) [][]float64 {
	n := len(x)
	h := identity(n, 0)
	step := make([]float64, n)
	for i := range step {
		step[i] = 2e-4 * math.Max(math.Abs(x[i]), 0.1)
	}
	p := append([]float64(nil), x...)
	at := func(i, j int, a, b float64) float64 {
		p[i] += float64(a * step[i])
		p[j] += float64(b * step[j])
		v := f(p)
		p[i], p[j] = x[i], x[j]
		return v
	}
	for i := range n {
		up, down := at(i, i, 1, 0), at(i, i, -1, 0)
		h[i][i] = (up - value - (value - down)) / float64(step[i]*step[i])
		for j := range i {
			d := at(i, j, 1, 1) - at(i, j, 1, -1) - (at(i, j, -1, 1) - at(i, j, -1, -1))
			h[i][j] = d / float64(4*step[i]*step[j])
			h[j][i] = h[i][j]
		}
	}
	for i := range h {
		for j := range h {
			if !finite(h[i][j]) {
				h[i][j] = 0
			}
		}
	}
	return h
}

// descend solves a step = -g where a is positive definite, by Cholesky's factors.
func descend(a [][]float64, g []float64) (step []float64, ok bool) {
	l, dependent := linalg.Cholesky(a, 1e-14)
	if dependent >= 0 {
		return nil, false
	}
	step = make([]float64, len(g))
	for i := range g {
		v := -g[i]
		for j := range i {
			v -= float64(l[i][j] * step[j])
		}
		step[i] = v / l[i][i]
	}
	for i := len(g) - 1; i >= 0; i-- {
		v := step[i]
		for j := i + 1; j < len(g); j++ {
			v -= float64(l[j][i] * step[j])
		}
		step[i] = v / l[i][i]
	}
	return step, true
}

// InversePositive returns the inverse of a positive definite matrix, such as the curvature at a minimum,
// false where it is not one.
func InversePositive(a [][]float64) ([][]float64, bool) {
	inverse, dependent := linalg.InversePositive(a, 1e-14)
	return inverse, dependent < 0
}

// update is that of Broyden, Fletcher, Goldfarb and Shanno for the inverse.
func update(inverse [][]float64, moved, bent []float64, first bool) {
	along := dot(moved, bent)
	if along <= 1e-12*math.Sqrt(dot(moved, moved)*dot(bent, bent)) {
		return
	}
	n := len(moved)
	if first { // a first guess of the size of the curvature
		scale := along / dot(bent, bent)
		for i := range inverse {
			inverse[i][i] = scale
		}
	}
	hb := make([]float64, n)
	for i := range hb {
		hb[i] = dot(inverse[i], bent)
	}
	bhb := dot(bent, hb)
	for i := range n {
		for j := range n {
			inverse[i][j] += float64((along+bhb)*moved[i]*moved[j])/float64(along*along) - float64(hb[i]*moved[j])/along - float64(moved[i]*hb[j])/along
		}
	}
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

func identity(n int, v float64) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = v
	}
	return m
}

func isIdentity(m [][]float64) bool {
	for i := range m {
		for j, v := range m[i] {
			if i == j && v != 1 || i != j && v != 0 {
				return false
			}
		}
	}
	return true
}

func largest(m [][]float64) (v float64) {
	for i := range m {
		for _, x := range m[i] {
			v = math.Max(v, math.Abs(x))
		}
	}
	return v
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
