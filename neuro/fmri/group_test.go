package fmri_test

import (
	"math"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// xFast returns an array of NumPy's order (z fastest) in that of an image.
func xFast(shape []int, v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		z := i % shape[2]
		y := i / shape[2] % shape[1]
		x := i / (shape[2] * shape[1])
		out[(z*shape[1]+y)*shape[0]+x] = v[i]
	}
	return out
}

func imagesOf(t testing.TB, shape []int, maps [][]float64) []*nifti.Image {
	t.Helper()
	affine := [4][4]float64{{3, 0, 0, -15}, {0, 3, 0, -15}, {0, 0, 4, -12}, {0, 0, 0, 1}}
	var out []*nifti.Image
	for _, m := range maps {
		im, err := nifti.New(shape, affine, xFast(shape, m))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, im)
	}
	return out
}

func split(v []float64, n int) [][]float64 {
	var out [][]float64
	for i := range n {
		out = append(out, v[i*len(v)/n:(i+1)*len(v)/n])
	}
	return out
}

func quantile(v []float64, q float64) float64 {
	s := append([]float64(nil), v...)
	sort.Float64s(s)
	at := q * float64(len(s)-1)
	i := int(at)
	return s[i] + (at-float64(i))*(s[min(i+1, len(s)-1)]-s[i])
}

// TestGroupShared holds one-sample tests, TFCE and permutations against the
// reference collection's values of nilearn.
func TestGroupShared(t *testing.T) {
	read := func(name string) []float64 {
		_, v := golden.NPY(t, golden.Shared(t, "golden/imaging/"+name+".npy"))
		return v
	}
	shape := []int{10, 10, 6}
	maps := imagesOf(t, shape, split(read("second_in"), 20))
	g, err := fmri.FitGroup(maps, nil, fmri.OneSample(20), fmri.GroupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := g.Contrast("mean")
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "t", m.T, xFast(shape, read("second_t")), 1e-9)
	golden.Close(t, "z", m.Z, xFast(shape, read("second_z")), 1e-9)
	golden.Close(t, "p", m.P, xFast(shape, read("second_p")), 1e-9)

	in := imagesOf(t, shape, [][]float64{read("tfce_in")})[0]
	for _, c := range []struct {
		name string
		o    fmri.TFCEOptions
	}{
		{"tfce_two_auto", fmri.TFCEOptions{}}, {"tfce_one_auto", fmri.TFCEOptions{OneSided: true}},
		{"tfce_two_0.1", fmri.TFCEOptions{Step: 0.1}}, {"tfce_one_0.1", fmri.TFCEOptions{Step: 0.1, OneSided: true}},
	} {
		out, err := fmri.TFCE(in, nil, c.o)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, c.name, out.Volume(0), xFast(shape, read(c.name)), 1e-9)
	}

	r, err := g.Permute("mean", fmri.PermuteOptions{N: 2000, TFCE: true})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "perm_t", m.T, xFast(shape, read("perm_t")), 1e-9)
	// Two samples of 2000: three standard errors of a 95 % quantile, from its
	// neighbours at 0.95 ± 3 sqrt(2*0.95*0.05/2000).
	h0 := read("perm_h0_max_t")
	got, width := quantile(r.NullMax, 0.95), 3*math.Sqrt(2*0.95*0.05/2000)
	if lo, hi := quantile(h0, 0.95-width), quantile(h0, 0.95+width); !(got > lo && got < hi) {
		t.Errorf("95 %% quantile of the largest |t|: %g, want %g (%g to %g)", got, quantile(h0, 0.95), lo, hi)
	}
	t.Logf("95 %% quantile of the largest |t|: %.3f, nilearn %.3f", got, quantile(h0, 0.95))
	logp := xFast(shape, read("perm_logp_max_t"))
	for i, p := range r.PMax {
		want := math.Pow(10, -logp[i])
		if math.Abs(p-want) > 5*math.Sqrt(2*math.Max(want*(1-want), 1e-3)/2000) {
			t.Errorf("voxel %d: corrected p %g, nilearn's %g", i, p, want)
		}
	}
}

type groupPeer struct {
	Shape        []int
	Affine       [4][4]float64
	Group, Third []int
	Age          []float64
	Maps         [][]float64
	Two, Anova   struct {
		T []struct{ Effect, Var, T, Z, P []float64 }
		F []struct{ F, Z, P []float64 }
	}
	Permuted struct {
		N                   int
		P                   float64
		T, TFCE, Size, Mass []float64
		MaxT                []float64 `json:"max_t"`
		MaxSize             []float64 `json:"max_size"`
		MaxMass             []float64 `json:"max_mass"`
		MaxTFCE             []float64 `json:"max_tfce"`
	}
	TFCE []struct {
		Connect int
		E, H    float64
		Two     []float64
	}
	Measures []struct {
		Connect         int
		Threshold, Mass float64
		Size            int
	}
	Tables []struct {
		Threshold, Distance float64
		TwoSided            bool `json:"two_sided"`
		Rows                [][]any
	}
	Mixed struct {
		Var             [][]float64
		Reml, DL, Fixed [][]float64
	}
}

func (p groupPeer) images(t testing.TB) []*nifti.Image {
	t.Helper()
	var out []*nifti.Image
	for _, m := range p.Maps {
		out = append(out, p.image(t, m))
	}
	return out
}

func (p groupPeer) image(t testing.TB, values []float64) *nifti.Image {
	t.Helper()
	im, err := nifti.New(p.Shape, p.Affine, values)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func (p groupPeer) table() table.Table {
	names := func(of []int) (out []string) {
		for _, g := range of {
			out = append(out, string(rune('a'+g)))
		}
		return out
	}
	return table.Table{Cols: []table.Col{{Name: "group", Text: names(p.Group)}, {Name: "third", Text: names(p.Third)}, {Name: "age", Num: p.Age}}}
}

func readGroup(t testing.TB) (p groupPeer) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "fmri/group.json"), &p)
	return p
}

func groupOf(t testing.TB, p groupPeer, columns ...string) *fmri.Group {
	t.Helper()
	d, err := fmri.GroupDesign(p.table(), columns...)
	if err != nil {
		t.Fatal(err)
	}
	g, err := fmri.FitGroup(p.images(t), nil, d, fmri.GroupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGroupContrasts holds two groups with a covariate and a one-way analysis of
// variance against nilearn.
func TestGroupContrasts(t *testing.T) {
	p := readGroup(t)
	g := groupOf(t, p, "group", "age")
	for i, spec := range []string{"b - a", "age"} {
		m, err := g.Contrast(spec)
		if err != nil {
			t.Fatal(err)
		}
		want := p.Two.T[i]
		for _, c := range []struct {
			name      string
			got, want []float64
		}{{"effect", m.Effect, want.Effect}, {"var", m.Var, want.Var}, {"t", m.T, want.T}, {"z", m.Z, want.Z}, {"p", m.P, want.P}} {
			golden.Close(t, spec+" "+c.name, c.got, c.want, 1e-9)
		}
	}
	g = groupOf(t, p, "third")
	for _, specs := range [][]string{{"third"}, {"a - c", "b - c"}, {"a - b", "0.5*a + 0.5*b - c"}} {
		m, err := g.FContrast(specs...)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "F", m.F, p.Anova.F[0].F, 1e-9)
		golden.Close(t, "F's z", m.Z, p.Anova.F[0].Z, 1e-7)
		golden.Close(t, "F's p", m.P, p.Anova.F[0].P, 1e-9)
	}
	if _, err := g.FContrast("a - b", "b - c", "a - c"); err == nil {
		t.Error("dependent combinations: no error")
	}
}

// TestPermuteCovariate holds a test with a covariate against permuted_ols: t,
// clusters and TFCE of the data, and the quantiles of what rearrangements give.
func TestPermuteCovariate(t *testing.T) {
	p := readGroup(t)
	g := groupOf(t, p, "group", "age")
	r, err := g.Permute("b - a", fmri.PermuteOptions{N: p.Permuted.N, ClusterP: p.Permuted.P, TFCE: true, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "t", r.Map.T, p.Permuted.T, 1e-9)
	golden.Close(t, "TFCE", r.TFCE, p.Permuted.TFCE, 1e-9)
	golden.Close(t, "size", r.Image("size").Volume(0), p.Permuted.Size, 1e-12)
	golden.Close(t, "mass", r.Image("mass").Volume(0), p.Permuted.Mass, 1e-9)
	for _, c := range []struct {
		name string
		got  []float64
		want []float64
	}{{"t", r.NullMax, p.Permuted.MaxT}, {"size", r.NullSize, p.Permuted.MaxSize}, {"mass", r.NullMass, p.Permuted.MaxMass}, {"TFCE", r.NullTFCE, p.Permuted.MaxTFCE}} {
		got := quantile(c.got, 0.95)
		t.Logf("95 %% quantile of the largest %s: %.4g, nilearn %.4g", c.name, got, c.want[1])
		if got < c.want[0] || got > c.want[2] {
			t.Errorf("95 %% quantile of the largest %s is %g, nilearn's %g (%g to %g)", c.name, got, c.want[1], c.want[0], c.want[2])
		}
	}
}

// TestPermuteTwoLevels wants the F of a factor of two levels to be t² and as probable.
func TestPermuteTwoLevels(t *testing.T) {
	p := readGroup(t)
	g := groupOf(t, p, "group")
	f, err := g.Permute("group", fmri.PermuteOptions{N: 200, ClusterP: -1, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	both, err := g.Permute("b - a", fmri.PermuteOptions{N: 200, ClusterP: -1, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "p", f.PMax, both.PMax, 1e-12)
	for k, v := range both.NullMax {
		both.NullMax[k] = v * v
	}
	golden.Close(t, "the largest F", f.NullMax, both.NullMax, 1e-9)
}

// TestClusterPeers holds TFCE with other powers and neighbours, clusters and
// their tables against nilearn.
func TestClusterPeers(t *testing.T) {
	p := readGroup(t)
	im := p.image(t, p.Permuted.T)
	for _, c := range p.TFCE {
		out, err := fmri.TFCE(im, nil, fmri.TFCEOptions{E: c.E, H: c.H, Step: 0.05, Connect: c.Connect})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "TFCE", out.Volume(0), c.Two, 1e-9)
	}
	for _, c := range p.Measures {
		got, err := fmri.Clusters(im, fmri.ClusterOptions{Threshold: c.Threshold, Connect: c.Connect})
		if err != nil {
			t.Fatal(err)
		}
		size, mass := 0, 0.0
		for _, k := range got.Clusters {
			size, mass = max(size, len(k.Voxels)), math.Max(mass, k.Mass)
		}
		if size != c.Size || math.Abs(mass-c.Mass) > 1e-9*c.Mass {
			t.Errorf("%d neighbours, threshold %g: largest cluster %d voxels, mass %g; nilearn %d and %g", c.Connect, c.Threshold, size, mass, c.Size, c.Mass)
		}
	}
	for _, c := range p.Tables {
		got, err := fmri.Clusters(im, fmri.ClusterOptions{Threshold: c.Threshold, Distance: c.Distance, OneSided: !c.TwoSided})
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, k := range got.Clusters {
			for i, q := range k.Peaks {
				if at == len(c.Rows) {
					t.Fatalf("threshold %g: more peaks than nilearn's %d", c.Threshold, at)
				}
				row := c.Rows[at]
				at++
				size := row[5].(float64)
				if q.X != row[1] || q.Y != row[2] || q.Z != row[3] || math.Abs(q.Value-row[4].(float64)) > 1e-9 || i == 0 && k.Volume != size {
					t.Errorf("threshold %g, row %d: (%g, %g, %g) mm, %g, %g mm³; nilearn %v", c.Threshold, at, q.X, q.Y, q.Z, q.Value, k.Volume, row)
				}
			}
		}
		if at != len(c.Rows) {
			t.Errorf("threshold %g: %d peaks, nilearn has %d", c.Threshold, at, len(c.Rows))
		}
	}
}

// TestMixed holds effects, their variance and that between subjects against the
// search in SciPy.
func TestMixed(t *testing.T) {
	p := readGroup(t)
	voxels := len(p.Mixed.Reml)
	shape := []int{voxels, 1, 1}
	maps, vars := make([]*nifti.Image, len(p.Maps)), make([]*nifti.Image, len(p.Maps))
	for i := range maps {
		maps[i], _ = nifti.New(shape, p.Affine, p.Maps[i][:voxels])
		vars[i], _ = nifti.New(shape, p.Affine, p.Mixed.Var[i])
	}
	d, err := fmri.GroupDesign(p.table(), "group", "age")
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string][][]float64{"reml": p.Mixed.Reml, "dl": p.Mixed.DL, "fixed": p.Mixed.Fixed} {
		g, err := fmri.FitGroup(maps, nil, d, fmri.GroupOptions{Method: method, Var: vars})
		if err != nil {
			t.Fatal(err)
		}
		m, err := g.Contrast("b - a")
		if err != nil {
			t.Fatal(err)
		}
		var tau2, effect, variance []float64
		for _, w := range want {
			tau2, effect, variance = append(tau2, w[0]), append(effect, w[1]), append(variance, w[2])
		}
		// The bounded search stops at a relative 1e-8.
		if method != "fixed" {
			golden.Close(t, method+" tau2", g.Tau2, tau2, 2e-6)
		}
		golden.Close(t, method+" effect", m.Effect, effect, 2e-6)
		golden.Close(t, method+" variance", m.Var, variance, 2e-6)
	}
}
