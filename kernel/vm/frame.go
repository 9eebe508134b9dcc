package vm

import (
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// A header is the start of every frame. The registers of the function follow
// it in memory.
type header struct {
	g    *goro
	b    *body
	up   unsafe.Pointer // the frame of the caller, when that is interpreted
	at   token.Pos      // of the instruction that runs
	more *deferred      // deferred calls, the last first
	// caught is the panic that a call of recover in this frame sees; pass is
	// what the frame hands to the functions it calls as theirs.
	caught, pass *panicking
	done         bool
	depth        int
}

func hdr(fp unsafe.Pointer) *header { return (*header)(fp) }

// reg is the register at an offset of a frame.
func reg[T any](fp unsafe.Pointer, off uintptr) *T { return (*T)(unsafe.Add(fp, off)) }

// A class is how a register holds a value. All but cBox hold it in Go's own
// layout, so that the register's address is that of a Go variable; cBox is a
// pointer to a variable that belongs to the frame, for structs and arrays.
type class uint8

const (
	cNone class = iota
	c1
	c2
	c4
	c8
	c16
	cPtr
	cString
	cSlice
	cIface
	cBox
)

func classOf(t types.Type) class {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.Bool, types.Int8, types.Uint8, types.UntypedBool:
			return c1
		case types.Int16, types.Uint16:
			return c2
		case types.Int32, types.Uint32, types.Float32, types.UntypedRune:
			return c4
		case types.Int, types.Uint, types.Int64, types.Uint64, types.Uintptr, types.Float64, types.Complex64, types.UntypedInt, types.UntypedFloat:
			return c8
		case types.Complex128, types.UntypedComplex:
			return c16
		case types.String, types.UntypedString:
			return cString
		case types.UnsafePointer, types.UntypedNil:
			return cPtr
		}
		return cNone
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return cPtr
	case *types.Slice:
		return cSlice
	case *types.Interface:
		return cIface
	case *types.Struct, *types.Array:
		return cBox
	}
	return cNone
}

// A slot is where a value of a function lives in its frames.
type slot struct {
	region uint8
	index  int
	off    uintptr // known when the layout is done
	cls    class
	typ    types.Type
	rt     unsafe.Pointer // its runtime type; nil until asked for
}

// The regions of a frame. Those up to rIface are cleared when a call ends;
// the constants are written once.
const (
	rPtr = iota
	rString
	rSlice
	rIface
	rWord
	rConstPtr
	rConstString
	rConstSlice
	rConstIface
	regions
)

var regionSize = [regions]uintptr{8, 16, 24, 16, 8, 8, 16, 24, 16}

func (c class) region(constant bool) (region uint8, n int) {
	switch c {
	case cBox:
		return rConstPtr, 1 // the frame keeps the variable
	case cPtr:
		region, n = rPtr, 1
	case cString:
		region, n = rString, 1
	case cSlice:
		region, n = rSlice, 1
	case cIface:
		region, n = rIface, 1
	case c16:
		return rWord, 2
	default:
		return rWord, 1
	}
	if constant {
		region += rConstPtr
	}
	return region, n
}

// A layout says what a frame of a function looks like.
type layout struct {
	counts  [regions]int
	start   [regions]uintptr
	typ     unsafe.Pointer
	cleared uintptr // bytes behind the header to clear after a call
	boxes   []box
	heavy   uintptr // bytes of all boxes
	clear   []box   // those to clear after a call, as they hold pointers
	consts  []fixed
}

type box struct {
	off, size uintptr
	rt        unsafe.Pointer
}

// fixed is the value of a constant's register.
type fixed struct {
	off  uintptr
	cls  class
	bits uint64
	ptr  unsafe.Pointer
	str  string
	cplx complex128
}

// roundCount keeps the number of frame types, which the runtime never
// forgets, small.
func roundCount(n int) int {
	if n <= 4 {
		return n
	}
	step := 2
	for step*8 < n {
		step *= 2
	}
	return (n + step - 1) / step * step
}

var frameElems = [regions]reflect.Type{
	reflect.TypeFor[unsafe.Pointer](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](), reflect.TypeFor[any](), reflect.TypeFor[uint64](),
	reflect.TypeFor[unsafe.Pointer](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](), reflect.TypeFor[any](),
}

const headerSize = unsafe.Sizeof(header{})

// finish fixes the offsets.
func (l *layout) finish() {
	off := headerSize
	fields := []reflect.StructField{{Name: "H", Type: reflect.TypeFor[header]()}}
	for r := range regions {
		n := roundCount(l.counts[r])
		l.start[r] = off
		if n == 0 {
			continue
		}
		fields = append(fields, reflect.StructField{Name: "R" + string(rune('a'+r)), Type: reflect.ArrayOf(n, frameElems[r])})
		off += uintptr(n) * regionSize[r]
	}
	l.cleared = l.start[rWord] - headerSize
	l.typ = rtypeOf(reflect.StructOf(fields))
}

func (l *layout) offset(s slot) uintptr {
	return l.start[s.region] + uintptr(s.index)*regionSize[s.region]
}

// new makes a frame.
func (l *layout) new() unsafe.Pointer {
	fp := unsafeNew(l.typ)
	for i := range l.consts {
		c := &l.consts[i]
		switch c.cls {
		case c1, c2, c4, c8:
			*reg[uint64](fp, c.off) = c.bits // little end first
		case c16:
			*reg[complex128](fp, c.off) = c.cplx
		case cPtr:
			*reg[unsafe.Pointer](fp, c.off) = c.ptr
		case cString:
			*reg[string](fp, c.off) = c.str
		}
	}
	for i := range l.boxes {
		b := &l.boxes[i]
		*reg[unsafe.Pointer](fp, b.off) = unsafeNew(b.rt)
	}
	return fp
}

// A move copies a value from a register of one frame to one of another.
type move struct {
	cls      class
	dst, src uintptr
	rt       unsafe.Pointer // for cBox
}

func (m *move) run(dst, src unsafe.Pointer) {
	switch m.cls {
	case c8, c1, c2, c4:
		*reg[uint64](dst, m.dst) = *reg[uint64](src, m.src)
	case cPtr:
		*reg[unsafe.Pointer](dst, m.dst) = *reg[unsafe.Pointer](src, m.src)
	case cString:
		*reg[string](dst, m.dst) = *reg[string](src, m.src)
	case cSlice:
		*reg[[]byte](dst, m.dst) = *reg[[]byte](src, m.src)
	case cIface:
		*reg[iface](dst, m.dst) = *reg[iface](src, m.src)
	case c16:
		*reg[complex128](dst, m.dst) = *reg[complex128](src, m.src)
	case cBox:
		typedmemmove(m.rt, *reg[unsafe.Pointer](dst, m.dst), *reg[unsafe.Pointer](src, m.src))
	}
}

// copying returns what runs several moves, the cheapest way it can.
func copying(moves []move) func(dst, src unsafe.Pointer) {
	words := true
	for i := range moves {
		words = words && moves[i].cls <= c8
	}
	switch {
	case len(moves) == 0:
		return func(dst, src unsafe.Pointer) {}
	case words && len(moves) == 1:
		a, b := moves[0].dst, moves[0].src
		return func(dst, src unsafe.Pointer) { *reg[uint64](dst, a) = *reg[uint64](src, b) }
	case words && len(moves) == 2:
		a, b, c, d := moves[0].dst, moves[0].src, moves[1].dst, moves[1].src
		return func(dst, src unsafe.Pointer) {
			*reg[uint64](dst, a) = *reg[uint64](src, b)
			*reg[uint64](dst, c) = *reg[uint64](src, d)
		}
	case words:
		list := make([][2]uintptr, len(moves))
		for i, m := range moves {
			list[i] = [2]uintptr{m.dst, m.src}
		}
		return func(dst, src unsafe.Pointer) {
			for i := range list {
				*reg[uint64](dst, list[i][0]) = *reg[uint64](src, list[i][1])
			}
		}
	case len(moves) == 1:
		m := &moves[0]
		return m.run
	}
	return func(dst, src unsafe.Pointer) {
		for i := range moves {
			moves[i].run(dst, src)
		}
	}
}

// at is the address of the value in a slot.
func (s *slot) at(fp unsafe.Pointer) unsafe.Pointer {
	if s.cls == cBox {
		return *reg[unsafe.Pointer](fp, s.off)
	}
	return unsafe.Add(fp, s.off)
}
