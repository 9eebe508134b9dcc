package vm

import (
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (f *compiler) convert(in *ssa.Convert) op {
	d, x := f.slot(in), f.slot(in.X)
	from, to := in.X.Type(), in.Type()
	o, a := d.off, x.off
	fk, tk := kindOf(from), kindOf(to)
	switch {
	case tk == types.String && d.cls == cString:
		switch {
		case x.cls == cString:
			return f.copyTo(d, x)
		case x.cls == cSlice && elemKind(from) == types.Int32:
			return func(fp unsafe.Pointer) { *reg[string](fp, o) = string(*reg[[]rune](fp, a)) }
		case x.cls == cSlice:
			return func(fp unsafe.Pointer) { *reg[string](fp, o) = string(*reg[[]byte](fp, a)) }
		}
		read, signed := counter(fk, a)
		return func(fp unsafe.Pointer) {
			n := read(fp)
			if signed && int64(n) < 0 || n > 0x10FFFF {
				n = 0xFFFD
			}
			*reg[string](fp, o) = string(rune(n))
		}
	case d.cls == cSlice && x.cls == cString:
		if elemKind(to) == types.Int32 {
			return func(fp unsafe.Pointer) { *reg[[]rune](fp, o) = []rune(*reg[string](fp, a)) }
		}
		return func(fp unsafe.Pointer) { *reg[[]byte](fp, o) = []byte(*reg[string](fp, a)) }
	case d.cls == cPtr && x.cls == c8:
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, o) = *(*unsafe.Pointer)(unsafe.Add(fp, a)) }
	case d.cls == c8 && x.cls == cPtr:
		return func(fp unsafe.Pointer) { *reg[uintptr](fp, o) = uintptr(*reg[unsafe.Pointer](fp, a)) }
	case d.cls == x.cls && d.cls >= cPtr:
		return f.copyTo(d, x)
	}
	switch fk {
	case types.Complex64:
		if tk == types.Complex64 {
			return f.copyTo(d, x)
		}
		return func(fp unsafe.Pointer) { *reg[complex128](fp, o) = complex128(*reg[complex64](fp, a)) }
	case types.Complex128:
		if tk == types.Complex128 {
			return f.copyTo(d, x)
		}
		return func(fp unsafe.Pointer) { *reg[complex64](fp, o) = complex64(*reg[complex128](fp, a)) }
	case types.Bool:
		return f.copyTo(d, x)
	case types.Int:
		return convertFrom[int](tk, o, a)
	case types.Int8:
		return convertFrom[int8](tk, o, a)
	case types.Int16:
		return convertFrom[int16](tk, o, a)
	case types.Int32:
		return convertFrom[int32](tk, o, a)
	case types.Int64:
		return convertFrom[int64](tk, o, a)
	case types.Uint:
		return convertFrom[uint](tk, o, a)
	case types.Uint8:
		return convertFrom[uint8](tk, o, a)
	case types.Uint16:
		return convertFrom[uint16](tk, o, a)
	case types.Uint32:
		return convertFrom[uint32](tk, o, a)
	case types.Uint64:
		return convertFrom[uint64](tk, o, a)
	case types.Uintptr:
		return convertFrom[uintptr](tk, o, a)
	case types.Float32:
		return convertFrom[float32](tk, o, a)
	case types.Float64:
		return convertFrom[float64](tk, o, a)
	}
	f.fail(in.Pos(), "conversion from %s to %s", from, to)
	return nil
}

func elemKind(t types.Type) types.BasicKind {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return kindOf(s.Elem())
	}
	return types.Invalid
}

func convertFrom[S integer | float](to types.BasicKind, d, a uintptr) op {
	switch to {
	case types.Int:
		return func(fp unsafe.Pointer) { *reg[int](fp, d) = int(*reg[S](fp, a)) }
	case types.Int8:
		return func(fp unsafe.Pointer) { *reg[int8](fp, d) = int8(*reg[S](fp, a)) }
	case types.Int16:
		return func(fp unsafe.Pointer) { *reg[int16](fp, d) = int16(*reg[S](fp, a)) }
	case types.Int32:
		return func(fp unsafe.Pointer) { *reg[int32](fp, d) = int32(*reg[S](fp, a)) }
	case types.Int64:
		return func(fp unsafe.Pointer) { *reg[int64](fp, d) = int64(*reg[S](fp, a)) }
	case types.Uint:
		return func(fp unsafe.Pointer) { *reg[uint](fp, d) = uint(*reg[S](fp, a)) }
	case types.Uint8:
		return func(fp unsafe.Pointer) { *reg[uint8](fp, d) = uint8(*reg[S](fp, a)) }
	case types.Uint16:
		return func(fp unsafe.Pointer) { *reg[uint16](fp, d) = uint16(*reg[S](fp, a)) }
	case types.Uint32:
		return func(fp unsafe.Pointer) { *reg[uint32](fp, d) = uint32(*reg[S](fp, a)) }
	case types.Uint64:
		return func(fp unsafe.Pointer) { *reg[uint64](fp, d) = uint64(*reg[S](fp, a)) }
	case types.Uintptr:
		return func(fp unsafe.Pointer) { *reg[uintptr](fp, d) = uintptr(*reg[S](fp, a)) }
	case types.Float32:
		return func(fp unsafe.Pointer) { *reg[float32](fp, d) = float32(*reg[S](fp, a)) }
	case types.Float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, d) = float64(*reg[S](fp, a)) }
	}
	panic("conversion to " + types.Typ[to].Name())
}
