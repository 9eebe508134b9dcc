package fast

import (
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
)

// convert is a conversion between types of different form.
func (e *emitter) convert(x *ssa.Convert) {
	from, ok1 := x.X.Type().Underlying().(*types.Basic)
	to, ok2 := x.Type().Underlying().(*types.Basic)
	switch {
	case ok1 && ok2 && from.Info()&types.IsComplex != 0:
		for _, o := range e.cells(x.X) {
			e.push(o)
			if from.Kind() == types.Complex64 && to.Kind() != types.Complex64 {
				e.op(opF64PromoteF32)
			} else if from.Kind() != types.Complex64 && to.Kind() == types.Complex64 {
				e.op(opF32DemoteF64)
			}
		}
	case ok1 && ok2 && from.Info()&types.IsNumeric != 0 && to.Info()&types.IsNumeric != 0:
		e.push(e.one(x.X))
		k := basicKinds[from.Kind()]
		if lo, _ := e.interval(x.X); k == kU64 && lo >= 0 {
			k = kI64 // the highest bit is not set, and signed numbers convert faster
		}
		e.number(k, basicKinds[to.Kind()])
	case ok2 && to.Info()&types.IsString != 0 && isBytes(x.X.Type()):
		c := e.cells(x.X)
		e.push(c[0])
		e.push(c[1])
		e.callText(supString)
		e.push(c[1])
	case ok1 && from.Info()&types.IsString != 0 && isBytes(x.Type()):
		c := e.cells(x.X)
		e.push(c[0])
		e.push(c[1])
		e.callText(supString)
		e.push(c[1])
		e.push(c[1])
	default:
		refuse(x.Pos(), "converts %s to %s", x.X.Type(), x.Type())
	}
	e.define(x)
}

// callText calls a support function that makes a string, or copies one that is
// out of reach.
func (e *emitter) callText(fn uint32) {
	e.c.code.texts = true
	e.call(fn)
}

func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// number converts the top of the stack as compiled Go does on this processor.
func (e *emitter) number(from, to kind) {
	switch {
	case from.float() && to.float():
		if from == kF32 && to == kF64 {
			e.op(opF64PromoteF32)
		} else if from == kF64 && to == kF32 {
			e.op(opF32DemoteF64)
		}
	case from.float():
		e.truncate(from, to)
	case to.float():
		if from.vt() == i32 {
			if from.signed() {
				e.op(sel(to, 0, 0, opF32ConvertI32S, opF64ConvertI32S))
			} else {
				e.op(sel(to, 0, 0, opF32ConvertI32U, opF64ConvertI32U))
			}
		} else if from.signed() {
			e.op(sel(to, 0, 0, opF32ConvertI64S, opF64ConvertI64S))
		} else {
			e.op(sel(to, 0, 0, opF32ConvertI64U, opF64ConvertI64U))
		}
	default:
		e.integer(from, to)
	}
}

func (w *buf) integer(from, to kind) {
	switch {
	case from.vt() == i32 && to.vt() == i64:
		if from.signed() {
			w.op(opI64ExtendI32S)
		} else {
			w.op(opI64ExtendI32U)
		}
	case from.vt() == i64 && to.vt() == i32:
		w.op(opI32WrapI64)
		w.norm(to)
	default:
		w.norm(to)
	}
}

// What compiled Go answers here when a float is out of an integer's range: the
// language leaves it open. The least integer on x86, the nearest on ARM, and
// it may change with Go's version, so it is asked.
var (
	tooLarge = math.Inf(1)
	least64  = int64(tooLarge) == math.MinInt64
	least32  = int32(tooLarge) == math.MinInt32
	wrapU32  = uint32(1e10*math.Min(1, tooLarge)) == 1410065408
)

// truncate converts a float to an integer as compiled Go does.
func (e *emitter) truncate(from, to kind) {
	if from == kF32 {
		e.op(opF64PromoteF32) // exact
	}
	x := e.hold(f64)
	toInt64 := func(o operand) {
		e.push(o)
		e.op(opI64TruncSatF64S)
		if least64 {
			r := e.hold(i64)
			e.push(o) // its bits without the sign are in the order of numbers, NaN above them
			e.op(opI64Reinterpret)
			e.i64(1)
			e.op(opI64Shl)
			e.i64(int64(math.Float64bits(1<<63) << 1))
			e.op(opI64GeU)
			e.open(opIf, label{})
			e.i64(math.MinInt64)
			e.set(r.local)
			e.close()
			e.push(r)
		}
	}
	switch {
	case to == kU64 && least64:
		// A number whose signed form is negative is tried again less 2^63,
		// which is the highest bit.
		toInt64(x)
		low := e.hold(i64)
		e.push(x)
		e.f64(1 << 63)
		e.op(opF64Sub)
		less := e.hold(f64)
		toInt64(less)
		e.push(low)
		e.i64(63)
		e.ops(opI64ShrS, opI64And)
		e.push(low)
		e.op(opI64Or)
	case to == kU64:
		e.push(x)
		e.op(opI64TruncSatF64U)
	case to == kI64:
		toInt64(x)
	case to == kU32 && wrapU32:
		toInt64(x)
		e.op(opI32WrapI64)
	case to == kU32:
		e.push(x)
		e.op(opI32TruncSatF64U)
	default: // by way of 32 bits
		e.push(x)
		e.op(opI32TruncSatF64S)
		if least32 {
			e.i32(math.MinInt32)
			e.push(x)
			e.f64(math.MinInt32 - 1)
			e.op(opF64Gt)
			e.push(x)
			e.f64(math.MaxInt32 + 1)
			e.op(opF64Lt)
			e.op(opI32And)
			e.op(opSelect)
		}
		e.norm(to)
	}
}
