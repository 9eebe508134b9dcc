package figure

import (
	"image"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

func cover(p path, area image.Rectangle) float64 {
	im := image.NewRGBA(image.Rect(0, 0, 40, 40))
	var m mask
	m.reset(area)
	for _, q := range p {
		m.polygon(q)
	}
	m.blend(im, ink{A: 255})
	for _, v := range m.change {
		if v != 0 {
			return math.NaN() // not cleaned
		}
	}
	sum := 0.0
	for i := 3; i < len(im.Pix); i += 4 {
		sum += float64(im.Pix[i]) / 255
	}
	return sum
}

// A triangle darkens the page by its area, to within the 256 levels of the
// pixels along its edges.
func TestMaskArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Float64Range(1, 39)
		p := []point{{at.Draw(t, "ax"), at.Draw(t, "ay")}, {at.Draw(t, "bx"), at.Draw(t, "by")}, {at.Draw(t, "cx"), at.Draw(t, "cy")}}
		want := math.Abs((p[1].x-p[0].x)*(p[2].y-p[0].y)-(p[1].y-p[0].y)*(p[2].x-p[0].x)) / 2
		if got := cover(path{p}, image.Rect(0, 0, 40, 40)); !(math.Abs(got-want) < 0.35) {
			t.Fatalf("covers %g pixels, area is %g", got, want)
		}
	})
}

// Confined to a part of the page, a polygon covers there what it does
// otherwise, also when it reaches far beyond on every side.
func TestMaskClip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Float64Range(-1e4, 1e4)
		var p []point
		for range rapid.IntRange(3, 6).Draw(t, "corners") {
			p = append(p, point{at.Draw(t, "x"), at.Draw(t, "y")})
		}
		area := image.Rect(7, 11, 30, 21)
		whole := image.NewRGBA(image.Rect(0, 0, 40, 40))
		part := image.NewRGBA(image.Rect(0, 0, 40, 40))
		var m mask
		m.reset(whole.Rect)
		m.polygon(p)
		m.blend(whole, ink{A: 255})
		m.reset(area)
		m.polygon(p)
		m.blend(part, ink{A: 255})
		for y := range 40 {
			for x := range 40 {
				a, b := int(whole.RGBAAt(x, y).A), int(part.RGBAAt(x, y).A)
				if !(image.Point{X: x, Y: y}).In(area) {
					a = 0
				}
				if a-b > 1 || b-a > 1 {
					t.Fatalf("pixel %d, %d: %d whole, %d confined", x, y, a, b)
				}
			}
		}
	})
}

// A stroke covers its length times its width, and half a disc more at a full
// turn.
func TestOutline(t *testing.T) {
	for _, c := range []struct {
		line []point
		want float64
	}{
		{[]point{{5, 5}, {35, 5}}, 30 * 4},
		{[]point{{5, 5}, {17, 21}}, 20 * 4},
		{[]point{{5, 5}, {5, 5}, {35, 5}, {35, 5}}, 30 * 4},
		{[]point{{5, 20}, {20, 20}, {35, 20}}, 30 * 4},
		// A right angle: the squares meet, and a quarter disc of radius 2 fills
		// the corner.
		{[]point{{5, 5}, {20, 5}, {20, 20}}, 30*4 - 4 + math.Pi},
		{[]point{{5, 20}, {20, 20}, {20, 5}}, 30*4 - 4 + math.Pi},
		{[]point{{5, 20}, {25, 20}, {10, 20}}, 20*4 + 2*math.Pi},
		{[]point{{20, 5}, {20, 25}, {20, 10}}, 20*4 + 2*math.Pi},
	} {
		if got := cover(outline(c.line, 4), image.Rect(0, 0, 40, 40)); math.Abs(got-c.want) > 0.4 {
			t.Errorf("stroke along %v covers %g pixels, want %g", c.line, got, c.want)
		}
	}
	if got, want := cover(path{disc(point{20, 20}, 9)}, image.Rect(0, 0, 40, 40)), math.Pi*81; math.Abs(got-want) > 0.01*want {
		t.Errorf("disc covers %g, want %g", got, want)
	}
}

func TestDashed(t *testing.T) {
	got := dashed([]point{{0, 0}, {3, 0}, {10, 0}}, 4, 2)
	want := path{{{0, 0}, {3, 0}, {4, 0}}, {{6, 0}, {10, 0}}}
	if len(got) != len(want) {
		t.Fatalf("dashes %v, want %v", got, want)
	}
	for i := range want {
		for k := range want[i] {
			if got[i][k] != want[i][k] {
				t.Errorf("dashes %v, want %v", got, want)
			}
		}
	}
}

// Clipped lines lie in the box and cover what was in it.
func TestClipped(t *testing.T) {
	b := box{0, 0, 10, 10}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(-100, 100) // never on the border, where inside is a matter of rounding
		var line []point
		for range rapid.IntRange(2, 8).Draw(t, "points") {
			line = append(line, point{0.3*float64(at.Draw(t, "x")) + 0.05, 0.3*float64(at.Draw(t, "y")) + 0.05})
		}
		length := func(p []point, in func(point) bool) float64 {
			sum := 0.0
			for i := 1; i < len(p); i++ {
				d := math.Hypot(p[i].x-p[i-1].x, p[i].y-p[i-1].y)
				const n = 2000
				for k := range n {
					f := (float64(k) + 0.5) / n
					if in(point{p[i-1].x + f*(p[i].x-p[i-1].x), p[i-1].y + f*(p[i].y-p[i-1].y)}) {
						sum += d / n
					}
				}
			}
			return sum
		}
		want, got := length(line, b.has), 0.0
		for _, p := range clipped(path{line}, b) {
			for _, q := range p {
				if !b.grow(1e-9).has(q) {
					t.Fatalf("point %v is outside", q)
				}
			}
			got += length(p, func(point) bool { return true })
		}
		if math.Abs(got-want) > 0.3 {
			t.Fatalf("%g of %v is left, want %g", got, line, want)
		}
	})
}

// Thinning keeps the first and last point and, in each column of pixels, the
// lowest and the highest.
func TestThinner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		points := make([]point, n)
		x := 0.0
		for i := range points {
			x += rapid.Float64Range(0, 0.3).Draw(t, "dx")
			points[i] = point{x, rapid.Float64Range(-5, 5).Draw(t, "y")}
		}
		th := thinner{fine: 1}
		for _, p := range points {
			th.add(p)
		}
		out := th.take()
		type pair struct{ lo, hi float64 }
		extremes := func(p []point) map[int]pair {
			m := map[int]pair{}
			for _, q := range p {
				e, ok := m[int(q.x)]
				if !ok {
					e = pair{q.y, q.y}
				}
				m[int(q.x)] = pair{math.Min(e.lo, q.y), math.Max(e.hi, q.y)}
			}
			return m
		}
		a, b := extremes(points), extremes(out)
		if len(a) != len(b) {
			t.Fatalf("%d columns of %d are left", len(b), len(a))
		}
		for k := range a {
			if a[k] != b[k] {
				t.Fatalf("column %d reaches %v, want %v", k, b[k], a[k])
			}
		}
		if len(out) > 4*len(a) {
			t.Fatalf("%d points for %d columns", len(out), len(a))
		}
	})
}

// Colours are those of matplotlib to within 3 of 255 levels (33 colours are
// stored, the rest lies between); golden values by testdata/figure/make.py.
func TestColormaps(t *testing.T) {
	var file struct{ Viridis, Magma [][3]int }
	golden.JSON(t, golden.Path(t, "figure/colormaps.json"), &file)
	want := map[string][][3]int{"viridis": file.Viridis, "magma": file.Magma}
	for _, name := range []string{"viridis", "magma"} {
		m := newColormap(name, 0, 1, 0)
		for i, w := range want[name] {
			c := m.color((float64(i) + 0.5) / 256)
			for k, got := range [3]uint8{c.R, c.G, c.B} {
				if d := int(got) - w[k]; d > 3 || d < -3 {
					t.Errorf("%s at %d: %v, want %v", name, i, c, w)
				}
			}
		}
		if len(want[name]) != 256 {
			t.Errorf("%d golden colours of %s", len(want[name]), name)
		}
	}
	m := newColormap("diverging", -2, 2, 0)
	if a, b := m.color(-9), m.color(9); a.B <= a.R || b.R <= b.B || m.color(0).R < 240 {
		t.Error("diverging does not run from blue over white to red")
	}
	if m.color(math.NaN()).A != 0 {
		t.Error("NaN has a colour")
	}
}
