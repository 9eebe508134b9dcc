// Package unique has bodies for the generic functions and methods of the
// standard library's unique, for the engine to instantiate.
package unique

import (
	"reflect"
	"unique"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// Make returns the handle of a value: equal values have equal handles.
func Make[T comparable](value T) unique.Handle[T] {
	var h unique.Handle[T]
	*(*unsafe.Pointer)(unsafe.Pointer(&h)) = host.Unique(reflect.TypeFor[T](), value)
	return h
}

// Handle_Value is the method Value of Handle.
func Handle_Value[T comparable](h unique.Handle[T]) T {
	return **(**T)(unsafe.Pointer(&h))
}
