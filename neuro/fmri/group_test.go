package fmri_test

import (
	"math"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
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
