package fast

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"runtime"
	"unsafe"
)

// A kind is what a cell of memory holds. A value of any type that compiled
// code knows is a row of cells: a slice is a pointer and two integers, a
// struct the cells of its fields.
type kind uint8

const (
	kBool kind = iota
	kI8
	kU8
	kI16
	kU16
	kI32
	kU32
	kI64
	kU64
	kF32
	kF64
	kPtr // 64 bits in memory, an offset of 32 in compiled code
	kStr // a pointer to bytes that do not change
)

var kindInfo = [...]struct {
	size        uint32
	vt          valtype
	load, store op
}{
	kBool: {1, i32, opI32Load8U, opI32Store8},
	kI8:   {1, i32, opI32Load8S, opI32Store8},
	kU8:   {1, i32, opI32Load8U, opI32Store8},
	kI16:  {2, i32, opI32Load16S, opI32Store16},
	kU16:  {2, i32, opI32Load16U, opI32Store16},
	kI32:  {4, i32, opI32Load, opI32Store},
	kU32:  {4, i32, opI32Load, opI32Store},
	kI64:  {8, i64, opI64Load, opI64Store},
	kU64:  {8, i64, opI64Load, opI64Store},
	kF32:  {4, f32, opF32Load, opF32Store},
	kF64:  {8, f64, opF64Load, opF64Store},
	kPtr:  {8, i32, opI64Load, opI64Store},
	kStr:  {8, i32, opI64Load, opI64Store},
}

func (k kind) vt() valtype   { return kindInfo[k].vt }
func (k kind) size() uint32  { return kindInfo[k].size }
func (k kind) float() bool   { return k == kF32 || k == kF64 }
func (k kind) pointer() bool { return k == kPtr || k == kStr }
func (k kind) bits() int     { return int(8 * k.size()) }

func (k kind) signed() bool {
	return k == kI8 || k == kI16 || k == kI32 || k == kI64
}

// A cell is a kind at its place within a type.
type cell struct {
	off  uint32
	kind kind
}

// maxCells is how many cells a value may have to be held in variables of
// WebAssembly; a larger one stays in memory.
const maxCells = 64

// A layout is a type as compiled code sees it.
type layout struct {
	size  int64
	cells []cell // nil when big
	big   bool
	ptrs  bool     // has pointers
	ptr   []uint32 // where they are
}

func (l *layout) valtypes() []valtype {
	if l.big {
		return []valtype{i32}
	}
	r := make([]valtype, len(l.cells))
	for i, c := range l.cells {
		r[i] = c.kind.vt()
	}
	return r
}

var sizes = types.SizesFor("gc", runtime.GOARCH)

// A refusal is why a function cannot be compiled.
type refusal struct {
	pos token.Pos
	msg string
}

func refuse(pos token.Pos, format string, args ...any) {
	panic(&refusal{pos, fmt.Sprintf(format, args...)})
}

var basicKinds = map[types.BasicKind]kind{
	types.Bool: kBool, types.Int: kI64, types.Int8: kI8, types.Int16: kI16, types.Int32: kI32, types.Int64: kI64,
	types.Uint: kU64, types.Uint8: kU8, types.Uint16: kU16, types.Uint32: kU32, types.Uint64: kU64, types.Uintptr: kU64,
	types.Float32: kF32, types.Float64: kF64,
	types.UntypedBool: kBool, types.UntypedInt: kI64, types.UntypedRune: kI32, types.UntypedFloat: kF64,
}

// layoutOf describes a type, or says what about it compiled code does not
// have.
func layoutOf(t types.Type) (*layout, string) {
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 && b.Kind() != types.UntypedNil {
		if b.Kind() != types.UntypedBool {
			return nil, "has a number without a type"
		}
		t = types.Typ[types.Bool]
	}
	l := &layout{}
	if why := l.add(t, 0, 0); why != "" {
		return nil, why
	}
	l.size = sizes.Sizeof(t)
	if l.size > 1<<30 {
		return nil, "a value of " + t.String() + " is too large"
	}
	if l.big = len(l.cells) > maxCells; l.big {
		l.cells = nil
	}
	return l, ""
}

func (l *layout) put(off int64, ks ...kind) {
	for _, k := range ks {
		l.cells = append(l.cells, cell{uint32(off), k})
		if k.pointer() {
			l.ptrs = true
			l.ptr = append(l.ptr, uint32(off))
		}
		off += max(int64(k.size()), 4)
	}
}

func (l *layout) add(t types.Type, off int64, depth int) string {
	if depth > 20 {
		return "its types are nested too deeply"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if k, ok := basicKinds[u.Kind()]; ok {
			l.put(off, k)
			return ""
		}
		switch u.Kind() {
		case types.String, types.UntypedString:
			l.put(off, kStr)
			l.put(off+8, kI64)
		case types.Complex64:
			l.put(off, kF32, kF32)
		case types.Complex128, types.UntypedComplex:
			l.put(off, kF64)
			l.put(off+8, kF64)
		case types.UntypedNil:
			l.put(off, kPtr)
		default:
			return "uses " + u.String()
		}
		return ""
	case *types.Slice:
		if why := pointee(u.Elem()); why != "" {
			return why
		}
		l.put(off, kPtr)
		l.put(off+8, kI64)
		l.put(off+16, kI64)
		return ""
	case *types.Pointer:
		l.put(off, kPtr)
		return ""
	case *types.Struct:
		var fields []*types.Var
		for i := range u.NumFields() {
			fields = append(fields, u.Field(i))
		}
		at := sizes.Offsetsof(fields)
		for i, f := range fields {
			if why := l.add(f.Type(), off+at[i], depth+1); why != "" {
				return why
			}
		}
		return ""
	case *types.Array:
		n, size := u.Len(), sizes.Sizeof(u.Elem())
		if n > maxCells {
			// One element says what the others hold; their cells are not wanted.
			var e layout
			if why := e.add(u.Elem(), 0, depth+1); why != "" {
				return why
			}
			if len(e.cells) == 0 {
				return ""
			}
			if e.ptrs {
				if n > 1<<16 {
					return "has an array of " + fmt.Sprint(n) + " elements with pointers"
				}
				l.ptrs = true
				for i := range n {
					for _, p := range e.ptr {
						l.ptr = append(l.ptr, p+uint32(off+i*size))
					}
				}
			}
			for range maxCells + 1 {
				l.cells = append(l.cells, cell{uint32(off), kBool})
			}
			return ""
		}
		for i := range n {
			if why := l.add(u.Elem(), off+i*size, depth+1); why != "" {
				return why
			}
		}
		return ""
	case *types.Map:
		return "uses a map"
	case *types.Chan:
		return "uses a channel"
	case *types.Interface:
		if _, ok := t.(*types.TypeParam); ok {
			return "uses a type parameter"
		}
		return "uses an interface (" + types.TypeString(t, types.RelativeTo(nil)) + ")"
	case *types.Signature:
		return "keeps a function in a variable"
	case *types.Tuple:
		at := int64(0)
		for i := range u.Len() {
			if why := l.add(u.At(i).Type(), at, depth+1); why != "" {
				return why
			}
			at += (sizes.Sizeof(u.At(i).Type()) + 7) &^ 7
		}
		return ""
	}
	return "uses the type " + t.String()
}

// pointee looks at what a slice has, one level.
func pointee(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Map:
		return "uses a map"
	case *types.Chan:
		return "uses a channel"
	case *types.Interface:
		return "uses an interface (" + t.String() + ")"
	case *types.Signature:
		return "keeps functions in a slice"
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			return "uses unsafe.Pointer"
		}
	}
	return ""
}

// goTypes returns types for the collector: of one value, and of a slice.
func (l *layout) goTypes() (elem, slice reflect.Type) {
	if l.ptrs {
		elem = l.shadow()
	} else {
		elem = reflect.ArrayOf(int(l.size), reflect.TypeFor[byte]())
	}
	return elem, reflect.SliceOf(elem)
}

// shadow returns a type of the same size with its pointers in the same places,
// which is all that the collector asks of one.
func (l *layout) shadow() reflect.Type {
	word := reflect.TypeFor[unsafe.Pointer]()
	gap := func(n int64) reflect.Type {
		if n%8 == 0 {
			return reflect.ArrayOf(int(n/8), reflect.TypeFor[uint64]())
		}
		return reflect.ArrayOf(int(n), reflect.TypeFor[byte]())
	}
	var fields []reflect.StructField
	add := func(t reflect.Type) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", len(fields)), Type: t})
	}
	at, dense := int64(0), true
	for _, p := range l.ptr {
		if int64(p) > at {
			add(gap(int64(p) - at))
			dense = false
		}
		add(word)
		at = int64(p) + 8
	}
	if at < l.size {
		add(gap(l.size - at))
		dense = false
	}
	if dense {
		return reflect.ArrayOf(len(l.ptr), word)
	}
	return reflect.StructOf(fields)
}
