// Package behavior analyses what subjects do: detection and discrimination,
// psychometric functions and adaptive thresholds, response times and drift
// diffusion, learning from reward, and scores of cognitive tasks.
//
//	s, err := behavior.DPrime(20, 5, 10, 15) // hits, misses, false alarms, correct rejections
//	s.DPrime                                  // 1.09
//	s                                         // shows both distributions and the criterion
//
// Tasks are scored from a table of trials, and a fit is of one subject:
//
//	t, err := table.Read("gonogo.csv")
//	t, err = t.Recode("response", map[string]float64{"space": 1, "None": 0})
//	behavior.GoNoGo(t, behavior.DetectionOptions{Subject: "participant", Stimulus: "trial_type", RT: "rt"})
//	parts, err := t.Split("participant")
//	for _, p := range parts {
//		rt, err := p.Col("rt") // s
//		fit, err := behavior.FitExGauss(rt.Num)
//	}
package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// SDT holds the measures of signal detection theory for one yes-no table under
// the equal-variance Gaussian model, as DPrime and DPrimeCorrected return them.
type SDT struct {
	DPrime float64 `unit:"SD"` // sensitivity d': distance of the distributions, standard deviations
	C      float64 `unit:"SD"` // criterion from the midpoint, standard deviations; above 0 says "no" more often
	Beta   float64 // likelihood ratio at the criterion
	APrime float64 // nonparametric sensitivity A', 0.5 at chance

	CPrime        float64 // criterion relative to sensitivity, C/d'; NaN for d' = 0
	LnBeta        float64 // natural logarithm of Beta, d' C
	BDoublePrime  float64 // nonparametric bias B'' (Grier), -1 to 1; above 0 says "no" more often
	BDoublePrimeD float64 // nonparametric bias B''D (Donaldson), -1 to 1
	Az            float64 // area under the ROC of this d' with equal variances, Φ(d'/√2)

	HitRate        float64 // P("yes" | signal), after any correction
	FalseAlarmRate float64 // P("yes" | noise), after any correction
	SE             float64 `unit:"SD"` // standard error of DPrime, standard deviations
	Signal, Noise  int     // trials with and without a signal
	Rule           string  // correction applied: "" none, "loglinear" or "replace"
}

// DPrime returns sensitivity and criterion of a yes-no experiment.
//
//	d' = z(H) - z(F)
//	C  = -(z(H) + z(F)) / 2
//	β  = exp(d' C)
//	A' = 1/2 + (H-F)(1+H-F) / (4 H (1-F)), mirrored for H < F
//	c' = C / d',  ln β = d' C,  Az = Φ(d'/√2)
//	B'' = sign(H-F) (H(1-H) - F(1-F)) / (H(1-H) + F(1-F))
//	B''D = ((1-H)(1-F) - H F) / ((1-H)(1-F) + H F)
//
// H = hits/(hits+misses), F = falseAlarms/(falseAlarms+correctRejections), and
// z is the inverse of the normal distribution function. The standard error is
// that of Gourevitch and Galanter 1967.
//
// A rate of 0 or 1 has no finite z: it is an error that names DPrimeCorrected.
// Negative counts and a kind of trial that never occurred are errors.
//
// Source: Green and Swets 1966; Stanislaw and Todorov 1999; B″ Grier 1971,
// B″D Donaldson 1992. Checked against the formulas with SciPy's normal
// quantiles.
func DPrime(hits, misses, falseAlarms, correctRejections int) (SDT, error) {
	t := counts{"DPrime", hits, misses, falseAlarms, correctRejections}
	if err := t.check(); err != nil {
		return SDT{}, err
	}
	h, f := t.rates()
	for _, r := range []struct {
		rate    float64
		name    string
		yes, no int
	}{{h, "hit", hits, misses}, {f, "false-alarm", falseAlarms, correctRejections}} {
		if r.yes == 0 || r.no == 0 {
			return SDT{}, fmt.Errorf("behavior: DPrime: the %s rate is %g (%d of %d), which makes d' infinite; rates must lie between 0 and 1: use DPrimeCorrected with rule \"loglinear\" or \"replace\"", r.name, r.rate, r.yes, r.yes+r.no)
		}
	}
	return t.measures(rate{h, float64(misses) / t.signal()}, rate{f, float64(correctRejections) / t.noise()}, ""), nil
}

// DPrimeCorrected returns the measures of DPrime with a correction that keeps
// the rates off 0 and 1.
//
//	"loglinear": H = (hits + 1/2) / (signal trials + 1), F likewise, always
//	"replace":   a rate of 0 becomes 1/(2N), a rate of 1 becomes 1 - 1/(2N)
//
// h, m, f, c are the numbers of hits, misses, false alarms and correct
// rejections. The log-linear rule changes every table, so that conditions stay
// comparable, and its bias is smaller and more even (Hautus 1995); the other
// one leaves tables without extreme rates as they are.
//
// Negative counts, a kind of trial that never occurred and another rule are
// errors.
//
// Source: Hautus 1995; Macmillan and Kaplan 1985. Checked against the formulas
// with SciPy's normal quantiles.
func DPrimeCorrected(h, m, f, c int, rule string) (SDT, error) {
	t := counts{"DPrimeCorrected", h, m, f, c}
	if err := t.check(); err != nil {
		return SDT{}, err
	}
	var correct func(yes, no int, trials float64) rate
	switch rule {
	case "loglinear":
		correct = func(yes, no int, trials float64) rate {
			return rate{(float64(yes) + 0.5) / (trials + 1), (float64(no) + 0.5) / (trials + 1)}
		}
	case "replace":
		correct = func(yes, no int, trials float64) rate {
			switch {
			case yes == 0:
				return rate{0.5 / trials, 1 - 0.5/trials}
			case no == 0:
				return rate{1 - 0.5/trials, 0.5 / trials}
			}
			return rate{float64(yes) / trials, float64(no) / trials}
		}
	default:
		return SDT{}, fmt.Errorf("behavior: DPrimeCorrected: rule is %q, it must be \"loglinear\" or \"replace\"", rule)
	}
	return t.measures(correct(h, m, t.signal()), correct(f, c, t.noise()), rule), nil
}

// counts is a yes-no table and the function that was called with it.
type counts struct {
	caller                 string
	hits, misses, fas, crs int
}

func (t counts) signal() float64 { return float64(t.hits) + float64(t.misses) }
func (t counts) noise() float64  { return float64(t.fas) + float64(t.crs) }

func (t counts) rates() (h, f float64) {
	return float64(t.hits) / t.signal(), float64(t.fas) / t.noise()
}

func (t counts) check() error {
	name := [4]string{"hits", "misses", "falseAlarms", "correctRejections"}
	if t.caller == "DPrimeCorrected" {
		name = [4]string{"h (hits)", "m (misses)", "f (false alarms)", "c (correct rejections)"}
	}
	for i, n := range [4]int{t.hits, t.misses, t.fas, t.crs} {
		if n < 0 {
			return fmt.Errorf("behavior: %s: %s is %d, a number of trials must be 0 or more", t.caller, name[i], n)
		}
	}
	if t.signal() == 0 {
		return fmt.Errorf("behavior: %s: %s and %s are both 0, at least one trial with a signal is needed", t.caller, name[0], name[1])
	}
	if t.noise() == 0 {
		return fmt.Errorf("behavior: %s: %s and %s are both 0, at least one trial without a signal is needed", t.caller, name[2], name[3])
	}
	return nil
}

// A rate of "yes" responses, and that of "no": each has its full precision.
type rate struct{ yes, no float64 }

// z returns the normal quantile of the rate, from its smaller side.
func (r rate) z() float64 {
	if r.yes <= r.no {
		return vec.NormQuantile(r.yes)
	}
	return -vec.NormQuantile(r.no)
}

func (t counts) measures(h, f rate, rule string) SDT {
	zh, zf := h.z(), f.z()
	d, c := zh-zf, 0-float64(0.5*(zh+zf))
	vh := h.yes * h.no / (t.signal() * density2(zh))
	vf := f.yes * f.no / (t.noise() * density2(zf))
	cp := math.NaN()
	if d != 0 {
		cp = c / d
	}
	sh, sf := float64(h.yes*h.no), float64(f.yes*f.no)
	b := 0.0
	switch {
	case h.yes > f.yes:
		b = (sh - sf) / (sh + sf)
	case h.yes < f.yes:
		b = (sf - sh) / (sh + sf)
	}
	no, yes := float64(h.no*f.no), float64(h.yes*f.yes)
	return SDT{
		CPrime: cp, LnBeta: d * c, BDoublePrime: b, BDoublePrimeD: (no - yes) / (no + yes), Az: vec.NormCDF(d / math.Sqrt2),
		DPrime: d, C: c, Beta: vec.Exp(d * c), APrime: aPrime(h, f),
		HitRate: h.yes, FalseAlarmRate: f.yes, SE: math.Sqrt(vh + vf),
		Signal: t.hits + t.misses, Noise: t.fas + t.crs, Rule: rule,
	}
}

// density2 is the square of the normal density at z.
func density2(z float64) float64 { return vec.Exp(-z*z) / (2 * math.Pi) }

func aPrime(h, f rate) float64 {
	if h.yes < f.yes {
		return 1 - aPrime(f, h)
	}
	d := h.yes - f.yes
	return 0.5 + d*(1+d)/(4*h.yes*f.no)
}

// Table returns the measures as rows, with the standard error of d'.
func (s SDT) Table() table.Table {
	return table.Table{Title: s.title(), Cols: []table.Col{
		{Name: "measure", Text: []string{"d'", "SE of d'", "criterion C", "c'", "beta", "ln beta", "A'", "Az", "B''", "B''D", "hit rate", "false-alarm rate"}},
		{Name: "value", Num: []float64{s.DPrime, s.SE, s.C, s.CPrime, s.Beta, s.LnBeta, s.APrime, s.Az, s.BDoublePrime, s.BDoublePrimeD, s.HitRate, s.FalseAlarmRate}},
	}}
}

func (s SDT) title() string {
	t := fmt.Sprintf("signal detection, %d signal and %d noise trials", s.Signal, s.Noise)
	if s.Rule != "" {
		t += ", " + s.Rule + " correction"
	}
	return t
}

// String returns d' with its standard error, the criterion and the rates.
func (s SDT) String() string {
	return fmt.Sprintf("d' = %.2f ± %.2f, C = %.2f, beta = %.2f, A' = %.2f (hits %.0f%%, false alarms %.0f%%)",
		s.DPrime, s.SE, s.C, s.Beta, s.APrime, 100*s.HitRate, 100*s.FalseAlarmRate)
}

// Plot draws the distributions of evidence in noise and signal trials, the
// midpoint between them at 0, and the criterion.
func (s SDT) Plot() *figure.Figure {
	half := float64(s.DPrime / 2)
	lo := math.Min(-math.Abs(half), s.C) - 3.5
	hi := math.Max(math.Abs(half), s.C) + 3.5
	const n = 201
	x, noise, signal := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = lo + float64((hi-lo)*float64(i))/(n-1)
		noise[i], signal[i] = density(x[i]+half), density(x[i]-half)
	}
	return &figure.Figure{Title: s.String(), Width: 14, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: "evidence", Unit: "SD"},
		Y: figure.Axis{Label: "probability density", Unit: "1/SD"},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "noise", X: x, Y: noise, Color: "grey"},
			{Kind: figure.Line, Name: "signal", X: x, Y: signal, Color: "blue"},
			{Kind: figure.VLine, Name: "criterion", X: []float64{s.C}, Color: "black", Dash: true},
		},
	}}}
}

func density(z float64) float64 { return vec.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

// Show draws the figure; its text is String.
func (s SDT) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
