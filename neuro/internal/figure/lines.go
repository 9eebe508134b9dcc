package figure

import "math"

// A thinner drops the points of a line that cannot be seen: of successive
// points in one column of pixels it keeps the first, the lowest, the highest
// and the last, in their order, so that no peak is lost. Of a crowd it keeps
// the lowest and the highest, the one first that is closer to the line so far.
type thinner struct {
	fine float64
	out  []point
	n    int // points in the current column
	col  float64

	first, low, high, last point
	lowAt, highAt          int
}

// crowd is the number of points in a column of pixels from which on it shows
// as one stroke.
const crowd = 16

func (t *thinner) add(p point) {
	col := math.Floor(p.x / t.fine)
	if t.n > 0 && col == t.col {
		if p.y < t.low.y {
			t.low, t.lowAt = p, t.n
		}
		if p.y > t.high.y {
			t.high, t.highAt = p, t.n
		}
		t.last = p
		t.n++
		return
	}
	t.flush()
	t.col, t.first, t.low, t.high, t.last = col, p, p, p, p
	t.lowAt, t.highAt, t.n = 0, 0, 1
}

func (t *thinner) flush() {
	if t.n == 0 {
		return
	}
	if n := len(t.out); t.n >= crowd && n > 0 {
		a, b, before := t.low, t.high, t.out[n-1].y
		if math.Abs(b.y-before) < math.Abs(a.y-before) {
			a, b = b, a
		}
		t.out = append(t.out, a, b)
		t.n = 0
		return
	}
	t.out = append(t.out, t.first)
	a, b, i, j := t.low, t.high, t.lowAt, t.highAt
	if i > j {
		a, b, i, j = b, a, j, i
	}
	if i > 0 && i < t.n-1 {
		t.out = append(t.out, a)
	}
	if j > 0 && j < t.n-1 && j != i {
		t.out = append(t.out, b)
	}
	if t.n > 1 {
		t.out = append(t.out, t.last)
	}
	t.n = 0
}

// take returns the line so far and starts a new one.
func (t *thinner) take() []point {
	t.flush()
	out := t.out
	t.out = nil
	return out
}

// A course is the corners of a line, told by their number: those of a staircase
// are twice as many as its values, and times of samples need not be stored.
type course struct {
	kind   Kind // Line, Step, or Stairs
	x, y   []float64
	x0, dx float64 // where x is nil
}

func (l *Layer) course() course {
	c := course{Line, l.X, l.Y, l.X0, l.DX}
	switch l.Kind {
	case Step:
		c.kind = Step
	case Stairs, Bars:
		c.kind = Stairs
	}
	return c
}

func (c *course) corners() int {
	switch n := len(c.y); c.kind {
	case Step: // each value holds until the next
		return max(0, 2*n-1)
	case Stairs:
		return 2 * n
	default:
		return n
	}
}

func (c *course) corner(i int) (x, y float64) {
	j, k := i, i
	if c.kind != Line {
		j, k = (i+1)/2, i/2
	}
	if c.x == nil {
		return c.x0 + float64(float64(j)*c.dx), c.y[k]
	}
	return c.x[j], c.y[k]
}

// polylines returns the line along c on the page, broken where a value cannot
// be drawn.
func (v *view) polylines(c course, fine float64) path {
	var out path
	t := thinner{fine: fine}
	end := func() {
		if p := t.take(); len(p) > 0 {
			out = append(out, p)
		}
	}
	linear := !v.x.log && !v.y.log && v.x.lin == 0 && v.y.lin == 0
	n := c.corners()
	for from := 0; from < n; from += block {
		v.count(block)
		for i := from; i < min(n, from+block); i++ {
			x, y := c.corner(i)
			if linear && x-x == 0 && y-y == 0 { // finite: no need to call
				t.add(point{v.x.place(x), v.y.place(y)})
				if t.n == crowd {
					i += v.rush(&t, &c, i+1, min(n, from+block))
				}
				continue
			}
			px, okX := v.x.to(x)
			py, okY := v.y.to(y)
			if !okX || !okY {
				end()
				continue
			}
			t.add(point{px, py})
		}
	}
	end()
	return out
}

// rush adds the corners from i on, before to, that lie in the thinner's column,
// and returns how many they are. Only the lowest, the highest and the last are
// placed on the page: the scales keep the order of values, so that all whose x
// lies between two of the column do too.
func (v *view) rush(t *thinner, c *course, i, to int) int {
	a, b := v.x.from(float64(t.col*t.fine)), v.x.from(float64((t.col+1)*t.fine))
	if a > b {
		a, b = b, a
	}
	margin := (b - a) / 1000
	a, b = a+margin, b-margin
	column := func(x float64) float64 { return math.Floor(v.x.place(x) / t.fine) }
	if !(a < b) || column(a) != t.col || column(b) != t.col {
		return 0
	}
	k, low, high := i, i, i
	lo, hi := math.Inf(1), math.Inf(-1)
	if c.kind == Line {
		for ; k < to; k++ {
			x, y := c.x0, c.y[k]
			if c.x == nil {
				x += float64(float64(k) * c.dx)
			} else {
				x = c.x[k]
			}
			if !(x >= a && x <= b) || y-y != 0 {
				break
			}
			if y < lo {
				lo, low = y, k
			}
			if y > hi {
				hi, high = y, k
			}
		}
	} else {
		for ; k < to; k++ {
			x, y := c.corner(k)
			if !(x >= a && x <= b) || y-y != 0 {
				break
			}
			if y < lo {
				lo, low = y, k
			}
			if y > hi {
				hi, high = y, k
			}
		}
	}
	if k == i {
		return 0
	}
	place := func(k int) point {
		x, y := c.corner(k)
		return point{v.x.place(x), v.y.place(y)}
	}
	before := t.n
	for _, m := range [3]int{min(low, high), max(low, high), k - 1} {
		t.n = before + m - i
		t.add(place(m))
	}
	return k - i
}

// clipped returns the parts of lines that lie in b.
func clipped(lines path, b box) path {
	var out path
	for _, p := range lines {
		var cur []point
		for i := 1; i < len(p); i++ {
			a, c := p[i-1], p[i]
			if b.has(a) && b.has(c) {
				if cur == nil {
					cur = append(cur, a)
				}
				cur = append(cur, c)
				continue
			}
			q, r, ok := segment(a, c, b)
			if !ok {
				if cur != nil {
					out, cur = append(out, cur), nil
				}
				continue
			}
			if cur == nil {
				cur = append(cur, q)
			}
			cur = append(cur, r)
			if r != c {
				out, cur = append(out, cur), nil
			}
		}
		if cur != nil {
			out = append(out, cur)
		}
	}
	return out
}

// segment returns the part of the segment from a to c inside b (Liang and
// Barsky 1984).
func segment(a, c point, b box) (point, point, bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := c.x-a.x, c.y-a.y
	for _, e := range [4][2]float64{{-dx, a.x - b.x0}, {dx, b.x1 - a.x}, {-dy, a.y - b.y0}, {dy, b.y1 - a.y}} {
		d, q := e[0], e[1]
		switch {
		case d == 0 && q < 0:
			return a, c, false
		case d < 0:
			t0 = math.Max(t0, q/d)
		case d > 0:
			t1 = math.Min(t1, q/d)
		}
	}
	if t0 > t1 {
		return a, c, false
	}
	p, r := a, c
	if t0 > 0 {
		p = point{a.x + float64(t0*dx), a.y + float64(t0*dy)}
	}
	if t1 < 1 {
		r = point{a.x + float64(t1*dx), a.y + float64(t1*dy)}
	}
	return p, r, true
}
