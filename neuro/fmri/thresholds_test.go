package fmri_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// TestFixedEffectsPeer holds fixed effects of several runs against nilearn's
// compute_fixed_effects, from the runs on.
func TestFixedEffectsPeer(t *testing.T) {
	var cases []struct {
		Weighted bool
		Runs     []struct{ X, Y [][]float64 }
		Effect   []float64
		Var      []float64
		T, Z     []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/fixed.json"), &cases)
	for _, c := range cases {
		var maps []*fmri.Map
		for _, r := range c.Runs {
			var values []float64
			for _, row := range r.Y {
				values = append(values, row...)
			}
			g, err := fmri.Fit(image(t, []int{len(r.Y[0]), 1, 1, len(r.Y)}, grid, values...), nil, designOf(r.X), fmri.GLMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := g.Contrast("x0 - x1")
			if err != nil {
				t.Fatal(err)
			}
			maps = append(maps, m)
		}
		m, err := fmri.FixedEffects(maps, c.Weighted)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "effect", m.Effect, c.Effect, 1e-8)
		golden.Close(t, "variance", m.Var, c.Var, 1e-8)
		golden.Close(t, "t", m.T, c.T, 1e-8)
		golden.Close(t, "z", m.Z, c.Z, 1e-6)
	}
}

// TestThresholdsShared counts what survives each threshold of the reference
// collection's z map, from the run on.
func TestThresholdsShared(t *testing.T) {
	folder := func(name string) string { return golden.Shared(t, "golden/imaging/"+name) }
	var meta struct {
		FPR        float64 `json:"thr_fpr"`
		FDR        float64 `json:"thr_fdr"`
		Bonferroni float64 `json:"thr_bonferroni"`
		NFPR       int     `json:"nsurv_fpr"`
		NFDR       int     `json:"nsurv_fdr"`
		NBonf      int     `json:"nsurv_bonferroni"`
	}
	golden.JSON(t, folder("meta.json"), &meta)
	events, err := fmri.ReadEvents(folder("events.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	run, err := nifti.Read(folder("run_le_n1.nii.gz"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := fmri.NewDesign(120, 2, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: "ar1-nilearn"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := g.Contrast("A - B")
	if err != nil {
		t.Fatal(err)
	}
	both := make([]float64, len(m.P))
	plain := make([]bool, len(m.P))
	for i, p := range m.P {
		both[i] = 2 * math.Min(p, 1-p)
		plain[i] = both[i] <= 0.001
	}
	_, fdr := stats.FDR(both, 0.05)
	_, bonferroni := stats.Bonferroni(both, 0.05)
	for _, c := range []struct {
		name      string
		kept      []bool
		threshold float64
		count     int
	}{{"p < 0.001", plain, meta.FPR, meta.NFPR}, {"false discovery rate", fdr, meta.FDR, meta.NFDR}, {"Bonferroni", bonferroni, meta.Bonferroni, meta.NBonf}} {
		count := 0
		for i, kept := range c.kept {
			if kept {
				count++
			}
			if kept != (math.Abs(m.Z[i]) >= c.threshold-1e-6) {
				t.Errorf("%s: voxel %d with z %g, kept %v; nilearn's threshold is %g", c.name, i, m.Z[i], kept, c.threshold)
			}
		}
		if count != c.count {
			t.Errorf("%s: %d voxels survive, with nilearn %d", c.name, count, c.count)
		}
	}
}
