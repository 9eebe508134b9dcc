package vm

import (
	"go/token"
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (f *compiler) builtin(in ssa.Instruction, b *ssa.Builtin, c *ssa.CallCommon, args, results []slot) op {
	at := f.at
	var d uintptr
	if len(results) > 0 {
		d = results[0].off
	} else if v, ok := in.(ssa.Value); ok {
		if s, ok := f.b.slots[v]; ok {
			d = s.off
		}
	}
	discard := len(results) == 0
	switch b.Name() {
	case "ssa:deferstack":
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = fp }
	case "ssa:wrapnilchk":
		p := args[0].off
		recv, name := args[1].off, args[2].off
		return func(fp unsafe.Pointer) {
			w := *reg[unsafe.Pointer](fp, p)
			if w == nil {
				hdr(fp).at = at
				panicWrap(*reg[string](fp, recv), *reg[string](fp, name))
			}
			*reg[unsafe.Pointer](fp, d) = w
		}
	case "len", "cap":
		return f.length(b.Name() == "cap", c.Args[0].Type(), args[0], d, discard)
	case "append":
		return f.appends(c, args, d)
	case "copy":
		return f.copies(c, args, d, discard)
	case "delete":
		mt := f.rtype(c.Args[0].Type())
		m, k := args[0].off, args[1]
		return f.m.onMap(m, true, func(fp unsafe.Pointer) {
			hdr(fp).at = at
			mapdelete(mt, *reg[unsafe.Pointer](fp, m), k.at(fp))
		})
	case "clear":
		x := args[0].off
		t := f.m.types.Of(c.Args[0].Type())
		do := func(fp unsafe.Pointer) { valueAt(t, unsafe.Add(fp, x)).Clear() }
		if t.Kind() == reflect.Map {
			return f.m.onMap(x, true, do)
		}
		return do
	case "close":
		t := f.both(c.Args[0].Type())
		x := args[0].off
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			ch := *reg[unsafe.Pointer](fp, x)
			closeChan(t, ch)
		}
	case "panic":
		x := args[0].off
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			panic(*reg[any](fp, x))
		}
	case "recover":
		return func(fp unsafe.Pointer) {
			v := recovery(fp)
			if !discard {
				*reg[any](fp, d) = v
			}
		}
	case "print", "println":
		return f.print(b.Name() == "println", c, args)
	case "min", "max":
		return f.extremum(b.Name() == "min", c, args, d)
	case "real", "imag", "complex":
		return f.complexParts(b.Name(), c, args, d)
	// Of package unsafe:
	case "Add":
		p, n := args[0].off, f.intValue(c.Args[1])
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = unsafe.Add(*reg[unsafe.Pointer](fp, p), n(fp)) }
	case "String":
		p, n := args[0].off, f.intValue(c.Args[1])
		return func(fp unsafe.Pointer) { *reg[string](fp, d) = unsafe.String(*reg[*byte](fp, p), n(fp)) }
	case "StringData":
		s := args[0].off
		return func(fp unsafe.Pointer) { *reg[*byte](fp, d) = unsafe.StringData(*reg[string](fp, s)) }
	case "SliceData":
		s := args[0].off
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = reg[sliceHeader](fp, s).p }
	case "Slice":
		p, n := args[0].off, f.intValue(c.Args[1])
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			k := n(fp)
			_ = unsafe.Slice(*reg[*byte](fp, p), k)
			*reg[sliceHeader](fp, d) = sliceHeader{*reg[unsafe.Pointer](fp, p), k, k}
		}
	}
	f.fail(in.Pos(), "the builtin %s is not known", b.Name())
	return nil
}

// panicWrap is the runtime's panic for a value method called through a nil
// pointer.
func panicWrap(recv, name string) {
	panic(plainError("value method " + recv + "." + name + " called using nil *" + lastPart(recv) + " pointer"))
}

func lastPart(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return s[i+1:]
		}
	}
	return s
}

// plainError is a runtime.Error with a text of its own.
type plainError string

func (e plainError) Error() string { return string(e) }
func (plainError) RuntimeError()   {}

func closeChan(t reflect.Type, ch unsafe.Pointer) {
	if ch == nil {
		var c chan int
		close(c)
	}
	valueAt(t, unsafe.Pointer(&ch)).Close()
}

func (f *compiler) length(capacity bool, t types.Type, x slot, d uintptr, discard bool) op {
	if discard {
		return nil
	}
	a := x.off
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return func(fp unsafe.Pointer) { *reg[int](fp, d) = len(*reg[string](fp, a)) }
	case *types.Slice:
		if capacity {
			return func(fp unsafe.Pointer) { *reg[int](fp, d) = reg[sliceHeader](fp, a).c }
		}
		return func(fp unsafe.Pointer) { *reg[int](fp, d) = reg[sliceHeader](fp, a).n }
	case *types.Map:
		return func(fp unsafe.Pointer) {
			// A map's word points at a record that starts with the length.
			n := 0
			if m := *reg[*uint64](fp, a); m != nil {
				n = int(*m)
			}
			*reg[int](fp, d) = n
		}
	case *types.Chan:
		rt := f.both(t)
		return func(fp unsafe.Pointer) {
			ch := valueAt(rt, unsafe.Add(fp, a))
			if capacity {
				*reg[int](fp, d) = ch.Cap()
			} else {
				*reg[int](fp, d) = ch.Len()
			}
		}
	case *types.Array:
		n := int(u.Len())
		return func(fp unsafe.Pointer) { *reg[int](fp, d) = n }
	case *types.Pointer:
		n := int(u.Elem().Underlying().(*types.Array).Len())
		return func(fp unsafe.Pointer) { *reg[int](fp, d) = n }
	}
	f.fail(f.at, "length of %s", t)
	return nil
}

// appends compiles append(s, t...).
func (f *compiler) appends(c *ssa.CallCommon, args []slot, d uintptr) op {
	a, at := args[0].off, f.at
	if len(args) == 1 {
		return func(fp unsafe.Pointer) { *reg[[]byte](fp, d) = *reg[[]byte](fp, a) }
	}
	b := args[1].off
	elem := c.Args[0].Type().Underlying().(*types.Slice).Elem()
	if args[1].cls == cString {
		return func(fp unsafe.Pointer) { *reg[[]byte](fp, d) = append(*reg[[]byte](fp, a), *reg[string](fp, b)...) }
	}
	switch classOf(elem) {
	case c1:
		return appendOf[uint8](f.m, at, d, a, b)
	case c2:
		return appendOf[uint16](f.m, at, d, a, b)
	case c4:
		return appendOf[uint32](f.m, at, d, a, b)
	case c8:
		return appendOf[uint64](f.m, at, d, a, b)
	case cPtr:
		return appendOf[unsafe.Pointer](f.m, at, d, a, b)
	case cString:
		return appendOf[string](f.m, at, d, a, b)
	case cSlice:
		return appendOf[[]byte](f.m, at, d, a, b)
	case cIface:
		return appendOf[any](f.m, at, d, a, b)
	}
	t := f.m.types.Of(types.NewSlice(elem))
	if t.Elem().Size() == 0 {
		return appendOf[struct{}](f.m, at, d, a, b)
	}
	m, size := f.m, t.Elem().Size()
	return func(fp unsafe.Pointer) {
		s := valueAt(t, unsafe.Add(fp, a))
		if n := s.Len() + reg[sliceHeader](fp, b).n; n > s.Cap() && uintptr(n)*size > large {
			hdr(fp).at = at
			m.reserve(uintptr(n), size)
		}
		*reg[sliceHeader](fp, d) = headerOf(reflect.AppendSlice(s, valueAt(t, unsafe.Add(fp, b))), t)
	}
}

func headerOf(v reflect.Value, t reflect.Type) sliceHeader {
	return sliceHeader{v.UnsafePointer(), v.Len(), v.Cap()}
}

func appendOf[T any](m *Machine, at token.Pos, d, a, b uintptr) op {
	return func(fp unsafe.Pointer) {
		s, t := *reg[[]T](fp, a), *reg[[]T](fp, b)
		if n := len(s) + len(t); n > cap(s) && n > large {
			hdr(fp).at = at
			m.reserve(uintptr(n), unsafe.Sizeof(*new(T)))
		}
		*reg[[]T](fp, d) = append(s, t...)
	}
}

// large is the length from which on what grows is held against the limit of
// memory.
const large = 1 << 20

func (f *compiler) copies(c *ssa.CallCommon, args []slot, d uintptr, discard bool) op {
	a, b := args[0].off, args[1].off
	elem := c.Args[0].Type().Underlying().(*types.Slice).Elem()
	var do func(fp unsafe.Pointer) int
	switch {
	case args[1].cls == cString:
		do = func(fp unsafe.Pointer) int { return copy(*reg[[]byte](fp, a), *reg[string](fp, b)) }
	case classOf(elem) == c8:
		do = func(fp unsafe.Pointer) int { return copy(*reg[[]uint64](fp, a), *reg[[]uint64](fp, b)) }
	default:
		t := f.m.types.Of(types.NewSlice(elem))
		do = func(fp unsafe.Pointer) int {
			return reflect.Copy(valueAt(t, unsafe.Add(fp, a)), valueAt(t, unsafe.Add(fp, b)))
		}
	}
	if discard {
		return func(fp unsafe.Pointer) { do(fp) }
	}
	return func(fp unsafe.Pointer) { *reg[int](fp, d) = do(fp) }
}

func (f *compiler) extremum(least bool, c *ssa.CallCommon, args []slot, d uintptr) op {
	offs := make([]uintptr, len(args))
	for i, a := range args {
		offs[i] = a.off
	}
	switch kindOf(c.Args[0].Type()) {
	case types.Int, types.Int64:
		return extremes[int64](least, d, offs)
	case types.Int8:
		return extremes[int8](least, d, offs)
	case types.Int16:
		return extremes[int16](least, d, offs)
	case types.Int32:
		return extremes[int32](least, d, offs)
	case types.Uint, types.Uint64, types.Uintptr:
		return extremes[uint64](least, d, offs)
	case types.Uint8:
		return extremes[uint8](least, d, offs)
	case types.Uint16:
		return extremes[uint16](least, d, offs)
	case types.Uint32:
		return extremes[uint32](least, d, offs)
	case types.Float32:
		return extremes[float32](least, d, offs)
	case types.Float64:
		return extremes[float64](least, d, offs)
	case types.String:
		return extremes[string](least, d, offs)
	}
	f.fail(f.at, "min or max of %s", c.Args[0].Type())
	return nil
}

func extremes[T integer | float | ~string](least bool, d uintptr, offs []uintptr) op {
	return func(fp unsafe.Pointer) {
		x := *reg[T](fp, offs[0])
		for _, o := range offs[1:] {
			if least {
				x = min(x, *reg[T](fp, o))
			} else {
				x = max(x, *reg[T](fp, o))
			}
		}
		*reg[T](fp, d) = x
	}
}

func (f *compiler) complexParts(name string, c *ssa.CallCommon, args []slot, d uintptr) op {
	a := args[0].off
	k := kindOf(c.Args[0].Type())
	switch name {
	case "real":
		if k == types.Complex64 {
			return func(fp unsafe.Pointer) { *reg[float32](fp, d) = real(*reg[complex64](fp, a)) }
		}
		return func(fp unsafe.Pointer) { *reg[float64](fp, d) = real(*reg[complex128](fp, a)) }
	case "imag":
		if k == types.Complex64 {
			return func(fp unsafe.Pointer) { *reg[float32](fp, d) = imag(*reg[complex64](fp, a)) }
		}
		return func(fp unsafe.Pointer) { *reg[float64](fp, d) = imag(*reg[complex128](fp, a)) }
	}
	b := args[1].off
	if k == types.Float32 {
		return func(fp unsafe.Pointer) { *reg[complex64](fp, d) = complex(*reg[float32](fp, a), *reg[float32](fp, b)) }
	}
	return func(fp unsafe.Pointer) { *reg[complex128](fp, d) = complex(*reg[float64](fp, a), *reg[float64](fp, b)) }
}
