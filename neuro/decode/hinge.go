package decode

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// hinge fits one row per pair of classes.
func (f *LinearFit) hinge(t *training, x [][]float64, c float64, task *display.Counter) error {
	d := len(x[0])
	for a := range t.classes {
		for b := a + 1; b < len(t.classes); b++ {
			var rows [][]float64
			var sign []float64
			for i, row := range x {
				switch t.index[i] {
				case a:
					rows, sign = append(rows, row), append(sign, -1)
				case b:
					rows, sign = append(rows, row), append(sign, 1)
				}
			}
			// The intercept is free: features count from their means, which
			// keeps products of samples small.
			data, mean, _ := centre(rows)
			s := newDual(data, len(rows), d, sign, c, task)
			if err := s.solve(); err != nil {
				return fmt.Errorf("classes %d and %d: %w", t.classes[a], t.classes[b], err)
			}
			w := make([]float64, d)
			for i, v := range s.alpha {
				if v > 0 {
					addTimes(w, v*sign[i], data[i*d:(i+1)*d])
				}
			}
			f.Coef = append(f.Coef, w)
			f.Intercept = append(f.Intercept, s.intercept()-dot(w, mean))
			f.Pairs = append(f.Pairs, [2]int{a, b})
		}
	}
	if len(t.classes) == 2 {
		f.Pairs = nil
	}
	return nil
}

// A dual is the problem of the hinge in the weights of samples:
//
//	min Σ_ij α_i α_j s_i s_j x_i·x_j / 2 - Σ α,  0 <= α <= C,  Σ α s = 0
type dual struct {
	task            *display.Counter
	n               int
	k               []float64 // x_i·x_j
	sign            []float64
	c               float64
	alpha, gradient []float64
}

func newDual(x []float64, n, d int, sign []float64, c float64, task *display.Counter) *dual {
	s := &dual{task: task, n: n, k: make([]float64, n*n), sign: sign, c: c, alpha: make([]float64, n), gradient: make([]float64, n)}
	for i := 0; i < n && task.Err() == nil; i++ {
		for j := range i + 1 {
			v := dot(x[i*d:(i+1)*d], x[j*d:(j+1)*d])
			s.k[i*n+j], s.k[j*n+i] = v, v
		}
	}
	for i := range s.gradient {
		s.gradient[i] = -1
	}
	return s
}

// mayRise reports whether α_i s_i can grow, and mayFall whether it can fall.
func (s *dual) mayRise(i int) bool {
	return s.sign[i] > 0 && s.alpha[i] < s.c || s.sign[i] < 0 && s.alpha[i] > 0
}

func (s *dual) mayFall(i int) bool {
	return s.sign[i] > 0 && s.alpha[i] > 0 || s.sign[i] < 0 && s.alpha[i] < s.c
}

// wish returns b as sample i would have it on its margin.
func (s *dual) wish(i int) float64 { return float64(-s.sign[i] * s.gradient[i]) }

// solve moves two samples at a time: the one that asks most for it, and with it
// the one that gains most. As soon as that has found which samples are on the
// margin, linear equations give the rest.
func (s *dual) solve() error {
	const enough = 1e-11 // of a margin of 1
	best, ripe := math.Inf(1), 0.5
	stalled := 0
	for round := 0; round < 2_000_000; round++ {
		if s.task.Add(1); s.task.Err() != nil {
			return s.task.Err()
		}
		i, top := -1, math.Inf(-1)
		for t := range s.n {
			if v := s.wish(t); s.mayRise(t) && v > top {
				i, top = t, v
			}
		}
		j, low, gain := -1, math.Inf(1), math.Inf(-1)
		for t := range s.n {
			if !s.mayFall(t) {
				continue
			}
			v := s.wish(t)
			low = min(low, v)
			if b := top - v; b > 0 {
				a := s.k[i*s.n+i] + s.k[t*s.n+t] - float64(2*s.k[i*s.n+t])
				if g := b * b / max(a, 1e-12); g > gain {
					j, gain = t, g
				}
			}
		}
		violation := top - low
		if i < 0 || j < 0 || violation < enough {
			return nil
		}
		if violation < ripe {
			if ripe /= 8; s.settle() {
				return nil
			}
		}
		// Rounding ends the descent of large products before that.
		if violation < best {
			best, stalled = violation, 0
		} else if stalled++; stalled > 1000 && best < 1e-7 {
			return nil
		}
		a := s.k[i*s.n+i] + s.k[j*s.n+j] - float64(2*s.k[i*s.n+j])
		by := (top - s.wish(j)) / max(a, 1e-12)
		by = min(by, s.room(i, s.sign[i]), s.room(j, -s.sign[j]))
		s.move(i, float64(s.sign[i]*by))
		s.move(j, float64(-s.sign[j]*by))
	}
	return fmt.Errorf("margins are still off by %.2g after 2000000 steps; a smaller C or features of like sizes (a standard deviation of 1) converge", best)
}

// settle solves for the samples that are between their bounds: all of them are on
// the margin, and Σ α s = 0. It reports false, and changes nothing, unless that is
// the optimum.
func (s *dual) settle() bool {
	var free []int
	for i, a := range s.alpha {
		if a > 0 && a < s.c {
			free = append(free, i)
		}
	}
	n := len(free)
	if n == 0 || n > 400 {
		return false
	}
	all := make([]float64, (n+1)*(n+2))
	a := make([][]float64, n+1)
	for k := range a {
		a[k] = all[k*(n+2) : (k+1)*(n+2)]
	}
	size := 0.0
	for k, i := range free {
		a[k][n], a[n][k], a[k][n+1] = s.sign[i], s.sign[i], 1
		for l, j := range free {
			a[k][l] = float64(s.sign[i] * s.sign[j] * s.k[i*s.n+j])
		}
		size = max(size, a[k][k])
	}
	for j, v := range s.alpha {
		if v != s.c {
			continue
		}
		for k, i := range free {
			a[k][n+1] -= float64(v * s.sign[i] * s.sign[j] * s.k[i*s.n+j])
		}
		a[n][n+1] -= float64(v * s.sign[j])
	}
	x, ok := linalg.Solve(a, 1e-11*size)
	if !ok {
		return false
	}
	alpha, gradient := slices.Clone(s.alpha), slices.Clone(s.gradient)
	back := func() bool {
		s.alpha, s.gradient = alpha, gradient
		return false
	}
	s.alpha, s.gradient = slices.Clone(alpha), make([]float64, s.n)
	for k, i := range free {
		if !(x[k] > 0 && x[k] < s.c) {
			return back()
		}
		s.alpha[i] = x[k]
	}
	for i := range s.gradient {
		s.gradient[i] = -1
		for j, v := range s.alpha {
			if v != 0 {
				s.gradient[i] += float64(v * s.sign[i] * s.sign[j] * s.k[i*s.n+j])
			}
		}
	}
	top, low := math.Inf(-1), math.Inf(1)
	for t := range s.n {
		if s.mayRise(t) {
			top = max(top, s.wish(t))
		}
		if s.mayFall(t) {
			low = min(low, s.wish(t))
		}
	}
	if top-low > 1e-9 {
		return back()
	}
	return true
}

// room returns how far α_i can go in a direction.
func (s *dual) room(i int, direction float64) float64 {
	if direction > 0 {
		return s.c - s.alpha[i]
	}
	return s.alpha[i]
}

func (s *dual) move(i int, by float64) {
	v := s.alpha[i] + by
	// What is left of a bound by rounding is the bound.
	if v < 1e-14*s.c {
		v = 0
	} else if v > s.c*(1-1e-14) {
		v = s.c
	}
	by, s.alpha[i] = v-s.alpha[i], v
	for t := range s.n {
		s.gradient[t] += float64(by * s.sign[i] * s.sign[t] * s.k[i*s.n+t])
	}
}

// intercept returns b: the mean of what samples on the margin ask for, or the
// middle of what the others allow.
func (s *dual) intercept() float64 {
	sum, free := 0.0, 0
	lo, hi := math.Inf(-1), math.Inf(1)
	for i, a := range s.alpha {
		v := s.wish(i)
		if a > 0 && a < s.c {
			sum += v
			free++
			continue
		}
		if s.mayRise(i) {
			lo = max(lo, v)
		} else {
			hi = min(hi, v)
		}
	}
	if free > 0 {
		return sum / float64(free)
	}
	return (lo + hi) / 2
}
