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

// effect adds what one instruction stores.
func (c *compilation) effect(x *effects, in ssa.Instruction) {
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
		fn := call.StaticCallee()
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
			c.effect(x, in)
			if _, ok := in.(*ssa.MakeClosure); ok {
				x.all = true
			}
		}
	}
	return x
}

// hoist writes loads of the loop that begins at head before it.
func (e *emitter) hoist(head *ssa.BasicBlock) {
	members := Members(head)
	stored := &effects{}
	var loads []*ssa.UnOp
	for _, b := range e.fr.graph.blocks { // dominators first
		if !members[b] {
			continue
		}
		for _, in := range b.Instrs {
			e.c.effect(stored, in)
			if u, ok := in.(*ssa.UnOp); ok && u.Op == token.MUL {
				loads = append(loads, u)
			}
		}
	}
	if stored.all || len(loads) > 200 {
		return
	}
	for _, u := range loads {
		if _, done := e.fr.vals[u]; done || stored.touches(u.Type()) {
			continue
		}
		if _, ok := u.Type().Underlying().(*types.Signature); ok {
			continue
		}
		l, why := layoutOf(u.Type())
		if why != "" || l.big || len(l.cells) > 4 || len(l.cells) == 0 {
			continue
		}
		e.tryHoist(u, l, members)
	}
}

// A precondition is a condition under which an address is good: the index is below
// the length, or the pointer is not nil.
type precondition struct {
	index, length operand
	pointer       operand
	nilOnly       bool
}

// tryHoist writes a load if its address is the same in all turns.
func (e *emitter) tryHoist(u *ssa.UnOp, l *layout, members map[*ssa.BasicBlock]bool) {
	var guards []precondition
	outside := func(v ssa.Value) bool {
		in, ok := v.(ssa.Instruction)
		if !ok {
			return true // a parameter, a constant, a variable
		}
		if !members[in.Block()] {
			return true
		}
		_, done := e.fr.vals[v] // taken out of the loop already
		_, load := v.(*ssa.UnOp)
		return done && load
	}
	// step follows an address to its root; path says how to compute it again.
	type move struct {
		field int64
		index ssa.Value
		of    ssa.Value // a slice, or nil
		t     types.Type
	}
	var path []move
	v := u.X
	for !outside(v) {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			st := elem(x.X.Type()).Underlying().(*types.Struct)
			path = append(path, move{field: fieldOffset(st, x.Field)})
			v = x.X
			continue
		case *ssa.IndexAddr:
			if !outside(x.Index) || !isInt(x.Index.Type()) {
				return
			}
			if s, ok := x.X.Type().Underlying().(*types.Slice); ok {
				if !outside(x.X) {
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
		idx := e.one(m.index)
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
		e.push(p.base)
		e.push(idx)
		e.op(opI32WrapI64)
		e.scale(size)
		e.op(opI32Add)
		p.base = e.hold(i32)
	}
	want := wanted(u)
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
