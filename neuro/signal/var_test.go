package signal

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: %.15g, want %.15g", what, got, want)
	}
}

// nearRelative compares matrices whose elements have their own sizes.
func nearMatrix(t *testing.T, what string, got, want [][]float64, tol float64) {
	t.Helper()
	for i := range want {
		for j := range want[i] {
			if !(math.Abs(got[i][j]-want[i][j]) <= tol*math.Abs(want[i][j])+1e-12*math.Sqrt(math.Abs(want[i][i]*want[j][j]))) {
				t.Errorf("%s[%d][%d]: %.15g, want %.15g", what, i, j, got[i][j], want[i][j])
			}
		}
	}
}

// TestVARIsStatsmodels compares fits, orders and tests.
func TestVARIsStatsmodels(t *testing.T) {
	type tests struct{ F, P, LR, PLR [][]float64 }
	var g struct {
		X      [][]float64
		Orders struct{ AIC, BIC, HQIC, FPE []float64 }
		Fits   []struct {
			P           int
			A, YW       [][][]float64
			Sigma       [][]float64
			YWSigma     [][]float64
			Mean, Burg  []float64
			Radius, Q   float64
			DF          int
			PValue      float64
			Pairwise    tests
			Conditional tests
		}
	}
	golden.JSON(t, golden.Path(t, "signal/var.json"), &g)
	x := [][][]float64{g.X}
	m, err := FitVAR(x, 100, VAROptions{MaxOrder: 8})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range m.Orders {
		near(t, "AIC", v.AIC, g.Orders.AIC[i], 1e-10)
		near(t, "BIC", v.BIC, g.Orders.BIC[i], 1e-10)
		near(t, "HQ", v.HQ, g.Orders.HQIC[i], 1e-10)
		near(t, "FPE", v.FPE/g.Orders.FPE[i], 1, 1e-9)
	}
	if len(m.A) != 2 {
		t.Errorf("order %d is chosen, the process has 2", len(m.A))
	}
	for _, w := range g.Fits {
		what := fmt.Sprintf("order %d ", w.P)
		m, err := FitVAR(x, 100, VAROptions{Order: w.P})
		if err != nil {
			t.Fatal(err)
		}
		for k := range w.A {
			nearMatrix(t, what+"A", m.A[k], w.A[k], 1e-8)
		}
		nearMatrix(t, what+"Sigma", m.Sigma, w.Sigma, 1e-9)
		for i, v := range w.Mean {
			near(t, what+"mean", m.Mean[i], v, 1e-9)
		}
		near(t, what+"radius", m.Radius, w.Radius, 1e-9)
		near(t, what+"Q", m.Whiteness.Q, w.Q, 1e-8)
		near(t, what+"P", m.Whiteness.P, w.PValue, 1e-8)
		if m.Whiteness.DF != w.DF {
			t.Errorf("%s: %d degrees of freedom, want %d", what, m.Whiteness.DF, w.DF)
		}
		for kind, want := range map[string]tests{"pairwise": w.Pairwise, "conditional": w.Conditional} {
			r, err := m.Granger(kind)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				for j := range 3 {
					if i == j {
						continue
					}
					at := fmt.Sprintf("%s%s %d from %d ", what, kind, i, j)
					near(t, at+"F", r.F[i][j], want.F[i][j], 1e-7)
					near(t, at+"p", r.P[i][j], want.P[i][j], 1e-8)
					if kind == "pairwise" {
						near(t, at+"LR", r.LR[i][j], want.LR[i][j], 1e-7)
						near(t, at+"p of LR", r.PLR[i][j], want.PLR[i][j], 1e-8)
					}
				}
			}
		}
		yw, err := FitVAR(x, 100, VAROptions{Order: w.P, Method: "yw"})
		if err != nil {
			t.Fatal(err)
		}
		for k := range w.YW {
			nearMatrix(t, what+"Yule-Walker", yw.A[k], w.YW[k], 1e-8)
		}
		nearMatrix(t, what+"Yule-Walker Sigma", yw.Sigma, w.YWSigma, 1e-9)
		burg, err := FitVAR([][][]float64{g.X[:1]}, 100, VAROptions{Order: w.P, Method: "ns"})
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range w.Burg {
			near(t, what+"Burg", burg.A[k][0][0], v, 1e-9)
		}
	}
}

// baccala is the model of example 3 of Baccalá and Sameshima 2001: one oscillator
// drives three channels, two of which are an oscillator together.
func baccala(t testing.TB, fs float64) *VAR {
	r := math.Sqrt2
	a := make([][][]float64, 3)
	for k := range a {
		a[k] = rows(5, 5)
	}
	a[0][0][0], a[1][0][0] = 0.95*r, -0.9025
	a[1][1][0] = 0.5
	a[2][2][0] = -0.4
	a[1][3][0], a[0][3][3], a[0][3][4] = -0.5, 0.25*r, 0.25*r
	a[0][4][3], a[0][4][4] = -0.25*r, 0.25*r
	sigma := rows(5, 5)
	for i := range sigma {
		sigma[i][i] = 1
	}
	m, err := NewVAR(a, sigma, fs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestVARFindsItsModel fits what a model makes, over trials, with each method.
func TestVARFindsItsModel(t *testing.T) {
	m := baccala(t, 250)
	near(t, "radius", m.Radius, 0.95, 1e-9)
	x, err := m.Simulate(40, 500, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"ls", "yw", "ns"} {
		f, err := FitVAR(x, 250, VAROptions{Method: method, MaxOrder: 8})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.A) != 3 {
			t.Errorf("%s: order %d, want 3", method, len(f.A))
			continue
		}
		if f.Whiteness.P < 0.01 {
			t.Errorf("%s: residuals are not white: %+v", method, f.Whiteness)
		}
		for k := range f.A {
			for i := range f.A[k] {
				for j, v := range f.A[k][i] {
					tol := 0.03
					if method == "yw" {
						tol = 0.06 // trials of 500 samples: the bias of tapering
					}
					if d := math.Abs(v - m.A[k][i][j]); d > tol {
						t.Errorf("%s: A[%d][%d][%d] is %.3f, the model has %.3f", method, k, i, j, v, m.A[k][i][j])
					}
				}
			}
		}
		f.Show()
		f.PlotOrders().Show()
	}
	low, err := FitVAR(x, 250, VAROptions{Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	if low.Whiteness.P > 1e-6 {
		t.Errorf("an order that is too low leaves white residuals: %+v", low.Whiteness)
	}
	// An evoked response that is the same in all trials is taken out.
	for i := range x {
		for c := range x[i] {
			for k := range x[i][c] {
				x[i][c][k] += 20 * math.Sin(float64(k)/9)
			}
		}
	}
	f, err := FitVAR(x, 250, VAROptions{Order: 3, Mean: "ensemble"})
	if err != nil {
		t.Fatal(err)
	}
	if d := math.Abs(f.A[1][1][0] - 0.5); d > 0.03 {
		t.Errorf("with an evoked response: %.3f, want 0.5", f.A[1][1][0])
	}
}

func TestVARErrors(t *testing.T) {
	x := channels(3, 60)
	flat := [][]float64{x[0], make([]float64, 60), x[2]}
	sum := make([]float64, 60)
	delayed := make([]float64, 60)
	for i := range sum {
		sum[i] = x[0][i] + x[1][i]
		delayed[i] = x[0][max(0, i-1)]
	}
	bad := [][]float64{x[0], append(append([]float64(nil), x[1][:59]...), math.NaN()), x[2]}
	for _, c := range []struct {
		trials [][][]float64
		o      VAROptions
		want   string
	}{
		{nil, VAROptions{}, "no trials"},
		{[][][]float64{bad}, VAROptions{}, "trials[0][1][59] is NaN"},
		{[][][]float64{flat}, VAROptions{}, "channel 1 is 0 in all samples"},
		{[][][]float64{{x[0], x[1], sum}}, VAROptions{}, "channel 2 follows from the others"},
		{[][][]float64{{x[0], delayed}}, VAROptions{Order: 1}, "follows from the past"},
		{[][][]float64{x}, VAROptions{Order: 30}, "91 coefficients"},
		{[][][]float64{x}, VAROptions{Order: 60}, "0 equations"},
		{[][][]float64{x}, VAROptions{Method: "mle"}, "Method"},
		{[][][]float64{x}, VAROptions{Criterion: "mdl"}, "Criterion"},
		{[][][]float64{x}, VAROptions{Mean: "none"}, "Mean"},
		{[][][]float64{x}, VAROptions{Mean: "ensemble"}, "1 trial"},
		{[][][]float64{x}, VAROptions{Order: -1}, "Order -1"},
		{[][][]float64{x}, VAROptions{Names: []string{"a"}}, "1 Names for 3"},
		{[][][]float64{x, x[:2]}, VAROptions{}, "trials[1] has 2 channels"},
	} {
		_, err := FitVAR(c.trials, 100, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one with %q", c.o, err, c.want)
		}
	}
	if _, err := FitVAR([][][]float64{x}, 0, VAROptions{}); err == nil {
		t.Error("no error for a rate of 0")
	}
	one, err := FitVAR([][][]float64{x[:1]}, 100, VAROptions{Order: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Granger(""); err == nil {
		t.Error("Granger of one channel")
	}
	if _, err := one.Directed("granger", nil); err == nil {
		t.Error("spectral Granger of one channel")
	}
	if _, err := one.Directed("pdc", []float64{51}); err == nil {
		t.Error("a frequency above half the rate")
	}
	if _, err := one.Directed("psi", nil); err == nil {
		t.Error("an unknown measure")
	}
	wild, err := NewVAR([][][]float64{{{1.02}}}, [][]float64{{1}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		func() error { _, err := wild.Directed("pdc", nil); return err }(),
		func() error { _, err := wild.Simulate(1, 10, 1); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), "largest root is 1.02") {
			t.Errorf("of a model that is not stable: %v", err)
		}
	}
	if _, err := wild.Granger(""); err == nil {
		t.Error("Granger tests without data")
	}
	for _, sigma := range [][][]float64{nil, {{1, 2}, {2, 4}}, {{1, 0.5}, {0, 1}}, {{1, 0}}, {{-1}}, {{math.NaN()}}} {
		if _, err := NewVAR([][][]float64{{{0.1}}}, sigma, 1); err == nil {
			t.Errorf("no error for sigma %v", sigma)
		}
	}
}

// The same bits for any number of threads.
func TestVARThreads(t *testing.T) {
	x, err := baccala(t, 250).Simulate(3, 900, 2)
	if err != nil {
		t.Fatal(err)
	}
	run := func() string {
		s := ""
		for _, method := range []string{"ls", "ns"} {
			m, err := FitVAR(x, 250, VAROptions{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			g, err := m.Granger("")
			if err != nil {
				t.Fatal(err)
			}
			d, err := m.Directed("conditional granger", nil)
			if err != nil {
				t.Fatal(err)
			}
			s += fmt.Sprintf("%x %x %x %x", m.A, m.Whiteness, g.P, d.V)
		}
		return s
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := run()
	for _, n := range []int{2, 5} {
		runtime.GOMAXPROCS(n)
		if run() != want {
			t.Errorf("results with %d threads differ", n)
		}
	}
}
