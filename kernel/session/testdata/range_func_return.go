// A return out of nested ranges over functions: the iterators finish first,
// then the deferred calls; several and named results arrive.
package main

import "fmt"

func words(tag string, list ...string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		defer fmt.Println("  leave", tag)
		for i, w := range list {
			if !yield(i, w) {
				return
			}
		}
	}
}

func find(want string) (row, col int, err error) {
	defer func() { fmt.Println("  find returns", row, col, err) }()
	for i, a := range words("outer", "x", "y") {
		for j, b := range words("inner", "1", "2", "3") {
			if a+b == want {
				return i, j, nil
			}
		}
	}
	return -1, -1, fmt.Errorf("%q not found", want)
}

func named() (n int, s string) {
	defer func() { n *= 2 }()
	for i, w := range words("named", "a", "b", "c") {
		n, s = i+10, w
		if i == 1 {
			return
		}
	}
	return 0, "none"
}

func closure() (out []string) {
	for _, w := range words("closure", "p", "q") {
		f := func() string {
			for _, v := range words("in closure", "k", "l") {
				if v == "l" {
					return w + v
				}
			}
			return "?"
		}
		out = append(out, f())
	}
	return out
}

func main() {
	fmt.Println(find("y2"))
	fmt.Println(find("zz"))
	fmt.Println(named())
	fmt.Println(closure())
}
