package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
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
// group. Vectors are done so many at once as unroll says.
func (o *output) each(name, doc string, unroll int, k *kernel, result ...*value) {
	k.result = result
	// Constants that find no register are read from memory at every use, which
	// may take longer than the arithmetic.
	keep := len(k.constants())
	for ; keep > 0 && !fits(func(o *output) { o.eachKeeping(name, doc, unroll, k, keep) }); keep-- {
	}
	o.eachKeeping(name, doc, unroll, k, keep)
}

func (o *output) eachKeeping(name, doc string, unroll int, k *kernel, keep int) {
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
	signature += ") int"
	o.function(name, doc, signature)

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
		kept[b] = c.YMM()
		c.VMOVUPD(broadcast(b), kept[b])
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
		g.kept = kept
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

// number returns a vector with a parameter on every lane.
func (o *output) number(param string) reg.VecVirtual {
	a, err := o.context.Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	r := o.context.YMM()
	o.context.VBROADCASTSD(a.Addr, r)
	return r
}

// constants returns the bits of the kernel's constants, the most used first.
func (k *kernel) constants() []uint64 {
	uses := map[uint64]int{}
	var list []uint64
	for _, v := range k.body {
		for _, a := range v.args {
			if a.op == opConst {
				if uses[a.imm] == 0 {
					list = append(list, a.imm)
				}
				uses[a.imm]++
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return uses[list[i]] > uses[list[j]] })
	return list
}

// fits reports whether a function gets by with the registers of AVX2.
func fits(write func(*output)) bool {
	o := newOutput()
	write(o)
	file, err := o.context.Result()
	if err != nil {
		panic(err)
	}
	if err := pass.Compile.Execute(file); err != nil {
		return false
	}
	assembly, err := printer.NewGoAsm(printer.Config{}).Print(file)
	if err != nil {
		panic(err)
	}
	return !beyondAVX2.Match(assembly)
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
