package plot

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"pgregory.net/rapid"
)

func TestHist(t *testing.T) {
	var file struct {
		Cases []struct {
			Name             string
			X, Counts, Edges []float64
		}
	}
	golden.JSON(t, golden.Path(t, "plot/hist.json"), &file)
	for _, c := range file.Cases {
		l := Hist(c.X).Panels[0].Layers[0]
		golden.Close(t, c.Name+" counts", l.Y, c.Counts, 0)
		golden.Close(t, c.Name+" edges", l.X, c.Edges, 1e-12) // lo + i*step may round otherwise than NumPy's
	}
	for _, c := range []struct {
		x     []float64
		edges string
		y     string
		title string
	}{
		{nil, "[]", "[]", ""},
		{[]float64{2.5}, "[2 3]", "[1]", ""},
		{[]float64{3, 3, 3}, "[2.5 3.5]", "[3]", ""},
		{[]float64{0, 2, 2, 5}, "[-0.5 0.5 1.5 2.5 3.5 4.5 5.5]", "[1 0 2 0 0 1]", ""},
		{[]float64{math.NaN(), math.Inf(1)}, "[]", "[]", "without 2 of 2 values that are not finite"},
		{[]float64{1, math.NaN(), 1}, "[0.5 1.5]", "[2]", "without 1 of 3 values that are not finite"},
	} {
		p := Hist(c.x).Panels[0]
		if e, y := fmt.Sprint(p.Layers[0].X), fmt.Sprint(p.Layers[0].Y); e != c.edges || y != c.y || p.Title != c.title {
			t.Errorf("Hist(%v): edges %s, counts %s, title %q; want %s, %s, %q", c.x, e, y, p.Title, c.edges, c.y, c.title)
		}
	}
	if l := HistN([]float64{0, 0.25, 0.5, 1}, 2).Panels[0].Layers[0]; fmt.Sprint(l.X, l.Y) != "[0 0.5 1] [2 2]" {
		t.Errorf("HistN with two bins: %v %v", l.X, l.Y)
	}
}

// The bin of one value ends at the largest number there is.
func TestHistOfTheLargest(t *testing.T) {
	for _, v := range []float64{math.MaxFloat64, -math.MaxFloat64} {
		l := Hist([]float64{v}).Panels[0].Layers[0]
		if len(l.Y) != 1 || l.Y[0] != 1 || !(l.X[0] < l.X[1]) || math.IsInf(l.X[0], 0) || math.IsInf(l.X[1], 0) {
			t.Errorf("%g: bins %v, counts %v", v, l.X, l.Y)
		}
	}
}

// Every finite value is in one bin, whatever the values.
func TestHistCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOf(rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1, 1), rapid.Map(rapid.IntRange(-5, 50), func(i int) float64 { return float64(i) }))).Draw(t, "x")
		f := Hist(x)
		l := f.Panels[0].Layers[0]
		sum := 0.0
		for i, c := range l.Y {
			sum += c
			if !(l.X[i+1] > l.X[i]) && len(x) < 100 {
				t.Fatalf("bin %d from %g to %g", i, l.X[i], l.X[i+1])
			}
		}
		if want := len(x); sum != float64(want) {
			t.Fatalf("%g values counted of %d", sum, want)
		}
	})
}

func TestPanics(t *testing.T) {
	x2, x3 := make([]float64, 2), make([]float64, 3)
	for want, call := range map[string]func(){
		"plot: Line: x has 2 values and y has 3; there must be as many of each":     func() { Line(x2, x3) },
		"plot: Scatter: x has 3 values and y has 2; there must be as many of each":  func() { Scatter(x3, x2) },
		"plot: Bars: names has 1 values and y has 2; there must be as many of each": func() { Bars([]string{"a"}, x2) },
		"plot: Window: dt has 2 values and dw has 3; there must be as many of each": func() { Window(x2, x3) },
		"plot: HistN: bins is 0; allowed are 1 to 1000":                             func() { HistN(x2, 0) },
		"plot: HistN: bins is 2000000; allowed are 1 to 1000":                       func() { HistN(x2, 2e6) },
		"plot: Grid: figure 1 is nil":                                               func() { Grid(Line(x2, x2), nil) },
	} {
		func() {
			defer func() {
				if r := recover(); fmt.Sprint(r) != want {
					t.Errorf("panic %v, want %q", r, want)
				}
			}()
			call()
		}()
	}
	if err := Save(nil, "a.png"); err == nil {
		t.Error("a nil figure is saved")
	}
}

// Every constructor gives a figure that can be drawn, also of nothing and of
// what is not a number.
func TestDrawable(t *testing.T) {
	nan := math.NaN()
	im := func() *nifti.Image {
		voxels := make([]float64, 4*5*6)
		for i := range voxels {
			voxels[i] = float64(i % 7)
		}
		im, err := nifti.New([]int{4, 5, 6}, [4][4]float64{{2, 0, 0, -4}, {0, 2, 0, -5}, {0, 0, 2, -6}, {0, 0, 0, 1}}, voxels)
		if err != nil {
			t.Fatal(err)
		}
		return im
	}
	overlay, err := Overlay(im(), im(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*Figure{
		"trace":          Trace(neuro.Trace{Name: "V", Unit: "mV", Dt: 0.1, Y: []float64{1, 2, 3}}),
		"no traces":      Trace(),
		"empty trace":    Trace(neuro.Trace{}),
		"trace of NaN":   Trace(neuro.Trace{Dt: 1, Y: []float64{nan, nan}}),
		"raster":         Raster(neuro.Raster{Trains: []neuro.Spikes{{1, 2}, {}, {3}}, T1: 5}),
		"empty raster":   Raster(neuro.Raster{}),
		"reversed times": Raster(neuro.Raster{Trains: []neuro.Spikes{{5, 1}}, T0: 5, T1: 1}),
		"line":           Line([]float64{0, 1}, []float64{nan, 1}),
		"no line":        Line(nil, nil),
		"scatter":        Scatter([]float64{0, math.Inf(1)}, []float64{1, 1}),
		"heat":           Heat([][]float64{{1, nan}, {2}}),
		"no heat":        Heat(nil),
		"empty row":      Heat([][]float64{{}}),
		"bars":           Bars([]string{"a", "b"}, []float64{1, nan}),
		"no bars":        Bars(nil, nil),
		"spectrum":       Spectrum(&signal.Spectrum{F: []float64{0, 1, 2}, P: []float64{1, 2, 1}, Unit: "mV²/Hz"}, &signal.Spectrum{F: []float64{0, 1}, P: []float64{3, 4}}),
		"no spectrum":    Spectrum(),
		"stdp":           STDP(plasticity.NewSTDP()),
		"no stdp":        STDP(plasticity.STDP{}),
		"endless stdp":   STDP(plasticity.STDP{APlus: 1, AMinus: 1, TauPlus: 20, TauMinus: 20, Window: math.Inf(1)}),
		"slices":         Slices(im()),
		"overlay":        overlay,
		"grid":           Grid(Line(nil, nil), Hist([]float64{1, 2}), STDP(plasticity.NewSTDP())),
		"no grid":        Grid(),
	} {
		for _, ext := range []string{".png", ".svg", ".pdf"} {
			path := filepath.Join(t.TempDir(), "a"+ext)
			if err := f.Save(path); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		b := f.Show()
		if !bytes.HasPrefix(b.Data["image/png"].([]byte), []byte("\x89PNG")) || !strings.HasPrefix(b.Text(), "Figure") {
			t.Errorf("%s shows %q", name, b.Text())
		}
	}
}

// The window of a rule has its largest change next to 0 on either side, and no
// line from one side to the other.
func TestSTDP(t *testing.T) {
	layers := STDP(plasticity.NewSTDP()).Panels[0].Layers
	after, before := layers[2], layers[3]
	if n := len(before.X); before.X[n-1] != -100 || before.X[0] >= 0 || math.Abs(before.Y[0]+0.00525) > 1e-7 {
		t.Errorf("before: from %g to %g, starts at %g", before.X[0], before.X[n-1], before.Y[0])
	}
	if n := len(after.X); after.X[0] <= 0 || after.X[n-1] != 100 || math.Abs(after.Y[0]-0.005) > 1e-7 {
		t.Errorf("after: from %g to %g, starts at %g", after.X[0], after.X[n-1], after.Y[0])
	}
}

func TestGrid(t *testing.T) {
	a := Line([]float64{0, 1}, []float64{0, 1})
	a.Title = "first"
	g := Grid(a, Trace(neuro.Trace{Name: "V"}, neuro.Trace{Name: "n"}))
	if len(g.Panels) != 3 || g.Cols != 2 || g.Panels[0].Title != "first" || g.Panels[2].Y.Label != "n" {
		t.Errorf("grid of %d panels in %d columns: %+v", len(g.Panels), g.Cols, g.Panels)
	}
	if a.Panels[0].Title != "" {
		t.Error("the figure itself has changed")
	}
}
