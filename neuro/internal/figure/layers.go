package figure

import "math"

// colors gives every layer its colour: its own, or the next of the palette
// for those that draw data. Error bars take the colour of the layer before.
func (p *Panel) colors(t theme) []ink {
	out := make([]ink, len(p.Layers))
	next := 0
	for i, l := range p.Layers {
		c := t.text
		switch {
		case l.Color != "":
			c = t.shade(l.Color)
		case (l.Kind == Errors || l.Kind == XErrors) && i > 0:
			c = out[i-1]
			c.A = 255
		case l.Kind == HLine || l.Kind == VLine || l.Kind == VSpan || l.Kind == HSpan:
			c = t.faint
		case l.Kind == Ticks || l.Kind == Note || l.Kind == Image || l.Kind == Contour || l.Kind == Arrow || l.Kind == Vectors || l.Kind == Polygon:
			c = t.text
		default:
			c = t.shade(palette[next%len(palette)])
			next++
		}
		alpha := opacity(l.Alpha)
		if l.Alpha == 0 {
			switch l.Kind {
			case VSpan, HSpan:
				alpha = 0.18
			case Area:
				alpha = 0.35
			}
		}
		c.A = uint8(float64(alpha*255) + 0.5)
		out[i] = c
	}
	return out
}

func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// draw draws one layer.
func (v *view) draw(c canvas, l *Layer, color ink) {
	if l.Right && v.twin != nil {
		w := *v
		w.y = v.twin.y
		v = &w
	}
	switch l.Kind {
	case Line, Step, Stairs:
		v.line(c, l, color)
	case Points:
		v.points(c, l, color)
	case Bars:
		v.bars(c, l, color)
	case Stems:
		v.stems(c, l, color)
	case Area:
		v.area(c, l, color)
	case Errors:
		v.errors(c, l, color)
	case Ticks:
		v.ticks(c, l, color)
	case Image:
		v.image(c, l)
	case HLine, VLine:
		v.across(c, l, color)
	case VSpan, HSpan:
		v.span(c, l, color)
	case Note:
		v.note(c, l, color)
	case XErrors:
		v.xerrors(c, l, color)
	case Arrow:
		v.arrow(c, l, color)
	case Vectors:
		v.vectors(c, l, color)
	case Polygon:
		v.polygon(c, l, color)
	case Contour:
		v.contour(c, l, color)
	case Box:
		v.box(c, l, color)
	case Violin:
		v.violin(c, l, color)
	}
}

func corners(b box) []point {
	return []point{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}
}

func (v *view) line(c canvas, l *Layer, color ink) {
	width := or(l.Width, 1.1)
	lines := v.polylines(l.course(), c.fine())
	var alone []point
	for _, p := range lines {
		if len(p) == 1 {
			alone = append(alone, p[0])
		}
	}
	c.dots(alone, math.Max(2, float64(1.5*width)), color)
	c.stroke(clipped(lines, v.plot.grow(10+width)), width, l.Dash, color)
}

// spots returns the places of the points that can be drawn and are near the
// panel, with their indexes, in the arrays of at and index.
func (v *view) spots(at []point, index []int, x, y []float64, near float64) ([]point, []int) {
	at, index = at[:0], index[:0]
	b := v.plot.grow(near)
	for i := range x {
		px, okX := v.x.to(x[i])
		py, okY := v.y.to(y[i])
		if p := (point{px, py}); okX && okY && b.has(p) {
			at, index = append(at, p), append(index, i)
		}
	}
	return at, index
}

// block is how many points are placed at once: of very many none is kept.
const block = 1 << 17

func (v *view) points(c canvas, l *Layer, color ink) {
	var m *colormap
	if len(l.Z) > 0 {
		m = l.colormap()
	}
	size := or(l.Size, 4)
	if len(l.X) > manyPoints && c.pixels() && (m == nil || opacity(l.Alpha) == 1) {
		v.gather(c, l, m, color, size)
		return
	}
	v.eachBlock(l, size, func(at []point, index []int, from int) {
		switch {
		case m != nil:
			coloured(c, at, func(k int) ink { return m.color(l.Z[0][from+index[k]]) }, size)
		case l.shaped():
			v.shapes(c, l.Marker, at, size, color)
		default:
			c.dots(at, size, color)
		}
	})
}

// eachBlock calls f with the places and indexes of a block of points at a time,
// counted from the layer's point from on.
func (v *view) eachBlock(l *Layer, near float64, f func(at []point, index []int, from int)) {
	var at []point
	var index []int
	for from := 0; from < len(l.X); from += block {
		to := min(from+block, len(l.X))
		v.count(to - from)
		at, index = v.spots(at, index, l.X[from:to], l.Y[from:to], near)
		f(at, index, from)
	}
}

// coloured draws points in their colours, those of one colour that follow each
// other at once.
func coloured(c canvas, at []point, color func(k int) ink, size float64) {
	last := ink{}
	start := 0
	for k := range at {
		if now := color(k); now != last {
			if last.A > 0 {
				c.dots(at[start:k], size, last)
			}
			start, last = k, now
		}
	}
	if last.A > 0 {
		c.dots(at[start:], size, last)
	}
}

// zero returns the place of 0 on y, or of the lower limit on a logarithmic
// axis.
func (v *view) zero() float64 {
	if v.y.log {
		return v.y.p0
	}
	p, _ := v.y.to(0)
	return p
}

func (v *view) bars(c canvas, l *Layer, color ink) {
	base := c.snap(math.Max(v.plot.y0-10, math.Min(v.plot.y1+10, v.zero())))
	var p path
	for i, h := range l.Y {
		a, okA := v.x.to(l.X[i])
		b, okB := v.x.to(l.X[i+1])
		y, okY := v.y.to(h)
		if !okA || !okB || !okY || math.Max(a, b) < v.plot.x0 || math.Min(a, b) > v.plot.x1 {
			continue
		}
		y = math.Max(v.plot.y0-10, math.Min(v.plot.y1+10, y))
		empty := a == b
		if a, b = c.snap(math.Min(a, b)), c.snap(math.Max(a, b)); a == b && !empty {
			b = a + c.fine() // of bars on one pixel the highest shows
		}
		if gap := c.fine(); b-a > float64(5*gap) {
			b -= math.Max(gap, math.Min(0.75, 0.06*(b-a)))
		}
		if b > a && y != base {
			p = append(p, corners(box{a, math.Min(y, base), b, math.Max(y, base)}))
		}
	}
	c.fill(p, color)
}

func (v *view) stems(c canvas, l *Layer, color ink) {
	size := or(l.Size, 4)
	at, _ := v.spots(nil, nil, l.X, l.Y, 1e6)
	base := v.zero()
	from := make([]point, len(at))
	for i, p := range at {
		from[i] = point{p.x, base}
	}
	c.rules(from, at, or(l.Width, 1), color)
	c.dots(at, size, color)
}

func (v *view) area(c canvas, l *Layer, color ink) {
	base := 0.0
	if v.y.log {
		base = v.y.invert(v.y.lo)
	}
	up, down := thinner{fine: c.fine()}, thinner{fine: c.fine()}
	var p path
	end := func() {
		a, b := up.take(), down.take()
		for i := len(b) - 1; i >= 0; i-- {
			a = append(a, b[i])
		}
		if len(a) > 2 {
			p = append(p, a)
		}
	}
	for i := range l.X {
		x, okX := v.x.to(l.X[i])
		a, okA := v.y.to(l.Y[i])
		other := base
		if l.Y2 != nil {
			other = l.Y2[i]
		}
		b, okB := v.y.to(other)
		if !okX || !okA || !okB {
			end()
			continue
		}
		up.add(point{x, a})
		down.add(point{x, b})
	}
	end()
	c.fill(p, color)
}

func (v *view) errors(c canvas, l *Layer, color ink) {
	width, half := or(l.Width, 1), float64(or(l.Size, 5)/2)
	var from, to []point
	for i := range l.X {
		x, okX := v.x.to(l.X[i])
		a, okA := v.y.to(l.Y[i])
		b, okB := v.y.to(l.Y2[i])
		if !okX || !okA || !okB {
			continue
		}
		from = append(from, point{x, a}, point{x - half, a}, point{x - half, b})
		to = append(to, point{x, b}, point{x + half, a}, point{x + half, b})
	}
	c.rules(from, to, width, color)
}

// ticks draws the marks of a raster; marks on the same pixel of a row are
// drawn once, and rows lower than a pixel share it. Very many marks are placed
// twice, to count them and to draw them, rather than kept.
func (v *view) ticks(c canvas, l *Layer, color ink) {
	const most = 4 * block
	var from, to []point
	n := 0
	v.marks(c, l, color, func(a, b point) {
		if n++; n <= most {
			from, to = append(from, a), append(to, b)
		}
	})
	width := l.Width
	if width == 0 { // thinner when there are many
		width = math.Max(0.4, math.Min(1, float64(v.plot.w()*60)/float64(n+1)))
	}
	if n <= most {
		c.rules(from, to, width, color)
		return
	}
	from, to = from[:0], to[:0]
	v.marks(c, l, color, func(a, b point) {
		if from, to = append(from, a), append(to, b); len(from) == block {
			c.rules(from, to, width, color)
			from, to = from[:0], to[:0]
		}
	})
	c.rules(from, to, width, color)
}

// marks calls draw with the ends of each mark of a raster.
func (v *view) marks(c canvas, l *Layer, color ink, draw func(a, b point)) {
	var full *tally
	if len(l.X) > manyDots && color.A == 255 && v.rowHeight() < c.fine() {
		full = newTally(v.plot.grow(1), c.fine())
	}
	column, row := math.Inf(-1), math.Inf(-1)
	for i, x := range l.X {
		if i%block == 0 {
			v.count(min(block, len(l.X)-i) / 2)
		}
		px, ok := v.x.to(x)
		if !ok || math.IsNaN(l.Y[i]) || px < v.plot.x0-1 || px > v.plot.x1+1 {
			continue
		}
		k := math.Floor(px / c.fine())
		if k == column && l.Y[i] == row {
			continue
		}
		column, row = k, l.Y[i]
		a, _ := v.y.to(row - 0.4)
		b, _ := v.y.to(row + 0.4)
		if full != nil {
			if n := full.at(point{px, a}); *n > 0 {
				continue
			} else {
				*n++
			}
		}
		draw(point{px, a}, point{px, b})
	}
}

// rowHeight is how high one row of a raster is on a linear axis.
func (v *view) rowHeight() float64 {
	if v.y.log || v.y.lin > 0 {
		return math.Inf(1)
	}
	return math.Abs((v.y.p1 - v.y.p0) / (v.y.hi - v.y.lo))
}

// span draws a band across the panel.
func (v *view) span(c canvas, l *Layer, color ink) {
	at, s := l.Y, &v.y
	if l.Kind == VSpan {
		at, s = l.X, &v.x
	}
	a, okA := s.to(at[0])
	b, okB := s.to(at[1])
	if !okA || !okB {
		return
	}
	a, b = c.snap(math.Min(a, b)), c.snap(math.Max(a, b))
	band := box{v.plot.x0, a, v.plot.x1, b}
	if l.Kind == VSpan {
		band = box{a, v.plot.y0, b, v.plot.y1}
	}
	c.fill(path{corners(band)}, color)
}

func (v *view) across(c canvas, l *Layer, color ink) {
	var from, to []point
	at, s := l.Y, &v.y
	if l.Kind == VLine {
		at, s = l.X, &v.x
	}
	for _, value := range at {
		p, ok := s.to(value)
		if !ok {
			continue
		}
		if l.Kind == VLine {
			from, to = append(from, point{p, v.plot.y0}), append(to, point{p, v.plot.y1})
		} else {
			from, to = append(from, point{v.plot.x0, p}), append(to, point{v.plot.x1, p})
		}
	}
	if l.Dash {
		for i := range from {
			c.stroke(path{{from[i], to[i]}}, or(l.Width, 0.8), true, color)
		}
		return
	}
	c.rules(from, to, or(l.Width, 0.8), color)
}

// note writes text to the right of its place, or as its alignment says, or to the
// left where it would leave the panel.
func (v *view) note(c canvas, l *Layer, color ink) {
	x, okX := v.x.to(l.X[0])
	y, okY := v.y.to(l.Y[0])
	if !okX || !okY || !v.plot.grow(0.5).has(point{x, y}) {
		return
	}
	size, align := or(l.Size, small), l.Align
	w := textWidth(l.Text, size)
	if _, ok := c.(*dots); ok {
		w = 2 * float64(width(plainText(l.Text))) // a character is two dots wide
	}
	if align == 0 && x+w > v.plot.x1 {
		x, align = math.Min(x, v.plot.x1-1), 1
		if x-w < v.plot.x0 {
			x, align = math.Max(v.plot.x0+1, v.plot.x1-w-1), 0
		}
	}
	y = math.Max(y, v.plot.y0+size)
	c.text(point{x, y}, l.Text, size, align, false, color)
}

// drawable tells whether a layer has anything to draw.
func (l *Layer) drawable() bool {
	switch l.Kind {
	case Image, Contour:
		cols, _ := l.size()
		return cols > 0
	case Box, Violin:
		for _, z := range l.Z {
			if len(clean(z)) > 0 {
				return true
			}
		}
		return false
	case HSpan, VSpan, VLine, HLine:
		return false // references alone are not data
	}
	for _, v := range l.Y {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return true
		}
	}
	return false
}
