package figure

import (
	"image"
	"math"
	"strings"
	"sync"
)

// image draws the cells of an image at the resolution of the page: each pixel
// takes the colour of the cell under its centre, or of the mean of the cells
// that it covers.
func (v *view) image(c canvas, l *Layer) {
	cols, rows := l.size()
	if cols == 0 || rows == 0 {
		return
	}
	r := l.rectangle()
	left, okL := v.x.to(r[0])
	right, okR := v.x.to(r[1])
	bottom, okB := v.y.to(r[2])
	top, okT := v.y.to(r[3])
	if !okL || !okR || !okB || !okT {
		return
	}
	b := box{
		math.Max(v.plot.x0, c.snap(math.Min(left, right))), math.Max(v.plot.y0, c.snap(math.Min(top, bottom))),
		math.Min(v.plot.x1, c.snap(math.Max(left, right))), math.Min(v.plot.y1, c.snap(math.Max(top, bottom))),
	}
	nx, ny := int(math.Round(b.w()/c.fine())), int(math.Round(b.h()/c.fine()))
	if nx < 1 || ny < 1 {
		return
	}
	xs := cells(&v.x, r[0], r[1], cols, b.x0, b.x1, nx)
	ys := cells(&v.y, r[2], r[3], rows, b.y0, b.y1, ny)
	m := l.colormap()
	im := image.NewNRGBA(image.Rect(0, 0, nx, ny))
	const band = 64 // rows of pixels that are coloured at the same time as others
	var work sync.WaitGroup
	for from := 0; from < ny; from += band {
		work.Go(func() {
			for j := from; j < min(ny, from+band); j++ {
				row := im.Pix[j*im.Stride:][:4*nx]
				if j > from && ys[j] == ys[j-1] {
					copy(row, im.Pix[(j-1)*im.Stride:])
					continue
				}
				var ink ink
				for i := range nx {
					if i == 0 || xs[i] != xs[i-1] {
						ink = m.color(l.mean(xs[i], ys[j]))
					}
					row[4*i], row[4*i+1], row[4*i+2], row[4*i+3] = ink.R, ink.G, ink.B, ink.A
				}
			}
		})
	}
	work.Wait()
	c.picture(b, im)
}

// cells returns for each of n pixels between p0 and p1 the cells first to last
// that it shows, of count cells between the values lo and hi.
func cells(s *scale, lo, hi float64, count int, p0, p1 float64, n int) [][2]int {
	a, _ := s.value(lo)
	b, _ := s.value(hi)
	at := func(p float64) float64 {
		t := s.from(p)
		if s.log || s.lin > 0 { // cells are equal in the values, not in their logarithms
			return (s.invert(t) - lo) / (hi - lo) * float64(count)
		}
		return share(t, a, b) * float64(count)
	}
	index := func(f float64) int {
		return int(math.Max(0, math.Min(float64(count-1), math.Floor(f))))
	}
	out := make([][2]int, n)
	step := (p1 - p0) / float64(n)
	for i := range out {
		p := p0 + float64(float64(i)*step)
		f, g := at(p), at(p+step)
		if math.Abs(g-f) < 1.5 {
			k := index(at(p + float64(step/2)))
			out[i] = [2]int{k, k}
			continue
		}
		if f > g {
			f, g = g, f
		}
		out[i] = [2]int{index(f), index(math.Ceil(g) - 1)}
	}
	return out
}

// mean returns the mean over a block of cells; cells without a value do not
// count, and a block without any is NaN.
func (l *Layer) mean(xs, ys [2]int) float64 {
	if row := l.Z[ys[0]]; xs[0] == xs[1] && ys[0] == ys[1] && xs[0] < len(row) {
		return row[xs[0]]
	}
	sum, n := 0.0, 0
	for _, row := range l.Z[ys[0] : ys[1]+1] {
		for k := xs[0]; k <= xs[1] && k < len(row); k++ {
			if v := row[k]; v-v == 0 { // finite
				sum += v
				n++
			}
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// colormap returns the colours of an image or of coloured points.
func (l *Layer) colormap() *colormap {
	lo, hi, name := l.Lo, l.Hi, l.Map
	if lo == 0 && hi == 0 {
		r := nothing()
		for _, row := range l.Z {
			for _, v := range row {
				if v-v == 0 { // finite
					r.add(v)
				}
			}
		}
		if name == "" && r.lo < 0 && r.hi > 0 {
			name = "RdBu_r"
		}
		if signed[strings.TrimSuffix(name, "_r")] && !r.empty() {
			far := math.Max(math.Abs(r.lo), math.Abs(r.hi))
			r = reach{-far, far}
		}
		r = r.sound(false)
		lo, hi = r.lo, r.hi
	}
	if name == "" {
		name = "viridis"
	}
	return newColormap(name, lo, hi, l.Alpha)
}

// size returns how many columns and rows an image has; rows may differ in
// length.
func (l *Layer) size() (cols, rows int) {
	for _, row := range l.Z {
		cols = max(cols, len(row))
	}
	return cols, len(l.Z)
}

// rectangle returns left, right, bottom and top of an image; cells are
// centred on whole numbers unless X and Y say otherwise.
func (l *Layer) rectangle() [4]float64 {
	cols, rows := l.size()
	b := [4]float64{-0.5, float64(cols) - 0.5, -0.5, float64(rows) - 0.5}
	if len(l.X) == 2 {
		b[0], b[1] = l.X[0], l.X[1]
	}
	if len(l.Y) == 2 {
		b[2], b[3] = l.Y[0], l.Y[1]
	}
	return b
}
