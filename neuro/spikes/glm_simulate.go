package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Simulate draws a train from the model over the window and with the stimulus and
// the other trains of the fit: counts in bins are Poisson, and depend on the
// spikes drawn before through the history filter. Times within a bin are uniform.
//
// A model that excites itself until a bin expects more than 100 spikes is an error.
func (g *GLM) Simulate(seed uint64) (neuro.Spikes, error) {
	const call = "GLM.Simulate"
	provenance.Random("spikes."+call, seed)
	n := len(g.Rate.Y)
	t0, t1 := g.Rate.T0, edge(n, n, g.Rate.T0, g.Rate.T0+float64(float64(n)*g.options.Bin))
	eta := make([]float64, n)
	for i := range eta {
		eta[i] = g.fit.Intercept
	}
	history := -1
	for f, series := range g.series(make([]float64, n), t0, t1) {
		if g.Filters[f].Name == "own spikes" {
			history = f
			continue
		}
		y := g.Filters[f].Y
		for i, v := range series {
			if v == 0 {
				continue
			}
			for k := 0; k < len(y) && i+g.delay[f]+k < n; k++ {
				eta[i+g.delay[f]+k] += float64(v * y[k])
			}
		}
	}
	r := rng.New(seed, 0)
	within := rng.New(seed, 1)
	task := display.Start("spikes."+call, "bins", n)
	defer task.End()
	var out neuro.Spikes
	mean, count := []float64{0}, []float64{0}
	for i := range eta {
		if i%4096 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
		}
		mean[0] = vec.Exp(eta[i])
		if !(mean[0] <= 100) {
			return nil, fmt.Errorf("spikes: %s: %.3g spikes are expected in the bin at %g ms; the model excites itself without end", call, mean[0], t0+float64(float64(i)*g.options.Bin))
		}
		r.PoissonBlock(count, mean, uint64(i), 0)
		if count[0] == 0 {
			continue
		}
		first := len(out)
		for range int(count[0]) {
			out = append(out, t0+float64((float64(i)+float64(within.Float64()))*g.options.Bin))
		}
		sort.Float64s(out[first:])
		if history >= 0 {
			y := g.Filters[history].Y
			for k := 0; k < len(y) && i+1+k < n; k++ {
				eta[i+1+k] += float64(count[0] * y[k])
			}
		}
	}
	return out, nil
}

// Rescaled is a test of a model of the rate by its intervals.
type Rescaled struct {
	// Z are the rescaled intervals as 1 - exp(-Λ), ascending: uniform where the
	// model is right.
	Z []float64
	// KS is the largest distance of their distribution from the uniform one, P the
	// chance of that or more under the model, and Bound the distance that is
	// reached in 5 % of cases.
	KS, P, Bound float64
	// Lag1 is the correlation of successive intervals (as normal scores), about 0
	// with a standard error of 1/√n where the model is right.
	Lag1 float64
}

// TimeRescaling tests whether a train follows a rate: the integrals Λ of the rate
// (Hz, a constant within each sample) between successive spikes are exponential
// with mean 1 where it does.
//
//	z_k = 1 - exp(-∫ rate dt from spike k-1 to spike k)
//
// Spikes outside of the rate are left out. P is Kolmogorov's with the correction of
// Stephens 1970 for finite n. A rate that was fitted to the same train is a little
// too good. Where a bin often holds more than one spike's chance (rate x bin above
// 0.1) the test rejects right models (Haslinger, Pipa and Brown 2010, Neural Comput. 22:2477):
// take shorter bins.
//
// Trains that are not finite and ascending, fewer than 2 spikes, a rate that is
// negative or not finite, and spikes where it is 0 are errors. Source: Brown et al.
// 2002, Neural Comput. 14:325. Checked against SciPy's kstest.
func TimeRescaling(rate neuro.Trace, s neuro.Spikes) (*Rescaled, error) {
	const call = "TimeRescaling"
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	n := len(rate.Y)
	if err := checkPositive(call, "Dt of rate", "ms", rate.Dt); err != nil {
		return nil, err
	}
	sums := make([]float64, n+1) // the integral up to each sample
	for i, v := range rate.Y {
		if !(v >= 0) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("spikes: %s: the rate at %g ms is %g Hz; it must be 0 or more and finite", call, rate.T0+float64(float64(i)*rate.Dt), v)
		}
		sums[i+1] = sums[i] + float64(v*rate.Dt/1000)
	}
	s = within(s, rate.T0, rate.T0+float64(float64(n)*rate.Dt))
	if len(s) < 2 {
		return nil, fmt.Errorf("spikes: %s: there are %d spikes within the rate; 2 or more make an interval", call, len(s))
	}
	r := &Rescaled{}
	before := 0.0
	var scores []float64
	for k, t := range s {
		u := (t - rate.T0) / rate.Dt
		i := min(int(u), n-1)
		at := sums[i] + float64((u-float64(i))*(sums[i+1]-sums[i]))
		if k > 0 {
			z := -vec.Expm1(before - at)
			if !(z > 0) {
				z = 0
			}
			r.Z = append(r.Z, z)
			scores = append(scores, vec.NormQuantile(math.Max(1e-12, math.Min(1-1e-12, z))))
		}
		before = at
	}
	r.Lag1 = lagOne(scores)
	sort.Float64s(r.Z)
	m := float64(len(r.Z))
	for k, z := range r.Z {
		r.KS = math.Max(r.KS, math.Max(z-float64(k)/m, float64(k+1)/m-z))
	}
	root := math.Sqrt(m)
	r.P = kolmogorov((root + 0.12 + 0.11/root) * r.KS)
	r.Bound = 1.3581 / (root + 0.12 + 0.11/root)
	return r, nil
}

// kolmogorov is the chance of a scaled distance of x or more.
func kolmogorov(x float64) float64 {
	if x < 0.2 {
		return 1
	}
	sum, sign := 0.0, 2.0
	for k := 1; k <= 100; k++ {
		term := vec.Exp(-2 * float64(k*k) * x * x)
		sum += float64(sign * term)
		sign = -sign
		if term < 1e-16 {
			break
		}
	}
	return math.Max(0, math.Min(1, sum))
}

func lagOne(x []float64) float64 {
	if len(x) < 3 {
		return math.NaN()
	}
	mean := 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	over, under := 0.0, 0.0
	for i, v := range x {
		under += float64((v - mean) * (v - mean))
		if i > 0 {
			over += float64((v - mean) * (x[i-1] - mean))
		}
	}
	return over / under
}

// Rescaling is TimeRescaling of the train that the model was fitted to.
func (g *GLM) Rescaling() (*Rescaled, error) { return TimeRescaling(g.Rate, g.train) }

// String says how far the intervals are from the model.
func (r *Rescaled) String() string {
	return fmt.Sprintf("time rescaling of %d intervals: KS distance %.3f (5 %% bound %.3f), p = %.2g, correlation of successive ones %.2f", len(r.Z), r.KS, r.Bound, r.P, r.Lag1)
}

// Plot draws the distribution of the rescaled intervals over the uniform one, with
// the band of the 5 % bound.
func (r *Rescaled) Plot() *figure.Figure {
	n := len(r.Z)
	y := make([]float64, n)
	for k := range y {
		y[k] = (float64(k) + 0.5) / float64(n)
	}
	return &figure.Figure{Title: r.String(), Width: 11, Height: 11, Panels: []figure.Panel{{
		X: figure.Axis{Label: "model", Min: 0, Max: 1}, Y: figure.Axis{Label: "spikes", Min: 0, Max: 1}, Square: true,
		Layers: []figure.Layer{
			{Kind: figure.Area, X: []float64{0, 1}, Y: []float64{-r.Bound, 1 - r.Bound}, Y2: []float64{r.Bound, 1 + r.Bound}, Color: "grey", Alpha: 0.25},
			{Kind: figure.Line, X: []float64{0, 1}, Y: []float64{0, 1}, Color: "grey", Dash: true},
			{Kind: figure.Line, X: r.Z, Y: y, Color: "blue", Width: 1.5},
		},
	}}}
}

// Show draws the figure; its text is String.
func (r *Rescaled) Show() display.Bundle {
	b := r.Plot().Show()
	b.Data[display.TypeText] = r.String()
	return b
}

// String says what the model is made of and how it fits.
func (g *GLM) String() string {
	return fmt.Sprintf("GLM of %d spikes in %d bins of %g ms: %d parameters, %.2f bit per spike beyond a constant rate (on the spikes of the fit)", g.Spikes, len(g.Rate.Y), g.options.Bin, g.Parameters, g.BitsPerSpike)
}

// Plot draws the filters with bands of two standard errors: the history and other
// cells as factors of the rate would be exp of them.
func (g *GLM) Plot() *figure.Figure {
	f := &figure.Figure{Title: g.String(), Cols: min(3, len(g.Filters))}
	for _, c := range g.Filters {
		lo, hi := make([]float64, len(c.Y)), make([]float64, len(c.Y))
		known := true
		for k, v := range c.Y {
			lo[k], hi[k] = v-float64(2*c.SE[k]), v+float64(2*c.SE[k])
			known = known && !math.IsNaN(c.SE[k])
		}
		p := figure.Panel{Title: c.Name, X: figure.Axis{Label: "lag", Unit: "ms"}, Y: figure.Axis{Label: "log rate"}}
		if known {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Area, X: c.Lag, Y: lo, Y2: hi, Color: "blue", Alpha: 0.25})
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: c.Lag, Y: c.Y, Color: "blue"}, figure.Layer{Kind: figure.HLine, Y: []float64{0}, Color: "grey", Dash: true, Width: 0.5})
		f.Panels = append(f.Panels, p)
	}
	f.Width = math.Min(8*math.Min(3, float64(len(g.Filters))), 24)
	f.Height = float64(1 + 7*((len(g.Filters)+2)/3))
	return f
}

// Show draws the filters; its text is String.
func (g *GLM) Show() display.Bundle {
	b := g.Plot().Show()
	b.Data[display.TypeText] = g.String()
	return b
}
