//go:build ignore

// The squid axon of Hodgkin and Huxley (1952) by Euler steps: six exponentials
// in each.
//
//tiers:limit 3
package main

import (
	"fmt"
	"math"
)

func simulate(amp, dur, dt float64) (spikes int, last float64) {
	v, m, h, n := -65.0, 0.0529, 0.5961, 0.3177
	above := false
	for t := 0.0; t < dur; t += dt {
		am := 1.0
		if x := v + 40; math.Abs(x) > 1e-7 {
			am = 0.1 * x / (1 - math.Exp(-x/10))
		}
		bm := 4 * math.Exp(-(v+65)/18)
		ah := 0.07 * math.Exp(-(v+65)/20)
		bh := 1 / (1 + math.Exp(-(v+35)/10))
		an := 0.1
		if x := v + 55; math.Abs(x) > 1e-7 {
			an = 0.01 * x / (1 - math.Exp(-x/10))
		}
		bn := 0.125 * math.Exp(-(v+65)/80)
		ina := 120 * m * m * m * h * (v - 50)
		ik := 36 * n * n * n * n * (v + 77)
		il := 0.3 * (v + 54.387)
		v += dt * (amp - ina - ik - il)
		m += dt * (am*(1-m) - bm*m)
		h += dt * (ah*(1-h) - bh*h)
		n += dt * (an*(1-n) - bn*n)
		if v > 0 && !above {
			spikes++
		}
		above = v > 0
	}
	return spikes, v
}

func main() {
	for i := range 16 {
		n, v := simulate(float64(i), 4000, 0.005)
		fmt.Printf("%2d uA/cm2: %3d spikes, V = %.15g mV\n", i, n, v)
	}
}
