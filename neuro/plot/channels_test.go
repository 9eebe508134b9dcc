package plot

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestTopomap(t *testing.T) {
	names := strings.Fields("Fp1 Fp2 F3 F4 C3 C4 P3 P4 O1 O2 Cz T7 T8")
	v := make([]float64, len(names))
	for i, n := range names { // right minus left: antisymmetric
		x, _, _, err := Electrode(n)
		if err != nil {
			t.Fatal(err)
		}
		v[i] = 10 * x
	}
	f, err := Topomap(names, v, "µV")
	if err != nil {
		t.Fatal(err)
	}
	image := f.Panels[0].Layers[0]
	n := len(image.Z)
	for r := range image.Z {
		for c, z := range image.Z[r] {
			if mirror := image.Z[r][n-1-c]; math.Abs(z+mirror) > 1e-6 {
				t.Fatalf("row %d: %g on one side and %g on the other", r, z, mirror)
			}
		}
	}
	if image.Lo != -image.Hi || image.Map != "RdBu_r" || f.Panels[0].ColorBar.Unit != "µV" {
		t.Errorf("colours from %g to %g, %s", image.Lo, image.Hi, image.Map)
	}
	// The projection and its inverse.
	for _, p := range [][2]float64{{0, 0}, {0.3, -0.4}, {0, 1}, {-1.1, 0.2}} {
		if x, y := flat(round(p[0], p[1])); math.Hypot(x-p[0], y-p[1]) > 1e-12 {
			t.Errorf("%v comes back as %g, %g", p, x, y)
		}
	}
	for _, n := range []string{"Fpz", "T7", "Oz", "PO8"} {
		x, y, z, _ := Electrode(n)
		if x, y = flat([3]float64{x, y, z}); math.Abs(math.Hypot(x, y)-1) > 2e-3 {
			t.Errorf("%s is at %g, %g, not on the outline", n, x, y)
		}
	}
	v[3] = math.NaN()
	if f, err := Topomap(names, v, "µV"); err != nil || !strings.Contains(f.Panels[0].Title, "1 of 13") {
		t.Errorf("a lost electrode: %v", err)
	}
	for want, bad := range map[string][]string{"is not an electrode": {"Fz", "Cz", "Q"}, "there already": {"Fz", "Cz", "fz"}, "as many": {"Fz"}} {
		if _, err := Topomap(bad, []float64{1, 2, 3}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := Electrodes(names); err != nil {
		t.Error(err)
	}
}

func TestERP(t *testing.T) {
	names := []string{"Fz", "Cz", "Pz", "Oz"}
	x := [][]float64{{0, 1, 0, 0, 0}, {0, -1, 0, 0, 0}, {0, 1, 0, 3, 0}, {0, -1, 0, -3, 0}}
	f, err := ERP(x, 100, -10, names, "µV")
	if err != nil {
		t.Fatal(err)
	}
	p := f.Panels[0]
	power := p.Layers[len(x)]
	for i, want := range []float64{0, 1, 0, math.Sqrt(4.5), 0} { // standard deviations over electrodes
		if math.Abs(power.Y[i]-want) > 1e-12 {
			t.Errorf("power at %g ms is %g, want %g", power.X[i], power.Y[i], want)
		}
	}
	if len(p.Insets) != 2 || p.Insets[0].Panel.Title != "0 ms" || p.Insets[1].Panel.Title != "20 ms" {
		t.Errorf("%d maps", len(p.Insets))
	}
	for _, c := range []struct {
		x  [][]float64
		at float64
	}{{x, 40}, {x, math.NaN()}, {nil, 0}, {[][]float64{{1}, {1}, {1}, {1, 2}}, -10}} {
		if _, err := ERP(c.x, 100, -10, names, "µV", c.at); err == nil || !strings.HasPrefix(err.Error(), "plot: ERP: ") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// Channels lie about their numbers, in units of the distance that the label
// names, and upward is up.
func TestChannels(t *testing.T) {
	f := Channels([][]float64{{0, 10, 0, -10}, {5, 5, math.NaN(), 5}}, 100, []string{"a", "b"}, "µV")
	p := f.Panels[0]
	if p.Y.Label != "channel, 20 µV apart" || math.Abs(p.Layers[0].Y[1]+0.5) > 1e-12 || p.Layers[1].Y[0] != 1 || !math.IsNaN(p.Layers[1].Y[2]) || p.Layers[0].X[1] != 0.01 {
		t.Errorf("label %q, lines %v and %v", p.Y.Label, p.Layers[0].Y, p.Layers[1].Y)
	}
	for _, f := range []*Figure{Channels(nil, 1, nil, ""), Channels([][]float64{{}}, 1, nil, ""), Channels([][]float64{{1, 1}}, 1, nil, "")} {
		f.Show()
	}
	for v, want := range map[float64]float64{1: 1, 3: 2, 49: 20, 0.06: 0.05} {
		if got := oneTwoFive(v); math.Abs(got-want) > 1e-12*want {
			t.Errorf("below %g: %g, want %g", v, got, want)
		}
	}
}

// Every voxel has mean 0 and standard deviation 1 over time.
func TestCarpet(t *testing.T) {
	f := Carpet([][]float64{{1, 7, 10}, {2, 7, 40}, {6, 7, 10}}, 2, []float64{0, 0.1, 0.3})
	z := f.Panels[1].Layers[0].Z
	for v, row := range z {
		mean, square := 0.0, 0.0
		for _, x := range row {
			mean, square = mean+x/3, square+x*x/3
		}
		if math.Abs(mean) > 1e-15 || math.Abs(square-1) > 1e-12 && v != 1 || v == 1 && square != 0 {
			t.Errorf("voxel %d: mean %g, mean square %g", v, mean, square)
		}
	}
	Carpet(nil, 1, nil).Show()
}

func TestGroups(t *testing.T) {
	f := Forest([]string{"a", "b"}, []float64{1, -1}, []float64{0, -2}, []float64{2, 0})
	if p := f.Panels[0]; !p.Y.Flip || p.Layers[1].X[1] != -2 || p.Layers[1].X2[0] != 2 {
		t.Errorf("%+v", p.Layers)
	}
	f = Raincloud([]string{"a", "b"}, [][]float64{{1, 2, math.Inf(1), 4}, nil})
	p := f.Panels[0]
	if len(p.Layers) != 3 || len(p.Layers[2].Y) != 3 || !strings.Contains(p.Title, "1 of 4") {
		t.Errorf("%d layers, title %q", len(p.Layers), p.Title)
	}
	for _, f := range []*Figure{Forest(nil, nil, nil, nil), Raincloud(nil, nil), f} {
		f.Show()
	}
}

// TestTopomapAt draws sensors of MEG where MNE's projection has them, from the centre of
// their sphere, and electrodes at their places as electrodes by name.
func TestTopomapAt(t *testing.T) {
	var g struct {
		Map struct {
			Places, XY [][]float64
		}
	}
	golden.JSON(t, golden.Path(t, "fif/sets.json"), &g)
	v := make([]float64, len(g.Map.Places))
	for i, p := range g.Map.Places {
		v[i] = 1e-15 * p[0]
	}
	f, err := TopomapMEG(g.Map.Places, v, "T")
	if err != nil {
		t.Fatal(err)
	}
	dots := f.Panels[0].Layers[len(f.Panels[0].Layers)-1]
	if len(dots.X) != 102 {
		t.Fatalf("%d sensors", len(dots.X))
	}
	for i, p := range g.Map.XY {
		if math.Hypot(dots.X[i]-p[0], dots.Y[i]-p[1]) > 1e-9 {
			t.Errorf("sensor %d is at %g, %g, want %v", i, dots.X[i], dots.Y[i], p)
		}
	}
	names := strings.Fields("Fp1 Fp2 F3 F4 C3 C4 P3 P4 O1 O2 Cz T7 T8")
	var at [][]float64
	for i, n := range names {
		x, y, z, err := Electrode(n)
		if err != nil {
			t.Fatal(err)
		}
		at, v[i] = append(at, []float64{85 * x, 85 * y, 85*z + 40}), float64(i)
	}
	a, err := Topomap(names, v[:len(names)], "uV")
	if err != nil {
		t.Fatal(err)
	}
	b, err := TopomapAt(at, v[:len(names)], "uV")
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range a.Panels[0].Layers[0].Z { // places of names are a sphere to a thousandth
		for c, z := range row {
			if w := b.Panels[0].Layers[0].Z[r][c]; math.Abs(w-z) > 0.05 && !(math.IsNaN(w) || math.IsNaN(z)) {
				t.Fatalf("row %d, column %d: %g by name, %g by place", r, c, z, w)
			}
		}
	}
	for _, test := range []struct {
		places [][]float64
		v      []float64
		want   string
	}{
		{at, v[:3], "13 places and 3 values"},
		{[][]float64{{1, 2, 3}, {1, 2}, {3, 4, 5}}, v[:3], "places[1] is [1 2]"},
		{[][]float64{{1, 2, 3}, {1, 2, math.NaN()}, {3, 4, 5}}, v[:3], "three finite numbers"},
		{[][]float64{{1, 2, 3}, {1, 2, 4}, {1, 2, 3}}, v[:3], "places[0] and places[2]"},
		{[][]float64{{1, 2, 3}, {0, 0, 0}, {3, 4, 5}}, v[:3], "the centre of the head"},
		{[][]float64{{1, 2, 3}, {3, 4, 5}}, v[:2], "3 or more"},
	} {
		if _, err := TopomapAt(test.places, test.v, ""); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}
