package vm

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A goro is a goroutine that runs interpreted code.
type goro struct {
	m      *Machine
	g      unsafe.Pointer // the runtime's address of the goroutine
	stop   atomic.Bool
	faults bool          // debug.SetPanicOnFault before
	fate   error         // why it stops, when not because it is interrupted
	quit   chan struct{} // closed when the goroutine is to end
	frame  unsafe.Pointer
	depth  int
	panics *panicking // what unwinds now, the innermost first
	// carried is the panic that left the last frame: an outer frame that sees
	// the same value takes its trace over.
	carried *panicking
	// handed is the panic for the next function that compiled code calls.
	handed *panicking
	timers atomic.Pointer[[]unsafe.Pointer] // that may wake it from a wait
	doing  []*sync.Once                     // what it does once, now
	cache  [64]frameCache
}

// A frameCache keeps the frames of a function that are free.
type frameCache struct {
	b    *body
	free []unsafe.Pointer
}

func (m *Machine) newGoro() *goro {
	g := &goro{m: m}
	m.gmu.Lock()
	g.quit = m.quit
	if len(m.goros) > 0 {
		m.shared.Store(true)
	}
	m.goros[g] = true
	m.gmu.Unlock()
	return g
}

// enter binds the goro to the goroutine that calls.
func (g *goro) enter() {
	g.g = getg()
	g.faults = debug.SetPanicOnFault(true) // wild pointers panic
	g.m.byG.Store(g.g, g)
}

func (g *goro) leave() {
	debug.SetPanicOnFault(g.faults)
	g.m.byG.Delete(g.g)
	g.m.gmu.Lock()
	delete(g.m.goros, g)
	g.m.gmu.Unlock()
}

// here returns the goro of the goroutine that calls; a goroutine that compiled
// code started gets one, and fresh is true.
func (m *Machine) here() (g *goro, fresh bool) {
	if v, ok := m.byG.Load(getg()); ok {
		return v.(*goro), false
	}
	g = m.newGoro()
	g.enter()
	return g, true
}

// Told tells whether the goroutine that calls runs for interpreted code that was
// told to end.
func (m *Machine) Told() bool {
	v, ok := m.byG.Load(getg())
	return ok && v.(*goro).stop.Load()
}

// take returns a frame of a function, with the caller's frame above it.
func (g *goro) take(b *body, up unsafe.Pointer) unsafe.Pointer {
	fc := &g.cache[b.id&63]
	var fp unsafe.Pointer
	if n := len(fc.free); fc.b == b && n > 0 {
		fp = fc.free[n-1]
		fc.free = fc.free[:n-1]
	} else {
		if b.lay.heavy > large {
			g.m.reserve(1, b.lay.heavy)
		}
		fp = b.lay.new()
		h := hdr(fp)
		h.b, h.g = b, g
	}
	hdr(fp).up = up
	return fp
}

// give takes a frame back.
func (g *goro) give(b *body, fp unsafe.Pointer) {
	if b.defers {
		h := hdr(fp)
		h.more, h.done = nil, false
	}
	if b.lay.cleared > 0 {
		memclrHasPointers(unsafe.Add(fp, headerSize), b.lay.cleared)
	}
	for i := range b.lay.clear {
		x := &b.lay.clear[i]
		memclrHasPointers(*reg[unsafe.Pointer](fp, x.off), x.size)
	}
	fc := &g.cache[b.id&63]
	if fc.b != b {
		fc.b, fc.free = b, nil
	}
	if len(fc.free) < b.keep {
		fc.free = append(fc.free, fp)
	}
}

// maxStack is how much of its stack a goroutine may use: the runtime ends the
// process at twice that.
const maxStack = 240 << 20

// stackLimit is how much of it a goroutine of a run may use that may add limit
// bytes to the heap, or any number when that is 0. The frames of calls without an
// end take up to as much of the heap as the calls do of the stack, and so does what
// unwinds them: with less, such a run ends of its memory rather than of its calls.
func stackLimit(limit int64) uintptr {
	stack := uintptr(maxStack)
	for limit > 0 && stack > maxStack>>8 && int64(stack) > limit/2 {
		stack /= 2
	}
	return stack
}

// exec runs a function on a frame that has its arguments.
func (g *goro) exec(b *body, fp unsafe.Pointer) {
	h := hdr(fp)
	g.frame = fp
	depth := g.depth + 1
	g.depth, h.depth = depth, depth
	if depth&255 == 0 || g.stop.Load() {
		g.check()
	}
	switch {
	case b.defers:
		g.execDefers(b, fp)
	case b.wrapper:
		h.pass = h.caught
		loop(fp, b.entry)
		h.pass = nil
	default:
		for x := b.entry; x != nil; {
			for _, o := range x.ops {
				o(fp)
			}
			x = x.end(fp)
		}
	}
	g.depth = depth - 1
	g.frame = h.up
}

// check ends a goroutine that was told to end or that has no room for more
// calls.
func (g *goro) check() {
	if g.stop.Load() {
		panic(stopped{})
	}
	g.room()
}

// room ends a goroutine that has no room for more calls.
func (g *goro) room() {
	if stackUsed(g.g) > g.m.maxStack {
		g.overflow()
	}
}

// overflow ends a goroutine that called without an end.
func (g *goro) overflow() {
	g.fate = &Panic{Value: StackOverflow{}, Trace: g.trace()}
	g.stop.Store(true)
	// Compiled code in between may recover from panics and raise them again, each
	// time with a walk over a deep stack; it does not see this.
	runtime.Goexit()
}

// die ends a goroutine for good: compiled code around the call that recovers,
// as fmt does around String methods, does not keep it from ending.
func (g *goro) die(why error) {
	if g.fate == nil {
		g.fate = why
	}
	g.stop.Store(true)
	panic(stopped{})
}

// loop runs blocks from x.
func loop(fp unsafe.Pointer, x *block) {
	for x != nil {
		for _, o := range x.ops {
			o(fp)
		}
		x = x.end(fp)
	}
}

// call0 calls a function without parameters and results.
func (c *code) call0(g *goro) {
	b := c.ready()
	fp := g.take(b, g.frame)
	hdr(fp).caught = nil
	g.exec(b, fp)
	g.give(b, fp)
}

// top runs f as the outermost code of a goroutine and returns how it ended.
func (g *goro) top(f func()) (err error) {
	g.enter()
	finished := false
	defer func() {
		p := recover()
		g.leave()
		if !finished {
			err = g.ended(p)
		}
	}()
	f()
	finished = true
	return nil
}

// spawn runs f in a new goroutine.
func (m *Machine) spawn(start func(g *goro)) {
	g := m.newGoro()
	m.started.Add(1)
	r := m.running.Load()
	go func() {
		exited := true
		var err error
		defer func() {
			m.started.Add(-1)
			switch {
			case !exited:
				m.report(r, r.unit, err)
			case g.fate != nil: // and not by the user's runtime.Goexit
				m.report(r, r.unit, g.fate)
			}
		}()
		err = g.top(func() { start(g) })
		exited = false
	}()
}

// report tells of a goroutine of a unit that ended early, and ends the run that
// it belongs to.
func (m *Machine) report(r *run, unit string, err error) {
	if p, ok := err.(*Panic); ok {
		p.Unit, p.Late = unit, r.ended()
		if m.opts.Panicked != nil {
			m.opts.Panicked(p)
		}
		r.end(p)
	} else if err != nil && err != ErrInterrupted {
		r.end(err)
	}
}

// A closure is an interpreted function value.
type closure struct {
	c    *code
	free []unsafe.Pointer // pointer-shaped free variables; others by address
}

// A funcObj is what an interpreted func value points to. It begins as what
// reflect.MakeFunc makes, so that compiled code can call it.
type funcObj struct {
	fn     uintptr
	stack  unsafe.Pointer
	argLen uintptr
	regs   uintptr
	ftyp   unsafe.Pointer
	call   func([]reflect.Value) []reflect.Value
	cl     closure
}

var makeFuncCode, callCode uintptr

func init() {
	v := reflect.MakeFunc(reflect.TypeFor[func()](), func([]reflect.Value) []reflect.Value { return nil })
	o := &funcObj{}
	bind(o)
	makeFuncCode, callCode = *(*uintptr)(funcWord(v)), **(**uintptr)(unsafe.Pointer(&o.call))
}

// bind is not inlined: the code of its closure is the mark of an interpreted
// function.
//
//go:noinline
func bind(o *funcObj) {
	o.call = func(args []reflect.Value) []reflect.Value { return o.cl.c.fromCompiled(&o.cl, args) }
}

// noMaker marks functions of types that have none.
var noMaker maker

// newFunc makes a func value.
func newFunc(c *code, free []unsafe.Pointer) unsafe.Pointer {
	mk := c.maker.Load()
	if mk == nil {
		mk = &noMaker
		if own := makerOf(c.p.m.types.Of(c.fn.sig)); own != nil {
			mk = &own
		}
		c.maker.Store(mk)
	}
	if mk != &noMaker {
		return (*mk)(closure{c, free})
	}
	return unsafe.Pointer(newFuncObj(c, free))
}

func newFuncObj(c *code, free []unsafe.Pointer) *funcObj {
	proto := c.prototype()
	o := &funcObj{fn: proto.fn, stack: proto.stack, argLen: proto.argLen, regs: proto.regs, ftyp: proto.ftyp, cl: closure{c, free}}
	bind(o)
	return o
}

// prototype is what reflect makes for the function's type.
func (c *code) prototype() *funcObj {
	if o := c.proto.Load(); o != nil {
		return o
	}
	v := reflect.MakeFunc(c.p.m.types.Of(c.fn.sig), func([]reflect.Value) []reflect.Value { return nil })
	o := &funcObj{}
	typedmemmove(rtypeOf(reflect.TypeFor[protoPart]()), unsafe.Pointer(o), funcWord(v))
	c.proto.Store(o)
	return o
}

type protoPart struct {
	_ uintptr
	_ unsafe.Pointer
	_ [2]uintptr
	_ unsafe.Pointer
}

// interpreted returns the closure behind a func value that the engine made.
func interpreted(w unsafe.Pointer) (*closure, bool) {
	at := *(*uintptr)(w)
	if at != makeFuncCode {
		if off, ok := findStub(at); ok {
			return (*closure)(unsafe.Add(w, off)), true
		}
		return nil, false
	}
	o := (*funcObj)(w)
	if **(**uintptr)(unsafe.Pointer(&o.call)) != callCode {
		return nil, false
	}
	return &o.cl, true
}

// value is the func value of a function without free variables.
func (c *code) value() unsafe.Pointer {
	if w := atomic.LoadPointer(&c.word); w != nil {
		return w
	}
	atomic.CompareAndSwapPointer(&c.word, nil, newFunc(c, nil))
	return atomic.LoadPointer(&c.word)
}

// fromCompiled runs a closure that compiled code calls.
func (c *code) fromCompiled(cl *closure, args []reflect.Value) []reflect.Value {
	g, fresh := c.p.m.here()
	if fresh {
		defer g.leave()
	}
	g.room()
	b := c.ready()
	fp := g.take(b, g.frame)
	for i := range args {
		s := &b.params[i]
		valueAt(typeOf(s.rtype(c.p.m)), s.at(fp)).Set(args[i])
	}
	b.setFree(fp, cl.free)
	hdr(fp).caught, g.handed = g.handed, nil
	if fresh {
		g.outermost(c, func() { g.exec(b, fp) })
	} else {
		g.exec(b, fp)
	}
	out := make([]reflect.Value, len(b.results))
	for i := range out {
		s := &b.results[i]
		v := reflect.New(typeOf(s.rtype(c.p.m))).Elem()
		v.Set(valueAt(v.Type(), s.at(fp)))
		out[i] = v
	}
	g.give(b, fp)
	return out
}
