package pharm_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// steps are doses from lo, each three times the one before, with a small error that
// repeats.
func steps(name string, level, lo float64, n int, at func(x float64) float64) pharm.Series {
	s := pharm.Series{Name: name, Level: level}
	for i := range n {
		x := lo * math.Pow(3, float64(i))
		s.X = append(s.X, x)
		s.Y = append(s.Y, at(x)+2*math.Sin(float64(7*i*i)+3*level*1e7))
	}
	return s
}

func ExampleFitDoseResponses() {
	series := []pharm.Series{
		steps("wild type", 0, 0.1, 9, func(x float64) float64 { return 5 + pharm.Hill(x, 90, 3, 1.2) }),
		steps("mutant", 1, 0.1, 9, func(x float64) float64 { return 5 + pharm.Hill(x, 90, 20, 1.2) }),
	}
	o := pharm.GlobalOptions{Shared: []string{"Bottom", "Top", "Slope"}, XUnit: "nM", YUnit: "%"}
	own, err := pharm.FitDoseResponses(series, false, o)
	if err != nil {
		panic(err)
	}
	o.Shared = append(o.Shared, "EC50")
	common, err := pharm.FitDoseResponses(series, false, o)
	if err != nil {
		panic(err)
	}
	test, err := pharm.CompareFits(common, own)
	if err != nil {
		panic(err)
	}
	fmt.Println(own)
	fmt.Printf("one EC50 for both: F(%d, %d) = %.0f, p = %.0e\n", test.DF1, test.DF2, test.F, test.P)
	// Output:
	// dose response: Bottom 5.273 ± 0.76 %, Top 95.06 ± 0.74 %, EC50 (wild type) 3.068 ± 0.14 nM, EC50 (mutant) 19 ± 0.85 nM, Slope 1.155 ± 0.045, S 1 (fixed) (SE); 2 curves, 18 samples
	// one EC50 for both: F(1, 13) = 1194, p = 4e-14
}

func ExampleCompareFits() {
	series := []pharm.Series{
		steps("before", 0, 0.1, 8, func(x float64) float64 { return pharm.Hill(x, 100, 3, 1) }),
		steps("after", 1, 0.1, 8, func(x float64) float64 { return pharm.Hill(x, 100, 3.1, 1) }),
	}
	o := pharm.GlobalOptions{Shared: []string{"Top"}, Fixed: map[string]float64{"Bottom": 0, "Slope": 1}}
	own, err := pharm.FitDoseResponses(series, false, o)
	if err != nil {
		panic(err)
	}
	o.Shared = []string{"Top", "EC50"}
	common, err := pharm.FitDoseResponses(series, false, o)
	if err != nil {
		panic(err)
	}
	test, err := pharm.CompareFits(common, own)
	if err != nil {
		panic(err)
	}
	fmt.Println(test)
	// Output:
	// F(1, 13) = 0.2341, p = 0.6365; AICc +3.35 for the larger model
}

func ExampleFitGaddum() {
	var series []pharm.Series
	for _, b := range []float64{0, 1e-8, 1e-7, 1e-6} {
		series = append(series, steps(fmt.Sprintf("%g M", b), b, 1e-9, 13, func(x float64) float64 { return pharm.Gaddum(x, 100, 3e-8, 1.1, b, 8, 1) }))
	}
	f, err := pharm.FitGaddum(series, pharm.GlobalOptions{Fixed: map[string]float64{"Bottom": 0}, XUnit: "M"})
	if err != nil {
		panic(err)
	}
	fmt.Println(f)
	// Output:
	// Gaddum: pA2 7.986 ± 0.034, slope 0.997 ± 0.016 (SE); slope 1: F(1, 47) = 0.0267, p = 0.871; 4 curves
}

func ExampleFitOperational() {
	// One agonist before and after receptors were inactivated.
	var series []pharm.Series
	for i, tau := range []float64{30, 5, 0.7} {
		m := pharm.Operational{Em: 100, KA: 50, Tau: tau, N: 1}
		series = append(series, steps([]string{"control", "few lost", "most lost"}[i], 0, 0.1, 12, m.Effect))
	}
	f, err := pharm.FitOperational(series, pharm.GlobalOptions{Shared: []string{"KA"}, XUnit: "nM"})
	if err != nil {
		panic(err)
	}
	ka, se, err := f.Parameter("KA")
	if err != nil {
		panic(err)
	}
	fmt.Printf("KA %.0f ± %.0f nM\n", ka, se)
	// Output:
	// KA 64 ± 6 nM
}

func ExampleFitAllosteric() {
	var series []pharm.Series
	for _, b := range []float64{0, 0.3, 3, 30} {
		shift := (1 + b/2) / (1 + 8*b/2)
		series = append(series, steps(fmt.Sprintf("%g µM", b), b, 0.1, 10, func(x float64) float64 { return pharm.Hill(x, 100, 20*shift, 1) }))
	}
	f, err := pharm.FitAllosteric(series, pharm.GlobalOptions{XUnit: "nM"})
	if err != nil {
		panic(err)
	}
	for _, n := range []string{"KB", "Alpha"} {
		v, se, err := f.Parameter(n)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s %.1f ± %.1f\n", n, v, se)
	}
	// Output:
	// KB 1.7 ± 0.2
	// Alpha 7.6 ± 0.4
}

func ExampleFitBindingKinetics() {
	var series []pharm.Series
	for _, l := range []float64{0.5, 2, 8} { // nM; washed out after 20 min
		s := pharm.Series{Name: fmt.Sprintf("%g nM", l), Level: l}
		for i, t := range []float64{0.5, 1, 2, 3, 5, 8, 12, 16, 20, 22, 25, 30, 40} {
			b := 100 * pharm.Association(min(t, 20), l, 0.06, 0.09) * pharm.Dissociation(max(t-20, 0), 0.09)
			s.X, s.Y = append(s.X, t), append(s.Y, b+math.Sin(float64(i*i)+l))
		}
		series = append(series, s)
	}
	f, err := pharm.FitBindingKinetics(series, 20, pharm.GlobalOptions{XUnit: "min"})
	if err != nil {
		panic(err)
	}
	kon, _, _ := f.Parameter("kon")
	koff, _, _ := f.Parameter("koff")
	fmt.Printf("kon %.3f /nM/min, koff %.3f /min, Kd %.2f nM\n", kon, koff, pharm.Rates{Kon: kon, Koff: koff}.Kd())
	// Output:
	// kon 0.059 /nM/min, koff 0.088 /min, Kd 1.49 nM
}

func ExampleFitTightBinding() {
	x := []float64{0, 0.2, 0.5, 0.8, 1, 1.3, 2, 3, 5}
	v := []float64{50.4, 40.8, 27.2, 14.7, 9.9, 5.6, 2.9, 1.0, 0.9}
	f, err := pharm.FitTightBinding(x, v, pharm.GlobalOptions{XUnit: "nM"})
	if err != nil {
		panic(err)
	}
	fmt.Println(f)
	// Output:
	// tight binding: V0 50.56 ± 0.31, E 0.959 ± 0.022 nM, Ki 0.05529 ± 0.0048 nM (SE); 1 curves, 9 samples
}

func ExampleFitCompartmentsBy() {
	m := pharm.Compartments{V: 20, Vmax: 10, Km: 1}
	times := []float64{0.5, 1, 2, 4, 8, 12, 16, 20, 24}
	c, err := m.Concentration(times, pharm.Dose{Amount: 200})
	if err != nil {
		panic(err)
	}
	o := pharm.NewCompartments()
	o.Saturable, o.TUnit, o.CUnit = true, "h", "mg/L"
	f, err := pharm.FitCompartmentsBy(times, c.C, []pharm.Dose{{Amount: 200}}, o)
	if err != nil {
		panic(err)
	}
	fmt.Printf("V %.1f L, Vmax %.1f mg/h, Km %.2f mg/L\n", f.V, f.Vmax, f.Km)
	// Output:
	// V 20.0 L, Vmax 10.0 mg/h, Km 1.00 mg/L
}

func ExampleCurveFit_Profile() {
	// The rate of an enzyme in treated cells (R's Puromycin).
	conc := []float64{0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1}
	rate := []float64{76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200}
	f, err := pharm.FitSaturation(conc, rate, pharm.SaturationOptions{Specific: true})
	if err != nil {
		panic(err)
	}
	p, err := f.Profile(0.95)
	if err != nil {
		panic(err)
	}
	fmt.Printf("Vmax %.1f, %.1f to %.1f\n", f.Estimate[0], p.Cols[2].Num[0], p.Cols[3].Num[0])
	fmt.Printf("Km %.4f, %.4f to %.4f\n", f.Estimate[1], p.Cols[2].Num[1], p.Cols[3].Num[1])
	// Output:
	// Vmax 212.7, 197.3 to 229.3
	// Km 0.0641, 0.0469 to 0.0862
}
