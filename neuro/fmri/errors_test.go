package fmri_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

var nan = math.NaN()

func image(t *testing.T, shape []int, affine [4][4]float64, values ...float64) *nifti.Image {
	t.Helper()
	n := 1
	for _, d := range shape {
		n *= d
	}
	all := make([]float64, n)
	for i := range all {
		all[i] = values[i%len(values)]
	}
	im, err := nifti.New(shape, affine, all)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

var grid = [4][4]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}

// TestErrors: bad input is an error that names the function, the argument, the
// value and what is allowed.
func TestErrors(t *testing.T) {
	ones := func(n, k int) [][]float64 {
		x := make([][]float64, n)
		for i := range x {
			x[i] = make([]float64, k)
			for j := range x[i] {
				x[i][j] = float64(i*i*(j+1)%7 + 1)
			}
		}
		return x
	}
	run := image(t, []int{2, 2, 2, 6}, grid, 1, 2, 4, 8, 3)
	shifted := grid
	shifted[1][3] = 1
	mask := image(t, []int{2, 2, 2}, grid, 1)
	events := []fmri.Event{{Onset: 2, Duration: 1, Type: "a"}}
	series := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
	design, err := fmri.NewDesign(6, 2, events, fmri.DesignOptions{Drift: "none"})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := fmri.Fit(run, mask, design, fmri.GLMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err  func() error
		want []string
	}{
		{func() error { _, err := fmri.Motion([]float64{1, 2, 3}); return err }, []string{"fmri: Motion: p has 3 values", "needs 6"}},
		{func() error { _, err := fmri.Motion([]float64{1, 2, 3, 4, nan, 6}); return err }, []string{"roll = NaN", "finite"}},
		{func() error { _, err := fmri.FramewiseDisplacement(nil, 50); return err }, []string{"fmri: FramewiseDisplacement: p is empty"}},
		{func() error { _, err := fmri.FramewiseDisplacement(ones(3, 6), 0); return err }, []string{"radius is 0 mm", "above 0", "50"}},
		{func() error { _, err := fmri.FramewiseDisplacement(ones(3, 6), nan); return err }, []string{"radius is NaN mm"}},
		{func() error { _, err := fmri.FramewiseDisplacement(ones(3, 5), 50); return err }, []string{"p[0] has 5 values"}},
		{func() error {
			_, err := fmri.FramewiseDisplacement([][]float64{{0, 0, 0, 0, 0, 0}, {0, math.Inf(1), 0, 0, 0, 0}}, 50)
			return err
		}, []string{"p[1] has y = +Inf"}},
		{func() error { _, err := fmri.MotionFigure(ones(3, 6), -2); return err }, []string{"fmri: MotionFigure: tr is -2 s"}},

		{func() error { _, err := fmri.Betas(nil, ones(3, 1)); return err }, []string{"fmri: Betas: design is empty"}},
		{func() error { _, err := fmri.Betas([][]float64{{}, {}}, ones(2, 1)); return err }, []string{"design is empty"}},
		{func() error { _, err := fmri.Betas(ones(3, 1), nil); return err }, []string{"bold is empty", "[time][voxel]"}},
		{func() error { _, err := fmri.Betas(ones(3, 1), ones(4, 1)); return err }, []string{"design has 3 time points and bold 4"}},
		{func() error { _, err := fmri.Betas(ones(2, 3), ones(2, 1)); return err }, []string{"2 time points for 3 regressors"}},
		{func() error { _, err := fmri.Betas([][]float64{{1, 2}, {1}}, ones(2, 1)); return err }, []string{"design[1] has 1 values and design[0] has 2"}},
		{func() error { _, err := fmri.Betas(ones(3, 1), [][]float64{{1}, {nan}, {3}}); return err }, []string{"bold[1][0] is NaN"}},
		{func() error { _, err := fmri.Betas([][]float64{{1, math.Inf(-1)}, {1, 2}}, ones(2, 1)); return err }, []string{"design[0][1] is -Inf"}},
		{func() error {
			_, err := fmri.Betas([][]float64{{1, 0, 2}, {1, 1, 5}, {1, 2, 8}, {1, 5, 17}}, ones(4, 1))
			return err
		}, []string{"design column 2 is collinear with column 0, column 1"}},
		{func() error { _, err := fmri.Betas([][]float64{{1, 0}, {1, 0}, {1, 0}}, ones(3, 1)); return err }, []string{"design column 1 is zero at all times"}},

		{func() error { _, err := fmri.ROI(nil, mask); return err }, []string{"fmri: ROI: im has no voxels"}},
		{func() error { _, err := fmri.ROI(run, nil); return err }, []string{"mask has no voxels"}},
		{func() error { _, err := fmri.ROI(run, run); return err }, []string{"mask has 6 volumes"}},
		{func() error { _, err := fmri.ROI(run, image(t, []int{2, 2, 3}, grid, 1)); return err }, []string{"2 x 2 x 2 and 2 x 2 x 3 voxels"}},
		{func() error { _, err := fmri.ROI(run, image(t, []int{2, 2, 2}, shifted, 1)); return err }, []string{"affines differ", "resample"}},
		{func() error { _, err := fmri.ROI(run, image(t, []int{2, 2, 2}, grid, 0)); return err }, []string{"mask is 0 everywhere"}},
		{func() error { _, err := fmri.ROI(run, image(t, []int{2, 2, 2}, grid, 1, 0.2)); return err }, []string{"mask is 0.2 at voxel (1, 0, 0)", "whole numbers"}},
		{func() error { _, err := fmri.ROI(run, image(t, []int{2, 2, 2}, grid, 1, nan)); return err }, []string{"mask is NaN at voxel (1, 0, 0)"}},
		{func() error {
			_, err := fmri.ROI(image(t, []int{2, 2, 2, 1}, grid, 1, 2, 3, nan, 5, 6, 7, 8), mask)
			return err
		}, []string{"im: voxel (1, 1, 0) of volume 0 is NaN"}},
		{func() error { _, err := fmri.TSNR(mask); return err }, []string{"fmri: TSNR: im has 1 volume"}},
		{func() error { _, err := fmri.TSNR(nil); return err }, []string{"im has no voxels"}},

		{func() error { _, err := fmri.EventAverage(nil, 2, events, fmri.ResponseOptions{}); return err }, []string{"fmri: EventAverage: bold is empty"}},
		{func() error {
			_, err := fmri.EventAverage([]float64{1, nan}, 2, events, fmri.ResponseOptions{})
			return err
		}, []string{"bold[1] is NaN"}},
		{func() error { _, err := fmri.EventAverage(series, 0, events, fmri.ResponseOptions{}); return err }, []string{"tr is 0 s"}},
		{func() error { _, err := fmri.EventAverage(series, 2, nil, fmri.ResponseOptions{}); return err }, []string{"events is empty"}},
		{func() error {
			_, err := fmri.EventAverage(series, 2, []fmri.Event{{Onset: nan}}, fmri.ResponseOptions{})
			return err
		}, []string{"events[0] has onset NaN s"}},
		{func() error {
			_, err := fmri.EventAverage(series, 2, events, fmri.ResponseOptions{Before: -1})
			return err
		}, []string{"window of -1 s before"}},
		{func() error {
			_, err := fmri.EventAverage(series, 2, events, fmri.ResponseOptions{After: nan})
			return err
		}, []string{"to NaN s after"}},
		{func() error {
			_, err := fmri.EventAverage(series, 2, events, fmri.ResponseOptions{After: 60})
			return err
		}, []string{"longer than the series of 40 s"}},
		{func() error {
			_, err := fmri.EventAverage(series, 2, []fmri.Event{{Onset: 38, Type: "late"}}, fmri.ResponseOptions{})
			return err
		}, []string{`none of the 1 events of condition "late"`}},
		{func() error {
			_, err := fmri.FIR(series, 2, []fmri.Event{{Onset: 100, Type: "late"}}, fmri.ResponseOptions{After: 10})
			return err
		}, []string{"fmri: FIR", `condition "late" lies within the series of 40 s`}},
		{func() error { _, err := fmri.FIR(series, 2, events, fmri.ResponseOptions{After: 38}); return err }, []string{"more than 21 volumes", "bold has 20"}},
		{func() error {
			_, err := fmri.FIR(series, 2, []fmri.Event{{Onset: 4, Type: "a"}, {Onset: 4, Type: "b"}}, fmri.ResponseOptions{After: 4})
			return err
		}, []string{`"b at 0 s" is collinear with "a at 0 s"`}},

		{func() error { _, err := fmri.NewDesign(1, 2, events, fmri.DesignOptions{}); return err }, []string{"fmri: NewDesign: n is 1"}},
		{func() error { _, err := fmri.NewDesign(1<<40, 2, events, fmri.DesignOptions{}); return err }, []string{"n is 1099511627776"}},
		{func() error { _, err := fmri.NewDesign(20, 0, events, fmri.DesignOptions{}); return err }, []string{"tr is 0 s"}},
		{func() error {
			_, err := fmri.NewDesign(20, 60, events, fmri.DesignOptions{HighPass: 0.001})
			return err
		}, []string{}},
		{func() error { _, err := fmri.NewDesign(20, 2000, nil, fmri.DesignOptions{HighPass: 0.01}); return err }, []string{"HighPass is 0.01 Hz", "0.00025 Hz"}},
		{func() error { _, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{HighPass: -1}); return err }, []string{"HighPass is -1 Hz"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, []fmri.Event{{Onset: 40}}, fmri.DesignOptions{})
			return err
		}, []string{"events[0] has onset 40 s", "-24 s", "its end at 40 s"}},
		{func() error {
			_, err := fmri.NewDesign(20, 1e-6, []fmri.Event{{}}, fmri.DesignOptions{Drift: "none"})
			return err
		}, []string{"tr is 1e-06 s with 20 volumes", "1.2e+09 steps", "at most 2e+07"}},
		{func() error {
			delays := make([]int, 10000)
			for i := range delays {
				delays[i] = i
			}
			_, err := fmri.NewDesign(10001, 2, events, fmri.DesignOptions{HRF: "fir", Delays: delays})
			return err
		}, []string{"Delays has 10000 delays up to 9999 volumes"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, []fmri.Event{{Onset: -30}}, fmri.DesignOptions{})
			return err
		}, []string{"onset -30 s"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, []fmri.Event{{Duration: nan}}, fmri.DesignOptions{})
			return err
		}, []string{"duration NaN s"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, []fmri.Event{{Duration: -1}}, fmri.DesignOptions{})
			return err
		}, []string{"duration -1 s"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, []fmri.Event{{Weight: nan}}, fmri.DesignOptions{})
			return err
		}, []string{"weight NaN"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{HRF: "canonical"})
			return err
		}, []string{`HRF is "canonical"`, `"glover"`}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{HRF: "fir", Derivative: true})
			return err
		}, []string{`HRF "fir" has no derivatives`}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{HRF: "fir", Delays: []int{-1}})
			return err
		}, []string{"Delays has -1"}},
		{func() error { _, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{Drift: "spline"}); return err }, []string{`Drift is "spline"`, `"polynomial"`}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{Drift: "polynomial", Order: 20})
			return err
		}, []string{"Order is 20"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{Confounds: ones(19, 1)})
			return err
		}, []string{"Confounds has 19 time points", "20"}},
		{func() error {
			_, err := fmri.NewDesign(2, 2, nil, fmri.DesignOptions{Confounds: [][]float64{{1}, {nan}}})
			return err
		}, []string{"Confounds[1][0] is NaN"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{Confounds: ones(20, 2), ConfoundNames: []string{"x"}})
			return err
		}, []string{"1 names for 2 confounds"}},
		{func() error {
			_, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{Confounds: ones(20, 1), ConfoundNames: []string{"a"}})
			return err
		}, []string{`two regressors are called "a"`}},
		{func() error { _, err := design.Column("b"); return err }, []string{`no regressor is called "b"; there are a, constant`}},

		{func() error { _, err := fmri.Fit(run, mask, nil, fmri.GLMOptions{}); return err }, []string{"fmri: Fit: d is nil"}},
		{func() error { _, err := fmri.Fit(nil, nil, design, fmri.GLMOptions{}); return err }, []string{"im has no voxels"}},
		{func() error { _, err := fmri.Fit(mask, mask, design, fmri.GLMOptions{}); return err }, []string{"im has 1 volumes and the design 6 rows"}},
		{func() error { _, err := fmri.Fit(run, mask, design, fmri.GLMOptions{Noise: "arma"}); return err }, []string{`Noise is "arma"`, `"ols"`}},
		{func() error { _, err := fmri.Fit(run, mask, design, fmri.GLMOptions{DF: "many"}); return err }, []string{`DF is "many"`, `"residual"`}},
		{func() error {
			_, err := fmri.Fit(run, mask, design, fmri.GLMOptions{Noise: "ols", DF: "satterthwaite"})
			return err
		}, []string{`Noise "ols"`, `"ar1"`}},
		{func() error {
			_, err := fmri.Fit(run, mask, &fmri.Design{Names: []string{"a"}, X: ones(6, 2)}, fmri.GLMOptions{})
			return err
		}, []string{"1 names for 2 regressors"}},
		{func() error {
			_, err := fmri.Fit(run, mask, &fmri.Design{Names: []string{"a", "b"}, X: [][]float64{{1, 2}, {2, 4}, {3, 6}, {4, 8}, {5, 10}, {6, 12}}}, fmri.GLMOptions{})
			return err
		}, []string{`design "b" is collinear with "a"`}},
		{func() error {
			_, err := fmri.Fit(image(t, []int{2, 1, 1, 6}, grid, 1, 2, 3, nan, 5), nil, design, fmri.GLMOptions{})
			return err
		}, []string{"im: voxel (1, 0, 0) of volume 1 is NaN"}},
		{func() error { _, err := fit.Contrast(""); return err }, []string{"fmri: Contrast", "it is empty", "a, constant"}},
		{func() error { _, err := fit.Contrast("b"); return err }, []string{`"b" does not start with the name of a regressor`}},
		{func() error { _, err := fit.Contrast("a constant"); return err }, []string{`a + or - is missing before "constant"`}},
		{func() error { _, err := fit.Contrast("a - a"); return err }, []string{"all factors are 0"}},
		{func() error { _, err := fit.Contrast("NaN*a"); return err }, []string{`the factor "NaN" is not finite`}},
		{func() error { _, err := fit.Contrast("a -"); return err }, []string{`"" does not start`}},
		{func() (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			m, _ := fit.Contrast("a")
			m.Image("beta")
			return nil
		}, []string{`fmri: Image: which is "beta"; allowed are "effect"`}},
		{func() error { m, _ := fit.Contrast("a"); _, err := m.Plot(-1); return err }, []string{"threshold is -1"}},
	} {
		err := c.err()
		if len(c.want) == 0 {
			if err != nil {
				t.Errorf("unexpected: %v", err)
			}
			continue
		}
		if err == nil {
			t.Errorf("no error with %q", c.want)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q lacks %q", err, want)
			}
		}
	}
}

// TestFileErrors: the readers name the file, the line and the value.
func TestFileErrors(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(folder, "x.txt")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ text, kind, want string }{
		{"1 2 3 4 5 6\n", "ants", `kind is "ants"; allowed are "spm", "fsl" and "afni"`},
		{"", "spm", "holds no row"},
		{"# only\n% comments\n\n", "spm", "holds no row"},
		{"1 2 3 4 5 6\n1 2 3\n", "fsl", "line 2 has 3 columns; there must be 6"},
		{"1 2 3 4 5 6\n1 2 3 4 5 x\n", "fsl", `line 2, column 6 is "x"`},
		{"1 2 nan 4 5 6\n", "spm", `line 1, column 3 is "nan"`},
		{"1 2 3 4 inf 6\n", "spm", `line 1, column 5 is "inf"`},
		{"0 1 2 3 4 5 6 7 8\n", "spm", "line 1 has 9 columns"},
	} {
		path := write(c.text)
		_, err := fmri.ReadMotion(path, c.kind)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "fmri: ReadMotion: "+path) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"", `line 1 names the columns [""]; "onset" must be among them`},
		{"onset,duration\n1,2\n", `"onset" must be among them (separated by tabs)`},
		{"onset\ttrial_type\n1\ta\n", `"duration" must be among them`},
		{"onset\tduration\tonset\n1\t2\t3\n", `the column "onset" twice`},
		{"onset\tduration\n", "holds no event"},
		{"onset\tduration\n1\n", "line 2 has 1 columns and line 1 has 2"},
		{"onset\tduration\n1\t2\n\nx\t3\n", `line 4 has onset "x"`},
		{"onset\tduration\nn/a\t3\n", `line 2 has onset "n/a"`},
		{"onset\tduration\nNaN\t3\n", `line 2 has onset "NaN"`},
		{"onset\tduration\n1\t-3\n", "line 2 has duration -3 s; it must be 0 or more"},
		{"onset\tduration\n1\tinf\n", `line 2 has duration "inf"`},
	} {
		path := write(c.text)
		_, err := fmri.ReadEvents(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "fmri: ReadEvents: "+path) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	for _, err := range []error{
		func() error { _, err := fmri.ReadMotion(filepath.Join(folder, "none"), "spm"); return err }(),
		func() error { _, err := fmri.ReadEvents(filepath.Join(folder, "none")); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%v", err)
		}
	}
}
