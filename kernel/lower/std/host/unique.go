package host

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"
)

// A uniqueKey is a value of the type parameter of a unique.Handle, which may
// be an interface type.
type uniqueKey struct {
	of    reflect.Type
	value any
}

var handles struct {
	sync.Mutex
	m map[uniqueKey]weak.Pointer[byte]
}

// Unique returns the pointer to a value of type t that a unique.Handle holds:
// the same one for equal values for as long as it is reached.
func Unique(t reflect.Type, value any) unsafe.Pointer {
	if s, ok := value.(string); ok {
		value = strings.Clone(s) // may be a small part of a large string
	}
	k := uniqueKey{t, value}
	handles.Lock()
	defer handles.Unlock()
	if w, ok := handles.m[k]; ok {
		if p := w.Value(); p != nil {
			return unsafe.Pointer(p)
		}
	}
	box := reflect.New(t)
	if value != nil {
		box.Elem().Set(reflect.ValueOf(value))
	}
	p := box.UnsafePointer()
	if !(map[uniqueKey]bool{k: true})[k] { // has a NaN and is never found again
		return p
	}
	if handles.m == nil {
		handles.m = map[uniqueKey]weak.Pointer[byte]{}
	}
	handles.m[k] = weak.Make((*byte)(p))
	runtime.AddCleanup((*byte)(p), forget, k)
	return p
}

// forget removes a handle whose memory is gone, unless the value has a new one.
func forget(k uniqueKey) {
	handles.Lock()
	defer handles.Unlock()
	if w, ok := handles.m[k]; ok && w.Value() == nil {
		delete(handles.m, k)
	}
}
