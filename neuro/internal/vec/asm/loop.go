package main

import (
	"fmt"
	"math"
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
	o.write(name, doc, unroll, false, k, result)
}

// all is each for kernels that are long enough for a vector to be worth it for
// less than a group: only groups that the kernel stops at are left.
func (o *output) all(name, doc string, unroll int, k *kernel, result ...*value) {
	o.write(name, doc, unroll, true, k, result)
}

func (o *output) write(name, doc string, unroll int, tail bool, k *kernel, result []*value) {
	k.result = result
	if o.wide {
		o.writeWide(strings.TrimSuffix(name, "AVX2")+"AVX512", doc, unroll, k)
		return
	}
	// Constants that find no register are read from memory at every use, which
	// may take longer than the arithmetic.
	keep := len(k.constants())
	for ; keep > 0 && !fits(func(o *output) { o.writeKeeping(name, doc, unroll, tail, k, keep) }); keep-- {
	}
	o.writeKeeping(name, doc, unroll, tail, k, keep)
}

func (o *output) writeKeeping(name, doc string, unroll int, tail bool, k *kernel, keep int) {
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
	// part emits k for some vectors.
	part := func(k *kernel, vectors int, stop string) {
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
	}
	ways := 0
	body := func(vectors int, stop string) {
		if k.near == nil {
			part(k, vectors, stop)
			c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
			return
		}
		ways++
		far, met := fmt.Sprint("far", ways), fmt.Sprint("met", ways)
		part(k.near, vectors, far)
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
		c.JMP(operand.LabelRef(met))
		c.Label(far)
		for range vectors { // each is done before the next, which may stop
			part(k, 1, stop)
			c.ADDQ(operand.Imm(lanes), i)
		}
		c.Label(met)
	}
	if !tail {
		loop(c, n, i, unroll, body, nil)
	} else {
		loop(c, n, i, unroll, body, func() {
			left := c.GP64()
			c.MOVQ(n, left)
			c.SUBQ(i, left)
			c.JE(operand.LabelRef("done"))
			row := o.tailRow(left)
			g := newGroup(c, k, 1)
			g.load = func(param uint64, _ int) operand.Op { return o.loadTail(at(k.params[param], 0), row) }
			g.number = numbers
			g.kept = kept
			g.stop = "done"
			var to []operand.Mem
			for _, d := range dst {
				to = append(to, at(d, 0))
			}
			o.storeTail(g.emit()[0], to, left)
			c.MOVQ(n, i)
		})
	}
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// tailRow returns where the row of the tail table for 1 to 3 elements begins: a
// mask of the lanes that hold them, and 1, which every function takes, for the
// others.
func (o *output) tailRow(left reg.GPVirtual) operand.Mem {
	c := o.context
	all, one := ^uint64(0), math.Float64bits(1)
	table, row := c.GP64(), c.GP64()
	c.LEAQ(o.data("tails", all, all, all, 0, 0, 0, 0, 0, 0, one, one, one), table)
	c.MOVQ(operand.U32(lanes-1), row)
	c.SUBQ(left, row)
	return operand.Mem{Base: table, Index: row, Scale: 8}
}

func (o *output) loadTail(from, row operand.Mem) reg.VecVirtual {
	c := o.context
	mask, v := c.YMM(), c.YMM()
	c.VMOVDQU(row, mask)
	c.VMASKMOVPD(from, mask, v)
	c.VORPD(row.Offset(8*6), v, v)
	return v
}

// storeTail stores the first 1 to 3 lanes.
func (o *output) storeTail(v []reg.VecVirtual, to []operand.Mem, left reg.GPVirtual) {
	c := o.context
	c.CMPQ(left, operand.U8(1))
	c.JE(operand.LabelRef("one"))
	for i, r := range v {
		c.VMOVUPD(r.AsX(), to[i])
	}
	c.CMPQ(left, operand.U8(2))
	c.JE(operand.LabelRef("stored"))
	for i, r := range v {
		third := c.XMM()
		c.VEXTRACTF128(operand.U8(1), r, third)
		c.VMOVSD(third, to[i].Offset(16))
	}
	c.JMP(operand.LabelRef("stored"))
	c.Label("one")
	for i, r := range v {
		c.VMOVSD(r.AsX(), to[i])
	}
	c.Label("stored")
}

// parameter is where a parameter of the function is.
func (o *output) parameter(name string) operand.Mem {
	a, err := o.context.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return a.Addr
}

// number returns a vector with a parameter of 64 bits on every lane.
func (o *output) number(param string) reg.VecVirtual {
	r := o.context.YMM()
	if o.wide {
		r = o.context.ZMM()
	}
	o.context.VBROADCASTSD(o.parameter(param), r)
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
	o := newOutput(false)
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
// one by one. body advances i, and may jump to stop. tail, if there is one, does
// the elements that are less than a vector, and may jump to done.
func loop(c *build.Context, n reg.Register, i reg.GPVirtual, unroll int, body func(vectors int, stop string), tail func()) {
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
	c.JGT(operand.LabelRef("tail"))
	body(1, "done")
	c.JMP(operand.LabelRef("next"))
	c.Label("tail")
	if tail != nil {
		tail()
	}
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
