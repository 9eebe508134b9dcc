package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// autocovariances returns R[h] = Σ_t x(t) x(t-h)' / samples for h = 0 to order,
// over the pairs within trials.
func autocovariances(x [][][]float64, order int) [][][]float64 {
	n, samples := len(x[0]), len(x[0][0])
	r := make([][][]float64, order+1)
	linalg.Parallel(len(r), func(h int) {
		r[h] = linalg.Zeros(n)
		for _, trial := range x {
			for i := range n {
				for j := range n {
					r[h][i][j] += vec.DotBlock(trial[i][h:], trial[j][:samples-h])
				}
			}
		}
		for i := range n {
			vec.DivConstBlock(r[h][i], r[h][i], float64(len(x)*samples))
		}
	})
	return r
}

// A ladder is a model of growing order, forward and backward in time.
type ladder struct {
	a, b   [][][]float64 // coefficients forward and backward
	pa, pb [][]float64   // covariances of the residuals
}

func newLadder(r0 [][]float64) *ladder {
	return &ladder{pa: scaled(r0, 1), pb: scaled(r0, 1)}
}

// climb adds one order, with delta the covariance of the forward residual and the
// backward one of the sample before the oldest.
func (l *ladder) climb(delta [][]float64) error {
	// K = delta pb⁻¹ and L = delta' pa⁻¹.
	kt, ok := linalg.SolveMany(l.pb, linalg.Transposed(delta))
	lt, ok2 := linalg.SolveMany(l.pa, delta)
	if !ok || !ok2 {
		return fmt.Errorf("the residuals' covariance is singular at order %d", len(l.a)+1)
	}
	k, back := linalg.Transposed(kt), linalg.Transposed(lt)
	p := len(l.a)
	a, b := make([][][]float64, p+1), make([][][]float64, p+1)
	for i := range p {
		a[i] = plus(l.a[i], -1, linalg.Multiply(k, l.b[p-1-i]))
		b[i] = plus(l.b[i], -1, linalg.Multiply(back, l.a[p-1-i]))
	}
	a[p], b[p] = k, back
	l.a, l.b = a, b
	l.pa = symmetric(plus(l.pa, -1, linalg.Multiply(k, linalg.Transposed(delta))))
	l.pb = symmetric(plus(l.pb, -1, linalg.Multiply(back, delta)))
	if _, at := linalg.Cholesky(l.pa, 1e-14); at >= 0 {
		return fmt.Errorf("the residuals' covariance is singular at order %d: channel number %d follows from others and the past", p+1, at)
	}
	return nil
}

// whittle solves the Yule-Walker equations of autocovariances R[h] = E x(t) x(t-h)'
// and returns the coefficients forward and backward, and the covariance of the
// forward residuals.
func whittle(r [][][]float64) (a, b [][][]float64, sigma [][]float64, err error) {
	l := newLadder(r[0])
	for p := 1; p < len(r); p++ {
		delta := scaled(r[p], 1)
		for k, c := range l.a {
			delta = plus(delta, -1, linalg.Multiply(c, r[p-1-k]))
		}
		if err := l.climb(delta); err != nil {
			return nil, nil, nil, err
		}
	}
	return l.a, l.b, l.pa, nil
}

// nuttallStrand fits by minimising, order after order, the residuals forward and
// backward, each in units of its own covariance: with F, B and D the sums of their
// products the partial covariance Δ solves F Pa⁻¹ Δ + Δ Pb⁻¹ B = 2 D.
func nuttallStrand(call string, x [][][]float64, order int) (a [][][]float64, sigma [][]float64, err error) {
	n, samples := len(x[0]), len(x[0][0])
	forward, backward := make([][][]float64, len(x)), make([][][]float64, len(x))
	for i := range x {
		forward[i], backward[i] = rows(n, samples), rows(n, samples)
		for c := range n {
			copy(forward[i][c], x[i][c])
			copy(backward[i][c], x[i][c])
		}
	}
	l := newLadder(autocovariances(x, 0)[0])
	task := display.Start("signal."+call, "orders", order)
	defer task.End()
	for p := 1; p <= order; p++ {
		if task.Err() != nil {
			return nil, nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
		// forward[t] belongs to x(t), backward[t-1] to x(t-p).
		f, b, d := linalg.Zeros(n), linalg.Zeros(n), linalg.Zeros(n)
		linalg.Parallel(n, func(c int) {
			for i := range x {
				for j := range n {
					f[c][j] += vec.DotBlock(forward[i][c][p:], forward[i][j][p:])
					b[c][j] += vec.DotBlock(backward[i][c][p-1:samples-1], backward[i][j][p-1:samples-1])
					d[c][j] += vec.DotBlock(forward[i][c][p:], backward[i][j][p-1:samples-1])
				}
			}
		})
		delta, ok := partialCovariance(l.pa, l.pb, f, b, d)
		if !ok {
			return nil, nil, fmt.Errorf("signal: %s: the residuals' covariance is singular at order %d", call, p)
		}
		if err := l.climb(delta); err != nil {
			return nil, nil, fmt.Errorf("signal: %s: %w", call, err)
		}
		k, back := l.a[p-1], l.b[p-1]
		linalg.Parallel(len(x), func(i int) {
			next, before := rows(n, samples), rows(n, samples)
			for c := range n {
				copy(next[c][p:], forward[i][c][p:])
				copy(before[c][p:], backward[i][c][p-1:samples-1])
				for j := range n {
					vec.FMAScaleBlock(next[c][p:], backward[i][j][p-1:samples-1], -k[c][j], next[c][p:])
					vec.FMAScaleBlock(before[c][p:], forward[i][j][p:], -back[c][j], before[c][p:])
				}
			}
			forward[i], backward[i] = next, before
		})
		task.Add(1)
	}
	return l.a, l.pa, nil
}

// partialCovariance solves F Pa⁻¹ Δ + Δ Pb⁻¹ B = 2 D: in the axes in which Pa and Pb
// are identities both coefficients are symmetric, and their eigenvectors take it
// apart.
func partialCovariance(pa, pb, f, b, d [][]float64) ([][]float64, bool) {
	la, at := linalg.Cholesky(pa, 0)
	lb, at2 := linalg.Cholesky(pb, 0)
	if at >= 0 || at2 >= 0 {
		return nil, false
	}
	white := func(l, m, r [][]float64) [][]float64 { // l⁻¹ m r'⁻¹
		y, _ := linalg.SolveMany(l, m)
		z, _ := linalg.SolveMany(r, linalg.Transposed(y))
		return linalg.Transposed(z)
	}
	fw, u, ok := linalg.Symmetric(white(la, f, la))
	bw, v, ok2 := linalg.Symmetric(white(lb, b, lb))
	if !ok || !ok2 {
		return nil, false
	}
	y := linalg.Multiply(linalg.Multiply(u, white(la, d, lb)), linalg.Transposed(v))
	for i := range y {
		for j := range y {
			s := fw[i] + bw[j]
			if !(s > 0) {
				return nil, false
			}
			y[i][j] *= 2 / s
		}
	}
	y = linalg.Multiply(linalg.Multiply(linalg.Transposed(u), y), v)
	return linalg.Multiply(linalg.Multiply(la, y), linalg.Transposed(lb)), true
}

// scaled returns w a.
func scaled(a [][]float64, w float64) [][]float64 {
	out := linalg.Matrix(len(a), len(a[0]))
	for i, row := range a {
		vec.MulConstBlock(out[i], row, w)
	}
	return out
}

// plus returns a + w b.
func plus(a [][]float64, w float64, b [][]float64) [][]float64 {
	out := linalg.Matrix(len(a), len(a[0]))
	for i, row := range a {
		vec.FMAScaleBlock(out[i], b[i], w, row)
	}
	return out
}

// symmetric returns (a + a')/2, in place.
func symmetric(a [][]float64) [][]float64 {
	for i := range a {
		for j := range i {
			v := float64((a[i][j] + a[j][i]) / 2)
			a[i][j], a[j][i] = v, v
		}
	}
	return a
}
