//go:build ignore

// Loops of integers: a sieve, the lengths of Collatz sequences, and a hash.
//
//tiers:limit 1.5
package main

import "fmt"

func sieve(n int) (count, sum int) {
	composite := make([]bool, n+1)
	for p := 2; p <= n; p++ {
		if composite[p] {
			continue
		}
		count++
		sum += p
		for q := p * p; q <= n; q += p {
			composite[q] = true
		}
	}
	return count, sum
}

func collatz(limit int) (best, steps int) {
	for i := 1; i < limit; i++ {
		n, k := i, 0
		for n != 1 {
			if n%2 == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
			k++
		}
		if k > steps {
			best, steps = i, k
		}
	}
	return best, steps
}

func hash(data []byte, rounds int) uint32 {
	h := uint32(2166136261)
	for range rounds {
		for _, b := range data {
			h = (h ^ uint32(b)) * 16777619
		}
	}
	return h
}

func main() {
	fmt.Println(sieve(8_000_000))
	fmt.Println(collatz(1_500_000))
	data := make([]byte, 1000)
	for i := range data {
		data[i] = byte(i * i)
	}
	fmt.Println(hash(data, 200_000))
}
