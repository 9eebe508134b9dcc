package pharm_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

func ExampleBound() {
	for _, l := range []float64{0.1, 1, 10} { // nM
		fmt.Printf("%4g nM: %.1f fmol/mg, of it %.1f specific\n", l, pharm.Bound(l, 100, 1, 2), pharm.Bound(l, 100, 1, 0))
	}
	// Output:
	// 0.1 nM: 9.3 fmol/mg, of it 9.1 specific
	//    1 nM: 52.0 fmol/mg, of it 50.0 specific
	//   10 nM: 110.9 fmol/mg, of it 90.9 specific
}

func ExampleBoundDepleted() {
	// 1 nM of receptors takes most of 1 nM of a ligand with a Kd of 0.1 nM.
	fmt.Printf("%.2f nM bound, without depletion %.2f\n", pharm.BoundDepleted(1, 1, 0.1), pharm.Bound(1, 1, 0.1, 0))
	// Output:
	// 0.73 nM bound, without depletion 0.91
}

func ExampleLeffDougall() {
	// Of a curve against 3 nM of an agonist with an EC50 of 1 nM and a slope of 1.5.
	fmt.Printf("KB %.1f nM\n", pharm.LeffDougall(40, 3, 1, 1.5))
	// Output:
	// KB 14.7 nM
}

func ExampleFitCompetition() {
	competitor := []float64{0, 1, 3, 10, 30, 100, 300, 1000} // nM, against 2 nM of a ligand with a Kd of 1 nM
	bound := []float64{99, 96, 92, 77, 51, 24, 10, 3}
	f, err := pharm.FitCompetition(competitor, bound, 2, 1, pharm.DoseOptions{FixBottom: true, DoseUnit: "nM", Unit: "%"})
	if err != nil {
		panic(err)
	}
	fmt.Println(f)
	// Output:
	// competition: IC50 32.72 nM, Ki 10.91 nM ± 0.24 (SE), slope -1.025; 8 samples
}

func ExampleFitOccupancy() {
	dose := []float64{0.5, 1, 2, 4, 8, 16} // mg
	occupancy := []float64{0.21, 0.34, 0.49, 0.66, 0.78, 0.87}
	f, err := pharm.FitOccupancy(dose, occupancy, 1, "mg", "")
	if err != nil {
		panic(err)
	}
	fmt.Println(f)
	// Output:
	// receptor occupancy: EC50 2.056 ± 0.058 mg (SE); 6 samples
}

func ExampleOccupancy() {
	fmt.Printf("%.0f%% of the receptors\n", 100*pharm.Occupancy(2.8, 0.7))
	// Output:
	// 75% of the receptors
}

func ExampleCompartments_Concentration() {
	m := pharm.Compartments{CL: 5, V: 50, Ka: 1}
	c, err := m.Concentration([]float64{1, 4, 12, 25}, pharm.Dose{Amount: 100, Oral: true, Every: 24, Count: 2})
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Table())
	// Output:
	// time  concentration
	//    1        1.19324
	//    4         1.4489
	//   12       0.669307
	//   25        1.37565
}

func ExampleCompartments_SteadyState() {
	m := pharm.Compartments{CL: 5, V: 50}
	c, err := m.SteadyState([]float64{0, 6, 12}, pharm.Dose{Amount: 100, Every: 12})
	if err != nil {
		panic(err)
	}
	fmt.Printf("peak %.2f, trough %.2f mg/L\n", c.C[0], c.C[2])
	// Output:
	// peak 2.86, trough 0.86 mg/L
}

func ExampleCompartments_Accumulation() {
	m := pharm.Compartments{CL: 5, V: 50}
	fmt.Printf("%.2f times the concentrations after one dose\n", m.Accumulation(12))
	// Output:
	// 1.43 times the concentrations after one dose
}

func ExampleCompartments_RateConstants() {
	m := pharm.Compartments{CL: 5, V: 20, Q2: 8, V2: 60}
	for i, l := range m.RateConstants() {
		fmt.Printf("%s: %.3f 1/h, half-life %.2f h\n", []string{"α", "β"}[i], l, math.Ln2/l)
	}
	// Output:
	// α: 0.738 1/h, half-life 0.94 h
	// β: 0.045 1/h, half-life 15.35 h
}

func ExampleDoseFit_EDCI() {
	f := ryegrass()
	for _, p := range []float64{10, 50, 90} {
		lo, hi := f.EDCI(p, 0.95)
		fmt.Printf("ED%.0f %.2f ± %.2f, 95%% from %.2f to %.2f mM\n", p, f.ED(p), f.EDSE(p), lo, hi)
	}
	// Output:
	// ED10 1.46 ± 0.19, 95% from 1.07 to 1.86 mM
	// ED50 3.06 ± 0.19, 95% from 2.67 to 3.45 mM
	// ED90 6.39 ± 0.82, 95% from 4.68 to 8.09 mM
}

func ExampleDoseFit_EDSE() {
	f := ryegrass()
	fmt.Printf("ED50 %.3f ± %.3f mM\n", f.ED(50), f.EDSE(50))
	// Output:
	// ED50 3.058 ± 0.186 mM
}

func ExampleAsymmetricFit_ED() {
	four := ryegrass()
	five, err := pharm.FitAsymmetric(four.Dose, four.Response, pharm.DoseOptions{DoseUnit: "mM", Unit: "cm"})
	if err != nil {
		panic(err)
	}
	fmt.Printf("ED10 %.2f ± %.2f mM, with four parameters %.2f ± %.2f mM\n", five.ED(10), five.EDSE(10), four.ED(10), four.EDSE(10))
	// Output:
	// ED10 1.56 ± 0.23 mM, with four parameters 1.46 ± 0.19 mM
}

func ExampleAsymmetricFit_EDSE() {
	four := ryegrass()
	five, err := pharm.FitAsymmetric(four.Dose, four.Response, pharm.DoseOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f\n", five.EDSE(50))
	// Output:
	// 0.214
}

func ExampleDoseFit_Band() {
	f := ryegrass()
	lo, hi := f.Band(2, 0.95)
	fmt.Printf("at 2 mM %.2f cm, the curve from %.2f to %.2f\n", f.At(2), lo, hi)
	// Output:
	// at 2 mM 6.19 cm, the curve from 5.59 to 6.78
}

func ExampleDoseFit_At() {
	fmt.Printf("%.2f cm at 5 mM\n", ryegrass().At(5))
	// Output:
	// 1.85 cm at 5 mM
}

func ExampleDoseFit_Curve() {
	c := ryegrass().Curve()
	fmt.Printf("%d doses from %.2g to %.2g mM\n", len(c.C), c.C[0], c.C[len(c.C)-1])
	// Output:
	// 201 doses from 0.31 to 90 mM
}

func ExampleDoseFit_Profile() {
	t, err := ryegrass().Profile(0.95)
	if err != nil {
		panic(err)
	}
	fmt.Println(t)
	// Output:
	// 95% intervals by profile likelihood
	// parameter  estimate       from        to  unit
	// Bottom      0.48141  0.0102404  0.906746  cm
	// Top         7.79296    7.40537   8.19246  cm
	// EC50        3.05796     2.6911   3.47539  mM
	// Slope      -2.98223   -4.23289  -2.18201
}

// ryegrass is the growth of roots with ferulic acid (Inderjit, Streibig and Olofsdotter
// 2002; R's drc).
func ryegrass() *pharm.DoseFit {
	dose := []float64{0, 0, 0, 0, 0, 0, 0.94, 0.94, 0.94, 1.88, 1.88, 1.88, 3.75, 3.75, 3.75, 7.5, 7.5, 7.5, 15, 15, 15, 30, 30, 30}
	root := []float64{
		7.58, 8, 8.3285714, 7.25, 7.375, 7.9625, 8.3555556, 6.9142857, 7.75, 6.8714286, 6.45, 5.9222222,
		1.925, 2.8857143, 4.2333333, 1.1875, 0.8571429, 1.0571429, 0.6875, 0.525, 0.825, 0.25, 0.22, 0.44,
	}
	f, err := pharm.FitDoseResponse(dose, root, pharm.DoseOptions{DoseUnit: "mM", Unit: "cm"})
	if err != nil {
		panic(err)
	}
	return f
}

func ExampleEffectCompartment_Response() {
	e := pharm.EffectCompartment{Ke0: 0.3, Emax: 100, EC50: 1}
	r, err := e.Response(pharm.Compartments{CL: 5, V: 50}, []float64{0, 1, 4, 12}, pharm.Dose{Amount: 100})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Table())
	// Output:
	// time  concentration   effect  effect site
	//    0              2        0            0
	//    1        1.80967  32.9785     0.492058
	//    4        1.34064  52.5477      1.10738
	//   12       0.602388  45.1036     0.821611
}

func ExampleIndirectResponse_Response() {
	i := pharm.IndirectResponse{Model: 1, Kin: 10, Kout: 0.2, Max: 0.9, C50: 0.5}
	r, err := i.Response(pharm.Compartments{CL: 5, V: 50}, []float64{0, 4, 8, 24, 48}, pharm.Dose{Amount: 100})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Table())
	// Output:
	// time  concentration   effect
	//    0              2       50
	//    4        1.34064  31.1496
	//    8       0.898658  24.6591
	//   24       0.181436   33.342
	//   48      0.0164595   47.376
}

func ExampleTolerance_Response() {
	o := pharm.Tolerance{Ktol: 0.5, T50: 1, Emax: 100, EC50: 1}
	r, err := o.Response(pharm.Compartments{CL: 5, V: 50}, []float64{1, 4, 8, 12}, pharm.Dose{Amount: 600, Duration: 12})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Table())
	// Output:
	// time  concentration   effect  tolerance
	//    1       0.951626  40.4365   0.205859
	//    4         3.2968   25.927    1.95934
	//    8        5.50671  15.5882    4.42918
	//   12        6.98806  12.0809    6.24127
}

func ExampleBliss() {
	fmt.Printf("%.2f\n", pharm.Bliss(0.4, 0.5))
	// Output:
	// 0.70
}

func ExampleLoewe() {
	a, b := pharm.MedianEffect{Dm: 10, M: 1}, pharm.MedianEffect{Dm: 2, M: 1}
	fmt.Printf("%.3f of additive drugs at half of each dose that does half\n", pharm.Loewe(5, 1, a, b))
	// Output:
	// 0.500 of additive drugs at half of each dose that does half
}

func ExampleMedianEffect_Effect() {
	m := pharm.MedianEffect{Dm: 10, M: 1.5}
	fmt.Printf("%.3f at 20, and 0.9 at %.1f\n", m.Effect(20), m.Dose(0.9))
	// Output:
	// 0.739 at 20, and 0.9 at 43.3
}

func ExampleMedianEffect_Dose() {
	fmt.Printf("%.1f\n", pharm.MedianEffect{Dm: 10, M: 1}.Dose(0.75))
	// Output:
	// 30.0
}

func ExampleCombinationIndex() {
	a, b := pharm.MedianEffect{Dm: 10, M: 1}, pharm.MedianEffect{Dm: 2, M: 1}
	fmt.Printf("%.2f: synergy\n", pharm.CombinationIndex(2.5, 0.5, 0.5, a, b))
	// Output:
	// 0.50: synergy
}

func ExampleAssociation() {
	for _, t := range []float64{1, 5, 20} { // min, 2 nM
		fmt.Printf("%2g min: %.2f\n", t, pharm.Association(t, 2, 0.06, 0.09))
	}
	// Output:
	// 1 min: 0.11
	//  5 min: 0.37
	// 20 min: 0.56
}

func ExampleDissociation() {
	fmt.Printf("%.2f after 10 min\n", pharm.Dissociation(10, 0.09))
	// Output:
	// 0.41 after 10 min
}

func ExampleRates_Kd() {
	fmt.Printf("%.1f nM\n", pharm.Rates{Kon: 0.06, Koff: 0.09}.Kd())
	// Output:
	// 1.5 nM
}

func ExampleFitAssociation() {
	t := []float64{0, 1, 2, 4, 6, 10, 15, 20}
	f, err := pharm.FitAssociation(t, []float64{0.5, 10.8, 19.4, 33, 40.9, 51.3, 55.6, 57}, "min", "fmol/mg")
	if err != nil {
		panic(err)
	}
	fmt.Println(f)
	// Output:
	// association: Plateau 58.2 ± 0.33 fmol/mg, kobs 0.2062 ± 0.0033 1/min (SE); 8 samples
}

func ExampleFitDissociation() {
	t := []float64{0, 2, 5, 10, 20, 40, 60}
	f, err := pharm.FitDissociation(t, []float64{100, 84, 66, 43, 21, 8, 6}, "min", "%")
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v; half-life %.1f min\n", f, f.HalfLife)
	// Output:
	// dissociation: B0 99.99 ± 0.34 %, koff 0.09124 ± 0.0011 1/min, NS 5.591 ± 0.33 % (SE); 7 samples; half-life 7.6 min
}

func ExampleCurveFit_At() {
	f, err := pharm.FitSaturation([]float64{0.1, 0.3, 1, 3, 10}, []float64{9, 23, 50, 75, 91}, pharm.SaturationOptions{Specific: true, LigandUnit: "nM", Unit: "fmol/mg"})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.0f fmol/mg at 2 nM\n", f.At(2))
	// Output:
	// 67 fmol/mg at 2 nM
}

func ExampleGlobalFit_Profile() {
	x, v := []float64{0, 0.2, 0.5, 0.8, 1, 1.3, 2, 3, 5}, []float64{50.4, 40.8, 27.2, 14.7, 9.9, 5.6, 2.9, 1.0, 0.9}
	f, err := pharm.FitTightBinding(x, v, pharm.GlobalOptions{XUnit: "nM"})
	if err != nil {
		panic(err)
	}
	t, err := f.Profile(0.95)
	if err != nil {
		panic(err)
	}
	fmt.Println(t)
	// Output:
	// 95% intervals by profile likelihood
	// parameter  estimate       from        to  unit
	// V0          50.5635     49.809   51.3229
	// E          0.958992   0.906739   1.00972  nM
	// Ki          0.05529  0.0443294  0.067367  nM
}

func ExampleGlobalFit_Parameter() {
	x, v := []float64{0, 0.2, 0.5, 0.8, 1, 1.3, 2, 3, 5}, []float64{50.4, 40.8, 27.2, 14.7, 9.9, 5.6, 2.9, 1.0, 0.9}
	f, err := pharm.FitTightBinding(x, v, pharm.GlobalOptions{})
	if err != nil {
		panic(err)
	}
	ki, se, err := f.Parameter("Ki")
	if err != nil {
		panic(err)
	}
	fmt.Printf("Ki %.3f ± %.3f; %.1f at 0.6\n", ki, se, f.At(0, 0.6))
	// Output:
	// Ki 0.055 ± 0.005; 22.5 at 0.6
}

func ExampleGlobalFit_At() {
	x, v := []float64{0, 0.2, 0.5, 0.8, 1, 1.3, 2, 3, 5}, []float64{50.4, 40.8, 27.2, 14.7, 9.9, 5.6, 2.9, 1.0, 0.9}
	f, err := pharm.FitTightBinding(x, v, pharm.GlobalOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.1f\n", f.At(0, 0.6))
	// Output:
	// 22.5
}

func ExampleDoseRatio() {
	fmt.Printf("%.0f times the agonist\n", pharm.DoseRatio(1e-6, 7, 1))
	// Output:
	// 11 times the agonist
}

func ExampleOperational_Effect() {
	m := pharm.Operational{Em: 100, KA: 1000, Tau: 20, N: 1}
	fmt.Printf("%.1f at 100 nM; EC50 %.0f nM, largest effect %.0f, log(τ/KA) %.1f\n", m.Effect(100), m.EC50(), m.Emax(), m.LogTransduction())
	// Output:
	// 64.5 at 100 nM; EC50 48 nM, largest effect 95, log(τ/KA) -1.7
}

func ExampleOperational_EC50() {
	full, partial := pharm.Operational{Em: 100, KA: 1000, Tau: 20, N: 1}, pharm.Operational{Em: 100, KA: 1000, Tau: 0.5, N: 1}
	fmt.Printf("%.0f and %.0f nM\n", full.EC50(), partial.EC50())
	// Output:
	// 48 and 667 nM
}

func ExampleOperational_Emax() {
	fmt.Printf("%.0f\n", pharm.Operational{Em: 100, KA: 1000, Tau: 0.5, N: 1}.Emax())
	// Output:
	// 33
}

func ExampleOperational_LogTransduction() {
	g, arrestin := pharm.Operational{Em: 100, KA: 1e-6, Tau: 20, N: 1}, pharm.Operational{Em: 100, KA: 1e-6, Tau: 2, N: 1}
	fmt.Printf("%.1f\n", g.LogTransduction()-arrestin.LogTransduction())
	// Output:
	// 1.0
}

func ExampleAllosteric_Occupied() {
	m := pharm.Allosteric{KA: 10, KB: 100, Alpha: 5}
	fmt.Printf("%.2f without, %.2f with the modulator\n", m.Occupied(10, 0), m.Occupied(10, 1000))
	// Output:
	// 0.50 without, 0.82 with the modulator
}

func ExampleAllosteric_KApparent() {
	fmt.Printf("%.1f nM\n", pharm.Allosteric{KA: 10, KB: 100, Alpha: 5}.KApparent(1000))
	// Output:
	// 2.2 nM
}

func ExampleMWC_Open() {
	m := pharm.MWC{L: 1000, KC: 100, KO: 1, N: 2}
	fmt.Printf("%.4f at rest, %.2f at 30 µM, EC50 %.1f µM\n", m.Open(0), m.Open(30), m.EC50())
	// Output:
	// 0.0010 at rest, 0.36 at 30 µM, EC50 39.2 µM
}

func ExampleMWC_EC50() {
	fmt.Printf("%.1f\n", pharm.MWC{L: 1000, KC: 100, KO: 1, N: 2}.EC50())
	// Output:
	// 39.2
}

func ExampleFitSchild() {
	s, err := pharm.FitSchild([]float64{1e-8, 1e-7, 1e-6}, []float64{1.9, 11.5, 98})
	if err != nil {
		panic(err)
	}
	fmt.Println(s)
	// Output:
	// Schild: pA2 7.97, slope 1.02 ± 0.03 (SE)
}

func ExamplePopulationFit_Individuals() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	f, err := pharm.FitPopulation(subjects, pharm.NewPopulation())
	if err != nil {
		panic(err)
	}
	t, err := f.Individuals().Select("subject", "CL", "V", "Ka")
	if err != nil {
		panic(err)
	}
	fmt.Println(t)
	// Output:
	// subject       CL        V        Ka
	// 1        1.71231  29.0323   1.73343
	// 2        3.17806  31.9689   1.93879
	// 3        2.82978  33.5377   2.30652
	// 4        2.70162  31.3933   1.19979
	// 5        2.36765  27.5547   1.52375
	// 6        3.99064  38.6019   1.08132
	// 7        3.18408  33.6094   0.73503
	// 8        3.24355  34.9255   1.34469
	// 9        2.87896  31.7998   6.21586
	// 10       1.87802  26.7837  0.764305
	// 11       3.66846  36.4584   3.38122
	// 12       2.42708  25.9949  0.945931
}

func ExamplePopulationFit_PlotIndividuals() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	f, err := pharm.FitPopulation(subjects, pharm.NewPopulation())
	if err != nil {
		panic(err)
	}
	fig := f.PlotIndividuals(6)
	fmt.Println(len(fig.Panels), "panels, the first of", fig.Panels[0].Title)
	// Output:
	// 6 panels, the first of subject 1
}

func ExampleVPC_Outside() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	f, err := pharm.FitPopulation(subjects, pharm.NewPopulation())
	if err != nil {
		panic(err)
	}
	v, err := f.VPC(pharm.VPCOptions{Runs: 300, Seed: 2})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.2f\n", v.Outside())
	// Output:
	// 0.03
}
