package fast

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Loop is a loop of a function as code of its own, for functions of which the
// rest is not for this tier, and for those that are in the middle of one. Its
// arguments are Ins, among them the phis of the head with the values that they
// have when the loop is entered or goes on. Its results are the number of the
// exit, an int, and Outs.
type Loop struct {
	Code   *Code
	Ins    []ssa.Value
	Outs   []ssa.Value
	Exits  []Exit
	Copies []Copy
}

// An Exit is a way out of a loop: the edge from a block to its Succ-th
// successor.
//
// A way out may lead to a block of the loop itself: one that this tier does not
// do. From there the loop goes on elsewhere, and may come back at its head. Or
// it leads to the head, when the loop has made much; see place.go.
type Exit struct {
	From *ssa.BasicBlock
	Succ int
}

// A Copy is something that an exit asks for besides Outs: if the block of Phi
// dominates the exit, Phi has the value of From then, one of those at the
// beginning, whose type this tier does not know.
type Copy struct {
	Phi  *ssa.Phi
	From ssa.Value
}

// CompileLoop compiles the loop of fn that begins at head. Errors are those of
// Compile. Blocks that this tier does not do are left out, if the loop can turn
// without them. Known may be nil; what it knows is not asked for again.
func (c *Compiler) CompileLoop(fn *ssa.Function, head *ssa.BasicBlock, known Known) (*Loop, error) {
	cold := map[*ssa.BasicBlock]bool{}
	leaves := false
	var first error
	for {
		var l *Loop
		var at *ssa.BasicBlock
		_, err := c.compileWith(fn, known, func(comp *compilation) (*Code, error) {
			defer func() { at = comp.block }()
			var code *Code
			var err error
			l, code, err = comp.compileLoop(fn, head, cold, leaves)
			return code, err
		})
		if err == nil && l.Code.makes() && !leaves {
			l.Code.Close()
			leaves = true
			continue
		}
		if err == nil {
			return l, nil
		}
		if first == nil {
			first = err
		}
		var r *Refused
		if !errors.As(err, &r) || at == nil || at == head || len(cold) == maxCold {
			return nil, first
		}
		if cold[at] = true; !turnsWithout(head, cold) {
			return nil, first
		}
	}
}

// Members returns the blocks of the loop that begins at a block: those from
// which a way leads back to it without passing it.
func Members(head *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	in := map[*ssa.BasicBlock]bool{head: true}
	var work []*ssa.BasicBlock
	for _, p := range head.Preds {
		if head.Dominates(p) {
			work = append(work, p)
		}
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !in[b] {
			in[b] = true
			work = append(work, b.Preds...)
		}
	}
	return in
}

// loopForm is what a wasmFunc of a loop has besides.
type loopForm struct {
	*Loop
	head    *ssa.BasicBlock
	members map[*ssa.BasicBlock]bool
	leaves  bool                     // at the head too
	behind  map[*ssa.BasicBlock]bool // see cold.go
	same    map[*ssa.Phi]ssa.Value
	ins     []value // one for each of Ins
}

func (c *compilation) compileLoop(fn *ssa.Function, head *ssa.BasicBlock, cold map[*ssa.BasicBlock]bool, leaves bool) (*Loop, *Code, error) {
	if generic(fn) {
		refuse(fn.Pos(), "is generic")
	}
	if !newGraph(fn).reducible {
		refuse(fn.Pos(), "jumps into a loop")
	}
	f := &loopForm{Loop: &Loop{}, head: head, members: without(head, cold), leaves: leaves}
	c.code.leaves = leaves
	f.behind = f.goesOn()
	f.passOn(c)
	f.find(c, fn)
	c.block = nil
	c.refuseBulk(fn, f)
	w := &wasmFunc{fn: fn, index: len(c.wasm), loop: f}
	next := func(t valtype) operand {
		w.sig.params = append(w.sig.params, t)
		return variable(t, uint32(len(w.sig.params)-1))
	}
	for _, in := range f.Ins {
		if x := c.given(in, next); x != nil {
			f.ins = append(f.ins, value{fn: x})
			continue
		}
		l := c.layout(in.Type(), in.Pos())
		c.code.params = append(c.code.params, c.io(in.Type(), l))
		v := value{}
		if l.big {
			if _, ok := in.(*ssa.Phi); ok && in.(*ssa.Phi).Block() == head {
				refuse(in.Pos(), "keeps a large array in a variable that changes")
			}
			v.cells = []operand{next(i32)}
		} else {
			for _, x := range l.cells {
				v.cells = append(v.cells, next(x.kind.vt()))
			}
		}
		f.ins = append(f.ins, v)
	}
	int_ := types.Typ[types.Int]
	w.sig.results = []valtype{i64}
	c.code.results = append(c.code.results, c.io(int_, c.layout(int_, fn.Pos())))
	for _, out := range f.Outs {
		l := c.layout(out.Type(), out.Pos())
		if l.big {
			refuse(out.Pos(), "keeps a large array")
		}
		w.sig.results = append(w.sig.results, l.valtypes()...)
		c.code.results = append(c.code.results, c.io(out.Type(), l))
	}
	c.wasm["loop"] = w
	c.queue = append(c.queue, w)
	code, err := c.link(w, fn)
	f.Code = code
	return f.Loop, code, err
}

// find lists what goes into the loop and out of it.
func (f *loopForm) find(c *compilation, fn *ssa.Function) {
	seen := map[ssa.Value]bool{}
	add := func(v ssa.Value) {
		if !seen[v] {
			seen[v] = true
			c.layout(v.Type(), v.Pos())
			f.Ins = append(f.Ins, v)
		}
	}
	c.block = f.head
	for _, in := range f.head.Instrs {
		if p, ok := in.(*ssa.Phi); ok && f.same[p] == nil {
			add(p)
		}
	}
	var use func(v ssa.Value)
	use = func(v ssa.Value) {
		if v == nil || seen[v] {
			return
		}
		switch v := v.(type) {
		case *ssa.Const, *ssa.Global, *ssa.Function, *ssa.Builtin:
			return
		case *ssa.Parameter, *ssa.FreeVar:
		case *ssa.MakeClosure:
			if f.members[v.Block()] {
				return
			}
			for _, b := range v.Bindings { // the closure itself is known
				use(b)
			}
			return
		case *ssa.Range:
			if !f.members[v.Block()] {
				refuse(v.Pos(), "ranges over a map or string")
			}
			return
		case ssa.Instruction:
			if f.members[v.Block()] {
				return
			}
		}
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			if c.known == nil || c.known(v) == nil {
				refuse(v.Pos(), "calls a function that is not known before it runs")
			}
			seen[v] = true
			f.Ins = append(f.Ins, v)
			return
		}
		if _, ok := v.Type().(*types.Tuple); ok {
			refuse(v.Pos(), "takes apart what was made outside of the loop")
		}
		add(v)
	}
	for _, b := range fn.Blocks {
		if !f.members[b] {
			continue
		}
		c.block = b
		for i, s := range b.Succs {
			if !f.members[s] || f.leaves && s == f.head {
				f.Exits = append(f.Exits, Exit{b, i})
			}
		}
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.DebugRef:
				continue
			case *ssa.Phi:
				if f.same[in] != nil {
					continue
				}
				for i, x := range in.Edges {
					if f.members[b.Preds[i]] {
						use(x)
					}
				}
				f.out(c, in)
				continue
			case *ssa.Alloc:
				if f.addressLeaves(in, map[ssa.Value]bool{}) {
					c.fates[in] = inHeap
				}
			case *ssa.Defer, *ssa.Go, *ssa.RunDefers:
				refuse(in.Pos(), "defers a call or starts a goroutine")
			}
			for _, o := range in.Operands(nil) {
				use(*o)
			}
			if v, ok := in.(ssa.Value); ok {
				f.out(c, v)
			}
		}
	}
}

// out notes a value of the loop that is used behind it.
func (f *loopForm) out(c *compilation, v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, r := range *v.Referrers() {
		if !f.wantedBehind(v, r) {
			continue
		}
		switch v.Type().Underlying().(type) {
		case *types.Tuple, *types.Signature:
			refuse(v.Pos(), "uses behind the loop what this tier cannot keep")
		}
		f.Outs = append(f.Outs, v)
		return
	}
}

// addressLeaves tells whether an address in a variable of the loop is used
// behind it.
func (f *loopForm) addressLeaves(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || v.Referrers() == nil {
		return false
	}
	seen[v] = true
	for _, r := range *v.Referrers() {
		if f.wantedBehind(v, r) {
			return true
		}
		switch r := r.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Slice, *ssa.ChangeType, *ssa.Phi:
			if f.addressLeaves(r.(ssa.Value), seen) {
				return true
			}
		}
	}
	return false
}

// writeLoop writes the function of a loop.
func (c *compilation) writeLoop(w *wasmFunc) {
	fn, l := w.fn, w.loop
	c.at = l.head.Instrs[0].Pos()
	f := &frame{fn: fn, graph: newLoopGraph(l), vals: map[ssa.Value]value{}, loop: l}
	e := &emitter{c: c, types: append([]valtype(nil), w.sig.params...), fr: f, fr0: fn, bases: map[uint64]uint32{}}
	for i, in := range l.Ins {
		p, ok := in.(*ssa.Phi)
		if !ok || p.Block() != l.head {
			f.vals[in] = l.ins[i]
			continue
		}
		vars := e.phi(p)
		for k, x := range l.ins[i].cells {
			e.push(x)
			e.set(vars[k])
		}
	}
	for _, b := range fn.Blocks { // closures made before the loop
		if l.members[b] {
			continue
		}
		for _, in := range b.Instrs {
			if mc, ok := in.(*ssa.MakeClosure); ok {
				if bound, ok := l.bindings(f, mc); ok {
					f.vals[mc] = value{fn: &closure{fn: mc.Fn.(*ssa.Function), bound: bound}}
				}
			}
		}
	}
	e.body(f)
	w.body, w.relocs = e.finish()
	w.locals = e.types[len(w.sig.params):]
	c.code.usesStack = c.code.usesStack || e.frame > 0
	c.code.saves = c.code.saves || e.saves
}

// bindings are the values that a closure made before the loop has bound, if
// all of them are known in the loop.
func (l *loopForm) bindings(f *frame, mc *ssa.MakeClosure) ([]value, bool) {
	var out []value
	for _, b := range mc.Bindings {
		v, ok := f.vals[b]
		if !ok {
			return nil, false
		}
		if _, ptr := b.Type().Underlying().(*types.Pointer); ptr && len(v.cells) == 1 {
			v = value{place: &place{base: v.cells[0], nonnil: true}}
		}
		out = append(out, v)
	}
	return out, true
}

// exit writes the way out of a loop.
func (e *emitter) exit(b *ssa.BasicBlock, succ int) {
	l := e.fr.loop
	e.i64(int64(slices.Index(l.Exits, Exit{b, succ})))
	for _, v := range l.Outs {
		if v.(ssa.Instruction).Block().Dominates(b) {
			e.pushAll(v)
			continue
		}
		for _, t := range e.layout(v.Type(), v.Pos()).valtypes() { // nobody looks at it
			e.push(operand{vt: t, con: true})
		}
	}
	e.rets = append(e.rets, len(e.b))
	e.op(opReturn)
}

func newLoopGraph(l *loopForm) *graph {
	g := &graph{
		order: map[*ssa.BasicBlock]int{}, head: map[*ssa.BasicBlock]bool{}, merge: map[*ssa.BasicBlock]bool{},
		inLoop: map[*ssa.BasicBlock]bool{}, reducible: true,
	}
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		seen[b] = true
		for i := len(b.Succs) - 1; i >= 0; i-- {
			if s := b.Succs[i]; l.members[s] && !seen[s] {
				visit(s)
			}
		}
		g.blocks = append(g.blocks, b)
	}
	visit(l.head)
	slices.Reverse(g.blocks)
	for i, b := range g.blocks {
		g.order[b] = i
	}
	for _, b := range g.blocks {
		g.inLoop[b] = true
		forward := 0
		for _, p := range b.Preds {
			switch i, ok := g.order[p]; {
			case !ok: // outside
			case i < g.order[b]:
				forward++
			default:
				g.head[b] = true
			}
		}
		g.merge[b] = forward > 1
	}
	return g
}

// compileWith does what Compile does around a way of compiling.
func (c *Compiler) compileWith(fn *ssa.Function, known Known, how func(*compilation) (*Code, error)) (code *Code, err error) {
	eng, err := c.start()
	if err != nil {
		return nil, err
	}
	comp := &compilation{
		opts: &c.opts, engine: eng, code: &Code{engine: eng, stop: c.opts.Stop, maxBytes: c.opts.MaxBytes},
		layouts: map[types.Type]*layout{}, fates: map[*ssa.Alloc]fate{}, costs: map[*ssa.Function]int{},
		wasm: map[string]*wasmFunc{}, typeOf: map[*layout]int{}, texts: map[string]uintptr{}, hosts: map[string]hostRef{},
		known: known,
	}
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		position := func(p token.Pos) token.Position { return fn.Prog.Fset.Position(p) }
		f, ok := r.(*refusal)
		if !ok {
			code, err = nil, &Refused{Func: fn.Name(), Reason: fmt.Sprintf("has something unforeseen: %v", r), Pos: position(fn.Pos())}
			if comp.opts.Host == nil && debugPanics {
				panic(r)
			}
			return
		}
		pos := f.pos
		if !pos.IsValid() {
			pos = comp.at
		}
		code, err = nil, &Refused{Func: fn.Name(), Reason: f.msg, Pos: position(pos)}
	}()
	return how(comp)
}
