package fast

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// elem is what a pointer points at.
func elem(t types.Type) types.Type { return t.Underlying().(*types.Pointer).Elem() }

func (e *emitter) alloc(a *ssa.Alloc) {
	if a.Comment == "varargs" {
		if arr := elem(a.Type()).Underlying().(*types.Array); types.IsInterface(arr.Elem()) {
			refuseVariadic(a)
		}
	}
	l := e.layout(elem(a.Type()), a.Pos())
	switch e.c.fateOf(a) {
	case inLocals:
		p := &place{nonnil: true, slots: make([]uint32, len(l.cells))}
		for i, t := range l.valtypes() {
			p.slots[i] = e.local(t)
			e.zero(t)
			e.set(p.slots[i])
		}
		e.fr.vals[a] = value{place: p}
	case inFrame:
		p := &place{nonnil: true, base: e.frameTop(), off: e.room(l.size)}
		e.clear(p, l.size)
		e.fr.vals[a] = value{place: p}
	case inHeap:
		e.i32(int32(e.c.typeIndex(l)))
		e.i64(1)
		e.call(supAlloc)
		e.fr.vals[a] = value{place: &place{nonnil: true, base: e.hold(i32)}}
	}
}

// refuseVariadic names the function that the arguments are for.
func refuseVariadic(a *ssa.Alloc) {
	for _, r := range *a.Referrers() {
		s, ok := r.(*ssa.Slice)
		if !ok {
			continue
		}
		for _, r := range *s.Referrers() {
			if c, ok := r.(ssa.CallInstruction); ok {
				if fn := c.Common().StaticCallee(); fn != nil {
					refuse(c.Pos(), "calls %s", userName(fn))
				}
			}
		}
	}
}

// frameTop is the variable with the address of the function's part of the data
// stack; room takes some of it.
func (e *emitter) frameTop() operand {
	if e.frame == 0 {
		e.top = e.local(i32)
		e.old = e.local(i32)
	}
	return variable(i32, e.top)
}

func (e *emitter) room(size int64) uint32 {
	at := e.frame
	e.frame += uint32(size+7) &^ 7
	if e.frame == 0 {
		e.frame = 8
	}
	if e.frame > 1<<18 {
		refuse(e.fr.fn.Pos(), "has local arrays of more than %d bytes", 1<<18)
	}
	return at
}

// enter takes the function's part of the data stack.
func (e *emitter) enter(w *buf) {
	w.globalGet(globalStack)
	w.tee(e.old)
	w.i32(int32(e.frame))
	w.op(opI32Sub)
	w.tee(e.top)
	w.globalGet(globalLimit)
	w.op(opI32LtU)
	w.op(opIf)
	w.byte(emptyBlock)
	w.i32(int32(trapStack))
	for range 4 {
		w.i64(0)
	}
	w.i64(int64(e.fr0.Pos()))
	w.call(supTrap)
	w.op(opUnreachable)
	w.op(opEnd)
	w.get(e.top)
	w.globalSet(globalStack)
}

// clear sets a variable on the data stack to zero.
func (e *emitter) clear(p *place, size int64) {
	if size <= 128 {
		for at := int64(0); at < size; at += 8 {
			e.push(p.base)
			e.i64(0)
			e.mem(opI64Store, p.off+uint32(at)) // rounded up to words
		}
		return
	}
	e.fill(p, size)
}

func (e *emitter) fill(p *place, size int64) {
	e.pushAddr(p)
	e.i32(0)
	e.i32(int32(size))
	e.op(opMemoryFill)
}

func (e *emitter) pushAddr(p *place) {
	e.push(p.base)
	if p.off != 0 {
		e.i32(int32(p.off))
		e.op(opI32Add)
	}
}

// at returns the place that a pointer points at, which is not nil from here on.
func (e *emitter) at(v ssa.Value, pos token.Pos) *place {
	x := e.val(v)
	if x.place != nil {
		if !x.place.nonnil && !e.knownNonNil(x.place.base) {
			e.nilCheck(x.place.base, pos)
		}
		return x.place
	}
	if len(x.cells) != 1 {
		panic("fast: not a pointer: " + v.String())
	}
	o := x.cells[0]
	if !e.knownNonNil(o) {
		e.nilCheck(o, pos)
	}
	return &place{base: o, nonnil: true}
}

func (e *emitter) nilCheck(o operand, pos token.Pos) {
	e.push(o)
	e.op(opI32Eqz)
	e.trapIf(trapNil, pos)
	e.noteNonNil(o)
}

func (e *emitter) fieldAddr(x *ssa.FieldAddr) {
	p := e.at(x.X, x.Pos())
	st := elem(x.X.Type()).Underlying().(*types.Struct)
	off := fieldOffset(st, x.Field)
	q := &place{nonnil: true, base: p.base, off: p.off + uint32(off)}
	if p.slots != nil {
		lo, n := e.cellsOfField(st, x.Field, x.Pos())
		q.slots = p.slots[lo : lo+n : lo+n]
	}
	e.fr.vals[x] = value{place: q}
}

func fieldOffset(st *types.Struct, i int) int64 {
	var fields []*types.Var
	for j := range i + 1 {
		fields = append(fields, st.Field(j))
	}
	return sizes.Offsetsof(fields)[i]
}

// cellsOfField returns which cells of a struct are a field's.
func (e *emitter) cellsOfField(st *types.Struct, i int, pos token.Pos) (lo, n int) {
	for j := range i + 1 {
		lo += n
		n = len(e.layout(st.Field(j).Type(), pos).cells)
	}
	return lo, n
}

func (e *emitter) indexAddr(x *ssa.IndexAddr) {
	var et types.Type
	var length operand
	var base *place
	if sl, ok := x.X.Type().Underlying().(*types.Slice); ok {
		et = sl.Elem()
		c := e.cells(x.X)
		base, length = &place{base: c[0]}, c[1]
	} else {
		arr := elem(x.X.Type()).Underlying().(*types.Array)
		et = arr.Elem()
		base, length = e.at(x.X, x.Pos()), constI64(arr.Len())
	}
	if base.slots != nil {
		i := x.Index.(*ssa.Const).Int64()
		n := len(e.layout(et, x.Pos()).cells)
		e.fr.vals[x] = value{place: &place{nonnil: true, slots: base.slots[int(i)*n : int(i+1)*n : int(i+1)*n]}}
		return
	}
	idx := e.checkIndex(x.Index, x.X, length, x.Pos())
	size := sizes.Sizeof(et)
	if idx.con && int64(idx.bits)*size < 1<<28 {
		e.fr.vals[x] = value{place: &place{nonnil: true, base: base.base, off: base.off + uint32(int64(idx.bits)*size)}}
		return
	}
	e.fr.vals[x] = value{place: e.element(x, base, idx, size)}
}

// scale multiplies the i32 on the stack.
func (w *buf) scale(size int64) {
	switch {
	case size == 1:
	case size&(size-1) == 0:
		n := int32(0)
		for 1<<n < size {
			n++
		}
		w.i32(n)
		w.op(opI32Shl)
	default:
		w.i32(int32(size))
		w.op(opI32Mul)
	}
}

// checkIndex returns an index as an i64 that is within the length.
func (e *emitter) checkIndex(index, of ssa.Value, length operand, pos token.Pos) operand {
	i, kind := e.wide(index)
	if i.con && length.con && i.bits < length.bits || e.within0(index, of, length) {
		return i
	}
	e.order(opI64GeU, i, length)
	trap := trapIndex
	if !kind.signed() {
		trap = trapIndexU
	}
	e.trapIf(trap, pos, i, length)
	e.noteIndex(index, of, length)
	return i
}

// wide returns an integer as an i64.
func (e *emitter) wide(v ssa.Value) (operand, kind) {
	o := e.one(v)
	k, _ := kindOf(v.Type())
	if o.vt == i64 {
		return o, k
	}
	if o.con {
		if k.signed() {
			return constI64(int64(int32(o.bits))), k
		}
		return constI64(int64(uint32(o.bits))), k
	}
	e.push(o)
	e.integer(k, kI64)
	return e.hold(i64), k
}

// load is *x.
func (e *emitter) load(x *ssa.UnOp) {
	t := x.Type()
	if _, ok := t.Underlying().(*types.Signature); ok {
		refuse(x.Pos(), "keeps a function in a variable")
	}
	l := e.layout(t, x.Pos())
	if _, done := e.fr.vals[x]; done { // before the loop
		e.at(x.X, x.Pos())
		return
	}
	p := e.at(x.X, x.Pos())
	if len(*x.Referrers()) == 0 && len(l.cells) == 0 && !l.big {
		e.fr.vals[x] = value{cells: []operand{}}
		return
	}
	if p.slots != nil || l.big {
		e.fr.vals[x] = value{cells: e.read(p, l, x.Pos())}
		return
	}
	want := wanted(x)
	cells, ok := e.remembered(p, t, l.mask(want))
	if !ok {
		cells = e.readSome(p, l, want, x.Pos())
		e.remember(p, t, l.mask(want), cells)
	}
	e.fr.vals[x] = value{cells: cells}
}

// wanted tells which cells of a slice that is loaded have a use: the capacity
// seldom has.
func wanted(x *ssa.UnOp) func(i int) bool {
	if _, ok := x.Type().Underlying().(*types.Slice); ok {
		base := false
		for _, r := range *x.Referrers() {
			switch r := r.(type) {
			case *ssa.DebugRef:
			case *ssa.IndexAddr:
				base = true
			case *ssa.Call:
				if b, ok := r.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
					return all
				}
			default:
				return all
			}
		}
		return func(i int) bool { return i == 1 || i == 0 && base }
	}
	return all
}

func all(int) bool { return true }

// mask is the set of the cells that are wanted. Layouts of more than 64 cells
// lie in memory only.
func (l *layout) mask(want func(int) bool) uint64 {
	m := uint64(0)
	for i := range l.cells {
		if want(i) {
			m |= 1 << i
		}
	}
	return m
}

// read loads cells from a place into new variables.
func (e *emitter) read(p *place, l *layout, pos token.Pos) []operand {
	return e.readSome(p, l, all, pos)
}

func (e *emitter) readSome(p *place, l *layout, want func(int) bool, pos token.Pos) []operand {
	if l.big {
		if l.ptrs {
			refuse(pos, "copies a large array that has pointers")
		}
		q := &place{base: e.frameTop(), off: e.room(l.size)}
		e.copyMem(q, p, l.size)
		e.pushAddr(q)
		return []operand{e.hold(i32)}
	}
	r := make([]operand, len(l.cells))
	if p.slots != nil {
		for i, s := range p.slots {
			e.get(s)
			r[i] = e.hold(l.cells[i].kind.vt())
		}
		return r
	}
	// From the last to the first: wazero tests an address for each load, but
	// knows what is below one that it has tested.
	for i := len(l.cells) - 1; i >= 0; i-- {
		c := l.cells[i]
		if !want(i) {
			r[i] = operand{vt: c.kind.vt(), con: true}
			continue
		}
		e.push(p.base)
		e.mem(kindInfo[c.kind].load, p.off+c.off)
		if c.kind == kStr {
			e.c.loads = true
			e.inWindow(pos, &r[i+1])
		} else if c.kind == kPtr {
			e.c.loads = true
			e.inWindow(pos, nil)
		}
		r[i] = e.hold(c.kind.vt())
	}
	return r
}

// inWindow makes an offset of the Go pointer on the stack. A pointer out of
// the window is nil, or that of something without bytes, which stays so: 1 is
// an address that nothing has. Call has seen to it that there are no others,
// but for strings of a length, which the host copies.
func (e *emitter) inWindow(pos token.Pos, length *operand) {
	p := e.hold(i64)
	e.push(p)
	e.globalGet(globalBase)
	e.op(opI64Sub)
	d := e.hold(i64)
	r := e.local(i32)
	e.open(opBlock, label{})
	e.open(opBlock, label{})
	e.push(d)
	e.i64(32)
	e.ops(opI64ShrU, opI32WrapI64)
	e.brIf(0)
	e.push(d)
	e.op(opI32WrapI64)
	e.set(r)
	e.br(1)
	e.close()
	if length != nil {
		e.cold(func() {
			e.push(p)
			e.push(*length)
			e.callText(supImport)
			e.set(r)
		})
		e.close()
		e.get(r)
		return
	}
	e.push(p)
	e.i64(int64(zeroBase))
	e.op(opI64Eq)
	e.set(r)
	e.get(r)
	e.push(p)
	e.ops(opI64Eqz, opI32Or, opI32Eqz)
	e.trapIf(trapOutside, pos, p)
	e.close()
	e.get(r)
}

func (e *emitter) copyMem(dst, src *place, size int64) {
	e.pushAddr(dst)
	e.pushAddr(src)
	e.i32(int32(size))
	e.op(opMemoryCopy)
}

func (e *emitter) store(x *ssa.Store) {
	t := elem(x.Addr.Type())
	l := e.layout(t, x.Pos())
	p := e.at(x.Addr, x.Pos())
	if l.big {
		if l.ptrs {
			refuse(x.Pos(), "copies a large array that has pointers")
		}
		if c, ok := x.Val.(*ssa.Const); ok && c.Value == nil {
			e.fill(p, l.size)
			return
		}
		e.copyMem(p, &place{base: e.one(x.Val)}, l.size)
		return
	}
	cells := e.cells(x.Val)
	if p.slots != nil {
		e.assign(p.slots, cells)
		return
	}
	e.write(p, l, cells)
	e.just = loaded{p.base.local, p.off, t, l.mask(all), cells}
}

// write stores cells in memory. Pointers are for Go to store, which tells its
// collector.
func (e *emitter) write(p *place, l *layout, cells []operand) {
	for i := len(l.cells) - 1; i >= 0; i-- {
		c := l.cells[i]
		e.push(p.base)
		if c.kind.pointer() {
			if p.off+c.off != 0 {
				e.i32(int32(p.off + c.off))
				e.op(opI32Add)
			}
			e.push(cells[i])
			e.call(supStore)
			continue
		}
		e.push(cells[i])
		e.mem(kindInfo[c.kind].store, p.off+c.off)
	}
}

// field takes a field of a struct that is a value.
func (e *emitter) field(x *ssa.Field) {
	st := x.X.Type().Underlying().(*types.Struct)
	l := e.layout(x.X.Type(), x.Pos())
	if l.big {
		p := &place{base: e.one(x.X), off: uint32(fieldOffset(st, x.Field))}
		e.fr.vals[x] = value{cells: e.read(p, e.layout(x.Type(), x.Pos()), x.Pos())}
		return
	}
	lo, n := e.cellsOfField(st, x.Field, x.Pos())
	e.fr.vals[x] = value{cells: e.cells(x.X)[lo : lo+n]}
}

// index takes an element of an array or a string that is a value.
func (e *emitter) index(x *ssa.Index) {
	if b, ok := x.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		e.stringIndex(x, x.X, x.Index)
		return
	}
	arr, ok := x.X.Type().Underlying().(*types.Array)
	if !ok {
		refuse(x.Pos(), "indexes a value of type %s", x.X.Type())
	}
	l := e.layout(x.X.Type(), x.Pos())
	el := e.layout(x.Type(), x.Pos())
	n := constI64(arr.Len())
	i := e.checkIndex(x.Index, x.X, n, x.Pos())
	if !l.big && i.con {
		at := int(i.bits) * len(el.cells)
		e.fr.vals[x] = value{cells: e.cells(x.X)[at : at+len(el.cells)]}
		return
	}
	p := &place{base: operand{}}
	if l.big {
		p.base = e.one(x.X)
	} else {
		if l.ptrs {
			refuse(x.Pos(), "indexes an array value that has pointers")
		}
		p.base, p.off = e.frameTop(), e.room(l.size)
		e.write(p, l, e.cells(x.X))
	}
	e.push(p.base)
	e.push(i)
	e.op(opI32WrapI64)
	e.scale(el.size)
	e.op(opI32Add)
	e.fr.vals[x] = value{cells: e.read(&place{base: e.hold(i32), off: p.off}, el, x.Pos())}
}
