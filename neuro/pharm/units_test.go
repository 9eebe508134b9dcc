package pharm

import "testing"

// Fits and equations do not depend on the units of their values.
func TestUnits(t *testing.T) {
	for _, s := range []float64{1e-12, 1e-9, 1, 1e9} {
		for _, u := range []float64{1e-15, 1, 1e12} {
			var x, bound, left, times []float64
			for _, l := range []float64{0, 0.1, 0.3, 1, 3, 10, 30} {
				x, bound, left = append(x, l*s), append(bound, u*Bound(l, 120, 0.8, 2.5)), append(left, u*(5+50*Dissociation(l, 0.2)))
			}
			f, err := FitSaturation(x, bound, NewSaturation())
			if err != nil {
				t.Fatal(s, u, err)
			}
			near(t, "Bmax", f.Bmax/u, 120, 1e-6)
			near(t, "Kd", f.Kd/s, 0.8, 1e-6)
			near(t, "NS", f.NS*s/u, 2.5, 1e-6)
			d, err := FitDissociation(x, left, "", "")
			if err != nil {
				t.Fatal(s, u, err)
			}
			near(t, "koff", d.Rate*s, 0.2, 1e-6)
			m, dose := Compartments{CL: 5 * u, V: 50 * u * s, Ka: 1.2 / s}, Dose{Amount: 100, Oral: true}
			for _, v := range []float64{0.25, 0.5, 1, 2, 4, 8, 12, 24} {
				times = append(times, v*s)
			}
			c, err := m.Concentration(times, dose)
			if err != nil {
				t.Fatal(s, u, err)
			}
			g, err := FitCompartments(times, c.C, 1, []Dose{dose}, "", "")
			if err != nil {
				t.Fatal(s, u, err)
			}
			near(t, "CL", g.CL/u, 5, 1e-6)
			e, err := EffectCompartment{Ke0: 0.3 / s, Emax: 1, EC50: 1}.Response(m, times, dose)
			if err != nil {
				t.Fatal(s, u, err)
			}
			for i := range times {
				near(t, "solved concentration", e.C[i]/c.C[i], 1, 1e-8)
			}
		}
	}
}
