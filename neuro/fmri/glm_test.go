package fmri_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// peer is what nilearn and NumPy gave for the small run, see
// testdata/imaging/make.py.
type peer struct {
	N      int
	TR     float64
	Events []struct {
		Onset, Duration, Modulation float64
		TrialType                   string `json:"trial_type"`
	}
	Confounds [][]float64
	Designs   []struct {
		Name  string
		Names []string
		X     [][]float64
	}
	Contrast string
	Fits     []struct {
		Model                string
		Rho                  []float64
		Effect, Var, T, Z, P []float64
	}
	Betas     [][]float64
	Mask      []float64
	ROI, TSNR []float64
}

func readPeer(t *testing.T) (p peer, events []fmri.Event) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "imaging/glm.json"), &p)
	for _, e := range p.Events {
		events = append(events, fmri.Event{Onset: e.Onset, Duration: e.Duration, Type: e.TrialType, Weight: e.Modulation})
	}
	return p, events
}

func readRun(t *testing.T, p peer) (run, mask *nifti.Image) {
	t.Helper()
	run, err := nifti.Read(golden.Path(t, "imaging/run.nii.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if mask, err = nifti.New(run.Shape[:3], run.Affine, p.Mask); err != nil {
		t.Fatal(err)
	}
	return run, mask
}

func column(x [][]float64, j int) []float64 {
	out := make([]float64, len(x))
	for t := range x {
		out[t] = x[t][j]
	}
	return out
}

func compareDesign(t *testing.T, name string, d *fmri.Design, names []string, x [][]float64, tol float64) {
	t.Helper()
	if len(d.Names) != len(names) {
		t.Fatalf("%s: columns %q, want %q", name, d.Names, names)
	}
	for j, n := range names {
		if d.Names[j] != n {
			t.Fatalf("%s: columns %q, want %q", name, d.Names, names)
		}
		golden.Close(t, name+", "+n, column(d.X, j), column(x, j), tol)
	}
}

// TestDesign holds designs against nilearn's. The convolution sums in another
// order.
func TestDesign(t *testing.T) {
	p, events := readPeer(t)
	for i, o := range []fmri.DesignOptions{
		{},
		{Derivative: true, Dispersion: true, HighPass: 0.02},
		{HRF: "glover", Derivative: true, Dispersion: true, Drift: "polynomial", Order: 3},
		{HRF: "fir", Delays: []int{0, 1, 3}, Drift: "none"},
		{HRF: "none", Drift: "polynomial"},
		{HRF: "glover", Confounds: p.Confounds, ConfoundNames: []string{"c1", "c2"}},
	} {
		d, err := fmri.NewDesign(p.N, p.TR, events, o)
		if err != nil {
			t.Fatal(err)
		}
		compareDesign(t, p.Designs[i].Name, d, p.Designs[i].Names, p.Designs[i].X, 1e-10)
	}
}

// TestDesignShared does the same for the designs of the larger collection.
func TestDesignShared(t *testing.T) {
	folder := func(name string) string { return golden.Shared(t, "golden/imaging/"+name) }
	var meta struct {
		Columns map[string][]string `json:"design_columns"`
	}
	golden.JSON(t, folder("meta.json"), &meta)
	events, err := fmri.ReadEvents(folder("events.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	matrix := func(name string) [][]float64 {
		shape, values := golden.NPY(t, folder(name))
		x := make([][]float64, shape[0])
		for i := range x {
			x[i] = values[i*shape[1] : (i+1)*shape[1]]
		}
		return x
	}
	for name, o := range map[string]fmri.DesignOptions{
		"spm_cos":        {Confounds: matrix("confounds.npy"), ConfoundNames: []string{"c1", "c2"}},
		"spm_d_dd_cos":   {Derivative: true, Dispersion: true},
		"glover_d_poly3": {HRF: "glover", Derivative: true, Drift: "polynomial", Order: 3},
		"fir_none":       {HRF: "fir", Delays: []int{0, 1, 2, 3}, Drift: "none"},
	} {
		d, err := fmri.NewDesign(120, 2, events, o)
		if err != nil {
			t.Fatal(err)
		}
		compareDesign(t, name, d, meta.Columns[name], matrix("dm_"+name+".npy"), 1e-9)
	}
}

// TestFit holds effects, variances and statistics against nilearn's run_glm
// and compute_contrast, whose order of operations differs.
func TestFit(t *testing.T) {
	p, events := readPeer(t)
	run, _ := readRun(t, p)
	d, err := fmri.NewDesign(p.N, p.TR, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, noise := range []string{"ols", "ar1-nilearn"} {
		w := p.Fits[i]
		fit, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		m, err := fit.Contrast(p.Contrast)
		if err != nil {
			t.Fatal(err)
		}
		if noise != "ols" {
			golden.Close(t, "rho", fit.Rho, w.Rho, 0)
		}
		golden.Close(t, noise+" effect", m.Effect, w.Effect, 1e-10)
		golden.Close(t, noise+" var", m.Var, w.Var, 1e-10)
		golden.Close(t, noise+" t", m.T, w.T, 1e-10)
		golden.Close(t, noise+" z", m.Z, w.Z, 1e-9)
		golden.Close(t, noise+" p", m.P, w.P, 1e-9)
		for _, which := range []string{"effect", "var", "t", "z", "p"} {
			im := m.Image(which)
			if im.Label != which {
				t.Fatalf("%s: labelled %q", which, im.Label)
			}
			if which == "t" && im.At(2, 1, 1, 0) != m.T[(1*4+1)*5+2] {
				t.Errorf("the t image has %g where the map has %g", im.At(2, 1, 1, 0), m.T[(1*4+1)*5+2])
			}
		}
	}
}

// TestFitShared does the same for the larger run, whose voxels are listed with
// z fastest.
func TestFitShared(t *testing.T) {
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
	for _, noise := range []string{"ols", "ar1-nilearn"} {
		fit, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		m, err := fit.Contrast("A - B")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what string
			got  []float64
			tol  float64
		}{{"effect", m.Effect, 1e-8}, {"var", m.Var, 1e-8}, {"t", m.T, 1e-8}, {"z", m.Z, 1e-6}, {"p", m.P, 1e-8}} {
			_, values := golden.NPY(t, folder("glm_"+noise[:3]+"_"+c.what+".npy"))
			want := make([]float64, len(values))
			for i, v := range values {
				want[(i%6*10+i/6%10)*10+i/60] = v
			}
			golden.Close(t, noise+" "+c.what, c.got, want, c.tol)
		}
	}
}

func TestROIAndTSNR(t *testing.T) {
	p, _ := readPeer(t)
	run, mask := readRun(t, p)
	roi, err := fmri.ROI(run, mask)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "ROI", roi, p.ROI, 1e-13)
	tsnr, err := fmri.TSNR(run)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "tSNR", tsnr.Volume(0), p.TSNR, 1e-12)
	flat, err := nifti.New([]int{1, 1, 1, 3}, run.Affine, []float64{4, 4, 4})
	if err != nil {
		t.Fatal(err)
	}
	if tsnr, err = fmri.TSNR(flat); err != nil || tsnr.At(0, 0, 0, 0) != 0 {
		t.Errorf("a constant voxel gives %v, %v", tsnr.At(0, 0, 0, 0), err)
	}
}

// TestMaskedFit: a mask picks the same numbers as the whole, and a constant
// voxel has no effect.
func TestMaskedFit(t *testing.T) {
	p, events := readPeer(t)
	run, mask := readRun(t, p)
	d, err := fmri.NewDesign(p.N, p.TR, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	contrast := func(im, mask *nifti.Image) *fmri.Map {
		fit, err := fmri.Fit(im, mask, d, fmri.GLMOptions{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := fit.Contrast("face")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	all, some := contrast(run, nil), contrast(run, mask)
	k := 0
	for i, in := range p.Mask {
		if in == 0 {
			continue
		}
		if some.T[k] != all.T[i] || some.Z[k] != all.Z[i] {
			t.Errorf("voxel %d: t %g in the mask, %g without", i, some.T[k], all.T[i])
		}
		k++
	}
	if len(some.T) != k {
		t.Errorf("%d voxels in the mask, %d fitted", k, len(some.T))
	}
	im := some.Image("z")
	if !math.IsNaN(im.At(1, 0, 0, 0)) || im.At(0, 0, 0, 0) != some.Z[0] {
		t.Errorf("z image: %v, %v", im.At(1, 0, 0, 0), im.At(0, 0, 0, 0))
	}
	values := make([]float64, p.N)
	for i := range values {
		values[i] = 812.3
	}
	flat, err := nifti.New([]int{1, 1, 1, p.N}, run.Affine, values)
	if err != nil {
		t.Fatal(err)
	}
	if m := contrast(flat, nil); m.T[0] != 0 || m.Z[0] != 0 || m.P[0] != 0.5 {
		t.Errorf("a constant voxel gives t %g, z %g, p %g", m.T[0], m.Z[0], m.P[0])
	}
}
