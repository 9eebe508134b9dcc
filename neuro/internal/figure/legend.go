package figure

import (
	"math"
	"strconv"
)

// longestLegend is how many entries a legend shows.
const longestLegend = 12

// corners of a legend, in order of preference.
var places = []string{"upper right", "upper left", "lower right", "lower left"}

const (
	swatchWidth = 16.0
	swatchGap   = 5.0
	inset       = 4.0
	lineHeight  = small * 1.35
)

// A key is what a legend lists: layers, and a line for those left out.
type key struct {
	entries []int
	names   [][]string // of the entries, in lines
	more    string
	w, h    float64
	at      string // a corner, or "beside"
}

// newKey returns the legend of a panel, or nil when it has none.
func (v *view) newKey() *key {
	k := &key{at: v.Legend}
	for i, l := range v.Layers {
		if l.Name != "" {
			k.entries = append(k.entries, i)
		}
	}
	n := len(k.entries)
	if v.Legend == "off" || v.blank() || n == 0 || v.Legend == "" && n < 2 {
		return nil
	}
	fit := min(longestLegend, int((v.plot.h()-inset)/lineHeight))
	if fit < min(n, 2) {
		return nil // the panel is too low for any
	}
	// The name of a layer has a few tenths of the page's width at most.
	most := math.Inf(1)
	if v.share > 0 {
		most = math.Max(60, float64(0.4*v.share)-swatchWidth-swatchGap-2*inset)
	}
	lines := 0
	for at, i := range k.entries {
		name := []string{v.Layers[i].Name}
		if textWidth(name[0], small) > most {
			name = wrap(name[0], small, most)
		}
		need := lines + len(name)
		if at < n-1 {
			need++ // for the line that counts the rest
		}
		if need > fit {
			k.more = "and " + strconv.Itoa(n-at) + " more"
			k.entries = k.entries[:at]
			lines++
			break
		}
		k.names = append(k.names, name)
		lines += len(name)
	}
	width := textWidth(k.more, small)
	for _, name := range k.names {
		width = math.Max(width, widest(name))
	}
	k.w, k.h = swatchWidth+swatchGap+width+2*inset, float64(lineHeight*float64(lines))+inset
	if k.at == "" {
		k.at = "beside"
		if n <= 6 && k.w < v.plot.w() {
			if at, under := v.emptiest(k.w, k.h); under == 0 {
				k.at = at
			}
		}
	}
	return k
}

// legend draws the names of layers.
func (v *view) legend(c canvas) {
	k := v.key
	if k == nil {
		return
	}
	b := v.corner(k.at, k.w, k.h)
	if k.at == "beside" {
		x, y := v.plot.x1+v.barRoom()+inset, v.plot.y0
		b = box{x, y, x + k.w, y + k.h}
	}
	c.fill(path{corners(b)}, ink{R: v.th.paper.R, G: v.th.paper.G, B: v.th.paper.B, A: 215})
	y := b.y0 + inset/2
	for at, i := range k.entries {
		v.swatch(c, &v.Layers[i], v.colors[i], box{b.x0 + inset, y, b.x0 + inset + swatchWidth, y + lineHeight})
		for _, line := range k.names[at] {
			c.text(point{b.x0 + inset + swatchWidth + swatchGap, y + lineHeight/2 + 0.36*small}, line, small, 0, false, v.th.text)
			y += lineHeight
		}
	}
	if k.more != "" {
		c.text(point{b.x0 + inset + swatchWidth + swatchGap, y + lineHeight/2 + 0.36*small}, k.more, small, 0, false, v.th.faint)
	}
}

func (v *view) corner(at string, w, h float64) box {
	const off = 4
	p := v.plot
	x, y := p.x1-off-w, p.y0+off
	if at == "upper left" || at == "lower left" {
		x = p.x0 + off
	}
	if at == "lower left" || at == "lower right" {
		y = p.y1 - off - h
	}
	return box{x, y, x + w, y + h}
}

// emptiest returns the corner where the fewest data lie under a legend of this
// size, and how many.
func (v *view) emptiest(w, h float64) (corner string, under int) {
	boxes := make([]box, len(places))
	for k, at := range places {
		boxes[k] = v.corner(at, w, h)
	}
	hits := make([]int, len(places))
	count := func(p point) {
		for k, b := range boxes {
			if b.has(p) {
				hits[k]++
			}
		}
	}
	whole := v
	for i := range v.Layers {
		l := &v.Layers[i]
		v := whole
		if l.Right && v.twin != nil {
			w := *v
			w.y = v.twin.y
			v = &w
		}
		switch l.Kind {
		case Line, Points, Stems, Area, Errors, Ticks, Step, Polygon, XErrors, Vectors, Bars, Stairs:
		case Image, Box, Violin, Contour:
			for k := range hits {
				hits[k]++ // they fill the panel
			}
			continue
		default:
			continue
		}
		lines := path{}
		if l.Kind == Points || l.Kind == Ticks || l.Kind == Errors {
			v.eachBlock(l, 1, func(at []point, _ []int, _ int) {
				for _, q := range at {
					count(q)
				}
			})
		} else {
			for _, p := range clipped(v.polylines(l.course(), 1), v.plot) {
				lines = append(lines, walk(p, 2))
			}
			if l.Kind == Bars || l.Kind == Stems || l.Kind == Area { // what hangs down to the base counts too
				var below []point
				for _, p := range lines {
					for _, q := range p {
						base := v.zero()
						for y := q.y + 4; y < base; y += 4 {
							below = append(below, point{q.x, y})
						}
					}
				}
				lines = append(lines, below)
			}
		}
		for _, p := range lines {
			for _, q := range p {
				count(q)
			}
		}
	}
	best := 0
	for k := range hits {
		if hits[k] < hits[best] {
			best = k
		}
	}
	return places[best], hits[best]
}

// walk returns points along a line at most apart from each other.
func walk(p []point, apart float64) []point {
	out := append([]point(nil), p[:min(1, len(p))]...)
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		n := math.Ceil(math.Max(math.Abs(b.x-a.x), math.Abs(b.y-a.y)) / apart)
		for k := 1.0; k <= n; k++ {
			t := k / n
			out = append(out, point{a.x + float64(t*(b.x-a.x)), a.y + float64(t*(b.y-a.y))})
		}
	}
	return out
}

// swatch draws a sample of a layer into b.
func (v *view) swatch(c canvas, l *Layer, color ink, b box) {
	y := b.middle().y
	across := path{{{b.x0, y}, {b.x1, y}}}
	switch l.Kind {
	case Points:
		if len(l.Z) > 0 {
			color = l.colormap().table[128]
		}
		if l.shaped() {
			v.shapes(c, l.Marker, []point{{b.middle().x, y}}, math.Min(or(l.Size, 4), 7), color)
			return
		}
		c.dots([]point{{b.middle().x, y}}, math.Min(or(l.Size, 4), 7), color)
	case Bars, Area, VSpan, HSpan, Image, Box, Violin:
		c.fill(path{corners(box{b.x0 + 1, y - 3, b.x1 - 1, y + 3})}, color)
	case Stems:
		c.stroke(across, or(l.Width, 1), false, color)
		c.dots([]point{{b.middle().x, y}}, 4, color)
	case VLine:
		x := b.middle().x
		c.stroke(path{{{x, b.y0 + 1}, {x, b.y1 - 1}}}, or(l.Width, 0.8), l.Dash, color)
	case Ticks:
		c.rules([]point{{b.middle().x, y - 4}}, []point{{b.middle().x, y + 4}}, math.Max(1, l.Width), color)
	case Errors:
		c.rules([]point{{b.middle().x, y - 4}}, []point{{b.middle().x, y + 4}}, or(l.Width, 1), color)
	default:
		c.stroke(across, math.Min(4, or(l.Width, 1.1)), l.Dash, color)
	}
}
