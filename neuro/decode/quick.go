package decode

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/lbfgs"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// quick is penalised logistic regression on many numbers, which stay where they
// are: each step of a quasi-Newton method (L-BFGS, Nocedal 1980) goes over the
// samples once. Where features are of like scales and not nearly dependent, a
// dozen steps reach the optimum; where they do not, Newton's method begins anew.
//
// Parameters lie as in problem. Features count as less their means, which is
// worked into the sums.
type quick struct {
	x          [][]float64
	y          []int
	n, d, k    int // d without the 1
	rows       int
	basis      []float64
	c          float64
	goal       float64 // gradient that ends the search
	mean       []float64
	penalty    []float64 // of the square of each weight: 1, or the variance with Scale
	scale      []float64 // what a component of the gradient is divided by, [feature], the intercept last
	diag       []float64 // rough second derivatives, [feature], the intercept last
	z, e, logs []float64 // work for a piece of samples
	full       []float64
}

const (
	quickSize  = 1e5 // numbers from which on it is worth while
	quickSteps = 200
)

// newQuick returns nil where the sums would lose too much to rounding.
func newQuick(x [][]float64, y []int, k int, c, tol float64, mean, sd []float64, scaled bool) *quick {
	n, d := len(x), len(mean)
	q := &quick{x: x, y: y, n: n, d: d, k: k, c: c, goal: tol / 4 * math.Max(1, c*float64(n)), mean: mean}
	q.rows, q.basis = basis(k)
	q.penalty, q.scale, q.diag = make([]float64, d), make([]float64, d+1), make([]float64, d+1)
	curve := float64(c * float64(n) * float64(k-1) / float64(k*k))
	if k > 2 {
		curve = float64(c * float64(n) / float64(k))
	}
	for j := range d {
		unit := 1.0
		if scaled && sd[j] > 0 {
			unit = sd[j]
		}
		q.penalty[j] = float64(unit * unit)
		q.scale[j] = unit * math.Max(1, c*sd[j]/unit)
		q.diag[j] = q.penalty[j]
		if d <= n {
			q.diag[j] += float64(curve * float64(sd[j]*sd[j]))
		}
		if float64(1e-16*c*float64(n))*(math.Abs(mean[j])+sd[j]) > 1e-10*q.scale[j] {
			return nil
		}
	}
	q.scale[d], q.diag[d] = math.Max(1, c), curve
	if d > n {
		// Weights stay in the span of the samples when all count alike: by the mean
		// second derivative there.
		sum := 0.0
		for _, s := range sd {
			sum += float64(s * s)
		}
		for j := range d {
			q.diag[j] += float64(curve * sum / float64(n))
		}
	}
	piece := max(1, 1<<14/max(d, 64))
	q.z, q.e, q.logs, q.full = make([]float64, piece*q.rows), make([]float64, piece), make([]float64, piece), make([]float64, piece*k)
	return q
}

// at evaluates the objective and its gradient, and the largest scaled component
// of that.
func (q *quick) at(theta, grad []float64) (loss, largest float64) {
	d, rows := q.d, q.rows
	clear(grad)
	shift := make([]float64, rows)
	for a := range shift {
		w := theta[a*(d+1) : (a+1)*(d+1)]
		shift[a] = w[d] - dot(w[:d], q.mean)
	}
	piece := len(q.e)
	w, sums := make([][]float64, rows), make([][]float64, piece)
	for a := range w {
		w[a] = theta[a*(d+1) : a*(d+1)+d]
	}
	groups := (rows + 3) / 4
	products := make([]float64, groups*4*d) // of four rows of weights behind each other
	factors := make([]float64, 4*piece)
	for from := 0; from < q.n; from += piece {
		m := min(piece, q.n-from)
		z := q.z[:m*rows]
		for i := range m {
			sums[i] = z[i*rows : (i+1)*rows]
			copy(sums[i], shift)
		}
		vec.DotsBlock(sums[:m], q.x[from:from+m], w)
		if rows == 1 {
			loss += q.two(z, q.y[from:from+m])
			for i, r := range z {
				addTimes(grad[:d], r, q.x[from+i])
				grad[d] += r
			}
			continue
		}
		loss += q.more(z, q.y[from:from+m])
		for g := range groups {
			for i := range m {
				for j := range 4 {
					if a := 4*g + j; a < rows {
						factors[4*i+j] = z[i*rows+a]
						grad[a*(d+1)+d] += z[i*rows+a]
					}
				}
			}
			vec.ProductsBlock(products[g*4*d:(g+1)*4*d], factors[:4*m], q.x[from:from+m])
		}
	}
	if rows > 1 {
		for a := range rows {
			copy(grad[a*(d+1):a*(d+1)+d], products[a*d:(a+1)*d])
		}
	}
	loss *= q.c
	for a := range rows {
		w, g := theta[a*(d+1):(a+1)*(d+1)], grad[a*(d+1):(a+1)*(d+1)]
		addTimes(g[:d], -g[d], q.mean)
		for j, v := range g {
			v = float64(q.c * v)
			if j < d {
				v += float64(q.penalty[j] * w[j])
				loss += float64(q.penalty[j] * float64(w[j]*w[j]) / 2)
			}
			g[j] = v
			if size := math.Abs(v) / q.scale[j]; !(size <= largest) {
				largest = size
			}
		}
	}
	return loss, largest
}

// two replaces scores of the second of two classes by probability less outcome,
// and returns the sum of -log of the probabilities of the outcomes.
func (q *quick) two(z []float64, y []int) float64 {
	e, logs := q.e[:len(z)], q.logs[:len(z)]
	for i, v := range z {
		e[i] = -math.Abs(v)
	}
	vec.ExpBlock(e, e)
	vec.AddConstBlock(logs, e, 1)
	loss := 0.0
	for i, v := range z {
		small := e[i] / logs[i] // probability of the less likely class
		switch {
		case (v > 0) == (y[i] == 1): // as expected
			z[i] = small
		default:
			loss += math.Abs(v)
			z[i] = 1 / logs[i]
		}
		if y[i] == 1 {
			z[i] = -z[i]
		}
	}
	vec.LogBlock(logs, logs)
	return loss + vec.SumBlock(logs)
}

// more replaces scores, [sample][row], by what probabilities less outcomes are of the
// rows, and returns the sum of -log of the probabilities of the outcomes.
func (q *quick) more(z []float64, y []int) float64 {
	k, rows, m := q.k, q.rows, len(y)
	full, sum, logs := q.full[:m*k], q.e[:m], q.logs[:m]
	loss := 0.0
	for i, own := range y {
		u, f := z[i*rows:(i+1)*rows], full[i*k:(i+1)*k]
		// Of Helmert's contrasts column a is the same for the classes up to a.
		top, same := math.Inf(-1), 0.0
		for c := k - 1; c >= 0; c-- {
			if c < rows {
				same += float64(q.basis[c*rows+c] * u[c])
			}
			f[c] = same
			if c > 0 {
				f[c] += float64(q.basis[c*rows+c-1] * u[c-1])
			}
			top = max(top, f[c])
		}
		loss += top - f[own]
		for c := range f {
			f[c] -= top
		}
	}
	vec.ExpBlock(full, full)
	for i, own := range y {
		f := full[i*k : (i+1)*k]
		others := 0.0
		for c, v := range f {
			if c != own {
				others += v
			}
		}
		sum[i] = others + f[own]
		// What is small keeps its digits: p - 1 is minus the sum of the others.
		f[own] = -others
		u := z[i*rows : (i+1)*rows]
		same := 0.0
		for a := range u {
			same += f[a]
			u[a] = (float64(q.basis[a*rows+a]*same) + float64(q.basis[(a+1)*rows+a]*f[a+1])) / sum[i]
		}
	}
	vec.LogBlock(logs, sum)
	return loss + vec.SumBlock(logs)
}

// solve returns false when it does not get there.
func (q *quick) solve(theta []float64) (s solution, ok bool) {
	diagonal := make([]float64, 0, len(theta))
	for range q.rows {
		diagonal = append(diagonal, q.diag...)
	}
	task := display.Start("decode.Logistic.Fit", "steps", 0)
	defer task.End()
	stop := func() bool {
		task.Add(1)
		return task.Err() != nil
	}
	r := lbfgs.Minimise(lbfgs.Problem{At: q.at, Diagonal: diagonal, Inverse: q.rough(theta, diagonal, stop), Goal: q.goal, Steps: quickSteps, Stop: stop}, theta)
	s.iterations, s.gradient, s.loss = r.Steps, r.Size, r.Value
	return s, r.Reached
}

// rough moves theta near the optimum and returns about the inverse of the second
// derivatives there, both of a part of the samples, where these are many beside the
// features: nil elsewhere.
func (q *quick) rough(theta, diagonal []float64, stop func() bool) func([]float64) {
	d, rows := q.d, q.rows
	m := min(20*d, max(10*d, q.n/5))
	if d > 500 || q.n < 4*m {
		return nil
	}
	// One of each n/m samples, at a place that has no period. Each stands for as many.
	part := *q
	part.n, part.c, part.goal = m, q.c*float64(q.n)/float64(m), 1e-2*q.c*float64(q.n)
	part.x, part.y = make([][]float64, m), make([]int, m)
	for k := range part.x {
		u := float64(float64(k) * 0.6180339887498949)
		i := min(q.n-1, int((float64(k)+u-math.Floor(u))*float64(q.n)/float64(m)))
		part.x[k], part.y[k] = q.x[i], q.y[i]
	}
	start := append([]float64(nil), theta...)
	lbfgs.Minimise(lbfgs.Problem{At: part.at, Diagonal: diagonal, Goal: part.goal, Steps: 30, Stop: stop}, start)
	l := part.curvature(start)
	if l == nil {
		return nil
	}
	grad := make([]float64, len(theta))
	before, _ := q.at(theta, grad)
	if after, _ := q.at(start, grad); after < before {
		copy(theta, start)
	}
	return func(v []float64) {
		for a := range rows {
			linalg.CholeskySolve(l, v[a*(d+1):(a+1)*(d+1)])
		}
	}
}

// curvature returns the Cholesky factor of the second derivatives at theta, averaged
// over the rows of weights (exact for two classes), nil where there is none.
func (q *quick) curvature(theta []float64) [][]float64 {
	d, rows := q.d, q.rows
	p := make([]float64, q.k)
	h := linalg.Gram(q.x, q.mean, func(i int) float64 {
		clear(p)
		for a := range rows {
			w := theta[a*(d+1) : (a+1)*(d+1)]
			z := dot(w[:d], q.x[i]) + w[d] - dot(w[:d], q.mean)
			for c := range p {
				p[c] += float64(q.basis[c*rows+a] * z)
			}
		}
		softmax(p)
		sum := 1.0
		for _, v := range p {
			sum -= float64(v * v)
		}
		if rows == 1 {
			return q.c * math.Max(0, sum) / 2
		}
		return q.c * math.Max(0, sum) / float64(rows)
	}, 0)
	for j, v := range q.diag {
		h[j][j] += float64(1e-3 * v)
		if j < d {
			h[j][j] += q.penalty[j]
		}
	}
	l, dependent := linalg.Cholesky(h, 1e-10)
	if dependent >= 0 {
		return nil
	}
	return l
}

// fit returns the solution as problem.finish does, for features less their means.
func (q *quick) fit() (solution, bool) {
	start := (&problem{y: q.y, k: q.k, rows: q.rows, d: q.d + 1, basis: q.basis}).start()
	s, ok := q.solve(start)
	if !ok {
		return s, false
	}
	for k := range q.k {
		if q.rows == 1 && k == 0 {
			continue
		}
		w := make([]float64, q.d+1)
		for a := range q.rows {
			addTimes(w, q.basis[k*q.rows+a], start[a*(q.d+1):(a+1)*(q.d+1)])
		}
		s.coef = append(s.coef, w)
	}
	return s, true
}

// moments returns means and standard deviations (over n) of the features, with
// sums about the first sample.
func moments(x [][]float64) (mean, sd []float64) {
	n, d := float64(len(x)), len(x[0])
	first, diff := x[0], make([]float64, d)
	mean, sd = make([]float64, d), make([]float64, d)
	for _, row := range x {
		vec.SubBlock(diff, row, first)
		vec.AddBlock(mean, mean, diff)
		vec.FMABlock(sd, diff, diff, sd)
	}
	for j, s := range mean {
		m := s / n
		sd[j] = math.Sqrt(math.Max(0, sd[j]/n-float64(m*m)))
		mean[j] = first[j] + m
	}
	return mean, sd
}
