package fast

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A graph is what the emitter knows of the shape of a function. WebAssembly has
// blocks and loops and no goto, so a function's blocks are written along its
// tree of dominators: a block that several ways lead to follows a wasm block
// that they leave, and the head of a loop is a wasm loop (after Ramsey, Beyond
// Relooper, ICFP 2022). A function with a jump into a loop has no such order;
// it becomes a loop around a switch.
type graph struct {
	order     map[*ssa.BasicBlock]int // in reverse postorder, from 0
	blocks    []*ssa.BasicBlock       // in that order
	head      map[*ssa.BasicBlock]bool
	merge     map[*ssa.BasicBlock]bool
	inLoop    map[*ssa.BasicBlock]bool
	reducible bool
}

func newGraph(fn *ssa.Function) *graph {
	g := &graph{
		order: map[*ssa.BasicBlock]int{}, head: map[*ssa.BasicBlock]bool{}, merge: map[*ssa.BasicBlock]bool{},
		inLoop: map[*ssa.BasicBlock]bool{}, reducible: true,
	}
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		seen[b] = true
		for i := len(b.Succs) - 1; i >= 0; i-- {
			if !seen[b.Succs[i]] {
				visit(b.Succs[i])
			}
		}
		g.blocks = append(g.blocks, b)
	}
	visit(fn.Blocks[0])
	slices.Reverse(g.blocks)
	for i, b := range g.blocks {
		g.order[b] = i
	}
	for _, b := range g.blocks {
		forward := 0
		for _, p := range b.Preds {
			i, ok := g.order[p]
			switch {
			case !ok: // never reached
			case i < g.order[b]:
				forward++
			default:
				g.head[b] = true
				if !b.Dominates(p) {
					g.reducible = false
				}
				g.markLoop(b, p)
			}
		}
		g.merge[b] = forward > 1
	}
	return g
}

// markLoop notes the blocks from which the source of a back edge is reached
// without passing the head.
func (g *graph) markLoop(head, from *ssa.BasicBlock) {
	member := map[*ssa.BasicBlock]bool{head: true}
	work := []*ssa.BasicBlock{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if member[b] {
			continue
		}
		member[b] = true
		work = append(work, b.Preds...)
	}
	for b := range member {
		g.inLoop[b] = true
	}
}

// A label is a construct of WebAssembly that is open where code is written.
type label struct {
	frame *frame
	block *ssa.BasicBlock // where a branch to the label leads
	role  role
}

type role uint8

const (
	roleNone   role = iota
	roleHead        // the loop of block
	roleTick        // before the loop of block goes on, the host is asked
	roleNext        // block follows
	roleExit        // the end of an inlined function
	roleSwitch      // the loop around the switch of an irreducible function
)

func (e *emitter) open(o op, l label) {
	e.op(o)
	e.byte(emptyBlock)
	e.labels = append(e.labels, l)
}

func (e *emitter) close() {
	e.op(opEnd)
	e.labels = e.labels[:len(e.labels)-1]
}

// depth is how many constructs a branch to a label leaves.
func (e *emitter) depth(f *frame, b *ssa.BasicBlock, r role) int {
	for i := len(e.labels) - 1; i >= 0; i-- {
		if l := e.labels[i]; l.role == r && l.frame == f && l.block == b {
			return len(e.labels) - 1 - i
		}
	}
	panic("fast: no such label")
}

// body writes the code of a function. It falls through nowhere.
func (e *emitter) body(f *frame) {
	saved := e.fr
	e.fr = f
	if f.graph.reducible {
		e.tree(f.graph.blocks[0])
	} else {
		e.dispatch(f)
	}
	e.fr = saved
}

// tree writes a block and those that it dominates.
func (e *emitter) tree(b *ssa.BasicBlock) {
	g := e.fr.graph
	var next []*ssa.BasicBlock
	for _, c := range b.Dominees() {
		if g.merge[c] {
			next = append(next, c)
		}
	}
	slices.SortFunc(next, func(x, y *ssa.BasicBlock) int { return g.order[y] - g.order[x] })
	if g.head[b] || g.merge[b] {
		e.loads = nil
	}
	mark := e.mark()
	if !g.head[b] {
		e.within(b, next)
		e.release(mark)
		return
	}
	e.hoist(b)
	c := e.countedLoop(b)
	if t := cmp.Or(c, e.testedBehind(b)); t != nil {
		if u := e.unrollable(b, t); u != nil {
			e.turns(u, t, next)
			e.release(mark)
			return
		}
	}
	if e.small(b) {
		e.beginLoop()
		e.open(opLoop, label{e.fr, b, roleHead})
		e.within(b, next)
		e.close()
		e.endLoop()
		e.op(opUnreachable)
		e.release(mark)
		return
	}
	e.ticking(b, c, nil, next)
	e.release(mark)
}

// ticking writes a loop that asks the host every so often whether it is to end.
// The call is outside of the loop: within, it would cost the loop its
// registers.
func (e *emitter) ticking(b *ssa.BasicBlock, c *counted, u *unrolling, next []*ssa.BasicBlock) {
	e.open(opLoop, label{})
	again := len(e.labels)
	if c != nil && !c.behind {
		e.count(b, c)
		c.begin(e)
	}
	e.beginLoop()
	if u != nil {
		e.unrolled(u, c, next)
	}
	e.open(opBlock, label{e.fr, b, roleTick})
	e.open(opLoop, label{e.fr, b, roleHead})
	e.within(b, next)
	e.close()
	e.op(opUnreachable)
	e.close()
	e.cold(func() {
		e.call(supTick)
		e.resetTicks()
	})
	e.endLoop()
	e.br(len(e.labels) - again)
	e.close()
	e.op(opUnreachable)
}

// count notes that a loop is counted.
func (e *emitter) count(b *ssa.BasicBlock, c *counted) {
	if e.fr.counted == nil {
		e.fr.counted = map[*ssa.BasicBlock]*counted{}
	}
	e.fr.counted[b] = c
}

// within writes block b inside of the blocks that next follow.
func (e *emitter) within(b *ssa.BasicBlock, next []*ssa.BasicBlock) {
	e.followed(next, func() { e.block(b) })
}

// followed writes what first writes inside of the blocks that next follow.
func (e *emitter) followed(next []*ssa.BasicBlock, first func()) {
	if len(next) == 0 {
		first()
		return
	}
	e.open(opBlock, label{e.fr, next[0], roleNext})
	e.followed(next[1:], first)
	e.close()
	e.tree(next[0])
}

// block writes the instructions of b.
func (e *emitter) block(b *ssa.BasicBlock) {
	e.straight(b)
	switch t := b.Instrs[len(b.Instrs)-1].(type) {
	case *ssa.Jump:
		e.branch(b, 0)
	case *ssa.If:
		if u := e.fr.unroll; u != nil && u.behind && u.test == b { // there is another turn
			e.branch(b, 0)
			return
		}
		c := e.fr.counted[b]
		if c != nil {
			c.test(e)
		} else {
			e.pushAll(t.Cond)
		}
		e.open(opIf, label{})
		mark, loads := e.mark(), e.loads
		e.assume(b, t.Cond, true)
		e.branch(b, 0)
		e.release(mark)
		e.op(opElse)
		if c != nil {
			c.ended(e, b)
		}
		e.loads = loads
		e.assume(b, t.Cond, false)
		e.branch(b, 1)
		e.release(mark)
		e.close()
		e.op(opUnreachable)
	case *ssa.Return:
		e.ret(t)
	case *ssa.Panic:
		e.panicInstr(t)
	default:
		refuse(t.Pos(), "ends in %s", t)
	}
}

// straight writes the instructions of b but the last.
func (e *emitter) straight(b *ssa.BasicBlock) {
	if e.fr.loop != nil {
		e.c.block = b
	}
	for _, in := range b.Instrs[:len(b.Instrs)-1] {
		e.just.typ = nil
		e.instr(in)
		e.stored(in)
		if _, ok := in.(*ssa.Store); ok && e.just.typ != nil && len(e.loads) < 64 {
			e.loads = append(e.loads, e.just)
		}
	}
}

// branch writes the way from b to its i-th successor.
func (e *emitter) branch(b *ssa.BasicBlock, i int) {
	f, to := e.fr, b.Succs[i]
	g := f.graph
	if f.loop != nil && !f.loop.members[to] {
		e.exit(b, i)
		return
	}
	if f.loop != nil && f.loop.leaves && to == f.loop.head {
		e.globalGet(globalLeave)
		e.open(opIf, label{})
		e.exit(b, i)
		e.close()
	}
	if u := f.unroll; u != nil && !u.members[to] { // the counter's variable is behind
		e.push(f.vals[u.phi].cells[0])
		e.set(u.counter.cells[0].local)
	}
	e.moves(b, i)
	if !g.reducible {
		e.i32(int32(g.order[to]))
		e.set(f.state)
		e.br(e.depth(f, nil, roleSwitch))
		return
	}
	switch {
	case g.order[to] <= g.order[b]:
		if f.counted[to] == nil && !e.small(to) && (f.unroll == nil || f.unroll.head != to) {
			e.get(e.ticks())
			e.i32(1)
			e.op(opI32Sub)
			e.tee(e.ticks())
			e.i32(0)
			e.op(opI32LeS) // the way on is straight
			e.brIf(e.depth(f, to, roleTick))
			e.br(e.depth(f, to, roleHead))
			return
		}
		e.br(e.depth(f, to, roleHead))
	case g.merge[to]:
		e.br(e.depth(f, to, roleNext))
	default:
		e.tree(to)
	}
}

// moves gives the phis of a block the values that come from its predecessor.
// They take them at once.
func (e *emitter) moves(from *ssa.BasicBlock, succ int) {
	to := from.Succs[succ]
	edge := slices.Index(to.Preds, from)
	if succ == 1 && from.Succs[0] == to {
		edge += 1 + slices.Index(to.Preds[edge+1:], from)
	}
	var set []uint32
	var cells []operand
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		dst := e.phi(phi)
		if dst == nil {
			continue
		}
		if u := e.fr.unroll; u != nil && phi == u.phi {
			if !u.last {
				continue
			}
			dst = []uint32{u.counter.cells[0].local}
		}
		cells = append(cells, e.cells(phi.Edges[edge])...)
		set = append(set, dst...)
	}
	e.assign(set, cells)
}

// dispatch writes an irreducible function.
func (e *emitter) dispatch(f *frame) {
	f.state = e.local(i32)
	e.i32(0)
	e.set(f.state)
	e.open(opLoop, label{f, nil, roleNone})
	again := len(e.labels)
	e.open(opBlock, label{f, nil, roleTick})
	e.beginLoop()
	e.open(opLoop, label{f, nil, roleSwitch})
	e.get(e.ticks())
	e.i32(1)
	e.op(opI32Sub)
	e.tee(e.ticks())
	e.i32(0)
	e.op(opI32LeS)
	e.brIf(e.depth(f, nil, roleTick))
	n := len(f.graph.blocks)
	for range n {
		e.open(opBlock, label{})
	}
	e.get(f.state)
	e.op(opBrTable)
	e.uleb(uint64(n - 1))
	for i := range n {
		e.uleb(uint64(i))
	}
	for _, b := range f.graph.blocks {
		e.close()
		mark := e.mark()
		e.loads = nil
		e.block(b)
		e.release(mark)
		e.loads = nil
	}
	e.close()
	e.op(opUnreachable)
	e.close()
	e.cold(func() {
		e.call(supTick)
		e.resetTicks()
	})
	e.endLoop()
	e.br(len(e.labels) - again)
	e.close()
	e.op(opUnreachable)
}
