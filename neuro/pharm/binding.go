package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Bound returns the total binding of a ligand to one class of sites.
//
//	B = bmax L / (kd + L) + ns L
//
// free is the concentration L of unbound ligand, in the unit of the dissociation
// constant kd; bmax is the density of sites and gives the result its unit; ns is
// nonspecific binding per concentration, 0 for specific binding alone. A
// negative concentration, a kd that is not above 0 and NaN give NaN.
//
// Source: Scatchard 1949. Checked against the closed form.
func Bound(free, bmax, kd, ns float64) float64 {
	if !(free >= 0) || !(kd > 0) {
		return math.NaN()
	}
	return Hill(free, bmax, kd, 1) + float64(ns*free)
}

// BoundDepleted returns the concentration of ligand-receptor complex where
// binding takes a notable share of the ligand.
//
//	B = (s - √(s² - 4 receptor ligand)) / 2,  s = receptor + ligand + kd
//
// ligand and receptor are total concentrations (bound and free), kd is the
// dissociation constant; all three and the result have one unit. Negative
// values and NaN give NaN.
//
// Source: Morrison 1969, Biochim. Biophys. Acta 185:269. Checked against the
// mass-action law.
func BoundDepleted(ligand, receptor, kd float64) float64 {
	if !(ligand >= 0) || !(receptor >= 0) || !(kd > 0) {
		return math.NaN()
	}
	s := receptor + ligand + kd
	// The smaller root without cancellation.
	return 2 * receptor * ligand / (s + math.Sqrt(math.Max(float64(s*s)-float64(4*receptor*ligand), 0)))
}

// ChengPrusoff returns the inhibition constant of a competitor from its IC50.
//
//	Ki = ic50 / (1 + ligand/kd)
//
// ligand is the free concentration of the labelled ligand (or the substrate) and
// kd its dissociation (or Michaelis) constant, in one unit; the result has the
// unit of ic50. Values that are not above 0 (ligand: below 0) give NaN.
//
// Source: Cheng and Prusoff 1973, Biochem. Pharmacol. 22:3099. Checked against
// the closed form and against competition curves.
func ChengPrusoff(ic50, ligand, kd float64) float64 {
	if !(ic50 > 0) || !(ligand >= 0) || !(kd > 0) {
		return math.NaN()
	}
	return ic50 / (1 + ligand/kd)
}

// LeffDougall returns the dissociation constant of a competitive antagonist
// from a functional inhibition curve.
//
//	KB = ic50 / ((2 + (agonist/ec50)^n)^(1/n) - 1)
//
// agonist is the concentration of the agonist that is inhibited, ec50 and n its
// EC50 and Hill coefficient without antagonist. The result has the unit of
// ic50; for n = 1 it is that of ChengPrusoff with ec50 for kd. Values that are
// not above 0 give NaN.
//
// Source: Leff and Dougall 1993, Trends Pharmacol. Sci. 14:110. Checked against
// Gaddum's equation.
func LeffDougall(ic50, agonist, ec50, n float64) float64 {
	if !(ic50 > 0) || !(agonist > 0) || !(ec50 > 0) || !(n > 0) {
		return math.NaN()
	}
	return ic50 / (vec.Pow(2+ratioPow(agonist, ec50, n), 1/n) - 1)
}

// A SaturationFit is fitted saturation binding.
type SaturationFit struct {
	Bmax float64 // density of sites, unit of the binding
	Kd   float64 // dissociation constant, unit of the ligand
	NS   float64 // nonspecific binding per concentration; 0 where it was not fitted
	CurveFit
}

// SaturationOptions say how FitSaturation fits.
type SaturationOptions struct {
	// Specific leaves nonspecific binding out: for specific binding, and for
	// the rate of an enzyme by Michaelis and Menten (Bmax is then its largest
	// rate and Kd its Michaelis constant).
	Specific bool
	// Depletion takes the concentrations as ligand added, bound and free;
	// binding must then be in the same unit. Without it they are free ligand.
	Depletion bool
	// LigandUnit and Unit label concentration and binding, such as "nM" and
	// "fmol/mg"; may be empty.
	LigandUnit, Unit string
}

// NewSaturation returns options that fit free ligand with nonspecific binding.
func NewSaturation() SaturationOptions { return SaturationOptions{} }

// FitSaturation fits binding to one class of sites by least squares.
//
//	B = Bmax L / (Kd + L) + NS L
//
// ligand and bound hold one value per sample. With o.Depletion L is what
// binding leaves of the ligand added: the specific part follows BoundDepleted,
// and NS multiplies the ligand that is not specifically bound.
//
// Unequal lengths, NaN, Inf, a negative concentration, too few samples or
// different concentrations, and samples that do not determine the curve (such
// as concentrations all far below Kd) are errors.
//
// Source: Scatchard 1949; Swillens 1995 (depletion). Checked against R's nls
// on Puromycin.
func FitSaturation(ligand, bound []float64, o SaturationOptions) (*SaturationFit, error) {
	const who = "FitSaturation"
	p := 3
	if o.Specific {
		p = 2
	}
	if err := checkSamples(who, "ligand", "bound", ligand, bound, p); err != nil {
		return nil, err
	}
	top, reach := most(bound), most(ligand)
	if !(top > 0) {
		return nil, fmt.Errorf("pharm: %s: bound is nowhere above 0, there is no binding to fit", who)
	}
	f := &SaturationFit{CurveFit: CurveFit{
		Model: "saturation binding", Names: []string{"Bmax", "Kd", "NS"}[:p],
		Units: []string{o.Unit, o.LigandUnit, perUnit(o.Unit, o.LigandUnit)}[:p],
		X:     append([]float64(nil), ligand...), Y: append([]float64(nil), bound...),
		XLabel: "free ligand", YLabel: "bound", XUnit: o.LigandUnit, YUnit: o.Unit,
		at: func(q []float64, x float64) float64 {
			ns := 0.0
			if len(q) > 2 {
				ns = q[2]
			}
			if o.Depletion {
				b := BoundDepleted(x, q[0], q[1])
				return b + float64(ns*(x-b))
			}
			return Bound(x, q[0], q[1], ns)
		},
	}}
	if o.Depletion {
		f.XLabel = "ligand added"
	}
	var err error
	best := math.Inf(1)
	var kept CurveFit
	// Several starts: nonspecific binding hides where specific binding saturates.
	for _, kd := range []float64{0.03, 0.1, 0.3, 1} {
		try := f.CurveFit
		q := []float64{top, kd * reach, float64(0.1*top) / reach}[:p]
		if e := try.fit(who, q, []bool{true, true, false}[:p]); e != nil {
			err = e
		} else if try.RSS < best-float64(1e-9*best) || math.IsInf(best, 1) {
			best, kept = try.RSS, try
		}
	}
	if math.IsInf(best, 1) {
		return nil, err
	}
	f.CurveFit = kept
	f.Bmax, f.Kd = f.Estimate[0], f.Estimate[1]
	if f.Bmax < 1e-6*top || f.Kd > 1e3*reach {
		return nil, fmt.Errorf("pharm: %s: binding does not saturate up to %g (Bmax %.3g, Kd %.3g); higher concentrations are needed", who, reach, f.Bmax, f.Kd)
	}
	if p > 2 {
		f.NS = f.Estimate[2]
	}
	return f, nil
}

func perUnit(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + "/" + b
}

// A CompetitionFit is a fitted competition curve.
type CompetitionFit struct {
	IC50 float64 // competitor's concentration with half the inhibition
	Ki   float64 // inhibition constant by Cheng and Prusoff, in the unit of IC50
	SEKi float64 // standard error of Ki, as far as it is that of IC50
	*DoseFit
}

// FitCompetition fits the displacement of a labelled ligand and returns the
// competitor's Ki.
//
//	B = Bottom + (Top - Bottom) / (1 + (c/IC50)^n),  Ki = IC50 / (1 + ligand/kd)
//
// competitor and bound hold one value per sample (0 for none of the competitor);
// ligand and kd are the labelled ligand's free concentration and its
// dissociation constant, in one unit. Options and errors are those of
// FitDoseResponse; a curve that rises is an error too. A slope away from 1 says
// that the sites are not of one class, and Ki then has no meaning.
//
// Source: Cheng and Prusoff 1973. Checked against the mass-action law.
func FitCompetition(competitor, bound []float64, ligand, kd float64, o DoseOptions) (*CompetitionFit, error) {
	if err := positives("FitCompetition", []string{"ligand", "kd"}, ligand, kd); err != nil {
		return nil, err
	}
	f, err := FitDoseResponse(competitor, bound, o)
	if err != nil {
		return nil, fmt.Errorf("pharm: FitCompetition: %w", err)
	}
	if f.Slope > 0 {
		return nil, fmt.Errorf("pharm: FitCompetition: binding rises with the competitor (slope %.3g), it must fall", f.Slope)
	}
	ki := ChengPrusoff(f.EC50, ligand, kd)
	return &CompetitionFit{IC50: f.EC50, Ki: ki, SEKi: f.SE.EC50 * ki / f.EC50, DoseFit: f}, nil
}

// String names IC50, Ki and the slope.
func (f *CompetitionFit) String() string {
	return fmt.Sprintf("competition: IC50 %s, Ki %s ± %.2g (SE), slope %.4g; %d samples",
		quantity(f.IC50, f.DoseUnit), quantity(f.Ki, f.DoseUnit), f.SEKi, f.Slope, len(f.Dose))
}

// Show draws the figure of the dose response; its text is String.
func (f *CompetitionFit) Show() display.Bundle {
	fig := f.DoseFit.Plot()
	fig.Panels[0].Title = fmt.Sprintf("IC50 %s, Ki %s", quantity(f.IC50, f.DoseUnit), quantity(f.Ki, f.DoseUnit))
	fig.Panels[0].Y.Label = "bound"
	fig.Panels[0].X.Label = strings.Replace(fig.Panels[0].X.Label, "dose", "competitor", 1)
	return described(fig, f.String())
}
