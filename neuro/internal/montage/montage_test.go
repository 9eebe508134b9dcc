package montage

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// Spline equals MNE's, goes nearly through the values, and keeps a constant.
func TestSpline(t *testing.T) {
	var g struct {
		At, To       [][3]float64
		Values, Want []float64
	}
	golden.JSON(t, golden.Path(t, "plot/topomap.json"), &g)
	s, err := NewSpline(g.At, g.Values, 1e-5)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range g.To {
		if got := s.At(p); math.Abs(got-g.Want[i]) > 1e-8*(1+math.Abs(g.Want[i])) {
			t.Errorf("at %v: %g, mne has %g", p, got, g.Want[i])
		}
	}
	exact, _ := NewSpline(g.At, g.Values, 0)
	even := make([]float64, len(g.At))
	for i, p := range g.At {
		if got := exact.At(p); math.Abs(got-g.Values[i]) > 1e-8 {
			t.Errorf("at electrode %d: %g, want %g", i, got, g.Values[i])
		}
		even[i] = 3
	}
	flat, _ := NewSpline(g.At, even, 1e-5)
	if got := flat.At([3]float64{0, 0, 2}); math.Abs(got-3) > 1e-9 {
		t.Errorf("between electrodes of 3 it is %g", got)
	}
	if _, err := NewSpline(g.At[:2], g.Values[:2], 0); err == nil {
		t.Error("two places are enough")
	}
	if _, err := NewSpline([][3]float64{{1}, {1}, {0, 1}}, []float64{1, 2, 3}, 0); err == nil {
		t.Error("a place may come twice")
	}
}

// All places are on the unit sphere, the system is symmetric, and landmarks are
// where they are defined.
func TestPlace(t *testing.T) {
	if n := len(places()); n < 343 {
		t.Errorf("%d electrodes", n)
	}
	for name, p := range places() {
		if d := math.Sqrt(dot(p, p)); math.Abs(d-1) > 2e-3 {
			t.Errorf("%s is %g from the centre", name, d)
		}
	}
	for left, right := range map[string]string{"T7": "T8", "C3": "C4", "PO9h": "PO10h", "fp1": "FP2", "T3": " t8 "} {
		a, ok1 := Place(left)
		b, ok2 := Place(right)
		if !ok1 || !ok2 || math.Abs(a[0]+b[0]) > 1e-3 || math.Abs(a[1]-b[1]) > 1e-3 || a[0] >= 0 {
			t.Errorf("%s %v and %s %v are not symmetric", left, a, right, b)
		}
	}
	if p, _ := Place("Cz"); p[2] < 0.999 {
		t.Errorf("Cz is at %v", p)
	}
	if p, _ := Place("Fpz"); math.Abs(p[1]-math.Sin(0.4*math.Pi)) > 1e-3 { // a tenth of the way from nose to back
		t.Errorf("Fpz is at %v", p)
	}
	if _, ok := Place("Q3"); ok {
		t.Error("Q3 is an electrode")
	}
}
