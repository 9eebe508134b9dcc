package slices

import (
	"cmp"
	"iter"
)

// All is the sequence of indices and elements.
func All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, v := range s {
			if !yield(i, v) {
				break
			}
		}
	}
}

// Backward is the sequence of indices and elements from the last to the first.
func Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s); i > 0; {
			i--
			if !yield(i, s[i]) {
				break
			}
		}
	}
}

// Values is the sequence of elements.
func Values[Slice ~[]E, E any](s Slice) iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, v := range s {
			if !yield(v) {
				break
			}
		}
	}
}

// Chunk is the sequence of parts of n elements, the last one shorter.
func Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice] {
	if n <= 0 {
		panic("cannot be less than 1")
	}
	return func(yield func(Slice) bool) {
		for rest := s; len(rest) > 0; {
			m := min(n, len(rest))
			if !yield(rest[:m:m]) {
				break
			}
			rest = rest[m:]
		}
	}
}

// AppendSeq appends the values of a sequence.
func AppendSeq[Slice ~[]E, E any](s Slice, seq iter.Seq[E]) Slice {
	for v := range seq {
		s = append(s, v)
	}
	return s
}

// Collect makes a slice of a sequence, nil of an empty one.
func Collect[E any](seq iter.Seq[E]) []E {
	var out []E
	for v := range seq {
		out = append(out, v)
	}
	return out
}

// Sorted makes a sorted slice of a sequence.
func Sorted[E cmp.Ordered](seq iter.Seq[E]) []E {
	out := Collect(seq)
	Sort(out)
	return out
}

// SortedFunc makes a slice of a sequence and sorts it with a comparison.
func SortedFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	out := Collect(seq)
	SortFunc(out, cmp)
	return out
}

// SortedStableFunc is SortedFunc that keeps the order of equal elements.
func SortedStableFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	out := Collect(seq)
	SortStableFunc(out, cmp)
	return out
}
