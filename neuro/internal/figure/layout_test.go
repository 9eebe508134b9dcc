package figure

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
	b := box{p.x - w*align, p.y - 0.7*size, p.x + w*(1-align), p.y + 0.2*size}
	if up {
		b = box{p.x - 0.7*size, p.y - w*(1-align), p.x + 0.2*size, p.y + w*align}
	}
	r.texts, r.boxes = append(r.texts, s), append(r.boxes, b)
}

// faults returns what is wrong with the text of a figure: labels that leave
// the page, or that touch each other.
func faults(f *Figure) []string {
	p := lay(f)
	r := &recorder{sound: true}
	p.paint(r)
	var out []string
	if !r.sound {
		out = append(out, "a coordinate is not finite")
	}
	page := box{0, 0, p.w, p.h}
	for i, b := range r.boxes {
		if b.x0 < page.x0 || b.y0 < page.y0 || b.x1 > page.x1 || b.y1 > page.y1 {
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

func TestTextOfSamples(t *testing.T) {
	all := samples()
	for _, name := range sampleNames() {
		for _, fault := range faults(all[name]) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// Whatever the values, a panel of usual size has all its labels on the page
// and none over another.
func TestTextOfAnyValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-100, 100), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 1e-310, -1e308}))
		values := rapid.SliceOfN(value, 0, 6)
		limited := func(label string) Axis {
			a := Axis{Label: rapid.SampledFrom([]string{"", "V", "membrane potential of the postsynaptic cell"}).Draw(t, label), Unit: "mV", Log: rapid.Bool().Draw(t, "log"), Flip: rapid.Bool().Draw(t, "flip")}
			if rapid.Bool().Draw(t, "limits") {
				lo, hi := rapid.Float64().Draw(t, "lo"), rapid.Float64().Draw(t, "hi")
				if a.Log {
					lo, hi = math.Abs(lo), math.Abs(hi)
				}
				a.Min, a.Max = math.Min(lo, hi), math.Max(lo, hi)
			}
			return a
		}
		f := &Figure{ShareX: rapid.Bool().Draw(t, "share"), Cols: rapid.IntRange(0, 3).Draw(t, "cols")}
		for range rapid.IntRange(0, 4).Draw(t, "panels") {
			p := Panel{X: limited("x"), Y: limited("y"), Square: rapid.IntRange(0, 5).Draw(t, "square") == 0}
			for range rapid.IntRange(0, 3).Draw(t, "layers") {
				x, y := values.Draw(t, "X"), values.Draw(t, "Y")
				n := min(len(x), len(y))
				l := Layer{Kind: rapid.SampledFrom([]Kind{Line, Points, Stems, Area, Ticks, HLine, VLine, Stairs, Bars, Image, Errors}).Draw(t, "kind"), X: x[:n], Y: y[:n],
					Name: rapid.SampledFrom([]string{"", "a", "a long name of a layer"}).Draw(t, "name")}
				switch l.Kind {
				case Stairs, Bars:
					l.Y = l.Y[:max(0, n-1)]
					if n == 0 {
						l.X = nil
					}
				case Image:
					l.Z, l.X, l.Y = [][]float64{x, y}, nil, nil
				case Errors:
					l.Y2 = l.Y
				}
				p.Layers = append(p.Layers, l)
			}
			f.Panels = append(f.Panels, p)
		}
		if f.check() != nil {
			t.Skip("not a figure")
		}
		if bad := faults(f); len(bad) > 0 {
			t.Fatal(strings.Join(bad, "\n"))
		}
		lay(f).png(60)
		lay(f).svg()
	})
}

// The largest grids that are allowed have room for their labels.
func TestTextOfGrids(t *testing.T) {
	for _, c := range [][2]int{{mostRows, 1}, {mostRows, mostCols}, {1, mostCols}, {5, 3}} {
		f := &Figure{Cols: c[1]}
		for i := range c[0] * c[1] {
			f.Panels = append(f.Panels, Panel{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: []Layer{{Kind: Line, X: []float64{0, 100}, Y: []float64{float64(i), 50}}}})
		}
		for _, f.ShareX = range []bool{false, true} {
			if err := f.check(); err != nil {
				t.Error(err)
			}
			for _, fault := range faults(f) {
				t.Errorf("%d x %d panels: %s", c[0], c[1], fault)
			}
		}
	}
}

// Ticks ascend, lie on the axis and have different labels, for any limits.
func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e12, 1e12).Draw(t, "lo")
		span := math.Pow(10, rapid.Float64Range(-9, 12).Draw(t, "log10 span"))
		r := reach{lo, lo + span}.sound(false)
		s := scale{lo: r.lo, hi: r.hi}
		m := ruler{length: rapid.Float64Range(80, 600).Draw(t, "length"), size: small, upright: rapid.Bool().Draw(t, "upright")}.linear(&s)
		if len(m.at) < 1 || len(m.at) > 12 {
			t.Fatalf("%d ticks from %g to %g", len(m.at), s.lo, s.hi)
		}
		seen := map[string]bool{}
		for i, v := range m.at {
			if i > 0 && v <= m.at[i-1] {
				t.Fatalf("ticks %v do not ascend", m.at)
			}
			if slack := 1e-6 * (s.hi - s.lo); v < s.lo-slack || v > s.hi+slack {
				t.Fatalf("tick %g is not between %g and %g", v, s.lo, s.hi)
			}
			if seen[m.labels[i]] {
				t.Fatalf("label %q comes twice: %q for %v", m.labels[i], m.labels, m.at)
			}
			seen[m.labels[i]] = true
		}
	})
	for _, c := range []struct {
		lo, hi, length float64
		upright        bool
		want           string
	}{
		{0, 100, 400, false, "0 20 40 60 80 100"},
		{-80, 50, 200, true, "−80 −60 −40 −20 0 20 40"},
		{0, 1, 200, true, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{0, 0.3, 200, true, "0.00 0.05 0.10 0.15 0.20 0.25 0.30"},
		{0, 5e-9, 200, true, "0 1 2 3 4 5 ×10⁻⁹"},
		{0, 3e7, 200, true, "0 5 10 15 20 25 30 ×10⁶"},
		{1e6, 1e6 + 0.4, 200, true, "0.00 0.05 0.10 0.15 0.20 0.25 0.30 0.35 0.40 + 1000000"},
		{0, 1000, 60, false, "0 500 1000"},
		{3.2, 3.9, 30, true, "3.5"},
	} {
		s := scale{lo: c.lo, hi: c.hi}
		m := ruler{length: c.length, size: small, upright: c.upright}.linear(&s)
		if got := strings.TrimSpace(strings.Join(m.labels, " ") + " " + m.note); got != c.want {
			t.Errorf("ticks from %g to %g over %g pt: %s, want %s", c.lo, c.hi, c.length, got, c.want)
		}
	}
	for _, c := range []struct {
		lo, hi, length float64
		want           string
	}{
		{0.01, 100, 200, "0.01 0.1 1 10 100"},
		{1, 200, 400, "1 10 100"},
		{1, 50, 400, "1 2 5 10 20 50"},
		{1e-9, 1e9, 200, "10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰ 10² 10⁴ 10⁶ 10⁸"},
		{20, 50, 200, "20 30 40 50"},
		{41, 44, 200, "41.0 41.5 42.0 42.5 43.0 43.5 44.0"},
	} {
		s := scale{lo: log10(c.lo), hi: log10(c.hi), log: true}
		m := ruler{length: c.length, size: small, upright: true}.decades(&s)
		if got := strings.Join(m.labels, " "); got != c.want {
			t.Errorf("log ticks from %g to %g over %g pt: %s, want %s", c.lo, c.hi, c.length, got, c.want)
		}
	}
}

// The limits of awkward data can be drawn.
func TestLimits(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		y      []float64
		log    bool
		lo, hi float64
	}{
		{nil, false, 0, 1},
		{[]float64{nan, inf}, false, 0, 1},
		{[]float64{-65, -65}, false, -70.5, -59.5},
		{[]float64{0, 0}, false, -1.1, 1.1},
		{[]float64{1, inf, 2, nan}, false, 0.95, 2.05},
		{[]float64{10, 1000, -5, 0}, true, 0.9, 3.1},
		{[]float64{-1, 0}, true, 0, 1},
	} {
		x := make([]float64, len(c.y))
		p := Panel{Y: Axis{Log: c.log}, Layers: []Layer{{Kind: Line, X: x, Y: c.y}}}
		_, y := p.limits(nothing())
		if math.Abs(y.lo-c.lo) > 1e-9 && c.y != nil || math.Abs(y.hi-c.hi) > 0.06 {
			t.Errorf("limits of %v (log %v): %g to %g, want %g to %g", c.y, c.log, y.lo, y.hi, c.lo, c.hi)
		}
	}
}
