package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Association returns the share of receptors that hold the ligand after a time.
//
//	B = L kon/kobs (1 - exp(-kobs t)),  kobs = kon L + koff
//
// t is the time since the ligand came, l its free concentration, kon the rate of
// association (per concentration and time) and koff that of dissociation (per
// time). Negative values, both rates 0 and NaN give NaN.
//
// Source: mass action; Hulme and Trevethick 2010, Br. J. Pharmacol. 161:1219.
// Checked against the closed form.
func Association(t, l, kon, koff float64) float64 {
	kobs := float64(kon*l) + koff
	if !(t >= 0) || !(l >= 0) || !(kon >= 0) || !(koff >= 0) || kobs == 0 {
		return math.NaN()
	}
	return -kon * l / kobs * vec.Expm1(-float64(kobs*t))
}

// Dissociation returns the share of complexes that are left after a time without
// ligand.
//
//	B = exp(-koff t)
//
// The residence time is 1/koff and the half-life log 2/koff. Negative values
// and NaN give NaN.
func Dissociation(t, koff float64) float64 {
	if !(t >= 0) || !(koff >= 0) {
		return math.NaN()
	}
	return vec.Exp(-float64(koff * t))
}

// Rates are the rate constants of a ligand at its receptor.
type Rates struct {
	Kon  float64 // per concentration and time, such as 1/(M s)
	Koff float64 // per time
}

// Kd returns the dissociation constant Koff/Kon.
func (r Rates) Kd() float64 { return r.Koff / r.Kon }

// CompetitiveAssociation returns the share of receptors that hold a labelled
// ligand when it and a competitor came together.
//
//	dB/dt = kon L (1-B-C) - koff B,  dC/dt = kon' I (1-B-C) - koff' C
//
// t is the time, l and i the free concentrations of the labelled ligand and the
// competitor, in the unit of their rates. A competitor that leaves more slowly
// than the ligand makes the curve overshoot. Negative values, rates that are
// not above 0 and NaN give NaN.
//
// Source: Motulsky and Mahan 1984. Checked against numerical solutions.
func CompetitiveAssociation(t, l, i float64, ligand, competitor Rates) float64 {
	k1, k2, k3, k4 := ligand.Kon, ligand.Koff, competitor.Kon, competitor.Koff
	if !(t >= 0) || !(l >= 0) || !(i >= 0) || !(k1 > 0) || !(k2 > 0) || !(k3 > 0) || !(k4 > 0) {
		return math.NaN()
	}
	a, b := float64(k1*l)+k2, float64(k3*i)+k4
	s := math.Sqrt(float64((a-b)*(a-b)) + float64(4*k1*l*k3*i))
	fast := (a + b + s) / 2
	slow := (float64(a*b) - float64(k1*l*k3*i)) / fast // the product of the roots
	steady := k1 * l * k4 / (fast * slow)
	if s <= 1e-9*fast { // both rates are one
		return steady - float64((steady+float64((float64(steady*fast)-float64(k1*l))*t))*vec.Exp(-float64(fast*t)))
	}
	// B = steady + p exp(-fast t) + q exp(-slow t), with B(0) = 0 and B'(0) = k1 L.
	p := (float64(slow*steady) - float64(k1*l)) / s
	q := -steady - p
	return steady + float64(p*vec.Exp(-float64(fast*t))) + float64(q*vec.Exp(-float64(slow*t)))
}

// An ExchangeFit is the fitted time course of binding.
type ExchangeFit struct {
	Rate     float64 // kobs of association, koff of dissociation, per time
	HalfLife float64 // log 2 / Rate
	CurveFit
}

// FitAssociation fits the time course of binding after a ligand came.
//
//	B = Plateau (1 - exp(-kobs t))
//
// t and bound hold one value per sample. With the same ligand at several
// concentrations kobs lies on a line whose slope is kon and whose value at 0 is
// koff. tUnit and unit label time and binding; may be empty.
//
// Unequal lengths, NaN, Inf, negative times, fewer than 3 samples and a course
// that shows no plateau are errors. Source: Hulme and Trevethick 2010. Checked
// against curves of known rate.
func FitAssociation(t, bound []float64, tUnit, unit string) (*ExchangeFit, error) {
	return fitExchange("FitAssociation", "association", []string{"Plateau", "kobs"}, t, bound, tUnit, unit,
		func(q []float64, x float64) float64 { return -q[0] * vec.Expm1(-float64(q[1]*x)) })
}

// FitDissociation fits the time course of binding after the ligand was removed
// or its return was blocked.
//
//	B = (B0 - NS) exp(-koff t) + NS
//
// t and bound hold one value per sample; NS is what stays. The residence time is
// 1/koff. tUnit and unit label time and binding; may be empty. Errors, source
// and check are those of FitAssociation; at least 4 samples are needed.
func FitDissociation(t, bound []float64, tUnit, unit string) (*ExchangeFit, error) {
	return fitExchange("FitDissociation", "dissociation", []string{"B0", "koff", "NS"}, t, bound, tUnit, unit,
		func(q []float64, x float64) float64 {
			return q[2] + float64((q[0]-q[2])*vec.Exp(-float64(q[1]*x)))
		})
}

func fitExchange(who, model string, names []string, t, bound []float64, tUnit, unit string, at func([]float64, float64) float64) (*ExchangeFit, error) {
	p := len(names)
	if err := checkSamples(who, "t", "bound", t, bound, p); err != nil {
		return nil, err
	}
	if !(most(bound) > 0) {
		return nil, fmt.Errorf("pharm: %s: bound is nowhere above 0, there is no binding to fit", who)
	}
	rate := ""
	if tUnit != "" {
		rate = "1/" + tUnit
	}
	f := &ExchangeFit{CurveFit: CurveFit{
		Model: model, Names: names, Units: []string{unit, rate, unit}[:p],
		X: append([]float64(nil), t...), Y: append([]float64(nil), bound...),
		XLabel: "time", YLabel: "bound", XUnit: tUnit, YUnit: unit, at: at,
	}}
	var err error
	found := false
	kept := f.CurveFit
	for _, k := range []float64{1, 3, 10, 30} {
		try := f.CurveFit
		q := []float64{most(bound), k / most(t), float64(0.05 * most(bound))}[:p]
		if e := try.fit(who, q, []bool{true, true, false}[:p]); e != nil {
			err = e
		} else if !found || try.RSS < kept.RSS-float64(1e-9*kept.RSS) {
			found, kept = true, try
		}
	}
	if !found {
		return nil, err
	}
	f.CurveFit = kept
	f.Rate = f.Estimate[1]
	f.HalfLife = math.Ln2 / f.Rate
	return f, nil
}
