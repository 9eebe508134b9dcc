package pharm

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestReceptorReference(t *testing.T) {
	var g struct {
		Gaddum struct {
			A, B, DR          []float64
			EC50, PA2, Schild float64
			E                 [][]float64
		}
		Operational struct {
			A, Tau, EC50, Emax []float64
			Em, KA, N          float64
			E                  [][]float64
		}
		Allosteric_tcm struct {
			A, Alpha  []float64
			KA, KB, B float64
			Occ       [][]float64
		}
		Two_state struct {
			A, Rstar, Rstar_inv         []float64
			L, KA, Alpha, Inverse_alpha float64
		}
		Mwc_nAChR struct {
			A, Po      []float64
			E0, Kc, Ko float64
			N          int
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	const tol = 1e-9
	for i, b := range g.Gaddum.B {
		near(t, "dose ratio", DoseRatio(b, g.Gaddum.PA2, g.Gaddum.Schild), g.Gaddum.DR[i], tol)
		for j, a := range g.Gaddum.A {
			near(t, "Gaddum", Gaddum(a, 100, g.Gaddum.EC50, 1, b, g.Gaddum.PA2, g.Gaddum.Schild), g.Gaddum.E[i][j], tol)
		}
	}
	for i, tau := range g.Operational.Tau {
		o := Operational{g.Operational.Em, g.Operational.KA, tau, g.Operational.N}
		near(t, "EC50", o.EC50(), g.Operational.EC50[i], tol)
		near(t, "Emax", o.Emax(), g.Operational.Emax[i], tol)
		for j, a := range g.Operational.A {
			near(t, "operational", o.Effect(a), g.Operational.E[i][j], tol)
		}
	}
	c := g.Allosteric_tcm
	for i, alpha := range c.Alpha {
		for j, a := range c.A {
			near(t, "ternary complex", Allosteric{c.KA, c.KB, alpha}.Occupied(a, c.B), c.Occ[i][j], tol)
		}
	}
	// There L is active over inactive, and alpha the ratio of affinities.
	s := g.Two_state
	for j, a := range s.A {
		near(t, "two states", MWC{1 / s.L, s.KA, s.KA / s.Alpha, 1}.Open(a), s.Rstar[j], tol)
		near(t, "inverse agonist", MWC{1 / s.L, s.KA, s.KA / s.Inverse_alpha, 1}.Open(a), s.Rstar_inv[j], tol)
	}
	m := g.Mwc_nAChR
	for j, a := range m.A {
		near(t, "MWC", MWC{m.E0, m.Kc, m.Ko, m.N}.Open(a), m.Po[j], tol)
	}
}

func TestReceptor(t *testing.T) {
	near(t, "at pA2", DoseRatio(1e-7, 7, 1), 2, 1e-12)
	near(t, "slope 2", DoseRatio(1e-6, 7, 2), 101, 1e-11)
	near(t, "none", DoseRatio(0, 7, 1), 1, 1e-15)
	near(t, "Gaddum at the shifted EC50", Gaddum(6, 80, 3, 1.7, 1e-7, 7, 1), 40, 1e-12)
	for _, tau := range []float64{0.1, 1, 50} {
		for _, n := range []float64{0.7, 1, 2.5} {
			o := Operational{100, 3, tau, n}
			near(t, "effect at EC50", o.Effect(o.EC50()), o.Emax()/2, 1e-11)
			near(t, "effect at much", o.Effect(1e12), o.Emax(), 1e-9)
			o.Show()
		}
	}
	near(t, "hyperbola", Operational{100, 3, 4, 1}.Effect(2), 100*4*2/(3+2+8.0), 1e-12)
	near(t, "transduction", Operational{100, 1e-6, 10, 1}.LogTransduction(), 7, 1e-12)
	near(t, "no effect at 0", Operational{100, 3, 4, 2}.Effect(0), 0, 1e-15)
	// Neutral, competitive and saturating modulators.
	near(t, "neutral", Allosteric{2, 5, 1}.Occupied(3, 7), 0.6, 1e-12)
	near(t, "competition", Allosteric{2, 5, 0}.Occupied(3, 7), 3/(3+2*(1+7/5.0)), 1e-12)
	near(t, "saturated", Allosteric{2, 5, 8}.KApparent(1e12), 0.25, 1e-9)
	Allosteric{2, 5, 8}.Show()
	for _, m := range []MWC{{1000, 10, 0.1, 4}, {5, 1, 0.01, 2}, {0.1, 1, 30, 1}} {
		near(t, "empty", m.Open(0), 1/(1+m.L), 1e-12)
		near(t, "full", m.Open(math.Inf(1)), m.Open(1e15), 1e-9)
		near(t, "half", m.Open(m.EC50()), (m.Open(0)+m.Open(math.Inf(1)))/2, 1e-10)
		m.Show()
	}
	MWC{5, 1, 1, 2}.Show()
	nan := math.NaN()
	for i, v := range []float64{DoseRatio(-1, 7, 1), DoseRatio(1, nan, 1), Gaddum(1, 1, 1, 1, -1, 7, 1), Operational{}.Effect(1), Operational{}.EC50(), Operational{}.Emax(),
		Operational{1, 1, 1, 1}.Effect(-1), Operational{}.LogTransduction(), Allosteric{}.Occupied(1, 1), Allosteric{1, 1, 1}.Occupied(-1, 1), Allosteric{1, 1, -1}.Occupied(1, 1),
		MWC{}.Open(1), MWC{1, 1, 1, 1}.Open(nan), MWC{1, 1, 1, 1}.EC50()} {
		if !math.IsNaN(v) {
			t.Errorf("bad value %d gives %g", i, v)
		}
	}
}
