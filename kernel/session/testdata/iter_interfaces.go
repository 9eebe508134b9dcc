// Iterators as interface methods, struct fields, results of closures and
// method values; over pairs, errors, pages, and windows that reuse a buffer.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
)

type Source interface {
	Samples() iter.Seq2[float64, error]
}

type good []float64

func (g good) Samples() iter.Seq2[float64, error] {
	return func(yield func(float64, error) bool) {
		for _, x := range g {
			if !yield(x, nil) {
				return
			}
		}
	}
}

type broken struct {
	Source
	after int
}

var errLost = errors.New("signal lost")

func (b broken) Samples() iter.Seq2[float64, error] {
	return func(yield func(float64, error) bool) {
		n := 0
		for x, err := range b.Source.Samples() {
			if n == b.after {
				yield(0, fmt.Errorf("sample %d: %w", n, errLost))
				return
			}
			if !yield(x, err) {
				return
			}
			n++
		}
	}
}

func sum(s Source) (total float64, err error) {
	for x, err := range s.Samples() {
		if err != nil {
			return total, err
		}
		total += x
	}
	return
}

type stage struct {
	name string
	run  func(iter.Seq[string]) iter.Seq[string]
}

func mapped(f func(string) string) func(iter.Seq[string]) iter.Seq[string] {
	return func(in iter.Seq[string]) iter.Seq[string] {
		return func(yield func(string) bool) {
			for s := range in {
				if !yield(f(s)) {
					return
				}
			}
		}
	}
}

func windows[T any](in iter.Seq[T], n int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		buf := make([]T, 0, n)
		for x := range in {
			if len(buf) == n {
				buf = append(buf[:0], buf[1:]...)
			}
			if buf = append(buf, x); len(buf) == n && !yield(buf) {
				return
			}
		}
	}
}

type ring[T any] struct {
	items []T
	turns int
}

func (r *ring[T]) Cycle(yield func(int, T) bool) {
	for {
		for i, x := range r.items {
			if !yield(i, x) {
				return
			}
		}
		r.turns++
	}
}

func lines(s string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		sc := bufio.NewScanner(strings.NewReader(s))
		for n := 1; sc.Scan() && yield(n, sc.Text()); n++ {
		}
	}
}

func main() {
	for _, s := range []Source{good{1, 2, 3.5}, broken{good{1, 2, 3}, 2}, broken{good{1}, 5}} {
		v, err := sum(s)
		fmt.Println(v, err, errors.Is(err, errLost))
	}
	in := slices.Values([]string{"a", "b", "c"})
	for _, st := range []stage{{"up", mapped(strings.ToUpper)}, {"twice", mapped(func(s string) string { return s + s })}, {"id", func(s iter.Seq[string]) iter.Seq[string] { return s }}} {
		in = st.run(in)
		fmt.Print(st.name, slices.Collect(in), " ")
	}
	fmt.Println()
	for w := range windows(slices.Values([]int{1, 2, 3, 4}), 3) {
		fmt.Print(w, " ")
	}
	kept := slices.Collect(windows(slices.Values([]int{1, 2, 3, 4}), 2))
	fmt.Println(kept)
	r := &ring[string]{items: []string{"x", "y", "z"}}
	n := 0
	for i, s := range r.Cycle {
		fmt.Print(i, s, " ")
		if n++; n == 7 {
			break
		}
	}
	fmt.Println(r.turns)
	for n, l := range lines("one\n\nthree") {
		fmt.Printf("%d%q ", n, l)
	}
	fmt.Println()
	fmt.Println(maps.Collect(lines("p\nq")))
	var order []int
	for range 2 {
		next, stop := iter.Pull2(r.Cycle)
		for range 4 {
			i, _, _ := next()
			order = append(order, i)
		}
		stop()
	}
	sort.Ints(order)
	fmt.Println(order, r.turns)
}
