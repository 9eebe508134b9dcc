// Package weak has bodies for the generic functions and methods of the
// standard library's weak, for the engine to instantiate.
package weak

import (
	"unsafe"
	"weak"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// Make returns a weak pointer to what ptr points to.
func Make[T any](ptr *T) weak.Pointer[T] {
	var p weak.Pointer[T]
	*(*unsafe.Pointer)(unsafe.Pointer(&p)) = host.Weak(unsafe.Pointer(ptr))
	return p
}

// Pointer_Value is the method Value of Pointer.
func Pointer_Value[T any](p weak.Pointer[T]) *T {
	return (*T)(host.Strong(*(*unsafe.Pointer)(unsafe.Pointer(&p))))
}
