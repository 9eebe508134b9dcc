package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sections writes the functions that run four signals side by side through
// second-order sections of a filter, some sections for each sample at once.
func sections(o *output) {
	c := o.context
	for _, count := range []int{1, 2, 4} {
		o.function(fmt.Sprintf("sections%dAVX2", count),
			fmt.Sprintf("filters four signals of n samples in place through %d sections: coef has b0, b1, b2, a1 and a2 of each, and state two numbers, four times every one.", count),
			"func(y, state, coef *float64, n int)")
		y := c.Load(c.Param("y"), c.GP64())
		state := c.Load(c.Param("state"), c.GP64())
		coef := c.Load(c.Param("coef"), c.GP64())
		n := c.Load(c.Param("n"), c.GP64())
		p, q := make([]reg.VecVirtual, count), make([]reg.VecVirtual, count)
		for k := range count {
			p[k], q[k] = c.YMM(), c.YMM()
			c.VMOVUPD(at(state, 16*lanes*k), p[k])
			c.VMOVUPD(at(state, 16*lanes*k+8*lanes), q[k])
		}
		times := func(k, i int, x reg.VecVirtual) reg.VecVirtual {
			r := c.YMM()
			c.VMULPD(at(coef, 8*lanes*(5*k+i)), x, r)
			return r
		}
		c.Label("next")
		x := c.YMM()
		c.VMOVUPD(operand.Mem{Base: y}, x)
		for k := range count {
			u := o.add(times(k, 0, x), p[k])
			a := o.sub(times(k, 1, x), times(k, 3, u))
			c.VADDPD(q[k], a, p[k])
			b := times(k, 2, x)
			d := times(k, 4, u)
			c.VSUBPD(d, b, q[k])
			x = u
		}
		c.VMOVUPD(x, operand.Mem{Base: y})
		c.ADDQ(operand.U8(8*lanes), y)
		c.DECQ(n)
		c.JNZ(operand.LabelRef("next"))
		for k := range count {
			c.VMOVUPD(p[k], at(state, 16*lanes*k))
			c.VMOVUPD(q[k], at(state, 16*lanes*k+8*lanes))
		}
		c.VZEROUPPER()
		c.RET()
	}
}
