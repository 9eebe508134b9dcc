// Package hier fits one model to several subjects whose parameters vary normally between them:
// x_s ~ N(Mean, diag(SD²)), data_s ~ the model at x_s. The method is deterministic: expectation
// maximisation whose posteriors are Laplace's (empirical Bayes), with restricted estimates of SD.
//
// To use it, write the log likelihood of subject s as a function of parameters without limits
// (log of what is positive, logit of what lies between 0 and 1), and call [Fit]:
//
//	r, err := hier.Fit(func(s int, x []float64) float64 {
//		return logLikelihood(data[s], math.Exp(x[0]), logistic(x[1]))
//	}, len(data), hier.Options{Start: []float64{0, 0}, Stop: task.Err})
//
// r.Subject[s] is then the estimate of subject s, pulled toward r.Mean as far as its data are
// weak, r.Cov[s] its posterior covariance. With Options.Prior the population is held instead of
// estimated, which is a maximum a posteriori fit of each subject.
package hier

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Options of [Fit].
type Options struct {
	Start  []float64 // where the search begins: likely means of the population; their number is the model's
	Spread []float64 // standard deviations to begin with; nil means 1 each
	Prior  bool      // hold the population at Start and Spread
	Steps  int       // at most so many steps: 500
	Stop   func() error
}

// A Result is what [Fit] found.
type Result struct {
	Mean, SD     []float64     // of the population
	SEMean, SESD []float64     // their standard errors; 0 where held
	CovMean      [][]float64   // covariance of the means
	Subject      [][]float64   // posterior mode of each subject
	Cov          [][][]float64 // its posterior covariance
	LogLik       []float64     // log likelihood of each subject at its mode
	LogMarginal  float64       // log likelihood of all data given the population (Laplace)
	Fall         []float64     // the part of SD by which the last step lowered it, times the subjects; above 0 where it falls
	Steps        int
	Converged    bool
}

// Fit estimates means and standard deviations of the parameters over the subjects 0 to
// subjects-1, and each subject's parameters. loglik is called from several goroutines, for
// different subjects at a time; it may return -Inf or NaN where the model has no likelihood, but
// not at Start. The result has the same bits for any number of threads.
//
// A step of expectation maximisation finds the mode m_s and the covariance P_s of each subject's
// posterior; then
//
//	Mean = Σ m_s / n,  SD² = Σ ((m_s - Mean)² + P_s + A_s V A_s') / n,  A_s = 1 - P_s/SD²
//
// (the diagonal), where V is the covariance of Mean; its last term is that of restricted
// likelihood. With W_s = (SD² + C_s)⁻¹, C_s being the covariance of the subject's own estimate,
// V⁻¹ = Σ W_s, and the information about SD_k² and SD_l² is Σ (W_s)²_kl / 2.
//
// Source: Huys et al. 2011, PLoS Comput Biol 7:e1002028 (the expectation maximisation); Harville
// 1977 (restricted likelihood). Checked against a linear mixed model, where all of it is exact.
func Fit(loglik func(s int, x []float64) float64, subjects int, o Options) (*Result, error) {
	d := len(o.Start)
	if d == 0 || subjects < 1 || (subjects < 2 && !o.Prior) {
		return nil, fmt.Errorf("hier: Fit: %d subjects and %d parameters; at least two subjects and one parameter are needed", subjects, d)
	}
	if o.Steps == 0 {
		o.Steps = 500
	}
	if o.Stop == nil {
		o.Stop = func() error { return nil }
	}
	r := &Result{Mean: append([]float64(nil), o.Start...), SD: make([]float64, d), SEMean: make([]float64, d), SESD: make([]float64, d), Fall: make([]float64, d), LogLik: make([]float64, subjects)}
	for k := range d {
		r.SD[k] = 1
		if o.Spread != nil {
			r.SD[k] = o.Spread[k]
		}
	}
	fits := make([]*posterior, subjects)
	for s := range fits {
		fits[s] = &posterior{x: append([]float64(nil), o.Start...), loglik: func(x []float64) float64 { return loglik(s, x) }}
		if v := loglik(s, o.Start); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("hier: Fit: the log likelihood of subject %d is %g at the start; it must be finite there", s, v)
		}
	}
	var past [][]float64
	for r.Steps = 1; r.Steps <= o.Steps; r.Steps++ {
		linalg.Parallel(subjects, func(s int) {
			if o.Stop() == nil {
				fits[s].find(r.Mean, r.SD)
			}
		})
		if err := o.Stop(); err != nil {
			return nil, err
		}
		r.between(fits)
		if o.Prior {
			r.Converged = true
			break
		}
		if r.Converged = r.maximise(fits); r.Converged {
			break
		}
		if slices.ContainsFunc(r.place(), math.IsNaN) { // the data place no population
			break
		}
		if past = append(past, r.place()); len(past) == 3 {
			r.leap(past)
			past = past[:0]
		}
	}
	r.Steps = min(r.Steps, o.Steps)
	for s, p := range fits {
		r.Subject, r.Cov, r.LogLik[s] = append(r.Subject, p.x), append(r.Cov, p.cov), p.at
		r.LogMarginal += p.marginal(r.Mean, r.SD)
		r.Converged = r.Converged && p.flat
	}
	if o.Prior {
		clear(r.SEMean)
		clear(r.SESD)
	}
	return r, nil
}

// place is where the population is: means, and logarithms of the standard deviations.
func (r *Result) place() []float64 {
	p := append([]float64(nil), r.Mean...)
	for _, sd := range r.SD {
		p = append(p, vec.Log(sd))
	}
	return p
}

// leap goes on along three places of successive steps, as far as their shrinking promises
// (Varadhan and Roland 2008, SQUAREM's third step length), which small standard deviations need.
func (r *Result) leap(past [][]float64) {
	d := len(r.Mean)
	var steps, bends float64
	for i, at := range past[0] {
		unit := 1.0
		if i < d {
			unit = r.SD[i] + r.SEMean[i]
		}
		step, next := (past[1][i]-at)/unit, (past[2][i]-past[1][i])/unit
		steps += float64(step * step)
		bends += float64((next - step) * (next - step))
	}
	if bends == 0 {
		return
	}
	far := math.Min(math.Sqrt(steps/bends), 30)
	if far <= 1 {
		return
	}
	for i, at := range past[0] {
		step := past[1][i] - at
		to := at + float64(2*far*step) + float64(far*far*(past[2][i]-past[1][i]-step))
		if i < d {
			r.Mean[i] = to
		} else { // not far at a time
			now := past[2][i]
			r.SD[i-d] = vec.Exp(math.Min(math.Max(to, now-2), now+1))
		}
	}
}

// maximise is the second half of a step; it reports whether it changed next to nothing.
func (r *Result) maximise(fits []*posterior) bool {
	n, d := float64(len(fits)), len(r.Mean)
	still := true
	for k := range d {
		mean := 0.0
		for _, p := range fits {
			mean += p.x[k]
		}
		mean /= n
		v := 0.0
		for _, p := range fits {
			v += float64((p.x[k]-mean)*(p.x[k]-mean)) + p.cov[k][k]
			for i := range d {
				for j := range d {
					v += float64(p.own(r.SD, k, i) * r.CovMean[i][j] * p.own(r.SD, k, j))
				}
			}
		}
		sd := math.Sqrt(v / n)
		// Steps shrink by the same factor at the end: what is left is a multiple of them.
		if math.IsNaN(sd) || math.Abs(mean-r.Mean[k]) > 1e-5*(sd+r.SEMean[k]) || math.Abs(sd-r.SD[k]) > 1e-5*(sd+r.SEMean[k]) && sd > 0.02*r.SEMean[k] {
			still = false
		}
		r.Fall[k] = n * (1 - sd/r.SD[k])
		r.Mean[k], r.SD[k] = mean, math.Max(sd, 1e-6*(1+math.Abs(mean)))
	}
	return still
}

// between sets the standard errors of the population.
func (r *Result) between(fits []*posterior) {
	d := len(r.Mean)
	information, variances := linalg.Matrix(d, d), linalg.Matrix(d, d)
	for _, p := range fits {
		for k := range d {
			for l := range d {
				// (SD² + C)⁻¹ = SD⁻² - SD⁻² P SD⁻²
				w := -p.cov[k][l] / float64(r.SD[k]*r.SD[k]*r.SD[l]*r.SD[l])
				if k == l {
					w += 1 / float64(r.SD[k]*r.SD[k])
				}
				information[k][l] += w
				variances[k][l] += float64(w * w / 2)
			}
		}
	}
	var ok bool
	if r.CovMean, ok = optim.InversePositive(information); !ok {
		r.CovMean = linalg.Matrix(d, d)
		for k := range d {
			r.CovMean[k][k] = math.NaN()
		}
	}
	of, ok := optim.InversePositive(variances)
	for k := range d {
		r.SEMean[k], r.SESD[k] = math.Sqrt(r.CovMean[k][k]), math.NaN()
		if ok {
			r.SESD[k] = math.Sqrt(of[k][k]) / (2 * r.SD[k])
		}
	}
}

// A posterior is that of one subject's parameters, by Laplace's approximation.
type posterior struct {
	loglik func(x []float64) float64
	x      []float64
	at     float64     // log likelihood at x
	cov    [][]float64 // inverse of the curvature of the posterior
	flat   bool        // x is a maximum
}

// own is element k, l of 1 - P SD⁻².
func (p *posterior) own(sd []float64, k, l int) float64 {
	v := -p.cov[k][l] / float64(sd[l]*sd[l])
	if k == l {
		v++
	}
	return v
}

// find goes to the mode by Newton's steps.
func (p *posterior) find(mean, sd []float64) {
	loss := func(x []float64) float64 {
		v := -p.loglik(x)
		for k := range x {
			z := (x[k] - mean[k]) / sd[k]
			v += float64(z * z / 2)
		}
		if math.IsNaN(v) {
			return math.Inf(1)
		}
		return v
	}
	d := len(p.x)
	value := loss(p.x)
	if math.IsInf(value, 1) {
		copy(p.x, mean)
		value = loss(p.x)
	}
	p.flat = false
	next := make([]float64, d)
	for range 60 {
		g, h := slopes(loss, p.x, sd, value)
		cov, ok := optim.InversePositive(h)
		for damp := 1.0; !ok && damp < 1e9; damp *= 4 {
			for k := range d { // where the likelihood bends the wrong way, the prior is made stronger
				h[k][k] += damp / float64(sd[k]*sd[k])
			}
			cov, ok = optim.InversePositive(h)
		}
		if !ok {
			break
		}
		p.cov = cov
		step := make([]float64, d)
		gain := 0.0
		for k := range d {
			for l := range d {
				step[k] -= float64(cov[k][l] * g[l])
			}
			gain -= float64(step[k] * g[k])
		}
		if gain < 1e-9+float64(1e-12*math.Abs(value)) {
			p.flat = true
			break
		}
		moved := false
		for t := 1.0; t > 1e-6; t /= 3 {
			for k := range d {
				next[k] = p.x[k] + float64(t*step[k])
			}
			if v := loss(next); v < value-float64(1e-4*t*gain) {
				value, moved = v, true
				copy(p.x, next)
				break
			}
		}
		if !moved {
			p.flat = gain < 1e-4 // what differences can tell is at its end
			break
		}
	}
	if p.cov == nil {
		p.cov = linalg.Matrix(d, d)
		for k := range d {
			p.cov[k][k] = float64(sd[k] * sd[k])
		}
	}
	p.at = p.loglik(p.x)
}

// marginal is the log likelihood of the subject's data given the population.
func (p *posterior) marginal(mean, sd []float64) float64 {
	v := p.at
	for k, x := range p.x {
		z := (x - mean[k]) / sd[k]
		v -= float64(z*z/2) + vec.Log(sd[k])
	}
	l, bad := linalg.Cholesky(p.cov, 1e-300)
	if bad >= 0 {
		return math.NaN()
	}
	for k := range l {
		v += vec.Log(l[k][k])
	}
	return v
}

// slopes returns the gradient and the second derivatives of f at x by differences over parts of
// the population's spread, or of x.
func slopes(f func([]float64) float64, x, sd []float64, value float64) (g []float64, h [][]float64) {
	d := len(x)
	g, h = make([]float64, d), linalg.Matrix(d, d)
	p := append([]float64(nil), x...)
	step, up, down := make([]float64, d), make([]float64, d), make([]float64, d)
	for i := range d {
		step[i] = 1e-3 * math.Min(math.Max(sd[i], 0.01), 1)
		for range 6 {
			p[i] = x[i] + step[i]
			up[i] = f(p)
			p[i] = x[i] - step[i]
			down[i] = f(p)
			p[i] = x[i]
			if !math.IsInf(up[i], 0) && !math.IsInf(down[i], 0) {
				break
			}
			step[i] /= 10
		}
		g[i] = (up[i] - down[i]) / (2 * step[i])
		h[i][i] = (up[i] - value - (value - down[i])) / float64(step[i]*step[i])
		for j := range i {
			// The mixed one from two more values.
			p[i], p[j] = x[i]+step[i], x[j]+step[j]
			both := f(p)
			p[i], p[j] = x[i]-step[i], x[j]-step[j]
			neither := f(p)
			p[i], p[j] = x[i], x[j]
			v := both + neither + 2*value - up[i] - down[i] - up[j] - down[j]
			h[i][j] = v / float64(2*step[i]*step[j])
			h[j][i] = h[i][j]
		}
	}
	for i := range d {
		if math.IsNaN(g[i]) || math.IsInf(g[i], 0) {
			g[i] = 0
		}
		for j := range d {
			if math.IsNaN(h[i][j]) || math.IsInf(h[i][j], 0) {
				h[i][j] = 0
			}
		}
	}
	return g, h
}
