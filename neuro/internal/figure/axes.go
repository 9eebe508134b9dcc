package figure

import (
	"image"
	"math"
)

const axisWidth = 0.7

// paint draws the whole page.
func (p *page) paint(c canvas) {
	y := edge
	for _, line := range p.title {
		y += (large + 1) * leading
		c.text(point{p.w / 2, y - 3}, line, large+1, 0.5, false, p.theme.text)
	}
	for _, v := range p.views {
		v.paint(c, p.w, p.h)
	}
}

// paint draws one panel on a page of w by h points.
func (v *view) paint(c canvas, w, h float64) {
	b := v.plot
	v.plot = box{c.snap(b.x0), c.snap(b.y0), c.snap(b.x1), c.snap(b.y1)}
	v.tie()
	blank := v.blank()
	c.clip(v.plot)
	for i := range v.Layers {
		l := &v.Layers[i]
		if v.live {
			break
		}
		if !c.pixels() && (l.Kind == Points || l.Kind == Ticks) && len(l.X) > manyDots {
			v.flatten(c, l, v.colors[i], w, h)
			continue
		}
		v.draw(c, l, v.colors[i])
	}
	c.unclip()
	for i := range v.Insets {
		v.inset(c, &v.Insets[i], w, h)
	}
	if blank && v.plot.w() > textWidth("no data", small) {
		at := v.plot.middle()
		at.y += small / 3
		w := float64(textWidth("no data", small)/2) + 2
		c.fill(path{corners(box{at.x - w, at.y - small, at.x + w, at.y + small/2})}, v.th.paper)
		c.text(at, "no data", small, 0.5, false, v.th.faint)
	}
	if !v.Bare {
		if v.ScaleBar == (ScaleBar{}) {
			v.frame(c)
		} else {
			v.scaleBar(c)
		}
		v.numbers(c)
		v.twinAxis(c)
	}
	v.labels(c, w)
	if v.bar != nil {
		v.colorBar(c)
	}
	v.legend(c)
}

// flatten draws a layer of very many marks as a picture of 300 dots per inch,
// to keep vector files small.
func (v *view) flatten(c canvas, l *Layer, color ink, w, h float64) {
	r := newRaster(w, h, 300, ink{})
	r.clip(v.plot)
	v.draw(r, l, color)
	q := r.area
	k := r.scale
	c.picture(box{float64(q.Min.X) / k, float64(q.Min.Y) / k, float64(q.Max.X) / k, float64(q.Max.Y) / k},
		r.straight().SubImage(q).(*image.NRGBA))
}

// frame draws the axes: two lines, or four around an image.
func (v *view) frame(c canvas) {
	b := v.plot
	from := []point{{b.x0, b.y1}, {b.x0, b.y1}}
	to := []point{{b.x1, b.y1}, {b.x0, b.y0}}
	for i := range v.Layers {
		if v.Layers[i].Kind == Image {
			from = append(from, point{b.x0, b.y0}, point{b.x1, b.y0})
			to = append(to, point{b.x1, b.y0}, point{b.x1, b.y1})
			break
		}
	}
	c.rules(from, to, axisWidth, v.th.text)
}

// numbers draws ticks and their labels.
func (v *view) numbers(c canvas) {
	if v.live {
		return
	}
	b := v.plot
	var from, to []point
	if !v.X.Hide {
		for i, at := range v.xMarks.at {
			x := v.x.place(at)
			from, to = append(from, point{x, b.y1}), append(to, point{x, b.y1 + tickLength})
			if !v.labelX {
				continue
			}
			if s := v.xMarks.labels[i]; v.turned {
				c.text(point{x + small/3, b.y1 + tickLength + tickGap}, s, small, 1, true, v.th.text)
			} else {
				c.text(point{x, b.y1 + tickLength + tickGap + 0.76*small}, s, small, 0.5, false, v.th.text)
			}
		}
		for _, at := range v.xMarks.minor {
			x := v.x.place(at)
			from, to = append(from, point{x, b.y1}), append(to, point{x, b.y1 + tickLength/2})
		}
	}
	if !v.Y.Hide {
		for i, at := range v.yMarks.at {
			y := v.y.place(at)
			from, to = append(from, point{b.x0 - tickLength, y}), append(to, point{b.x0, y})
			if !v.labelY {
				continue
			}
			c.text(point{b.x0 - tickLength - tickGap, y + 0.36*small}, v.yMarks.labels[i], small, 1, false, v.th.text)
		}
		for _, at := range v.yMarks.minor {
			y := v.y.place(at)
			from, to = append(from, point{b.x0 - tickLength/2, y}), append(to, point{b.x0, y})
		}
		if v.yMarks.note != "" && v.labelY {
			c.text(point{b.x0 - tickLength, b.y0 - 4 - small/2}, v.yMarks.note, small, 0, false, v.th.text)
		}
	}
	c.rules(from, to, axisWidth, v.th.text)
}

// labels draws the title and the axes' labels.
func (v *view) labels(c canvas, page float64) {
	b := v.plot
	size := v.titleSize()
	for i, line := range v.title {
		up := float64(float64(len(v.title)-1-i)*size*leading) + 4
		up += v.lostHeight()
		if !v.Bare && v.yMarks.note != "" {
			up += small + 2
		}
		c.text(point{b.middle().x, b.y0 - up}, line, size, 0.5, false, v.th.text)
	}
	for i, line := range v.lost {
		up := float64(float64(len(v.lost)-1-i)*small*leading) + 4 + lostGap
		if !v.Bare && v.yMarks.note != "" {
			up += small + 2
		}
		c.text(point{b.x1, b.y0 - up}, line, small, 1, false, v.th.faint)
	}
	if v.Bare || v.ScaleBar != (ScaleBar{}) {
		return
	}
	if v.labelX {
		y := b.y1 + tickLength
		if !v.X.Hide {
			y = b.y1 + v.xNumbers()
		}
		if v.xMarks.note != "" && !v.X.Hide && !v.live {
			c.text(point{b.x1, y + labelGap + 0.78*medium}, v.xMarks.note, small, 1, false, v.th.text)
		}
		y += v.noteLine()
		for i, line := range v.xLabel {
			half := float64(textWidth(line, medium) / 2) // within the page, where it is longer than a narrow plot
			x := math.Max(half, math.Min(b.middle().x, page-half))
			c.text(point{x, y + labelGap + float64(medium*(0.78+float64(leading*float64(i))))}, line, medium, 0.5, false, v.th.text)
		}
	}
	if !v.labelY {
		return
	}
	x := b.x0
	if !v.Y.Hide {
		x -= v.indent
	}
	for i, line := range v.yLabel {
		k := float64(len(v.yLabel) - 1 - i)
		c.text(point{x - labelGap - float64(medium*(0.22+float64(leading*k))), b.middle().y}, line, medium, 0.5, true, v.th.text)
	}
}

// colorBar draws the scale of colours on the right.
func (v *view) colorBar(c canvas) {
	b := v.bar
	x := c.snap(v.plot.x1 + v.barOffset())
	area := box{x, v.plot.y0, c.snap(x + v.barWide()), v.plot.y1}
	b.s.p0, b.s.p1 = area.y1, area.y0
	n := max(1, int(math.Round(area.h()/c.fine())))
	im := image.NewNRGBA(image.Rect(0, 0, 1, n))
	for i := range n {
		t := b.shades.table[min(255, (2*(n-1-i)+1)*256/(2*n))]
		im.SetNRGBA(0, i, t)
	}
	c.picture(area, im)
	c.rules(
		[]point{{area.x0, area.y0}, {area.x0, area.y1}, {area.x0, area.y0}, {area.x1, area.y0}},
		[]point{{area.x1, area.y0}, {area.x1, area.y1}, {area.x0, area.y1}, {area.x1, area.y1}}, axisWidth/2, v.th.text)
	var from, to []point
	right := area.x1 + tickLength + tickGap
	for i, at := range b.marks.at {
		y := b.s.place(at)
		from, to = append(from, point{area.x1, y}), append(to, point{area.x1 + tickLength, y})
		c.text(point{right, y + 0.36*small}, b.marks.labels[i], small, 0, false, v.th.text)
	}
	c.rules(from, to, axisWidth, v.th.text)
	if b.marks.note != "" {
		c.text(point{area.x0, area.y0 - 4 - small/2}, b.marks.note, small, 0, false, v.th.text)
	}
	right += widest(b.marks.labels)
	for i, line := range b.label {
		c.text(point{right + labelGap + float64(medium*(0.8+float64(leading*float64(i)))), area.middle().y}, line, medium, 0.5, true, v.th.text)
	}
}
