package main

import "math"

// A kernel is what happens to one element of a block: a list of operations in
// the order in which the scalar function has them. It is written once; a driver
// repeats it over the block, on as many lanes as the vectors have.
type kernel struct {
	params []string // names of the slices, then of the numbers
	slices int      // how many of params are slices
	body   []*value // in order of execution
	result []*value // one for each destination

	// near is a shorter way that groups take of which no lane stops it.
	near *kernel
}

// A value is the result of one operation, on every lane.
type value struct {
	op   op
	args []*value
	imm  uint64 // bits of a constant, number of a parameter, an immediate operand
	uses int
}

type op int

const (
	opConst op = iota // the same bits on every lane
	opLoad            // element of a slice
	opParam           // a number, the same on every lane
	opAdd             // arithmetic of float64
	opSub
	opMul
	opDiv
	opFMA  // a*b + c
	opFMS  // a*b - c
	opFNMA // c - a*b
	opSqrt
	opMin   // a < b ? a : b, so that b comes out where one is NaN
	opMax   // a > b ? a : b
	opRound // imm: 9 down, 10 up
	opAnd   // of bits
	opOr
	opXor
	opCompare // imm is the predicate; all ones where it holds
	opBlend   // where the sign bit of a is set b, else c
	opAddInt  // arithmetic of int64
	opSubInt
	opShiftLeft
	opShiftRight
	opMulLow // of the low halves, 32 bits times 32
	opStop   // leaves the loop in front of a group with a set lane
)

// Predicates of comparisons, all false for NaN but for those called unordered.
const (
	equal          = 0x00
	less           = 0x11
	lessEqual      = 0x12
	unordered      = 0x03
	notLess        = 0x15 // or unordered
	notLessEqual   = 0x16 // or unordered
	greaterEqual   = 0x1d
	greater        = 0x1e
	notGreaterEq   = 0x19 // or unordered
	roundDown      = 9
	roundUp        = 10
	signBit        = 1 << 63
	allBitsButSign = signBit - 1
)

func (k *kernel) do(o op, imm uint64, args ...*value) *value {
	v := &value{op: o, args: args, imm: imm}
	for _, a := range args {
		a.uses++
	}
	k.body = append(k.body, v)
	return v
}

// bits is a constant given by its bits, num one given as a number.
func (k *kernel) bits(u uint64) *value   { return &value{op: opConst, imm: u} }
func (k *kernel) num(f float64) *value   { return k.bits(math.Float64bits(f)) }
func (k *kernel) named(n string) *value  { return k.num(constants[n]) }
func (k *kernel) add(a, b *value) *value { return k.do(opAdd, 0, a, b) }
func (k *kernel) sub(a, b *value) *value { return k.do(opSub, 0, a, b) }
func (k *kernel) mul(a, b *value) *value { return k.do(opMul, 0, a, b) }
func (k *kernel) div(a, b *value) *value { return k.do(opDiv, 0, a, b) }
func (k *kernel) sqrt(a *value) *value   { return k.do(opSqrt, 0, a) }
func (k *kernel) min(a, b *value) *value { return k.do(opMin, 0, a, b) }
func (k *kernel) max(a, b *value) *value { return k.do(opMax, 0, a, b) }

func (k *kernel) fma(a, b, c *value) *value  { return k.do(opFMA, 0, a, b, c) }
func (k *kernel) fms(a, b, c *value) *value  { return k.do(opFMS, 0, a, b, c) }
func (k *kernel) fnma(a, b, c *value) *value { return k.do(opFNMA, 0, a, b, c) }

func (k *kernel) and(a, b *value) *value { return k.do(opAnd, 0, a, b) }
func (k *kernel) or(a, b *value) *value  { return k.do(opOr, 0, a, b) }
func (k *kernel) xor(a, b *value) *value { return k.do(opXor, 0, a, b) }

func (k *kernel) compare(a *value, predicate uint64, b *value) *value {
	return k.do(opCompare, predicate, a, b)
}
func (k *kernel) blend(mask, yes, no *value) *value { return k.do(opBlend, 0, mask, yes, no) }
func (k *kernel) round(a *value, way uint64) *value { return k.do(opRound, way, a) }

func (k *kernel) addInt(a, b *value) *value         { return k.do(opAddInt, 0, a, b) }
func (k *kernel) subInt(a, b *value) *value         { return k.do(opSubInt, 0, a, b) }
func (k *kernel) shiftLeft(a *value, n int) *value  { return k.do(opShiftLeft, uint64(n), a) }
func (k *kernel) shiftRight(a *value, n int) *value { return k.do(opShiftRight, uint64(n), a) }

func (k *kernel) abs(a *value) *value { return k.and(a, k.bits(allBitsButSign)) }
func (k *kernel) neg(a *value) *value { return k.xor(a, k.bits(signBit)) }

// stop leaves a group of lanes, and what follows it, to the scalar function if
// mask is set for one of them.
func (k *kernel) stop(mask *value) { k.do(opStop, 0, mask) }

// stopUnlessBelow stops where |a| < limit does not hold.
func (k *kernel) stopUnlessBelow(a *value, limit float64) {
	k.stop(k.compare(k.abs(a), notLess, k.num(limit)))
}

// fastTwoSum, twoSum, twoProd, mulPair and divPair are those of package vec.
func (k *kernel) fastTwoSum(a, b *value) (s, e *value) {
	s = k.add(a, b)
	return s, k.sub(b, k.sub(s, a))
}

func (k *kernel) twoSum(a, b *value) (s, e *value) {
	s = k.add(a, b)
	v := k.sub(s, a)
	return s, k.add(k.sub(a, k.sub(s, v)), k.sub(b, v))
}

func (k *kernel) twoProd(a, b *value) (p, e *value) {
	p = k.mul(a, b)
	return p, k.fms(a, b, p)
}

func (k *kernel) mulPair(ah, al, bh, bl *value) (h, l *value) {
	p, e := k.twoProd(ah, bh)
	return k.fastTwoSum(p, k.add(e, k.fma(ah, bl, k.mul(al, bh))))
}

func (k *kernel) divPair(ah, al, bh, bl *value) (h, l *value) {
	q := k.div(ah, bh)
	return k.fastTwoSum(q, k.div(k.add(k.fnma(q, bh, ah), k.fnma(q, bl, al)), bh))
}

// horner returns c[0] + c[1]*x + ...
func (k *kernel) horner(table string, x *value) *value {
	c := tables[table]
	p := k.num(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		p = k.fma(p, x, k.num(c[i]))
	}
	return p
}
