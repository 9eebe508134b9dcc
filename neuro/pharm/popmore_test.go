package pharm

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// nlme's estimates of a population with a lag and of one with saturable elimination.
// Its approximation is another, so that they are not the same numbers, and the objective
// here is not above nlme's by more than that.
func TestPopulationNlme(t *testing.T) {
	var peer map[string]struct {
		Fixed, SE, Omega []float64
		Sigma, Ofv       float64
		ID, T, C         []float64
	}
	golden.JSON(t, "testdata/popmore.json", &peer)
	for _, c := range []struct {
		name string
		dose Dose
		o    PopulationOptions
	}{
		{"lag", Dose{Amount: 100, Oral: true}, PopulationOptions{Lag: true}},
		{"saturable", Dose{Amount: 200}, PopulationOptions{Saturable: true, Random: []string{"V", "Vmax"}}},
	} {
		want := peer[c.name]
		var subjects []Subject
		for i, id := range want.ID {
			if name := fmt.Sprint(id); len(subjects) == 0 || subjects[len(subjects)-1].ID != name {
				subjects = append(subjects, Subject{ID: name, Doses: []Dose{c.dose}})
			}
			s := &subjects[len(subjects)-1]
			s.T, s.C = append(s.T, want.T[i]), append(s.C, want.C[i])
		}
		f, err := FitPopulation(subjects, c.o)
		if err != nil || !f.Converged {
			t.Fatal(c.name, f, err)
		}
		t.Logf("%s: OFV %.4f, nlme %.4f", c.name, f.OFV, want.Ofv)
		if math.Abs(f.OFV-want.Ofv) > 0.5 {
			t.Errorf("%s: OFV %.4f, nlme's %.4f", c.name, f.OFV, want.Ofv)
		}
		for i, v := range want.Fixed {
			near(t, c.name+" "+f.Names[i], f.Estimate[i], math.Exp(v), 0.03)
			near(t, c.name+" SE of "+f.Names[i], f.SEHessian[i]/f.Estimate[i], want.SE[i], 0.1)
		}
		for k, v := range want.Omega {
			near(t, c.name+" ω "+f.Random[k], math.Sqrt(f.Omega[k][k]), v, 0.03)
		}
		near(t, "sigma", f.Additive, want.Sigma, 0.01)
	}
}
