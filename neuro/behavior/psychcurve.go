package behavior

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// standard is the curve F with location 0 and scale 1, and middle and spread are
// where it is 0.5 and the distance from 0.05 to 0.95.
func (m *psychBayes) standard(z float64) float64 {
	switch m.shape {
	case "normal":
		return vec.NormCDF(z)
	case "logistic":
		if z < 0 {
			e := vec.Exp(z)
			return e / (1 + e)
		}
		return 1 / (1 + vec.Exp(-z))
	case "rgumbel":
		return vec.Exp(-vec.Exp(-z))
	case "student":
		return 0.5 + vec.Atan(z)/math.Pi
	}
	return -vec.Expm1(-vec.Exp(z))
}

func (m *psychBayes) inverse(f float64) float64 {
	switch m.shape {
	case "normal":
		return vec.NormQuantile(f)
	case "logistic":
		return vec.Log(f / (1 - f))
	case "rgumbel":
		return -vec.Log(-vec.Log(f))
	case "student":
		return vec.Tan(math.Pi * (f - 0.5))
	}
	return vec.Log(-vec.Log1p(-f))
}

// curve returns F at t.
func (m *psychBayes) curve(t, threshold, width float64) float64 {
	return m.standard(m.inverse(0.5) + float64((t-threshold)*(m.inverse(0.95)-m.inverse(0.05))/width))
}

// prior is the density of a parameter, without its constant.
func (m *psychBayes) prior(axis int, v float64) float64 {
	spread := m.hi - m.lo
	switch axis {
	case aThreshold:
		d := math.Max(m.lo-v, v-m.hi)
		switch {
		case d <= 0:
			return 1
		case d <= spread/2:
			return (1 + vec.Cos(2*math.Pi*d/spread)) / 2
		}
		return 0
	case aWidth:
		// With few levels the rise and the fall overlap; then it falls.
		switch {
		case v < m.gap || v > 3*spread:
			return 0
		case v >= spread:
			return (1 + vec.Cos(math.Pi/2*(v-spread)/spread)) / 2
		case v <= 2*m.gap:
			return (1 - vec.Cos(math.Pi*(v-m.gap)/m.gap)) / 2
		}
		return 1
	}
	if v < 0 || v > 1 {
		return 0
	}
	return vec.Pow(1-v, 9)
}

// climb goes from the best cell to the maximum. Rates and Eta are squares in the
// search, so that 0 is an ordinary place.
func (m *psychBayes) climb(g psychGrid) [5]float64 {
	var free []int
	var x []float64
	q := g.best
	scale := [5]float64{m.hi - m.lo, 1, 1, 1, 1}
	for a := range q {
		if m.axes[a].fixed || m.equal && a == aGuess {
			continue
		}
		free = append(free, a)
		switch a {
		case aThreshold:
			x = append(x, q[a]/scale[a])
		case aWidth:
			x = append(x, vec.Log(q[a]))
		default:
			x = append(x, math.Sqrt(math.Max(q[a], 1e-4)))
		}
	}
	back := func(x []float64) [5]float64 {
		p := q
		for i, a := range free {
			switch a {
			case aThreshold:
				p[a] = x[i] * scale[a]
			case aWidth:
				p[a] = vec.Exp(x[i])
			default:
				p[a] = x[i] * x[i]
			}
		}
		return p
	}
	r := optim.Minimize(func(x []float64) float64 { return -m.logPosterior(back(x)) }, x, optim.Options{Stop: m.task.Err})
	if p := back(r.X); m.logPosterior(p) >= m.logPosterior(q) {
		q = p
	}
	for _, a := range free {
		if p := q; a > aWidth {
			if p[a] = 0; m.logPosterior(p) >= m.logPosterior(q)-1e-12 {
				q = p
			}
		}
	}
	return q
}

// logPosterior is the logarithm of the posterior density, without its constant.
func (m *psychBayes) logPosterior(q [5]float64) float64 {
	guess, lapse, eta := q[aGuess], q[aLapse], q[aEta]
	if m.equal {
		guess = lapse
	}
	sum := 0.0
	for a, v := range q {
		switch {
		case m.axes[a].fixed:
		case m.equal && a == aGuess:
			sum += vec.Log(m.prior(aLapse, lapse))
		default:
			sum += vec.Log(m.prior(a, v))
		}
	}
	if !(guess+lapse < 1) || !(eta < 1) || math.IsInf(sum, -1) || math.IsNaN(sum) {
		return math.Inf(-1)
	}
	rise := 1 - guess - lapse
	for i, t := range m.t {
		f := m.curve(t, q[aThreshold], q[aWidth])
		p, not := guess+float64(rise*f), lapse+float64(rise*(1-f))
		c, rest := m.c[i], m.n[i]-m.c[i]
		if float64(eta*eta) <= 1e-9 {
			if c > 0 {
				sum += float64(c * vec.Log(p))
			}
			if rest > 0 {
				sum += float64(rest * vec.Log(not))
			}
			continue
		}
		e := 1/float64(eta*eta) - 1
		sum -= risingLog(e, m.n[i])
		if c > 0 {
			sum += risingLog(float64(p*e), c)
		}
		if rest > 0 {
			sum += risingLog(float64(not*e), rest)
		}
	}
	return sum
}
