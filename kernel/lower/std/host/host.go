// Package host is compiled code that the companions of package std call where
// Go source alone would be slow, or could not reach what the runtime does. Its
// functions are not generic: they take pointers and the kind or the type of
// what these point to.
package host

import (
	"hash/maphash"
	"reflect"
	"runtime"
	"slices"
	"unsafe"
	"weak"
)

// Sort sorts n numbers or strings from p on as slices.Sort does.
func Sort(k reflect.Kind, p unsafe.Pointer, n int) {
	switch k {
	case reflect.Int:
		slices.Sort(unsafe.Slice((*int)(p), n))
	case reflect.Int8:
		slices.Sort(unsafe.Slice((*int8)(p), n))
	case reflect.Int16:
		slices.Sort(unsafe.Slice((*int16)(p), n))
	case reflect.Int32:
		slices.Sort(unsafe.Slice((*int32)(p), n))
	case reflect.Int64:
		slices.Sort(unsafe.Slice((*int64)(p), n))
	case reflect.Uint:
		slices.Sort(unsafe.Slice((*uint)(p), n))
	case reflect.Uint8:
		slices.Sort(unsafe.Slice((*uint8)(p), n))
	case reflect.Uint16:
		slices.Sort(unsafe.Slice((*uint16)(p), n))
	case reflect.Uint32:
		slices.Sort(unsafe.Slice((*uint32)(p), n))
	case reflect.Uint64:
		slices.Sort(unsafe.Slice((*uint64)(p), n))
	case reflect.Uintptr:
		slices.Sort(unsafe.Slice((*uintptr)(p), n))
	case reflect.Float32:
		slices.Sort(unsafe.Slice((*float32)(p), n))
	case reflect.Float64:
		slices.Sort(unsafe.Slice((*float64)(p), n))
	case reflect.String:
		slices.Sort(unsafe.Slice((*string)(p), n))
	default:
		panic("host: Sort: " + k.String() + " is not ordered")
	}
}

// Comparable is maphash.Comparable of what v holds.
func Comparable(seed maphash.Seed, v any) uint64 { return maphash.Comparable(seed, v) }

// WriteComparable is maphash.WriteComparable of what v holds.
func WriteComparable(h *maphash.Hash, v any) { maphash.WriteComparable(h, v) }

// Weak returns what a weak.Pointer to p holds.
func Weak(p unsafe.Pointer) unsafe.Pointer {
	w := weak.Make((*byte)(p))
	return *(*unsafe.Pointer)(unsafe.Pointer(&w))
}

// Strong returns the pointer of what a weak.Pointer holds, nil when the memory
// is gone.
func Strong(held unsafe.Pointer) unsafe.Pointer {
	var w weak.Pointer[byte]
	*(*unsafe.Pointer)(unsafe.Pointer(&w)) = held
	return unsafe.Pointer(w.Value())
}

// AddCleanup calls run after p is no longer reached. It panics, as
// runtime.AddCleanup does, if inside, the argument of the cleanup if that is a
// pointer, points into the same memory.
func AddCleanup(p, inside unsafe.Pointer, run func()) runtime.Cleanup {
	if inside != nil {
		check := runtime.AddCleanup((*byte)(p), func(unsafe.Pointer) {}, inside)
		check.Stop()
	}
	return runtime.AddCleanup((*byte)(p), func(run func()) { run() }, run)
}
