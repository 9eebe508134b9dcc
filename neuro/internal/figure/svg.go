package figure

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/png"
	"math"
	"strconv"
	"strings"
)

// vectorFine is the length that vector formats are simplified to: a dot at
// 300 dots per inch.
const vectorFine = 72.0 / 300

// An svg is a page of Scalable Vector Graphics. Text stays text, in a font as
// wide as the one it was measured in.
type svg struct {
	buf bytes.Buffer
}

// newSVG returns a page laid out on w by h points and shown zoom times as large.
func newSVG(w, h, zoom float64, paper ink) *svg {
	s := &svg{}
	fmt.Fprintf(&s.buf, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%spt" height="%spt" viewBox="0 0 %s %s" font-family="'Liberation Sans', Arial, Helvetica, sans-serif">`+"\n",
		num(float64(w*zoom)), num(float64(h*zoom)), num(w), num(h))
	if paper.A > 0 {
		fmt.Fprintf(&s.buf, `<rect width="%s" height="%s" fill="%s"/>`+"\n", num(w), num(h), hexColor(paper))
	}
	return s
}

// num writes a coordinate with two decimals at most.
func num(v float64) string {
	v = math.Round(v*100) / 100
	if v == 0 {
		return "0"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func (s *svg) bytes() []byte {
	s.buf.WriteString("</svg>\n")
	return s.buf.Bytes()
}

func (s *svg) fine() float64 { return vectorFine }

func (s *svg) pixels() bool { return false }

func (s *svg) snap(v float64) float64 { return math.Round(v*100) / 100 }

// clip opens an inner svg element: it cuts off what leaves it and, other than
// a clip path, needs no name, which could clash with one of another figure on
// the same page.
func (s *svg) clip(b box) {
	fmt.Fprintf(&s.buf, `<svg x="%s" y="%s" width="%s" height="%s" viewBox="%s %s %s %s">`+"\n",
		num(b.x0), num(b.y0), num(b.w()), num(b.h()), num(b.x0), num(b.y0), num(b.w()), num(b.h()))
}

func (s *svg) unclip() { s.buf.WriteString("</svg>\n") }

func hexColor(c ink) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func (s *svg) opacity(attr string, c ink) {
	if c.A != 255 {
		fmt.Fprintf(&s.buf, ` %s="%s"`, attr, strconv.FormatFloat(float64(c.A)/255, 'f', 3, 64))
	}
}

func (s *svg) points(p []point, closed bool) {
	for i, v := range p {
		switch i {
		case 0:
			s.buf.WriteByte('M')
		case 1:
			s.buf.WriteByte('L')
		default:
			s.buf.WriteByte(' ')
		}
		s.buf.WriteString(num(v.x))
		s.buf.WriteByte(' ')
		s.buf.WriteString(num(v.y))
	}
	if closed {
		s.buf.WriteByte('Z')
	}
}

func (s *svg) fill(p path, c ink) {
	if len(p) == 0 {
		return
	}
	fmt.Fprintf(&s.buf, `<path fill="%s"`, hexColor(c))
	s.opacity("fill-opacity", c)
	s.buf.WriteString(` d="`)
	for _, poly := range p {
		s.points(poly, true)
	}
	s.buf.WriteString("\"/>\n")
}

func (s *svg) stroke(p path, width float64, dash bool, c ink) {
	if len(p) == 0 {
		return
	}
	fmt.Fprintf(&s.buf, `<path fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"`, hexColor(c), num(width))
	s.opacity("stroke-opacity", c)
	if dash {
		fmt.Fprintf(&s.buf, ` stroke-dasharray="%s %s"`, num(4*width), num(2.5*width))
	}
	s.buf.WriteString(` d="`)
	for _, line := range p {
		if len(line) > 1 {
			s.points(line, false)
		}
	}
	s.buf.WriteString("\"/>\n")
}

func (s *svg) rules(from, to []point, width float64, c ink) {
	p := make(path, len(from))
	for i := range from {
		p[i] = []point{from[i], to[i]}
	}
	s.stroke(p, width, false, c)
}

// dots are lines of no length with round ends, the shortest way to say disc.
// Transparent ones are separate, so that they darken where they overlap.
func (s *svg) dots(at []point, size float64, c ink) {
	if len(at) == 0 {
		return
	}
	fmt.Fprintf(&s.buf, `<g stroke="%s" stroke-width="%s" stroke-linecap="round"`, hexColor(c), num(size))
	s.opacity("stroke-opacity", c)
	s.buf.WriteString(`><path d="`)
	for i, p := range at {
		if i > 0 && c.A != 255 {
			s.buf.WriteString(`"/><path d="`)
		}
		s.buf.WriteString("M" + num(p.x) + " " + num(p.y) + "h0")
	}
	s.buf.WriteString("\"/></g>\n")
}

func (s *svg) text(p point, t string, size, align float64, up bool, c ink) {
	if t == "" {
		return
	}
	if strings.Contains(t, "$") {
		s.pieces(p, t, size, align, up, c)
		return
	}
	// textLength keeps labels in their place where another font stands in.
	fmt.Fprintf(&s.buf, `<text x="%s" y="%s" font-size="%s" fill="%s" textLength="%s" lengthAdjust="spacingAndGlyphs"`,
		num(p.x), num(p.y), num(size), hexColor(c), num(textWidth(t, size)))
	if strings.Trim(t, " ") != t { // a space beside a raised or lowered part
		s.buf.WriteString(` xml:space="preserve"`)
	}
	switch align {
	case 0.5:
		s.buf.WriteString(` text-anchor="middle"`)
	case 1:
		s.buf.WriteString(` text-anchor="end"`)
	}
	if up {
		fmt.Fprintf(&s.buf, ` transform="rotate(-90 %s %s)"`, num(p.x), num(p.y))
	}
	s.buf.WriteString(">" + html.EscapeString(t) + "</text>\n")
}

// pieces writes text with raised and lowered parts, each in its place.
func (s *svg) pieces(p point, t string, size, align float64, up bool, c ink) {
	at := -float64(textWidth(t, size) * align)
	for _, r := range runs(t) {
		em, lift := float64(size*r.size), float64(size*r.rise)
		q := point{p.x + at, p.y - lift}
		if up {
			q = point{p.x - lift, p.y - at}
		}
		s.text(q, strings.ReplaceAll(r.text, "$", "＄"), em, 0, up, c)
		at += textWidth(r.text, em)
	}
}

func (s *svg) picture(b box, im *image.NRGBA) {
	var data bytes.Buffer
	if err := png.Encode(&data, im); err != nil {
		panic(err) // encoding to memory does not fail
	}
	fmt.Fprintf(&s.buf, `<image x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" style="image-rendering:pixelated" xlink:href="data:image/png;base64,%s"/>`+"\n",
		num(b.x0), num(b.y0), num(b.w()), num(b.h()), base64.StdEncoding.EncodeToString(data.Bytes()))
}
