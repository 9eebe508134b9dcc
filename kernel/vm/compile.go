package vm

import (
	"fmt"
	"go/token"
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// A compiler makes the body of one function: first the layout of its frames,
// then, when the function is first called, its instructions.
type compiler struct {
	m  *Machine
	p  *Program
	c  *code
	fn *ssa.Function
	b  *body

	blocks  []*block
	loops   map[*ssa.BasicBlock]*hotLoop
	at      token.Pos
	lastPos token.Pos
}

func (f *compiler) fail(pos token.Pos, format string, args ...any) {
	panic(&fault{f.m.opts.Fset.Position(pos), fmt.Sprintf(format, args...)})
}

func (f *compiler) rtype(t types.Type) unsafe.Pointer { return rtypeOf(f.m.types.Of(t)) }

// slot returns the register of a value.
func (f *compiler) slot(v ssa.Value) slot {
	if e, ok := v.(*ssa.Extract); ok {
		return f.b.tuples[e.Tuple][e.Index]
	}
	s, ok := f.b.slots[v]
	if !ok {
		f.fail(v.Pos(), "no register for %s", v)
	}
	return s
}

// generate compiles the instructions.
func (f *compiler) generate() {
	f.blocks = make([]*block, len(f.fn.Blocks))
	for i := range f.blocks {
		f.blocks[i] = &block{}
	}
	for i, blk := range f.fn.Blocks {
		f.block(f.blocks[i], blk)
	}
	f.finishLoops()
	f.b.entry = f.blocks[0]
	if r := f.fn.Recover; r != nil {
		f.b.recover = f.blocks[r.Index]
	}
}

func (f *compiler) block(out *block, blk *ssa.BasicBlock) {
	for i, in := range blk.Instrs {
		if p := in.Pos(); p.IsValid() {
			f.lastPos = p
		}
		f.at = f.lastPos
		if _, ok := in.(*ssa.SliceToArrayPointer); ok { // has no position: that of what it is for
			for _, next := range blk.Instrs[i+1:] {
				if p := next.Pos(); p.IsValid() {
					f.at = p
					break
				}
			}
		}
		if f.fused(blk, i) {
			continue
		}
		switch in := in.(type) {
		case *ssa.DebugRef, *ssa.Phi, *ssa.Extract:
		case *ssa.Jump:
			out.end = f.edge(blk, blk.Succs[0])
		case *ssa.If:
			out.end = f.branch(blk, in)
		case *ssa.Return:
			out.end = f.ret(in)
		case *ssa.Panic:
			if out.end = f.rangePanic(blk, in); out.end != nil {
				continue
			}
			s, at := f.slot(in.X), f.at
			out.end = func(fp unsafe.Pointer) *block {
				hdr(fp).at = at
				panic(*reg[any](fp, s.off))
			}
		default:
			if o := f.instruction(in); o != nil {
				out.ops = append(out.ops, o)
			}
		}
	}
	if out.end == nil {
		f.fail(f.fn.Pos(), "block without an end in %s", f.fn)
	}
}

// rangePanic compiles the panics that ssa puts into ranges over functions,
// with the runtime's words instead of its own. It is nil for other panics.
func (f *compiler) rangePanic(blk *ssa.BasicBlock, in *ssa.Panic) func(unsafe.Pointer) *block {
	if blk.Comment != "yield-invalid" && blk.Comment != "rangefunc.resume.busy" || len(blk.Preds) != 1 {
		return nil
	}
	at := f.at
	if blk.Comment == "rangefunc.resume.busy" {
		return func(fp unsafe.Pointer) *block {
			hdr(fp).at = at
			panic(runtimeError("range function recovered a loop body panic and did not resume panicking"))
		}
	}
	pred := blk.Preds[0]
	br, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond, ok := br.Cond.(*ssa.BinOp)
	if !ok {
		return nil
	}
	state := f.slot(cond.X).off
	return func(fp unsafe.Pointer) *block {
		hdr(fp).at = at
		switch *reg[int](fp, state) {
		case -1: // ssa's code for a body that runs or has panicked
			panic(runtimeError("range function continued iteration after loop body panic"))
		case -2: // for a loop that is over
			panic(runtimeError("range function continued iteration after whole loop exit"))
		}
		panic(runtimeError("range function continued iteration after function for loop body returned false"))
	}
}

func (f *compiler) instruction(in ssa.Instruction) op {
	switch in := in.(type) {
	case *ssa.Alloc:
		return f.alloc(in)
	case *ssa.BinOp:
		return f.binop(in)
	case *ssa.UnOp:
		return f.unop(in)
	case *ssa.Call:
		return f.call(in, in.Common(), in)
	case *ssa.ChangeType:
		return f.copyTo(f.slot(in), f.slot(in.X))
	case *ssa.Convert:
		return f.convert(in)
	case *ssa.ChangeInterface:
		return f.changeInterface(in)
	case *ssa.SliceToArrayPointer:
		return f.sliceToArray(in)
	case *ssa.MakeInterface:
		return f.makeInterface(in)
	case *ssa.MakeClosure:
		return f.makeClosure(in)
	case *ssa.MakeMap:
		return f.makeMap(in)
	case *ssa.MakeChan:
		return f.makeChan(in)
	case *ssa.MakeSlice:
		return f.makeSlice(in)
	case *ssa.Slice:
		return f.slice(in)
	case *ssa.FieldAddr:
		return f.fieldAddr(in)
	case *ssa.Field:
		return f.field(in)
	case *ssa.IndexAddr:
		return f.indexAddr(in)
	case *ssa.Index:
		return f.index(in)
	case *ssa.Lookup:
		return f.lookup(in)
	case *ssa.MapUpdate:
		return f.mapUpdate(in)
	case *ssa.Range:
		return f.rangeOver(in)
	case *ssa.Next:
		return f.next(in)
	case *ssa.TypeAssert:
		return f.typeAssert(in)
	case *ssa.Store:
		return f.store(in)
	case *ssa.Send:
		return f.send(in)
	case *ssa.Select:
		return f.selects(in)
	case *ssa.Go:
		return f.goCall(in)
	case *ssa.Defer:
		return f.deferCall(in)
	case *ssa.RunDefers:
		at := f.at
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			runDefers(fp)
		}
	}
	f.fail(in.Pos(), "the instruction %T is not known", in)
	return nil
}

// edge makes the way from one block to another, with the copies that the
// phis of the second ask for.
func (f *compiler) edge(from, to *ssa.BasicBlock) func(unsafe.Pointer) *block {
	dst := f.blocks[to.Index]
	moves := f.phiMoves(from, to)
	back := to.Dominates(from)
	pass := copying(moves)
	if isHead(to) {
		return f.loopEdge(f.loopOf(to), dst, moves, back)
	}
	if len(moves) == 0 {
		return func(unsafe.Pointer) *block { return dst }
	}
	return func(fp unsafe.Pointer) *block {
		pass(fp, fp)
		return dst
	}
}

// loopEdge makes the way to the head of a loop, from inside when it is back.
func (f *compiler) loopEdge(l *hotLoop, dst *block, moves []move, back bool) func(unsafe.Pointer) *block {
	pass := copying(moves)
	if !back {
		return func(fp unsafe.Pointer) *block {
			pass(fp, fp)
			if l.code.Load() != nil {
				if b, ok := l.enter(fp); ok {
					return b
				}
			}
			return dst
		}
	}
	if len(moves) == 1 && moves[0].cls == c8 {
		d, s := moves[0].dst, moves[0].src
		return func(fp unsafe.Pointer) *block {
			if hdr(fp).g.stop.Load() {
				panic(stopped{})
			}
			*reg[uint64](fp, d) = *reg[uint64](fp, s)
			if l.n++; l.n&l.mask == 0 {
				if b, ok := l.turned(fp); ok {
					return b
				}
			}
			return dst
		}
	}
	return func(fp unsafe.Pointer) *block {
		if hdr(fp).g.stop.Load() {
			panic(stopped{})
		}
		pass(fp, fp)
		if l.n++; l.n&l.mask == 0 {
			if b, ok := l.turned(fp); ok {
				return b
			}
		}
		return dst
	}
}

func (f *compiler) phiMoves(from, to *ssa.BasicBlock) []move {
	which := -1
	for i, p := range to.Preds {
		if p == from {
			which = i
		}
	}
	var moves, second []move
	dsts := map[uintptr]bool{}
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		d := f.slot(phi)
		if d.cls != cNone {
			dsts[d.off] = true
		}
	}
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		d, s := f.slot(phi), f.slot(phi.Edges[which])
		if d.cls == cNone || d.off == s.off {
			continue
		}
		var rt unsafe.Pointer
		if d.cls == cBox {
			rt = f.rtype(d.typ)
		}
		if dsts[s.off] && s.cls != cNone { // another phi may have been written by then
			t := f.b.temps[phi][0]
			moves = append(moves, move{d.cls, t.off, s.off, rt})
			second = append(second, move{d.cls, d.off, t.off, rt})
			continue
		}
		second = append(second, move{d.cls, d.off, s.off, rt})
	}
	return append(moves, second...)
}

// branch compiles the end of a block with two ways on.
func (f *compiler) branch(blk *ssa.BasicBlock, in *ssa.If) func(unsafe.Pointer) *block {
	yes, no := f.edge(blk, blk.Succs[0]), f.edge(blk, blk.Succs[1])
	plain := func(to *ssa.BasicBlock) bool { return len(f.phiMoves(blk, to)) == 0 && !to.Dominates(blk) }
	if cond := f.compare(blk, in); cond != nil {
		return cond(yes, no)
	}
	s := f.slot(in.Cond)
	if plain(blk.Succs[0]) && plain(blk.Succs[1]) {
		y, n := f.blocks[blk.Succs[0].Index], f.blocks[blk.Succs[1].Index]
		return func(fp unsafe.Pointer) *block {
			if *reg[bool](fp, s.off) {
				return y
			}
			return n
		}
	}
	return func(fp unsafe.Pointer) *block {
		if *reg[bool](fp, s.off) {
			return yes(fp)
		}
		return no(fp)
	}
}

func (f *compiler) ret(in *ssa.Return) func(unsafe.Pointer) *block {
	var moves []move
	var again []op
	if f.b.stacked {
		// Only the bodies of ranges over functions defer here, for which ssa
		// does not put the deferred calls before the loads of the results.
		again = append(again, runDefers)
		for _, r := range in.Results {
			if u, ok := r.(*ssa.UnOp); ok && u.Op == token.MUL && u.Block() == in.Block() {
				if _, ok := u.X.(*ssa.Alloc); ok {
					again = append(again, f.load(u, f.slot(u), f.slot(u.X)))
				}
			}
		}
	}
	for i, r := range in.Results {
		if m, ok := f.moveOf(f.b.results[i], f.slot(r)); ok {
			moves = append(moves, m)
		}
	}
	switch {
	case again != nil:
		return func(fp unsafe.Pointer) *block {
			for _, o := range again {
				o(fp)
			}
			for i := range moves {
				moves[i].run(fp, fp)
			}
			return nil
		}
	case len(moves) == 0:
		return func(unsafe.Pointer) *block { return nil }
	}
	pass := copying(moves)
	return func(fp unsafe.Pointer) *block {
		pass(fp, fp)
		return nil
	}
}

func (f *compiler) moveOf(d, s slot) (move, bool) {
	if d.cls == cNone {
		return move{}, false
	}
	m := move{cls: d.cls, dst: d.off, src: s.off}
	if d.cls == cBox {
		m.rt = f.rtype(d.typ)
	}
	return m, true
}

// copyTo copies between two registers of the frame.
func (f *compiler) copyTo(d, s slot) op {
	m, ok := f.moveOf(d, s)
	if !ok {
		return nil
	}
	a, b := m.dst, m.src
	switch m.cls {
	case c8:
		return func(fp unsafe.Pointer) { *reg[uint64](fp, a) = *reg[uint64](fp, b) }
	case cPtr:
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, a) = *reg[unsafe.Pointer](fp, b) }
	}
	return func(fp unsafe.Pointer) { m.run(fp, fp) }
}
