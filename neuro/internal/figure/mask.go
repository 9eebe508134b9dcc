package figure

import (
	"image"
	"math"
)

// A mask gathers how much of each pixel is covered by polygons. Each edge adds
// to the pixels that it crosses the change of coverage from left to right; a
// running sum along the row then gives the coverage.
//
// Nothing here may be fused into x*y+z: a picture has the same bytes on every
// platform.
type mask struct {
	area     image.Rectangle // the pixels that can be covered
	stride   int
	change   []float32
	from, to []int // columns touched in each row: from <= i < to
}

// reset confines the mask to area. The buffers are clean: blend cleans up.
func (m *mask) reset(area image.Rectangle) {
	m.area = area
	m.stride = area.Dx() + 2
	if n := m.stride * area.Dy(); n > len(m.change) {
		m.change = make([]float32, n)
	}
	if n := area.Dy(); n > len(m.from) {
		m.from, m.to = make([]int, n), make([]int, n)
	}
	for i := range m.from[:area.Dy()] {
		m.from[i], m.to[i] = m.stride, 0
	}
}

// polygon adds a closed polygon given in pixels.
func (m *mask) polygon(p []point) {
	if len(p) < 3 {
		return
	}
	last := p[len(p)-1]
	for _, q := range p {
		m.edge(last, q)
		last = q
	}
}

// edge adds one directed edge, which it cuts at the left and right border: a
// part that lies left of the area covers as an edge along the border does, one
// that lies right of it covers nothing.
func (m *mask) edge(a, b point) {
	ox, oy := float64(m.area.Min.X), float64(m.area.Min.Y)
	a, b = point{a.x - ox, a.y - oy}, point{b.x - ox, b.y - oy}
	sign := 1.0
	if a.y > b.y {
		a, b, sign = b, a, -1
	}
	h, w := float64(m.area.Dy()), float64(m.area.Dx())
	if a.y == b.y || b.y <= 0 || a.y >= h {
		return
	}
	slope := (b.x - a.x) / (b.y - a.y)
	if a.y < 0 {
		a = point{a.x - float64(a.y*slope), 0}
	}
	if b.y > h {
		b = point{b.x - float64((b.y-h)*slope), h}
	}
	// Cut where x is 0 and w; pieces are passed on from top to bottom.
	cuts := [2]float64{math.Inf(1), math.Inf(1)}
	if slope != 0 {
		cuts[0] = a.y - float64(a.x/slope)
		cuts[1] = a.y + float64((w-a.x)/slope)
		if cuts[0] > cuts[1] {
			cuts[0], cuts[1] = cuts[1], cuts[0]
		}
	}
	p := a
	for _, y := range cuts {
		if y > p.y && y < b.y {
			q := point{a.x + float64((y-a.y)*slope), y}
			m.piece(p, q, sign, w)
			p = q
		}
	}
	m.piece(p, b, sign, w)
}

// piece adds an edge that lies on one side of each border, or within rounding
// of it.
func (m *mask) piece(a, b point, sign, w float64) {
	if mid := a.x + b.x; mid <= 0 {
		a.x, b.x = 0, 0
	} else if mid >= w+w {
		return
	}
	a.x, b.x = within(a.x, w), within(b.x, w)
	if !(b.y > a.y) {
		return
	}
	slope := (b.x - a.x) / (b.y - a.y)
	rows := m.area.Dy()
	x := a.x
	for row := int(a.y); row < rows && float64(row) < b.y; row++ {
		top, bottom := float64(row), float64(row+1)
		if top < a.y {
			top = a.y
		}
		if bottom > b.y {
			bottom = b.y
		}
		next := within(a.x+float64((bottom-a.y)*slope), w)
		m.row(row, x, next, float64(sign*(bottom-top)))
		x = next
	}
}

// within returns x, or the border of 0 to w that it lies beyond.
func within(x, w float64) float64 {
	switch {
	case x < 0:
		return 0
	case x > w:
		return w
	}
	return x
}

// row adds the part of an edge that lies within one row of pixels, running
// from x0 to x1 and as high as |d|. A pixel's share is the mean of what lies
// left of it: with G(x) the integral of the share of the edge left of x, pixel
// i is covered by d*(G(i+1)-G(i)).
func (m *mask) row(row int, x0, x1, d float64) {
	if x0 > x1 {
		x0, x1 = x1, x0
	}
	first, last := int(x0), int(math.Ceil(x1))
	m.from[row] = min(m.from[row], first)
	line := m.change[row*m.stride : (row+1)*m.stride]
	if last <= first+1 {
		share := float64(d * (float64(0.5*(x0+x1)) - float64(first)))
		line[first] += float32(d - share)
		line[first+1] += float32(share)
		m.to[row] = max(m.to[row], first+2)
		return
	}
	m.to[row] = max(m.to[row], last+1)
	scale := 0.5 / (x1 - x0)
	before, covered := 0.0, 0.0 // G at the pixel's left side; the previous pixel's coverage
	for i := first; i < last; i++ {
		right := math.Min(float64(i+1), x1)
		g := float64(float64((right-x0)*(right-x0)) * scale)
		g += float64(i+1) - right // beyond x1 all of the edge lies left
		cover := float64(d * (g - before))
		line[i] += float32(cover - covered)
		before, covered = g, cover
	}
	line[last] += float32(d - covered)
}

// blend paints c where the polygons cover, and cleans the mask.
func (m *mask) blend(im *image.RGBA, c ink) {
	alpha := float64(c.A)
	for row := 0; row < m.area.Dy(); row++ {
		from, to := m.from[row], m.to[row]
		if from >= to {
			continue
		}
		line := m.change[row*m.stride : (row+1)*m.stride]
		pix := im.Pix[im.PixOffset(m.area.Min.X, m.area.Min.Y+row):]
		var sum float32
		width := m.area.Dx()
		for i := from; i < to; i++ {
			sum += line[i]
			line[i] = 0
			if i < width {
				cover := math.Min(math.Abs(float64(sum)), 1)
				if a := uint32(float64(cover*alpha) + 0.5); a > 0 {
					over(pix[4*i:4*i+4:4*i+4], c, a)
				}
			}
		}
		// What is left of the sum covers the rest of the row, up to the area's
		// right border: an edge beyond the border was left out.
		if a := uint32(float64(math.Min(math.Abs(float64(sum)), 1)*alpha) + 0.5); a > 0 {
			for i := to; i < width; i++ {
				over(pix[4*i:4*i+4:4*i+4], c, a)
			}
		}
	}
}

// over paints colour c with opacity a (0 to 255, in place of c.A) on one pixel
// with premultiplied alpha.
func over(dst []uint8, c ink, a uint32) {
	if a == 255 {
		dst[0], dst[1], dst[2], dst[3] = c.R, c.G, c.B, 255
		return
	}
	rest := 255 - a
	dst[0] = uint8((uint32(c.R)*a + uint32(dst[0])*rest + 127) / 255)
	dst[1] = uint8((uint32(c.G)*a + uint32(dst[1])*rest + 127) / 255)
	dst[2] = uint8((uint32(c.B)*a + uint32(dst[2])*rest + 127) / 255)
	dst[3] = uint8((255*a + uint32(dst[3])*rest + 127) / 255)
}
