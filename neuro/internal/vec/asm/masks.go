package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// masks writes the functions that make masks, and those that choose by them. They
// work on whole words of a mask, 64 elements each, and return how many elements
// are done.
func masks(o *output) {
	for _, c := range comparisons {
		o.compare(c.name+"AVX2", c.doc, c.predicate, c.constant)
	}
	for _, c := range choices {
		o.choose(c.name+"AVX2", c.doc, c.parameters, c.yes, c.no)
	}
}

var comparisons = []struct {
	name, doc string
	predicate uint64
	constant  bool
}{
	{"less", "sets m to x < y.", less, false},
	{"lessEqual", "sets m to x <= y.", lessEqual, false},
	{"equal", "sets m to x == y.", equal, false},
	{"lessConst", "sets m to x < c.", less, true},
	{"lessEqualConst", "sets m to x <= c.", lessEqual, true},
	{"greaterConst", "sets m to x > c.", greater, true},
	{"greaterEqualConst", "sets m to x >= c.", greaterEqual, true},
	{"equalConst", "sets m to x == c.", equal, true},
}

var choices = []struct{ name, doc, parameters, yes, no string }{
	{"select", "sets dst to x where m is set and to y elsewhere.", "dst []float64, m []uint64, x, y []float64", "x", "y"},
	{"selectConst", "sets dst to c where m is set and to y elsewhere.", "dst []float64, m []uint64, c float64, y []float64", "", "y"},
	{"selectElseConst", "sets dst to x where m is set and to c elsewhere.", "dst []float64, m []uint64, x []float64, c float64", "x", ""},
	{"selectConsts", "sets dst to a where m is set and to b elsewhere.", "dst []float64, m []uint64, a, b float64", "", ""},
}

const vectorsPerWord = 64 / lanes

func (o *output) compare(name, doc string, predicate uint64, constant bool) {
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
		word := c.GP64()
		for j := vectorsPerWord - 1; j >= 0; j-- { // the last elements are the highest bits
			mask := c.YMM()
			c.VMOVUPD(element(x, i, j), mask)
			if constant {
				c.VCMPPD(operand.U8(predicate), number, mask, mask)
			} else {
				c.VCMPPD(operand.U8(predicate), element(y, i, j), mask, mask)
			}
			bits := c.GP64()
			c.VMOVMSKPD(mask, bits.As32())
			if j == vectorsPerWord-1 {
				c.MOVQ(bits, word)
				continue
			}
			c.SHLQ(operand.U8(lanes), word)
			c.ORQ(bits, word)
		}
		c.MOVQ(word, operand.Mem{Base: m})
		c.ADDQ(operand.U8(8), m)
	})
}

// choose blends yes and no, each a slice, or else the next of the numbers.
func (o *output) choose(name, doc, parameters, yes, no string) {
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
	lane := c.YMM() // brings the bit of each lane to its sign
	c.VMOVDQU(o.data("lanes", 63, 62, 61, 60), lane)
	o.words(n, func(i reg.Register) {
		word := c.YMM()
		c.VPBROADCASTQ(operand.Mem{Base: m}, word)
		c.ADDQ(operand.U8(8), m)
		for j := range vectorsPerWord {
			set := c.YMM()
			c.VPSLLVQ(lane, word, set)
			var y, n operand.Op = fixed[yes], fixed[no]
			if p, ok := pointers[yes]; ok {
				y = element(p, i, j)
			}
			if p, ok := pointers[no]; ok {
				r := c.YMM()
				c.VMOVUPD(element(p, i, j), r)
				n = r
			}
			c.VBLENDVPD(set, y, n, set)
			c.VMOVUPD(set, element(dst, i, j))
			if j < vectorsPerWord-1 {
				c.VPSRLQ(operand.U8(lanes), word, word)
			}
		}
	})
}

// words runs body for each word of a mask of n elements and ends the function.
func (o *output) words(n reg.Register, body func(i reg.Register)) {
	c := o.context
	i, last := c.GP64(), c.GP64()
	c.XORQ(i, i)
	c.LEAQ(operand.Mem{Base: n, Disp: -64}, last)
	c.Label("next")
	c.CMPQ(i, last)
	c.JGT(operand.LabelRef("done"))
	body(i)
	c.ADDQ(operand.U8(64), i)
	c.JMP(operand.LabelRef("next"))
	c.Label("done")
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// element is vector j of those that begin at element i of a slice.
func element(base, i reg.Register, j int) operand.Mem {
	return operand.Mem{Base: base, Index: i, Scale: 8, Disp: 8 * lanes * j}
}
