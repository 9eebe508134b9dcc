//go:build ignore

// Loops of floating-point numbers without package math: the Mandelbrot set, an
// Izhikevich neuron and a filter.
//
//tiers:limit 1.5
package main

import "fmt"

func mandelbrot(w, h, limit int) (inside int) {
	for py := range h {
		for px := range w {
			x0, y0 := float64(px)/float64(w)*3.5-2.5, float64(py)/float64(h)*2-1
			x, y := 0.0, 0.0
			i := 0
			for ; i < limit && x*x+y*y <= 4; i++ {
				x, y = x*x-y*y+x0, 2*x*y+y0
			}
			if i == limit {
				inside++
			}
		}
	}
	return inside
}

func izhikevich(a, b, c, d, in float64, steps int) (spikes int, v float64) {
	const dt = 0.05
	v = -65.0
	u := b * v
	for range steps {
		v += dt * (0.04*v*v + 5*v + 140 - u + in)
		u += dt * a * (b*v - u)
		if v >= 30 {
			v = c
			u += d
			spikes++
		}
	}
	return spikes, v
}

func filter(x []float64, b, a [3]float64) {
	var z1, z2 float64
	for i, v := range x {
		y := b[0]*v + z1
		z1 = b[1]*v - a[1]*y + z2
		z2 = b[2]*v - a[2]*y
		x[i] = y
	}
}

func main() {
	fmt.Println(mandelbrot(600, 400, 500))
	for i := range 4 {
		fmt.Println(izhikevich(0.02, 0.2, -65, 8, 5+5*float64(i), 10_000_000))
	}
	x := make([]float64, 100_000)
	for i := range x {
		x[i] = float64(i % 100)
	}
	for range 200 {
		filter(x, [3]float64{0.0675, 0.1349, 0.0675}, [3]float64{1, -1.1430, 0.4128})
	}
	fmt.Println(x[0], x[50_000], x[99_999])
}
