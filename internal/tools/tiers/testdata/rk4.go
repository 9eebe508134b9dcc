//go:build ignore

// Runge-Kutta steps of systems that are passed as functions.
package main

import "fmt"

type System func(t float64, y, dy []float64)

func rk4(f System, y []float64, t, dt float64, steps int) {
	n := len(y)
	k1, k2, k3, k4, tmp := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for range steps {
		f(t, y, k1)
		for i := range y {
			tmp[i] = y[i] + dt/2*k1[i]
		}
		f(t+dt/2, tmp, k2)
		for i := range y {
			tmp[i] = y[i] + dt/2*k2[i]
		}
		f(t+dt/2, tmp, k3)
		for i := range y {
			tmp[i] = y[i] + dt*k3[i]
		}
		f(t+dt, tmp, k4)
		for i := range y {
			y[i] += dt / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
		}
		t += dt
	}
}

func lorenz(t float64, y, dy []float64) {
	dy[0] = 10 * (y[1] - y[0])
	dy[1] = y[0]*(28-y[2]) - y[1]
	dy[2] = y[0]*y[1] - 8.0/3*y[2]
}

func fitzHughNagumo(in float64) System {
	return func(t float64, y, dy []float64) {
		dy[0] = y[0] - y[0]*y[0]*y[0]/3 - y[1] + in
		dy[1] = 0.08 * (y[0] + 0.7 - 0.8*y[1])
	}
}

func main() {
	y := []float64{1, 1, 1}
	rk4(lorenz, y, 0, 0.001, 6_000_000)
	fmt.Println(y)
	for _, in := range []float64{0.3, 0.5, 0.8} {
		y := []float64{-1, 1}
		rk4(fitzHughNagumo(in), y, 0, 0.01, 2_000_000)
		fmt.Println(in, y)
	}
}
