package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MixtureOptions say how a mixture of normal distributions is fitted. The zero value of a
// field means its default.
type MixtureOptions struct {
	Components int     // how many; 0 lets the BIC choose from 1 to Most
	Most       int     // 0 is 10
	Starts     int     // from different first means, of which the best stays; 0 is 5
	Seed       uint64  // of the first means
	Regular    float64 // added to the diagonal of each covariance, in mean variances of x; 0 is 1e-6
	Tol        float64 // a step that gains less in the mean log-likelihood is the last; 0 is 1e-6
	MaxIter    int     // 0 is 500
}

// A Mixture is a mixture of normal distributions with covariances of their own.
type Mixture struct {
	Weights    []float64     // of the components, the largest first; their sum is 1
	Means      [][]float64   // [component][feature]
	Covs       [][][]float64 // [component][feature][feature]
	LogLik     float64       // mean log density of a sample
	BIC        float64       // -2 n LogLik + parameters log n; smaller is better
	BICs       []float64     // of 1, 2, ... components, as far as they were tried; nil for a given number
	Samples    int
	Iterations int
	Converged  bool

	factors [][][]float64 // lower triangles of the covariances
}

// FitMixture fits a mixture of K normal distributions,
//
//	p(x) = Σ_k w_k N(x; μ_k, Σ_k),
//
// by expectation and maximisation. x is [sample][feature]. Each start takes first means by
// the k-means++ rule, clusters about them and goes on until a step gains less than Tol; of
// all starts the most likely stays, so that the same Seed gives the same mixture. Without
// Components the number is the one with the least
//
//	BIC = -2 n LogLik + (K-1 + K d + K d (d+1)/2) log n,
//
// tried from 1 on until two more are no better.
//
// Errors: rows of unequal length, NaN or Inf, fewer samples than features + 1 or than
// components, a feature that is the same in all samples, numbers below 0. Sources: Dempster,
// Laird and Rubin 1977, J R Stat Soc B 39:1; Schwarz 1978, Ann Stat 6:461; Arthur and
// Vassilvitskii 2007. Checked against scikit-learn 1.9.1's GaussianMixture.
func FitMixture(x [][]float64, o MixtureOptions) (*Mixture, error) {
	const call = "FitMixture"
	columns, err := featureColumns(call, x)
	if err != nil {
		return nil, err
	}
	n, d := len(x), len(columns)
	for _, v := range []struct {
		field *int
		usual int
		name  string
	}{{&o.Most, 10, "Most"}, {&o.Starts, 5, "Starts"}, {&o.MaxIter, 500, "MaxIter"}} {
		if *v.field == 0 {
			*v.field = v.usual
		}
		if *v.field < 0 {
			return nil, fmt.Errorf("stats: %s: %s is %d; it must be above 0", call, v.name, *v.field)
		}
	}
	if o.Regular == 0 {
		o.Regular = 1e-6
	}
	if o.Tol == 0 {
		o.Tol = 1e-6
	}
	switch {
	case o.Components < 0 || o.Components > n:
		return nil, fmt.Errorf("stats: %s: Components is %d with %d samples; 1 to that many are allowed, 0 chooses", call, o.Components, n)
	case !(o.Regular > 0) || !(o.Tol > 0) || math.IsInf(o.Regular, 0):
		return nil, fmt.Errorf("stats: %s: Regular and Tol are %g and %g; they must be above 0", call, o.Regular, o.Tol)
	case n < d+1:
		return nil, fmt.Errorf("stats: %s: %d samples of %d features; %d samples or more are needed (fewer features, as by PCA)", call, n, d, d+1)
	}
	f := &mixtureFit{call: call, o: o, n: n, d: d, x: columns}
	for j, c := range columns {
		mean := vec.SumBlock(c) / float64(n)
		room := make([]float64, n)
		vec.AddConstBlock(room, c, -mean)
		v := vec.DotBlock(room, room) / float64(n)
		if !(v > 0) {
			return nil, fmt.Errorf("stats: %s: feature %d is %g in all samples; leave it out", call, j, c[0])
		}
		f.scale = append(f.scale, v)
		f.ridge += o.Regular * v / float64(d)
	}
	f.task = display.Start("stats."+call, "starts", 0)
	defer f.task.End()
	if o.Components > 0 {
		m := f.best(o.Components)
		if m == nil {
			return nil, f.failed(o.Components)
		}
		return m, nil
	}
	var best *Mixture
	var bics []float64
	worse := 0
	for k := 1; k <= min(o.Most, n/(d+1)) && worse < 2; k++ {
		m := f.best(k)
		if f.task.Err() != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, f.task.Err())
		}
		if m == nil {
			break
		}
		bics = append(bics, m.BIC)
		if best == nil || m.BIC < best.BIC {
			best, worse = m, 0
		} else {
			worse++
		}
	}
	if best == nil {
		return nil, f.failed(1)
	}
	best.BICs = bics
	return best, nil
}

func featureColumns(call string, x [][]float64) ([][]float64, error) {
	if len(x) == 0 || len(x[0]) == 0 {
		return nil, fmt.Errorf("stats: %s: x has no samples or no features", call)
	}
	columns := linalg.Matrix(len(x[0]), len(x))
	for i, row := range x {
		if len(row) != len(x[0]) {
			return nil, fmt.Errorf("stats: %s: x[%d] has %d features and x[0] has %d", call, i, len(row), len(x[0]))
		}
		for j, v := range row {
			if v-v != 0 {
				return nil, fmt.Errorf("stats: %s: x[%d][%d] is %g; features must be finite", call, i, j, v)
			}
			columns[j][i] = v
		}
	}
	return columns, nil
}

// A mixtureFit is the samples with what fits share.
type mixtureFit struct {
	call  string
	o     MixtureOptions
	n, d  int
	x     [][]float64 // [feature][sample]
	scale []float64   // variances
	ridge float64
	task  *display.Counter
}

func (f *mixtureFit) failed(k int) error {
	if f.task.Err() != nil {
		return fmt.Errorf("stats: %s: %w", f.call, f.task.Err())
	}
	return fmt.Errorf("stats: %s: no start with %d components gave covariances that can be inverted; take fewer components, or a larger Regular", f.call, k)
}

// best fits k components from all starts.
func (f *mixtureFit) best(k int) *Mixture {
	starts := f.o.Starts
	if k == 1 {
		starts = 1
	}
	all := make([]*Mixture, starts)
	linalg.Parallel(starts, func(s int) { all[s] = f.start(k, s) })
	var best *Mixture
	for _, m := range all {
		if m != nil && (best == nil || m.LogLik > best.LogLik) {
			best = m
		}
	}
	return best
}

// start fits k components from start s; nil when a covariance cannot be inverted.
func (f *mixtureFit) start(k, s int) *Mixture {
	m := &Mixture{Samples: f.n}
	r := linalg.Matrix(k, f.n) // how much each component has of each sample
	f.cluster(r, rng.New(f.o.Seed, uint64(1000*k+s)))
	last := math.Inf(-1)
	for m.Iterations = 1; m.Iterations <= f.o.MaxIter; m.Iterations++ {
		if f.task.Err() != nil || !f.maximise(m, r) {
			return nil
		}
		m.LogLik = m.expect(f.x, r)
		if math.IsNaN(m.LogLik) {
			return nil
		}
		if m.LogLik-last < f.o.Tol {
			m.Converged = true
			break
		}
		last = m.LogLik
	}
	m.Iterations = min(m.Iterations, f.o.MaxIter)
	parameters := float64(k - 1 + k*f.d + k*f.d*(f.d+1)/2)
	m.BIC = float64(-2*float64(f.n)*m.LogLik) + float64(parameters*vec.Log(float64(f.n)))
	m.sort()
	return m
}

// cluster gives each sample to one of k means: first those of k-means++, then, 20 times or
// until nothing changes, those of the samples that were nearest. Distances are in standard
// deviations of the features.
func (f *mixtureFit) cluster(r [][]float64, source *rng.Source) {
	k := len(r)
	of, nearest, room := make([]int, f.n), make([]float64, f.n), make([]float64, f.n)
	measure := func(mean []float64, dst []float64) {
		clear(dst)
		for j, c := range f.x {
			vec.AddConstBlock(room, c, -mean[j])
			vec.MulBlock(room, room, room)
			vec.FMAScaleBlock(dst, room, 1/f.scale[j], dst)
		}
	}
	at := func(i int) []float64 {
		mean := make([]float64, f.d)
		for j := range mean {
			mean[j] = f.x[j][i]
		}
		return mean
	}
	means := [][]float64{at(source.Intn(f.n))}
	measure(means[0], nearest)
	dist := make([]float64, f.n)
	for len(means) < k {
		u := source.Float64() * vec.SumBlock(nearest)
		pick := f.n - 1
		for i, v := range nearest {
			if u -= v; u < 0 {
				pick = i
				break
			}
		}
		means = append(means, at(pick))
		measure(means[len(means)-1], dist)
		vec.MinBlock(nearest, nearest, dist)
	}
	for range 20 {
		for i := range nearest {
			nearest[i] = math.Inf(1)
		}
		changed := false
		next := make([]int, f.n)
		for c, mean := range means {
			measure(mean, dist)
			for i, v := range dist {
				if v < nearest[i] {
					nearest[i], next[i] = v, c
				}
			}
		}
		for i, c := range next {
			changed = changed || c != of[i]
		}
		of = next
		counts, sums := make([]float64, k), linalg.Matrix(k, f.d)
		for i, c := range of {
			counts[c]++
			for j := range f.x {
				sums[c][j] += f.x[j][i]
			}
		}
		for c := range means {
			if counts[c] > 0 {
				for j := range sums[c] {
					means[c][j] = sums[c][j] / counts[c]
				}
			}
		}
		if !changed {
			break
		}
	}
	for i, c := range of {
		r[c][i] = 1
	}
}

// maximise sets weights, means and covariances to those of the shares r.
func (f *mixtureFit) maximise(m *Mixture, r [][]float64) bool {
	k := len(r)
	m.Weights, m.Means, m.Covs, m.factors = make([]float64, k), linalg.Matrix(k, f.d), make([][][]float64, k), make([][][]float64, k)
	centred, weighted := linalg.Matrix(f.d, f.n), make([]float64, f.n)
	for c := range r {
		sum := vec.SumBlock(r[c]) + 1e-15
		m.Weights[c] = sum / float64(f.n)
		m.Covs[c] = linalg.Zeros(f.d)
		for i, x := range f.x {
			m.Means[c][i] = vec.DotBlock(r[c], x) / sum
			vec.AddConstBlock(centred[i], x, -m.Means[c][i])
			vec.MulBlock(weighted, r[c], centred[i])
			for j := range i + 1 {
				v := vec.DotBlock(weighted, centred[j]) / sum
				if i == j {
					v += f.ridge
				}
				m.Covs[c][i][j], m.Covs[c][j][i] = v, v
			}
		}
		l, bad := linalg.Cholesky(m.Covs[c], 1e-14)
		if bad >= 0 {
			return false
		}
		m.factors[c] = l
	}
	return true
}

// expect sets r to the shares of the components in samples of columns x, and returns their mean
// log density.
func (m *Mixture) expect(x, r [][]float64) float64 {
	n := len(x[0])
	top := make([]float64, n)
	for i := range top {
		top[i] = math.Inf(-1)
	}
	for c := range r {
		m.logDensity(r[c], x, c)
		vec.MaxBlock(top, top, r[c])
	}
	sum := make([]float64, n)
	for c := range r {
		vec.SubBlock(r[c], r[c], top)
		vec.ExpBlock(r[c], r[c])
		vec.AddBlock(sum, sum, r[c])
	}
	for c := range r {
		vec.DivBlock(r[c], r[c], sum)
	}
	vec.LogBlock(sum, sum)
	vec.AddBlock(sum, sum, top)
	return vec.SumBlock(sum) / float64(n)
}

// logDensity sets dst to log(w_c N(x; μ_c, Σ_c)).
func (m *Mixture) logDensity(dst []float64, x [][]float64, c int) {
	m.square(dst, x, c)
	level := vec.Log(m.Weights[c])
	for i := range x {
		level -= vec.Log(m.factors[c][i][i]) + float64(0.5*1.8378770664093454836) // log 2π
	}
	vec.LinearBlock(dst, dst, -0.5, level)
}

// square sets dst to the squared Mahalanobis distance of samples from component c.
func (m *Mixture) square(dst []float64, x [][]float64, c int) {
	n := len(dst)
	z := linalg.Matrix(len(x), n)
	clear(dst)
	for i, column := range x {
		vec.AddConstBlock(z[i], column, -m.Means[c][i])
		for j := range i {
			vec.FMAScaleBlock(z[i], z[j], -m.factors[c][i][j], z[i])
		}
		vec.DivConstBlock(z[i], z[i], m.factors[c][i][i])
		vec.FMABlock(dst, z[i], z[i], dst)
	}
}

// sort orders the components by their weights.
func (m *Mixture) sort() {
	for i := 1; i < len(m.Weights); i++ {
		for j := i; j > 0 && m.Weights[j] > m.Weights[j-1]; j-- {
			m.Weights[j], m.Weights[j-1] = m.Weights[j-1], m.Weights[j]
			m.Means[j], m.Means[j-1] = m.Means[j-1], m.Means[j]
			m.Covs[j], m.Covs[j-1] = m.Covs[j-1], m.Covs[j]
			m.factors[j], m.factors[j-1] = m.factors[j-1], m.factors[j]
		}
	}
}

// Posterior returns how probable each component is for each sample, [sample][component],
// and the log density of each sample. x is [sample][feature], with the features of the fit.
// Errors: no samples, rows of another length, values that are not finite.
func (m *Mixture) Posterior(x [][]float64) (shares [][]float64, logDensity []float64, err error) {
	columns, err := m.columns("Posterior", x)
	if err != nil {
		return nil, nil, err
	}
	k, n := len(m.Weights), len(x)
	r := linalg.Matrix(k, n)
	shares, logDensity = linalg.Matrix(n, k), make([]float64, n)
	terms := linalg.Matrix(k, n)
	for c := range terms {
		m.logDensity(terms[c], columns, c)
	}
	m.expect(columns, r)
	for i := range n {
		top, sum := math.Inf(-1), 0.0
		for c := range k {
			shares[i][c] = r[c][i]
			top = max(top, terms[c][i])
		}
		for c := range k {
			sum += vec.Exp(terms[c][i] - top)
		}
		logDensity[i] = top + vec.Log(sum)
	}
	return shares, logDensity, nil
}

// Assign returns the component that is most probable for each sample, and the squared
// Mahalanobis distance from it, which has a chi-square distribution with as many degrees of
// freedom as there are features where the sample is of that component. Errors as for
// Posterior.
func (m *Mixture) Assign(x [][]float64) (component []int, square []float64, err error) {
	columns, err := m.columns("Assign", x)
	if err != nil {
		return nil, nil, err
	}
	n := len(x)
	component, square = make([]int, n), make([]float64, n)
	best, now, far := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range best {
		best[i] = math.Inf(-1)
	}
	for c := range m.Weights {
		m.logDensity(now, columns, c)
		m.square(far, columns, c)
		for i, v := range now {
			if v > best[i] {
				best[i], component[i], square[i] = v, c, far[i]
			}
		}
	}
	return component, square, nil
}

func (m *Mixture) columns(call string, x [][]float64) ([][]float64, error) {
	if len(m.factors) == 0 {
		return nil, fmt.Errorf("stats: Mixture.%s: the mixture is empty; FitMixture makes one", call)
	}
	columns, err := featureColumns("Mixture."+call, x)
	if err == nil && len(columns) != len(m.Means[0]) {
		err = fmt.Errorf("stats: Mixture.%s: x has %d features and the mixture %d", call, len(columns), len(m.Means[0]))
	}
	return columns, err
}

// String says how many components there are, and how well they fit.
func (m *Mixture) String() string {
	return fmt.Sprintf("mixture of %d normal distributions, %d samples of %d features: log-likelihood %.6g a sample, BIC %.6g", len(m.Weights), m.Samples, len(m.Means[0]), m.LogLik, m.BIC)
}

// Show shows a row for each component: its weight, mean and standard deviations.
func (m *Mixture) Show() display.Bundle {
	t := table.Table{Title: m.String(), Cols: []table.Col{{Name: "component"}, {Name: "weight", Num: m.Weights}}}
	for c := range m.Weights {
		t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprint(c))
	}
	for j := range min(len(m.Means[0]), 6) {
		col := table.Col{Name: fmt.Sprintf("feature %d", j)}
		for c := range m.Weights {
			col.Text = append(col.Text, fmt.Sprintf("%.4g ± %.3g", m.Means[c][j], math.Sqrt(m.Covs[c][j][j])))
		}
		t.Cols = append(t.Cols, col)
	}
	return t.Show()
}
