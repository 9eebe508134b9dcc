package fast

import (
	"go/token"
	"go/types"
	"math"
	"math/bits"

	"golang.org/x/tools/go/ssa"
)

// kindOf returns the kind of a number or truth value.
func kindOf(t types.Type) (kind, bool) {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return 0, false
	}
	k, ok := basicKinds[b.Kind()]
	return k, ok
}

// norm brings the i32 on the stack into the range of a small kind.
func (w *buf) norm(k kind) {
	switch k {
	case kI8:
		w.op(opI32Extend8S)
	case kI16:
		w.op(opI32Extend16S)
	case kU8:
		w.i32(0xff)
		w.op(opI32And)
	case kU16:
		w.i32(0xffff)
		w.op(opI32And)
	}
}

// sel picks the instruction for a kind.
func sel(k kind, on32, on64, onF32, onF64 op) op {
	switch k.vt() {
	case i32:
		return on32
	case i64:
		return on64
	case f32:
		return onF32
	}
	return onF64
}

func (w *buf) zero(t valtype) {
	switch t {
	case i32:
		w.i32(0)
	case i64:
		w.i64(0)
	case f32:
		w.f32bits(0)
	case f64:
		w.f64bits(0)
	}
}

func (w *buf) whole(t valtype, v int64) {
	if t == i32 {
		w.i32(int32(v))
	} else {
		w.i64(v)
	}
}

func (e *emitter) binop(x *ssa.BinOp) {
	switch x.Op {
	case token.EQL, token.NEQ:
		e.equal(x)
		e.define(x)
		return
	}
	if e.fold(x) {
		return
	}
	t := x.X.Type().Underlying()
	b, ok := t.(*types.Basic)
	if !ok {
		refuse(x.Pos(), "uses %s of %s", x.Op, x.X.Type())
	}
	switch {
	case b.Info()&types.IsString != 0:
		e.stringOp(x)
	case b.Info()&types.IsComplex != 0:
		e.complexOp(x, b.Kind() == types.Complex64)
	default:
		k := basicKinds[b.Kind()]
		switch x.Op {
		case token.SHL, token.SHR:
			e.shift(x, k)
			if a := e.one(x.X); !a.con && e.masked[a.local] && e.last >= opI32Shl && e.last <= opI64ShrU {
				e.define(x)
				e.mask(e.one(x).local) // a shift by 0 is no instruction
				return
			}
		case token.QUO, token.REM:
			if d := e.one(x.Y); k == kF64 && d.con && exactInverse(floatOf(d.bits)) {
				e.push(e.one(x.X))
				e.f64(1 / floatOf(d.bits))
				e.op(opF64Mul)
			} else if k.float() {
				e.plain(x, k)
			} else {
				e.divide(x, k)
			}
		default:
			e.plain(x, k)
		}
	}
	e.define(x)
}

// fold adds, subtracts and multiplies constants, which the counter of a loop is
// where its turns are written one by one.
func (e *emitter) fold(x *ssa.BinOp) bool {
	if !isInt(x.Type()) {
		return false
	}
	a, b := e.one(x.X), e.one(x.Y)
	if !a.con || !b.con {
		return false
	}
	n := int64(a.bits)
	switch x.Op {
	case token.ADD:
		n += int64(b.bits)
	case token.SUB:
		n -= int64(b.bits)
	case token.MUL:
		n *= int64(b.bits)
	default:
		return false
	}
	e.fr.vals[x] = value{cells: []operand{constI64(n)}}
	return true
}

// exactInverse tells that a division by x is a multiplication by 1/x, to the
// bit: x is a power of two.
func exactInverse(x float64) bool {
	f, e := math.Frexp(x)
	return math.Abs(f) == 0.5 && e > -1000 && e < 1000
}

// plain is what one instruction does.
func (e *emitter) plain(x *ssa.BinOp, k kind) {
	switch x.Op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		e.order(compare(x.Op, k), e.one(x.X), e.one(x.Y))
		return
	case token.MUL:
		if !k.float() && e.times(k, e.one(x.X), e.one(x.Y)) {
			e.norm(k)
			return
		}
	}
	e.push(e.one(x.X))
	e.push(e.one(x.Y))
	none := op(0)
	switch x.Op {
	case token.ADD:
		e.op(sel(k, opI32Add, opI64Add, opF32Add, opF64Add))
	case token.SUB:
		e.op(sel(k, opI32Sub, opI64Sub, opF32Sub, opF64Sub))
	case token.MUL:
		e.op(sel(k, opI32Mul, opI64Mul, opF32Mul, opF64Mul))
	case token.QUO:
		e.op(sel(k, none, none, opF32Div, opF64Div))
	case token.AND:
		e.op(sel(k, opI32And, opI64And, none, none))
	case token.OR:
		e.op(sel(k, opI32Or, opI64Or, none, none))
	case token.XOR:
		e.op(sel(k, opI32Xor, opI64Xor, none, none))
	case token.AND_NOT:
		e.whole(k.vt(), -1)
		e.op(sel(k, opI32Xor, opI64Xor, none, none))
		e.op(sel(k, opI32And, opI64And, none, none))
	default:
		refuse(x.Pos(), "uses the operator %s", x.Op)
	}
	switch x.Op {
	case token.ADD, token.SUB, token.MUL:
		e.norm(k)
	}
}

// times multiplies by a power of two, or its neighbour, with a shift: wazero has
// but the multiplication, and the constant in a register.
func (e *emitter) times(k kind, a, b operand) bool {
	if a.con {
		a, b = b, a
	}
	if a.con || !b.con {
		return false
	}
	n := int64(b.bits)
	if k.vt() == i32 {
		n = int64(int32(b.bits))
	}
	shifted := func(n int64) {
		e.push(a)
		e.whole(k.vt(), int64(bits.TrailingZeros64(uint64(n))))
		e.op(sel(k, opI32Shl, opI64Shl, 0, 0))
	}
	switch {
	case n < 2:
		return false
	case n&(n-1) == 0:
		shifted(n)
	case (n-1)&(n-2) == 0:
		shifted(n - 1)
		e.push(a)
		e.op(sel(k, opI32Add, opI64Add, 0, 0))
	case n&(n+1) == 0:
		shifted(n + 1)
		e.push(a)
		e.op(sel(k, opI32Sub, opI64Sub, 0, 0))
	default:
		return false
	}
	return true
}

// compare is the instruction of an order.
func compare(t token.Token, k kind) op {
	u := !k.signed()
	pick := func(s32, u32, s64, u64, f32, f64 op) op {
		if u {
			s32, s64 = u32, u64
		}
		return sel(k, s32, s64, f32, f64)
	}
	switch t {
	case token.LSS:
		return pick(opI32LtS, opI32LtU, opI64LtS, opI64LtU, opF32Lt, opF64Lt)
	case token.LEQ:
		return pick(opI32LeS, opI32LeU, opI64LeS, opI64LeU, opF32Le, opF64Le)
	case token.GTR:
		return pick(opI32GtS, opI32GtU, opI64GtS, opI64GtU, opF32Gt, opF64Gt)
	}
	return pick(opI32GeS, opI32GeU, opI64GeS, opI64GeU, opF32Ge, opF64Ge)
}

// equal leaves on the stack whether the operands are equal, or not.
func (e *emitter) equal(x *ssa.BinOp) {
	t := x.X.Type().Underlying()
	if c, ok := x.X.(*ssa.Const); ok && c.Value == nil {
		t = x.Y.Type().Underlying()
	}
	switch u := t.(type) {
	case *types.Slice, *types.Pointer: // a slice, with nil
		a, b := e.cells(x.X), e.cells(x.Y)
		e.push(a[0])
		e.push(b[0])
		if x.Op == token.EQL {
			e.op(opI32Eq)
		} else {
			e.op(opI32Ne)
		}
		return
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			e.stringOp(x)
			return
		}
	case *types.Struct, *types.Array:
		if why := plainlyEqual(t); why != "" {
			refuse(x.Pos(), "compares %s, which has %s", x.X.Type(), why)
		}
	case *types.Signature:
		f := x.X
		if c, ok := f.(*ssa.Const); ok && c.Value == nil {
			f = x.Y
		}
		if e.known(f) == nil {
			refuse(x.Pos(), "compares a function with nil")
		}
		if x.Op == token.EQL { // it is one
			e.i32(0)
		} else {
			e.i32(1)
		}
		return
	default:
		refuse(x.Pos(), "compares values of type %s", x.X.Type())
	}
	if e.divisible(x) {
		return
	}
	l := e.layout(x.X.Type(), x.Pos())
	if l.big {
		refuse(x.Pos(), "compares large arrays")
	}
	a, b := e.cells(x.X), e.cells(x.Y)
	for i, c := range l.cells {
		e.push(a[i])
		e.push(b[i])
		if x.Op == token.EQL {
			e.op(sel(c.kind, opI32Eq, opI64Eq, opF32Eq, opF64Eq))
		} else {
			e.op(sel(c.kind, opI32Ne, opI64Ne, opF32Ne, opF64Ne))
		}
		if i > 0 {
			if x.Op == token.EQL {
				e.op(opI32And)
			} else {
				e.op(opI32Or)
			}
		}
	}
	if len(l.cells) == 0 {
		if x.Op == token.EQL {
			e.i32(1)
		} else {
			e.i32(0)
		}
	}
}

// plainlyEqual says what of a type keeps two values from being compared cell by
// cell.
func plainlyEqual(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return "strings"
		}
	case *types.Struct:
		for i := range u.NumFields() {
			if u.Field(i).Name() == "_" {
				return "a blank field"
			}
			if why := plainlyEqual(u.Field(i).Type()); why != "" {
				return why
			}
		}
	case *types.Array:
		return plainlyEqual(u.Elem())
	}
	return ""
}

// shift shifts by any count as Go does: what is shifted out is gone, whatever
// the width, and a negative count is a panic.
func (e *emitter) shift(x *ssa.BinOp, k kind) {
	vt := k.vt()
	ck, _ := kindOf(x.Y.Type())
	a, n := e.one(x.X), e.one(x.Y)
	width := int64(k.bits())
	left := x.Op == token.SHL
	do := sel(k, opI32Shl, opI64Shl, 0, 0)
	if !left {
		do = sel(k, opI32ShrU, opI64ShrU, 0, 0)
		if k.signed() {
			do = sel(k, opI32ShrS, opI64ShrS, 0, 0)
		}
	}
	if n.con {
		c := int64(n.bits)
		if ck.vt() == i32 {
			c = int64(int32(n.bits))
			if !ck.signed() {
				c = int64(uint32(n.bits))
			}
		}
		if c < 0 && ck.signed() {
			e.trap(trapShift, x.Pos())
			e.zero(vt)
			return
		}
		if uint64(c) >= uint64(width) {
			if left || !k.signed() {
				e.zero(vt)
				return
			}
			c = width - 1
		}
		e.push(a)
		e.whole(vt, c)
		e.op(do)
		if left {
			e.norm(k)
		}
		return
	}
	lo, hi := e.interval(x.Y)
	if ck.signed() && lo < 0 {
		e.push(n)
		e.zero(ck.vt())
		e.op(sel(ck, opI32LtS, opI64LtS, 0, 0))
		e.trapIf(trapShift, x.Pos(), n)
	}
	count := func() { // as the type of what is shifted; of 64 bits, the low ones
		e.push(n)
		switch {
		case ck.vt() == vt:
		case vt == i64:
			e.op(opI64ExtendI32U)
		default:
			e.op(opI32WrapI64)
		}
	}
	small := lo >= 0 && hi < width
	if small {
		e.push(a)
		count()
		e.op(do)
		if left {
			e.norm(k)
		}
		return
	}
	if left || !k.signed() {
		e.push(a)
		count()
		e.op(do)
		e.zero(vt)
	} else {
		e.push(a)
		count()
		e.op(do)
		e.push(a)
		e.whole(vt, width-1)
		e.op(do)
	}
	e.push(n)
	e.whole(ck.vt(), width)
	e.op(sel(ck, opI32LtU, opI64LtU, 0, 0))
	e.op(opSelect)
	if left {
		e.norm(k)
	}
}

func (e *emitter) unop(x *ssa.UnOp) {
	switch x.Op {
	case token.MUL:
		e.load(x)
		return
	case token.ARROW:
		refuse(x.Pos(), "receives from a channel")
	case token.NOT:
		e.push(e.one(x.X))
		e.op(opI32Eqz)
		e.define(x)
		return
	}
	if b, ok := x.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsComplex != 0 && x.Op == token.SUB {
		neg := opF64Neg
		if b.Kind() == types.Complex64 {
			neg = opF32Neg
		}
		for _, c := range e.cells(x.X) {
			e.push(c)
			e.op(neg)
		}
		e.define(x)
		return
	}
	k, ok := kindOf(x.X.Type())
	if !ok {
		refuse(x.Pos(), "uses the operator %s of %s", x.Op, x.X.Type())
	}
	a := e.one(x.X)
	switch {
	case x.Op == token.SUB && k.float():
		e.push(a)
		e.op(sel(k, 0, 0, opF32Neg, opF64Neg))
	case x.Op == token.SUB:
		e.zero(k.vt())
		e.push(a)
		e.op(sel(k, opI32Sub, opI64Sub, 0, 0))
		e.norm(k)
	case x.Op == token.XOR:
		e.push(a)
		e.whole(k.vt(), -1)
		e.op(sel(k, opI32Xor, opI64Xor, 0, 0))
		e.norm(k)
	default:
		refuse(x.Pos(), "uses the operator %s", x.Op)
	}
	e.define(x)
}

// complexOp adds, subtracts, multiplies and divides complex numbers.
func (e *emitter) complexOp(x *ssa.BinOp, single bool) {
	a, b := e.cells(x.X), e.cells(x.Y)
	add, sub := opF64Add, opF64Sub
	if single {
		add, sub = opF32Add, opF32Sub
	}
	part := func(p, q operand, o op) {
		e.push(p)
		e.push(q)
		e.op(o)
	}
	switch x.Op {
	case token.ADD:
		part(a[0], b[0], add)
		part(a[1], b[1], add)
	case token.SUB:
		part(a[0], b[0], sub)
		part(a[1], b[1], sub)
	case token.MUL:
		// Compiled Go multiplies complex64 in float64.
		wide := func(o operand) {
			e.push(o)
			if single {
				e.op(opF64PromoteF32)
			}
		}
		product := func(p, q, r, s operand, o op) {
			wide(p)
			wide(q)
			e.op(opF64Mul)
			wide(r)
			wide(s)
			e.ops(opF64Mul, o)
			if single {
				e.op(opF32DemoteF64)
			}
		}
		product(a[0], b[0], a[1], b[1], opF64Sub)
		product(a[0], b[1], a[1], b[0], opF64Add)
	case token.QUO:
		for _, o := range append(append([]operand(nil), a...), b...) {
			e.push(o)
			if single {
				e.op(opF64PromoteF32)
			}
		}
		e.hostCall(e.c.host("complex /", complexDivide, signature{[]valtype{f64, f64, f64, f64}, []valtype{f64, f64}}))
		if single {
			im := e.hold(f64)
			e.op(opF32DemoteF64)
			e.push(im)
			e.op(opF32DemoteF64)
		}
	default:
		refuse(x.Pos(), "uses the operator %s", x.Op)
	}
}
