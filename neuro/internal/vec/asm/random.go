package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// random writes the functions of package rng.
func random(o *output) {
	o.uniform()
	k, in := newKernel("x y", "")
	a, b := boxMuller(k, in[0], in[1])
	o.each("boxMullerAVX2", "makes normal numbers of uniform ones, as boxMuller.", 1, k, a, b)
	o.interleave()
	o.poisson()
}

// boxMuller is rng's, of x and y in [0, 1). No group needs another way.
func boxMuller(k *kernel, x, y *value) (a, b *value) {
	r := k.sqrt(k.mul(logarithm(k, k.add(x, k.num(0x1p-53))), k.num(-2)))
	turn := k.mul(y, k.num(2*math.Pi))
	t := reduce(k, turn)
	return k.mul(cosine(k, t), r), k.mul(sine(k, turn, t), r)
}

// uniform writes the generator: the uniform numbers of the addresses (index,
// step), (index+1, step), ... The 32-bit words of a block of Philox lie in the
// low halves of 64-bit lanes, where they are multiplied; what comes to lie above
// them is of no account.
func (o *output) uniform() {
	const unroll = 2
	c := o.context
	o.function("uniformAVX2", "sets dst0 and dst1 to the numbers of Float64At, with the round keys of the source.", "func(dst0, dst1 []float64, keys *[20]uint64, index, step uint64) int")
	dst0 := c.Load(c.Param("dst0").Base(), c.GP64())
	dst1 := c.Load(c.Param("dst1").Base(), c.GP64())
	n := c.Load(c.Param("dst0").Len(), c.GP64())
	keys := c.Load(c.Param("keys"), c.GP64())
	index := o.number("index")
	c.VPADDQ(o.data("lanes", 0, 1, 2, 3), index, index)
	step := o.number("step")
	m0, m1 := c.YMM(), c.YMM()
	c.VMOVDQU(broadcast(0xD2511F53), m0)
	c.VMOVDQU(broadcast(0xCD9E8D57), m1)
	i := c.GP64()
	c.XORQ(i, i)
	loop(c, n, i, unroll, func(vectors int, _ string) {
		blocks := make([]counter, vectors)
		for v := range blocks {
			for j := range blocks[v] {
				blocks[v][j] = c.YMM()
			}
			w := blocks[v]
			c.VMOVDQA(index, w[0])
			c.VPSRLQ(operand.U8(32), index, w[1])
			c.VMOVDQA(step, w[2])
			c.VPSRLQ(operand.U8(32), step, w[3])
			c.VPADDQ(broadcast(lanes), index, index)
		}
		o.rounds(blocks, keys, m0, m1)
		for v, w := range blocks {
			o.unit(w[0], w[1], element(dst0, i, v))
			o.unit(w[2], w[3], element(dst1, i, v))
		}
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
	}, nil)
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// A counter is a block of Philox: four words of 32 bits, in the low halves of lanes
// of 64.
type counter [4]reg.VecVirtual

// rounds makes random words of counters; m0 and m1 are the multipliers.
func (o *output) rounds(blocks []counter, keys reg.Register, m0, m1 reg.VecVirtual) {
	c := o.context
	for round := range 10 {
		k0, k1 := c.YMM(), c.YMM()
		c.VPBROADCASTQ(operand.Mem{Base: keys, Disp: 16 * round}, k0)
		c.VPBROADCASTQ(operand.Mem{Base: keys, Disp: 16*round + 8}, k1)
		for v := range blocks {
			w := &blocks[v]
			p, q := w[0], w[2]
			c.VPMULUDQ(m0, p, p)
			c.VPMULUDQ(m1, q, q)
			w0, w2 := w[1], w[3]
			c.VPXOR(k0, w0, w0)
			c.VPXOR(k1, w2, w2)
			high := c.YMM()
			c.VPSRLQ(operand.U8(32), q, high)
			c.VPXOR(high, w0, w0)
			high = c.YMM()
			c.VPSRLQ(operand.U8(32), p, high)
			c.VPXOR(high, w2, w2)
			*w = counter{w0, q, w2, p}
		}
	}
}

// poisson writes the function that draws Poisson numbers by inversion, four cells
// to an address: the number of limits that are not above a cell's word.
func (o *output) poisson() {
	c := o.context
	o.function("poissonAVX2", "adds weight times (base plus how many limits are not above the word of the cell) to dst. Limits have their sign bits flipped. It does whole groups of 16 cells.",
		"func(dst []float32, keys *[20]uint64, index, step uint64, limits []uint32, base, weight float32) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	n := c.Load(c.Param("dst").Len(), c.GP64())
	keys := c.Load(c.Param("keys"), c.GP64())
	limits := c.Load(c.Param("limits").Base(), c.GP64())
	count := c.Load(c.Param("limits").Len(), c.GP64())
	index := o.number("index")
	c.VPADDQ(o.data("lanes", 0, 1, 2, 3), index, index)
	step := o.number("step")
	m0, m1 := c.YMM(), c.YMM()
	c.VMOVDQU(broadcast(0xD2511F53), m0)
	c.VMOVDQU(broadcast(0xCD9E8D57), m1)
	i := c.GP64()
	c.XORQ(i, i)
	// Two groups at once: what one waits for, the other computes.
	for _, groups := range []int{2, 1} {
		of := fmt.Sprint("Of", groups)
		last := c.GP64()
		c.LEAQ(operand.Mem{Base: n, Disp: -16 * groups}, last)
		c.Label("next" + of)
		c.CMPQ(i, last)
		c.JGT(operand.LabelRef("done" + of))
		blocks := make([]counter, groups)
		for g := range blocks {
			w := counter{c.YMM(), c.YMM(), c.YMM(), c.YMM()}
			c.VMOVDQA(index, w[0])
			c.VPSRLQ(operand.U8(32), index, w[1])
			c.VMOVDQA(step, w[2])
			c.VPSRLQ(operand.U8(32), step, w[3])
			c.VPADDQ(broadcast(lanes), index, index)
			blocks[g] = w
		}
		o.rounds(blocks, keys, m0, m1)
		// The words of a pair side by side, with flipped sign bits.
		var words []reg.VecVirtual
		for _, w := range blocks {
			for j := 0; j < 4; j += 2 {
				c.VPSLLQ(operand.U8(32), w[j+1], w[j+1])
				c.VPBLENDD(operand.U8(0xAA), w[j+1], w[j], w[j])
				c.VPXOR(broadcast(1<<63|1<<31), w[j], w[j])
				words = append(words, w[j])
			}
		}
		// Each limit that is above takes one away.
		counts := make([]reg.VecVirtual, len(words))
		for j := range counts {
			counts[j] = c.YMM()
			c.VPXOR(counts[j], counts[j], counts[j])
		}
		k := c.GP64()
		c.XORQ(k, k)
		c.Label("limit" + of)
		c.CMPQ(k, count)
		c.JGE(operand.LabelRef("counted" + of))
		limit := c.YMM()
		c.VPBROADCASTD(operand.Mem{Base: limits, Index: k, Scale: 4}, limit)
		for j, w := range words {
			t := c.YMM()
			c.VPCMPGTD(w, limit, t)
			c.VPADDD(t, counts[j], counts[j])
		}
		c.INCQ(k)
		c.JMP(operand.LabelRef("limit" + of))
		c.Label("counted" + of)
		base, all, weight := c.XMM(), c.YMM(), c.YMM()
		c.VXORPS(base, base, base)
		c.VCVTSI2SSQ(count, base, base)
		c.VADDSS(o.parameter("base"), base, base)
		c.VBROADCASTSS(base, all)
		c.VBROADCASTSS(o.parameter("weight"), weight)
		for g := range groups {
			low, high, x, y := c.YMM(), c.YMM(), c.YMM(), c.YMM()
			c.VPUNPCKLQDQ(counts[2*g+1], counts[2*g], low)
			c.VPUNPCKHQDQ(counts[2*g+1], counts[2*g], high)
			c.VPERM2I128(operand.U8(0x20), high, low, x)
			c.VPERM2I128(operand.U8(0x31), high, low, y)
			for j, v := range []reg.VecVirtual{x, y} {
				c.VCVTDQ2PS(v, v)
				c.VADDPS(all, v, v)
				c.VMULPS(weight, v, v)
				at := operand.Mem{Base: dst, Index: i, Scale: 4, Disp: 64*g + 32*j}
				c.VADDPS(at, v, v)
				c.VMOVUPS(v, at)
			}
		}
		c.ADDQ(operand.Imm(uint64(16*groups)), i)
		c.JMP(operand.LabelRef("next" + of))
		c.Label("done" + of)
	}
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// unit stores the uniform number of the 64 bits whose halves are low and high:
// the upper 53 of them times 2^-53. The halves of that integer become the low
// bits of 2^52 and of 2^84; what the two are too much is then subtracted, and
// nothing is rounded.
func (o *output) unit(low, high reg.VecVirtual, to operand.Mem) {
	c := o.context
	c.VPSLLQ(operand.U8(32), high, high)
	c.VPAND(broadcast(1<<32-1), low, low)
	c.VPOR(high, low, low)
	c.VPSRLQ(operand.U8(11), low, low)
	c.VPSRLQ(operand.U8(32), low, high)
	c.VPAND(broadcast(1<<32-1), low, low)
	c.VPOR(broadcast(math.Float64bits(0x1p52)), low, low)
	c.VPOR(broadcast(math.Float64bits(0x1p84)), high, high)
	c.VSUBPD(broadcast(math.Float64bits(0x1p84+0x1p52)), high, high)
	c.VADDPD(low, high, low)
	c.VMULPD(broadcast(math.Float64bits(0x1p-53)), low, low)
	c.VMOVUPD(low, to)
}

// interleave lays two blocks side by side.
func (o *output) interleave() {
	c := o.context
	o.function("interleaveAVX2", "sets dst to x[0], y[0], x[1], y[1], ...", "func(dst, x, y []float64) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("x").Len(), c.GP64())
	y := c.Load(c.Param("y").Base(), c.GP64())
	i := c.GP64()
	c.XORQ(i, i)
	loop(c, n, i, 1, func(int, string) {
		a, b, low, high := c.YMM(), c.YMM(), c.YMM(), c.YMM()
		c.VMOVUPD(element(x, i, 0), a)
		c.VMOVUPD(element(y, i, 0), b)
		c.VUNPCKLPD(b, a, low)  // a0 b0 a2 b2
		c.VUNPCKHPD(b, a, high) // a1 b1 a3 b3
		c.VPERM2F128(operand.U8(0x20), high, low, a)
		c.VPERM2F128(operand.U8(0x31), high, low, b)
		c.VMOVUPD(a, element(dst, i, 0))
		c.VMOVUPD(b, element(dst, i, 1))
		c.ADDQ(operand.U8(8*2*lanes-8*lanes), dst) // twice as far in dst as in x
		c.ADDQ(operand.U8(lanes), i)
	}, nil)
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}
