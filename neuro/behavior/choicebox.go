package behavior

import (
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
)

// box is a function of parameters within bounds, to be made small. A search goes
// over places u on a line without ends; a parameter that runs to its bound is
// fixed there.
type box struct {
	parameters []Parameter
	f          func(x []float64) float64
	stop       func() error
}

type boxEnd struct {
	u         []float64 // places; ±Inf at a bound
	fixed     []float64 // the bound, NaN where free
	value     float64
	hessian   [][]float64 // of the free ones
	converged bool
}

func (b *box) values(u, fixed []float64) []float64 {
	x := make([]float64, len(u))
	for i, p := range b.parameters {
		x[i] = fixed[i]
		if math.IsNaN(fixed[i]) {
			x[i] = p.value(u[i])
		}
	}
	return x
}

// minimise searches from u over the parameters that are not fixed.
func (b *box) minimise(u, fixed []float64) boxEnd { return b.within(u, fixed, 0) }

// within is minimise to a tolerance; 0 is as far as differences can tell.
func (b *box) within(u, fixed []float64, tol float64) boxEnd {
	var free []int
	start := []float64{}
	for i, at := range fixed {
		if math.IsNaN(at) {
			free, start = append(free, i), append(start, u[i])
		}
	}
	full := append([]float64(nil), u...)
	at := func(v []float64) float64 {
		for k, i := range free {
			// Farther out there is nothing but the bound.
			if math.Abs(v[k]) > 200 && !math.IsInf(b.parameters[i].Min, -1) {
				return math.Inf(1)
			}
			full[i] = v[k]
		}
		return b.f(b.values(full, fixed))
	}
	if len(free) == 0 {
		v := at(nil)
		return boxEnd{u: full, fixed: fixed, value: v, converged: !math.IsNaN(v) && !math.IsInf(v, 0)}
	}
	r := optim.Minimize(at, start, optim.Options{Tol: tol, Stop: b.stop})
	// Where a function has edges, such as of the better of two values, its least
	// value may lie on one, where no gradient is 0: then no step along any
	// parameter leads lower.
	for range 3 {
		if r.Converged || b.stop() != nil {
			break
		}
		x, lower := compass(at, r.X, r.F)
		if !lower {
			r.Converged = !math.IsInf(r.F, 0)
			break
		}
		r = optim.Minimize(at, x, optim.Options{Tol: tol, Stop: b.stop})
	}
	for k, i := range free {
		full[i] = r.X[k]
	}
	return boxEnd{u: full, fixed: fixed, value: r.F, hessian: r.Hessian, converged: r.Converged}
}

// A begin is a place to search from.
type begin struct {
	u     []float64
	value float64
}

// begins returns the best of eight times as many places of a Halton sequence.
func (b *box) begins(starts int, fixed []float64) []begin {
	var all []begin
	for k := range 8 * starts {
		u := make([]float64, len(b.parameters))
		for i, p := range b.parameters {
			u[i] = p.start(halton(k+1, i))
		}
		if v := b.f(b.values(u, fixed)); !math.IsNaN(v) {
			all = append(all, begin{u, v})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].value < all[j].value })
	return all[:min(starts, len(all))]
}

// search returns the least value from several starts.
func (b *box) search(starts int) boxEnd {
	n := len(b.parameters)
	free := make([]float64, n)
	for i := range free {
		free[i] = math.NaN()
	}
	// All starts coarsely, then the best ends to the last.
	var ends []boxEnd
	for _, s := range b.begins(starts, free) {
		if b.stop() != nil {
			break
		}
		ends = append(ends, b.within(s.u, free, 1e-5))
	}
	sort.SliceStable(ends, func(i, j int) bool { return ends[i].value < ends[j].value })
	best := boxEnd{u: make([]float64, n), fixed: free, value: math.Inf(1)}
	for k, s := range ends {
		if b.stop() != nil || k > 0 && (k > 3 || s.value > ends[0].value+0.1) {
			break
		}
		if k > 0 && best.converged && samePlace(s.u, ends[k-1].u) {
			continue
		}
		// A later search that ends at the same place differs by rounding.
		if r := b.toBounds(b.minimise(s.u, free)); r.value < best.value-1e-9 || (!best.converged && r.converged && r.value < best.value+1e-6) {
			best = r
		}
	}
	if best.hessian == nil {
		best.hessian = emptySquare(n)
	}
	return best
}

// compass looks for a lower value by steps along the parameters.
func compass(f func([]float64) float64, x []float64, value float64) (to []float64, lower bool) {
	at := append([]float64(nil), x...)
	best := value - float64(1e-9*(1+math.Abs(value)))
	for i := range at {
		for _, step := range []float64{0.1, -0.1, 0.01, -0.01, 1e-3, -1e-3, 1e-4, -1e-4} {
			at[i] = x[i] + step
			if v := f(at); v < best {
				best, to, lower = v, append([]float64(nil), at...), true
			}
		}
		at[i] = x[i]
	}
	return to, lower
}

func samePlace(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 0.02 {
			return false
		}
	}
	return true
}

func emptySquare(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// halton returns element k of the sequence of van der Corput in the i-th prime.
func halton(k, i int) float64 {
	prime := []int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}[i%12]
	v, part := 0.0, 1/float64(prime)
	for ; k > 0; k /= prime {
		v += float64(part * float64(k%prime))
		part /= float64(prime)
	}
	return v
}

// toBounds fixes parameters at the bounds that they run to, also over a plateau.
// One for which both bounds are as good is left: nothing places it.
func (b *box) toBounds(r boxEnd) boxEnd {
	for again := true; again; {
		again = false
		type side struct {
			i int
			u float64
		}
		var near []side
		k := 0
		for i, p := range b.parameters {
			if !math.IsNaN(r.fixed[i]) {
				continue
			}
			flat := r.hessian != nil && r.hessian[k][k] < 0.01
			k++
			if math.IsInf(p.Min, -1) || math.IsInf(p.Max, 1) && r.u[i] > 0 {
				continue
			}
			if math.Abs(r.u[i]) > 4 || flat {
				near = append(near, side{i: i, u: math.Abs(r.u[i])})
			}
		}
		sort.SliceStable(near, func(i, j int) bool { return near[i].u > near[j].u })
		for _, n := range near {
			if b.stop() != nil {
				return r
			}
			if e, ok := b.toBound(r, n.i); ok {
				r, again = e, true
				break
			}
		}
	}
	return r
}

// toBound fixes parameter i at a bound where that is no worse and the other bound
// is.
func (b *box) toBound(r boxEnd, i int) (boxEnd, bool) {
	p := b.parameters[i]
	bounds := [2]float64{p.Min, p.Max}
	if r.u[i] > 0 {
		bounds = [2]float64{p.Max, p.Min}
	}
	fixed := append([]float64(nil), r.fixed...)
	for k, bound := range bounds {
		if math.IsInf(bound, 0) {
			continue
		}
		fixed[i] = bound
		e := b.minimise(r.u, append([]float64(nil), fixed...))
		if !(e.value <= r.value+float64(1e-8*(1+math.Abs(r.value)))) {
			continue
		}
		if fixed[i] = bounds[1-k]; !math.IsInf(fixed[i], 0) && b.f(b.values(r.u, fixed)) < e.value+1e-6 {
			continue
		}
		return e, true
	}
	return r, false
}
