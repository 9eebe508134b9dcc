package signal

import (
	"math"
	"math/cmplx"
	"testing"
)

func measure(t *testing.T, m *VAR, name string, f []float64) *Directed {
	t.Helper()
	d, err := m.Directed(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDirectedClosedForms compares with the analytic transfer functions of the model
// of Baccalá and Sameshima 2001, example 3.
func TestDirectedClosedForms(t *testing.T) {
	m := baccala(t, 200)
	pdc, dtf := measure(t, m, "pdc", nil), measure(t, m, "dtf", nil)
	gpdc, dc := measure(t, m, "gpdc", nil), measure(t, m, "dc", nil)
	coherence := measure(t, m, "coherence", nil)
	sq := func(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
	for k, f := range pdc.F {
		z := func(lag float64) complex128 { return cmplx.Exp(complex(0, -2*math.Pi*f/200*lag)) }
		own := 1 - complex(0.95*math.Sqrt2, 0)*z(1) + 0.9025*z(2)
		column := sq(own) + 0.25 + 0.16 + 0.25
		near(t, "pdc 0 to 1", pdc.V[1][0][k], 0.25/column, 1e-12)
		near(t, "pdc 0 to 2", pdc.V[2][0][k], 0.16/column, 1e-12)
		near(t, "pdc 1 to 0", pdc.V[0][1][k], 0, 0)
		b := complex(0.25*math.Sqrt2, 0) * z(1)
		near(t, "pdc 3 to 4", pdc.V[4][3][k], sq(b)/(sq(b)+sq(1-b)), 1e-12)
		h := 0.25 / sq(own)
		near(t, "dtf 0 to 1", dtf.V[1][0][k], h/(h+1), 1e-12)
		near(t, "dtf 3 to 1", dtf.V[1][3][k], 0, 1e-28)
		// 0 goes to 4 by way of 3.
		det := (1-b)*(1-b) + b*b
		h40, h43, h44 := sq(b*0.5*z(2)/(det*own)), sq(b/det), sq((1-b)/det)
		near(t, "dtf 0 to 4", dtf.V[4][0][k], h40/(h40+h43+h44), 1e-11)
		near(t, "pdc 0 to 4", pdc.V[4][0][k], 0, 0)
		near(t, "coherence 0 and 1", coherence.V[0][1][k], h/(h+1), 1e-11)
		near(t, "power of 0", pdc.Power[0][k], 2/sq(own)/200, 1e-11)
		for i := range 5 {
			to, from, row := 0.0, 0.0, 0.0
			for j := range 5 {
				to += dtf.V[i][j][k]
				from += pdc.V[j][i][k]
				row += gpdc.V[j][i][k]
				near(t, "gpdc of unit noise", gpdc.V[i][j][k], pdc.V[i][j][k], 1e-12)
				near(t, "dc of unit noise", dc.V[i][j][k], dtf.V[i][j][k], 1e-12)
			}
			near(t, "sum of dtf over sources", to, 1, 1e-12)
			near(t, "sum of pdc over targets", from, 1, 1e-12)
			near(t, "sum of gpdc over targets", row, 1, 1e-12)
		}
	}
	ff, dd, partial := measure(t, m, "ffdtf", nil), measure(t, m, "ddtf", nil), measure(t, m, "partial coherence", nil)
	for i := range 5 {
		sum := 0.0
		for j := range 5 {
			for k := range ff.F {
				sum += ff.V[i][j][k]
				near(t, "ddtf", dd.V[i][j][k], ff.V[i][j][k]*partial.V[i][j][k], 1e-15)
			}
		}
		near(t, "sum of ffdtf", sum, 1, 1e-12)
		near(t, "direct dtf of an indirect way", dd.V[4][1][40], 0, 1e-15)
	}
	// Units of a channel change nothing in what is free of them.
	a := make([][][]float64, len(m.A))
	scale := []float64{1, 1e-6, 30, 1e3, 0.2}
	sigma := rows(5, 5)
	for k := range a {
		a[k] = rows(5, 5)
		for i := range 5 {
			sigma[i][i] = scale[i] * scale[i]
			for j := range 5 {
				a[k][i][j] = m.A[k][i][j] * scale[i] / scale[j]
			}
		}
	}
	u, err := NewVAR(a, sigma, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gpdc", "dc", "coherence", "partial coherence", "granger", "conditional granger"} {
		one, other := measure(t, m, name, nil), measure(t, u, name, nil)
		for i := range 5 {
			for j := range 5 {
				for k := range one.F {
					if i != j {
						near(t, name+" in other units", other.V[i][j][k], one.V[i][j][k], 1e-9)
					}
				}
			}
		}
	}
}

// TestGrangerClosedForm compares with a bivariate model of order 1, x(t) = a x +
// c y + e, y(t) = b y + d: log(1 + c²s/|1 - b z|²) from y to x, and in time log v
// with v the innovation variance of the moving average that x is then.
func TestGrangerClosedForm(t *testing.T) {
	for _, q := range []struct{ a, b, c, s float64 }{{0.3, 0.8, 0.5, 1}, {-0.5, 0.2, 1.5, 0.3}, {0.9, -0.7, 0.2, 4}, {0, 0.5, 0, 1}} {
		m, err := NewVAR([][][]float64{{{q.a, q.c}, {0, q.b}}}, [][]float64{{1, 0}, {0, q.s}}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		f := make([]float64, 1025)
		for k := range f {
			f[k] = 500 * float64(k) / 1024
		}
		d := measure(t, m, "granger", f)
		for k, v := range f {
			z := cmplx.Abs(1 - complex(q.b, 0)*cmplx.Exp(complex(0, -2*math.Pi*v/1000)))
			near(t, "y to x", d.V[0][1][k], math.Log1p(q.c*q.c*q.s/(z*z)), 1e-12)
			near(t, "x to y", d.V[1][0][k], 0, 1e-15)
		}
		total, err := d.Total()
		if err != nil {
			t.Fatal(err)
		}
		g0, g1 := 1+q.b*q.b+q.c*q.c*q.s, q.b
		near(t, "total", total[0][1], math.Log((g0+math.Sqrt(g0*g0-4*g1*g1))/2), 1e-12)
		// The same from the state space of one channel, and by way of a model with
		// a third channel that has nothing to do with them.
		alone, ok := m.space().observed([]int{0})
		if !ok {
			t.Fatal("no model of x alone")
		}
		near(t, "variance of x alone", math.Log(alone.v[0][0]), total[0][1], 1e-12)
		three, err := NewVAR([][][]float64{{{q.a, q.c, 0}, {0, q.b, 0}, {0, 0, 0.6}}, rows(3, 3)}, [][]float64{{1, 0, 0}, {0, q.s, 0}, {0, 0, 2}}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"granger", "conditional granger"} {
			e := measure(t, three, name, f)
			for k := range f {
				near(t, name+" beside a third", e.V[0][1][k], d.V[0][1][k], 1e-11)
				near(t, name+" of a third", e.V[0][2][k], 0, 1e-11)
			}
		}
	}
}

// TestConditionalGranger: in a chain 0 to 1 to 2 the indirect influence is seen by
// pairs and not given the channel between, with correlated noise too; totals are
// those of the innovations.
func TestConditionalGranger(t *testing.T) {
	sigma := [][]float64{{1, 0.3, 0.1}, {0.3, 2, -0.2}, {0.1, -0.2, 0.5}}
	a := [][][]float64{{{0.5, 0, 0}, {0.7, 0.3, 0}, {0, 0.6, -0.4}}, {{-0.6, 0, 0}, {0, 0.1, 0}, {0, 0.2, 0.2}}}
	m, err := NewVAR(a, sigma, 1)
	if err != nil {
		t.Fatal(err)
	}
	f := make([]float64, 2049)
	for k := range f {
		f[k] = 0.5 * float64(k) / 2048
	}
	conditional, pairs := measure(t, m, "conditional granger", f), measure(t, m, "granger", f)
	ct, err := conditional.Total()
	if err != nil {
		t.Fatal(err)
	}
	pt, err := pairs.Total()
	if err != nil {
		t.Fatal(err)
	}
	near(t, "0 to 2 given 1", ct[2][0], 0, 1e-12)
	if pt[2][0] < 0.05 {
		t.Errorf("0 to 2 as a pair: %g", pt[2][0])
	}
	for j := range 3 {
		keep := without(3, j)
		rest, ok := m.space().observed(keep)
		if !ok {
			t.Fatal("no reduced model")
		}
		for at, i := range keep {
			near(t, "conditional total", ct[i][j], math.Log(rest.v[at][at]/sigma[i][i]), 1e-10)
			alone, _ := m.space().observed([]int{i})
			pair, _ := m.space().observed([]int{i, j})
			near(t, "pairwise total", pt[i][j], math.Log(alone.v[0][0]/pair.v[0][0]), 1e-10)
		}
	}
	// The spectrum of the reduced model is the one of the full model's channels.
	pair, _ := m.space().observed([]int{2, 0})
	for _, f := range []float64{0, 0.13, 0.4} {
		a := m.polynomial(f)
		h, _ := a.inverse()
		whole := h.spectrum(sigma)
		part := m.seen([]int{2, 0}, pair.k, h, f).spectrum(pair.v)
		for i, x := range []int{2, 0} {
			for j, y := range []int{2, 0} {
				if d := cmplx.Abs(part[i][j] - whole[x][y]); d > 1e-12*cmplx.Abs(whole[x][y])+1e-13 {
					t.Errorf("spectrum %d %d at %g is off by %g", x, y, f, d)
				}
			}
		}
	}
}

// TestGrangerOfSimulated finds the directions of a model, and their spectra.
func TestGrangerOfSimulated(t *testing.T) {
	m := baccala(t, 250)
	x, err := m.Simulate(30, 400, 3)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := FitVAR(x, 250, VAROptions{Names: []string{"Fz", "C3", "C4", "P3", "P4"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := fit.Granger("")
	if err != nil {
		t.Fatal(err)
	}
	ways := map[[2]int]bool{{1, 0}: true, {2, 0}: true, {3, 0}: true, {3, 4}: true, {4, 3}: true}
	for i := range 5 {
		for j := range 5 {
			switch {
			case i == j:
			case ways[[2]int{i, j}] && r.P[i][j] > 1e-10:
				t.Errorf("%d from %d: p = %g, there is a way", i, j, r.P[i][j])
			case !ways[[2]int{i, j}] && r.P[i][j] < 0.001:
				t.Errorf("%d from %d: p = %g, there is no way", i, j, r.P[i][j])
			}
		}
	}
	truth, got := measure(t, m, "conditional granger", nil), measure(t, fit, "conditional granger", nil)
	for k := range truth.F {
		if d := math.Abs(truth.V[1][0][k] - got.V[1][0][k]); d > 0.3 {
			t.Errorf("0 to 1 at %g Hz: %.3f, the model has %.3f", truth.F[k], got.V[1][0][k], truth.V[1][0][k])
		}
	}
	if tab := r.Table(); tab.Rows() != 20 {
		t.Errorf("%d rows", tab.Rows())
	}
	r.Show()
	got.Show()
	if _, err := got.Table(8, 40); err != nil {
		t.Error(err)
	}
	if _, err := got.Matrix(200, 300); err == nil {
		t.Error("no frequency between 200 and 300 Hz, and no error")
	}
	if d := measure(t, m, "pdc", []float64{10}); len(d.Plot().Panels) != 1 {
		t.Error("one frequency has more than a matrix")
	} else if _, err := d.Total(); err == nil {
		t.Error("a total of one frequency")
	}
}
