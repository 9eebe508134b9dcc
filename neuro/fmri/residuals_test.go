package fmri_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func designOf(x [][]float64) *fmri.Design {
	d := &fmri.Design{X: x, TR: 2}
	for j := range x[0] {
		d.Names = append(d.Names, fmt.Sprintf("x%d", j))
	}
	return d
}

// TestResiduals holds checks of residuals against nilearn's R² and formulas in NumPy
// and SciPy.
func TestResiduals(t *testing.T) {
	var cases []struct {
		Noise                            string
		X, Y                             [][]float64
		Lags                             int
		R2, RMSE, DW, Ljung, Normal, ACF []float64
		Size                             []float64
		Limit                            float64
	}
	golden.JSON(t, golden.Path(t, "fmri/residuals.json"), &cases)
	for _, c := range cases {
		n, voxels := len(c.Y), len(c.Y[0])
		var values []float64
		for _, row := range c.Y {
			values = append(append(values, row...), 7) // and a voxel that never changes
		}
		im := image(t, []int{voxels + 1, 1, 1, n}, grid, values...)
		g, err := fmri.Fit(im, nil, designOf(c.X), fmri.GLMOptions{Noise: c.Noise})
		if err != nil {
			t.Fatal(err)
		}
		r, err := g.Residuals(im)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s, %d volumes: ", c.Noise, n)
		if r.Lags != c.Lags || !math.IsNaN(r.R2[voxels]) || !math.IsNaN(r.Normal[voxels]) {
			t.Fatalf("%s%d lags; a constant voxel has R2 %g", name, r.Lags, r.R2[voxels])
		}
		golden.Close(t, name+"R2", r.R2[:voxels], c.R2, 1e-9)
		golden.Close(t, name+"RMSE", r.RMSE[:voxels], c.RMSE, 1e-9)
		golden.Close(t, name+"Durbin-Watson", r.DurbinWatson[:voxels], c.DW, 1e-9)
		golden.Close(t, name+"Ljung-Box", r.LjungBox[:voxels], c.Ljung, 1e-9)
		golden.Close(t, name+"normality", r.Normal[:voxels], c.Normal, 1e-9)
		golden.Close(t, name+"correlation", r.Correlation, c.ACF, 1e-9)
		golden.Close(t, name+"size", r.Size, c.Size, 1e-9)
		golden.Close(t, name+"limit", []float64{r.Limit}, []float64{c.Limit}, 1e-9)
		if !slices.Contains(r.Outliers, n/3) {
			t.Errorf("%svolume %d, which was shifted, is not among the outliers %v", name, n/3, r.Outliers)
		}
		golden.Close(t, name+"image", r.Image("r2").Volume(0)[:voxels], c.R2, 1e-9)
		text, _ := r.Show().Data[display.TypeText].(string)
		if !strings.Contains(text, "Durbin-Watson") || !strings.Contains(text, "outlier") {
			t.Errorf("%sshown as %q", name, text)
		}
	}
}

// TestResidualsWhite: in noise of a model, what that model leaves is white, of
// variance 1 and normal as often as p-values say; what "ols" leaves is not.
func TestResidualsWhite(t *testing.T) {
	const n, voxels = 150, 300
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, n*voxels)
	for v := range voxels {
		var a, b float64
		for i := -50; i < n; i++ {
			a, b = 0.5*a+0.2*b+r.NormFloat64(), a
			if i >= 0 {
				values[i*voxels+v] = a
			}
		}
	}
	im := image(t, []int{voxels, 1, 1, n}, grid, values...)
	d, err := fmri.NewDesign(n, 2, []fmri.Event{{Onset: 20, Duration: 20, Type: "a"}, {Onset: 100, Duration: 20, Type: "a"}}, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, noise := range []string{"ols", "ar1", "ar2", "arma11"} {
		g, err := fmri.Fit(im, nil, d, fmri.GLMOptions{Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		res, err := g.Residuals(im)
		if err != nil {
			t.Fatal(err)
		}
		correlated, odd, mean := 0.0, 0.0, 0.0
		for i := range res.LjungBox {
			if res.LjungBox[i] < 0.05 {
				correlated += 1.0 / voxels
			}
			if res.Normal[i] < 0.05 {
				odd += 1.0 / voxels
			}
		}
		for _, s := range res.Size {
			mean += s / n
		}
		t.Logf("%s: %.3f of voxels correlated, %.3f not normal; first lag %.3f, mean size %.4f", noise, correlated, odd, res.Correlation[0], mean)
		if noise == "ols" {
			if correlated < 0.99 || res.Correlation[0] < 0.4 {
				t.Errorf("ols leaves %g of voxels correlated, first lag %g", correlated, res.Correlation[0])
			}
			continue
		}
		// The sizes are below 1 by half of the part of degrees of freedom that the
		// design takes.
		if math.Abs(mean-math.Sqrt(g.DF/n)) > 0.01 || odd > 0.1 {
			t.Errorf("%s: mean size %g, %g of voxels not normal", noise, mean, odd)
		}
		// What the design takes out leaves correlations of about -p/n, here -0.06,
		// of which p-values know nothing.
		if noise == "ar2" && (correlated > 0.2 || math.Abs(res.Correlation[0]+0.06) > 0.03) {
			t.Errorf("ar2 leaves %g of voxels correlated, first lag %g", correlated, res.Correlation[0])
		}
	}
}

func TestResidualsErrors(t *testing.T) {
	im := image(t, []int{2, 1, 1, 9}, grid, 1, 2, 3, 1, 2, 4, 2, 2, 5, 1, 3, 2, 1, 5, 6, 3, 4, 1)
	x := make([][]float64, 9)
	for i := range x {
		x[i] = []float64{float64(i * i % 5), 1}
	}
	g, err := fmri.Fit(im, nil, designOf(x), fmri.GLMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	other := image(t, []int{1, 2, 1, 9}, grid, make([]float64, 18)...)
	short := image(t, []int{2, 1, 1, 3}, grid, make([]float64, 6)...)
	hole := image(t, []int{2, 1, 1, 9}, grid, append(make([]float64, 17), math.NaN())...)
	for want, im := range map[string]func() error{
		"im has no voxels":                   func() error { _, err := g.Residuals(nil); return err },
		"im has 3 volumes":                   func() error { _, err := g.Residuals(short); return err },
		"grids differ":                       func() error { _, err := g.Residuals(other); return err },
		"voxel (1, 0, 0) of volume 8 is NaN": func() error { _, err := g.Residuals(hole); return err },
	} {
		if err := im(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "fmri: Residuals: ") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	defer func() {
		if p := fmt.Sprint(recover()); !strings.Contains(p, `which is "z"`) {
			t.Errorf("panic %q", p)
		}
	}()
	r, err := g.Residuals(im)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(r.Normal[0]) {
		t.Errorf("normality of 9 volumes is %g", r.Normal[0])
	}
	r.Image("z")
}
