package eeg

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestRegressionAgainstMNE: coefficients and what is left are those of EOGRegression.
func TestRegressionAgainstMNE(t *testing.T) {
	raw, g := icaRecording(t)
	r, err := raw.Rereference()
	if err != nil {
		t.Fatal(err)
	}
	fit, err := r.Regression(RegressionOptions{Artifacts: []string{"EOG", "ECG"}, KeepBad: true})
	if err != nil {
		t.Fatal(err)
	}
	for c, b := range fit.Coef {
		golden.Close(t, "coefficients", b, g.Coef[c], 1e-9)
	}
	clean, err := fit.Apply(r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := clean.Read(0, 50)
	if err != nil {
		t.Fatal(err)
	}
	for c := range g.Names {
		golden.Close(t, "what is left", every(p.X[c], 97), g.Regressed[c], 1e-9)
	}
	// Nothing of the artifacts is left, and others stay.
	again, err := clean.Regression(RegressionOptions{Artifacts: []string{"EOG", "ECG"}, KeepBad: true})
	if err != nil {
		t.Fatal(err)
	}
	for c := range again.Coef {
		if math.Abs(again.Coef[c][0]) > 1e-10 || math.Abs(again.Coef[c][1]) > 1e-10 || again.Share[c] > 1e-12 {
			t.Errorf("%s still has %v of the artifacts", again.Channels[c].Name, again.Coef[c])
		}
	}
	if fit.Share[0] < 0.3 || fit.Share[0] > 1 {
		t.Errorf("%g of Fp1 is explained", fit.Share[0])
	}
	before, _ := r.Read(0, 50, "EOG")
	for i, v := range before.X[0] {
		if p.X[10][i] != v {
			t.Fatal("the artifact channel changed")
		}
	}
	bad, err := r.Regression(RegressionOptions{})
	if err != nil || bad.Samples != 4500 || len(bad.Artifacts) != 1 {
		t.Errorf("without the bad stretch %d samples of %d artifacts: %v", bad.Samples, len(bad.Artifacts), err)
	}
	if f := fit.Plot(); f == nil || len(f.Panels) != 2 {
		t.Error("there are not two maps")
	}
	fit.Show()
}

func TestRegressionErrors(t *testing.T) {
	r, _ := icaRecording(t)
	p, _ := r.Read(0, 50)
	with := func(f func(x [][]float64)) *Recording {
		x := make([][]float64, len(p.X))
		for c := range x {
			x[c] = append([]float64(nil), p.X[c]...)
		}
		f(x)
		q, err := New(append([]Channel(nil), r.Channels...), x)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	none, _ := r.Pick("Fp1", "Fp2", "Cz")
	for _, c := range []struct {
		r    *Recording
		o    RegressionOptions
		want string
	}{
		{none, RegressionOptions{}, "kind EOG"},
		{r, RegressionOptions{Artifacts: []string{"Fp1"}}, "named twice"},
		{r, RegressionOptions{Artifacts: []string{"Fp11"}}, "no channel"},
		{r, RegressionOptions{From: 60}, "from 60"},
		{r, RegressionOptions{To: 0.01}, "1 samples"},
		{with(func(x [][]float64) { x[10][7] = math.NaN() }), RegressionOptions{}, "EOG is NaN at 0.07 s"},
		{with(func(x [][]float64) { clear(x[10]) }), RegressionOptions{}, "EOG is flat"},
		{with(func(x [][]float64) { copy(x[10], x[11]) }), RegressionOptions{Artifacts: []string{"EOG", "ECG"}}, "depend on each other"},
	} {
		if _, err := c.r.Regression(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	g, err := r.Regression(RegressionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Apply(none); err == nil {
		t.Error("a recording without the artifacts is taken")
	}
	if _, err := new(Regression).Apply(r); err == nil {
		t.Error("no fit is taken")
	}
}
