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
