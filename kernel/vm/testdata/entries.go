//go:build ignore

// Loops that are entered often and turn seldom, loops that turn not at all,
// and loops in loops whose bounds change.
package main

import "fmt"

func short(n int) (s int) {
	for i := 0; i < n; i++ {
		s += i*i + 1
	}
	return s
}

func triangle(n int) (s, empty int) {
	for i := 0; i < n; i++ {
		k := s
		for j := i; j < i+(i%4)-1; j++ {
			s += j
		}
		if s == k {
			empty++
		}
	}
	return s, empty
}

func digits(x uint64) (n int) {
	for ; x > 0; x /= 10 {
		n++
	}
	return n
}

func main() {
	sum := 0
	for i := range 20_000 {
		sum += short(i % 5)
	}
	fmt.Println(sum)
	fmt.Println(triangle(20_000))
	total := 0
	for i := range uint64(30_000) {
		total += digits(i * i * i)
	}
	fmt.Println(total)
	// In main: the inner loop is entered from the slow tier each time.
	counts := map[int]int{}
	for i := range 6000 {
		k := 0
		for j := i; j > 1; j /= 3 {
			k += j % 3
		}
		counts[k]++
	}
	fmt.Println(counts)
	var none []int
	for range 3000 {
		for _, v := range none {
			total += v
		}
	}
	fmt.Println(total)
}
