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
	code    atomic.Pointer[fast.Code] // when what follows is there
	ins     []slot
	outs    []slot
	exits   []exit
	rare    int   // how often the loop was left for a rare block
	since   int64 // when that was 64 times ago
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

// try compiles the loop.
func (l *hotLoop) try() {
	c := l.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.tried.Load() {
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
	x, err := m.fast.CompileLoop(l.fn, l.head)
	m.spent.Add(int64(time.Since(start)))
	if err != nil {
		if c.tier.why == "" {
			c.tier.why = err.Error()
		}
		return
	}
	for _, v := range x.Ins {
		l.ins = append(l.ins, l.slots(v))
	}
	for _, v := range x.Outs {
		l.outs = append(l.outs, l.slots(v))
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
		l.exits = append(l.exits, out)
	}
	c.tier.loops++
	l.code.Store(x.Code)
	runtime.AddCleanup(l, (*fast.Code).Close, x.Code)
}

// run makes the rest of the loop's turns in the fast tier and returns the block
// behind it; false when it cannot, and nothing has happened.
func (l *hotLoop) run(fp unsafe.Pointer, x *fast.Code) (*block, bool) {
	var bufIn [24]unsafe.Pointer
	var bufOut [24]unsafe.Pointer
	in, out := bufIn[:0], bufOut[:0]
	for i := range l.ins {
		in = append(in, l.ins[i].at(fp))
	}
	exit := new(int)
	out = append(out, unsafe.Pointer(exit))
	for i := range l.outs {
		out = append(out, l.outs[i].at(fp))
	}
	err := x.Call(in, out)
	if err == nil {
		e := &l.exits[*exit]
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
		l.try()
	}
	x := l.code.Load()
	if x == nil {
		return nil, false
	}
	return l.run(fp, x)
}

// enter is called when the loop is entered from outside and has code.
func (l *hotLoop) enter(fp unsafe.Pointer) (*block, bool) {
	l.entries++
	if l.n < 32*l.entries {
		return nil, false
	}
	x := l.code.Load()
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
