package behavior

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Wald is the shifted Wald (inverse Gaussian) distribution of response times:
// evidence with drift V and noise 1 starts at 0, and the response comes T0
// after it reaches A.
type Wald struct {
	V  float64 // drift, evidence per s; above 0
	A  float64 // threshold, evidence (noise 1 per square root of s); above 0
	T0 float64 `unit:"s"` // time of everything but the decision, s
}

// LogPDF returns the logarithm of the density, 1/s, of a response time rt, s;
// -Inf up to T0, and NaN for V or A not above 0.
//
//	f = A / √(2π t³) exp(-(A - V t)²/(2t)),  t = rt - T0
//
// Source: Luce 1986; Heathcote 2004. Checked against the formula.
func (w Wald) LogPDF(rt float64) float64 {
	t := rt - w.T0
	switch {
	case !(w.V > 0 && w.A > 0) || math.IsNaN(rt):
		return math.NaN()
	case t <= 0 || math.IsInf(t, 1):
		return math.Inf(-1)
	}
	d := w.A - float64(w.V*t)
	return vec.Log(w.A) - float64(0.5*vec.Log(2*math.Pi)) - float64(1.5*vec.Log(t)) - float64(d*d)/(2*t)
}

// CDF returns the probability of a response by rt, s.
//
//	F = Φ((V t - A)/√t) + exp(2 V A) Φ(-(V t + A)/√t)
func (w Wald) CDF(rt float64) float64 {
	t := rt - w.T0
	switch {
	case !(w.V > 0 && w.A > 0) || math.IsNaN(rt):
		return math.NaN()
	case t <= 0:
		return 0
	case math.IsInf(t, 1):
		return 1
	}
	return hitting(w.A, w.V, t, float64(w.V*w.A))
}

// hitting is exp(log) ∫_0^t d/√(2πs³) exp(-d²/(2s) - v²s/2) ds for d > 0.
func hitting(d, v, t, log float64) float64 {
	v = math.Abs(v)
	root, vt, dv := math.Sqrt(t), float64(v*t), float64(d*v)
	return vec.Exp(log-dv+logNormCDF((vt-d)/root)) + vec.Exp(log+dv+logNormCDF(-(vt+d)/root))
}

// LATER is Carpenter's model of saccadic latencies: the reciprocal of a latency
// is normal.
type LATER struct {
	Mu    float64 // mean rate of rise, 1/s
	Sigma float64 // its standard deviation, 1/s; above 0
}

// LogPDF returns the logarithm of the density, 1/s, of a latency rt, s; -Inf
// for rt not above 0.
//
//	f = φ((1/t - μ)/σ) / (σ t²)
//
// Rates below 0 never end in a response: the density has integral Φ(μ/σ).
//
// Source: Carpenter and Williams 1995, Nature 377:59. Checked against the
// formula.
func (l LATER) LogPDF(rt float64) float64 {
	switch {
	case !(l.Sigma > 0) || math.IsNaN(rt):
		return math.NaN()
	case rt <= 0:
		return math.Inf(-1)
	}
	z := (1/rt - l.Mu) / l.Sigma
	return -float64(z*z/2) - float64(0.5*vec.Log(2*math.Pi)) - vec.Log(l.Sigma) - float64(2*vec.Log(rt))
}

// CDF returns the probability of a response by rt, s: Φ((μ - 1/t)/σ).
func (l LATER) CDF(rt float64) float64 {
	switch {
	case !(l.Sigma > 0) || math.IsNaN(rt):
		return math.NaN()
	case rt <= 0:
		return 0
	}
	return vec.NormCDF((l.Mu - 1/rt) / l.Sigma)
}

// FitLATER returns the model with the mean and the standard deviation (with
// n - 1) of the reciprocals of latencies rt, s. Times not above 0, fewer than
// two of them, and times that are all equal are errors.
//
// Source: Carpenter and Williams 1995.
func FitLATER(rt []float64) (LATER, error) {
	rate := make([]float64, len(rt))
	for i, t := range rt {
		if !(t > 0) || math.IsInf(t, 1) {
			return LATER{}, fmt.Errorf("behavior: FitLATER: rt[%d] is %g s; a latency must be above 0 and finite", i, t)
		}
		rate[i] = 1 / t
	}
	if _, err := momentsRT("FitLATER", rt, 2); err != nil {
		return LATER{}, err
	}
	m, err := momentsRT("FitLATER", rate, 2)
	if err != nil {
		return LATER{}, err
	}
	return LATER{m.mean, m.sd}, nil
}

// RTQuantiles returns the quantiles of response times rt, s, at probabilities
// from 0 to 1, by linear interpolation between the order statistics (Hyndman
// and Fan's type 7, R's and NumPy's default). No times, times that are NaN and
// probabilities outside 0 to 1 are errors.
func RTQuantiles(rt []float64, prob ...float64) ([]float64, error) {
	if len(rt) == 0 {
		return nil, fmt.Errorf("behavior: RTQuantiles: rt is empty; at least one time is needed")
	}
	for i, t := range rt {
		if math.IsNaN(t) {
			return nil, fmt.Errorf("behavior: RTQuantiles: rt[%d] is NaN; leave trials without a response out", i)
		}
	}
	sorted := slices.Sorted(slices.Values(rt))
	q := make([]float64, len(prob))
	for i, p := range prob {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("behavior: RTQuantiles: probability %d is %g, it must lie from 0 to 1", i, p)
		}
		at := float64(p * float64(len(rt)-1))
		k := int(at)
		q[i] = sorted[k]
		if part := at - float64(k); part > 0 {
			q[i] += float64(part * (sorted[k+1] - sorted[k]))
		}
	}
	return q, nil
}

// Accuracy is a conditional accuracy function, as ConditionalAccuracy returns it.
type Accuracy struct {
	RT      []float64 `unit:"s"` // mean response time of each bin, s
	Correct []float64 // proportion of correct responses
	SE      []float64 // its binomial standard error
	Trials  []int
}

// ConditionalAccuracy returns the accuracy as a function of response time: the
// trials, sorted by rt, s, are divided into bins with the same number of trials
// (within one; the first take the remainder), ties in the order given. rt and
// correct hold one value per trial.
//
// Unequal lengths, times that are NaN, and bins outside 1 to the number of
// trials are errors. Source: Thomas 1974; De Jong, Liang and Lauber 1994.
func ConditionalAccuracy(rt []float64, correct []bool, bins int) (*Accuracy, error) {
	if len(rt) != len(correct) {
		return nil, fmt.Errorf("behavior: ConditionalAccuracy: rt has %d trials and correct %d; they must be as many", len(rt), len(correct))
	}
	if bins < 1 || bins > len(rt) {
		return nil, fmt.Errorf("behavior: ConditionalAccuracy: bins is %d; allowed are 1 to the number of trials, %d", bins, len(rt))
	}
	order := make([]int, len(rt))
	for i := range order {
		if math.IsNaN(rt[i]) {
			return nil, fmt.Errorf("behavior: ConditionalAccuracy: rt[%d] is NaN; leave trials without a response out", i)
		}
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rt[order[a]] < rt[order[b]] })
	a := &Accuracy{}
	for b := range bins {
		n := len(rt) / bins
		if b < len(rt)%bins {
			n++
		}
		sum, right := 0.0, 0.0
		for _, i := range order[:n] {
			sum += rt[i]
			if correct[i] {
				right++
			}
		}
		order = order[n:]
		p := right / float64(n)
		a.RT, a.Correct, a.Trials = append(a.RT, sum/float64(n)), append(a.Correct, p), append(a.Trials, n)
		a.SE = append(a.SE, math.Sqrt(p*(1-p)/float64(n)))
	}
	return a, nil
}

// String names the first and the last bin.
func (a *Accuracy) String() string {
	k := len(a.RT) - 1
	return withUnits(fmt.Sprintf("conditional accuracy: %.0f%% at %.0f ms to %.0f%% at %.0f ms, %d bins", 100*a.Correct[0], 1000*a.RT[0], 100*a.Correct[k], 1000*a.RT[k], k+1), a.RT)
}

// Plot draws the accuracy over the response time, with its standard errors.
func (a *Accuracy) Plot() *figure.Figure {
	layers := []figure.Layer{}
	for i, t := range a.RT {
		layers = append(layers, figure.Layer{Kind: figure.Line, X: []float64{t, t}, Y: []float64{a.Correct[i] - a.SE[i], a.Correct[i] + a.SE[i]}, Color: "blue"})
	}
	layers = append(layers, figure.Layer{Kind: figure.Line, X: a.RT, Y: a.Correct, Color: "blue", Width: 1.5}, figure.Layer{Kind: figure.Points, X: a.RT, Y: a.Correct, Color: "blue"})
	return &figure.Figure{Title: a.String(), Width: 12, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "response time", Unit: "s"}, Y: figure.Axis{Label: "proportion correct", Min: 0, Max: 1.02}, Layers: layers,
	}}}
}

// Show draws the figure; its text is String.
func (a *Accuracy) Show() display.Bundle { return showRT(a.Plot(), a.String()) }

// EZDiffusion returns the drift-diffusion model of an unbiased observer with
// the given proportion of correct responses and the variance, s², and mean, s,
// of the correct response times; the upper boundary is the correct response.
//
//	L = logit P,  V = sign(P-1/2) (L (L P² - L P + P - 1/2)/VRT)^(1/4),  A = L/V
//	T0 = MRT - A/(2V) (1 - exp(-V A))/(1 + exp(-V A))
//
// with S = 1; for the convention S = 0.1 multiply A and V by 0.1. correct of 0,
// 1/2 or 1, where the equations have no solution, is an error (the authors take
// 1 - 1/(2n) for 1), and so is a variance not above 0. T0 below 0 says that
// the data do not fit the model, which Check then refuses.
//
// Source: Wagenmakers, van der Maas and Grasman 2007, Psychon Bull Rev 14:3.
// Checked against the paper's example.
func EZDiffusion(correct, variance, mean float64) (DDM, error) {
	if !(correct > 0 && correct < 1) || correct == 0.5 {
		return DDM{}, fmt.Errorf("behavior: EZDiffusion: correct is %g, it must lie between 0 and 1 and differ from 0.5; for perfect performance in n trials take 1 - 1/(2n)", correct)
	}
	if !(variance > 0) || math.IsInf(variance, 1) || math.IsNaN(mean) || math.IsInf(mean, 0) {
		return DDM{}, fmt.Errorf("behavior: EZDiffusion: variance is %g s² and mean %g s; the variance must be above 0 and both finite", variance, mean)
	}
	p := correct
	l := vec.Log(p / (1 - p))
	v := math.Sqrt(math.Sqrt(l * (float64(l*p*(p-1)) + p - 0.5) / variance))
	if p < 0.5 {
		v = -v
	}
	a := l / v
	return DDM{A: a, V: v, T0: mean + float64(a/(2*v))*vec.Expm1(-v*a)/(1+vec.Exp(-v*a)), Z: 0.5, S: 1}, nil
}
