package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Bliss returns the effect of two drugs together if they act independently.
//
//	fab = fa + fb - fa fb
//
// fa and fb are the effects of each alone as shares from 0 to 1. What is
// observed above the result is synergy, below it antagonism. Shares outside 0
// to 1 give NaN.
//
// Source: Bliss 1939, Ann. Appl. Biol. 26:585. Checked against the closed form.
func Bliss(fa, fb float64) float64 {
	if !(fa >= 0 && fa <= 1 && fb >= 0 && fb <= 1) {
		return math.NaN()
	}
	return fa + float64(fb*(1-fa))
}

// A MedianEffect is a drug's curve in the terms of the median-effect equation.
//
//	f/(1-f) = (d/Dm)^M
type MedianEffect struct {
	Dm float64 // dose with half the effect
	M  float64 // slope, above 0
}

// Effect returns the share of effect, from 0 to 1, of a dose in the unit of Dm;
// NaN for a negative dose and for parameters that are not above 0.
func (m MedianEffect) Effect(dose float64) float64 {
	if !m.valid() {
		return math.NaN()
	}
	return Hill(dose, 1, m.Dm, m.M)
}

// Dose returns the dose with a share f of effect, Dm (f/(1-f))^(1/M); NaN unless
// f lies between 0 and 1.
//
// Source: Chou and Talalay 1984, Adv. Enzyme Regul. 22:27. Checked against the
// closed form.
func (m MedianEffect) Dose(f float64) float64 {
	if !m.valid() || !(f > 0 && f < 1) {
		return math.NaN()
	}
	return m.Dm * vec.Exp((vec.Log(f)-vec.Log1p(-f))/m.M)
}

func (m MedianEffect) valid() bool {
	return m.Dm > 0 && m.M > 0 && !math.IsInf(m.Dm+m.M, 1)
}

// Loewe returns the effect of two drugs together if they are additive: the f for
// which
//
//	d1/D1(f) + d2/D2(f) = 1.
//
// d1 and d2 are the doses in the mixture, a and b the curves of each drug alone.
// Negative doses and parameters that are not above 0 give NaN.
//
// Source: Loewe and Muischnek 1926; Berenbaum 1989, Pharmacol. Rev. 41:93.
// Checked against a drug combined with itself.
func Loewe(d1, d2 float64, a, b MedianEffect) float64 {
	if !(d1 >= 0) || !(d2 >= 0) || math.IsInf(d1+d2, 1) || !a.valid() || !b.valid() {
		return math.NaN()
	}
	switch {
	case d1 == 0:
		return b.Effect(d2)
	case d2 == 0:
		return a.Effect(d1)
	}
	// The index falls with the log odds u of f; each drug alone gives too little.
	index := func(u float64) float64 {
		return float64(d1/a.Dm*vec.Exp(-u/a.M)) + float64(d2/b.Dm*vec.Exp(-u/b.M))
	}
	u1, u2 := a.M*vec.Log(d1/a.Dm), b.M*vec.Log(d2/b.Dm)
	lo := math.Max(u1, u2)
	hi := lo + float64(math.Max(a.M, b.M)*(math.Ln2+1e-9))
	for index(hi) > 1 {
		hi += 1
	}
	for range 200 {
		mid := lo + float64((hi-lo)/2)
		if mid <= lo || mid >= hi {
			break
		}
		if index(mid) > 1 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return vec.Sigmoid(lo + float64((hi-lo)/2))
}

// CombinationIndex returns how much of each drug's own dose a mixture needs for
// an effect,
//
//	CI = d1/D1(f) + d2/D2(f):
//
// below 1 synergy, 1 additivity, above 1 antagonism. d1 and d2 are the doses in
// the mixture, f the effect observed, a share between 0 and 1, a and b the
// curves of each drug alone. Bad values give NaN.
//
// Source: Chou and Talalay 1984, Adv. Enzyme Regul. 22:27 (for drugs that
// exclude each other). Checked against the closed form.
func CombinationIndex(d1, d2, f float64, a, b MedianEffect) float64 {
	if !(d1 >= 0) || !(d2 >= 0) {
		return math.NaN()
	}
	return d1/a.Dose(f) + d2/b.Dose(f)
}

// A Combination is a set of mixtures of two drugs with what they do.
type Combination struct {
	A, B   MedianEffect // curves of each drug alone
	D1, D2 []float64    // doses in each mixture
	Effect []float64    // effect of each mixture, a share between 0 and 1

	Bliss, Loewe []float64 // effects expected of independent and of additive drugs
	CI           []float64 // combination index of each mixture
	NameA, NameB string    // of the drugs, for tables and axes
	Unit         string    // of doses; may be empty
}

// Combine compares mixtures of two drugs with what independent and additive
// drugs would do.
//
// d1 and d2 hold the doses of each drug in each mixture, effect what the mixture
// does as a share between 0 and 1 of the largest effect, a and b the curves of
// each drug alone, such as MedianEffect{Dm: fit.EC50, M: fit.Slope} of a
// FitDoseResponse from 0 to 1. Unequal lengths, negative doses, effects not
// between 0 and 1 and curves that are not above 0 are errors.
//
// Source: Bliss 1939; Loewe and Muischnek 1926; Chou and Talalay 1984.
func Combine(d1, d2, effect []float64, a, b MedianEffect) (*Combination, error) {
	if len(d1) != len(d2) || len(d1) != len(effect) || len(d1) == 0 {
		return nil, fmt.Errorf("pharm: Combine: d1 has %d values, d2 %d and effect %d; they must be as many, 1 or more", len(d1), len(d2), len(effect))
	}
	if !a.valid() || !b.valid() {
		return nil, fmt.Errorf("pharm: Combine: the curves are %+v and %+v; Dm and M must be above 0 and finite", a, b)
	}
	c := &Combination{A: a, B: b, NameA: "A", NameB: "B"}
	for i := range d1 {
		if !(d1[i] >= 0) || !(d2[i] >= 0) || math.IsInf(d1[i]+d2[i], 1) {
			return nil, fmt.Errorf("pharm: Combine: mixture %d has the doses %g and %g, they must be finite and 0 or more", i, d1[i], d2[i])
		}
		if !(effect[i] > 0 && effect[i] < 1) {
			return nil, fmt.Errorf("pharm: Combine: effect[%d] is %g, it must lie between 0 and 1", i, effect[i])
		}
		c.D1, c.D2, c.Effect = append(c.D1, d1[i]), append(c.D2, d2[i]), append(c.Effect, effect[i])
		c.Bliss = append(c.Bliss, Bliss(a.Effect(d1[i]), b.Effect(d2[i])))
		c.Loewe = append(c.Loewe, Loewe(d1[i], d2[i], a, b))
		c.CI = append(c.CI, CombinationIndex(d1[i], d2[i], effect[i], a, b))
	}
	return c, nil
}

// Table returns one row per mixture.
func (c *Combination) Table() table.Table {
	return table.Table{Title: "mixtures of two drugs", Cols: []table.Col{
		{Name: c.NameA, Num: c.D1}, {Name: c.NameB, Num: c.D2}, {Name: "effect", Num: c.Effect},
		{Name: "Bliss", Num: c.Bliss}, {Name: "Loewe", Num: c.Loewe}, {Name: "combination index", Num: c.CI},
	}}
}

// Plot draws the isobologram: every mixture as parts of the doses that would do
// the same alone. Below the line of additivity is synergy, above it antagonism.
func (c *Combination) Plot() *figure.Figure {
	x, y := make([]float64, len(c.D1)), make([]float64, len(c.D1))
	for i := range x {
		x[i], y[i] = c.D1[i]/c.A.Dose(c.Effect[i]), c.D2[i]/c.B.Dose(c.Effect[i])
	}
	return &figure.Figure{Title: "Isobologram", Width: 10, Height: 10, Panels: []figure.Panel{{
		Square: true,
		X:      figure.Axis{Label: c.NameA + ", dose / dose alone"},
		Y:      figure.Axis{Label: c.NameB + ", dose / dose alone"},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "additive", X: []float64{0, 1}, Y: []float64{1, 0}, Color: "grey", Dash: true},
			{Kind: figure.Points, Name: "mixtures", X: x, Y: y, Color: "blue"},
		},
	}}}
}

// Show shows the isobologram; its text names the range of the combination index.
func (c *Combination) Show() display.Bundle {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range c.CI {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return described(c.Plot(), fmt.Sprintf("%d mixtures: combination index %.3g to %.3g", len(c.CI), lo, hi))
}
