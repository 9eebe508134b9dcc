package synapse_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

func Example() {
	pre := neuro.Spikes{10, 30, 50, 70, 90}
	for _, s := range []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating()} {
		r, err := s.Responses(pre)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.3f\n", r)
	}
	// Output:
	// [0.500 0.256 0.137 0.079 0.051]
	// [0.040 0.075 0.103 0.123 0.137]
}

func ExampleNewNMDA() {
	nmda := synapse.NewNMDA()
	g, err := nmda.Conductance(neuro.Spikes{10}, 200, 0.1) // ms
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range []float64{-65, -40, -20} { // mV
		fmt.Printf("%g mV: %.2f pA\n", v, nmda.Current(g, v).Y[120])
	}
	// Output:
	// -65 mV: -0.27 pA
	// -40 mV: -0.63 pA
	// -20 mV: -0.70 pA
}

func ExampleScheme() {
	channel := synapse.Scheme{Name: "channel", Open: []string{"O"}, Transitions: []synapse.Transition{
		{From: "C", To: "O", Rate: 2, Bind: true}, // 1/(mM ms) times the concentration
		{From: "O", To: "C", Rate: 0.5},           // 1/ms
		{From: "O", To: "D", Rate: 0.1},
		{From: "D", To: "O", Rate: 0.02},
	}}
	for _, mM := range []float64{0.1, 1} {
		p, err := channel.SteadyState(mM)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%g mM: %v %.3f\n", mM, channel.States(), p)
	}
	// 100 channels for 20 ms at 1 mM, from all closed
	x := neuro.Trace{Dt: 0.1, Y: make([]float64, 201)}
	for i := range x.Y {
		x.Y[i] = 1
	}
	k, err := channel.Channels(x, 100, []float64{1, 0, 0}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("open after 1, 5 and 20 ms:", k.Open.Y[10], k.Open.Y[50], k.Open.Y[200])
	// Output:
	// 0.1 mM: [C O D] [0.294 0.118 0.588]
	// 1 mM: [C O D] [0.040 0.160 0.800]
	// open after 1, 5 and 20 ms: 70 62 17
}

func ExampleMeanVariance() {
	// responses at five concentrations of calcium: mean (pA) and variance (pA^2)
	mean := []float64{9.5, 24, 51, 76, 91}
	variance := []float64{82, 190, 245, 183, 88}
	f, err := synapse.MeanVariance(mean, variance, nil, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	fmt.Printf("P %.2f\n", f.P)
	// Output:
	// N 10.1 ± 0.27 sites, Q 9.93 ± 0.21
	// P [0.09 0.24 0.51 0.76 0.90]
}

func ExampleFitQuantal() {
	s := synapse.VesicleRelease{N: 4, U: 0.7, TauRec: 500, Q: 12, CV: 0.1}
	trials, err := s.Trials(neuro.Spikes{0}, 1000, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	background := make([]float64, len(trials))
	stim.OU(0, 2, 1, 7).Fill(background, 0, 100) // noise of 2 pA, 100 ms apart
	var x []float64
	for i, r := range trials {
		x = append(x, r[0]+background[i])
	}
	f, err := synapse.FitQuantal(x, synapse.QuantalOptions{MaxN: 8, CV: 0.1, Noise: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	// Output:
	// N 4 sites, P 0.692, Q 12.01, noise 2
}

func ExampleCalciumSensor() {
	s := synapse.NewCalciumSensor()
	for _, ca := range []float64{0, 0.5, 5, 50} { // uM
		fmt.Printf("%4g uM: %.2g per s\n", ca, 1000*s.Rate(ca))
	}
	// Output:
	// 0 uM: 0.0002 per s
	//  0.5 uM: 0.0052 per s
	//    5 uM: 92 per s
	//   50 uM: 4.6e+03 per s
}

func ExampleGapJunction_Coupling() {
	s := synapse.NewGapJunction()
	for _, hz := range []float64{0, 10, 100} {
		k, lag := s.Coupling(5, 100, hz) // nS, pF
		fmt.Printf("%3g Hz: %.3f, %.0f degrees behind\n", hz, k, lag*180/3.14159)
	}
	// Output:
	// 0 Hz: 0.091, 0 degrees behind
	//  10 Hz: 0.060, 49 degrees behind
	// 100 Hz: 0.008, 85 degrees behind
}
