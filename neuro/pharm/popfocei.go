package pharm

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A popPoint is a population model as the search sees it. Random effects are
// root times independent standard normal numbers z, so that a variance may be 0.
type popPoint struct {
	typical []float64 // logarithms
	effects []float64 // of the covariates that are not fixed
	root    [][]float64
	a, b    float64 // additive and proportional residual
}

// A popSubject is one subject's part of the likelihood, with what an evaluation
// leaves for the next one to start from.
type popSubject struct {
	Subject
	censored []bool    // samples below the limit, by M3
	limit    float64   // of these
	shift    []float64 // of the logarithms of the parameters, by fixed covariates
	slot, of []int     // for each covariate that is not fixed: its effect and its parameter
	x        []float64 // and its value

	l         layout
	bio       float64    // bioavailability
	saturable *saturable // solves models that are not linear
	at        []int      // places of the random effects among the parameters
	z         []float64
	chord     [][]float64 // Cholesky's factor of the curvature at an earlier place
	converged bool

	// Of the last place looked at:
	p         []float64   // logarithms of the parameters
	c         []float64   // predictions
	d         [][]float64 // their derivatives by p
	g         []float64   // gradient of half the value
	curvature [][]float64 // expected second derivatives of half the value
	row       []float64
}

func newPopSubject(s Subject, l layout, at []int) *popSubject {
	q, params := len(at), len(l.names())
	p := &popSubject{
		l: l, bio: 1,
		Subject: s, at: at, z: make([]float64, q), g: make([]float64, q), row: make([]float64, q),
		shift: make([]float64, params), p: make([]float64, params), c: make([]float64, len(s.T)),
		d: linalg.Matrix(len(s.T), params), curvature: linalg.Matrix(q, q),
	}
	if l.saturable {
		p.saturable = newSaturable(l, s, p.bio, true)
	}
	return p
}

// predict sets predictions and derivatives for random effects root z.
func (s *popSubject) predict(m *popPoint, z []float64) {
	copy(s.p, m.typical)
	for i, v := range s.shift {
		s.p[i] += v
	}
	for k, slot := range s.slot {
		s.p[s.of[k]] += float64(m.effects[slot] * s.x[k])
	}
	for k, at := range s.at {
		for j := range k + 1 {
			s.p[at] += float64(m.root[k][j] * z[j])
		}
	}
	own := s.l.fromLog(s.p)
	own.F = s.bio
	if s.l.saturable {
		s.saturable.solve(&own, s.c, s.d)
		return
	}
	curve := perturb(own)
	for i, t := range s.T {
		clear(s.d[i])
		s.c[i] = 0
		for _, dose := range s.Doses {
			lag := 0.0
			if dose.Oral {
				lag = own.Lag
			}
			for k := range max(dose.Count, 1) {
				if from := dose.Time + float64(float64(k)*dose.Every) + lag; t >= from {
					s.c[i] += curve.add(s.d[i], dose, t-from)
				}
			}
		}
	}
}

// look returns half of minus twice the logarithm of the joint density of the
// samples and z, without the normal densities' constants, and sets gradient and
// expected curvature by z.
func (s *popSubject) look(m *popPoint, z []float64) float64 {
	s.predict(m, z)
	sum := 0.0
	for k := range z {
		sum += float64(z[k] * z[k] / 2)
		s.g[k] = z[k]
		clear(s.curvature[k])
		s.curvature[k][k] = 1
	}
	for i, y := range s.C {
		half, slope, weight := s.sample(m, i, y)
		sum += half
		for k := range s.row {
			s.row[k] = 0
			for j := k; j < len(s.at); j++ {
				s.row[k] += float64(s.d[i][s.at[j]] * m.root[j][k])
			}
			s.g[k] += float64(slope * s.row[k])
			for j := range k + 1 {
				s.curvature[k][j] += float64(weight * s.row[k] * s.row[j])
			}
		}
	}
	return sum
}

// sample returns half of minus twice the log density of a sample, its derivative
// by the prediction and its expected second derivative.
func (s *popSubject) sample(m *popPoint, i int, y float64) (half, slope, weight float64) {
	f := s.c[i]
	part := m.b * f
	r := float64(m.a*m.a) + float64(part*part)
	dr := 2 * m.b * part
	if s.censored != nil && s.censored[i] {
		sd := math.Sqrt(r)
		w := (s.limit - f) / sd
		by := -1/sd - float64(w*dr)/(2*r)
		lp := logNormCDF(w)
		h := vec.Exp(-float64(w*w/2)-lp) / math.Sqrt(2*math.Pi)
		return -lp, -h * by, h * (w + h) * by * by
	}
	e := y - f
	half = (float64(e*e)/r + vec.Log(r)) / 2
	slope = -e/r + float64((1-e*e/r)*dr)/(2*r)
	weight = 1/r + float64(dr*dr)/(2*float64(r*r))
	return half, slope, weight
}

// mode moves z to the most likely random effects and returns the subject's part
// of the objective,
//
//	-2 log l(ẑ) + ẑ'ẑ + log |I + Σ (∂f/∂z ∂f/∂z'/R + ∂R/∂z ∂R/∂z'/2R²)|.
//
// A search that does not end from where the last one did, or ends where few subjects
// are, as after a model that was far off, begins again at 0.
func (s *popSubject) mode(m *popPoint) float64 {
	value := s.settle(m)
	far := false
	for _, z := range s.z {
		far = far || math.Abs(z) > 3.5
	}
	if far || !s.converged {
		ok := s.converged
		z := append([]float64(nil), s.z...)
		s.chord = nil
		clear(s.z)
		again := s.settle(m)
		if again > value || math.IsNaN(again) {
			copy(s.z, z)
			again, s.converged = s.look(m, z), ok
		}
		value = again
	}
	l, bad := linalg.Cholesky(symmetric(s.curvature), 1e-15)
	if bad >= 0 || !isFinite(value) {
		return math.Inf(1)
	}
	sum := 2 * value
	for k := range l {
		sum += 2 * vec.Log(l[k][k])
	}
	return sum
}

// settle moves z to the most likely random effects and returns what look has there.
// Steps are Fisher's until they are small, then those of the true curvature, from
// differences, which is kept from call to call while it serves.
func (s *popSubject) settle(m *popPoint) float64 {
	value := s.look(m, s.z)
	q := len(s.z)
	if !isFinite(value) { // far from the last model
		clear(s.z)
		value = s.look(m, s.z)
	}
	s.converged = q == 0
	next, before, fresh := make([]float64, q), math.Inf(1), false
	for range 100 {
		if s.converged || !isFinite(value) {
			break
		}
		factor := s.chord
		if factor == nil {
			var bad int
			if factor, bad = linalg.Cholesky(symmetric(s.curvature), 1e-15); bad >= 0 {
				break
			}
		}
		step := solveLower(factor, s.g)
		size := 0.0
		for _, v := range step {
			size = math.Max(size, math.Abs(v))
		}
		if s.chord != nil && size > 0.1*before && !fresh {
			s.chord = nil
			before = math.Inf(1)
			continue
		}
		shorter := 1.0
		if s.saturable != nil && size > 1 { // what is predicted may change by orders of magnitude
			shorter = 1 / size
		}
		for {
			for k := range next {
				next[k] = s.z[k] - float64(shorter*step[k])
			}
			trial := s.look(m, next)
			if trial <= value || shorter*size < 1e-5 && trial <= value+float64(1e-9*(1+math.Abs(value))) {
				value = trial
				break
			}
			if shorter /= 2; shorter < 1e-6 {
				break
			}
		}
		if shorter < 1e-6 {
			if s.chord == nil {
				break
			}
			s.chord, before = nil, math.Inf(1)
			value = s.look(m, s.z)
			continue
		}
		copy(s.z, next)
		s.converged = size < 1e-10
		fresh = false
		if s.chord == nil && size < 0.1 && !s.converged {
			if s.curve(m); s.chord != nil {
				fresh = true
			}
		}
		before = size
	}
	return value
}

// curve sets chord to the factor of the second derivatives at z, if these are
// positive; what look left stays as it was.
func (s *popSubject) curve(m *popPoint) {
	const h = 1e-4
	q := len(s.z)
	a := linalg.Matrix(q, q)
	z := append([]float64(nil), s.z...)
	for k := range q {
		z[k] = s.z[k] + h
		s.look(m, z)
		copy(a[k], s.g)
		z[k] = s.z[k] - h
		s.look(m, z)
		for j := range q {
			a[k][j] = (a[k][j] - s.g[j]) / (2 * h)
		}
		z[k] = s.z[k]
	}
	s.look(m, s.z)
	for k := range q {
		for j := range k {
			a[k][j] = (a[k][j] + a[j][k]) / 2
			a[j][k] = a[k][j]
		}
	}
	if l, bad := linalg.Cholesky(a, 1e-10); bad < 0 {
		s.chord = l
	}
}

// symmetric fills the upper half from the lower.
func symmetric(a [][]float64) [][]float64 {
	for i := range a {
		for j := range i {
			a[j][i] = a[i][j]
		}
	}
	return a
}

// solveLower solves l l' x = g.
func solveLower(l [][]float64, g []float64) []float64 {
	x := append([]float64(nil), g...)
	for i := range x {
		for j := range i {
			x[i] -= float64(l[i][j] * x[j])
		}
		x[i] /= l[i][i]
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := i + 1; j < len(x); j++ {
			x[i] -= float64(l[j][i] * x[j])
		}
		x[i] /= l[i][i]
	}
	return x
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// objective returns the objective of all subjects, and each one's part.
func objective(subjects []*popSubject, m *popPoint) (sum float64, parts []float64) {
	parts = make([]float64, len(subjects))
	work := func(i int) { parts[i] = subjects[i].mode(m) }
	if len(m.root) == 0 && (len(subjects) == 0 || subjects[0].saturable == nil) {
		for i := range subjects {
			work(i)
		}
	} else {
		linalg.Parallel(len(subjects), work)
	}
	for _, v := range parts {
		sum += v
	}
	return sum, parts
}

// logNormCDF returns the logarithm of the normal distribution function, far in the
// tail by its continued fraction (Abramowitz and Stegun 1964, 26.2.14).
func logNormCDF(x float64) float64 {
	if x > -12 {
		return vec.Log(vec.NormCDF(x))
	}
	fraction := -x
	for k := 30; k >= 1; k-- {
		fraction = -x + float64(k)/fraction
	}
	return -float64(x*x/2) - vec.Log(fraction) - float64(vec.Log(2*math.Pi)/2)
}
