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

// ExGauss is the ex-Gaussian distribution of response times: the sum of a
// normal time and an exponential one. A response time has mean Mu + Tau and
// variance Sigma² + Tau².
type ExGauss struct {
	Mu    float64 `unit:"s"` // mean of the normal part, s
	Sigma float64 `unit:"s"` // its standard deviation, s; above 0
	Tau   float64 `unit:"s"` // mean of the exponential part, s; above 0
}

// LogPDF returns the logarithm of the density, 1/s, of a response time, s.
//
//	log f = σ²/(2τ²) - (t-μ)/τ + log Φ((t-μ)/σ - σ/τ) - log τ
//
// It is finite far into both tails, and NaN for Sigma or Tau not above 0.
//
// Source: Luce 1986; Heathcote, Popiel and Mewhort 1991. Checked against
// SciPy's exponnorm.
func (e ExGauss) LogPDF(rt float64) float64 {
	if !(e.Sigma > 0 && e.Tau > 0) {
		return math.NaN()
	}
	z, r := (rt-e.Mu)/e.Sigma, e.Sigma/e.Tau
	if z-r < -30 { // the series of log Φ, whose square takes the others away
		w := 1 / float64((z-r)*(z-r))
		return vec.Log1p(-float64(w*(1-float64(3*w)))) - float64(z*z/2) - float64(0.5*vec.Log(2*math.Pi)) - vec.Log(r-z) - vec.Log(e.Tau)
	}
	return float64(r*r/2) - float64(z*r) + logNormCDF(z-r) - vec.Log(e.Tau)
}

// CDF returns the probability of a response by rt, s: Φ((t-μ)/σ) - τ f(t).
func (e ExGauss) CDF(rt float64) float64 {
	if !(e.Sigma > 0 && e.Tau > 0) {
		return math.NaN()
	}
	return math.Max(0, vec.NormCDF((rt-e.Mu)/e.Sigma)-float64(e.Tau*vec.Exp(e.LogPDF(rt))))
}

// logNormCDF is log Φ(z), by the asymptotic series in the far lower tail.
func logNormCDF(z float64) float64 {
	if z > -30 {
		return vec.Log(vec.NormCDF(z))
	}
	w := 1 / (z * z)
	return -float64(z*z/2) - vec.Log(-z) - float64(0.5*vec.Log(2*math.Pi)) + vec.Log1p(-float64(w*(1-float64(3*w))))
}

// ExGaussFit is an ex-Gaussian fitted to response times.
type ExGaussFit struct {
	Model  ExGauss
	SE     ExGauss // standard errors, s, from the observed information
	LogLik float64
	RT     []float64 `unit:"s"` // the data
}

// FitExGauss fits the ex-Gaussian to response times rt, s, by maximum
// likelihood.
//
// The search starts from the moments, and again with other tails where that finds
// no maximum inside the model. Times that are not finite, fewer than 10
// of them, times that are all equal, and times without a maximum inside the
// model (no tail to the right: then the normal distribution fits best; or no
// normal part) are errors.
//
// Source: Heathcote, Popiel and Mewhort 1991, Psychol Bull 109:340. Checked
// against SciPy's maximum of the same likelihood.
func FitExGauss(rt []float64) (*ExGaussFit, error) {
	m, err := momentsRT("FitExGauss", rt, 10)
	if err != nil {
		return nil, err
	}
	tail := float64(m.sd * math.Cbrt(math.Min(math.Max(m.skew, 0.1), 1.8)/2))
	p := []float64{m.mean - tail, vec.Log(math.Sqrt(float64(m.sd*m.sd) - float64(tail*tail))), vec.Log(tail)}
	// The search is in the scale of the data, where every parameter is of order 1.
	p[0] = (p[0] - m.mean) / m.sd
	p[1] -= vec.Log(m.sd)
	p[2] -= vec.Log(m.sd)
	back := func(p []float64) ExGauss {
		return ExGauss{m.mean + float64(m.sd*p[0]), m.sd * vec.Exp(p[1]), m.sd * vec.Exp(p[2])}
	}
	r, err := fitRT("FitExGauss", rt, p, func(p []float64) func(float64) float64 { return back(p).LogPDF })
	if err != nil {
		return nil, err
	}
	// Where that ends at the edge of the model or nowhere, other tails are tried: a
	// maximum inside may lie elsewhere.
	inside := func(r optim.Result) bool {
		_, ok := optim.InversePositive(r.Hessian)
		e := back(r.X)
		return ok && r.Converged && e.Tau >= 0.01*m.sd && e.Sigma >= 0.001*m.sd
	}
	for _, tail := range []float64{0.9, 0.97, 0.7, 0.4} {
		if inside(r) {
			break
		}
		other := []float64{-tail, 0.5 * vec.Log(1-float64(tail*tail)), vec.Log(tail)}
		again, err := fitRT("FitExGauss", rt, other, func(p []float64) func(float64) float64 { return back(p).LogPDF })
		if err != nil {
			return nil, err
		}
		if again.F < r.F-float64(1e-9*math.Abs(r.F)) || inside(again) && again.F < r.F+1e-6 {
			r = again
		}
	}
	f := &ExGaussFit{Model: back(r.X), LogLik: -r.F, RT: slices.Clone(rt)}
	cov, ok := optim.InversePositive(r.Hessian)
	switch {
	case f.Model.Tau < 0.01*m.sd:
		return nil, fmt.Errorf("behavior: FitExGauss: the %d times have no exponential tail (tau goes to 0, skewness %.2g); a normal distribution fits them", len(rt), m.skew)
	case f.Model.Sigma < 0.001*m.sd:
		return nil, fmt.Errorf("behavior: FitExGauss: the %d times have no normal part (sigma goes to 0); a shifted exponential fits them", len(rt))
	case !ok || !r.Converged:
		return nil, fmt.Errorf("behavior: FitExGauss: the likelihood of the %d times has no maximum that could be found", len(rt))
	}
	f.SE = ExGauss{m.sd * math.Sqrt(cov[0][0]), f.Model.Sigma * math.Sqrt(cov[1][1]), f.Model.Tau * math.Sqrt(cov[2][2])}
	return f, nil
}

// String gives the parameters with their standard errors, in ms.
func (f *ExGaussFit) String() string {
	return withUnits(fmt.Sprintf("ex-Gaussian: mu %.1f ± %.1f ms, sigma %.1f ± %.1f ms, tau %.1f ± %.1f ms (SE), %d times",
		1000*f.Model.Mu, 1000*f.SE.Mu, 1000*f.Model.Sigma, 1000*f.SE.Sigma, 1000*f.Model.Tau, 1000*f.SE.Tau, len(f.RT)), f.RT)
}

// Plot draws the histogram of the times and the fitted density.
func (f *ExGaussFit) Plot() *figure.Figure { return plotRT(f.RT, f.String(), f.Model.LogPDF) }

// Show draws the figure; its text is String.
func (f *ExGaussFit) Show() display.Bundle { return showRT(f.Plot(), f.String()) }

func showRT(p *figure.Figure, text string) display.Bundle {
	b := p.Show()
	b.Data[display.TypeText] = text
	return b
}

// plotRT draws response times as a histogram with a density over it.
func plotRT(rt []float64, title string, logPDF func(float64) float64) *figure.Figure {
	lo, hi := slices.Min(rt), slices.Max(rt)
	bins := min(max(int(2*math.Cbrt(float64(len(rt)))), 8), 60)
	width := (hi - lo) / float64(bins)
	edges, y := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = lo + float64(float64(i)*width)
	}
	for _, t := range rt {
		y[min(int((t-lo)/width), bins-1)] += 1 / (float64(len(rt)) * width)
	}
	model := figure.Layer{Kind: figure.Line, Name: "fit", Color: "black"}
	for i := range 300 {
		t := lo - width + float64((hi-lo+2*width)*float64(i)/299)
		model.X, model.Y = append(model.X, t), append(model.Y, vec.Exp(logPDF(t)))
	}
	return &figure.Figure{Title: title, Width: 14, Height: 8, Panels: []figure.Panel{{
		X:      figure.Axis{Label: "response time", Unit: "s"},
		Y:      figure.Axis{Label: "probability density", Unit: "1/s"},
		Layers: []figure.Layer{{Kind: figure.Bars, Name: "data", X: edges, Y: y, Color: "blue", Alpha: 0.4}, model},
	}}}
}

type momentRT struct{ mean, sd, skew float64 }

// momentsRT checks response times and returns their moments.
func momentsRT(caller string, rt []float64, least int) (m momentRT, err error) {
	if len(rt) < least {
		return m, fmt.Errorf("behavior: %s: rt has %d times; at least %d are needed", caller, len(rt), least)
	}
	for i, t := range rt {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return m, fmt.Errorf("behavior: %s: rt[%d] is %g; times must be finite: leave trials without a response out", caller, i, t)
		}
		m.mean += t
	}
	n := float64(len(rt))
	m.mean /= n
	var s2, s3 float64
	for _, t := range rt {
		d := t - m.mean
		s2 += float64(d * d)
		s3 += float64(d * d * d)
	}
	if slices.Min(rt) == slices.Max(rt) {
		return m, fmt.Errorf("behavior: %s: all %d times are %g s; a distribution needs times that differ", caller, len(rt), rt[0])
	}
	m.sd = math.Sqrt(s2 / (n - 1))
	m.skew = s3 / n / (s2 / n * math.Sqrt(s2/n))
	return m, nil
}

// milliseconds returns a note where times can hardly be seconds.
func milliseconds(rt []float64) string {
	if mean := meanOf(rt); mean > 60 {
		return fmt.Sprintf("the times are %.0f s on average: divide by 1000 if they are in ms", mean)
	}
	return ""
}

// withUnits adds that note to a description.
func withUnits(s string, rt []float64) string {
	if note := milliseconds(rt); note != "" {
		return s + "; " + note
	}
	return s
}

// fitRT maximises the likelihood of times.
func fitRT(caller string, rt, start []float64, model func(p []float64) func(float64) float64) (optim.Result, error) {
	task := display.Start("behavior."+caller, "", 0)
	r := optim.Minimize(func(p []float64) float64 {
		f, sum := model(p), 0.0
		for _, t := range rt {
			sum -= f(t)
		}
		return sum
	}, start, optim.Options{Stop: task.Err})
	err := task.Err()
	task.End()
	if err != nil {
		return r, fmt.Errorf("behavior: %s: %w", caller, err)
	}
	return r, nil
}
