package vm

import (
	"reflect"
	"unsafe"
)

// What the engine takes from Go's runtime beyond package reflect. All of these
// are names that the Go project keeps open to linkname because well-known
// packages use them; checkRuntime holds the layouts that are assumed here
// against what the running toolchain does.

//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(rtype unsafe.Pointer) unsafe.Pointer

//go:linkname typedmemmove reflect.typedmemmove
func typedmemmove(rtype, dst, src unsafe.Pointer)

//go:linkname memclrHasPointers runtime.memclrHasPointers
//go:noescape
func memclrHasPointers(ptr unsafe.Pointer, n uintptr)

//go:linkname mapaccess2 runtime.mapaccess2
//go:noescape
func mapaccess2(rtype, m, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapassign runtime.mapassign
//go:noescape
func mapassign(rtype, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapdelete runtime.mapdelete
//go:noescape
func mapdelete(rtype, m, key unsafe.Pointer)

// getg returns an address that is the same throughout a goroutine's life. Its
// first two words are the bounds of the goroutine's stack.
func getg() unsafe.Pointer

// The layouts of values.
type (
	sliceHeader struct {
		p    unsafe.Pointer
		n, c int
	}
	// iface is an interface value: with methods the first word is an itab,
	// without it is the type.
	iface struct{ tab, data unsafe.Pointer }
	itab  struct {
		inter, typ unsafe.Pointer
		hash       uint32
		fun        [1 << 16]uintptr
	}
)

// rtypeOf returns the runtime's record of a type.
func rtypeOf(t reflect.Type) unsafe.Pointer { return (*iface)(unsafe.Pointer(&t)).data }

var typeTab = func() unsafe.Pointer {
	t := reflect.TypeFor[int]()
	return (*iface)(unsafe.Pointer(&t)).tab
}()

// typeOf is the other way round.
func typeOf(rtype unsafe.Pointer) (t reflect.Type) {
	*(*iface)(unsafe.Pointer(&t)) = iface{typeTab, rtype}
	return t
}

// flagDirect is the bit of a type's flags (at offset 20 of its record) that
// tells that an interface holds the value itself, not its address.
const flagDirect = 1 << 5

func isDirect(rtype unsafe.Pointer) bool {
	return *(*uint8)(unsafe.Add(rtype, 20))&flagDirect != 0
}

// peek returns the value at an address as an interface, without a copy: for a
// look that ends before the value changes.
func peek(rtype, p unsafe.Pointer) (v any) {
	e := (*iface)(unsafe.Pointer(&v))
	if isDirect(rtype) {
		*e = iface{rtype, *(*unsafe.Pointer)(p)}
	} else {
		*e = iface{rtype, p}
	}
	return v
}

// dataOf returns the address of the value that an interface holds; for a
// pointer-shaped one that is the address of the interface's second word.
func dataOf(rtype unsafe.Pointer, e *iface) unsafe.Pointer {
	if isDirect(rtype) {
		return unsafe.Pointer(&e.data)
	}
	return e.data
}

// valueAt returns the addressable value at an address.
func valueAt(t reflect.Type, p unsafe.Pointer) reflect.Value { return reflect.NewAt(t, p).Elem() }

// funcWord returns the pointer that a func value is.
func funcWord(v reflect.Value) unsafe.Pointer {
	x := v.Interface()
	return (*iface)(unsafe.Pointer(&x)).data
}

// A goPanic is the start of the runtime's record of a panic, to which the fifth
// word of a goroutine points.
type goPanic struct {
	arg    any
	_      unsafe.Pointer
	_      [8]uintptr
	_, _   bool
	goexit bool
}

// underWay returns the value of the panic that unwinds a goroutine, or tells
// that it is runtime.Goexit. Only a deferred function may ask.
func underWay(g unsafe.Pointer) (value any, goexit bool) {
	p := *(**goPanic)(unsafe.Add(g, 32))
	return p.arg, p.goexit
}

// stackUsed is how much of its stack the goroutine uses.
func stackUsed(g unsafe.Pointer) uintptr {
	var here byte
	hi := *(*uintptr)(unsafe.Add(g, 8))
	return hi - uintptr(unsafe.Pointer(&here))
}

//go:linkname newArray reflect.unsafe_NewArray
func newArray(rtype unsafe.Pointer, n int) unsafe.Pointer
