package stim_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

// values returns n values of a stimulus at 0, dt, ...
func values(s stim.Stimulus, n int, dt float64) []float64 {
	y := make([]float64, n)
	s.Fill(y, 0, dt)
	return y
}

func Example() {
	in := stim.Sum(stim.Const(1), stim.Step(10, 100, 400))
	fmt.Println(values(in, 6, 100)) // at 0, 100, ... 500 ms
	// Output: [1 11 11 11 1 1]
}

func ExampleConst() {
	fmt.Println(values(stim.Const(2.5), 3, 1))
	// Output: [2.5 2.5 2.5]
}

func ExampleStep() {
	fmt.Println(values(stim.Step(10, 2, 4), 6, 1)) // on at 2, off at 4 ms
	// Output: [0 0 10 10 0 0]
}

func ExampleRamp() {
	fmt.Println(values(stim.Ramp(0, 8, 1, 5), 7, 1))
	// Output: [0 0 2 4 6 0 0]
}

func ExamplePulses() {
	fmt.Println(values(stim.Pulses(5, 1, 1, 4), 6, 1)) // 1 ms long, at 1 and 4 ms
	// Output: [0 5 0 0 5 0]
}

func ExampleSine() {
	for _, v := range values(stim.Sine(3, 10, 0), 5, 25) { // 10 Hz, every 25 ms
		fmt.Printf("%.1f ", v)
	}
	// Output: 0.0 3.0 0.0 -3.0 0.0
}

func ExampleOU() {
	y := values(stim.OU(10, 2, 5, 1), 100000, 0.1) // 10 s
	mean, sd := 0.0, 0.0
	for _, v := range y {
		mean += v / 1e5
	}
	for _, v := range y {
		sd += (v - mean) * (v - mean) / 1e5
	}
	fmt.Printf("mean %.1f, sd %.1f\n", mean, math.Sqrt(sd))
	// Output: mean 9.9, sd 2.0
}

func ExampleFunc() {
	alpha := stim.Func(func(t float64) float64 { return t / 2 * math.Exp(1-t/2) })
	fmt.Printf("%.2f\n", values(alpha, 4, 2))
	// Output: [0.00 1.00 0.74 0.41]
}

func ExampleSum() {
	fmt.Println(values(stim.Sum(stim.Step(1, 1, 3), stim.Step(1, 2, 4)), 5, 1))
	// Output: [0 1 2 1 0]
}

func ExampleCheck() {
	fmt.Println(stim.Check(stim.Step(10, 400, 100)))
	// Output: stim: Step: off (100 ms) is before on (400 ms); it must not be
}
