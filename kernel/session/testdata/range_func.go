// A range over a function of each of the three forms, over method values, and
// over a function value that is called once per loop.
package main

import (
	"fmt"
	"iter"
)

func times(n int) func(func() bool) {
	return func(yield func() bool) {
		for range n {
			if !yield() {
				return
			}
		}
	}
}

func evens(upto int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i <= upto; i += 2 {
			if !yield(i) {
				fmt.Print("[stopped at ", i, "]")
				return
			}
		}
		fmt.Print("[done]")
	}
}

type Recording struct {
	name    string
	samples []float64
}

func (r *Recording) All() iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		for i, v := range r.samples {
			if !yield(i, v) {
				return
			}
		}
	}
}

func (r Recording) each(yield func(float64) bool) {
	for _, v := range r.samples {
		if !yield(v) {
			return
		}
	}
}

func main() {
	n := 0
	for range times(3) {
		n++
	}
	fmt.Println(n)
	for i := range evens(6) {
		fmt.Print(i, " ")
	}
	fmt.Println()
	for i := range evens(100) {
		if i > 4 {
			break
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	r := &Recording{"a", []float64{1.5, 2.5, -1}}
	for i, v := range r.All() {
		fmt.Print(i, "=", v, " ")
	}
	for i := range r.All() {
		fmt.Print(i, ";")
	}
	for range r.All() {
		fmt.Print(".")
	}
	fmt.Println()
	each := r.each
	r.samples[0] = 9
	for v := range each {
		fmt.Print(v, " ")
	}
	fmt.Println()
	var x, y any
	for x, y = range r.All() {
	}
	fmt.Println(x, y)
	var kept []*float64
	for v := range each {
		kept = append(kept, &v)
	}
	fmt.Println(*kept[0], *kept[1], *kept[2])
	var none iter.Seq[int] = func(func(int) bool) {}
	for i := range none {
		fmt.Println("never", i)
	}
}
