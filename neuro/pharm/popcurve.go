package pharm

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// parameterNames are those of a linear model of n compartments.
func parameterNames(n int, oral bool) []string {
	names := []string{"CL", "V", "Q2", "V2", "Q3", "V3"}[: 2*n : 2*n]
	if oral {
		names = append(names, "Ka")
	}
	return names
}

// fromLog returns the model whose parameters have the logarithms z, in the order of parameterNames.
func fromLog(n int, z []float64) Compartments {
	m := Compartments{CL: vec.Exp(z[0]), V: vec.Exp(z[1])}
	if n > 1 {
		m.Q2, m.V2 = vec.Exp(z[2]), vec.Exp(z[3])
	}
	if n > 2 {
		m.Q3, m.V3 = vec.Exp(z[4]), vec.Exp(z[5])
	}
	if len(z) > 2*n {
		m.Ka = vec.Exp(z[2*n])
	}
	return m
}

// values returns the parameters in the order of parameterNames.
func (m Compartments) values(n int, oral bool) []float64 {
	v := []float64{m.CL, m.V, m.Q2, m.V2, m.Q3, m.V3}[: 2*n : 2*n]
	if oral {
		v = append(v, m.Ka)
	}
	return v
}

// A sensitive is a linear model with the derivatives of its exponentials by the
// logarithms of its parameters.
type sensitive struct {
	Compartments
	n           int
	rate, share [3]float64
	by          [3][6]struct{ rate, share float64 } // [exponential][parameter]
}

// perturb makes the exponentials of m and their derivatives: those of the
// eigenvalues and eigenvectors of its symmetric matrix.
func perturb(m Compartments) sensitive {
	s := sensitive{Compartments: m}
	if m.Q2 == 0 {
		s.n, s.rate[0], s.share[0] = 1, m.CL/m.V, 1/m.V
		s.by[0][0].rate, s.by[0][1].rate, s.by[0][1].share = s.rate[0], -s.rate[0], -s.share[0]
		return s
	}
	n, rate, u := m.rotate()
	s.n, s.rate = n, rate
	q, v := [3]float64{0, m.Q2, m.Q3}, [3]float64{m.V, m.V2, m.V3}
	total := (m.CL + m.Q2 + m.Q3) / m.V
	for k := range 2 * n {
		// The derivative of the matrix: its corner, and for each other
		// compartment the element beside the diagonal and the one on it.
		var corner float64
		var side, own [3]float64
		switch at := k / 2; {
		case k == 0:
			corner = m.CL / m.V
		case k == 1:
			corner = -total
			for i := 1; i < n; i++ {
				side[i] = q[i] / math.Sqrt(v[0]*v[i]) / 2
			}
		case k%2 == 0:
			corner, side[at], own[at] = q[at]/m.V, -q[at]/math.Sqrt(v[0]*v[at]), q[at]/v[at]
		default:
			side[at], own[at] = q[at]/math.Sqrt(v[0]*v[at])/2, -q[at]/v[at]
		}
		bent := func(a, b int) float64 {
			sum := corner * u[0][a] * u[0][b]
			for i := 1; i < n; i++ {
				sum += float64(side[i]*(float64(u[0][a]*u[i][b])+float64(u[i][a]*u[0][b]))) + float64(own[i]*u[i][a]*u[i][b])
			}
			return sum
		}
		for j := range n {
			s.by[j][k].rate = bent(j, j)
			turn := 0.0
			for i := range n {
				if gap := rate[j] - rate[i]; i != j && gap != 0 {
					turn += float64(u[0][i] * bent(i, j) / gap)
				}
			}
			s.by[j][k].share = 2 * u[0][j] * turn / m.V
		}
	}
	for j := range n {
		s.share[j] = u[0][j] * u[0][j] / m.V
		s.by[j][1].share -= s.share[j]
	}
	return s
}

// add adds to d, by the logarithms of CL, V, ... and Ka, the derivatives of the
// concentration a time after one dose, and returns the concentration.
func (s *sensitive) add(d []float64, dose Dose, t float64) float64 {
	c := 0.0
	for j := range s.n {
		l, share := s.rate[j], s.share[j]
		var g, slope float64 // of the exponential, and its derivative by the rate
		switch {
		case dose.Oral:
			amount := s.given(dose) * s.Ka
			b, byL, byKa := betweenSlopes(l, s.Ka, t)
			g, slope = float64(amount*b), float64(amount*byL)
			d[2*s.n] += float64(share * (g + float64(float64(amount*s.Ka)*byKa)))
		case dose.Duration == 0:
			g = dose.Amount * vec.Exp(-float64(l*t))
			slope = -t * g
		default:
			in := math.Min(t, dose.Duration)
			after := vec.Exp(-float64(l*(t-in))) * dose.Amount / dose.Duration / l
			filled := -vec.Expm1(-float64(l * in))
			g = filled * after
			slope = float64((float64(in*(1-filled))-float64(filled*(t-in)))*after) - g/l
		}
		c += float64(share * g)
		for k := range 2 * s.n {
			d[k] += float64(s.by[j][k].share*g) + float64(share*slope*s.by[j][k].rate)
		}
	}
	return c
}

// betweenSlopes returns between and its derivatives by a and by b.
func betweenSlopes(a, b, t float64) (v, byA, byB float64) {
	v = between(a, b, t)
	u := (b - a) * t
	if math.Abs(u) > 0.05 {
		byA = (v - float64(t*vec.Exp(-float64(a*t)))) / (b - a)
		byB = (float64(t*vec.Exp(-float64(b*t))) - v) / (b - a)
		return v, byA, byB
	}
	// exp(-m t) t S(u/2), S(x) = sinh(x)/x, m the mean of a and b.
	x := u / 2
	x2 := x * x
	steep := x / 3 * (1 + float64(x2/10*(1+float64(x2/28*(1+float64(x2/54))))))
	e := vec.Exp(-float64((a+b)/2*t)) * t * t / 2
	mean, odd := float64(v*t/2), float64(e*steep)
	return v, -mean - odd, odd - mean
}
