package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// A radioligand with nonspecific binding at six concentrations.
func ExampleFitSaturation() {
	free := []float64{0.1, 0.3, 1, 3, 10, 30}     // nM
	bound := []float64{14, 33, 70, 101, 137, 192} // fmol/mg
	f, err := pharm.FitSaturation(free, bound, pharm.SaturationOptions{LigandUnit: "nM", Unit: "fmol/mg"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	// Output: saturation binding: Bmax 119.9 ± 1.8 fmol/mg, Kd 0.7994 ± 0.035 nM, NS 2.512 ± 0.073 fmol/mg/nM (SE); 6 samples
}

// Half of 2 nM of a radioligand with a Kd of 1 nM is displaced by 50 nM.
func ExampleChengPrusoff() {
	fmt.Printf("Ki %.1f nM\n", pharm.ChengPrusoff(50, 2, 1))
	// Output: Ki 16.7 nM
}

// A slow competitor: binding of the labelled ligand overshoots.
func ExampleCompetitiveAssociation() {
	ligand, slow := pharm.Rates{Kon: 1e7, Koff: 0.01}, pharm.Rates{Kon: 5e6, Koff: 0.002} // 1/(M s), 1/s
	for _, t := range []float64{10, 30, 1000} {
		fmt.Printf("%4g s: %.1f%%\n", t, 100*pharm.CompetitiveAssociation(t, 2e-9, 10e-9, ligand, slow))
	}
	// Output:
	//   10 s: 13.7%
	//   30 s: 21.5%
	// 1000 s: 7.2%
}

// Distribution volumes of five regions without and with a blocking drug.
func ExampleFitLassen() {
	l, err := pharm.FitLassen([]float64{1.2, 2.5, 4, 6.5, 9}, []float64{0.99, 1.355, 1.95, 2.735, 3.69})
	fmt.Println(l, err)
	// Output: Lassen plot: occupancy 65.3 ± 0.9% (SE), VND 0.819; 5 regions <nil>
}
