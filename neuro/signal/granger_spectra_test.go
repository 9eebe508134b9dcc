package signal

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestWilson takes the spectra of known models apart: transfer functions, noise and
// Granger causality are those of the model.
func TestWilson(t *testing.T) {
	sigma := [][]float64{{1, 0.3, 0.1}, {0.3, 2, -0.2}, {0.1, -0.2, 0.5}}
	a := [][][]float64{{{0.5, 0.2, 0}, {0.7, 0.3, 0}, {0, 0.6, -0.4}}, {{-0.6, 0, 0.1}, {0, 0.1, 0}, {0, 0.2, 0.2}}}
	m, err := NewVAR(a, sigma, 100)
	if err != nil {
		t.Fatal(err)
	}
	const bins = 257
	s, h, f := make([]cmatrix, bins), make([]cmatrix, bins), make([]float64, bins)
	for k := range s {
		f[k] = 50 * float64(k) / (bins - 1)
		h[k], _ = m.polynomial(f[k]).inverse()
		s[k] = h[k].spectrum(sigma)
	}
	got, noise, err := wilson(s, []int{0, 1, 2}, func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		for j := range 3 {
			near(t, "noise", noise[i][j], sigma[i][j], 1e-10)
			for k := range s {
				if d := cmplx.Abs(got[k][i][j] - h[k][i][j]); d > 1e-9 {
					t.Fatalf("transfer function %d from %d at %g Hz is off by %g", i, j, f[k], d)
				}
			}
		}
	}
	for _, measure := range []string{"granger", "conditional granger"} {
		want, err := m.Directed(measure, f)
		if err != nil {
			t.Fatal(err)
		}
		d := newDirected(m.Names, 100, bins)
		copy(d.F, f)
		if err := spectraGranger("", d, s, measure == "granger"); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for j := range 3 {
				for k := range f {
					if i != j {
						near(t, measure, d.V[i][j][k], want.V[i][j][k], 1e-9)
					}
				}
			}
		}
	}
}

// TestGrangerNonparametric: from data, near what the model has, and bad arguments.
func TestGrangerNonparametric(t *testing.T) {
	m, err := NewVAR([][][]float64{{{0.9, 0, 0}, {0.4, 0.5, 0}, {0, 0.5, 0.2}}, {{-0.6, 0, 0}, {0, -0.2, 0}, {0, 0, 0}}}, [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 200)
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Simulate(150, 201, 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"pairwise", "conditional"} {
		d, err := GrangerNonparametric(x, 200, kind, MultitaperOptions{Bandwidth: 8})
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Directed(d.Measure, d.F)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Total()
		if err != nil {
			t.Fatal(err)
		}
		truth, err := want.Total()
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for j := range 3 {
				if i != j && math.Abs(got[i][j]-truth[i][j]) > 0.03+0.15*truth[i][j] {
					t.Errorf("%s, %d from %d: total %.3f, the model has %.3f", kind, i, j, got[i][j], truth[i][j])
				}
			}
		}
		near(t, "power", d.Power[0][30]/want.Power[0][30], 1, 0.15)
		d.Show()
	}
	flat := [][][]float64{{make([]float64, 100), x[0][0][:100]}}
	same := [][][]float64{{x[0][0], x[0][0]}, {x[1][0], x[1][0]}}
	for _, c := range []struct {
		x    [][][]float64
		kind string
		o    MultitaperOptions
		want string
	}{
		{nil, "", MultitaperOptions{}, "no trials"},
		{flat, "", MultitaperOptions{}, "channel 0 is 0"},
		{same, "", MultitaperOptions{}, "follows from others"},
		{x, "both", MultitaperOptions{}, "kind"},
		{x[:1], "", MultitaperOptions{MaxTapers: 1}, "1 trials of 1 tapers for 3"},
		{x, "", MultitaperOptions{Adaptive: true}, "Adaptive"},
		{[][][]float64{x[0][:1]}, "", MultitaperOptions{}, "1 channels"},
	} {
		if _, err := GrangerNonparametric(c.x, 200, c.kind, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestGrangerIsMNEs goes mne_connectivity's way: spectra of pairs, their
// autocovariances, Whittle's recursion, the state space. Its spectra are halved at
// 0 Hz and half the rate.
func TestGrangerIsMNEs(t *testing.T) {
	var g struct {
		X             [][][]float64
		FS, Bandwidth float64
		Lags          int
		From, To      []int
		F             []float64
		GC            [][]float64
	}
	golden.JSON(t, golden.Path(t, "signal/gc.json"), &g)
	n := len(g.X[0][0])
	taper, err := newTapers("", g.X[0], g.FS, MultitaperOptions{Bandwidth: g.Bandwidth})
	if err != nil {
		t.Fatal(err)
	}
	s, err := crossSpectra("", taper, g.X, g.FS)
	if err != nil {
		t.Fatal(err)
	}
	for c := range g.From {
		pair := []int{g.From[c], g.To[c]}
		r := make([][][]float64, g.Lags+1)
		for h := range r {
			r[h] = rows(2, 2)
			for k := range s {
				w := 2.0
				if k == 0 || k == n/2 {
					w = 0.5
				}
				z := turn(float64(k*h) / float64(n))
				for i := range 2 {
					for j := range 2 {
						r[h][i][j] += w * real(product(s[k][pair[i]][pair[j]], z))
					}
				}
			}
		}
		a, _, sigma, err := whittle(r)
		if err != nil {
			t.Fatal(err)
		}
		m, err := NewVAR(a, sigma, g.FS)
		if err != nil {
			t.Fatal(err)
		}
		d, err := m.Directed("granger", g.F)
		if err != nil {
			t.Fatal(err)
		}
		for k := range g.F {
			near(t, "from spectra", d.V[1][0][k], g.GC[c][k], 1e-8)
		}
	}
}
