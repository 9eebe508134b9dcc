package vm

import (
	"go/token"
	"go/types"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// call compiles a call. dst is the value that its results become, or nil.
func (f *compiler) call(in ssa.Instruction, c *ssa.CallCommon, dst ssa.Value) op {
	var results []slot
	if dst != nil {
		if list, ok := f.b.tuples[dst]; ok {
			results = list
		} else if s, ok := f.b.slots[dst]; ok && s.cls != cNone {
			results = []slot{s}
		}
	} else if bi, ok := c.Value.(*ssa.Builtin); !ok || bi == nil {
		// A deferred call or a goroutine: nobody takes the results.
		for v := range c.Signature().Results().Variables() {
			results = append(results, slot{typ: v.Type()})
		}
	}
	args := make([]slot, len(c.Args))
	for i, a := range c.Args {
		if b, ok := c.Value.(*ssa.Builtin); ok && b != nil {
			if _, isTuple := a.Type().(*types.Tuple); isTuple {
				continue
			}
		}
		args[i] = f.slot(a)
	}
	if c.IsInvoke() {
		return f.invoke(c, args, results)
	}
	switch v := c.Value.(type) {
	case *ssa.Builtin:
		return f.builtin(in, v, c, args, results)
	case *ssa.Function:
		if v.Blocks == nil && v.Synthetic == "package initializer" {
			return nil // compiled packages are ready
		}
		if o := f.native(v, args, results); o != nil {
			return o
		}
		target := f.p.code(v)
		if target == nil {
			h, err := f.m.hostFuncOf(v)
			if err != nil {
				f.fail(in.Pos(), "%v", err)
			}
			o := f.hostCall(h, args, results, c.Signature().Variadic())
			if r := v.Signature.Recv(); r != nil && waits["("+types.TypeString(r.Type(), nil)+")."+v.Name()] {
				o = f.m.asleepIn(o)
			}
			return o
		}
		return f.directCall(target, args, results)
	case *ssa.MakeClosure:
		if target := f.p.code(v.Fn.(*ssa.Function)); target != nil {
			return f.closureCall(c, args, results)
		}
	}
	return f.closureCall(c, args, results)
}

// passing makes the copies of arguments into a callee's frame, or of its
// results back.
func (f *compiler) passing(dst, src []slot) []move {
	var out []move
	for i := range dst {
		if i >= len(src) || dst[i].cls == cNone || src[i].cls == cNone {
			continue
		}
		m, _ := f.moveOf(dst[i], src[i])
		out = append(out, m)
	}
	return out
}

// directCall calls a function that is known.
func (f *compiler) directCall(target *code, args, results []slot) op {
	b := target.laidOut()
	in := f.passing(b.params, args)
	back := f.passing(results, b.results)
	put, get := copying(in), copying(back)
	at := f.at
	quick := f.fastCall(args, results)
	if len(in) == 1 && in[0].cls == c8 && len(back) == 1 && back[0].cls == c8 {
		pd, ps, rd, rs := in[0].dst, in[0].src, back[0].dst, back[0].src
		return func(fp unsafe.Pointer) {
			h := hdr(fp)
			h.at = at
			if x := target.fastCode(); x != nil && quick(fp, x, target, nil) {
				return
			}
			g := h.g
			b := target.ready()
			nf := g.take(b, fp)
			*reg[uint64](nf, pd) = *reg[uint64](fp, ps)
			hdr(nf).caught = h.pass
			g.exec(b, nf)
			*reg[uint64](fp, rd) = *reg[uint64](nf, rs)
			g.give(b, nf)
		}
	}
	enter := func(fp unsafe.Pointer) bool {
		x := target.fastCode()
		return x != nil && quick(fp, x, target, nil)
	}
	if target.takesFuncs() {
		enter = f.fastCallFor(target, args, results)
	}
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		if enter(fp) {
			return
		}
		g := h.g
		b := target.ready()
		nf := g.take(b, fp)
		put(nf, fp)
		hdr(nf).caught = h.pass
		g.exec(b, nf)
		get(fp, nf)
		g.give(b, nf)
	}
}

// site remembers how arguments pass to the function called last.
type site struct {
	b        *body
	put, get func(dst, src unsafe.Pointer)
}

// closureCall calls a func value.
func (f *compiler) closureCall(c *ssa.CallCommon, args, results []slot) op {
	fv := f.slot(c.Value).off
	at := f.at
	quick := f.fastCall(args, results)
	var last atomic.Pointer[site]
	var compiled func(fp unsafe.Pointer, v reflect.Value)
	var once sync.Once
	ft := f.m.types.Of(c.Value.Type())
	variadic := c.Signature().Variadic()
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		w := *reg[unsafe.Pointer](fp, fv)
		if w == nil {
			nilDeref()
		}
		cl, ok := interpreted(w)
		if !ok {
			once.Do(func() { compiled = f.reflectCall(ft, args, results, variadic) })
			if h.pass != nil { // deferred, and may call interpreted code directly
				h.g.handed = handOn(w, h.pass)
			}
			compiled(fp, valueAt(ft, unsafe.Add(fp, fv)))
			h.g.handed = nil
			if h.g.stop.Load() {
				panic(stopped{})
			}
			return
		}
		if x := cl.c.fastCode(); x != nil && quick(fp, x, cl.c, cl.free) {
			return
		}
		g := h.g
		b := cl.c.ready()
		s := last.Load()
		if s == nil || s.b != b {
			s = &site{b, copying(f.passing(b.params, args)), copying(f.passing(results, b.results))}
			last.Store(s)
		}
		nf := g.take(b, fp)
		s.put(nf, fp)
		b.setFree(nf, cl.free)
		hdr(nf).caught = h.pass
		g.exec(b, nf)
		s.get(fp, nf)
		g.give(b, nf)
	}
}

// handOn is the panic that a compiled func value hands to the interpreted
// function that it stands for: a method value or method expression of package
// reflect is as good as the function itself.
func handOn(w unsafe.Pointer, ps *panicking) *panicking {
	fn := runtime.FuncForPC(*(*uintptr)(w))
	if fn != nil && (fn.Name() == "reflect.methodValueCall" || fn.Name() == "reflect.makeFuncStub" || fn.Name() == "stubs") {
		return ps
	}
	return nil
}

// A method is what a call through an interface finds for a dynamic type.
type method struct {
	tab unsafe.Pointer
	// interpreted:
	b        *body
	put, get func(dst, src unsafe.Pointer)
	recv     slot
	rt       unsafe.Pointer
	// compiled:
	v    reflect.Value
	call op
}

// invoke calls a method of an interface.
func (f *compiler) invoke(c *ssa.CallCommon, args, results []slot) op {
	x := f.slot(c.Value).off
	at := f.at
	it := f.m.types.Of(c.Value.Type())
	index := -1
	for i := range it.NumMethod() {
		if m := it.Method(i); m.Name == c.Method.Name() && (m.PkgPath == "" || c.Method.Pkg() == nil || m.PkgPath == c.Method.Pkg().Path()) {
			index = i
		}
	}
	if index < 0 {
		f.fail(c.Pos(), "%s has no method %s at run time", c.Value.Type(), c.Method.Name())
	}
	// A compiled method takes the interface's data word as its receiver.
	sig := c.Signature()
	vars := []*types.Var{types.NewVar(0, nil, "", types.Typ[types.UnsafePointer])}
	for v := range sig.Params().Variables() {
		vars = append(vars, v)
	}
	ft := f.m.types.Of(types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), sig.Results(), sig.Variadic()))
	data := slot{region: rPtr, off: x + 8, cls: cPtr, typ: types.Typ[types.UnsafePointer]}
	all := append([]slot{data}, args...)
	var compiled func(fp unsafe.Pointer, v reflect.Value)
	var once sync.Once
	var last atomic.Pointer[method]
	var known sync.Map
	name, pkg := c.Method.Name(), c.Method.Pkg()
	find := func(tab unsafe.Pointer) *method {
		if v, ok := known.Load(tab); ok {
			return v.(*method)
		}
		t := (*itab)(tab)
		m := &method{tab: tab}
		if target, recv := f.m.methodOf(typeOf(t.typ), pkg, name); target != nil {
			m.b = target.ready()
			m.put = copying(f.passing(m.b.params[1:], args))
			m.get = copying(f.passing(results, m.b.results))
			m.recv = m.b.params[0]
			m.rt = rtypeOf(recv)
		} else {
			word := unsafe.Pointer(&struct{ pc uintptr }{t.fun[index]})
			key := methodKey(typeOf(t.typ), name)
			if other, ok := f.m.replacement(key); ok {
				word = funcWord(other)
			}
			v := reflect.New(ft)
			*(*unsafe.Pointer)(v.UnsafePointer()) = word
			m.v = v.Elem()
			if m.call = f.quick(word, all, results, at); m.call != nil && waits[key] {
				m.call = f.m.asleepIn(m.call)
			}
		}
		known.Store(tab, m)
		return m
	}
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		e := reg[iface](fp, x)
		if e.tab == nil {
			nilDeref()
		}
		m := last.Load()
		if m == nil || m.tab != e.tab {
			m = find(e.tab)
			last.Store(m)
		}
		if m.call != nil {
			m.call(fp)
			return
		}
		if m.b == nil {
			once.Do(func() { compiled = f.reflectCall(ft, all, results, sig.Variadic()) })
			compiled(fp, m.v)
			if h.g.stop.Load() {
				panic(stopped{})
			}
			return
		}
		g := h.g
		nf := g.take(m.b, fp)
		m.put(nf, fp)
		if m.recv.cls == cPtr {
			*reg[unsafe.Pointer](nf, m.recv.off) = e.data
		} else if m.recv.cls != cNone {
			typedmemmove(m.rt, m.recv.at(nf), dataOf(m.rt, e))
		}
		hdr(nf).caught = h.pass
		g.exec(m.b, nf)
		m.get(fp, nf)
		g.give(m.b, nf)
	}
}

// funcValue is the func value of a function that is used as a value.
func (p *Program) funcValue(fn *ssa.Function, pos token.Pos) unsafe.Pointer {
	if c := p.code(fn); c != nil {
		return c.value()
	}
	h, err := p.m.hostFuncOf(fn)
	if err != nil {
		panic(&fault{p.m.opts.Fset.Position(pos), err.Error()})
	}
	t := p.m.types.Of(fn.Signature)
	if fn.Signature.Recv() != nil {
		return funcWord(h.v)
	}
	v := h.v
	if v.Type() != t {
		v = v.Convert(t)
	}
	return funcWord(v)
}

func (f *compiler) makeClosure(in *ssa.MakeClosure) op {
	d := f.slot(in).off
	target := f.p.code(in.Fn.(*ssa.Function))
	bind := make([]slot, len(in.Bindings))
	for i, b := range in.Bindings {
		bind[i] = f.slot(b)
		if bind[i].cls != cPtr && bind[i].cls != cNone {
			bind[i].rt = f.rtype(bind[i].typ)
		}
	}
	return func(fp unsafe.Pointer) {
		free := make([]unsafe.Pointer, len(bind))
		for i := range bind {
			s := &bind[i]
			switch {
			case s.cls == cPtr:
				free[i] = *reg[unsafe.Pointer](fp, s.off)
			case s.cls != cNone:
				p := unsafeNew(s.rt)
				typedmemmove(s.rt, p, s.at(fp))
				free[i] = p
			}
		}
		*reg[unsafe.Pointer](fp, d) = newFunc(target, free)
	}
}

// later copies a frame, so that a call can be made from it at another time or
// by another goroutine with the arguments of now.
func (f *compiler) later(in ssa.Instruction) func(fp unsafe.Pointer) unsafe.Pointer {
	l := &f.b.lay
	var boxed []slot
	seen := map[uintptr]bool{}
	for _, o := range in.Operands(nil) {
		if *o == nil {
			continue
		}
		if s, ok := f.b.slots[*o]; ok && s.cls == cBox && !seen[s.off] {
			seen[s.off] = true
			s.rt = f.rtype(s.typ)
			boxed = append(boxed, s)
		}
		if e, ok := (*o).(*ssa.Extract); ok {
			if s := f.slot(e); s.cls == cBox && !seen[s.off] {
				seen[s.off] = true
				s.rt = f.rtype(s.typ)
				boxed = append(boxed, s)
			}
		}
	}
	return func(fp unsafe.Pointer) unsafe.Pointer {
		nf := unsafeNew(l.typ)
		typedmemmove(l.typ, nf, fp)
		for i := range boxed {
			s := &boxed[i]
			p := unsafeNew(s.rt)
			typedmemmove(s.rt, p, s.at(fp))
			*reg[unsafe.Pointer](nf, s.off) = p
		}
		h := hdr(nf)
		h.more, h.caught, h.pass, h.done = nil, nil, nil, false
		return nf
	}
}

func (f *compiler) goCall(in *ssa.Go) op {
	do := f.call(in, in.Common(), nil)
	copyFrame := f.later(in)
	at := f.at
	m := f.m
	check := f.nilFunc(in.Common())
	return func(fp unsafe.Pointer) {
		hdr(fp).at = at
		check(fp)
		nf := copyFrame(fp)
		m.spawn(func(g *goro) {
			h := hdr(nf)
			h.g, h.up, h.depth = g, nil, 0
			g.frame = nf
			do(nf)
		})
	}
}

// nilFunc stops where a goroutine of a nil func would be started.
func (f *compiler) nilFunc(c *ssa.CallCommon) func(fp unsafe.Pointer) {
	switch c.Value.(type) {
	case *ssa.Function, *ssa.Builtin, *ssa.MakeClosure:
		return func(unsafe.Pointer) {}
	}
	s := f.slot(c.Value).off
	return func(fp unsafe.Pointer) {
		if *reg[unsafe.Pointer](fp, s) == nil {
			nilDeref()
		}
	}
}

func (f *compiler) deferCall(in *ssa.Defer) op {
	do := f.call(in, in.Common(), nil)
	copyFrame := f.later(in)
	at := f.at
	check := func(unsafe.Pointer) {}
	if in.Common().IsInvoke() {
		check = f.nilFunc(in.Common())
	}
	stack := func(fp unsafe.Pointer) unsafe.Pointer { return fp }
	if in.DeferStack != nil {
		s := f.slot(in.DeferStack).off
		stack = func(fp unsafe.Pointer) unsafe.Pointer { return *reg[unsafe.Pointer](fp, s) }
	}
	return func(fp unsafe.Pointer) {
		hdr(fp).at = at
		check(fp)
		owner := hdr(stack(fp))
		owner.more = &deferred{do: do, fp: copyFrame(fp), next: owner.more}
	}
}
