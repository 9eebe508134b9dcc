package order

import (
	"go/ast"
	"go/token"
	"go/types"
)

// operated writes a[i] += b[j] as a[i] = a[i] + b[j] where both sides may panic:
// the compiler reads the left side first, go/ssa the right one. Only sides
// without early operations are doubled, which have no effects.
func (o *orderer) operated(s *ast.AssignStmt) {
	if s.Tok < token.ADD_ASSIGN || s.Tok > token.AND_NOT_ASSIGN || len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return
	}
	x, y := s.Lhs[0], s.Rhs[0]
	left, ok := o.late(x)
	if !ok || !left {
		return
	}
	if right, ok := o.late(y); !ok || !right {
		return
	}
	sum := &ast.BinaryExpr{X: x, OpPos: s.TokPos, Op: s.Tok - token.ADD_ASSIGN + token.ADD, Y: y}
	o.info.Types[sum] = types.TypeAndValue{Type: o.typeOf(x)}
	s.Tok, s.Rhs[0] = token.ASSIGN, sum
}

// late tells whether an expression has late operations only, and whether one of
// them may panic.
func (o *orderer) late(e ast.Expr) (panics, ok bool) {
	ok = true
	ast.Inspect(e, func(n ast.Node) bool {
		x, isExpr := n.(ast.Expr)
		if !isExpr || !ok {
			return ok && n != nil
		}
		if tv, known := o.info.Types[x]; known && tv.Value != nil {
			return false // a constant
		}
		switch n := x.(type) {
		case *ast.Ident, *ast.BasicLit, *ast.ParenExpr:
		case *ast.StarExpr:
			panics = true
		case *ast.SelectorExpr:
			t := o.typeOf(n.X)
			if sel := o.info.Selections[n]; sel == nil || sel.Kind() != types.FieldVal {
				ok = false
				return false
			}
			_, pointer := t.Underlying().(*types.Pointer)
			panics = panics || pointer
		case *ast.IndexExpr:
			switch u := o.typeOf(n.X).Underlying().(type) {
			case *types.Slice, *types.Array:
				panics = true
			case *types.Basic:
				panics = panics || u.Info()&types.IsString != 0
			case *types.Pointer:
				panics = true
			default: // maps, and instances of functions
				ok = false
			}
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW && n.Op != token.AND
		case *ast.BinaryExpr:
			switch n.Op {
			case token.LAND, token.LOR:
				ok = false
			case token.QUO, token.REM, token.SHL, token.SHR:
				panics = true
			}
		default:
			ok = false
		}
		return ok
	})
	return panics, ok
}
