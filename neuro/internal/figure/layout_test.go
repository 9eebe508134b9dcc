package figure

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTextOfSamples(t *testing.T) {
	all := samples()
	for _, name := range sampleNames() {
		for _, fault := range Faults(all[name]) {
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
		if bad := Faults(f); len(bad) > 0 {
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
			for _, fault := range Faults(f) {
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

// A long name in a legend is broken into lines and leaves the plot its room.
func TestLongLegend(t *testing.T) {
	y := []float64{0, 1, 0, 1}
	f := one(Layer{Kind: Points, X: y, Y: y, Name: "recorded in the first session, before the drug was given to the animal"},
		Layer{Kind: Line, X: []float64{0, 0.3, 0.6, 1}, Y: y, Name: "identity"})
	f.Width, f.Height = 8, 6
	f.Panels[0].Legend = "beside"
	p := lay(f)
	if v := p.views[0]; v.plot.w() < 0.4*p.w || len(v.key.names) != 2 || len(v.key.names[0]) < 3 {
		t.Errorf("the plot is %.0f of %.0f points wide, names are %q", v.plot.w(), p.w, v.key.names)
	}
	if faults := Faults(f); faults != nil {
		t.Error(faults)
	}
}

// A window between two samples shows the line that crosses it.
func TestWindowBetweenSamples(t *testing.T) {
	f := one(Layer{Kind: Line, DX: 10, Y: []float64{5, 15, -40}})
	f.Panels[0].X.Min, f.Panels[0].X.Max = 4, 6
	v := lay(f).views[0]
	if math.Abs(v.y.lo-8.9) > 1e-9 || math.Abs(v.y.hi-11.1) > 1e-9 { // 9 to 11, and a twentieth on each side
		t.Errorf("y runs from %g to %g", v.y.lo, v.y.hi)
	}
}

// Of bars narrower than a pixel the highest of each pixel shows.
func TestNarrowBars(t *testing.T) {
	n := 20_000
	l := Layer{Kind: Bars, X: make([]float64, n+1), Y: make([]float64, n)}
	for i := range l.X {
		l.X[i] = float64(i)
	}
	for i := range l.Y {
		l.Y[i] = 1
	}
	l.Y[12_345] = 10
	f := one(l)
	p := lay(f)
	r := newRaster(p.w, p.h, screenDPI, p.theme.paper)
	p.paint(r)
	v := p.views[0]
	x, _ := v.x.to(12_345.5)
	y, _ := v.y.to(9)
	found := false
	for d := -1; d <= 1; d++ {
		c := r.im.RGBAAt(int(x*r.scale)+d, int(y*r.scale))
		found = found || c.B > c.R
	}
	if !found {
		t.Error("the one high bar is lost")
	}
}
