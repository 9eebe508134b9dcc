package vm

import (
	"fmt"
	"go/token"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// A Panic is the result of a run whose code panicked.
type Panic struct {
	Value any
	Trace []Frame // innermost first
	Unit  string  // that started the goroutine
	Late  bool    // that unit had ended
	// Before are panics that this one came on top of, the first one first.
	Before []Earlier
}

// An Earlier panic was on its way when another came.
type Earlier struct {
	Value     any
	Recovered bool
}

// Error returns the value as the runtime prints it.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// A Frame is a function that ran, and where.
type Frame struct {
	Func string
	Pos  token.Pos
}

// stopped is what a goroutine panics with when it is to end. No deferred call
// runs and no recover sees it.
type stopped struct{}

// A StackOverflow is the value of the panic of a run that called without an
// end.
type StackOverflow struct{}

func (StackOverflow) Error() string { return "stack overflow: a function calls itself without an end" }

// A Fatal is the value of the panic of a run that did what ends a Go program
// without a panic that could be recovered from.
type Fatal string

func (f Fatal) Error() string { return string(f) }

type deadlocked struct{ trace []Frame }

// beyond tells whether a panic is the engine's own, which interpreted code
// cannot recover from.
func beyond(p any) bool {
	switch p.(type) {
	case stopped, Fatal, Exit, deadlocked:
		return true
	}
	return p == any(fast.ErrInterrupted)
}

// ended makes the result of a goroutine that ended early with p; nil is
// runtime.Goexit.
func (g *goro) ended(p any) error {
	if p == any(fast.ErrInterrupted) {
		return ErrInterrupted
	}
	if fp, ok := p.(*fast.Panic); ok {
		p = fp.Value
	}
	switch p := p.(type) {
	case nil:
		return nil
	case stopped:
		if g.fate != nil {
			return g.fate
		}
		return ErrInterrupted
	case Exit:
		return p
	case deadlocked:
		return &Deadlock{Trace: p.trace}
	}
	out := &Panic{Value: p, Trace: g.trace()}
	if c := g.carried; c != nil && same(c.value, p) {
		out.Trace = c.trace
		for q := c.prev; q != nil; q = q.prev {
			out.Before = append([]Earlier{{q.value, q.recovered}}, out.Before...)
		}
	}
	return out
}

// same tells whether two interfaces are the same words: values that cannot be
// compared are panicked with too.
func same(a, b any) bool {
	return *(*iface)(unsafe.Pointer(&a)) == *(*iface)(unsafe.Pointer(&b))
}

// trace lists the frames of the goroutine.
func (g *goro) trace() []Frame {
	var out []Frame
	for fp := g.frame; fp != nil; fp = hdr(fp).up {
		h := hdr(fp)
		if !h.b.wrapper {
			if len(out) == traceMost { // of calls without an end, the ends are enough
				copy(out[traceMost/2:], out[traceMost/2+1:])
				out = out[:traceMost-1]
			}
			out = append(out, Frame{h.b.name, h.at})
		}
	}
	return out
}

// traceMost is how many calls a trace has, half of them the innermost and half
// the outermost.
const traceMost = 100

// panicking is a panic on its way.
type panicking struct {
	value     any
	trace     []Frame
	recovered bool
	prev      *panicking
}

// A deferred call is an operation on a frame made when the call was deferred.
type deferred struct {
	do   op
	fp   unsafe.Pointer
	next *deferred
}

func (d *deferred) run(g *goro, ps *panicking, under unsafe.Pointer) {
	h := hdr(d.fp)
	h.pass = ps
	if ps == nil { // a deferred recover() is like a call of it by the function that defers
		h.caught = hdr(under).caught
	}
	h.up, h.g, h.depth = under, g, g.depth
	d.do(d.fp)
}

// runDefers runs the deferred calls of a frame as its function returns.
func runDefers(fp unsafe.Pointer) {
	h := hdr(fp)
	for h.more != nil {
		d := h.more
		h.more = d.next
		d.run(h.g, nil, fp)
	}
}

// execDefers runs a function that defers. A panic is not recovered from and
// raised again on its way: the stack would stay, and each new panic would walk
// over it. The deferred calls run while the runtime's own panic is under way,
// and it is recovered only when one of them says so.
func (g *goro) execDefers(b *body, fp unsafe.Pointer) {
	h := hdr(fp)
	defer func() {
		if h.done {
			return
		}
		p, goexit := underWay(g.g)
		if beyond(p) || g.fate != nil {
			return
		}
		next, how := g.unwind(b, fp, p, goexit)
		switch how {
		case replaced:
			panic(next)
		case recovered:
			_ = recover()
			if b.recover != nil {
				loop(fp, b.recover)
			}
			h.done = true
			g.depth, g.frame = h.depth, fp
		}
	}()
	loop(fp, b.entry)
	runDefers(fp)
	h.done = true
}

// The ways in which deferred calls end.
const (
	goesOn   = iota // the panic, or runtime.Goexit, goes on
	replaced        // another panic took its place
	recovered
)

// unwind runs the deferred calls of a frame that ended with a panic of value
// p, or with runtime.Goexit.
func (g *goro) unwind(b *body, fp unsafe.Pointer, p any, goexit bool) (next any, how int) {
	h := hdr(fp)
	var ps *panicking
	begin := func(p any) {
		if fp, ok := p.(*fast.Panic); ok { // of a callback
			p = fp.Value
		}
		next := &panicking{value: p, prev: g.panics}
		if c := g.carried; c != nil && same(c.value, p) {
			next.trace, next.prev = c.trace, c.prev
		} else {
			next.trace = g.trace()
		}
		g.carried = nil
		ps, g.panics = next, next
	}
	outer := g.panics
	if !goexit {
		begin(p)
	}
	for h.more != nil {
		d := h.more
		h.more = d.next
		g.frame, g.depth = fp, h.depth
		np, bad := g.protect(b, d, ps, fp)
		switch {
		case bad:
			if beyond(np) {
				return np, replaced
			}
			begin(np)
			next, how = np, replaced
		case ps != nil && ps.recovered:
			ps, next, how = nil, nil, recovered
			g.panics = outer
		}
	}
	g.frame, g.depth = fp, h.depth
	g.panics = outer
	if ps != nil {
		g.carried = ps
	}
	if how == recovered && goexit {
		how = goesOn
	}
	return next, how
}

// protect runs a deferred call and catches its panic.
func (g *goro) protect(b *body, d *deferred, ps *panicking, under unsafe.Pointer) (p any, bad bool) {
	bad = true
	defer func() {
		if !bad {
			return
		}
		if p = recover(); p == nil && g.fate == nil { // runtime.Goexit, which does not come back here
			g.unwind(b, under, nil, true)
		}
	}()
	d.run(g, ps, under)
	return nil, false
}

// recovery is the builtin recover.
func recovery(fp unsafe.Pointer) any {
	h := hdr(fp)
	ps := h.caught
	if ps == nil || ps.recovered {
		return nil
	}
	ps.recovered = true
	return ps.value
}

// The runtime's own errors are raised by doing what raises them.

func nilDeref() { panic(nilError) }

var nilError = func() (p any) {
	defer func() { p = recover() }()
	var q *struct{ x, y int }
	return q.y
}()

// indexed stops a program whose index is out of range, with the runtime's
// words.
func badIndex[I integer](i I, n int) {
	_ = unsafe.Slice((*struct{})(unsafe.Pointer(&zero)), n)[i]
}

var zero [1]byte

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

// typeAssertionError has the layout of runtime.TypeAssertionError.
type typeAssertionError struct {
	inter, concrete, asserted unsafe.Pointer
	missing                   string
}

func assertionError(inter, concrete, asserted unsafe.Pointer, missing string) {
	e := &typeAssertionError{inter, concrete, asserted, missing}
	panic((*runtime.TypeAssertionError)(unsafe.Pointer(e)))
}

// A runtimeError is a runtime.Error like those of the runtime.
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }
func (runtimeError) RuntimeError()   {}

// missingMethod is the first method of an interface that a type lacks.
func missingMethod(t, inter reflect.Type) string {
	for i := range inter.NumMethod() {
		want := inter.Method(i)
		if _, ok := t.MethodByName(want.Name); !ok {
			return want.Name
		}
	}
	for i := range inter.NumMethod() {
		want := inter.Method(i)
		if have, ok := t.MethodByName(want.Name); ok && have.Type.String() != want.Type.String() {
			return want.Name
		}
	}
	return ""
}

// boundsPanic is the runtime's panic of a kind of bounds error, for lengths
// that no slice at hand has. The codes are those of internal/abi.
func boundsPanic(x int64, y int, signed bool, code uint8) {
	q := unsafeNew(boundsType)
	*(*boundsError)(q) = boundsError{x: x, y: y, signed: signed, code: code}
	var out any
	*(*iface)(unsafe.Pointer(&out)) = iface{boundsType, q}
	panic(out)
}

const (
	boundsSliceLen  = 1 // 2 is the same for a capacity
	boundsSliceB    = 3
	boundsSlice3Len = 4 // 5 is the same for a capacity
	boundsSlice3B   = 6
	boundsSlice3C   = 7
	boundsConvert   = 8
)

var boundsType = func() (rt unsafe.Pointer) {
	defer func() {
		p := recover()
		rt = (*iface)(unsafe.Pointer(&p)).tab
	}()
	var none []byte
	_ = [1]byte(none)
	return nil
}()

// boundsError has the layout of runtime.boundsError.
type boundsError struct {
	x      int64
	y      int
	signed bool
	code   uint8
}
