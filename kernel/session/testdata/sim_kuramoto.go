// Kuramoto's coupled oscillators: the order parameter against the coupling,
// with complex numbers and with sines, which agree.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

type oscillators struct {
	theta, omega []float64
	k            float64
}

func (o *oscillators) order() complex128 {
	var z complex128
	for _, th := range o.theta {
		z += cmplx.Exp(complex(0, th))
	}
	return z / complex(float64(len(o.theta)), 0)
}

func (o *oscillators) stepMeanField(dt float64) {
	r, psi := cmplx.Polar(o.order())
	for i := range o.theta {
		o.theta[i] += dt * (o.omega[i] + o.k*r*math.Sin(psi-o.theta[i]))
	}
}

func (o *oscillators) stepPairs(dt float64) {
	n := float64(len(o.theta))
	d := make([]float64, len(o.theta))
	for i, a := range o.theta {
		d[i] = o.omega[i]
		for _, b := range o.theta {
			d[i] += o.k / n * math.Sin(b-a)
		}
	}
	for i := range d {
		o.theta[i] += dt * d[i]
	}
}

func newOscillators(n int, k float64) *oscillators {
	o := &oscillators{make([]float64, n), make([]float64, n), k}
	for i := range n {
		u := (float64(i) + 0.5) / float64(n)
		o.omega[i] = 0.5 * math.Tan(math.Pi*(u-0.5)) * 0.2
		o.theta[i] = 2 * math.Pi * math.Mod(float64(i)*0.6180339887498949, 1)
	}
	return o
}

func main() {
	for _, k := range []float64{0, 0.1, 0.5, 2} {
		o := newOscillators(60, k)
		for range 1000 {
			o.stepMeanField(0.05)
		}
		fmt.Printf("K %.1f: r = %.6f\n", k, cmplx.Abs(o.order()))
	}
	a, b := newOscillators(20, 1), newOscillators(20, 1)
	for range 100 {
		a.stepMeanField(0.02)
		b.stepPairs(0.02)
	}
	worst := 0.0
	for i := range a.theta {
		worst = max(worst, math.Abs(a.theta[i]-b.theta[i]))
	}
	fmt.Println(worst < 1e-12, len(a.theta))
}
