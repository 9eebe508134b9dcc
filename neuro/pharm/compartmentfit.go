package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A CompartmentFit is a compartment model fitted to one subject's concentrations.
type CompartmentFit struct {
	Compartments // the fitted model
	CurveFit
}

// FitCompartments fits a linear compartment model to the concentrations of one
// subject by least squares.
//
// t and c hold one value per sample, n is the number of compartments, 1 or 2,
// doses what was given before and during sampling. Fitted are CL and V, Q2 and V2
// with two compartments, and Ka after oral doses; oral doses count as absorbed
// whole, so that CL and V are over the bioavailability. Where Ka and another rate
// constant can change places without changing the curve (flip-flop), the result
// is the one with the faster Ka. tUnit and cUnit label time and concentration;
// may be empty.
//
// Unequal lengths, NaN, Inf, negative times, too few samples, bad doses, and
// samples that do not determine the model are errors. Concentrations below the
// limit of measurement are to be left out.
//
// Source: Gibaldi and Perrier 1982; Pinheiro and Bates 2000, appendix C.
// Checked against R's nls on Theoph and Indometh.
func FitCompartments(t, c []float64, n int, doses []Dose, tUnit, cUnit string) (*CompartmentFit, error) {
	const who = "FitCompartments"
	if n != 1 && n != 2 {
		return nil, fmt.Errorf("pharm: %s: n is %d, 1 or 2 compartments can be fitted", who, n)
	}
	oral, total := false, 0.0
	for _, d := range doses {
		oral = oral || d.Oral
		total += float64(d.Amount * float64(max(d.Count, 1)))
	}
	p := 2 * n
	names, units := []string{"CL", "V", "Q2", "V2"}[:p:p], make([]string, p)
	if oral {
		p++
		names, units = append(names, "Ka"), append(units, "")
		if tUnit != "" {
			units[p-1] = "1/" + tUnit
		}
	}
	if err := checkSamples(who, "t", "c", t, c, p); err != nil {
		return nil, err
	}
	model := func(q []float64) Compartments {
		m := Compartments{CL: q[0], V: q[1]}
		if n == 2 {
			m.Q2, m.V2 = q[2], q[3]
		}
		if oral {
			m.Ka = q[len(q)-1]
		}
		return m
	}
	ones := []float64{1, 1, 1, 1, 1}
	if err := model(ones[:p]).check(who, t, doses); err != nil {
		return nil, err
	}
	if !(total > 0) || !(most(c) > 0) {
		return nil, fmt.Errorf("pharm: %s: the doses sum to %g and the largest concentration is %g, both must be above 0", who, total, most(c))
	}
	cl, ke := compartmentStart(t, c, total)
	base := CurveFit{
		Model: fmt.Sprintf("%d-compartment model", n), Names: names, Units: units,
		X: append([]float64(nil), t...), Y: append([]float64(nil), c...),
		XLabel: "time", YLabel: "concentration", XUnit: tUnit, YUnit: cUnit,
		at: func(q []float64, x float64) float64 {
			m := model(q)
			rate, share := m.modes()
			sum := 0.0
			for _, d := range doses {
				for k := range max(d.Count, 1) {
					if from := d.Time + float64(float64(k)*d.Every); x >= from {
						sum += m.single(rate, share, d, x-from)
					}
				}
			}
			return sum
		},
	}
	var starts [][]float64
	for _, fast := range []float64{1.5, 5, 20} {
		q := []float64{cl, cl / ke}
		if n == 2 {
			q = []float64{cl, cl / ke / fast, cl * fast / 2, cl / ke}
		}
		if !oral {
			starts = append(starts, q)
			continue
		}
		for _, ka := range []float64{1.5, 5, 20} {
			starts = append(starts, append(q[:len(q):len(q)], ka*ke))
		}
	}
	positive := []bool{true, true, true, true, true}[:p]
	f := &CompartmentFit{CurveFit: base}
	found, size := false, 0.0
	for _, v := range c {
		size += float64(v * v)
	}
	var err error
	for _, q := range starts {
		try := base
		if e := try.fit(who, q, positive); e != nil {
			err = e
			continue
		}
		if q, ok := fasterAbsorption(model(try.Estimate)); oral && ok {
			if swapped := base; swapped.fit(who, q, positive) == nil && swapped.RSS <= try.RSS+float64(1e-6*try.RSS)+float64(1e-16*size) {
				try = swapped
			}
		}
		same := found && math.Abs(try.RSS-f.RSS) <= float64(1e-6*f.RSS)+float64(1e-16*size)
		if !found || same && oral && try.Estimate[p-1] > f.Estimate[p-1] || !same && try.RSS < f.RSS {
			found, f.CurveFit = true, try
		}
	}
	if !found {
		return nil, err
	}
	f.Compartments = model(f.Estimate)
	return f, nil
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
