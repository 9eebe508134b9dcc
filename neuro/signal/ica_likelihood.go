package signal

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A likelihoodAt has what the likelihood needs at a matrix w, y = wz.
type likelihoodAt struct {
	w        [][]float64
	loss     []float64   // mean of a density's logarithm, for each component
	score    [][]float64 // E[ψ(y_i) y_j]
	slope    []float64   // E[ψ'(y_i)]
	curve    [][]float64 // E[ψ'(y_i) y_j²]
	cov      [][]float64 // E[y_i y_j]
	logDet   float64
	extended bool
}

// at computes them, ψ being tanh(a y/2): a = 1 for infomax (logistic densities, minus
// logarithm |y| - 2 log(1+|ψ|)), and 2 for extended infomax (log cosh y).
func (u *unmixer) at(w [][]float64, extended bool) (*likelihoodAt, error) {
	a, n := 1.0, u.n
	if extended {
		a = 2
	}
	l := &likelihoodAt{w: w, extended: extended, cov: linalg.Zeros(n)}
	for i := range n { // E[zz'] = 1
		for j := range i + 1 {
			l.cov[i][j] = vec.DotBlock(w[i], w[j])
			l.cov[j][i] = l.cov[i][j]
		}
	}
	copied := linalg.Zeros(n)
	for i := range w {
		copy(copied[i], w[i])
	}
	var ok bool
	if l.logDet, ok = eliminate(copied, n); !ok {
		l.logDet = math.Inf(-1)
		return l, nil
	}
	scores, curves, losses, slopes := make([][][]float64, u.parts), make([][][]float64, u.parts), rows(u.parts, n), rows(u.parts, n)
	linalg.Parallel(u.parts, func(p int) {
		if u.task.Err() != nil {
			return
		}
		scores[p], curves[p] = rows(n, n), rows(n, n)
		psi, squares, room := rows(n, icaBlock), rows(n, icaBlock), make([]float64, icaBlock)
		s, q := make([][]float64, n), make([][]float64, n)
		u.each(p, w, func(y, _ [][]float64) {
			for i := range y {
				r := room[:len(y[i])]
				s[i], q[i] = psi[i][:len(r)], squares[i][:len(r)]
				copy(s[i], y[i])
				hyperbolic(s[i], a)
				vec.AbsBlock(r, s[i])
				vec.AddConstBlock(r, r, 1)
				vec.LogBlock(r, r)
				losses[p][i] -= vec.SumBlock(r)
				vec.AbsBlock(r, y[i])
				losses[p][i] += float64(vec.SumBlock(r) * a / 2)
				vec.MulBlock(q[i], y[i], y[i])
			}
			vec.DotsBlock(scores[p], s, y)
			for i := range s {
				vec.MulBlock(s[i], s[i], s[i])
				slopes[p][i] += vec.SumBlock(s[i])
			}
			vec.DotsBlock(curves[p], s, q)
		})
	})
	if err := u.task.Err(); err != nil {
		return nil, err
	}
	l.score, l.curve, l.loss, l.slope = scores[0], curves[0], losses[0], slopes[0]
	for p := 1; p < u.parts; p++ {
		addMatrix(l.score, scores[p])
		addMatrix(l.curve, curves[p])
		vec.AddBlock(l.loss, l.loss, losses[p])
		vec.AddBlock(l.slope, l.slope, slopes[p])
	}
	// ψ' = a/2 (1 - ψ²).
	each := 1 / float64(u.samples)
	for i := range n {
		l.loss[i] *= each * 2 / a
		l.slope[i] = a / 2 * (1 - float64(l.slope[i]*each))
		for j := range n {
			l.score[i][j] *= each
			l.curve[i][j] = a / 2 * (l.cov[j][j] - float64(l.curve[i][j]*each))
		}
	}
	return l, nil
}

// signs returns 1 for peaked components and -1 for flat ones, by Lee's criterion of
// stability.
func (l *likelihoodAt) signs() []float64 {
	s := make([]float64, len(l.w))
	for i := range s {
		s[i] = 1
		if l.extended && float64(l.slope[i]*l.cov[i][i]) < l.score[i][i] {
			s[i] = -1
		}
	}
	return s
}

// total is the loss: minus the mean logarithm of the likelihood.
func (l *likelihoodAt) total(signs []float64) float64 {
	sum := -l.logDet
	for i, s := range signs {
		sum += float64(s * l.loss[i])
		if l.extended {
			sum += float64(0.5 * l.cov[i][i])
		}
	}
	return sum
}

// gradient returns the relative gradient E[ψ y'] - 1 and the diagonal of the Hessian's
// approximation H2, raised so that no pair has curvature below least.
func (l *likelihoodAt) gradient(signs []float64) (g, h [][]float64) {
	const least = 0.01
	n := len(l.w)
	g, h = linalg.Zeros(n), linalg.Zeros(n)
	for i := range n {
		for j := range n {
			g[i][j], h[i][j] = float64(signs[i]*l.score[i][j]), float64(signs[i]*l.curve[i][j])
			if l.extended {
				g[i][j] += l.cov[i][j]
				h[i][j] += l.cov[j][j]
			}
		}
		g[i][i]--
	}
	for i := range n {
		for j := range i {
			d := h[i][j] - h[j][i]
			low := float64(0.5 * (h[i][j] + h[j][i] - math.Sqrt(float64(d*d)+4)))
			if low < least {
				h[i][j] += least - low
				h[j][i] += least - low
			}
		}
		h[i][i] = math.Max(h[i][i], least)
	}
	return g, h
}

// steepest returns the largest element of the relative gradient.
func (l *likelihoodAt) steepest(signs []float64) float64 {
	g, _ := l.gradient(signs)
	most := 0.0
	for i := range g {
		for _, v := range g[i] {
			most = math.Max(most, math.Abs(v))
		}
	}
	return most
}

// likelihood maximises the likelihood from w on, by L-BFGS on relative steps
// w ← (1 + d) w with the Hessian's approximation within.
func (u *unmixer) likelihood(w [][]float64, f *ICAFit, o ICAOptions) ([][]float64, error) {
	const memory = 7
	type pair struct {
		step, change [][]float64
		r            float64
	}
	var past []pair
	now, err := u.at(w, o.Method == "extended-infomax")
	if err != nil {
		return nil, err
	}
	signs := now.signs()
	var step, before [][]float64
	for {
		fresh := now.signs()
		same := true
		for i := range signs {
			same = same && signs[i] == fresh[i]
		}
		signs = fresh
		g, h := now.gradient(signs)
		f.Change = now.steepest(signs)
		if f.Converged = f.Change < o.Tol; f.Converged || f.Iterations >= o.MaxIter {
			return now.w, nil
		}
		if !same {
			past = nil
		} else if step != nil {
			change := linalg.Zeros(u.n)
			for i := range g {
				vec.SubBlock(change[i], g[i], before[i])
			}
			if along := inner(step, change); along > 0 {
				past = append(past, pair{step, change, 1 / along})
				past = past[max(0, len(past)-memory):]
			}
		}
		before = g
		// The direction of L-BFGS (Nocedal and Wright, algorithm 7.4).
		q := linalg.Zeros(u.n)
		addMatrix(q, g)
		alpha := make([]float64, len(past))
		for k := len(past) - 1; k >= 0; k-- {
			alpha[k] = past[k].r * inner(past[k].step, q)
			addScaled(q, past[k].change, -alpha[k])
		}
		z := linalg.Zeros(u.n)
		for i := range z {
			z[i][i] = q[i][i] / (1 + h[i][i])
			for j := range z[i] {
				if i != j {
					z[i][j] = (float64(h[j][i]*q[i][j]) - q[j][i]) / (float64(h[i][j]*h[j][i]) - 1)
				}
			}
		}
		for k := range past {
			beta := float64(past[k].r * inner(past[k].change, z))
			addScaled(z, past[k].step, alpha[k]-beta)
		}
		next, taken, err := u.search(now, z, signs)
		if err == nil && next == nil { // along the gradient instead
			past = nil
			next, taken, err = u.search(now, g, signs)
		}
		if err != nil {
			return nil, err
		}
		if next == nil { // as far down as rounding lets
			return now.w, nil
		}
		now, step = next, taken
		f.Iterations++
		u.task.Add(1)
	}
}

// search halves a step of -d until the loss falls; nil when ten halves are not enough.
func (u *unmixer) search(now *likelihoodAt, d [][]float64, signs []float64) (next *likelihoodAt, step [][]float64, err error) {
	loss, scale := now.total(signs), -1.0
	for range 10 {
		step = linalg.Zeros(u.n)
		addScaled(step, d, scale)
		w := linalg.Zeros(u.n)
		addMatrix(w, now.w)
		addMatrix(w, multiply(step, now.w))
		next, err = u.at(w, now.extended)
		if err != nil {
			return nil, nil, err
		}
		if !math.IsInf(next.logDet, 0) {
			fall := loss - next.total(signs)
			// At the bottom the loss has no digits left, and the gradient still has.
			if fall > 0 || fall > -1e-13*(1+math.Abs(loss)) && next.steepest(signs) < now.steepest(signs) {
				return next, step, nil
			}
		}
		scale /= 2
	}
	return nil, nil, nil
}

func inner(a, b [][]float64) float64 {
	sum := 0.0
	for i := range a {
		sum += vec.DotBlock(a[i], b[i])
	}
	return sum
}

func addScaled(sum, a [][]float64, f float64) {
	for i := range a {
		vec.FMAScaleBlock(sum[i], a[i], f, sum[i])
	}
}
