package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DoseRatio returns how far a competitive antagonist shifts an agonist's curve.
//
//	r = 1 + ([B] 10^pA2)^slope
//
// antagonist is [B] in mol/L, pA2 minus the log10 of the molar concentration
// that doubles the agonist's dose, slope Schild's slope, 1 for simple
// competition. A negative concentration and NaN give NaN.
//
// Source: Gaddum 1937; Arunlakshana and Schild 1959, Br. J. Pharmacol. 14:48.
// Checked against the closed form and FitSchild.
func DoseRatio(antagonist, pA2, slope float64) float64 {
	if !(antagonist >= 0) || math.IsNaN(pA2) || !(slope > 0) {
		return math.NaN()
	}
	if antagonist == 0 {
		return 1
	}
	return 1 + vec.Exp(slope*(vec.Log(antagonist)+float64(pA2*math.Ln10)))
}

// Gaddum returns the effect of an agonist in the presence of a competitive
// antagonist.
//
//	E = emax / (1 + (ec50 r/c)^n),  r = 1 + ([B] 10^pA2)^slope
//
// c, emax, ec50 and n are those of Hill, antagonist, pA2 and slope those of
// DoseRatio. Bad values give NaN. Source and check: DoseRatio.
func Gaddum(c, emax, ec50, n, antagonist, pA2, slope float64) float64 {
	return Hill(c, emax, float64(ec50*DoseRatio(antagonist, pA2, slope)), n)
}

// An Operational is an agonist in the operational model of agonism.
//
//	E = Em (Tau c)^N / ((KA + c)^N + (Tau c)^N)
type Operational struct {
	Em  float64 // largest effect of the system, the unit of effects
	KA  float64 // dissociation constant of the agonist, the unit of concentrations
	Tau float64 // transducer ratio: receptors over those that give half of Em
	N   float64 // slope of the transducer
}

// Effect returns the effect at a concentration, in the unit of Em; the
// concentration has the unit of KA. A negative concentration and parameters
// that are not above 0 give NaN.
//
// Source: Black and Leff 1983, Proc. R. Soc. B 220:141. Checked against the
// closed form.
func (o Operational) Effect(c float64) float64 {
	if !(c >= 0) || !o.valid() {
		return math.NaN()
	}
	if c == 0 {
		return 0
	}
	share := o.Tau
	if !math.IsInf(c, 1) {
		share *= c / (o.KA + c)
	}
	return Hill(share, o.Em, 1, o.N)
}

// EC50 returns the concentration with half of the agonist's own largest effect,
//
//	EC50 = KA / ((2 + Tau^N)^(1/N) - 1).
func (o Operational) EC50() float64 {
	if !o.valid() {
		return math.NaN()
	}
	return o.KA / (vec.Pow(2+vec.Pow(o.Tau, o.N), 1/o.N) - 1)
}

// Emax returns the agonist's largest effect, Em Tau^N / (1 + Tau^N).
func (o Operational) Emax() float64 { return o.Effect(math.Inf(1)) }

// LogTransduction returns the transduction coefficient log10(Tau/KA), whose
// differences between agonists and pathways measure bias (Kenakin et al. 2012,
// ACS Chem. Neurosci. 3:193); KA in mol/L.
func (o Operational) LogTransduction() float64 {
	if !o.valid() {
		return math.NaN()
	}
	return vec.Log10(o.Tau / o.KA)
}

func (o Operational) valid() bool {
	return o.Em > 0 && o.KA > 0 && o.Tau > 0 && o.N > 0 && !math.IsInf(o.Em+o.KA+o.Tau+o.N, 1)
}

// String names the parameters with EC50 and Emax.
func (o Operational) String() string {
	return fmt.Sprintf("operational model: KA %.4g, τ %.4g, n %.4g; EC50 %.4g, Emax %.4g of %.4g", o.KA, o.Tau, o.N, o.EC50(), o.Emax(), o.Em)
}

// Show draws the effect from a hundredth of the smaller of EC50 and KA to a
// hundred times the larger; its text is String.
func (o Operational) Show() display.Bundle {
	lo, hi := math.Min(o.EC50(), o.KA), math.Max(o.EC50(), o.KA)
	f := effectFigure("operational model", lo/100, hi*100, []string{""}, func(_ int, c float64) float64 { return o.Effect(c) })
	f.Panels[0].Layers = append(f.Panels[0].Layers,
		figure.Layer{Kind: figure.VLine, X: []float64{o.EC50()}, Color: "grey", Dash: true},
		figure.Layer{Kind: figure.Note, X: []float64{o.EC50()}, Y: []float64{o.Emax() / 20}, Text: " $EC_{50}$", Color: "grey"},
		figure.Layer{Kind: figure.VLine, X: []float64{o.KA}, Color: "orange", Dash: true},
		figure.Layer{Kind: figure.Note, X: []float64{o.KA}, Y: []float64{o.Emax() / 8}, Text: " $K_A$", Color: "orange"})
	return described(f, o.String())
}

// An Allosteric is a ligand and an allosteric modulator in the ternary complex
// model.
type Allosteric struct {
	KA    float64 // dissociation constant of the ligand
	KB    float64 // dissociation constant of the modulator, any unit
	Alpha float64 // cooperativity: above 1 each helps the other, 1 is neutral, 0 is competition
}

// Occupied returns the share of receptors that hold the ligand.
//
//	ρ = a (1 + Alpha b) / (1 + a + b + Alpha a b),  a = ligand/KA,  b = modulator/KB
//
// Concentrations have the units of their constants. Negative concentrations and
// constants that are not above 0 (Alpha: below 0) give NaN.
//
// Source: Ehlert 1988, Mol. Pharmacol. 33:187; Christopoulos and Kenakin 2002,
// Pharmacol. Rev. 54:323. Checked against the closed form.
func (m Allosteric) Occupied(ligand, modulator float64) float64 {
	kd := m.KApparent(modulator)
	if !(ligand >= 0) || math.IsNaN(kd) {
		return math.NaN()
	}
	return ligand / (ligand + kd)
}

// KApparent returns the ligand's dissociation constant in the presence of the
// modulator, KA (1 + b) / (1 + Alpha b).
func (m Allosteric) KApparent(modulator float64) float64 {
	if !(modulator >= 0) || !(m.KA > 0) || !(m.KB > 0) || !(m.Alpha >= 0) {
		return math.NaN()
	}
	b := modulator / m.KB
	return m.KA * (1 + b) / (1 + float64(m.Alpha*b))
}

// Show draws the occupancy without modulator and with 1, 10 and 100 times KB.
func (m Allosteric) Show() display.Bundle {
	lo, hi := math.Min(m.KA, m.KApparent(100*m.KB)), math.Max(m.KA, m.KApparent(100*m.KB))
	f := effectFigure("ternary complex model", lo/100, hi*100, []string{"no modulator", "$K_B$", "10 $K_B$", "100 $K_B$"}, func(i int, c float64) float64 {
		return m.Occupied(c, []float64{0, 1, 10, 100}[i]*m.KB)
	})
	f.Panels[0].Y.Label = "receptors with ligand"
	return described(f, fmt.Sprintf("ternary complex model: KA %.4g, KB %.4g, α %.4g", m.KA, m.KB, m.Alpha))
}

// An MWC is a receptor or channel of Monod, Wyman and Changeux: N equal sites
// that change between a closed and an open conformation together.
type MWC struct {
	L  float64 // closed over open receptors without ligand
	KC float64 // dissociation constant of a site of the closed receptor
	KO float64 // dissociation constant of a site of the open receptor, the same unit
	N  int     // number of sites
}

// Open returns the share of receptors that are open (active) at a concentration.
//
//	P = 1 / (1 + L ((1 + c/KC) / (1 + c/KO))^N)
//
// With N = 1 this is the two-state model of a receptor with constitutive
// activity 1/(1+L), an agonist where KO < KC and an inverse agonist where KO >
// KC. c has the unit of KC and KO. A negative c and parameters that are not
// above 0 give NaN.
//
// Source: Monod, Wyman and Changeux 1965, J. Mol. Biol. 12:88; Leff 1995
// (two states). Checked against the closed form.
func (m MWC) Open(c float64) float64 {
	if !(c >= 0) || !(m.L > 0) || !(m.KC > 0) || !(m.KO > 0) || m.N < 1 {
		return math.NaN()
	}
	ratio := m.KO / m.KC
	if !math.IsInf(c, 1) {
		ratio = (1 + c/m.KC) / (1 + c/m.KO)
	}
	return 1 / (1 + float64(m.L*vec.Pow(ratio, float64(m.N))))
}

// EC50 returns the concentration halfway between the open shares without ligand
// and at saturation.
func (m MWC) EC50() float64 {
	none, all := m.Open(0), m.Open(math.Inf(1))
	half := (none + all) / 2
	if !(none != all) || math.IsNaN(half) {
		return math.NaN()
	}
	// (1 + c/KC)/(1 + c/KO) = q at half.
	q := vec.Pow((1/half-1)/m.L, 1/float64(m.N))
	return (1 - q) / (q/m.KO - 1/m.KC)
}

// Show draws the open share over concentration.
func (m MWC) Show() display.Bundle {
	mid := m.EC50()
	if math.IsNaN(mid) {
		mid = m.KC
	}
	f := effectFigure("Monod-Wyman-Changeux", mid/300, mid*300, []string{""}, func(_ int, c float64) float64 { return m.Open(c) })
	f.Panels[0].Y.Label = "open"
	return described(f, fmt.Sprintf("Monod-Wyman-Changeux: %d sites, L %.4g, KC %.4g, KO %.4g; open %.3g to %.3g, EC50 %.4g", m.N, m.L, m.KC, m.KO, m.Open(0), m.Open(math.Inf(1)), mid))
}

// effectFigure draws curves over the logarithm of concentration.
func effectFigure(title string, lo, hi float64, names []string, at func(i int, c float64) float64) *figure.Figure {
	p := figure.Panel{Title: title, X: figure.Axis{Label: "concentration", Log: true}, Y: figure.Axis{Label: "effect"}}
	for i, name := range names {
		l := figure.Layer{Kind: figure.Line, Name: name, X: logSpace(lo, hi, 201)}
		for _, c := range l.X {
			l.Y = append(l.Y, at(i, c))
		}
		p.Layers = append(p.Layers, l)
	}
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{p}}
}

// described draws a figure whose text is s.
func described(f *figure.Figure, s string) display.Bundle {
	b := f.Show()
	b.Data[display.TypeText] = s
	return b
}
