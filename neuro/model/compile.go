package model

import "slices"

// opFused and its variants are the operations of programs that graphs do not
// have: a*b + c, c - a*b and a*b - c, rounded once. opCopy moves a result to its
// array.
const (
	opFused op = opTruth + 1 + iota
	opFusedNeg
	opFusedSub
	opCopy
)

// Operands of an instruction are registers from 0 on, and scalars as -1-number.
// Arrays and masks from outside have numbers of their own.
const (
	arrayBase  = 1 << 20 // arrayBase + number of the array
	activeMask = 2 << 20 // which cells are not refractory
	firedMask  = activeMask + 1
	noOperand  = 3 << 20
)

// An instr is one operation on blocks.
type instr struct {
	op           op
	dst, a, b, c int
	slot         slot
}

func (in *instr) args() []*int { return []*int{&in.a, &in.b, &in.c} }

// A program computes nodes of a graph for blocks of cells.
type program struct {
	scalars []scalarOp
	code    []instr
	calm    []instr   // code for blocks of which no cell is refractory; same bits
	regs    int       // registers of numbers
	masks   int       // registers of truth values
	s       []float64 // the scalars of a step
	fires   int       // mask of the condition, noOperand if there is none

	alone *aloneProgram // for a population of one cell
}

// A scalarOp computes a value that all cells share in a step.
type scalarOp struct {
	op      op
	a, b, c int
	val     float64
	from    int // scalar of the layout, for a slot
}

// A target is an array that a program writes, and with what.
type target struct {
	array int
	value ref
}

// A compiler makes a program of nodes. Its code has a register of its own for
// each value; allocate then gives registers that are not needed any more to
// others.
type compiler struct {
	b      *builder
	g      *graph
	p      *program
	uses   map[ref]int
	at     map[ref]int // operand of each node
	scalar map[ref]int
	truth  []bool // of each virtual register
}

// compile makes the program that writes targets, and computes a condition if
// there is one (cond >= 0).
func (b *builder) compile(targets []target, cond ref) *program {
	c := &compiler{b: b, g: b.g, p: &program{fires: noOperand}, uses: map[ref]int{}, at: map[ref]int{}, scalar: map[ref]int{}}
	for _, t := range targets {
		c.count(t.value)
	}
	if cond >= 0 {
		c.count(cond)
	}
	var code []instr
	emit := func(in instr) int {
		in.dst = len(c.truth)
		c.truth = append(c.truth, in.op.truth() && in.op <= opTruth)
		code = append(code, in)
		return in.dst
	}
	from := make([]int, len(targets))
	for i, t := range targets {
		from[i] = c.emit(t.value, emit)
	}
	fires := noOperand
	if cond >= 0 {
		if fires = c.emit(cond, emit); fires < 0 {
			fires = emit(instr{op: opTruth, a: fires, b: noOperand, c: noOperand})
		}
	}
	c.p.code = c.allocate(code, targets, from, fires)
	c.p.s = make([]float64, len(c.p.scalars))
	if calm, to, f, ok := c.calmed(code, from, fires); ok {
		c.p.calm = c.allocate(calm, targets, to, f)
	} else {
		c.p.calm = c.p.code
	}
	return c.p
}

func (c *compiler) count(r ref) {
	if c.uses[r]++; c.uses[r] == 1 {
		c.g.eachArg(r, c.count)
	}
}

// flat reports whether a node is the same for all cells.
func (g *graph) flat(r ref) bool { return g.nodes[r].level&perCell == 0 }

// shared returns the scalar of a node that is the same for all cells.
func (c *compiler) shared(r ref) int {
	if i, ok := c.scalar[r]; ok {
		return i
	}
	n := c.g.nodes[r]
	s := scalarOp{op: n.op, val: n.val}
	switch n.op {
	case opConst:
	case opSlot:
		s.from = c.b.lay.slots[n.a].number
	default:
		s.a = c.shared(n.a)
		if n.op.binary() || n.op == opSelect {
			s.b = c.shared(n.b)
		}
		if n.op == opSelect {
			s.c = c.shared(n.c)
		}
	}
	c.p.scalars = append(c.p.scalars, s)
	c.scalar[r] = len(c.p.scalars) - 1
	return c.scalar[r]
}

// emit returns the operand of a node after emitting what it needs.
func (c *compiler) emit(r ref, emit func(instr) int) int {
	if c.g.flat(r) {
		return -1 - c.shared(r)
	}
	if x, ok := c.at[r]; ok {
		return x
	}
	n := c.g.nodes[r]
	in := instr{op: n.op, a: noOperand, b: noOperand, c: noOperand}
	args := []ref{}
	// A product that is needed once is fused with the sum it is in.
	product := func(r ref) bool { return !c.g.flat(r) && c.g.nodes[r].op == opMul && c.uses[r] == 1 }
	m := node{}
	switch {
	case n.op == opSlot:
		in.slot = c.b.lay.slots[n.a]
		switch in.slot.kind {
		case slotArray:
			return arrayBase + in.slot.number
		case slotActive:
			return activeMask
		case slotFired:
			return firedMask
		}
	case n.op == opPoisson:
		in.slot.number = int(n.val)
		args = append(args, n.a)
	case n.op == opAdd && product(n.a):
		m = c.g.nodes[n.a]
		in.op, args = opFused, append(args, m.a, m.b, n.b)
	case n.op == opAdd && product(n.b):
		m = c.g.nodes[n.b]
		in.op, args = opFused, append(args, m.a, m.b, n.a)
	case n.op == opSub && product(n.b):
		m = c.g.nodes[n.b]
		in.op, args = opFusedNeg, append(args, m.a, m.b, n.a)
	case n.op == opSub && product(n.a):
		m = c.g.nodes[n.a]
		in.op, args = opFusedSub, append(args, m.a, m.b, n.b)
	default:
		c.g.eachArg(r, func(a ref) { args = append(args, a) })
	}
	at := in.args()
	for i, a := range args {
		*at[i] = c.emit(a, emit)
	}
	c.at[r] = emit(in)
	return c.at[r]
}

// calmed returns the code for blocks without a refractory cell: what is chosen by
// the mask of active cells is what active cells have. It is made of the finished
// code, so that every operation that stays keeps its bits.
func (c *compiler) calmed(code []instr, from []int, fires int) (calm []instr, to []int, f int, ok bool) {
	same := map[int]int{}
	find := func(x int) int {
		for {
			y, is := same[x]
			if !is {
				return x
			}
			x = y
		}
	}
	for _, in := range code {
		for _, a := range in.args() {
			*a = find(*a)
		}
		if in.op == opSelect && in.c == activeMask {
			same[in.dst] = in.a
			ok = true
			continue
		}
		calm = append(calm, in)
	}
	if !ok {
		return nil, nil, 0, false
	}
	to = slices.Clone(from)
	for i := range to {
		to[i] = find(to[i])
	}
	f = find(fires)
	needed := map[int]bool{f: true}
	for _, x := range to {
		needed[x] = true
	}
	for i := len(calm) - 1; i >= 0; i-- {
		in := calm[i]
		if !needed[in.dst] {
			calm[i].op = opNone
			continue
		}
		for _, a := range in.args() {
			needed[*a] = true
		}
	}
	return slices.DeleteFunc(calm, func(in instr) bool { return in.op == opNone }), to, f, true
}

// allocate gives values registers. A value that an array gets is computed in the
// array where nothing after it reads the old one.
func (c *compiler) allocate(code []instr, targets []target, from []int, fires int) []instr {
	last := map[int]int{} // the last instruction that reads an operand
	made := map[int]int{} // the instruction that makes a register
	for i := range code {
		for _, a := range code[i].args() {
			last[*a] = i
		}
		made[code[i].dst] = i
	}
	last[fires] = len(code)
	place := map[int]int{}
	var copies []int
	for i, t := range targets {
		x := from[i]
		at, own := made[x]
		_, taken := place[x]
		after := false
		for j, y := range from { // copied into another array at the end
			after = after || j != i && y == arrayBase+t.array
		}
		if !own || x >= arrayBase || taken || after || last[arrayBase+t.array] > at {
			copies = append(copies, i)
			last[x] = len(code)
			continue
		}
		place[x] = arrayBase + t.array
	}
	var free, freeMasks []int
	regs, masks := 0, 0
	out := make([]instr, 0, len(code)+len(copies))
	put := func(x int) int {
		if y, ok := place[x]; ok && x >= 0 && x < arrayBase {
			return y
		}
		return x
	}
	for i, in := range code {
		read := [3]int{in.a, in.b, in.c}
		for _, a := range in.args() {
			*a = put(*a)
		}
		for j, a := range read {
			if a >= 0 && a < arrayBase && last[a] == i && !slices.Contains(read[:j], a) && place[a] < arrayBase {
				if c.truth[a] {
					freeMasks = append(freeMasks, place[a])
				} else {
					free = append(free, place[a])
				}
			}
		}
		if _, ok := place[in.dst]; !ok {
			list, n := &free, &regs
			if c.truth[in.dst] {
				list, n = &freeMasks, &masks
			}
			if m := len(*list); m > 0 {
				place[in.dst] = (*list)[m-1]
				*list = (*list)[:m-1]
			} else {
				place[in.dst] = *n
				*n++
			}
		}
		in.dst = place[in.dst]
		out = append(out, in)
	}
	c.p.regs, c.p.masks = max(c.p.regs, regs), max(c.p.masks, masks)
	for _, i := range copies {
		out = append(out, instr{op: opCopy, dst: arrayBase + targets[i].array, a: put(from[i]), b: noOperand, c: noOperand})
	}
	c.p.fires = put(fires)
	return out
}
