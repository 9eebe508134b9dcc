package model

import "math"

// linearStep returns the exact step of the states of the linear system x' = A x +
// q, whose q stays the same during a step:
//
//	x(t+h) = exp(A h) x + (integral of exp(A s) from 0 to h) q
//
// Where equations stand still while the cell is refractory, there is a second
// pair of matrices with their rows of A and q set to 0.
func (b *builder) linearStep(s *system, in []bool) ([]ref, error) {
	g := b.g
	out := make([]ref, len(s.states))
	var at []int
	for i := range in {
		if in[i] {
			at = append(at, i)
		}
	}
	n := len(at)
	if n == 0 {
		return out, nil
	}
	a := make([]float64, n*n)
	q := make([]ref, n)
	holds := false
	for r, i := range at {
		rest := s.f[i]
		for c, j := range at {
			p, left, _ := g.affine(rest, s.x[j], g.depends(s.x[j]))
			a[r*n+c], _ = g.isConst(p)
			rest = left
		}
		q[r] = rest
		holds = holds || s.states[i].flags["unless refractory"]
	}
	row := func(a []float64, r int, still func(int) bool) ref {
		p, k := propagator(a, n, b.dt)
		sum := g.constant(0)
		for c, j := range at {
			sum = g.add(sum, g.mul(s.x[j], g.constant(p[r*n+c])))
			if !still(c) {
				sum = g.add(sum, g.mul(q[c], g.constant(k[r*n+c])))
			}
		}
		return sum
	}
	stays := func(c int) bool { return s.states[at[c]].flags["unless refractory"] }
	still := append([]float64(nil), a...)
	for r := range at {
		if stays(r) {
			clear(still[r*n : r*n+n])
		}
	}
	for r, i := range at {
		out[i] = row(a, r, func(int) bool { return false })
		if holds && b.active >= 0 {
			out[i] = g.sel(b.active, out[i], row(still, r, stays))
		}
	}
	return out, nil
}

// propagator returns exp(A h) and the integral of exp(A s) from 0 to h, by their
// series after halving h until the norm is small (Higham 2005), and doubling.
func propagator(a []float64, n int, h float64) (p, k []float64) {
	norm := 0.0
	for r := 0; r < n; r++ {
		sum := 0.0
		for c := 0; c < n; c++ {
			sum += math.Abs(a[r*n+c])
		}
		norm = max(norm, sum)
	}
	halvings := 0
	for x := float64(norm * h); x > 0.125 && halvings < 60; x /= 2 {
		halvings++
		h /= 2
	}
	mul := func(x, y []float64) []float64 {
		z := make([]float64, n*n)
		for r := 0; r < n; r++ {
			for c := 0; c < n; c++ {
				s := 0.0
				for i := 0; i < n; i++ {
					s = math.FMA(x[r*n+i], y[i*n+c], s)
				}
				z[r*n+c] = s
			}
		}
		return z
	}
	// The integral is h (I + A h/2! + (A h)^2/3! + ...).
	k = make([]float64, n*n)
	term := make([]float64, n*n)
	for i := 0; i < n; i++ {
		term[i*n+i] = h
	}
	for m := 2; m < 20; m++ {
		for i := range k {
			k[i] += term[i]
		}
		term = mul(term, a)
		for i := range term {
			term[i] = float64(term[i]*h) / float64(m)
		}
	}
	minus := mul(a, k) // exp(A h) - 1, which keeps its digits when doubled
	for ; halvings > 0; halvings-- {
		twice := mul(minus, k)
		square := mul(minus, minus)
		for i := range k {
			k[i] = float64(2*k[i]) + twice[i]
			minus[i] = float64(2*minus[i]) + square[i]
		}
	}
	p = minus
	for i := 0; i < n; i++ {
		p[i*n+i]++
	}
	return p, k
}
