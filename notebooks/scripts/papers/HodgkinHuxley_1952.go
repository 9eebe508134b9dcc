//go:build ignore

// Command HodgkinHuxley_1952 repeats the action potential of the squid axon at two
// temperatures, and what was later found about its repetitive firing.
//
//	neurorepl run notebooks/scripts/papers/HodgkinHuxley_1952.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Hodgkin and Huxley 1952: the action potential of the squid axon
	//
	// *A quantitative description of membrane current and its application to conduction and excitation in nerve*, J Physiol
	// 117:500. A shock that charges the membrane by 15 mV makes an action potential; at 18.5 °C the gates are
	// $3^{1.22}$ = 3.8 times faster than at 6.3 °C.

	// %%
	shock := func(temp, mV float64) *neuron.Result {
		axon := neuron.NewHH()
		axon.Temp = temp
		r, err := axon.Simulate(stim.Step(mV*100, 1, 1.01), 12, 0.001) // 1 uF/cm2: mV in 0.01 ms
		check(err)
		return r
	}
	cold, warm := shock(6.3, 15), shock(18.5, 15)
	cold.V.Name, warm.V.Name = "V at 6.3 °C", "V at 18.5 °C"
	display.Show(plot.Trace(cold.V, warm.V))

	// %% [markdown]
	// ## Threshold, and repetitive firing
	//
	// Figure 12 of the paper shows that 7 mV excite the membrane at 6 °C and 6 mV do not. Under a constant current the axon
	// fires for good from 6.2 to 6.3 µA/cm² on; its rest loses and regains its stability in Hopf bifurcations at 9.78 and 154.5
	// µA/cm² (Rinzel and Miller 1980, Math Biosci 49:27).

	// %%
	peak := func(r *neuron.Result) float64 {
		p := math.Inf(-1)
		for _, v := range r.V.Y {
			p = math.Max(p, v)
		}
		return p
	}
	fi, err := neuron.FICurve(neuron.NewHH(), []float64{2, 4, 6, 6.2, 6.3, 6.5, 7, 8, 10, 15, 20, 30, 50, 80, 120, 150, 160}, 500, 0.02)
	check(err)
	display.Show(fi)

	// %%
	e, err := neuron.FindEquilibria(neuron.NewHH(), -70, -30)
	check(err)
	display.Show(e)

	// %%
	onset, err := neuron.Rheobase(neuron.NewHH(), 5, 8, 0.005, 25, 500, 0.02)
	check(err)
	number := func(x float64, digits int) string { return fmt.Sprintf("%.*f", digits, x) }
	display.Show(table.Table{Title: "Hodgkin and Huxley 1952", Cols: []table.Col{
		{Name: "quantity", Text: []string{"peak after a shock of 7 mV, mV", "peak after a shock of 6 mV, mV", "gates at 18.5 over 6.3 °C",
			"onset of repetitive firing, µA/cm²", "first Hopf point, µA/cm²", "second Hopf point, µA/cm²"}},
		{Name: "paper", Text: []string{"action potential", "none", "3.82", "6.2 to 6.3", "9.78", "154.5"}},
		{Name: "here", Text: []string{number(peak(shock(6.3, 7)), 1), number(peak(shock(6.3, 6)), 1), number(math.Pow(3, 1.22), 2),
			number(onset, 3), number(e.Bifurcations[0].I, 3), number(e.Bifurcations[1].I, 2)}},
	}})
}
