//go:build ignore

// Ways out of hot loops, nested ones too, with values that are used behind
// them.
package main

import "fmt"

func breaks(n int) (i, j, sum int) {
outer:
	for i = 0; i < n; i++ {
		for j = 0; j < n; j++ {
			sum += i ^ j
			if i*j == 1800 {
				break outer
			}
			if j > i+40 {
				break
			}
			if j == 7 {
				continue outer
			}
		}
	}
	return i, j, sum
}

func found(m [][]int, x int) (row, col int, ok bool) {
	for i, r := range m {
		for j, v := range r {
			if v == x {
				return i, j, true
			}
		}
	}
	return -1, -1, false
}

func jumps(n int) (trace []int) {
	i, k := 0, 0
again:
	for ; i < n; i++ {
		k += i & 3
		if k%977 == 0 && k > 0 {
			trace = append(trace, i, k)
			i++
			k++
			goto again
		}
		if k > 100_000 {
			goto end
		}
	}
	trace = append(trace, -1)
end:
	return append(trace, i, k)
}

func switches(n int) (counts [4]int, last string) {
	state := "a"
loop:
	for i := 0; ; i++ {
		switch {
		case i == n:
			break loop
		case i%7 == 0:
			state = "seven"
			counts[0]++
			continue
		case i%11 == 0:
			state = "eleven"
			counts[1]++
			fallthrough
		case i%13 == 5:
			counts[2]++
		default:
			counts[3]++
		}
		if i > 50_000 && state == "eleven" {
			return counts, fmt.Sprint("early ", i)
		}
	}
	return counts, state
}

func main() {
	for _, n := range []int{0, 1, 10, 100, 2000} {
		fmt.Println(breaks(n))
	}
	m := make([][]int, 300)
	for i := range m {
		m[i] = make([]int, 300)
		for j := range m[i] {
			m[i][j] = i*300 + j
		}
	}
	fmt.Println(found(m, 0))
	fmt.Println(found(m, 54_321))
	fmt.Println(found(m, -5))
	fmt.Println(jumps(3000))
	fmt.Println(jumps(100_000))
	fmt.Println(switches(5000))
	fmt.Println(switches(80_000))
	// In main itself, which does not run as a whole.
	x, y := 1.0, 0
	for {
		x *= 1.0001
		if y++; x > 1000 {
			break
		}
	}
	fmt.Println(x, y)
	var last int
	for i := range 100_000 {
		if i*i%99_991 == 4 && i > 2 {
			last = i
			break
		}
	}
	fmt.Println(last)
}
