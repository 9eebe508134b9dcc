package fast

import (
	"go/token"
	"go/types"
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
