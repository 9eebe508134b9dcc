package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MetaD is metacognitive sensitivity, as MetaDPrime returns it.
type MetaD struct {
	DPrime    float64   `unit:"SD"` // sensitivity d' of the choices
	C         float64   `unit:"SD"` // criterion of the choices
	MetaD     float64   `unit:"SD"` // meta-d': the d' that an ideal observer of the same confidence would have
	SE        float64   `unit:"SD"` // standard error of MetaD, from the observed information; NaN where that is singular
	MRatio    float64   // MetaD / DPrime: metacognitive efficiency, 1 for an ideal observer
	MDiff     float64   `unit:"SD"` // MetaD - DPrime
	Criteria  []float64 `unit:"SD"` // of confidence, rising, without that of the choice
	LogLik    float64
	Converged bool
}

// MetaDPrime fits meta-d' to confidence ratings by maximum likelihood, with
// equal variances.
//
// s1 and s2 hold the number of trials of each response to the stimuli S1 and
// S2, from surest "S1" over least sure "S1", least sure "S2" to surest "S2": an
// even number of at least 4. To every count 1/len(s1) is added, as the method's
// authors advise for counts of 0, so that subjects stay comparable. The model
// holds the relative criterion c' of the choices fixed; the likelihood is that
// of the confidence given the choice:
//
//	P(conf k | "S2", S2) = (Φ(c_{k+1} - m) - Φ(c_k - m)) / Φ(m - c),  m = meta-d'/2,  c = meta-d' C/d'
//
// and so on for the other three. Unequal or odd lengths, negative counts, no
// trials of a stimulus, and d' within 1e-6 of 0 (where c' has no value) are
// errors.
//
// Source: Maniscalco and Lau 2012, Conscious Cogn 21:422. Checked against
// SciPy's maximum of the same likelihood.
func MetaDPrime(s1, s2 []int) (*MetaD, error) {
	fail := func(format string, a ...any) (*MetaD, error) {
		return nil, fmt.Errorf("behavior: MetaDPrime: "+format, a...)
	}
	if len(s1) != len(s2) || len(s1) < 4 || len(s1)%2 == 1 {
		return fail("s1 has %d and s2 %d responses; both must have the same even number, at least 4", len(s1), len(s2))
	}
	n := len(s1) / 2
	pad := 1 / float64(2*n)
	r := [2][]float64{make([]float64, 2*n), make([]float64, 2*n)}
	var all [2]float64
	for k, list := range [2][]int{s1, s2} {
		trials := 0
		for i, v := range list {
			if v < 0 {
				return fail("s%d[%d] is %d; a number of trials must be 0 or more", k+1, i, v)
			}
			trials += v
			r[k][i] = float64(v) + pad
			all[k] += r[k][i]
		}
		if trials == 0 {
			return fail("s%d has no trials; both stimuli must occur", k+1)
		}
	}
	m := &MetaD{SE: math.NaN()}
	var criteria []float64
	cum := [2]float64{}
	for k := 0; k < 2*n-1; k++ {
		cum[0], cum[1] = cum[0]+r[0][k], cum[1]+r[1][k]
		zf, zh := -vec.NormQuantile(cum[0]/all[0]), -vec.NormQuantile(cum[1]/all[1])
		criteria = append(criteria, -(zf+zh)/2)
		if k == n-1 {
			m.DPrime, m.C = zh-zf, -(zf+zh)/2
		}
	}
	if math.Abs(m.DPrime) < 1e-6 {
		return fail("d' of the choices is %.2g; meta-d' needs choices that differ from chance", m.DPrime)
	}
	relative := m.C / m.DPrime
	// Parameters: meta-d', then the logarithms of the gaps outward from the
	// criterion of the choice, first below, then above.
	cut := func(p []float64) []float64 {
		c := make([]float64, 2*n-1)
		c[n-1] = p[0] * relative
		for k := 1; k < n; k++ {
			c[n-1-k] = c[n-k] - vec.Exp(p[k])
			c[n-1+k] = c[n-2+k] + vec.Exp(p[n-1+k])
		}
		return c
	}
	start := []float64{m.DPrime}
	for k := 1; k < n; k++ {
		start = append(start, vec.Log(math.Max(criteria[n-k]-criteria[n-1-k], 0.05)))
	}
	for k := 1; k < n; k++ {
		start = append(start, vec.Log(math.Max(criteria[n-1+k]-criteria[n-2+k], 0.05)))
	}
	task := display.Start("behavior.MetaDPrime", "", 0)
	best := optim.Minimize(func(p []float64) float64 {
		c := cut(p)
		total := 0.0
		for k := range 2 {
			mean := float64((float64(k) - 0.5) * p[0])
			below, above := vec.Log(vec.NormCDF(c[n-1]-mean)), vec.Log(vec.NormCDF(mean-c[n-1]))
			for i, v := range r[k] {
				lo, hi, given := math.Inf(-1), math.Inf(1), below
				if i > 0 {
					lo = c[i-1]
				}
				if i < len(c) {
					hi = c[i]
				}
				if i >= n {
					given = above
				}
				total -= float64(v * (vec.Log(between(lo-mean, hi-mean)) - given))
			}
		}
		return total
	}, start, optim.Options{Stop: task.Err})
	stop := task.Err()
	task.End()
	if stop != nil {
		return fail("%w", stop)
	}
	m.MetaD, m.LogLik, m.Converged = best.X[0], -best.F, best.Converged
	m.MRatio, m.MDiff = m.MetaD/m.DPrime, m.MetaD-m.DPrime
	c := cut(best.X)
	m.Criteria = append(append([]float64(nil), c[:n-1]...), c[n:]...)
	if cov, ok := optim.InversePositive(best.Hessian); ok {
		m.SE = math.Sqrt(cov[0][0])
	}
	return m, nil
}

// String gives meta-d' beside d'.
func (m *MetaD) String() string {
	s := fmt.Sprintf("meta-d' = %.2f ± %.2f, d' = %.2f, M-ratio %.2f", m.MetaD, m.SE, m.DPrime, m.MRatio)
	if !m.Converged {
		s += "; not converged"
	}
	return s
}

// Table returns the measures as rows.
func (m *MetaD) Table() table.Table {
	return table.Table{Title: m.String(), Cols: []table.Col{
		{Name: "measure", Text: []string{"meta-d'", "SE of meta-d'", "d'", "criterion C", "M-ratio", "M-diff", "log likelihood"}},
		{Name: "value", Num: []float64{m.MetaD, m.SE, m.DPrime, m.C, m.MRatio, m.MDiff, m.LogLik}},
	}}
}

// Show shows the table.
func (m *MetaD) Show() display.Bundle { return m.Table().Show() }
