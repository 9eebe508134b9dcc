package fmri_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// TestFShared holds F contrasts of a run against the reference collection's
// values of nilearn.
func TestFShared(t *testing.T) {
	folder := func(name string) string { return golden.Shared(t, "golden/imaging/"+name) }
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
	for _, c := range [][2]string{{"ols", "ols"}, {"ar1-nilearn", "ar1"}} {
		g, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: c[0]})
		if err != nil {
			t.Fatal(err)
		}
		m, err := g.FContrast("A", "B")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			name string
			got  []float64
			tol  float64
		}{{"F", m.F, 1e-8}, {"Fz", m.Z, 1e-6}} {
			_, want := golden.NPY(t, folder("glm_"+c[1]+"_"+v.name+".npy"))
			golden.Close(t, c[0]+" "+v.name, v.got, xFast([]int{10, 10, 6}, want), v.tol)
		}
	}
}

// TestFixedEffects combines two contrasts as if they were of two runs, which
// arithmetic can follow, and joins them.
func TestFixedEffects(t *testing.T) {
	p := readGroup(t)
	g := groupOf(t, p, "third")
	a, _ := g.Contrast("a")
	b, _ := g.Contrast("b")
	for _, weighted := range []bool{false, true} {
		m, err := fmri.FixedEffects([]*fmri.Map{a, b}, weighted)
		if err != nil {
			t.Fatal(err)
		}
		if m.DF != a.DF+b.DF {
			t.Errorf("%g degrees of freedom, want %g", m.DF, a.DF+b.DF)
		}
		for i := range m.T {
			wa, wb := 0.5, 0.5
			if weighted {
				wa, wb = b.Var[i]/(a.Var[i]+b.Var[i]), a.Var[i]/(a.Var[i]+b.Var[i])
			}
			effect, variance := wa*a.Effect[i]+wb*b.Effect[i], wa*wa*a.Var[i]+wb*wb*b.Var[i]
			if math.Abs(m.Effect[i]-effect) > 1e-12*math.Abs(a.Effect[i])+1e-12*math.Abs(b.Effect[i]) || math.Abs(m.Var[i]-variance) > 1e-12*variance || math.Abs(m.T[i]-m.Effect[i]/math.Sqrt(m.Var[i])) > 1e-12*math.Abs(m.T[i]) {
				t.Fatalf("voxel %d, weighted %v: %g ± %g, want %g and %g", i, weighted, m.Effect[i], m.Var[i], effect, variance)
			}
		}
	}
	both, err := fmri.Conjunction(a, b)
	if err != nil {
		t.Fatal(err)
	}
	either, err := fmri.PartialConjunction(1, a, b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range both.Z {
		if both.Z[i] != math.Min(a.Z[i], b.Z[i]) || both.P[i] != math.Max(a.P[i], b.P[i]) {
			t.Fatalf("voxel %d: both %g, %g", i, both.Z[i], both.P[i])
		}
		if want := math.Min(1, 2*math.Min(a.P[i], b.P[i])); either.P[i] != want {
			t.Fatalf("voxel %d: either %g, want %g", i, either.P[i], want)
		}
	}
	for _, err := range []error{
		func() error { _, err := fmri.Conjunction(a); return err }(),
		func() error { _, err := fmri.PartialConjunction(3, a, b); return err }(),
		func() error { _, err := fmri.FixedEffects(nil, false); return err }(),
		func() error { _, err := fmri.FixedEffects([]*fmri.Map{both, a}, false); return err }(),
	} {
		if err == nil {
			t.Error("no error")
		}
	}
}
