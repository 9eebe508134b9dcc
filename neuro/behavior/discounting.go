package behavior

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Discounting is a delay-discounting function fitted to indifference points.
type Discounting struct {
	Model string  // "hyperbolic" or "exponential"
	K     float64 // discount rate, per unit of delay
	SE    float64 // standard error of K; NaN with a single point
	RSS   float64 // residual sum of squares
	AUC   float64 // area under the points over delay/longest, 1 without discounting
	Delay []float64
	Value []float64
}

// FitDiscounting fits the discount rate by least squares.
//
// delay holds the delays, all above 0, in any unit (K is per that unit), and
// value the indifference points as fractions of the delayed amount, 0 to 1.
//
//	hyperbolic:  V = 1/(1 + K D)
//	exponential: V = exp(-K D)
//
// AUC is the area under the points over the delays as parts of the longest, from
// value 1 at delay 0, by trapezoids (Myerson, Green and Warusawitharana 2001). Unequal
// lengths, no points, values out of range, values that are all 1 or all 0 (K
// would be 0 or infinite), and another model are errors.
//
// Source: Mazur 1987; Samuelson 1937. Checked against SciPy's least_squares.
func FitDiscounting(delay, value []float64, model string) (*Discounting, error) {
	fail := func(format string, a ...any) (*Discounting, error) {
		return nil, fmt.Errorf("behavior: FitDiscounting: "+format, a...)
	}
	if model != "hyperbolic" && model != "exponential" {
		return fail("model is %q, it must be \"hyperbolic\" or \"exponential\"", model)
	}
	if len(delay) != len(value) || len(delay) == 0 {
		return fail("delay has %d points and value %d; they must be as many, at least one", len(delay), len(value))
	}
	for i, d := range delay {
		if !(d > 0) || math.IsInf(d, 1) {
			return fail("delay[%d] is %g, it must be above 0 and finite", i, d)
		}
		if !(value[i] >= 0 && value[i] <= 1) {
			return fail("value[%d] is %g, it must lie from 0 to 1: a fraction of the delayed amount", i, value[i])
		}
	}
	if slices.Min(value) == 1 || slices.Max(value) == 0 {
		return fail("all values are %g, which leaves K without a limit", value[0])
	}
	f := &Discounting{Model: model, SE: math.NaN(), Delay: slices.Clone(delay), Value: slices.Clone(value)}
	rss := func(p []float64) float64 {
		sum := 0.0
		for i, d := range delay {
			r := value[i] - discounted(model, vec.Exp(p[0]), d)
			sum += float64(r * r)
		}
		return sum
	}
	// The sum of squares can have more than one minimum: the best of a grid.
	lo, hi := -vec.Log(slices.Max(delay))-12, 12-vec.Log(slices.Min(delay))
	best, least := []float64{lo}, math.Inf(1)
	for i := range 200 {
		p := []float64{lo + float64((hi-lo)*float64(i))/199}
		if v := rss(p); v < least {
			least, best = v, p
		}
	}
	r := optim.Minimize(rss, best, optim.Options{})
	if !(r.X[0] > lo && r.X[0] < hi) {
		return fail("the values determine no K (the best one is out of %.2g to %.2g)", vec.Exp(lo), vec.Exp(hi))
	}
	f.K, f.RSS = vec.Exp(r.X[0]), r.F
	if n := len(delay); n > 1 && r.Hessian[0][0] > 0 {
		f.SE = f.K * math.Sqrt(2*f.RSS/float64(n-1)/r.Hessian[0][0])
	}
	order := make([]int, len(delay))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return delay[order[a]] < delay[order[b]] })
	end := delay[order[len(order)-1]]
	x, y := 0.0, 1.0
	for _, i := range order {
		f.AUC += float64((delay[i]/end - x) * (value[i] + y) / 2)
		x, y = delay[i]/end, value[i]
	}
	return f, nil
}

func discounted(model string, k, d float64) float64 {
	if model == "hyperbolic" {
		return 1 / (1 + float64(k*d))
	}
	return vec.Exp(-k * d)
}

// String gives the discount rate and the area.
func (f *Discounting) String() string {
	return fmt.Sprintf("%s discounting: K %.4g ± %.2g (SE), RSS %.4g, AUC %.3f, %d delays", f.Model, f.K, f.SE, f.RSS, f.AUC, len(f.Delay))
}

// Plot draws the indifference points and the fitted function.
func (f *Discounting) Plot() *figure.Figure {
	l := figure.Layer{Kind: figure.Line, Name: "fit", Color: "blue", Width: 1.5}
	end := slices.Max(f.Delay)
	for i := range 200 {
		d := end * float64(i) / 199
		l.X, l.Y = append(l.X, d), append(l.Y, discounted(f.Model, f.K, d))
	}
	return &figure.Figure{Title: f.String(), Width: 14, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "delay"}, Y: figure.Axis{Label: "value", Min: 0, Max: 1.02},
		Layers: []figure.Layer{l, {Kind: figure.Points, Name: "data", X: f.Delay, Y: f.Value, Color: "black"}},
	}}}
}

// Show draws the figure; its text is String.
func (f *Discounting) Show() display.Bundle { return showRT(f.Plot(), f.String()) }
