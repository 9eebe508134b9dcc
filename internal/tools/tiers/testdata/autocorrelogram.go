//go:build ignore

// Spikes into bins, their autocorrelogram and the histogram of their
// intervals.
package main

import (
	"fmt"
	"math"
)

func autocorrelogram(t []float64, bin, window float64) []int {
	half := int(window / bin)
	out := make([]int, 2*half+1)
	for i := range t {
		for j := i + 1; j < len(t) && t[j]-t[i] < window; j++ {
			k := int((t[j] - t[i]) / bin)
			out[half+k]++
			out[half-k]++
		}
	}
	return out
}

func bins(t []float64, width float64) []int {
	out := make([]int, int(t[len(t)-1]/width)+1)
	for _, x := range t {
		out[int(x/width)]++
	}
	return out
}

func main() {
	t := make([]float64, 0, 1_500_000)
	s, now := uint64(5), 0.0
	for range cap(t) {
		s = s*6364136223846793005 + 1442695040888963407
		u := float64(s>>11) / (1 << 53)
		now += 2 - 8*math.Log(1-u)
		t = append(t, now)
	}
	a := autocorrelogram(t, 1, 2000)
	fmt.Println(len(a), a[2000:2020], a[3900:3910])
	for _, width := range []float64{1, 5, 20, 100} {
		b := bins(t, width)
		mean, sq := 0.0, 0.0
		for _, n := range b {
			mean += float64(n)
			sq += float64(n * n)
		}
		mean /= float64(len(b))
		fmt.Printf("bins of %3.0f ms: Fano %.12f\n", width, (sq/float64(len(b))-mean*mean)/mean)
	}
}
