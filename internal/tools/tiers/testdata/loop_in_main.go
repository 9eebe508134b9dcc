//go:build ignore

// Loops in function main itself that print as they go: a neuron with adapting
// threshold, its mean voltage and a checkpoint every so many steps.
package main

import "fmt"

func main() {
	const dt = 0.01
	v, theta, w := -70.0, -50.0, 0.0
	sum, spikes := 0.0, 0
	trace := make([]float64, 0, 1000)
	for i := range 80_000_000 {
		in := 2.2
		if i/1_000_000%2 == 1 {
			in = 1.4
		}
		v += dt * ((-70-v)/10 + in - w)
		theta += dt * (-50 - theta) / 15
		w -= dt * w / 100
		if v > theta {
			v = -75
			theta += 6
			w += 0.05
			spikes++
		}
		sum += v
		if i%100_000 == 0 && len(trace) < cap(trace) {
			trace = append(trace, v)
		}
		if i%16_000_000 == 15_999_999 {
			fmt.Printf("%5.0f ms: %d spikes, mean %.12f mV\n", float64(i+1)*dt, spikes, sum/float64(i+1))
		}
	}
	total := 0.0
	for _, x := range trace {
		total += x
	}
	fmt.Println(len(trace), total)
}
