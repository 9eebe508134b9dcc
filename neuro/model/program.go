package model

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// block is how many cells a program works on at once; all its registers then stay
// in the fastest cache.
const block = 256

// opFused is the one operation of programs that graphs do not have: a*b + c,
// rounded once.
const opFused op = opTruth + 1

// opCopy moves a result to its array.
const opCopy op = opTruth + 2

// An instr is one operation on blocks. Arguments are registers from 0 on, and
// scalars as -1-number.
type instr struct {
	op           op
	dst, a, b, c int
	slot         slot
}

// A program computes nodes of a graph for blocks of cells.
type program struct {
	scalars []scalarOp
	code    []instr
	regs    int   // registers of numbers
	masks   int   // registers of truth values
	fires   int   // mask register of the condition, -1 for none
	outputs []int // arrays that are written
}

// A scalarOp computes a value that all cells share in a step.
type scalarOp struct {
	op      op
	a, b, c int
	val     float64
	from    int // scalar of the layout, for a slot
}

// compile makes the program that writes nodes to arrays, and computes a condition
// if there is one (cond >= 0).
func (b *builder) compile(outputs map[int]ref, order []int, cond ref) *program {
	g := b.g
	p := &program{fires: -1, outputs: order}
	scalar := map[ref]int{}
	reg := map[ref]int{}
	uses := map[ref]int{}
	var count func(r ref)
	count = func(r ref) {
		if uses[r]++; uses[r] == 1 {
			g.eachArg(r, count)
		}
	}
	for _, a := range order {
		count(outputs[a])
	}
	if cond >= 0 {
		count(cond)
	}
	flat := func(r ref) bool { return g.nodes[r].level&perCell == 0 }
	var scal func(r ref) int
	scal = func(r ref) int {
		if i, ok := scalar[r]; ok {
			return i
		}
		n := g.nodes[r]
		s := scalarOp{op: n.op, val: n.val}
		switch {
		case n.op == opConst:
		case n.op == opSlot:
			s.from = b.lay.slots[n.a].number
		default:
			s.a = scal(n.a)
			if n.op.binary() || n.op == opSelect {
				s.b = scal(n.b)
			}
			if n.op == opSelect {
				s.c = scal(n.c)
			}
		}
		p.scalars = append(p.scalars, s)
		scalar[r] = len(p.scalars) - 1
		return scalar[r]
	}
	var freeRegs, freeMasks []int
	alloc := func(truth bool) int {
		free, n := &freeRegs, &p.regs
		if truth {
			free, n = &freeMasks, &p.masks
		}
		if k := len(*free); k > 0 {
			r := (*free)[k-1]
			*free = (*free)[:k-1]
			return r
		}
		*n++
		return *n - 1
	}
	release := func(r ref) {
		if flat(r) {
			return
		}
		if uses[r]--; uses[r] == 0 {
			if g.nodes[r].truth {
				freeMasks = append(freeMasks, reg[r])
			} else {
				freeRegs = append(freeRegs, reg[r])
			}
		}
	}
	var emit func(r ref) int
	emit = func(r ref) int {
		if flat(r) {
			return -1 - scal(r)
		}
		if x, ok := reg[r]; ok {
			return x
		}
		n := g.nodes[r]
		in := instr{op: n.op}
		var args []ref
		switch {
		case n.op == opSlot:
			in.slot = b.lay.slots[n.a]
		case n.op == opAdd && !flat(n.a) && g.nodes[n.a].op == opMul && uses[n.a] == 1:
			m := g.nodes[n.a]
			in.op, args = opFused, []ref{m.a, m.b, n.b}
		case n.op == opAdd && !flat(n.b) && g.nodes[n.b].op == opMul && uses[n.b] == 1:
			m := g.nodes[n.b]
			in.op, args = opFused, []ref{m.a, m.b, n.a}
		default:
			g.eachArg(r, func(a ref) { args = append(args, a) })
		}
		// A fused product is no node of its own: its arguments keep their uses.
		at := [3]int{}
		for i, a := range args {
			at[i] = emit(a)
		}
		in.a, in.b, in.c = at[0], at[1], at[2]
		for _, a := range args {
			release(a)
		}
		in.dst = alloc(n.truth)
		reg[r] = in.dst
		p.code = append(p.code, in)
		return in.dst
	}
	for _, a := range order {
		emit(outputs[a])
	}
	if cond >= 0 {
		if c := emit(cond); c < 0 {
			p.fires = alloc(true)
			p.code = append(p.code, instr{op: opTruth, dst: p.fires, a: c})
		} else {
			p.fires = c
		}
	}
	for _, a := range order {
		p.code = append(p.code, instr{op: opCopy, a: emit(outputs[a]), slot: slot{slotArray, a}})
	}
	return p
}

// A worker has the registers with which one goroutine runs programs.
type worker struct {
	v  [][]float64
	m  []vec.Mask
	s  []float64
	t  [3][]float64 // scalars as blocks
	tm [3]vec.Mask
}

func (w *worker) fit(p *program) {
	for len(w.v) < p.regs {
		w.v = append(w.v, make([]float64, block))
	}
	for len(w.m) < p.masks {
		w.m = append(w.m, vec.NewMask(block))
	}
	for i := range w.t {
		if w.t[i] == nil {
			w.t[i] = make([]float64, block)
			w.tm[i] = vec.NewMask(block)
		}
	}
	if len(w.s) < len(p.scalars) {
		w.s = make([]float64, len(p.scalars))
	}
}

// shared computes the scalars of a step.
func (w *worker) shared(p *program, from []float64) {
	for i, s := range p.scalars {
		switch s.op {
		case opConst:
			w.s[i] = s.val
		case opSlot:
			w.s[i] = from[s.from]
		default:
			w.s[i] = evaluate(s.op, w.s[s.a], w.s[s.b], w.s[s.c])
		}
	}
}

// A place is where a program runs: the cells lo to hi at a step.
type place struct {
	arrays  [][]float64
	streams []*rng.Source
	active  vec.Mask
	lo, hi  int
	step    uint64
}

// run executes a program on one block.
func (w *worker) run(p *program, at *place) {
	n := at.hi - at.lo
	nm := (n + 63) / 64
	reg := func(i, k int) []float64 {
		if i >= 0 {
			return w.v[i][:n]
		}
		t := w.t[k][:n]
		vec.FillBlock(t, w.s[-1-i])
		return t
	}
	mask := func(i, k int) vec.Mask {
		if i >= 0 {
			return w.m[i][:nm]
		}
		t := w.tm[k][:nm]
		if w.s[-1-i] != 0 {
			t.Fill(n)
		} else {
			clear(t)
		}
		return t
	}
	for i := range p.code {
		in := &p.code[i]
		switch {
		case in.op == opCopy:
			copy(at.arrays[in.slot.number][at.lo:at.hi], reg(in.a, 0))
			continue
		case in.op == opSlot && in.slot.kind == slotActive:
			copy(w.m[in.dst][:nm], at.active)
			continue
		case in.op.truth() && in.op <= opTruth:
			dst := w.m[in.dst][:nm]
			switch in.op {
			case opLess:
				vec.LessBlock(dst, reg(in.a, 0), reg(in.b, 1))
			case opLessEqual:
				vec.LessEqualBlock(dst, reg(in.a, 0), reg(in.b, 1))
			case opEqual:
				vec.EqualBlock(dst, reg(in.a, 0), reg(in.b, 1))
			case opAnd:
				dst.And(mask(in.a, 0), mask(in.b, 1))
			case opOr:
				dst.Or(mask(in.a, 0), mask(in.b, 1))
			case opNot:
				dst.Not(mask(in.a, 0), n)
			case opTruth:
				vec.EqualConstBlock(dst, reg(in.a, 0), 0)
				dst.Not(dst, n)
			}
			continue
		}
		dst := w.v[in.dst][:n]
		switch in.op {
		case opSlot:
			switch in.slot.kind {
			case slotArray:
				copy(dst, at.arrays[in.slot.number][at.lo:at.hi])
			case slotNorm:
				at.streams[in.slot.number].NormBlock(dst, uint64(at.lo), at.step)
			case slotUniform:
				at.streams[in.slot.number].Float64Block(dst, uint64(at.lo), at.step)
			case slotIndex:
				for j := range dst {
					dst[j] = float64(at.lo + j)
				}
			}
		case opFused:
			switch a, b, c := in.a, in.b, in.c; {
			case b < 0 && c < 0:
				vec.LinearBlock(dst, reg(a, 0), w.s[-1-b], w.s[-1-c])
			case b < 0:
				vec.FMAScaleBlock(dst, reg(a, 0), w.s[-1-b], reg(c, 2))
			case c < 0:
				vec.FMAShiftBlock(dst, reg(a, 0), reg(b, 1), w.s[-1-c])
			default:
				vec.FMABlock(dst, reg(a, 0), reg(b, 1), reg(c, 2))
			}
		case opAdd:
			if in.b < 0 {
				vec.AddConstBlock(dst, reg(in.a, 0), w.s[-1-in.b])
			} else {
				vec.AddBlock(dst, reg(in.a, 0), reg(in.b, 1))
			}
		case opSub:
			if in.a < 0 {
				vec.ConstSubBlock(dst, w.s[-1-in.a], reg(in.b, 1))
			} else {
				vec.SubBlock(dst, reg(in.a, 0), reg(in.b, 1))
			}
		case opMul:
			if in.b < 0 {
				vec.MulConstBlock(dst, reg(in.a, 0), w.s[-1-in.b])
			} else {
				vec.MulBlock(dst, reg(in.a, 0), reg(in.b, 1))
			}
		case opDiv:
			if in.a < 0 {
				vec.ConstDivBlock(dst, w.s[-1-in.a], reg(in.b, 1))
			} else {
				vec.DivBlock(dst, reg(in.a, 0), reg(in.b, 1))
			}
		case opNeg:
			vec.NegBlock(dst, reg(in.a, 0))
		case opPow:
			vec.PowBlock(dst, reg(in.a, 0), reg(in.b, 1))
		case opMod:
			x, y := reg(in.a, 0), reg(in.b, 1)
			for j := range dst {
				dst[j] = modulo(x[j], y[j])
			}
		case opFloorDiv:
			vec.DivBlock(dst, reg(in.a, 0), reg(in.b, 1))
			vec.FloorBlock(dst, dst)
		case opMin:
			vec.MinBlock(dst, reg(in.a, 0), reg(in.b, 1))
		case opMax:
			vec.MaxBlock(dst, reg(in.a, 0), reg(in.b, 1))
		case opSelect:
			vec.SelectBlock(dst, mask(in.c, 2), reg(in.a, 0), reg(in.b, 1))
		default:
			single1(in.op, dst, reg(in.a, 0))
		}
	}
}

// single1 applies a function of one number to a block.
func single1(o op, dst, x []float64) {
	switch o {
	case opExp:
		vec.ExpBlock(dst, x)
	case opExpm1:
		vec.Expm1Block(dst, x)
	case opExprel:
		vec.ExprelBlock(dst, x)
	case opLinoid:
		vec.LinoidBlock(dst, x)
	case opSigmoid:
		vec.SigmoidBlock(dst, x)
	case opLog:
		vec.LogBlock(dst, x)
	case opSqrt:
		vec.SqrtBlock(dst, x)
	case opAbs:
		vec.AbsBlock(dst, x)
	case opSin:
		vec.SinBlock(dst, x)
	case opCos:
		vec.CosBlock(dst, x)
	case opTanh:
		vec.TanhBlock(dst, x)
	case opFloor:
		vec.FloorBlock(dst, x)
	default:
		vec.MapBlock(dst, x, single(o))
	}
}

// finite reports whether all numbers of a block are finite, and the first that is
// not.
func finite(x []float64) (int, bool) {
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i, false
		}
	}
	return 0, true
}
