package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// CowanK returns the number of items held in a change-detection task that
// probes one of n items:
//
//	K = n (H - F)
//
// hit and falseAlarm, from 0 to 1, are the rates of "change" with and without a
// change. K below 0 says worse than chance. n below 1 and rates out of range are
// errors. Source: Cowan 2001, Behav Brain Sci 24:87.
func CowanK(n int, hit, falseAlarm float64) (float64, error) {
	if err := changeTask("CowanK", n, hit, falseAlarm); err != nil {
		return 0, err
	}
	return float64(n) * (hit - falseAlarm), nil
}

// PashlerK returns the number of items held in a change-detection task that
// shows all n items again:
//
//	K = n (H - F)/(1 - F)
//
// Arguments and errors are those of CowanK; falseAlarm must be below 1. Source:
// Pashler 1988, Percept Psychophys 44:369.
func PashlerK(n int, hit, falseAlarm float64) (float64, error) {
	if err := changeTask("PashlerK", n, hit, falseAlarm); err != nil {
		return 0, err
	}
	if falseAlarm == 1 {
		return 0, fmt.Errorf("behavior: PashlerK: falseAlarm is 1, it must be below 1: an observer who always says \"change\" shows nothing")
	}
	return float64(n) * (hit - falseAlarm) / (1 - falseAlarm), nil
}

func changeTask(caller string, n int, hit, falseAlarm float64) error {
	if n < 1 || !(hit >= 0 && hit <= 1) || !(falseAlarm >= 0 && falseAlarm <= 1) {
		return fmt.Errorf("behavior: %s: n is %d items, hit %g and falseAlarm %g; n must be 1 or more and rates from 0 to 1", caller, n, hit, falseAlarm)
	}
	return nil
}

// ReportMixture is the mixture model of continuous report: the response is from
// a von Mises distribution around the target, around another item (a swap), or a
// guess.
type ReportMixture struct {
	Target       float64 // proportion of reports of the target
	Swap         float64 // of reports of another item; FitReportSwaps only
	Guess        float64 // of guesses
	Kappa        float64 // concentration of the reports that are no guesses
	SD           float64 `unit:"rad"` // their circular standard deviation √(-2 log(I1(κ)/I0(κ))), rad
	SEGuess      float64 // standard errors, from the observed information; NaN at a bound
	SESwap       float64
	SEKappa      float64
	AtBound      []string // "guess", "swap" or "kappa" whose best value is a bound: 0, or 5000 of kappa
	Undetermined []string // those that the reports do not place
	LogLik       float64
	AIC, BIC     float64
	Converged    bool
	Errors       []float64 `unit:"rad"` // response - target, within ±π

	swaps bool
}

// FitReportMixture fits the mixture by maximum likelihood to the errors of
// reports on a circle, rad (those of orientation count twice).
//
//	p(e) = (1 - g) exp(κ cos e)/(2π I0(κ)) + g/(2π)
//
// The search runs from several starts; where the likelihood rises down to g = 0
// the fit is without guesses and AtBound says so. Fewer than 10 errors, errors
// that are not finite or beyond two turns (degrees), errors that are all equal (κ would be infinite), and
// errors that fit guessing alone no worse are errors.
//
// Source: Zhang and Luck 2008, Nature 453:233. Checked against SciPy's
// von Mises density and best of many starts, and by recovery.
func FitReportMixture(errors []float64) (*ReportMixture, error) {
	for i, e := range errors {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return nil, fmt.Errorf("behavior: FitReportMixture: errors[%d] is %g, it must be finite: leave trials without a report out", i, e)
		}
		if math.Abs(e) > mostTurns {
			return nil, fmt.Errorf("behavior: FitReportMixture: errors[%d] is %g rad, more than two turns: multiply degrees by π/180", i, e)
		}
	}
	f, err := fitReports("FitReportMixture", errors, nil)
	if err != nil {
		return nil, fmt.Errorf("behavior: FitReportMixture: %w", err)
	}
	return f, nil
}

// mostTurns is how far two places of a circle may be, in rad, before they are taken for degrees.
const mostTurns = 4 * math.Pi

// FitReportSwaps fits the mixture with reports of the wrong item by maximum
// likelihood.
//
//	p(θ) = T φ(θ - target) + S/m Σ_j φ(θ - other_j) + g/(2π),  T + S + g = 1
//	φ(e) = exp(κ cos e)/(2π I0(κ))
//
// response and target hold a place on the circle for each trial, rad (those of
// orientation count twice), and others the places of the m items that were not
// asked for; a trial may have none, and has then no swaps. Errors are those of
// FitReportMixture, unequal lengths, and no trial with another item.
//
// Source: Bays, Catalao and Husain 2009, J Vis 9(10):7. Checked
// against SciPy's best of many starts and by recovery.
func FitReportSwaps(response, target []float64, others [][]float64) (*ReportMixture, error) {
	fail := func(format string, a ...any) (*ReportMixture, error) {
		return nil, fmt.Errorf("behavior: FitReportSwaps: "+format, a...)
	}
	if len(response) != len(target) || len(response) != len(others) {
		return fail("response has %d trials, target %d and others %d; they must be as many", len(response), len(target), len(others))
	}
	errors, away := make([]float64, len(response)), make([][]float64, len(response))
	items := 0
	for i, r := range response {
		errors[i] = r - target[i]
		if math.IsNaN(errors[i]) || math.IsInf(errors[i], 0) {
			return fail("response[%d] is %g and target %g, they must be finite: leave trials without a report out", i, r, target[i])
		}
		if math.Abs(errors[i]) > mostTurns {
			return fail("response[%d] is %g rad and target %g, more than two turns away: multiply degrees by π/180", i, r, target[i])
		}
		for j, o := range others[i] {
			if math.IsNaN(o) || math.IsInf(o, 0) {
				return fail("others[%d][%d] is %g, it must be finite", i, j, o)
			}
			away[i] = append(away[i], vec.Cos(r-o))
			items++
		}
	}
	if items == 0 {
		return fail("no trial has another item; FitReportMixture is the model without swaps")
	}
	f, err := fitReports("FitReportSwaps", errors, away)
	if err != nil {
		return fail("%w", err)
	}
	return f, nil
}

// fitReports takes the cosines of the distances to other items; nil is a model
// without swaps.
func fitReports(caller string, errors []float64, away [][]float64) (*ReportMixture, error) {
	if len(errors) < 10 {
		return nil, fmt.Errorf("there are %d errors; at least 10 are needed", len(errors))
	}
	f := &ReportMixture{swaps: away != nil, SEGuess: math.NaN(), SESwap: math.NaN(), SEKappa: math.NaN()}
	cos := make([]float64, len(errors))
	same := true
	for i, e := range errors {
		f.Errors = append(f.Errors, math.Remainder(e, 2*math.Pi))
		cos[i] = vec.Cos(f.Errors[i])
		same = same && cos[i] == cos[0]
	}
	if same {
		return nil, fmt.Errorf("all %d errors are as large, which leaves the precision without a limit", len(errors))
	}
	task := display.Start("behavior."+caller, "", 0)
	defer task.End()
	parameters := []Parameter{
		{Name: "kappa", Max: 5000, Low: 1, High: 60},
		{Name: "guess", Max: 1, Low: 0.05, High: 0.7},
	}
	if f.swaps { // the share of swaps among the reports that are no guesses
		parameters = append(parameters, Parameter{Name: "swap", Max: 1, Low: 0.03, High: 0.6})
	}
	b := box{parameters: parameters, stop: task.Err, f: func(p []float64) float64 {
		k, g, share := p[0], p[1], 0.0
		if f.swaps {
			share = p[2]
		}
		i0, _ := bessel(k)
		sum := 0.0
		for i, c := range cos {
			at := vec.Exp(k * (c - 1))
			if f.swaps && len(away[i]) > 0 {
				others := 0.0
				for _, c := range away[i] {
					others += vec.Exp(k * (c - 1))
				}
				at = float64((1-share)*at) + float64(share*others)/float64(len(away[i]))
			}
			sum -= vec.Log((float64((1-g)*at/i0) + g) / (2 * math.Pi))
		}
		return sum
	}}
	r := b.search(6)
	if err := task.Err(); err != nil {
		return nil, err
	}
	p := b.values(r.u, r.fixed)
	share := 0.0
	if f.swaps {
		share = p[2]
	}
	f.Kappa, f.Guess, f.Swap = p[0], p[1], float64((1-p[1])*share)
	f.Target = (1 - p[1]) * (1 - share)
	f.LogLik, f.Converged = -r.value, r.converged
	if chance := float64(float64(len(errors)) * vec.Log(2*math.Pi)); chance-r.value < 1e-6 || f.Guess > 0.9999 || f.Kappa < 1e-4 {
		return nil, fmt.Errorf("the %d errors are not nearer to 0 than those of guessing alone", len(errors))
	}
	// The standard errors are those of any fit within bounds.
	g := &LearningFit{Model: LearningModel{Parameters: parameters}, Estimate: p, places: r.u, fixed: r.fixed, Converged: r.converged}
	g.errors(r.hessian)
	f.SEKappa, f.SEGuess, f.AtBound, f.Undetermined, f.Converged = g.SE[0], g.SE[1], g.AtBound, g.Undetermined, g.Converged
	if f.swaps {
		f.SESwap = g.swapError(share)
	}
	n := float64(len(parameters))
	f.AIC, f.BIC = 2*n-float64(2*f.LogLik), float64(n*vec.Log(float64(len(errors))))-float64(2*f.LogLik)
	f.SD = vonMisesSD(f.Kappa)
	return f, nil
}

// swapError is the standard error of (1-guess) share.
func (f *LearningFit) swapError(share float64) float64 {
	guess := f.Estimate[1]
	if math.IsNaN(f.SE[2]) {
		return math.NaN()
	}
	if math.IsNaN(f.SE[1]) {
		return (1 - guess) * f.SE[2]
	}
	// Places of kappa, if it is free and determined, come first.
	k := len(f.cov) - 2
	a := share * f.Model.Parameters[1].slope(guess)
	b := (1 - guess) * f.Model.Parameters[2].slope(share)
	both := float64(a * b * f.cov[k][k+1])
	return math.Sqrt(float64(a*a*f.cov[k][k]) + float64(b*b*f.cov[k+1][k+1]) - both - both)
}

// PDF returns the density, 1/rad, of an error, rad, as if swaps were spread over
// the circle.
func (f *ReportMixture) PDF(e float64) float64 {
	i0, _ := bessel(f.Kappa)
	return (float64((1-f.Guess-f.Swap)*vec.Exp(f.Kappa*(vec.Cos(e)-1))/i0) + f.Guess + f.Swap) / (2 * math.Pi)
}

func vonMisesSD(kappa float64) float64 {
	i0, i1 := bessel(kappa)
	return math.Sqrt(-2 * vec.Log(i1/i0))
}

// bessel returns exp(-x) I0(x) and exp(-x) I1(x), from their integrals over a
// period, where the trapezium rule converges faster than any power.
func bessel(x float64) (i0, i1 float64) {
	n := int(40 + float64(8*math.Sqrt(x)))
	for k := range n {
		c := vec.Cos(math.Pi * (float64(k) + 0.5) / float64(n))
		w := vec.Exp(x * (c - 1))
		i0 += w
		i1 += float64(w * c)
	}
	return i0 / float64(n), i1 / float64(n)
}

// String gives the guesses, the swaps and the precision.
func (f *ReportMixture) String() string {
	part := func(name string, v, se float64, format string) string {
		switch {
		case slices.Contains(f.AtBound, name):
			return fmt.Sprintf("%.4g (at its limit)", v)
		case slices.Contains(f.Undetermined, name):
			return fmt.Sprintf("%.3g (undetermined)", v)
		}
		return fmt.Sprintf(format+" ± "+format, v, se)
	}
	s := fmt.Sprintf("continuous report, %d errors: guesses %s, ", len(f.Errors), part("guess", f.Guess, f.SEGuess, "%.3f"))
	if f.swaps {
		s += fmt.Sprintf("swaps %s, ", part("swap", f.Swap, f.SESwap, "%.3f"))
	}
	s += fmt.Sprintf("kappa %s (SE), SD %.3f rad (%.1f°)", part("kappa", f.Kappa, f.SEKappa, "%.2f"), f.SD, f.SD*180/math.Pi)
	if !f.Converged {
		s += "; NOT CONVERGED"
	}
	return s
}

// Plot draws the histogram of the errors and the fitted density.
func (f *ReportMixture) Plot() *figure.Figure {
	p := plotRT(f.Errors, f.String(), func(e float64) float64 { return vec.Log(f.PDF(e)) })
	p.Panels[0].X = figure.Axis{Label: "error", Unit: "rad"}
	p.Panels[0].Y = figure.Axis{Label: "probability density", Unit: "1/rad"}
	return p
}

// Show draws the figure; its text is String.
func (f *ReportMixture) Show() display.Bundle { return showRT(f.Plot(), f.String()) }
