package figure

import (
	"image"
	"math"
	"strings"
)

// A dots is a canvas of Braille: a point of the page is a dot.
type dots struct {
	cols, rows int
	bits       []uint8
	cell       []cell // colours, and characters that stand in place of dots
	paper      ink
}

func newDots(cols, rows int, paper ink) *dots {
	return &dots{cols: cols, rows: rows, bits: make([]uint8, cols*rows), cell: make([]cell, cols*rows), paper: paper}
}

func (d *dots) fine() float64          { return 1 }
func (d *dots) snap(v float64) float64 { return math.Round(v) }
func (d *dots) clip(box)               {}
func (d *dots) unclip()                {}
func (d *dots) pixels() bool           { return true }

// dotBits are the dots of a Braille character by row and column.
var dotBits = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

func (d *dots) dot(x, y int, c ink) {
	if x < 0 || y < 0 || x >= 2*d.cols || y >= 4*d.rows {
		return
	}
	k := y/4*d.cols + x/2
	d.bits[k] |= dotBits[y%4][x%2]
	d.cell[k].fg, d.cell[k].has = colour256(c), true
}

// fill sets the dots inside, every second one of what is pale.
func (d *dots) fill(p path, c ink) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, poly := range p {
		for _, q := range poly {
			lo, hi = math.Min(lo, q.y), math.Max(hi, q.y)
		}
	}
	for y := max(0, int(lo)); y < 4*d.rows && float64(y) <= hi; y++ {
		for x := range 2 * d.cols {
			if c.A < 128 && (x+2*y)%4 != 0 {
				continue
			}
			if inside(p, point{float64(x) + 0.5, float64(y) + 0.5}) {
				d.dot(x, y, c)
			}
		}
	}
}

// inside tells whether a point lies in one of the polygons.
func inside(p path, q point) bool {
	for _, poly := range p {
		odd := false
		for i, a := range poly {
			b := poly[(i+len(poly)-1)%len(poly)]
			if (a.y > q.y) != (b.y > q.y) && q.x < a.x+float64((b.x-a.x)*((q.y-a.y)/(b.y-a.y))) {
				odd = !odd
			}
		}
		if odd {
			return true
		}
	}
	return false
}

func (d *dots) stroke(p path, width float64, dash bool, c ink) {
	all := box{0, 0, float64(2 * d.cols), float64(4 * d.rows)}
	for _, line := range clipped(p, all.grow(-0.01)) {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			n := math.Ceil(math.Max(math.Abs(b.x-a.x), math.Abs(b.y-a.y)))
			for k := 0.0; k <= n; k++ {
				t := k / math.Max(n, 1)
				x, y := int(a.x+float64(t*(b.x-a.x))), int(a.y+float64(t*(b.y-a.y)))
				if dash && (x+y)%4 > 1 {
					continue
				}
				d.dot(x, y, c)
			}
		}
	}
}

func (d *dots) rules(from, to []point, width float64, c ink) {
	p := make(path, len(from))
	for i := range from {
		p[i] = []point{from[i], to[i]}
	}
	d.stroke(p, width, false, c)
}

func (d *dots) dots(at []point, size float64, c ink) {
	for _, p := range at {
		d.dot(int(math.Floor(p.x)), int(math.Floor(p.y)), c)
		if size >= 4 && len(at) < 200 { // few are seen better larger
			d.dot(int(math.Floor(p.x))+1, int(math.Floor(p.y)), c)
		}
	}
}

func (d *dots) text(p point, s string, size, align float64, up bool, c ink) {
	runes := []rune(plainText(s))
	x, y := int(p.x/2)-int(float64(align*float64(len(runes)))), max(0, min(d.rows-1, int(p.y/4)))
	x = max(0, min(x, d.cols-len(runes)))
	for i, r := range runes {
		if x+i < d.cols {
			k := y*d.cols + x + i
			d.cell[k].r, d.cell[k].fg, d.cell[k].has = r, colour256(c), true
		}
	}
}

func (d *dots) picture(box, *image.NRGBA) {} // images are drawn by their values

// image draws cells: with colours as two halves of a character, otherwise as
// dots, the denser the higher the value, or the farther from 0.
func (d *dots) image(v *view, l *Layer, colours bool) {
	cols, rows := l.size()
	if cols == 0 || rows == 0 {
		return
	}
	r, m := l.rectangle(), l.colormap()
	signedMap := l.Map == "" && m.lo < 0 && m.hi > 0 || signed[strings.TrimSuffix(l.Map, "_r")]
	across, down := 2*d.cols, 4*d.rows
	step := 1.0
	if colours {
		across, down, step = d.cols, 2*d.rows, 2
	}
	xs := cells(&v.x, r[0], r[1], cols, 0, v.plot.w(), across)
	ys := cells(&v.y, r[2], r[3], rows, 0, v.plot.h(), down)
	in := func(s *scale, p, lo, hi float64) bool {
		a, _ := s.to(lo)
		b, _ := s.to(hi)
		return p >= math.Min(a, b) && p <= math.Max(a, b)
	}
	for j := range down {
		for i := range across {
			z := l.mean(xs[i], ys[j])
			if z-z != 0 || !in(&v.x, float64((float64(i)+0.5)*step), r[0], r[1]) || !in(&v.y, float64((float64(j)+0.5)*step), r[2], r[3]) {
				continue
			}
			if colours {
				c := &d.cell[j/2*d.cols+i]
				n := colour256(m.color(z))
				if j%2 == 0 {
					c.r, c.fg, c.has = '▀', n, true
					continue
				}
				if c.r != '▀' {
					c.r, c.fg, c.has = '▄', n, true
				} else {
					c.bg, c.two = n, true
				}
				continue
			}
			level := share(math.Max(m.lo, math.Min(m.hi, z)), m.lo, m.hi)
			if signedMap {
				level = math.Abs(float64(2*level) - 1)
			}
			if level > (float64(bayer[j%4][i%4])+0.5)/16 {
				d.dot(i, j, names["grey"])
			}
		}
	}
}

// bayer is the order in which the dots of a pattern are set (Bayer 1973).
var bayer = [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}

// colour256 returns the nearest colour of the cube that terminals have, or of
// its greys.
func colour256(c ink) uint8 {
	level := func(v uint8) (n, value int) {
		steps := [6]int{0, 95, 135, 175, 215, 255}
		for i, s := range steps {
			if d := int(v) - s; d*d < (int(v)-steps[n])*(int(v)-steps[n]) {
				n = i
			}
		}
		return n, steps[n]
	}
	r, x := level(c.R)
	g, y := level(c.G)
	b, z := level(c.B)
	far := func(p, q, s int) int {
		i, j, k := int(c.R)-p, int(c.G)-q, int(c.B)-s
		return i*i + j*j + k*k
	}
	grey := max(0, min(23, ((int(c.R)+int(c.G)+int(c.B))/3-3)/10))
	if w := 8 + 10*grey; far(w, w, w) < far(x, y, z) {
		return uint8(232 + grey)
	}
	return uint8(16 + 36*r + 6*g + b)
}
