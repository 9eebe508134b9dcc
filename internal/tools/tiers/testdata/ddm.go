//go:build ignore

// Trials of a drift-diffusion model, with the random numbers of math/rand/v2.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

type Trial struct {
	RT    float64
	Upper bool
}

func walk(r *rand.Rand, drift, bound, dt float64) Trial {
	x, t := 0.0, 0.0
	sd := math.Sqrt(dt)
	for math.Abs(x) < bound {
		x += drift*dt + sd*r.NormFloat64()
		t += dt
	}
	return Trial{0.3 + t, x > 0}
}

func main() {
	r := rand.New(rand.NewPCG(1, 2))
	for _, drift := range []float64{0, 0.5, 1, 2} {
		upper, sum := 0, 0.0
		const n = 20_000
		for range n {
			tr := walk(r, drift, 1, 0.001)
			sum += tr.RT
			if tr.Upper {
				upper++
			}
		}
		fmt.Printf("drift %.1f: %.4f upper, mean RT %.12f s\n", drift, float64(upper)/n, sum/n)
	}
}
