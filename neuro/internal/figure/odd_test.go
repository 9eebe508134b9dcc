package figure

import (
	"bytes"
	"encoding/json"
	"math"
	"runtime"
	"strings"
	"testing"
)

// kinds are all kinds of layer.
var kinds = []Kind{Line, Points, Stairs, Bars, Stems, Area, Errors, Ticks, Image, HLine, VLine, VSpan, Note, Step, XErrors, HSpan, Arrow, Vectors, Polygon, Contour, Box, Violin}

// layerOf returns a layer of a kind that holds the values, in the number that
// the kind needs.
func layerOf(k Kind, values []float64) Layer {
	n := len(values)
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i + 1)
	}
	up := make([]float64, n)
	for i, v := range values {
		up[i] = v + 1
	}
	two := func() []float64 {
		if n == 0 {
			return []float64{1, 2}
		}
		return []float64{values[0], values[n-1]}
	}
	l := Layer{Kind: k, X: x, Y: values, Name: string(k)}
	switch k {
	case Stairs, Bars:
		if n > 0 {
			l.X = append([]float64{0.5}, x...)
		}
	case Errors, Area:
		l.Y2 = up
	case Image, Contour:
		l.X, l.Y, l.Z = nil, nil, [][]float64{values, up, values}
	case HLine:
		l.X = nil
	case VLine:
		l.X, l.Y = values, nil
	case VSpan:
		l.X, l.Y = two(), nil
	case HSpan:
		l.X, l.Y = nil, two()
	case Note:
		l.X, l.Y, l.Text = two()[:1], two()[1:], "note"
	case XErrors:
		l.X, l.X2, l.Y = values, up, x
	case Arrow:
		l.X, l.Y, l.Text = []float64{1, 2}, two(), "arrow"
	case Vectors:
		l.U, l.V = up, values
	case Box, Violin:
		l.X, l.Y, l.Z = []float64{1, 2}, nil, [][]float64{values, up}
	}
	return l
}

// Whatever the values, the kind and the scale, every format is a figure, and
// what cannot be drawn is counted above the panel.
func TestOddData(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, odd := range []struct {
		name   string
		values []float64
		y      Axis
		note   string // for kinds that hold values one by one
	}{
		{"empty", nil, Axis{}, ""},
		{"one point", []float64{3}, Axis{}, ""},
		{"all equal", []float64{3, 3, 3, 3}, Axis{}, ""},
		{"all zero", []float64{0, 0, 0}, Axis{}, ""},
		{"NaN only", []float64{nan, nan}, Axis{}, "NaN"},
		{"some NaN", []float64{1, nan, 2, 5}, Axis{}, "NaN"},
		{"infinite", []float64{1, inf, 2, math.Inf(-1)}, Axis{}, "infinite"},
		{"huge", []float64{-1e308, 1e308, 0}, Axis{}, ""},
		{"tiny", []float64{5e-324, 1e-310, 0}, Axis{}, ""},
		{"negative on log", []float64{-3, 0, 10, 100}, Axis{Log: true}, "not above 0"},
		{"none above 0 on log", []float64{-3, -1}, Axis{Log: true}, "not above 0"},
		{"symlog", []float64{-1e5, 0, nan, 1e5}, Axis{SymLog: 1}, "NaN"},
	} {
		for _, k := range kinds {
			name := odd.name + ", " + string(k)
			f := &Figure{Panels: []Panel{{X: axis("x", ""), Y: odd.y, Legend: "upper right", Layers: []Layer{layerOf(k, odd.values)}}}}
			if err := f.check(); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			drawn := everyFormat(t, name, f)
			gaps := k == Line || k == Step || k == Polygon || k == Area || k == Stairs || k == Bars || k == Image || k == Contour
			switch {
			case gaps && odd.note == "NaN": // can be seen
				continue
			case (k == Image || k == Contour || k == Bars || k == Vectors) && odd.note == "not above 0":
				continue // values that are no places on y, or bars that have no height
			case (k == Note || k == Arrow || k == VSpan || k == HSpan) && (odd.name == "some NaN" || odd.name == "negative on log" || odd.name == "symlog"):
				continue // takes the first and the last, which can be drawn
			case (k == VLine || k == VSpan || k == XErrors) && odd.note == "not above 0":
				continue // values are on x, which is linear here
			}
			if odd.note != "" && !strings.Contains(drawn, odd.note) {
				t.Errorf("%s: no note of what is left out: %q", name, lay(f).views[0].omitted)
			}
		}
	}
}

// everyFormat draws f in every format and returns what it says it left out.
func everyFormat(t *testing.T, name string, f *Figure) string {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: panic: %v", name, r)
		}
	}()
	p := lay(f)
	if data := p.png(60); !bytes.HasPrefix(data, []byte("\x89PNG")) {
		t.Errorf("%s: no PNG", name)
	}
	svg := string(lay(f).svg())
	d, err := lay(f).pdf()
	if err != nil || !bytes.HasPrefix(d, []byte("%PDF")) {
		t.Errorf("%s: no PDF: %v", name, err)
	}
	html := lay(f).viewer(false, 1)
	spec, told := lay(f).vega(1)
	raw, err := json.Marshal(spec)
	if !told || err != nil {
		t.Errorf("%s: no Vega-Lite: %v", name, err)
	}
	text := f.sketch(60, false)
	for format, s := range map[string]string{"SVG": svg, "HTML": html[strings.LastIndex(html, "neuroFigure(e, "):], "Vega-Lite": string(raw)} {
		for _, word := range []string{"NaN", "Inf"} {
			if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(s, "1 NaN", ""), "2 NaN", ""), word) && !strings.Contains(p.views[0].omitted, word) {
				t.Errorf("%s: %s contains %s", name, format, word)
			}
		}
	}
	note := p.views[0].omitted
	if note != "" && !strings.Contains(strings.Join(strings.Fields(text), " "), "left out") {
		t.Errorf("%s: the sketch does not say %q", name, note)
	}
	return note
}

// The memory that drawing takes does not grow with the number of points.
func TestMemory(t *testing.T) {
	for _, k := range []Kind{Line, Ticks} {
		used := func(n int) float64 {
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i], y[i] = float64(i), float64(i*i%7919)
				if k == Ticks {
					y[i] = float64(i * 20 / n)
				}
			}
			f := one(Layer{Kind: k, X: x, Y: y})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			lay(f).png(screenDPI)
			runtime.ReadMemStats(&after)
			return float64(after.TotalAlloc - before.TotalAlloc)
		}
		used(10) // letters are loaded once
		if few, many := used(100_000), used(800_000); many > 1.3*few {
			t.Errorf("%s: %.0f MB for 800,000 points, %.0f MB for 100,000", k, many/1e6, few/1e6)
		}
	}
}
