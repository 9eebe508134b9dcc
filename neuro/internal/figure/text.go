package figure

import (
	"strings"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is the one font of figures, Liberation Sans, whose letters are as
// wide as Arial's. It is parsed when the first text is measured.
var typeface struct {
	sync.Mutex
	font   *sfnt.Font
	buf    sfnt.Buffer
	em     float64
	glyphs map[rune]*glyph
}

// A glyph is the shape of one character in units of the font size, y
// downwards from the baseline.
type glyph struct {
	advance  float64
	polygons path
}

// load returns the glyph of a character; one that the font lacks is the box
// that the font shows for it.
func load(r rune) *glyph {
	t := &typeface
	t.Lock()
	defer t.Unlock()
	if t.font == nil {
		f, err := sfnt.Parse(liberationsansregular.TTF)
		if err != nil {
			panic(err) // the font is part of the program
		}
		t.font, t.em, t.glyphs = f, float64(f.UnitsPerEm()), map[rune]*glyph{}
	}
	if g, ok := t.glyphs[r]; ok {
		return g
	}
	g := &glyph{}
	t.glyphs[r] = g
	size := fixed.I(int(t.em)) // one pixel per font unit: coordinates are whole
	index, err := t.font.GlyphIndex(&t.buf, r)
	if err != nil {
		return g
	}
	if a, err := t.font.GlyphAdvance(&t.buf, index, size, font.HintingNone); err == nil {
		g.advance = float64(a) / 64 / t.em
	}
	segments, err := t.font.LoadGlyph(&t.buf, index, size, nil)
	if err != nil {
		return g
	}
	at := func(p fixed.Point26_6) point {
		return point{float64(p.X) / 64 / t.em, float64(p.Y) / 64 / t.em}
	}
	var poly []point
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(poly) > 2 {
				g.polygons = append(g.polygons, poly)
			}
			poly = []point{at(s.Args[0])}
		case sfnt.SegmentOpLineTo:
			poly = append(poly, at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			poly = quadratic(poly, at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo: // TrueType has none
			poly = append(poly, at(s.Args[2]))
		}
	}
	if len(poly) > 2 {
		g.polygons = append(g.polygons, poly)
	}
	return g
}

// quadratic adds a Bézier curve from the last point of poly.
func quadratic(poly []point, b, c point) []point {
	const steps = 6
	a := poly[len(poly)-1]
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		k0, k1, k2 := float64(u*u), float64(2*u*t), float64(t*t)
		poly = append(poly, point{
			float64(k0*a.x) + float64(k1*b.x) + float64(k2*c.x),
			float64(k0*a.y) + float64(k1*b.y) + float64(k2*c.y),
		})
	}
	return poly
}

// raised maps superscript and subscript characters to the ones that are drawn
// smaller and higher or lower: most fonts have only some of them, and not of
// one design.
var raised = func() map[rune]rune {
	m := map[rune]rune{}
	for i, r := range []rune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ") {
		m[r] = []rune("0123456789+−=()ni")[i]
	}
	return m
}()

var lowered = func() map[rune]rune {
	m := map[rune]rune{}
	for i, r := range []rune("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥ") {
		m[r] = []rune("0123456789+−=()aeoxhklmnpstiruv")[i]
	}
	return m
}()

// A run is a piece of text of one size.
type run struct {
	text       string
	size, rise float64 // in units of the font size
}

// runs splits text at superscripts and subscripts.
func runs(s string) []run {
	if strings.Count(s, "$") > 1 {
		return marked(s)
	}
	return spread(nil, s, 1, 0)
}

// spread adds text at a size and rise, with its superscript and subscript
// characters as runs of their own.
func spread(out []run, s string, em, lift float64) []run {
	for _, r := range s {
		size, rise := em, lift
		if b, ok := raised[r]; ok {
			r, size, rise = b, float64(em*0.68), lift+float64(em*0.36)
		} else if b, ok := lowered[r]; ok {
			r, size, rise = b, float64(em*0.68), lift-float64(em*0.16)
		}
		if n := len(out); n > 0 && out[n-1].rise == rise && out[n-1].size == size {
			out[n-1].text += string(r)
		} else {
			out = append(out, run{string(r), size, rise})
		}
	}
	return out
}

// textWidth returns how wide text is at a font size in points.
func textWidth(s string, size float64) float64 {
	sum := 0.0
	for _, r := range runs(s) {
		for _, c := range r.text {
			sum += float64(load(c).advance * r.size)
		}
	}
	return float64(sum * size)
}

// outlines returns the polygons of a text that starts at p.
func outlines(p point, s string, size float64, up bool) path {
	var out path
	at := 0.0
	for _, r := range runs(s) {
		em := float64(size * r.size)
		lift := float64(size * r.rise)
		for _, c := range r.text {
			g := load(c)
			for _, poly := range g.polygons {
				q := make([]point, len(poly))
				for i, v := range poly {
					dx, dy := at+float64(v.x*em), float64(v.y*em)-lift
					if up {
						q[i] = point{p.x + dy, p.y - dx}
					} else {
						q[i] = point{p.x + dx, p.y + dy}
					}
				}
				out = append(out, q)
			}
			at += float64(g.advance * em)
		}
	}
	return out
}

// wrap breaks text at spaces so that no line is wider than width; a single
// longer word stays whole.
func wrap(s string, size, width float64) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		cur := ""
		for _, word := range strings.Fields(line) {
			next := word
			if cur != "" {
				next = cur + " " + word
			}
			if cur != "" && textWidth(next, size) > width {
				out = append(out, cur)
				next = word
			}
			cur = next
		}
		if cur != "" {
			out = append(out, cur)
		}
	}
	return out
}
