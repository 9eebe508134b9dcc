package vm

import (
	"fmt"
	"go/constant"
	"go/types"
	"math"
	"strings"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// layOut gives every value of the function its place.
func (f *compiler) layOut() *body {
	b := &body{
		id: bodies.Add(1), name: readableName(f.fn), slots: map[ssa.Value]slot{}, tuples: map[ssa.Value][]slot{}, temps: map[ssa.Instruction][]slot{},
		wrapper: f.fn.Synthetic != "" && f.fn.Parent() == nil && f.fn.Name() != "init" && !strings.HasPrefix(f.fn.Synthetic, "instance") && !strings.HasPrefix(f.fn.Synthetic, "range-over"),
	}
	f.b = b
	f.noteLocals()
	consts := map[string]slot{}
	for _, v := range f.fn.Params {
		b.slots[v] = f.place(v.Type(), false)
	}
	for _, v := range f.fn.FreeVars {
		b.slots[v] = f.place(v.Type(), false)
	}
	var operands []*ssa.Value
	runs := false
	for _, blk := range f.fn.Blocks {
		for _, in := range blk.Instrs {
			switch in := in.(type) {
			case *ssa.DebugRef:
				continue
			case *ssa.RunDefers:
				b.defers, runs = true, true
			case *ssa.Defer:
				b.defers = true
			case *ssa.Phi:
				if _, ok := b.slots[in]; !ok {
					b.slots[in] = f.place(in.Type(), false)
				}
				b.temps[in] = []slot{f.place(in.Type(), false)}
			case *ssa.Extract:
			case *ssa.Alloc:
				b.slots[in] = f.place(in.Type(), false)
				if !in.Heap {
					s := f.place(types.NewStruct(nil, nil), false)
					s.typ = in.Type().Underlying().(*types.Pointer).Elem()
					b.temps[in] = []slot{s}
				}
			case ssa.Value:
				if t, ok := in.Type().(*types.Tuple); ok {
					var out []slot
					for v := range t.Variables() {
						out = append(out, f.place(v.Type(), false))
					}
					b.tuples[in] = out
				} else {
					b.slots[in] = f.place(in.Type(), false)
				}
				if call, ok := in.(*ssa.Call); ok {
					if bi, ok := call.Call.Value.(*ssa.Builtin); ok && bi.Name() == "ssa:deferstack" {
						b.defers, b.stacked = true, true
					}
				}
			}
			operands = in.Operands(operands[:0])
			for _, o := range operands {
				if *o != nil {
					f.constant(*o, consts)
				}
			}
		}
	}
	b.stacked = b.stacked && !runs
	for v := range f.fn.Signature.Results().Variables() {
		b.results = append(b.results, f.place(v.Type(), false))
	}
	l := &b.lay
	l.finish()
	b.keep = max(16, int((8<<20)/typeOf(l.typ).Size()))
	fix := func(s *slot) {
		if s.cls == cNone {
			return
		}
		s.off = l.offset(*s)
	}
	for v, s := range b.slots {
		fix(&s)
		b.slots[v] = s
	}
	for _, list := range b.tuples {
		for i := range list {
			fix(&list[i])
		}
	}
	for _, list := range b.temps {
		for i := range list {
			fix(&list[i])
		}
	}
	for i := range b.results {
		fix(&b.results[i])
		b.results[i].rtype(f.m)
	}
	for _, v := range f.fn.Params {
		s := b.slots[v]
		s.rtype(f.m)
		b.params = append(b.params, s)
	}
	for _, v := range f.fn.FreeVars {
		s := b.slots[v]
		s.rtype(f.m)
		b.free = append(b.free, s)
	}
	f.boxes()
	f.constants()
	return b
}

// place reserves a register for a value of a type.
func (f *compiler) place(t types.Type, constant bool) slot {
	cls := classOf(t)
	if cls == cNone {
		return slot{typ: t}
	}
	r, n := cls.region(constant)
	s := slot{region: r, index: f.b.lay.counts[r], cls: cls, typ: t}
	f.b.lay.counts[r] += n
	return s
}

// boxes lists the variables that belong to a frame.
func (f *compiler) boxes() {
	l := &f.b.lay
	add := func(s slot) {
		if s.cls != cBox {
			return
		}
		rt := f.rtype(s.typ)
		x := box{s.off, typeOf(rt).Size(), rt}
		l.boxes = append(l.boxes, x)
		l.heavy += x.size
		if hasPointers(rt) {
			l.clear = append(l.clear, x)
		}
	}
	// In the order of the text, so that frames are the same in every run.
	for _, v := range f.fn.Params {
		add(f.b.slots[v])
	}
	for _, v := range f.fn.FreeVars {
		add(f.b.slots[v])
	}
	done := map[ssa.Value]bool{}
	var operands []*ssa.Value
	for _, blk := range f.fn.Blocks {
		for _, in := range blk.Instrs {
			if v, ok := in.(ssa.Value); ok {
				if s, ok := f.b.slots[v]; ok && !done[v] {
					done[v] = true
					add(s)
				}
				for _, s := range f.b.tuples[v] {
					add(s)
				}
			}
			for _, s := range f.b.temps[in] {
				add(s)
			}
			operands = in.Operands(operands[:0])
			for _, o := range operands {
				if c, ok := (*o).(*ssa.Const); ok && !done[c] {
					done[c] = true
					s := f.b.slots[c]
					if s.cls == cBox {
						rt := f.rtype(s.typ)
						l.boxes = append(l.boxes, box{s.off, 0, rt})
						l.heavy += typeOf(rt).Size()
					}
				}
			}
		}
	}
	for _, s := range f.b.results {
		add(s)
	}
}

// hasPointers reads the second word of a type's record.
func hasPointers(rt unsafe.Pointer) bool { return *(*uintptr)(unsafe.Add(rt, 8)) != 0 }

// constant gives a constant, function or variable address its place.
func (f *compiler) constant(v ssa.Value, seen map[string]slot) {
	if _, ok := f.b.slots[v]; ok {
		return
	}
	var key string
	switch v := v.(type) {
	case *ssa.Const:
		t := v.Type()
		if _, ok := t.(*types.Tuple); ok {
			return
		}
		key = fmt.Sprintf("%d %s", classOf(t), "nil")
		if v.Value != nil {
			key = fmt.Sprintf("%d %s %s", classOf(t), t.Underlying(), v.Value.ExactString())
		} else if classOf(t) == cBox {
			key = fmt.Sprintf("%p", v)
		}
	case *ssa.Function, *ssa.Global:
		key = fmt.Sprintf("%p", v)
	default:
		return
	}
	s, ok := seen[key]
	if !ok {
		s = f.place(v.Type(), true)
		seen[key] = s
	}
	s.typ = v.Type() // a register may serve constants of several types
	f.b.slots[v] = s
}

// constants fills in the values of the constants' registers.
func (f *compiler) constants() {
	l := &f.b.lay
	done := map[uintptr]bool{}
	var operands []*ssa.Value
	for _, blk := range f.fn.Blocks {
		for _, in := range blk.Instrs {
			if _, ok := in.(*ssa.DebugRef); ok {
				continue
			}
			operands = in.Operands(operands[:0])
			for i, o := range operands {
				v := *o
				if v == nil {
					continue
				}
				s, ok := f.b.slots[v]
				if !ok || done[s.off] {
					continue
				}
				switch v := v.(type) {
				case *ssa.Const:
					done[s.off] = true
					if c, ok := constantOf(v, s); ok {
						l.consts = append(l.consts, c)
					}
				case *ssa.Global:
					done[s.off] = true
					l.consts = append(l.consts, fixedPtr(s.off, f.p.global(v)))
				case *ssa.Function:
					if call, ok := in.(ssa.CallInstruction); ok && i == 0 && !call.Common().IsInvoke() && call.Common().Value == v && !usedElsewhere(call, v) {
						continue // called, not used as a value
					}
					if mc, ok := in.(*ssa.MakeClosure); ok && mc.Fn == v {
						continue
					}
					done[s.off] = true
					l.consts = append(l.consts, fixedPtr(s.off, f.p.funcValue(v, in.Pos())))
				}
			}
		}
	}
}

func usedElsewhere(call ssa.CallInstruction, v ssa.Value) bool {
	for _, a := range call.Common().Args {
		if a == v {
			return true
		}
	}
	return false
}

func fixedPtr(off uintptr, p unsafe.Pointer) fixed {
	return fixed{off: off, cls: cPtr, ptr: p}
}

func constantOf(v *ssa.Const, s slot) (fixed, bool) {
	if v.Value == nil {
		return fixed{}, false // frames begin as zeros
	}
	c := fixed{off: s.off, cls: s.cls}
	basic, ok := v.Type().Underlying().(*types.Basic)
	if !ok {
		return fixed{}, false
	}
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0:
		if constant.BoolVal(v.Value) {
			c.bits = 1
		}
	case info&types.IsString != 0:
		if v.Value.Kind() == constant.String {
			c.str = constant.StringVal(v.Value)
		} else {
			c.str = string(rune(v.Int64()))
		}
	case info&types.IsFloat != 0:
		x := v.Float64()
		if basic.Kind() == types.Float32 {
			c.bits = uint64(math.Float32bits(float32(x)))
		} else {
			c.bits = math.Float64bits(x)
		}
	case info&types.IsComplex != 0:
		x := v.Complex128()
		if basic.Kind() == types.Complex64 {
			y := complex64(x)
			c.bits = *(*uint64)(unsafe.Pointer(&y))
		} else {
			c.cplx = x
		}
	case basic.Kind() == types.UnsafePointer:
		c.cls = c8
		c.bits = v.Uint64()
	case info&types.IsUnsigned != 0:
		c.bits = v.Uint64()
	case info&types.IsInteger != 0:
		c.bits = uint64(v.Int64())
	default:
		return fixed{}, false
	}
	return c, true
}

// readableName is the function's name as traces give it.
func readableName(fn *ssa.Function) string {
	name := fn.Name()
	if p := fn.Parent(); p != nil {
		top := p
		for top.Parent() != nil {
			top = top.Parent()
		}
		rest := strings.TrimPrefix(name, top.Name())
		return readableName(top) + ".func" + strings.ReplaceAll(strings.TrimPrefix(rest, "$"), "$", ".")
	}
	if r := fn.Signature.Recv(); r != nil {
		t := r.Type()
		star := false
		if p, ok := t.(*types.Pointer); ok {
			star, t = true, p.Elem()
		}
		s := types.TypeString(t, func(*types.Package) string { return "" })
		if star {
			return "(*" + s + ")." + name
		}
		return s + "." + name
	}
	return name
}
