package fast

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Text that fmt makes of plain values, mostly the words of a panic. The slice
// of interfaces that the call has in SSA is never made: the values go to the
// host as they are.

var formatters = map[string]func(format string, args []any) string{
	"fmt.Sprintf":  func(f string, a []any) string { return fmt.Sprintf(f, a...) },
	"fmt.Sprint":   func(_ string, a []any) string { return fmt.Sprint(a...) },
	"fmt.Sprintln": func(_ string, a []any) string { return fmt.Sprintln(a...) },
}

// formatter returns the function that a call of fmt stands for, or nil.
func formatter(c *ssa.CallCommon) func(string, []any) string {
	fn := c.StaticCallee()
	if fn == nil || fn.Blocks != nil {
		return nil
	}
	return formatters[fn.String()]
}

// formatted returns the values in the variadic arguments of a call that
// formats them; ok is false if they are for something else, or not plain.
func formatted(a *ssa.Alloc) (values []ssa.Value, ok bool) {
	arr, isArray := elem(a.Type()).Underlying().(*types.Array)
	if !isArray {
		return nil, false
	}
	values = make([]ssa.Value, arr.Len())
	for _, r := range *a.Referrers() {
		switch r := r.(type) {
		case *ssa.Slice:
			for _, u := range *r.Referrers() {
				if c, isCall := u.(*ssa.Call); !isCall || formatter(&c.Call) == nil {
					return nil, false
				}
			}
		case *ssa.IndexAddr:
			i, isConst := r.Index.(*ssa.Const)
			if !isConst || len(*r.Referrers()) != 1 {
				return nil, false
			}
			s, isStore := (*r.Referrers())[0].(*ssa.Store)
			if !isStore {
				return nil, false
			}
			m, isMake := s.Val.(*ssa.MakeInterface)
			if !isMake {
				return nil, false
			}
			b, isBasic := m.X.Type().(*types.Basic)
			if !isBasic || b.Info()&(types.IsComplex|types.IsUntyped) != 0 || b.Info()&types.IsConstType == 0 {
				return nil, false
			}
			values[i.Int64()] = m.X
		default:
			return nil, false
		}
	}
	for _, v := range values {
		if v == nil {
			return nil, false
		}
	}
	return values, true
}

// skip leaves out what only gathers arguments for fmt.
func (e *emitter) skip(in ssa.Instruction) bool {
	gathers := func(v ssa.Value) bool { return e.fr.gathers[v] }
	switch in := in.(type) {
	case *ssa.Alloc:
		if in.Comment != "varargs" {
			return false
		}
		if _, ok := formatted(in); !ok {
			return false
		}
		if e.fr.gathers == nil {
			e.fr.gathers = map[ssa.Value]bool{}
		}
		e.fr.gathers[in] = true
		return true
	case *ssa.IndexAddr:
		if gathers(in.X) {
			e.fr.gathers[in] = true
			return true
		}
	case *ssa.Slice:
		if gathers(in.X) {
			e.fr.gathers[in] = true
			return true
		}
	case *ssa.Store:
		return gathers(in.Addr)
	}
	return false
}

// format writes a call of fmt.
func (e *emitter) format(x *ssa.Call) bool {
	f := formatter(&x.Call)
	if f == nil {
		return false
	}
	args := x.Call.Args
	last := args[len(args)-1]
	var values []ssa.Value
	switch s := last.(type) {
	case *ssa.Const:
	case *ssa.Slice:
		a, ok := s.X.(*ssa.Alloc)
		if !ok || !e.fr.gathers[a] {
			return false
		}
		values, _ = formatted(a)
	default:
		return false
	}
	name := x.Call.StaticCallee().String()
	sg := signature{params: []valtype{i32, i64}, results: []valtype{i32, i64}}
	if len(args) == 2 {
		e.pushAll(args[0])
	} else {
		e.i32(0)
		e.i64(0)
	}
	var kinds []types.BasicKind
	for _, v := range values {
		k := v.Type().(*types.Basic).Kind()
		kinds = append(kinds, k)
		name += fmt.Sprint(" ", k)
		for _, o := range e.cells(v) {
			e.push(o)
			sg.params = append(sg.params, o.vt)
		}
	}
	e.c.code.texts = true
	e.hostCall(e.c.host(name, func(in *instance, st []uint64) {
		list, n := make([]any, len(kinds)), 2
		for i, k := range kinds {
			if k == types.String {
				list[i] = string([]byte(in.text(st[n], st[n+1])))
				n += 2
				continue
			}
			list[i] = in.panicValue(k, int64(st[n]), 0)
			n++
		}
		s := f(in.text(st[0], st[1]), list)
		st[0], st[1] = uint64(in.newText(st, s)), uint64(len(s))
	}, sg))
	e.fr.vals[x] = value{cells: e.holdAll(sg.results)}
	return true
}
