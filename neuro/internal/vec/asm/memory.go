package main

import "github.com/mmcloughlin/avo/operand"

// memory writes the functions that are about memory rather than numbers.
func memory(o *output) {
	singles(o)
	scatter(o)
	prefetch(o)
	pause(o)
}

// singles writes the function that takes numbers of 32 bits over into numbers of
// 64.
func singles(o *output) {
	c := o.context
	o.function("takeAVX2", "adds x to dst and sets x to 0.", "func(dst []float64, x []float32) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("dst").Len(), c.GP64())
	zero := c.YMM()
	c.VXORPS(zero, zero, zero)
	i := c.GP64()
	c.XORQ(i, i)
	loop(c, n, i, 4, func(vectors int, _ string) {
		for v := range vectors {
			from := operand.Mem{Base: x, Index: i, Scale: 4, Disp: 4 * lanes * v}
			r := c.YMM()
			c.VCVTPS2PD(from, r)
			c.VMOVUPS(zero.AsX(), from)
			c.VADDPD(element(dst, i, v), r, r)
			c.VMOVUPD(r, element(dst, i, v))
		}
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
	}, nil)
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// scatter writes the function that adds weights to sums all over memory. The weights
// of a group are computed together and then added one by one: a sum may be there
// twice, and is then added to twice.
func scatter(o *output) {
	const group = 2 * lanes // numbers of 32 bits in a vector
	c := o.context
	o.function("scatterAVX2", "adds w + step times the upper half of each pair to the sum that its lower half numbers.",
		"func(sums *[1 << 16]float32, pairs []uint32, w, step float32) int")
	sums := c.Load(c.Param("sums"), c.GP64())
	pairs := c.Load(c.Param("pairs").Base(), c.GP64())
	n := c.Load(c.Param("pairs").Len(), c.GP64())
	w, step := c.YMM(), c.YMM()
	c.VBROADCASTSS(o.parameter("w"), w)
	c.VBROADCASTSS(o.parameter("step"), step)
	weights := c.AllocLocal(4 * group)
	i, next := c.GP64(), c.GP64()
	c.XORQ(i, i)
	c.Label("next")
	c.LEAQ(operand.Mem{Base: i, Disp: group}, next)
	c.CMPQ(next, n)
	c.JGT(operand.LabelRef("done"))
	v := c.YMM()
	c.VMOVDQU(operand.Mem{Base: pairs}, v)
	c.VPSRLD(operand.U8(16), v, v)
	c.VCVTDQ2PS(v, v)
	c.VMULPS(step, v, v)
	c.VADDPS(w, v, v)
	c.VMOVUPS(v, weights)
	for j := range group {
		target, sum := c.GP64(), c.XMM()
		c.MOVWQZX(operand.Mem{Base: pairs, Disp: 4 * j}, target)
		at := operand.Mem{Base: sums, Index: target, Scale: 4}
		c.VMOVSS(at, sum)
		c.VADDSS(weights.Offset(4*j), sum, sum)
		c.VMOVSS(sum, at)
	}
	c.ADDQ(operand.Imm(4*group), pairs)
	c.MOVQ(next, i)
	c.JMP(operand.LabelRef("next"))
	c.Label("done")
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// prefetch writes the function that asks for memory before it is read.
func prefetch(o *output) {
	c := o.context
	o.function("prefetch", "asks for n bytes of memory, which may be any.", "func(at *byte, n int)")
	at := c.Load(c.Param("at"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.ADDQ(at, n)
	c.Label("next")
	c.CMPQ(at, n)
	c.JGE(operand.LabelRef("done"))
	c.PREFETCHT0(operand.Mem{Base: at})
	c.ADDQ(operand.Imm(64), at)
	c.JMP(operand.LabelRef("next"))
	c.Label("done")
	c.RET()
}

// pause writes the function that waits for a moment.
func pause(o *output) {
	c := o.context
	o.function("pause", "waits for n times the moment for which the CPU suggests to wait in a loop that looks at memory.", "func(n int)")
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	c.PAUSE()
	c.DECQ(n)
	c.JG(operand.LabelRef("next"))
	c.RET()
}
