package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A RatingFit is signal detection with unequal variances fitted to confidence
// ratings, as FitRating returns it. Noise has mean 0 and standard deviation 1.
type RatingFit struct {
	Mean, SD    float64   `unit:"SD"` // of the evidence in signal trials
	DA          float64   `unit:"SD"` // sensitivity d_a = Mean / √((1+SD²)/2)
	Az          float64   // area under the fitted ROC, 0.5 at chance
	Criteria    []float64 `unit:"SD"` // between neighbouring ratings, rising
	SEMean      float64   `unit:"SD"` // standard errors, from the observed information
	SESD        float64   `unit:"SD"`
	SEDA        float64   `unit:"SD"`
	SEAz        float64
	LogLik      float64 // log likelihood, without the multinomial coefficients
	G2          float64 // likelihood-ratio statistic against the observed rates, χ² with DF
	DF          int     // ratings less 3
	Ratings     int     // ratings fitted: those that nobody gave are merged away
	Converged   bool
	Signal      []int // counts as given
	Noise       []int
	hitRates    []float64
	falseAlarms []float64
}

// FitRating fits the unequal-variance Gaussian model to a rating experiment by
// maximum likelihood.
//
// signal and noise hold the number of trials of each rating, in the order from
// surest "noise" to surest "signal".
//
//	P(rating k | noise)  = Φ(c_k) - Φ(c_{k-1})
//	P(rating k | signal) = Φ((c_k-Mean)/SD) - Φ((c_{k-1}-Mean)/SD)
//	Az = Φ(Mean / √(1+SD²)),   d_a = √2 z(Az)
//
// A rating that occurs in neither kind of trial is merged with its neighbour;
// Ratings says how many are left. Standard errors are from the observed
// information, those of d_a and Az by the delta method.
//
// Unequal lengths, negative counts, no trial of a kind, fewer than three
// ratings in use, and counts without a maximum (ratings that separate signal
// from noise, or one kind of trial in one rating only) are errors.
//
// Source: Dorfman and Alf 1969; Macmillan and Creelman 2005, chapter 3. Checked
// by exact solutions with three ratings and by recovery.
func FitRating(signal, noise []int) (*RatingFit, error) {
	fail := func(format string, a ...any) (*RatingFit, error) {
		return nil, fmt.Errorf("behavior: FitRating: "+format, a...)
	}
	if len(signal) != len(noise) {
		return fail("signal has %d ratings and noise %d; they must be as many", len(signal), len(noise))
	}
	var s, n []float64
	var ns, nn float64
	usedS, usedN, both := 0, 0, 0
	for k := range signal {
		if signal[k] < 0 || noise[k] < 0 {
			return fail("rating %d has counts %d and %d; a number of trials must be 0 or more", k, signal[k], noise[k])
		}
		if signal[k]+noise[k] == 0 {
			continue
		}
		s, n = append(s, float64(signal[k])), append(n, float64(noise[k]))
		ns, nn = ns+float64(signal[k]), nn+float64(noise[k])
		if signal[k] > 0 {
			usedS++
		}
		if noise[k] > 0 {
			usedN++
		}
		if signal[k] > 0 && noise[k] > 0 {
			both++
		}
	}
	k := len(s)
	switch {
	case ns == 0 || nn == 0:
		return fail("there are %g signal and %g noise trials; at least one of each is needed", ns, nn)
	case k < 3:
		return fail("%d ratings are in use; three or more are needed (with two use DPrime)", k)
	case usedS < 2 || usedN < 2 || both == 0:
		return fail("the ratings separate signal from noise, or one of them has a single rating; sensitivity has no maximum: merge or pad the counts")
	}
	f := &RatingFit{Ratings: k, DF: k - 3, Signal: append([]int(nil), signal...), Noise: append([]int(nil), noise...)}
	// The start: the straight line through z rates, corrected off 0 and 1.
	c := make([]float64, k-1)
	sum := [5]float64{}
	cumS, cumN := 0.0, 0.0
	for i := range c {
		cumS, cumN = cumS+s[i], cumN+n[i]
		f.hitRates, f.falseAlarms = append(f.hitRates, 1-cumS/ns), append(f.falseAlarms, 1-cumN/nn)
		zs, zn := vec.NormQuantile((cumS+0.5)/(ns+1)), vec.NormQuantile((cumN+0.5)/(nn+1))
		c[i] = zn
		sum[0]++
		sum[1] += zn
		sum[2] += zs
		sum[3] += float64(zn * zn)
		sum[4] += float64(zn * zs)
	}
	slope := 1.0
	if v := sum[3] - float64(sum[1]*sum[1])/sum[0]; v > 1e-6 {
		slope = math.Min(math.Max((sum[4]-float64(sum[1]*sum[2])/sum[0])/v, 0.3), 3)
	}
	p := []float64{float64(sum[1]/sum[0]) - float64(sum[2]/sum[0])/slope, -vec.Log(slope), c[0]}
	for i := 1; i < len(c); i++ {
		p = append(p, vec.Log(math.Max(c[i]-c[i-1], 0.02)))
	}
	cut := func(p []float64) []float64 {
		c := []float64{p[2]}
		for _, g := range p[3:] {
			c = append(c, c[len(c)-1]+vec.Exp(g))
		}
		return c
	}
	task := display.Start("behavior.FitRating", "", 0)
	r := optim.Minimize(func(p []float64) float64 {
		c := cut(p)
		sd := vec.Exp(p[1])
		total := 0.0
		for i := range s {
			lo, hi := math.Inf(-1), math.Inf(1)
			if i > 0 {
				lo = c[i-1]
			}
			if i < len(c) {
				hi = c[i]
			}
			total -= logTimes(n[i], between(lo, hi)) + logTimes(s[i], between((lo-p[0])/sd, (hi-p[0])/sd))
		}
		return total
	}, p, optim.Options{Stop: task.Err})
	stop := task.Err()
	task.End()
	if stop != nil {
		return fail("%w", stop)
	}
	sd := vec.Exp(r.X[1])
	cov, ok := optim.InversePositive(r.Hessian)
	if !ok || math.Abs(r.X[0]) > 50 || sd > 100 || sd < 0.01 {
		return fail("the likelihood has no maximum within reason (mean %.3g, SD %.3g): too many ratings are empty in one kind of trial; merge neighbouring ratings", r.X[0], sd)
	}
	f.Mean, f.SD, f.Criteria, f.LogLik, f.Converged = r.X[0], sd, cut(r.X), -r.F, r.Converged
	q := 1 + float64(sd*sd)
	f.DA = f.Mean / math.Sqrt(q/2)
	f.Az = vec.NormCDF(f.DA / math.Sqrt2)
	f.SEMean, f.SESD = math.Sqrt(cov[0][0]), sd*math.Sqrt(cov[1][1])
	// Derivatives of d_a by the mean and by log SD.
	g := [2]float64{1 / math.Sqrt(q/2), -f.DA * sd * sd / q}
	v := float64(g[0]*g[0]*cov[0][0]) + float64(2*g[0]*g[1]*cov[0][1]) + float64(g[1]*g[1]*cov[1][1])
	f.SEDA = math.Sqrt(v)
	f.SEAz = density(f.DA/math.Sqrt2) / math.Sqrt2 * f.SEDA
	for i := range s {
		f.G2 += float64(2*entropyTerm(s[i], ns)) + float64(2*entropyTerm(n[i], nn))
	}
	f.G2 = math.Max(0, f.G2-float64(2*f.LogLik))
	return f, nil
}

// between is Φ(hi) - Φ(lo), from the smaller tails.
func between(lo, hi float64) float64 {
	if lo > 0 {
		lo, hi = -hi, -lo
	}
	return vec.NormCDF(hi) - vec.NormCDF(lo)
}

// logTimes is n log p, 0 for n = 0.
func logTimes(n, p float64) float64 {
	if n == 0 {
		return 0
	}
	return n * vec.Log(p)
}

// String gives the area, sensitivity and spread with their standard errors.
func (f *RatingFit) String() string {
	s := fmt.Sprintf("rating ROC: Az = %.3f ± %.3f (SE), d_a = %.2f ± %.2f, signal SD %.2f ± %.2f; G² = %.2f with %d degrees of freedom",
		f.Az, f.SEAz, f.DA, f.SEDA, f.SD, f.SESD, f.G2, f.DF)
	if !f.Converged {
		s += "; not converged"
	}
	return s
}

// Table returns the estimates with their standard errors.
func (f *RatingFit) Table() table.Table {
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "measure", Text: []string{"Az", "d_a", "signal mean", "signal SD"}},
		{Name: "value", Num: []float64{f.Az, f.DA, f.Mean, f.SD}},
		{Name: "SE", Num: []float64{f.SEAz, f.SEDA, f.SEMean, f.SESD}},
	}}
}

// Plot draws the observed points and the fitted ROC.
func (f *RatingFit) Plot() *figure.Figure {
	ticks := []float64{0, 0.25, 0.5, 0.75, 1}
	x, y := []float64{0}, []float64{0}
	for i := -100; i <= 100; i++ {
		c := float64(float64(-i) * 0.05)
		x, y = append(x, vec.NormCDF(-c)), append(y, vec.NormCDF((f.Mean-c)/f.SD))
	}
	x, y = append(x, 1), append(y, 1)
	return &figure.Figure{Title: fmt.Sprintf("Az = %.3f ± %.3f, d_a = %.2f", f.Az, f.SEAz, f.DA), Width: 10, Height: 10, Panels: []figure.Panel{{
		X:      figure.Axis{Label: "false-alarm rate", Min: -0.02, Max: 1.02, Ticks: ticks},
		Y:      figure.Axis{Label: "hit rate", Min: -0.02, Max: 1.02, Ticks: ticks},
		Square: true,
		Layers: []figure.Layer{
			{Kind: figure.Line, X: []float64{0, 1}, Y: []float64{0, 1}, Color: "grey", Dash: true},
			{Kind: figure.Line, Name: "fit", X: x, Y: y, Color: "blue", Width: 1.5},
			{Kind: figure.Points, Name: "data", X: f.falseAlarms, Y: f.hitRates, Color: "black"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (f *RatingFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}
