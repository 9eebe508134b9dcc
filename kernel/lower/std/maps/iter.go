package maps

import "iter"

// All is the sequence of a map's entries.
func All[Map ~map[K]V, K comparable, V any](m Map) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for key, value := range m {
			if !yield(key, value) {
				break
			}
		}
	}
}

// Keys is the sequence of a map's keys.
func Keys[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m {
			if !yield(key) {
				break
			}
		}
	}
}

// Values is the sequence of a map's values.
func Values[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m {
			if !yield(value) {
				break
			}
		}
	}
}

// Insert sets in m all pairs of a sequence.
func Insert[Map ~map[K]V, K comparable, V any](m Map, seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m[key] = value
	}
}

// Collect makes a map of a sequence of pairs.
func Collect[K comparable, V any](seq iter.Seq2[K, V]) map[K]V {
	out := map[K]V{}
	Insert(out, seq)
	return out
}
