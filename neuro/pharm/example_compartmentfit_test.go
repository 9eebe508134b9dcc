package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// Plasma theophylline of one subject after 4.4 mg/kg by mouth.
func ExampleFitCompartments() {
	t := []float64{0, 0.27, 0.52, 1, 1.92, 3.5, 5.02, 7.03, 9, 12, 24.3}        // h
	c := []float64{0, 1.72, 7.91, 8.31, 8.33, 6.85, 6.08, 5.4, 4.55, 3.01, 0.9} // mg/L
	f, err := pharm.FitCompartments(t, c, 1, []pharm.Dose{{Amount: 4.4, Oral: true}}, "h", "mg/L")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	// The unit of the doses makes it a clearance in L/h/kg.
	f, err = pharm.FitCompartmentsBy(t, c, []pharm.Dose{{Amount: 4.4, Oral: true}}, pharm.CompartmentOptions{TUnit: "h", CUnit: "mg/L", DoseUnit: "mg/kg"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	// Output:
	// 1-compartment model: CL 0.04477 ± 0.0074 dose/(mg/L h), V 0.4403 ± 0.053 dose/(mg/L), Ka 1.943 ± 0.58 1/h (SE); 11 samples
	// 1-compartment model: CL 0.04477 ± 0.0074 L/h/kg, V 0.4403 ± 0.053 L/kg, Ka 1.943 ± 0.58 1/h (SE); 11 samples
}
