//go:build ignore

// The likeliest path through a hidden Markov model, in logarithms.
package main

import (
	"fmt"
	"math"
)

type HMM struct {
	Start []float64
	Trans [][]float64
	Emit  [][]float64
}

func logs(p []float64) []float64 {
	sum := 0.0
	for _, x := range p {
		sum += x
	}
	out := make([]float64, len(p))
	for i, x := range p {
		out[i] = math.Log(x / sum)
	}
	return out
}

func random(states, symbols int, seed uint32) *HMM {
	next := func() float64 {
		seed = seed*1664525 + 1013904223
		return float64(seed>>8)/(1<<24) + 0.01
	}
	row := func(n int) []float64 {
		p := make([]float64, n)
		for i := range p {
			p[i] = next()
		}
		return logs(p)
	}
	h := &HMM{Start: row(states)}
	for range states {
		h.Trans = append(h.Trans, row(states))
		h.Emit = append(h.Emit, row(symbols))
	}
	return h
}

func (h *HMM) Viterbi(obs []int) ([]int, float64) {
	n := len(h.Start)
	score, next := make([]float64, n), make([]float64, n)
	from := make([][]int, len(obs))
	for s := range score {
		score[s] = h.Start[s] + h.Emit[s][obs[0]]
	}
	for t := 1; t < len(obs); t++ {
		from[t] = make([]int, n)
		for s := range n {
			best, arg := math.Inf(-1), 0
			for q := range n {
				if x := score[q] + h.Trans[q][s]; x > best {
					best, arg = x, q
				}
			}
			next[s] = best + h.Emit[s][obs[t]]
			from[t][s] = arg
		}
		score, next = next, score
	}
	last := 0
	for s := range score {
		if score[s] > score[last] {
			last = s
		}
	}
	path := make([]int, len(obs))
	path[len(obs)-1] = last
	for t := len(obs) - 1; t > 0; t-- {
		path[t-1] = from[t][path[t]]
	}
	return path, score[last]
}

func main() {
	h := random(24, 12, 1)
	obs := make([]int, 400_000)
	x := uint32(7)
	for i := range obs {
		x = x*1103515245 + 12345
		obs[i] = int(x>>16) % 12
	}
	path, p := h.Viterbi(obs)
	visits := make([]int, len(h.Start))
	for _, s := range path {
		visits[s]++
	}
	fmt.Println(p, visits)
}
