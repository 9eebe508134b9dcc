// Variadic functions: no argument is nil, a slice passed on is shared, the
// last parameter of interface type takes anything, methods and closures too.
package main

import "fmt"

func count(xs ...int) (int, bool) { return len(xs), xs == nil }

func zero(xs ...int) {
	for i := range xs {
		xs[i] = 0
	}
}

func grow(xs ...int) []int { return append(xs, 99) }

func anys(xs ...any) string {
	s := ""
	for _, x := range xs {
		s += fmt.Sprintf("%T ", x)
	}
	return s
}

type logger struct {
	prefix string
	lines  []string
}

func (l *logger) printf(format string, args ...any) {
	l.lines = append(l.lines, l.prefix+fmt.Sprintf(format, args...))
}

type option func(*logger)

func withPrefix(p string) option { return func(l *logger) { l.prefix = p } }

func newLogger(opts ...option) *logger {
	l := &logger{}
	for _, o := range opts {
		o(l)
	}
	return l
}

func concat[T any](lists ...[]T) (out []T) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return
}

func main() {
	fmt.Println(count())
	fmt.Println(count([]int{}...))
	fmt.Println(count(nil...))
	fmt.Println(count(1, 2))
	s := []int{1, 2, 3, 4}
	zero(s[1:3]...)
	fmt.Println(s)
	zero(s[0], s[3])
	fmt.Println(s)
	part := s[:2:4]
	fmt.Println(grow(part...), s)
	fmt.Println(anys(1, "a", nil, 2.5, []int{1}, [2]bool{}), anys([]any{1, 'x'}...), anys([]any{1, 2}), anys(nil), anys(nil...) == "")
	l := newLogger(withPrefix("> "), func(l *logger) { l.prefix += "> " })
	l.printf("%d of %s", 3, "cells")
	l.printf("plain")
	p := l.printf
	p("%v", []int{1, 2})
	fmt.Printf("%q\n", l.lines)
	fmt.Println(concat([]int{1}, nil, []int{2, 3}), concat[string]() == nil)
	f := func(first string, rest ...string) string { return first + fmt.Sprint(len(rest)) }
	fmt.Println(f("a"), f("b", "c"), f("d", []string{"e", "f"}...))
	fmt.Printf("%T %T\n", f, (*logger).printf)
}
