package pharm

import (
	"math"
	"testing"
)

// The objective at given parameters is NONMEM's, with the interaction of random effects
// and a residual that grows with the prediction: the example of Wang 2007, table 2, and
// what NONMEM 7.5.1 and nlmixr2 have for the other residuals.
func TestObjectiveNONMEM(t *testing.T) {
	y := [][2]float64{
		{10.68, 3.6837}, {10.402, 6.454}, {9.8814, 5.8565}, {9.3408, 5.6209}, {10.082, 6.7583},
		{9.8938, 6.5049}, {9.8908, 6.9557}, {10.234, 6.4488}, {9.9882, 6.7112}, {9.6736, 6.6402},
	}
	root := math.Sqrt(0.1)
	for _, c := range []struct{ a, b, want float64 }{{0, root, 39.458}, {root, 0, -2.059}, {root, root, 39.735}} {
		var subjects []*popSubject
		for _, v := range y {
			s := newPopSubject(Subject{Doses: []Dose{{Amount: 10}}, T: []float64{0, 1}, C: v[:]}, layout{n: 1, linear: true}, []int{0})
			subjects = append(subjects, s)
		}
		got, _ := objective(subjects, &popPoint{typical: []float64{math.Log(0.5), 0}, root: [][]float64{{0.2}}, a: c.a, b: c.b})
		if math.Abs(got-c.want) > 6e-4 {
			t.Errorf("residual %.3g and %.3g: %.4f, NONMEM %.3f", c.a, c.b, got, c.want)
		}
	}
}

// Subjects with many samples, few and one are fitted together.
func TestFitPopulationUnbalanced(t *testing.T) {
	m := PopulationModel{
		Typical: Compartments{CL: 4, V: 30, Ka: 1.3}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.09, 0}, {0, 0.04}}, Proportional: 0.1,
	}
	all := []float64{0.5, 1, 2, 4, 8, 12, 24}
	var subjects []Subject
	for i := range 40 {
		s := Subject{ID: string(rune('A' + i)), Doses: []Dose{{Amount: 100, Oral: true}}}
		for k, at := range all {
			if k%(1+i%4) == i%2 || len(s.T) == 0 && k == 6 {
				s.T = append(s.T, at)
			}
		}
		subjects = append(subjects, s)
	}
	subjects[0].T = subjects[0].T[:1]
	drawn, err := m.Simulate(subjects, 5)
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitPopulation(drawn, PopulationOptions{Residual: "proportional", Random: []string{"CL", "V"}})
	if err != nil || !f.Converged {
		t.Fatal(f, err)
	}
	for i, want := range []float64{4, 30, 1.3, 0.3, 0.2, 0.1} {
		if math.Abs(f.Estimate[i]-want) > 3.5*f.SEHessian[i] {
			t.Errorf("%s is %.4g ± %.2g, drawn from %g", f.Names[i], f.Estimate[i], f.SEHessian[i], want)
		}
	}
}
