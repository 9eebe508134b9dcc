package pharm

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
)

// Where every subject is measured so well that its parameters are known, the population
// is a sample of logarithms: the intervals are Student's of a mean and chi-square's of a
// standard deviation, with the degrees of freedom of n - 1.
func TestIntervalsExact(t *testing.T) {
	m := PopulationModel{Typical: Compartments{CL: 4, V: 30}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.09, 0}, {0, 0.04}}, Proportional: 1e-3}
	for _, n := range []int{6, 12, 31} {
		var subjects []Subject
		for range n {
			subjects = append(subjects, Subject{Doses: []Dose{{Amount: 100}}, T: []float64{0.5, 2, 5, 9, 12}})
		}
		drawn, err := m.Simulate(subjects, uint64(n))
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitPopulation(drawn, PopulationOptions{Residual: "proportional"})
		if err != nil || !f.Converged {
			t.Fatal(f, err)
		}
		df := float64(n - 1)
		for k := range 2 {
			mean, square := 0.0, 0.0
			for _, own := range f.Individual {
				mean += math.Log(own[k]) / float64(n)
			}
			for _, own := range f.Individual {
				square += math.Pow(math.Log(own[k])-mean, 2)
			}
			half := dist.StudentQuantileSF(0.025, df) * math.Sqrt(square/df/float64(n))
			near(t, "typical from", math.Log(f.Estimate[k]/f.lo[k])/half, 1, 0.01)
			near(t, "typical to", math.Log(f.hi[k]/f.Estimate[k])/half, 1, 0.01)
			near(t, "ω from", f.lo[2+k], math.Sqrt(square/dist.ChiSquareQuantile(0.975, df)), 0.01)
			near(t, "ω to", f.hi[2+k], math.Sqrt(square/dist.ChiSquareQuantile(0.025, df)), 0.01)
		}
	}
}
