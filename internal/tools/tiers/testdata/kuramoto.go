//go:build ignore

// Coupled phase oscillators (Kuramoto 1975), every one with every other.
package main

import (
	"fmt"
	"math"
)

const (
	n     = 120
	steps = 90
	dt    = 0.05
	k     = 1.5
)

func step(theta, omega, d []float64) {
	for i := range theta {
		s := 0.0
		for j := range theta {
			s += math.Sin(theta[j] - theta[i])
		}
		d[i] = omega[i] + k/float64(len(theta))*s
	}
	for i := range theta {
		theta[i] = math.Mod(theta[i]+dt*d[i], 2*math.Pi)
	}
}

// order is the order parameter: how much the phases agree, and on what.
func order(theta []float64) (r, psi float64) {
	var re, im float64
	for _, x := range theta {
		re += math.Cos(x)
		im += math.Sin(x)
	}
	re /= float64(len(theta))
	im /= float64(len(theta))
	return math.Hypot(re, im), math.Atan2(im, re)
}

func main() {
	theta, omega, d := make([]float64, n), make([]float64, n), make([]float64, n)
	for trial := range 40 {
		for i := range theta {
			theta[i] = 2 * math.Pi * math.Mod(float64(i*i+trial)*0.618034, 1)
			omega[i] = math.Tan(math.Pi*(float64(i)+0.5-n/2)/(n+1)*0.9) * 0.5
		}
		for range steps {
			step(theta, omega, d)
		}
		r, psi := order(theta)
		fmt.Printf("trial %2d: r = %.15g  psi = %.15g\n", trial, r, psi)
	}
}
