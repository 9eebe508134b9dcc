//go:build ignore

// Variables of the package that hot code and the rest change by turns, and
// functions that call each other.
package main

import "fmt"

var (
	total  float64
	table  [16]int
	rows   = [][]float64{{1, 2}, {3, 4, 5}}
	config = struct {
		gain float64
		on   bool
		name string
	}{2, true, "first"}
	state *struct{ n int }
)

func accumulate(n int) {
	for i := range n {
		if config.on {
			total += config.gain * float64(i)
		} else {
			total -= 1
		}
		table[i&15]++
	}
}

func sumRows() (s float64) {
	for range 500 {
		for _, r := range rows {
			for _, v := range r {
				s += v
			}
		}
	}
	return s
}

func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}

func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}

func count(n int) {
	for range n {
		state.n++
	}
}

func ackermann(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func main() {
	accumulate(3000)
	fmt.Println(total, table)
	config.gain = -1
	accumulate(100)
	config.on = false
	accumulate(3000)
	fmt.Println(total, table)
	fmt.Println(sumRows())
	rows = append(rows, []float64{100})
	rows[0] = nil
	fmt.Println(sumRows())
	rows[1] = append(rows[1], 0.5)
	fmt.Println(sumRows(), config.name)
	n := 0
	for i := range 600 {
		if even(i) {
			n++
		}
	}
	fmt.Println(n, ackermann(2, 300))
	state = &struct{ n int }{5}
	first := state
	count(4000)
	state = &struct{ n int }{7}
	count(4000)
	fmt.Println(first.n, state.n)
	state = nil
	func() {
		defer func() { fmt.Println(recover()) }()
		count(1)
	}()
}
