package behavior

import "math"

// profile returns the value of parameter i, on the side of sign, at which the
// least value over the others is above the best by drop; the bound where it
// does not get there.
//
// The others are followed from their places at the best. As these may lead to
// a least value nearby that is not the least of all, the limit is looked at from
// other starts too, and where one of these is lower, it is followed on.
func (b *box) profile(u, fixed []float64, i int, drop, sign float64) float64 {
	p := b.parameters[i]
	bound := p.Max
	if sign < 0 {
		bound = p.Min
	}
	if fixed[i] == bound {
		return bound
	}
	w := &boxWalk{box: b, i: i, sign: sign, bound: bound, drop: drop, best: b.f(b.values(u, fixed)), held: make([]float64, len(u))}
	w.at = append([]float64(nil), u...)
	for k, v := range fixed { // another may leave its bound
		w.held[k] = math.NaN()
		if q := b.parameters[k]; v == q.Min {
			w.at[k] = -4
		} else if v == q.Max {
			w.at[k] = 4
		}
	}
	w.start = append([]float64(nil), w.at...)
	if w.toEnd() {
		return bound
	}
	near := u[i]
	if !math.IsNaN(fixed[i]) {
		near = -4 * sign
		if w.above(p.value(near)) > 0 { // close to the bound it starts from
			near *= 10
		}
	}
	limit := w.outward(near, -drop)
	for range 8 {
		if limit == bound || b.stop() != nil {
			break
		}
		v, lower := w.elsewhere(limit)
		if !lower {
			break
		}
		if w.toEnd() {
			return bound
		}
		limit = w.outward(p.place(limit), v)
	}
	return limit
}

// A boxWalk goes from the best place outward along parameter i.
type boxWalk struct {
	*box
	i                       int
	sign, bound, drop, best float64
	start                   []float64 // places of the best
	at                      []float64 // of the others, near where they are best
	held                    []float64
}

// above returns how far the profile is above the drop with i at x, from the
// others' places at the call before.
func (w *boxWalk) above(x float64) float64 {
	w.held[w.i] = x
	r := w.toBounds(w.within(w.at, w.held, 1e-7))
	for k := range w.at {
		if k != w.i && math.IsNaN(r.fixed[k]) {
			w.at[k] = r.u[k]
		}
	}
	return r.value - w.best - w.drop
}

// toEnd reports whether the profile is within the drop at the bound.
func (w *boxWalk) toEnd() bool {
	if math.IsInf(w.bound, 0) {
		return false
	}
	begin := append([]float64(nil), w.at...)
	if w.above(w.bound) <= 0 {
		return true
	}
	copy(w.at, begin)
	return false
}

// elsewhere searches with i at x for a value clearly within the drop, and takes
// the others there: from the best with each of the others at its bounds, where a ridge
// may begin (a learning rate of 0 leaves only products of other parameters), and from
// other starts. It returns how far that is above the drop.
func (w *boxWalk) elsewhere(x float64) (above float64, lower bool) {
	w.held[w.i] = x
	try := func(u, held []float64) bool {
		if w.stop() != nil {
			return false
		}
		r := w.within(u, held, 1e-4)
		if above = r.value - w.best - w.drop; !(above < -0.01*w.drop) {
			return false
		}
		for k, p := range w.parameters {
			switch r.fixed[k] {
			case p.Min:
				r.u[k] = -8
			case p.Max:
				r.u[k] = 8
			}
		}
		w.at = r.u
		return true
	}
	for k, p := range w.parameters {
		for _, bound := range []float64{p.Min, p.Max} {
			if k != w.i && !math.IsInf(bound, 0) {
				held := append([]float64(nil), w.held...)
				held[k] = bound
				if try(w.start, held) {
					return above, true
				}
			}
		}
	}
	for _, s := range w.begins(2, w.held) {
		if try(s.u, w.held) {
			return above, true
		}
	}
	return 0, false
}

// outward returns the value where the profile crosses the drop, from a place near
// where it is above it by fNear, which is negative; the bound where it does not.
func (w *boxWalk) outward(near, fNear float64) float64 {
	p := w.parameters[w.i]
	step, far, fFar := 0.25, near, 0.0
	for k := 0; ; k++ {
		far = near + float64(w.sign*step)
		if fFar = w.above(p.value(far)); fFar > 0 {
			break
		}
		if math.Abs(far) > 100 || w.stop() != nil {
			return w.bound
		}
		near, fNear = far, fFar
		step *= 1.7
	}
	// Regula falsi (Illinois).
	for range 40 {
		x := far - float64(fFar*(far-near))/(fFar-fNear)
		if math.Abs(far-near) < 1e-7 || w.stop() != nil {
			break
		}
		v := w.above(p.value(x))
		if math.Abs(v) < 1e-4*w.drop { // then x is within 1e-4 of the distance
			return p.value(x)
		}
		if v > 0 {
			far, fFar = x, v
			fNear /= 2
		} else {
			near, fNear = x, v
			fFar /= 2
		}
	}
	return p.value(near)
}
