package figure

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func axis(label, unit string) Axis { return Axis{Label: label, Unit: unit} }

func one(l ...Layer) *Figure {
	return &Figure{Panels: []Panel{{X: axis("time", "ms"), Y: axis("V", "mV"), Layers: l}}}
}

// The same figure gives the same bytes: again, and with one processor.
func TestSameBytes(t *testing.T) {
	all := samples()
	for _, name := range sampleNames() {
		if name == "spectrogram" || name == "cloud" {
			continue // slow, and nothing that the others lack
		}
		f := all[name]
		render := func() [3][]byte {
			d, err := lay(f).pdf()
			if err != nil {
				t.Fatal(err)
			}
			return [3][]byte{lay(f).png(screenDPI), lay(f).svg(), d}
		}
		before := render()
		old := runtime.GOMAXPROCS(1)
		after := render()
		runtime.GOMAXPROCS(old)
		for i, ext := range []string{"PNG", "SVG", "PDF"} {
			if !bytes.Equal(before[i], after[i]) {
				t.Errorf("%s of %q differs from one time to the next", ext, name)
			}
		}
	}
}

// Pixels are the same on every platform: the hash was made on amd64, where
// nothing is fused, and holds elsewhere too. A change of the style changes it;
// the new value is in the message.
func TestPixelHash(t *testing.T) {
	var x, y, e []float64
	for i := range 200 {
		x, y = append(x, float64(i)), append(y, float64((i*i*7919)%1009)/1009)
		e = append(e, y[i]+0.125)
	}
	z := make([][]float64, 9)
	for i := range z {
		z[i] = y[11*i : 11*i+13]
	}
	f := &Figure{Title: "τ = 10 µs, 10⁻³ ≤ x", Cols: 2, Panels: []Panel{
		{X: axis("t", "ms"), Y: Axis{Label: "y", Log: true}, Layers: []Layer{{Kind: Line, Name: "a", X: x, Y: y}, {Kind: Line, Name: "b", X: x, Y: e, Dash: true}}},
		{X: axis("x", ""), Y: axis("y", ""), ColorBar: axis("z", "V²/Hz"), Layers: []Layer{{Kind: Image, Z: z}, {Kind: Note, X: []float64{1}, Y: []float64{2}, Text: "here"}}},
		{X: axis("x", ""), Y: axis("y", ""), Layers: []Layer{{Kind: Points, X: x, Y: y, Z: [][]float64{e}, Alpha: 0.5}, {Kind: Errors, X: x[:9], Y: y[:9], Y2: e[:9]}}},
		{X: axis("x", ""), Y: axis("y", ""), Layers: []Layer{{Kind: Area, X: x, Y: y, Y2: e}, {Kind: Stems, X: x[:20], Y: y[:20]}, {Kind: Bars, X: x[50:91], Y: y[:40]}, {Kind: Ticks, X: x, Y: y}}},
	}}
	p := lay(f)
	r := newRaster(p.w, p.h, screenDPI, p.theme.paper)
	p.paint(r)
	sum := sha256.Sum256(r.im.Pix)
	const want = "3a731e87e7eaad3f"
	if got := hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("hash of the pixels is %s, want %s", got, want)
	}
}

// Marks stand where the values are.
func TestInk(t *testing.T) {
	f := one(
		Layer{Kind: HLine, Y: []float64{5}, Color: "#ff0000", Width: 2},
		Layer{Kind: Line, X: []float64{0, 10}, Y: []float64{2, 2}, Color: "#0000ff", Width: 2},
		Layer{Kind: Points, X: []float64{2.5}, Y: []float64{7.5}, Color: "#00ff00", Size: 6},
		Layer{Kind: Bars, X: []float64{6, 8}, Y: []float64{4}, Color: "#ff00ff"},
		Layer{Kind: Image, Z: [][]float64{{0, 1}, {1, 0}}, X: []float64{8, 10}, Y: []float64{8, 10}, Map: "grey"},
		Layer{Kind: Line, X: []float64{0, 1, 2, 3, 4}, Y: []float64{1, 1, math.NaN(), 1, 1}, Color: "#00ffff", Width: 2},
	)
	f.Panels[0].X.Max, f.Panels[0].Y.Max = 10, 10
	f.Panels[0].NoColorBar = true
	p := lay(f)
	v := p.views[0]
	im, err := png.Decode(bytes.NewReader(p.png(screenDPI)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, y float64
		want string
	}{
		{1, 5, "ff0000"}, {9, 5, "ff0000"}, // the whole width
		{5, 2, "0000ff"}, {5, 2.5, "ffffff"},
		{2.5, 7.5, "00ff00"}, {2.5, 7, "ffffff"},
		{7, 3.9, "ff00ff"}, {7, 4.2, "ffffff"}, {5.8, 3, "ffffff"},
		{8.5, 8.5, "000000"}, {9.5, 8.5, "ffffff"}, {8.5, 9.5, "ffffff"}, {9.5, 9.5, "000000"}, // row 0 below
		{0.5, 1, "00ffff"}, {1.5, 1, "ffffff"}, {2.5, 1, "ffffff"}, {3.5, 1, "00ffff"}, // NaN breaks
	} {
		x, _ := v.x.to(c.x)
		y, _ := v.y.to(c.y)
		r, g, b, _ := im.At(int(x*screenDPI/72), int(y*screenDPI/72)).RGBA()
		if got := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8); got != c.want {
			t.Errorf("at (%g, %g) the colour is %s, want %s", c.x, c.y, got, c.want)
		}
	}
}

// Flip turns an axis, and with it the rows of an image.
func TestFlip(t *testing.T) {
	f := one(Layer{Kind: Image, Z: [][]float64{{0}, {1}}, Map: "grey"})
	f.Panels[0].Y.Flip = true
	p := lay(f)
	im, _ := png.Decode(bytes.NewReader(p.png(screenDPI)))
	m := p.views[0].plot.middle()
	b := p.views[0].plot
	for i, want := range []uint32{0, 0xffff} {
		y := b.y0 + b.h()*(0.25+0.5*float64(i))
		if got, _, _, _ := im.At(int(m.x*screenDPI/72), int(y*screenDPI/72)).RGBA(); got != want {
			t.Errorf("row %d from the top has brightness %d, want %d", i, got, want)
		}
	}
}

func TestSVGText(t *testing.T) {
	f := one(Layer{Kind: Line, Name: "control", X: []float64{0, 1}, Y: []float64{0, 1}}, Layer{Kind: Line, Name: "Ω < µ", X: []float64{0, 1}, Y: []float64{1, 0}})
	f.Title = "one title"
	f.Panels[0].Title = "another"
	s := string(lay(f).svg())
	for _, want := range []string{">time (ms)<", ">V (mV)<", ">control<", ">Ω &lt; µ<", ">one title<", ">another<", ">0.8<"} {
		n := 1
		if want == ">0.8<" {
			n = 2 // on both axes
		}
		if got := strings.Count(s, want); got != n {
			t.Errorf("the SVG contains %q %d times, want %d", want, got, n)
		}
	}
	if strings.Count(s, "<svg ")+0 != strings.Count(s, "</svg>") {
		t.Error("svg elements are not closed")
	}
}

// Vector files of very many points stay small, and the extremes survive.
func TestManyPoints(t *testing.T) {
	n := 1_000_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = float64(i), math.Sin(float64(i)*0.7)
	}
	y[654_321] = 5
	f := one(Layer{Kind: Line, X: x, Y: y})
	if size := len(lay(f).svg()); size > 150_000 {
		t.Errorf("the SVG of a line of a million points has %d bytes", size)
	}
	p := lay(f)
	v := p.views[0]
	top, _ := v.y.to(5)
	found := false
	for _, line := range v.polylines(f.Panels[0].Layers[0].course(), vectorFine) {
		for _, q := range line {
			found = found || math.Abs(q.y-top) < 1e-9
		}
	}
	if !found {
		t.Error("the one high point is lost")
	}
	marks := one(Layer{Kind: Ticks, X: x[:200_000], Y: y[:200_000]})
	if size := len(lay(marks).svg()); size > 600_000 {
		t.Errorf("the SVG of a raster of 200000 marks has %d bytes", size)
	}
}

func TestPDF(t *testing.T) {
	f := samples()["psd"]
	d, err := lay(f).pdf()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(d, []byte("%PDF-")) || !bytes.Contains(d, []byte("/CreationDate (D:20000101000000)")) {
		t.Error("no PDF, or one with the time of day in it")
	}
	if len(d) > 60_000 {
		t.Errorf("%d bytes for one line: the whole font is embedded", len(d))
	}
}

func TestShow(t *testing.T) {
	f := one(Layer{Kind: Line, X: []float64{0, 1, 2}, Y: []float64{1, 2, 3}})
	f.Width, f.Height = 12.7, 7.62
	b := f.Show()
	if got, want := b.Text(), "Figure: V (mV) over time (ms) (1 line, 3 points)"; got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
	im, err := png.DecodeConfig(bytes.NewReader(b.Data["image/png"].([]byte)))
	if err != nil || im.Width != 960 || im.Height != 576 {
		t.Errorf("%d x %d pixels (%v), want 960 x 576: 5 x 3 inches at 192", im.Width, im.Height, err)
	}
	if got := fmt.Sprint(b.Metadata["image/png"]); got != "map[height:288 width:480]" {
		t.Errorf("metadata %s, want half of the pixels", got)
	}
	for _, c := range []struct {
		f    *Figure
		want string
	}{
		{&Figure{}, "Figure (no data)"},
		{&Figure{Title: "A\nB"}, "Figure: A B (no data)"},
		{one(), "Figure: V (mV) over time (ms) (no data)"},
		{one(Layer{Kind: Image, Z: [][]float64{{1, 2}}}), "Figure: V (mV) over time (ms) (1 image of 1 × 2)"},
		{one(Layer{Kind: Ticks, X: []float64{1}, Y: []float64{0}}), "Figure: V (mV) over time (ms) (1 raster of 1 marks)"},
	} {
		if got := c.f.describe(); got != c.want {
			t.Errorf("text is %q, want %q", got, c.want)
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	f := one(Layer{Kind: Line, X: []float64{0, 1}, Y: []float64{0, 1}})
	f.Width, f.Height = 10, 5
	for ext, head := range map[string]string{".png": "\x89PNG", ".svg": "<svg", ".pdf": "%PDF", ".PNG": "\x89PNG"} {
		path := filepath.Join(dir, "a"+ext)
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(path)
		if !bytes.HasPrefix(data, []byte(head)) {
			t.Errorf("%s starts with %q", path, data[:8])
		}
		if head == "\x89PNG" {
			c, err := png.DecodeConfig(bytes.NewReader(data))
			if err != nil || c.Width != 1181 || c.Height != 591 {
				t.Errorf("%d x %d pixels (%v), want 1181 x 591: 10 x 5 cm at 300 dots per inch", c.Width, c.Height, err)
			}
			if !bytes.Contains(data, []byte("pHYs\x00\x00\x2e\x23\x00\x00\x2e\x23\x01")) {
				t.Error("the PNG does not say 11811 dots per metre")
			}
		}
	}
	for path, want := range map[string]string{
		"a.jpg":                             `plot: Save: "a.jpg" ends in ".jpg"; allowed are .png, .svg, .pdf and .html`,
		"a":                                 `plot: Save: "a" ends in ""; allowed are .png, .svg, .pdf and .html`,
		filepath.Join(dir, "none", "a.png"): "none",
	} {
		if err := f.Save(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Save(%q): %v, want %q", path, err, want)
		}
	}
}

// What cannot be drawn is an error that says what and where.
func TestErrors(t *testing.T) {
	x2, x3 := []float64{1, 2}, []float64{1, 2, 3}
	nan, inf := math.NaN(), math.Inf(1)
	panel := func(p Panel) *Figure { return &Figure{Panels: []Panel{p}} }
	for _, c := range []struct {
		f    *Figure
		want string
	}{
		{&Figure{Width: -1}, "Width -1 cm is not allowed; it is 1 to 100 cm"},
		{&Figure{Width: nan}, "Width NaN cm"},
		{&Figure{Height: 1e9}, "Height 1e+09 cm is not allowed"},
		{&Figure{Width: 90, Height: 80}, "Width 90 cm times Height 80 cm is more than 5000 cm²"},
		{&Figure{Cols: 40, Panels: make([]Panel, 50)}, "50 panels make 2 rows of 40"},
		{&Figure{Cols: -2}, "Cols -2 is negative"},
		{&Figure{Panels: make([]Panel, 5000)}, "5000 panels make 5000 rows of 1; at most 40 rows and 10 columns fit"},
		{one(Layer{Kind: Line, X: x2, Y: x3}), "Layers[0] (line): X and Y have 2 and 3 values; there must be as many of each"},
		{one(Layer{Kind: Line, X: x3, Y: x3}, Layer{Kind: Points, X: x2, Y: x2, Z: [][]float64{x3}}), "Layers[1] (points): X and Z[0] have 2 and 3"},
		{one(Layer{Kind: Bars, X: x3, Y: x3}), "X has 3 edges for 3 values"},
		{one(Layer{Kind: Errors, X: x3, Y: x3, Y2: x2}), "X, Y and Y2 have 3, 3 and 2"},
		{one(Layer{Kind: Area, X: x3, Y: x3, Y2: x2}), "Y and Y2 have 3 and 2"},
		{one(Layer{Kind: VSpan, X: x3}), "a band needs {from, to}"},
		{one(Layer{Kind: Note, X: x2, Y: x2}), "a note needs one of each"},
		{one(Layer{Kind: Image, X: x3, Z: [][]float64{x2}}), "an image needs {left, right}"},
		{one(Layer{Kind: Image, X: []float64{3, 3}, Z: [][]float64{x2}}), "is empty or not finite"},
		{one(Layer{Kind: Image, Y: []float64{0, inf}, Z: [][]float64{x2}}), "is empty or not finite"},
		{one(Layer{Kind: Image, Y: []float64{0, nan}, Z: [][]float64{x2}}), "is empty or not finite"},
		{one(Layer{Kind: "pie"}), `kind "pie" is not known; allowed are line,`},
		{one(Layer{Kind: Line, Color: "mauve"}), `colour "mauve" is not known`},
		{one(Layer{Kind: Line, Color: "#12345g"}), `colour "#12345g" is not known`},
		{one(Layer{Kind: Image, Map: "jet"}), `Map "jet" is not known; allowed are viridis`},
		{one(Layer{Kind: Line, Alpha: 2}), "Alpha 2 is not allowed"},
		{one(Layer{Kind: Line, Width: inf}), "Width +Inf pt"},
		{one(Layer{Kind: Points, Size: -1}), "Size -1 pt"},
		{one(Layer{Kind: Image, Lo: 2, Hi: 1}), "Lo 2 and Hi 1"},
		{panel(Panel{Legend: "top"}), `Legend "top" is not known`},
		{panel(Panel{X: Axis{Min: 2, Max: 1}}), "X: Min 2 is not below Max 1"},
		{panel(Panel{Y: Axis{Min: nan}}), "Y: limits NaN to 0 must be finite"},
		{panel(Panel{Y: Axis{Min: -1, Max: 1, Log: true}}), "Y: Min -1 is not above 0"},
		{panel(Panel{X: Axis{Ticks: x2, Names: []string{"a"}}}), "X: 1 Names for 2 Ticks"},
		{panel(Panel{X: Axis{Ticks: []float64{nan}}}), "X: Ticks[0] is NaN"},
		{&Figure{Panels: []Panel{{}, {Legend: "x"}}}, "Panels[1]: Legend"},
	} {
		err := c.f.Save(filepath.Join(t.TempDir(), "a.png"))
		if err == nil || !strings.HasPrefix(err.Error(), "plot: Save: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Save: %v, want %q", err, c.want)
		}
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), c.want) {
					t.Errorf("Show panics with %v, want %q", r, c.want)
				}
			}()
			c.f.Show()
		}()
	}
}
