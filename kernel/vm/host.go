package vm

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// A hostFunc is a compiled function or method.
type hostFunc struct {
	v reflect.Value // with the receiver as first parameter
	t reflect.Type
	// brief tells that it takes no time and calls nothing back.
	brief bool
}

// hostFunc finds the compiled function that an external function stands for.
func (m *Machine) hostFuncOf(fn *ssa.Function) (*hostFunc, error) {
	obj, _ := fn.Object().(*types.Func)
	if obj == nil {
		return nil, fmt.Errorf("%s has no body", fn)
	}
	if h, ok := m.host[obj]; ok {
		return h, nil
	}
	h, err := m.findHost(fn, obj)
	if err != nil {
		return nil, err
	}
	m.host[obj] = h
	return h, nil
}

func (m *Machine) findHost(fn *ssa.Function, obj *types.Func) (*hostFunc, error) {
	sig := obj.Type().(*types.Signature)
	path := ""
	if obj.Pkg() != nil {
		path = obj.Pkg().Path()
	}
	m.noteAsync(path, obj.Name())
	if sig.Recv() == nil {
		v, ok := m.compiled(path, obj.Name())
		if !ok || v.Kind() != reflect.Func {
			return nil, fmt.Errorf("%s.%s is not among the compiled functions", path, obj.Name())
		}
		if fn.Signature.TypeParams().Len() == 0 && len(fn.TypeArgs()) == 0 {
			if p, ok := any(m.types).(interface {
				Pair(types.Type, reflect.Type)
			}); ok {
				p.Pair(fn.Signature, v.Type())
			}
		}
		return &hostFunc{v, v.Type(), path == "math" || path == "math/bits"}, nil
	}
	recv := fn.Signature.Recv().Type()
	key := "(" + types.TypeString(recv, nil) + ")." + obj.Name()
	if v, ok := m.replacement(key); ok {
		return &hostFunc{v: v, t: v.Type()}, nil
	}
	rt := m.types.Of(recv)
	meth, ok := rt.MethodByName(obj.Name())
	if !ok {
		return nil, fmt.Errorf("%s has no compiled method %s", recv, obj.Name())
	}
	return &hostFunc{v: meth.Func, t: meth.Func.Type()}, nil
}

// hostCall compiles a call of a compiled function whose value is known. args
// and results are registers.
func (f *compiler) hostCall(h *hostFunc, args, results []slot, variadic bool) op {
	if o := f.quickCall(h, args, results); o != nil {
		if h.brief {
			return o
		}
		return func(fp unsafe.Pointer) {
			o(fp)
			if hdr(fp).g.stop.Load() {
				panic(stopped{})
			}
		}
	}
	v, at := h.v, f.at
	if v.CanInterface() && f.sameTypes(h.t, args, results) {
		if o := f.quick(funcWord(v), args, results, at); o != nil {
			return o
		}
	}
	call := f.reflectCall(h.t, args, results, variadic)
	return func(fp unsafe.Pointer) {
		hdr(fp).at = at
		call(fp, v)
		if hdr(fp).g.stop.Load() { // meanwhile; what follows is not to run any more
			panic(stopped{})
		}
	}
}

// sameTypes tells whether a compiled function takes and gives just the types
// that the checker says: replacements may take others.
func (f *compiler) sameTypes(t reflect.Type, args, results []slot) bool {
	if t.NumIn() != len(args) || t.NumOut() != len(results) {
		return false
	}
	for i, s := range args {
		if f.m.types.Of(s.typ).Kind() != t.In(i).Kind() {
			return false
		}
	}
	for i, s := range results {
		if f.m.types.Of(s.typ).Kind() != t.Out(i).Kind() {
			return false
		}
	}
	return true
}

// reflectCall calls any compiled func value of a type.
func (f *compiler) reflectCall(t reflect.Type, args, results []slot, variadic bool) func(fp unsafe.Pointer, v reflect.Value) {
	n := len(args)
	in := make([]reflect.Type, n)
	for i := range in {
		in[i] = f.m.types.Of(args[i].typ)
	}
	out := make([]reflect.Type, len(results))
	for i := range out {
		if results[i].cls != cNone {
			out[i] = f.m.types.Of(results[i].typ)
		}
	}
	return func(fp unsafe.Pointer, v reflect.Value) {
		var buf [8]reflect.Value
		list := buf[:0]
		for i := range n {
			s := &args[i]
			p := s.at(fp)
			x := valueAt(in[i], p)
			if want := paramType(t, i); want != in[i] {
				x = x.Convert(want)
			}
			list = append(list, x)
		}
		var res []reflect.Value
		if variadic {
			res = v.CallSlice(list)
		} else {
			res = v.Call(list)
		}
		h := hdr(fp)
		h.g.frame, h.g.depth = fp, h.depth
		for i := range results {
			if out[i] == nil {
				continue
			}
			d := valueAt(out[i], results[i].at(fp))
			if res[i].Type() != out[i] && !res[i].Type().AssignableTo(out[i]) {
				d.Set(res[i].Convert(out[i]))
			} else {
				d.Set(res[i])
			}
		}
	}
}

func paramType(t reflect.Type, i int) reflect.Type {
	if i < t.NumIn() {
		return t.In(i)
	}
	return t.In(t.NumIn() - 1)
}

// quickCall calls functions of common types without reflection.
func (f *compiler) quickCall(h *hostFunc, args, results []slot) op {
	if len(results) == 0 || results[0].cls == cNone || !h.v.CanInterface() {
		return nil // a deferred call has no registers for its results
	}
	at := f.at
	o := results[0].off
	var a, b, c uintptr
	if len(args) > 0 {
		a = args[0].off
	}
	if len(args) > 1 {
		b = args[1].off
	}
	if len(args) > 2 {
		c = args[2].off
	}
	switch fn := h.v.Interface().(type) {
	case func(float64) float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, o) = fn(*reg[float64](fp, a)) }
	case func(float64, float64) float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, o) = fn(*reg[float64](fp, a), *reg[float64](fp, b)) }
	case func(float64, float64, float64) float64:
		return func(fp unsafe.Pointer) {
			*reg[float64](fp, o) = fn(*reg[float64](fp, a), *reg[float64](fp, b), *reg[float64](fp, c))
		}
	case func(float64) bool:
		return func(fp unsafe.Pointer) { *reg[bool](fp, o) = fn(*reg[float64](fp, a)) }
	case func(float64, int) bool:
		return func(fp unsafe.Pointer) { *reg[bool](fp, o) = fn(*reg[float64](fp, a), *reg[int](fp, b)) }
	case func(int) int:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[int](fp, o) = fn(*reg[int](fp, a))
		}
	case func() float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, o) = fn() }
	case func() int:
		return func(fp unsafe.Pointer) { *reg[int](fp, o) = fn() }
	case func(string, string) bool:
		return func(fp unsafe.Pointer) { *reg[bool](fp, o) = fn(*reg[string](fp, a), *reg[string](fp, b)) }
	case func(string) string:
		return func(fp unsafe.Pointer) { *reg[string](fp, o) = fn(*reg[string](fp, a)) }
	case func(int) string:
		return func(fp unsafe.Pointer) { *reg[string](fp, o) = fn(*reg[int](fp, a)) }
	case func(uint) int:
		return func(fp unsafe.Pointer) { *reg[int](fp, o) = fn(*reg[uint](fp, a)) }
	case func(uint64) int:
		return func(fp unsafe.Pointer) { *reg[int](fp, o) = fn(*reg[uint64](fp, a)) }
	case func(float64) uint64:
		return func(fp unsafe.Pointer) { *reg[uint64](fp, o) = fn(*reg[float64](fp, a)) }
	case func(uint64) float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, o) = fn(*reg[uint64](fp, a)) }
	}
	return nil
}

// An entry is a call of interpreted code from compiled code.
type entry struct {
	g     *goro
	fresh bool
	c     *code
	b     *body
	fp    unsafe.Pointer
}

func begin(c *code, free []unsafe.Pointer) entry {
	g, fresh := c.p.m.here()
	g.room()
	b := c.ready()
	fp := g.take(b, g.frame)
	b.setFree(fp, free)
	hdr(fp).caught, g.handed = g.handed, nil
	return entry{g, fresh, c, b, fp}
}

func (e *entry) run() {
	if !e.fresh {
		e.g.exec(e.b, e.fp)
		return
	}
	left := true // by runtime.Goexit
	defer func() {
		if left {
			e.g.leave()
		}
	}()
	e.g.outermost(e.c, func() { e.g.exec(e.b, e.fp) })
	left = false
}

func (e *entry) end() {
	e.g.give(e.b, e.fp)
	if e.fresh {
		e.g.leave()
	}
}
