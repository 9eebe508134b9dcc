//go:build ignore

// Quicksort, heapsort and a merge sort written out.
package main

import "fmt"

func quicksort(x []float64) {
	for len(x) > 12 {
		p := x[len(x)/2]
		i, j := 0, len(x)-1
		for i <= j {
			for x[i] < p {
				i++
			}
			for x[j] > p {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		if j+1 < len(x)-i {
			quicksort(x[:j+1])
			x = x[i:]
		} else {
			quicksort(x[i:])
			x = x[:j+1]
		}
	}
	for i := 1; i < len(x); i++ {
		for j := i; j > 0 && x[j] < x[j-1]; j-- {
			x[j], x[j-1] = x[j-1], x[j]
		}
	}
}

func down(x []float64, i int) {
	for {
		c := 2*i + 1
		if c >= len(x) {
			return
		}
		if c+1 < len(x) && x[c+1] > x[c] {
			c++
		}
		if x[i] >= x[c] {
			return
		}
		x[i], x[c] = x[c], x[i]
		i = c
	}
}

func heapsort(x []float64) {
	for i := len(x)/2 - 1; i >= 0; i-- {
		down(x, i)
	}
	for n := len(x) - 1; n > 0; n-- {
		x[0], x[n] = x[n], x[0]
		down(x[:n], 0)
	}
}

func mergesort(x []float64) []float64 {
	if len(x) < 2 {
		return x
	}
	a, b := mergesort(x[:len(x)/2]), mergesort(x[len(x)/2:])
	out := make([]float64, 0, len(x))
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

func values(n int) []float64 {
	x := make([]float64, n)
	s := uint64(42)
	for i := range x {
		s = s*6364136223846793005 + 1442695040888963407
		x[i] = float64(s>>33) / 1e6
	}
	return x
}

func main() {
	const n = 1_000_000
	a, b := values(2*n), values(n)
	quicksort(a)
	heapsort(b)
	c := mergesort(values(n))
	for i := range b {
		if b[i] != c[i] || a[i] > a[i+1] {
			fmt.Println("differ at", i)
			return
		}
	}
	fmt.Println(a[0], a[n], a[2*n-1], b[0], b[n/2], b[n-1])
}
