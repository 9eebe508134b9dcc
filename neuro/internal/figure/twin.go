package figure

import "math"

// A twin is the right axis of a panel.
type twin struct {
	y     scale
	marks marks
	label []string
	unit  float64
}

// newTwin returns the right axis, or nil when no layer uses it.
func (p *Panel) newTwin(shared reach) *twin {
	right := p.side(true)
	if len(right.Layers) == 0 {
		return nil
	}
	_, y := right.limits(shared)
	t := &twin{y: p.Right.scale(), unit: 1}
	t.y.lo, t.y.hi = y.lo, y.hi
	return t
}

// twinRoom is the width that the right axis takes beside the plot.
func (v *view) twinRoom() float64 {
	if v.twin == nil || v.Bare {
		return 0
	}
	w := tickLength
	if !v.Right.Hide {
		w += tickGap + widest(v.twin.marks.labels)
	}
	if n := float64(len(v.twin.label)); n > 0 {
		w += labelGap + float64(n*medium*leading)
	}
	return w
}

func (v *view) twinAxis(c canvas) {
	t := v.twin
	if t == nil {
		return
	}
	b, ink := v.plot, v.th.text
	for i, l := range v.Layers { // one coloured layer: the axis has its colour
		if l.Right {
			ink = v.colors[i]
			ink.A = 255
		}
	}
	c.rules([]point{{b.x1, b.y1}}, []point{{b.x1, b.y0}}, axisWidth, ink)
	right := b.x1 + tickLength
	if !v.Right.Hide {
		var from, to []point
		for i, at := range t.marks.at {
			if v.live {
				break
			}
			y := t.y.place(at)
			from, to = append(from, point{b.x1, y}), append(to, point{b.x1 + tickLength, y})
			c.text(point{right + tickGap, y + 0.36*small}, t.marks.labels[i], small, 0, false, ink)
		}
		c.rules(from, to, axisWidth, ink)
		right += tickGap + widest(t.marks.labels)
		if t.marks.note != "" && !v.live {
			c.text(point{b.x1, b.y0 - 4 - small/2}, t.marks.note, small, 1, false, ink)
		}
	}
	for i, line := range t.label {
		c.text(point{right + labelGap + float64(medium*(0.8+float64(leading*float64(i)))), b.middle().y}, line, medium, 0.5, true, ink)
	}
}

func (v *view) barWide() float64 { return or(v.BarWidth, barWidth) }

// scaleBar draws bars of known length below and right of the data, with their
// lengths beside them.
func (v *view) scaleBar(c canvas) {
	b, ink := v.plot, v.th.text
	length := func(l float64, a Axis) string {
		if a.Unit == "" {
			return number(l)
		}
		return number(l) + " " + a.Unit
	}
	if l := v.ScaleBar.X; l > 0 {
		px := math.Min(b.w(), math.Abs(float64(l/(v.x.hi-v.x.lo)*b.w())))
		y := b.y1 + 6
		c.rules([]point{{b.x1 - px, y}}, []point{{b.x1, y}}, 1.5, ink)
		s := length(l, v.X)
		half := float64(textWidth(s, small) / 2)
		x := math.Min(b.x1-float64(px/2), b.x1-half)
		if px > float64(2*half) {
			x = b.x1 - float64(px/2)
		}
		c.text(point{x, y + 3 + float64(0.78*small)}, s, small, 0.5, false, ink)
	}
	if l := v.ScaleBar.Y; l > 0 {
		px := math.Min(b.h(), math.Abs(float64(l/(v.y.hi-v.y.lo)*b.h())))
		x := b.x1 + 5
		c.rules([]point{{x, b.y1}}, []point{{x, b.y1 - px}}, 1.5, ink)
		c.text(point{x + 4, math.Max(b.y0+small, b.y1-float64(px/2)+float64(0.36*small))}, length(l, v.Y), small, 0, false, ink)
	}
}

// scaleRoom is the room right of the plot for the vertical scale bar.
func (v *view) scaleRoom() float64 {
	if v.ScaleBar.Y == 0 {
		return 0
	}
	return 9 + textWidth(number(v.ScaleBar.Y)+" "+v.Y.Unit, small)
}

// inset draws a small panel inside this one.
func (v *view) inset(c canvas, in *Inset, w, h float64) {
	b := v.plot
	area := box{
		b.x0 + float64(in.Left*b.w()), b.y1 - float64(in.Top*b.h()),
		b.x0 + float64(in.Right*b.w()), b.y1 - float64(in.Bottom*b.h()),
	}
	u := newView(&in.Panel, nothing(), nothing(), v.th)
	u.task = v.task
	for range 3 {
		plot := box{area.x0 + u.left, area.y0 + u.top, area.x1 - u.right, area.y1 - u.bottom}
		if plot.w() < 8 || plot.h() < 8 {
			plot = area
		}
		u.settle(plot, false)
		u.room()
	}
	c.fill(path{corners(area)}, v.th.paper)
	plot := box{area.x0 + u.left, area.y0 + u.top, area.x1 - u.right, area.y1 - u.bottom}
	if plot.w() < 8 || plot.h() < 8 { // too small for numbers
		u.Bare = true
		plot = area
	}
	u.settle(plot, true)
	u.paint(c, w, h)
}
