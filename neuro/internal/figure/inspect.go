package figure

import (
	"fmt"
	"image"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A recorder is a canvas that notes where text stands and whether marks are in
// their clip.
type recorder struct {
	texts  []string
	boxes  []box
	sound  bool // every coordinate is finite
	within bool
}

func (r *recorder) fine() float64          { return vectorFine }
func (r *recorder) snap(v float64) float64 { return v }
func (r *recorder) clip(b box)             { r.within = true; r.points([]point{{b.x0, b.y0}, {b.x1, b.y1}}) }
func (r *recorder) unclip()                { r.within = false }
func (r *recorder) pixels() bool           { return true }
func (r *recorder) fill(p path, c ink) {
	for _, q := range p {
		r.points(q)
	}
}
func (r *recorder) stroke(p path, width float64, dash bool, c ink) { r.fill(p, c) }
func (r *recorder) rules(from, to []point, width float64, c ink)   { r.points(from); r.points(to) }
func (r *recorder) dots(at []point, size float64, c ink)           { r.points(at) }
func (r *recorder) picture(b box, im *image.NRGBA)                 { r.points([]point{{b.x0, b.y0}, {b.x1, b.y1}}) }

func (r *recorder) points(p []point) {
	for _, q := range p {
		if !(math.Abs(q.x) < 1e7 && math.Abs(q.y) < 1e7) {
			r.sound = false
		}
	}
}

func (r *recorder) text(p point, s string, size, align float64, up bool, c ink) {
	r.points([]point{p})
	if r.within || s == "" {
		return // notes may stand anywhere
	}
	w := textWidth(s, size)
	b := box{p.x - float64(w*align), p.y - float64(0.7*size), p.x + float64(w*(1-align)), p.y + float64(0.2*size)}
	if up {
		b = box{p.x - float64(0.7*size), p.y - float64(w*(1-align)), p.x + float64(0.2*size), p.y + float64(w*align)}
	}
	r.texts, r.boxes = append(r.texts, s), append(r.boxes, b)
}

// Faults returns what is wrong with the text of a figure: labels that leave
// the page, or that touch each other.
func Faults(f *Figure) []string {
	p := lay(f)
	r := &recorder{sound: true}
	p.paint(r)
	var out []string
	if !r.sound {
		out = append(out, "a coordinate is not finite")
	}
	page := box{0, 0, p.w, p.h}
	const seen = 1e-6 // points: rounding
	for i, b := range r.boxes {
		if b.x0 < page.x0-seen || b.y0 < page.y0-seen || b.x1 > page.x1+seen || b.y1 > page.y1+seen {
			out = append(out, fmt.Sprintf("%q leaves the page: %.0f of %.0f", r.texts[i], b, page))
		}
		for j := range i {
			if b.overlaps(r.boxes[j]) {
				out = append(out, fmt.Sprintf("%q %.0f and %q %.0f overlap", r.texts[i], b, r.texts[j], r.boxes[j]))
			}
		}
	}
	return out
}

// Alike returns the pairs of colours of layers with data, within one panel and
// both dashed or neither, that a reader cannot tell apart: with normal vision or one of three deficiencies
// closer than 8 by CIE 1976 (2 to 3 can just be noticed), or in grey by less
// than 4 of 100 in lightness.
func Alike(f *Figure) []string {
	var out []string
	for i := range f.Panels {
		p := &f.Panels[i]
		all := p.colors(f.theme())
		type look struct {
			ink
			dash bool
		}
		seenBefore := map[look]bool{}
		var inks []look
		for k, c := range all {
			switch c.A = 255; p.Layers[k].Kind {
			case Line, Points, Stairs, Bars, Stems, Area, Ticks, Step, Box, Violin, Contour:
				l := look{c, p.Layers[k].Dash}
				if !seenBefore[l] && len(p.Layers[k].Z) == 0 || p.Layers[k].Kind == Contour && !seenBefore[l] {
					seenBefore[l] = true
					inks = append(inks, l)
				}
			}
		}
		for a := range inks {
			for b := range a {
				if inks[a].dash != inks[b].dash {
					continue
				}
				p, q := inks[a].ink, inks[b].ink
				for _, name := range visions {
					if d := difference(p, q, readers[name]); d < 8 {
						out = append(out, fmt.Sprintf("panel %d: #%s and #%s differ by %.1f for a reader with %s vision", i+1, code(p), code(q), d, name))
					}
				}
				if d := math.Abs(seen(p, readers["normal"])[0] - seen(q, readers["normal"])[0]); d < 4 {
					out = append(out, fmt.Sprintf("panel %d: #%s and #%s differ by %.1f in grey", i+1, code(p), code(q), d))
				}
			}
		}
	}
	return out
}

func code(c ink) string { return fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B) }

// readers are what becomes of linear RGB for readers with normal vision and with
// full protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes
// 2009, IEEE Trans. Vis. Comput. Graph. 15:1291).
var readers = map[string][9]float64{
	"normal": {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protan": {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deutan": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritan": {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

var visions = []string{"normal", "protan", "deutan", "tritan"}

// difference returns the difference of two colours, CIE 1976.
func difference(p, q ink, m [9]float64) float64 {
	a, b := seen(p, m), seen(q, m)
	sum := 0.0
	for k := range a {
		sum += float64((a[k] - b[k]) * (a[k] - b[k]))
	}
	return math.Sqrt(sum)
}

// seen returns CIE L*a*b* of a colour after a matrix on linear RGB.
func seen(c ink, m [9]float64) [3]float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return vec.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	clip := func(v float64) float64 { return math.Max(0, math.Min(1, v)) }
	r, g, b = clip(float64(m[0]*r)+float64(m[1]*g)+float64(m[2]*b)), clip(float64(m[3]*r)+float64(m[4]*g)+float64(m[5]*b)), clip(float64(m[6]*r)+float64(m[7]*g)+float64(m[8]*b))
	x := (float64(0.4124*r) + float64(0.3576*g) + float64(0.1805*b)) / 0.9505
	y := float64(0.2126*r) + float64(0.7152*g) + float64(0.0722*b)
	z := (float64(0.0193*r) + float64(0.1192*g) + float64(0.9505*b)) / 1.089
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return vec.Pow(v, 1.0/3)
		}
		return (float64(24389.0/27*v) + 16) / 116
	}
	return [3]float64{float64(116*f(y)) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))}
}
