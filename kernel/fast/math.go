package fast

import (
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
)

// intrinsic writes a call of a function whose work WebAssembly has an
// instruction for, or that has a fast form of its own here; the results have
// the bits of the compiled function's.
func (e *emitter) intrinsic(x *ssa.Call, fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || fn.Signature.Recv() != nil {
		return false
	}
	switch obj.Pkg().Path() {
	case "math":
		return e.mathCall(x, obj.Name())
	case "math/bits":
		return e.bitsCall(x, obj.Name())
	}
	return false
}

var mathOps = map[string]op{
	"Sqrt": opF64Sqrt, "Abs": opF64Abs, "Floor": opF64Floor, "Ceil": opF64Ceil, "Trunc": opF64Trunc,
	"RoundToEven": opF64Nearest, "Copysign": opF64Copysign,
	"Float64bits": opI64Reinterpret, "Float64frombits": opF64Reinterpret,
	"Float32bits": opI32Reinterpret, "Float32frombits": opF32Reinterpret,
}

func (e *emitter) mathCall(x *ssa.Call, name string) bool {
	args := x.Call.Args
	if o, ok := mathOps[name]; ok {
		for _, a := range args {
			e.push(e.one(a))
		}
		e.op(o)
		e.define(x)
		return true
	}
	switch name {
	case "Inf":
		e.f64(math.Inf(1))
		e.f64(math.Inf(-1))
		e.push(e.one(args[0]))
		e.i64(0)
		e.op(opI64GeS)
		e.op(opSelect)
	case "NaN":
		e.f64(math.NaN())
	case "IsNaN":
		o := e.one(args[0])
		e.push(o)
		e.push(o)
		e.op(opF64Ne)
	case "IsInf":
		o, s := e.one(args[0]), e.one(args[1])
		inf := func(v float64, t op) {
			e.push(o)
			e.f64(v)
			e.op(opF64Eq)
			e.push(s)
			e.i64(0)
			e.op(t)
			e.op(opI32And)
		}
		inf(math.Inf(1), opI64GeS)
		inf(math.Inf(-1), opI64LeS)
		e.op(opI32Or)
	case "Signbit":
		e.push(e.one(args[0]))
		e.op(opI64Reinterpret)
		e.i64(63)
		e.op(opI64ShrU)
		e.op(opI32WrapI64)
	case "Max", "Min":
		// An infinity wins against NaN here.
		a, b := e.one(args[0]), e.one(args[1])
		inf, o := math.Inf(1), opF64Max
		if name == "Min" {
			inf, o = math.Inf(-1), opF64Min
		}
		e.f64(inf)
		e.push(a)
		e.push(b)
		e.op(o)
		e.push(a)
		e.f64(inf)
		e.op(opF64Eq)
		e.push(b)
		e.f64(inf)
		e.op(opF64Eq)
		e.op(opI32Or)
		e.op(opSelect)
	case "Round":
		o := e.one(args[0])
		e.push(o)
		e.op(opF64Trunc)
		t := e.hold(f64)
		e.push(t)
		e.f64(1)
		e.push(o)
		e.ops(opF64Copysign, opF64Add)
		e.push(t)
		e.push(o)
		e.push(t)
		e.ops(opF64Sub, opF64Abs)
		e.f64(0.5)
		e.op(opF64Ge)
		e.op(opSelect)
	case "Exp", "FMA":
		i, ok := e.c.native(name)
		if !ok {
			return false
		}
		for _, a := range args {
			e.push(e.one(a))
			e.op(opI64Reinterpret)
		}
		e.call(i)
	default:
		return false
	}
	e.define(x)
	return true
}

func (e *emitter) bitsCall(x *ssa.Call, name string) bool {
	args := x.Call.Args
	one := func() (operand, bool) {
		o := e.one(args[0])
		e.push(o)
		return o, o.vt == i64
	}
	wide := func() { // the result is an int
		e.op(opI64ExtendI32U)
	}
	switch name {
	case "Reverse", "Reverse64":
		one()
		e.swap(1, 2, 4, 8, 16, 32)
	case "ReverseBytes", "ReverseBytes64":
		one()
		e.swap(8, 16, 32)
	case "Reverse32", "ReverseBytes32":
		one()
		wide()
		if name == "Reverse32" {
			e.swap(1, 2, 4)
		}
		e.swap(8, 16, 32)
		e.i64(32)
		e.ops(opI64ShrU, opI32WrapI64)
	case "LeadingZeros", "LeadingZeros64":
		one()
		e.op(opI64Clz)
	case "LeadingZeros32":
		one()
		e.op(opI32Clz)
		wide()
	case "TrailingZeros", "TrailingZeros64":
		one()
		e.op(opI64Ctz)
	case "TrailingZeros32":
		one()
		e.op(opI32Ctz)
		wide()
	case "OnesCount", "OnesCount64":
		one()
		e.op(opI64Popcnt)
	case "OnesCount8", "OnesCount16", "OnesCount32":
		one()
		e.op(opI32Popcnt)
		wide()
	case "Len", "Len64":
		e.i64(64)
		one()
		e.ops(opI64Clz, opI64Sub)
	case "Len8", "Len16", "Len32":
		e.i32(32)
		one()
		e.ops(opI32Clz, opI32Sub)
		wide()
	case "RotateLeft", "RotateLeft64":
		one()
		e.push(e.one(args[1]))
		e.op(opI64Rotl)
	case "RotateLeft32":
		one()
		e.push(e.one(args[1]))
		e.ops(opI32WrapI64, opI32Rotl)
	case "Mul64", "Mul":
		e.mul64(e.one(args[0]), e.one(args[1]))
	case "Add64", "Add":
		a, b := e.one(args[0]), e.one(args[1])
		e.push(a)
		e.push(b)
		e.op(opI64Add)
		ab := e.hold(i64)
		e.push(ab)
		e.push(e.one(args[2]))
		e.op(opI64Add)
		sum := e.hold(i64)
		e.push(sum)
		e.order(opI64LtU, ab, a)
		e.order(opI64LtU, sum, ab)
		e.op(opI32Or)
		wide()
	default:
		return false
	}
	e.define(x)
	return true
}

// mul64 leaves the high and the low half of a product on the stack.
func (e *emitter) mul64(a, b operand) {
	half := func(o operand, high bool) operand {
		e.push(o)
		if high {
			e.i64(32)
			e.op(opI64ShrU)
		} else {
			e.i64(1<<32 - 1)
			e.op(opI64And)
		}
		return e.hold(i64)
	}
	product := func(x, y operand) {
		e.push(x)
		e.push(y)
		e.op(opI64Mul)
	}
	a0, a1, b0, b1 := half(a, false), half(a, true), half(b, false), half(b, true)
	product(a0, b0)
	e.i64(32)
	e.op(opI64ShrU)
	product(a1, b0)
	e.op(opI64Add)
	t := e.hold(i64)
	t0, t1 := half(t, false), half(t, true)
	product(a0, b1)
	e.push(t0)
	e.op(opI64Add)
	e.i64(32)
	e.op(opI64ShrU)
	product(a1, b1)
	e.op(opI64Add)
	e.push(t1)
	e.op(opI64Add)
	product(a, b)
}

// swap exchanges neighbouring groups of bits of these sizes in the word on the
// stack.
func (e *emitter) swap(sizes ...int64) {
	for _, n := range sizes {
		if n == 32 {
			e.i64(32)
			e.op(opI64Rotl)
			continue
		}
		lower := int64(^uint64(0) / (1<<n + 1))
		t := e.hold(i64)
		e.push(t)
		e.i64(n)
		e.op(opI64ShrU)
		e.i64(lower)
		e.op(opI64And)
		e.push(t)
		e.i64(lower)
		e.op(opI64And)
		e.i64(n)
		e.ops(opI64Shl, opI64Or)
	}
}
