package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A psychometric is the likelihood of counts under a curve
// F(k (t - m)), in the parameters q = m, log k. t is the level, or its
// logarithm for a Weibull curve, which is the Gumbel curve of that.
type psychometric struct {
	shape          string
	t              []float64 // -Inf for level 0 of a Weibull curve
	correct, total []float64
	guess, lapse   float64
	lo, hi         float64          // of finite t
	gap            float64          // smallest distance of neighbouring t
	task           *display.Counter // of the fit, nil without

	freeGuess, freeLapse bool // rates that are fitted, up to
	maxGuess, maxLapse   float64
}

func newPsychometric(level []float64, correct, total []int, o PsychometricOptions) (*psychometric, error) {
	fail := func(format string, args ...any) (*psychometric, error) {
		return nil, fmt.Errorf("behavior: FitPsychometric: "+format, args...)
	}
	if len(level) != len(correct) || len(level) != len(total) {
		return fail("level has %d values, correct %d and total %d, they must be as many", len(level), len(correct), len(total))
	}
	if len(level) == 0 {
		return fail("level is empty, the steepness needs two different levels or more")
	}
	m := &psychometric{shape: o.Shape, guess: o.Guess, lapse: o.Lapse, lo: math.Inf(1), hi: math.Inf(-1), gap: math.Inf(1)}
	switch m.shape {
	case "":
		m.shape = "weibull"
	case "weibull", "logistic", "normal":
	default:
		return fail("Shape is %q, it must be \"weibull\", \"logistic\" or \"normal\"", o.Shape)
	}
	for _, p := range []struct {
		name string
		v    *float64
		def  float64
	}{{"Guess", &m.guess, 0.5}, {"Lapse", &m.lapse, 0.02}} {
		switch v := *p.v; {
		case v == 0:
			*p.v = p.def
		case v == -1:
			*p.v = 0
		case !(v > 0 && v < 1):
			return fail("%s is %g, it must lie between 0 and 1 (0 means %g, -1 means none)", p.name, v, p.def)
		}
	}
	if err := m.freeRates(o); err != nil {
		return nil, err
	}
	if m.free() == 0 && m.guess+m.lapse >= 1 {
		return fail("Guess %g and Lapse %g leave nothing between them, their sum must be below 1", m.guess, m.lapse)
	}
	for i, l := range level {
		if math.IsNaN(l) || math.IsInf(l, 0) {
			return fail("level[%d] is %g, levels must be finite", i, l)
		}
		if m.shape == "weibull" && l < 0 {
			return fail("level[%d] is %g, a Weibull curve has levels of 0 or more (take \"logistic\" or \"normal\" for levels in dB)", i, l)
		}
		if total[i] < 1 {
			return fail("total[%d] is %d, each level needs at least one trial", i, total[i])
		}
		if correct[i] < 0 || correct[i] > total[i] {
			return fail("correct[%d] is %d of %d trials, it must lie between 0 and the number of trials", i, correct[i], total[i])
		}
		t := l
		if m.shape == "weibull" {
			t = vec.Log(l)
		}
		m.t = append(m.t, t)
		m.correct, m.total = append(m.correct, float64(correct[i])), append(m.total, float64(total[i]))
		if !math.IsInf(t, -1) {
			m.lo, m.hi = math.Min(m.lo, t), math.Max(m.hi, t)
		}
	}
	if !(m.hi > m.lo) {
		what := ""
		if m.shape == "weibull" {
			what = " above 0"
		}
		return fail("there are fewer than two different levels%s in %d, the steepness needs two or more", what, len(level))
	}
	sorted := slices.Sorted(slices.Values(m.t))
	for i := range len(sorted) - 1 {
		if d := sorted[i+1] - sorted[i]; d > 0 && !math.IsInf(d, 0) {
			m.gap = math.Min(m.gap, d)
		}
	}
	return m, nil
}

// curve returns F, 1-F and the density at z.
func (m *psychometric) curve(z float64) (f, not, dens float64) {
	switch m.shape {
	case "logistic":
		e := vec.Exp(-math.Abs(z))
		big, small := 1/(1+e), e/(1+e)
		if z < 0 {
			big, small = small, big
		}
		return big, small, big * small
	case "normal":
		return vec.NormCDF(z), vec.NormCDF(-z), density(z)
	}
	e := vec.Exp(z)
	return -vec.Expm1(-e), vec.Exp(-e), vec.Exp(z - e)
}

// quantile returns z with guess + (1-guess-lapse) F(z) = prob; ok is false when
// prob is not on the curve.
func (m *psychometric) quantile(prob float64) (z float64, ok bool) {
	rise := 1 - m.guess - m.lapse
	f, not := (prob-m.guess)/rise, (1-m.lapse-prob)/rise
	if !(f > 0 && not > 0) {
		return 0, false
	}
	switch m.shape {
	case "logistic":
		return vec.Log(f / not), true
	case "normal":
		return vec.NormQuantile(f), true
	}
	return vec.Log(-vec.Log(not)), true
}

// argument returns k (t_i - m), -Inf for level 0 of a Weibull curve.
func (m *psychometric) argument(i int, q [2]float64) float64 {
	return vec.Exp(q[1]) * (m.t[i] - q[0])
}

// probability returns that of a correct response at level i, and of another.
func (m *psychometric) probability(i int, q [2]float64) (p, not float64) {
	f, g, _ := m.curve(m.argument(i, q))
	rise := 1 - m.guess - m.lapse
	return m.guess + float64(rise*f), m.lapse + float64(rise*g)
}

func (m *psychometric) loglik(q [2]float64) float64 {
	sum := 0.0
	if m.task.Err() != nil {
		return math.Inf(-1)
	}
	for i, c := range m.correct {
		p, not := m.probability(i, q)
		if c > 0 {
			sum += float64(c * vec.Log(p))
		}
		if rest := m.total[i] - c; rest > 0 {
			sum += float64(rest * vec.Log(not))
		}
	}
	if math.IsNaN(sum) {
		return math.Inf(-1)
	}
	return sum
}

// score returns the derivatives of the log likelihood and their expected
// covariance.
func (m *psychometric) score(q [2]float64) (g [2]float64, info [2][2]float64) {
	k := vec.Exp(q[1])
	rise := 1 - m.guess - m.lapse
	for i, c := range m.correct {
		z := m.argument(i, q)
		if math.IsInf(z, 0) {
			continue
		}
		p, not := m.probability(i, q)
		_, _, d := m.curve(z)
		j := [2]float64{-rise * d * k, rise * d * z}
		v := p * not
		if !(v > 0) || d == 0 {
			continue
		}
		r := (float64(c*not) - float64((m.total[i]-c)*p)) / v
		for a := range j {
			g[a] += float64(j[a] * r)
			for b := range j {
				info[a][b] += float64(m.total[i] * j[a] * j[b] / v)
			}
		}
	}
	return g, info
}

// maximise climbs from the best position of each of several steepnesses: the
// likelihood can have more than one maximum.
func (m *psychometric) maximise() (q [2]float64, steps int, err error) {
	width := m.hi - m.lo
	best := math.Inf(-1)
	for _, k := range []float64{0.5, 1, 2, 4, 8, 16, 32, 64} {
		var start [2]float64
		highest := math.Inf(-1)
		for a := -5; a <= 25; a++ {
			at := [2]float64{m.lo + float64(width*float64(a)/20), vec.Log(k / width)}
			if l := m.loglik(at); l > highest {
				highest, start = l, at
			}
		}
		at, n := m.climb(start)
		steps += n
		// A later climb to the same maximum differs by rounding only.
		if l := m.loglik(at); l > best+1e-9 {
			best, q = l, at
		}
	}
	return q, steps, m.determined(q)
}

// climb goes from q to a maximum by Fisher's scoring.
func (m *psychometric) climb(q [2]float64) (top [2]float64, steps int) {
	width, best := m.hi-m.lo, m.loglik(q)
	for ; steps < 1000 && m.task.Err() == nil; steps++ {
		g, info := m.score(q)
		det := float64(info[0][0]*info[1][1]) - float64(info[0][1]*info[0][1])
		if !(det > 1e-12*info[0][0]*info[1][1]) {
			break
		}
		d := [2]float64{
			(float64(info[1][1]*g[0]) - float64(info[0][1]*g[1])) / det,
			(float64(info[0][0]*g[1]) - float64(info[0][1]*g[0])) / det,
		}
		// Far from the maximum the step is kept within the scale of the data.
		if size := math.Max(math.Abs(d[0])/width, math.Abs(d[1])); size > 1 {
			d[0], d[1] = d[0]/size, d[1]/size
		}
		moved := false
		for t := 1.0; t > 1e-10; t /= 2 {
			next := [2]float64{q[0] + float64(t*d[0]), q[1] + float64(t*d[1])}
			if l := m.loglik(next); l > best {
				q, best, moved = next, l, true
				break
			}
		}
		gain := float64(g[0]*d[0]) + float64(g[1]*d[1])
		if !moved || gain < 1e-26*(1+math.Abs(best)) {
			break
		}
	}
	return q, steps
}

// determined returns an error for a maximum at infinity.
func (m *psychometric) determined(q [2]float64) error {
	right, wrong := true, true
	for i, n := range m.total {
		right, wrong = right && m.correct[i] == n, wrong && m.correct[i] == 0
	}
	switch {
	case right:
		return fmt.Errorf("behavior: FitPsychometric: the responses are all correct, at each of the %d levels, which places no curve; harder levels are needed", len(m.total))
	case wrong:
		return fmt.Errorf("behavior: FitPsychometric: the responses are all wrong, at each of the %d levels, which places no curve; easier levels are needed", len(m.total))
	}
	k, width := vec.Exp(q[1]), m.hi-m.lo
	_, info := m.score(q)
	det := float64(info[0][0]*info[1][1]) - float64(info[0][1]*info[0][1])
	vague := !(det > 1e-8*info[0][0]*info[1][1])
	switch {
	case k*m.gap > 30, vague && k*m.gap > 2:
		return fmt.Errorf("behavior: FitPsychometric: the responses step from one level to the next, which leaves the steepness without a limit; levels between them are needed")
	case vague, k*width < 0.02, q[0] < m.lo-float64(10*width), q[0] > m.hi+float64(10*width):
		return fmt.Errorf("behavior: FitPsychometric: the responses do not rise enough over the levels to place a curve from %g to %g; levels with higher and lower performance are needed", m.guess, 1-m.lapse)
	}
	return nil
}

// profile returns the highest log likelihood with the threshold (the place
// where the argument is z) at t, searched around log steepness s.
func (m *psychometric) profile(t, z, s float64) float64 {
	at := func(s float64) float64 {
		return m.loglik([2]float64{t - float64(z*vec.Exp(-s)), s})
	}
	best, where := math.Inf(-1), s
	const half, steps = 6.0, 48
	const cell = 2 * half / steps
	for i := 0; i <= steps; i++ {
		x := s - half + float64(cell*float64(i))
		if l := at(x); l > best {
			best, where = l, x
		}
	}
	// Golden section around the best of the grid.
	const ratio = 0.6180339887498949
	a, b := where-cell, where+cell
	x1, x2 := b-float64(ratio*(b-a)), a+float64(ratio*(b-a))
	f1, f2 := at(x1), at(x2)
	for range 36 {
		if f1 > f2 {
			b, x2, f2 = x2, x1, f1
			x1 = b - float64(ratio*(b-a))
			f1 = at(x1)
		} else {
			a, x1, f1 = x1, x2, f2
			x2 = a + float64(ratio*(b-a))
			f2 = at(x2)
		}
	}
	return math.Max(best, math.Max(f1, f2))
}

// bound goes from the threshold at best in direction sign to where twice the
// profile has fallen by drop.
func (m *psychometric) bound(q [2]float64, z, best, drop, sign float64) float64 {
	top := m.loglik(q)
	return m.seek(best, sign, 48, func(t float64) bool { return 2*(top-m.profile(t, z, q[1])) > drop })
}
