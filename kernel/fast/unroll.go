package fast

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file writes several turns of a counted loop in a row. In front of the
// loop as it is stands one that makes so many turns at once, as long as there
// are that many and the indices of all are good: the elements of one slice
// share the computation of an address and wazero's test of it, and no index is
// held against a length. What is left, and a turn that would panic, is for the
// loop behind. A loop of a few turns, of which the number is known, is written
// turn by turn.

// An unrolling is a loop while its turns are written in a row.
type unrolling struct {
	head    *ssa.BasicBlock
	members map[*ssa.BasicBlock]bool
	ends    map[*ssa.BasicBlock]bool // of the function, which are written in each turn
	phi     *ssa.Phi                 // the counter
	test    *ssa.BasicBlock          // whose condition says whether there is another turn
	counter value                    // its variable
	step    int64
	turns   int
	behind  bool  // the test stands behind the turn
	known   bool  // how many turns there are
	first   int64 // then: the first value of the counter
	last    bool  // the way back from the turn being written is the loop's
	uses    []elementUse
}

// An elementUse is an element of a slice or an array in a loop, whose index is
// the counter, or the counter and something that the loop does not change, and
// a constant.
type elementUse struct {
	at     *ssa.IndexAddr
	lead   ssa.Value // the index without the constant
	rest   []operand // what lead is besides the counter
	more   operand   // the sum of that
	c      int64
	always bool // in each turn
}

// alone tells that an index is the counter and a constant.
func (u *elementUse) alone() bool { return u.more.con && u.more.bits == 0 }

const (
	maxTurns    = 4   // in a row
	maxUnrolled = 120 // instructions of them
	maxKnown    = 16  // turns of a loop that is written turn by turn
)

// unrollable tells how the counted loop that begins at head is unrolled; nil if
// it is not. What it does not change has been taken out of it.
func (e *emitter) unrollable(head *ssa.BasicBlock, c *counted) *unrolling {
	phi := c.phi
	u := &unrolling{head: head, members: Members(head), phi: phi, test: c.cond.Block(), behind: c.behind}
	if u.test == head && !c.behind && len(u.members) < 2 || !e.fr.graph.reducible || e.fr.unroll != nil {
		return nil
	}
	for i, edge := range phi.Edges {
		if !u.members[head.Preds[i]] {
			continue
		}
		b, ok := edge.(*ssa.BinOp)
		if !ok || b.X != phi {
			return nil
		}
		n, ok := smallConst(b.Y)
		if b.Op == token.SUB {
			n = -n
		}
		if !ok || u.step != 0 && u.step != n || abs(n) > 1<<10 {
			return nil
		}
		u.step = n
	}
	n, ok := e.weight(u)
	if !ok || u.step == 0 || !e.leavesPlainly(u) {
		return nil
	}
	for u.turns = maxTurns; u.turns*n > maxUnrolled; u.turns /= 2 {
	}
	entered := e.fr.loop != nil && e.fr.loop.head == head // in any turn
	if first, count, ok := knownTurns(u); ok && !entered && !c.behind && count*n <= 2*maxUnrolled {
		u.known, u.first, u.turns = true, first, count
		return u
	}
	if u.turns < 2 {
		return nil
	}
	e.findUses(u)
	return u
}

// weight counts the instructions of a turn; false if it has what is not worth
// to be written more than once.
func (e *emitter) weight(u *unrolling) (n int, ok bool) {
	for b := range u.members {
		if b != u.head && e.fr.graph.head[b] {
			return 0, false
		}
		for _, in := range b.Instrs {
			switch x := in.(type) {
			case *ssa.DebugRef:
				continue
			case *ssa.Phi, *ssa.BinOp, *ssa.UnOp, *ssa.Convert, *ssa.ChangeType, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field,
				*ssa.Index, *ssa.Lookup, *ssa.If, *ssa.Jump, *ssa.Extract, *ssa.Slice:
				if v, ok := in.(ssa.Value); ok && isText(v) {
					return 0, false
				}
			case *ssa.Store:
				if hasPointers(x.Val.Type()) {
					return 0, false
				}
				n++
			case *ssa.Call:
				if builtin, ok := x.Call.Value.(*ssa.Builtin); ok {
					switch builtin.Name() {
					case "len", "cap", "min", "max", "real", "imag", "complex":
					default:
						return 0, false
					}
					break
				}
				fn := e.callee(&x.Call)
				if fn == nil {
					return 0, false
				}
				if fn = e.c.resolve(fn); fn.Blocks == nil {
					if _, ok := mathOps[fn.Name()]; !ok || fn.Pkg == nil || fn.Pkg.Pkg.Path() != "math" {
						return 0, false
					}
					break
				}
				if !e.c.inlinable(fn) || hasLoop(fn) {
					return 0, false
				}
				n += e.c.cost(fn)
			default:
				return 0, false
			}
			n++
		}
	}
	return n, true
}

// leavesPlainly tells that the ways out of the loop besides the end of its
// count can be written several times: they lead to where others do, or to the
// end of the function; and all that is used there is the head's.
func (e *emitter) leavesPlainly(u *unrolling) bool {
	f := e.fr
	u.ends = map[*ssa.BasicBlock]bool{}
	others := false
	for b := range u.members {
		for i, s := range b.Succs {
			if u.members[s] || b == u.test && i == 1 {
				continue
			}
			others = true
			if f.loop != nil && !f.loop.members[s] {
				continue
			}
			if f.graph.merge[s] {
				if d := s.Idom(); d != u.head && u.members[d] {
					return false
				}
				continue
			}
			if len(s.Succs) > 0 || len(s.Instrs) > 10 || len(s.Dominees()) > 0 {
				return false
			}
			u.ends[s] = true
		}
	}
	if !others {
		return true
	}
	for b := range u.members {
		for _, in := range b.Instrs {
			v, ok := in.(ssa.Value)
			if !ok || v.Referrers() == nil {
				continue
			}
			if _, phi := in.(*ssa.Phi); phi && b == u.head {
				continue
			}
			for _, r := range *v.Referrers() {
				if _, ok := r.(*ssa.DebugRef); ok || u.members[r.Block()] || u.ends[r.Block()] {
					continue
				}
				if f.loop != nil && !f.loop.members[r.Block()] {
					continue
				}
				if p, ok := r.(*ssa.Phi); ok && allWithin(p, v, u.members) {
					continue
				}
				return false
			}
		}
	}
	return true
}

// allWithin tells that a phi takes a value on ways out of the loop only.
func allWithin(p *ssa.Phi, v ssa.Value, members map[*ssa.BasicBlock]bool) bool {
	for i, edge := range p.Edges {
		if edge == v && !members[p.Block().Preds[i]] {
			return false
		}
	}
	return true
}

// knownTurns returns the first value of the counter and how many turns there
// are, if both are constants.
func knownTurns(u *unrolling) (first int64, count int, ok bool) {
	last, ok := u.head.Instrs[len(u.head.Instrs)-1].(*ssa.If)
	if !ok {
		return 0, 0, false
	}
	cond, ok := last.Cond.(*ssa.BinOp)
	if !ok {
		return 0, 0, false
	}
	lead, add := split(cond.X)
	limit, ok := smallConst(cond.Y)
	if !ok || lead != ssa.Value(u.phi) || cond.Op != token.LSS || u.step < 1 || !isInt(u.phi.Type()) {
		return 0, 0, false
	}
	seen := false
	for i, edge := range u.phi.Edges {
		if u.members[u.head.Preds[i]] {
			continue
		}
		n, ok := smallConst(edge)
		if !ok || seen && n != first {
			return 0, 0, false
		}
		first, seen = n, true
	}
	for x := first; x+add < limit; x += u.step {
		if count++; count > maxKnown {
			return 0, 0, false
		}
	}
	return first, count, seen
}

// findUses lists the elements whose indices go with the counter.
func (e *emitter) findUses(u *unrolling) {
	for _, b := range e.fr.graph.blocks {
		if !u.members[b] {
			continue
		}
		always := true
		for _, p := range u.head.Preds {
			always = always && (!u.members[p] || b.Dominates(p))
		}
		for _, in := range b.Instrs {
			x, ok := in.(*ssa.IndexAddr)
			if !ok || !isInt(x.Index.Type()) || !e.fixed(x.X, u.members) {
				continue
			}
			lead, c := split(x.Index)
			rest, ok := e.besides(lead, u)
			if !ok {
				continue
			}
			use := elementUse{at: x, lead: lead, c: c, always: always, rest: rest, more: constI64(0)}
			if _, _, ok := e.fixedBase(x.X); ok {
				u.uses = append(u.uses, use)
			}
		}
	}
	for i := range u.uses {
		use := &u.uses[i]
		for k := range i { // the same sum is made once
			if slices.Equal(use.rest, u.uses[k].rest) {
				use.more = u.uses[k].more
			}
		}
		if len(use.rest) == 0 || !use.alone() {
			continue
		}
		use.more = use.rest[0]
		for _, o := range use.rest[1:] {
			e.push(use.more)
			e.push(o)
			e.op(opI64Add)
			use.more = e.hold(i64)
		}
	}
}

// besides returns what a sum has besides the counter, which is in it once: all
// of it known before the loop.
func (e *emitter) besides(v ssa.Value, u *unrolling) (rest []operand, ok bool) {
	if v == ssa.Value(u.phi) {
		return nil, true
	}
	sum, isSum := v.(*ssa.BinOp)
	if !isSum || sum.Op != token.ADD || !u.members[sum.Block()] {
		return nil, false
	}
	for _, side := range [2][2]ssa.Value{{sum.X, sum.Y}, {sum.Y, sum.X}} {
		if o, fixed := e.fixedNumber(side[1], u.members); fixed {
			if rest, ok = e.besides(side[0], u); ok {
				return append(rest, o), true
			}
		}
	}
	return nil, false
}

// fixedBase returns where the elements of a slice or array begin that is the
// same in all turns, and how many there are.
func (e *emitter) fixedBase(v ssa.Value) (base place, length operand, ok bool) {
	if _, isConst := v.(*ssa.Const); isConst {
		return place{}, operand{}, false
	}
	x := e.val(v)
	if _, ok := v.Type().Underlying().(*types.Slice); ok {
		if x.place != nil || len(x.cells) != 3 {
			return place{}, operand{}, false
		}
		return place{base: x.cells[0]}, x.cells[1], true
	}
	arr := elem(v.Type()).Underlying().(*types.Array)
	if x.place == nil || x.place.slots != nil || !x.place.nonnil {
		return place{}, operand{}, false
	}
	return *x.place, constI64(arr.Len()), true
}

func elemSize(x *ssa.IndexAddr) int64 {
	if s, ok := x.X.Type().Underlying().(*types.Slice); ok {
		return sizes.Sizeof(s.Elem())
	}
	return sizes.Sizeof(elem(x.X.Type()).Underlying().(*types.Array).Elem())
}

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
