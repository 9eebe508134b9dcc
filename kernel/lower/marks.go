package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// LineVar is the interpreter's variable that holds the position of the
// statement that runs. The interpreter's own report of a panic names a
// statement of the right kind, but often the wrong one; so every statement
// that may panic first says where it is. It costs 25 to 30 ns a statement.
const LineVar = "line·"

// A Span is the text of a function.
type Span struct {
	From, To token.Pos
	Name     string // "f", "f.func" for a literal in f
}

// mark puts the positions of statements into a function's body, and notes the
// functions' spans.
func (b *builder) mark(body *ast.BlockStmt, name string) {
	if body == nil {
		return
	}
	b.unit.Spans = append(b.unit.Spans, Span{body.Pos(), body.End(), name})
	body.List = b.markList(body.List)
	for _, st := range body.List {
		ast.Inspect(st, func(n ast.Node) bool {
			if l, ok := n.(*ast.FuncLit); ok {
				b.mark(l.Body, name+".func")
				return false
			}
			return true
		})
	}
}

// markDecl marks a function declaration.
func (b *builder) markDecl(d ast.Decl) {
	if f, ok := d.(*ast.FuncDecl); ok {
		b.mark(f.Body, f.Name.Name)
	}
}

func (b *builder) markList(list []ast.Stmt) []ast.Stmt {
	out := make([]ast.Stmt, 0, 2*len(list))
	for _, st := range list {
		head := st
		if l, ok := st.(*ast.LabeledStmt); ok {
			head = l.Stmt
		}
		if pos := head.Pos(); pos.IsValid() && b.risky(head) {
			out = append(out, &ast.AssignStmt{
				Lhs: []ast.Expr{&ast.Ident{Name: LineVar, NamePos: pos}}, Tok: token.ASSIGN, TokPos: pos,
				Rhs: []ast.Expr{&ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: strconv.Itoa(int(pos))}},
			})
		}
		b.markInside(st)
		out = append(out, st)
	}
	return out
}

// isMark tells whether a statement was put in by markList.
func isMark(st ast.Stmt) bool {
	a, ok := st.(*ast.AssignStmt)
	if !ok {
		return false
	}
	id, ok := a.Lhs[0].(*ast.Ident)
	return ok && id.Name == LineVar
}

func (b *builder) markInside(st ast.Stmt) {
	switch st := st.(type) {
	case *ast.BlockStmt:
		st.List = b.markList(st.List)
	case *ast.IfStmt:
		b.markInside(st.Body)
		if st.Else != nil {
			b.markInside(st.Else)
		}
	case *ast.LabeledStmt:
		b.markInside(st.Stmt)
	case *ast.ForStmt:
		b.markLoop(st.Body)
	case *ast.RangeStmt:
		b.markLoop(st.Body)
	case *ast.SwitchStmt:
		b.markCases(st.Body)
	case *ast.TypeSwitchStmt:
		b.markCases(st.Body)
	case *ast.SelectStmt:
		b.markCases(st.Body)
	}
}

// markLoop marks a loop's body. A loop that calls into compiled packages asks
// each time whether it was left behind by an interrupt: while such a call
// lasts, the interpreter cannot stop it.
func (b *builder) markLoop(body *ast.BlockStmt) {
	slow := b.slow(body)
	b.markInside(body)
	if slow {
		body.List = append([]ast.Stmt{b.poll(body.Lbrace)}, body.List...)
	}
}

func (b *builder) poll(pos token.Pos) ast.Stmt {
	return &ast.ExprStmt{X: b.call("Poll", pos)}
}

// quick are packages whose functions return at once; poll would cost more.
var quick = map[string]bool{
	"": true, "bytes": true, "cmp": true, "container/heap": true, "container/list": true, "errors": true, "fmt": true, "maps": true,
	"math": true, "math/big": true, "math/bits": true, "math/cmplx": true, "math/rand": true, "math/rand/v2": true,
	"reflect": true, "slices": true, "sort": true, "strconv": true, "strings": true, "sync": true, "sync/atomic": true,
	"unicode": true, "unicode/utf8": true, HelperPath: true,
}

// slow tells whether a loop's body calls compiled functions that may take
// long.
func (b *builder) slow(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectorExpr:
			if f, ok := b.info.Uses[n.Sel].(*types.Func); ok && f.Pkg() != nil && f.Pkg() != b.pkg && !quick[f.Pkg().Path()] {
				found = true
			}
		}
		return !found
	})
	return found
}

func (b *builder) markCases(body *ast.BlockStmt) {
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			c.Body = b.markList(c.Body)
		case *ast.CommClause:
			c.Body = b.markList(c.Body)
		}
	}
}

// risky tells whether a statement, apart from the blocks in it, may panic.
func (b *builder) risky(st ast.Stmt) bool {
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BlockStmt:
			return false
		case *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SendStmt:
			found = true
		case *ast.IndexExpr:
			if t := b.info.Types[n.X].Type; t != nil {
				if _, isMap := t.Underlying().(*types.Map); isMap && !assigned(st, n) {
					return true
				}
			}
			found = true
		case *ast.SelectorExpr:
			if s := b.info.Selections[n]; s != nil && s.Indirect() {
				found = true
			}
		case *ast.CallExpr:
			if tv, ok := b.info.Types[n.Fun]; ok && (tv.IsType() || tv.IsBuiltin()) {
				if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "panic" || id.Name == "make" || id.Name == "close") {
					found = true
				}
				return !found
			}
			found = true
		case *ast.BinaryExpr:
			if n.Op == token.QUO || n.Op == token.REM {
				found = found || b.integer(n.Y)
			}
		case *ast.AssignStmt:
			if n.Tok == token.QUO_ASSIGN || n.Tok == token.REM_ASSIGN {
				found = found || b.integer(n.Rhs[0])
			}
		}
		return !found
	})
	return found
}

func assigned(st ast.Stmt, x ast.Expr) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		for _, l := range st.Lhs {
			if l == x {
				return true
			}
		}
	case *ast.IncDecStmt:
		return st.X == x
	}
	return false
}

// integer tells whether an expression is an integer that may be zero.
func (b *builder) integer(x ast.Expr) bool {
	tv := b.info.Types[x]
	if tv.Type == nil || tv.Value != nil {
		return false
	}
	basic, ok := tv.Type.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsInteger != 0
}
