// Package slices has bodies for the generic functions of the standard
// library's slices, for the engine to instantiate. Results, capacities and
// panics are those of the originals; so is the order in which the functions
// that they get are called.
package slices

import "cmp"

// Equal tells whether two slices have the same elements.
func Equal[S ~[]E, E comparable](s1, s2 S) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, a := range s1 {
		if a != s2[i] {
			return false
		}
	}
	return true
}

// EqualFunc is Equal with a comparison of the elements.
func EqualFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, eq func(E1, E2) bool) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, a := range s1 {
		if !eq(a, s2[i]) {
			return false
		}
	}
	return true
}

// Compare compares slices as words are: by the first element that differs,
// then by length.
func Compare[S ~[]E, E cmp.Ordered](s1, s2 S) int {
	for i := range min(len(s1), len(s2)) {
		if c := cmp.Compare(s1[i], s2[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(s1), len(s2))
}

// CompareFunc is Compare with a comparison of the elements.
func CompareFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, cmp func(E1, E2) int) int {
	for i, a := range s1 {
		if i == len(s2) {
			return +1
		}
		if c := cmp(a, s2[i]); c != 0 {
			return c
		}
	}
	if len(s1) == len(s2) {
		return 0
	}
	return -1
}

// Index finds the first element that is v, or returns -1.
func Index[S ~[]E, E comparable](s S, v E) int {
	for i := range s {
		if s[i] == v {
			return i
		}
	}
	return -1
}

// IndexFunc finds the first element for which f is true, or returns -1.
func IndexFunc[S ~[]E, E any](s S, f func(E) bool) int {
	for i := range s {
		if f(s[i]) {
			return i
		}
	}
	return -1
}

// Contains tells whether an element is v.
func Contains[S ~[]E, E comparable](s S, v E) bool {
	for i := range s {
		if s[i] == v {
			return true
		}
	}
	return false
}

// ContainsFunc tells whether f is true for an element.
func ContainsFunc[S ~[]E, E any](s S, f func(E) bool) bool {
	return IndexFunc(s, f) != -1
}

// Reverse turns a slice around.
func Reverse[S ~[]E, E any](s S) {
	last := len(s) - 1
	for i := range len(s) / 2 {
		s[i], s[last-i] = s[last-i], s[i]
	}
}

// Clone returns a copy with the capacity that append gives, nil for nil.
func Clone[S ~[]E, E any](s S) S {
	if s == nil {
		return nil
	}
	return append(S{}, s...)
}

// Clip cuts the capacity to the length.
func Clip[S ~[]E, E any](s S) S {
	return s[:len(s):len(s)]
}

// Grow makes room for n more elements.
func Grow[S ~[]E, E any](s S, n int) S {
	if n < 0 {
		panic("cannot be negative")
	}
	more := n - (cap(s) - len(s))
	if more <= 0 {
		return s
	}
	return append(s[:cap(s)], make([]E, more)...)[:len(s)]
}

// Concat joins slices into a new one.
func Concat[S ~[]E, E any](slices ...S) S {
	total := 0
	for _, s := range slices {
		if total += len(s); total < 0 {
			panic("len out of range")
		}
	}
	out := Grow[S](nil, total)
	for _, s := range slices {
		out = append(out, s...)
	}
	return out
}

// Repeat returns a new slice with the elements of x count times.
func Repeat[S ~[]E, E any](x S, count int) S {
	const maxInt = int(^uint(0) >> 1)
	if count < 0 {
		panic("cannot be negative")
	}
	if len(x) > 0 && count > maxInt/len(x) {
		panic("the result of (len(x) * count) overflows")
	}
	out := make(S, len(x)*count)
	// Each copy doubles what is there.
	for done := copy(out, x); done < len(out); {
		done += copy(out[done:], out[:done])
	}
	return out
}
