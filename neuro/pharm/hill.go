// Package pharm describes what drugs do: binding, dose and response, concentration
// and effect over time, and interactions.
//
//	pharm.Hill(30, 100, 50, 1.5)               // effect of 30 nM
//	pharm.HillCurve(100, 50, 1.5, 1, 1000)     // the curve from 1 to 1000 nM, shows itself
package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Hill returns the effect of a concentration by the Hill equation.
//
//	E = emax / (1 + (ec50/c)^n)
//
// c is the concentration, in the unit of ec50, which is the concentration with
// half the effect; emax is the effect at saturation and gives the result its
// unit; n is the Hill coefficient, negative for an effect that falls with
// concentration. The ends are limits, without overflow: at c = 0 the effect is
// 0 (emax for n < 0), at c = +Inf it is emax (0 for n < 0). NaN, and a
// concentration below 0, an ec50 that is not above 0 and an infinite n, give NaN.
//
// Source: Hill 1910. Checked against the closed form.
func Hill(c, emax, ec50, n float64) float64 {
	if !(c >= 0) || !(ec50 > 0) || math.IsInf(ec50, 1) || math.IsInf(n, 0) || math.IsNaN(n) {
		return math.NaN()
	}
	switch empty, full := c == 0, math.IsInf(c, 1); {
	case n == 0:
		return emax / 2
	case empty && n > 0, full && n < 0:
		return 0 * emax
	case empty, full:
		return emax
	}
	return emax / (1 + ratioPow(ec50, c, n))
}

// ratioPow returns (a/b)^n for positive a and b also where a/b has no float64.
func ratioPow(a, b, n float64) float64 {
	if q := a / b; q > 1e-300 && q < 1e300 {
		return vec.Pow(q, n)
	}
	return vec.Exp(n * (vec.Log(a) - vec.Log(b)))
}

// A Curve is effect against concentration.
type Curve struct {
	C []float64 // concentrations, ascending, in the unit of EC50
	E []float64 // effect at each, in the unit of the maximal effect

	EC50 float64 // concentration with half the effect
	N    float64 // Hill coefficient

	CUnit, EUnit string // units for the axes, such as "nM" and "%"; may be empty
}

// HillCurve returns the Hill equation between two concentrations.
//
// emax, ec50 and n are those of Hill. The curve has 201 concentrations from lo
// to hi in equal steps of their logarithm. lo must be above 0 and below hi;
// ec50 must be above 0; everything must be finite: anything else is an error.
// Set CUnit and EUnit of the result to label its axes.
func HillCurve(emax, ec50, n, lo, hi float64) (Curve, error) {
	for _, a := range []struct {
		name string
		v    float64
	}{{"emax", emax}, {"ec50", ec50}, {"n", n}, {"lo", lo}, {"hi", hi}} {
		if math.IsNaN(a.v) || math.IsInf(a.v, 0) {
			return Curve{}, fmt.Errorf("pharm: HillCurve: %s is %g, it must be finite", a.name, a.v)
		}
	}
	if ec50 <= 0 {
		return Curve{}, fmt.Errorf("pharm: HillCurve: ec50 is %g, it must be above 0", ec50)
	}
	if lo <= 0 || hi <= lo {
		return Curve{}, fmt.Errorf("pharm: HillCurve: concentrations reach from %g to %g, the lower one must be above 0 and below the upper one", lo, hi)
	}
	c := Curve{C: logSpace(lo, hi, 201), EC50: ec50, N: n}
	c.E = make([]float64, len(c.C))
	for i, v := range c.C {
		c.E[i] = Hill(v, emax, ec50, n)
	}
	return c, nil
}

// logSpace returns n values from lo to hi in equal steps of their logarithm.
func logSpace(lo, hi float64, n int) []float64 {
	a, b := vec.Log(lo), vec.Log(hi)
	x := make([]float64, n)
	for i := range x {
		x[i] = vec.Exp(a + float64((b-a)*float64(i))/float64(n-1))
	}
	x[0], x[n-1] = lo, hi
	return x
}

// Plot draws effect against the logarithm of concentration, with a dashed
// line at the EC50.
func (c Curve) Plot() *figure.Figure {
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{{
		Title: fmt.Sprintf("EC50 %s, Hill coefficient %.4g", quantity(c.EC50, c.CUnit), c.N),
		X:     figure.Axis{Label: "concentration", Unit: c.CUnit, Log: true},
		Y:     figure.Axis{Label: "effect", Unit: c.EUnit},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: c.C, Y: c.E, Color: "blue"},
			{Kind: figure.VLine, X: []float64{c.EC50}, Color: "grey", Dash: true},
		},
	}}}
}

// String returns the EC50, the Hill coefficient and the range.
func (c Curve) String() string {
	if len(c.C) == 0 {
		return "a curve without points"
	}
	return fmt.Sprintf("EC50 %s, Hill coefficient %.4g, from %s to %s", quantity(c.EC50, c.CUnit), c.N, quantity(c.C[0], c.CUnit), quantity(c.C[len(c.C)-1], c.CUnit))
}

// Show draws the figure.
func (c Curve) Show() display.Bundle { return c.Plot().Show() }

// quantity writes a number for a title, to four digits.
func quantity(x float64, unit string) string {
	s := fmt.Sprintf("%.4g", x)
	if unit != "" {
		s += " " + unit
	}
	return s
}
