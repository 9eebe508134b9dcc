package model

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// block is how many cells a program works on at once; all its registers then stay
// in the fastest cache.
const block = 256

// lanes is what the number of cells is rounded up to in arrays, so that no cell
// is computed alone.
const lanes = 8

// A worker has the registers with which one goroutine runs programs.
type worker struct {
	v  [][]float64
	m  []vec.Mask
	t  [3][]float64 // scalars as blocks
	tm [3]vec.Mask

	active, fired vec.Mask
	at            place
}

func newWorker() *worker {
	w := &worker{active: vec.NewMask(block), fired: vec.NewMask(block)}
	for i := range w.t {
		w.t[i] = make([]float64, block)
		w.tm[i] = vec.NewMask(block)
	}
	return w
}

func (w *worker) fit(p *program) {
	for len(w.v) < p.regs {
		w.v = append(w.v, make([]float64, block))
	}
	for len(w.m) < p.masks {
		w.m = append(w.m, vec.NewMask(block))
	}
}

// begin computes the scalars of a step.
func (p *program) begin(from []float64) {
	s := p.s
	for i := range p.scalars {
		switch o := &p.scalars[i]; o.op {
		case opConst:
			s[i] = o.val
		case opSlot:
			s[i] = from[o.from]
		default:
			s[i] = evaluate(o.op, s[o.a], s[o.b], s[o.c])
		}
	}
}

// A place is where a program runs: the cells lo to hi at a step.
type place struct {
	arrays  [][]float64
	streams []*rng.Source
	calm    bool // no cell is refractory
	first   int  // the number of the cell at 0 in the whole population
	lo, hi  int
	step    uint64
}

// reg returns the block of an operand; k says which scratch block a scalar goes
// to.
func (w *worker) reg(p *program, at *place, i, k int) []float64 {
	n := at.hi - at.lo
	switch {
	case i >= arrayBase:
		return at.arrays[i-arrayBase][at.lo:at.hi]
	case i >= 0:
		return w.v[i][:n]
	}
	t := w.t[k][:n]
	vec.FillBlock(t, p.s[-1-i])
	return t
}

func (w *worker) mask(p *program, at *place, i, k int) vec.Mask {
	n := at.hi - at.lo
	words := (n + 63) / 64
	switch {
	case i == activeMask:
		return w.active[:words]
	case i == firedMask:
		return w.fired[:words]
	case i >= 0:
		return w.m[i][:words]
	}
	t := w.tm[k][:words]
	if p.s[-1-i] != 0 {
		t.Fill(n)
	} else {
		clear(t)
	}
	return t
}

// run executes a program on one block.
func (w *worker) run(p *program, at *place) {
	code := p.code
	if at.calm {
		code = p.calm
	}
	s := p.s
	for i := range code {
		in := &code[i]
		if in.op.truth() && in.op <= opTruth {
			w.decide(p, in, at)
			continue
		}
		dst := w.reg(p, at, in.dst, 0)
		a, b, c := in.a, in.b, in.c
		switch in.op {
		case opCopy:
			if a < 0 {
				vec.FillBlock(dst, s[-1-a])
			} else {
				copy(dst, w.reg(p, at, a, 0))
			}
		case opSlot:
			switch in.slot.kind {
			case slotNorm:
				at.streams[in.slot.number].NormBlock(dst, uint64(at.first+at.lo), at.step)
			case slotUniform:
				at.streams[in.slot.number].Float64Block(dst, uint64(at.first+at.lo), at.step)
			case slotIndex:
				for j := range dst {
					dst[j] = float64(at.first + at.lo + j)
				}
			}
		case opPoisson:
			at.streams[in.slot.number].PoissonBlock(dst, w.reg(p, at, a, 0), uint64(at.first+at.lo), at.step)
		case opFused:
			switch {
			case b < 0 && c < 0:
				vec.LinearBlock(dst, w.reg(p, at, a, 0), s[-1-b], s[-1-c])
			case b < 0:
				vec.FMAScaleBlock(dst, w.reg(p, at, a, 0), s[-1-b], w.reg(p, at, c, 2))
			case c < 0:
				vec.FMAShiftBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1), s[-1-c])
			default:
				vec.FMABlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1), w.reg(p, at, c, 2))
			}
		case opFusedNeg:
			vec.FNMABlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1), w.reg(p, at, c, 2))
		case opFusedSub:
			if b < 0 && c >= 0 {
				vec.FMSScaleBlock(dst, w.reg(p, at, a, 0), s[-1-b], w.reg(p, at, c, 2))
			} else {
				vec.FMSBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1), w.reg(p, at, c, 2))
			}
		case opAdd:
			if b < 0 {
				vec.AddConstBlock(dst, w.reg(p, at, a, 0), s[-1-b])
			} else {
				vec.AddBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		case opSub:
			switch {
			case a < 0:
				vec.ConstSubBlock(dst, s[-1-a], w.reg(p, at, b, 1))
			case b < 0:
				vec.AddConstBlock(dst, w.reg(p, at, a, 0), -s[-1-b])
			default:
				vec.SubBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		case opMul:
			if b < 0 {
				vec.MulConstBlock(dst, w.reg(p, at, a, 0), s[-1-b])
			} else {
				vec.MulBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		case opDiv:
			if a < 0 {
				vec.ConstDivBlock(dst, s[-1-a], w.reg(p, at, b, 1))
			} else {
				vec.DivBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		case opNeg:
			vec.NegBlock(dst, w.reg(p, at, a, 0))
		case opPow:
			if b < 0 {
				vec.PowConstBlock(dst, w.reg(p, at, a, 0), s[-1-b])
			} else {
				vec.PowBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		case opMod:
			x, y := w.reg(p, at, a, 0), w.reg(p, at, b, 1)
			for j := range dst {
				dst[j] = modulo(x[j], y[j])
			}
		case opFloorDiv:
			vec.DivBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			vec.FloorBlock(dst, dst)
		case opMin:
			vec.MinBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
		case opMax:
			vec.MaxBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
		case opSelect:
			m := w.mask(p, at, c, 2)
			switch {
			case a < 0 && b < 0:
				vec.SelectConstsBlock(dst, m, s[-1-a], s[-1-b])
			case a < 0:
				vec.SelectConstBlock(dst, m, s[-1-a], w.reg(p, at, b, 1))
			case b < 0:
				vec.SelectElseConstBlock(dst, m, w.reg(p, at, a, 0), s[-1-b])
			default:
				vec.SelectBlock(dst, m, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
			}
		default:
			single1(in.op, dst, w.reg(p, at, a, 0))
		}
	}
}

// decide executes an operation whose result is a mask.
func (w *worker) decide(p *program, in *instr, at *place) {
	n := at.hi - at.lo
	dst := w.m[in.dst][:(n+63)/64]
	a, b, s := in.a, in.b, p.s
	switch in.op {
	case opLess:
		switch {
		case b < 0 && a >= 0:
			vec.LessConstBlock(dst, w.reg(p, at, a, 0), s[-1-b])
		case a < 0 && b >= 0:
			vec.GreaterConstBlock(dst, w.reg(p, at, b, 0), s[-1-a])
		default:
			vec.LessBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
		}
	case opLessEqual:
		switch {
		case b < 0 && a >= 0:
			vec.LessEqualConstBlock(dst, w.reg(p, at, a, 0), s[-1-b])
		case a < 0 && b >= 0:
			vec.GreaterEqualConstBlock(dst, w.reg(p, at, b, 0), s[-1-a])
		default:
			vec.LessEqualBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
		}
	case opEqual:
		vec.EqualBlock(dst, w.reg(p, at, a, 0), w.reg(p, at, b, 1))
	case opAnd:
		dst.And(w.mask(p, at, a, 0), w.mask(p, at, b, 1))
	case opOr:
		dst.Or(w.mask(p, at, a, 0), w.mask(p, at, b, 1))
	case opNot:
		dst.Not(w.mask(p, at, a, 0), n)
	case opTruth:
		vec.EqualConstBlock(dst, w.reg(p, at, a, 0), 0)
		dst.Not(dst, n)
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
