package model

import "math"

// An interval is numbers from lo to hi; known says whether there are such limits.
type interval struct {
	lo, hi float64
	known  bool
}

// mostNorm is the largest normal number that package rng makes: sqrt(-2 log(2^-53)).
const mostNorm = 8.572

// Bounds returns numbers between which all values lie, in the library's units, and whether
// such are known: of sums, products, quotients by constants and clips of random numbers.
// Normal numbers lie within 8.572 of 0.
func (e *Expression) Bounds() (lo, hi float64, known bool) {
	p := e.p
	p.grow()
	e.x.begin(p.inputs)
	regs := map[int]interval{} // registers and arrays
	get := func(i int) interval {
		if i >= 0 {
			return regs[i]
		}
		x := e.x.s[-1-i]
		return interval{x, x, true}
	}
	last := interval{}
	for i := range e.x.code {
		in := &e.x.code[i]
		a, b, c := in.a, in.b, in.c
		switch in.op {
		case opCopy:
			last = get(a)
		case opSlot:
			switch in.slot.kind {
			case slotNorm:
				last = interval{-mostNorm, mostNorm, true}
			case slotUniform:
				last = interval{0, 1, true}
			default:
				return 0, 0, false
			}
		case opFused:
			last = get(a).times(get(b)).plus(get(c))
		case opFusedNeg:
			last = get(c).plus(get(a).times(get(b)).negative())
		case opFusedSub:
			last = get(a).times(get(b)).plus(get(c).negative())
		case opAdd:
			last = get(a).plus(get(b))
		case opSub:
			last = get(a).plus(get(b).negative())
		case opMul:
			last = get(a).times(get(b))
		case opDiv:
			x := get(b)
			if !(x.lo == x.hi) || x.lo == 0 {
				return 0, 0, false
			}
			last = get(a).times(interval{1 / x.lo, 1 / x.lo, x.known})
		case opNeg:
			last = get(a).negative()
		case opMin:
			x, y := get(a), get(b)
			last = interval{math.Min(x.lo, y.lo), math.Min(x.hi, y.hi), x.known && y.known}
		case opMax:
			x, y := get(a), get(b)
			last = interval{math.Max(x.lo, y.lo), math.Max(x.hi, y.hi), x.known && y.known}
		default:
			return 0, 0, false
		}
		if !last.known || math.IsNaN(last.lo) || math.IsNaN(last.hi) {
			return 0, 0, false
		}
		regs[in.dst] = last
	}
	return last.lo, last.hi, last.known && !math.IsInf(last.hi-last.lo, 0)
}

func (x interval) plus(y interval) interval {
	return interval{x.lo + y.lo, x.hi + y.hi, x.known && y.known}
}

func (x interval) negative() interval { return interval{-x.hi, -x.lo, x.known} }

func (x interval) times(y interval) interval {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range []float64{float64(x.lo * y.lo), float64(x.lo * y.hi), float64(x.hi * y.lo), float64(x.hi * y.hi)} {
		lo, hi = math.Min(lo, p), math.Max(hi, p)
	}
	return interval{lo, hi, x.known && y.known}
}
