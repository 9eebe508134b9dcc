package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// An Effect is a drug's effect against time, with the concentrations that cause
// it.
type Effect struct {
	T    []float64
	C    []float64 // concentration in the central compartment
	E    []float64 // effect
	Site []float64 // concentration at the effect site, or of what makes tolerance; nil without

	TUnit, CUnit, EUnit string // label the axes; may be empty
	siteName            string
}

// An EffectCompartment links concentration and effect with a delay.
//
//	dCe/dt = Ke0 (C - Ce),  E = E0 + Emax / (1 + (EC50/Ce)^N)
type EffectCompartment struct {
	Ke0      float64 // rate constant of the equilibration
	E0, Emax float64 // effect without drug, and what the drug adds at most (or takes: below 0)
	EC50     float64 // concentration at the effect site with half of Emax
	N        float64 // Hill coefficient; 0 means 1
}

// Response returns the effect of doses of a drug: concentrations by m, at the
// times t, then through the effect compartment, which holds no notable amount.
//
// Values that are not finite, Ke0 and EC50 that are not above 0, N below 0 and
// what is an error for Compartments.Concentration are errors. The equations are
// solved to about 1e-10 of the largest value.
//
// Source: Sheiner et al. 1979, Clin. Pharmacol. Ther. 25:358. Checked against
// the closed form.
func (e EffectCompartment) Response(m Compartments, t []float64, doses ...Dose) (*Effect, error) {
	const who = "EffectCompartment.Response"
	if err := positives(who, []string{"Ke0", "EC50"}, e.Ke0, e.EC50); err != nil {
		return nil, err
	}
	if err := finite(who, []string{"E0", "Emax"}, e.E0, e.Emax); err != nil {
		return nil, err
	}
	n, err := hillOf(who, e.N)
	if err != nil {
		return nil, err
	}
	return m.response(who, t, doses, []float64{0},
		func(c float64, x, dx []float64) { dx[0] = e.Ke0 * (c - x[0]) },
		"effect site", func(_, site float64) float64 { return e.E0 + Hill(math.Max(site, 0), e.Emax, e.EC50, n) })
}

// An IndirectResponse is one of the four models in which a drug changes how a
// response is made or lost.
//
//	I    dR/dt = Kin (1 - H) - Kout R     makes less
//	II   dR/dt = Kin - Kout (1 - H) R     loses less
//	III  dR/dt = Kin (1 + H) - Kout R     makes more
//	IV   dR/dt = Kin - Kout (1 + H) R     loses more
//
// with H = Max C/(C50 + C) and R = Kin/Kout before the drug.
type IndirectResponse struct {
	Model int     // 1 to 4
	Kin   float64 // production, response per time
	Kout  float64 // loss, per time
	Max   float64 // Imax (models I and II, at most 1) or Smax (III and IV)
	C50   float64 // concentration with half of Max: IC50 or SC50
}

// Response returns the response to doses of a drug: concentrations by m, at the
// times t.
//
// A model that is not 1 to 4, parameters that are not above 0, an Imax above 1
// and what is an error for Compartments.Concentration are errors. The equations
// are solved to about 1e-10 of the largest value.
//
// Source: Dayneka, Garzone and Jusko 1993, J. Pharmacokinet. Biopharm. 21:457.
// Checked against SciPy's DOP853.
func (r IndirectResponse) Response(m Compartments, t []float64, doses ...Dose) (*Effect, error) {
	const who = "IndirectResponse.Response"
	if r.Model < 1 || r.Model > 4 {
		return nil, fmt.Errorf("pharm: %s: Model is %d, it must be 1, 2, 3 or 4", who, r.Model)
	}
	if err := positives(who, []string{"Kin", "Kout", "Max", "C50"}, r.Kin, r.Kout, r.Max, r.C50); err != nil {
		return nil, err
	}
	sign := 1.0
	if r.Model <= 2 {
		sign = -1
		if r.Max > 1 {
			return nil, fmt.Errorf("pharm: %s: Max is %g in model %d, inhibition is at most 1", who, r.Max, r.Model)
		}
	}
	made := r.Model == 1 || r.Model == 3
	return m.response(who, t, doses, []float64{r.Kin / r.Kout}, func(c float64, x, dx []float64) {
		h := 1 + float64(sign*r.Max*c/(r.C50+c))
		if made {
			dx[0] = float64(r.Kin*h) - float64(r.Kout*x[0])
		} else {
			dx[0] = r.Kin - float64(r.Kout*h*x[0])
		}
	}, "", func(_, x float64) float64 { return x })
}

// A Tolerance is an effect that fades while the drug stays, by an antagonist
// that follows the concentration.
//
//	dCt/dt = Ktol (C - Ct),  E = E0 + Emax / (1 + (EC50/C)^N) / (1 + Ct/T50)
type Tolerance struct {
	Ktol     float64 // rate constant at which tolerance comes and goes
	T50      float64 // concentration of the antagonist that halves the effect
	E0, Emax float64
	EC50, N  float64 // of the effect without tolerance; N 0 means 1
}

// Response returns the effect of doses of a drug: concentrations by m, at the
// times t. Effect.Site is Ct. Errors are those of EffectCompartment.Response.
//
// Source: Porchet, Benowitz and Sheiner 1988, J. Pharmacol. Exp. Ther. 244:231,
// with Hill's equation where they have a line. Checked against the closed form
// of Ct.
func (o Tolerance) Response(m Compartments, t []float64, doses ...Dose) (*Effect, error) {
	const who = "Tolerance.Response"
	if err := positives(who, []string{"Ktol", "T50", "EC50"}, o.Ktol, o.T50, o.EC50); err != nil {
		return nil, err
	}
	if err := finite(who, []string{"E0", "Emax"}, o.E0, o.Emax); err != nil {
		return nil, err
	}
	n, err := hillOf(who, o.N)
	if err != nil {
		return nil, err
	}
	return m.response(who, t, doses, []float64{0},
		func(c float64, x, dx []float64) { dx[0] = o.Ktol * (c - x[0]) },
		"tolerance", func(c, ct float64) float64 { return o.E0 + Hill(c, o.Emax, o.EC50, n)/(1+ct/o.T50) })
}

func hillOf(who string, n float64) (float64, error) {
	if !(n >= 0) || math.IsInf(n, 1) {
		return 0, fmt.Errorf("pharm: %s: N is %g, it must be finite and 0 or more", who, n)
	}
	if n == 0 {
		n = 1
	}
	return n, nil
}

func finite(who string, names []string, values ...float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("pharm: %s: %s is %g, it must be finite", who, names[i], v)
		}
	}
	return nil
}

// response solves the concentration with one more state and returns the effect,
// a function of both.
func (m Compartments) response(who string, t []float64, doses []Dose, start []float64, follow func(c float64, x, dx []float64), site string, effect func(c, x float64) float64) (*Effect, error) {
	if err := m.check(who, t, doses); err != nil {
		return nil, err
	}
	states, err := m.solve(who, t, doses, start, follow)
	if err != nil {
		return nil, err
	}
	e := &Effect{T: append([]float64(nil), t...), siteName: site}
	for _, x := range states {
		c := math.Max(x[1]/m.V, 0)
		e.C, e.E = append(e.C, c), append(e.E, effect(c, x[4]))
		if site != "" {
			e.Site = append(e.Site, x[4])
		}
	}
	return e, nil
}

// Table returns one row per time.
func (e *Effect) Table() table.Table {
	t := table.Table{Cols: []table.Col{{Name: "time", Num: e.T}, {Name: "concentration", Num: e.C}, {Name: "effect", Num: e.E}}}
	if e.Site != nil {
		t.Cols = append(t.Cols, table.Col{Name: e.siteName, Num: e.Site})
	}
	return t
}

// Plot draws concentrations and effect against time, and the effect against the
// concentration (a loop where it is delayed).
func (e *Effect) Plot() *figure.Figure {
	time := figure.Axis{Label: "time", Unit: e.TUnit}
	conc := figure.Axis{Label: "concentration", Unit: e.CUnit}
	effect := figure.Axis{Label: "effect", Unit: e.EUnit}
	top := figure.Panel{X: time, Y: conc, Layers: []figure.Layer{{Kind: figure.Line, Name: "plasma", X: e.T, Y: e.C, Color: "blue"}}}
	if e.Site != nil {
		top.Layers = append(top.Layers, figure.Layer{Kind: figure.Line, Name: e.siteName, X: e.T, Y: e.Site, Color: "orange"})
	}
	return &figure.Figure{Width: 24, Height: 7, Cols: 3, Panels: []figure.Panel{
		top,
		{X: time, Y: effect, Layers: []figure.Layer{{Kind: figure.Line, X: e.T, Y: e.E, Color: "green"}}},
		{X: conc, Y: effect, Layers: []figure.Layer{{Kind: figure.Line, X: e.C, Y: e.E, Color: "purple"}}},
	}}
}

// Show draws the figure; its text names the range of the effect.
func (e *Effect) Show() display.Bundle {
	if len(e.E) == 0 {
		return described(e.Plot(), "no times")
	}
	lo, hi := 0, 0
	for i, v := range e.E {
		if v < e.E[lo] {
			lo = i
		}
		if v > e.E[hi] {
			hi = i
		}
	}
	return described(e.Plot(), fmt.Sprintf("effect from %s at %s to %s at %s; %d times",
		quantity(e.E[lo], e.EUnit), quantity(e.T[lo], e.TUnit), quantity(e.E[hi], e.EUnit), quantity(e.T[hi], e.TUnit), len(e.T)))
}
