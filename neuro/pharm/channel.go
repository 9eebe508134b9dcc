package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// Woodhull is a charged blocker that enters the channel's pore from outside and
// feels a part of the membrane's field, so that depolarisation drives it out:
//
//	Kd(v) = Kd0 exp(Z Delta v F/RT)
type Woodhull struct {
	Kd0   float64 // dissociation constant at 0 mV
	Z     float64 // charge of the blocker; 0 means 1
	Delta float64 // part of the field, from outside, at the site: 0 to 1; below 0 for a blocker from inside
	T     float64 `unit:"degC"` // temperature, °C; 0 means 20
}

// Kd returns the dissociation constant at the potential v (mV), in the unit of Kd0.
//
// Source: Woodhull 1973, J Gen Physiol 61:687. Checked against the closed form.
func (w Woodhull) Kd(v float64) float64 {
	return w.Kd0 * vec.Exp(w.slope()*v)
}

// slope returns Z Delta F/RT, 1/mV.
func (w Woodhull) slope() float64 {
	z, t := w.Z, w.T
	if z == 0 {
		z = 1
	}
	if t == 0 {
		t = 20
	}
	const gas, faraday = 8.31446261815324, 96485.33212 // J/(mol K), C/mol
	return z * w.Delta * faraday / (1000 * gas * (t + 273.15))
}

// Left returns the share of channels that the concentration c leaves open at the
// potential v (mV): 1/(1 + c/Kd(v)).
func (w Woodhull) Left(c, v float64) float64 {
	if !(c >= 0) || !(w.Kd0 > 0) {
		return math.NaN()
	}
	return 1 / (1 + c/w.Kd(v))
}

// Formula returns Left at the concentration c as text for a model's equations, where
// v names the membrane potential:
//
//	m, err := model.Parse("dV/dt = (... - gN*s*" + mg.Formula(1, "V") + "*V)/C : mV", ...)
func (w Woodhull) Formula(c float64, v string) string {
	return fmt.Sprintf("1/(1 + %.17g*exp(%.17g*%s/mV))", c/w.Kd0, -w.slope(), v)
}

// OpenBlock returns the scheme of a receptor with a drug that enters its open
// channels: every open state gets a blocked one, at kon times the concentration c there
// and koff back.
//
//	s, err := pharm.OpenBlock(synapse.NewNMDAScheme(), 3, 0.0005, 0.002, true)
//
// kon is in 1/(ms) per unit of c and koff in 1/ms. With trap the blocked channel may
// close, with the drug in it: the other states get blocked copies too, with the rates
// of the states themselves, and the block goes only while the channel is open, so that
// it builds up and wears off with use. Blocked states have the name of theirs and a
// star.
//
// An error names rates or a concentration that are negative or not finite, and a
// scheme that makes no sense.
//
// Source: Neher and Steinbach 1978 (block), Johnson and Kotermanski 2006, Curr Opin
// Pharmacol (trapping). Checked against the closed form of the equilibrium.
func OpenBlock(s synapse.Scheme, kon, koff, c float64, trap bool) (synapse.Scheme, error) {
	for _, x := range []struct {
		name string
		v    float64
	}{{"kon", kon}, {"koff", koff}, {"c", c}} {
		if !(x.v >= 0) || math.IsInf(x.v, 1) {
			return s, fmt.Errorf("pharm: OpenBlock: %s is %g; it must be finite and not negative", x.name, x.v)
		}
	}
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("pharm: OpenBlock: %w", err)
	}
	starred := func(name string) string { return name + "*" }
	for _, name := range s.States() {
		if strings.HasSuffix(name, "*") {
			return s, fmt.Errorf("pharm: OpenBlock: the scheme has a state %s already; one blocker at a time, or rename the state", name)
		}
	}
	out := s
	out.Open = slices.Clone(s.Open)
	out.Transitions = slices.Clone(s.Transitions)
	if trap {
		for _, t := range s.Transitions {
			t.From, t.To = starred(t.From), starred(t.To)
			out.Transitions = append(out.Transitions, t)
		}
	}
	for _, open := range s.Open {
		out.Transitions = append(out.Transitions,
			synapse.Transition{From: open, To: starred(open), Rate: kon * c},
			synapse.Transition{From: starred(open), To: open, Rate: koff})
	}
	out.Name += " with a blocker"
	return out, nil
}

// AgonistCurve returns the share of a receptor's channels that an agonist holds open
// when it has lasted, from the concentration lo to hi (in the unit of the scheme's
// input), by the scheme's steady state. EC50 is where half of the largest share is open
// and N the Hill coefficient there: the slope of log(E/(max - E)) over log c.
//
//	c, err := pharm.AgonistCurve(synapse.NewNMDAScheme(), 1e-4, 1) // mM of glutamate
//
// The curve has 201 concentrations in equal steps of their logarithm. An error names
// bounds that make no sense, a scheme without a steady state, and bounds between
// which half of the largest share is not passed.
//
// Checked against the closed forms of two states and of Monod, Wyman and Changeux.
func AgonistCurve(s synapse.Scheme, lo, hi float64) (Curve, error) {
	if !(lo > 0) || !(hi > lo) || math.IsInf(hi, 1) {
		return Curve{}, fmt.Errorf("pharm: AgonistCurve: concentrations reach from %g to %g, the lower one must be above 0 and below the upper one", lo, hi)
	}
	if err := s.Check(); err != nil {
		return Curve{}, fmt.Errorf("pharm: AgonistCurve: %w", err)
	}
	var open []int
	for i, name := range s.States() {
		if slices.Contains(s.Open, name) {
			open = append(open, i)
		}
	}
	share := func(x float64) (float64, error) {
		p, err := s.SteadyState(x)
		if err != nil {
			return 0, fmt.Errorf("pharm: AgonistCurve: %w", err)
		}
		sum := 0.0
		for _, i := range open {
			sum += p[i]
		}
		return sum, nil
	}
	c := Curve{C: logSpace(lo, hi, 201), CUnit: s.InputUnit, EUnit: "share open"}
	c.E = make([]float64, len(c.C))
	top := 0.0
	for i, x := range c.C {
		var err error
		if c.E[i], err = share(x); err != nil {
			return Curve{}, err
		}
		top = max(top, c.E[i])
	}
	k := slices.IndexFunc(c.E, func(e float64) bool { return e >= float64(top/2) })
	if !(top > 0) || k <= 0 {
		return Curve{}, fmt.Errorf("pharm: AgonistCurve: between %g and %g %s the open share does not pass half of its largest value, %g; begin lower", lo, hi, s.InputUnit, top)
	}
	a, b := vec.Log(c.C[k-1]), vec.Log(c.C[k])
	for range 60 { // halving
		mid := float64((a + b) / 2)
		e, err := share(vec.Exp(mid))
		if err != nil {
			return Curve{}, err
		}
		if e < float64(top/2) {
			a = mid
		} else {
			b = mid
		}
	}
	c.EC50 = vec.Exp(float64((a + b) / 2))
	const step = 1e-4 // of log c
	var logit [2]float64
	for i, f := range []float64{-step, step} {
		e, err := share(c.EC50 * vec.Exp(f))
		if err != nil {
			return Curve{}, err
		}
		logit[i] = vec.Log(e / (top - e))
	}
	c.N = (logit[1] - logit[0]) / (2 * step)
	return c, nil
}
