package fmri_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
)

// A response time as a parametric modulation: the design has the mean response
// and how it grows with the time.
func ExampleModulate() {
	events := []fmri.Event{{Onset: 10, Duration: 1, Type: "go"}, {Onset: 30, Duration: 1, Type: "go"}, {Onset: 50, Duration: 1, Type: "go"}}
	events, err := fmri.Modulate(events, "go", "rt", []float64{0.5, 0.7, 1.2}, 1)
	for _, e := range events[3:] {
		fmt.Printf("%s at %g s: %.1f\n", e.Type, e.Onset, e.Weight)
	}
	fmt.Println(err)
	// Output:
	// go x rt at 10 s: -0.3
	// go x rt at 30 s: -0.1
	// go x rt at 50 s: 0.4
	// <nil>
}

// TestCollinearity knows the inflation of two correlated columns: 1/(1-r²).
func TestCollinearity(t *testing.T) {
	d := &fmri.Design{Names: []string{"a", "b", "one"}}
	for i := range 40 {
		a := math.Sin(float64(i))
		d.X = append(d.X, []float64{a, 3*a + math.Cos(float64(5*i)), 1})
	}
	c, err := d.Collinearity()
	if err != nil {
		t.Fatal(err)
	}
	r := c.Cols[2].Num[0]
	if want := 1 / (1 - r*r); math.Abs(c.Cols[1].Num[0]-want) > 1e-10*want || math.Abs(c.Cols[1].Num[1]-want) > 1e-10*want || c.Cols[3].Text[0] != "b" || !math.IsNaN(c.Cols[1].Num[2]) {
		t.Errorf("%v, want factors of %g", c, want)
	}
	// Efficiency is the inverse of the variance of the contrast.
	e, err := d.Efficiency("a")
	if err != nil {
		t.Fatal(err)
	}
	mean, ss := 0.0, 0.0
	for _, row := range d.X {
		mean += row[0] / 40
	}
	for _, row := range d.X {
		ss += (row[0] - mean) * (row[0] - mean)
	}
	if want := ss * (1 - r*r); math.Abs(e-want) > 1e-10*want {
		t.Errorf("efficiency %g, want %g", e, want)
	}
	both, err := d.Efficiency("a", "b")
	if err != nil || both >= e {
		t.Errorf("efficiency of both %g, of one %g, %v", both, e, err)
	}
}

// TestOwnResponse: SPM's response given as parameters or as a function makes the
// columns of "spm".
func TestOwnResponse(t *testing.T) {
	events := []fmri.Event{{Onset: 4, Duration: 2, Type: "a"}, {Onset: 30, Type: "a"}}
	spm := fmri.NewHRF()
	spm.Ratio = 1 / 0.167
	var first *fmri.Design
	for _, o := range []fmri.DesignOptions{{}, {HRF: "gamma", Shape: spm}, {HRF: "own", Response: spm.At}} {
		d, err := fmri.NewDesign(40, 2, events, o)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = d
		}
		for i, row := range d.X {
			if row[0] != first.X[i][0] {
				t.Fatalf("%q: volume %d is %g, want %g", o.HRF, i, row[0], first.X[i][0])
			}
		}
	}
	for _, o := range []fmri.DesignOptions{{HRF: "own"}, {HRF: "gamma"}, {HRF: "own", Response: func(float64) float64 { return 0 }}} {
		if _, err := fmri.NewDesign(40, 2, events, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

func TestModulateErrors(t *testing.T) {
	events := []fmri.Event{{Onset: 1, Type: "a"}, {Onset: 5, Type: "a"}, {Onset: 9, Type: "b"}}
	for _, c := range []struct {
		condition string
		values    []float64
		order     int
	}{{"a", []float64{1}, 1}, {"c", nil, 1}, {"a", []float64{1, 1}, 1}, {"a", []float64{1, 2}, 2}, {"a", []float64{1, math.NaN()}, 1}, {"a", []float64{1, 2}, 0}} {
		if _, err := fmri.Modulate(events, c.condition, "x", c.values, c.order); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}
