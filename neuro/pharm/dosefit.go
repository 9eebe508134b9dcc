package pharm

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A doseCurve is a least-squares problem in q = bottom, top, log EC50, slope.
type doseCurve struct {
	dose, y []float64
	log     []float64 // log dose, -Inf for 0
	lo, hi  float64   // smallest and largest log dose above 0
	o       DoseOptions
	free    [4]bool
	n       int              // number of free parameters
	task    *display.Counter // of the fit, nil without
}

func newDoseCurve(dose, response []float64, o DoseOptions) (*doseCurve, error) {
	n, err := checkDoses(dose, response, o)
	if err != nil {
		return nil, err
	}
	c := &doseCurve{
		dose: append([]float64(nil), dose...), y: append([]float64(nil), response...),
		log: make([]float64, len(dose)), o: o, free: [4]bool{!o.FixBottom, !o.FixTop, true, true}, n: n,
	}
	for i, d := range dose {
		c.log[i] = math.Inf(-1)
		if d > 0 {
			c.log[i] = vec.Log(d)
		}
	}
	lo, hi := span(dose)
	c.lo, c.hi = vec.Log(lo), vec.Log(hi)
	return c, nil
}

// share returns 1/(1+(EC50/x)^slope) and how far log x lies above log EC50, 0
// for the controls, whose share does not depend on either.
func (c *doseCurve) share(i int, q [4]float64) (s, d float64) {
	if c.dose[i] == 0 {
		if q[3] > 0 {
			return 0, 0
		}
		return 1, 0
	}
	d = c.log[i] - q[2]
	return 1 / (1 + vec.Exp(-float64(q[3]*d))), d
}

func (c *doseCurve) rss(q [4]float64) float64 {
	sum := 0.0
	for i, y := range c.y {
		s, _ := c.share(i, q)
		r := q[0] + float64((q[1]-q[0])*s) - y
		sum += float64(r * r)
	}
	return sum
}

// normal returns the gradient of half the sum of squares, JᵀJ, and the
// half's second derivatives.
func (c *doseCurve) normal(q [4]float64) (g [4]float64, jj, h [4][4]float64) {
	for i, y := range c.y {
		s, d := c.share(i, q)
		span, n := q[1]-q[0], q[3]
		s1 := s * (1 - s)
		s2 := s1 * (1 - 2*s)
		if c.dose[i] == 0 {
			s1, s2 = 0, 0
		}
		r := q[0] + float64(span*s) - y
		j := [4]float64{1 - s, s, -span * s1 * n, span * s1 * d}
		second := [4][4]float64{
			2: {s1 * n, -s1 * n, span * s2 * n * n, 0},
			3: {-s1 * d, s1 * d, -span * (s1 + float64(s2*n*d)), span * s2 * d * d},
		}
		for a := range j {
			g[a] += float64(j[a] * r)
			for b := 0; b <= a; b++ {
				jj[a][b] += float64(j[a] * j[b])
				h[a][b] += float64(j[a]*j[b]) + float64(r*second[a][b])
			}
		}
	}
	for a := range jj {
		for b := 0; b < a; b++ {
			jj[b][a], h[b][a] = jj[a][b], h[a][b]
		}
	}
	return g, jj, h
}

// start is the best point of a grid over log EC50 and slope, with the plateaus
// by linear least squares.
func (c *doseCurve) start() [4]float64 {
	best, least := [4]float64{}, math.Inf(1)
	const steps = 24
	for k := 0; k <= steps; k++ {
		middle := c.lo - 1 + float64((c.hi-c.lo+2)*float64(k))/steps
		for _, slope := range []float64{0.5, 1, 2, 4, 8, -0.5, -1, -2, -4, -8} {
			if c.task.Err() != nil {
				return best
			}
			q := c.plateaus([4]float64{c.o.Bottom, c.o.Top, middle, slope})
			if rss := c.rss(q); rss < least {
				best, least = q, rss
			}
		}
	}
	return best
}

// plateaus replaces the free plateaus by the best ones for log EC50 and slope.
func (c *doseCurve) plateaus(q [4]float64) [4]float64 {
	var a, b, d, p, r float64 // sums of (1-s)², (1-s) s, s², (1-s) y, s y
	for i, y := range c.y {
		s, _ := c.share(i, q)
		a += float64((1 - s) * (1 - s))
		b += float64((1 - s) * s)
		d += float64(s * s)
		p += float64((1 - s) * y)
		r += float64(s * y)
	}
	switch det := float64(a*d) - float64(b*b); {
	case c.free[0] && c.free[1] && det > 1e-12*a*d:
		q[0], q[1] = (float64(p*d)-float64(r*b))/det, (float64(r*a)-float64(p*b))/det
	case c.free[0] && c.free[1]:
		mean := (p + r) / float64(len(c.y))
		q[0], q[1] = mean, mean
	case c.free[0] && a > 0:
		q[0] = (p - float64(b*q[1])) / a
	case c.free[1] && d > 0:
		q[1] = (r - float64(b*q[0])) / d
	}
	return q
}

// fit goes from the start to the minimum by Levenberg-Marquardt steps, and on
// by Newton steps with the true second derivatives, which end at rounding.
func (c *doseCurve) fit() (q [4]float64, steps int, err error) {
	q = c.start()
	f := c.rss(q)
	damping := 1e-3
	for ; steps < 500 && c.task.Err() == nil; steps++ {
		g, jj, _ := c.normal(q)
		next, moved := q, false
		for ; damping < 1e12; damping *= 10 {
			m := jj
			for a := range m {
				m[a][a] += float64(damping * m[a][a])
			}
			step, ok := c.solve(m, g)
			if !ok {
				continue
			}
			for a := range next {
				next[a] = q[a] - step[a]
			}
			if fn := c.rss(next); fn < f {
				moved = true
				drop := f - fn
				q, f, damping = next, fn, math.Max(damping/10, 1e-12)
				if drop <= 1e-14*f {
					moved = false
				}
				break
			}
		}
		if !moved {
			break
		}
	}
	for range 20 {
		if err := c.task.Err(); err != nil {
			return q, steps, fmt.Errorf("pharm: FitDoseResponse: %w", err)
		}
		g, _, h := c.normal(q)
		step, ok := c.solve(h, g)
		if !ok {
			break
		}
		next, size := q, 0.0
		for a := range next {
			next[a] -= step[a]
			size = math.Max(size, math.Abs(step[a])/(1+math.Abs(q[a])))
		}
		if !(c.rss(next) <= f*(1+1e-12)) {
			break
		}
		q, f = next, c.rss(next)
		steps++
		if size < 1e-15 {
			break
		}
	}
	g, jj, _ := c.normal(q)
	if err := c.determined(q, g, jj, f); err != nil {
		return q, steps, err
	}
	return q, steps, nil
}

// turn returns the dose at which mean responses are farthest from those at the smallest and at the
// largest dose, and whether the way back from there is more than half of their range.
func (c *doseCurve) turn() (dose float64, turns bool) {
	order := make([]int, len(c.y))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return c.dose[order[a]] < c.dose[order[b]] })
	var x, mean []float64
	n := 0
	for _, i := range order {
		if len(x) == 0 || x[len(x)-1] != c.dose[i] {
			x, mean, n = append(x, c.dose[i]), append(mean, 0), 0
		}
		n++
		last := len(mean) - 1
		mean[last] += (c.y[i] - mean[last]) / float64(n)
	}
	first, last := mean[0], mean[len(mean)-1]
	lo, hi, most := first, first, 0.0
	for k, v := range mean {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
		// How far v lies outside of what is between the ends.
		if far := math.Max(v-math.Max(first, last), math.Min(first, last)-v); far > most {
			most, dose = far, x[k]
		}
	}
	return dose, most > (hi-lo)/2
}

// determined returns an error for a fit that the data do not pin down.
func (c *doseCurve) determined(q, g [4]float64, jj [4][4]float64, rss float64) error {
	wide := float64(c.hi-c.lo) + 10
	if !(q[2] > c.lo-wide && q[2] < c.hi+wide) || !(math.Abs(q[3]) < 1e3) || math.Abs(q[3]) < 1e-3 {
		return fmt.Errorf("pharm: FitDoseResponse: the fit runs away to an EC50 of %.3g and a slope of %.3g, with doses from %.3g to %.3g; doses on both plateaus and between them are needed, or a plateau fixed (FixBottom, FixTop)", vec.Exp(q[2]), q[3], vec.Exp(c.lo), vec.Exp(c.hi))
	}
	// The correlation matrix of the derivatives tells whether each parameter
	// has something of its own to say.
	for a, free := range c.free {
		if free && jj[a][a] == 0 {
			return fmt.Errorf("pharm: FitDoseResponse: %s has no influence on the fit: the response is flat or steps between two neighbouring doses", doseNames[a])
		}
	}
	if _, ok := c.solve(jj, g); !ok {
		return fmt.Errorf("pharm: FitDoseResponse: the parameters cannot be told apart (EC50 %.3g, slope %.3g); doses on both plateaus and between them are needed, or a plateau fixed (FixBottom, FixTop)", vec.Exp(q[2]), q[3])
	}
	// At the minimum the residuals are orthogonal to the derivatives.
	for a, free := range c.free {
		if free && math.Abs(g[a]) > float64(1e-6*math.Sqrt(jj[a][a]*rss))+float64(1e-12*jj[a][a]) {
			return fmt.Errorf("pharm: FitDoseResponse: no minimum was found (EC50 %.3g, slope %.3g); doses on both plateaus and between them are needed, or a plateau fixed (FixBottom, FixTop)", vec.Exp(q[2]), q[3])
		}
	}
	return nil
}

var doseNames = [4]string{"Bottom", "Top", "EC50", "Slope"}

// solve returns m⁻¹ g over the free parameters, 0 for the others; ok is false
// when m is not positive definite by its own scale.
func (c *doseCurve) solve(m [4][4]float64, g [4]float64) (x [4]float64, ok bool) {
	inv, ok := c.inverse(m)
	for a := range x {
		for b := range x {
			x[a] += float64(inv[a][b] * g[b])
		}
	}
	return x, ok
}

// inverse inverts m over the free parameters by Cholesky's factors of the
// matrix scaled to a diagonal of 1.
func (c *doseCurve) inverse(m [4][4]float64) (inv [4][4]float64, ok bool) {
	var at []int
	var scale [4]float64
	for a, free := range c.free {
		if free {
			if !(m[a][a] > 0) {
				return inv, false
			}
			at, scale[a] = append(at, a), math.Sqrt(m[a][a])
		}
	}
	n := len(at)
	var l, w [4][4]float64 // the factor and its inverse
	for i := 0; i < n; i++ {
		for j := 0; j <= i; j++ {
			s := m[at[i]][at[j]] / (scale[at[i]] * scale[at[j]])
			for k := 0; k < j; k++ {
				s -= float64(l[i][k] * l[j][k])
			}
			if i == j {
				if !(s > 1e-13) {
					return inv, false
				}
				l[i][i] = math.Sqrt(s)
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	for i := 0; i < n; i++ {
		w[i][i] = 1 / l[i][i]
		for j := 0; j < i; j++ {
			s := 0.0
			for k := j; k < i; k++ {
				s -= float64(l[i][k] * w[k][j])
			}
			w[i][j] = s / l[i][i]
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := 0.0
			for k := max(i, j); k < n; k++ {
				s += float64(w[k][i] * w[k][j])
			}
			inv[at[i]][at[j]] = s / (scale[at[i]] * scale[at[j]])
		}
	}
	return inv, true
}

// result names the parameters so that Bottom is below Top, and adds the
// standard errors.
func (c *doseCurve) result(q [4]float64, steps int) (*DoseFit, error) {
	if q[0] > q[1] && c.free[0] && c.free[1] {
		q[0], q[1], q[3] = q[1], q[0], -q[3]
	}
	_, jj, h := c.normal(q)
	rss := c.rss(q)
	f := &DoseFit{
		Bottom: q[0], Top: q[1], EC50: vec.Exp(q[2]), Slope: q[3],
		RSS: rss, DF: len(c.y) - c.n, Iterations: steps,
		Dose: c.dose, Response: c.y, DoseUnit: c.o.DoseUnit, Unit: c.o.Unit,
	}
	variance := rss / float64(f.DF)
	f.Sigma = math.Sqrt(variance)
	inv, _ := c.inverse(jj)
	for a := range inv {
		for b := range inv {
			f.cov[a][b] = variance * inv[a][b]
		}
	}
	errors := func(m [4][4]float64) DoseParams {
		return DoseParams{
			Bottom: math.Sqrt(variance * m[0][0]), Top: math.Sqrt(variance * m[1][1]),
			EC50: f.EC50 * math.Sqrt(variance*m[2][2]), Slope: math.Sqrt(variance * m[3][3]),
		}
	}
	f.SE = errors(inv)
	if inv, ok := c.inverse(h); ok {
		f.SEObserved = errors(inv)
	} else {
		nan := math.NaN()
		f.SEObserved = DoseParams{nan, nan, nan, nan}
	}
	return f, nil
}

// studentQuantile returns the quantile of Student's t distribution for p of at
// least 1/2 and whole degrees of freedom.
func studentQuantile(p float64, df int) float64 {
	if df < 1 || !(p >= 0.5 && p < 1) {
		return math.NaN()
	}
	lo, hi := 0.0, 1.0
	for studentCDF(hi, df) < p && hi < 1e300 {
		lo, hi = hi, hi*2
	}
	for range 200 {
		mid := lo + float64((hi-lo)/2)
		if mid <= lo || mid >= hi {
			break
		}
		if studentCDF(mid, df) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// studentCDF is the distribution function for t >= 0: Abramowitz and Stegun
// 1964, 26.7.3 and 26.7.4; the normal one with its first corrections above a
// million degrees of freedom.
func studentCDF(t float64, df int) float64 {
	n := float64(df)
	if df > 1e6 {
		// 26.7.8 inverted: the error is of the order of 1/n².
		z := t * (1 - 0.25/n) / math.Sqrt(1+float64(t*t/(2*n)))
		return vec.NormCDF(z)
	}
	r := math.Sqrt(n + float64(t*t))
	sin, cos2 := t/r, n/(r*r)
	if df%2 == 0 {
		term, sum := 1.0, 1.0
		for k := 2; k < df; k += 2 {
			term = float64(term * cos2 * float64(k-1) / float64(k))
			sum += term
		}
		return 0.5 + float64(sin*sum/2)
	}
	theta := vec.Atan(t / math.Sqrt(n))
	term := math.Sqrt(n) / r
	sum := 0.0
	for k := 3; k <= df; k += 2 {
		sum += term
		term = float64(term * cos2 * float64(k-1) / float64(k))
	}
	return 0.5 + float64((theta+float64(sin*sum))/math.Pi)
}
