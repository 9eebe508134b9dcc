package fast

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file writes the turns of a loop in a row; unroll.go decides which.

// unrolled writes the loop of several turns, which ends where fewer are left or
// an index may be too large.
func (e *emitter) unrolled(u *unrolling, c *counted, inner []*ssa.BasicBlock) {
	f := e.fr
	u.counter = f.vals[u.phi]
	phi := u.counter.cells[0]
	ahead := int64(u.turns-1) * abs(u.step)
	facts := e.mark()
	e.open(opBlock, label{})

	// How far the counter may go, of which a stretch is the most.
	left := e.local(i64)
	near, x := variable(i64, c.near), e.plus(phi, c.add)
	if c.behind { // the last turn is for the loop behind, which tests whether it is
		near, x = c.limit, phi
		ahead += u.step
	}
	e.order(compare(c.op, kI64), x, near)
	e.op(opI32Eqz)
	e.brIf(0)
	if !c.behind {
		e.assume(u.head, c.cond, true)
	}
	if c.down {
		near, x = x, near
	}
	e.push(near)
	e.push(x)
	e.op(opI64Sub)
	if c.op == token.LEQ || c.op == token.GEQ {
		e.i64(1)
		e.op(opI64Add)
	}
	e.set(left)
	if c.behind {
		e.order(opI64GtU, variable(i64, left), constI64(stretch))
		e.open(opIf, label{})
		e.i64(stretch)
		e.set(left)
		e.i32(1) // the loop behind asks the host at once
		e.set(e.ticks())
		e.close()
	}
	type guarded struct {
		lead, of ssa.Value
		c        int64
	}
	seen := map[guarded]bool{}
	for _, use := range u.uses {
		if !use.always {
			continue
		}
		_, length, _ := e.fixedBase(use.at.X)
		if k := (guarded{use.lead, use.at.X, use.c}); !seen[k] {
			seen[k] = true
			if e.within0(use.at.Index, use.at.X, length) {
				continue
			}
			at := e.plus(phi, use.c)
			if !use.alone() {
				e.push(at)
				e.push(use.more)
				e.op(opI64Add)
				at = e.hold(i64)
			}
			e.order(opI64GeU, at, length)
			e.brIf(0)
			if c.down {
				e.push(at)
				e.i64(1)
				e.op(opI64Add)
			} else {
				e.push(length)
				e.push(at)
				e.op(opI64Sub)
			}
			room := e.hold(i64)
			e.push(room)
			e.push(variable(i64, left))
			e.order(opI64LtS, room, variable(i64, left))
			e.op(opSelect)
			e.set(left)
		}
		e.noteIndex(use.at.Index, use.at.X, length)
	}
	e.order(opI64LeS, variable(i64, left), constI64(ahead))
	e.brIf(0)
	e.push(phi)
	e.push(variable(i64, left))
	e.i64(ahead)
	e.op(opI64Sub)
	if c.down {
		e.op(opI64Sub)
	} else {
		e.op(opI64Add)
	}
	far := e.hold(i64)

	e.beginLoop()
	e.open(opLoop, label{f, u.head, roleHead})
	if c.down {
		e.order(opI64LeS, phi, far)
	} else {
		e.order(opI64GeS, phi, far)
	}
	e.brIf(1)
	shared := e.share(u, phi)
	saved := e.hoisted(u)
	f.unroll = u
	for k := range u.turns {
		now := phi
		if k > 0 {
			now = e.plus(phi, int64(k)*u.step)
			for i := range shared {
				e.addresses[shared[i]].least -= u.step
			}
		}
		u.last = k == u.turns-1
		e.turn(u, now, inner, saved)
	}
	f.unroll = nil
	f.vals[u.phi] = u.counter
	e.close()
	e.endLoop()
	e.op(opUnreachable)
	e.close()
	e.release(facts)
	e.loads = nil
}

// plus returns the sum of an integer and a constant.
func (e *emitter) plus(x operand, c int64) operand {
	if c == 0 {
		return x
	}
	e.push(x)
	e.i64(c)
	e.op(opI64Add)
	return e.hold(i64)
}

// share writes the addresses that the elements of several turns have in common,
// and returns which of e.addresses they are.
func (e *emitter) share(u *unrolling, phi operand) (list []int) {
	f := e.fr
	if f.leasts == nil {
		f.leasts = leasts(f.fn)
	}
	done := map[*ssa.IndexAddr]bool{}
	for i := range u.uses {
		use := &u.uses[i]
		if !use.always || done[use.at] { // not always: its index may not be good
			continue
		}
		base, _, _ := e.fixedBase(use.at.X)
		size := elemSize(use.at)
		least, greatest := use.c, use.c
		var leads []ssa.Value
		for k := range u.uses {
			other := &u.uses[k]
			if b, _, _ := e.fixedBase(other.at.X); !other.always || b.base != base.base || b.off != base.off || elemSize(other.at) != size || other.more != use.more {
				continue
			}
			done[other.at] = true
			span := f.leasts[leadKey{other.at.X, other.lead}]
			least, greatest = min(least, span[0]), max(greatest, span[1])
			if !slices.Contains(leads, other.lead) {
				leads = append(leads, other.lead)
			}
		}
		if u.step > 0 {
			greatest += int64(u.turns-1) * u.step
		} else {
			least += int64(u.turns-1) * u.step
		}
		if base.base.con || (greatest-least)*size > maxShift || abs(least)*size > maxShift || abs(greatest)*size > maxShift {
			continue
		}
		e.push(base.base)
		e.push(phi)
		if !use.alone() {
			e.push(use.more)
			e.op(opI64Add)
		}
		e.op(opI32WrapI64)
		e.scale(size)
		e.op(opI32Add)
		if least != 0 {
			e.i32(int32(least * size))
			e.op(opI32Add)
		}
		p := e.hold(i32)
		e.push(p)
		e.mem(opI32Load8U, base.off+uint32((greatest-least+1)*size-1))
		e.op(opDrop)
		for _, lead := range leads {
			list = append(list, len(e.addresses))
			e.addresses = append(e.addresses, address{base.base.local, base.off, size, term{fr: f, v: lead}, least, p.local})
		}
	}
	return list
}

// hoisted returns the values of the loop that are known before it.
func (e *emitter) hoisted(u *unrolling) map[ssa.Value]bool {
	known := map[ssa.Value]bool{}
	for b := range u.members {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok {
				if _, ok := e.fr.vals[v]; ok {
					known[v] = true
				}
			}
		}
	}
	return known
}

// turn writes one turn, in which the counter is now.
func (e *emitter) turn(u *unrolling, now operand, inner []*ssa.BasicBlock, known map[ssa.Value]bool) {
	f := e.fr
	f.vals[u.phi] = value{cells: []operand{now}}
	mark := e.mark()
	if len(u.members) > 2 { // several ways lead here
		e.loads = nil
	}
	if !u.last {
		e.open(opBlock, label{f, u.head, roleHead})
	}
	e.followed(inner, func() {
		if u.test != u.head || u.behind {
			e.block(u.head)
			return
		}
		e.straight(u.head)
		e.assume(u.head, u.head.Instrs[len(u.head.Instrs)-1].(*ssa.If).Cond, true)
		e.branch(u.head, 0)
	})
	if !u.last {
		e.close()
	}
	e.release(mark)
	maps.DeleteFunc(f.vals, func(v ssa.Value, _ value) bool {
		in, ok := v.(ssa.Instruction)
		return ok && (u.members[in.Block()] || u.ends[in.Block()]) && !known[v]
	})
}

// written writes a loop of which the turns are known.
func (e *emitter) written(u *unrolling, inner []*ssa.BasicBlock) {
	f := e.fr
	u.counter = f.vals[u.phi]
	known := e.hoisted(u)
	f.unroll = u
	for k := range u.turns {
		e.turn(u, constI64(u.first+int64(k)*u.step), inner, known)
	}
	end := constI64(u.first + int64(u.turns)*u.step)
	f.vals[u.phi] = value{cells: []operand{end}}
	f.unroll = nil
	e.push(end)
	e.set(u.counter.cells[0].local)
	mark := e.mark()
	e.straight(u.head)
	e.assume(u.head, u.head.Instrs[len(u.head.Instrs)-1].(*ssa.If).Cond, false)
	e.branch(u.head, 1)
	e.release(mark)
	f.vals[u.phi] = u.counter
}

// isText tells that a value is a string.
func isText(v ssa.Value) bool {
	b, ok := v.Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// turns writes an unrolled loop. Ways out that meet again do so behind both.
func (e *emitter) turns(u *unrolling, c *counted, next []*ssa.BasicBlock) {
	var inner, outer []*ssa.BasicBlock
	for _, b := range next {
		if u.members[b] {
			inner = append(inner, b)
		} else {
			outer = append(outer, b)
		}
	}
	e.followed(outer, func() {
		switch {
		case u.known:
			e.written(u, inner)
		case e.small(u.head) && !u.behind:
			c.near = e.local(i64)
			e.push(c.limit)
			e.set(c.near)
			e.beginLoop()
			e.unrolled(u, c, inner)
			e.open(opLoop, label{e.fr, u.head, roleHead})
			e.within(u.head, inner)
			e.close()
			e.endLoop()
			e.op(opUnreachable)
		default:
			e.ticking(u.head, c, u, inner)
		}
	})
}
