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

// polylines returns the lines through (x, y) on the page, broken where a value
// cannot be drawn.
func (v *view) polylines(x, y []float64, fine float64) path {
	var out path
	t := thinner{fine: fine}
	end := func() {
		if p := t.take(); len(p) > 0 {
			out = append(out, p)
		}
	}
	linear := !v.x.log && !v.y.log && v.x.lin == 0 && v.y.lin == 0
	for i := range x {
		if linear && x[i]-x[i] == 0 && y[i]-y[i] == 0 { // finite: no need to call
			t.add(point{v.x.place(x[i]), v.y.place(y[i])})
			continue
		}
		px, okX := v.x.to(x[i])
		py, okY := v.y.to(y[i])
		if !okX || !okY {
			end()
			continue
		}
		t.add(point{px, py})
	}
	end()
	return out
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

// steps turns the edges and heights of a histogram into a line.
func stairs(x, y []float64) (sx, sy []float64) {
	for i, v := range y {
		sx = append(sx, x[i], x[i+1])
		sy = append(sy, v, v)
	}
	return sx, sy
}
