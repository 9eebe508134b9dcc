package spikes_test

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func ExampleSplit() {
	times := []float64{3.2, 4.1, 7.7, 9.0, 12.5}
	units := []int{4, 11, 4, 11, 4}
	r, ids, _ := spikes.Split(times, units)
	fmt.Println(r.Trains, ids, r.T1)
	// Output: [[3.2 7.7 12.5] [4.1 9]] [4 11] 12.5
}

func ExampleLvR() {
	s, _ := spikes.Gamma(20, 2, 0, 1e6, 1)
	lv, _ := spikes.LV(s)
	lvr, _ := spikes.LvR(s, 5)
	fmt.Printf("gamma intervals of order 2: LV %.2f (3/5), LvR %.2f\n", lv, lvr)
	// Output: gamma intervals of order 2: LV 0.61 (3/5), LvR 0.77
}

func ExampleKernelRate() {
	r, _ := spikes.KernelRate(cell, 1, 0, 200, spikes.KernelOptions{Sigma: 20})
	fmt.Printf("%.0f Hz at 50 ms, %.0f Hz at 150 ms\n", r.Y[50], r.Y[150])
	_, err := spikes.KernelRate(cell, 1, 0, 200, spikes.KernelOptions{Kernel: "boxcar", Sigma: 20})
	fmt.Println(err)
	// Output:
	// 74 Hz at 50 ms, 34 Hz at 150 ms
	// spikes: KernelRate: Kernel "boxcar" is not known; allowed are gaussian, rectangular, triangular, epanechnikov, laplacian, exponential, alpha
}

func ExampleBandwidth() {
	// A response of 60 ms to a stimulus at 400 ms.
	rate := neuro.Trace{Dt: 1, Y: make([]float64, 1000)}
	for i := range rate.Y {
		rate.Y[i] = 10 + 200*math.Exp(-math.Pow((float64(i)-400)/60, 2))
	}
	s, _ := spikes.PoissonRate(rate, 0, 1)
	w, _ := spikes.Bandwidth(s)
	fmt.Printf("best kernel %.0f ms\n", w)
	// Output: best kernel 31 ms
}

func ExampleMatrix() {
	r, _ := spikes.MultipleInteraction(0.5, spikes.CorrelatedOptions{N: 3, Rate: 20, T1: 20000, Jitter: 1, Seed: 1})
	r.Trains = append(r.Trains, neuro.Spikes{})
	m, _ := spikes.Matrix(r, "sttc", 5)
	for _, row := range m.V {
		fmt.Printf("%.2f\n", row)
	}
	// Output:
	// [1.00 0.47 0.46 NaN]
	// [0.47 1.00 0.45 NaN]
	// [0.46 0.45 1.00 NaN]
	// [NaN NaN NaN NaN]
}

func ExampleSpikeDistance() {
	a, b := neuro.Spikes{10, 50, 90}, neuro.Spikes{12, 52, 92}
	same, _ := spikes.SpikeDistance(a, a, 0, 100)
	near, _ := spikes.SpikeDistance(a, b, 0, 100)
	sync, _ := spikes.SpikeSync(a, b, 0, 100)
	fmt.Printf("distance to itself %.2f, moved by 2 ms %.2f; synchronisation %.0f\n", same, near, sync)
	// Output: distance to itself 0.00, moved by 2 ms 0.05; synchronisation 1
}

func ExampleCorrelogramTest() {
	// Half of the spikes of b follow one of a by 3 ms.
	a, _ := spikes.Poisson(10, 0, 20000, 0, 1)
	b, _ := spikes.Poisson(5, 0, 20000, 0, 2)
	for i, t := range a {
		if i%2 == 0 {
			b = append(b, t+3)
		}
	}
	sort.Float64s(b)
	r, err := spikes.CorrelogramTest(a, b, 1, 10, 0.01, spikes.SurrogateOptions{Width: 20, T1: 20000})
	fmt.Println("any lag: P =", r.PAny, err)
	for i, c := range r.Counts {
		if c > r.SimHi[i] {
			fmt.Printf("%g pairs at %g ms, the band ends at %.0f\n", c, r.Lag[i], r.SimHi[i])
		}
	}
	// Output:
	// any lag: P = 0.001 <nil>
	// 96 pairs at 3 ms, the band ends at 22
}

func ExampleSurrogate() {
	s := neuro.Spikes{3, 8, 21, 29, 44}
	j, _ := spikes.Surrogate(s, spikes.SurrogateOptions{Method: "jitter", Width: 10, T1: 50, Seed: 1})
	fmt.Printf("%.1f\n", j)
	_, err := spikes.Surrogate(s, spikes.SurrogateOptions{Method: "teetering"})
	fmt.Println(err)
	// Output:
	// [0.6 3.3 21.0 25.0 45.6]
	// spikes: Surrogate: Method "teetering" is not known; allowed are jitter, dither, shift, shuffle-isi, joint-isi, bin-shuffle, uniform
}

func ExampleFindBursts() {
	s := neuro.Spikes{100, 900, 905, 912, 920, 1800, 2600, 2604, 2611, 2625, 3500}
	b, _ := spikes.FindBursts(s, spikes.NewBursts())
	for _, r := range b.Bursts {
		fmt.Printf("%d spikes from %g to %g ms, %.0f Hz\n", r.Spikes(), r.Start, r.End, r.Rate())
	}
	// Output:
	// 4 spikes from 900 to 920 ms, 150 Hz
	// 4 spikes from 2600 to 2625 ms, 120 Hz
}

func ExampleUnitaryEvents() {
	// Two cells share spikes from 200 to 300 ms.
	var trials []neuro.Raster
	for i := range uint64(20) {
		common, _ := spikes.Poisson(20, 200, 300, 0, 1000+i)
		t := neuro.Raster{T1: 500}
		for c := range uint64(2) {
			s, _ := spikes.Poisson(20, 0, 500, 0, 2*i+c)
			s = append(s, common...)
			sort.Float64s(s)
			t.Trains = append(t.Trains, s)
		}
		trials = append(trials, t)
	}
	u, _ := spikes.UnitaryEvents(trials, spikes.UnitaryOptions{Step: 100})
	for i, t := range u.Start {
		fmt.Printf("%3g ms: %2g found, %4.1f expected, J %.1f\n", t, u.Found[i], u.Expected[i], u.J[i])
	}
	// Output:
	//   0 ms:  4 found,  3.4 expected, J 0.1
	// 100 ms:  5 found,  3.5 expected, J 0.4
	// 200 ms: 46 found, 14.0 expected, J 10.9
	// 300 ms:  5 found,  4.3 expected, J 0.1
	// 400 ms:  5 found,  3.4 expected, J 0.5
}

func ExamplePoisson() {
	s, _ := spikes.Poisson(50, 0, 100000, 2, 1)
	cv, _ := spikes.CV(s)
	fmt.Printf("%.1f Hz, CV %.2f: a dead time of 2 ms takes 1 - 50·0.002 = 0.9\n", float64(len(s))/100, cv)
	// Output: 49.8 Hz, CV 0.89: a dead time of 2 ms takes 1 - 50·0.002 = 0.9
}

func ExampleHawkes() {
	r, _ := spikes.Hawkes([]float64{5}, [][]float64{{0.5}}, 10, 0, 1e6, 1)
	fmt.Printf("5 Hz bring about %.1f Hz\n", float64(len(r.Trains[0]))/1000)
	// Output: 5 Hz bring about 10.0 Hz
}

func ExampleLocalRate() {
	// A short response to a stimulus at 1000 ms.
	rate := neuro.Trace{Dt: 1, Y: make([]float64, 2000)}
	for i := range rate.Y {
		rate.Y[i] = 20 + 400*math.Exp(-math.Pow((float64(i)-1000)/15, 2))
	}
	s, _ := spikes.PoissonRate(rate, 0, 4)
	r, _ := spikes.LocalRate(s, 10, 0, 2000)
	fmt.Printf("kernels of %.0f ms at the beginning, %.0f ms at the response\n", r.Width.Y[0], r.Width.Y[100])
	// Output: kernels of 21 ms at the beginning, 11 ms at the response
}
