package fast

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A loop can leave when it has made much, a function cannot; see place.go. So
// code that makes slices of any size again and again is compiled as loops: as
// the innermost in which each turn makes such a slice once.

// bulkBytes is how large a variable is of which a loop may make many.
const bulkBytes = 128 << 10

// bulks looks for where much may be made.
type bulks struct {
	c    *compilation
	seen map[bulkKey]bool
}

type bulkKey struct {
	fn    *ssa.Function
	again bool
}

// refuseBulk refuses a function that may make much in one call; of a loop, in
// one turn.
func (c *compilation) refuseBulk(fn *ssa.Function, loop *loopForm) {
	s := &bulks{c, map[bulkKey]bool{}}
	again := inLoop
	blocks := fn.Blocks
	if loop != nil {
		blocks = nil
		for _, b := range fn.Blocks {
			if loop.members[b] {
				blocks = append(blocks, b)
			}
		}
		again = loop.again
	}
	if pos, ok := s.find(blocks, again, false); ok {
		refuse(pos, "makes slices of any size in a loop")
	}
}

// again tells whether a block may run more than once in a turn.
func (l *loopForm) again(b *ssa.BasicBlock) bool {
	return reaches(b, func(s *ssa.BasicBlock) bool { return l.members[s] && s != l.head })
}

// find looks through blocks, of a function that is called again and again or
// not.
func (s *bulks) find(blocks []*ssa.BasicBlock, again func(*ssa.BasicBlock) bool, all bool) (token.Pos, bool) {
	for _, b := range blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.MakeSlice:
				if (all || again(b)) && s.c.leaves(in) {
					return in.Pos(), true
				}
			case *ssa.Alloc:
				if sizes.Sizeof(in.Type().Underlying().(*types.Pointer).Elem()) > bulkBytes && (all || again(b)) && s.c.fateOf(in) == inHeap {
					return in.Pos(), true
				}
			case *ssa.Call:
				fn := in.Call.StaticCallee()
				if fn == nil && s.c.known != nil {
					fn = s.c.known(in.Call.Value)
				}
				if fn == nil {
					continue
				}
				fn = s.c.resolve(fn)
				k := bulkKey{fn, all || again(b)}
				if s.seen[k] {
					continue
				}
				s.seen[k] = true
				if pos, ok := s.find(fn.Blocks, inLoop, k.again); ok {
					if !pos.IsValid() {
						pos = in.Pos()
					}
					return pos, true
				}
			}
		}
	}
	return token.NoPos, false
}
