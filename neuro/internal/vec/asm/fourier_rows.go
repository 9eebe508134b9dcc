package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Rows go into lanes and back, and what is done with their transforms.

// gatherRows writes the function that lays four rows of real numbers side by
// side, an even number as real part and the odd one after it as imaginary part.
func (o *output) gatherRows(name string, window bool) {
	c := o.context
	if window {
		o.function(name, "lays 4n numbers of each row side by side, less the row's level and times the window.",
			"func(dst, a, b, c, d, w, levels *float64, n int)")
	} else {
		o.function(name, "lays 4n numbers of each row side by side.", "func(dst, a, b, c, d *float64, n int)")
	}
	dst := c.Load(c.Param("dst"), c.GP64())
	var rows [4]reg.Register
	for i, name := range []string{"a", "b", "c", "d"} {
		rows[i] = c.Load(c.Param(name), c.GP64())
	}
	var w reg.Register
	var levels [4]reg.VecVirtual
	if window {
		w = c.Load(c.Param("w"), c.GP64())
		l := c.Load(c.Param("levels"), c.GP64())
		for i := range levels {
			levels[i] = c.YMM()
			c.VBROADCASTSD(at(l, 8*i), levels[i])
		}
	}
	n := c.Load(c.Param("n"), c.GP64())
	i := c.GP64()
	c.XORQ(i, i)
	c.Label("next")
	var v [4]reg.VecVirtual
	var wv reg.VecVirtual
	if window {
		wv = c.YMM()
		c.VMOVUPD(operand.Mem{Base: w, Index: i, Scale: 8}, wv)
	}
	for k := range v {
		v[k] = c.YMM()
		c.VMOVUPD(operand.Mem{Base: rows[k], Index: i, Scale: 8}, v[k])
		if window {
			c.VSUBPD(levels[k], v[k], v[k])
			c.VMULPD(wv, v[k], v[k])
		}
	}
	for k, u := range o.transpose(v) {
		c.VMOVUPD(u, at(dst, 8*lanes*k))
	}
	c.ADDQ(operand.U8(4), i)
	c.ADDQ(operand.U32(2*groupBytes), dst)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// unfold writes the function that turns the transforms of four sequences of
// pairs into those of the real rows that they hold.
func (o *output) unfold() {
	c := o.context
	o.function("unfoldAVX2", "does values k from 1 and h-k of real transforms, n of them, in place.", "func(z, turn *float64, h, n int)")
	low := c.Load(c.Param("z"), c.GP64())
	turn := c.Load(c.Param("turn"), c.GP64())
	h := c.Load(c.Param("h"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	high := c.GP64()
	c.SHLQ(operand.U8(6), h)
	c.LEAQ(operand.Mem{Base: low, Index: h, Scale: 1, Disp: -groupBytes}, high)
	c.ADDQ(operand.U8(groupBytes), low)
	c.Label("next")
	a, b := o.loadPair(at(low, 0)), o.loadPair(at(high, 0))
	c.ADDQ(operand.U8(16), turn)
	wr, wi := c.YMM(), c.YMM()
	c.VBROADCASTSD(at(turn, 0), wr)
	c.VBROADCASTSD(at(turn, 8), wi)
	er, ei := o.times(0.5, o.add(a.re, b.re)), o.times(0.5, o.sub(a.im, b.im))
	or, oi := o.times(0.5, o.add(a.im, b.im)), o.times(0.5, o.sub(b.re, a.re))
	w := o.turn(wr, wi, pair{or, oi})
	o.storePair(pair{o.add(er, w.re), o.add(ei, w.im)}, at(low, 0))
	o.storePair(pair{o.sub(er, w.re), o.sub(w.im, ei)}, at(high, 0))
	c.ADDQ(operand.U8(groupBytes), low)
	c.SUBQ(operand.U8(groupBytes), high)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// unfoldRow writes the function that does the same for one sequence, whose values
// stand one after the other; they go into lanes in the order 0, 2, 1, 3.
func (o *output) unfoldRow() {
	c := o.context
	o.function("unfoldRowAVX2", "does values k from 1 and h-k of one real transform, 4n of them, in place.", "func(z, turn *float64, h, n int)")
	low := c.Load(c.Param("z"), c.GP64())
	turn := c.Load(c.Param("turn"), c.GP64())
	h := c.Load(c.Param("h"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	high := c.GP64()
	c.SHLQ(operand.U8(4), h)
	c.LEAQ(operand.Mem{Base: low, Index: h, Scale: 1, Disp: -4 * 16}, high) // values h-4 to h-1
	c.ADDQ(operand.U8(16), low)
	c.ADDQ(operand.U8(16), turn)
	apart := func(x, y reg.VecVirtual) pair {
		p := pair{c.YMM(), c.YMM()}
		c.VUNPCKLPD(y, x, p.re)
		c.VUNPCKHPD(y, x, p.im)
		return p
	}
	turned := func(x reg.VecVirtual) reg.VecVirtual {
		r := c.YMM()
		c.VPERM2F128(operand.U8(1), x, x, r)
		return r
	}
	c.Label("next")
	v := o.loadPair(at(low, 0))
	a := apart(v.re, v.im)
	v = o.loadPair(at(high, 0))
	b := apart(turned(v.im), turned(v.re))
	v = o.loadPair(at(turn, 0))
	w := apart(v.re, v.im)
	er, ei := o.times(0.5, o.add(a.re, b.re)), o.times(0.5, o.sub(a.im, b.im))
	or, oi := o.times(0.5, o.add(a.im, b.im)), o.times(0.5, o.sub(b.re, a.re))
	w = o.turn(w.re, w.im, pair{or, oi})
	x := pair{o.add(er, w.re), o.add(ei, w.im)}
	y := pair{o.sub(er, w.re), o.sub(w.im, ei)}
	v = apart(x.re, x.im)
	o.storePair(v, at(low, 0))
	v = apart(y.re, y.im)
	o.storePair(pair{turned(v.im), turned(v.re)}, at(high, 0))
	c.ADDQ(operand.U8(64), low)
	c.ADDQ(operand.U8(64), turn)
	c.SUBQ(operand.U8(64), high)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// scatterRows writes the function that takes four sequences apart into rows of
// complex numbers.
func (o *output) scatterRows() {
	c := o.context
	o.function("scatterAVX2", "takes n values of four sequences apart into rows of complex numbers.", "func(a, b, c, d, z *float64, n int)")
	var rows [4]reg.Register
	for i, name := range []string{"a", "b", "c", "d"} {
		rows[i] = c.Load(c.Param(name), c.GP64())
	}
	z := c.Load(c.Param("z"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	v := o.loadPair(at(z, 0))
	even, odd := c.YMM(), c.YMM()
	c.VUNPCKLPD(v.im, v.re, even)
	c.VUNPCKHPD(v.im, v.re, odd)
	c.VMOVUPD(even.AsX(), at(rows[0], 0))
	c.VMOVUPD(odd.AsX(), at(rows[1], 0))
	c.VEXTRACTF128(operand.U8(1), even, at(rows[2], 0))
	c.VEXTRACTF128(operand.U8(1), odd, at(rows[3], 0))
	for _, r := range rows {
		c.ADDQ(operand.U8(16), r)
	}
	c.ADDQ(operand.U8(groupBytes), z)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// addPower writes the function that adds squares of absolute values up.
func (o *output) addPower() {
	c := o.context
	o.function("addPowerAVX2", "adds the squared absolute values of n groups to sum.", "func(sum, z *float64, n int)")
	sum := c.Load(c.Param("sum"), c.GP64())
	z := c.Load(c.Param("z"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	v := o.loadPair(at(z, 0))
	c.VMULPD(v.re, v.re, v.re)
	c.VMULPD(v.im, v.im, v.im)
	c.VADDPD(v.im, v.re, v.re)
	c.VADDPD(at(sum, 0), v.re, v.re)
	c.VMOVUPD(v.re, at(sum, 0))
	c.ADDQ(operand.U8(8*lanes), sum)
	c.ADDQ(operand.U8(groupBytes), z)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// columns writes the functions that take eight columns out of a matrix of
// complex numbers into two groups, and back.
func (o *output) columns() {
	c := o.context
	o.function("takeColumnsAVX2", "takes eight columns of n rows, each stride complex numbers from the one before.", "func(dst, src *float64, stride, n int)")
	dst := c.Load(c.Param("dst"), c.GP64())
	src := c.Load(c.Param("src"), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.SHLQ(operand.U8(4), stride)
	c.Label("next")
	for k := range 2 {
		v := o.loadPair(at(src, groupBytes*k)) // r0 i0 r1 i1, r2 i2 r3 i3
		lo, hi := c.YMM(), c.YMM()
		c.VPERM2F128(operand.U8(0x20), v.im, v.re, lo)
		c.VPERM2F128(operand.U8(0x31), v.im, v.re, hi) // r1 i1 r3 i3
		re, im := c.YMM(), c.YMM()
		c.VUNPCKLPD(hi, lo, re)
		c.VUNPCKHPD(hi, lo, im)
		o.storePair(pair{re, im}, at(dst, groupBytes*k))
	}
	c.ADDQ(stride, src)
	c.ADDQ(operand.U32(2*groupBytes), dst)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()

	o.function("putColumnsAVX2", "puts two groups of n values back into eight columns.", "func(dst, src *float64, stride, n int)")
	dst = c.Load(c.Param("dst"), c.GP64())
	src = c.Load(c.Param("src"), c.GP64())
	stride = c.Load(c.Param("stride"), c.GP64())
	n = c.Load(c.Param("n"), c.GP64())
	c.SHLQ(operand.U8(4), stride)
	c.Label("next")
	for k := range 2 {
		v := o.loadPair(at(src, groupBytes*k))
		even, odd := c.YMM(), c.YMM()
		c.VUNPCKLPD(v.im, v.re, even)
		c.VUNPCKHPD(v.im, v.re, odd)
		lo, hi := c.YMM(), c.YMM()
		c.VPERM2F128(operand.U8(0x20), odd, even, lo)
		c.VPERM2F128(operand.U8(0x31), odd, even, hi)
		o.storePair(pair{lo, hi}, at(dst, groupBytes*k))
	}
	c.ADDQ(stride, dst)
	c.ADDQ(operand.U32(2*groupBytes), src)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// twist writes the function that multiplies two groups by roots of unity that
// are products of one for the row and one for the column.
func (o *output) twist() {
	c := o.context
	o.function("twistAVX2", "multiplies n rows of two groups by first and by the root of the row.", "func(z, first, roots *float64, n int)")
	z := c.Load(c.Param("z"), c.GP64())
	first := c.Load(c.Param("first"), c.GP64())
	roots := c.Load(c.Param("roots"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	wr, wi := c.YMM(), c.YMM()
	c.VBROADCASTSD(at(roots, 0), wr)
	c.VBROADCASTSD(at(roots, 8), wi)
	for k := range 2 {
		f := o.turn(wr, wi, o.loadPair(at(first, groupBytes*k)))
		v := o.loadPair(at(z, groupBytes*k))
		o.storePair(o.turn(f.re, f.im, v), at(z, groupBytes*k))
	}
	c.ADDQ(operand.U8(16), roots)
	c.ADDQ(operand.U32(2*groupBytes), z)
	c.ADDQ(operand.U32(2*groupBytes), first)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// tile writes the function that turns tiles of 8 by 8 values over: rows of two
// groups become the places in a group.
func (o *output) tile() {
	c := o.context
	o.function("tileAVX2", "turns n tiles of eight rows of two groups over, which lie stride bytes apart in dst.", "func(dst, src *float64, stride, n int)")
	dst := c.Load(c.Param("dst"), c.GP64())
	src := c.Load(c.Param("src"), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	for row := range 2 { // rows 4 row to 4 row + 3 become group row of the output
		for col := range 2 {
			for part := range 2 {
				var v [4]reg.VecVirtual
				for k := range v {
					v[k] = c.YMM()
					c.VMOVUPD(at(src, 2*groupBytes*(4*row+k)+groupBytes*col+8*lanes*part), v[k])
				}
				for k, u := range o.transpose(v) {
					c.VMOVUPD(u, at(dst, 2*groupBytes*(4*col+k)+groupBytes*row+8*lanes*part))
				}
			}
		}
	}
	c.ADDQ(stride, dst)
	c.ADDQ(operand.U32(8*2*groupBytes), src)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// addCross writes the function that adds products with conjugates up, of two
// sequences with two others.
func (o *output) addCross() {
	c := o.context
	o.function("addCrossAVX2", "adds a conj(c), a conj(d), b conj(c) and b conj(d) of n groups, each stride bytes from the one before, to the groups of sum.",
		"func(sum, a, b, c, d *float64, stride, n int)")
	sum := c.Load(c.Param("sum"), c.GP64())
	var rows [4]reg.Register
	for i, name := range []string{"a", "b", "c", "d"} {
		rows[i] = c.Load(c.Param(name), c.GP64())
	}
	stride := c.Load(c.Param("stride"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	var acc [4]pair
	for k := range acc {
		acc[k] = o.loadPair(at(sum, groupBytes*k))
	}
	c.Label("next")
	y := [2]pair{o.loadPair(at(rows[2], 0)), o.loadPair(at(rows[3], 0))}
	for i := range 2 {
		xr := c.YMM()
		c.VMOVUPD(at(rows[i], 0), xr)
		t := c.YMM()
		for j := range 2 {
			c.VMULPD(y[j].re, xr, t)
			c.VADDPD(t, acc[2*i+j].re, acc[2*i+j].re)
			c.VMULPD(y[j].im, xr, t)
			c.VSUBPD(t, acc[2*i+j].im, acc[2*i+j].im)
		}
		xi := c.YMM()
		c.VMOVUPD(at(rows[i], 8*lanes), xi)
		for j := range 2 {
			c.VMULPD(y[j].im, xi, t)
			c.VADDPD(t, acc[2*i+j].re, acc[2*i+j].re)
			c.VMULPD(y[j].re, xi, t)
			c.VADDPD(t, acc[2*i+j].im, acc[2*i+j].im)
		}
	}
	for _, r := range rows {
		c.ADDQ(stride, r)
	}
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	for k := range acc {
		o.storePair(acc[k], at(sum, groupBytes*k))
	}
	c.VZEROUPPER()
	c.RET()
}

// filterSpectrum writes the function that multiplies a spectrum by one number for
// each frequency and exchanges real and imaginary parts.
func (o *output) filterSpectrum(name string, conj bool) {
	c := o.context
	if conj {
		o.function(name, "sets y to w times the conjugates of n groups of z, going backward in z, with parts exchanged.", "func(y, z, w *float64, n int)")
	} else {
		o.function(name, "sets y to w times n groups of z, with parts exchanged.", "func(y, z, w *float64, n int)")
	}
	y := c.Load(c.Param("y"), c.GP64())
	z := c.Load(c.Param("z"), c.GP64())
	w := c.Load(c.Param("w"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.Label("next")
	wr, wi := c.YMM(), c.YMM()
	c.VBROADCASTSD(at(w, 0), wr)
	c.VBROADCASTSD(at(w, 8), wi)
	x := o.loadPair(at(z, 0))
	a, b, d, e := c.YMM(), c.YMM(), c.YMM(), c.YMM()
	c.VMULPD(x.re, wr, a)
	c.VMULPD(x.im, wi, b)
	c.VMULPD(x.im, wr, d)
	c.VMULPD(x.re, wi, e)
	if conj {
		c.VADDPD(b, a, a)
		c.VSUBPD(d, e, d)
	} else {
		c.VSUBPD(b, a, a)
		c.VADDPD(e, d, d)
	}
	o.storePair(pair{d, a}, at(y, 0))
	c.ADDQ(operand.U8(16), w)
	c.ADDQ(operand.U8(groupBytes), y)
	if conj {
		c.SUBQ(operand.U8(groupBytes), z)
	} else {
		c.ADDQ(operand.U8(groupBytes), z)
	}
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// regroup writes the function that turns groups of four sequences into groups of
// four values of each.
func (o *output) regroup() {
	c := o.context
	o.function("regroupAVX2", "turns n times four groups over: the values of sequence l go to dst + l sequence, times after times step bytes apart.",
		"func(dst, z *float64, sequence, step, n int)")
	dst := c.Load(c.Param("dst"), c.GP64())
	z := c.Load(c.Param("z"), c.GP64())
	sequence := c.Load(c.Param("sequence"), c.GP64())
	step := c.Load(c.Param("step"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	three := c.GP64()
	c.LEAQ(operand.Mem{Base: sequence, Index: sequence, Scale: 2}, three)
	c.Label("next")
	for part := range 2 {
		var v [4]reg.VecVirtual
		for k := range v {
			v[k] = c.YMM()
			c.VMOVUPD(at(z, groupBytes*k+8*lanes*part), v[k])
		}
		u := o.transpose(v)
		c.VMOVUPD(u[0], at(dst, 8*lanes*part))
		c.VMOVUPD(u[1], operand.Mem{Base: dst, Index: sequence, Scale: 1, Disp: 8 * lanes * part})
		c.VMOVUPD(u[2], operand.Mem{Base: dst, Index: sequence, Scale: 2, Disp: 8 * lanes * part})
		c.VMOVUPD(u[3], operand.Mem{Base: dst, Index: three, Scale: 1, Disp: 8 * lanes * part})
	}
	c.ADDQ(operand.U32(4*groupBytes), z)
	c.ADDQ(step, dst)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}

// fold writes the function that turns transforms of real rows into those of their
// pairs, the other way round than unfold; real and imaginary parts are exchanged.
func (o *output) fold() {
	c := o.context
	o.function("foldAVX2", "does values k from 1 and h-k of pairs, n of them, in place, with parts exchanged.", "func(z, turn *float64, h, n int)")
	low := c.Load(c.Param("z"), c.GP64())
	turn := c.Load(c.Param("turn"), c.GP64())
	h := c.Load(c.Param("h"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	high := c.GP64()
	c.SHLQ(operand.U8(6), h)
	c.LEAQ(operand.Mem{Base: low, Index: h, Scale: 1, Disp: -groupBytes}, high)
	c.ADDQ(operand.U8(groupBytes), low)
	exchanged := func(p pair) pair { return pair{p.im, p.re} }
	c.Label("next")
	a, b := exchanged(o.loadPair(at(low, 0))), exchanged(o.loadPair(at(high, 0)))
	c.ADDQ(operand.U8(16), turn)
	wr, wi := c.YMM(), c.YMM()
	c.VBROADCASTSD(at(turn, 0), wr)
	c.VBROADCASTSD(at(turn, 8), wi)
	er, ei := o.times(0.5, o.add(a.re, b.re)), o.times(0.5, o.sub(a.im, b.im))
	dr, di := o.times(0.5, o.sub(a.re, b.re)), o.times(0.5, o.add(a.im, b.im))
	product := func(x, y reg.VecVirtual) reg.VecVirtual {
		r := c.YMM()
		c.VMULPD(y, x, r)
		return r
	}
	or := o.add(product(wr, dr), product(wi, di))
	oi := o.sub(product(wr, di), product(wi, dr))
	o.storePair(exchanged(pair{o.sub(er, oi), o.add(ei, or)}), at(low, 0))
	o.storePair(exchanged(pair{o.add(er, oi), o.sub(or, ei)}), at(high, 0))
	c.ADDQ(operand.U8(groupBytes), low)
	c.SUBQ(operand.U8(groupBytes), high)
	c.DECQ(n)
	c.JNZ(operand.LabelRef("next"))
	c.VZEROUPPER()
	c.RET()
}
