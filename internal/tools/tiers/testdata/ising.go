//go:build ignore

// The Ising model on a torus, by Metropolis, with a generator of its own.
package main

import (
	"fmt"
	"math"
)

const size = 128

type rng struct{ s uint64 }

func (r *rng) next() uint64 {
	r.s ^= r.s << 13
	r.s ^= r.s >> 7
	r.s ^= r.s << 17
	return r.s
}

func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func sweep(spin [][]int8, beta float64, r *rng) (flips int) {
	var p [5]float64
	for i := range p {
		p[i] = math.Exp(-beta * 2 * float64(i))
	}
	for range size * size {
		x := r.next()
		i, j := int(x%size), int(x>>32%size)
		s := spin[i][j]
		sum := spin[(i+1)%size][j] + spin[(i+size-1)%size][j] + spin[i][(j+1)%size] + spin[i][(j+size-1)%size]
		de := int(s * sum)
		if de <= 0 || r.float() < p[de] {
			spin[i][j] = -s
			flips++
		}
	}
	return flips
}

func energy(spin [][]int8) (e int) {
	for i := range spin {
		for j, s := range spin[i] {
			e -= int(s * (spin[(i+1)%size][j] + spin[i][(j+1)%size]))
		}
	}
	return e
}

func main() {
	r := &rng{88172645463325252}
	spin := make([][]int8, size)
	for i := range spin {
		spin[i] = make([]int8, size)
		for j := range spin[i] {
			spin[i][j] = 1
		}
	}
	for _, t := range []float64{1.5, 2, 2.27, 2.5, 3, 4} {
		flips := 0
		for range 400 {
			flips += sweep(spin, 1/t, r)
		}
		m := 0
		for _, row := range spin {
			for _, s := range row {
				m += int(s)
			}
		}
		fmt.Printf("T %.2f  flips %8d  E %6d  M %6d\n", t, flips, energy(spin), m)
	}
}
