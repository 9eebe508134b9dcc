package nifti

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// One voxel of -5 at x 4, y -2, z 2 mm in a box of brain: it is where the
// crosshair is, and the projections have it at its place in every plane.
func TestOrthoAndGlass(t *testing.T) {
	affine := [4][4]float64{{2, 0, 0, -8}, {0, 2, 0, -10}, {0, 0, 2, -6}, {0, 0, 0, 1}}
	shape := []int{9, 11, 7}
	box, stat := make([]float64, 9*11*7), make([]float64, 9*11*7)
	for k := range box {
		if i, j, l := k%9, k/9%11, k/99; i > 0 && i < 8 && j > 0 && j < 10 && l > 0 && l < 6 {
			box[k] = 100
		}
	}
	stat[6+9*4+99*4] = -5
	stat[1+9*4+99*4] = 3 // on the same line of sight from the side
	bg, err := New(shape, affine, box)
	if err != nil {
		t.Fatal(err)
	}
	over, _ := New(shape, affine, stat)
	f, err := OrthoFigure(bg, over, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"x = 4 mm", "y = −2 mm", "z = 2 mm"} {
		if !strings.Contains(captions(f), want) {
			t.Errorf("no %q among %s", want, captions(f))
		}
	}
	f, err = OrthoFigure(bg, nil, 0, 0, 2, -2)
	if err != nil || !strings.Contains(captions(f), "y = 2 mm") {
		t.Errorf("a place that is named: %v", err)
	}
	f, err = GlassFigure(bg, over, 2)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, l := range f.Panels[0].Layers {
		if l.Kind != figure.Image {
			continue
		}
		for r, row := range l.Z {
			for c, v := range row {
				if !math.IsNaN(v) {
					found = append(found, fmt.Sprint(c, r, v))
				}
			}
		}
	}
	// Axial (x, y), coronal (x, z) and sagittal (y, z), where -5 hides 3.
	if got := strings.Join(found, "; "); got != "1 4 3; 6 4 -5; 1 4 3; 6 4 -5; 4 4 -5" {
		t.Errorf("projections %s", got)
	}
	f, err = ConnectomeFigure(bg, [][]float64{{4, -2, 2}, {-4, 0, 0}, {0, 4, 0}}, [][]float64{{0, 1, -0.2}, {1, 0, -0.6}, {-0.2, -0.6, 0}}, 0.5)
	if err != nil || !strings.Contains(f.Title, "3 regions, 2 connections") {
		t.Fatalf("%q, %v", f.Title, err)
	}
	o := newTriptych(orient(bg))
	x, y := o.mm(1, [3]float64{4, -2, 2}) // coronal is the first tile, from -9 and -7 mm
	if x != 13 || y != 9 {
		t.Errorf("4, −2, 2 mm is drawn at %g, %g", x, y)
	}
	f.Show()

	nan := math.NaN()
	for _, e := range []error{
		second(OrthoFigure(bg, over, -1)), second(OrthoFigure(nil, over, 1)), second(OrthoFigure(bg, nil, 0, 1, 2)), second(OrthoFigure(bg, nil, 0, 0, 0, 99)),
		second(GlassFigure(nil, over, 1)), second(GlassFigure(bg, nil, 1)), second(GlassFigure(bg, over, nan)),
		second(ConnectomeFigure(bg, [][]float64{{0, 0, 0}}, nil, 1)), second(ConnectomeFigure(bg, [][]float64{{0, 0}}, [][]float64{{0}}, 1)),
		second(ConnectomeFigure(bg, [][]float64{{0, 0, nan}}, [][]float64{{0}}, 1)), second(ConnectomeFigure(bg, [][]float64{{0, 0, 0}}, [][]float64{{0, 1}}, 1)),
	} {
		if e == nil || !strings.HasPrefix(e.Error(), "nifti: ") {
			t.Errorf("error %v", e)
		}
	}
}

func second(_ *figure.Figure, err error) error { return err }

// captions are the notes of a figure.
func captions(f *figure.Figure) string {
	var out []string
	for _, l := range f.Panels[0].Layers {
		if l.Kind == figure.Note {
			out = append(out, l.Text)
		}
	}
	return strings.Join(out, "; ")
}
