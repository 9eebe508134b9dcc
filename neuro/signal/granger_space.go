package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A space is a process in innovations form,
//
//	s(t+1) = a s(t) + k e(t),  x(t) = c s(t) + e(t),  cov e = v.
type space struct{ a, c, k, v [][]float64 }

// space returns the model as a process with the last samples as its state.
func (m *VAR) space() space {
	n, p := len(m.Sigma), len(m.A)
	a := m.companion()
	k := linalg.Matrix(n*p, n)
	for i := range n {
		k[i][i] = 1
	}
	return space{a: a, c: a[:n], k: k, v: m.Sigma}
}

// observed returns the innovations form of some of the channels alone: the steady
// state of Kalman's filter that sees only them (Barnett and Seth 2015, Phys. Rev. E
// 91:040101, eqs 8 to 10). It reports false when there is none.
func (s space) observed(channels []int) (space, bool) {
	c := make([][]float64, len(channels))
	r, side := linalg.Zeros(len(channels)), linalg.Matrix(len(s.v), len(channels))
	for i, ch := range channels {
		c[i] = s.c[ch]
		for j, other := range channels {
			r[i][j] = s.v[ch][other]
		}
		for j := range s.v {
			side[j][i] = s.v[j][ch]
		}
	}
	// State noise Q = k v k', observation noise R, and S between them. With
	// a - S R⁻¹ c for a, and Q - S R⁻¹ S' for Q, the noises are independent.
	sr := linalg.Multiply(s.k, side)
	rs, ok := linalg.SolveMany(r, linalg.Transposed(sr)) // R⁻¹ S'
	rc, ok2 := linalg.SolveMany(r, c)                    // R⁻¹ c
	if !ok || !ok2 {
		return space{}, false
	}
	a := plus(s.a, -1, linalg.Multiply(sr, rc))
	q := linalg.Multiply(linalg.Multiply(s.k, s.v), linalg.Transposed(s.k))
	q = symmetric(plus(q, -1, linalg.Multiply(sr, rs)))
	g := symmetric(linalg.Multiply(linalg.Transposed(c), rc))
	p, ok := riccati(linalg.Transposed(a), g, q)
	if !ok {
		return space{}, false
	}
	pc := linalg.Multiply(p, linalg.Transposed(c))
	v := symmetric(plus(linalg.Multiply(c, pc), 1, r))
	gain, ok := linalg.SolveMany(v, linalg.Transposed(plus(linalg.Multiply(s.a, pc), 1, sr)))
	if !ok {
		return space{}, false
	}
	return space{a: s.a, c: c, k: linalg.Transposed(gain), v: v}, true
}

// riccati solves x = h + a' x (I + g x)⁻¹ a for symmetric g and h by doubling
// (Anderson 1978; Chu, Fan, Lin and Wang 2004), which converges quadratically.
func riccati(a, g, h [][]float64) ([][]float64, bool) {
	n := len(a)
	for range 60 {
		w := linalg.Multiply(g, h)
		for i := range w {
			w[i][i]++
		}
		// (I + G H)⁻¹ of A and of G.
		both := linalg.Matrix(n, 2*n)
		for i := range both {
			copy(both[i], a[i])
			copy(both[i][n:], g[i])
		}
		x, ok := linalg.SolveMany(w, both)
		if !ok {
			return nil, false
		}
		wa, wg := linalg.Matrix(n, n), linalg.Matrix(n, n)
		for i := range x {
			copy(wa[i], x[i][:n])
			copy(wg[i], x[i][n:])
		}
		at := linalg.Transposed(a)
		step := linalg.Multiply(linalg.Multiply(at, h), wa)
		g = symmetric(plus(g, 1, linalg.Multiply(linalg.Multiply(a, wg), at)))
		next := symmetric(plus(h, 1, step))
		a = linalg.Multiply(a, wa)
		change, size := 0.0, 0.0
		for i := range step {
			change += vec.DotBlock(step[i], step[i])
			size += vec.DotBlock(next[i], next[i])
		}
		h = next
		if change <= 1e-32*size {
			return h, true
		}
	}
	return nil, false
}

// seen returns the transfer function I + c (z - a)⁻¹ gain of some channels alone, at
// frequency f: with the companion matrix a, x = (z - a)⁻¹ u has x_k = (x_{k-1} +
// u_k)/z, so that only the transfer function h of all channels is left to apply.
func (m *VAR) seen(channels []int, gain [][]float64, h cmatrix, f float64) cmatrix {
	n := len(m.Sigma)
	back := turn(-f / m.FS)
	u := rowsComplex(n, len(channels))
	w := rowsComplex(n, len(channels))
	for i := range n {
		for j, v := range gain[i] {
			u[i][j] = complex(v, 0)
		}
	}
	for k := 1; k < len(m.A); k++ {
		for i := range n {
			for j, v := range gain[k*n+i] {
				w[i][j] = product(w[i][j]+complex(v, 0), back)
			}
		}
		for i, row := range m.A[k] {
			for l, v := range row {
				for j, y := range w[l] {
					u[i][j] += complex(float64(v*real(y)), float64(v*imag(y)))
				}
			}
		}
	}
	x := h.times(u)
	out := newCMatrix(len(channels))
	for i, c := range channels {
		for j := range channels {
			out[i][j] = x[c][j] - complex(gain[c][j], 0)
		}
		out[i][i]++
	}
	return out
}

// spectralGranger fills d with Granger causality of pairs or given all others; h
// are the transfer functions of the model.
func (m *VAR) spectralGranger(call string, d *Directed, h []cmatrix, pairwise bool, stopped func() error) error {
	n := len(m.Sigma)
	whole := m.space()
	var jobs [][]int // channels that are kept
	switch {
	case n < 2:
		return fmt.Errorf("signal: %s: %d channels; Granger causality needs 2 or more", call, n)
	case pairwise && n > 2:
		for _, p := range allPairs(n) {
			jobs = append(jobs, p[:])
		}
	case pairwise || n == 2:
		jobs = append(jobs, []int{0, 1})
	default:
		for j := range n {
			jobs = append(jobs, without(n, j))
		}
	}
	for i := range n {
		for k := range d.F {
			d.V[i][i][k] = math.NaN()
		}
	}
	bad := make([]bool, len(jobs))
	linalg.Parallel(len(jobs), func(at int) {
		if stopped() != nil {
			return
		}
		keep := jobs[at]
		switch {
		case n == 2:
			for k := range h {
				for i := range 2 {
					d.V[i][1-i][k] = geweke(h[k], m.Sigma, i, 1-i)
				}
			}
		case pairwise:
			pair, ok := whole.observed(keep)
			if !ok {
				bad[at] = true
				return
			}
			for k, f := range d.F {
				t := m.seen(keep, pair.k, h[k], f)
				for i := range 2 {
					d.V[keep[i]][keep[1-i]][k] = geweke(t, pair.v, i, 1-i)
				}
			}
		default:
			rest, ok := whole.observed(keep)
			if !ok {
				bad[at] = true
				return
			}
			part := make([]cmatrix, len(h))
			for k, f := range d.F {
				part[k] = m.seen(keep, rest.k, h[k], f)
			}
			bad[at] = conditional(d, keep, part, rest.v, h, m.Sigma) != nil
		}
	})
	if err := stopped(); err != nil {
		return fmt.Errorf("signal: %s: %w", call, err)
	}
	for at := range bad {
		if bad[at] {
			return fmt.Errorf("signal: %s: channels %v have no model of their own: Sigma is singular or the largest root (%.6g) too near 1", call, jobs[at], m.Radius)
		}
	}
	return nil
}

// geweke returns log S_ii / (S_ii - |H_ij|² Σ_j|i) of two channels.
func geweke(h cmatrix, sigma [][]float64, i, j int) float64 {
	shared := sigma[i][j] / sigma[i][i]
	own := h[i][i] + complex(float64(shared*real(h[i][j])), float64(shared*imag(h[i][j])))
	rest := sigma[j][j] - float64(sigma[i][j]*sigma[i][j])/sigma[i][i]
	return vec.Log1p(float64(square(h[i][j])*rest) / float64(square(own)*sigma[i][i]))
}

// intrinsic returns log total / (total - what noises other than number a add), of
// a channel with transfers q.
func intrinsic(q []complex128, sigma [][]float64, a int, total float64) float64 {
	// The noise number a, with what the others share with it: its weight.
	own := complex(0, 0)
	for b, v := range q {
		w := sigma[a][b] / sigma[a][a]
		own += complex(float64(real(v)*w), float64(imag(v)*w))
	}
	return max(0, vec.Log(total/float64(square(own)*sigma[a][a])))
}

func without(n, j int) (keep []int) {
	for i := range n {
		if i != j {
			keep = append(keep, i)
		}
	}
	return keep
}

func missing(keep []int) int {
	for i, v := range keep {
		if v != i {
			return i
		}
	}
	return len(keep)
}
