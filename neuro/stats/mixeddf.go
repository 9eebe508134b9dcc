package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

const (
	satterthwaiteName = "satterthwaite"
	kenwardRogerName  = "kenward-roger"
)

// degrees returns the name of the method of tests.
func (o MixedOptions) degrees() (string, error) {
	switch o.DF {
	case "", satterthwaiteName:
		return satterthwaiteName, nil
	case kenwardRogerName:
		if o.ML {
			return "", fmt.Errorf("stats: Mixed: DF %q is for REML; leave ML out", o.DF)
		}
		return o.DF, nil
	}
	return "", fmt.Errorf("stats: Mixed: DF is %q; it may be %q (also \"\") or %q", o.DF, satterthwaiteName, kenwardRogerName)
}

// degrees returns the degrees of freedom of a contrast.
func (m *MixedFit) degrees(c []float64) float64 {
	if m.kr != nil {
		return m.kr.df(c)
	}
	return m.satterthwaite(c, m.curvature)
}

// contrastVariance returns the variance of c'beta for theta and log σ.
func (m *MixedFit) contrastVariance(c, psi []float64) float64 {
	if !m.fit.factor(psi[:len(psi)-1]) {
		return math.NaN()
	}
	_, inverse := m.fit.fixed()
	v := m.covariance(inverse, vec.Exp(psi[len(psi)-1]))
	sum := 0.0
	for i, a := range c {
		for j, b := range c {
			sum += float64(float64(a*b) * v[i][j])
		}
	}
	return sum
}

// varianceOfParameters returns the covariance of theta and log σ, twice the inverse of the second
// derivatives of the criterion; directions along which it is flat are left out.
func (m *MixedFit) varianceOfParameters() [][]float64 {
	h := optim.Hessian(m.fit.at, m.psi, m.fit.at(m.psi))
	values, vectors, ok := linalg.Symmetric(h)
	if !ok {
		return nil
	}
	largest := 0.0
	for _, v := range values {
		largest = math.Max(largest, v)
	}
	return linalg.Spectral(values, vectors, func(v float64) float64 {
		if v < 1e-6*largest {
			return 0
		}
		return 2 / v
	})
}

// satterthwaite returns the degrees of freedom of a contrast.
func (m *MixedFit) satterthwaite(c []float64, a [][]float64) float64 {
	if a == nil {
		return math.NaN()
	}
	v := m.contrastVariance(c, m.psi)
	g := make([]float64, len(m.psi))
	psi := append([]float64(nil), m.psi...)
	for i := range psi {
		h := float64(1e-4 * math.Max(0.1, math.Abs(psi[i])))
		psi[i] = m.psi[i] + h
		up := m.contrastVariance(c, psi)
		psi[i] = m.psi[i] - h
		g[i] = (up - m.contrastVariance(c, psi)) / (2 * h)
		psi[i] = m.psi[i]
	}
	spread := 0.0
	for i := range g {
		for j := range g {
			spread += float64(float64(g[i]*g[j]) * a[i][j])
		}
	}
	return 2 * v * v / spread
}

// A JointTest is a test of one or more contrasts of fixed effects at once.
type JointTest struct {
	Name     string
	F        float64 // Wald's, over the number of contrasts, times Scale
	DF1, DF2 float64
	P        float64
	Scale    float64 // of Kenward and Roger; 1 with Satterthwaite's and for one contrast
}

// Joint tests that all of some contrasts of the fixed effects are 0: a weight for each effect, in the order
// of Fixed. {0, 1, 0} tests the second, {0, 1, 0} and {0, 0, 1} the last two of three together.
//
//	F = Scale (Lβ)'(LCL')⁻¹(Lβ) / q
//
// With Kenward and Roger's method C is the corrected covariance, and Scale and DF2 give F's mean and
// variance (1997, Biometrics 53:983, p. 988). With Satterthwaite's DF2 has the mean of F that the
// degrees of freedom of the q independent t have (Fai and Cornelius 1996, J Stat Comput Simul 54:363;
// at least 2).
//
// Errors: no contrasts, a number of weights other than that of fixed effects, contrasts that depend on each other.
// Checked against pbkrtest and lmerTest.
func (m *MixedFit) Joint(name string, contrasts ...[]float64) (JointTest, error) {
	fail := func(format string, args ...any) (JointTest, error) {
		return JointTest{}, fmt.Errorf("stats: MixedFit.Joint: %s: "+format, append([]any{name}, args...)...)
	}
	if len(contrasts) == 0 {
		return fail("no contrasts")
	}
	for k, c := range contrasts {
		if len(c) != len(m.Fixed) {
			return fail("contrast %d has %d weights for %d fixed effects", k+1, len(c), len(m.Fixed))
		}
	}
	covariance := between(contrasts, m.vcov)
	inverse, dependent := linalg.InversePositive(covariance, 1e-10)
	if dependent >= 0 {
		return fail("contrast %d is 0 or follows from those before it", dependent+1)
	}
	x := JointTest{Name: name, DF1: float64(len(contrasts)), Scale: 1}
	values := make([]float64, len(contrasts))
	for k, c := range contrasts {
		for j, w := range c {
			values[k] += float64(w * m.Fixed[j].Estimate)
		}
	}
	x.F = variance(values, inverse) / x.DF1
	if m.kr != nil {
		var ok bool
		if x.Scale, x.DF2, ok = m.kr.joint(contrasts); !ok {
			return fail("the contrasts depend on each other")
		}
		x.F *= x.Scale
	} else {
		x.DF2 = m.jointSatterthwaite(contrasts, covariance)
	}
	x.P = math.NaN()
	switch {
	case math.IsInf(x.DF2, 1):
		x.P = dist.ChiSquareSF(float64(x.F*x.DF1), x.DF1)
	case x.DF2 > 0:
		x.P = dist.FSF(x.F, x.DF1, x.DF2)
	}
	return x, nil
}

// jointSatterthwaite returns the second degrees of freedom of F of contrasts with a covariance.
func (m *MixedFit) jointSatterthwaite(l, covariance [][]float64) float64 {
	if len(l) == 1 {
		return m.degrees(l[0])
	}
	_, vectors, ok := linalg.Symmetric(covariance)
	if !ok {
		return math.NaN()
	}
	q, sum, least, most := float64(len(l)), 0.0, math.Inf(1), 0.0
	for _, u := range vectors {
		c := make([]float64, len(m.Fixed))
		for k, w := range u {
			for j, v := range l[k] {
				c[j] += float64(w * v)
			}
		}
		df := m.degrees(c)
		least, most = math.Min(least, df), math.Max(most, df)
		if math.IsInf(df, 1) {
			sum++
		} else {
			sum += df / (df - 2)
		}
	}
	switch {
	case most-least < 1e-8:
		return least
	case least <= 2:
		return 2
	}
	return 2 * sum / (sum - q)
}
