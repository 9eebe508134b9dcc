package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// WaldFit is a shifted Wald distribution fitted to response times.
type WaldFit struct {
	Model  Wald
	SE     Wald // standard errors, in the units of Model, from the observed information
	LogLik float64
	RT     []float64 `unit:"s"` // the data
}

// FitWald fits drift V, threshold A and shift T0 of the shifted Wald distribution
// to response times rt, s, by maximum likelihood.
//
// The search starts from the moments with each of several shifts below the
// shortest time. T0 may come out below 0 where the times have little skewness:
// then a Wald distribution is no model of them. Times that are not finite, fewer
// than 10 of them, times that are all equal, and times without a maximum inside
// the model (no tail to the right: then T0 has no limit, and a normal
// distribution fits best) are errors.
//
// Source: Heathcote 2004, Behav Res Methods 36:678; Anders, Alario and Van Maanen
// 2016, Psychol Methods 21:309. Checked against SciPy's maximum of the same
// likelihood.
func FitWald(rt []float64) (*WaldFit, error) {
	m, err := momentsRT("FitWald", rt, 10)
	if err != nil {
		return nil, err
	}
	first := slices.Min(rt)
	// The search is over log(first - T0), log V and log A in the scale of the data.
	back := func(p []float64) Wald {
		root := math.Sqrt(m.sd)
		return Wald{V: vec.Exp(p[1]) / root, A: vec.Exp(p[2]) * root, T0: first - float64(m.sd*vec.Exp(p[0]))}
	}
	loss := func(p []float64) float64 {
		w, sum := back(p), 0.0
		for _, t := range rt {
			sum -= w.LogPDF(t)
		}
		return sum
	}
	var start []float64
	best := math.Inf(1)
	for _, shift := range []float64{0.02, 0.1, 0.3, 0.7, 1.5, 3, 6} {
		mean := (m.mean - first) / m.sd // of times less the shift, in standard deviations
		mean += shift
		v := math.Sqrt(mean) // drift and threshold with that mean and variance 1
		p := []float64{vec.Log(shift), vec.Log(v), vec.Log(float64(mean * v))}
		if l := loss(p); l < best {
			best, start = l, p
		}
	}
	r, err := fitRT("FitWald", rt, start, func(p []float64) func(float64) float64 { return back(p).LogPDF })
	if err != nil {
		return nil, err
	}
	f := &WaldFit{Model: back(r.X), LogLik: -r.F, RT: slices.Clone(rt)}
	cov, ok := optim.InversePositive(r.Hessian)
	switch {
	case m.mean-f.Model.T0 > 30*m.sd:
		return nil, fmt.Errorf("behavior: FitWald: the %d times have no tail to the right (skewness %.2g), so that T0 has no limit; a normal distribution fits them", len(rt), m.skew)
	case !ok || !r.Converged:
		return nil, fmt.Errorf("behavior: FitWald: the likelihood of the %d times has no maximum that could be found", len(rt))
	}
	f.SE = Wald{
		V: f.Model.V * math.Sqrt(cov[1][1]), A: f.Model.A * math.Sqrt(cov[2][2]), T0: (first - f.Model.T0) * math.Sqrt(cov[0][0]),
	}
	return f, nil
}

// String gives the parameters with their standard errors.
func (f *WaldFit) String() string {
	return withUnits(fmt.Sprintf("shifted Wald: drift %.2f ± %.2f, threshold %.2f ± %.2f, shift %.0f ± %.0f ms (SE), %d times",
		f.Model.V, f.SE.V, f.Model.A, f.SE.A, 1000*f.Model.T0, 1000*f.SE.T0, len(f.RT)), f.RT)
}

// Plot draws the histogram of the times and the fitted density.
func (f *WaldFit) Plot() *figure.Figure { return plotRT(f.RT, f.String(), f.Model.LogPDF) }

// Show draws the figure; its text is String.
func (f *WaldFit) Show() display.Bundle { return showRT(f.Plot(), f.String()) }
