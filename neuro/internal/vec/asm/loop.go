package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const lanes = 4 // of a vector

// newKernel returns a kernel that reads elements of slices and numbers, and the
// values of both in the order of their names.
func newKernel(slices, numbers string) (*kernel, []*value) {
	k := &kernel{}
	var in []*value
	for _, n := range strings.Fields(slices) {
		in = append(in, &value{op: opLoad, imm: uint64(len(k.params))})
		k.params = append(k.params, n)
	}
	k.slices = len(k.params)
	for i, n := range strings.Fields(numbers) {
		in = append(in, &value{op: opParam, imm: uint64(i)})
		k.params = append(k.params, n)
	}
	return k, in
}

// each writes the function name: for each element of dst, the kernel's result.
// It returns how many elements are done, which is a multiple of the lanes: what
// is left begins with a group that the kernel stops at, or is shorter than a
// group.
func (o *output) each(name, doc string, unroll int, k *kernel, result ...*value) {
	k.result = result
	dst := []string{"dst"}
	if len(result) == 2 {
		dst = []string{"dst0", "dst1"}
	}
	c := o.context
	signature := "func(" + strings.Join(append(append([]string{}, dst...), k.params[:k.slices]...), ", ") + " []float64"
	if k.slices < len(k.params) {
		signature += ", " + strings.Join(k.params[k.slices:], ", ") + " float64"
	}
	signature += ") int"
	o.function(name, doc, signature)

	pointer := map[string]reg.Register{}
	for _, n := range append(append([]string{}, dst...), k.params[:k.slices]...) {
		pointer[n] = c.Load(c.Param(n).Base(), c.GP64())
	}
	n := c.Load(c.Param(dst[0]).Len(), c.GP64())
	var numbers []reg.VecVirtual
	for _, p := range k.params[k.slices:] {
		a, err := c.Param(p).Resolve()
		if err != nil {
			panic(err)
		}
		r := c.YMM()
		c.VBROADCASTSD(a.Addr, r)
		numbers = append(numbers, r)
	}
	i := c.GP64()
	c.XORQ(i, i)
	at := func(name string, vector int) operand.Mem {
		return operand.Mem{Base: pointer[name], Index: i, Scale: 8, Disp: 8 * lanes * vector}
	}
	body := func(vectors int, stop string) {
		g := newGroup(c, k, vectors)
		g.load = func(param uint64, vector int) operand.Op { return at(k.params[param], vector) }
		g.number = numbers
		g.stop = stop
		for v, regs := range g.emit() {
			for j, r := range regs {
				c.VMOVUPD(r, at(dst[j], v))
			}
		}
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
	}
	loop(c, n, i, unroll, body)
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// loop runs body for unroll vectors at once while there are as many, and then
// one by one. body advances i, and may jump to stop.
func loop(c *build.Context, n reg.Register, i reg.GPVirtual, unroll int, body func(vectors int, stop string)) {
	limit := c.GP64()
	if unroll > 1 {
		c.LEAQ(operand.Mem{Base: n, Disp: -lanes * unroll}, limit)
		c.Label("several")
		c.CMPQ(i, limit)
		c.JGT(operand.LabelRef("single"))
		body(unroll, "single")
		c.JMP(operand.LabelRef("several"))
	}
	c.Label("single")
	last := c.GP64()
	c.LEAQ(operand.Mem{Base: n, Disp: -lanes}, last)
	c.Label("next")
	c.CMPQ(i, last)
	c.JGT(operand.LabelRef("done"))
	body(1, "done")
	c.JMP(operand.LabelRef("next"))
	c.Label("done")
}

// function begins a function.
func (o *output) function(name, doc, signature string) {
	o.context.Function(name)
	o.context.Attributes(attr.NOSPLIT)
	o.context.Doc(fmt.Sprintf("%s %s", name, doc))
	o.context.Pragma("noescape")
	o.context.SignatureExpr(signature)
	o.functions = append(o.functions, function{name, doc, signature})
}
