//go:build ignore

// Dynamic programming: the edit distance of two texts and the warping distance
// of two signals.
package main

import (
	"fmt"
	"math"
	"strings"
)

func levenshtein(a, b string) int {
	prev, cur := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
		}
		prev, cur = cur, prev
	}
	return prev[len(b)]
}

func warp(a, b []float64) float64 {
	d := make([][]float64, len(a)+1)
	for i := range d {
		d[i] = make([]float64, len(b)+1)
		for j := range d[i] {
			d[i][j] = math.Inf(1)
		}
	}
	d[0][0] = 0
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			d[i][j] = math.Abs(a[i-1]-b[j-1]) + math.Min(d[i-1][j-1], math.Min(d[i-1][j], d[i][j-1]))
		}
	}
	return d[len(a)][len(b)]
}

func main() {
	a := strings.Repeat("the membrane potential of a neuron ", 200)
	b := strings.Repeat("membrane currents of the neurons ", 200)
	fmt.Println(levenshtein(a, b), levenshtein(a, a[100:]))
	x, y := make([]float64, 3000), make([]float64, 3200)
	for i := range x {
		x[i] = math.Sin(float64(i) * 0.02)
	}
	for i := range y {
		y[i] = math.Sin(float64(i)*0.019 + 0.1)
	}
	fmt.Println(warp(x, y), warp(y, x))
}
