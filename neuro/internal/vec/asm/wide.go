package main

import (
	"math"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/reg"
)

// The functions of this file are those of loop.go, emit.go, masks.go and memory.go for
// AVX-512: eight lanes, 32 registers, and masks in registers of their own, so that what is left
// of a block is done by a masked vector.

const wideLanes = 8

// masked emits the operations that make masks or choose by them.
func (g *group) masked(v *value, i int) {
	a := v.args
	mask := func(x *value) reg.OpmaskVirtual {
		if m, ok := g.masks[i][x]; ok {
			return m
		}
		m := g.K()
		g.VPMOVQ2M(g.inRegister(x, i), m)
		return m
	}
	switch v.op {
	case opRound:
		x := g.operand(a[0], i)
		g.VRNDSCALEPD(operand.U8(v.imm), x, g.result(v, i))
	case opCompare:
		x, y := g.inRegister(a[0], i), g.operand(a[1], i)
		m := g.K()
		g.VCMPPD(operand.U8(v.imm), y, x, m)
		g.masks[i][v] = m
		if g.k.asVector(v) {
			g.VPMOVM2Q(m, g.result(v, i))
		}
	case opBlend:
		m := mask(a[0])
		yes, no := g.operand(a[1], i), g.inRegister(a[2], i)
		g.VBLENDMPD(yes, no, m, g.result(v, i))
	case opStop:
		m := mask(a[0])
		g.KORTESTB(m, m)
		g.JNZ(operand.LabelRef(g.stop))
	}
}

// asVector reports whether something needs the mask v as the bits of a vector.
func (k *kernel) asVector(v *value) bool {
	for _, r := range k.result {
		if r == v {
			return true
		}
	}
	for _, u := range k.body {
		for n, a := range u.args {
			if a == v && !(u.op == opStop || u.op == opBlend && n == 0) {
				return true
			}
		}
	}
	return false
}

func (o *output) writeWide(name, doc string, unroll int, k *kernel) {
	keep := len(k.constants())
	for ; keep > 0 && !fitsWide(func(o *output) { o.writeWideKeeping(name, doc, unroll, k, keep) }); keep-- {
	}
	o.writeWideKeeping(name, doc, unroll, k, keep)
}

// fitsWide reports whether a function gets by with the registers of AVX-512.
func fitsWide(write func(*output)) bool {
	o := newOutput(true)
	write(o)
	file, err := o.context.Result()
	if err != nil {
		panic(err)
	}
	return pass.Compile.Execute(file) == nil
}

func (o *output) writeWideKeeping(name, doc string, unroll int, k *kernel, keep int) {
	c := o.context
	dst := []string{"dst"}
	if len(k.result) == 2 {
		dst = []string{"dst0", "dst1"}
	}
	slices := append(append([]string{}, dst...), k.params[:k.slices]...)
	signature := "func(" + strings.Join(slices, ", ") + " []float64"
	if k.slices < len(k.params) {
		signature += ", " + strings.Join(k.params[k.slices:], ", ") + " float64"
	}
	o.function(name, doc, signature+") int")

	pointer := map[string]reg.Register{}
	for _, n := range slices {
		pointer[n] = c.Load(c.Param(n).Base(), c.GP64())
	}
	n := c.Load(c.Param(dst[0]).Len(), c.GP64())
	var numbers []reg.VecVirtual
	for _, p := range k.params[k.slices:] {
		numbers = append(numbers, o.number(p))
	}
	kept := map[uint64]reg.VecVirtual{}
	for _, b := range k.constants()[:keep] {
		kept[b] = c.ZMM()
		c.VBROADCASTSD(broadcast(b), kept[b])
	}
	i := c.GP64()
	c.XORQ(i, i)
	at := func(name string, vector int) operand.Mem {
		return operand.Mem{Base: pointer[name], Index: i, Scale: 8, Disp: 8 * wideLanes * vector}
	}
	group := func(k *kernel, vectors int, stop string) *group {
		g := newGroup(c, k, vectors)
		g.wide, g.number, g.kept, g.stop = true, numbers, kept, stop
		g.load = func(param uint64, vector int) operand.Op { return at(k.params[param], vector) }
		return g
	}
	part := func(k *kernel, vectors int, stop string) {
		for v, regs := range group(k, vectors, stop).emit() {
			for j, r := range regs {
				c.VMOVUPD(r, at(dst[j], v))
			}
		}
		c.ADDQ(operand.Imm(uint64(wideLanes*vectors)), i)
	}
	body := func(vectors int, stop, far, met string) {
		if k.near == nil {
			part(k, vectors, stop)
			return
		}
		part(k.near, vectors, far)
		c.JMP(operand.LabelRef(met))
		c.Label(far)
		for range vectors { // each is done before the next, which may stop
			part(k, 1, stop)
		}
		c.Label(met)
	}
	limit, last := c.GP64(), c.GP64()
	if unroll > 1 {
		c.LEAQ(operand.Mem{Base: n, Disp: -wideLanes * unroll}, limit)
		c.Label("several")
		c.CMPQ(i, limit)
		c.JGT(operand.LabelRef("single"))
		body(unroll, "single", "far1", "met1")
		c.JMP(operand.LabelRef("several"))
	}
	c.Label("single")
	c.LEAQ(operand.Mem{Base: n, Disp: -wideLanes}, last)
	c.Label("next")
	c.CMPQ(i, last)
	c.JGT(operand.LabelRef("tail"))
	body(1, "done", "far2", "met2")
	c.JMP(operand.LabelRef("next"))

	// The lanes beyond the end have 1, which every function takes.
	c.Label("tail")
	left := c.GP64()
	c.MOVQ(n, left)
	c.SUBQ(i, left)
	c.JE(operand.LabelRef("done"))
	mask := o.lowest(left)
	g := group(k, 1, "done")
	loaded := map[uint64]reg.VecVirtual{}
	g.load = func(param uint64, _ int) operand.Op {
		if loaded[param] == nil {
			r := c.ZMM()
			c.VBROADCASTSD(broadcast(math.Float64bits(1)), r)
			c.VMOVUPD(at(k.params[param], 0), mask, r)
			loaded[param] = r
		}
		return loaded[param]
	}
	for j, r := range g.emit()[0] {
		c.VMOVUPD(r, mask, at(dst[j], 0))
	}
	c.MOVQ(n, i)
	c.Label("done")
	o.end(i)
}

// lowest returns a mask of so many lanes.
func (o *output) lowest(left reg.GPVirtual) reg.OpmaskVirtual {
	c := o.context
	bits, mask := c.GP32(), c.K()
	c.MOVL(operand.U32(0xff), bits)
	c.BZHIL(left.As32(), bits, bits)
	c.KMOVB(bits, mask)
	return mask
}

// end ends a function that has done i elements.
func (o *output) end(i reg.Register) {
	c := o.context
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// wideMasks writes the functions of masks.go.
func wideMasks(o *output) {
	for _, c := range comparisons {
		o.wideCompare(c.name+"AVX512", c.doc, c.predicate, c.constant)
	}
	for _, c := range choices {
		o.wideChoose(c.name+"AVX512", c.doc, c.parameters, c.yes, c.no)
	}
}

// wideElement is vector j of those that begin at element i of a slice.
func wideElement(base, i reg.Register, j int) operand.Mem {
	return operand.Mem{Base: base, Index: i, Scale: 8, Disp: 8 * wideLanes * j}
}

func (o *output) wideCompare(name, doc string, predicate uint64, constant bool) {
	c := o.context
	if constant {
		o.function(name, doc, "func(m []uint64, x []float64, c float64) int")
	} else {
		o.function(name, doc, "func(m []uint64, x, y []float64) int")
	}
	m := c.Load(c.Param("m").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("x").Len(), c.GP64())
	var y reg.Register
	var number reg.VecVirtual
	if constant {
		number = o.number("c")
	} else {
		y = c.Load(c.Param("y").Base(), c.GP64())
	}
	o.words(n, func(i reg.Register) {
		// The masks are put together in pairs, as a tree.
		var parts []reg.OpmaskVirtual
		for j := range 64 / wideLanes {
			v, mask := c.ZMM(), c.K()
			c.VMOVUPD(wideElement(x, i, j), v)
			if constant {
				c.VCMPPD(operand.U8(predicate), number, v, mask)
			} else {
				c.VCMPPD(operand.U8(predicate), wideElement(y, i, j), v, mask)
			}
			parts = append(parts, mask)
			if j&1 == 1 {
				c.KUNPCKBW(parts[len(parts)-2], mask, mask)
				parts = append(parts[:len(parts)-2], mask)
			}
			if j&3 == 3 {
				low, high := parts[len(parts)-2], parts[len(parts)-1]
				c.KUNPCKWD(low, high, high)
				parts = append(parts[:len(parts)-2], high)
			}
		}
		c.KUNPCKDQ(parts[0], parts[1], parts[1])
		c.KMOVQ(parts[1], operand.Mem{Base: m})
		c.ADDQ(operand.U8(8), m)
	})
}

// wideChoose blends yes and no, each a slice, or else the next of the numbers.
func (o *output) wideChoose(name, doc, parameters, yes, no string) {
	c := o.context
	o.function(name, doc, "func("+parameters+") int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	n := c.Load(c.Param("dst").Len(), c.GP64())
	m := c.Load(c.Param("m").Base(), c.GP64())
	numbers := []string{"c"}
	if yes == "" && no == "" {
		numbers = []string{"a", "b"}
	}
	pointers := map[string]reg.Register{}
	fixed := map[string]reg.VecVirtual{}
	for _, p := range []*string{&yes, &no} {
		if *p == "" {
			*p, numbers = numbers[0], numbers[1:]
			fixed[*p] = o.number(*p)
			continue
		}
		pointers[*p] = c.Load(c.Param(*p).Base(), c.GP64())
	}
	o.words(n, func(i reg.Register) {
		for j := range 64 / wideLanes {
			set, r := c.K(), c.ZMM()
			c.KMOVB(operand.Mem{Base: m, Disp: j}, set)
			var y, n operand.Op = fixed[yes], fixed[no]
			if p, ok := pointers[yes]; ok {
				y = wideElement(p, i, j)
			}
			if p, ok := pointers[no]; ok {
				c.VMOVUPD(wideElement(p, i, j), r)
				n = r
			}
			c.VBLENDMPD(y, n, set, r)
			c.VMOVUPD(r, wideElement(dst, i, j))
		}
		c.ADDQ(operand.U8(8), m)
	})
}

// wideSingles writes the function of memory.go that takes numbers of 32 bits over.
func wideSingles(o *output) {
	c := o.context
	o.function("takeAVX512", "adds x to dst and sets x to 0.", "func(dst []float64, x []float32) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("dst").Len(), c.GP64())
	zero := c.YMM()
	c.VXORPS(zero, zero, zero)
	i, last := c.GP64(), c.GP64()
	c.XORQ(i, i)
	c.LEAQ(operand.Mem{Base: n, Disp: -2 * wideLanes}, last)
	c.Label("next")
	c.CMPQ(i, last)
	c.JGT(operand.LabelRef("done"))
	for j := range 2 {
		from := operand.Mem{Base: x, Index: i, Scale: 4, Disp: 4 * wideLanes * j}
		r := c.ZMM()
		c.VCVTPS2PD(from, r)
		c.VMOVUPS(zero, from)
		c.VADDPD(wideElement(dst, i, j), r, r)
		c.VMOVUPD(r, wideElement(dst, i, j))
	}
	c.ADDQ(operand.Imm(2*wideLanes), i)
	c.JMP(operand.LabelRef("next"))
	c.Label("done")
	o.end(i)
}
