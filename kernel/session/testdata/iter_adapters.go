// Iterators composed as a pipeline of one's own generic adapters and the
// standard library's: nothing is computed that nobody asks for.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

func Map[A, B any](s iter.Seq[A], f func(A) B) iter.Seq[B] {
	return func(yield func(B) bool) {
		for a := range s {
			if !yield(f(a)) {
				return
			}
		}
	}
}

func Filter[A any](s iter.Seq[A], keep func(A) bool) iter.Seq[A] {
	return func(yield func(A) bool) {
		for a := range s {
			if keep(a) && !yield(a) {
				return
			}
		}
	}
}

func Take[A any](s iter.Seq[A], n int) iter.Seq[A] {
	return func(yield func(A) bool) {
		if n <= 0 {
			return
		}
		i := 0
		for a := range s {
			if !yield(a) {
				return
			}
			if i++; i == n {
				return
			}
		}
	}
}

func Zip[A, B any](as iter.Seq[A], bs iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		next, stop := iter.Pull(bs)
		defer stop()
		for a := range as {
			b, ok := next()
			if !ok || !yield(a, b) {
				return
			}
		}
	}
}

func naturals(yield func(int) bool) {
	for i := 0; ; i++ {
		if !yield(i) {
			return
		}
	}
}

func main() {
	asked := 0
	squares := Map(naturals, func(i int) int { asked++; return i * i })
	odd := Filter(squares, func(i int) bool { return i%2 == 1 })
	fmt.Println(slices.Collect(Take(odd, 5)), asked)
	names := slices.Values([]string{"soma", "axon", "spine"})
	for n, s := range Zip(names, odd) {
		fmt.Print(n, ":", s, " ")
	}
	fmt.Println()
	m := maps.Collect(Zip(names, naturals))
	fmt.Println(m, slices.Sorted(maps.Keys(m)))
	for c := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(c, len(c), cap(c), " ")
	}
	fmt.Println()
	for i, s := range slices.Backward([]string{"a", "b"}) {
		fmt.Print(i, s, " ")
	}
	fmt.Println(slices.Sorted(Map(names, func(s string) int { return len(s) })))
}
