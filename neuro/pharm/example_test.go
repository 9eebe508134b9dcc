package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// An agonist with an EC50 of 50 nM at three concentrations.
func ExampleHill() {
	for _, c := range []float64{0, 50, 500} {
		fmt.Printf("%3g nM: %5.1f%%\n", c, pharm.Hill(c, 100, 50, 1.5))
	}
	// Output:
	//   0 nM:   0.0%
	//  50 nM:  50.0%
	// 500 nM:  96.9%
}

func ExampleHillCurve() {
	c, err := pharm.HillCurve(100, 50, 1.5, 1, 1000)
	c.CUnit, c.EUnit = "nM", "%"
	n := len(c.C)
	fmt.Printf("%d points, from %.1f%% at %g nM to %.1f%% at %g nM, %v\n", n, c.E[0], c.C[0], c.E[n-1], c.C[n-1], err)
	// Output: 201 points, from 0.3% at 1 nM to 98.9% at 1000 nM, <nil>
}

// Plasma theophylline of one subject after 4.4 mg/kg by mouth.
func ExampleNCA() {
	t := []float64{0, 0.27, 0.52, 1, 1.92, 3.5, 5.02, 7.03, 9, 12, 24.3}        // h
	c := []float64{0, 1.72, 7.91, 8.31, 8.33, 6.85, 6.08, 5.4, 4.55, 3.01, 0.9} // mg/L
	r, err := pharm.NCA(t, c, 4.4, pharm.NewNCA())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("CMax %.2f mg/L at %.2f h\n", r.CMax, r.TMax)
	fmt.Printf("AUC %.1f, to infinity %.1f mg h/L\n", r.AUC, r.AUCInf)
	fmt.Printf("half-life %.1f h, clearance %.4f L/h/kg\n", r.HalfLife, r.CL)
	// Output:
	// CMax 8.33 mg/L at 1.92 h
	// AUC 91.5, to infinity 100.2 mg h/L
	// half-life 6.7 h, clearance 0.0439 L/h/kg
}

// A blocker's IC50 from one cell, in percent of the control current.
func ExampleFitDoseResponse() {
	dose := []float64{0, 1, 3, 10, 30, 100, 300}     // nM
	current := []float64{100, 97, 88, 68, 38, 15, 6} // % of control
	f, err := pharm.FitDoseResponse(dose, current, pharm.NewDoseResponse())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("IC50 %.1f ± %.1f nM, Hill coefficient %.2f\n", f.EC50, f.SE.EC50, -f.Slope)
	// Output: IC50 18.7 ± 0.6 nM, Hill coefficient 1.11
}

func ExampleDoseFit_ED() {
	dose := []float64{0, 1, 3, 10, 30, 100, 300}
	current := []float64{100, 97, 88, 68, 38, 15, 6}
	f, _ := pharm.FitDoseResponse(dose, current, pharm.NewDoseResponse())
	lo, hi := f.EDCI(90, 0.95)
	fmt.Printf("90%% block at %.0f nM (95%% from %.0f to %.0f)\n", f.ED(90), lo, hi)
	// Output: 90% block at 135 nM (95% from 102 to 167)
}
