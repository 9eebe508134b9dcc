package fast

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// This file computes the address of an element once for all indices that
// differ by constants, and loads a value once where nothing has been stored in
// between.

// An address is that of element index of a slice or array: lead is the part of
// the index that is not constant, and local holds the address of element
// lead + least.
type address struct {
	base  uint32
	off   uint32 // of the array within its variable
	size  int64
	lead  term
	least int64
	local uint32
}

// A span of constants that are added to an index must be small, so that the
// least address does not come before the window.
const maxShift = guard / 4

type leadKey struct {
	x    ssa.Value
	lead ssa.Value
}

// leasts finds, for the indices of a function, the least and the greatest
// constant that is added to the same value.
func leasts(fn *ssa.Function) map[leadKey][2]int64 {
	m := map[leadKey][2]int64{}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			x, ok := in.(*ssa.IndexAddr)
			if !ok || !isInt(x.Index.Type()) {
				continue
			}
			lead, c := split(x.Index)
			if lead == nil {
				continue
			}
			k := leadKey{x.X, lead}
			old, ok := m[k]
			if !ok {
				old = [2]int64{c, c}
			}
			m[k] = [2]int64{min(old[0], c), max(old[1], c)}
		}
	}
	return m
}

// split takes a constant off an index.
func split(v ssa.Value) (lead ssa.Value, c int64) {
	for {
		b, ok := v.(*ssa.BinOp)
		if !ok || !isInt(b.Type()) {
			break
		}
		n, ok := smallConst(b.Y)
		switch {
		case ok && b.Op.String() == "+":
			c += n
		case ok && b.Op.String() == "-":
			c -= n
		default:
			return v, c
		}
		v = b.X
	}
	if _, ok := v.(*ssa.Const); ok {
		return nil, c
	}
	return v, c
}

// element returns the place of an element whose index is known to be good.
func (e *emitter) element(x *ssa.IndexAddr, base *place, idx operand, size int64) *place {
	f := e.fr
	lead, c := split(x.Index)
	if lead == nil || base.base.con || !isInt(x.Index.Type()) || abs(c)*size > maxShift {
		return e.elementAt(base, idx, size)
	}
	if f.leasts == nil {
		f.leasts = leasts(f.fn)
	}
	least, greatest := f.leasts[leadKey{x.X, lead}][0], f.leasts[leadKey{x.X, lead}][1]
	if (c-least)*size > maxShift || abs(least)*size > maxShift {
		return e.elementAt(base, idx, size)
	}
	t := term{fr: f, v: lead}
	for i := len(e.addresses) - 1; i >= 0; i-- {
		a := &e.addresses[i]
		if a.base == base.base.local && a.off == base.off && a.size == size && a.lead.same(t) && c >= a.least {
			return &place{nonnil: true, base: variable(i32, a.local), off: base.off + uint32((c-a.least)*size)}
		}
	}
	e.push(base.base)
	e.push(idx)
	e.op(opI32WrapI64)
	e.scale(size)
	e.op(opI32Add)
	if c != least {
		e.i32(int32((least - c) * size))
		e.op(opI32Add)
	}
	p := e.hold(i32)
	if greatest > c && (greatest-least)*size <= maxShift {
		// A load that nobody uses is none, but wazero tests its address; what is
		// below needs no test of its own.
		e.push(p)
		e.mem(opI32Load8U, base.off+uint32((greatest-least+1)*size-1))
		e.op(opDrop)
	}
	e.addresses = append(e.addresses, address{base.base.local, base.off, size, t, least, p.local})
	return &place{nonnil: true, base: p, off: base.off + uint32((c-least)*size)}
}

func (e *emitter) elementAt(base *place, idx operand, size int64) *place {
	e.push(base.base)
	e.push(idx)
	e.op(opI32WrapI64)
	e.scale(size)
	e.op(opI32Add)
	return &place{nonnil: true, base: e.hold(i32), off: base.off}
}

// A loaded is a value that is known to be at a place in memory.
type loaded struct {
	base, off uint32
	typ       types.Type
	have      uint64 // which of the cells
	cells     []operand
}

// remembered returns the cells of a value of type t that has been loaded from a
// place, or stored there, if all that are wanted are known.
func (e *emitter) remembered(p *place, t types.Type, want uint64) ([]operand, bool) {
	if p.base.con {
		return nil, false
	}
	for i := len(e.loads) - 1; i >= 0; i-- {
		l := &e.loads[i]
		if l.base == p.base.local && l.off == p.off && l.have&want == want && types.Identical(l.typ, t) {
			return l.cells, true
		}
	}
	return nil, false
}

func (e *emitter) remember(p *place, t types.Type, have uint64, cells []operand) {
	if !p.base.con && len(e.loads) < 64 {
		e.loads = append(e.loads, loaded{p.base.local, p.off, t, have, cells})
	}
}

// stored forgets what an instruction may have changed.
func (e *emitter) stored(in ssa.Instruction) {
	if len(e.loads) == 0 {
		return
	}
	var x effects
	e.c.effect(&x, in, e.callee)
	if !x.all && len(x.types) == 0 {
		return
	}
	var rest []loaded // others may hold the old list
	for _, l := range e.loads {
		if !x.touches(l.typ) {
			rest = append(rest, l)
		}
	}
	e.loads = rest
}
