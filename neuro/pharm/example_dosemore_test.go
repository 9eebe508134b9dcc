package pharm_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// A competitor that finds two classes of sites.
func ExampleFitBiphasic() {
	var dose, bound []float64
	for _, p := range []float64{-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5} {
		x := math.Pow(10, p) // nM
		dose = append(dose, x)
		bound = append(bound, 100*(0.4/(1+x/0.3)+0.6/(1+x/50)))
	}
	f, err := pharm.FitBiphasic(dose, bound, pharm.NewDoseResponse())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f%% of the sites at %.2f nM, the rest at %.0f nM\n", 100*f.Share, f.Low, f.High)
	// Output: 40% of the sites at 0.30 nM, the rest at 50 nM
}

// A curve of seven doses is symmetric as far as its samples tell: S is 1 within
// its error.
func ExampleFitAsymmetric() {
	dose := []float64{0.1, 0.3, 1, 3, 10, 30, 100}
	response := []float64{3.1, 8.4, 22.5, 48.0, 75.2, 90.1, 96.7}
	f, err := pharm.FitAsymmetric(dose, response, pharm.NewDoseResponse())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("EC50 %.2f nM, asymmetry %.2f ± %.2f\n", f.EC50, f.Asymmetry, f.SE[4])
	// Output: EC50 3.36 nM, asymmetry 1.20 ± 0.25
}
