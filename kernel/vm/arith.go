package vm

import (
	"go/constant"
	"go/token"
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

type float interface{ ~float32 | ~float64 }
type cmplx interface{ ~complex64 | ~complex128 }

func kindOf(t types.Type) types.BasicKind {
	if b, ok := t.Underlying().(*types.Basic); ok {
		switch b.Kind() {
		case types.UntypedInt:
			return types.Int
		case types.UntypedRune:
			return types.Int32
		case types.UntypedFloat:
			return types.Float64
		case types.UntypedBool:
			return types.Bool
		case types.UntypedString:
			return types.String
		case types.UntypedComplex:
			return types.Complex128
		}
		return b.Kind()
	}
	return types.Invalid
}

func (f *compiler) binop(in *ssa.BinOp) op {
	d, x, y := f.slot(in).off, f.slot(in.X), f.slot(in.Y)
	switch in.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return f.comparison(in, d, x, y)
	case token.SHL, token.SHR:
		return f.shift(in, d, x.off, y.off)
	}
	a, b := x.off, y.off
	at := f.at
	switch kindOf(in.X.Type()) {
	case types.Int:
		return intOp[int](in.Op, d, a, b, at)
	case types.Int8:
		return intOp[int8](in.Op, d, a, b, at)
	case types.Int16:
		return intOp[int16](in.Op, d, a, b, at)
	case types.Int32:
		return intOp[int32](in.Op, d, a, b, at)
	case types.Int64:
		return intOp[int64](in.Op, d, a, b, at)
	case types.Uint:
		return intOp[uint](in.Op, d, a, b, at)
	case types.Uint8:
		return intOp[uint8](in.Op, d, a, b, at)
	case types.Uint16:
		return intOp[uint16](in.Op, d, a, b, at)
	case types.Uint32:
		return intOp[uint32](in.Op, d, a, b, at)
	case types.Uint64:
		return intOp[uint64](in.Op, d, a, b, at)
	case types.Uintptr:
		return intOp[uintptr](in.Op, d, a, b, at)
	case types.Float32:
		return realOp[float32](in.Op, d, a, b)
	case types.Float64:
		return realOp[float64](in.Op, d, a, b)
	case types.Complex64:
		return complexOp[complex64](in.Op, d, a, b)
	case types.Complex128:
		return complexOp[complex128](in.Op, d, a, b)
	case types.String:
		if in.Op == token.ADD {
			m := f.m
			return func(fp unsafe.Pointer) {
				s, t := *reg[string](fp, a), *reg[string](fp, b)
				if n := len(s) + len(t); n > large {
					hdr(fp).at = at
					m.reserve(uintptr(n), 1)
				}
				*reg[string](fp, d) = s + t
			}
		}
	}
	f.fail(in.Pos(), "operator %s on %s", in.Op, in.X.Type())
	return nil
}

func intOp[T integer](o token.Token, d, a, b uintptr, at token.Pos) op {
	switch o {
	case token.ADD:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) + *reg[T](fp, b) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) - *reg[T](fp, b) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) * *reg[T](fp, b) }
	case token.QUO:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[T](fp, d) = *reg[T](fp, a) / *reg[T](fp, b)
		}
	case token.REM:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[T](fp, d) = *reg[T](fp, a) % *reg[T](fp, b)
		}
	case token.AND:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) & *reg[T](fp, b) }
	case token.OR:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) | *reg[T](fp, b) }
	case token.XOR:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) ^ *reg[T](fp, b) }
	case token.AND_NOT:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) &^ *reg[T](fp, b) }
	}
	panic("operator " + o.String())
}

func realOp[T float](o token.Token, d, a, b uintptr) op {
	switch o {
	case token.ADD:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) + *reg[T](fp, b) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) - *reg[T](fp, b) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) * *reg[T](fp, b) }
	case token.QUO:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) / *reg[T](fp, b) }
	}
	panic("operator " + o.String())
}

func complexOp[T cmplx](o token.Token, d, a, b uintptr) op {
	switch o {
	case token.ADD:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) + *reg[T](fp, b) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) - *reg[T](fp, b) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) * *reg[T](fp, b) }
	case token.QUO:
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) / *reg[T](fp, b) }
	}
	panic("operator " + o.String())
}

// shift compiles x << y and x >> y.
func (f *compiler) shift(in *ssa.BinOp, d, a, b uintptr) op {
	count, signed := counter(kindOf(in.Y.Type()), b)
	at := f.at
	if c, ok := in.Y.(*ssa.Const); ok && c.Value != nil && constant.Sign(constant.ToInt(c.Value)) >= 0 {
		signed = false
		if n := c.Uint64(); n < 64 {
			switch kindOf(in.X.Type()) {
			case types.Int, types.Int64:
				return shiftBy[int64](in.Op == token.SHL, d, a, n)
			case types.Uint, types.Uint64, types.Uintptr:
				return shiftBy[uint64](in.Op == token.SHL, d, a, n)
			case types.Uint32:
				return shiftBy[uint32](in.Op == token.SHL, d, a, n)
			}
		}
	}
	if signed {
		inner := count
		count = func(fp unsafe.Pointer) uint64 {
			n := inner(fp)
			if int64(n) < 0 {
				hdr(fp).at = at
				_ = 1 << int64(n) // the runtime's own panic
			}
			return n
		}
	}
	left := in.Op == token.SHL
	switch kindOf(in.X.Type()) {
	case types.Int:
		return shiftOp[int](left, d, a, count)
	case types.Int8:
		return shiftOp[int8](left, d, a, count)
	case types.Int16:
		return shiftOp[int16](left, d, a, count)
	case types.Int32:
		return shiftOp[int32](left, d, a, count)
	case types.Int64:
		return shiftOp[int64](left, d, a, count)
	case types.Uint:
		return shiftOp[uint](left, d, a, count)
	case types.Uint8:
		return shiftOp[uint8](left, d, a, count)
	case types.Uint16:
		return shiftOp[uint16](left, d, a, count)
	case types.Uint32:
		return shiftOp[uint32](left, d, a, count)
	case types.Uint64:
		return shiftOp[uint64](left, d, a, count)
	case types.Uintptr:
		return shiftOp[uintptr](left, d, a, count)
	}
	f.fail(in.Pos(), "shift of %s", in.X.Type())
	return nil
}

func shiftOp[T integer](left bool, d, a uintptr, count func(unsafe.Pointer) uint64) op {
	if left {
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) << count(fp) }
	}
	return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) >> count(fp) }
}

func shiftBy[T integer](left bool, d, a uintptr, n uint64) op {
	if left {
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) << n }
	}
	return func(fp unsafe.Pointer) { *reg[T](fp, d) = *reg[T](fp, a) >> n }
}

// counter reads an integer register of any kind as 64 bits.
func counter(k types.BasicKind, b uintptr) (read func(unsafe.Pointer) uint64, signed bool) {
	switch k {
	case types.Int, types.Int64:
		return func(fp unsafe.Pointer) uint64 { return *reg[uint64](fp, b) }, true
	case types.Int8:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[int8](fp, b)) }, true
	case types.Int16:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[int16](fp, b)) }, true
	case types.Int32:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[int32](fp, b)) }, true
	case types.Uint8:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[uint8](fp, b)) }, false
	case types.Uint16:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[uint16](fp, b)) }, false
	case types.Uint32:
		return func(fp unsafe.Pointer) uint64 { return uint64(*reg[uint32](fp, b)) }, false
	}
	return func(fp unsafe.Pointer) uint64 { return *reg[uint64](fp, b) }, false
}

// test is a condition on a frame.
type test = func(fp unsafe.Pointer) bool

// comparison compiles a comparison to a register.
func (f *compiler) comparison(in *ssa.BinOp, d uintptr, x, y slot) op {
	t := f.test(in, x, y)
	return func(fp unsafe.Pointer) { *reg[bool](fp, d) = t(fp) }
}

// compare compiles the condition of a branch together with the branch when
// nothing else uses it.
func (f *compiler) compare(blk *ssa.BasicBlock, in *ssa.If) func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
	c, ok := in.Cond.(*ssa.BinOp)
	if !ok || !f.fusedCond(blk, c) {
		return nil
	}
	x, y := f.slot(c.X), f.slot(c.Y)
	a, b := x.off, y.off
	switch kindOf(c.X.Type()) {
	case types.Int, types.Int64:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[int](c.Op, a, b, yes, no)
		}
	case types.Uint, types.Uint64, types.Uintptr:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[uint64](c.Op, a, b, yes, no)
		}
	case types.Uint8:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[uint8](c.Op, a, b, yes, no)
		}
	case types.Int32:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[int32](c.Op, a, b, yes, no)
		}
	case types.Uint32:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[uint32](c.Op, a, b, yes, no)
		}
	case types.Float64:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[float64](c.Op, a, b, yes, no)
		}
	case types.String:
		return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
			return branchOn[string](c.Op, a, b, yes, no)
		}
	}
	t := f.test(c, x, y)
	return func(yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
		return func(fp unsafe.Pointer) *block {
			if t(fp) {
				return yes(fp)
			}
			return no(fp)
		}
	}
}

func branchOn[T integer | float | ~string](o token.Token, a, b uintptr, yes, no func(unsafe.Pointer) *block) func(unsafe.Pointer) *block {
	switch o {
	case token.EQL:
		return func(fp unsafe.Pointer) *block {
			if *reg[T](fp, a) == *reg[T](fp, b) {
				return yes(fp)
			}
			return no(fp)
		}
	case token.NEQ:
		return func(fp unsafe.Pointer) *block {
			if *reg[T](fp, a) != *reg[T](fp, b) {
				return yes(fp)
			}
			return no(fp)
		}
	case token.LSS:
		return func(fp unsafe.Pointer) *block {
			if *reg[T](fp, a) < *reg[T](fp, b) {
				return yes(fp)
			}
			return no(fp)
		}
	case token.LEQ:
		return func(fp unsafe.Pointer) *block {
			if *reg[T](fp, a) <= *reg[T](fp, b) {
				return yes(fp)
			}
			return no(fp)
		}
	case token.GTR:
		return func(fp unsafe.Pointer) *block {
			if *reg[T](fp, a) > *reg[T](fp, b) {
				return yes(fp)
			}
			return no(fp)
		}
	}
	return func(fp unsafe.Pointer) *block {
		if *reg[T](fp, a) >= *reg[T](fp, b) {
			return yes(fp)
		}
		return no(fp)
	}
}

// fusedCond tells whether a comparison is only the condition of the block's
// branch, and the last instruction before it.
func (f *compiler) fusedCond(blk *ssa.BasicBlock, c *ssa.BinOp) bool {
	n := len(blk.Instrs)
	if c.Block() != blk || n < 2 || blk.Instrs[n-2] != ssa.Instruction(c) || len(*c.Referrers()) != 1 {
		return false
	}
	switch c.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// fused tells whether an instruction is compiled with a later one.
func (f *compiler) fused(blk *ssa.BasicBlock, i int) bool {
	c, ok := blk.Instrs[i].(*ssa.BinOp)
	if !ok || i+2 != len(blk.Instrs) {
		return false
	}
	br, ok := blk.Instrs[i+1].(*ssa.If)
	return ok && br.Cond == ssa.Value(c) && f.fusedCond(blk, c)
}

func (f *compiler) test(in *ssa.BinOp, x, y slot) test {
	a, b := x.off, y.off
	t := in.X.Type()
	if x.cls != y.cls { // an interface beside a constant nil and such
		t = in.Y.Type()
		if x.cls != cPtr {
			t = in.X.Type()
		}
	}
	switch kindOf(t) {
	case types.Int, types.Int64:
		return ordered[int64](in.Op, a, b)
	case types.Int8:
		return ordered[int8](in.Op, a, b)
	case types.Int16:
		return ordered[int16](in.Op, a, b)
	case types.Int32:
		return ordered[int32](in.Op, a, b)
	case types.Uint, types.Uint64, types.Uintptr:
		return ordered[uint64](in.Op, a, b)
	case types.Uint8:
		return ordered[uint8](in.Op, a, b)
	case types.Uint16:
		return ordered[uint16](in.Op, a, b)
	case types.Uint32:
		return ordered[uint32](in.Op, a, b)
	case types.Float32:
		return ordered[float32](in.Op, a, b)
	case types.Float64:
		return ordered[float64](in.Op, a, b)
	case types.String:
		return ordered[string](in.Op, a, b)
	}
	var eq test
	at := f.at
	switch classOf(t) {
	case c1:
		eq = func(fp unsafe.Pointer) bool { return *reg[bool](fp, a) == *reg[bool](fp, b) }
	case c8:
		eq = func(fp unsafe.Pointer) bool { return *reg[complex64](fp, a) == *reg[complex64](fp, b) }
	case c16:
		eq = func(fp unsafe.Pointer) bool { return *reg[complex128](fp, a) == *reg[complex128](fp, b) }
	case cPtr:
		eq = func(fp unsafe.Pointer) bool { return *reg[unsafe.Pointer](fp, a) == *reg[unsafe.Pointer](fp, b) }
	case cSlice: // beside nil
		if c, ok := in.X.(*ssa.Const); ok && c.Value == nil {
			a = b
		}
		eq = func(fp unsafe.Pointer) bool { return *reg[[]byte](fp, a) == nil }
	case cIface:
		methods := hasMethods(t)
		eq = func(fp unsafe.Pointer) bool {
			hdr(fp).at = at
			p, q := reg[iface](fp, a), reg[iface](fp, b)
			if p.tab == nil || q.tab == nil {
				return *p == *q
			}
			return equalValues(iface{dynamic(p, methods), p.data}, iface{dynamic(q, methods), q.data})
		}
	case cBox:
		rt := f.rtype(t)
		eq = func(fp unsafe.Pointer) bool {
			hdr(fp).at = at
			return peek(rt, x.at(fp)) == peek(rt, y.at(fp))
		}
	default:
		f.fail(in.Pos(), "comparison of %s", t)
	}
	if in.Op == token.NEQ {
		return func(fp unsafe.Pointer) bool { return !eq(fp) }
	}
	return eq
}

// equalValues compares two interface values without methods as Go does.
func equalValues(p, q iface) bool { return *(*any)(unsafe.Pointer(&p)) == *(*any)(unsafe.Pointer(&q)) }

func ordered[T integer | float | ~string](o token.Token, a, b uintptr) test {
	switch o {
	case token.EQL:
		return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) == *reg[T](fp, b) }
	case token.NEQ:
		return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) != *reg[T](fp, b) }
	case token.LSS:
		return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) < *reg[T](fp, b) }
	case token.LEQ:
		return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) <= *reg[T](fp, b) }
	case token.GTR:
		return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) > *reg[T](fp, b) }
	}
	return func(fp unsafe.Pointer) bool { return *reg[T](fp, a) >= *reg[T](fp, b) }
}

func (f *compiler) unop(in *ssa.UnOp) op {
	d, x := f.slot, f.slot(in.X)
	switch in.Op {
	case token.MUL:
		return f.load(in, d(in), x)
	case token.ARROW:
		return f.receive(in, x)
	case token.NOT:
		o, a := d(in).off, x.off
		return func(fp unsafe.Pointer) { *reg[bool](fp, o) = !*reg[bool](fp, a) }
	}
	o, a := d(in).off, x.off
	switch kindOf(in.X.Type()) {
	case types.Int, types.Int64, types.Uint, types.Uint64, types.Uintptr:
		return negate[int64](in.Op, o, a)
	case types.Int8, types.Uint8:
		return negate[int8](in.Op, o, a)
	case types.Int16, types.Uint16:
		return negate[int16](in.Op, o, a)
	case types.Int32, types.Uint32:
		return negate[int32](in.Op, o, a)
	case types.Float32:
		return func(fp unsafe.Pointer) { *reg[float32](fp, o) = -*reg[float32](fp, a) }
	case types.Float64:
		return func(fp unsafe.Pointer) { *reg[float64](fp, o) = -*reg[float64](fp, a) }
	case types.Complex64:
		return func(fp unsafe.Pointer) { *reg[complex64](fp, o) = -*reg[complex64](fp, a) }
	case types.Complex128:
		return func(fp unsafe.Pointer) { *reg[complex128](fp, o) = -*reg[complex128](fp, a) }
	}
	f.fail(in.Pos(), "operator %s on %s", in.Op, in.X.Type())
	return nil
}

func negate[T integer](o token.Token, d, a uintptr) op {
	if o == token.SUB {
		return func(fp unsafe.Pointer) { *reg[T](fp, d) = -*reg[T](fp, a) }
	}
	return func(fp unsafe.Pointer) { *reg[T](fp, d) = ^*reg[T](fp, a) }
}
