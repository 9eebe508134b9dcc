package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// freeRates reads what the options leave open.
func (m *psychometric) freeRates(o PsychometricOptions) error {
	m.freeGuess, m.freeLapse, m.maxGuess, m.maxLapse = o.FreeGuess, o.FreeLapse, o.MaxGuess, o.MaxLapse
	for _, v := range []struct {
		name string
		v    *float64
		def  float64
	}{{"MaxGuess", &m.maxGuess, 0.5}, {"MaxLapse", &m.maxLapse, 0.1}} {
		if *v.v == 0 {
			*v.v = v.def
		}
		if !(*v.v > 0 && *v.v < 1) {
			return fmt.Errorf("behavior: FitPsychometric: %s is %g, it must lie between 0 and 1 (0 means %g)", v.name, *v.v, v.def)
		}
	}
	g, l := m.guess, m.lapse
	if m.freeGuess {
		g = m.maxGuess
	}
	if m.freeLapse {
		l = m.maxLapse
	}
	if (m.freeGuess || m.freeLapse) && g+l >= 1 {
		return fmt.Errorf("behavior: FitPsychometric: guess rates to %g and lapse rates to %g leave nothing between them, their sum must be below 1", g, l)
	}
	return nil
}

// free counts the rates that are fitted.
func (m *psychometric) free() (n int) {
	if m.freeGuess {
		n++
	}
	if m.freeLapse {
		n++
	}
	return n
}

// In searches a rate is its maximum times sin² of an angle, so that both ends are
// ordinary places.
func rateOf(angle, most float64) float64 {
	s := vec.Sin(angle)
	return float64(most * s * s)
}

func angleOf(rate, most float64) float64 {
	return vec.Asin(math.Sqrt(math.Min(1, math.Max(0, rate/most))))
}

// withRates returns m with the rates that angles say.
func (m *psychometric) withRates(angles []float64) psychometric {
	out := *m
	if m.freeGuess {
		out.guess = rateOf(angles[0], m.maxGuess)
		angles = angles[1:]
	}
	if m.freeLapse {
		out.lapse = rateOf(angles[0], m.maxLapse)
	}
	return out
}

func (m *psychometric) angles() (a []float64) {
	if m.freeGuess {
		a = append(a, angleOf(m.guess, m.maxGuess))
	}
	if m.freeLapse {
		a = append(a, angleOf(m.lapse, m.maxLapse))
	}
	return a
}

// rateStarts are the rates that searches begin at.
func rateStarts(free bool, fixed, most float64) []float64 {
	if !free {
		return []float64{fixed}
	}
	return []float64{0.02 * most, 0.25 * most, 0.75 * most}
}

// maximiseFree climbs over position, steepness and rates, from the best curve of
// each of several rates; it leaves the rates in m.
func (m *psychometric) maximiseFree() (q [2]float64, steps int, err error) {
	best, from := math.Inf(-1), *m
	for _, guess := range rateStarts(m.freeGuess, m.guess, m.maxGuess) {
		for _, lapse := range rateStarts(m.freeLapse, m.lapse, m.maxLapse) {
			at := *m
			at.guess, at.lapse = guess, lapse
			top, n, _ := at.maximise()
			steps += n
			if l := at.loglik(top); l > best {
				best, from, q = l, at, top
			}
		}
	}
	*m = from
	q, n := m.climbFree(q)
	return q, steps + n, m.determined(q)
}

// climbFree goes from q, and the rates in m, to a maximum, whose rates it leaves there.
func (m *psychometric) climbFree(q [2]float64) (top [2]float64, evals int) {
	width := m.hi - m.lo
	angles := m.angles()
	for i, a := range angles { // off the ends, where the slope is 0
		angles[i] = math.Max(0.05, math.Min(1.52, a))
	}
	x := append([]float64{(q[0] - m.lo) / width, q[1]}, angles...)
	place := func(x []float64) (psychometric, [2]float64) {
		return m.withRates(x[2:]), [2]float64{m.lo + float64(x[0]*width), x[1]}
	}
	r := optim.Minimize(func(x []float64) float64 {
		at, q := place(x)
		return -at.loglik(q)
	}, x, optim.Options{Stop: m.task.Err})
	if at, top := place(r.X); at.loglik(top) >= m.loglik(q) {
		m.guess, m.lapse = at.guess, at.lapse
		q = top
	}
	return q, r.Evals
}

// covariance is that of position and log steepness from the expected information,
// or with fitted rates that of all from the observed one; a rate at an end of its
// range is taken as fixed there.
func (m *psychometric) covariance(q [2]float64) (cov [][]float64, guess, lapse int) {
	guess, lapse = -1, -1
	if m.free() == 0 {
		_, info := m.score(q)
		cov, ok := optim.InversePositive([][]float64{info[0][:], info[1][:]})
		if !ok {
			return nil, guess, lapse
		}
		return cov, guess, lapse
	}
	const edge = 1e-4
	width := m.hi - m.lo
	x := []float64{q[0] / width, q[1]}
	if m.freeGuess && m.guess > edge*m.maxGuess && m.guess < (1-edge)*m.maxGuess {
		guess = len(x)
		x = append(x, m.guess)
	}
	if m.freeLapse && m.lapse > edge*m.maxLapse && m.lapse < (1-edge)*m.maxLapse {
		lapse = len(x)
		x = append(x, m.lapse)
	}
	f := func(x []float64) float64 {
		at := *m
		if guess > 0 {
			at.guess = x[guess]
		}
		if lapse > 0 {
			at.lapse = x[lapse]
		}
		return -at.loglik([2]float64{x[0] * width, x[1]})
	}
	cov, ok := optim.InversePositive(optim.Hessian(f, x, f(x)))
	if !ok {
		return nil, guess, lapse
	}
	for i := range cov {
		cov[0][i] *= width
		cov[i][0] *= width
	}
	return cov, guess, lapse
}

// boundFree is bound with rates that are fitted anew for each threshold.
func (m *psychometric) boundFree(q [2]float64, prob, best, drop, sign float64) float64 {
	top := m.loglik(q)
	warm := append([]float64{q[1]}, m.angles()...)
	fallen := func(t float64) bool {
		high := math.Inf(-1)
		var at []float64
		starts := [][]float64{warm, append([]float64{q[1]}, m.angles()...)}
		for _, x := range starts {
			r := optim.Minimize(func(x []float64) float64 {
				inner := m.withRates(x[1:])
				z, ok := inner.quantile(prob)
				if !ok || math.Abs(x[0]-q[1]) > 8 {
					return math.Inf(1)
				}
				return -inner.loglik([2]float64{t - float64(z*vec.Exp(-x[0])), x[0]})
			}, append([]float64(nil), x...), optim.Options{Steps: 60, Stop: m.task.Err})
			if -r.F > high {
				high, at = -r.F, r.X
			}
			if 2*(top-high) <= drop {
				break
			}
		}
		if at != nil {
			warm = at
		}
		return 2*(top-high) > drop
	}
	return m.seek(best, sign, 30, fallen)
}

// seek goes from best in direction sign to where fallen begins.
func (m *psychometric) seek(best, sign float64, halvings int, fallen func(float64) bool) float64 {
	step := float64((m.hi - m.lo) / 50)
	near, far := best, best
	for !fallen(far) {
		near = far
		if math.Abs(far-best) > 100*(m.hi-m.lo) {
			return math.Inf(int(sign))
		}
		far += float64(sign * step)
		step *= 1.6
	}
	for range halvings {
		mid := near + float64((far-near)/2)
		if fallen(mid) {
			far = mid
		} else {
			near = mid
		}
	}
	return near
}
