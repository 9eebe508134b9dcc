package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A squid axon whose sodium channels are closed one after the other.
func ExampleDrug() {
	for _, nM := range []float64{0, 0.5, 1, 5} {
		axon, err := pharm.TTX().Cell(neuron.NewHH(), nM)
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := axon.Simulate(stim.Const(10), 1000, 0.01)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%3g nM TTX: %3.0f %% of the sodium conductance, %2.0f Hz\n", nM, 100*pharm.TTX().Factor("GNa", nM), r.Rate())
	}
	// Output:
	//   0 nM TTX: 100 % of the sodium conductance, 69 Hz
	// 0.5 nM TTX:  91 % of the sodium conductance, 64 Hz
	//   1 nM TTX:  83 % of the sodium conductance,  1 Hz
	//   5 nM TTX:  50 % of the sodium conductance,  1 Hz
}

// Diazepam prolongs inhibition.
func ExampleDrug_Receptor() {
	for _, nM := range []float64{0, 27, 1000} {
		r, err := pharm.Diazepam().Receptor(synapse.NewGABAA(), nM)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%4g nM diazepam: the current decays in %.1f ms\n", nM, 1/r.Beta)
	}
	// Output:
	//    0 nM diazepam: the current decays in 5.6 ms
	//   27 nM diazepam: the current decays in 7.9 ms
	// 1000 nM diazepam: the current decays in 13.4 ms
}

// The dose that halves the firing, and the firing while the plasma clears.
func ExampleDrug_Firing() {
	f, err := pharm.TTX().Firing(neuron.NewHH(), []float64{0, 0.5, 1, 1.5, 2, 4}, []float64{10, 20}, 500, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("half the rate at %.2f nM under 10 µA/cm², at %.2f nM under 20\n", f.Half(10), f.Half(20))
	plasma, err := pharm.Compartments{CL: 1, V: 2}.Concentration([]float64{0, 1, 2, 4}, pharm.Dose{Amount: 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := f.Over(plasma, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range e.T {
		fmt.Printf("%g h: %.1f nM, %2.0f Hz\n", t, e.C[i], e.E[i])
	}
	// Output:
	// half the rate at 0.73 nM under 10 µA/cm², at 1.73 nM under 20
	// 0 h: 3.0 nM,  3 Hz
	// 1 h: 1.8 nM, 31 Hz
	// 2 h: 1.1 nM, 81 Hz
	// 4 h: 0.4 nM, 85 Hz
}

// A blocker that is trapped in closed channels acts pulse by pulse.
func ExampleOpenBlock() {
	glutamate := neuro.Trace{Dt: 1, Y: make([]float64, 4000)} // mM; 5 ms of 1 mM each second
	for i := range glutamate.Y {
		if i%1000 < 5 {
			glutamate.Y[i] = 1
		}
	}
	for _, uM := range []float64{0, 3} {
		s, err := pharm.OpenBlock(synapse.NewNMDAScheme(), 0.003, 0.0005, uM, true)
		if err != nil {
			fmt.Println(err)
			return
		}
		start := make([]float64, len(s.States()))
		start[0] = 1
		k, err := s.Simulate(glutamate, start)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%g µM: largest open share by pulse", uM)
		for p := range 4 {
			peak := 0.0
			for _, y := range k.Open.Y[1000*p : 1000*(p+1)] {
				peak = max(peak, y)
			}
			fmt.Printf(" %.3f", peak)
		}
		fmt.Println()
	}
	// Output:
	// 0 µM: largest open share by pulse 0.297 0.293 0.293 0.293
	// 3 µM: largest open share by pulse 0.273 0.193 0.139 0.102
}

// What glutamate opens by the kinetics of the NMDA receptor.
func ExampleAgonistCurve() {
	c, err := pharm.AgonistCurve(synapse.NewNMDAScheme(), 1e-4, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("half at %.1f µM, Hill coefficient %.2f, at most %.0f %% open\n", 1000*c.EC50, c.N, 100*c.E[200])
	// Output: half at 2.0 µM, Hill coefficient 1.56, at most 22 % open
}

// A charged blocker is driven out by depolarisation.
func ExampleWoodhull() {
	mg := pharm.Woodhull{Kd0: 4, Z: 2, Delta: 0.8} // mM
	for _, mV := range []float64{-80, -40, 0, 40} {
		fmt.Printf("%3g mV: %5.1f %% of the channels pass with 1 mM\n", mV, 100*mg.Left(1, mV))
	}
	// Output:
	// -80 mV:   2.5 % of the channels pass with 1 mM
	// -40 mV:  24.1 % of the channels pass with 1 mM
	//   0 mV:  80.0 % of the channels pass with 1 mM
	//  40 mV:  98.1 % of the channels pass with 1 mM
}
