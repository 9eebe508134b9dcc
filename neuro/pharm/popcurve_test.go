package pharm

import (
	"math"
	"testing"
)

// The derivatives are those of differences, after every kind of dose.
func TestSensitive(t *testing.T) {
	times := []float64{0, 0.1, 0.5, 1, 2, 5, 12, 30}
	for _, m := range []Compartments{
		{CL: 5, V: 50, Ka: 1.2}, {CL: 5, V: 50, Ka: 0.1}, {CL: 5, V: 50, Ka: 0.1004}, {CL: 5, V: 50, Ka: 0.13},
		{CL: 5, V: 20, Q2: 8, V2: 60, Ka: 2}, {CL: 5, V: 20, Q2: 8, V2: 60, Q3: 0.7, V3: 90, Ka: 0.5}, {CL: 1, V: 1, Q2: 1, V2: 1, Q3: 1, V3: 1.1, Ka: 3},
	} {
		n := 1
		if m.Q2 > 0 {
			n++
		}
		if m.Q3 > 0 {
			n++
		}
		for _, dose := range []Dose{{Amount: 100}, {Amount: 100, Oral: true}, {Amount: 100, Duration: 1.3}} {
			s := perturb(m)
			z := make([]float64, 0, 7)
			for _, v := range m.values(n, true) {
				z = append(z, math.Log(v))
			}
			for _, at := range times {
				d := make([]float64, 2*n+1)
				c := s.add(d, dose, at)
				r, err := m.Concentration([]float64{at}, dose)
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(c-r.C[0]) > 1e-12*(1+c) {
					t.Fatalf("%+v %+v at %g: %g, Concentration %g", m, dose, at, c, r.C[0])
				}
				for k := range d {
					up, down := append([]float64(nil), z...), append([]float64(nil), z...)
					const h = 1e-5
					up[k] += h
					down[k] -= h
					a, _ := fromLog(n, up).Concentration([]float64{at}, dose)
					b, _ := fromLog(n, down).Concentration([]float64{at}, dose)
					if want := (a.C[0] - b.C[0]) / (2 * h); math.Abs(d[k]-want) > 2e-8*(1+math.Abs(c)) {
						t.Errorf("%+v %+v at %g: derivative %d is %.10g, differences %.10g", m, dose, at, k, d[k], want)
					}
				}
			}
		}
	}
}
