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

// Doses that differ tenfold widen the percentiles of a check, which correction by the
// predictions takes out: corrected concentrations of a dose are those of the other.
func TestVPCCorrected(t *testing.T) {
	m := PopulationModel{Typical: Compartments{CL: 4, V: 30}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.04, 0}, {0, 0.04}}, Proportional: 0.1}
	var subjects []Subject
	for i := range 40 {
		subjects = append(subjects, Subject{ID: fmt.Sprint(i), Doses: []Dose{{Amount: []float64{50, 500}[i%2]}}, T: []float64{1, 4, 10, 20}})
	}
	drawn, err := m.Simulate(subjects, 2)
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitPopulation(drawn, PopulationOptions{Residual: "proportional"})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := f.VPC(VPCOptions{Runs: 100, Bins: 4})
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.VPC(VPCOptions{Runs: 100, Bins: 4, PredictionCorrected: true})
	if err != nil {
		t.Fatal(err)
	}
	for b := range v.T {
		if wide, narrow := plain.Observed[2][b]/plain.Observed[0][b], v.Observed[2][b]/v.Observed[0][b]; !(narrow < wide/3) {
			t.Errorf("at %g the percentiles differ by %.3g, corrected by %.3g", v.T[b], wide, narrow)
		}
	}
	pred, err := f.Residuals.Col("PRED")
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range f.Subjects {
		for k, c := range s.C {
			// The middle of 20 predictions of a dose and of 20 of ten times it.
			low := pred.Num[4*i+k]
			if i%2 == 1 {
				low /= 10
			}
			near(t, "corrected", v.SampleC[4*i+k], c*5.5*low/pred.Num[4*i+k], 1e-9)
		}
	}
	if v.Outside() > 0.3 || v.String() == plain.String() || v.Plot().Panels[0].Title == plain.Plot().Panels[0].Title {
		t.Error(v)
	}
}
