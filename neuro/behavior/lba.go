package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// LBA is the linear ballistic accumulator of a choice between several
// responses: in each trial accumulator i starts at a level uniform from 0 to A
// and rises with a drift that is normal with mean V[i] and standard deviation
// SV[i]; the first to reach B gives the response, T0 later. Drifts are above 0
// (the normal distribution is cut off there) unless Negative lets them be below
// it, when trials in which all are never end.
type LBA struct {
	A        float64   // upper end of the starts; 0 or more
	B        float64   // threshold, above A
	T0       float64   `unit:"s"` // time of everything but the decision, s; 0 or more
	V        []float64 // mean drift of each accumulator, evidence per s
	SV       []float64 // standard deviation of each drift; nil means 1 each
	Negative bool      // drifts may be below 0
}

// Check returns an error that names the first parameter outside its range.
func (l LBA) Check() error {
	fail := func(format string, a ...any) error { return fmt.Errorf("behavior: LBA: "+format, a...) }
	switch {
	case !(l.A >= 0) || math.IsInf(l.A, 0):
		return fail("A is %g, the starts' upper end must be 0 or more", l.A)
	case !(l.B > l.A) || math.IsInf(l.B, 0):
		return fail("B is %g, the threshold must be above A (%g)", l.B, l.A)
	case !(l.T0 >= 0) || math.IsInf(l.T0, 0):
		return fail("T0 is %g s, the non-decision time must be 0 s or more", l.T0)
	case len(l.V) < 2:
		return fail("V has %d drifts; at least two accumulators are needed", len(l.V))
	case l.SV != nil && len(l.SV) != len(l.V):
		return fail("SV has %d values and V %d; they must be as many (nil means 1 each)", len(l.SV), len(l.V))
	}
	for i, v := range l.V {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fail("V[%d] is %g, drifts must be finite", i, v)
		}
		if s := l.sv(i); !(s > 0) || math.IsInf(s, 0) {
			return fail("SV[%d] is %g, it must be above 0", i, s)
		}
	}
	return nil
}

func (l LBA) sv(i int) float64 {
	if l.SV == nil {
		return 1
	}
	return l.SV[i]
}

// positive returns the probability of a drift above 0 of each accumulator, 1
// where they may be below.
func (l *LBA) positive() []float64 {
	p := make([]float64, len(l.V))
	for i, v := range l.V {
		p[i] = 1
		if !l.Negative { // of the drifts above 0: what does not end is taken out
			p[i] = math.Max(vec.NormCDF(v/l.sv(i)), 1e-10)
		}
	}
	return p
}

// density returns that of the time t at which accumulator i reaches B.
func (l *LBA) density(i int, t, positive float64) float64 {
	v, s := l.V[i], l.sv(i)
	var d float64
	if l.A < 1e-4*l.B { // all as good as start at the middle; the formula below would cancel
		far := l.B - float64(l.A/2)
		d = far / float64(t*t) * phi((far/t-v)/s) / s
	} else {
		ts := float64(t * s)
		z1, z2 := (l.B-l.A-float64(t*v))/ts, (l.B-float64(t*v))/ts
		var between float64
		if z1 > 0 {
			between = vec.NormCDF(-z1) - vec.NormCDF(-z2)
		} else {
			between = vec.NormCDF(z2) - vec.NormCDF(z1)
		}
		d = (float64(v*between) + float64(s*(phi(z1)-phi(z2)))) / l.A
	}
	return math.Max(d/positive, 0)
}

// survival returns the probability that accumulator i has not reached B by t.
func (l *LBA) survival(i int, t, positive float64) float64 {
	v, s := l.V[i], l.sv(i)
	var p float64
	if l.A < 1e-4*l.B {
		far := l.B - float64(l.A/2)
		p = vec.NormCDF((far/t - v) / s)
	} else {
		ts := float64(t * s)
		z1, z2 := (l.B-l.A-float64(t*v))/ts, (l.B-float64(t*v))/ts
		p1, p2, d := vec.NormCDF(z1), vec.NormCDF(z2), phi(z1)-phi(z2)
		p = float64(ts*(float64(z2*p2)-float64(z1*p1)-d)) / l.A
	}
	if !l.Negative {
		p = 1 - (1-p)/positive
	}
	return math.Min(math.Max(p, 0), 1)
}

// phi is the standard normal density.
func phi(z float64) float64 { return vec.Exp(-float64(z*z)/2) / math.Sqrt(2*math.Pi) }

// LogPDF returns the logarithm of the density, 1/s, of response choice (from 0)
// at rt, s:
//
//	f_i(t) Π_{j≠i} (1 - F_j(t)),  t = rt - T0
//	f = (v (Φ(z2) - Φ(z1)) + s (φ(z1) - φ(z2))) / A,  z1 = (B-A-t v)/(t s), z2 = (B - t v)/(t s)
//	F = 1 - t s (z2 Φ(z2) - z1 Φ(z1) - φ(z1) + φ(z2)) / A
//
// with f and F divided by Φ(v/s) where drifts are above 0. The result is -Inf
// for rt <= T0, and NaN for NaN, parameters that Check refuses and a choice that
// is not there.
//
// Source: Brown and Heathcote 2008, Cognitive Psychology 57:153. Checked
// against rtdists (R).
func (l LBA) LogPDF(rt float64, choice int) float64 {
	if math.IsNaN(rt) || choice < 0 || choice >= len(l.V) || l.Check() != nil {
		return math.NaN()
	}
	return l.logPDF(rt, choice, l.positive())
}

func (l *LBA) logPDF(rt float64, choice int, positive []float64) float64 {
	t := rt - l.T0
	if !(t > 0) || math.IsInf(t, 1) {
		return math.Inf(-1)
	}
	product := 1.0
	for i := range l.V {
		if i == choice {
			product *= l.density(i, t, positive[i])
		} else {
			product *= l.survival(i, t, positive[i])
		}
	}
	return vec.Log(product)
}

// LogLikelihood returns the sum of LogPDF over trials: times rt, s, and which
// accumulator was first. Unequal lengths panic.
func (l LBA) LogLikelihood(rt []float64, choice []int) float64 {
	if len(rt) != len(choice) {
		panic(fmt.Sprintf("behavior: LBA.LogLikelihood: rt has %d trials and choice %d; they must be as many", len(rt), len(choice)))
	}
	if l.Check() != nil {
		return math.NaN()
	}
	sum, positive := 0.0, l.positive()
	for i, t := range rt {
		if math.IsNaN(t) || choice[i] < 0 || choice[i] >= len(l.V) {
			return math.NaN()
		}
		sum += l.logPDF(t, choice[i], positive)
	}
	return sum
}

// CDF returns the probability of response choice by rt, s, by quadrature of the
// density, to about 1e-8; NaN as for LogPDF.
func (l LBA) CDF(rt float64, choice int) float64 {
	if math.IsNaN(rt) || choice < 0 || choice >= len(l.V) || l.Check() != nil {
		return math.NaN()
	}
	end := rt - l.T0
	if !(end > 0) {
		return 0
	}
	// In x = t/(t + scale), which maps all times to 0 to 1.
	scale := l.B
	for i, v := range l.V {
		scale = math.Min(scale, l.B/math.Max(v, l.sv(i)))
	}
	to := 1.0
	if !math.IsInf(end, 1) {
		to = end / (end + scale)
	}
	const panels = 40
	sum, positive := 0.0, l.positive()
	for k := range panels {
		from := to * float64(k) / panels
		sum += gauss10(from, from+to/panels, func(x float64) float64 {
			t := scale * x / (1 - x)
			return vec.Exp(l.logPDF(l.T0+t, choice, positive)) * scale / float64((1-x)*(1-x))
		})
	}
	return sum
}

// LBATrials are simulated trials of a linear ballistic accumulator.
type LBATrials struct {
	Model  LBA
	RT     []float64 `unit:"s"` // response times, s; NaN where no drift was above 0
	Choice []int     // which accumulator was first; -1 where none
}

// Simulate returns n trials. Parameters that Check refuses and n outside 1 to 10
// million are errors.
func (l LBA) Simulate(n int, seed uint64) (*LBATrials, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	if n < 1 || n > 10_000_000 {
		return nil, fmt.Errorf("behavior: LBA.Simulate: n is %d trials; allowed are 1 to 10 million", n)
	}
	r := &LBATrials{Model: l, RT: make([]float64, n), Choice: make([]int, n)}
	for k := range n {
		s := rng.New(seed, uint64(k))
		r.RT[k], r.Choice[k] = math.NaN(), -1
		for i, v := range l.V {
			// Cut off at 0 by the inverse of the distribution function.
			below := 0.0
			if !l.Negative {
				below = vec.NormCDF(-v / l.sv(i))
			}
			drift := v + float64(l.sv(i)*vec.NormQuantile(below+float64((1-below)*s.Float64())))
			start := float64(l.A * s.Float64())
			if drift <= 0 {
				continue
			}
			if t := l.T0 + (l.B-start)/drift; !(t >= r.RT[k]) {
				r.RT[k], r.Choice[k] = t, i
			}
		}
	}
	return r, nil
}

// String names the parameters.
func (l LBA) String() string {
	list := func(v []float64) string {
		var words []string
		for _, x := range v {
			words = append(words, display.Number(x))
		}
		return strings.Join(words, ", ")
	}
	sv := "1"
	if l.SV != nil {
		sv = list(l.SV)
	}
	return fmt.Sprintf("linear ballistic accumulator: A %s, B %s, T0 %s s, V %s, SV %s", display.Number(l.A), display.Number(l.B), display.Number(l.T0), list(l.V), sv)
}

// Plot draws the density of each response over time.
func (l LBA) Plot() *figure.Figure {
	fastest := 0.0
	for i, v := range l.V {
		fastest = math.Max(fastest, math.Max(v, l.sv(i)/2))
	}
	end := l.T0 + 4*l.B/fastest
	const n = 300
	var layers []figure.Layer
	for c := range l.V {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = end * float64(i) / (n - 1)
			y[i] = vec.Exp(l.LogPDF(x[i], c))
		}
		layers = append(layers, figure.Layer{Kind: figure.Line, Name: fmt.Sprintf("response %d", c), X: x, Y: y})
	}
	return &figure.Figure{Title: l.String(), Width: 14, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "response time", Unit: "s"}, Y: figure.Axis{Label: "density", Unit: "1/s"}, Layers: layers,
	}}}
}

// Show draws the figure, or says what is wrong with the parameters.
func (l LBA) Show() display.Bundle {
	if err := l.Check(); err != nil {
		return display.Text(err.Error())
	}
	return showRT(l.Plot(), l.String())
}
