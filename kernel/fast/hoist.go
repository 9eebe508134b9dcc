package fast

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// This file takes loads out of loops: the header of a row of a matrix, a
// variable of the session, a field of a struct, if nothing in the loop can
// store there. What types say suffices for that: a float64 that is stored is
// no slice that is loaded. The load is tried before the loop, with care: where
// it would panic it is left out, and the test that stays in the loop panics.

// effects are the types that a function may store in memory.
type effects struct {
	all   bool // anything
	types []types.Type
}

func (x *effects) add(t types.Type) {
	for _, u := range x.types {
		if types.Identical(t, u) {
			return
		}
	}
	x.types = append(x.types, t)
}

func (x *effects) join(y *effects) {
	x.all = x.all || y.all
	for _, t := range y.types {
		x.add(t)
	}
}

// touches tells whether a store of x may change a value of type t.
func (x *effects) touches(t types.Type) bool {
	if x.all {
		return true
	}
	for _, u := range x.types {
		if contains(t, u, 0) || contains(u, t, 0) {
			return true
		}
	}
	return false
}

// contains tells whether a value of type t has one of type u in it.
func contains(t, u types.Type, depth int) bool {
	if depth > 10 || types.Identical(t.Underlying(), u.Underlying()) {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Struct:
		for i := range t.NumFields() {
			if contains(t.Field(i).Type(), u, depth+1) {
				return true
			}
		}
	case *types.Array:
		return contains(t.Elem(), u, depth+1)
	}
	return false
}

// effect adds what one instruction stores; callee says what calls are of.
func (c *compilation) effect(x *effects, in ssa.Instruction, callee func(*ssa.CallCommon) *ssa.Function) {
	switch in := in.(type) {
	case *ssa.Store:
		x.add(elem(in.Addr.Type()))
	case *ssa.Call:
		call := in.Common()
		if b, ok := call.Value.(*ssa.Builtin); ok {
			switch b.Name() {
			case "append", "copy", "clear":
				if s, ok := call.Args[0].Type().Underlying().(*types.Slice); ok {
					x.add(s.Elem())
				}
			}
			return
		}
		if formatter(call) != nil {
			return
		}
		fn := callee(call)
		if fn == nil {
			x.all = true
			return
		}
		x.join(c.effectsOf(fn))
	}
}

// effectsOf returns what a call of fn may store.
func (c *compilation) effectsOf(fn *ssa.Function) *effects {
	fn = c.resolve(fn)
	if x, ok := c.effects[fn]; ok {
		return x
	}
	x := &effects{}
	if c.effects == nil {
		c.effects = map[*ssa.Function]*effects{}
	}
	c.effects[fn] = &effects{all: true} // seen by one that is called from itself
	defer func() { c.effects[fn] = x }()
	if fn.Blocks == nil {
		s := fn.Signature
		for i := range s.Params().Len() {
			if hasPointers(s.Params().At(i).Type()) {
				x.all = true
			}
		}
		if s.Recv() != nil {
			x.all = true
		}
		return x
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			c.effect(x, in, (*ssa.CallCommon).StaticCallee)
			if _, ok := in.(*ssa.MakeClosure); ok {
				x.all = true
			}
		}
	}
	return x
}

// hoist writes what is the same in all turns of the loop that begins at head
// before it: loads, and the sums and products of whole numbers that their
// addresses and the loop's limit are made of.
func (e *emitter) hoist(head *ssa.BasicBlock) {
	h := &hoisting{members: Members(head)}
	stored := &effects{}
	var found []ssa.Value
	loads := 0
	for _, b := range e.fr.graph.blocks { // dominators first
		if !h.members[b] {
			continue
		}
		for _, in := range b.Instrs {
			e.c.effect(stored, in, e.callee)
			switch in := in.(type) {
			case *ssa.UnOp:
				if in.Op == token.MUL {
					found = append(found, in)
					loads++
				}
			case *ssa.BinOp:
				found = append(found, in)
			}
		}
	}
	if loads > 200 {
		return
	}
	for _, v := range found {
		if _, done := e.fr.vals[v]; done {
			continue
		}
		switch x := v.(type) {
		case *ssa.BinOp:
			e.hoistSum(x, h)
		case *ssa.UnOp:
			if stored.touches(x.Type()) {
				continue
			}
			if _, ok := x.Type().Underlying().(*types.Signature); ok {
				continue
			}
			l, why := layoutOf(x.Type())
			if why != "" || l.big || len(l.cells) > 4 || len(l.cells) == 0 {
				continue
			}
			e.tryHoist(x, l, h)
		}
	}
}

// A hoisting is what has been taken out of one loop.
type hoisting struct {
	members map[*ssa.BasicBlock]bool
	sums    []hoistedSum
	elems   []hoistedElem
	loads   []hoistedLoad
}

type hoistedSum struct {
	op     token.Token
	x, y   operand
	result value
}

type hoistedElem struct {
	base, index operand
	size        int64
	at          operand
}

type hoistedLoad struct {
	base   operand
	off    uint32
	typ    types.Type
	have   uint64 // which cells
	result value
}

// fixed tells that a value is the same in all turns, and known before them.
func (e *emitter) fixed(v ssa.Value, members map[*ssa.BasicBlock]bool) bool {
	in, ok := v.(ssa.Instruction)
	if !ok || !members[in.Block()] {
		return true // a parameter, a constant, a variable; or of before the loop
	}
	switch x := v.(type) {
	case *ssa.UnOp, *ssa.BinOp:
		_, done := e.fr.vals[v] // taken out of the loop already
		return done
	case *ssa.Call:
		b, ok := x.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "len" && e.fixed(x.Call.Args[0], members)
	}
	return false
}

// fixedNumber returns the operand of a whole number that is fixed.
func (e *emitter) fixedNumber(v ssa.Value, members map[*ssa.BasicBlock]bool) (operand, bool) {
	if !e.fixed(v, members) {
		return operand{}, false
	}
	if call, ok := v.(*ssa.Call); ok && members[call.Block()] {
		t := call.Call.Args[0].Type().Underlying()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem().Underlying()
		}
		if a, ok := t.(*types.Array); ok {
			return constI64(a.Len()), true
		}
		if x := e.val(call.Call.Args[0]); x.place == nil && x.fn == nil && len(x.cells) >= 2 {
			return x.cells[1], true
		}
		return operand{}, false
	}
	if x := e.val(v); x.place == nil && x.fn == nil && len(x.cells) == 1 {
		return x.cells[0], true
	}
	return operand{}, false
}

// hoistSum writes a sum, a difference or a product of int if both sides are
// fixed, and what else one of them is that has a constant on its right.
func (e *emitter) hoistSum(x *ssa.BinOp, h *hoisting) {
	if !isInt(x.Type()) {
		return
	}
	switch x.Op {
	case token.ADD, token.SUB, token.MUL:
	case token.QUO, token.REM, token.SHR, token.AND:
		n, ok := smallConst(x.Y)
		if _, fixed := e.fixedNumber(x.X, h.members); ok && n > 0 && fixed {
			if _, call := x.X.(*ssa.Call); !call {
				e.binop(x)
			}
		}
		return
	default:
		return
	}
	a, ok := e.fixedNumber(x.X, h.members)
	if !ok {
		return
	}
	b, ok := e.fixedNumber(x.Y, h.members)
	if !ok {
		return
	}
	for _, s := range h.sums {
		if s.op == x.Op && s.x == a && s.y == b {
			e.fr.vals[x] = s.result
			return
		}
	}
	e.push(a)
	e.push(b)
	e.op(map[token.Token]op{token.ADD: opI64Add, token.SUB: opI64Sub, token.MUL: opI64Mul}[x.Op])
	r := value{cells: []operand{e.hold(i64)}}
	h.sums = append(h.sums, hoistedSum{x.Op, a, b, r})
	e.fr.vals[x] = r
}

// hoistElem returns the address of an element.
func (e *emitter) hoistElem(base, index operand, size int64, h *hoisting) operand {
	for _, a := range h.elems {
		if a.base == base && a.index == index && a.size == size {
			return a.at
		}
	}
	at := e.elementAt(&place{base: base}, index, size).base
	h.elems = append(h.elems, hoistedElem{base, index, size, at})
	return at
}

// A precondition is a condition under which an address is good: the index is below
// the length, or the pointer is not nil.
type precondition struct {
	index, length operand
	pointer       operand
	nilOnly       bool
}

// tryHoist writes a load if its address is the same in all turns.
func (e *emitter) tryHoist(u *ssa.UnOp, l *layout, h *hoisting) {
	var guards []precondition
	// path is how the address is computed from its root, the last step first.
	type move struct {
		field int64
		index ssa.Value
		of    ssa.Value // a slice, or nil
		t     types.Type
	}
	var path []move
	v := u.X
	for !e.fixed(v, h.members) {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			st := elem(x.X.Type()).Underlying().(*types.Struct)
			path = append(path, move{field: fieldOffset(st, x.Field)})
			v = x.X
			continue
		case *ssa.IndexAddr:
			if !e.fixed(x.Index, h.members) || !isInt(x.Index.Type()) {
				return
			}
			if s, ok := x.X.Type().Underlying().(*types.Slice); ok {
				if !e.fixed(x.X, h.members) {
					return
				}
				path = append(path, move{index: x.Index, of: x.X, t: s.Elem()})
				v = nil
			} else {
				path = append(path, move{index: x.Index, t: elem(x.X.Type())})
				v = x.X
				continue
			}
		default:
			return
		}
		break
	}
	if len(path) == 0 {
		// The address itself is from outside.
		if x := e.val(v); x.place != nil && x.place.slots != nil {
			return
		}
	}
	var p place
	if v != nil {
		x := e.val(v)
		switch {
		case x.place != nil && x.place.slots != nil:
			return
		case x.place != nil:
			p = *x.place
		case len(x.cells) == 1:
			p = place{base: x.cells[0]}
		default:
			return
		}
		if !p.nonnil && !e.knownNonNil(p.base) {
			guards = append(guards, precondition{pointer: p.base, nilOnly: true})
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		m := path[i]
		if m.index == nil {
			p.off += uint32(m.field)
			continue
		}
		var et types.Type
		var length operand
		if m.of != nil {
			cells := e.cells(m.of)
			p, length, et = place{base: cells[0]}, cells[1], m.t
		} else {
			arr := m.t.Underlying().(*types.Array)
			length, et = constI64(arr.Len()), arr.Elem()
		}
		idx, ok := e.fixedNumber(m.index, h.members)
		if !ok {
			return
		}
		of := m.of
		sure := idx.con && length.con && idx.bits < length.bits
		if !sure && (of == nil || !e.within0(m.index, of, length)) {
			guards = append(guards, precondition{index: idx, length: length})
		}
		size := sizes.Sizeof(et)
		if idx.con {
			if idx.bits > 1<<20 {
				return
			}
			p.off += uint32(int64(idx.bits) * size)
			continue
		}
		p.base = e.hoistElem(p.base, idx, size, h)
	}
	want := wanted(u)
	have := l.mask(want)
	for _, o := range h.loads {
		if o.base == p.base && o.off == p.off && o.have&have == have && types.Identical(o.typ, u.Type()) {
			e.fr.vals[u] = o.result
			return
		}
	}
	defer func() { h.loads = append(h.loads, hoistedLoad{p.base, p.off, u.Type(), have, e.fr.vals[u]}) }()
	if len(guards) == 0 {
		e.fr.vals[u] = value{cells: e.readSome(&p, l, want, u.Pos())}
		return
	}
	vars := make([]uint32, len(l.cells))
	r := value{cells: make([]operand, len(l.cells))}
	for i, t := range l.valtypes() {
		vars[i] = e.local(t)
		r.cells[i] = variable(t, vars[i])
		e.zero(t)
		e.buf.set(vars[i])
	}
	e.open(opBlock, label{})
	for _, g := range guards {
		if g.nilOnly {
			e.push(g.pointer)
			e.op(opI32Eqz)
		} else {
			e.order(opI64GeU, g.index, g.length)
		}
		e.brIf(0)
	}
	e.assign(vars, e.readSome(&p, l, want, u.Pos()))
	e.close()
	e.fr.vals[u] = r
}
