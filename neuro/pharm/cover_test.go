package pharm

import (
	"math"
	"math/rand"
	"testing"
)

// On simulated data the fits converge from their own starts, and 95% intervals
// hold the true parameter about as often.
func TestFitsCover(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	about := func(v, spread float64) float64 { return v * math.Exp(spread*r.NormFloat64()) }
	noisy := func(x []float64, sd float64, f func(float64) float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = f(v) + sd*r.NormFloat64()
		}
		return y
	}
	times := []float64{0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24}
	ligand := []float64{0.1, 0.1, 0.3, 0.3, 1, 1, 3, 3, 10, 10, 30, 30}
	minutes := []float64{0, 1, 2, 3, 5, 8, 12, 20, 30, 40}
	var doses []float64
	for i := range 24 {
		doses = append(doses, math.Pow(10, float64(i/2)/2-2))
	}
	for _, c := range []struct {
		name string
		run  func() (*CurveFit, int, float64, error) // the fit, a parameter and its true value
	}{
		{"one compartment", func() (*CurveFit, int, float64, error) {
			m, d := Compartments{CL: about(5, 0.3), V: about(50, 0.3), Ka: about(1.2, 0.2)}, []Dose{{Amount: 100, Oral: true}}
			c, err := m.Concentration(times, d...)
			if err != nil {
				return nil, 0, 0, err
			}
			for i := range c.C {
				c.C[i] += 0.05 * r.NormFloat64()
			}
			f, err := FitCompartments(times, c.C, 1, d, "", "")
			if err != nil {
				return nil, 0, 0, err
			}
			return &f.CurveFit, 0, m.CL, nil
		}},
		{"saturation", func() (*CurveFit, int, float64, error) {
			kd := about(0.8, 0.3)
			f, err := FitSaturation(ligand, noisy(ligand, 5, func(x float64) float64 { return Bound(x, 120, kd, 2.5) }), NewSaturation())
			if err != nil {
				return nil, 0, 0, err
			}
			return &f.CurveFit, 1, kd, nil
		}},
		{"dissociation", func() (*CurveFit, int, float64, error) {
			k := about(0.2, 0.3)
			f, err := FitDissociation(minutes, noisy(minutes, 2, func(x float64) float64 { return 5 + 50*Dissociation(x, k) }), "", "")
			if err != nil {
				return nil, 0, 0, err
			}
			return &f.CurveFit, 1, k, nil
		}},
		{"biphasic", func() (*CurveFit, int, float64, error) {
			low := about(0.3, 0.3)
			f, err := FitBiphasic(doses, noisy(doses, 2, func(x float64) float64 { return 100 * (Hill(x, 0.4, low, -1) + Hill(x, 0.6, 80, -1)) }), NewDoseResponse())
			if err != nil {
				return nil, 0, 0, err
			}
			return &f.CurveFit, 4, 0.4, nil
		}},
		{"five parameters", func() (*CurveFit, int, float64, error) {
			n := about(1.2, 0.2)
			f, err := FitAsymmetric(doses, noisy(doses, 2, func(x float64) float64 { return 100 * math.Pow(1+math.Pow(4/x, n), -0.7) }), NewDoseResponse())
			if err != nil {
				return nil, 0, 0, err
			}
			return &f.CurveFit, 3, n, nil
		}},
	} {
		const runs = 200
		fits, hits := 0, 0
		for range runs {
			f, k, want, err := c.run()
			if err != nil {
				t.Log(c.name, err)
				continue
			}
			fits++
			if math.Abs(f.Estimate[k]-want) <= float64(studentQuantile(0.975, f.DF)*f.SE[k]) {
				hits++
			}
		}
		// Of 200 intervals 190 ± 3 hold the value; these bounds are three or four of them away.
		if share := float64(hits) / float64(fits); fits < runs*99/100 || share < 0.89 || share > 0.995 {
			t.Errorf("%s: %d of %d fits, %.3f of the intervals hold the value", c.name, fits, runs, share)
		} else {
			t.Logf("%s: %d of %d fits, %.3f of the intervals hold the value", c.name, fits, runs, share)
		}
	}
}
