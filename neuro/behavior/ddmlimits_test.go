package behavior

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
)

// TestFitDDMLimitsOverZ: where no response is at one boundary, the likelihood
// at each limit, highest over all else and Z too by another search, is as far
// below its highest as it should be.
func TestFitDDMLimitsOverZ(t *testing.T) {
	truth := DDM{A: 2, V: -2.7, T0: 0.35, Z: 0.38, S: 1}
	s, err := truth.Simulate(150, 0.001, 24)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(s.Upper, true) {
		t.Fatal("a response at the upper boundary: another seed is needed")
	}
	f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
	if err != nil || !f.Converged || f.Model.Z != 0.5 || len(f.Params) != 3 {
		t.Fatal(err, f)
	}
	// highest is the likelihood's maximum with one of A, V and T0 held, -1 for none,
	// in the distances to both boundaries, over a row of the farther one.
	shortest := slices.Min(s.RT)
	highest := func(held int, value float64) float64 {
		best := math.Inf(-1)
		for z := 0.001; z < 0.9; z *= 1.05 {
			loss := func(q []float64) float64 {
				x := []float64{math.Exp(q[0]) / z, q[1], shortest / (1 + math.Exp(-q[2]))}
				if held >= 0 {
					x[held] = value
				}
				penalty := 0.0 // the element that does nothing
				if held >= 0 {
					penalty = q[held] * q[held]
				}
				return penalty - DDM{A: x[0], V: x[1], T0: x[2], Z: z, S: 1}.LogLikelihood(s.RT, s.Upper)
			}
			r := optim.Minimize(loss, []float64{0, -2.5, 1.5}, optim.Options{Stop: func() error { return nil }})
			best = math.Max(best, -r.F)
		}
		return best
	}
	top := highest(-1, 0)
	for i, p := range f.Params {
		for _, limit := range []float64{p.Lo, p.Hi} {
			if math.IsInf(limit, 1) && i == 0 {
				continue
			}
			if fall := 2 * (top - highest(i, limit)); math.Abs(fall-3.841) > 0.05 {
				t.Errorf("%+v: at %g twice the log likelihood has fallen by %.4f, not 3.841", p, limit, fall)
			}
		}
	}
	if !math.IsInf(f.Params[0].Hi, 1) || f.Lo.Z != 0 || !(f.Hi.Z > truth.Z && f.Hi.Z < 0.9) {
		t.Errorf("A %+v, Z from %g to %g: far boundaries are as likely", f.Params[0], f.Lo.Z, f.Hi.Z)
	}
	// Those of a Z that is known, or taken for it, are narrower.
	for _, o := range []DDMFitOptions{{Unbiased: true}, {Wald: true}} {
		g, err := FitDDM(s.RT, s.Upper, o)
		if err != nil || g.Model != f.Model || !(g.Hi.V-g.Lo.V < f.Hi.V-f.Lo.V) || g.Lo.Z != 0.5 || strings.Contains(g.String(), "do not hold") != o.Wald {
			t.Errorf("%+v: %v, V from %g to %g: %v", o, err, g.Lo.V, g.Hi.V, g)
		}
	}
}

// TestFitDDMLimitsMirror: what is said of the lower boundary is said of the upper.
func TestFitDDMLimitsMirror(t *testing.T) {
	s, err := DDM{A: 1.8, V: 3, T0: 0.3, Z: 0.6, S: 1}.Simulate(100, 0.001, 3)
	if err != nil || slices.Contains(s.Upper, false) {
		t.Fatal(err, "a response at the lower boundary: another seed is needed")
	}
	up, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	down, err := FitDDM(s.RT, make([]bool, 100), DDMFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "A", down.Lo.A, up.Lo.A, 1e-3)
	within(t, "V", down.Lo.V, -up.Hi.V, 1e-3)
	within(t, "V", down.Hi.V, -up.Lo.V, 1e-3)
	within(t, "T0", down.Lo.T0, up.Lo.T0, 1e-3)
	within(t, "Z", down.Hi.Z, 1-up.Lo.Z, 1e-3)
	if down.Lo.Z != 0 || up.Hi.Z != 1 || !math.IsInf(up.Hi.A, 1) {
		t.Errorf("Z from %g and to %g, A to %g", down.Lo.Z, up.Hi.Z, up.Hi.A)
	}
}
