// Hodgkin and Huxley's axon by Euler's method: rates with their removable
// singularities, spikes by threshold crossing, an f-I table.
package main

import (
	"fmt"
	"math"
)

type gates struct{ n, m, h float64 }

type axon struct {
	v float64
	gates
	gNa, gK, gL float64
}

func vtrap(x, y float64) float64 {
	if math.Abs(x/y) < 1e-6 {
		return y * (1 - x/y/2)
	}
	return x / (math.Exp(x/y) - 1)
}

func rates(v float64) (an, bn, am, bm, ah, bh float64) {
	an = 0.01 * vtrap(-(v+55), 10)
	bn = 0.125 * math.Exp(-(v+65)/80)
	am = 0.1 * vtrap(-(v+40), 10)
	bm = 4 * math.Exp(-(v+65)/18)
	ah = 0.07 * math.Exp(-(v+65)/20)
	bh = 1 / (1 + math.Exp(-(v+35)/10))
	return
}

func newAxon() *axon {
	an, bn, am, bm, ah, bh := rates(-65)
	return &axon{-65, gates{an / (an + bn), am / (am + bm), ah / (ah + bh)}, 120, 36, 0.3}
}

func (a *axon) step(dt, i float64) {
	an, bn, am, bm, ah, bh := rates(a.v)
	ina := a.gNa * a.m * a.m * a.m * a.h * (a.v - 50)
	ik := a.gK * math.Pow(a.n, 4) * (a.v + 77)
	il := a.gL * (a.v + 54.387)
	a.v += dt * (i - ina - ik - il)
	a.n += dt * (an*(1-a.n) - bn*a.n)
	a.m += dt * (am*(1-a.m) - bm*a.m)
	a.h += dt * (ah*(1-a.h) - bh*a.h)
}

func simulate(i, dur, dt float64) (spikes []float64, peak float64) {
	a := newAxon()
	peak = a.v
	for k := range int(dur / dt) {
		before := a.v
		a.step(dt, i)
		if before < 0 && a.v >= 0 {
			spikes = append(spikes, math.Round(float64(k)*dt*100)/100)
		}
		peak = max(peak, a.v)
	}
	return
}

func main() {
	fmt.Printf("%.9f %.9f\n", vtrap(0, 10), vtrap(1e-9, 10))
	for _, i := range []float64{0, 3, 7, 10, 20} {
		s, peak := simulate(i, 100, 0.01)
		fmt.Printf("%2g uA/cm2: %d spikes, peak %.4f mV\n", i, len(s), peak)
	}
	s, _ := simulate(10, 50, 0.01)
	fmt.Println(s)
	a := newAxon()
	a.gNa = 0
	for range 1000 {
		a.step(0.01, 10)
	}
	fmt.Printf("without sodium %.6f %.6f\n", a.v, a.n)
}
