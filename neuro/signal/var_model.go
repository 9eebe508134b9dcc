package signal

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// NewVAR returns the model with given coefficients: a[k][i][j] is the weight of
// channel j, k+1 samples before, on channel i, and sigma the covariance of the
// noise. fs is the rate in Hz.
//
// Errors: matrices that are not square or differ in size, values that are not
// finite, a sigma that is not symmetric with eigenvalues above 0.
func NewVAR(a [][][]float64, sigma [][]float64, fs float64) (*VAR, error) {
	const call = "NewVAR"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	n := len(sigma)
	if n == 0 || len(a) == 0 {
		return nil, fmt.Errorf("signal: %s: %d coefficient matrices and a sigma of %d rows; 1 or more of each are needed", call, len(a), n)
	}
	for k, m := range append(slices.Clone(a), sigma) {
		what := fmt.Sprintf("a[%d]", k)
		if k == len(a) {
			what = "sigma"
		}
		if len(m) != n {
			return nil, fmt.Errorf("signal: %s: %s has %d rows and sigma %d; they must be as many", call, what, len(m), n)
		}
		for i, row := range m {
			if len(row) != n {
				return nil, fmt.Errorf("signal: %s: %s[%d] has %d values; matrices of %d channels have %d", call, what, i, len(row), n, n)
			}
			if err := checkSamples(call, fmt.Sprintf("%s[%d]", what, i), row); err != nil {
				return nil, err
			}
		}
	}
	for i := range n {
		for j := range i {
			if math.Abs(sigma[i][j]-sigma[j][i]) > 1e-12*math.Sqrt(math.Abs(sigma[i][i]*sigma[j][j])) {
				return nil, fmt.Errorf("signal: %s: sigma[%d][%d] is %g and sigma[%d][%d] %g; a covariance is symmetric", call, i, j, sigma[i][j], j, i, sigma[j][i])
			}
		}
	}
	if _, at := linalg.Cholesky(sigma, 1e-13); at >= 0 {
		return nil, fmt.Errorf("signal: %s: sigma is singular or not a covariance: row %d follows from those before it", call, at)
	}
	names, _ := channelNames(call, nil, n)
	m := &VAR{A: a, Sigma: sigma, Mean: make([]float64, n), FS: fs, Names: names, Method: "given"}
	m.Radius = linalg.Radius(m.companion())
	return m, nil
}

// Simulate returns trials of the model driven by Gaussian noise, each of so many
// samples, [trial][channel][sample]. What the start from Mean leaves has died
// away before the first sample, to 1 part in 10^6 but not for longer than 100,000
// samples. The same seed gives the same values.
//
// Errors: a model that is not stable, fewer than 1 trial or sample.
func (m *VAR) Simulate(trials, samples int, seed uint64) ([][][]float64, error) {
	const call = "VAR.Simulate"
	if trials < 1 || samples < 1 {
		return nil, fmt.Errorf("signal: %s: %d trials of %d samples; 1 or more are needed of both", call, trials, samples)
	}
	if err := m.stable(call); err != nil {
		return nil, err
	}
	n, order := len(m.Sigma), len(m.A)
	l, at := linalg.Cholesky(m.Sigma, 0)
	if at >= 0 {
		return nil, fmt.Errorf("signal: %s: Sigma is singular: channel %s follows from those before it", call, m.Names[at])
	}
	lead := order
	if m.Radius > 0 {
		lead += int(min(1e5, math.Ceil(-14/vec.Log(m.Radius))))
	}
	out := make([][][]float64, trials)
	task := display.Start("signal."+call, "trials", trials)
	defer task.End()
	linalg.Parallel(trials, func(i int) {
		r := rng.New(seed, uint64(i))
		x, e := rows(n, lead+samples), make([]float64, n)
		for t := range lead + samples {
			if t%4096 == 0 && task.Err() != nil {
				return
			}
			for c := range e {
				e[c] = r.Norm()
			}
			for c := range n {
				v := 0.0
				for j := range c + 1 {
					v += float64(l[c][j] * e[j])
				}
				for k := 1; k <= min(order, t); k++ {
					for j, w := range m.A[k-1][c] {
						v += float64(w * x[j][t-k])
					}
				}
				x[c][t] = v
			}
		}
		for c := range x {
			x[c] = x[c][lead:]
			vec.AddConstBlock(x[c], x[c], m.Mean[c])
		}
		out[i] = x
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

func (m *VAR) stable(call string) error {
	if !(m.Radius < 1) {
		return fmt.Errorf("signal: %s: the model is not stable: its largest root is %.6g, it must be below 1 (take out drifts, or a lower order, or Method ns)", call, m.Radius)
	}
	return nil
}

// meanOf returns the mean of a process with constants c: (I - ΣA)⁻¹ c.
func (m *VAR) meanOf(c []float64) []float64 {
	n := len(c)
	a := linalg.Matrix(n, n+1)
	for i := range a {
		a[i][i], a[i][n] = 1, c[i]
		for _, k := range m.A {
			for j, v := range k[i] {
				a[i][j] -= v
			}
		}
	}
	mean, ok := linalg.Solve(a, 0)
	if !ok {
		mean = make([]float64, n)
		for i := range mean {
			mean[i] = math.NaN()
		}
	}
	return mean
}

// companion returns the matrix that takes x(t-1) ... x(t-p) to x(t) ... x(t-p+1).
func (m *VAR) companion() [][]float64 {
	n, p := len(m.Sigma), len(m.A)
	c := linalg.Zeros(n * p)
	for k, a := range m.A {
		for i, row := range a {
			copy(c[i][k*n:], row)
		}
	}
	for i := n; i < n*p; i++ {
		c[i][i-n] = 1
	}
	return c
}
