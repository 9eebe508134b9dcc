package model

// affine writes a node f as p*x + q with p and q free of x. dep says which nodes
// depend on x. ok is false where f is no such sum.
func (g *graph) affine(f, x ref, dep func(ref) bool) (p, q ref, ok bool) {
	type pair struct {
		p, q ref
		ok   bool
	}
	memo := map[ref]pair{}
	var walk func(f ref) pair
	walk = func(f ref) pair {
		if f == x {
			return pair{g.constant(1), g.constant(0), true}
		}
		if !dep(f) {
			return pair{g.constant(0), f, true}
		}
		if m, ok := memo[f]; ok {
			return m
		}
		n := g.nodes[f]
		var r pair
		switch n.op {
		case opAdd, opSub:
			a, b := walk(n.a), walk(n.b)
			if a.ok && b.ok {
				if n.op == opAdd {
					r = pair{g.add(a.p, b.p), g.add(a.q, b.q), true}
				} else {
					r = pair{g.sub(a.p, b.p), g.sub(a.q, b.q), true}
				}
			}
		case opNeg:
			if a := walk(n.a); a.ok {
				r = pair{g.neg(a.p), g.neg(a.q), true}
			}
		case opMul:
			a, b := n.a, n.b
			if dep(a) {
				a, b = b, a
			}
			if !dep(a) {
				if y := walk(b); y.ok {
					r = pair{g.mul(a, y.p), g.mul(a, y.q), true}
				}
			}
		case opDiv:
			if !dep(n.b) {
				if y := walk(n.a); y.ok {
					r = pair{g.div(y.p, n.b), g.div(y.q, n.b), true}
				}
			}
		case opSelect:
			if !dep(n.c) {
				a, b := walk(n.a), walk(n.b)
				if a.ok && b.ok {
					r = pair{g.sel(n.c, a.p, b.p), g.sel(n.c, a.q, b.q), true}
				}
			}
		}
		memo[f] = r
		return r
	}
	r := walk(f)
	return r.p, r.q, r.ok
}

// depends returns a test whether a node depends on one of some nodes; it keeps
// pace with nodes that are made later.
func (g *graph) depends(on ...ref) func(ref) bool {
	memo := map[ref]bool{}
	for _, r := range on {
		memo[r] = true
	}
	var test func(r ref) bool
	test = func(r ref) bool {
		if d, ok := memo[r]; ok {
			return d
		}
		d := false
		g.eachArg(r, func(a ref) { d = d || test(a) })
		memo[r] = d
		return d
	}
	return test
}

// dependsOutside returns a test whether a node depends on x otherwise than by way of
// a function.
func (g *graph) dependsOutside(x ref) func(ref) bool {
	memo := map[ref]bool{x: true}
	var test func(r ref) bool
	test = func(r ref) bool {
		if d, ok := memo[r]; ok {
			return d
		}
		d := false
		switch g.nodes[r].op {
		case opAdd, opSub, opMul, opDiv, opNeg, opSelect:
			g.eachArg(r, func(a ref) { d = d || test(a) })
		}
		memo[r] = d
		return d
	}
	return test
}
