package fast

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// instr writes one instruction that does not end a block.
func (e *emitter) instr(in ssa.Instruction) {
	if len(e.b) > 4<<20 || len(e.types) > 40000 {
		refuse(e.fr0.Pos(), "is too large")
	}
	if e.skip(in) {
		return
	}
	switch x := in.(type) {
	case *ssa.DebugRef:
	case *ssa.Phi:
		e.phi(x)
	case *ssa.Alloc:
		e.alloc(x)
	case *ssa.BinOp:
		if _, done := e.fr.vals[x]; !done { // before the loop
			e.binop(x)
		}
	case *ssa.UnOp:
		e.unop(x)
	case *ssa.Convert:
		e.convert(x)
	case *ssa.ChangeType:
		e.fr.vals[x] = e.val(x.X)
	case *ssa.FieldAddr:
		e.fieldAddr(x)
	case *ssa.IndexAddr:
		e.indexAddr(x)
	case *ssa.Field:
		e.field(x)
	case *ssa.Index:
		e.index(x)
	case *ssa.Lookup:
		if b, ok := x.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			e.stringIndex(x, x.X, x.Index)
			return
		}
		refuse(x.Pos(), "uses a map")
	case *ssa.Store:
		e.store(x)
	case *ssa.Slice:
		e.slice(x)
	case *ssa.MakeSlice:
		e.makeSlice(x)
	case *ssa.Range:
		e.rangeString(x)
	case *ssa.Next:
		if !x.IsString {
			refuse(x.Pos(), "ranges over a map")
		}
		e.next(x)
	case *ssa.Extract:
		e.extract(x)
	case *ssa.MakeClosure:
		c := &closure{fn: x.Fn.(*ssa.Function)}
		for _, b := range x.Bindings {
			c.bound = append(c.bound, e.val(b))
		}
		e.fr.vals[x] = value{fn: c}
	case *ssa.MakeInterface:
		// Only a panic has a use for it here; whoever else does refuses.
		e.fr.vals[x] = value{}
	case *ssa.Call:
		e.callInstr(x)
	case *ssa.MakeMap, *ssa.MapUpdate:
		refuse(in.Pos(), "uses a map")
	case *ssa.MakeChan, *ssa.Send, *ssa.Select:
		refuse(in.Pos(), "uses a channel")
	case *ssa.Go:
		refuse(in.Pos(), "starts a goroutine")
	case *ssa.Defer, *ssa.RunDefers:
		refuse(in.Pos(), "defers a call")
	case *ssa.TypeAssert, *ssa.ChangeInterface:
		refuse(in.Pos(), "uses an interface")
	default:
		refuse(in.Pos(), "has a %s", strings.TrimPrefix(fmt.Sprintf("%T", in), "*ssa."))
	}
}

// extract takes one value of several.
func (e *emitter) extract(x *ssa.Extract) {
	tuple := x.Tuple.Type().(*types.Tuple)
	lo := 0
	for i := range x.Index {
		if n, ok := x.Tuple.(*ssa.Next); ok && n.IsString {
			lo++
			continue
		}
		lo += len(e.layout(tuple.At(i).Type(), x.Pos()).valtypes())
	}
	n := 1
	if _, ok := x.Tuple.(*ssa.Next); !ok {
		n = len(e.layout(tuple.At(x.Index).Type(), x.Pos()).valtypes())
	}
	e.fr.vals[x] = value{cells: e.val(x.Tuple).cells[lo : lo+n]}
}

// resultTypes returns the cells of a function's results.
func (e *emitter) resultTypes(sig *types.Signature, pos token.Pos) []valtype {
	var r []valtype
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if _, ok := t.Underlying().(*types.Signature); ok {
			refuse(pos, "returns a function")
		}
		l := e.layout(t, pos)
		if l.big {
			refuse(pos, "returns a large array")
		}
		r = append(r, l.valtypes()...)
	}
	return r
}

func (e *emitter) ret(x *ssa.Return) {
	f := e.fr
	var cells []operand
	for _, r := range x.Results {
		cells = append(cells, e.cells(r)...)
	}
	if !f.inlined {
		for _, o := range cells {
			e.push(o)
		}
		e.rets = append(e.rets, len(e.b))
		e.op(opReturn)
		return
	}
	e.assign(f.results, cells)
	e.br(e.depth(f, nil, roleExit))
}

func (e *emitter) callInstr(x *ssa.Call) {
	c := x.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		e.builtin(x, b)
		return
	}
	if c.IsInvoke() {
		refuse(x.Pos(), "calls the method %s of an interface", c.Method.Name())
	}
	var target *closure
	if fn, ok := c.Value.(*ssa.Function); ok {
		target = &closure{fn: fn}
	} else {
		_, isFunc := c.Value.Type().Underlying().(*types.Signature)
		if !isFunc {
			refuse(x.Pos(), "calls %s", c.Value)
		}
		if target = e.known(c.Value); target == nil {
			refuse(x.Pos(), "calls a function that is not known before it runs")
		}
	}
	if e.intrinsic(x, target.fn) || e.format(x) {
		return
	}
	fn := e.c.resolve(target.fn)
	if fn.Blocks == nil {
		e.compiled(x, fn)
		return
	}
	if e.c.inlinable(fn) && !e.inside(fn) {
		e.inline(x, fn, target)
		return
	}
	e.callWasm(x, fn, target)
}

// known returns the function that v is, nil if that is seen only when it runs.
func (e *emitter) known(v ssa.Value) *closure {
	if u, ok := v.(*ssa.UnOp); ok {
		if _, done := e.fr.vals[u]; !done {
			return nil
		}
	}
	return e.val(v).fn
}

// inside tells whether fn is being inlined already.
func (e *emitter) inside(fn *ssa.Function) bool {
	n := 0
	for f := e.fr; f != nil; f = f.parent {
		if f.fn == fn {
			return true
		}
		n++
	}
	return n > 12
}

// inline writes the body of fn in place of the call.
func (e *emitter) inline(x *ssa.Call, fn *ssa.Function, target *closure) {
	f := &frame{
		fn: fn, graph: newGraph(fn), vals: map[ssa.Value]value{}, bound: target.bound,
		inlined: true, parent: e.fr, site: x,
	}
	for _, a := range x.Call.Args {
		f.params = append(f.params, e.val(a))
	}
	ts := e.resultTypes(fn.Signature, x.Pos())
	var cells []operand
	for _, t := range ts {
		l := e.local(t)
		f.results = append(f.results, l)
		cells = append(cells, variable(t, l))
	}
	e.open(opBlock, label{f, nil, roleExit})
	mark := e.mark()
	e.body(f)
	e.release(mark)
	e.loads = nil
	e.close()
	e.fr.vals[x] = value{cells: cells}
}

// flat returns a value that goes to another function as cells.
func (e *emitter) flat(v value, pos token.Pos) []operand {
	switch {
	case v.fn != nil:
		var r []operand
		for _, b := range v.fn.bound {
			r = append(r, e.flat(b, pos)...)
		}
		return r
	case v.place != nil:
		if v.place.slots != nil {
			refuse(pos, "calls a function that comes back to it with a variable of its own")
		}
		e.pushAddr(v.place)
		return []operand{e.hold(i32)}
	}
	return v.cells
}

// reshape makes of the cells what flat took apart.
func reshape(v value, next func(valtype) operand) value {
	switch {
	case v.fn != nil:
		c := &closure{fn: v.fn.fn}
		for _, b := range v.fn.bound {
			c.bound = append(c.bound, reshape(b, next))
		}
		return value{fn: c}
	case v.place != nil:
		return value{place: &place{nonnil: v.place.nonnil, base: next(i32)}}
	}
	r := value{cells: make([]operand, len(v.cells))}
	for i, c := range v.cells {
		r.cells[i] = next(c.vt)
	}
	return r
}

// key tells apart the forms that values take on their way to a function.
func (v value) key(b *strings.Builder) {
	switch {
	case v.fn != nil:
		fmt.Fprintf(b, "%p(", v.fn.fn)
		for _, x := range v.fn.bound {
			x.key(b)
		}
		b.WriteByte(')')
	case v.place != nil && v.place.nonnil:
		b.WriteByte('&')
	case v.place != nil:
		b.WriteByte('p')
	default:
		for _, c := range v.cells {
			b.WriteByte(byte(c.vt))
		}
	}
}

// callWasm calls a function of the module, which is compiled for the form of
// the arguments: a function among them is part of the form.
func (e *emitter) callWasm(x *ssa.Call, fn *ssa.Function, target *closure) {
	var args []value
	for i, a := range x.Call.Args {
		v := e.val(a)
		if v.fn == nil && v.place == nil && len(v.cells) == 0 {
			if l := e.layout(fn.Params[i].Type(), x.Pos()); len(l.cells) != 0 {
				refuse(x.Pos(), "calls %s", fn.Name())
			}
		}
		args = append(args, v)
	}
	args = append(args, target.bound...)
	ts := e.resultTypes(fn.Signature, x.Pos())
	w := e.c.function(fn, args, ts)
	var cells []operand
	for _, a := range args {
		cells = append(cells, e.flat(a, x.Pos())...)
	}
	for _, o := range cells {
		e.push(o)
	}
	e.callLocal(w)
	e.fr.vals[x] = value{cells: e.holdAll(ts)}
}

// builtin writes a call of what the language has.
func (e *emitter) builtin(x *ssa.Call, b *ssa.Builtin) {
	args := x.Call.Args
	switch b.Name() {
	case "len", "cap":
		at := 1
		switch u := args[0].Type().Underlying().(type) {
		case *types.Slice:
			if b.Name() == "cap" {
				at = 2
			}
		case *types.Basic:
		case *types.Array:
			e.fr.vals[x] = value{cells: []operand{constI64(u.Len())}}
			return
		case *types.Pointer:
			e.fr.vals[x] = value{cells: []operand{constI64(u.Elem().Underlying().(*types.Array).Len())}}
			return
		case *types.Map:
			refuse(x.Pos(), "uses a map")
		default:
			refuse(x.Pos(), "uses a channel")
		}
		e.fr.vals[x] = value{cells: e.cells(args[0])[at : at+1]}
	case "append":
		if t, ok := args[1].Type().Underlying().(*types.Basic); ok && t.Kind() == types.UntypedNil {
			e.fr.vals[x] = e.val(args[0])
			return
		}
		e.appendTo(x)
	case "copy":
		e.copyTo(x)
	case "clear":
		e.clearSlice(x)
	case "min", "max":
		e.minmax(x, b.Name() == "min")
	case "real":
		e.fr.vals[x] = value{cells: e.cells(args[0])[:1]}
	case "imag":
		e.fr.vals[x] = value{cells: e.cells(args[0])[1:]}
	case "complex":
		e.fr.vals[x] = value{cells: append(append([]operand(nil), e.cells(args[0])...), e.cells(args[1])...)}
	case "ssa:wrapnilchk":
		p := e.at(args[0], x.Pos())
		e.fr.vals[x] = value{place: p}
	case "print", "println":
		refuse(x.Pos(), "calls %s", b.Name())
	case "recover":
		refuse(x.Pos(), "calls recover")
	case "delete":
		refuse(x.Pos(), "uses a map")
	case "ssa:deferstack":
		refuse(x.Pos(), "defers a call")
	default:
		refuse(x.Pos(), "calls %s", b.Name())
	}
}

func (e *emitter) minmax(x *ssa.Call, isMin bool) {
	k, ok := kindOf(x.Type())
	if !ok {
		refuse(x.Pos(), "uses %s of %s", x.Call.Value.Name(), x.Type())
	}
	acc := e.one(x.Call.Args[0])
	for _, a := range x.Call.Args[1:] {
		o := e.one(a)
		e.push(acc)
		e.push(o)
		switch {
		case k.float() && isMin:
			e.op(sel(k, 0, 0, opF32Min, opF64Min))
		case k.float():
			e.op(sel(k, 0, 0, opF32Max, opF64Max))
		default:
			t := token.GTR
			if isMin {
				t = token.LSS
			}
			e.order(compare(t, k), acc, o)
			e.op(opSelect)
		}
		acc = e.hold(k.vt())
	}
	e.fr.vals[x] = value{cells: []operand{acc}}
}

// panicInstr is panic(v) of a value that is known now.
func (e *emitter) panicInstr(x *ssa.Panic) {
	m, ok := x.X.(*ssa.MakeInterface)
	if !ok {
		refuse(x.Pos(), "panics with a value that is not plain")
	}
	b, ok := m.X.Type().(*types.Basic)
	if !ok {
		refuse(x.Pos(), "panics with a value of type %s", m.X.Type())
	}
	c := e.cells(m.X)
	args := []operand{constI64(int64(b.Kind()))}
	for _, o := range c {
		switch o.vt {
		case f64:
			e.push(o)
			e.op(opI64Reinterpret)
			o = e.hold(i64)
		case f32:
			e.push(o)
			e.op(opI32Reinterpret)
			o = e.hold(i32)
		}
		args = append(args, o)
	}
	e.trap(trapPanic, x.Pos(), args...)
}
