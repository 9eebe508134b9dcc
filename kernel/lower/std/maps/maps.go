// Package maps has bodies for the generic functions of the standard library's
// maps, for the engine to instantiate.
package maps

// Clone returns a copy of a map, nil for a nil map.
func Clone[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return nil
	}
	out := make(M, len(m))
	Copy(out, m)
	return out
}

// Copy sets in dst all that src has.
func Copy[M1 ~map[K]V, M2 ~map[K]V, K comparable, V any](dst M1, src M2) {
	for key, value := range src {
		dst[key] = value
	}
}

// DeleteFunc deletes the entries for which del is true.
func DeleteFunc[M ~map[K]V, K comparable, V any](m M, del func(K, V) bool) {
	for key, value := range m {
		if del(key, value) {
			delete(m, key)
		}
	}
}

// Equal tells whether two maps have the same keys with the same values.
func Equal[M1, M2 ~map[K]V, K, V comparable](m1 M1, m2 M2) bool {
	if len(m1) != len(m2) {
		return false
	}
	for key, value := range m1 {
		other, there := m2[key]
		if !there || other != value {
			return false
		}
	}
	return true
}

// EqualFunc is Equal with a comparison of the values.
func EqualFunc[M1 ~map[K]V1, M2 ~map[K]V2, K comparable, V1, V2 any](m1 M1, m2 M2, eq func(V1, V2) bool) bool {
	if len(m1) != len(m2) {
		return false
	}
	for key, value := range m1 {
		other, there := m2[key]
		if !there || !eq(value, other) {
			return false
		}
	}
	return true
}
