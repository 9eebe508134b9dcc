package fmri_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

var threeMM = [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}

// sliceRun is the run of testdata/fmri/make_slicetiming.py, with slices along
// an axis.
func sliceRun(t *testing.T, nt, n int, axis string, f func(t, s, x int) float64) *nifti.Image {
	t.Helper()
	shape := map[byte][]int{'i': {n, 2, 1, nt}, 'j': {2, n, 1, nt}, 'k': {2, 1, n, nt}}[axis[0]]
	values := make([]float64, 2*n*nt)
	for v := range nt {
		for i := range 2 * n {
			x, s := i%2, i/2
			if axis[0] == 'i' {
				x, s = i/n, i%n
			}
			if len(axis) > 1 {
				s = n - 1 - s
			}
			values[v*2*n+i] = f(v, s, x)
		}
	}
	im, err := nifti.New(shape, threeMM, values)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func TestSliceTimingAgainstPeers(t *testing.T) {
	var cases []struct {
		NT             int
		TR, To         float64
		Times          []float64
		Fourier, Cubic []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/slicetiming.json"), &cases)
	for _, c := range cases {
		for _, axis := range []string{"i", "j", "k", "i-", "k-"} {
			n := len(c.Times)
			im := sliceRun(t, c.NT, n, axis, func(v, s, x int) float64 {
				t, q, r := float64(v), float64(s), float64(x)
				return 100 + 10*q + 3*r + .1*t + 5*math.Sin(.4*t+q+2*r) + 2*math.Cos(1.9*t*(1+r)+q)
			})
			for method, want := range map[string][]float64{"fourier": c.Fourier, "cubic": c.Cubic} {
				o := fmri.SliceTimingOptions{To: "at", At: c.To, Method: method, Direction: axis, TR: c.TR}
				got, err := fmri.SliceTiming(im, c.Times, o)
				if err != nil {
					t.Fatal(err)
				}
				ordered := sliceRun(t, c.NT, n, axis, func(v, s, x int) float64 { return want[(v*n+s)*2+x] })
				for v := range c.NT {
					golden.Close(t, fmt.Sprintf("%s %s, volume %d of %d", method, axis, v, c.NT), got.Volume(v), ordered.Volume(v), 2e-7) // float32
				}
			}
		}
	}
}

// TestSliceTimingSines brings waves that were sampled slice by slice back to what
// they were at one time, exactly where they fit into the continued run.
func TestSliceTimingSines(t *testing.T) {
	const tr, n = 2.0, 6
	for _, order := range []string{"ascending", "descending", "interleaved", "interleaved-down", "interleaved-siemens"} {
		times, err := fmri.SliceTimes(order, n, 1, tr)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			method     string
			nt, margin int
			hz, bound  float64
		}{{"fourier", 256, 20, .02, .02}, {"fourier", 255, 20, .11, .03}, {"fourier", 200, 20, .2, .05}, {"cubic", 200, 8, .02, 3e-5}, {"cubic", 201, 12, .11, .02}} {
			wave := func(at float64) float64 { return math.Sin(2*math.Pi*c.hz*at + .3) }
			im := sliceRun(t, c.nt, n, "k", func(v, s, _ int) float64 { return wave(float64(v)*tr + times[s]) })
			im.TR = tr
			for to, time := range map[string]float64{"middle": (n - 1) * tr / n / 2, "start": 0} {
				got, err := fmri.SliceTiming(im, times, fmri.SliceTimingOptions{To: to, Method: c.method})
				if err != nil {
					t.Fatal(err)
				}
				worst := 0.0
				for v := c.margin; v < c.nt-c.margin; v++ {
					for _, x := range got.Volume(v) {
						worst = math.Max(worst, math.Abs(x-wave(float64(v)*tr+time)))
					}
				}
				if worst > c.bound {
					t.Errorf("%s, %s to %s, %g Hz, %d volumes: off by %g, allowed %g", order, c.method, to, c.hz, c.nt, worst, c.bound)
				}
			}
		}
	}
}

func TestSliceTimes(t *testing.T) {
	for _, c := range []struct {
		order string
		n, mb int
		want  []float64
	}{
		{"ascending", 4, 1, []float64{0, 1, 2, 3}},
		{"descending", 4, 1, []float64{3, 2, 1, 0}},
		{"interleaved", 5, 1, []float64{0, 3, 1, 4, 2}},
		{"interleaved", 4, 1, []float64{0, 2, 1, 3}},
		{"interleaved-down", 4, 1, []float64{3, 1, 2, 0}},
		{"interleaved-down", 5, 1, []float64{2, 4, 1, 3, 0}},
		{"interleaved-siemens", 4, 1, []float64{2, 0, 3, 1}},
		{"interleaved-siemens", 5, 1, []float64{0, 3, 1, 4, 2}},
		{"interleaved", 8, 2, []float64{0, 2, 1, 3, 0, 2, 1, 3}},
		{"ascending", 1, 1, []float64{0}},
		{"interleaved-siemens", 2, 1, []float64{1, 0}},
	} {
		got, err := fmri.SliceTimes(c.order, c.n, c.mb, float64(c.n/c.mb))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s of %d, %d at once: %v %v, want %v", c.order, c.n, c.mb, got, err, c.want)
		}
	}
	for want, f := range map[string]func() ([]float64, error){
		`order is "random"`: func() ([]float64, error) { return fmri.SliceTimes("random", 3, 1, 2) },
		"0 slices":          func() ([]float64, error) { return fmri.SliceTimes("ascending", 0, 1, 2) },
		"multiple":          func() ([]float64, error) { return fmri.SliceTimes("ascending", 9, 2, 2) },
		"tr is 0 s":         func() ([]float64, error) { return fmri.SliceTimes("ascending", 9, 1, 0) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func TestSliceTimingErrors(t *testing.T) {
	im := sliceRun(t, 9, 3, "k", func(v, s, x int) float64 { return float64(v * v * (1 + s + x)) })
	nan := sliceRun(t, 9, 3, "k", func(v, s, x int) float64 { return math.Inf(v) })
	times := []float64{0, 1, .5}
	for _, c := range []struct {
		im    *nifti.Image
		times []float64
		o     fmri.SliceTimingOptions
		want  string
	}{
		{nil, times, fmri.SliceTimingOptions{TR: 2}, "no voxels"},
		{im, times, fmri.SliceTimingOptions{}, "TR is 0 s"},
		{im, times[:2], fmri.SliceTimingOptions{TR: 2}, "2 values for 3 slices"},
		{im, times, fmri.SliceTimingOptions{TR: 1}, "times[1] is 1 s"},
		{im, []float64{0, math.NaN(), 1}, fmri.SliceTimingOptions{TR: 2}, "times[1] is NaN"},
		{im, times, fmri.SliceTimingOptions{TR: 2, To: "end"}, `To is "end"`},
		{im, times, fmri.SliceTimingOptions{TR: 2, To: "at", At: 3}, "At is 3 s"},
		{im, times, fmri.SliceTimingOptions{TR: 2, Method: "linear"}, `Method is "linear"`},
		{im, times, fmri.SliceTimingOptions{TR: 2, Direction: "z"}, `Direction is "z"`},
		{nan, times, fmri.SliceTimingOptions{TR: 2}, "of volume 0 is +Inf"},
	} {
		if _, err := fmri.SliceTiming(c.im, c.times, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one that says %q", c.o, err, c.want)
		}
	}
}

// Two slices of a wave were measured a second apart; they agree after SliceTiming.
func ExampleSliceTiming() {
	const tr, volumes = 2.0, 100
	times, err := fmri.SliceTimes("ascending", 2, 1, tr)
	if err != nil {
		fmt.Println(err)
		return
	}
	var values []float64
	for t := range volumes {
		for _, s := range times {
			values = append(values, math.Sin(2*math.Pi*0.1*(float64(t)*tr+s)))
		}
	}
	run, err := nifti.New([]int{1, 1, 2, volumes}, threeMM, values)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := fmri.SliceTiming(run, times, fmri.SliceTimingOptions{TR: tr})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, im := range []*nifti.Image{run, out} {
		fmt.Printf("%.1f %.1f\n", im.At(0, 0, 0, 53), im.At(0, 0, 1, 53))
	}
	// Output:
	// -0.6 -1.0
	// -0.8 -0.8
}
