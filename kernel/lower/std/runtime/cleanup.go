// Package runtime has bodies for the generic functions of the standard
// library's runtime, for the engine to instantiate.
package runtime

import (
	"reflect"
	"runtime"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// AddCleanup calls cleanup with arg some time after ptr is no longer reached.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) runtime.Cleanup {
	var inside unsafe.Pointer
	switch reflect.TypeFor[S]().Kind() {
	case reflect.Pointer, reflect.UnsafePointer:
		inside = *(*unsafe.Pointer)(unsafe.Pointer(&arg))
	}
	return host.AddCleanup(unsafe.Pointer(ptr), inside, later(cleanup, arg))
}

// later is apart, so that what it returns cannot reach the pointer.
func later[S any](cleanup func(S), arg S) func() {
	return func() { cleanup(arg) }
}
