package fmri_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestNoise holds autoregressions and ARMA(1,1) against a search of the
// likelihood with the whole covariance matrix. A maximum is found to the root of
// the rounding of its value, some 1e-6.
func TestNoise(t *testing.T) {
	var cases []struct {
		Model       string
		X           [][]float64
		Y           []float64
		Noise, Beta []float64
		S2          float64
		Var         []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/noise.json"), &cases)
	if len(cases) == 0 {
		t.Fatal("no reference values")
	}
	for k, c := range cases {
		t.Run(fmt.Sprintf("%d %s", k, c.Model), func(t *testing.T) {
			n := len(c.X)
			d := &fmri.Design{X: c.X, TR: 2, Names: []string{"a", "b", "c", "one"}}
			g, err := fmri.Fit(image(t, []int{1, 1, 1, n}, grid, c.Y...), nil, d, fmri.GLMOptions{Noise: c.Model})
			if err != nil {
				t.Fatal(err)
			}
			for j := range c.Noise {
				if math.Abs(g.Noise[j][0]-c.Noise[j]) > 3e-6 {
					t.Errorf("coefficient %d: %.9g, want %.9g", j, g.Noise[j][0], c.Noise[j])
				}
			}
			golden.Close(t, "s2", g.Sigma2, []float64{c.S2}, 1e-6)
			for j, name := range d.Names {
				golden.Close(t, name, g.Beta[j], c.Beta[j:j+1], 3e-6)
				m, err := g.Contrast(name)
				if err != nil {
					t.Fatal(err)
				}
				golden.Close(t, "variance of "+name, m.Var, c.Var[j:j+1], 3e-6)
			}
		})
	}
}

// TestNoiseNames refuses models that there are not.
func TestNoiseNames(t *testing.T) {
	d := &fmri.Design{X: [][]float64{{1}, {1}, {1}}, Names: []string{"one"}}
	for _, name := range []string{"ar0", "ar11", "arma", "white", "ar-2"} {
		if _, err := fmri.Fit(image(t, []int{1, 1, 1, 3}, grid, 1, 2, 4), nil, d, fmri.GLMOptions{Noise: name}); err == nil {
			t.Errorf("Noise %q: no error", name)
		}
	}
}
