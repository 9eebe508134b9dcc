package figure

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// Font sizes, in points.
const (
	small  = 8.0 // numbers, legends
	medium = 9.0 // axis labels
	large  = 10  // titles
)

const (
	tickLength = 3.0
	tickGap    = 2.5 // between a tick and its label
	labelGap   = 3.0 // between numbers and an axis's label
	edge       = 4.0 // between everything and the border of the page
	barWidth   = 8.0 // of a colour bar
	leading    = 1.25
)

// A view is a panel with what was decided for it: limits, ticks, and its place
// on the page.
type view struct {
	*Panel
	x, y           scale
	xMarks, yMarks marks
	turned         bool // names on x are written upwards, for want of room
	labelX         bool // numbers and label below; false above a panel that shares x
	plot           box  // inside the axes
	colors         []ink
	title          []string
	xLabel, yLabel []string
	bar            *bar
	key            *key
	th             theme
	twin           *twin
	omitted        string
	lost           []string // what was left out, as lines above the plot
	xUnit, yUnit   float64  // the numbers on the axis are values divided by this
	labelY         bool
	live           bool // layers and numbers are left to a viewer
	task           *display.Counter
	share          float64 // of the page's width that a column has
	indent         float64 // from the plot to the label of y, the same in a column
	left, right    float64 // room that axes and labels take beside the plot
	top, bottom    float64
}

// A bar is the colour bar of a panel.
type bar struct {
	axis   Axis
	shades *colormap
	s      scale
	marks  marks
	label  []string
}

func newView(p *Panel, shared, sharedY reach, th theme) *view {
	if p.ScaleBar != (ScaleBar{}) {
		q := *p
		q.X.Hide, q.Y.Hide, p = true, true, &q
	}
	v := &view{Panel: p, colors: p.colors(th), th: th, labelX: true, labelY: true}
	left := p
	if v.twin = p.newTwin(shared); v.twin != nil {
		left = p.side(false)
	}
	v.omitted = v.leftOut()
	x, y := left.limits(shared)
	if v.twin != nil && shared.empty() {
		if all, _ := p.extents(); !all.empty() {
			x, _ = left.limits(all)
		}
	}
	if !sharedY.empty() {
		y = p.Y.chosen(sharedY)
	}
	v.x, v.y = p.X.scale(), p.Y.scale()
	v.x.lo, v.x.hi, v.y.lo, v.y.hi = x.lo, x.hi, y.lo, y.hi
	if p.NoColorBar {
		return v
	}
	for i := range p.Layers {
		l := &p.Layers[i]
		if l.Kind == Image && !l.NoScale && l.drawable() || l.Kind == Points && len(l.Z) > 0 {
			m := l.colormap()
			v.bar = &bar{axis: p.ColorBar, shades: m, s: scale{lo: m.lo, hi: m.hi}}
		}
	}
	return v
}

// blank tells that a panel has nothing to show.
func (v *view) blank() bool {
	for i := range v.Layers {
		if v.Layers[i].drawable() {
			return false
		}
	}
	return true
}

// ratio is height over width of the plot of a square panel.
func (v *view) ratio() float64 {
	r := (v.y.hi - v.y.lo) / (v.x.hi - v.x.lo)
	return math.Max(0.02, math.Min(50, r))
}

// weight is the share of a panel in the height of the page: a raster of one row
// needs little.
func (v *view) weight() float64 {
	for i := range v.Layers {
		l := &v.Layers[i]
		if l.drawable() && l.Kind != Ticks {
			return 1
		}
	}
	if !v.blank() && v.y.hi-v.y.lo < 1.5 {
		return 0.3
	}
	return 1
}

// settle puts the plot into b and, unless they are to stay, chooses ticks and
// line breaks for its size.
func (v *view) settle(b box, stay bool) {
	v.plot = b
	if v.Square {
		w, h := b.w(), b.h()
		if r := v.ratio(); float64(w*r) <= h {
			h = float64(w * r)
		} else {
			w = h / r
		}
		m, w, h := b.middle(), float64(w/2), float64(h/2)
		v.plot = box{m.x - w, m.y - h, m.x + w, m.y + h}
	}
	v.tie()
	if v.bar != nil {
		v.bar.s.p0, v.bar.s.p1 = v.plot.y1, v.plot.y0
	}
	if stay {
		return
	}
	v.choose()
	v.title = wrap(v.Title, v.titleSize(), math.Max(b.w(), 60))
	v.lost = wrap(v.omitted, small, math.Max(v.plot.w(), 60))
	v.xLabel = wrap(v.labelOf(v.X, &v.x, v.xUnit), medium, math.Max(v.plot.w(), 60))
	v.yLabel = wrap(v.labelOf(v.Y, &v.y, v.yUnit), medium, math.Max(v.plot.h(), 60))
	if v.bar != nil {
		v.bar.marks = ruler{length: v.plot.h(), size: small, upright: true}.choose(&v.bar.axis, &v.bar.s)
		v.bar.label = wrap(label(v.bar.axis), medium, math.Max(v.plot.h(), 60))
	}
}

// tie gives the scales the plot's place on the page.
func (v *view) tie() {
	b := v.plot
	v.x.p0, v.x.p1, v.y.p0, v.y.p1 = b.x0, b.x1, b.y1, b.y0
	if v.X.Flip {
		v.x.p0, v.x.p1 = b.x1, b.x0
	}
	if v.Y.Flip {
		v.y.p0, v.y.p1 = b.y0, b.y1
	}
	if v.twin != nil {
		v.twin.y.p0, v.twin.y.p1 = b.y1, b.y0
		if v.Right.Flip {
			v.twin.y.p0, v.twin.y.p1 = b.y0, b.y1
		}
	}
}

// choose chooses the ticks.
func (v *view) choose() {
	b := v.plot
	if v.Bare {
		return
	}
	whole := true // rows of a raster are counted
	for i := range v.Layers {
		whole = whole && (v.Layers[i].Kind == Ticks || !v.Layers[i].drawable())
	}
	rx := ruler{length: b.w(), size: small}
	ry := ruler{length: b.h(), size: small, upright: true, whole: whole && len(v.Layers) > 0}
	if v.blank() {
		v.xMarks, v.yMarks = marks{}, marks{}
		v.xUnit, v.yUnit = 1, 1
		return
	}
	v.xMarks, v.xUnit = rx.suited(&v.X, &v.x)
	v.yMarks, v.yUnit = ry.suited(&v.Y, &v.y)
	if v.twin != nil {
		v.twin.marks, v.twin.unit = ry.suited(&v.Right, &v.twin.y)
		v.twin.label = wrap(v.labelOf(v.Right, &v.twin.y, v.twin.unit), medium, math.Max(b.h(), 60))
	}
	v.turned = v.X.Names != nil && !rx.fits(v.xMarks, &v.x)
	if v.X.Ticks != nil && v.X.Names == nil {
		v.xMarks = rx.spaced(v.xMarks, &v.x)
	}
	if v.Y.Ticks != nil {
		v.yMarks = ry.spaced(v.yMarks, &v.y)
	}
}

// spaced leaves out the labels, not the ticks, that would touch the one
// before.
func (r ruler) spaced(m marks, s *scale) marks {
	out := marks{note: m.note, at: m.at, labels: append([]string(nil), m.labels...)}
	last := -1
	for i := range m.at {
		if last >= 0 && !r.fits(marks{at: []float64{m.at[last], m.at[i]}, labels: []string{m.labels[last], m.labels[i]}}, s) {
			out.labels[i] = ""
			continue
		}
		last = i
	}
	return out
}

func (v *view) titleSize() float64 {
	if v.Bare {
		return small
	}
	return large
}

// label writes "Label (Unit)".
func label(a Axis) string {
	switch {
	case a.Unit == "":
		return a.Label
	case a.Label == "":
		return a.Unit
	}
	return a.Label + " (" + a.Unit + ")"
}

func widest(labels []string) float64 {
	w := 0.0
	for _, s := range labels {
		w = math.Max(w, textWidth(s, small))
	}
	return w
}

// room sets how much the axes need on each side of the plot.
func (v *view) room() {
	v.left, v.right, v.top, v.bottom = 0, 0, 0, 0
	if n := float64(len(v.title)); n > 0 {
		v.top = float64(n*v.titleSize()*leading) + 3
	}
	v.top += v.lostHeight()
	v.right = math.Max(v.barRoom(), v.scaleRoom())
	if t := v.twin; t != nil && !v.Bare {
		v.top = math.Max(v.top, small/2)
		if t.marks.note != "" {
			v.top = math.Max(v.top, small+6)
		}
	}
	// Lines longer than the axis stick out on both sides.
	sides := math.Max(v.excess(v.title, v.titleSize(), v.plot.w()), float64(2*v.excess(v.lost, small, v.plot.w())))
	ends := 0.0
	if v.bar != nil {
		ends = math.Max(v.excess(v.bar.label, medium, v.plot.h()), 2) // half of a number at its end
	}
	if !v.Bare {
		if v.labelX {
			sides = math.Max(sides, v.excess(v.xLabel, medium, v.plot.w()))
		}
		ends = math.Max(ends, v.excess(v.yLabel, medium, v.plot.h()))
	}
	defer func() {
		v.left, v.right = math.Max(v.left, sides), math.Max(v.right, sides)
		v.top, v.bottom = math.Max(v.top, ends), math.Max(v.bottom, ends)
	}()
	if v.bar != nil && v.bar.marks.note != "" {
		v.top = math.Max(v.top, small+6)
	}
	if v.key = v.newKey(); v.key != nil && v.key.at == "beside" {
		v.right += inset + v.key.w
	}
	if v.Bare {
		return
	}
	v.indent = 0
	if !v.Y.Hide && v.labelY {
		v.left = v.yNumbers()
		v.indent = v.left
		v.top = math.Max(v.top, small/2)
		if v.yMarks.note != "" {
			v.top += small + 2
		}
	}
	if n := float64(len(v.yLabel)); n > 0 && v.labelY && v.ScaleBar == (ScaleBar{}) {
		v.left += labelGap + float64(n*medium*leading)
	}
	v.bottom = small / 2
	if v.labelX {
		if !v.X.Hide {
			v.bottom = v.xNumbers()
			v.overhang()
		}
		if n := float64(len(v.xLabel)); n > 0 && v.ScaleBar == (ScaleBar{}) {
			v.bottom += labelGap + float64(n*medium*leading)
		}
		v.bottom += v.noteLine()
	}
	if v.ScaleBar.X > 0 {
		v.bottom += 8 + small*leading
	}
}

// excess returns by how much the longest of lines sticks out at each end of an
// axis.
func (v *view) excess(lines []string, size, length float64) float64 {
	w := 0.0
	for _, line := range lines {
		w = math.Max(w, textWidth(line, size))
	}
	return math.Max(0, float64(0.5*(w-length)))
}

// overhang makes room for numbers on x that stick out at the corners.
func (v *view) overhang() {
	for i, at := range v.xMarks.at {
		half := textWidth(v.xMarks.labels[i], small) / 2
		if v.turned {
			half = small / 2
		}
		p := v.x.place(at)
		v.left = math.Max(v.left, half-(p-v.plot.x0))
		v.right = math.Max(v.right, half-(v.plot.x1-p))
	}
}

// barOffset is the distance of the colour bar from the plot, more where the
// note of y would run into that of the bar.
func (v *view) barOffset() float64 {
	if v.yMarks.note == "" {
		return 7 + v.twinRoom()
	}
	return v.twinRoom() + math.Max(7, textWidth(v.yMarks.note, small)-v.plot.w()+4)
}

// barRoom is the width that the colour bar takes, with all beside it.
func (v *view) barRoom() float64 {
	if v.bar == nil {
		return v.twinRoom()
	}
	w := v.barOffset() + v.barWide() + tickLength + tickGap + widest(v.bar.marks.labels)
	if n := float64(len(v.bar.label)); n > 0 {
		w += labelGap + float64(n*medium*leading)
	}
	return math.Max(w, v.barOffset()+textWidth(v.bar.marks.note, small))
}

// yNumbers is the room for ticks and numbers left of the plot.
func (v *view) yNumbers() float64 {
	if len(v.yMarks.at) == 0 {
		return tickLength
	}
	return tickLength + tickGap + widest(v.yMarks.labels)
}

// noteLine is the height of a line of its own for the note of x, which stands
// beside the label where there is room.
func (v *view) noteLine() float64 {
	note := v.xMarks.note
	if note == "" || v.X.Hide {
		return 0
	}
	if len(v.xLabel) > 0 {
		w := 0.0
		for _, line := range v.xLabel {
			w = math.Max(w, textWidth(line, medium))
		}
		if float64(0.5*(v.plot.w()-w)) > textWidth(note, small)+4 {
			return 0
		}
	}
	return small * leading
}

// xNumbers is the room for ticks and numbers below the plot.
func (v *view) xNumbers() float64 {
	switch {
	case len(v.xMarks.at) == 0:
		return tickLength
	case v.turned:
		return tickLength + tickGap + widest(v.xMarks.labels)
	}
	return tickLength + tickGap + small
}
