package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// reductions writes the functions that add sixteen partial sums up.
func reductions(o *output) {
	c := o.context
	for _, dot := range []bool{false, true} {
		if dot {
			o.function("dotAVX2", "adds x*y to the partial sums s.", "func(s *[16]float64, x, y []float64) int")
		} else {
			o.function("sumAVX2", "adds x to the partial sums s.", "func(s *[16]float64, x []float64) int")
		}
		s := c.Load(c.Param("s"), c.GP64())
		x := c.Load(c.Param("x").Base(), c.GP64())
		n := c.Load(c.Param("x").Len(), c.GP64())
		var y reg.Register
		if dot {
			y = c.Load(c.Param("y").Base(), c.GP64())
		}
		var sums [16 / lanes]reg.VecVirtual
		for j := range sums {
			sums[j] = c.YMM()
			c.VMOVUPD(operand.Mem{Base: s, Disp: 8 * lanes * j}, sums[j])
		}
		i, last := c.GP64(), c.GP64()
		c.XORQ(i, i)
		c.LEAQ(operand.Mem{Base: n, Disp: -16}, last)
		c.Label("next")
		c.CMPQ(i, last)
		c.JGT(operand.LabelRef("done"))
		for j, sum := range sums {
			if dot {
				v := c.YMM()
				c.VMOVUPD(element(x, i, j), v)
				c.VFMADD231PD(element(y, i, j), v, sum)
			} else {
				c.VADDPD(element(x, i, j), sum, sum)
			}
		}
		c.ADDQ(operand.U8(16), i)
		c.JMP(operand.LabelRef("next"))
		c.Label("done")
		for j, sum := range sums {
			c.VMOVUPD(sum, operand.Mem{Base: s, Disp: 8 * lanes * j})
		}
		c.VZEROUPPER()
		c.Store(i, c.ReturnIndex(0))
		c.RET()
	}
}

// dots writes the function that adds the products of four rows with two others to
// partial sums, a vector for each pair.
func dots(o *output) {
	c := o.context
	o.function("dotsAVX2", "adds a[i]*b[j] to the partial sums s[8*i+4*j:].", "func(s *[32]float64, a *[4][]float64, b *[2][]float64) int")
	s := c.Load(c.Param("s"), c.GP64())
	a := c.Load(c.Param("a"), c.GP64())
	b := c.Load(c.Param("b"), c.GP64())
	n := c.GP64()
	c.MOVQ(operand.Mem{Base: a, Disp: 8}, n)
	var from [4]reg.GPVirtual
	for k := range from {
		from[k] = c.GP64()
		c.MOVQ(operand.Mem{Base: a, Disp: words * k}, from[k])
	}
	var with [2]reg.GPVirtual
	for k := range with {
		with[k] = c.GP64()
		c.MOVQ(operand.Mem{Base: b, Disp: words * k}, with[k])
	}
	var sums [4][2]reg.VecVirtual
	for k := range sums {
		for l := range sums[k] {
			sums[k][l] = c.YMM()
			c.VMOVUPD(operand.Mem{Base: s, Disp: 8 * lanes * (2*k + l)}, sums[k][l])
		}
	}
	i := c.GP64()
	c.XORQ(i, i)
	loop(c, n, i, 2, func(vectors int, _ string) {
		for v := range vectors {
			var y [2]reg.VecVirtual
			for l := range y {
				y[l] = c.YMM()
				c.VMOVUPD(element(with[l], i, v), y[l])
			}
			for k := range from {
				x := c.YMM()
				c.VMOVUPD(element(from[k], i, v), x)
				for l := range y {
					c.VFMADD231PD(x, y[l], sums[k][l])
				}
			}
		}
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
	}, nil)
	for k := range sums {
		for l := range sums[k] {
			c.VMOVUPD(sums[k][l], operand.Mem{Base: s, Disp: 8 * lanes * (2*k + l)})
		}
	}
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}
