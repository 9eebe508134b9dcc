package fast

import (
	"go/token"
	"math/bits"

	"golang.org/x/tools/go/ssa"
)

// divide is integer division, and its remainder.
func (e *emitter) divide(x *ssa.BinOp, k kind) {
	a, b := e.one(x.X), e.one(x.Y)
	vt := k.vt()
	rem := x.Op == token.REM
	if b.con {
		d := int64(b.bits)
		if vt == i32 {
			d = int64(int32(b.bits))
			if !k.signed() {
				d = int64(uint32(b.bits))
			}
		}
		if d == 0 {
			e.trap(trapDivide, x.Pos())
			e.zero(vt) // not reached
			return
		}
		if e.divideConst(x, k, a, d, rem) {
			return
		}
		e.push(a)
		e.push(b)
		e.divOp(k, rem)
		e.norm(k)
		return
	}
	if lo, _ := e.interval(x.Y); lo <= 0 {
		e.push(b)
		if vt == i32 {
			e.op(opI32Eqz)
		} else {
			e.op(opI64Eqz)
		}
		e.trapIf(trapDivide, x.Pos())
	}
	lo, _ := e.interval(x.Y)
	if !k.signed() || k.bits() < 32 || rem || lo >= 0 {
		e.push(a)
		e.push(b)
		e.divOp(k, rem)
		e.norm(k)
		return
	}
	// The least number divided by -1 is itself in Go.
	e.push(b)
	e.whole(vt, -1)
	e.op(sel(k, opI32Eq, opI64Eq, 0, 0))
	e.op(opIf)
	e.byte(byte(vt))
	e.zero(vt)
	e.push(a)
	e.op(sel(k, opI32Sub, opI64Sub, 0, 0))
	e.op(opElse)
	e.push(a)
	e.push(b)
	e.divOp(k, rem)
	e.op(opEnd)
}

func (e *emitter) divOp(k kind, rem bool) {
	switch {
	case rem && k.signed():
		e.op(sel(k, opI32RemS, opI64RemS, 0, 0))
	case rem:
		e.op(sel(k, opI32RemU, opI64RemU, 0, 0))
	case k.signed():
		e.op(sel(k, opI32DivS, opI64DivS, 0, 0))
	default:
		e.op(sel(k, opI32DivU, opI64DivU, 0, 0))
	}
}

// divideConst divides by a constant without a division, where it can.
func (e *emitter) divideConst(x *ssa.BinOp, k kind, a operand, d int64, rem bool) bool {
	vt := k.vt()
	if d == -1 && k.signed() {
		e.zero(vt)
		if !rem {
			e.push(a)
			e.op(sel(k, opI32Sub, opI64Sub, 0, 0))
			e.norm(k)
		}
		return true
	}
	if d < 0 && k.signed() {
		return false
	}
	u := uint64(d)
	lo, hi := e.interval(x.X)
	if u&(u-1) == 0 {
		n := bits.TrailingZeros64(u)
		if n == 0 {
			if rem {
				e.zero(vt)
			} else {
				e.push(a)
			}
			return true
		}
		if !k.signed() || lo >= 0 {
			e.push(a)
			if rem {
				e.whole(vt, d-1)
				e.op(sel(k, opI32And, opI64And, 0, 0))
			} else {
				e.whole(vt, int64(n))
				e.op(sel(k, opI32ShrU, opI64ShrU, 0, 0))
			}
			return true
		}
		width := 64
		if vt == i32 {
			width = 32
		}
		// Negative numbers are rounded towards zero.
		e.push(a)
		e.push(a)
		if n > 1 {
			e.whole(vt, int64(width-1))
			e.op(sel(k, opI32ShrS, opI64ShrS, 0, 0))
		}
		e.whole(vt, int64(width-n))
		e.op(sel(k, opI32ShrU, opI64ShrU, 0, 0))
		e.op(sel(k, opI32Add, opI64Add, 0, 0))
		if !rem {
			e.whole(vt, int64(n))
			e.op(sel(k, opI32ShrS, opI64ShrS, 0, 0))
			return true
		}
		e.whole(vt, -d)
		e.op(sel(k, opI32And, opI64And, 0, 0))
		t := e.hold(vt)
		e.push(a)
		e.push(t)
		e.op(sel(k, opI32Sub, opI64Sub, 0, 0))
		return true
	}
	// A number of at most 31 bits by one of at most 31 bits: a product with
	// the reciprocal, rounded up, in 64 bits.
	if d >= 1<<31 {
		return false
	}
	shift := 31 + bits.Len64(u)
	m := (uint64(1)<<shift + u - 1) / u
	if m >= 1<<32 {
		return false
	}
	quotient := func(n operand, signed bool) operand {
		e.push(n)
		e.i64(int64(m))
		e.op(opI64Mul)
		e.i64(int64(shift))
		if !signed {
			e.op(opI64ShrU)
			return e.hold(i64)
		}
		e.op(opI64ShrS)
		e.push(n)
		e.i64(63)
		e.ops(opI64ShrS, opI64Sub)
		return e.hold(i64)
	}
	result := func(n, q operand) {
		if !rem {
			e.push(q)
			return
		}
		e.push(n)
		e.push(q)
		e.i64(d)
		e.ops(opI64Mul, opI64Sub)
	}
	switch {
	case lo >= 0 && hi < 1<<31 || vt == i32 && k.signed():
		n := a
		if vt == i32 {
			e.push(a)
			e.integer(k, kI64)
			n = e.hold(i64)
		}
		result(n, quotient(n, lo < 0))
		if vt == i32 {
			e.op(opI32WrapI64)
		}
		return true
	case vt == i64:
		// Most numbers are small, whatever their type.
		r := e.local(i64)
		e.push(a)
		e.i64(31)
		e.ops(opI64ShrU, opI64Eqz)
		e.op(opIf)
		e.byte(emptyBlock)
		result(a, quotient(a, false))
		e.set(r)
		e.op(opElse)
		e.push(a)
		e.i64(d)
		e.divOp(k, rem)
		e.set(r)
		e.op(opEnd)
		e.get(r)
		return true
	}
	return false
}

// divisible writes x%d == 0, or != 0, of a power of two.
func (e *emitter) divisible(x *ssa.BinOp) bool {
	r, ok := x.X.(*ssa.BinOp)
	if !ok || r.Op != token.REM || !isInt(r.Type()) {
		return false
	}
	d, ok := smallConst(r.Y)
	if zero, isConst := smallConst(x.Y); !ok || !isConst || zero != 0 || d <= 0 || d&(d-1) != 0 {
		return false
	}
	e.push(e.one(r.X))
	e.i64(d - 1)
	e.ops(opI64And, opI64Eqz)
	if x.Op == token.NEQ {
		e.op(opI32Eqz)
	}
	return true
}
