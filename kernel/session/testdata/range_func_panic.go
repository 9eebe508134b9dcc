// Panics and ranges over functions: one in the body passes the iterator's
// deferred calls, one in the iterator leaves the loop, and an iterator that
// goes on after the loop has ended is stopped by the runtime.
package main

import "fmt"

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Printf("%s: %v\n", name, r)
			return
		}
		fmt.Printf("%s: ok\n", name)
	}()
	f()
}

func deaf(yield func(int) bool) {
	yield(1)
	yield(2)
}

func breaks(yield func(int) bool) {
	for i := range 5 {
		if i == 2 {
			panic("iterator broke")
		}
		if !yield(i) {
			return
		}
	}
}

func careful(yield func(int) bool) {
	defer fmt.Println("  careful cleans up")
	for i := range 5 {
		if !yield(i) {
			return
		}
	}
}

var kept func(int) bool

func leak(yield func(int) bool) {
	kept = yield
	yield(0)
}

func main() {
	try("continued", func() {
		for i := range deaf {
			fmt.Println("  got", i)
			break
		}
	})
	try("all of it", func() {
		for i := range deaf {
			fmt.Println("  got", i)
		}
	})
	try("iterator", func() {
		for i := range breaks {
			fmt.Println("  got", i)
		}
	})
	try("body", func() {
		for i := range careful {
			if i == 1 {
				panic("body broke")
			}
		}
	})
	try("late", func() {
		for range leak {
		}
		kept(1)
	})
	try("index", func() {
		xs := []int{1, 2}
		for i := range careful {
			fmt.Println("  x", xs[i])
		}
	})
}
