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
