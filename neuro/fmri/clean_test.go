package fmri_test

import (
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// The inputs of testdata/fmri/make_clean.py.
func cleanSeries(n, m int) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		t := float64(i)
		for k := range m {
			j := float64(k)
			x[i] = append(x[i], 500+40*j+0.3*t*float64(1+k%3)+9*math.Sin(0.9*t*t+1.7*j)+6*math.Cos(0.05*t+j))
		}
	}
	return x
}

func cleanConfounds(n, m int) [][]float64 {
	if m == 0 {
		return nil
	}
	x := make([][]float64, n)
	for i := range x {
		t := float64(i)
		for k := range m {
			j := float64(k)
			x[i] = append(x[i], math.Sin(0.31*(j+1)*t+0.01*t*t)+0.2*j+0.02*(j-1)*t)
		}
	}
	return x
}

type cleanCase struct {
	N, M, K, Order       int
	Detrend              *bool
	Standardize          any
	Filter               string
	LowPass              float64 `json:"low_pass"`
	HighPass             float64 `json:"high_pass"`
	TR                   float64 `json:"t_r"`
	StandardizeConfounds *bool   `json:"standardize_confounds"`
	Drop                 []int
	Extrapolate          bool
	Out                  [][]float64
}

func (c cleanCase) options() fmri.CleanOptions {
	o := fmri.CleanOptions{Filter: c.Filter, LowPass: c.LowPass, HighPass: c.HighPass, Order: c.Order, TR: 2,
		Confounds: cleanConfounds(c.N, c.K), RawConfounds: c.StandardizeConfounds != nil, Extrapolate: c.Extrapolate}
	if c.Detrend != nil {
		o.Detrend = "none"
	}
	if c.TR != 0 {
		o.TR = c.TR
	}
	switch s := c.Standardize.(type) {
	case string:
		o.Standardize = s
	}
	if c.Drop != nil {
		o.Keep = make([]bool, c.N)
		for t := range o.Keep {
			o.Keep[t] = !slices.Contains(c.Drop, t)
		}
	}
	return o
}

func TestCleanAgainstNilearn(t *testing.T) {
	var raw []map[string]any
	var cases []cleanCase
	golden.JSON(t, golden.Path(t, "fmri/clean.json"), &cases)
	golden.JSON(t, golden.Path(t, "fmri/clean.json"), &raw)
	if len(cases) < 20 {
		t.Fatalf("%d cases", len(cases))
	}
	for i, c := range cases {
		name := fmt.Sprintf("%d: %d x %d, %d confounds, %s %g %g, drop %v", i, c.N, c.M, c.K, c.Filter, c.HighPass, c.LowPass, c.Drop)
		o := c.options()
		if s, given := raw[i]["standardize"]; given && s == nil {
			o.Standardize = "none"
		}
		got, err := fmri.Clean(cleanSeries(c.N, c.M), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Series) != len(c.Out) || len(got.Kept) != len(c.Out) {
			t.Fatalf("%s: %d rows, want %d", name, len(got.Series), len(c.Out))
		}
		for r, row := range got.Series {
			if c.M >= 100 {
				row = []float64{row[0], row[43], row[86], row[129]}
			}
			golden.Close(t, fmt.Sprintf("%s, row %d", name, r), row, c.Out[r], 1e-9)
			if t.Failed() {
				return
			}
		}
	}
}

// TestCleanGolden holds the stored series of the shared reference values.
func TestCleanGolden(t *testing.T) {
	folder := func(name string) string { return golden.Shared(t, "golden/imaging/"+name) }
	matrix := func(name string) [][]float64 {
		shape, v := golden.NPY(t, folder(name))
		out := make([][]float64, shape[0])
		for i := range out {
			out[i] = v[i*shape[1] : (i+1)*shape[1]]
		}
		return out
	}
	in, confounds := matrix("clean_in.npy"), matrix("confounds.npy")
	for file, o := range map[string]fmri.CleanOptions{
		"clean_detrend_z.npy":     {},
		"clean_butter_.01_.1.npy": {Standardize: "none", LowPass: .1, HighPass: .01, TR: 2},
		"clean_cos_conf.npy":      {Detrend: "none", Standardize: "psc", Filter: "cosine", HighPass: .01, TR: 2, Confounds: confounds},
	} {
		got, err := fmri.Clean(in, o)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, file, slices.Concat(got.Series...), slices.Concat(matrix(file)...), 1e-9)
	}
}

// TestCleanImage holds an image, in memory and on disk, to the series of its
// voxels, and any number of threads to the same bits.
func TestCleanImage(t *testing.T) {
	const nx, ny, nz, nt = 7, 5, 9, 61
	x := cleanSeries(nt, nx*ny*nz)
	values := make([]float64, 0, nx*ny*nz*nt)
	for _, row := range x {
		values = append(values, row...)
	}
	affine := [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}
	im, err := nifti.New([]int{nx, ny, nz, nt}, affine, values)
	if err != nil {
		t.Fatal(err)
	}
	im.TR = 2
	inside := make([]float64, nx*ny*nz)
	var voxels []int
	for i := range inside {
		if i%3 != 1 {
			inside[i] = 1
			voxels = append(voxels, i)
		}
	}
	mask, err := nifti.New([]int{nx, ny, nz}, affine, inside)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.nii")
	if err := nifti.Write(path, im); err != nil {
		t.Fatal(err)
	}
	disk, err := nifti.ReadWith(path, nifti.ReadOptions{Memory: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	keep := make([]bool, nt)
	for i := range keep {
		keep[i] = i%9 != 4
	}
	for _, o := range []fmri.CleanOptions{{}, {Standardize: "psc", Detrend: "none"}, {Standardize: "psc", LowPass: .1},
		{HighPass: .02, LowPass: .1, Keep: keep, Confounds: cleanConfounds(nt, 3)}} {
		series := o
		series.TR = 2
		rows := make([][]float64, nt)
		for i := range rows {
			for _, v := range voxels {
				rows[i] = append(rows[i], x[i][v])
			}
		}
		want, err := fmri.Clean(rows, series)
		if err != nil {
			t.Fatal(err)
		}
		var first []float64
		for _, threads := range []int{1, 3} {
			for _, run := range []*nifti.Image{im, disk} {
				before := runtime.GOMAXPROCS(threads)
				got, err := fmri.CleanImage(run, mask, o)
				runtime.GOMAXPROCS(before)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got.Kept, want.Kept) || got.Image.Volumes() != len(want.Kept) || got.Removed != want.Removed {
					t.Fatalf("kept %v, want %v", got.Kept, want.Kept)
				}
				var all []float64
				for r := range want.Kept {
					v := got.Image.Volume(r)
					for i := range v {
						if inside[i] == 0 && v[i] != 0 {
							t.Fatalf("voxel %d outside of the mask is %g", i, v[i])
						}
					}
					for _, i := range voxels {
						all = append(all, v[i])
					}
				}
				golden.Close(t, "image", all, slices.Concat(want.Series...), 3e-7) // of float32
				if first == nil {
					first = all
				} else if !slices.Equal(first, all) {
					t.Error("bits depend on threads or on where the run is")
				}
			}
		}
	}
}

// TestCleanOdd states what becomes of series without variance, without mean and
// with values that are not numbers.
func TestCleanOdd(t *testing.T) {
	const n = 40
	c := cleanConfounds(n, 2)
	x := make([][]float64, n)
	for i := range x {
		// constant, explained by a confound, about 0, with a NaN, noise
		x[i] = []float64{1000.1, 5*c[i][0] + 3, math.Sin(float64(i * i)), math.Cos(float64(i * i)), float64(i*i%7) + 10}
		if i == 7 {
			x[i][3] = math.NaN()
		}
		// A constant, a line, and one that follows from others.
		c[i] = append(c[i], 4, float64(i), 2*c[i][0]-c[i][1])
	}
	o := fmri.CleanOptions{Confounds: c, NaN: "zero"}
	got, err := fmri.Clean(x, o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Constant, []int{0, 1}) || got.NonFinite != 1 || got.Removed != 2 {
		t.Errorf("constant %v, %d not finite, %d removed; want [0 1], 1, 2", got.Constant, got.NonFinite, got.Removed)
	}
	for i, row := range got.Series {
		if row[0] != 0 || row[1] != 0 {
			t.Fatalf("row %d: %v", i, row)
		}
	}
	o.NaN = ""
	if _, err := fmri.Clean(x, o); err == nil || !strings.Contains(err.Error(), "series[7][3] is NaN") {
		t.Errorf("NaN: %v", err)
	}
	zero := [][]float64{{-1, 3}, {1, 4}, {-1, 3}, {1, 4}}
	r, err := fmri.Clean(zero, fmri.CleanOptions{Detrend: "none", Standardize: "psc"})
	if err != nil || !reflect.DeepEqual(r.ZeroMean, []int{0}) || r.Series[1][0] != 0 || math.Abs(r.Series[1][1]-100*.5/3.5) > 1e-12 {
		t.Errorf("%+v %v", r, err)
	}
	// What is cleaned once stays as it is.
	p := fmri.CleanOptions{Standardize: "none", Confounds: cleanConfounds(n, 3)}
	once, err := fmri.Clean(cleanSeries(n, 4), p)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := fmri.Clean(once.Series, p)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "twice", slices.Concat(twice.Series...), slices.Concat(once.Series...), 1e-10)
	// Splines give cubics back.
	for _, kept := range []int{4, 5, 20} {
		var y [][]float64
		keep := make([]bool, n)
		for i := range n {
			u := float64(i) / 10
			y = append(y, []float64{3 - u + u*u - .2*u*u*u})
			keep[i] = i == 0 || i == n-1 || i%(n/kept) == 1
		}
		full, err := fmri.Clean(y, fmri.CleanOptions{LowPass: .1, TR: 1, Order: 2, Detrend: "none", Standardize: "none"})
		if err != nil {
			t.Fatal(err)
		}
		part, err := fmri.Clean(y, fmri.CleanOptions{LowPass: .1, TR: 1, Order: 2, Detrend: "none", Standardize: "none", Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range part.Kept {
			if d := math.Abs(part.Series[i][0] - full.Series[at][0]); d > 1e-11 {
				t.Errorf("%d kept: volume %d is off by %g", kept, at, d)
			}
		}
	}
}

func TestCleanErrors(t *testing.T) {
	x := cleanSeries(30, 2)
	for _, c := range []struct {
		o    fmri.CleanOptions
		want string
	}{
		{fmri.CleanOptions{Detrend: "cubic"}, `Detrend is "cubic"`},
		{fmri.CleanOptions{Standardize: "z"}, `Standardize is "z"`},
		{fmri.CleanOptions{Filter: "fir", LowPass: .1}, `Filter is "fir"`},
		{fmri.CleanOptions{NaN: "skip"}, `NaN is "skip"`},
		{fmri.CleanOptions{LowPass: .1}, "TR is 0 s"},
		{fmri.CleanOptions{LowPass: .25, TR: 2}, "LowPass is 0.25 Hz"},
		{fmri.CleanOptions{HighPass: -1, TR: 2}, "HighPass is -1 Hz"},
		{fmri.CleanOptions{HighPass: .1, LowPass: .05, TR: 2}, "must be the lower one"},
		{fmri.CleanOptions{HighPass: .01, LowPass: .05, TR: 2}, "needs 34 or more"},
		{fmri.CleanOptions{Filter: "cosine", TR: 2}, "HighPass is 0"},
		{fmri.CleanOptions{Filter: "cosine", HighPass: .01, LowPass: .1, TR: 2}, "LowPass is 0.1"},
		{fmri.CleanOptions{Filter: "butterworth", TR: 2}, "needs LowPass"},
		{fmri.CleanOptions{Filter: "none", LowPass: .1}, "leave one out"},
		{fmri.CleanOptions{Keep: make([]bool, 30)}, "0 of 30 volumes"},
		{fmri.CleanOptions{Keep: make([]bool, 3)}, "Keep has 3 values"},
		{fmri.CleanOptions{Confounds: x[:7]}, "Confounds has 7 time points"},
		{fmri.CleanOptions{Confounds: [][]float64{{math.Inf(1)}}}, "Confounds[0][0]"},
		{fmri.CleanOptions{LowPass: .1, TR: 2, Order: 99}, "order is 99"},
	} {
		if _, err := fmri.Clean(x, c.o); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "fmri: Clean: ") {
			t.Errorf("%+v: error %v, want one that says %q", c.o, err, c.want)
		}
	}
	for want, x := range map[string][][]float64{"series is empty": nil, "equally long": {{1}, {1, 2}}, "1 of 1 volumes": {{1}}} {
		if _, err := fmri.Clean(x, fmri.CleanOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
	if _, err := fmri.CleanImage(nil, nil, fmri.CleanOptions{}); err == nil {
		t.Error("nil image: no error")
	}
}
