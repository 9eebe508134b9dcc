package figure

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// samples are figures of every kind, by name. With SHEET=folder the test
// TestSheet writes all of them there, to be looked at.
var samples = sync.OnceValue(func() map[string]*Figure {
	rng := rand.New(rand.NewPCG(1, 2))
	normal := func() float64 { return vec.NormQuantile(1e-9 + rng.Float64()*(1-2e-9)) }
	ramp := func(n int, dt float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i) * dt
		}
		return x
	}
	apply := func(x []float64, f func(float64) float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = f(v)
		}
		return y
	}
	t := ramp(5001, 0.02)
	v := apply(t, func(t float64) float64 {
		y := -65 + 3*vec.Sin(t/9)
		for _, s := range []float64{12, 27.5, 43, 58, 74, 89} {
			d := t - s
			y += 105*vec.Exp(-d*d/0.5) - 12*vec.Exp(-(d-2.5)*(d-2.5)/3)
		}
		return y
	})
	noise := make([]float64, 1_000_000)
	for i := range noise {
		noise[i] = normal() + 3*vec.Sin(float64(i)/80000)
	}
	var rx, ry []float64
	for i := range 60 {
		for s := -vec.Log(1-rng.Float64()) * 30; s < 1000; s += -vec.Log(1-rng.Float64()) * 30 {
			rx, ry = append(rx, s), append(ry, float64(i))
		}
	}
	blob := func(rows, cols int, k float64) [][]float64 {
		z := make([][]float64, rows)
		for i := range z {
			z[i] = make([]float64, cols)
			for j := range z[i] {
				x, y := float64(j)/float64(cols)-0.5, float64(i)/float64(rows)-0.4
				z[i][j] = k * (vec.Exp(-(x*x+y*y)*12) - 0.6*vec.Exp(-((x-.3)*(x-.3)+(y-.3)*(y-.3))*30))
			}
		}
		return z
	}
	holes := blob(24, 40, 1)
	for i := range holes {
		for j := range holes[i] {
			if (i-12)*(i-12)+(j-30)*(j-30) < 20 {
				holes[i][j] = math.NaN()
			}
		}
	}
	f := ramp(400, 0.5)[1:]
	psd := apply(f, func(f float64) float64 {
		return 120/vec.Pow(f, 1.6) + 9*vec.Exp(-(f-10)*(f-10)/2) + 0.004
	})
	lags := ramp(401, 0.5)
	for i := range lags {
		lags[i] -= 100
	}
	stdp := apply(lags, func(d float64) float64 {
		switch {
		case d > 0:
			return 0.005 * vec.Exp(-d/20)
		case d < 0:
			return -0.00525 * vec.Exp(d/20)
		}
		return math.NaN()
	})
	edges := ramp(41, 0.25)
	counts := apply(edges[1:], func(x float64) float64 { return math.Round(400 * x * vec.Exp(-x)) })
	var px, py, pz []float64
	for range 300 {
		a := normal()
		px, py, pz = append(px, a), append(py, 0.8*a+0.5*normal()), append(pz, a)
	}
	many := func(n int) (x, y []float64) {
		for range n {
			x, y = append(x, normal()), append(y, normal())
		}
		return x, y
	}
	mx, my := many(100_000)
	dose := []float64{0.001, 0.01, 0.1, 1, 10, 100, 1000}
	resp := apply(dose, func(c float64) float64 { return 5 + 90*c/(c+1.7) })
	lo, hi := apply(resp, func(y float64) float64 { return y - 6 }), apply(resp, func(y float64) float64 { return y + 6 })
	slices := &Figure{Cols: 4}
	for k := range 8 {
		bg, st := blob(60, 50, 100), blob(60, 50, 8)
		for i := range st {
			for j := range st[i] {
				st[i][j] += float64(k) / 3
				if st[i][j] < 4 {
					st[i][j] = math.NaN()
				}
			}
		}
		slices.Panels = append(slices.Panels, Panel{Title: "z = " + number(float64(8*k-20)) + " mm", Square: true, Bare: true, NoColorBar: k != 3,
			ColorBar: Axis{Label: "z"},
			Layers:   []Layer{{Kind: Image, Z: bg, Map: "grey", NoScale: true}, {Kind: Image, Z: st, Map: "hot", Lo: 3, Hi: 10}}})
	}
	axis := func(l, u string) Axis { return Axis{Label: l, Unit: u} }
	return map[string]*Figure{
		"trace": {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: []Layer{{Kind: Line, X: t, Y: v}}}}},
		"stack": {ShareX: true, Title: "Hodgkin–Huxley cell, I = 10 µA/cm²", Panels: []Panel{
			{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: []Layer{{Kind: VSpan, X: []float64{20, 80}}, {Kind: Line, X: t, Y: v}}},
			{X: axis("time", "ms"), Y: axis("gate", ""), Layers: []Layer{
				{Kind: Line, Name: "m", X: t, Y: apply(v, func(v float64) float64 { return 1 / (1 + vec.Exp(-(v+40)/9)) })},
				{Kind: Line, Name: "h", X: t, Y: apply(v, func(v float64) float64 { return 1 / (1 + vec.Exp((v+62)/7)) })},
				{Kind: Line, Name: "n", X: t, Y: apply(v, func(v float64) float64 { return 1 / (1 + vec.Exp(-(v+53)/15)) })}}},
			{X: axis("time", "ms"), Y: axis("I", "µA/cm²"), Layers: []Layer{{Kind: Stairs, X: []float64{0, 20, 80, 100}, Y: []float64{0, 10, 0}}}}}},
		"noise":  {Panels: []Panel{{X: axis("time", "s"), Y: axis("LFP", "µV"), Layers: []Layer{{Kind: Line, X: ramp(len(noise), 0.001), Y: noise}}}}},
		"raster": {Panels: []Panel{{X: axis("time", "ms"), Y: axis("cell", ""), Layers: []Layer{{Kind: Ticks, X: rx, Y: ry}}}}},
		"two":    {Height: 4, Panels: []Panel{{X: Axis{Label: "time", Unit: "ms", Max: 500}, Y: axis("train", ""), Layers: []Layer{{Kind: Ticks, X: rx[:60], Y: ry[:60]}}}}},
		"psd":    {Panels: []Panel{{X: Axis{Label: "frequency", Unit: "Hz", Log: true}, Y: Axis{Label: "power", Unit: "µV²/Hz", Log: true}, Layers: []Layer{{Kind: Line, X: f, Y: psd}}}}},
		"stdp": {Panels: []Panel{{X: axis("Δt = t_post − t_pre", "ms"), Y: axis("Δw", ""), Layers: []Layer{{Kind: HLine, Y: []float64{0}}, {Kind: VLine, X: []float64{0}, Dash: true}, {Kind: Line, X: lags, Y: stdp},
			{Kind: Note, X: []float64{30}, Y: []float64{0.002}, Text: "τ₊ = 20 ms"}}}}},
		"heat":   {Panels: []Panel{{X: axis("position", "µm"), Y: axis("depth", "µm"), ColorBar: axis("rate", "Hz"), Layers: []Layer{{Kind: Image, Z: holes, X: []float64{0, 400}, Y: []float64{0, 240}}}}}},
		"div":    {Panels: []Panel{{X: axis("x", ""), Y: Axis{Label: "row", Flip: true}, Square: true, ColorBar: axis("correlation", ""), Layers: []Layer{{Kind: Image, Z: blob(20, 20, 1), Map: "diverging"}}}}},
		"slices": slices,
		"hist":   {Panels: []Panel{{X: axis("interval", "ms"), Y: axis("count", ""), Layers: []Layer{{Kind: Bars, X: edges, Y: counts}}}}},
		"points": {Panels: []Panel{{X: axis("x", ""), Y: axis("y", ""), ColorBar: axis("latent", ""), Layers: []Layer{{Kind: Points, X: px, Y: py, Z: [][]float64{pz}}}}}},
		"cloud":  {Panels: []Panel{{X: axis("x", ""), Y: axis("y", ""), Square: true, Layers: []Layer{{Kind: Points, X: mx, Y: my, Size: 2, Alpha: 0.1}}}}},
		"dose": {Panels: []Panel{{Title: "Dose and response", X: Axis{Label: "dose", Unit: "nM", Log: true}, Y: axis("response", "%"), Layers: []Layer{
			{Kind: Points, Name: "data", X: dose, Y: resp}, {Kind: Errors, X: dose, Y: lo, Y2: hi}, {Kind: Line, Name: "fit", X: dose, Y: resp, Color: "black"}, {Kind: Area, Name: "95 % interval", X: dose, Y: lo, Y2: hi}}}}},
		"empty":    {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV")}}},
		"constant": {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: []Layer{{Kind: Line, X: t, Y: apply(t, func(float64) float64 { return -65 })}}}}},
		"names":    {Width: 9, Panels: []Panel{{Y: axis("β", ""), X: Axis{Ticks: []float64{0, 1, 2, 3, 4}, Names: []string{"listening", "reading", "translation x", "rotation", "constant"}}, Layers: []Layer{{Kind: Bars, X: []float64{-.5, .5, 1.5, 2.5, 3.5, 4.5}, Y: []float64{1, -2, 0.5, 3, 2}}, {Kind: HLine, Y: []float64{0}, Color: "black"}}}}},
		"grid": {Cols: 2, Title: "Four panels with a title so long that it has to be broken into two lines to fit into the width of the figure, as captions sometimes are", Panels: []Panel{
			{Title: "a", X: axis("time", "s"), Y: axis("current", "A"), Layers: []Layer{{Kind: Line, X: ramp(100, 1e6), Y: apply(ramp(100, 1), func(x float64) float64 { return 1e-9 * x })}}},
			{Title: "b", X: axis("time", "ms"), Y: axis("offset", "V"), Layers: []Layer{{Kind: Line, X: ramp(100, 1), Y: apply(ramp(100, 1), func(x float64) float64 { return 12345678 + 0.001*x })}}},
			{Title: "c", X: axis("k", ""), Y: axis("P", ""), Layers: []Layer{{Kind: Stems, X: ramp(12, 1), Y: apply(ramp(12, 1), func(x float64) float64 { return x * vec.Exp(-x/2) })}}},
			{Title: "d", X: axis("huge", ""), Y: Axis{Label: "tiny", Log: true}, Layers: []Layer{{Kind: Line, X: []float64{-1e300, 0, 1e300}, Y: []float64{1e-300, 1, 1e300}}}}}},
		"legend": {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: func() []Layer {
			var ls []Layer
			for k := range 15 {
				ls = append(ls, Layer{Kind: Line, Name: "trial " + number(float64(k+1)), X: t[:1000], Y: apply(t[:1000], func(x float64) float64 { return vec.Sin(x/2+float64(k)/5) + float64(k)/2 })})
			}
			return ls
		}()}}},
		"gaps":  {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: []Layer{{Kind: Line, X: []float64{0, 1, 2, 3, 4, 5, 6, 7}, Y: []float64{1, 2, math.NaN(), 1.5, math.NaN(), 2, math.Inf(1), 1}}, {Kind: Line, Dash: true, X: []float64{0, 7}, Y: []float64{1, 2}}}}}},
		"phase": {Panels: []Panel{{Square: true, X: axis("x", ""), Y: axis("y", ""), Layers: []Layer{{Kind: Line, X: apply(t, func(t float64) float64 { return vec.Cos(t) * vec.Exp(-t/60) }), Y: apply(t, func(t float64) float64 { return vec.Sin(t) * vec.Exp(-t/60) })}}}}},
		"twin": {Theme: "dark", Panels: []Panel{{X: axis("time", "ms"), Y: axis("$V_m$", "mV"), Right: axis("$I_{stim}$", "nA"), Layers: []Layer{{Kind: Line, Name: "$V_m$", X: t, Y: v},
			{Kind: Step, Name: "$I_{stim}$", Right: true, X: []float64{0, 20, 80, 100}, Y: []float64{0, 10, 0, 0}, Color: "orange"},
			{Kind: Arrow, X: []float64{30, 27.5}, Y: []float64{20, 38}, Text: "spike"}, {Kind: HLine, Y: []float64{-50}, Dash: true}}}}},
		"paper": {Theme: "paper", Cols: 2, Widths: []float64{2, 1}, ShareY: true, Panels: []Panel{
			{X: axis("time", "ms"), Y: axis("y", "mV"), Layers: []Layer{{Kind: Line, X: t, Y: v}}, Insets: []Inset{{Left: 0.6, Right: 0.98, Bottom: 0.5, Top: 1, Panel: Panel{X: axis("Δt", "ms"), Y: axis("y", ""), Layers: []Layer{{Kind: Line, X: t[:200], Y: v[:200]}}}}}},
			{X: axis("group", ""), Y: axis("y", "mV"), Layers: []Layer{{Kind: Box, X: []float64{1}, Z: [][]float64{px}}, {Kind: Violin, X: []float64{2}, Z: [][]float64{py}, Half: true}}}}},
		"scalebar": {Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), ScaleBar: ScaleBar{X: 10, Y: 20}, Layers: []Layer{{Kind: Line, X: t, Y: v}}}}},
		"symlog":   {Panels: []Panel{{X: axis("time", "s"), Y: Axis{Label: "current", Unit: "pA", SymLog: 1}, Layers: []Layer{{Kind: Line, X: ramp(201, 10), Y: apply(ramp(201, 0.01), func(x float64) float64 { return 1e4 * (x - 1) * (x - 1) * (x - 1) })}}}}},
		"field": {Panels: []Panel{{X: axis("V", "mV"), Y: axis("w", "nA"), Layers: []Layer{
			{Kind: Vectors, X: px[:60], Y: py[:60], U: py[:60], V: px[:60], Color: "grey"}, {Kind: Contour, Z: blob(40, 40, 1), X: []float64{-3, 3}, Y: []float64{-3, 3}, Map: "RdBu_r"},
			{Kind: Polygon, X: []float64{-1, 1, 0}, Y: []float64{-1, -1, 1}, Alpha: 0.2, Color: "green"}, {Kind: HSpan, Y: []float64{1, 2}},
			{Kind: XErrors, X: []float64{-2, -1}, X2: []float64{-1, 1}, Y: []float64{-2, 2.5}}, {Kind: Points, Marker: "diamond", X: []float64{0, 1}, Y: []float64{-2, 0}, Size: 7, Name: "d"},
			{Kind: Points, Marker: "cross", X: []float64{math.Inf(1), 2}, Y: []float64{-2, 0}, Size: 7, Name: "c"}}}}},
		"spectrogram": {Panels: []Panel{{X: axis("time", "s"), Y: axis("frequency", "Hz"), ColorBar: axis("power", "dB"), Layers: []Layer{{Kind: Image, Map: "magma", Z: blob(513, 4000, 1e-7), X: []float64{0, 60}, Y: []float64{0, 500}}}}}},
	}
})

func sampleNames() []string {
	var names []string
	for name := range samples() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func TestSheet(t *testing.T) {
	dir := os.Getenv("SHEET")
	if dir == "" {
		t.Skip("SHEET names no folder to write the sample figures to")
	}
	all := samples()
	for _, name := range sampleNames() {
		for _, ext := range []string{".png", ".svg", ".pdf", ".html"} {
			if err := all[name].Save(filepath.Join(dir, name+ext)); err != nil {
				t.Fatal(err)
			}
		}
		b := all[name].Show()
		if err := os.WriteFile(filepath.Join(dir, name+"_screen.png"), b.Data["image/png"].([]byte), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log(name, b.Text(), b.Metadata)
	}
}
