package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// fourier writes the kernels of package fft, which work on groups: four
// sequences side by side, of every element four real parts and then four
// imaginary ones, 64 bytes.
func fourier(o *output) {
	o.butterflies("pass2AVX2", 2, true)
	o.butterflies("pass3AVX2", 3, true)
	o.butterflies("pass4AVX2", 4, true)
	o.butterflies("plain4AVX2", 4, false)
	o.butterflies("pass5AVX2", 5, true)
	o.seven()
	o.gatherRows("gatherAVX2", false)
	o.gatherRows("gatherWindowAVX2", true)
	o.unfold()
	o.unfoldRow()
	o.scatterRows()
	o.addPower()
	o.columns()
	o.twist()
	o.tile()
	o.addCross()
	o.regroup()
	o.fold()
	o.filterSpectrum("filterAVX2", false)
	o.filterSpectrum("filterConjAVX2", true)
}

const groupBytes = 16 * lanes

// A pair is the real and imaginary part of a group in registers.
type pair struct{ re, im reg.VecVirtual }

func at(base reg.Register, disp int) operand.Mem { return operand.Mem{Base: base, Disp: disp} }

func (o *output) loadPair(m operand.Mem) pair {
	p := pair{o.context.YMM(), o.context.YMM()}
	o.context.VMOVUPD(m, p.re)
	o.context.VMOVUPD(m.Offset(8*lanes), p.im)
	return p
}

func (o *output) storePair(p pair, m operand.Mem) {
	o.context.VMOVUPD(p.re, m)
	o.context.VMOVUPD(p.im, m.Offset(8*lanes))
}

// add and sub return x+y and x-y of single registers.
func (o *output) add(x, y reg.VecVirtual) reg.VecVirtual {
	r := o.context.YMM()
	o.context.VADDPD(y, x, r)
	return r
}

func (o *output) sub(x, y reg.VecVirtual) reg.VecVirtual {
	r := o.context.YMM()
	o.context.VSUBPD(y, x, r)
	return r
}

// times returns c*x for a constant.
func (o *output) times(c float64, x reg.VecVirtual) reg.VecVirtual {
	r := o.context.YMM()
	o.context.VMULPD(broadcast(math.Float64bits(c)), x, r)
	return r
}

func (o *output) addPair(x, y pair) pair { return pair{o.add(x.re, y.re), o.add(x.im, y.im)} }
func (o *output) subPair(x, y pair) pair { return pair{o.sub(x.re, y.re), o.sub(x.im, y.im)} }

// turn returns w*x with every product rounded.
func (o *output) turn(wr, wi reg.VecVirtual, x pair) pair {
	c := o.context
	a, b, d, e := c.YMM(), c.YMM(), c.YMM(), c.YMM()
	c.VMULPD(x.re, wr, a)
	c.VMULPD(x.im, wi, b)
	c.VMULPD(x.im, wr, d)
	c.VMULPD(x.re, wi, e)
	c.VSUBPD(b, a, a)
	c.VADDPD(e, d, d)
	return pair{a, d}
}

// butterflies writes a pass: count columns from p on, each of g groups.
func (o *output) butterflies(name string, r int, roots bool) {
	c := o.context
	doc := "does columns of a pass: x[q + g(p + m k)] to y[q + g(r p + j)], the roots in tw."
	if !roots {
		doc = "does one column of a pass whose roots are all 1."
	}
	o.function(name, doc, "func(y, x, tw *float64, count, m, groups int)")
	y := c.Load(c.Param("y"), c.GP64())
	x := c.Load(c.Param("x"), c.GP64())
	tw := c.Load(c.Param("tw"), c.GP64())
	count := c.Load(c.Param("count"), c.GP64())
	mg := c.Load(c.Param("m"), c.GP64())
	g := c.Load(c.Param("groups"), c.GP64())
	gb := c.GP64()
	c.IMULQ(g, mg)
	c.SHLQ(operand.U8(6), mg)
	c.MOVQ(g, gb)
	c.SHLQ(operand.U8(6), gb)
	skip := c.GP64() // from the end of one output column to the next
	c.MOVQ(operand.U32(r-1), skip)
	c.IMULQ(gb, skip)
	var mg3, gb3 reg.GPVirtual
	if r > 3 {
		mg3, gb3 = c.GP64(), c.GP64()
		c.LEAQ(operand.Mem{Base: mg, Index: mg, Scale: 2}, mg3)
		c.LEAQ(operand.Mem{Base: gb, Index: gb, Scale: 2}, gb3)
	}
	place := func(base, one, three reg.Register, k int) operand.Mem {
		switch k {
		case 0:
			return operand.Mem{Base: base}
		case 3:
			return operand.Mem{Base: base, Index: three, Scale: 1}
		}
		return operand.Mem{Base: base, Index: one, Scale: uint8(k)}
	}
	in := func(k int) pair { return o.loadPair(place(x, mg, mg3, k)) }
	out := func(j int, v pair) {
		if j > 0 && roots {
			wr, wi := c.YMM(), c.YMM()
			c.VBROADCASTSD(at(tw, 16*(j-1)), wr)
			c.VBROADCASTSD(at(tw, 16*(j-1)+8), wi)
			v = o.turn(wr, wi, v)
		}
		o.storePair(v, place(y, gb, gb3, j))
	}
	q := c.GP64()
	c.Label("column")
	c.MOVQ(g, q)
	c.Label("group")
	switch r {
	case 2:
		a, b := in(0), in(1)
		out(0, o.addPair(a, b))
		out(1, o.subPair(a, b))
	case 3:
		const sin = 0.86602540378443864676
		b, d := in(1), in(2)
		t, u := o.addPair(b, d), o.subPair(b, d)
		a := in(0)
		out(0, o.addPair(a, t))
		mid := pair{o.sub(a.re, o.times(0.5, t.re)), o.sub(a.im, o.times(0.5, t.im))}
		rr, ri := o.times(sin, u.im), o.times(sin, u.re)
		out(1, pair{o.add(mid.re, rr), o.sub(mid.im, ri)})
		out(2, pair{o.sub(mid.re, rr), o.add(mid.im, ri)})
	case 4:
		a, b, d, e := in(0), in(1), in(2), in(3)
		ac, am := o.addPair(a, d), o.subPair(a, d)
		bd, bm := o.addPair(b, e), o.subPair(b, e)
		out(0, o.addPair(ac, bd))
		out(2, o.subPair(ac, bd))
		out(1, pair{o.add(am.re, bm.im), o.sub(am.im, bm.re)})
		out(3, pair{o.sub(am.re, bm.im), o.add(am.im, bm.re)})
	case 5:
		const (
			c1 = 0.30901699437494742410
			c2 = -0.80901699437494742410
			s1 = 0.95105651629515357212
			s2 = 0.58778525229247312917
		)
		b, e := in(1), in(4)
		t1, u1 := o.addPair(b, e), o.subPair(b, e)
		d, f := in(2), in(3)
		t2, u2 := o.addPair(d, f), o.subPair(d, f)
		a := in(0)
		out(0, o.addPair(a, o.addPair(t1, t2)))
		mid := func(a, t1, t2 reg.VecVirtual, p, q float64) reg.VecVirtual {
			return o.add(o.add(a, o.times(p, t1)), o.times(q, t2))
		}
		m1r, m2r := mid(a.re, t1.re, t2.re, c1, c2), mid(a.re, t1.re, t2.re, c2, c1)
		m1i, m2i := mid(a.im, t1.im, t2.im, c1, c2), mid(a.im, t1.im, t2.im, c2, c1)
		r1r := o.add(o.times(s1, u1.im), o.times(s2, u2.im))
		r1i := o.add(o.times(s1, u1.re), o.times(s2, u2.re))
		r2r := o.sub(o.times(s2, u1.im), o.times(s1, u2.im))
		r2i := o.sub(o.times(s2, u1.re), o.times(s1, u2.re))
		out(1, pair{o.add(m1r, r1r), o.sub(m1i, r1i)})
		out(4, pair{o.sub(m1r, r1r), o.add(m1i, r1i)})
		out(2, pair{o.add(m2r, r2r), o.sub(m2i, r2i)})
		out(3, pair{o.sub(m2r, r2r), o.add(m2i, r2i)})
	}
	c.ADDQ(operand.U8(groupBytes), x)
	c.ADDQ(operand.U8(groupBytes), y)
	c.DECQ(q)
	c.JNZ(operand.LabelRef("group"))
	c.ADDQ(skip, y)
	c.ADDQ(operand.U32(16*(r-1)), tw)
	c.DECQ(count)
	c.JNZ(operand.LabelRef("column"))
	c.VZEROUPPER()
	c.RET()
}

// transpose returns the columns of the matrix whose rows are v.
func (o *output) transpose(v [4]reg.VecVirtual) [4]reg.VecVirtual {
	c := o.context
	var t, u [4]reg.VecVirtual
	for i := range t {
		t[i], u[i] = c.YMM(), c.YMM()
	}
	c.VUNPCKLPD(v[1], v[0], t[0])
	c.VUNPCKHPD(v[1], v[0], t[1])
	c.VUNPCKLPD(v[3], v[2], t[2])
	c.VUNPCKHPD(v[3], v[2], t[3])
	c.VPERM2F128(operand.U8(0x20), t[2], t[0], u[0])
	c.VPERM2F128(operand.U8(0x20), t[3], t[1], u[1])
	c.VPERM2F128(operand.U8(0x31), t[2], t[0], u[2])
	c.VPERM2F128(operand.U8(0x31), t[3], t[1], u[3])
	return u
}

// seven writes the pass of radix 7, whose values do not fit the registers: real
// and then imaginary parts go to y, and are turned there.
func (o *output) seven() {
	c := o.context
	o.function("pass7AVX2", "does columns of a pass of radix 7, as pass2AVX2 does; cos and sin hold those of multiples of 2π/7.",
		"func(y, x, tw, cos, sin *float64, count, m, groups int)")
	y := c.Load(c.Param("y"), c.GP64())
	x := c.Load(c.Param("x"), c.GP64())
	tw := c.Load(c.Param("tw"), c.GP64())
	cos := c.Load(c.Param("cos"), c.GP64())
	sin := c.Load(c.Param("sin"), c.GP64())
	count := c.Load(c.Param("count"), c.GP64())
	mg := c.Load(c.Param("m"), c.GP64())
	g := c.Load(c.Param("groups"), c.GP64())
	gb, mg3, gb3, x4, y4, q := c.GP64(), c.GP64(), c.GP64(), c.GP64(), c.GP64(), c.GP64()
	c.IMULQ(g, mg)
	c.SHLQ(operand.U8(6), mg)
	c.MOVQ(g, gb)
	c.SHLQ(operand.U8(6), gb)
	c.LEAQ(operand.Mem{Base: mg, Index: mg, Scale: 2}, mg3)
	c.LEAQ(operand.Mem{Base: gb, Index: gb, Scale: 2}, gb3)
	place := func(base, base4, one, three reg.Register, k int) operand.Mem {
		switch k {
		case 0:
			return operand.Mem{Base: base}
		case 3:
			return operand.Mem{Base: base, Index: three, Scale: 1}
		case 4:
			return operand.Mem{Base: base4}
		case 5, 6:
			return operand.Mem{Base: base4, Index: one, Scale: uint8(k - 4)}
		}
		return operand.Mem{Base: base, Index: one, Scale: uint8(k)}
	}
	load := func(m operand.Mem) reg.VecVirtual {
		r := c.YMM()
		c.VMOVUPD(m, r)
		return r
	}
	in := func(k, part int) reg.VecVirtual { return load(place(x, x4, mg, mg3, k).Offset(8 * lanes * part)) }
	out := func(j, part int) operand.Mem { return place(y, y4, gb, gb3, j).Offset(8 * lanes * part) }
	product := func(table reg.Register, i int, v reg.VecVirtual) reg.VecVirtual {
		w := c.YMM()
		c.VBROADCASTSD(at(table, 8*i), w)
		c.VMULPD(v, w, w)
		return w
	}
	c.Label("column")
	c.MOVQ(g, q)
	c.Label("group")
	c.LEAQ(operand.Mem{Base: x, Index: mg, Scale: 4}, x4)
	c.LEAQ(operand.Mem{Base: y, Index: gb, Scale: 4}, y4)
	for part := range 2 {
		// Sums of this part meet the cosines, differences of the other the sines.
		var t, u [3]reg.VecVirtual
		a := in(0, part)
		sum := c.YMM()
		c.VMOVAPD(a, sum)
		for k := range t {
			b, d := in(k+1, part), in(6-k, part)
			t[k] = o.add(b, d)
			c.VADDPD(t[k], sum, sum)
			u[k] = o.sub(in(k+1, 1-part), in(6-k, 1-part))
		}
		c.VMOVUPD(sum, out(0, part))
		for j := 1; j <= 3; j++ {
			mid, turned := c.YMM(), c.YMM()
			c.VMOVAPD(a, mid)
			c.VXORPD(turned, turned, turned)
			for k := range t {
				i := j * (k + 1) % 7
				c.VADDPD(product(cos, i, t[k]), mid, mid)
				if part == 0 {
					c.VADDPD(product(sin, i, u[k]), turned, turned)
				} else {
					c.VSUBPD(product(sin, i, u[k]), turned, turned)
				}
			}
			c.VMOVUPD(o.add(mid, turned), out(j, part))
			c.VMOVUPD(o.sub(mid, turned), out(7-j, part))
		}
	}
	for j := 1; j < 7; j++ {
		wr, wi := c.YMM(), c.YMM()
		c.VBROADCASTSD(at(tw, 16*(j-1)), wr)
		c.VBROADCASTSD(at(tw, 16*(j-1)+8), wi)
		o.storePair(o.turn(wr, wi, pair{load(out(j, 0)), load(out(j, 1))}), out(j, 0))
	}
	c.ADDQ(operand.U8(groupBytes), x)
	c.ADDQ(operand.U8(groupBytes), y)
	c.DECQ(q)
	c.JNZ(operand.LabelRef("group"))
	c.LEAQ(operand.Mem{Base: y, Index: gb3, Scale: 2}, y)
	c.ADDQ(operand.U8(16*6), tw)
	c.DECQ(count)
	c.JNZ(operand.LabelRef("column"))
	c.VZEROUPPER()
	c.RET()
}
