package model

import "math"

// The methods of this file make nodes in their simplest form: constants folded
// and collected, divisions by what does not change turned into multiplications,
// powers into products, and the quotients of ion channels into the functions
// that are finite at their removable singularities.

func (g *graph) add(a, b ref) ref {
	if g.less(b, a) {
		a, b = b, a
	}
	// b is the simpler one.
	x, n := g.nodes[a], g.nodes[b]
	switch {
	case g.is(b, 0):
		return a
	case n.op == opNeg:
		return g.sub(a, n.a)
	case x.op == opNeg:
		return g.sub(b, x.a)
	case x.op == opAdd && g.nodes[x.b].level < x.level && n.level < x.level: // (x + c) + d
		return g.add(x.a, g.add(x.b, b))
	case x.op == opSub && g.nodes[x.a].level < x.level && n.level < x.level: // (c - x) + d
		return g.sub(g.add(x.a, b), x.b)
	}
	return g.make(opAdd, a, b)
}

// less orders the arguments of sums and products: what changes less comes last,
// and of equal ones the later node.
func (g *graph) less(a, b ref) bool {
	x, y := g.nodes[a].level, g.nodes[b].level
	if x != y {
		return x > y
	}
	return a < b
}

func (g *graph) sub(a, b ref) ref {
	if a == b {
		return g.constant(0)
	}
	n := g.nodes[b]
	switch {
	case g.is(b, 0):
		return a
	case g.is(a, 0):
		return g.neg(b)
	case n.op == opConst:
		return g.add(a, g.constant(-n.val))
	case n.op == opNeg:
		return g.add(a, n.a)
	case n.op == opMul && g.nodes[n.b].op == opConst && g.nodes[b].level == varying: // a - k x
		return g.add(a, g.mul(n.a, g.constant(-g.nodes[n.b].val)))
	}
	return g.make(opSub, a, b)
}

func (g *graph) neg(a ref) ref {
	n := g.nodes[a]
	switch {
	case n.op == opNeg:
		return n.a
	case n.op == opSub:
		return g.sub(n.b, n.a)
	case n.op == opMul && g.nodes[n.b].op == opConst:
		return g.mul(n.a, g.constant(-g.nodes[n.b].val))
	case n.op == opAdd && g.nodes[n.b].op == opConst:
		return g.sub(g.constant(-g.nodes[n.b].val), n.a)
	}
	return g.make(opNeg, a)
}

func (g *graph) mul(a, b ref) ref {
	if g.less(b, a) {
		a, b = b, a
	}
	x, n := g.nodes[a], g.nodes[b]
	switch {
	case g.is(b, 0):
		return b
	case g.is(b, 1):
		return a
	case g.is(b, -1):
		return g.neg(a)
	case x.op == opNeg && n.op == opConst:
		return g.mul(x.a, g.constant(-n.val))
	case x.op == opNeg && n.op == opNeg:
		return g.mul(x.a, n.a)
	case x.op == opNeg && x.level == varying && n.level == varying:
		return g.neg(g.mul(x.a, b))
	case n.op == opNeg && x.level == varying && n.level == varying:
		return g.neg(g.mul(a, n.a))
	case x.op == opMul && g.nodes[x.b].level < x.level && n.level < x.level: // (x c) d
		return g.mul(x.a, g.mul(x.b, b))
	case x.op == opMul && g.nodes[x.b].op == opConst: // (x k) y
		return g.mul(g.mul(x.a, b), x.b)
	case n.op == opMul && g.nodes[n.b].op == opConst && n.level == varying: // of others the product above keeps it
		return g.mul(g.mul(a, n.a), n.b)
	case n.op == opConst && (x.op == opAdd || x.op == opSub) && g.folds(x) && g.bounded(x, n.val):
		// (k x + c) d is one operation as k d x + c d
		if x.op == opAdd {
			return g.add(g.mul(x.a, b), g.mul(x.b, b))
		}
		return g.sub(g.mul(x.a, b), g.mul(x.b, b))
	case x.op == opDiv && g.is(x.a, 1) && g.nodes[x.b].level == varying:
		return g.div(b, x.b)
	case n.op == opDiv && g.is(n.a, 1) && g.nodes[n.b].level == varying:
		return g.div(a, n.b)
	}
	return g.make(opMul, a, b)
}

func (g *graph) div(a, b ref) ref {
	x, n := g.nodes[a], g.nodes[b]
	switch {
	case g.is(b, 1):
		return a
	case n.op == opConst && n.val != 0 && !g.constNode(a) && !math.IsInf(1/n.val, 0):
		return g.mul(a, g.constant(1/n.val))
	case g.is(a, 0) && !g.is(b, 0):
		return a
	case x.op == opNeg && n.op == opNeg:
		return g.div(x.a, n.a)
	case n.level < x.level|n.level && !g.is(a, 1): // by what changes less often
		return g.mul(a, g.make(opDiv, g.constant(1), b))
	case x.op == opMul && g.nodes[x.b].op == opConst && !g.constNode(a):
		return g.mul(g.div(x.a, b), x.b)
	case n.op == opMul && g.nodes[n.b].op == opConst && g.nodes[n.b].val != 0:
		return g.mul(g.div(a, n.a), g.constant(1/g.nodes[n.b].val))
	case n.op == opExprel:
		return g.mul(a, g.make(opLinoid, n.a))
	case n.op == opLinoid:
		return g.mul(a, g.make(opExprel, n.a))
	case n.op == opDiv:
		return g.div(g.mul(a, n.b), n.a)
	case n.op == opAdd && g.is(n.b, 1) && g.nodes[n.a].op == opExp: // 1/(1+exp(x))
		return g.mul(a, g.make(opSigmoid, g.neg(g.nodes[n.a].a)))
	}
	return g.make(opDiv, a, b)
}

// spread returns a*k with k in every term of a sum.
func (g *graph) spread(a ref, k float64) ref {
	switch n := g.nodes[a]; n.op {
	case opAdd:
		return g.add(g.spread(n.a, k), g.spread(n.b, k))
	case opSub:
		return g.sub(g.spread(n.a, k), g.spread(n.b, k))
	}
	return g.mul(a, g.constant(k))
}

// folds reports whether a factor of a sum costs its terms nothing: one is the same
// for all cells, or both have a constant factor.
func (g *graph) folds(sum node) bool {
	scaled := func(r ref) bool { n := g.nodes[r]; return n.op == opMul && g.nodes[n.b].op == opConst }
	return g.flat(sum.a) || g.flat(sum.b) || scaled(sum.a) && scaled(sum.b)
}

// bounded reports whether the constants of the terms of a sum stay finite and
// do not vanish when they are multiplied by d.
func (g *graph) bounded(n node, d float64) bool {
	ok := func(r ref) bool {
		m := g.nodes[r]
		if m.op == opMul {
			m = g.nodes[m.b]
		}
		v := math.Abs(float64(m.val * d))
		return m.op != opConst || m.val == 0 || v > 1e-290 && v < 1e290
	}
	return ok(n.a) && ok(n.b)
}

func (g *graph) constNode(a ref) bool { return g.nodes[a].op == opConst }

// pow returns a power; fixed ones become products and roots.
func (g *graph) pow(a, b ref) ref {
	p, fixed := g.isConst(b)
	if g.constNode(a) && fixed {
		return g.make(opPow, a, b)
	}
	switch {
	case !fixed:
		return g.make(opPow, a, b)
	case p == 0:
		return g.constant(1)
	case p < 0 && p >= -16 && p*4 == math.Trunc(p*4):
		return g.div(g.constant(1), g.pow(a, g.constant(-p)))
	case p > 0 && p == math.Trunc(p) && p <= 16:
		return g.times(a, int(p))
	case p == 0.5:
		return g.make(opSqrt, a)
	case p == 0.25:
		return g.make(opSqrt, g.make(opSqrt, a))
	case p > 0 && p < 16 && p-0.5 == math.Trunc(p):
		return g.mul(g.times(a, int(p)), g.make(opSqrt, a))
	}
	return g.make(opPow, a, b)
}

// times returns the product of n factors a, by squares.
func (g *graph) times(a ref, n int) ref {
	switch {
	case n == 0:
		return g.constant(1)
	case n == 1:
		return a
	case n%2 == 0:
		h := g.times(a, n/2)
		return g.mul(h, h)
	}
	return g.mul(g.times(a, n-1), a)
}

// sel returns a where c holds and else b.
func (g *graph) sel(c, a, b ref) ref {
	n := g.nodes[c]
	switch {
	case a == b:
		return a
	case n.op == opConst && n.val != 0:
		return a
	case n.op == opConst:
		return b
	case n.op == opNot:
		return g.sel(n.a, b, a)
	case g.nodes[a].truth:
		return g.or(g.and(c, a), g.and(g.not(c), b))
	}
	return g.make(opSelect, a, b, c)
}

func (g *graph) and(a, b ref) ref {
	switch x, y := g.nodes[a], g.nodes[b]; {
	case a == b || x.op == opConst && x.val != 0:
		return b
	case y.op == opConst && y.val != 0:
		return a
	case x.op == opConst:
		return a
	case y.op == opConst:
		return b
	}
	return g.make(opAnd, a, b)
}

func (g *graph) or(a, b ref) ref {
	switch x, y := g.nodes[a], g.nodes[b]; {
	case a == b || x.op == opConst && x.val == 0:
		return b
	case y.op == opConst && y.val == 0:
		return a
	case x.op == opConst:
		return a
	case y.op == opConst:
		return b
	}
	return g.make(opOr, a, b)
}

func (g *graph) not(a ref) ref {
	if n := g.nodes[a]; n.op == opNot {
		return n.a
	}
	return g.make(opNot, a)
}

// number is 1 where a holds and else 0.
func (g *graph) number(a ref) ref {
	if !g.nodes[a].truth {
		return a
	}
	return g.sel(a, g.constant(1), g.constant(0))
}
