package figure

import "math"

// manyPoints is the number of points from which on they are gathered pixel by
// pixel before they are drawn, so that very many cost no more than the pixels.
const manyPoints = 200_000

// A tally counts the marks whose middle lies in each pixel of a plot.
type tally struct {
	x0, y0     float64 // the first pixel, in pixels
	cell       float64 // the side of a pixel in points
	cols, rows int
	n          []uint32
}

func newTally(b box, cell float64) *tally {
	t := &tally{x0: math.Floor(b.x0 / cell), y0: math.Floor(b.y0 / cell), cell: cell}
	t.cols, t.rows = int(math.Floor(b.x1/cell)-t.x0)+1, int(math.Floor(b.y1/cell)-t.y0)+1
	t.n = make([]uint32, t.cols*t.rows)
	return t
}

// at returns the count of the pixel that p, a point within the box, lies in.
func (t *tally) at(p point) *uint32 {
	x, y := int(math.Floor(p.x/t.cell)-t.x0), int(math.Floor(p.y/t.cell)-t.y0)
	return &t.n[min(max(y, 0), t.rows-1)*t.cols+min(max(x, 0), t.cols-1)]
}

// each calls f with the middles of pixels of the same count that follow each
// other in a row.
func (t *tally) each(f func(at []point, n uint32)) {
	var at []point
	for y := range t.rows {
		row := t.n[y*t.cols:][:t.cols]
		for x, n := range row {
			if n == 0 {
				continue
			}
			at = append(at, point{(t.x0 + float64(x) + 0.5) * t.cell, (t.y0 + float64(y) + 0.5) * t.cell})
			if x+1 == t.cols || row[x+1] != n {
				f(at, n)
				at = at[:0]
			}
		}
	}
}

// gather draws very many points on a page of pixels: one for each pixel that
// has any, as opaque as all of them together, or in the colour of the last.
func (v *view) gather(c canvas, l *Layer, m *colormap, color ink, size float64) {
	t := newTally(v.plot.grow(size), c.fine())
	v.eachBlock(l, size, func(at []point, index []int, from int) {
		for k, p := range at {
			if m == nil {
				*t.at(p)++
			} else if z := l.Z[0][from+index[k]]; !math.IsNaN(z) {
				*t.at(p) = uint32(m.index(z)) + 1
			}
		}
	})
	if m == nil && l.shaped() { // shapes that are drawn at once cover, however many
		var all []point
		t.each(func(at []point, _ uint32) { all = append(all, at...) })
		v.shapes(c, l.Marker, all, size, color)
		return
	}
	t.each(func(at []point, n uint32) {
		ink := color
		if m != nil {
			ink = m.table[n-1]
		} else if color.A < 255 {
			clear := 1.0 // what is seen through n points
			for ; n > 0 && clear > 1.0/512; n-- {
				clear -= float64(clear * (float64(color.A) / 255))
			}
			ink.A = uint8(float64((1-clear)*255) + 0.5)
		}
		c.dots(at, size, ink)
	})
}
