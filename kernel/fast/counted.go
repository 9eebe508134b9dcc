package fast

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A counted loop compares a counter with a limit that does not change. It needs
// no count of its own turns: it runs in stretches, each to a nearer limit, and
// between two of them the function looks up.
type counted struct {
	cond  *ssa.BinOp
	phi   *ssa.Phi
	add   int64 // what the compared value is beyond the phi
	op    token.Token
	limit operand
	near  uint32 // variable: the end of the stretch
	down  bool

	behind bool // see testedBehind
}

// stretch is how many turns a stretch has.
const stretch = loopsATick

// countedLoop recognises the loop that begins at head.
func (e *emitter) countedLoop(head *ssa.BasicBlock) *counted {
	last, ok := head.Instrs[len(head.Instrs)-1].(*ssa.If)
	if !ok || !e.fr.graph.reducible {
		return nil
	}
	cond, ok := last.Cond.(*ssa.BinOp)
	if !ok || cond.Block() != head || !isInt(cond.X.Type()) {
		return nil
	}
	members := Members(head)
	if !members[head.Succs[0]] || members[head.Succs[1]] {
		return nil
	}
	for b := range members {
		if b != head && e.fr.graph.head[b] {
			return nil // the loops within count for it
		}
	}
	c := &counted{cond: cond, op: cond.Op}
	switch cond.Op {
	case token.LSS, token.LEQ:
	case token.GTR, token.GEQ:
		c.down = true
	default:
		return nil
	}
	// What stands before the condition happens once more after the host has
	// been asked.
	for _, in := range head.Instrs[:len(head.Instrs)-1] {
		switch in := in.(type) {
		case *ssa.Phi, *ssa.BinOp, *ssa.UnOp, *ssa.Convert, *ssa.ChangeType, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.DebugRef:
		case *ssa.Call:
			if b, ok := in.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
				return nil
			}
		default:
			return nil
		}
	}
	x := cond.X
	if b, ok := x.(*ssa.BinOp); ok && b.Block() == head {
		n, ok := smallConst(b.Y)
		if !ok {
			return nil
		}
		switch b.Op {
		case token.ADD:
			c.add = n
		case token.SUB:
			c.add = -n
		default:
			return nil
		}
		x = b.X
	}
	if c.phi, ok = x.(*ssa.Phi); !ok || c.phi.Block() != head {
		return nil
	}
	for i, edge := range c.phi.Edges {
		if !members[head.Preds[i]] {
			continue
		}
		b, ok := edge.(*ssa.BinOp)
		if !ok || b.X != c.phi {
			return nil
		}
		n, ok := smallConst(b.Y)
		if b.Op == token.SUB {
			n = -n
		} else if b.Op != token.ADD {
			return nil
		}
		if !ok || n == 0 || n < 0 != c.down {
			return nil
		}
	}
	c.limit, ok = e.fixedNumber(cond.Y, members)
	if !ok {
		return nil
	}
	return c
}

// testedBehind recognises a loop over an integer: the counter goes up behind the
// turn and is compared with the limit there. Such a loop counts its turns as any
// other does.
func (e *emitter) testedBehind(head *ssa.BasicBlock) *counted {
	members := Members(head)
	var latch *ssa.BasicBlock
	for b := range members {
		if b != head && e.fr.graph.head[b] {
			return nil
		}
	}
	for _, p := range head.Preds {
		if !members[p] {
			continue
		}
		if latch != nil {
			return nil
		}
		latch = p
	}
	last, ok := latch.Instrs[len(latch.Instrs)-1].(*ssa.If)
	if !ok || !e.fr.graph.reducible || latch.Succs[0] != head || members[latch.Succs[1]] {
		return nil
	}
	cond, ok := last.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.LSS || !isInt(cond.X.Type()) || cond.Block() != latch {
		return nil
	}
	sum, ok := cond.X.(*ssa.BinOp)
	if !ok || sum.Op != token.ADD {
		return nil
	}
	phi, ok := sum.X.(*ssa.Phi)
	if n, isConst := smallConst(sum.Y); !ok || !isConst || n < 1 || phi.Block() != head || phi.Edges[slices.Index(head.Preds, latch)] != ssa.Value(sum) {
		return nil
	}
	limit, ok := e.fixedNumber(cond.Y, members)
	if !ok {
		return nil
	}
	return &counted{cond: cond, phi: phi, op: token.LSS, limit: limit, behind: true}
}

// begin writes the end of the next stretch, and counts its turns.
func (c *counted) begin(e *emitter) {
	if c.near == 0 {
		c.near = e.local(i64)
	}
	phi := e.one(c.phi)
	e.push(phi)
	if c.add != 0 {
		e.i64(c.add)
		e.op(opI64Add)
	}
	x := e.hold(i64)
	// The way that is left, if there is any, and if it is long.
	left := func() operand {
		if c.down {
			e.push(x)
			e.push(c.limit)
		} else {
			e.push(c.limit)
			e.push(x)
		}
		e.op(opI64Sub)
		return e.hold(i64)
	}()
	e.push(c.limit)
	e.set(c.near)
	e.order(compare(c.op, kI64), x, c.limit)
	e.open(opIf, label{})
	e.push(left)
	e.i64(stretch)
	e.op(opI64GtU)
	e.open(opIf, label{})
	e.push(x)
	e.i64(stretch)
	if c.down {
		e.op(opI64Sub)
	} else {
		e.op(opI64Add)
	}
	e.set(c.near)
	e.i64(stretch)
	e.set(left.local)
	e.close()
	e.get(e.ticks())
	e.push(left)
	e.ops(opI32WrapI64, opI32Sub)
	e.set(e.ticks())
	e.close()
}

// test leaves on the stack whether the stretch goes on; ended branches to where
// the host is asked if only the stretch is at its end.
func (c *counted) test(e *emitter) {
	e.order(compare(c.op, kI64), e.one(c.cond.X), variable(i64, c.near))
}

func (c *counted) ended(e *emitter, b *ssa.BasicBlock) {
	e.order(compare(c.op, kI64), e.one(c.cond.X), c.limit)
	e.brIf(e.depth(e.fr, b, roleTick))
}
