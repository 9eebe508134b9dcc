package vm

import (
	"go/types"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// An op is one instruction, ready to run on a frame.
type op = func(fp unsafe.Pointer)

// A block is a basic block: instructions, and what comes next; nil is the end
// of the function.
type block struct {
	ops []op
	end func(fp unsafe.Pointer) *block
}

// code is a function that the machine can run. It is compiled when it is first
// called.
type code struct {
	p     *Program
	fn    function
	mu    sync.Mutex
	state atomic.Pointer[body]
	lays  *body          // laid out, perhaps not compiled
	word  unsafe.Pointer // of a func value without free variables
	maker atomic.Pointer[maker]
	proto atomic.Pointer[funcObj]
	boxed []bool // the free variables that a closure has by address
	tier  tier
}

type function struct {
	ssa *ssa.Function
	sig *types.Signature
}

// body is a compiled function.
type body struct {
	id      uint32
	name    string
	lay     layout
	params  []slot
	free    []slot
	results []slot
	entry   *block
	recover *block
	defers  bool
	stacked bool // ranges over functions defer on its behalf, and it does not itself
	keep    int  // how many free frames a goroutine keeps
	wrapper bool // made by the compiler: recover sees through it
	slots   map[ssa.Value]slot
	tuples  map[ssa.Value][]slot
	temps   map[ssa.Instruction][]slot
}

var bodies atomic.Uint32

// code returns the code of a function of the program.
func (p *Program) code(fn *ssa.Function) *code {
	if c, ok := p.codes[fn]; ok {
		return c
	}
	if fn.Blocks == nil {
		if obj := fn.Object(); obj != nil {
			if c, ok := p.m.funcs[obj]; ok {
				p.codes[fn] = c
				return c
			}
		}
		if c := p.m.instance(fn); c != nil {
			p.codes[fn] = c
			return c
		}
		return nil
	}
	c := &code{p: p, fn: function{fn, fn.Signature}, boxed: make([]bool, len(fn.FreeVars))}
	for i, v := range fn.FreeVars {
		cls := classOf(v.Type())
		c.boxed[i] = cls != cPtr && cls != cNone
	}
	if r := fn.Signature.Recv(); r != nil {
		// The receiver is the first parameter of a method's code.
		vars := []*types.Var{r}
		for v := range fn.Signature.Params().Variables() {
			vars = append(vars, v)
		}
		c.fn.sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), fn.Signature.Results(), fn.Signature.Variadic())
	}
	p.codes[fn] = c
	return c
}

// ready returns the compiled function.
func (c *code) ready() *body {
	if b := c.state.Load(); b != nil {
		return b
	}
	c.p.m.mu.Lock()
	defer c.p.m.mu.Unlock()
	return c.compiled()
}

// compiled is ready with the machine's lock held.
func (c *code) compiled() *body {
	if b := c.state.Load(); b != nil {
		return b
	}
	b := c.laidOut()
	f := &compiler{m: c.p.m, p: c.p, c: c, fn: c.fn.ssa, b: b}
	f.generate()
	b.slots, b.tuples, b.temps = nil, nil, nil
	c.state.Store(b)
	return b
}

// laidOut returns the function with the layout of its frames.
func (c *code) laidOut() *body {
	if c.lays == nil {
		f := &compiler{m: c.p.m, p: c.p, c: c, fn: c.fn.ssa}
		c.lays = f.layOut()
	}
	return c.lays
}

// setFree puts a closure's free variables into a frame.
func (b *body) setFree(fp unsafe.Pointer, free []unsafe.Pointer) {
	for i := range b.free {
		s := &b.free[i]
		switch s.cls {
		case cPtr:
			*reg[unsafe.Pointer](fp, s.off) = free[i]
		case cNone:
		default: // not a move: the variable may be smaller than a register
			typedmemmove(s.rt, s.at(fp), free[i])
		}
	}
}

// rtype is the runtime type of the slot's type.
func (s *slot) rtype(m *Machine) unsafe.Pointer {
	if s.rt == nil {
		s.rt = rtypeOf(m.types.Of(s.typ))
	}
	return s.rt
}
