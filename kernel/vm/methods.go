package vm

import (
	"go/types"
	"reflect"
	"sync"
	"unsafe"
)

// methodOf returns the code of a method of an interpreted type, and the type
// of its receiver.
func (m *Machine) methodOf(rt reflect.Type, pkg *types.Package, name string) (*code, reflect.Type) {
	t, ok := m.types.Source(rt)
	if !ok {
		return nil, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sel := types.NewMethodSet(t).Lookup(pkg, name)
	if sel == nil {
		return nil, nil
	}
	return m.selected(t, sel), rt
}

// selected returns the code of a method, nil for a compiled one.
func (m *Machine) selected(t types.Type, sel *types.Selection) *code {
	p := m.home(t)
	if p == nil {
		return nil
	}
	fn := p.prog.MethodValue(sel)
	if fn == nil {
		return nil
	}
	if fn.Blocks == nil {
		return p.code(fn)
	}
	if obj := fn.Object(); obj != nil && fn.Synthetic == "" {
		if c, ok := m.funcs[obj]; ok {
			return c
		}
	}
	return p.code(fn)
}

// home is the program that has the methods of a type.
func (m *Machine) home(t types.Type) *Program {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if p, ok := m.homes.At(n.Origin()).(*Program); ok {
			return p
		}
	}
	if p, ok := m.homes.At(t).(*Program); ok {
		return p
	}
	return m.current
}

// methodBody answers rtype: the body of a method as compiled code calls it.
func (m *Machine) methodBody(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
	m.mu.Lock()
	c := m.selected(recv, sel)
	m.mu.Unlock()
	if c == nil {
		return m.promoted(recv, sel)
	}
	cl := &closure{c: c}
	return func(args []reflect.Value) []reflect.Value { return c.fromCompiled(cl, args) }
}

// promoted is the body of a compiled method that an interpreted type has from
// a field that it embeds.
func (m *Machine) promoted(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
	name := sel.Obj().Name()
	path := sel.Index()
	return func(args []reflect.Value) []reflect.Value {
		v := args[0]
		if !v.CanAddr() {
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			v = p.Elem()
		}
		for _, i := range path[:len(path)-1] {
			for v.Kind() == reflect.Pointer {
				if v.IsNil() {
					nilDeref()
				}
				v = v.Elem()
			}
			// Not v.Field, through which unexported fields cannot be called.
			f := v.Type().Field(i)
			v = valueAt(f.Type, unsafe.Add(v.Addr().UnsafePointer(), f.Offset))
		}
		fn := v.MethodByName(name)
		if !fn.IsValid() {
			fn = v.Addr().MethodByName(name)
		}
		if fn.Type().IsVariadic() {
			return fn.CallSlice(args[1:])
		}
		return fn.Call(args[1:])
	}
}

// directMethod answers rtype: the code of a method of a common type, which
// compiled code calls without reflection.
func (m *Machine) directMethod(recv types.Type, sel *types.Selection, fn reflect.Type) reflect.Value {
	// Looked up at the first call, when the unit is compiled.
	find := sync.OnceValue(func() *code {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.selected(recv, sel)
	})
	if obj, ok := sel.Obj().(*types.Func); !ok || obj.Pkg() == nil || obj.Pkg().Name() != "main" {
		return reflect.Value{}
	}
	start := func(w unsafe.Pointer) entry {
		c := find()
		e := begin(c, nil)
		s := &e.b.params[0]
		switch {
		case s.cls == cPtr:
			*reg[unsafe.Pointer](e.fp, s.off) = w
		case s.cls == cNone:
		default:
			rt := s.rtype(m)
			if isDirect(rt) {
				*(*unsafe.Pointer)(s.at(e.fp)) = w
			} else {
				typedmemmove(rt, s.at(e.fp), w)
			}
		}
		return e
	}
	switch reflect.Zero(fn).Interface().(type) {
	case func(unsafe.Pointer):
		return reflect.ValueOf(func(w unsafe.Pointer) {
			e := start(w)
			e.run()
			e.end()
		})
	case func(unsafe.Pointer) string:
		return reflect.ValueOf(func(w unsafe.Pointer) string { return result[string](start(w)) })
	case func(unsafe.Pointer) int:
		return reflect.ValueOf(func(w unsafe.Pointer) int { return result[int](start(w)) })
	case func(unsafe.Pointer) float64:
		return reflect.ValueOf(func(w unsafe.Pointer) float64 { return result[float64](start(w)) })
	case func(unsafe.Pointer) bool:
		return reflect.ValueOf(func(w unsafe.Pointer) bool { return result[bool](start(w)) })
	case func(unsafe.Pointer) error:
		return reflect.ValueOf(func(w unsafe.Pointer) error { return result[error](start(w)) })
	case func(unsafe.Pointer, float64) float64:
		return reflect.ValueOf(func(w unsafe.Pointer, x float64) float64 {
			e := start(w)
			*reg[float64](e.fp, e.b.params[1].off) = x
			return result[float64](e)
		})
	case func(unsafe.Pointer, int, int) bool:
		return reflect.ValueOf(func(w unsafe.Pointer, i, j int) bool {
			e := start(w)
			*reg[int](e.fp, e.b.params[1].off) = i
			*reg[int](e.fp, e.b.params[2].off) = j
			return result[bool](e)
		})
	case func(unsafe.Pointer, int, int):
		return reflect.ValueOf(func(w unsafe.Pointer, i, j int) {
			e := start(w)
			*reg[int](e.fp, e.b.params[1].off) = i
			*reg[int](e.fp, e.b.params[2].off) = j
			e.run()
			e.end()
		})
	}
	return reflect.Value{}
}

// result runs an entry and returns its result.
func result[T any](e entry) T {
	e.run()
	x := *reg[T](e.fp, e.b.results[0].off)
	e.end()
	return x
}
