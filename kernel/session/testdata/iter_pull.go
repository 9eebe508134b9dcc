// iter.Pull turns an iterator into next and stop: two are merged in step, one
// is stopped early and cleans up, and a panic comes out of next.
package main

import (
	"fmt"
	"iter"
)

func numbers(name string, from, step, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("end of", name)
		for i := range n {
			if !yield(from + i*step) {
				return
			}
		}
	}
}

func merge(a, b iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		nextA, stopA := iter.Pull(a)
		defer stopA()
		nextB, stopB := iter.Pull(b)
		defer stopB()
		x, okx := nextA()
		y, oky := nextB()
		for okx || oky {
			if okx && (!oky || x <= y) {
				if !yield(x) {
					return
				}
				x, okx = nextA()
			} else {
				if !yield(y) {
					return
				}
				y, oky = nextB()
			}
		}
	}
}

func main() {
	var out []int
	for v := range merge(numbers("a", 0, 3, 4), numbers("b", 1, 4, 3)) {
		out = append(out, v)
	}
	fmt.Println(out)
	for v := range merge(numbers("c", 0, 1, 100), numbers("d", 5, 5, 100)) {
		if v == 3 {
			break
		}
	}
	next, stop := iter.Pull2(func(yield func(string, int) bool) {
		_ = yield("one", 1) && yield("two", 2)
	})
	for {
		k, v, ok := next()
		fmt.Println(k, v, ok)
		if !ok {
			break
		}
	}
	stop()
	fmt.Println(next())
	bad, stopBad := iter.Pull(func(yield func(int) bool) {
		yield(1)
		panic("iterator failed")
	})
	defer stopBad()
	fmt.Println(bad())
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		bad()
	}()
	fmt.Println(bad())
}
