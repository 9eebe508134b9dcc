package fmri_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

type peerComponents struct {
	N, Voxels  int
	Components [][]float64
	Explained  []float64
}

type qualityPeer struct {
	Threshold                                float64
	Voxels                                   int
	Dvars, Std, Voxel                        []float64
	Cosine, Polynomial, None, Half, Temporal peerComponents
	Outlier                                  [][2]any
}

// qualityRun is the run, the mask and the values of testdata/fmri/make_quality.py.
func qualityRun(t *testing.T) (run, mask *nifti.Image, want qualityPeer) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "fmri/quality.json"), &want)
	run, err := nifti.Read(golden.Path(t, "imaging/run.nii.gz"))
	if err != nil {
		t.Fatal(err)
	}
	nx, ny, nz := run.Grid()
	inside, n := run.Mean().Volume(0), 0
	for i, v := range inside {
		if inside[i] = 0; v > want.Threshold {
			inside[i] = 1
			n++
		}
	}
	if n != want.Voxels {
		t.Fatalf("%d voxels, want %d", n, want.Voxels)
	}
	if mask, err = nifti.New([]int{nx, ny, nz}, run.Affine, inside); err != nil {
		t.Fatal(err)
	}
	run.TR = 2
	return run, mask, want
}

func TestDVARSAgainstNipype(t *testing.T) {
	run, mask, want := qualityRun(t)
	got, err := fmri.DVARS(run, mask)
	if err != nil {
		t.Fatal(err)
	}
	n := run.Volumes()
	if len(got.DVARS) != n || got.DVARS[0] != 0 || got.Std[0] != 0 || got.VoxelStd[0] != 0 {
		t.Fatalf("%d values, the first %g %g %g", len(got.DVARS), got.DVARS[0], got.Std[0], got.VoxelStd[0])
	}
	golden.Close(t, "DVARS", got.DVARS[1:], want.Dvars, 1e-5)
	golden.Close(t, "Std", got.Std[1:], want.Std, 1e-5)
	golden.Close(t, "VoxelStd", got.VoxelStd[1:], want.Voxel, 1e-5)
}

// TestDVARSProperties: white noise gives a standardised DVARS of 1, brightness
// changes nothing, and a jump is seen in its volume.
func TestDVARSProperties(t *testing.T) {
	const n, m = 61, 400
	values := make([]float64, n*m)
	s := uint64(7)
	for i := range values {
		sum := 0.0
		for range 12 { // close to normal
			s = s*6364136223846793005 + 1442695040888963407
			sum += float64(s>>11) / (1 << 53)
		}
		values[i] = 1000 + 10*(sum-6)
		if i%m == 5 {
			values[i] = 700 // constant
		}
		if i/m == 30 && i%m > 5 {
			values[i] += 30
		}
	}
	im, _ := nifti.New([]int{m, 1, 1, n}, threeMM, values)
	a, err := fmri.DVARS(im, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range values {
		values[i] *= 3
	}
	im, _ = nifti.New([]int{m, 1, 1, n}, threeMM, values)
	b, err := fmri.DVARS(im, nil)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "DVARS", a.DVARS, b.DVARS, 1e-6)
	golden.Close(t, "Std", a.Std, b.Std, 1e-12)
	if a.Constant != 1 {
		t.Errorf("%d constant voxels, want 1", a.Constant)
	}
	mean := 0.0
	for v := 1; v < n; v++ {
		if jump := v == 30 || v == 31; jump != (a.Std[v] > 1.5) {
			t.Errorf("volume %d: %g", v, a.Std[v])
		}
		if v != 30 && v != 31 {
			mean += a.Std[v] / (n - 3)
		}
	}
	if math.Abs(mean-1) > .02 {
		t.Errorf("noise has %g", mean)
	}
	if len(a.Plot().Panels) != 2 {
		t.Error("no figure")
	}
	zero, _ := nifti.New([]int{3, 1, 1, 2}, threeMM, []float64{-1, 0, 1, -2, 0, 2})
	flat, _ := nifti.New([]int{2, 1, 1, 2}, threeMM, []float64{5, 5, 5, 5})
	one, _ := nifti.New([]int{3, 1, 1}, threeMM, []float64{1, 2, 3})
	nan, _ := nifti.New([]int{2, 1, 1, 2}, threeMM, []float64{5, 5, 5, math.NaN()})
	for want, im := range map[string]*nifti.Image{"the median in the mask is 0": zero, "none of the 2 voxels varies": flat, "1 volume": one, "voxel (1, 0, 0) of volume 1 is NaN": nan, "no voxels": nil} {
		if _, err := fmri.DVARS(im, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

// TestFDJenkinson holds the formula to its meaning: the root mean square of how far
// places on a grid in the ball move.
func TestFDJenkinson(t *testing.T) {
	p := [][]float64{{0, 0, 0, 0, 0, 0}, {.5, -.2, .1, .01, -.02, .015}, {.4, .3, -.6, -.01, .03, .01}, {.4, .3, -.6, -.01, .03, .01}, {3, .3, -.6, -.01, .03, .01}}
	centre := [3]float64{3, -20, 12}
	got, err := fmri.FDJenkinson(p, 80, centre)
	if err != nil {
		t.Fatal(err)
	}
	inverse := func(m [3][4]float64, q [3]float64) (w [3]float64) {
		for i := range 3 {
			for j := range 3 {
				w[i] += m[j][i] * (q[j] - m[j][3])
			}
		}
		return w
	}
	for v := 1; v < len(p); v++ {
		a, b := spmMatrix(p[v-1]), spmMatrix(p[v])
		sum, count := 0.0, 0.0
		const step = 4.0
		for x := -80.0; x <= 80; x += step {
			for y := -80.0; y <= 80; y += step {
				for z := -80.0; z <= 80; z += step {
					if x*x+y*y+z*z > 80*80 {
						continue
					}
					w := [3]float64{x + centre[0], y + centre[1], z + centre[2]}
					q := moveBy(b, inverse(a, w))
					for i := range 3 {
						sum += (q[i] - w[i]) * (q[i] - w[i])
					}
					count++
				}
			}
		}
		if want := math.Sqrt(sum / count); math.Abs(got[v]-want) > 2e-3*want+1e-12 {
			t.Errorf("volume %d: %g, places move by %g", v, got[v], want)
		}
	}
	if got[0] != 0 || math.Abs(got[4]-2.6) > 1e-12 {
		t.Errorf("%v", got)
	}
	for want, f := range map[string]func() ([]float64, error){
		"p is empty":         func() ([]float64, error) { return fmri.FDJenkinson(nil, 80, centre) },
		"radius is 0 mm":     func() ([]float64, error) { return fmri.FDJenkinson(p, 0, centre) },
		"centre is [NaN 0 0": func() ([]float64, error) { return fmri.FDJenkinson(p, 80, [3]float64{math.NaN()}) },
		"p[0] has 1 values":  func() ([]float64, error) { return fmri.FDJenkinson([][]float64{{1}}, 80, centre) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func TestOutliers(t *testing.T) {
	fd := []float64{0, .1, .6, .2, .2, .2, .2, .2, .2, .7, .1, .1}
	dvars := []float64{0, 1, 1.6, 1, 1, 1, 1, 1, 1, 1, 1, 1.7}
	for _, c := range []struct {
		fd, dvars     []float64
		o             fmri.OutlierOptions
		want          []int
		byFD, byDVARS int
		segment       int
		kept          []int
	}{
		{fd, dvars, fmri.OutlierOptions{}, []int{2, 9, 11}, 2, 2, 5, []int{3, 4, 5, 6, 7, 8}},
		{fd, nil, fmri.OutlierOptions{Before: 1, After: 2}, []int{1, 2, 3, 4, 8, 9, 10, 11}, 2, 0, 1, []int{0, 5, 6, 7}},
		{nil, dvars, fmri.OutlierOptions{DVARS: 1.65, Before: 3}, []int{8, 9, 10, 11}, 0, 1, 1, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{fd, nil, fmri.OutlierOptions{FD: 9}, nil, 0, 0, 50, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{fd, nil, fmri.OutlierOptions{FD: .15}, []int{2, 3, 4, 5, 6, 7, 8, 9}, 8, 0, 2, []int{0, 1, 10, 11}},
	} {
		got, err := fmri.Outliers(c.fd, c.dvars, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Volumes, c.want) || got.ByFD != c.byFD || got.ByDVARS != c.byDVARS {
			t.Errorf("%+v: %+v, want %v", c.o, got, c.want)
		}
		var kept []int
		for v, k := range got.Scrub(c.segment) {
			if k {
				kept = append(kept, v)
			}
		}
		if !slices.Equal(kept, c.kept) {
			t.Errorf("%+v: kept %v, want %v", c.o, kept, c.kept)
		}
		spikes := got.Spikes()
		for v, row := range spikes {
			for j, x := range row {
				if want := c.want[j] == v; want != (x == 1) || x != 0 && x != 1 {
					t.Errorf("spike %d of volume %d is %g", j, v, x)
				}
			}
		}
		if len(spikes) != 12 {
			t.Errorf("%d rows", len(spikes))
		}
	}
	for want, f := range map[string]func() (*fmri.OutlierVolumes, error){
		"are empty":    func() (*fmri.OutlierVolumes, error) { return fmri.Outliers(nil, nil, fmri.OutlierOptions{}) },
		"fd has 12":    func() (*fmri.OutlierVolumes, error) { return fmri.Outliers(fd, dvars[:3], fmri.OutlierOptions{}) },
		"FD is -1 mm":  func() (*fmri.OutlierVolumes, error) { return fmri.Outliers(fd, dvars, fmri.OutlierOptions{FD: -1}) },
		"Before is -1": func() (*fmri.OutlierVolumes, error) { return fmri.Outliers(fd, dvars, fmri.OutlierOptions{Before: -1}) },
		"dvars[1] is NaN": func() (*fmri.OutlierVolumes, error) {
			return fmri.Outliers(nil, []float64{0, math.NaN()}, fmri.OutlierOptions{})
		},
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func TestNonSteadyAgainstNipype(t *testing.T) {
	_, _, want := qualityRun(t)
	series := func(x []float64) *nifti.Image {
		var values []float64
		for _, v := range x {
			values = append(values, v-1, v+1)
		}
		im, err := nifti.New([]int{2, 1, 1, len(x)}, threeMM, values)
		if err != nil {
			t.Fatal(err)
		}
		return im
	}
	for _, c := range want.Outlier {
		var x []float64
		for _, v := range c[0].([]any) {
			x = append(x, v.(float64))
		}
		got, err := fmri.NonSteady(series(x))
		if err != nil || float64(got) != c[1].(float64) {
			t.Errorf("%v: %d %v, want %v", x, got, err, c[1])
		}
	}
	for n, x := range map[int][]float64{0: {5, 5, 5, 5}, 2: {9, 7, 5, 5, 5, 5}} {
		if got, err := fmri.NonSteady(series(x)); got != n || err != nil {
			t.Errorf("%v: %d %v, want %d", x, got, err, n)
		}
	}
	if _, err := fmri.NonSteady(series([]float64{1, math.NaN()})); err == nil {
		t.Error("NaN: no error")
	}
}

func TestCompCorAgainstNipype(t *testing.T) {
	run, mask, want := qualityRun(t)
	for name, c := range map[string]struct {
		o    fmri.CompCorOptions
		want peerComponents
		f    func(im, mask *nifti.Image, o fmri.CompCorOptions) (*fmri.CompCor, error)
	}{
		"cosine":     {fmri.CompCorOptions{N: 4, HighPass: 1. / 60}, want.Cosine, fmri.ACompCor},
		"polynomial": {fmri.CompCorOptions{N: 3, Filter: "polynomial"}, want.Polynomial, fmri.ACompCor},
		"none":       {fmri.CompCorOptions{N: 2, Filter: "none"}, want.None, fmri.ACompCor},
		"half":       {fmri.CompCorOptions{Variance: .5, HighPass: 1. / 60}, want.Half, fmri.ACompCor},
		"temporal":   {fmri.CompCorOptions{N: 3, HighPass: 1. / 60, Top: .2}, want.Temporal, fmri.TCompCor},
	} {
		got, err := c.f(run, mask, c.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.want.N > 0 && len(got.Components[0]) != c.want.N {
			t.Errorf("%s: %d components, want %d", name, len(got.Components[0]), c.want.N)
		}
		if c.want.Voxels > 0 && len(got.Voxels) != c.want.Voxels {
			t.Errorf("%s: %d voxels, want %d", name, len(got.Voxels), c.want.Voxels)
		}
		for j, w := range c.want.Components {
			golden.Close(t, fmt.Sprint(name, " ", j), column(got.Components, j), w, 2e-4)
		}
		if c.want.Explained != nil {
			golden.Close(t, name, got.Explained[:6], c.want.Explained, 1e-5)
		}
	}
}

// TestCompCorProperties: components are orthonormal, of no mean and slow wave;
// volumes that are skipped are 0; constant and bad voxels are counted.
func TestCompCorProperties(t *testing.T) {
	const n, m = 50, 30
	values := make([]float64, n*m)
	for i := range values {
		v, x := i/m, i%m
		values[i] = 100 + math.Sin(float64(v*v))*float64(x%5) + math.Cos(float64(3*v*v)+float64(v*x*x))
		switch x {
		case 3:
			values[i] = 7.1
		case 4:
			if v == 20 {
				values[i] = math.NaN()
			}
		}
	}
	im, _ := nifti.New([]int{m, 1, 1, n}, threeMM, values)
	im.TR = 2
	mask, _ := nifti.New([]int{m, 1, 1}, threeMM, slices.Repeat([]float64{1}, m))
	got, err := fmri.ACompCor(im, mask, fmri.CompCorOptions{N: 5, Skip: 3, HighPass: .03})
	if err != nil {
		t.Fatal(err)
	}
	if got.Constant != 1 || got.NonFinite != 1 || len(got.Components) != n || !reflect.DeepEqual(got.Components[:3], [][]float64{make([]float64, 5), make([]float64, 5), make([]float64, 5)}) {
		t.Errorf("%d constant, %d not finite, %d rows, %v", got.Constant, got.NonFinite, len(got.Components), got.Components[:3])
	}
	dot := func(a, b []float64) (s float64) {
		for i := range a {
			s += a[i] * b[i]
		}
		return s
	}
	wave := make([]float64, n)
	for v := 3; v < n; v++ {
		wave[v] = math.Cos(math.Pi * (float64(v-3) + .5) / (n - 3))
	}
	for i := range 5 {
		a := column(got.Components, i)
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if d := dot(a, column(got.Components, j)); math.Abs(d-want) > 1e-10 {
				t.Errorf("components %d and %d: %g", i, j, d)
			}
		}
		if d, s := dot(a, wave), dot(a, slices.Repeat([]float64{1}, n)); math.Abs(d) > 1e-10 || math.Abs(s) > 1e-10 {
			t.Errorf("component %d holds %g of a slow wave and %g of the mean", i, d, s)
		}
	}
	if top, err := fmri.TCompCor(im, nil, fmri.CompCorOptions{N: 1, Top: .1}); err != nil || top.NonFinite != 1 || len(top.Voxels) < 3 || len(top.Voxels) > 5 {
		t.Errorf("%+v %v", top, err)
	}
	if len(got.Plot().Panels[0].Layers) != 5 {
		t.Error("no figure")
	}
	flat, _ := nifti.New([]int{2, 1, 1, 9}, threeMM, make([]float64, 18))
	two, _ := nifti.New([]int{2, 1, 1}, threeMM, []float64{1, 1})
	for _, c := range []struct {
		im, mask *nifti.Image
		o        fmri.CompCorOptions
		want     string
	}{
		{im, nil, fmri.CompCorOptions{}, "mask has no voxels"},
		{im, two, fmri.CompCorOptions{}, "grids differ"},
		{im, mask, fmri.CompCorOptions{N: 3, Variance: .5}, "give one of them"},
		{im, mask, fmri.CompCorOptions{N: 40}, "N is 40"},
		{im, mask, fmri.CompCorOptions{Skip: 49}, "Skip is 49"},
		{im, mask, fmri.CompCorOptions{Filter: "fft"}, `Filter is "fft"`},
		{im, mask, fmri.CompCorOptions{HighPass: 1}, "HighPass is 1 Hz"},
		{im, mask, fmri.CompCorOptions{Filter: "polynomial", Degree: 30}, "Degree is 30"},
		{flat, two, fmri.CompCorOptions{Filter: "none"}, "none of the 2 voxels"},
		{flat, two, fmri.CompCorOptions{}, "TR is 0 s"},
	} {
		if _, err := fmri.ACompCor(c.im, c.mask, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one that says %q", c.o, err, c.want)
		}
	}
	if _, err := fmri.TCompCor(im, mask, fmri.CompCorOptions{Top: 2}); err == nil || !strings.Contains(err.Error(), "Top is 2") {
		t.Errorf("error %v", err)
	}
}

func TestExpandMotion(t *testing.T) {
	p := [][]float64{{1, 2, 3, .1, .2, .3}, {2, 2, 5, .1, .4, .2}}
	for kind, want := range map[string][]float64{
		"6":       {2, 2, 5, .1, .4, .2},
		"12":      {2, 2, 5, .1, .4, .2, 1, 0, 2, 0, .2, -.1},
		"24":      {2, 2, 5, .1, .4, .2, 1, 0, 2, 0, .2, -.1, 4, 4, 25, .01, .16, .04, 1, 0, 4, 0, .04, .01},
		"friston": {2, 2, 5, .1, .4, .2, 1, 2, 3, .1, .2, .3, 4, 4, 25, .01, .16, .04, 1, 4, 9, .01, .04, .09},
	} {
		got, names, err := fmri.ExpandMotion(p, kind)
		if err != nil || len(got) != 2 || len(names) != len(want) {
			t.Fatalf("%s: %v %v %v", kind, got, names, err)
		}
		golden.Close(t, kind, got[1], want, 1e-14)
		if len(want) > 6 && !slices.Equal(got[0][6:12], make([]float64, 6)) {
			t.Errorf("%s: changes of the first volume are %v", kind, got[0][6:12])
		}
	}
	for want, f := range map[string]func() error{
		"p is empty":        func() error { _, _, err := fmri.ExpandMotion(nil, "24"); return err },
		`kind is "36"`:      func() error { _, _, err := fmri.ExpandMotion(p, "36"); return err },
		"p[1] has 1 values": func() error { _, _, err := fmri.ExpandMotion([][]float64{p[0], {1}}, "6"); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}
