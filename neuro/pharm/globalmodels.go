package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// FitDoseResponses fits several dose-response curves together, with the parameters
// in o.Shared common to all.
//
//	y = Bottom + (Top - Bottom) / (1 + (EC50/x)^Slope)^S
//
// Each series has its own of the parameters that are neither in o.Shared nor in
// o.Fixed: "Bottom", "Top", "EC50", "Slope" and "S". S stays 1, the symmetric curve,
// unless five is true. Slope is above 0 for responses that rise. To ask whether
// curves have one EC50, fit with and without it in Shared and call CompareFits.
// A plateau that one curve does not reach is determined where others share it.
//
// No series, two of one name, unequal lengths, NaN, Inf, negative doses, unknown
// names and samples that do not determine the parameters are errors. Source: Ritz and
// Streibig 2005; Motulsky and Christopoulos 2004. Checked against R's nls.
func FitDoseResponses(series []Series, five bool, o GlobalOptions) (*GlobalFit, error) {
	const who = "FitDoseResponses"
	if err := checkSeries(who, series, false); err != nil {
		return nil, err
	}
	names := []string{"Bottom", "Top", "EC50", "Slope", "S"}
	m := globalModel{
		who: who, name: "dose response", names: names, units: []string{o.YUnit, o.YUnit, o.XUnit, "", ""},
		positive: []bool{false, false, true, false, true}, logX: true, xLabel: "dose", yLabel: "response",
		at: func(q []float64, _, x float64) float64 {
			return q[0] + float64((q[1]-q[0])*vec.Exp(-q[4]*softplus(logRatio(q[2], x, q[3]))))
		},
	}
	for _, s := range o.Shared {
		if !slices.Contains(names, s) {
			return nil, fmt.Errorf("pharm: %s: Shared names %q, the parameters are %s", who, s, strings.Join(names, ", "))
		}
	}
	for _, n := range names {
		m.shared = append(m.shared, slices.Contains(o.Shared, n))
	}
	o.Fixed = cloned(o.Fixed)
	if _, ok := o.Fixed["S"]; !ok && !five {
		o.Fixed["S"] = 1
	}
	start, err := doseStarts(who, series, o)
	if err != nil {
		return nil, err
	}
	for _, s := range []float64{1, 0.4, 3} {
		if s != 1 && !five {
			break
		}
		var all [][]float64
		for _, q := range start {
			all = append(all, []float64{q[0], q[1], q[2] * vec.Pow(vec.Expm1(math.Ln2/s), 1/q[3]), q[3], s})
		}
		m.starts = append(m.starts, all)
	}
	return fitGlobal(m, series, o)
}

func cloned(m map[string]float64) map[string]float64 {
	c := map[string]float64{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// doseStarts returns bottom, top, EC50 and slope of each series from the best of a
// grid, the slopes of all having the sign that most have.
func doseStarts(who string, series []Series, o GlobalOptions) ([][4]float64, error) {
	lowest, highest := math.Inf(1), math.Inf(-1)
	var lo, hi float64 = math.Inf(1), 0
	for _, s := range series {
		for k, y := range s.Y {
			lowest, highest = math.Min(lowest, y), math.Max(highest, y)
			if s.X[k] > 0 {
				lo, hi = math.Min(lo, s.X[k]), math.Max(hi, s.X[k])
			}
		}
	}
	if !(hi > 0) || !(highest > lowest) {
		return nil, fmt.Errorf("pharm: %s: doses go up to %g and responses from %g to %g; doses above 0 and different responses are needed", who, hi, lowest, highest)
	}
	out := make([][4]float64, len(series))
	rising := 0.0
	for i, s := range series {
		c := &doseCurve{dose: s.X, y: s.Y, log: make([]float64, len(s.X)), free: [4]bool{true, true, true, true}, lo: vec.Log(lo), hi: vec.Log(hi)}
		if v, ok := o.Fixed["Bottom"]; ok {
			c.free[0], c.o.Bottom = false, v
		}
		if v, ok := o.Fixed["Top"]; ok {
			c.free[1], c.o.Top = false, v
		}
		for k, d := range s.X {
			c.log[k] = math.Inf(-1)
			if d > 0 {
				c.log[k] = vec.Log(d)
			}
		}
		q := c.start()
		if q[0] > q[1] && c.free[0] && c.free[1] {
			q[0], q[1], q[3] = q[1], q[0], -q[3]
		}
		out[i] = [4]float64{q[0], q[1], vec.Exp(q[2]), q[3]}
		rising += math.Copysign(q[1]-q[0], q[3])
	}
	for i := range out {
		q := &out[i]
		if (q[3] > 0) != (rising > 0) || !(q[1]-q[0] < 3*(highest-lowest)) { // a curve that tells little
			*q = [4]float64{lowest, highest, math.Sqrt(lo * hi), math.Copysign(1, rising)}
		}
		if v, ok := o.Fixed["Bottom"]; ok {
			q[0] = v
		}
		if v, ok := o.Fixed["Top"]; ok {
			q[1] = v
		}
	}
	return out, nil
}

// A GaddumFit is an antagonist's curves fitted together.
type GaddumFit struct {
	PA2, SEPA2     float64
	Slope, SESlope float64 // Schild's slope; 1 and 0 where it was fixed
	*GlobalFit
	// Unit is the fit with Slope 1 against that with a free one, nil where the
	// slope was fixed: a small P says that the antagonism is not simply
	// competitive.
	Unit *FitComparison
}

// FitGaddum fits an agonist's curves at several concentrations of an antagonist
// together, with Gaddum's equation.
//
//	E = Bottom + (Emax - Bottom) / (1 + (EC50 r/c)^n),  r = 1 + ([B] 10^pA2)^Slope
//
// Each series has the concentration [B] in mol/L as its Level, X are the agonist's
// concentrations. One without antagonist and one with are needed. The fit is made
// with Schild's slope free and with it 1, and both are compared; o.Fixed{"Slope": 1}
// fits the latter alone. Unlike Schild's regression all samples count, and curves
// need not reach their plateau. Errors are those of FitDoseResponses. Source: Gaddum
// 1937; Waud 1975, in Methods in Pharmacology 3; Lew and Angus 1995, Trends Pharmacol.
// Sci. 16:328. Checked against R's nls.
func FitGaddum(series []Series, o GlobalOptions) (*GaddumFit, error) {
	const who = "FitGaddum"
	if err := checkSeries(who, series, true); err != nil {
		return nil, err
	}
	none, some := -1, math.Inf(1)
	for i, s := range series {
		if s.Level == 0 {
			none = i
		} else {
			some = math.Min(some, s.Level)
		}
	}
	if none < 0 || math.IsInf(some, 0) {
		return nil, fmt.Errorf("pharm: %s: the series must have the Level 0 and others above 0", who)
	}
	start, err := doseStarts(who, series, GlobalOptions{})
	if err != nil {
		return nil, err
	}
	m := globalModel{
		who: who, name: "competitive antagonism", names: []string{"Bottom", "Emax", "EC50", "n", "pA2", "Slope"},
		units: []string{o.YUnit, o.YUnit, o.XUnit, "", "", ""}, positive: []bool{false, false, true, true, false, true},
		shared: []bool{true, true, true, true, true, true}, logX: true, xLabel: "agonist", yLabel: "effect",
		at: func(q []float64, b, x float64) float64 {
			return q[0] + Gaddum(x, q[1]-q[0], q[2], q[3], b, q[4], q[5])
		},
	}
	base := start[none]
	if !(base[3] > 0) {
		return nil, fmt.Errorf("pharm: %s: the effect without antagonist falls with the agonist, it must rise", who)
	}
	var guess []float64
	for i, s := range series {
		if r := start[i][2] / base[2]; s.Level > 0 && r > 1.2 {
			guess = append(guess, vec.Log10((r-1)/s.Level))
		}
	}
	slices.Sort(guess)
	pA2 := -vec.Log10(some)
	if len(guess) > 0 {
		pA2 = guess[len(guess)/2]
	}
	for _, d := range []float64{0, 1, -1} {
		one := []float64{base[0], base[1], base[2], math.Min(base[3], 4), pA2 + d, 1}
		all := make([][]float64, len(series))
		for i := range all {
			all[i] = one
		}
		m.starts = append(m.starts, all)
	}
	f := &GaddumFit{}
	if f.GlobalFit, err = fitGlobal(m, series, o); err != nil {
		return nil, err
	}
	f.PA2, f.SEPA2, f.Slope, f.SESlope = f.Estimate[4], f.SE[4], f.Estimate[5], f.SE[5]
	if _, fixed := o.Fixed["Slope"]; !fixed {
		o.Fixed = cloned(o.Fixed)
		o.Fixed["Slope"] = 1
		unit, err := fitGlobal(m, series, o)
		if err != nil {
			return nil, err
		}
		c, err := CompareFits(unit, f.GlobalFit)
		if err != nil {
			return nil, err
		}
		f.Unit = &c
	}
	return f, nil
}

// String names pA2, the slope and the test of a slope of 1.
func (f *GaddumFit) String() string {
	s := fmt.Sprintf("Gaddum: pA2 %.3f ± %.2g, slope %.3g ± %.2g (SE)", f.PA2, f.SEPA2, f.Slope, f.SESlope)
	if f.Unit != nil {
		s += fmt.Sprintf("; slope 1: F(%d, %d) = %.3g, p = %.3g", f.Unit.DF1, f.Unit.DF2, f.Unit.F, f.Unit.P)
	}
	return s + fmt.Sprintf("; %d curves", len(f.Series))
}

// FitOperational fits agonists' curves together with the operational model of
// agonism.
//
//	E = Basal + (Em - Basal) (Tau c)^n / ((KA + c)^n + (Tau c)^n)
//
// Em, n and Basal are common to all series; o.Shared may add "KA", for one agonist
// at receptors that were partly inactivated, or "Tau"; otherwise each series has its
// own. A full agonist alone does not tell Em, KA and Tau apart, and partial agonists with a
// KA each tell them badly, which their standard errors show: inactivation or a fixed
// Em is needed. "Basal" is 0 unless o.Fixed has it as NaN,
// which fits it. Errors are those of FitDoseResponses. Source: Black and Leff 1983,
// Proc. R. Soc. B 220:141; Leff et al. 1990. Checked against R's nls.
func FitOperational(series []Series, o GlobalOptions) (*GlobalFit, error) {
	const who = "FitOperational"
	if err := checkSeries(who, series, false); err != nil {
		return nil, err
	}
	o.Fixed = cloned(o.Fixed)
	if v, ok := o.Fixed["Basal"]; !ok {
		o.Fixed["Basal"] = 0
	} else if math.IsNaN(v) {
		delete(o.Fixed, "Basal")
	}
	shared := []bool{true, true, true, false, false}
	for _, s := range o.Shared {
		switch s {
		case "KA":
			shared[3] = true
		case "Tau":
			shared[4] = true
		default:
			return nil, fmt.Errorf("pharm: %s: Shared names %q, it may name KA and Tau", who, s)
		}
	}
	if shared[3] && shared[4] && len(series) > 1 {
		return nil, fmt.Errorf("pharm: %s: KA and Tau cannot both be shared", who)
	}
	start, err := doseStarts(who, series, GlobalOptions{})
	if err != nil {
		return nil, err
	}
	m := globalModel{
		who: who, name: "operational model", names: []string{"Basal", "Em", "n", "KA", "Tau"},
		units: []string{o.YUnit, o.YUnit, "", o.XUnit, ""}, positive: []bool{false, true, true, true, true}, shared: shared,
		logX: true, xLabel: "agonist", yLabel: "effect",
		at: func(q []float64, _, x float64) float64 {
			return q[0] + Operational{Em: q[1] - q[0], KA: q[3], Tau: q[4], N: q[2]}.Effect(x)
		},
	}
	top := 0.0
	for _, q := range start {
		top = math.Max(top, q[1])
	}
	if !(top > 0) {
		return nil, fmt.Errorf("pharm: %s: no effect is above 0", who)
	}
	for _, above := range []float64{1.05, 1.3} {
		var all [][]float64
		for _, q := range start {
			em := above * top
			if v, ok := o.Fixed["Em"]; ok {
				em = math.Max(v, 1.001*q[1])
			}
			share := math.Min(math.Max(q[1]/em, 0.02), 0.98)
			tau := share / (1 - share)
			all = append(all, []float64{0, em, 1, q[2] * (1 + tau), tau})
		}
		m.starts = append(m.starts, all)
	}
	return fitGlobal(m, series, o)
}

// FitAllosteric fits an agonist's curves at several concentrations of an allosteric
// modulator together.
//
//	E = Bottom + (Top - Bottom) / (1 + (EC50 s/c)^n),  s = (1 + b/KB) / (1 + Alpha b/KB)
//
// b is the modulator's concentration, the Level of each series; KB is its
// dissociation constant and Alpha its cooperativity with the agonist: above 1 it
// helps, below 1 it hinders, to a limit; 0 would be competition, which FitGaddum
// fits. The modulator changes the agonist's affinity alone. One series without
// modulator and one with are needed; errors are those of FitDoseResponses. Source:
// Ehlert 1988, Mol. Pharmacol. 33:187; Christopoulos and Kenakin 2002, Pharmacol.
// Rev. 54:323. Checked against R's nls.
func FitAllosteric(series []Series, o GlobalOptions) (*GlobalFit, error) {
	const who = "FitAllosteric"
	if err := checkSeries(who, series, true); err != nil {
		return nil, err
	}
	none, most := -1, -1
	for i, s := range series {
		if s.Level == 0 {
			none = i
		} else if most < 0 || s.Level > series[most].Level {
			most = i
		}
	}
	if none < 0 || most < 0 {
		return nil, fmt.Errorf("pharm: %s: the series must have the Level 0 and others above 0", who)
	}
	start, err := doseStarts(who, series, GlobalOptions{})
	if err != nil {
		return nil, err
	}
	m := globalModel{
		who: who, name: "allosteric modulation", names: []string{"Bottom", "Top", "EC50", "n", "KB", "Alpha"},
		units: []string{o.YUnit, o.YUnit, o.XUnit, "", "", ""}, positive: []bool{false, false, true, true, true, true},
		shared: []bool{true, true, true, true, true, true}, logX: true, xLabel: "agonist", yLabel: "effect",
		at: func(q []float64, b, x float64) float64 {
			return q[0] + Hill(x, q[1]-q[0], q[2]*(1+b/q[4])/(1+q[5]*b/q[4]), q[3])
		},
	}
	base := start[none]
	ratio := start[most][2] / base[2]
	for _, at := range []float64{0.03, 0.3, 3} {
		one := []float64{base[0], base[1], base[2], math.Min(math.Max(math.Abs(base[3]), 0.3), 4), at * series[most].Level, math.Min(math.Max(1/ratio, 1e-3), 1e3)}
		all := make([][]float64, len(series))
		for i := range all {
			all[i] = one
		}
		m.starts = append(m.starts, all)
	}
	return fitGlobal(m, series, o)
}

// FitBindingKinetics fits the association of a ligand at several concentrations
// together, and its dissociation.
//
//	B = Bmax kon L/kobs (1 - exp(-kobs t)) up to t = off,  kobs = kon L + koff
//	B falls with exp(-koff (t - off)) from there on
//
// Each series has the free concentration L of the ligand as its Level, X are the
// times since it came. off is the time at which it was taken away, +Inf for never.
// "NS", nonspecific binding, is 0 unless o.Fixed has it as NaN, which fits it. Errors
// are those of FitDoseResponses. Source: Hulme and Trevethick 2010, Br. J. Pharmacol.
// 161:1219. Checked against R's nls.
func FitBindingKinetics(series []Series, off float64, o GlobalOptions) (*GlobalFit, error) {
	const who = "FitBindingKinetics"
	if err := checkSeries(who, series, true); err != nil {
		return nil, err
	}
	if !(off > 0) {
		return nil, fmt.Errorf("pharm: %s: off is %g, it must be above 0", who, off)
	}
	top, last, ligand := 0.0, 0.0, 0.0
	for _, s := range series {
		for k := range s.X {
			top, last = math.Max(top, s.Y[k]), math.Max(last, s.X[k])
		}
		ligand = math.Max(ligand, s.Level)
	}
	if !(top > 0) || !(last > 0) || !(ligand > 0) {
		return nil, fmt.Errorf("pharm: %s: binding goes up to %g, times to %g and Level to %g; all must be above 0", who, top, last, ligand)
	}
	o.Fixed = cloned(o.Fixed)
	if v, ok := o.Fixed["NS"]; !ok {
		o.Fixed["NS"] = 0
	} else if math.IsNaN(v) {
		delete(o.Fixed, "NS")
	}
	m := globalModel{
		who: who, name: "kinetics of binding", names: []string{"Bmax", "kon", "koff", "NS"},
		units: []string{o.YUnit, "", perTime(o.XUnit), o.YUnit}, positive: []bool{true, true, true, false},
		shared: []bool{true, true, true, true}, xLabel: "time", yLabel: "bound",
		at: func(q []float64, l, x float64) float64 {
			b := q[0] * Association(math.Min(x, off), l, q[1], q[2])
			if x > off {
				b *= Dissociation(x-off, q[2])
			}
			return b + q[3]
		},
	}
	for _, fast := range []float64{2, 10, 50} {
		for _, share := range []float64{0.2, 0.8} { // of koff in the largest kobs
			one := []float64{1.5 * top, (1 - share) * fast / last / ligand, share * fast / last, 0}
			all := make([][]float64, len(series))
			for i := range all {
				all[i] = one
			}
			m.starts = append(m.starts, all)
		}
	}
	return fitGlobal(m, series, o)
}

func perTime(unit string) string {
	if unit == "" {
		return ""
	}
	return "1/" + unit
}

// thousands are the units that are a thousand times as large, in their spellings.
var thousands = map[string][]string{
	"pg": {"ng"}, "ng": {"µg", "μg", "ug", "mcg"}, "µg": {"mg"}, "μg": {"mg"}, "ug": {"mg"}, "mcg": {"mg"}, "mg": {"g"},
	"pmol": {"nmol"}, "nmol": {"µmol", "μmol", "umol"}, "µmol": {"mmol"}, "μmol": {"mmol"}, "umol": {"mmol"}, "mmol": {"mol"},
}

// kineticUnits are those of parameters of compartments. Volumes are doses over
// concentrations: L for mg and mg/L or µg and ng/mL, L/kg for mg/kg; without the unit of the dose
// "dose/(mg/L)". What needs a unit that is not known has none.
func kineticUnits(names []string, dose, c, t string) []string {
	amount, per, _ := strings.Cut(c, "/")
	volume, clearance, flow := "", "", ""
	size, isRatio := strings.CutPrefix(dose, amount)
	if per == "mL" && !isRatio { // ng/mL are µg/L
		for _, a := range thousands[amount] {
			if rest, ok := strings.CutPrefix(dose, a); ok {
				size, isRatio, per = rest, true, "L"
				break
			}
		}
	}
	switch {
	case c == "":
	case dose != "" && per != "" && isRatio && (size == "" || strings.HasPrefix(size, "/")):
		volume, clearance = per+size, per+"/"+t+size
	case dose == "":
		volume, clearance = "dose/("+c+")", "dose/("+c+" "+t+")"
	default:
		volume, clearance = dose+"/("+c+")", dose+"/("+c+" "+t+")"
	}
	if t == "" {
		clearance = ""
	} else if flow = "dose/" + t; dose != "" {
		flow = dose + "/" + t
	}
	units := make([]string, len(names))
	for i, n := range names {
		switch n {
		case "CL", "Q2", "Q3":
			units[i] = clearance
		case "V", "V2", "V3":
			units[i] = volume
		case "Ka":
			units[i] = perTime(t)
		case "Lag":
			units[i] = t
		case "Vmax":
			units[i] = flow
		case "Km", "σ add":
			units[i] = c
		}
	}
	return units
}

// FitTightBinding fits the activity left by an inhibitor that binds so tightly that
// the enzyme or receptor takes a notable share of it.
//
//	v = V0 (1 - C/E),  C the complex of BoundDepleted(inhibitor, E, Ki)
//
// inhibitor are concentrations added, v the activity; E is the concentration of
// sites, in the same unit, fitted where o.Fixed has none. Ki is the apparent one: a
// competitor's own is Ki/(1 + S/Km). Errors are those of FitDoseResponses. Source:
// Morrison 1969, Biochim. Biophys. Acta 185:269. Checked against R's nls.
func FitTightBinding(inhibitor, v []float64, o GlobalOptions) (*GlobalFit, error) {
	const who = "FitTightBinding"
	series := []Series{{Name: "inhibition", X: inhibitor, Y: v}}
	if err := checkSeries(who, series, false); err != nil {
		return nil, err
	}
	top, reach, low := most(v), most(inhibitor), math.Inf(1)
	for i, x := range inhibitor {
		if v[i] < top/2 {
			low = math.Min(low, x)
		}
	}
	if !(top > 0) || !(reach > 0) {
		return nil, fmt.Errorf("pharm: %s: activities go up to %g and concentrations to %g, both must be above 0", who, top, reach)
	}
	if math.IsInf(low, 0) {
		low = reach
	}
	m := globalModel{
		who: who, name: "tight binding", names: []string{"V0", "E", "Ki"}, units: []string{o.YUnit, o.XUnit, o.XUnit},
		positive: []bool{true, true, true}, shared: []bool{true, true, true}, xLabel: "inhibitor", yLabel: "activity",
		at: func(q []float64, _, x float64) float64 {
			return float64(q[0] * (1 - BoundDepleted(x, q[1], q[2])/q[1]))
		},
	}
	for _, e := range []float64{1, 0.2} {
		for _, k := range []float64{0.02, 0.3} {
			m.starts = append(m.starts, [][]float64{{top, e * low, k * low}})
		}
	}
	return fitGlobal(m, series, o)
}
