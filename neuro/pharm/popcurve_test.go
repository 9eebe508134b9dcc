package pharm

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// The derivatives are those of differences, after every kind of dose.
func TestSensitive(t *testing.T) {
	times := []float64{0, 0.1, 0.5, 1, 2, 5, 12, 30}
	for _, m := range []Compartments{
		{CL: 5, V: 50, Ka: 1.2}, {CL: 5, V: 50, Ka: 0.1}, {CL: 5, V: 50, Ka: 0.1004}, {CL: 5, V: 50, Ka: 0.13},
		{CL: 5, V: 20, Q2: 8, V2: 60, Ka: 2}, {CL: 5, V: 20, Q2: 8, V2: 60, Q3: 0.7, V3: 90, Ka: 0.5}, {CL: 1, V: 1, Q2: 1, V2: 1, Q3: 1, V3: 1.1, Ka: 3},
		{CL: 5, V: 50, Ka: 1.2, Lag: 0.3}, {CL: 5, V: 20, Q2: 8, V2: 60, Ka: 2, Lag: 0.7},
	} {
		for _, dose := range []Dose{{Amount: 100}, {Amount: 100, Oral: true}, {Amount: 100, Duration: 1.3}} {
			s := perturb(m)
			z := make([]float64, 0, 8)
			for _, v := range layoutOf(m).values(m) {
				z = append(z, math.Log(v))
			}
			for _, at := range times {
				d := make([]float64, len(z))
				c, after := 0.0, at
				if dose.Oral {
					after -= m.Lag
				}
				if after >= 0 {
					c = s.add(d, dose, after)
				}
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
					a, _ := layoutOf(m).fromLog(up).Concentration([]float64{at}, dose)
					b, _ := layoutOf(m).fromLog(down).Concentration([]float64{at}, dose)
					if want := (a.C[0] - b.C[0]) / (2 * h); math.Abs(d[k]-want) > 2e-8*(1+math.Abs(c)) {
						t.Errorf("%+v %+v at %g: derivative %d is %.10g, differences %.10g", m, dose, at, k, d[k], want)
					}
				}
			}
		}
	}
}

// Saturable models and their derivatives are those of the solver of single curves.
func TestSaturableSlopes(t *testing.T) {
	s := Subject{
		T: []float64{-1, 0, 0.25, 3, 0.3, 1, 1.5, 2, 4.9, 5, 5.7, 7, 12, 24, 24.2, 29, 60},
		Doses: []Dose{
			{Amount: 100, Time: 0, Oral: true, Every: 12, Count: 3}, {Amount: 50, Time: 5, Duration: 2}, {Amount: 30, Time: 24}, {Amount: 0, Time: 1, Oral: true},
		},
	}
	for _, m := range []Compartments{
		{V: 20, Ka: 1.2, Vmax: 8, Km: 1}, {CL: 1, V: 20, Ka: 1.2, Lag: 0.27, Vmax: 8, Km: 0.2}, {V: 20, Ka: 0.8, Vmax: 8, Km: 50, F: 0.7},
		{CL: 0.5, V: 20, Q2: 5, V2: 30, Ka: 2, Lag: 0.4, Vmax: 8, Km: 1}, {CL: 0.5, V: 20, Q2: 5, V2: 30, Q3: 1, V3: 80, Ka: 2, Vmax: 8, Km: 0.01},
	} {
		l := layoutOf(m)
		bio := 1.0
		if m.F > 0 {
			bio = m.F
		}
		var z []float64
		for _, v := range l.values(m) {
			z = append(z, math.Log(v))
		}
		solve := func(z []float64, slopes bool) ([]float64, [][]float64) {
			c, d := make([]float64, len(s.T)), linalg.Matrix(len(s.T), len(z))
			own := l.fromLog(z)
			newSaturable(l, s, bio, slopes).solve(&own, c, d)
			return c, d
		}
		c, d := solve(z, true)
		r, err := m.Concentration(s.T, s.Doses...)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range r.C {
			if math.Abs(c[i]-want) > 1e-7*want+1e-10 {
				t.Errorf("%+v at %g: %.12g, the solver of steps %.12g", m, s.T[i], c[i], want)
			}
		}
		for k := range z {
			up, down := slices.Clone(z), slices.Clone(z)
			const h = 3e-4
			up[k] += h
			down[k] -= h
			a, _ := solve(up, false)
			b, _ := solve(down, false)
			for i := range s.T {
				if want := (a[i] - b[i]) / (2 * h); math.Abs(d[i][k]-want) > 1e-5*(1+c[i]) {
					t.Errorf("%+v at %g: by %s %.9g, differences %.9g", m, s.T[i], l.names()[k], d[i][k], want)
				}
			}
		}
	}
}

func BenchmarkSaturable(b *testing.B) {
	m := Compartments{V: 20, Ka: 1.2, Vmax: 8, Km: 1}
	s := Subject{T: []float64{0.25, 0.5, 1, 2, 4, 6, 9, 12, 18, 24, 36}, Doses: []Dose{{Amount: 100, Oral: true}}}
	a := newSaturable(layoutOf(m), s, 1, true)
	c, d := make([]float64, len(s.T)), linalg.Matrix(len(s.T), 4)
	for b.Loop() {
		a.solve(&m, c, d)
	}
}
