package fast

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A loop that now and then does what this tier does not, such as to print, is
// compiled without the blocks that do it: a way that leads there is a way out.
// The slower tier does what is there and the rest of the turn; at the head of
// the loop it may come back.

// maxCold is how many blocks may be left out.
const maxCold = 24

// without returns the blocks of the loop that begins at head which are reached
// without passing a cold one.
func without(head *ssa.BasicBlock, cold map[*ssa.BasicBlock]bool) map[*ssa.BasicBlock]bool {
	all := Members(head)
	if len(cold) == 0 {
		return all
	}
	in := map[*ssa.BasicBlock]bool{}
	work := []*ssa.BasicBlock{head}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if in[b] || !all[b] || cold[b] {
			continue
		}
		in[b] = true
		work = append(work, b.Succs...)
	}
	return in
}

// turnsWithout tells whether the loop comes back to its head without the cold
// blocks.
func turnsWithout(head *ssa.BasicBlock, cold map[*ssa.BasicBlock]bool) bool {
	in := without(head, cold)
	for _, p := range head.Preds {
		if in[p] && head.Dominates(p) {
			return true
		}
	}
	return false
}

// goesOn returns the blocks of the loop in which the slower tier may go on
// before it is at the head again.
func (f *loopForm) goesOn() map[*ssa.BasicBlock]bool {
	all := Members(f.head)
	out := map[*ssa.BasicBlock]bool{}
	var work []*ssa.BasicBlock
	for b := range f.members {
		for _, s := range b.Succs {
			if all[s] && !f.members[s] {
				work = append(work, s)
			}
		}
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if out[b] || !all[b] || b == f.head {
			continue
		}
		out[b] = true
		work = append(work, b.Succs...)
	}
	return out
}

// wantedBehind tells whether r uses v where the slower tier goes on.
func (f *loopForm) wantedBehind(v ssa.Value, r ssa.Instruction) bool {
	if _, ok := r.(*ssa.DebugRef); ok {
		return false
	}
	if !f.members[r.Block()] {
		return true
	}
	p, phi := r.(*ssa.Phi)
	if phi && f.leaves && p.Block() == f.head {
		for i, x := range p.Edges {
			if x == v && f.members[f.head.Preds[i]] {
				return true
			}
		}
	}
	if len(f.behind) == 0 {
		return false
	}
	if phi {
		for i, x := range p.Edges {
			if x == v && f.behind[p.Block().Preds[i]] {
				return true
			}
		}
		return false
	}
	return f.behind[r.Block()] && r.Block() != v.(ssa.Instruction).Block()
}

// passOn finds the phis of types that this tier does not know, an interface
// that only a cold block sets, say. In the rest of the loop they have a value
// that is known from the beginning, and the code has nothing to do with them.
func (f *loopForm) passOn(c *compilation) {
	f.same = map[*ssa.Phi]ssa.Value{}
	var phis []*ssa.Phi
	for _, b := range f.head.Parent().Blocks {
		if !f.members[b] {
			continue
		}
		for _, in := range b.Instrs {
			p, ok := in.(*ssa.Phi)
			if !ok {
				break
			}
			if why := unknown(p.Type()); why != "" {
				phis = append(phis, p)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, p := range phis {
			if p.Block() == f.head || f.same[p] != nil {
				continue
			}
			if list := f.others(p); len(list) == 1 && f.early(list[0]) {
				f.same[p], changed = list[0], true
			}
		}
	}
	for _, p := range phis {
		if p.Block() == f.head && len(f.others(p)) == 0 {
			f.same[p] = p
		}
	}
	for _, p := range phis {
		from := f.root(p)
		if h, ok := from.(*ssa.Phi); f.same[p] == nil || ok && f.same[h] == nil && f.members[h.Block()] {
			c.block = f.origin(p, map[*ssa.Phi]bool{})
			refuse(p.Pos(), "%s", unknown(p.Type()))
		}
		if p.Block() != f.head {
			f.Copies = append(f.Copies, Copy{p, from})
		}
	}
}

// unknown says why this tier does not know a type.
func unknown(t types.Type) string {
	if _, ok := t.Underlying().(*types.Signature); ok {
		return "keeps a function in a variable"
	}
	_, why := layoutOf(t)
	return why
}

// root follows phis to the value that they are known to have.
func (f *loopForm) root(v ssa.Value) ssa.Value {
	for {
		p, ok := v.(*ssa.Phi)
		if !ok || f.same[p] == nil || f.same[p] == v {
			return v
		}
		v = f.same[p]
	}
}

// others returns up to two values besides itself that a phi may have within the
// loop.
func (f *loopForm) others(p *ssa.Phi) (list []ssa.Value) {
	for i, x := range p.Edges {
		if !f.members[p.Block().Preds[i]] {
			continue
		}
		if x = f.root(x); x != p && !slices.Contains(list, x) && len(list) < 2 {
			list = append(list, x)
		}
	}
	return list
}

// early tells whether a value is there at the beginning of the code.
func (f *loopForm) early(v ssa.Value) bool {
	in, ok := v.(ssa.Instruction)
	if !ok || !f.members[in.Block()] {
		return true
	}
	_, phi := v.(*ssa.Phi)
	return phi && in.Block() == f.head
}

// origin returns the block in which a phi gets a value of its own.
func (f *loopForm) origin(p *ssa.Phi, seen map[*ssa.Phi]bool) *ssa.BasicBlock {
	seen[p] = true
	for i, x := range p.Edges {
		from := p.Block().Preds[i]
		if !f.members[from] {
			continue
		}
		in, ok := x.(ssa.Instruction)
		if !ok || !f.members[in.Block()] { // from outside, or a constant
			if from != f.head {
				return from
			}
			continue
		}
		q, ok := x.(*ssa.Phi)
		if !ok {
			return in.Block()
		}
		if !seen[q] {
			if b := f.origin(q, seen); b != nil {
				return b
			}
		}
	}
	return nil
}
