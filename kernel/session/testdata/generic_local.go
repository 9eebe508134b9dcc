package main

import "fmt"

func f[T comparable](a, b T) {
	type pair struct{ x T }
	type node struct {
		v    T
		next *node
	}
	fmt.Println(struct{ v T }{a} == struct{ v T }{b}, any(pair{a}) == any(pair{b}), (&node{v: a}).v)
	check(any(struct{ a T }{a}) == any(struct{ a T }{a}))
}

func check(b bool) { fmt.Println(b) }

func main() { f(1, 2); f("a", "a"); f(3.0, 3.0) }
