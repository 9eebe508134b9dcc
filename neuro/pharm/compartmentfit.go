package pharm

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A CompartmentFit is a compartment model fitted to one subject's concentrations.
type CompartmentFit struct {
	Compartments // the fitted model
	CurveFit
}

// CompartmentOptions say how FitCompartmentsBy fits. The zero value is
// NewCompartments.
type CompartmentOptions struct {
	Compartments int // 1 (the default) to 3
	// Saturable fits elimination by Michaelis and Menten, Vmax and Km, in place of
	// the clearance; Both fits it beside the clearance.
	Saturable, Both bool
	Lag             bool // fits the time from an oral dose to the begin of its absorption
	// Weights is "" for equal ones, "1/y" or "1/y2" for a variance that grows with
	// the concentration or its square, or "proportional" for the square of the
	// fitted curve, by fitting again until it stays the same.
	Weights      string
	TUnit, CUnit string // label time and concentration; may be empty
	// DoseUnit is that of the amounts, such as "mg" or "mg/kg". With CUnit "mg/L" ("ng/mL" for "µg") it
	// makes volumes L or L/kg; without it they are "dose/(mg/L)".
	DoseUnit string
}

// NewCompartments returns options for one compartment and equal weights.
func NewCompartments() CompartmentOptions { return CompartmentOptions{} }

// FitCompartments fits a linear compartment model to the concentrations of one
// subject by least squares.
//
// t and c hold one value per sample, n is the number of compartments, 1 to 3,
// doses what was given before and during sampling. Fitted are CL and V, Q2 and V2
// with two compartments, Q3 and V3 with three, and Ka after oral doses; oral doses
// count as absorbed whole, so that CL and V are over the bioavailability. Where Ka
// and another rate constant can change places without changing the curve
// (flip-flop), the result is the one with the faster Ka; of three compartments the
// second is the one that exchanges faster, by Q/V. tUnit and cUnit label time and
// concentration; may be empty. FitCompartmentsBy also weights samples, and takes the
// unit of the doses, which makes clearances L/h.
//
// Unequal lengths, NaN, Inf, negative times, too few samples, bad doses, and
// samples that do not determine the model are errors. Concentrations below the
// limit of measurement are to be left out.
//
// Source: Gibaldi and Perrier 1982; Pinheiro and Bates 2000. Checked against
// R's nls on Theoph and Indometh.
func FitCompartments(t, c []float64, n int, doses []Dose, tUnit, cUnit string) (*CompartmentFit, error) {
	return fitCompartments("FitCompartments", t, c, doses, n, CompartmentOptions{TUnit: tUnit, CUnit: cUnit})
}

// FitCompartmentsBy fits a compartment model, with weights or saturable elimination.
//
// t, c, doses, results and errors are those of FitCompartments. With weights Sigma
// is the residual standard deviation of a weight of 1: with "1/y2" and
// "proportional" the coefficient of variation. Weights that concentrations of 0
// or less do not have are an error. Saturable models are solved numerically.
//
// Source: Gibaldi and Perrier 1982; Davidian and Giltinan 1995 (weights of the
// fitted curve). Checked against R's nls on Indometh.
func FitCompartmentsBy(t, c []float64, doses []Dose, o CompartmentOptions) (*CompartmentFit, error) {
	if o.Compartments == 0 {
		o.Compartments = 1
	}
	return fitCompartments("FitCompartmentsBy", t, c, doses, o.Compartments, o)
}

func fitCompartments(who string, t, c []float64, doses []Dose, n int, o CompartmentOptions) (*CompartmentFit, error) {
	if n < 1 || n > 3 {
		return nil, fmt.Errorf("pharm: %s: n is %d, 1 to 3 compartments can be fitted", who, n)
	}
	oral, total := false, 0.0
	for _, d := range doses {
		oral = oral || d.Oral
		total += float64(d.Amount * float64(max(d.Count, 1)))
	}
	if o.Lag && !oral {
		return nil, fmt.Errorf("pharm: %s: Lag is true and no dose is oral, only oral doses have one", who)
	}
	saturable := o.Saturable || o.Both
	names := layout{n: n, oral: oral, lag: o.Lag, linear: !saturable || o.Both, saturable: saturable}.names()
	p := len(names)
	units := kineticUnits(names, o.DoseUnit, o.CUnit, o.TUnit)
	if err := checkSamples(who, "t", "c", t, c, p); err != nil {
		return nil, err
	}
	model := func(q []float64) Compartments {
		var m Compartments
		for i, field := range m.fields(names) {
			*field = q[i]
		}
		return m
	}
	ones := make([]float64, p)
	for i := range ones {
		ones[i] = 1
	}
	if err := model(ones).check(who, t, doses); err != nil {
		return nil, err
	}
	if !(total > 0) || !(most(c) > 0) {
		return nil, fmt.Errorf("pharm: %s: the doses sum to %g and the largest concentration is %g, both must be above 0", who, total, most(c))
	}
	cl, ke := compartmentStart(t, c, total)
	what := fmt.Sprintf("%d-compartment model", n)
	if saturable {
		what += " with saturable elimination"
	}
	base := CurveFit{
		Model: what, Names: names, Units: units,
		X: append([]float64(nil), t...), Y: append([]float64(nil), c...),
		XLabel: "time", YLabel: "concentration", XUnit: o.TUnit, YUnit: o.CUnit,
		at: linearAt(model, doses),
	}
	if saturable {
		base.at = solvedAt(model, doses, base.X)
	}
	weight := o.Weights
	if weight == "proportional" {
		weight = "1/y2"
	}
	w, err := weights(who, []Series{{Name: "c", Y: c}}, weight)
	if err != nil {
		return nil, err
	}
	if w != nil {
		base.W = w[0]
	}
	positive := make([]bool, p)
	for i := range positive {
		positive[i] = true
	}
	f := &CompartmentFit{CurveFit: base}
	found, size := false, 0.0
	for i, v := range c {
		weight := 1.0
		if base.W != nil {
			weight = base.W[i]
		}
		size += float64(v * v * weight)
	}
	ka := slices.Index(names, "Ka")
	for _, q := range compartmentStarts(names, n, cl, ke, most(c), lagStarts(t, c, doses)) {
		try := base
		if e := try.fit(who, q, positive); e != nil {
			err = e
			continue
		}
		if oral && n < 3 && !saturable {
			if q, ok := fasterAbsorption(model(try.Estimate)); ok {
				if o.Lag {
					q = append(q, try.Estimate[len(q)])
				}
				if swapped := base; swapped.fit(who, q, positive) == nil && swapped.RSS <= try.RSS+float64(1e-6*try.RSS)+float64(1e-16*size) {
					try = swapped
				}
			}
		}
		same := found && math.Abs(try.RSS-f.RSS) <= float64(1e-6*f.RSS)+float64(1e-16*size)
		if !found || same && oral && !saturable && try.Estimate[ka] > f.Estimate[ka] || !same && try.RSS < f.RSS {
			found, f.CurveFit = true, try
		}
	}
	if !found {
		return nil, err
	}
	if o.Weights == "proportional" {
		if err := f.reweight(who, positive); err != nil {
			return nil, err
		}
	}
	if at := slices.Index(names, "Q2"); n == 3 && f.Estimate[at]/f.Estimate[at+1] < f.Estimate[at+2]/f.Estimate[at+3] {
		for _, v := range [][]float64{f.Estimate, f.SE, f.SEObserved} {
			v[at], v[at+1], v[at+2], v[at+3] = v[at+2], v[at+3], v[at], v[at+1]
		}
	}
	f.Compartments = model(f.Estimate)
	return f, nil
}

// reweight fits with weights of the square of the curve until it stays the same.
func (f *CompartmentFit) reweight(who string, positive []bool) error {
	for range 50 {
		f.W = make([]float64, len(f.X))
		for i, x := range f.X {
			v := f.At(x)
			if !(v > 0) {
				return fmt.Errorf("pharm: %s: the fitted curve is %g at %g, where a proportional weight has no value", who, v, x)
			}
			f.W[i] = 1 / v / v
		}
		before := f.Estimate
		if err := f.fit(who, before, positive); err != nil {
			return err
		}
		moved := 0.0
		for i, v := range f.Estimate {
			moved = math.Max(moved, math.Abs(v/before[i]-1))
		}
		if moved < 1e-9 {
			return nil
		}
	}
	return fmt.Errorf("pharm: %s: weights and curve did not settle in 50 fits; use 1/y2", who)
}

// fields returns the places of the named parameters.
func (m *Compartments) fields(names []string) (at []*float64) {
	for _, n := range names {
		at = append(at, map[string]*float64{
			"CL": &m.CL, "V": &m.V, "Q2": &m.Q2, "V2": &m.V2, "Q3": &m.Q3, "V3": &m.V3, "Ka": &m.Ka, "Lag": &m.Lag, "Vmax": &m.Vmax, "Km": &m.Km,
		}[n])
	}
	return at
}

// linearAt returns the curve of linear models by superposition.
func linearAt(model func([]float64) Compartments, doses []Dose) func(q []float64, x float64) float64 {
	return func(q []float64, x float64) float64 {
		m := model(q)
		rate, share := m.modes()
		sum := 0.0
		for _, d := range doses {
			for k := range max(d.Count, 1) {
				from := d.Time + float64(float64(k)*d.Every)
				if d.Oral {
					from += m.Lag
				}
				if x >= from {
					sum += m.single(rate, share, d, x-from)
				}
			}
		}
		return sum
	}
}

// solvedAt returns the curve of saturable models, solved for all of t at once and
// kept while the parameters stay.
func solvedAt(model func([]float64) Compartments, doses []Dose, t []float64) func(q []float64, x float64) float64 {
	var last []float64
	var known map[float64]float64
	return func(q []float64, x float64) float64 {
		if !slices.Equal(q, last) {
			last, known = slices.Clone(q), map[float64]float64{}
			m := model(q)
			x, err := m.solveWithin(2000, "FitCompartmentsBy", t, doses, nil, nil)
			for i, at := range t {
				if known[at] = math.NaN(); err == nil {
					known[at] = x[i][1] / m.V
				}
			}
		}
		if v, ok := known[x]; ok {
			return v
		}
		r, err := model(q).Concentration([]float64{x}, doses...)
		if err != nil {
			return math.NaN()
		}
		return r.C[0]
	}
}

// compartmentStarts returns parameters to start from: distribution and absorption of
// several speeds, and elimination that is saturated at several concentrations.
func compartmentStarts(names []string, n int, cl, ke, top float64, lags []float64) (starts [][]float64) {
	fasts := []float64{1.5, 5, 20}
	if n == 1 {
		fasts = fasts[:1]
	}
	kas := []float64{0}
	if slices.Contains(names, "Ka") {
		kas = []float64{1.5, 5, 20}
	}
	kms := []float64{0}
	if slices.Contains(names, "Km") {
		kms = []float64{0.1, 0.5, 2}
	}
	thirds := []float64{0}
	if n == 3 {
		thirds = []float64{0.3, 3}
	}
	for _, fast := range fasts {
		for _, ka := range kas {
			for _, km := range kms {
				for _, third := range thirds {
					m := Compartments{CL: cl, V: cl / ke}
					if n > 1 {
						m.V, m.Q2, m.V2 = cl/ke/fast, cl*fast/2, cl/ke
					}
					if n > 2 {
						m.Q3, m.V3 = cl*third, 2*cl/ke*math.Max(third, 1)
						m.V2 = cl / ke / 2
					}
					m.Ka = ka * ke
					m.Km = float64(km * top)
					m.Vmax = cl * (m.Km + float64(top/2))
					if slices.Contains(names, "CL") && km > 0 {
						m.CL, m.Vmax = cl/2, m.Vmax/2
					}
					for _, m.Lag = range lags {
						var q []float64
						for _, field := range m.fields(names) {
							q = append(q, *field)
						}
						starts = append(starts, q)
						if !slices.Contains(names, "Lag") {
							break
						}
					}
				}
			}
		}
	}
	return starts
}

// lagStarts returns lags to start from, one at least: the middles of the intervals
// between an oral dose and the first samples after it, up to the largest.
func lagStarts(t, c []float64, doses []Dose) []float64 {
	type sample struct{ after, c float64 }
	var rise []sample
	for i, at := range t {
		last := math.Inf(-1)
		for _, d := range doses {
			for k := range max(d.Count, 1) {
				if from := d.Time + float64(float64(k)*d.Every); d.Oral && from < at {
					last = math.Max(last, from)
				}
			}
		}
		if !math.IsInf(last, 0) {
			rise = append(rise, sample{at - last, c[i]})
		}
	}
	if len(rise) == 0 {
		return []float64{1}
	}
	sort.SliceStable(rise, func(i, j int) bool { return rise[i].after < rise[j].after })
	peak := 0
	for i, s := range rise {
		if s.c > rise[peak].c {
			peak = i
		}
	}
	var out []float64
	before := 0.0
	for _, s := range rise[:peak+1] {
		if s.after > before && len(out) < 4 {
			out = append(out, (before+s.after)/2)
			before = s.after
		}
	}
	return out
}

// compartmentStart returns a clearance and a terminal rate constant to start from.
func compartmentStart(t, c []float64, dose float64) (cl, ke float64) {
	first, last, area := math.Inf(1), math.Inf(-1), 0.0
	var x, y []float64
	peak := 0
	for i := range t {
		first, last = math.Min(first, t[i]), math.Max(last, t[i])
		if c[i] > c[peak] {
			peak = i
		}
	}
	for i := range t {
		if i > 0 && t[i] > t[i-1] {
			area += float64((t[i] - t[i-1]) * math.Max(c[i]+c[i-1], 0) / 2)
		}
		if c[i] > 0 && t[i] >= t[peak] {
			x, y = append(x, t[i]), append(y, vec.Log(c[i]))
		}
	}
	ke = 2 / math.Max(last-first, 1e-300)
	if k := len(x); k >= 2 && x[max(k-3, 0)] < x[k-1] {
		if slope, _, _ := line(x[max(k-3, 0):], y[max(k-3, 0):]); slope < 0 {
			ke = -slope
		}
	}
	area += math.Max(c[len(c)-1], 0) / ke
	if !(area > 0) {
		area = most(c) / ke
	}
	return dose / area, ke
}

// fasterAbsorption returns the parameters with the same curve after oral doses
// and the fastest of the rate constants for Ka; false where Ka is it, and where
// no model of positive parameters has that curve.
func fasterAbsorption(m Compartments) (q []float64, ok bool) {
	rate, share := m.modes()
	if !(m.Ka < rate[0]) {
		return nil, false
	}
	// The curve is the sum of b exp(-l t), the b of m.Ka making it 0 at first.
	l := append(append([]float64(nil), rate[1:]...), m.Ka)
	b, rest := make([]float64, len(l)), 0.0
	for j, r := range rate {
		v := share[j] * m.Ka / (m.Ka - r)
		rest -= v
		if j > 0 {
			b[j-1] = v
		}
	}
	b[len(b)-1] = rest
	ka, sum := rate[0], 0.0
	for j := range b {
		b[j] = float64(b[j] * ((ka - l[j]) / ka))
		sum += b[j]
	}
	v := 1 / sum
	if len(l) == 1 {
		q = []float64{l[0] * v, v, ka}
	} else {
		k21 := float64(v * (float64(b[0]*l[1]) + float64(b[1]*l[0])))
		k10 := l[0] * l[1] / k21
		out := l[0] + l[1] - k21 - k10
		q = []float64{k10 * v, v, out * v, out * v / k21, ka}
	}
	for _, x := range q {
		if !(x > 0) || math.IsInf(x, 1) {
			return nil, false
		}
	}
	return q, true
}
