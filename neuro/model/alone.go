package model

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A cell alone is computed number by number: a block of it would cost what one of
// several cells does. The scalar functions of package vec have the bits of its
// blocks, so that a cell has the same bits alone and among others.
type alone struct {
	m      *Population
	active float64 // 1 where the cell is not refractory
	fired  float64
	reg    []float64 // registers of numbers, then of truth values
}

type aloneProgram struct {
	code, calm []aloneInstr
	fires      *float64 // the condition, nil if there is none
}

// An aloneInstr is an instruction with the places of its operands.
type aloneInstr struct {
	op           op
	dst, a, b, c *float64
	slot         slot
	f            func(float64) float64 // of an op of one number
}

// prepare looks up the places of the operands of a program.
func (o *alone) prepare(p *program) {
	q := &aloneProgram{code: o.translate(p, p.code)}
	q.calm = q.code
	if len(p.calm) != len(p.code) || len(p.code) > 0 && &p.calm[0] != &p.code[0] {
		q.calm = o.translate(p, p.calm)
	}
	if p.fires != noOperand {
		q.fires = o.place(p, p.fires, true)
	}
	p.alone = q
}

func (o *alone) translate(p *program, code []instr) []aloneInstr {
	out := make([]aloneInstr, len(code))
	for i := range code {
		in := &code[i]
		x := aloneInstr{op: in.op, slot: in.slot}
		truth := in.op.truth() && in.op <= opTruth
		logic := in.op == opAnd || in.op == opOr || in.op == opNot // of truth values
		x.dst = o.place(p, in.dst, truth)
		x.a, x.b = o.place(p, in.a, logic), o.place(p, in.b, logic)
		x.c = o.place(p, in.c, in.op == opSelect)
		if in.op < opLess && in.op != opSelect && !in.op.binary() && in.op != opSlot && in.op != opPoisson && in.op != opNeg {
			x.f = single(in.op)
		}
		out[i] = x
	}
	return out
}

// place returns where the number or the truth value of an operand is.
func (o *alone) place(p *program, i int, truth bool) *float64 {
	switch {
	case i == noOperand:
		return nil
	case i == activeMask:
		return &o.active
	case i == firedMask:
		return &o.fired
	case i >= arrayBase:
		return &o.m.arrays[i-arrayBase][0]
	case i < 0:
		return &p.s[-1-i]
	case truth:
		return &o.reg[p.regs+i]
	}
	return &o.reg[i]
}

// newAlone prepares the programs of a population of one cell.
func (p *Population) newAlone() *alone {
	o := &alone{m: p}
	n := 0
	programs := []*program{p.advance, p.ready, p.until}
	for _, e := range p.events {
		programs = append(programs, e.when, e.then)
	}
	for _, q := range programs {
		if q != nil {
			n = max(n, q.regs+q.masks)
		}
	}
	o.reg = make([]float64, n)
	for _, q := range programs {
		if q != nil {
			o.prepare(q)
		}
	}
	return o
}

// run executes a program.
func (o *alone) run(p *program) {
	code := p.alone.code
	if o.active != 0 {
		code = p.alone.calm
	}
	for i := range code {
		in := &code[i]
		switch in.op {
		case opFused:
			*in.dst = math.FMA(*in.a, *in.b, *in.c)
		case opFusedNeg:
			*in.dst = math.FMA(-*in.a, *in.b, *in.c)
		case opFusedSub:
			*in.dst = math.FMA(*in.a, *in.b, -*in.c)
		case opAdd:
			*in.dst = *in.a + *in.b
		case opSub:
			*in.dst = *in.a - *in.b
		case opMul:
			*in.dst = float64(*in.a * *in.b)
		case opDiv:
			*in.dst = *in.a / *in.b
		case opNeg:
			*in.dst = -*in.a
		case opCopy:
			*in.dst = *in.a
		case opExp:
			*in.dst = vec.Exp(*in.a)
		case opSelect:
			if *in.c != 0 {
				*in.dst = *in.a
			} else {
				*in.dst = *in.b
			}
		case opSlot:
			var x [1]float64
			switch in.slot.kind {
			case slotNorm:
				o.m.streams[in.slot.number].NormBlock(x[:], uint64(o.m.first), o.m.k)
			case slotUniform:
				o.m.streams[in.slot.number].Float64Block(x[:], uint64(o.m.first), o.m.k)
			case slotIndex:
				x[0] = float64(o.m.first)
			}
			*in.dst = x[0]
		case opPoisson:
			var x [1]float64
			o.m.streams[in.slot.number].PoissonBlock(x[:], []float64{*in.a}, uint64(o.m.first), o.m.k)
			*in.dst = x[0]
		default:
			if in.f != nil {
				*in.dst = in.f(*in.a)
				continue
			}
			b := 0.0
			if in.b != nil {
				b = *in.b
			}
			*in.dst = evaluate(in.op, *in.a, b, 0)
		}
	}
}

// truth runs a program and returns its condition.
func (o *alone) truth(p *program) bool {
	o.run(p)
	return *p.alone.fires != 0
}

// step is part for a population of one cell.
func (o *alone) step() {
	p := o.m
	o.active = 1
	switch {
	case p.ready != nil:
		if !o.truth(p.ready) {
			o.active = 0
		}
	case p.until != nil && p.held[0]&1 != 0:
		if o.truth(p.until) {
			o.active = 0
		} else {
			p.held[0] &^= 1
		}
	}
	o.run(p.advance)
	if p.closed != nil {
		p.closed[0] = uint64(1 - o.active)
	}
	for _, e := range p.events {
		happens := o.truth(e.when)
		if e.name == spike {
			happens = happens && o.active != 0
		}
		if !happens {
			continue
		}
		e.cells = append(e.cells, 0)
		if e.name == spike {
			if p.closed != nil {
				p.closed[0] = 1
			}
			if p.ready != nil {
				p.arrays[p.last][0] = float64(p.k)
			}
			if p.until != nil {
				p.held[0] |= 1
			}
		}
		if e.then != nil {
			o.fired = 1
			o.run(e.then)
		}
	}
}
