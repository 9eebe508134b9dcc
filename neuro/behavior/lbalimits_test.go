package behavior

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
)

// TestFitLBALimits: at each limit the likelihood, highest over all else by
// searches with starts that vary much, little and not at all, is as far below its
// highest as it should be, also where A is near 0 or may be 0.
func TestFitLBALimits(t *testing.T) {
	for _, c := range []struct {
		d    LBA
		seed uint64
	}{
		{LBA{A: 0.9397598731657679, B: 0.9397598731657679 + 0.7164812845448558, T0: 0.31837517651057806, V: []float64{1.9183778779414884, 1.5099530517413673}}, 225},
		{LBA{A: 0.6290408730679393, B: 0.6290408730679393 + 0.48044619635697905, T0: 0.23364954660613185, V: []float64{2.2067568350864972, 1.5943088404368404}}, 236},
	} {
		s, err := c.d.Simulate(500, c.seed)
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitLBA(s.RT, s.Choice, 2)
		if err != nil || !f.Converged {
			t.Fatal(err, f)
		}
		shortest := slices.Min(s.RT)
		for i, p := range f.Params {
			if p.Value < p.Lo || p.Value > p.Hi {
				t.Errorf("seed %d: %+v is outside its limits", c.seed, p)
			}
			for _, limit := range []float64{p.Lo, p.Hi} {
				if testing.Short() && i != 1 || limit == 0 {
					continue
				}
				best := math.Inf(-1)
				for _, a := range []float64{0, 0.5} {
					model := func(q []float64) LBA {
						x := []float64{q[0] * q[0], math.Exp(q[1]), shortest / (1 + math.Exp(-q[2])), q[3], q[4]}
						if a == 0 {
							x[0] = 0
						}
						x[i] = limit
						return LBA{A: x[0], B: x[0] + x[1], T0: x[2], V: x[3:]}
					}
					if a == 0 && i == 0 {
						continue
					}
					at := []float64{math.Sqrt(a), math.Log(f.Model.B - f.Model.A), math.Log(f.Model.T0 / (shortest - f.Model.T0)), f.Model.V[0], f.Model.V[1]}
					r := optim.Minimize(func(q []float64) float64 {
						idle := (q[i] - at[i]) * (q[i] - at[i]) // does nothing
						if a == 0 {
							idle += q[0] * q[0]
						}
						return idle - model(q).LogLikelihood(s.RT, s.Choice)
					}, at, optim.Options{Tol: 1e-8, Stop: func() error { return nil }})
					best = math.Max(best, -r.F)
				}
				if fall := 2 * (f.LogLik - best); math.Abs(fall-3.841) > 0.06 {
					t.Errorf("seed %d, %+v: at %g twice the log likelihood has fallen by %.4f, not 3.841", c.seed, p, limit, fall)
				}
			}
		}
	}
}
