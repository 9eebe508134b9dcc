package fast

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A fate is where a variable lives.
type fate uint8

const (
	inLocals fate = iota // in variables of WebAssembly: nothing needs its address
	inFrame              // on the data stack: nothing keeps its address
	inHeap               // in Go's memory
)

const (
	maxFrameVar = 1 << 14 // bytes of a variable on the data stack
	inlineCost  = 90
	sizeLimit   = 6000 // instructions of a function
)

// fateOf decides where the variable of an Alloc lives, by all that may happen
// to its address.
func (c *compilation) fateOf(a *ssa.Alloc) fate {
	if f, ok := c.fates[a]; ok {
		return f
	}
	t := a.Type().Underlying().(*types.Pointer).Elem()
	l := c.layout(t, a.Pos())
	s := &escape{c: c, seen: map[ssa.Value]bool{}, loop: inLoop(a.Block())}
	s.addr(a, !l.big)
	f := inLocals
	switch {
	case s.escapes, s.memory && (l.ptrs || l.size > maxFrameVar):
		f = inHeap
	case s.memory, l.big:
		f = inFrame
		if l.ptrs || l.size > maxFrameVar {
			f = inHeap
		}
	}
	c.fates[a] = f
	return f
}

// leaves tells whether a slice that is made may outlive the function.
func (c *compilation) leaves(x *ssa.MakeSlice) bool {
	s := &escape{c: c, seen: map[ssa.Value]bool{}}
	s.addr(x, false)
	return s.escapes
}

// inLoop tells whether a block may run more than once in a call.
func inLoop(b *ssa.BasicBlock) bool {
	return reaches(b, func(*ssa.BasicBlock) bool { return true })
}

// reaches tells whether a way leads from a block back to it, through blocks
// that are asked for.
func reaches(b *ssa.BasicBlock, through func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if !through(x) {
			continue
		}
		if x == b {
			return true
		}
		if !seen[x] {
			seen[x] = true
			work = append(work, x.Succs...)
		}
	}
	return false
}

// An escape follows an address.
type escape struct {
	c       *compilation
	seen    map[ssa.Value]bool
	loop    bool
	memory  bool // the variable needs an address
	escapes bool // the address may be kept
}

// addr follows v, an address of the variable or of a part of it, or a slice of
// it. Whole says that v still names cells that are known.
func (s *escape) addr(v ssa.Value, whole bool) {
	if s.seen[v] {
		return
	}
	s.seen[v] = true
	if !whole {
		s.memory = true
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
		case *ssa.Store:
			if r.Val == v {
				s.escapes, s.memory = true, true
			}
		case *ssa.FieldAddr:
			s.addr(r, whole)
		case *ssa.IndexAddr:
			_, konst := r.Index.(*ssa.Const)
			_, array := r.X.Type().Underlying().(*types.Pointer)
			s.addr(r, whole && konst && array && inArray(r))
		case *ssa.Slice, *ssa.ChangeType:
			s.addr(r.(ssa.Value), false)
		case *ssa.Phi:
			s.memory = true
			if s.loop {
				s.escapes = true
			}
			s.addr(r, false)
		case *ssa.BinOp, *ssa.Index:
			s.memory = true
		case *ssa.MakeClosure:
			fn := r.Fn.(*ssa.Function)
			if !s.c.inlinable(fn) {
				s.memory = true
			}
			for i, b := range r.Bindings {
				if b == v {
					s.addr(fn.FreeVars[i], whole)
				}
			}
			s.closure(r, fn)
		case *ssa.Call:
			s.call(v, r.Common(), r, whole)
		default:
			s.escapes, s.memory = true, true
		}
		if s.escapes {
			return
		}
	}
}

// inArray tells that the constant index of x is within the array.
func inArray(x *ssa.IndexAddr) bool {
	t := x.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	i := x.Index.(*ssa.Const)
	return i.Value != nil && i.Int64() >= 0 && i.Int64() < t.Len()
}

// call follows an address into a call.
func (s *escape) call(v ssa.Value, c *ssa.CallCommon, r ssa.Value, whole bool) {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "len", "cap", "copy", "clear", "min", "max":
			s.memory = true
		case "append":
			s.memory = true
			if c.Args[0] == v {
				s.addr(r, false)
			}
			if t, ok := v.Type().Underlying().(*types.Slice); ok && len(c.Args) > 1 && c.Args[1] == v {
				_ = t // the elements are copied, not the address
			}
		case "ssa:wrapnilchk":
			s.addr(r, false)
		default:
			s.escapes, s.memory = true, true
		}
		return
	}
	fn := c.StaticCallee()
	if fn == nil || c.IsInvoke() {
		s.escapes, s.memory = true, true
		return
	}
	fn = s.c.resolve(fn)
	if fn.Blocks == nil {
		s.escapes, s.memory = true, true
		return
	}
	if !s.c.inlinable(fn) {
		s.memory = true
		whole = false
	}
	for i, a := range c.Args {
		if a == v {
			s.addr(fn.Params[i], whole)
		}
	}
}

// closure follows a function that has the address among its variables.
func (s *escape) closure(v ssa.Value, fn *ssa.Function) {
	if s.seen[v] {
		return
	}
	s.seen[v] = true
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			for i, a := range r.Call.Args {
				if a != v {
					continue
				}
				g := r.Call.StaticCallee()
				if g == nil {
					s.memory, s.escapes = true, true
					return
				}
				if g = s.c.resolve(g); g.Blocks == nil {
					s.memory, s.escapes = true, true
					return
				}
				if !s.c.inlinable(g) {
					s.memory = true
				}
				s.closure(g.Params[i], fn)
			}
		case *ssa.ChangeType:
			s.closure(r, fn)
		case *ssa.MakeClosure:
			// A function that calls another: seen through its variable.
			h := r.Fn.(*ssa.Function)
			if !s.c.inlinable(h) {
				s.memory = true
			}
			for i, b := range r.Bindings {
				if b == v {
					s.closure(h.FreeVars[i], fn)
				}
			}
			s.closure(r, h)
		default:
			s.memory, s.escapes = true, true
		}
	}
}

// inlinable tells whether calls of fn are replaced by its body: it is small and
// does not come back to itself.
func (c *compilation) inlinable(fn *ssa.Function) bool { return c.cost(fn) <= inlineCost }

const tooMuch = 1 << 20

// cost is how many instructions fn has, inlined ones among them.
func (c *compilation) cost(fn *ssa.Function) int {
	fn = c.resolve(fn)
	if n, ok := c.costs[fn]; ok {
		return n
	}
	if fn.Blocks == nil || fn.Recover != nil {
		return tooMuch
	}
	c.costs[fn] = tooMuch // if it comes back
	n := 0
	if fn.Pkg != nil && fn.Pkg.Pkg.Path() == "elementary" {
		n = inlineCost // a call of the host within costs the caller its registers
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			n++
			call, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, ok := call.Common().Value.(*ssa.Builtin); ok {
				continue
			}
			n += 4
			if g := call.Common().StaticCallee(); g != nil {
				if m := c.cost(g); m == tooMuch && c.recursive(g, fn) {
					n += tooMuch
				} else if m <= inlineCost {
					n += m
				}
			}
		}
	}
	if len(fn.Blocks) > 1 && n > inlineCost/2 && hasLoop(fn) {
		n += inlineCost // its work outweighs the call
	}
	c.costs[fn] = min(n, tooMuch)
	return c.costs[fn]
}

func hasLoop(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, s := range b.Succs {
			if s.Dominates(b) {
				return true
			}
		}
	}
	return false
}

// cyclic tells whether fn may call itself.
func (c *compilation) cyclic(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(ssa.CallInstruction); ok {
				if g := call.Common().StaticCallee(); g != nil && c.recursive(g, fn) {
					return true
				}
			}
		}
	}
	return false
}

// recursive tells whether from calls, through others, to.
func (c *compilation) recursive(from, to *ssa.Function) bool {
	seen := map[*ssa.Function]bool{}
	var visit func(f *ssa.Function) bool
	visit = func(f *ssa.Function) bool {
		f = c.resolve(f)
		if f == to {
			return true
		}
		if seen[f] {
			return false
		}
		seen[f] = true
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case ssa.CallInstruction:
					if g := in.Common().StaticCallee(); g != nil && visit(g) {
						return true
					}
				case *ssa.MakeClosure:
					if visit(in.Fn.(*ssa.Function)) {
						return true
					}
				}
			}
		}
		return false
	}
	return visit(from)
}
