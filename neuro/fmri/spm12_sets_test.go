package fmri_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestSPM12Sets holds basis sets against spm_get_bf's steps in NumPy: a brief event
// in the first bin reads them every 16 bins.
func TestSPM12Sets(t *testing.T) {
	var stored []struct {
		Name       string
		Dt, Length float64
		Order      int
		X          [][]float64
	}
	golden.JSON(t, golden.Path(t, "fmri/spm_sets.json"), &stored)
	for _, s := range stored {
		d, err := fmri.NewDesign(len(s.X)+3, 16*s.Dt, []fmri.Event{{Type: "a"}},
			fmri.DesignOptions{HRF: s.Name, RefBin: 1, Functions: s.Order, Window: s.Length, Drift: "none"})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(d.Names)-1, len(s.X[0]); got != want {
			t.Fatalf("%s: %d functions, SPM has %d: %v", s.Name, got, want, d.Names)
		}
		for j := range s.X[0] {
			for i := range d.X {
				want := 0.0
				if i < len(s.X) {
					want = s.X[i][j]
				}
				if got := d.X[i][j] * s.Dt; math.Abs(got-want) > 1e-12 {
					t.Errorf("%s %s, row %d: %g, SPM's steps give %g", s.Name, d.Names[j], i, got, want)
				}
			}
		}
	}
	d, err := fmri.NewDesign(60, 2, []fmri.Event{{Type: "a", Onset: 10}}, fmri.DesignOptions{HRF: "spm12-gamma", Drift: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(d.Names); got != "[a_gamma_4 a_gamma_8 a_gamma_16 constant]" {
		t.Errorf("names %s", got)
	}
	for _, c := range []struct {
		o    fmri.DesignOptions
		want string
	}{
		{fmri.DesignOptions{HRF: "spm12-fourier", Functions: -1}, "Functions is -1"},
		{fmri.DesignOptions{HRF: "spm12-fourier", Functions: 200}, "they are 1 to 127"},
		{fmri.DesignOptions{HRF: "spm12-gamma", Functions: 9}, "they are 1 to 8"},
		{fmri.DesignOptions{HRF: "spm12-hanning", Window: math.NaN()}, "Window is NaN"},
		{fmri.DesignOptions{HRF: "spm12-hanning", Window: 0.1}, "they are 1 to"},
		{fmri.DesignOptions{HRF: "spm12-gamma", Derivative: true}, "has no derivatives"},
	} {
		if _, err := fmri.NewDesign(60, 2, []fmri.Event{{Type: "a"}}, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v lacks %q", c.o, err, c.want)
		}
	}
}
