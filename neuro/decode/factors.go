package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// FactorAnalysis finds what features share: a few factors, beside noise that each
// feature has of its own. It is a Step of a Pipeline.
type FactorAnalysis struct {
	// Factors is how many there are, at least 1 and fewer than features.
	Factors int

	most int // rounds that are enough where this is not the end; 0 for as many as it takes
}

// A FactorFit is a fitted factor analysis.
type FactorFit struct {
	Mean     []float64
	Loadings [][]float64 // [factor][feature], the factor that explains most first; the largest element is positive
	Noise    []float64   // variance of each feature's own noise
	// LogLikelihood is the mean over samples, nats.
	LogLikelihood float64
	Samples       int
	Iterations    int

	project [][]float64 // [factor][feature]: factors from centred samples
}

// Fit maximises the likelihood of
//
//	x = mean + Lᵀ z + ε,   z ~ N(0, I),   ε_j ~ N(0, ψ_j)
//
// over the loadings L and the variances ψ. Given ψ the best L comes from the
// eigenvectors of the covariance of x/√ψ, and given L the next ψ is what L leaves
// of each variance; this goes on until the likelihood stands still, which is its
// maximum nearby.
//
// x is [sample][feature]. Fewer than 2 samples, rows of unequal length, NaN, Inf,
// a constant feature, Factors below 1 or not below the number of features,
// more than 2000 features, and a likelihood that still rises after 5000 rounds are
// errors. Where it hardly does, as on the long way of a variance to zero (a Heywood
// case, of few samples), the last round is the result.
//
// Source: Barber 2012, Bayesian Reasoning and Machine Learning, 21.2; of
// populations of neurons Yu et al. 2009, J. Neurophysiol. 102:614. Checked against
// scikit-learn 1.9.1's FactorAnalysis with a small tol.
func (a FactorAnalysis) Fit(x [][]float64) (*FactorFit, error) {
	const caller = "FactorAnalysis.Fit"
	if err := checkData(caller, x, make([]int, len(x))); err != nil {
		return nil, err
	}
	n, d := len(x), len(x[0])
	if n < 2 || d > 2000 {
		return nil, fmt.Errorf("decode: %s: x has %d samples of %d features; 2 samples or more of at most 2000 features are needed", caller, n, d)
	}
	if a.Factors < 1 || a.Factors >= d {
		return nil, fmt.Errorf("decode: %s: Factors is %d, it must be at least 1 and below the %d features", caller, a.Factors, d)
	}
	data, mean, sd := centre(x)
	for j, s := range sd {
		if s == 0 {
			return nil, fmt.Errorf("decode: %s: feature %d is %g in all samples, which has no variance to explain; leave it out", caller, j, mean[j])
		}
	}
	// Features in units of their standard deviations: loadings scale with them.
	c := linalg.Zeros(d)
	for i := range n {
		row := data[i*d : (i+1)*d]
		for j := range row {
			row[j] /= sd[j]
		}
		for j, v := range row {
			addTimes(c[j][:j+1], v/float64(n), row[:j+1])
		}
	}
	f := &FactorFit{Mean: mean, Samples: n, Noise: make([]float64, d)}
	for j := range f.Noise {
		f.Noise[j] = 1
		for k := range j {
			c[k][j] = c[j][k]
		}
	}
	task := display.Start("decode."+caller, "rounds", 0)
	defer task.End()
	last := math.Inf(-1)
	scaled := linalg.Zeros(d)
	still := 0
	for f.Iterations = 1; ; f.Iterations++ {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		for i := range scaled {
			for j := range i + 1 {
				scaled[i][j] = c[i][j] / math.Sqrt(float64(f.Noise[i]*f.Noise[j]))
			}
		}
		values, vectors, ok := linalg.Symmetric(scaled)
		if !ok {
			return nil, fmt.Errorf("decode: %s: the variances of the noise vanish; take fewer Factors than %d", caller, a.Factors)
		}
		f.Loadings = f.Loadings[:0]
		log := float64(d) * vec.Log(2*math.Pi)
		for k := range d {
			v := values[d-1-k]
			if k < a.Factors {
				log += vec.Log(math.Max(v, 1)) + v/math.Max(v, 1)
				u := vectors[d-1-k]
				l := make([]float64, d)
				for j, e := range u {
					l[j] = float64(e*math.Sqrt(math.Max(v-1, 0))) * math.Sqrt(f.Noise[j])
				}
				f.Loadings = append(f.Loadings, l)
			} else {
				log += v
			}
		}
		for _, p := range f.Noise {
			log += vec.Log(p)
		}
		now := float64(-log / 2)
		rise := now - last
		if rise <= float64(1e-12*math.Abs(now)) {
			still++
		} else {
			still = 0
		}
		if last = now; still >= 5 || f.Iterations == a.most {
			break
		}
		if f.Iterations == 5000 {
			// Where the noise of a feature goes to zero the way there is long, and
			// the last of it flat.
			if rise <= float64(1e-6*math.Abs(now)) {
				break
			}
			return nil, fmt.Errorf("decode: %s: the likelihood still rises after %d rounds; take fewer Factors than %d", caller, f.Iterations, a.Factors)
		}
		for j := range f.Noise {
			left := 1.0
			for _, l := range f.Loadings {
				left -= float64(l[j] * l[j])
			}
			f.Noise[j] = math.Max(left, 1e-12)
		}
	}
	f.LogLikelihood = last
	for j, s := range sd {
		f.LogLikelihood -= vec.Log(s)
		f.Noise[j] *= float64(s * s)
		for _, l := range f.Loadings {
			l[j] *= s
		}
	}
	for _, l := range f.Loadings {
		turn(l)
	}
	return f, f.projection()
}

// projection prepares the mean of the factors given a sample:
// (I + L ψ⁻¹ Lᵀ)⁻¹ L ψ⁻¹ (x - mean).
func (f *FactorFit) projection() error {
	k := len(f.Loadings)
	weighted := make([][]float64, k)
	for a, l := range f.Loadings {
		weighted[a] = make([]float64, len(l))
		vec.DivBlock(weighted[a], l, f.Noise)
	}
	m := linalg.Zeros(k)
	for a := range m {
		for b := range m {
			m[a][b] = dot(f.Loadings[a], weighted[b])
		}
		m[a][a]++
	}
	inverse, dependent := linalg.InversePositive(m, 1e-15)
	if dependent >= 0 {
		return fmt.Errorf("decode: FactorAnalysis.Fit: factor %d depends on those before it; take fewer Factors than %d", dependent, k)
	}
	f.project = make([][]float64, k)
	for a := range f.project {
		f.project[a] = make([]float64, len(f.Mean))
		for b, w := range weighted {
			addTimes(f.project[a], inverse[a][b], w)
		}
	}
	return nil
}

// FitStep is Fit for a Pipeline; it does not look at y.
func (a FactorAnalysis) FitStep(x [][]float64, _ []int) (Transform, error) { return a.Fit(x) }

// Apply returns the mean of the factors given each row of x, [sample][factor]. A
// row with another number of features is an error.
func (f *FactorFit) Apply(x [][]float64) ([][]float64, error) {
	return projected("FactorFit.Apply", x, f.Mean, f.project)
}

// Shared returns the share of each feature's variance that the factors explain.
func (f *FactorFit) Shared() []float64 {
	out := make([]float64, len(f.Mean))
	for j := range out {
		sum := 0.0
		for _, l := range f.Loadings {
			sum += float64(l[j] * l[j])
		}
		out[j] = sum / (sum + f.Noise[j])
	}
	return out
}

// Table returns the loadings of each feature, its noise and the share of its
// variance that is shared.
func (f *FactorFit) Table() table.Table {
	t := table.Table{Title: f.String(), Cols: []table.Col{{Name: "feature"}}}
	for j := range f.Mean {
		t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprintf("x[%d]", j))
	}
	for k, l := range f.Loadings {
		t.Cols = append(t.Cols, table.Col{Name: fmt.Sprintf("factor %d", k+1), Num: l})
	}
	t.Cols = append(t.Cols, table.Col{Name: "noise", Num: f.Noise}, table.Col{Name: "shared", Num: f.Shared()})
	return t
}

// String says what was fitted.
func (f *FactorFit) String() string {
	mean := 0.0
	for _, s := range f.Shared() {
		mean += s / float64(len(f.Mean))
	}
	return fmt.Sprintf("factor analysis: %d factors of %d features, %.1f %% of their variance shared; log likelihood %.4g per sample (%d)", len(f.Loadings), len(f.Mean), 100*mean, f.LogLikelihood, f.Samples)
}

// Show shows the table.
func (f *FactorFit) Show() display.Bundle { return f.Table().Show() }
