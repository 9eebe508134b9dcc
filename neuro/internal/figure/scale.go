package figure

import "math"

// farthest is the largest value that is drawn in its place: differences of
// such values are still finite.
const farthest = 1e300

// A scale maps the values of an axis to the page. lo and hi are the limits,
// as decimal logarithms on a logarithmic axis; p0 and p1 their places in
// points.
type scale struct {
	lo, hi float64
	log    bool
	lin    float64 // of a symlog scale: see Axis.SymLog
	p0, p1 float64
}

func (a *Axis) scale() scale { return scale{log: a.Log, lin: a.SymLog} }

// invert returns the value that t stands for.
func (s *scale) invert(t float64) float64 {
	switch {
	case s.log:
		return power10(t)
	case s.lin > 0:
		return math.Copysign(float64(s.lin*(power10(math.Abs(t))-1)), t)
	}
	return t
}

// value returns v in the units of lo and hi, and whether it can be drawn.
func (s *scale) value(v float64) (float64, bool) {
	if s.log || s.lin > 0 {
		return s.bent(v)
	}
	return v, v-v == 0 // finite; short enough to be inlined
}

// bent is value on a scale that is not linear.
func (s *scale) bent(v float64) (float64, bool) {
	if s.log {
		if !(v > 0) || math.IsInf(v, 1) {
			return 0, false
		}
		return log10(v), true
	}
	if math.Abs(v) <= math.MaxFloat64 {
		return math.Copysign(log10(1+math.Min(math.Abs(v)/s.lin, math.MaxFloat64)), v), true
	}
	return v, false
}

// to returns the place of v on the page, at most a million points away, and
// whether it has one: NaN and infinity have none.
func (s *scale) to(v float64) (float64, bool) {
	t, ok := s.value(v)
	if !ok {
		return 0, false
	}
	return s.place(t), true
}

func (s *scale) place(t float64) float64 {
	p := s.p0 + float64((t-s.lo)/(s.hi-s.lo)*(s.p1-s.p0))
	switch {
	case p > 1e6:
		return 1e6
	case p < -1e6:
		return -1e6
	}
	return p
}

// from returns the value at place p of the page, as a decimal logarithm on a
// logarithmic axis.
func (s *scale) from(p float64) float64 {
	return s.lo + float64((p-s.p0)/(s.p1-s.p0)*(s.hi-s.lo))
}

// share returns how far v is on the way from lo to hi; halves, since the
// difference of two floats may be too large for one.
func share(v, lo, hi float64) float64 {
	return (float64(v/2) - float64(lo/2)) / (float64(hi/2) - float64(lo/2))
}

// A reach is the range of the values seen so far.
type reach struct{ lo, hi float64 }

func nothing() reach { return reach{math.Inf(1), math.Inf(-1)} }

func (r reach) empty() bool { return r.lo > r.hi }

func (r *reach) add(v float64) {
	if v < r.lo {
		r.lo = v
	}
	if v > r.hi {
		r.hi = v
	}
}

// pad widens the range by a share of its width on each side.
func (r reach) pad(below, above float64) reach {
	w := r.hi - r.lo
	return reach{r.lo - float64(w*below), r.hi + float64(w*above)}
}

// sound returns limits that can be drawn: no data gives 0 to 1, equal values
// are put in the middle of a round range, and all is kept finite.
func (r reach) sound(log bool) reach {
	if r.empty() {
		return reach{0, 1}
	}
	r.lo, r.hi = math.Max(-farthest, math.Min(farthest, r.lo)), math.Max(-farthest, math.Min(farthest, r.hi))
	size := math.Max(math.Abs(r.lo), math.Abs(r.hi))
	if r.hi-r.lo > float64(1e-12*size) && r.hi-r.lo > 1e-300 {
		return r
	}
	middle := float64(r.lo/2) + float64(r.hi/2)
	half := 1.0
	switch {
	case log:
		half = 0.5 // half a decade
	case size >= 1e-290:
		half = float64(0.5 * power(exponent(size)))
	}
	return reach{middle - half, middle + half}
}

// extents returns what the layers of a panel reach on both axes, in the units
// of their scales, before margins. window, unless empty, are limits on x that
// the user chose: only values inside count for y.
func (p *Panel) extents() (x, y reach) {
	x, y = nothing(), nothing()
	sx, sy := p.X.scale(), p.Y.scale()
	window := reach{math.Inf(-1), math.Inf(1)}
	if p.X.Min != 0 || p.X.Max != 0 {
		window = reach{p.X.Min, p.X.Max}
	}
	addX := func(v float64) {
		if t, ok := sx.value(v); ok {
			x.add(t)
		}
	}
	addY := func(v float64) {
		if t, ok := sy.value(v); ok {
			y.add(t)
		}
	}
	for i := range p.Layers {
		l := &p.Layers[i]
		switch l.Kind {
		case Line, Points, Stems, Area, Errors, Ticks, Note, Step, Polygon, XErrors, Vectors, Arrow:
			if l.plain(sx, sy) {
				x, y = l.reach(x, y, window)
				continue
			}
			c := l.course()
			c.kind = Line // the corners of a step add nothing
			for k := range c.corners() {
				v, _ := c.corner(k)
				tx, okX := sx.value(v)
				ty, okY := sy.value(l.Y[k])
				if l.Kind == Ticks {
					okY = !math.IsNaN(ty)
				}
				if !okX || !okY {
					continue
				}
				x.add(tx)
				if l.Kind == XErrors {
					addX(l.X2[k])
				}
				if v < window.lo || v > window.hi {
					continue
				}
				y.add(ty)
				switch {
				case l.Kind == Ticks:
					y.add(ty - 0.6)
					y.add(ty + 0.6)
				case l.Y2 != nil:
					addY(l.Y2[k])
				case l.Kind == Stems || l.Kind == Area:
					addY(0)
				}
			}
		case Stairs, Bars:
			for k, v := range l.Y {
				if _, ok := sy.value(v); ok {
					addX(l.X[k])
					addX(l.X[k+1])
					if l.X[k+1] >= window.lo && l.X[k] <= window.hi {
						addY(v)
						if l.Kind == Bars {
							addY(0)
						}
					}
				}
			}
		case Box, Violin:
			for k, at := range l.X {
				half := float64(0.6 * l.wide())
				addX(at - half)
				addX(at + half)
				for _, v := range l.Z[k] {
					addY(v)
				}
			}
		case Image, Contour:
			if cols, rows := l.size(); cols > 0 && rows > 0 {
				b := l.rectangle()
				addX(b[0])
				addX(b[1])
				addY(b[2])
				addY(b[3])
			}
		case HLine, HSpan:
			for _, v := range l.Y {
				addY(v)
			}
		case VLine, VSpan:
			for _, v := range l.X {
				addX(v)
			}
		}
	}
	return x, y
}

// plain tells that nothing but X and Y counts for the limits of linear axes.
func (l *Layer) plain(sx, sy scale) bool {
	return (l.Kind == Line || l.Kind == Points || l.Kind == Step || l.Kind == Ticks) && l.Y2 == nil &&
		!sx.log && !sy.log && sx.lin == 0 && sy.lin == 0
}

// reach adds to x and y what a plain layer reaches; millions of points are
// looked at quickly.
func (l *Layer) reach(x, y, window reach) (reach, reach) {
	half := 0.0
	if l.Kind == Ticks {
		half = 0.6
	}
	rows := nothing()
	c := l.course()
	for k, w := range l.Y {
		v := c.x0
		if c.x == nil {
			v += float64(float64(k) * c.dx)
		} else {
			v = c.x[k]
		}
		if v-v != 0 || w-w != 0 { // not finite
			continue
		}
		x.add(v)
		if v >= window.lo && v <= window.hi {
			rows.add(w)
		}
	}
	if rows.empty() && l.Kind == Line && window.lo > math.Inf(-1) {
		rows = c.across(window)
	}
	if !rows.empty() {
		y.add(rows.lo - half)
		y.add(rows.hi + half)
	}
	return x, y
}

// across returns what a line reaches within a window on x in which none of its
// points lie, but which it may cross.
func (c *course) across(window reach) reach {
	out := nothing()
	for k := 1; k < c.corners(); k++ {
		x0, y0 := c.corner(k - 1)
		x1, y1 := c.corner(k)
		if x0 > x1 {
			x0, y0, x1, y1 = x1, y1, x0, y0
		}
		if x0 < window.lo && x1 > window.hi && y0-y0 == 0 && y1-y1 == 0 {
			for _, x := range []float64{window.lo, window.hi} {
				out.add(y0 + float64((y1-y0)*share(x, x0, x1)))
			}
		}
	}
	return out
}

// side returns the panel with only the layers of its left or of its right axis,
// the latter as its y.
func (p *Panel) side(right bool) *Panel {
	q := *p
	q.Layers = nil
	if right {
		q.Y = p.Right
	}
	for _, l := range p.Layers {
		if l.Right == right {
			q.Layers = append(q.Layers, l)
		}
	}
	return &q
}

// limits returns the limits of a panel's axes in the units of their scales.
// shared, unless empty, is what the panels of the column reach on x.
func (p *Panel) limits(shared reach) (x, y reach) {
	x, y = p.extents()
	if !shared.empty() {
		x = shared
	}
	var image, marks, bars, other, ticks bool
	for _, l := range p.Layers {
		switch l.Kind {
		case Image, Contour:
			image = true
		case Points, Stems, Errors, XErrors, Vectors, Box, Violin:
			marks = true
		case Bars:
			bars = true
		case Line, Stairs, Area, Step, Polygon, Arrow:
			other = true
		case Ticks:
			ticks = true
		}
	}
	if y.empty() {
		image = true // no margin around nothing
	}
	x, y = x.sound(p.X.Log), y.sound(p.Y.Log)
	switch {
	case image && shared.empty():
	case shared.empty() && (marks || p.turns()):
		x = x.pad(0.04, 0.04)
	case shared.empty() && ticks && !other && !bars:
		x = x.pad(0.01, 0.01) // a mark on the border would be cut in half
	case !p.X.Log && p.X.SymLog == 0:
		x = x.round()
	}
	if !image && (marks || bars || other) {
		below, above := 0.05, 0.05
		if bars && !p.Y.Log {
			if y.lo == 0 {
				below = 0
			}
			if y.hi == 0 {
				above = 0
			}
		}
		y = y.pad(below, above)
	}
	return p.X.chosen(x), p.Y.chosen(y)
}

// turns tells that a line runs back and forth on x, as in a phase plane: it
// would touch the axes.
func (p *Panel) turns() bool {
	for _, l := range p.Layers {
		if l.Kind == Polygon {
			return true
		}
		if l.Kind != Line {
			continue
		}
		up, down := false, false
		for i := 1; i < len(l.X); i++ {
			if l.X[i] > l.X[i-1] {
				up = true
			} else if l.X[i] < l.X[i-1] {
				down = true
			}
			if up && down {
				return true
			}
		}
	}
	return false
}

// round moves limits that miss a round number by less than a two hundredth of
// the range to it: the last of 1000 samples is at 999.
func (r reach) round() reach {
	w := r.hi - r.lo
	unit := power(exponent(w))
	for _, v := range []*float64{&r.lo, &r.hi} {
		n := float64(math.Round(*v/unit) * unit)
		if d := math.Abs(n - *v); d > 0 && d < float64(0.005*w) {
			*v = n
		}
	}
	return r
}

// chosen returns the limits that the user set, or else r.
func (a Axis) chosen(r reach) reach {
	if a.Min == 0 && a.Max == 0 {
		return r
	}
	s := a.scale()
	lo, _ := s.value(a.Min)
	hi, _ := s.value(a.Max)
	return reach{lo, hi}.sound(a.Log)
}
