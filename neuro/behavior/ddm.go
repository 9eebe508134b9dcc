package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DDM is the drift-diffusion model of a choice between two alternatives:
// evidence x with dx = V dt + S dW starts at Z A and the response comes T0
// after it reaches 0 (lower) or A (upper). SV, SZ and ST0 let drift, start and
// T0 vary over trials; at 0 they do not.
//
// rtdists has the same A, V and S; its z is Z A, its sz is SZ A, and its t0 is
// T0 - ST0/2. HDDM and PyDDM (with bounds at ±A/2) have S 1 and the same V.
type DDM struct {
	A  float64 // distance between the boundaries, in units of evidence; above 0
	V  float64 // drift, evidence per s; above 0 toward the upper boundary
	T0 float64 `unit:"s"` // time of everything but the decision, s; 0 or more
	Z  float64 // start as a fraction of A from the lower boundary; between 0 and 1
	S  float64 // noise, evidence per square root of s; above 0

	SV  float64 // standard deviation of a normal drift over trials, evidence per s
	SZ  float64 // width of a uniform start around Z, a fraction of A
	ST0 float64 `unit:"s"` // width of a uniform non-decision time around T0, s
}

// NewDDM returns a model with A 1, V 1, T0 0.3 s, Z 0.5 (no bias) and S 1.
func NewDDM() DDM { return DDM{A: 1, V: 1, T0: 0.3, Z: 0.5, S: 1} }

// Check returns an error that names the first parameter outside its range.
func (d DDM) Check() error {
	for _, p := range []struct {
		name string
		v    float64
		ok   bool
		want string
	}{
		{"A", d.A, d.A > 0, "the boundaries' distance must be above 0"},
		{"V", d.V, true, "the drift must be finite"},
		{"T0", d.T0, d.T0 >= 0, "the non-decision time must be 0 s or more"},
		{"Z", d.Z, d.Z > 0 && d.Z < 1, "the start must lie between 0 and 1 (0.5 is unbiased)"},
		{"S", d.S, d.S > 0, "the noise must be above 0 (1 by convention)"},
		{"SV", d.SV, d.SV >= 0, "the drift's standard deviation must be 0 or more"},
		{"SZ", d.SZ, d.SZ >= 0 && d.Z-float64(d.SZ/2) > 0 && d.Z+float64(d.SZ/2) < 1, "the start's width must be 0 or more, and Z ± SZ/2 between 0 and 1"},
		{"ST0", d.ST0, d.ST0 >= 0 && d.ST0 <= 2*d.T0, "the non-decision time's width must be from 0 to 2 T0"},
	} {
		if !p.ok || math.IsNaN(p.v) || math.IsInf(p.v, 0) {
			return fmt.Errorf("behavior: DDM: %s is %g, %s", p.name, p.v, p.want)
		}
	}
	return nil
}

// LogPDF returns the logarithm of the density of a response time rt, s, at the
// upper or lower boundary. The densities at both boundaries together have
// integral 1.
//
//	lower: log f = -V z A/S² - V² t/(2 S²) - log(a²) + log g(t/a², z),  a = A/S, t = rt - T0
//	g(u, z) = Σ_k (z+2k) exp(-(z+2k)²/(2u)) / sqrt(2π u³)         for small u
//	        = π Σ_k k exp(-k² π² u/2) sin(k π z)                  for large u
//
// The upper boundary is the lower one with drift -V and start 1-Z. Both series
// are summed to rounding, with their leading factor taken out, so that the
// logarithm is finite far into both tails. Variability of the drift has a closed
// form (Ratcliff and Tuerlinckx 2002); those of Z and T0 are integrated
// numerically, to about 1e-9. The result is -Inf for rt <= T0 (T0 - ST0/2) and
// for +Inf, NaN for NaN or parameters that Check refuses. For many trials
// LogLikelihood and LogPDFs are much faster.
//
// Source: Feller 1968; Navarro and Fuss 2009, J Math Psychol 53:222. Checked
// against rtdists (R), the plain series, and by its integral.
func (d DDM) LogPDF(rt float64, upper bool) float64 {
	return d.LogPDFs([]float64{rt}, []bool{upper})[0]
}

// PUpper returns the probability that the upper boundary is reached, NaN for
// parameters that Check refuses.
//
//	P = (1 - exp(-2 V Z A/S²)) / (1 - exp(-2 V A/S²)), Z without drift
//
// Source: Feller 1968. Checked against the integral of LogPDF.
func (d DDM) PUpper() float64 {
	if d.Check() != nil {
		return math.NaN()
	}
	if !d.varies() {
		return pUpper(2*d.V*d.A/(d.S*d.S), d.Z)
	}
	return d.overZ(d.Z, func(z float64) float64 {
		return d.overV(d.V/d.S, func(v float64) float64 { return pUpper(2*v*(d.A/d.S), z) })
	})
}

func (d DDM) varies() bool { return d.SV != 0 || d.SZ != 0 || d.ST0 != 0 }

// Plot draws the densities of the response times at both boundaries, the
// lower one downward.
func (d DDM) Plot() *figure.Figure {
	const n = 400
	end := d.T0 + float64(1.5*d.A*d.A/(d.S*d.S)) // by then the slowest mode has all but gone
	x, up, down := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = end * float64(i) / (n - 1)
		up[i] = vec.Exp(d.LogPDF(x[i], true))
		down[i] = -vec.Exp(d.LogPDF(x[i], false))
	}
	return &figure.Figure{Title: d.String(), Width: 14, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "response time", Unit: "s"},
		Y: figure.Axis{Label: "density, lower boundary downward", Unit: "1/s"},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "upper", X: x, Y: up, Color: "blue"},
			{Kind: figure.Line, Name: "lower", X: x, Y: down, Color: "orange"},
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey", Width: 0.5},
		},
	}}}
}

// String names the parameters and the probability of an upper response.
func (d DDM) String() string {
	return fmt.Sprintf("drift diffusion: A %s, V %s, T0 %s s, Z %s, S %s; P(upper) %.3f",
		display.Number(d.A), display.Number(d.V), display.Number(d.T0), display.Number(d.Z), display.Number(d.S)+d.varying(), d.PUpper())
}

func (d DDM) varying() string {
	if !d.varies() {
		return ""
	}
	return fmt.Sprintf(", SV %s, SZ %s, ST0 %s s", display.Number(d.SV), display.Number(d.SZ), display.Number(d.ST0))
}

// Show draws the figure, or says what is wrong with the parameters.
func (d DDM) Show() display.Bundle {
	if err := d.Check(); err != nil {
		return display.Text(err.Error())
	}
	b := d.Plot().Show()
	b.Data[display.TypeText] = d.String()
	return b
}
