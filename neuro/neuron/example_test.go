package neuron_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

func Example() {
	axon := neuron.NewHH()
	r, err := axon.Simulate(stim.Const(10), 100, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d spikes, %g Hz, the first at %.2f ms\n", r.Count(), r.Rate(), r.Spikes[0])
	// Output: 7 spikes, 70 Hz, the first at 1.90 ms
}

func ExampleHH_Simulate() {
	ttx := neuron.NewHH()
	ttx.GNa = 0 // tetrodotoxin blocks the sodium channels
	for _, axon := range []neuron.HH{neuron.NewHH(), ttx} {
		r, err := axon.Simulate(stim.Step(10, 20, 60), 80, 0.01)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("GNa %g mS/cm2: %d spikes\n", axon.GNa, r.Count())
	}
	_, err := neuron.HH{}.Simulate(stim.Const(10), 100, 0.01)
	fmt.Println(err)
	// Output:
	// GNa 120 mS/cm2: 3 spikes
	// GNa 0 mS/cm2: 0 spikes
	// neuron: HH: C is 0 uF/cm2; it must be positive and finite (NewHH gives the usual values)
}

func ExampleNewHH() {
	axon := neuron.NewHH()
	fmt.Printf("ENa %g, EK %g, EL %g mV\n", axon.ENa, axon.EK, axon.EL)
	// Output: ENa 50, EK -77, EL -54.387 mV
}

func ExampleHH_SteadyState() {
	axon := neuron.NewHH()
	for _, v := range []float64{-65, -40, 0} {
		s := axon.SteadyState(v)
		fmt.Printf("%3g mV: n %.3f  m %.3f  h %.3f\n", s.V, s.N, s.M, s.H)
	}
	// Output:
	// -65 mV: n 0.318  m 0.053  h 0.596
	// -40 mV: n 0.679  m 0.501  h 0.050
	//   0 mV: n 0.909  m 0.974  h 0.003
}

func ExampleHH_Step() {
	axon := neuron.NewHH()
	s := axon.SteadyState(-65)
	for range 200 { // 2 ms under 20 uA/cm2
		s = axon.Step(s, 0.01, 20)
	}
	fmt.Printf("V %.1f mV, n %.2f, m %.2f, h %.2f\n", s.V, s.N, s.M, s.H)
	// Output: V 23.7 mV, n 0.67, m 0.99, h 0.22
}

func ExampleHH_AlphaN() {
	// The opening rate of potassium channels, also where the formula is 0/0.
	axon := neuron.NewHH()
	fmt.Printf("%.4f %.4f %.4f /ms\n", axon.AlphaN(-65), axon.AlphaN(-55), axon.AlphaN(0))
	// Output: 0.0582 0.1000 0.5523 /ms
}

func ExampleHH_BetaN() {
	fmt.Printf("%.4f /ms\n", neuron.NewHH().BetaN(-65))
	// Output: 0.1250 /ms
}

func ExampleHH_AlphaM() {
	axon := neuron.NewHH()
	fmt.Printf("%.4f %.4f %.4f /ms\n", axon.AlphaM(-65), axon.AlphaM(-40), axon.AlphaM(0))
	// Output: 0.2236 1.0000 4.0746 /ms
}

func ExampleHH_BetaM() {
	fmt.Printf("%.4f /ms\n", neuron.NewHH().BetaM(-65))
	// Output: 4.0000 /ms
}

func ExampleHH_AlphaH() {
	fmt.Printf("%.4f /ms\n", neuron.NewHH().AlphaH(-65))
	// Output: 0.0700 /ms
}

func ExampleHH_BetaH() {
	fmt.Printf("%.4f /ms\n", neuron.NewHH().BetaH(-65))
	// Output: 0.0474 /ms
}

func ExampleNewLIF() {
	m := neuron.NewLIF()
	fmt.Printf("time constant %g ms, rheobase %g uA/cm2\n", m.C/m.GL, m.GL*(m.VTh-m.EL))
	// Output: time constant 10 ms, rheobase 2 uA/cm2
}

func ExampleLIF_Simulate() {
	r, err := neuron.NewLIF().Simulate(stim.Const(2.5), 60, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range r.Spikes { // 10 ln 5, then every 2 + 10 ln 6
		fmt.Printf("%.9f ms\n", t)
	}
	// Output:
	// 16.094379124 ms
	// 36.011973817 ms
	// 55.929568509 ms
}

func ExampleFICurve() {
	fi, err := neuron.FICurve(neuron.NewHH(), []float64{0, 5, 10, 20}, 1000, 0.02)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, a := range fi.Amp {
		fmt.Printf("%2g %s: %g Hz\n", a, fi.AmpUnit, fi.Rate[i])
	}
	// Output:
	//  0 µA/cm²: 0 Hz
	//  5 µA/cm²: 1 Hz
	// 10 µA/cm²: 69 Hz
	// 20 µA/cm²: 87 Hz
}

func ExampleAdExSet() {
	for _, name := range []string{"tonic spiking", "regular bursting", "transient spiking"} {
		cell, amp, err := neuron.AdExSet(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := cell.Simulate(stim.Const(amp), 500, 0.05) // pA, ms
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %d spikes\n", name, r.Count())
	}
	// Output:
	// tonic spiking: 51 spikes
	// regular bursting: 9 spikes
	// transient spiking: 1 spikes
}

func ExampleFindEquilibria() {
	e, err := neuron.FindEquilibria(neuron.NewHH(), -70, -30)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range e.Bifurcations {
		fmt.Printf("%s at %.2f µA/cm², %.1f mV, %.0f Hz\n", b.Kind, b.I, b.V, b.Freq)
	}
	// Output:
	// Hopf at 9.78 µA/cm², -59.7 mV, 93 Hz
	// Hopf at 154.52 µA/cm², -43.1 mV, 169 Hz
}

func ExampleNewPhasePlane() {
	p, err := neuron.NewPhasePlane(neuron.NewAdEx(), 300, -75, -40) // pA, mV
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range p.Fixed {
		fmt.Printf("%s at %.1f mV, %.0f pA\n", f.Kind, f.V, f.W)
	}
	// Output:
	// stable node at -61.8 mV, 35 pA
	// saddle at -46.0 mV, 98 pA
}

func ExampleRheobase() {
	i, err := neuron.Rheobase(neuron.NewAdEx(), 0, 1000, 0.1, 1, 500, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f pA\n", i)
	// Output: 577 pA
}

func ExampleMeasureFeatures() {
	r, err := neuron.NewHH().Simulate(stim.Step(10, 20, 120), 150, 0.01) // the step lasts from 20 to 120 ms
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := neuron.MeasureFeatures(r.V, 20, 120)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f spikes, first after %.2f ms, base %.1f mV\n", f.Get("spike_count")[0], f.Get("time_to_first_spike")[0], f.Get("voltage_base")[0])
	fmt.Printf("amplitudes %.1f mV\n", f.Get("AP_amplitude")[:3])
	// Output:
	// 7 spikes, first after 2.14 ms, base -65.0 mV
	// amplitudes [97.0 82.5 82.0] mV
}

func ExamplePospischilSet() {
	for _, class := range []string{"RS", "FS", "IB", "LTS"} {
		cell, err := neuron.PospischilSet(class)
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := cell.Simulate(stim.Step(3, 50, 250), 300, 0.05) // µA/cm², ms
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %d spikes\n", class, r.Count())
	}
	// Output:
	// RS: 6 spikes
	// FS: 5 spikes
	// IB: 38 spikes
	// LTS: 18 spikes
}

func ExampleGLIFPatterns() {
	for _, p := range neuron.GLIFPatterns()[:4] {
		r, err := p.Cell.Simulate(p.In, p.Dur, 0.1)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %s: %d spikes\n", p.Letter, p.Name, r.Count())
	}
	// Output:
	// A tonic spiking: 9 spikes
	// B class 1: 1 spikes
	// C spike frequency adaptation: 10 spikes
	// D phasic spiking: 5 spikes
}

func ExampleNewStrengthDuration() {
	s, err := neuron.NewStrengthDuration(neuron.NewHH(), []float64{0.1, 0.5, 1, 2, 5, 10}, 200, 20, 0.02)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("rheobase %.1f %s, chronaxie %.1f ms\n", s.Rheobase, s.AmpUnit, s.Chronaxie)
	// Output: rheobase 1.6 µA/cm², chronaxie 3.3 ms
}

func ExampleNewImpedance() {
	var f []float64
	for hz := 1.0; hz <= 200; hz++ {
		f = append(f, hz)
	}
	z, err := neuron.NewImpedance(neuron.NewHH(), -65, f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("resonance at %.0f Hz, %.1f times the impedance at 1 Hz\n", z.Resonance, z.Q)
	// Output: resonance at 67 Hz, 2.8 times the impedance at 1 Hz
}

func ExampleMeasureAdaptation() {
	cell, amp, err := neuron.AdExSet("adaptation")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := cell.Simulate(stim.Const(amp), 1000, 0.05)
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := neuron.MeasureAdaptation(r.Spikes, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %.0f to %.0f Hz in %.0f ms\n", a.Onset, a.Steady, a.Tau)
	// Output: from 136 to 13 Hz in 42 ms
}

func ExampleAdjointPRC() {
	for _, c := range []struct {
		cell neuron.Cell
		i    float64
	}{{neuron.NewHH(), 10}, {neuron.NewWangBuzsaki(), 0.5}} {
		p, err := neuron.AdjointPRC(c.cell, c.i, 150, 0.02)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: period %.1f ms, type %d\n", p.Model, p.Period, p.Type())
	}
	// Output:
	// HH: period 14.6 ms, type 2
	// Wang-Buzsaki: period 31.0 ms, type 1
}

func ExampleChannelNoise_Add() {
	noise := neuron.NewChannelNoise()
	noise.Area = 20 // um2
	axon, err := noise.Add(neuron.NewHH())
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := axon.Simulate(stim.Const(0), 200, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("fires without a stimulus:", r.Count() > 0)
	// Output: fires without a stimulus: true
}

func ExampleFindEquilibria_ofText() {
	m, err := model.Parse("dv/dt = (v - v**3/3 - w + I)/ms : 1\ndw/dt = 0.08*(v + 0.7 - 0.8*w)/ms : 1\nI : 1", model.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := neuron.FindEquilibria(m, -2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range e.Bifurcations {
		fmt.Printf("%s at %.4f\n", b.Kind, b.I)
	}
	// Output:
	// Hopf at 0.3313
	// Hopf at 1.4187
}
