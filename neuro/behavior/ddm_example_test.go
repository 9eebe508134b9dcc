package behavior_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/behavior"
)

func ExampleDDM_LogLikelihood() {
	d := behavior.DDM{A: 1.3, V: 1, T0: 0.3, Z: 0.5, S: 1}
	trials, _ := d.Simulate(500, 0.001, 1)
	fmt.Printf("%.2f\n", d.LogLikelihood(trials.RT, trials.Upper))
	d.SV = 1
	fmt.Printf("%.2f with a drift that varies\n", d.LogLikelihood(trials.RT, trials.Upper))
	// Output:
	// -150.26
	// -162.09 with a drift that varies
}

func ExampleFitDDM_conditions() {
	var rt []float64
	var upper []bool
	var light []string
	for i, drift := range []float64{0.5, 2} {
		d := behavior.DDM{A: 1.3, V: drift, T0: 0.3, Z: 0.5, S: 1}
		trials, _ := d.Simulate(300, 0.001, uint64(i))
		rt, upper = append(rt, trials.RT...), append(upper, trials.Upper...)
		for range trials.RT {
			light = append(light, []string{"dim", "bright"}[i])
		}
	}
	f, err := behavior.FitDDM(rt, upper, behavior.DDMFitOptions{Unbiased: true, By: map[string][]string{"V": light}})
	fmt.Println(f, err)
	fmt.Println(f.Predict())
	// Output:
	// drift diffusion, 600 trials: A 1.291 ± 0.029, V[bright] 2.055 ± 0.117, V[dim] 0.484 ± 0.091, T0 0.299 ± 0.004 s, Z 0.5 (held) (SE, S 1); log likelihood -114.33 <nil>
	// drift diffusion in 2 conditions: proportions within 0.004 of the data, mean times at the upper boundary within 0.014 s
}

func ExampleFitDDMGroup() {
	var rt []float64
	var upper []bool
	var who []string
	for s, drift := range []float64{0.5, 0.8, 1, 1.2, 1.4, 1.9} {
		d := behavior.DDM{A: 1.3 + 0.05*drift, V: drift, T0: 0.3, Z: 0.5, S: 1}
		trials, _ := d.Simulate(60, 0.001, uint64(s))
		rt, upper = append(rt, trials.RT...), append(upper, trials.Upper...)
		for range trials.RT {
			who = append(who, fmt.Sprint("s", s+1))
		}
	}
	g, err := behavior.FitDDMGroup(rt, upper, who, behavior.DDMFitOptions{Unbiased: true})
	fmt.Println(g, err)
	// Output:
	// drift diffusion of 6 subjects: A 1.363 (1.266 to 1.467), V 1.124 (0.552 to 1.696), T0 0.299 (0.284 to 0.316); median of the population, 95% limits <nil>
}

func ExampleLBA() {
	l := behavior.LBA{A: 0.5, B: 1, T0: 0.2, V: []float64{2, 1}}
	for _, t := range []float64{0.4, 0.6, 0.8, 1.2} {
		fmt.Printf("%.1f s: %.4f\n", t, l.CDF(t, 0))
	}
	// Output:
	// 0.4 s: 0.0803
	// 0.6 s: 0.5070
	// 0.8 s: 0.6533
	// 1.2 s: 0.7064
}

func ExampleDDM_HDDM() {
	d := behavior.DDM{A: 0.16, V: 0.25, T0: 0.3, Z: 0.5, S: 0.1} // Ratcliff's scale
	h := d.HDDM()
	fmt.Printf("HDDM: a %.2f, v %.2f, t %.2f\n", h.A, h.V, h.T)
	p := d.PyDDM()
	fmt.Printf("PyDDM: drift %.2f, noise %.1f, B %.2f\n", p.Drift, p.Noise, p.B)
	// Output:
	// HDDM: a 1.60, v 2.50, t 0.30
	// PyDDM: drift 0.25, noise 0.1, B 0.08
}
