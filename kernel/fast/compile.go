package fast

import (
	"context"
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// Options say what a compiler knows of the session.
type Options struct {
	// Stop tells that a running call is to end with ErrInterrupted. It is asked
	// every millisecond or so, by the goroutine of the call. It may be nil.
	Stop func() bool
	// Host returns the compiled function of a name such as "math.Sin" or
	// "(*math/rand.Rand).Float64" (a method takes its receiver first), or nil.
	// Those of math are known without.
	Host func(name string) any
	// Resolve returns the function with the body of one that has none: one of
	// an earlier cell. It may be nil, or return nil.
	Resolve func(*ssa.Function) *ssa.Function
	// Global returns where a variable of the session lives. It must stay there
	// as long as the code is used. Nil refuses functions that use it.
	Global func(*ssa.Global) unsafe.Pointer
	// MaxBytes is how much memory a call may take; 0 is no limit.
	MaxBytes int64
}

// A Compiler makes code of functions. Its methods may be called from several
// goroutines.
type Compiler struct {
	opts   Options
	mu     sync.Mutex
	engine *engine
	err    error
}

// New returns a compiler.
func New(o Options) *Compiler { return &Compiler{opts: o} }

// A Refused says why a function is not for this tier.
type Refused struct {
	Func   string
	Reason string         // "calls fmt.Println"
	Pos    token.Position // of what is in the way
}

func (r *Refused) Error() string {
	if r.Pos.IsValid() {
		return fmt.Sprintf("%s (%s)", r.Reason, r.Pos)
	}
	return r.Reason
}

// Compile compiles fn and what it calls. The error is a *Refused that says in
// a user's words what of it this tier does not do, or ErrPlatform.
func (c *Compiler) Compile(fn *ssa.Function) (*Code, error) {
	return c.CompileFor(fn, nil)
}

// debugPanics lets tests see where the compiler itself fails.
var debugPanics = false

// wholeInTests lets tests compile functions that make much as they are.
var wholeInTests = false

func (c *Compiler) start() (*engine, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if unsafe.Sizeof(uintptr(0)) != 8 {
		return nil, ErrPlatform
	}
	if c.engine == nil && c.err == nil {
		c.engine, c.err = newEngine()
	}
	return c.engine, c.err
}

// Close gives back what all code of the compiler holds; none may be running.
func (c *Compiler) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.engine == nil {
		return nil
	}
	err := c.engine.rt.Close(context.Background())
	c.engine, c.err = nil, fmt.Errorf("fast: the compiler is closed")
	return err
}

// A compilation makes one module.
type compilation struct {
	opts    *Options
	engine  *engine
	code    *Code
	mod     module
	layouts map[types.Type]*layout
	fates   map[*ssa.Alloc]fate
	costs   map[*ssa.Function]int
	wasm    map[string]*wasmFunc
	queue   []*wasmFunc
	typeOf  map[*layout]int
	texts   map[string]uintptr
	hosts   map[string]hostRef
	effects map[*ssa.Function]*effects
	shapes  []moduleImport
	at      token.Pos       // the function being written
	block   *ssa.BasicBlock // of the loop that is compiled, if any
	sharing *sharing        // the first
	loads   bool            // pointers from memory
	known   Known           // may be nil
	foreign bool            // calls a function that is known by known alone
}

// A wasmFunc is a function of the module: an ssa.Function for one form of its
// arguments.
type wasmFunc struct {
	fn     *ssa.Function
	index  int // among the module's own
	sig    signature
	params []value
	bound  []value
	body   []byte
	relocs []int
	locals []valtype
	loop   *loopForm       // when it is a loop of fn
	block  *ssa.BasicBlock // of a loop that calls it
}

func (c *compilation) layout(t types.Type, pos token.Pos) *layout {
	if l, ok := c.layouts[t]; ok {
		return l
	}
	l, why := layoutOf(t)
	if why != "" {
		refuse(pos, "%s", why)
	}
	c.layouts[t] = l
	return l
}

func (c *compilation) resolve(fn *ssa.Function) *ssa.Function {
	if fn.Blocks == nil {
		if g := elementaryOf(fn); g != nil {
			return g
		}
	}
	if fn.Blocks == nil && c.opts.Resolve != nil {
		if g := c.opts.Resolve(fn); g != nil {
			return g
		}
	}
	return fn
}

// global returns where a variable of the session is.
func (c *compilation) global(g *ssa.Global) uintptr {
	var p unsafe.Pointer
	if c.opts.Global != nil {
		p = c.opts.Global(g)
	}
	if p == nil {
		refuse(g.Pos(), "uses the variable %s of package %s", g.Name(), g.Package().Pkg.Name())
	}
	c.code.pin(p, elem(g.Type()))
	return uintptr(p)
}

// text returns the address of a constant string, which the code keeps.
func (c *compilation) text(s string) uintptr {
	p, ok := c.texts[s]
	if !ok {
		b := []byte(s)
		c.code.pin(unsafe.Pointer(&b[0]), types.NewArray(types.Typ[types.Byte], int64(len(s))))
		p = uintptr(unsafe.Pointer(&b[0]))
		c.texts[s] = p
	}
	return p
}

// typeIndex numbers a type of which the code makes values.
func (c *compilation) typeIndex(l *layout) int {
	i, ok := c.typeOf[l]
	if !ok {
		i = len(c.code.types)
		c.typeOf[l] = i
		t := elemType{size: l.size, ptr: l.ptr}
		if l.size > 0 {
			t.elem, t.slice = l.goTypes()
		}
		c.code.types = append(c.code.types, t)
	}
	return i
}

// A hostRef is a function of the host in the code's table.
type hostRef struct {
	imp uint32 // the import that calls it
	id  int
}

// host returns a reference to a function of the host.
func (c *compilation) host(name string, f hostFunc, s signature) hostRef {
	if h, ok := c.hosts[name]; ok {
		return h
	}
	s.params = append(append([]valtype(nil), s.params...), i32)
	mod, err := c.engine.shape(s)
	if err != nil {
		refuse(token.NoPos, "calls %s: %v", name, err)
	}
	imp := -1
	for i, im := range c.shapes {
		if im.module == mod {
			imp = i
		}
	}
	if imp < 0 {
		imp = len(c.shapes)
		c.shapes = append(c.shapes, moduleImport{mod, "call", c.mod.typ(s)})
	}
	h := hostRef{uint32(numSupports + imp), len(c.code.hosts)}
	c.code.hosts = append(c.code.hosts, f)
	c.hosts[name] = h
	return h
}

// hostCall calls a function of the host, whose arguments are on the stack.
func (e *emitter) hostCall(h hostRef) {
	e.i32(int32(h.id))
	e.call(h.imp)
}

// native returns the import of a function of math that the processor may have
// in machine code.
func (c *compilation) native(name string) (uint32, bool) {
	switch name {
	case "Exp":
		return supExp, true
	case "FMA":
		return supFMA, true
	}
	return 0, false
}

// function returns the module's function for fn with arguments of a form,
// which is written later.
func (c *compilation) function(fn *ssa.Function, args []value, results []valtype) *wasmFunc {
	var b strings.Builder
	fmt.Fprintf(&b, "%p:", fn)
	for _, a := range args {
		a.key(&b)
		b.WriteByte(',')
	}
	if w, ok := c.wasm[b.String()]; ok {
		return w
	}
	if len(c.wasm) > 300 {
		refuse(fn.Pos(), "calls too many functions")
	}
	w := &wasmFunc{fn: fn, index: len(c.wasm), sig: signature{results: results}, block: c.block}
	next := func(t valtype) operand {
		w.sig.params = append(w.sig.params, t)
		return variable(t, uint32(len(w.sig.params)-1))
	}
	for i, a := range args {
		v := reshape(a, next)
		if i < len(fn.Params) {
			w.params = append(w.params, v)
		} else {
			w.bound = append(w.bound, v)
		}
	}
	c.wasm[b.String()] = w
	c.queue = append(c.queue, w)
	return w
}

// callLocal marks a call of a function of the module, whose number is known
// when all imports are.
func (e *emitter) callLocal(w *wasmFunc) {
	e.op(opCall)
	e.relocs = append(e.relocs, len(e.b))
	e.b = append(e.b, 0x80|byte(w.index), 0x80|byte(w.index>>7), 0x80|byte(w.index>>14), 0x80, 0)
}

// write compiles one function of the module.
func (c *compilation) write(w *wasmFunc) {
	fn := w.fn
	c.at = fn.Pos()
	if fn.Recover != nil {
		refuse(fn.Pos(), "defers a call")
	}
	if generic(fn) {
		refuse(fn.Pos(), "is generic")
	}
	f := &frame{fn: fn, graph: newGraph(fn), vals: map[ssa.Value]value{}, params: w.params, bound: w.bound}
	e := &emitter{c: c, types: append([]valtype(nil), w.sig.params...), fr: f, fr0: fn, bases: map[uint64]uint32{}}
	if c.foreign || c.cyclic(fn) {
		e.globalGet(globalTicks)
		e.i32(1)
		e.op(opI32Sub)
		t := e.local(i32)
		e.tee(t)
		e.globalSet(globalTicks)
		e.get(t)
		e.i32(0)
		e.op(opI32LeS)
		e.op(opIf)
		e.byte(emptyBlock)
		e.call(supTick)
		e.op(opEnd)
	}
	e.body(f)
	w.body, w.relocs = e.finish()
	w.locals = e.types[len(w.sig.params):]
	c.code.usesStack = c.code.usesStack || e.frame > 0
	c.code.saves = c.code.saves || e.saves
}

// generic tells whether a function is the pattern of others: types in it are
// parameters.
func generic(fn *ssa.Function) bool {
	seen := map[types.Type]bool{}
	for _, p := range fn.Params {
		if parametric(p.Type(), seen) {
			return true
		}
	}
	for _, p := range fn.FreeVars {
		if parametric(p.Type(), seen) {
			return true
		}
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok && parametric(v.Type(), seen) {
				return true
			}
		}
	}
	return parametric(fn.Signature, seen)
}

func parametric(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if parametric(t.TypeArgs().At(i), seen) {
				return true
			}
		}
		return t.TypeArgs().Len() == 0 && t.TypeParams().Len() > 0
	case *types.Alias:
		return parametric(types.Unalias(t), seen)
	case *types.Pointer:
		return parametric(t.Elem(), seen)
	case *types.Slice:
		return parametric(t.Elem(), seen)
	case *types.Array:
		return parametric(t.Elem(), seen)
	case *types.Map:
		return parametric(t.Key(), seen) || parametric(t.Elem(), seen)
	case *types.Chan:
		return parametric(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if parametric(t.Field(i).Type(), seen) {
				return true
			}
		}
	case *types.Tuple:
		for i := range t.Len() {
			if parametric(t.At(i).Type(), seen) {
				return true
			}
		}
	case *types.Signature:
		return parametric(t.Params(), seen) || parametric(t.Results(), seen)
	}
	return false
}

// compile writes fn and all that it calls, and has wazero compile the module.
func (c *compilation) compile(fn *ssa.Function) (*Code, error) {
	fn = c.resolve(fn)
	if fn.Blocks == nil {
		refuse(fn.Pos(), "has no body")
	}
	if generic(fn) {
		refuse(fn.Pos(), "is generic")
	}
	if !wholeInTests {
		c.refuseBulk(fn, nil)
	}
	var args []value
	form := func(t valtype) operand { return operand{vt: t} }
	for _, p := range fn.Params {
		if x := c.given(p, form); x != nil {
			args = append(args, value{fn: x})
			continue
		}
		if _, ok := p.Type().Underlying().(*types.Signature); ok {
			refuse(fn.Pos(), "takes a function (%s)", p.Name())
		}
		l := c.layout(p.Type(), fn.Pos())
		c.code.params = append(c.code.params, c.io(p.Type(), l))
		if l.big {
			args = append(args, value{cells: []operand{form(i32)}})
			continue
		}
		v := value{}
		for _, x := range l.cells {
			v.cells = append(v.cells, form(x.kind.vt()))
		}
		args = append(args, v)
	}
	for _, p := range fn.FreeVars {
		args = append(args, c.freeVar(fn, p, form))
	}
	var results []valtype
	for i := range fn.Signature.Results().Len() {
		t := fn.Signature.Results().At(i).Type()
		if _, ok := t.Underlying().(*types.Signature); ok {
			refuse(fn.Pos(), "returns a function")
		}
		l := c.layout(t, fn.Pos())
		if l.big {
			refuse(fn.Pos(), "returns a large array")
		}
		results = append(results, l.valtypes()...)
		c.code.results = append(c.code.results, c.io(t, l))
	}
	return c.link(c.function(fn, args, results), fn)
}

// link writes the module's functions, which main calls, and has wazero compile
// them.
func (c *compilation) link(main *wasmFunc, fn *ssa.Function) (*Code, error) {
	var done []*wasmFunc
	for len(c.queue) > 0 {
		w := c.queue[0]
		c.queue = c.queue[1:]
		c.block = w.block
		if w.loop != nil {
			c.writeLoop(w)
		} else {
			c.write(w)
		}
		done = append(done, w)
	}
	c.checkSharing()
	m := &c.mod
	m.globals = moduleGlobals
	var imports []moduleImport
	for i := range supports {
		imports = append(imports, moduleImport{"h", supports[i].name, m.typ(supports[i].sig)})
	}
	m.imports = append(imports, c.shapes...)
	first := len(m.imports)
	for _, w := range done {
		for _, at := range w.relocs {
			b := w.body[at:]
			i := first + (int(b[0]&0x7f) | int(b[1]&0x7f)<<7 | int(b[2]&0x7f)<<14)
			b[0], b[1], b[2] = 0x80|byte(i), 0x80|byte(i>>7), 0x80|byte(i>>14)
		}
		m.funcs = append(m.funcs, moduleFunc{m.typ(w.sig), w.locals, w.body})
	}
	m.exports = []moduleExport{{"f", uint32(first + main.index)}}
	x := c.code
	x.sig = main.sig
	x.fn = fn
	x.natives = make([]uintptr, len(m.imports))
	for i, p := range natives {
		x.natives[i] = p
	}
	x.quick = x.quickMoves()
	var err error
	x.binary = m.encode()
	if x.compiled, err = c.engine.rt.CompileModule(context.Background(), x.binary); err != nil {
		return nil, fmt.Errorf("fast: %s: %w", fn.Name(), err)
	}
	return x, nil
}

var natives = nativeFuncs()
