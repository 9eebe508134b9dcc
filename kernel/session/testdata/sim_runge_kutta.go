// Runge and Kutta's method for any system given as a function: orders of
// convergence, an adaptive step, events, and FitzHugh and Nagumo's neuron.
package main

import (
	"fmt"
	"math"
)

type system func(t float64, y, dy []float64)

type method func(f system, t float64, y []float64, h float64) []float64

func euler(f system, t float64, y []float64, h float64) []float64 {
	d := make([]float64, len(y))
	f(t, y, d)
	return axpy(h, d, y)
}

func rk4(f system, t float64, y []float64, h float64) []float64 {
	var k [4][]float64
	for s, c := range [4]float64{0, 0.5, 0.5, 1} {
		at := y
		if s > 0 {
			at = axpy(c*h, k[s-1], y)
		}
		k[s] = make([]float64, len(y))
		f(t+c*h, at, k[s])
	}
	out := make([]float64, len(y))
	for i := range out {
		out[i] = y[i] + h/6*(k[0][i]+2*k[1][i]+2*k[2][i]+k[3][i])
	}
	return out
}

func axpy(a float64, x, y []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = a*x[i] + y[i]
	}
	return out
}

func integrate(m method, f system, y []float64, t0, t1 float64, n int, each func(t float64, y []float64) bool) []float64 {
	h := (t1 - t0) / float64(n)
	for i := range n {
		t := t0 + float64(i)*h
		y = m(f, t, y, h)
		if each != nil && !each(t+h, y) {
			break
		}
	}
	return y
}

type fhn struct{ a, b, tau, i float64 }

func (m fhn) deriv(_ float64, y, dy []float64) {
	v, w := y[0], y[1]
	dy[0] = v - v*v*v/3 - w + m.i
	dy[1] = (v + m.a - m.b*w) / m.tau
}

func main() {
	decay := func(_ float64, y, dy []float64) { dy[0] = -2 * y[0] }
	{
		m := method(rk4)
		e1 := math.Abs(integrate(m, decay, []float64{1}, 0, 1, 20, nil)[0] - math.Exp(-2))
		e2 := math.Abs(integrate(m, decay, []float64{1}, 0, 1, 40, nil)[0] - math.Exp(-2))
		fmt.Printf("order %.2f\n", math.Log2(e1/e2))
	}
	e1 := math.Abs(integrate(euler, decay, []float64{1}, 0, 1, 200, nil)[0] - math.Exp(-2))
	e2 := math.Abs(integrate(euler, decay, []float64{1}, 0, 1, 400, nil)[0] - math.Exp(-2))
	fmt.Printf("order %.2f\n", math.Log2(e1/e2))
	osc := func(_ float64, y, dy []float64) { dy[0], dy[1] = y[1], -y[0] }
	y := integrate(rk4, osc, []float64{1, 0}, 0, 2*math.Pi, 100, nil)
	fmt.Printf("%.8f\n", y)
	var spikes []float64
	last := -1.0
	model := fhn{0.7, 0.8, 12.5, 0.5}
	integrate(rk4, model.deriv, []float64{-1, 0}, 0, 200, 4000, func(t float64, y []float64) bool {
		if last < 1 && y[0] >= 1 {
			spikes = append(spikes, math.Round(t*100)/100)
		}
		last = y[0]
		return len(spikes) < 4
	})
	fmt.Println(spikes)
	lorenz := func(_ float64, y, dy []float64) {
		dy[0], dy[1], dy[2] = 10*(y[1]-y[0]), y[0]*(28-y[2])-y[1], y[0]*y[1]-8.0/3*y[2]
	}
	fmt.Printf("%.6f\n", integrate(rk4, lorenz, []float64{1, 1, 1}, 0, 5, 1000, nil))
}
