package model

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An op is what a node of a graph computes.
type op uint8

const (
	opNone op = iota
	opConst
	opSlot // a value from outside the graph: a state, a parameter, the time, noise
	opAdd
	opSub
	opMul
	opDiv
	opNeg
	opPow
	opMod
	opFloorDiv
	opMin
	opMax
	opExp
	opExpm1
	opExprel
	opLinoid // x/(exp(x)-1)
	opSigmoid
	opLog
	opLog10
	opLog1p
	opSqrt
	opAbs
	opSign
	opFloor
	opCeil
	opTrunc
	opSin
	opCos
	opTan
	opSinh
	opCosh
	opTanh
	opAsin
	opAcos
	opAtan
	opPoisson // of the mean a, by the stream val
	opSelect  // c ? a : b

	// Truth values from here on.
	opLess
	opLessEqual
	opEqual
	opAnd
	opOr
	opNot
	opTruth // a number other than 0
)

// truth reports whether the op gives a truth value.
func (o op) truth() bool { return o >= opLess }

// A level says of how many different values a node has: one (0), one for each
// cell, one for each step, or one for each cell and step.
type level uint8

const (
	perCell level = 1 << iota
	perStep
	varying = perCell | perStep
)

// A ref is the number of a node in its graph.
type ref int32

// A node is one operation on other nodes.
type node struct {
	op      op
	a, b, c ref
	val     float64 // of a constant
	level   level
	truth   bool // it is true or false
}

// A graph holds expressions in which equal parts are the same node. Its methods
// make nodes in their simplest form.
type graph struct {
	nodes []node
	index map[node]ref
}

func newGraph() *graph { return &graph{index: map[node]ref{}} }

func (g *graph) put(n node) ref {
	if r, ok := g.index[n]; ok {
		return r
	}
	r := ref(len(g.nodes))
	g.nodes = append(g.nodes, n)
	g.index[n] = r
	return r
}

func (g *graph) constant(v float64) ref {
	if v == 0 {
		v = 0 // -0 and 0 are the same node
	}
	return g.put(node{op: opConst, val: v})
}

// boolean returns the truth value as a node.
func (g *graph) boolean(v bool) ref {
	x := 0.0
	if v {
		x = 1
	}
	return g.put(node{op: opConst, val: x, truth: true})
}

// slot returns the node of a value from outside.
func (g *graph) slot(number int, l level, truth bool) ref {
	return g.put(node{op: opSlot, a: ref(number), level: l, truth: truth})
}

func (g *graph) isConst(r ref) (float64, bool) {
	n := &g.nodes[r]
	return n.val, n.op == opConst && n.val == n.val
}

func (g *graph) is(r ref, v float64) bool {
	x, ok := g.isConst(r)
	return ok && x == v
}

// make returns a node of up to three arguments, folded if they are constant.
func (g *graph) make(o op, args ...ref) ref {
	n := node{op: o, truth: o.truth()}
	folded := true
	for i, r := range args {
		x := &g.nodes[r]
		n.level |= x.level
		if x.op != opConst {
			folded = false
		}
		switch i {
		case 0:
			n.a = r
		case 1:
			n.b = r
		case 2:
			n.c = r
		}
	}
	if folded {
		var v [3]float64
		for i, r := range args {
			v[i] = g.nodes[r].val
		}
		x := evaluate(o, v[0], v[1], v[2])
		if x == x { // NaN is not equal to itself and would be many nodes
			if n.truth {
				return g.boolean(x != 0)
			}
			return g.constant(x)
		}
	}
	return g.put(n)
}

// evaluate computes one operation on numbers; truth values are 1 and 0. It is
// what constants are folded with and scalars are computed with, and has the bits
// of the block operations.
func evaluate(o op, a, b, c float64) float64 {
	truth := func(v bool) float64 {
		if v {
			return 1
		}
		return 0
	}
	switch o {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return float64(a * b)
	case opDiv:
		return a / b
	case opNeg:
		return -a
	case opPow:
		return vec.Pow(a, b)
	case opMod:
		return modulo(a, b)
	case opFloorDiv:
		return math.Floor(a / b)
	case opMin:
		return min(a, b)
	case opMax:
		return max(a, b)
	case opSelect:
		if c != 0 {
			return a
		}
		return b
	case opLess:
		return truth(a < b)
	case opLessEqual:
		return truth(a <= b)
	case opEqual:
		return truth(a == b)
	case opAnd:
		return truth(a != 0 && b != 0)
	case opOr:
		return truth(a != 0 || b != 0)
	case opNot:
		return truth(a == 0)
	case opTruth:
		return truth(a != 0)
	}
	return single(o)(a)
}

// single returns the function of an op of one number.
func single(o op) func(float64) float64 {
	switch o {
	case opExp:
		return vec.Exp
	case opExpm1:
		return vec.Expm1
	case opExprel:
		return vec.Exprel
	case opLinoid:
		return vec.Linoid
	case opSigmoid:
		return vec.Sigmoid
	case opLog:
		return vec.Log
	case opLog10:
		return vec.Log10
	case opLog1p:
		return vec.Log1p
	case opSqrt:
		return math.Sqrt
	case opAbs:
		return math.Abs
	case opSign:
		return vec.Sign
	case opFloor:
		return math.Floor
	case opCeil:
		return math.Ceil
	case opTrunc:
		return math.Trunc
	case opSin:
		return vec.Sin
	case opCos:
		return vec.Cos
	case opTan:
		return vec.Tan
	case opSinh:
		return vec.Sinh
	case opCosh:
		return vec.Cosh
	case opTanh:
		return vec.Tanh
	case opAsin:
		return vec.Asin
	case opAcos:
		return vec.Acos
	case opAtan:
		return vec.Atan
	}
	panic("model: an operation without a function")
}

// modulo is Python's remainder, which has the sign of b.
func modulo(a, b float64) float64 {
	r := math.Mod(a, b)
	if r != 0 && r < 0 != (b < 0) {
		r += b
	}
	return r
}

// eachArg calls f for the arguments of a node, which have lower numbers.
func (g *graph) eachArg(r ref, f func(ref)) {
	n := &g.nodes[r]
	switch {
	case n.op == opConst || n.op == opSlot:
	case n.op == opSelect:
		f(n.a)
		f(n.b)
		f(n.c)
	case n.op.binary():
		f(n.a)
		f(n.b)
	default:
		f(n.a)
	}
}

func (o op) binary() bool {
	switch o {
	case opAdd, opSub, opMul, opDiv, opPow, opMod, opFloorDiv, opMin, opMax, opLess, opLessEqual, opEqual, opAnd, opOr:
		return true
	}
	return false
}
