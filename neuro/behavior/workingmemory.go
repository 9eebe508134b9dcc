package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
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

// ReportMixture is the mixture model of continuous report: the error is from a
// von Mises distribution around 0, or a guess.
type ReportMixture struct {
	Guess   float64 // proportion of guesses
	Kappa   float64 // concentration of the errors that are not
	SD      float64 `unit:"rad"` // their circular standard deviation √(-2 log(I1(κ)/I0(κ))), rad
	SEGuess float64 // standard errors, from the observed information; NaN at Guess = 0
	SEKappa float64
	LogLik  float64
	Errors  []float64 `unit:"rad"` // the data, within ±π
}

// FitReportMixture fits the mixture by maximum likelihood to the errors of
// reports on a circle, rad (those of orientation count twice).
//
//	p(e) = (1 - g) exp(κ cos e)/(2π I0(κ)) + g/(2π)
//
// The search runs from nine starts; where the likelihood rises down to g = 0
// the fit is without guesses. Fewer than 10 errors, errors that are not finite,
// errors that are all equal (κ would be infinite), and errors that fit guessing
// alone no worse are errors.
//
// Source: Zhang and Luck 2008, Nature 453:233. Checked against SciPy's
// von Mises density and by recovery.
func FitReportMixture(errors []float64) (*ReportMixture, error) {
	fail := func(format string, a ...any) (*ReportMixture, error) {
		return nil, fmt.Errorf("behavior: FitReportMixture: "+format, a...)
	}
	if len(errors) < 10 {
		return fail("there are %d errors; at least 10 are needed", len(errors))
	}
	f := &ReportMixture{}
	cos := make([]float64, len(errors))
	same := true
	for i, e := range errors {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fail("errors[%d] is %g, it must be finite: leave trials without a report out", i, e)
		}
		f.Errors = append(f.Errors, math.Remainder(e, 2*math.Pi))
		cos[i] = vec.Cos(f.Errors[i])
		same = same && cos[i] == cos[0]
	}
	if same {
		return fail("all %d errors are as large, which leaves the precision without a limit", len(errors))
	}
	back := func(p []float64) (g, kappa float64) {
		if len(p) > 1 {
			g = 1 / (1 + vec.Exp(-p[1]))
		}
		return g, vec.Exp(p[0])
	}
	task := display.Start("behavior.FitReportMixture", "", 0)
	defer task.End()
	loss := func(p []float64) float64 {
		g, k := back(p)
		if !(k < 1e8) {
			return math.Inf(1)
		}
		i0, _ := bessel(k)
		sum := 0.0
		for _, c := range cos {
			sum -= vec.Log((float64((1-g)*vec.Exp(k*(c-1))/i0) + g) / (2 * math.Pi))
		}
		return sum
	}
	best := optim.Result{F: math.Inf(1)}
	for _, k := range []float64{0.5, 2, 4} {
		for _, g := range []float64{-3, -1, 1} {
			if r := optim.Minimize(loss, []float64{k, g}, optim.Options{Stop: task.Err}); r.F < best.F-1e-9 {
				best = r
			}
		}
	}
	if r := optim.Minimize(loss, []float64{best.X[0]}, optim.Options{Stop: task.Err}); r.F <= best.F+1e-7 {
		best = r // no guesses
	}
	if err := task.Err(); err != nil {
		return fail("%w", err)
	}
	f.Guess, f.Kappa = back(best.X)
	f.LogLik = -best.F
	if chance := float64(float64(len(errors)) * vec.Log(2*math.Pi)); chance-best.F < 1e-6 || f.Guess > 0.9999 || f.Kappa < 1e-4 {
		return fail("the %d errors are not nearer to 0 than those of guessing alone", len(errors))
	}
	cov, ok := optim.InversePositive(best.Hessian)
	if !ok || !best.Converged {
		return fail("the likelihood of the %d errors has no maximum that could be found", len(errors))
	}
	f.SEKappa, f.SEGuess = f.Kappa*math.Sqrt(cov[0][0]), math.NaN()
	if len(best.X) > 1 {
		f.SEGuess = f.Guess * (1 - f.Guess) * math.Sqrt(cov[1][1])
	}
	f.SD = vonMisesSD(f.Kappa)
	return f, nil
}

// PDF returns the density, 1/rad, of an error, rad.
func (f *ReportMixture) PDF(e float64) float64 {
	i0, _ := bessel(f.Kappa)
	return (float64((1-f.Guess)*vec.Exp(f.Kappa*(vec.Cos(e)-1))/i0) + f.Guess) / (2 * math.Pi)
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

// String gives the guesses and the precision.
func (f *ReportMixture) String() string {
	g := fmt.Sprintf("%.3f ± %.3f", f.Guess, f.SEGuess)
	if f.Guess == 0 {
		g = "0 (at its limit)"
	}
	return fmt.Sprintf("continuous report, %d errors: guesses %s, kappa %.2f ± %.2f (SE), SD %.3f rad (%.1f°)", len(f.Errors), g, f.Kappa, f.SEKappa, f.SD, f.SD*180/math.Pi)
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
