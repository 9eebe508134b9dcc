package fast

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// slice is x[lo:hi:max] of a slice, a string or an array in memory.
func (e *emitter) slice(x *ssa.Slice) {
	var base, length, capacity operand
	size := int64(1)
	trap := trapSlice
	isString := false
	switch u := x.X.Type().Underlying().(type) {
	case *types.Basic:
		c := e.cells(x.X)
		base, length, capacity = c[0], c[1], c[1]
		trap, isString = trapSliceString, true
	case *types.Slice:
		c := e.cells(x.X)
		base, length, capacity = c[0], c[1], c[2]
		size = sizes.Sizeof(u.Elem())
	case *types.Pointer:
		arr := u.Elem().Underlying().(*types.Array)
		p := e.at(x.X, x.Pos())
		base = p.base
		if p.off != 0 {
			e.pushAddr(p)
			base = e.hold(i32)
		}
		length = constI64(arr.Len())
		capacity = length
		size = sizes.Sizeof(arr.Elem())
		trap = trapSliceString
	default:
		refuse(x.Pos(), "slices a value of type %s", x.X.Type())
	}
	lo, hi, top := constI64(0), length, capacity
	if x.Low != nil {
		lo, _ = e.wide(x.Low)
	}
	if x.High != nil {
		hi, _ = e.wide(x.High)
	}
	if x.Max != nil {
		top, _ = e.wide(x.Max)
		trap = trapSlice3
		e.above(top, capacity, trap, x.Pos(), lo, hi, top, capacity)
		e.above(hi, top, trap, x.Pos(), lo, hi, top, capacity)
	} else if x.High != nil {
		e.above(hi, capacity, trap, x.Pos(), lo, hi, top, capacity)
	}
	if x.Low != nil {
		e.above(lo, hi, trap, x.Pos(), lo, hi, top, capacity)
	}
	if lo.con && lo.bits == 0 {
		if isString {
			e.fr.vals[x] = value{cells: []operand{base, hi}}
		} else {
			e.fr.vals[x] = value{cells: []operand{base, hi, top}}
		}
		return
	}
	diff := func(a operand) operand {
		e.push(a)
		e.push(lo)
		e.op(opI64Sub)
		return e.hold(i64)
	}
	newLen := diff(hi)
	newCap := newLen
	if !isString {
		newCap = diff(top)
	}
	// Where nothing is left, the address stays: one past the end belongs to
	// something else.
	e.push(base)
	e.push(lo)
	e.op(opI32WrapI64)
	e.scale(size)
	e.i32(0)
	e.push(newCap)
	e.op(opI64Eqz)
	e.op(opI32Eqz)
	e.op(opSelect)
	e.op(opI32Add)
	p := e.hold(i32)
	if isString {
		e.fr.vals[x] = value{cells: []operand{p, newLen}}
	} else {
		e.fr.vals[x] = value{cells: []operand{p, newLen, newCap}}
	}
}

// above panics where a bound is above its limit, as unsigned numbers.
func (e *emitter) above(a, limit operand, k trapKind, pos token.Pos, args ...operand) {
	if a.con && limit.con && a.bits <= limit.bits {
		return
	}
	e.order(opI64GtU, a, limit)
	e.trapIf(k, pos, args...)
}

func (e *emitter) makeSlice(x *ssa.MakeSlice) {
	l := e.layout(x.Type().Underlying().(*types.Slice).Elem(), x.Pos())
	n, _ := e.wide(x.Len)
	c, _ := e.wide(x.Cap)
	p := variable(i32, e.local(i32))
	general := func() {
		e.i32(int32(e.c.typeIndex(l)))
		e.push(n)
		e.push(c)
		e.i64(int64(x.Pos()))
		e.call(supMake)
		e.set(p.local)
	}
	if !l.ptrs && l.size > 0 && l.size <= maxBump && !e.c.leaves(x) {
		e.bump(n, c, l.size, p.local, general)
	} else {
		general()
	}
	e.fr.vals[x] = value{cells: []operand{p, n, c}}
	e.noteNonNil(p)
}

// maxBump is how large an object may be that is cut from a larger one.
const maxBump = 1 << 10

// bump takes a small slice that does not outlive the function from a block of
// memory that has been made before; or else does what general does.
func (e *emitter) bump(n, c operand, size int64, p uint32, general func()) {
	e.c.code.bumps = true
	e.open(opBlock, label{})
	e.open(opBlock, label{})
	if n != c {
		e.push(n)
		e.push(c)
		e.op(opI64GtU)
		e.brIf(0)
	}
	e.push(c)
	e.i64(maxBump / size)
	e.op(opI64GtU)
	e.brIf(0)
	e.globalGet(globalBump)
	e.set(p)
	e.get(p)
	e.push(c)
	e.op(opI32WrapI64)
	e.i32(int32(size))
	e.op(opI32Mul)
	e.i32(7)
	e.op(opI32Add)
	e.i32(-8)
	e.ops(opI32And, opI32Add)
	end := e.hold(i32)
	e.push(end)
	e.globalGet(globalBumpEnd)
	e.op(opI32GtU)
	e.brIf(0)
	e.push(end)
	e.globalSet(globalBump)
	e.br(1)
	e.close()
	e.cold(general)
	e.close()
}

// appendTo is append(s, t...).
func (e *emitter) appendTo(x *ssa.Call) {
	st := x.Call.Args[0].Type().Underlying().(*types.Slice)
	l := e.layout(st.Elem(), x.Pos())
	s, t := e.cells(x.Call.Args[0]), e.cells(x.Call.Args[1])
	e.push(s[1])
	e.push(t[1])
	e.op(opI64Add)
	n := e.hold(i64)
	base, capacity := e.local(i32), e.local(i64)
	e.push(s[0])
	e.set(base)
	e.push(s[2])
	e.set(capacity)
	e.push(n)
	e.push(s[2])
	e.op(opI64GtU)
	e.op(opIf)
	e.byte(emptyBlock)
	e.cold(func() {
		e.i32(int32(e.c.typeIndex(l)))
		e.push(s[0])
		e.push(s[1])
		e.push(s[2])
		e.push(n)
		e.i64(int64(x.Pos()))
		e.call(supGrow)
		e.set(capacity)
		e.set(base)
	})
	e.op(opEnd)
	e.get(base)
	e.push(s[1])
	e.op(opI32WrapI64)
	e.scale(l.size)
	e.op(opI32Add)
	end := e.hold(i32)
	switch {
	case t[1].con && t[1].bits == 1 && !l.big:
		e.write(&place{base: end}, l, e.read(&place{base: t[0]}, l, x.Pos()))
	case t[1].con && t[1].bits == 0:
	default:
		e.copyElems(l, end, t[0], t[1])
	}
	e.fr.vals[x] = value{cells: []operand{variable(i32, base), n, variable(i64, capacity)}}
}

// copyElems copies n elements, which may overlap.
func (e *emitter) copyElems(l *layout, dst, src, n operand) {
	if l.ptrs {
		e.i32(int32(e.c.typeIndex(l)))
		e.push(dst)
		e.push(src)
		e.push(n)
		e.call(supCopy)
		return
	}
	e.push(dst)
	e.push(src)
	e.push(n)
	e.op(opI32WrapI64)
	e.scale(l.size)
	e.op(opMemoryCopy)
}

func (e *emitter) copyTo(x *ssa.Call) {
	st := x.Call.Args[0].Type().Underlying().(*types.Slice)
	l := e.layout(st.Elem(), x.Pos())
	d, s := e.cells(x.Call.Args[0]), e.cells(x.Call.Args[1])
	e.push(d[1])
	e.push(s[1])
	e.order(opI64LtS, d[1], s[1])
	e.op(opSelect)
	n := e.hold(i64)
	e.copyElems(l, d[0], s[0], n)
	e.fr.vals[x] = value{cells: []operand{n}}
}

func (e *emitter) clearSlice(x *ssa.Call) {
	st, ok := x.Call.Args[0].Type().Underlying().(*types.Slice)
	if !ok {
		refuse(x.Pos(), "clears a %s", x.Call.Args[0].Type())
	}
	l := e.layout(st.Elem(), x.Pos())
	c := e.cells(x.Call.Args[0])
	if l.ptrs {
		e.i32(int32(e.c.typeIndex(l)))
		e.push(c[0])
		e.push(c[1])
		e.call(supClear)
		return
	}
	e.push(c[0])
	e.i32(0)
	e.push(c[1])
	e.op(opI32WrapI64)
	e.scale(l.size)
	e.op(opMemoryFill)
}

// stringOp joins or compares strings.
func (e *emitter) stringOp(x *ssa.BinOp) {
	a, b := e.cells(x.X), e.cells(x.Y)
	for _, o := range append(append([]operand(nil), a...), b...) {
		e.push(o)
	}
	if x.Op == token.ADD {
		e.callText(supConcat)
		e.push(a[1])
		e.push(b[1])
		e.op(opI64Add)
		return
	}
	e.call(supCompare)
	e.i32(0)
	switch x.Op {
	case token.EQL:
		e.op(opI32Eq)
	case token.NEQ:
		e.op(opI32Ne)
	default:
		e.op(compare(x.Op, kI32))
	}
}

func (e *emitter) stringIndex(x ssa.Value, s, index ssa.Value) {
	c := e.cells(s)
	i := e.checkIndex(index, s, c[1], x.Pos())
	e.push(c[0])
	e.push(i)
	e.ops(opI32WrapI64, opI32Add)
	e.mem(opI32Load8U, 0)
	e.define(x)
}

// rangeString starts to go through a string; its value is the string and the
// variable of where it is.
func (e *emitter) rangeString(x *ssa.Range) {
	if _, ok := x.X.Type().Underlying().(*types.Basic); !ok {
		refuse(x.Pos(), "ranges over a map")
	}
	c := e.cells(x.X)
	at := e.local(i64)
	e.i64(0)
	e.set(at)
	e.fr.vals[x] = value{cells: []operand{c[0], c[1], variable(i64, at)}}
}

func (e *emitter) next(x *ssa.Next) {
	c := e.val(x.Iter).cells
	at := c[2].local
	ok, key, r := e.local(i32), e.local(i64), e.local(i32)
	width := e.local(i64) // how far a rune of several bytes goes
	e.order(opI64LtS, c[2], c[1])
	e.tee(ok)
	e.op(opIf)
	e.byte(emptyBlock)
	e.get(at)
	e.set(key)
	e.push(c[0])
	e.get(at)
	e.ops(opI32WrapI64, opI32Add)
	p := e.hold(i32)
	e.push(p)
	e.mem(opI32Load8U, 0)
	e.tee(r)
	e.i32(0x80)
	e.op(opI32LtU)
	e.op(opIf)
	e.byte(emptyBlock)
	e.get(at)
	e.i64(1)
	e.op(opI64Add)
	e.set(at)
	e.op(opElse)
	e.cold(func() {
		e.push(p)
		e.push(c[1])
		e.get(at)
		e.op(opI64Sub)
		e.call(supRune)
		e.set(r)
		e.set(width)
	})
	e.get(width)
	e.get(at)
	e.op(opI64Add)
	e.set(at)
	e.op(opEnd)
	e.op(opEnd)
	e.fr.vals[x] = value{cells: []operand{variable(i32, ok), variable(i64, key), variable(i32, r)}}
}
