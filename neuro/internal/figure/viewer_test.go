package figure

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// The script is small and loads nothing.
func TestViewerScript(t *testing.T) {
	if len(viewerScript) > 20_000 {
		t.Errorf("the script has %d bytes, allowed are 20000", len(viewerScript))
	}
	page := string(lay(samples()["twin"]).viewer(false, 1))
	for _, word := range []string{"http://", "https://", "fetch(", "XMLHttpRequest", "import(", "eval("} {
		if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), "http://www.w3.org/1999/xlink", ""), word) {
			t.Errorf("the page contains %q", word)
		}
	}
}

// given reads a page back: what the script is given.
func given(t *testing.T, page string) (panels []livePanel, data []byte) {
	t.Helper()
	m := regexp.MustCompile(`(?s)neuroFigure\(e, (\{.*\}), '([A-Za-z0-9+/=]*)'\) \}`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no call of the script")
	}
	var fig struct{ Panels []livePanel }
	if err := json.Unmarshal([]byte(m[1]), &fig); err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(m[2])
	if err != nil {
		t.Fatal(err)
	}
	return fig.Panels, data
}

func (n *numbers) read(data []byte, i int) float64 {
	switch n.As {
	case "e":
		return n.First + float64(i)*n.Step
	case "h":
		return float64(binary.LittleEndian.Uint16(data[n.At+2*i:]))/65535*3 - 1
	case "i":
		return float64(binary.LittleEndian.Uint16(data[n.At+2*i:]))
	}
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(data[n.At+4*i:])))
}

// A viewer reads back the values that were drawn, on every scale and for a
// line of very many points.
func TestViewerValues(t *testing.T) {
	n := 100_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = float64(i)*0.1, 10+math.Sin(float64(i))
	}
	for _, c := range []struct {
		name string
		x, y Axis
		l    Layer
		tol  float64
	}{
		{"few", Axis{}, Axis{}, Layer{Kind: Line, X: []float64{0, 1, 7}, Y: []float64{3, -4, 5}}, 1e-5},
		{"log", Axis{Log: true}, Axis{Log: true}, Layer{Kind: Points, X: []float64{1, 10, 700}, Y: []float64{3, 40, 5}}, 1e-4},
		{"symlog", Axis{}, Axis{SymLog: 1}, Layer{Kind: Line, X: []float64{0, 1, 7}, Y: []float64{-300, 0, 5}}, 1e-3},
		{"flipped", Axis{Flip: true}, Axis{Flip: true}, Layer{Kind: Line, X: []float64{0, 1, 7}, Y: []float64{3, -4, 5}}, 1e-5},
		{"many", Axis{}, Axis{}, Layer{Kind: Line, X: x, Y: y}, 2e-4},
	} {
		p := lay(&Figure{Panels: []Panel{{X: c.x, Y: c.y, Layers: []Layer{c.l}}}})
		panels, data := given(t, p.viewer(false, 1))
		m, v := panels[0].Marks[0], p.views[0]
		if m.X.N != len(c.l.X) {
			t.Errorf("%s: %d points, want %d", c.name, m.X.N, len(c.l.X))
			continue
		}
		value := func(s *scale, a *liveAxis, share float64) float64 { return s.invert(a.T0 + share*(a.T1-a.T0)) }
		for i := range c.l.X {
			if got := value(&v.x, panels[0].X, m.X.read(data, i)); math.Abs(got-c.l.X[i]) > c.tol*(1+math.Abs(c.l.X[i])) {
				t.Errorf("%s: x[%d] reads %g, want %g", c.name, i, got, c.l.X[i])
				break
			}
			if got := value(&v.y, panels[0].Y, m.Y.read(data, i)); math.Abs(got-c.l.Y[i]) > c.tol*(1+math.Abs(c.l.Y[i])) {
				t.Errorf("%s: y[%d] reads %g, want %g", c.name, i, got, c.l.Y[i])
				break
			}
		}
	}
}

// An image is kept by its values, and a hole as a hole.
func TestViewerCells(t *testing.T) {
	z := [][]float64{{1, 2, math.NaN()}, {3, 4, 5}}
	panels, data := given(t, lay(one(Layer{Kind: Image, Z: z})).viewer(false, 1))
	m := panels[0].Marks[0]
	for i, want := range []float64{1, 2, math.NaN(), 3, 4, 5} {
		q := m.Index.read(data, i)
		if math.IsNaN(want) != (q == 65535) || !math.IsNaN(want) && math.Abs(m.Lo+q/65534*(m.Hi-m.Lo)-want) > 1e-4 {
			t.Errorf("cell %d is kept as %g of 65534 from %g to %g, want %g", i, q, m.Lo, m.Hi, want)
		}
	}
}

// A cell shows a picture alone; asked for, small figures come as Vega-Lite and
// large ones as HTML, and a file is a whole page.
func TestInteractive(t *testing.T) {
	few := one(Layer{Kind: Line, X: []float64{0, 1}, Y: []float64{0, 1}})
	many := samples()["noise"]
	for _, c := range []struct {
		f          *Figure
		vega, html bool
	}{{few, true, false}, {many, false, true}} {
		b := c.f.Interactive()
		_, vega := b.Data[display.TypeVegaLite]
		page, html := b.Data[display.TypeHTML].(string)
		_, png := b.Data[display.TypePNG]
		if vega != c.vega || html != c.html || !png || b.Data[display.TypeText] == nil {
			t.Errorf("%s: Vega-Lite %t, HTML %t, PNG %t", b.Text(), vega, html, png)
		}
		if len(page) > 8_000_000 {
			t.Errorf("a page of %d bytes", len(page))
		}
		s := c.f.Show()
		if len(s.Data) != 2 {
			t.Errorf("Show gives %d types", len(s.Data))
		}
	}
	path := filepath.Join(t.TempDir(), "a.html")
	if err := few.Save(path); err != nil {
		t.Fatal(err)
	}
	page, _ := os.ReadFile(path)
	if s := string(page); !strings.HasPrefix(s, "<!DOCTYPE html>") || !strings.HasSuffix(s, "</html>\n") {
		t.Error("no whole page")
	}
}

// Every sample that is told as Vega-Lite has what the schema asks for, and
// JSON takes it.
func TestVega(t *testing.T) {
	told := 0
	all := samples()
	for _, name := range sampleNames() {
		f := all[name]
		spec, ok := lay(f).vega(f.columns())
		if !ok {
			continue
		}
		told++
		raw, err := json.Marshal(spec)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var back map[string]any
		_ = json.Unmarshal(raw, &back)
		if s, _ := back["$schema"].(string); !strings.HasSuffix(s, "/vega-lite/v5.json") {
			t.Errorf("%s: $schema %q", name, s)
		}
		panels, _ := back["concat"].([]any)
		if len(panels) != max(1, len(f.Panels)) {
			t.Errorf("%s: %d views for %d panels", name, len(panels), len(f.Panels))
		}
		params := map[string]bool{}
		for _, p := range panels {
			checkVega(t, name, p.(map[string]any), params)
		}
		if len(params) != len(panels) {
			t.Errorf("%s: %d panels can be zoomed of %d", name, len(params), len(panels))
		}
	}
	if told < 15 {
		t.Errorf("only %d samples are told as Vega-Lite", told)
	}
}

// checkVega holds a view against the parts of the schema that it uses: a layer
// or a unit of mark, data and encoding; channels with a field, a datum or a
// value; fields that the data have.
func checkVega(t *testing.T, name string, v map[string]any, params map[string]bool) {
	t.Helper()
	if layers, ok := v["layer"].([]any); ok {
		for _, l := range layers {
			checkVega(t, name, l.(map[string]any), params)
		}
		return
	}
	for _, p := range list0(v["params"]) {
		params[p.(map[string]any)["name"].(string)] = true
	}
	mark := v["mark"]
	if m, ok := mark.(map[string]any); ok {
		mark = m["type"]
	}
	switch mark {
	case "line", "point", "text", "rect":
	default:
		t.Errorf("%s: mark %v", name, v["mark"])
	}
	values := list0(v["data"].(map[string]any)["values"])
	for channel, e := range v["encoding"].(map[string]any) {
		switch channel {
		case "x", "y", "x2", "y2", "color", "fill", "order", "detail", "text":
		default:
			t.Errorf("%s: channel %q", name, channel)
		}
		def := e.(map[string]any)
		field, isField := def["field"].(string)
		_, isDatum := def["datum"]
		_, isValue := def["value"]
		if !isField && !isDatum && !isValue {
			t.Errorf("%s: channel %s has no field, datum or value", name, channel)
		}
		for _, d := range values {
			if _, has := d.(map[string]any)[field]; isField && !has {
				t.Errorf("%s: channel %s wants field %q", name, channel, field)
				break
			}
		}
		if s, ok := def["scale"].(map[string]any); ok && (channel == "x" || channel == "y") {
			d := list0(s["domain"])
			if len(d) != 2 || !(d[0].(float64) < d[1].(float64)) {
				t.Errorf("%s: domain %v", name, d)
			}
			switch s["type"] {
			case nil, "log", "symlog":
			default:
				t.Errorf("%s: scale %v", name, s["type"])
			}
		}
	}
}

func list0(v any) []any { l, _ := v.([]any); return l }
