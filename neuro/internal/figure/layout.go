package figure

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A page is a figure with every panel in its place.
type page struct {
	w, h  float64 // as laid out with numbers of 8 points
	zoom  float64 // the true size is this many times larger
	theme theme
	col   []float64 // relative widths of columns
	row   []float64
	title []string
	views []*view
}

// lay places the panels of f.
func lay(f *Figure) *page { return layCounted(f, nil) }

// layCounted does so for a page whose drawing is counted by task.
func layCounted(f *Figure, task *display.Counter) *page {
	panels := f.Panels
	if len(panels) == 0 {
		panels = []Panel{{}}
	}
	cols := f.columns()
	rows := (len(panels) + cols - 1) / cols
	th := f.theme()
	views := make([]*view, len(panels))
	for i := range panels {
		shared := nothing()
		if f.ShareX {
			for k := i % cols; k < len(panels); k += cols {
				if panels[k].X.Log == panels[i].X.Log {
					x, _ := panels[k].extents()
					if !x.empty() {
						shared.add(x.lo)
						shared.add(x.hi)
					}
				}
			}
		}
		sharedY := nothing()
		if f.ShareY {
			for k := i / cols * cols; k < min(len(panels), i/cols*cols+cols); k++ {
				if panels[k].Y.Log == panels[i].Y.Log && panels[k].Y.SymLog == panels[i].Y.SymLog {
					if _, y := panels[k].extents(); !y.empty() {
						_, y = panels[k].side(false).limits(nothing())
						sharedY.add(y.lo)
						sharedY.add(y.hi)
					}
				}
			}
		}
		views[i] = newView(&panels[i], shared, sharedY, th)
		views[i].task = task
		views[i].labelX = !f.ShareX || i+cols >= len(panels)
		views[i].labelY = !f.ShareY || i%cols == 0
	}
	w, h := f.measure(views, cols, rows)
	for _, v := range views {
		v.share = w / float64(cols)
	}
	p := &page{w: w, h: h, views: views, zoom: th.font / small, theme: th, col: f.Widths, row: f.Heights}
	p.title = wrap(f.Title, large+1, w-2*edge)
	top := edge
	if n := float64(len(p.title)); n > 0 {
		top += float64(n*(large+1)*leading) + 2
	}
	p.place(cols, rows, top)
	return p
}

// columns is the number of panels in a row.
func (f *Figure) columns() int { return min(max(1, f.Cols), max(1, len(f.Panels))) }

// measure returns the size of the page in points.
func (f *Figure) measure(views []*view, cols, rows int) (w, h float64) {
	th := f.theme()
	cm := 72 / 2.54 / (th.font / small)
	bare, square := true, true
	for _, v := range views {
		bare = bare && v.Bare
		square = square && v.Square
	}
	w, h = float64(or(f.Width, th.width)*cm), float64(f.Height*cm)
	n := float64(cols)
	if w == 0 {
		switch {
		case bare:
			w = math.Min(18, math.Max(5, 4*n)) * cm
		case square:
			w = math.Min(20, float64(6*n)+3.5) * cm
		case cols == 1:
			w = 15 * cm
		default:
			w = math.Max(math.Min(22, float64(7.5*n)+1), 3.4*n) * cm
		}
	}
	if h != 0 {
		return w, h
	}
	title := 0.0
	if f.Title != "" {
		title = (large + 1) * leading
	}
	if bare || square {
		// As high as panels of their shape are at this width.
		h = 2*edge + title
		gap, axes, beside := 2.0, 0.0, 0.0
		if !bare {
			gap, axes, beside = 8, 38, 42
		}
		room := w - 2*edge - float64(n*beside) - float64((n-1)*gap)
		for c := range cols {
			for k := c; k < len(views); k += cols {
				if views[k].bar != nil {
					room -= 45
					break
				}
			}
		}
		own := math.Max(20, room/n)
		for r := range rows {
			tallest := 0.0
			for k := r * cols; k < min(len(views), (r+1)*cols); k++ {
				v := views[k]
				need := float64(own*v.ratio()) + axes + gap
				if !bare {
					need = math.Max(need, 3.5*cm) // for the label of y
				}
				if v.Title != "" {
					need += float64(small*leading) + 3
				}
				tallest = math.Max(tallest, need)
			}
			h += tallest
		}
		return w, math.Max(2*cm, math.Min(60*cm, h))
	}
	each := 9.0
	switch {
	case rows > 1 && f.ShareX:
		each = 4.2
	case rows > 1:
		each = 6.5
	case cols > 1:
		each = 7
	}
	h = title
	for r := range rows {
		w := 0.0
		for k := r * cols; k < min(len(views), (r+1)*cols); k++ {
			w = math.Max(w, views[k].weight())
		}
		h += float64(math.Max(float64(w*each), 1.5) * cm)
	}
	if f.ShareX && rows > 1 {
		h += float64(1.2 * cm)
	}
	return w, math.Min(math.Max(60, 2.3*float64(rows))*cm, h)
}

// place gives each panel its box. Labels need room that depends on the ticks,
// which depend on the size of the plot; after a few rounds the ticks stay.
func (p *page) place(cols, rows int, top float64) {
	left, right := make([]float64, cols), make([]float64, cols)
	above, below := make([]float64, rows), make([]float64, rows)
	weight, weights := make([]float64, rows), 0.0
	for r := range weight {
		for k := r * cols; k < min(len(p.views), (r+1)*cols); k++ {
			weight[r] = math.Max(weight[r], p.views[k].weight())
		}
		weights += weight[r]
	}
	if p.row != nil {
		weights = 0
		copy(weight, p.row)
		for _, v := range weight {
			weights += v
		}
	}
	ratio, ratios := make([]float64, cols), float64(cols)
	for c := range ratio {
		ratio[c] = 1
	}
	if p.col != nil {
		ratios = 0
		copy(ratio, p.col)
		for _, v := range ratio {
			ratios += v
		}
	}
	var w, h float64 // of all columns, of all rows
	wide := func(c int) float64 { return math.Max(12, float64(w*(ratio[c]/ratios))) }
	tall := func(r int) float64 { return math.Max(8, float64(h*(weight[r]/weights))) }
	const rounds = 3
	for round := range rounds + 1 {
		sumX, sumY := 2*edge, top+edge
		for c := range cols {
			sumX += left[c] + right[c]
		}
		for r := range rows {
			sumY += above[r] + below[r]
		}
		gapX, gapY := 8.0, 6.0
		if p.bare() {
			gapX, gapY = 2, 2
		}
		sumX += float64(gapX * float64(cols-1))
		sumY += float64(gapY * float64(rows-1))
		w = p.w - sumX
		h = p.h - sumY
		if round == rounds {
			y := top
			for r := range rows {
				y += above[r]
				x := edge
				for c := range cols {
					x += left[c]
					if k := r*cols + c; k < len(p.views) {
						p.views[k].settle(box{x, y, x + wide(c), y + tall(r)}, true)
					}
					x += wide(c) + right[c] + gapX
				}
				y += tall(r) + below[r] + gapY
			}
			return
		}
		for i := range left {
			left[i], right[i] = 0, 0
		}
		for i := range above {
			above[i], below[i] = 0, 0
		}
		indent := make([]float64, cols)
		for k, v := range p.views {
			v.settle(box{0, 0, wide(k % cols), tall(k / cols)}, false)
			v.room()
			indent[k%cols] = math.Max(indent[k%cols], v.indent)
		}
		for k, v := range p.views {
			c, r := k%cols, k/cols
			if len(v.yLabel) > 0 && !v.Square {
				v.left = math.Max(v.left, v.left-v.indent+indent[c])
				v.indent = indent[c]
			}
			left[c], right[c] = math.Max(left[c], v.left), math.Max(right[c], v.right)
			above[r], below[r] = math.Max(above[r], v.top), math.Max(below[r], v.bottom)
		}
	}
}

func (p *page) bare() bool {
	for _, v := range p.views {
		if !v.Bare {
			return false
		}
	}
	return true
}
