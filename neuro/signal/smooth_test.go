package signal

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestSmoothingIsSciPys(t *testing.T) {
	var f struct {
		X      []float64
		Savgol []float64 `json:"savgol_11_3"`
		Median []float64 `json:"medfilt5"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/filters.json"), &f)
	y, err := SavitzkyGolay(f.X, 11, 3)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "Savitzky-Golay", y, f.Savgol, 1e-9)
	if y, err = MedianFilter(f.X, 5); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "median", y, f.Median, 1e-12)
	var s struct {
		X, Y    []float64
		FS      float64
		Detrend []float64                  `json:"detrend_linear"`
		CSD     struct{ Re, Im []float64 } `json:"csd_256"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/spectral.json"), &s)
	if y, err = Detrend(s.X, "linear"); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "detrend", y, s.Detrend, 1e-9)
	c, err := NewCrossSpectrum(s.X, s.Y, s.FS, WelchOptions{SegmentLen: 256, Overlap: -1})
	if err != nil {
		t.Fatal(err)
	}
	re, im := make([]float64, len(c.P)), make([]float64, len(c.P))
	for k, v := range c.P {
		re[k], im[k] = real(v), imag(v)
	}
	golden.Close(t, "cross-spectrum, real part", re, s.CSD.Re, 1e-9)
	golden.Close(t, "cross-spectrum, imaginary part", im, s.CSD.Im, 1e-9)
	c.Plot().Show()
}

// Polynomials pass a Savitzky-Golay filter, and the median is that of a sort.
func TestSmoothingProperties(t *testing.T) {
	for _, n := range []int{1, 2, 5, 30} {
		x := make([]float64, n)
		for i := range x {
			u := float64(i)
			x[i] = 3 - u + 0.5*u*u
		}
		for window := 3; window <= n; window += 2 {
			y, err := SavitzkyGolay(x, window, 2)
			if err != nil {
				t.Fatal(err)
			}
			for i := range x {
				if math.Abs(y[i]-x[i]) > 1e-9 {
					t.Errorf("%d samples, window %d: sample %d is %g, want %g", n, window, i, y[i], x[i])
				}
			}
		}
		z := channels(1, n)[0]
		for _, window := range []int{1, 3, 9} {
			y, err := MedianFilter(z, window)
			if err != nil {
				t.Fatal(err)
			}
			for i := range z {
				all := make([]float64, window)
				for j := range all {
					if at := i + j - window/2; at >= 0 && at < n {
						all[j] = z[at]
					}
				}
				slices.Sort(all)
				if y[i] != all[window/2] {
					t.Errorf("%d samples, window %d: sample %d is %g, want %g", n, window, i, y[i], all[window/2])
				}
			}
		}
	}
	for i, f := range []func() error{
		func() error { _, err := SavitzkyGolay([]float64{1, 2, 3}, 2, 1); return err },
		func() error { _, err := SavitzkyGolay([]float64{1, 2, 3}, 5, 1); return err },
		func() error { _, err := SavitzkyGolay([]float64{1, 2, 3}, 3, 3); return err },
		func() error { _, err := SavitzkyGolay(nil, 1, 0); return err },
		func() error { _, err := MedianFilter([]float64{1}, 2); return err },
		func() error { _, err := MedianFilter(nil, 1); return err },
		func() error { _, err := Detrend([]float64{1}, "x"); return err },
		func() error { _, err := Detrend(nil, "linear"); return err },
		func() error { _, err := NewCrossSpectrum([]float64{1}, nil, 1, WelchOptions{}); return err },
		func() error {
			_, err := NewCrossSpectrum([]float64{1}, []float64{1}, 1, WelchOptions{Average: "median"})
			return err
		},
	} {
		if f() == nil {
			t.Errorf("case %d: no error", i)
		}
	}
}
