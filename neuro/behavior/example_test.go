package behavior_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/behavior"
)

// 25 trials with a tone and 25 without.
func ExampleDPrime() {
	s, err := behavior.DPrime(20, 5, 10, 15)
	fmt.Println(s, err)
	// Output: d' = 1.09 ± 0.38, C = -0.29, beta = 0.72, A' = 0.79 (hits 80%, false alarms 40%) <nil>
}

// Nobody missed a tone: the hit rate is 1, and only a correction gives a
// finite d'.
func ExampleDPrimeCorrected() {
	_, err := behavior.DPrime(50, 0, 3, 47)
	fmt.Println(err)
	s, err := behavior.DPrimeCorrected(50, 0, 3, 47, "loglinear")
	fmt.Printf("d' = %.2f, %v\n", s.DPrime, err)
	// Output:
	// behavior: DPrime: the hit rate is 1 (50 of 50), which makes d' infinite; rates must lie between 0 and 1: use DPrimeCorrected with rule "loglinear" or "replace"
	// d' = 3.82, <nil>
}

func ExampleNewDDM() {
	d := behavior.NewDDM()
	d.A, d.V = 1.5, 2
	fmt.Println(d)
	// Output: drift diffusion: A 1.5, V 2, T0 0.3 s, Z 0.5, S 1; P(upper) 0.953
}

// The log likelihood of four responses.
func ExampleDDM_LogPDF() {
	d := behavior.NewDDM()
	sum := 0.0
	for _, r := range []struct {
		rt    float64
		upper bool
	}{{0.45, true}, {0.52, true}, {0.61, false}, {0.78, true}} {
		sum += d.LogPDF(r.rt, r.upper)
	}
	fmt.Printf("%.3f\n", sum)
	// Output: -0.734
}

// Two-alternative contrast detection, 40 trials at each of five contrasts.
func ExampleFitPsychometric() {
	contrast := []float64{1, 2, 4, 8, 16} // %
	correct := []int{21, 24, 33, 38, 40}
	total := []int{40, 40, 40, 40, 40}
	o := behavior.NewPsychometric()
	o.Unit = "%"
	p, err := behavior.FitPsychometric(contrast, correct, total, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	lo, hi := p.CI(0.75, 0.95)
	fmt.Println(p)
	fmt.Printf("95%% interval of the threshold: %.2f to %.2f%%\n", lo, hi)
	// Output:
	// weibull psychometric function: threshold 3.4 % at 0.75 correct; deviance 2.0 with 3 degrees of freedom
	// 95% interval of the threshold: 2.36 to 4.73%
}
