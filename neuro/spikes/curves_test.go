package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestCurvesPeer(t *testing.T) {
	var cases []struct {
		T             []float64
		X             [][]float64
		Cells         []neuro.Spikes
		Bins          []int
		Range, Epochs [][2]float64
		Rate          [][]*float64
		Occupancy     []float64
		FS            float64
		Second, Spike []float64
	}
	golden.JSON(t, golden.Path(t, "spikes/curves.json"), &cases)
	for i, c := range cases {
		what := fmt.Sprintf("case %d", i)
		got, err := TuningCurves(c.T, c.X, c.Cells, CurvesOptions{Bins: c.Bins, Range: c.Range, Epochs: c.Epochs})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, what+" sampling rate", []float64{got.FS}, []float64{c.FS}, 1e-9)
		for b, o := range got.Occupancy {
			if math.Abs(o*got.FS-c.Occupancy[b]) > 1e-9 {
				t.Errorf("%s: %g samples in bin %d, want %g", what, o*got.FS, b, c.Occupancy[b])
			}
		}
		for k, rate := range got.Rate {
			for b, r := range rate {
				switch want := c.Rate[k][b]; {
				case want == nil:
					if !math.IsNaN(r) {
						t.Errorf("%s: cell %d has %g Hz in bin %d, which was never visited", what, k, r, b)
					}
				case math.Abs(r-*want) > 1e-9*(1+*want):
					t.Errorf("%s: cell %d has %.12g Hz in bin %d, want %.12g", what, k, r, b, *want)
				}
			}
		}
		second, spike := got.Information()
		golden.Close(t, what+" bits/s", second, c.Second, 1e-9)
		golden.Close(t, what+" bits/spike", spike, c.Spike, 1e-9)
	}
}

// TestCurvesClosedForm: a cell that fires in one of two halves of the time only
// tells one bit per spike, one that fires anywhere none.
func TestCurvesClosedForm(t *testing.T) {
	var at, x []float64
	var one, any neuro.Spikes
	for i := range 400 {
		at, x = append(at, float64(i)*10), append(x, float64(i/200))
		if i < 200 {
			one = append(one, float64(i)*10)
		}
		any = append(any, float64(i)*10)
	}
	c, err := TuningCurves(at, [][]float64{x}, []neuro.Spikes{one, any, nil}, CurvesOptions{Bins: []int{2}})
	if err != nil {
		t.Fatal(err)
	}
	_, bits := c.Information()
	// The time tracked is one interval short of the samples' time: 1/400.
	if math.Abs(bits[0]-1) > 0.01 || math.Abs(bits[1]) > 0.01 || !math.IsNaN(bits[2]) {
		t.Errorf("%v bits per spike, want 1, 0 and none", bits)
	}
	if c.Rate[0][0] != 100 || c.Rate[0][1] != 0 || c.Rate[1][1] != 100 || c.Rate[2][0] != 0 {
		t.Errorf("rates %v", c.Rate)
	}
	// Lost samples count nowhere.
	for i := 100; i < 200; i++ {
		x[i] = math.NaN()
	}
	c, err = TuningCurves(at, [][]float64{x}, []neuro.Spikes{one}, CurvesOptions{Bins: []int{2}})
	if err != nil || c.Rate[0][0] != 100 || c.Occupancy[0] != 1 {
		t.Errorf("%v with lost samples: %v %v", err, c.Rate, c.Occupancy)
	}
}

// TestCurvesSmooth: smoothing keeps a constant rate, around the circle and at
// edges, in one dimension and two; a turn of the circle turns the curve.
func TestCurvesSmooth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	var at, x, y []float64
	var s neuro.Spikes
	for i := range 4000 {
		at = append(at, float64(i))
		x, y = append(x, r.Float64()*2*math.Pi), append(y, r.Float64())
		s = append(s, float64(i))
	}
	for _, o := range []CurvesOptions{{Circular: true, Sigma: 2}, {Sigma: 1.5}, {Bins: []int{5, 7}, Sigma: 1}} {
		features := [][]float64{x}
		if o.Bins != nil {
			features = append(features, y)
		}
		c, err := TuningCurves(at, features, []neuro.Spikes{s}, o)
		if err != nil {
			t.Fatal(err)
		}
		for b, v := range c.Rate[0] {
			if math.Abs(v-1000) > 1e-6 {
				t.Errorf("%+v: %g Hz in bin %d, want 1000", o, v, b)
			}
		}
	}
	a, err := TuningCurves(at, [][]float64{x}, []neuro.Spikes{s[:700]}, CurvesOptions{Bins: []int{8}, Circular: true, Sigma: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		x[i] += 3*math.Pi/4 - 6*math.Pi
	}
	b, err := TuningCurves(at, [][]float64{x}, []neuro.Spikes{s[:700]}, CurvesOptions{Bins: []int{8}, Circular: true, Sigma: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range a.Rate[0] {
		if w := b.Rate[0][(k+3)%8]; math.Abs(v-w) > 1e-9*v {
			t.Errorf("bin %d: %g, turned %g", k, v, w)
		}
	}
}

func TestCurvesErrors(t *testing.T) {
	at, x := []float64{0, 1, 2}, []float64{0, 1, 2}
	for want, o := range map[string]CurvesOptions{
		"Bins has 2":                 {Bins: []int{1, 2}},
		"Bins of feature 0 is 0":     {Bins: []int{0}},
		"Range of feature 0 is 1 to": {Range: [][2]float64{{1, 1}}},
		"Sigma is -1":                {Sigma: -1},
		"epoch 0 is from 2 to 1":     {Epochs: [][2]float64{{2, 1}}},
		"epoch 1 is from 1 to 3":     {Epochs: [][2]float64{{0, 2}, {1, 3}}},
		"no sample is in one":        {Epochs: [][2]float64{{5, 6}}},
	} {
		if _, err := TuningCurves(at, [][]float64{x}, nil, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
	for want, a := range map[string]struct {
		t []float64
		x [][]float64
		s []neuro.Spikes
	}{
		"there are 0 features":      {at, nil, nil},
		"there are 3 features":      {at, [][]float64{x, x, x}, nil},
		"features[0] has 2 samples": {at, [][]float64{x[:2]}, nil},
		"t has 1 samples":           {at[:1], [][]float64{x[:1]}, nil},
		"t[1] is 0 ms":              {[]float64{1, 0}, [][]float64{x[:2]}, nil},
		"features[0][1] is +Inf":    {at, [][]float64{{0, math.Inf(1), 1}}, nil},
		"feature 0 has no values":   {at, [][]float64{{math.NaN(), math.NaN(), math.NaN()}}, nil},
		"cells[1]":                  {at, [][]float64{x}, []neuro.Spikes{nil, {2, 1}}},
	} {
		if _, err := TuningCurves(a.t, a.x, a.s, CurvesOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
	// A feature that does not vary has one bin about it.
	c, err := TuningCurves(at, [][]float64{{3, 3, 3}}, nil, CurvesOptions{Bins: []int{1}})
	if err != nil || c.Edges[0][0] != 2.5 {
		t.Errorf("%v %v", c, err)
	}
}

// TestCurvesUnits: angles in another unit than their range are refused, whatever turns
// they make; what a range leaves out is told.
func TestCurvesUnits(t *testing.T) {
	var at, turning, wrapped, degrees, small []float64
	for i := range 2000 {
		angle := float64(i) * 0.05
		at, turning = append(at, float64(i)*10), append(turning, angle)
		wrapped = append(wrapped, math.Mod(angle, 2*math.Pi))
		degrees = append(degrees, math.Mod(angle, 2*math.Pi)/math.Pi*180-180)
		small = append(small, math.Sin(angle))
	}
	for _, c := range []struct {
		what string
		x    []float64
		o    CurvesOptions
		want string // in the error, or in the notes where it begins with "note"
	}{
		{"radians", wrapped, CurvesOptions{Circular: true}, ""},
		{"radians unwrapped", turning, CurvesOptions{Circular: true}, ""},
		{"radians from -π", wrapped, CurvesOptions{Circular: true, Range: [][2]float64{{-math.Pi, math.Pi}}}, ""},
		{"degrees", degrees, CurvesOptions{Circular: true, Range: [][2]float64{{0, 360}}}, ""},
		{"radians of degrees", wrapped, CurvesOptions{Circular: true, Range: [][2]float64{{0, 360}}}, "radians, and Range is 0 to 360, degrees"},
		{"degrees of radians", degrees, CurvesOptions{Circular: true}, "if they are degrees, Range must be 0 to 360"},
		{"inside", small, CurvesOptions{Range: [][2]float64{{-1, 1}}}, ""},
		{"outside", small, CurvesOptions{Range: [][2]float64{{2, 3}}}, "outside of Range, 2 to 3"},
		{"partly", small, CurvesOptions{Range: [][2]float64{{0, 1}}}, "note: feature 0: 992 of 2000 samples lie outside"},
		{"small", small, CurvesOptions{Range: [][2]float64{{-180, 180}}}, "note: feature 0: it lies between -1 and 1, a small part"},
	} {
		got, err := TuningCurves(at, [][]float64{c.x}, nil, c.o)
		text := ""
		switch {
		case err != nil:
			text = err.Error()
		case len(got.Problems) > 0:
			text = got.Problems[0].String()
		}
		if (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q, want %q", c.what, text, c.want)
		}
	}
}
