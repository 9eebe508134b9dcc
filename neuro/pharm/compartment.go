package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Compartments is a pharmacokinetic model of one to three compartments.
//
//	dG/dt  = -Ka G                                            (gut, oral doses after Lag)
//	dA1/dt = Ka G + infusion - CL C - Vmax C/(Km + C) - Σ Qi (C - Ai/Vi)
//	dAi/dt = Qi (C - Ai/Vi),  C = A1/V                         (i = 2, 3)
//
// Any consistent units: with doses in mg, volumes in L and times in h,
// concentrations are in mg/L and clearances in L/h.
type Compartments struct {
	CL, V  float64 // clearance and volume of the central compartment
	Q2, V2 float64 // distribution clearance and volume of the second compartment; both 0: none
	Q3, V3 float64 // of the third
	Ka     float64 // rate constant of absorption, needed for oral doses
	F      float64 // bioavailability of oral doses; 0 means 1
	// Vmax and Km add saturable elimination by Michaelis and Menten, in amount
	// per time and in concentration; both 0: none. CL may then be 0.
	Vmax, Km float64
	Lag      float64 // from an oral dose to the begin of its absorption
}

// A Dose is one dose, or several of the same.
type Dose struct {
	Time     float64 // when the first begins
	Amount   float64
	Oral     bool    // into the gut; otherwise into the central compartment
	Duration float64 // of an infusion at constant rate; 0 is a bolus
	Every    float64 // interval to the next one
	Count    int     // how many doses; 0 means 1
}

// A Concentration is concentration against time.
type Concentration struct {
	T, C         []float64
	TUnit, CUnit string // label the axes, such as "h" and "mg/L"; may be empty
	Log          bool   // draws the concentration on a logarithmic axis
}

// Concentration returns the concentration in the central compartment.
//
// t are times in any order, doses what was given; a bolus counts from its time
// on. Without saturable elimination the result is exact: the sum over doses of
// sums of exponentials (superposition). With it the equations are solved to a
// relative error of about 1e-10.
//
// A model without elimination, parameters below 0, a compartment with only one
// of Q and V, an oral dose without Ka or with a Duration, negative amounts and
// several doses without an interval are errors.
//
// Source: Gibaldi and Perrier 1982, Pharmacokinetics.
// Checked against the closed forms and numerical solutions.
func (m Compartments) Concentration(t []float64, doses ...Dose) (*Concentration, error) {
	if err := m.check("Concentration", t, doses); err != nil {
		return nil, err
	}
	r := &Concentration{T: append([]float64(nil), t...), C: make([]float64, len(t))}
	if m.Vmax > 0 {
		x, err := m.solve("Concentration", t, doses, nil, nil)
		if err != nil {
			return nil, err
		}
		for i := range t {
			r.C[i] = x[i][1] / m.V
		}
		return r, nil
	}
	rate, share := m.modes()
	for _, d := range doses {
		for k := range max(d.Count, 1) {
			from := d.Time + float64(float64(k)*d.Every)
			if d.Oral {
				from += m.Lag
			}
			for i, at := range t {
				if at >= from {
					r.C[i] += m.single(rate, share, d, at-from)
				}
			}
		}
	}
	return r, nil
}

// single returns the concentration a time after one dose, or after its lag.
func (m Compartments) single(rate, share []float64, d Dose, t float64) float64 {
	sum := 0.0
	for j, l := range rate {
		switch {
		case d.Oral:
			sum += float64(share[j] * m.given(d) * m.Ka * between(l, m.Ka, t))
		case d.Duration == 0:
			sum += float64(share[j] * d.Amount * vec.Exp(-float64(l*t)))
		default:
			in := math.Min(t, d.Duration)
			sum += float64(share[j] * d.Amount / d.Duration / l * -vec.Expm1(-float64(l*in)) * vec.Exp(-float64(l*(t-in))))
		}
	}
	return sum
}

func (m Compartments) given(d Dose) float64 {
	if d.Oral && m.F > 0 {
		return m.F * d.Amount
	}
	return d.Amount
}

// between returns (exp(-a t) - exp(-b t)) / (b - a), t exp(-a t) for a = b.
func between(a, b, t float64) float64 {
	lo, d := math.Min(a, b), math.Abs(a-b)
	if d*t == 0 {
		return t * vec.Exp(-float64(lo*t))
	}
	return -vec.Expm1(-float64(d*t)) / d * vec.Exp(-float64(lo*t))
}

// SteadyState returns the concentration during one interval of repeated doses
// after infinitely many.
//
// t are times since the last dose, from 0 to d.Every; d.Time and d.Count do not
// count. Saturable elimination, which may have no steady state, is an error, as
// are an interval that is not above 0, an infusion longer than it and what is
// one for Concentration. Source and check: Concentration.
func (m Compartments) SteadyState(t []float64, d Dose) (*Concentration, error) {
	const who = "SteadyState"
	if err := m.check(who, t, []Dose{d}); err != nil {
		return nil, err
	}
	if m.Vmax > 0 {
		return nil, fmt.Errorf("pharm: %s: Vmax is %g; only linear elimination has a steady state for every dose: use Concentration with many doses", who, m.Vmax)
	}
	if !(d.Every > 0) || d.Duration > d.Every {
		return nil, fmt.Errorf("pharm: %s: Every is %g and Duration %g; the interval must be above 0 and not shorter than the infusion", who, d.Every, d.Duration)
	}
	rate, share := m.modes()
	r := &Concentration{T: append([]float64(nil), t...), C: make([]float64, len(t))}
	for i, at := range t {
		if !(at >= 0 && at <= d.Every) {
			return nil, fmt.Errorf("pharm: %s: t[%d] is %g, times must be from 0 to the interval %g", who, i, at, d.Every)
		}
		if d.Oral && m.Lag > 0 { // the last dose whose absorption has begun
			at -= m.Lag
			at -= float64(d.Every * math.Floor(at/d.Every))
			at = math.Min(math.Max(at, 0), d.Every)
		}
		c := m.single(rate, share, d, at)
		for j, l := range rate { // what all the doses before have left
			left := vec.Exp(-float64(l*at)) * repeated(l, d.Every)
			switch {
			case d.Oral:
				c += float64(share[j] * m.given(d) * m.Ka * differ(l, m.Ka, at, d.Every))
			case d.Duration == 0:
				c += float64(share[j] * d.Amount * left)
			default:
				c += float64(share[j] * d.Amount / d.Duration / l * vec.Expm1(float64(l*d.Duration)) * left)
			}
		}
		r.C[i] = c
	}
	return r, nil
}

// repeated returns the sum of exp(-l k tau) over k = 1, 2, ...
func repeated(l, tau float64) float64 { return 1 / vec.Expm1(float64(l*tau)) }

// differ returns the sum of between(a, b, t + k tau) over k = 1, 2, ...
func differ(a, b, t, tau float64) float64 {
	g := func(l float64) float64 { return float64(vec.Exp(-float64(l*t)) * repeated(l, tau)) }
	if d := b - a; math.Abs(d) > 1e-5*(a+b) {
		return (g(a) - g(b)) / d
	}
	l := (a + b) / 2
	return g(l) * (t + float64(tau*(1+repeated(l, tau)))) // minus the derivative of g
}

// Accumulation returns how much higher concentrations are at steady state than
// after one dose, 1/(1 - exp(-l every)) for the slowest rate constant l.
func (m Compartments) Accumulation(every float64) float64 {
	if m.check("", nil, nil) != nil || m.Vmax > 0 || !(every > 0) {
		return math.NaN()
	}
	rate, _ := m.modes()
	return 1 + repeated(rate[len(rate)-1], every)
}

// RateConstants returns the rate constants of the linear model's exponentials,
// the fastest first (α, β and γ); nil for a model with Vmax or with values that
// are errors. Half-lives are log 2 over these.
func (m Compartments) RateConstants() []float64 {
	if m.check("", nil, nil) != nil || m.Vmax > 0 {
		return nil
	}
	rate, _ := m.modes()
	return rate
}

// modes returns rate constants, descending, and what each exponential has of the
// concentration after a bolus of 1.
func (m Compartments) modes() (rate, share []float64) {
	n, a, u := m.rotate()
	for k := range n {
		l, s := a[k], u[0][k]*u[0][k]/m.V
		at := len(rate)
		for at > 0 && rate[at-1] < l {
			at--
		}
		rate = append(rate[:at], append([]float64{l}, rate[at:]...)...)
		share = append(share[:at], append([]float64{s}, share[at:]...)...)
	}
	return rate, share
}

// rotate returns the number of compartments, the rate constants in no order, and
// the columns of the rotation that makes the matrix of the compartments, scaled
// to be symmetric, diagonal. Jacobi's method also holds where rate constants are
// the same.
func (m Compartments) rotate() (n int, rate [3]float64, u [3][3]float64) {
	a := [3][3]float64{{m.CL / m.V}}
	n = 1
	for _, p := range [][2]float64{{m.Q2, m.V2}, {m.Q3, m.V3}} {
		if p[0] > 0 {
			out, back := p[0]/m.V, p[0]/p[1]
			a[0][0] += out
			a[n][n] = back
			a[0][n] = -math.Sqrt(out * back)
			a[n][0] = a[0][n]
			n++
		}
	}
	u = [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for range 60 {
		off := 0.0
		for i := range n {
			for j := i + 1; j < n; j++ {
				off += math.Abs(a[i][j])
				if a[i][j] == 0 {
					continue
				}
				theta := (a[j][j] - a[i][i]) / (2 * a[i][j])
				t := 1 / (math.Abs(theta) + math.Sqrt(1+float64(theta*theta)))
				if theta < 0 {
					t = -t
				}
				c := 1 / math.Sqrt(1+float64(t*t))
				s := t * c
				for k := range n {
					x, y := a[k][i], a[k][j]
					a[k][i], a[k][j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
				}
				for k := range n {
					x, y := a[i][k], a[j][k]
					a[i][k], a[j][k] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
					x, y = u[k][i], u[k][j]
					u[k][i], u[k][j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
				}
				a[i][j], a[j][i] = 0, 0
			}
		}
		if off == 0 {
			break
		}
	}
	for k := range n {
		rate[k] = a[k][k]
	}
	return n, rate, u
}

func (m Compartments) check(who string, t []float64, doses []Dose) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("pharm: "+who+": "+format, args...)
	}
	for i, v := range []float64{m.CL, m.V, m.Q2, m.V2, m.Q3, m.V3, m.Ka, m.F, m.Vmax, m.Km, m.Lag} {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fail("%s is %g, it must be finite and 0 or more", []string{"CL", "V", "Q2", "V2", "Q3", "V3", "Ka", "F", "Vmax", "Km", "Lag"}[i], v)
		}
	}
	switch {
	case m.V == 0:
		return fail("V is 0, it must be above 0")
	case m.CL == 0 && m.Vmax == 0:
		return fail("CL and Vmax are 0, one of them must be above 0")
	case (m.Vmax > 0) != (m.Km > 0):
		return fail("Vmax is %g and Km %g, both must be above 0 or both 0", m.Vmax, m.Km)
	case (m.Q2 > 0) != (m.V2 > 0), (m.Q3 > 0) != (m.V3 > 0):
		return fail("Q2 is %g and V2 %g, Q3 %g and V3 %g; a compartment needs both", m.Q2, m.V2, m.Q3, m.V3)
	case m.F > 1:
		return fail("F is %g, it must be at most 1", m.F)
	}
	for i, v := range t {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fail("t[%d] is %g, times must be finite", i, v)
		}
	}
	for i, d := range doses {
		switch {
		case math.IsNaN(d.Time) || math.IsInf(d.Time, 0):
			return fail("dose %d is at %g, its time must be finite", i, d.Time)
		case !(d.Amount >= 0) || math.IsInf(d.Amount, 1) || !(d.Duration >= 0) || math.IsInf(d.Duration, 1):
			return fail("dose %d has the amount %g and the duration %g, they must be finite and 0 or more", i, d.Amount, d.Duration)
		case d.Oral && m.Ka == 0:
			return fail("dose %d is oral and Ka is 0, it must be above 0", i)
		case d.Oral && d.Duration > 0:
			return fail("dose %d is oral with a duration of %g, only infusions have one", i, d.Duration)
		case d.Count < 0 || d.Count > 1 && !(d.Every > 0):
			return fail("dose %d has Count %d and Every %g; Count must be 0 or more, and several doses need an interval above 0", i, d.Count, d.Every)
		}
	}
	return nil
}

// Table returns one row per time.
func (c *Concentration) Table() table.Table {
	return table.Table{Cols: []table.Col{{Name: "time", Num: c.T}, {Name: "concentration", Num: c.C}}}
}

// Plot draws concentration against time.
func (c *Concentration) Plot() *figure.Figure {
	t, y := c.T, c.C
	if c.Log {
		t, y = nil, nil
		for i, v := range c.C {
			if v > 0 {
				t, y = append(t, c.T[i]), append(y, v)
			}
		}
	}
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{{
		X:      figure.Axis{Label: "time", Unit: c.TUnit},
		Y:      figure.Axis{Label: "concentration", Unit: c.CUnit, Log: c.Log},
		Layers: []figure.Layer{{Kind: figure.Line, X: t, Y: y, Color: "blue"}},
	}}}
}

// Show draws the figure; its text names the largest concentration.
func (c *Concentration) Show() display.Bundle {
	top := 0
	for i, v := range c.C {
		if v > c.C[top] {
			top = i
		}
	}
	if len(c.C) == 0 {
		return described(c.Plot(), "no times")
	}
	return described(c.Plot(), fmt.Sprintf("largest concentration %s at %s; %d times", quantity(c.C[top], c.CUnit), quantity(c.T[top], c.TUnit), len(c.T)))
}
