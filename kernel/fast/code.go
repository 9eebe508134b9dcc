package fast

import (
	"context"
	"errors"
	"go/types"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"golang.org/x/tools/go/ssa"
)

// Code is a compiled function. It may be called from several goroutines.
type Code struct {
	engine    *engine
	fn        *ssa.Function
	compiled  wazero.CompiledModule
	binary    []byte
	sig       signature
	params    []ioValue // with the free variables of a closure
	quick     []move    // see quick.go
	results   []ioValue
	hosts     []hostFunc
	types     []elemType
	natives   []uintptr
	usesStack bool
	saves     bool // variables, around calls of the host
	bumps     bool // small slices
	texts     bool // makes strings, or copies of those out of reach
	stop      func() bool
	maxBytes  int64
	pins      []pin

	spare  atomic.Pointer[instance] // the first of idle, at the least cost
	mu     sync.Mutex
	idle   []*instance
	closed atomic.Bool
	beyond atomic.Bool  // a call has ended with ErrReach
	rest   atomic.Int64 // calls that are to decline; see walked
	leaves bool         // a loop that leaves when it has made much; see place.go
}

// An ioValue is a parameter or a result in Go's memory.
type ioValue struct {
	cells []cell
	typ   types.Type
	spans []span
	walk  walker // what the value points at has pointers of its own
	big   bool
	size  int64
}

// A span is a pointer among the cells, and how far its data go.
type span struct {
	at    uint32 // of the pointer
	count int32  // where the number of elements is, from at; -1 for one
	size  int64  // of an element
}

// A pin is memory that the code uses by its address.
type pin struct {
	p    unsafe.Pointer
	size int64
	walk walker
	io   ioValue
}

func (x *Code) pin(p unsafe.Pointer, t types.Type) {
	for _, q := range x.pins {
		if q.p == p {
			return
		}
	}
	n := pin{p: p, size: max(sizes.Sizeof(t), 1)}
	n.io.spans, n.walk = spansOf(t), walkerOf(types.NewPointer(t))
	x.pins = append(x.pins, n)
}

func (c *compilation) io(t types.Type, l *layout) ioValue {
	return ioValue{typ: t, cells: l.cells, big: l.big, size: l.size, spans: spansOf(t), walk: walkerOf(t)}
}

// makes tells whether the code makes variables of its own, or strings.
func (x *Code) makes() bool { return len(x.types) > 0 || x.texts }

// Func is the function that the code was made of.
func (x *Code) Func() *ssa.Function { return x.fn }

// Close gives back what the code holds.
func (x *Code) Close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed.Store(true)
	for _, in := range x.idle {
		in.close()
	}
	if in := x.spare.Swap(nil); in != nil {
		in.close()
	}
	x.idle = nil
	x.compiled.Close(context.Background())
}

// acquire returns an instance that no one else uses.
func (x *Code) acquire() (*instance, error) {
	if in := x.spare.Swap(nil); in != nil {
		return in, nil
	}
	x.mu.Lock()
	if n := len(x.idle); n > 0 {
		in := x.idle[n-1]
		x.idle = x.idle[:n-1]
		x.mu.Unlock()
		return in, nil
	}
	closed := x.closed.Load()
	x.mu.Unlock()
	if closed {
		return nil, errors.New("fast: the code is closed")
	}
	return x.engine.open(x)
}

func (x *Code) release(in *instance) {
	if x.spare.CompareAndSwap(nil, in) {
		if !x.closed.Load() {
			return
		}
		if in = x.spare.Swap(nil); in == nil {
			return
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed.Load() || len(x.idle) >= 16 {
		in.close()
		return
	}
	x.idle = append(x.idle, in)
}

// Call runs the code. args[i] points at the i-th parameter as Go lays it out,
// after the parameters at the free variables of a closure (which are pointers);
// results[i] at the place of the i-th result. The error is nil,
// ErrInterrupted, ErrDeclined, ErrMemory, ErrReach or a *Panic. What the code
// has written before it ended is written.
func (x *Code) Call(args, results []unsafe.Pointer) error {
	if x.beyond.Load() {
		return ErrDeclined
	}
	in, err := x.acquire()
	if err != nil {
		return err
	}
	done := false
	if x.quick != nil {
		err, done = in.runQuick(args, results)
	}
	if !done {
		err = in.run(args, results)
	}
	x.release(in)
	return err
}

func (in *instance) run(args, results []unsafe.Pointer) error {
	x := in.code
	r := reach{lo: ^uintptr(0)}
	n := 0
	for i := range x.params {
		v, p := &x.params[i], args[i]
		if v.big {
			r.add(uintptr(p), v.size)
		}
		r.spans(v.spans, p)
	}
	if err := in.cover(&r); err != nil {
		return err
	}
	for i := range x.params {
		v, p := &x.params[i], args[i]
		if v.walk != nil {
			if !in.walked(v.walk, p) {
				return ErrDeclined
			}
		}
		if v.big {
			in.st[n] = uint64(uint32(uintptr(p) - in.base))
			n++
			continue
		}
		for _, c := range v.cells {
			if c.kind == kStr && !in.textInReach(unsafe.Add(p, c.off)) {
				in.forget()
				return ErrDeclined
			}
			in.st[n] = in.cellOf(c, p)
			n++
		}
	}
	err := in.invoke()
	runtime.KeepAlive(args)
	if err != nil {
		in.forget()
		return err
	}
	n = 0
	for i := range x.results {
		p := results[i]
		for _, c := range x.results[i].cells {
			in.setCell(c, p, in.st[n])
			n++
		}
	}
	in.forget()
	return nil
}

// invoke runs the code on the arguments in the instance's stack.
func (in *instance) invoke() error {
	err := in.enter()
	if err == nil {
		return nil
	}
	if in.data != nil {
		in.look(in.base) // the data stack is empty again
	}
	p, e := in.panic, in.err
	in.panic, in.err = nil, nil
	if e == ErrReach {
		in.code.beyond.Store(true)
	}
	switch {
	case p != nil:
		return p
	case e != nil:
		return e
	case strings.Contains(err.Error(), "stack overflow"):
		return &Panic{Value: ErrStack, Pos: in.code.fn.Pos()}
	}
	return err
}

// cellOf reads a cell of Go's memory as an argument.
func (in *instance) cellOf(c cell, p unsafe.Pointer) uint64 {
	p = unsafe.Add(p, c.off)
	switch c.kind {
	case kBool, kU8:
		return uint64(*(*uint8)(p))
	case kI8:
		return uint64(uint32(*(*int8)(p)))
	case kI16:
		return uint64(uint32(*(*int16)(p)))
	case kU16:
		return uint64(*(*uint16)(p))
	case kI32, kU32, kF32:
		return uint64(*(*uint32)(p))
	case kPtr:
		switch a := *(*uintptr)(p); a {
		case 0:
			return 0
		case zeroBase:
			return nothing
		default:
			return uint64(uint32(a - in.base))
		}
	}
	if c.kind == kStr {
		return uint64(in.reachable(nil, *(*uint64)(p), *(*uint64)(unsafe.Add(p, 8))))
	}
	return *(*uint64)(p)
}

// setCell writes a cell of a result to Go's memory.
func (in *instance) setCell(c cell, p unsafe.Pointer, v uint64) {
	p = unsafe.Add(p, c.off)
	switch c.kind.size() {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		if c.kind.pointer() {
			*(*unsafe.Pointer)(p) = in.goPointer(uint32(v))
			return
		}
		*(*uint64)(p) = v
	}
}
