package pharm

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A layout says which parameters a model of compartments has.
type layout struct {
	n                 int // compartments
	oral, lag         bool
	linear, saturable bool // elimination by CL, by Vmax and Km
}

func layoutOf(m Compartments) layout {
	l := layout{n: 1, oral: m.Ka > 0, lag: m.Lag > 0, linear: m.CL > 0, saturable: m.Vmax > 0}
	if m.Q2 > 0 {
		l.n = 2
	}
	if m.Q3 > 0 {
		l.n = 3
	}
	return l
}

// fields are the places of the parameters in m, in the order of names.
func (l layout) fields(m *Compartments) []*float64 {
	at := make([]*float64, 0, 11)
	if l.linear {
		at = append(at, &m.CL)
	}
	at = append(at, []*float64{&m.V, &m.Q2, &m.V2, &m.Q3, &m.V3}[:2*l.n-1]...)
	if l.oral {
		at = append(at, &m.Ka)
	}
	if l.lag {
		at = append(at, &m.Lag)
	}
	if l.saturable {
		at = append(at, &m.Vmax, &m.Km)
	}
	return at
}

// names are those of the parameters.
func (l layout) names() []string {
	var names []string
	if l.linear {
		names = append(names, "CL")
	}
	names = append(names, []string{"V", "Q2", "V2", "Q3", "V3"}[:2*l.n-1]...)
	if l.oral {
		names = append(names, "Ka")
	}
	if l.lag {
		names = append(names, "Lag")
	}
	if l.saturable {
		names = append(names, "Vmax", "Km")
	}
	return names
}

// fromLog returns the model whose parameters have the logarithms z, in the order of names.
func (l layout) fromLog(z []float64) Compartments {
	var m Compartments
	if l.linear {
		m.CL, z = vec.Exp(z[0]), z[1:]
	}
	m.V, z = vec.Exp(z[0]), z[1:]
	if l.n > 1 {
		m.Q2, m.V2, z = vec.Exp(z[0]), vec.Exp(z[1]), z[2:]
	}
	if l.n > 2 {
		m.Q3, m.V3, z = vec.Exp(z[0]), vec.Exp(z[1]), z[2:]
	}
	if l.oral {
		m.Ka, z = vec.Exp(z[0]), z[1:]
	}
	if l.lag {
		m.Lag, z = vec.Exp(z[0]), z[1:]
	}
	if l.saturable {
		m.Vmax, m.Km = vec.Exp(z[0]), vec.Exp(z[1])
	}
	return m
}

// values returns the parameters in the order of names.
func (l layout) values(m Compartments) []float64 {
	fields := l.fields(&m)
	v := make([]float64, len(fields))
	for i, field := range fields {
		v[i] = *field
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

// perturb makes the exponentials of a linear m and their derivatives: those of the
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

// add adds to d, by the logarithms of CL, V, ..., Ka and Lag, the derivatives of the
// concentration a time after one dose, or after its lag, and returns the concentration.
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
			if s.Lag > 0 {
				d[2*s.n+1] -= float64(s.Lag * share * (float64(amount*vec.Exp(-float64(l*t))) - float64(s.Ka*g)))
			}
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
