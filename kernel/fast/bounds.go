package fast

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file knows what is true where code is written, so that a test that
// cannot fail is left out: an index is below the length that the loop's
// condition names, a pointer has been used before.

// A term is a value plus a constant; the value is nil for a constant alone. A
// length is named by what has it.
type term struct {
	fr     *frame
	v      ssa.Value
	length bool
	c      int64
}

// A fact is something that holds from where it is noted to the end of what the
// block dominates: a < b, or that an offset is not nil.
type fact struct {
	a, b   term // a < b
	nonneg bool // and a >= 0
	nonnil bool
	local  uint32
}

// mark and release bound where facts hold.
func (e *emitter) mark() [2]int { return [2]int{len(e.facts), len(e.addresses)} }

func (e *emitter) release(m [2]int) { e.facts, e.addresses = e.facts[:m[0]], e.addresses[:m[1]] }

func (e *emitter) noteNonNil(o operand) {
	if !o.con {
		e.facts = append(e.facts, fact{nonnil: true, local: o.local})
	}
}

func (e *emitter) knownNonNil(o operand) bool {
	for i := len(e.facts) - 1; i >= 0; i-- {
		if f := &e.facts[i]; f.nonnil && f.local == o.local && !o.con {
			return true
		}
	}
	return false
}

// origin follows a parameter of an inlined function to its argument.
func origin(f *frame, v ssa.Value) (*frame, ssa.Value) {
	for f.inlined {
		p, ok := v.(*ssa.Parameter)
		if !ok {
			break
		}
		i := 0
		for f.fn.Params[i] != p {
			i++
		}
		v, f = f.site.Common().Args[i], f.parent
	}
	return f, v
}

// termOf takes a whole number apart.
func termOf(f *frame, v ssa.Value) term {
	t := term{}
	for {
		f, v = origin(f, v)
		switch x := v.(type) {
		case *ssa.Const:
			if x.Value != nil && x.Value.Kind() == constant.Int {
				if n, ok := constant.Int64Val(x.Value); ok && abs(n) < 1<<40 {
					t.c += n
					return t
				}
			}
		case *ssa.BinOp:
			if n, ok := smallConst(x.Y); ok && isInt(x.Type()) {
				if x.Op == token.ADD {
					t.c += n
					v = x.X
					continue
				}
				if x.Op == token.SUB {
					t.c -= n
					v = x.X
					continue
				}
			}
		case *ssa.Call:
			if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
				l := lengthOf(f, x.Call.Args[0])
				l.c += t.c
				return l
			}
		}
		t.fr, t.v = f, v
		return t
	}
}

// isInt tells that a number is an int or int64, whose sums with small constants
// do not overflow between bounds that are lengths.
func isInt(t types.Type) bool {
	k, ok := kindOf(t)
	return ok && k == kI64
}

func smallConst(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	n, exact := constant.Int64Val(c.Value)
	return n, exact && abs(n) < 1<<20
}

func abs(n int64) int64 { return max(n, -n) }

// lengthOf returns the length of a slice, string or array as a term.
func lengthOf(f *frame, s ssa.Value) term {
	f, s = origin(f, s)
	switch x := s.(type) {
	case *ssa.MakeSlice:
		return termOf(f, x.Len)
	case *ssa.Slice:
		if x.Low == nil && x.High != nil {
			return termOf(f, x.High)
		}
	}
	t := s.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	if a, ok := t.(*types.Array); ok {
		return term{c: a.Len()}
	}
	return term{fr: f, v: s, length: true}
}

func (t term) same(u term) bool {
	return t.v == u.v && t.length == u.length && (t.v == nil || t.fr == u.fr)
}

// assume notes what a branch says.
func (e *emitter) assume(b *ssa.BasicBlock, cond ssa.Value, truth bool) {
	if n, ok := cond.(*ssa.UnOp); ok && n.Op == token.NOT {
		e.assume(b, n.X, !truth)
		return
	}
	c, ok := cond.(*ssa.BinOp)
	if !ok {
		return
	}
	k, ok := kindOf(c.X.Type())
	if !ok || k == kBool || k.float() || !k.signed() {
		if _, isPtr := c.X.Type().Underlying().(*types.Pointer); isPtr && (c.Op == token.NEQ) == truth {
			if y, ok := c.Y.(*ssa.Const); ok && y.Value == nil {
				if v, ok := e.fr.vals[c.X]; ok && len(v.cells) == 1 {
					e.noteNonNil(v.cells[0])
				}
			}
		}
		return
	}
	x, y := termOf(e.fr, c.X), termOf(e.fr, c.Y)
	op := c.Op
	if !truth {
		op = map[token.Token]token.Token{
			token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
			token.EQL: token.NEQ, token.NEQ: token.EQL,
		}[op]
	}
	up := func(t term) term { t.c++; return t }
	switch op {
	case token.LSS:
		e.facts = append(e.facts, fact{a: x, b: y})
	case token.LEQ:
		e.facts = append(e.facts, fact{a: x, b: up(y)})
	case token.GTR:
		e.facts = append(e.facts, fact{a: y, b: x})
	case token.GEQ:
		e.facts = append(e.facts, fact{a: y, b: up(x)})
	case token.EQL:
		e.facts = append(e.facts, fact{a: x, b: up(y)}, fact{a: y, b: up(x)})
	}
}

// noteIndex notes that an index has been found within a length.
func (e *emitter) noteIndex(index, of ssa.Value, length operand) {
	if isInt(index.Type()) {
		e.facts = append(e.facts, fact{a: termOf(e.fr, index), b: lengthOf(e.fr, of), nonneg: true})
	}
}

// within0 tells that an index is certainly in [0, length).
func (e *emitter) within0(index, of ssa.Value, length operand) bool {
	lo, hi := e.interval(index)
	if length.con {
		if lo >= 0 && hi < int64(length.bits) {
			return true
		}
	}
	if !isInt(index.Type()) {
		return false
	}
	i, n := termOf(e.fr, index), lengthOf(e.fr, of)
	for k := len(e.facts) - 1; k >= 0; k-- {
		f := &e.facts[k]
		if f.nonnil || !f.a.same(i) || !f.b.same(n) {
			continue
		}
		if f.nonneg && f.a.c == i.c && f.b.c <= n.c {
			return true
		}
		// f.a.v < n + f.b.c - f.a.c, so index < n + i.c - f.a.c + f.b.c.
		if lo >= 0 && i.c-f.a.c+f.b.c-n.c <= 0 && (f.a.v == nil || f.a.c == i.c || f.a.c <= 0 || f.nonneg || f.a.c == 1 && e.belowMax(f.a)) {
			return true
		}
	}
	if lo < 0 {
		return false
	}
	// A counter that goes down is at most what it was at first.
	if p, ok := i.v.(*ssa.Phi); ok {
		if init := e.countsDown(p); init != nil {
			t := termOf(i.fr, init)
			return t.same(n) && t.c+i.c < n.c
		}
	}
	return false
}

// countsDown returns the first value of a counter that only goes down.
func (e *emitter) countsDown(p *ssa.Phi) (init ssa.Value) {
	for _, edge := range p.Edges {
		if b, ok := edge.(*ssa.BinOp); ok && b.X == p {
			if n, ok := smallConst(b.Y); ok && (b.Op == token.SUB && n > 0 || b.Op == token.ADD && n < 0) {
				continue
			}
		}
		if init != nil {
			return nil
		}
		init = edge
	}
	return init
}

// belowMax tells that a value is less than another, so that one more is no
// overflow.
func (e *emitter) belowMax(t term) bool {
	for i := range e.facts {
		if f := &e.facts[i]; !f.nonnil && f.a.same(t) && f.a.c <= 0 {
			return true
		}
	}
	return false
}

const (
	unknownLo = math.MinInt64
	unknownHi = math.MaxInt64
	maxLength = 1 << 47
)

// interval returns bounds of a whole number. An unsigned one of 64 bits that
// may be above the largest int64 has none.
func (e *emitter) interval(v ssa.Value) (lo, hi int64) {
	return e.bounds(e.fr, v, 0, map[ssa.Value]bool{})
}

func (e *emitter) bounds(f *frame, v ssa.Value, depth int, busy map[ssa.Value]bool) (lo, hi int64) {
	f, v = origin(f, v)
	lo, hi = unknownLo, unknownHi
	k, ok := kindOf(v.Type())
	if !ok || k.float() {
		return
	}
	switch {
	case k == kU64:
	case k.signed() && k != kI64:
		lo, hi = -1<<(k.bits()-1), 1<<(k.bits()-1)-1
	case k != kI64:
		lo, hi = 0, 1<<k.bits()-1
	}
	if depth > 6 || busy[v] {
		return
	}
	sub := func(w ssa.Value) (int64, int64) { return e.bounds(f, w, depth+1, busy) }
	meet := func(l, h int64) { lo, hi = max(lo, l), min(hi, h) }
	switch x := v.(type) {
	case *ssa.Const:
		if x.Value != nil && x.Value.Kind() == constant.Int {
			if n, exact := constant.Int64Val(x.Value); exact {
				return n, n
			}
		}
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			meet(0, maxLength)
		}
	case *ssa.Extract:
		if _, ok := x.Tuple.(*ssa.Next); ok && x.Index == 1 {
			meet(0, maxLength)
		}
	case *ssa.Convert:
		if _, ok := kindOf(x.X.Type()); ok {
			if from, _ := kindOf(x.X.Type()); !from.float() && (from != kU64 && k == kI64) {
				meet(sub(x.X))
			} else if !from.float() && k == kU64 {
				if l, h := sub(x.X); l >= 0 {
					meet(l, h)
				}
			}
		}
	case *ssa.Phi:
		busy[v] = true
		l, h := int64(math.MaxInt64), int64(math.MinInt64)
		ups, downs := false, false
		for _, edge := range x.Edges {
			if inc, ok := edge.(*ssa.BinOp); ok && inc.X == v && isInt(v.Type()) {
				// A counter; it would take centuries to overflow.
				if n, ok := smallConst(inc.Y); ok {
					up := inc.Op == token.ADD && n >= 0 || inc.Op == token.SUB && n <= 0
					down := inc.Op == token.ADD && n <= 0 || inc.Op == token.SUB && n >= 0
					if up || down {
						ups, downs = ups || up, downs || down
						continue
					}
				}
			}
			if edge == v {
				continue
			}
			el, eh := sub(edge)
			l, h = min(l, el), max(h, eh)
		}
		delete(busy, v)
		if ups && h >= 1<<62 || downs && l <= -1<<62 || ups && downs || l > h {
			break
		}
		if ups {
			h = math.MaxInt64
		}
		if downs {
			l = math.MinInt64
		}
		meet(l, h)
	case *ssa.BinOp:
		n, konst := smallConst(x.Y)
		switch x.Op {
		case token.ADD, token.SUB:
			if x.Op == token.SUB {
				n = -n
			}
			if konst && k == kI64 {
				l, h := sub(x.X)
				if p, ok := x.X.(*ssa.Phi); ok && n > 0 && l > unknownLo && slices.Contains(p.Edges, ssa.Value(x)) {
					meet(l+n, unknownHi) // the next value of a counter
				}
				if l > math.MinInt64+1<<21 && h < math.MaxInt64-1<<21 {
					meet(l+n, h+n)
				}
			}
		case token.AND:
			if l, h := sub(x.Y); l >= 0 {
				meet(0, h)
			}
			if l, h := sub(x.X); l >= 0 {
				meet(0, h)
			}
		case token.REM:
			if konst && n > 0 && (k != kU64) {
				l, h := sub(x.X)
				if l >= 0 {
					meet(0, min(h, n-1))
				} else {
					meet(-(n - 1), n-1)
				}
			} else if konst && n > 0 {
				meet(0, n-1)
			}
		case token.QUO:
			if konst && n > 0 {
				if l, h := sub(x.X); l >= 0 {
					meet(l/n, h/n)
				} else if k == kU64 {
					if n > 1 {
						meet(0, unknownHi)
					}
				}
			}
		case token.SHR:
			if konst && n >= 0 && n < 64 {
				if l, h := sub(x.X); l >= 0 {
					meet(l>>n, h>>n)
				} else if k == kU64 && n > 0 {
					meet(0, int64(uint64(math.MaxUint64)>>n))
				}
			}
		case token.MUL:
			l1, h1 := sub(x.X)
			l2, h2 := sub(x.Y)
			if l1 >= 0 && l2 >= 0 && h1 < 1<<31 && h2 < 1<<31 && (k == kI64 || k == kU64) {
				meet(l1*l2, h1*h2)
			}
		}
	}
	if depth > 2 || !isInt(v.Type()) {
		return
	}
	t := termOf(f, v)
	for i := range e.facts {
		c := &e.facts[i]
		if c.nonnil {
			continue
		}
		if c.a.same(t) && c.a.v != nil && c.a.c == t.c {
			if c.nonneg {
				lo = max(lo, 0)
			}
			if c.b.v == nil {
				hi = min(hi, c.b.c-1)
			} else if c.b.length {
				hi = min(hi, maxLength+c.b.c)
			}
		}
		if c.b.same(t) && c.b.v != nil && c.b.c == t.c && c.a.v == nil {
			lo = max(lo, c.a.c+1)
		}
		if c.b.same(t) && c.b.v != nil && c.b.c == t.c+1 && c.a.v == nil { // a <= v
			lo = max(lo, c.a.c)
		}
	}
	return
}

// small tells that the loop of a head runs a few times only, and then ends.
func (e *emitter) small(head *ssa.BasicBlock) bool {
	last, ok := head.Instrs[len(head.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	c, ok := last.Cond.(*ssa.BinOp)
	if !ok || c.Op != token.LSS {
		return false
	}
	limit, ok := smallConst(c.Y)
	if !ok || limit > 64 {
		return false
	}
	v := c.X
	if inc, ok := v.(*ssa.BinOp); ok && inc.Op == token.ADD {
		if n, ok := smallConst(inc.Y); !ok || n < 1 {
			return false
		}
		v = inc.X
	}
	p, ok := v.(*ssa.Phi)
	if !ok || p.Block() != head || !isInt(p.Type()) {
		return false
	}
	for i, edge := range p.Edges {
		if !head.Dominates(head.Preds[i]) {
			if n, ok := smallConst(edge); !ok || n < -1 {
				return false
			}
			continue
		}
		inc, ok := edge.(*ssa.BinOp)
		if !ok || inc.Op != token.ADD || inc.X != p {
			return false
		}
		if n, ok := smallConst(inc.Y); !ok || n < 1 {
			return false
		}
	}
	return true
}
