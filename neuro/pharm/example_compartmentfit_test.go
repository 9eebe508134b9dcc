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
	fmt.Printf("CL %.4f L/h/kg, V %.3f L/kg, Ka %.2f 1/h\n", f.CL, f.V, f.Ka)
	// Output: CL 0.0448 L/h/kg, V 0.440 L/kg, Ka 1.94 1/h
}
