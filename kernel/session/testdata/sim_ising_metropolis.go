// Metropolis sampling of the Ising model: energy, magnetization, acceptance,
// on an array of arrays with periodic borders and a seeded generator.
package main

import (
	"fmt"
	"math"
)

const size = 16

type lattice [size][size]int8

type lcg uint64

func (g *lcg) next() float64 {
	*g = *g*6364136223846793005 + 1442695040888963407
	return float64(*g>>11) / (1 << 53)
}

func (l *lattice) neighbours(i, j int) int8 {
	return l[(i+1)%size][j] + l[(i+size-1)%size][j] + l[i][(j+1)%size] + l[i][(j+size-1)%size]
}

func (l *lattice) energy() (e int) {
	for i := range l {
		for j := range l[i] {
			e -= int(l[i][j]) * int(l[i][(j+1)%size]+l[(i+1)%size][j])
		}
	}
	return
}

func (l lattice) magnetization() (m int) {
	for _, row := range l {
		for _, s := range row {
			m += int(s)
		}
	}
	return
}

func (l *lattice) sweep(beta float64, g *lcg) (accepted int) {
	var boltzmann [9]float64
	for d := -4; d <= 4; d++ {
		boltzmann[d+4] = math.Exp(-2 * beta * float64(d))
	}
	for range size * size {
		i, j := int(g.next()*size), int(g.next()*size)
		d := l[i][j] * l.neighbours(i, j)
		if d <= 0 || g.next() < boltzmann[d+4] {
			l[i][j] *= -1
			accepted++
		}
	}
	return
}

func main() {
	for _, beta := range []float64{0.1, 0.44, 0.8} {
		g := lcg(12345)
		var l lattice
		for i := range l {
			for j := range l[i] {
				l[i][j] = 1
			}
		}
		start := l
		accepted, sumE := 0, 0
		for range 60 {
			accepted += l.sweep(beta, &g)
			sumE += l.energy()
		}
		fmt.Println(beta, l.energy(), l.magnetization(), accepted, sumE, start.magnetization(), l == start)
	}
}
