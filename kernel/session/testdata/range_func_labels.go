// break and continue with labels through nested ranges over functions, from a
// select, a switch and an ordinary loop between them; each iterator cleans up.
package main

import "fmt"

func upto(name string, n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		defer fmt.Print(" ~", name)
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func main() {
outer:
	for i := range upto("A", 5) {
		for j := range upto("B", 5) {
			if j == 2 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			fmt.Print(" ", i, j)
		}
	}
	fmt.Println(" end")
rows:
	for i := range upto("R", 3) {
		for j := 0; ; j++ {
			for k := range upto("K", 9) {
				switch {
				case k == i:
					continue rows
				case j > 0:
					break rows
				default:
					fmt.Print(" ", i, j, k)
					continue
				}
			}
		}
	}
	fmt.Println(" end")
	ch := make(chan int, 1)
	ch <- 1
again:
	for i := range upto("S", 4) {
		select {
		case v := <-ch:
			fmt.Print(" got", v)
			break
		default:
			if i == 2 {
				break again
			}
			fmt.Print(" none")
			continue again
		}
		fmt.Print(" after")
	}
	fmt.Println(" end")
	n := 0
retry:
	for i := range upto("G", 3) {
		n++
		if i == 1 && n < 4 {
			goto retry
		}
	}
	fmt.Println(" passes", n)
}
