package nifti_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// images returns the image layers of a figure's only panel.
func images(t *testing.T, f *figure.Figure) []figure.Layer {
	t.Helper()
	if len(f.Panels) != 1 {
		t.Fatalf("%d panels", len(f.Panels))
	}
	var out []figure.Layer
	for _, l := range f.Panels[0].Layers {
		if l.Kind == figure.Image {
			out = append(out, l)
		}
	}
	return out
}

func notes(f *figure.Figure) string {
	var out []string
	for _, l := range f.Panels[0].Layers {
		if l.Kind == figure.Note {
			out = append(out, l.Text)
		}
	}
	return strings.Join(out, "|")
}

// marked returns an image that is 1 everywhere but at the voxel that the affine
// puts farthest right, anterior and superior, which is 9.
func marked(t *testing.T, affine [4][4]float64, shape [3]int) *nifti.Image {
	t.Helper()
	n := shape[0] * shape[1] * shape[2]
	values := make([]float64, n)
	best, at := math.Inf(-1), 0
	for i := range values {
		values[i] = 1
		x, y, z := float64(i%shape[0]), float64(i/shape[0]%shape[1]), float64(i/shape[0]/shape[1])
		sum := 0.0
		for d := range 3 {
			sum += affine[d][0]*x + affine[d][1]*y + affine[d][2]*z
		}
		if sum > best {
			best, at = sum, i
		}
	}
	values[at] = 9
	im, err := nifti.New(shape[:], affine, values)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// TestOrientation: whatever the order and direction of the voxel axes, right is
// on the right, front and top are up.
func TestOrientation(t *testing.T) {
	axes := [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}
	for _, axis := range axes {
		for signs := range 8 {
			var a [4][4]float64
			a[3][3] = 1
			for d := range 3 {
				a[d][axis[d]] = float64(2 + d)
				if signs>>d&1 == 1 {
					a[d][axis[d]] *= -1
				}
				// A little oblique.
				a[d][(axis[d]+1)%3] = 0.3
			}
			im := marked(t, a, [3]int{3, 4, 5})
			n := [3]int{}
			for d := range 3 {
				n[d] = [3]int{3, 4, 5}[axis[d]]
			}
			for _, p := range []struct {
				name         string
				normal, u, v int
			}{{"axial", 2, 0, 1}, {"coronal", 1, 0, 2}, {"sagittal", 0, 1, 2}} {
				f, err := nifti.PlaneFigure(im, p.name)
				if err != nil {
					t.Fatal(err)
				}
				layers := images(t, f)
				if len(layers) != n[p.normal] {
					t.Fatalf("%d %s slices, want %d", len(layers), p.name, n[p.normal])
				}
				z := layers[len(layers)-1].Z
				if len(z) != n[p.v] || len(z[0]) != n[p.u] || z[len(z)-1][len(z[0])-1] != 9 {
					t.Errorf("axes %v, signs %b, %s: the mark is not in the last corner of the last slice: %v", axis, signs, p.name, z)
				}
			}
		}
	}
}

func TestSlices(t *testing.T) {
	values := make([]float64, 4*5*30*2)
	for i := range values {
		if z := i / 20 % 30; z >= 5 && z < 29 {
			values[i] = 100 + float64(i%7)
		}
	}
	im, err := nifti.New([]int{4, 5, 30, 2}, diagonal, values)
	if err != nil {
		t.Fatal(err)
	}
	im.TR, im.Name = 2, "run"
	f := nifti.SlicesFigure(im)
	if n := len(images(t, f)); n != 12 {
		t.Errorf("%d slices, want 12", n)
	}
	if f.Title != "run, axial slices, mean of 2 volumes, TR 2 s" {
		t.Errorf("title %q", f.Title)
	}
	// 24 filled slices in 12 parts: the middles are 6, 8 ... 28; z = 4 k - 8.
	if got := notes(f); !strings.HasPrefix(got, "z = 16 mm|L|R|z = 24 mm|") || !strings.HasSuffix(got, "z = 104 mm") {
		t.Errorf("notes %q", got)
	}
	chosen, err := nifti.PlaneFigure(im, "coronal", -12, -6.1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := notes(chosen); got != "y = −12 mm|L|R|y = −6 mm|y = 0 mm" {
		t.Errorf("notes %q", got)
	}
	for _, c := range []struct {
		plane string
		mm    float64
		want  string
	}{
		{"oblique", 0, `plane "oblique"; allowed are`},
		{"axial", 500, "place 500 mm is outside of the image, whose axial slices lie at z = −8 to 108 mm"},
		{"axial", math.NaN(), "place NaN mm"},
	} {
		if _, err := nifti.PlaneFigure(im, c.plane, c.mm); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %g: %v", c.plane, c.mm, err)
		}
	}
	if b := display.Of(im); b.Data[display.TypePNG] == nil {
		t.Errorf("shown as %v", b)
	}
	if got, want := im.String(), "run: 4 x 5 x 30 x 2 voxels of 2 x 3 x 4 mm, float64, TR 2 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if s := display.Of(nifti.Image{}).Text(); !strings.Contains(s, "without voxels") {
		t.Errorf("empty image shown as %q", s)
	}
}

// TestFlat: images without contrast are drawn too.
func TestFlat(t *testing.T) {
	for _, v := range []float64{0, 1, -3, math.NaN(), math.Inf(1), 1e300} {
		im, err := nifti.New([]int{2, 2, 2}, diagonal, []float64{v, v, v, v, v, v, v, v})
		if err != nil {
			t.Fatal(err)
		}
		l := images(t, nifti.SlicesFigure(im))
		if len(l) != 2 || !(l[0].Lo < l[0].Hi) {
			t.Errorf("%g: %d slices, window %g to %g", v, len(l), l[0].Lo, l[0].Hi)
		}
	}
}

func TestOverlay(t *testing.T) {
	bg, err := nifti.New([]int{8, 8, 6}, [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, filled(384, 50))
	if err != nil {
		t.Fatal(err)
	}
	// Half the resolution: voxel (i, j, k) covers two of bg along each axis.
	coarse := [4][4]float64{{2, 0, 0, 0.5}, {0, 2, 0, 0.5}, {0, 0, 2, 0.5}, {0, 0, 0, 1}}
	values := filled(48, 0)
	values[0], values[1], values[2], values[47] = 5, 2, math.NaN(), -4
	over, err := nifti.New([]int{4, 4, 3}, coarse, values)
	if err != nil {
		t.Fatal(err)
	}
	over.Label, over.Name = "z", "A - B"
	f, err := nifti.OverlayFigure(bg, over, 3)
	if err != nil {
		t.Fatal(err)
	}
	count := map[float64]int{}
	for _, l := range images(t, f) {
		if l.NoScale {
			continue
		}
		if l.Map != "diverging" || l.Lo != -5 || l.Hi != 5 {
			t.Errorf("map %q from %g to %g", l.Map, l.Lo, l.Hi)
		}
		for _, row := range l.Z {
			for _, v := range row {
				if !math.IsNaN(v) {
					count[v]++
				}
			}
		}
	}
	if len(count) != 2 || count[5] != 8 || count[-4] != 8 {
		t.Errorf("values above the threshold %v, want 8 voxels of 5 and 8 of -4", count)
	}
	if f.Title != "A - B, |z| ≥ 3" {
		t.Errorf("title %q", f.Title)
	}
	one, err := nifti.OverlayFigure(bg, over, 4.5)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range images(t, one) {
		if !l.NoScale && (l.Map != "hot" || l.Hi != 5) {
			t.Errorf("one sign: map %q to %g", l.Map, l.Hi)
		}
	}
	none, err := nifti.OverlayFigure(bg, over, 9)
	if err != nil || none.Title != "A - B, z ≥ 9: no voxel" || !none.Panels[0].NoColorBar {
		t.Errorf("no voxel: %v, %v", none, err)
	}

	far := *over
	far.Affine[0][3] = 1000
	flat := *over
	flat.Affine[0][0] = 0
	run, err := nifti.New([]int{2, 2, 1, 3}, coarse, filled(12, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		bg, over  *nifti.Image
		threshold float64
		want      string
	}{
		{nil, over, 1, "bg has no voxels"},
		{bg, &nifti.Image{}, 1, "overlay has no voxels"},
		{bg, run, 1, "overlay has 3 volumes"},
		{bg, over, -1, "threshold is -1"},
		{bg, over, math.NaN(), "threshold is NaN"},
		{bg, &far, 1, `no voxel of overlay "A - B" lies within bg`},
		{bg, &flat, 1, "cannot be inverted"},
	} {
		if _, err := nifti.OverlayFigure(c.bg, c.over, c.threshold); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func filled(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}
