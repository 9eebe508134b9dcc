package vm

import (
	"go/types"
	"runtime"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// A bound is an integer operand of any kind: a length, capacity or bound.
type bound struct {
	read     func(fp unsafe.Pointer) uint64
	unsigned bool
}

func (f *compiler) bound(v ssa.Value) *bound {
	if v == nil {
		return nil
	}
	read, _ := counter(kindOf(v.Type()), f.slot(v).off)
	b := &bound{read: read}
	switch kindOf(v.Type()) {
	case types.Uint, types.Uint64, types.Uintptr:
		b.unsigned = true
	}
	return b
}

// value reads the operand, which must lie between 0 and limit; otherwise the
// runtime's error with a code is raised.
func (b *bound) value(fp unsafe.Pointer, limit int, code uint8) int {
	n := b.read(fp)
	if n > uint64(limit) {
		boundsPanic(int64(n), limit, !b.unsigned, code)
	}
	return int(n)
}

// intValue reads an integer of any kind; what does not fit becomes negative or
// huge.
func (f *compiler) intValue(v ssa.Value) func(fp unsafe.Pointer) int {
	b := f.bound(v)
	if b == nil {
		return nil
	}
	return func(fp unsafe.Pointer) int {
		n := b.read(fp)
		if b.unsigned && n > 1<<62 {
			n = 1 << 62
		}
		return int(n)
	}
}

func (f *compiler) makeSlice(in *ssa.MakeSlice) op {
	d, at := f.slot(in).off, f.at
	n, c := f.intValue(in.Len), f.intValue(in.Cap)
	t := f.m.types.Of(in.Type())
	rt := rtypeOf(t.Elem())
	size := t.Elem().Size()
	m := f.m
	return func(fp unsafe.Pointer) {
		hdr(fp).at = at
		length, capacity := n(fp), c(fp)
		if length < 0 || size > 0 && uintptr(length) > (1<<47)/size {
			panicLen()
		}
		if capacity < length || size > 0 && uintptr(capacity) > (1<<47)/size {
			panicCap()
		}
		m.reserve(uintptr(capacity), size)
		*reg[sliceHeader](fp, d) = sliceHeader{newArray(rt, capacity), length, capacity}
	}
}

func panicLen() {
	n := -1
	runtime.KeepAlive(make([]byte, n))
}

func panicCap() {
	n, c := 1, 0
	runtime.KeepAlive(make([]byte, n, c))
}

// slice is x[lo:hi:max].
func (f *compiler) slice(in *ssa.Slice) op {
	d, x, at := f.slot(in).off, f.slot(in.X).off, f.at
	lo, hi, most := f.bound(in.Low), f.bound(in.High), f.bound(in.Max)
	if a, ok := in.X.(*ssa.Alloc); ok && a.Comment == "makeslice" && hi != nil { // make with a constant capacity
		n := int(a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len())
		length := f.intValue(in.High)
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			k := length(fp)
			if k < 0 || k > n && k > 1<<47 {
				panicLen()
			}
			if k > n {
				panicCap()
			}
			*reg[sliceHeader](fp, d) = sliceHeader{*reg[unsafe.Pointer](fp, x), k, n}
		}
	}
	switch t := in.X.Type().Underlying().(type) {
	case *types.Basic: // string
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			s := *reg[string](fp, x)
			from, to := 0, len(s)
			if hi != nil {
				to = hi.value(fp, len(s), boundsSliceLen)
			}
			if lo != nil {
				from = lo.value(fp, to, boundsSliceB)
			}
			*reg[string](fp, d) = s[from:to]
		}
	case *types.Slice:
		size := f.m.types.Of(t.Elem()).Size()
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			h := *reg[sliceHeader](fp, x)
			*reg[sliceHeader](fp, d) = cut(fp, h, size, lo, hi, most, 1)
		}
	case *types.Pointer:
		arr := t.Elem().Underlying().(*types.Array)
		size := f.m.types.Of(arr.Elem()).Size()
		n := int(arr.Len())
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			p := *reg[unsafe.Pointer](fp, x)
			if p == nil {
				nilDeref()
			}
			*reg[sliceHeader](fp, d) = cut(fp, sliceHeader{p, n, n}, size, lo, hi, most, 0)
		}
	}
	f.fail(in.Pos(), "slice of %s", in.X.Type())
	return nil
}

// cut slices with the runtime's checks. Errors speak of the capacity of a
// slice (capacity 1) and of the length of an array (0).
func cut(fp unsafe.Pointer, h sliceHeader, size uintptr, lo, hi, most *bound, capacity uint8) sliceHeader {
	from, to, end := 0, h.n, h.c
	switch {
	case most != nil:
		end = most.value(fp, h.c, boundsSlice3Len+capacity)
		to = hi.value(fp, end, boundsSlice3B)
		from = lo3(fp, lo, to)
	case hi != nil:
		to = hi.value(fp, h.c, boundsSliceLen+capacity)
		fallthrough
	default:
		if lo != nil {
			from = lo.value(fp, to, boundsSliceB)
		}
	}
	p := h.p
	if end > from {
		p = unsafe.Add(p, uintptr(from)*size)
	}
	return sliceHeader{p, to - from, end - from}
}

func lo3(fp unsafe.Pointer, lo *bound, to int) int {
	if lo == nil {
		return 0
	}
	return lo.value(fp, to, boundsSlice3C)
}

// sliceToArray is the conversion of a slice to a pointer to an array.
func (f *compiler) sliceToArray(in *ssa.SliceToArrayPointer) op {
	d, x, at := f.slot(in).off, f.slot(in.X).off, f.at
	n := int(in.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len())
	return func(fp unsafe.Pointer) {
		h := *reg[sliceHeader](fp, x)
		if h.n < n {
			hdr(fp).at = at
			boundsPanic(int64(n), h.n, true, boundsConvert)
		}
		*reg[unsafe.Pointer](fp, d) = h.p
	}
}
