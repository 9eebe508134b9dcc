package plasticity_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

func Example() {
	w := [][]float64{{0.5}}
	pre := []neuro.Spikes{{10, 50}}
	post := []neuro.Spikes{{15}}
	after, err := plasticity.NewSTDP().Update(w, pre, post)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.6f\n", after[0][0])
	// Output: 0.502982
}

func ExampleNewSTDP() {
	p := plasticity.NewSTDP()
	fmt.Printf("depression to potentiation: %.2f\n", p.AMinus*p.TauMinus/(p.APlus*p.TauPlus))
	// Output: depression to potentiation: 1.05
}

func ExampleSTDP_Kernel() {
	p := plasticity.NewSTDP()
	for _, dt := range []float64{-20, -5, 0, 5, 20} { // tPost - tPre, ms
		fmt.Printf("%4g ms  %+.5f\n", dt, p.Kernel(dt))
	}
	// Output:
	//  -20 ms  -0.00193
	//   -5 ms  -0.00409
	//    0 ms  +0.00000
	//    5 ms  +0.00389
	//   20 ms  +0.00184
}

func ExampleSTDP_Update() {
	// One presynaptic neuron fires 5 ms before, another 5 ms after the cell.
	w := [][]float64{{0.5}, {0.5}}
	pre := []neuro.Spikes{{95, 195, 295}, {105, 205, 305}}
	post := []neuro.Spikes{{100, 200, 300}}
	after, err := plasticity.NewSTDP().Update(w, pre, post)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("causal %.4f, anticausal %.4f\n", after[0][0], after[1][0])
	_, err = plasticity.NewSTDP().Update(w, pre, []neuro.Spikes{{200, 100}})
	fmt.Println(err)
	// Output:
	// causal 0.5116, anticausal 0.4878
	// plasticity: STDP.Update: post[0]: spike 1 at 100 ms comes after one at 200 ms; times must ascend (sort them first)
}

func ExampleHebb() {
	fmt.Println(plasticity.Hebb([]float64{10, 20}, []float64{1, 0, 5}, 0.01))
	// Output: [[0.1 0 0.5] [0.2 0 1]]
}

func ExampleOja() {
	w := []float64{0.6, 0.8}
	x := []float64{1, 0}
	y := w[0]*x[0] + w[1]*x[1]
	fmt.Printf("%.4f\n", plasticity.Oja(w, x, y, 0.1))
	// Output: [0.0384 -0.0288]
}

func ExampleFrequencyCurve() {
	// 60 pairs, 10 ms apart in either order, in visual cortex
	for _, dt := range []float64{10, -10} {
		c, err := plasticity.FrequencyCurve(plasticity.NewTriplet(), []float64{0.1, 10, 20, 40, 50}, 1, 60, dt)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%+3g ms: %+.2f\n", dt, c.Change)
	}
	// Output:
	// +10 ms: [+0.00 +0.12 +0.23 +0.53 +0.76]
	// -10 ms: [-0.32 -0.33 -0.34 +0.17 +0.75]
}

func ExampleClopath_Run() {
	v := neuro.Trace{Unit: "mV", Dt: 0.1, Y: make([]float64, 1000)}
	for k := range v.Y {
		v.Y[k] = -20 // held
	}
	w, err := plasticity.NewClopath().Run(1, neuro.Spikes{20}, v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("held at -20 mV: %+.3f\n", w.Y[len(w.Y)-1]-1)
	// Output: held at -20 mV: +0.094
}

func ExampleGraupnerBrunel_Strength() {
	// 60 pairs at 1 Hz on a population of synapses
	for _, set := range []string{"DP", "DPD", "P"} {
		p, err := plasticity.GraupnerBrunelSet(set)
		if err != nil {
			fmt.Println(err)
			return
		}
		c, err := plasticity.Window(p.Strength(), []float64{-25, -10, 5, 20}, 1, 60, 1) // tPost - tPre, ms
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-3s %+.2f\n", set, c.Change)
	}
	// Output:
	// DP  [-0.27 -0.12 +0.24 +0.17]
	// DPD [-0.00 -0.14 +0.19 -0.13]
	// P   [+0.08 +0.23 +0.26 +0.10]
}

func ExampleInhibitorySTDP() {
	p := plasticity.NewInhibitorySTDP()
	for _, hz := range []float64{1, 3, 10} { // of the postsynaptic cell; 20 Hz before it
		fmt.Printf("%2g Hz: %+.4f per s\n", hz, p.Drift(20, hz))
	}
	// Output:
	//  1 Hz: -0.0160 per s
	//  3 Hz: +0.0000 per s
	// 10 Hz: +0.0560 per s
}

func ExampleRewardSTDP_Learn() {
	p := plasticity.NewRewardSTDP()
	pre, post := neuro.Spikes{100}, neuro.Spikes{110} // ms
	for _, after := range []float64{0, 500, 2000} {
		w, err := p.Learn(1, pre, post, []plasticity.Reward{{T: 110 + after, Amount: 0.05}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("reward after %4g ms: %.3f\n", after, w)
	}
	// Output:
	// reward after    0 ms: 1.518
	// reward after  500 ms: 1.319
	// reward after 2000 ms: 1.081
}

func ExampleSynapticScaling() {
	p := plasticity.NewSynapticScaling() // to 10 Hz
	for _, hz := range []float64{5, 10, 20} {
		w, err := p.Run(1, nil, plasticity.Regular(int(hz*600), hz)) // 10 min
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%2g Hz: weight %.2f\n", hz, w)
	}
	// Output:
	//  5 Hz: weight 1.18
	// 10 Hz: weight 1.00
	// 20 Hz: weight 0.72
}

func ExampleTagTriggerConsolidation_Run() {
	p := plasticity.NewTagTriggerConsolidation()
	strong := []plasticity.Induction{{At: 0, High: 0.9}, {At: 600, High: 0.9}, {At: 1200, High: 0.9}}
	weak := plasticity.Induction{At: 2400, Group: 1, High: 0.25} // 20 min after
	for _, protocol := range [][]plasticity.Induction{{weak}, append(strong, weak)} {
		r, err := p.Run(2, 100, 0.3, protocol, 10*3600, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("weak tetanus, with %d others: weight after 10 h %.2f\n", len(protocol)-1, r.Weight[1][36000])
	}
	// Output:
	// weak tetanus, with 0 others: weight after 10 h 1.00
	// weak tetanus, with 3 others: weight after 10 h 1.08
}
