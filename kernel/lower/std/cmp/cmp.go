// Package cmp has bodies for the generic functions of the standard library's
// cmp, for the engine to instantiate.
package cmp

import "cmp"

// Less tells whether x comes before y in the order of slices.Sort: NaN comes
// before every number, and is not before itself.
func Less[T cmp.Ordered](x, y T) bool {
	if x < y {
		return true
	}
	return x != x && y == y
}

// Compare is -1, 0 or +1 in the order of Less; any NaN equals any other.
func Compare[T cmp.Ordered](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return +1
	case x == y:
		return 0
	case x == x: // y is NaN
		return +1
	case y == y: // x is NaN
		return -1
	}
	return 0
}

// Or returns the first of the values that is not zero, or zero.
func Or[T comparable](vals ...T) (first T) {
	var zero T
	for i := range vals {
		if vals[i] != zero {
			return vals[i]
		}
	}
	return zero
}
