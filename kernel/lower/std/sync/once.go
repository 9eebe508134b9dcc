// Package sync has bodies for the generic functions of the standard library's
// sync, for the engine to instantiate.
package sync

import "sync"

// OnceValue returns a function that calls f the first time and gives its
// result, or its panic, each time.
func OnceValue[T any](f func() T) func() T {
	var result T
	get := sync.OnceFunc(func() { result = f() })
	return func() T {
		get()
		return result
	}
}

// OnceValues is OnceValue for two results.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var first T1
	var second T2
	get := sync.OnceFunc(func() { first, second = f() })
	return func() (T1, T2) {
		get()
		return first, second
	}
}
