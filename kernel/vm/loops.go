package vm

import (
	"errors"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// A loop that has turned often goes on in the fast tier, from where it is: its
// values are in registers that both tiers can read, and the head of a loop is
// the same place for each turn. So the loops of a cell or of main are fast
// though the rest prints and plots.

// turns is how often a loop turns before it is tried.
const turns = 1 << 10

// A hotLoop is a loop of a function that runs in this tier.
type hotLoop struct {
	c       *code
	fn      *ssa.Function
	head    *ssa.BasicBlock
	around  *hotLoop
	edges   map[fast.Exit]func(unsafe.Pointer) *block
	slots   func(ssa.Value) slot
	n       int // turns
	mask    int // at which turns the fast tier is looked for
	entries int // from outside
	tried   atomic.Bool
	code    atomic.Pointer[loopCode]
	rare    int   // how often the loop was left for a rare block
	since   int64 // when that was 64 times ago
}

// A loopCode is a loop's code in the fast tier, for the functions that some of
// its values were when it was made.
type loopCode struct {
	x     *fast.Code
	ins   []loopIn
	funcs bool // among ins
	outs  []slot
	exits []exit
	next  *loopCode
	count int // with those that follow
}

// A loopIn is a value that goes into a loop; of one that must be a function fn
// the free variables go in.
type loopIn struct {
	slot
	fn *code
}

// maxLoopCodes is for how many functions a loop is compiled.
const maxLoopCodes = 8

// fits tells whether the functions in the frame are those of the code.
func (v *loopCode) fits(fp unsafe.Pointer) bool {
	if !v.funcs {
		return true
	}
	for i := range v.ins {
		if in := &v.ins[i]; in.fn != nil && closureAt(in.at(fp)).c != in.fn {
			return false
		}
	}
	return true
}

// fitting returns the code for what is in the frame; nil when there is none.
func (l *hotLoop) fitting(fp unsafe.Pointer) *loopCode {
	for v := l.code.Load(); v != nil; v = v.next {
		if v.fits(fp) {
			return v
		}
	}
	return nil
}

// An exit is a way out of the fast tier.
type exit struct {
	to   func(unsafe.Pointer) *block
	also []move
	rare bool // to a block of the loop itself
}

// isHead tells whether a block is the head of a loop.
func isHead(b *ssa.BasicBlock) bool {
	for _, p := range b.Preds {
		if b.Dominates(p) {
			return true
		}
	}
	return false
}

// loopOf returns the loop that begins at a block.
func (f *compiler) loopOf(head *ssa.BasicBlock) *hotLoop {
	l, ok := f.loops[head]
	if !ok {
		if f.loops == nil {
			f.loops = map[*ssa.BasicBlock]*hotLoop{}
		}
		slots := f.b.slots
		tuples := f.b.tuples
		l = &hotLoop{c: f.c, fn: f.fn, head: head, edges: map[fast.Exit]func(unsafe.Pointer) *block{}, slots: func(v ssa.Value) slot {
			if e, ok := v.(*ssa.Extract); ok {
				return tuples[e.Tuple][e.Index]
			}
			return slots[v]
		}}
		if f.m.opts.Eager {
			l.n = turns - 1
		}
		l.mask = turns - 1
		f.loops[head] = l
	}
	return l
}

// finishLoops makes the ways out of the loops and finds which lies in which.
func (f *compiler) finishLoops() {
	for done := map[*hotLoop]bool{}; len(done) < len(f.loops); {
		for _, b := range f.fn.Blocks {
			l := f.loops[b]
			if l == nil || done[l] {
				continue
			}
			done[l] = true
			in := fast.Members(l.head)
			for m := range in {
				for i, s := range m.Succs {
					to := f.edge
					if s == l.head { // not in the fast tier again at once
						to = f.plainEdge
					}
					l.edges[fast.Exit{From: m, Succ: i}] = to(m, s)
				}
			}
			for _, o := range f.loops {
				if o != l && in[o.head] && (o.around == nil || fast.Members(o.around.head)[l.head]) {
					o.around = l
				}
			}
		}
	}
}

// try compiles the loop for what is in the frame.
func (l *hotLoop) try(fp unsafe.Pointer) {
	c := l.c
	c.mu.Lock()
	defer c.mu.Unlock()
	old := l.code.Load()
	if l.tried.Load() && (old == nil || old.count >= maxLoopCodes || l.fitting(fp) != nil) {
		return
	}
	defer l.tried.Store(true)
	if c.p.m.opts.NoFast {
		return
	}
	if l.around != nil && !l.around.tried.Load() { // soon
		l.around.n |= turns - 1
	}
	m := c.p.m
	start := time.Now()
	known := knownFuncs{}
	x, err := m.fast.CompileLoop(l.fn, l.head, func(v ssa.Value) *ssa.Function { return known.at(v, l.slots(v), fp) })
	m.spent.Add(int64(time.Since(start)))
	if err != nil {
		if old != nil { // there will be others
			old.count++
		}
		if c.tier.why == "" {
			c.tier.why = err.Error()
		}
		return
	}
	n := &loopCode{x: x.Code, next: old, count: 1}
	if old != nil {
		n.count += old.count
	}
	for _, v := range x.Ins {
		in := loopIn{slot: l.slots(v), fn: known[v]}
		n.funcs = n.funcs || in.fn != nil
		n.ins = append(n.ins, in)
	}
	for _, v := range x.Outs {
		n.outs = append(n.outs, l.slots(v))
	}
	in := fast.Members(l.head)
	for _, e := range x.Exits {
		to := e.From.Succs[e.Succ]
		out := exit{to: l.edges[e], rare: to != l.head && in[to]}
		for _, p := range x.Copies {
			if p.Phi.Block().Dominates(e.From) {
				d, s := l.slots(p.Phi), l.slots(p.From)
				also := move{cls: d.cls, dst: d.off, src: s.off}
				if d.cls == cBox {
					also.rt = d.rtype(m)
				}
				out.also = append(out.also, also)
			}
		}
		if out.rare {
			l.mask = 0
		}
		n.exits = append(n.exits, out)
	}
	if old == nil {
		c.tier.loops++
	}
	l.code.Store(n)
	runtime.AddCleanup(l, (*fast.Code).Close, x.Code)
}

// run makes the rest of the loop's turns in the fast tier and returns the block
// behind it; false when it cannot, and nothing has happened.
func (l *hotLoop) run(fp unsafe.Pointer, x *loopCode) (*block, bool) {
	var bufIn [24]unsafe.Pointer
	var bufOut [24]unsafe.Pointer
	in, out := bufIn[:0], bufOut[:0]
	for i := range x.ins {
		if p := x.ins[i].at(fp); x.ins[i].fn == nil {
			in = append(in, p)
		} else {
			cl := closureAt(p)
			in = cl.c.freeArgs(in, cl.free)
		}
	}
	exit := new(int)
	out = append(out, unsafe.Pointer(exit))
	for i := range x.outs {
		out = append(out, x.outs[i].at(fp))
	}
	err := x.x.Call(in, out)
	if err == nil {
		e := &x.exits[*exit]
		for i := range e.also {
			e.also[i].run(fp, fp)
		}
		if e.rare {
			l.leftEarly()
		}
		return e.to(fp), true
	}
	if errors.Is(err, fast.ErrDeclined) {
		if l.mask == 0 {
			l.leftEarly()
		}
		return nil, false
	}
	h := hdr(fp)
	h.at = l.head.Instrs[0].Pos()
	var p *fast.Panic
	if errors.As(err, &p) {
		h.at = p.Pos
	}
	if errors.Is(err, fast.ErrStack) {
		h.g.overflow()
	}
	panic(fromFast(err))
}

// often is how long 64 turns and stays in the fast tier take at least, for it
// to be worth going there.
const often = 64 * 600 * time.Nanosecond

// leftEarly counts the times that the loop was left for a rare block, which
// must be rare.
func (l *hotLoop) leftEarly() {
	if l.rare++; l.rare&63 != 0 {
		return
	}
	now := time.Now().UnixNano()
	if l.since != 0 && now-l.since < int64(often) {
		l.c.mu.Lock()
		if l.code.Swap(nil) != nil {
			l.mask = turns - 1
			l.c.tier.loops--
			if l.c.tier.why == "" {
				l.c.tier.why = "a loop does in nearly every turn what the fast tier does not (" + l.c.p.m.opts.Fset.Position(l.head.Instrs[0].Pos()).String() + ")"
			}
		}
		l.c.mu.Unlock()
	}
	l.since = now
}

// turned is called at every 1024th turn of the loop.
func (l *hotLoop) turned(fp unsafe.Pointer) (*block, bool) {
	if !l.tried.Load() {
		l.try(fp)
	}
	x := l.fitting(fp)
	if x == nil {
		if l.code.Load() == nil {
			return nil, false
		}
		l.try(fp)
		if x = l.fitting(fp); x == nil {
			return nil, false
		}
	}
	return l.run(fp, x)
}

// enter is called when the loop is entered from outside and has code.
func (l *hotLoop) enter(fp unsafe.Pointer) (*block, bool) {
	l.entries++
	if l.n < 32*l.entries {
		return nil, false
	}
	x := l.fitting(fp)
	if x == nil {
		return nil, false
	}
	l.n += 32
	return l.run(fp, x)
}

// plainEdge is the way to the head of a loop that does not look whether the
// fast tier should go on.
func (f *compiler) plainEdge(from, to *ssa.BasicBlock) func(unsafe.Pointer) *block {
	dst, pass := f.blocks[to.Index], copying(f.phiMoves(from, to))
	return func(fp unsafe.Pointer) *block {
		pass(fp, fp)
		return dst
	}
}
