// A range over an integer: the bound is taken once, each pass has its own
// variable, and changing the variable does not change the count.
package main

import "fmt"

var calls int

func bound() int { calls++; return 4 }

func main() {
	for i := range 3 {
		fmt.Print(i, " ")
	}
	fmt.Println()
	for range 2 {
		fmt.Print("x")
	}
	fmt.Println()
	for i := range bound() {
		fmt.Print(i, " ")
		i += 10
	}
	fmt.Println("calls", calls)
	n := 3
	for i := range n {
		n = 100
		fmt.Print(i, ",")
	}
	fmt.Println(n)
	for i := range -5 {
		fmt.Println("never", i)
	}
	for range 0 {
		fmt.Println("never")
	}
	var k int
	for k = range 5 {
		if k == 3 {
			break
		}
	}
	fmt.Println("k", k)
	var at [3]int
	for at[1] = range 4 {
	}
	fmt.Println(at)
	var fs []func() int
	for i := range 3 {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
outer:
	for i := range 4 {
		for j := range 4 {
			switch {
			case j > i:
				continue outer
			case i == 3:
				break outer
			}
			fmt.Print(i, j, ";")
		}
	}
	fmt.Println()
}
