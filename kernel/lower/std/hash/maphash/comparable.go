// Package maphash has bodies for the generic functions of the standard
// library's hash/maphash, for the engine to instantiate.
package maphash

import (
	"hash/maphash"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// Comparable is a hash of v: equal for equal values, random for one that is
// not equal to itself.
func Comparable[T comparable](seed maphash.Seed, v T) uint64 {
	return host.Comparable(seed, v)
}

// WriteComparable adds v to what is hashed.
func WriteComparable[T comparable](h *maphash.Hash, x T) {
	host.WriteComparable(h, x)
}
