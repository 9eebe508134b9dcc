package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// group emits a kernel for some vectors of the block at once, operation by
// operation, so that those of different vectors stand side by side.
type group struct {
	*build.Context
	k       *kernel
	vectors int
	load    func(param uint64, vector int) operand.Op // where an element lies
	number  []reg.VecVirtual                          // parameters that are numbers
	kept    map[uint64]reg.VecVirtual                 // constants that stay in registers
	stop    string                                    // label to leave for
	regs    []map[*value]reg.VecVirtual
	left    []map[*value]int // uses that are still to come

	wide  bool // the vectors of AVX-512
	masks []map[*value]reg.OpmaskVirtual
}

func newGroup(c *build.Context, k *kernel, vectors int) *group {
	g := &group{Context: c, k: k, vectors: vectors}
	for range vectors {
		g.regs = append(g.regs, map[*value]reg.VecVirtual{})
		g.left = append(g.left, map[*value]int{})
		g.masks = append(g.masks, map[*value]reg.OpmaskVirtual{})
	}
	return g
}

// vector returns a new register.
func (g *group) vector() reg.VecVirtual {
	if g.wide {
		return g.ZMM()
	}
	return g.YMM()
}

// emit returns the registers that hold the results of each vector.
func (g *group) emit() [][]reg.VecVirtual {
	for _, r := range g.k.result {
		r.uses++
	}
	for _, v := range g.k.body {
		for i := range g.vectors {
			g.operation(v, i)
		}
	}
	out := make([][]reg.VecVirtual, g.vectors)
	for i := range out {
		for _, r := range g.k.result {
			out[i] = append(out[i], g.inRegister(r, i))
		}
	}
	for _, r := range g.k.result {
		r.uses--
	}
	return out
}

// operation emits v for vector i.
func (g *group) operation(v *value, i int) {
	a := v.args
	switch v.op {
	case opAdd:
		g.commutative(v, i, g.VADDPD)
	case opMul:
		g.commutative(v, i, g.VMULPD)
	case opAnd:
		g.commutative(v, i, func(ops ...operand.Op) { g.VANDPD(ops...) })
	case opOr:
		g.commutative(v, i, func(ops ...operand.Op) { g.VORPD(ops...) })
	case opXor:
		g.commutative(v, i, func(ops ...operand.Op) { g.VXORPD(ops...) })
	case opAddInt:
		g.commutative(v, i, g.VPADDQ)
	case opMulLow:
		g.commutative(v, i, g.VPMULUDQ)
	case opSub:
		g.ordered(v, i, g.VSUBPD)
	case opDiv:
		g.ordered(v, i, g.VDIVPD)
	case opMin:
		g.ordered(v, i, g.VMINPD)
	case opMax:
		g.ordered(v, i, g.VMAXPD)
	case opSubInt:
		g.ordered(v, i, g.VPSUBQ)
	case opSqrt:
		x := g.operand(a[0], i)
		g.VSQRTPD(x, g.result(v, i))
	case opRound, opCompare, opBlend, opStop:
		if g.wide {
			g.masked(v, i)
		} else {
			g.signed(v, i)
		}
	case opShiftLeft:
		x := g.inRegister(a[0], i)
		g.VPSLLQ(operand.U8(v.imm), x, g.result(v, i))
	case opShiftRight:
		x := g.inRegister(a[0], i)
		g.VPSRLQ(operand.U8(v.imm), x, g.result(v, i))
	case opFMA:
		g.fused(v, i, g.VFMADD213PD, g.VFMADD132PD, g.VFMADD231PD)
	case opFMS:
		g.fused(v, i, g.VFMSUB213PD, g.VFMSUB132PD, g.VFMSUB231PD)
	case opFNMA:
		g.fused(v, i, g.VFNMADD213PD, g.VFNMADD132PD, g.VFNMADD231PD)
	default:
		panic(fmt.Sprint("no instruction for operation ", v.op))
	}
	for _, x := range a {
		g.left[i][x]++
	}
}

// signed emits the operations of AVX2 that make masks, or choose by the sign of each lane.
func (g *group) signed(v *value, i int) {
	a := v.args
	switch v.op {
	case opRound:
		x := g.operand(a[0], i)
		g.VROUNDPD(operand.U8(v.imm), x, g.result(v, i))
	case opCompare:
		x, y := g.inRegister(a[0], i), g.operand(a[1], i)
		g.VCMPPD(operand.U8(v.imm), y, x, g.result(v, i))
	case opBlend:
		mask, yes, no := g.inRegister(a[0], i), g.operand(a[1], i), g.inRegister(a[2], i)
		g.VBLENDVPD(mask, yes, no, g.result(v, i))
	case opStop:
		bits := g.GP32()
		g.VMOVMSKPD(g.inRegister(a[0], i), bits)
		g.TESTL(bits, bits)
		g.JNZ(operand.LabelRef(g.stop))
	}
}

// last reports whether the operation being emitted is the last to use v and may
// put its result in v's register.
func (g *group) last(v *value, i int, args []*value) bool {
	if v.op == opParam || v.op == opConst {
		return false
	}
	n := g.left[i][v]
	for _, a := range args {
		if a == v {
			n++
		}
	}
	return n == v.uses
}

// inMemory reports whether an instruction may take v from memory.
func (g *group) inMemory(v *value) bool {
	_, kept := g.kept[v.imm]
	return v.op == opConst && !kept && !g.wide || v.op == opLoad && v.uses == 1
}

// operand returns v in memory if it may be, or else its register.
func (g *group) operand(v *value, i int) operand.Op {
	if g.inMemory(v) {
		if v.op == opConst {
			return broadcast(v.imm)
		}
		return g.load(v.imm, i)
	}
	return g.inRegister(v, i)
}

// inRegister returns v's register, and fills it if v comes from memory.
func (g *group) inRegister(v *value, i int) reg.VecVirtual {
	if v.op == opParam {
		return g.number[v.imm]
	}
	if r, ok := g.regs[i][v]; ok {
		return r
	}
	if r, ok := g.kept[v.imm]; ok && v.op == opConst {
		return r
	}
	r := g.vector()
	switch v.op {
	case opConst:
		if g.wide {
			g.VBROADCASTSD(broadcast(v.imm), r)
		} else {
			g.VMOVUPD(broadcast(v.imm), r)
		}
		return r // loaded again where it is used again
	case opLoad:
		g.VMOVUPD(g.load(v.imm, i), r)
	default:
		panic("a value is used before it is computed")
	}
	g.regs[i][v] = r
	return r
}

// result returns a new register for v.
func (g *group) result(v *value, i int) reg.VecVirtual {
	r := g.vector()
	g.regs[i][v] = r
	return r
}

func (g *group) commutative(v *value, i int, emit func(...operand.Op)) {
	a, b := v.args[0], v.args[1]
	if g.inMemory(a) {
		a, b = b, a
	}
	x, y := g.inRegister(a, i), g.operand(b, i)
	emit(y, x, g.result(v, i))
}

func (g *group) ordered(v *value, i int, emit func(...operand.Op)) {
	x, y := g.inRegister(v.args[0], i), g.operand(v.args[1], i)
	emit(y, x, g.result(v, i))
}

// fused emits a*b + c in the form that overwrites an operand that is not used
// any more, and takes the one that is in memory from there. The numbers of the
// forms tell which operands are multiplied and added: of 213 the first and the
// second, and then the third, which is the one that may be in memory, is added;
// the result goes to the first.
func (g *group) fused(v *value, i int, f213, f132, f231 func(...operand.Op)) {
	a, b, c := v.args[0], v.args[1], v.args[2]
	if g.inMemory(a) {
		a, b = b, a
	}
	if !g.last(a, i, v.args) && g.last(b, i, v.args) && !g.inMemory(b) {
		a, b = b, a
	}
	copyOf := func(x *value) reg.VecVirtual {
		r := g.vector()
		g.VMOVUPD(g.operand(x, i), r)
		return r
	}
	own := func(x *value) reg.VecVirtual {
		if g.last(x, i, v.args) {
			return g.inRegister(x, i)
		}
		return copyOf(x)
	}
	var r reg.VecVirtual
	switch {
	case g.inMemory(c) && g.inMemory(b): // p*x + c with constants p and c
		r = copyOf(b)
		f213(g.operand(c, i), g.inRegister(a, i), r)
	case g.inMemory(c):
		y := g.inRegister(b, i)
		r = own(a)
		f213(g.operand(c, i), y, r)
	case g.inMemory(b) && !g.last(c, i, v.args) && g.last(a, i, v.args):
		r = g.inRegister(a, i)
		f132(g.operand(b, i), g.inRegister(c, i), r)
	case !g.last(c, i, v.args) && g.last(a, i, v.args):
		r = g.inRegister(a, i)
		f213(g.inRegister(c, i), g.inRegister(b, i), r)
	default:
		x := g.inRegister(a, i)
		r = own(c)
		f231(g.operand(b, i), x, r)
	}
	g.regs[i][v] = r
}
