package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// Names of the package that lowered code calls; package session provides it.
const (
	// HelperPath is the import path of the helpers.
	HelperPath = "neurorepl/cell"
)

// lowerChunk appends the steps that run a checked chunk.
func (b *builder) lowerChunk(c chunk, number int, last bool) {
	b.refuseRecursive(c.decls)
	if last {
		c.stmts = b.showLast(c.stmts)
	}
	for i, d := range c.decls {
		c.decls[i] = b.rewrite(d).(ast.Decl)
		b.markDecl(d)
	}
	for i, st := range c.stmts {
		c.stmts[i] = b.rewrite(st).(ast.Stmt)
	}

	// The variables that statements declare become package variables, the
	// statements the body of a function: a frame of its own, which an
	// interrupt can end for good.
	suffix := strconv.Itoa(b.scope.units) + "·" + strconv.Itoa(number)
	file := &ast.File{Name: ast.NewIdent("main")}
	var vars []ast.Decl
	var steps []Step
	var body []ast.Stmt
	part := 0
	flush := func() {
		if len(body) == 0 {
			return
		}
		part++
		name := "cell·" + suffix + "·" + strconv.Itoa(part)
		pos := body[0].Pos()
		fn := &ast.FuncDecl{
			Name: &ast.Ident{Name: name, NamePos: pos},
			Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}},
			Body: &ast.BlockStmt{Lbrace: pos, List: body},
		}
		b.lowerDefers(fn.Body)
		b.mark(fn.Body, name)
		// The goroutine says who it is, and between statements asks whether
		// it was left behind.
		marked := b.bodyHead(pos)
		for i, st := range fn.Body.List {
			if i > 0 && !isMark(fn.Body.List[i-1]) {
				marked = append(marked, b.poll(st.Pos()))
			}
			marked = append(marked, st)
		}
		fn.Body.List = marked
		steps = append(steps,
			Step{File: &ast.File{Package: pos, Name: ast.NewIdent("main"), Decls: []ast.Decl{fn}}},
			Step{Block: &ast.BlockStmt{Lbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: &ast.Ident{Name: name, NamePos: pos}}}}}})
		body = nil
	}
	for _, st := range c.stmts {
		hoisted, lowered, ok := b.hoist(st)
		if !ok {
			flush()
			steps = append(steps, Step{Block: &ast.BlockStmt{Lbrace: st.Pos(), List: []ast.Stmt{st}}})
			continue
		}
		vars = append(vars, hoisted...)
		body = append(body, lowered...)
	}
	flush()

	// One file with what the chunk declares comes first.
	file.Decls = append(append(file.Decls, c.decls...), vars...)
	if len(file.Decls) > 0 {
		file.Package = file.Decls[0].Pos()
		b.unit.Steps = append(b.unit.Steps, Step{File: file})
	}
	b.unit.Steps = append(b.unit.Steps, steps...)
}

// bodyHead counts the goroutine that runs a body in and out.
func (b *builder) bodyHead(pos token.Pos) []ast.Stmt {
	return []ast.Stmt{
		&ast.ExprStmt{X: b.call("Begin", pos)},
		&ast.DeferStmt{Defer: pos, Call: b.call("End", pos)},
	}
}

// packageName is the name of a package in the interpreter: one for each path,
// so that no variable can hide it.
func (b *builder) packageName(path string) string {
	b.used[path] = true
	return packageName(path)
}

func packageName(path string) string {
	return strings.NewReplacer("/", "·", ".", "·", "-", "·").Replace(path) + "·"
}

// ImportFile returns the file by which the interpreter learns the names that
// lowered code gives to packages.
func (s *Scope) ImportFile(paths []string) *ast.File {
	f := s.opts.Fset.AddFile("imports/_.go", -1, 1)
	pos := token.Pos(f.Base())
	file := &ast.File{Package: pos, Name: ast.NewIdent("main")}
	if !s.prelude {
		s.prelude = true
		file.Decls = append(file.Decls, &ast.GenDecl{Tok: token.VAR, TokPos: pos, Specs: []ast.Spec{&ast.ValueSpec{
			Names: []*ast.Ident{{Name: LineVar, NamePos: pos}}, Type: &ast.Ident{Name: "int", NamePos: pos}}}})
	}
	for _, p := range paths {
		file.Decls = append(file.Decls, importDecl(packageName(p), p))
	}
	return file
}

// rewrite renames packages and session names in a tree, and lowers what yaegi
// does not have or does wrong.
func (b *builder) rewrite(root ast.Node) ast.Node {
	return astutil.Apply(root, func(c *astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.CommentGroup:
			return false
		case *ast.ForStmt: // before names change
			label := ""
			if l, ok := c.Parent().(*ast.LabeledStmt); ok {
				label = l.Label.Name
			}
			b.loopVars(n, label)
		}
		return true
	}, func(c *astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.Ident:
			b.rename(n)
			if x := b.instantiate(n, c.Parent()); x != nil {
				c.Replace(x)
			}
		case *ast.GoStmt:
			if st := b.lowerGo(n); st != nil {
				c.Replace(st)
			}
		case *ast.RangeStmt:
			if st := b.lowerRange(n); st != nil {
				c.Replace(st)
			}
		case *ast.TypeSwitchStmt:
			if st := b.lowerTypeSwitch(n); st != nil {
				c.Replace(st)
			}
		case *ast.CallExpr:
			if x := b.lowerBuiltin(n); x != nil {
				c.Replace(x)
			} else if x := b.lowerErrorsAs(n); x != nil {
				c.Replace(x)
			}
		case *ast.SelectorExpr:
			if x := b.lowerFatal(n); x != nil {
				c.Replace(x)
			} else if x := b.lowerMethod(n, c.Parent()); x != nil {
				c.Replace(x)
			}
		case *ast.BlockStmt:
			n.List = b.splitList(n.List)
		case *ast.CaseClause:
			n.Body = b.splitList(n.Body)
		case *ast.CommClause:
			n.Body = b.splitList(n.Body)
		case *ast.GenDecl:
			if _, top := root.(*ast.GenDecl); top && n.Tok == token.VAR {
				b.splitSpecs(n)
			}
		case *ast.FuncDecl:
			b.lowerDefers(n.Body)
		case *ast.FuncLit:
			b.lowerDefers(n.Body)
		}
		return true
	})
}

// apply replaces nodes from the leaves up; f returns nil to keep one.
func apply(root ast.Node, f func(ast.Node) ast.Node) ast.Node {
	return astutil.Apply(root, nil, func(c *astutil.Cursor) bool {
		if c.Node() == nil {
			return true
		}
		if n := f(c.Node()); n != nil {
			c.Replace(n)
		}
		return true
	})
}

// rename gives an identifier the name that its object has in the interpreter.
func (b *builder) rename(id *ast.Ident) {
	obj := b.info.Uses[id]
	if obj == nil {
		obj = b.info.Defs[id]
	}
	switch o := obj.(type) {
	case nil:
	case *types.PkgName:
		id.Name = b.packageName(o.Imported().Path())
	case *types.Var:
		if o.IsField() && o.Embedded() {
			// The field is named after its type, under the type's new name.
			if t, ok := deref(o.Type()).(*types.Named); ok {
				if r := b.runs(t.Obj()); r != "" {
					id.Name = r
				}
			}
			return
		}
		if r := b.runs(obj); r != "" {
			id.Name = r
		}
	default:
		if r := b.runs(obj); r != "" {
			id.Name = r
		}
	}
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// runs returns the interpreter's name of a session object, or "".
func (b *builder) runs(obj types.Object) string {
	if r, ok := b.runsOf[obj]; ok {
		return r
	}
	return b.scope.runsOf[obj]
}

// hoist turns the top-level declaration of variables into package variables
// and an assignment. Another statement is returned as it is. It is false when
// a variable's type cannot be written here.
func (b *builder) hoist(st ast.Stmt) (vars []ast.Decl, lowered []ast.Stmt, ok bool) {
	ids := declared(st)
	if len(ids) == 0 {
		return nil, b.splitAssign(st), true
	}
	for _, id := range ids {
		obj := b.info.Defs[id]
		if obj == nil {
			continue // assigned, not declared
		}
		typ, ok := b.typeExpr(obj.Type(), id.Pos())
		if !ok {
			return nil, nil, false
		}
		if old := b.scope.names[obj.Name()]; b.made[id.Name] || old != nil && old.runs == id.Name {
			continue // is there already, with this type
		}
		b.made[id.Name] = true
		vars = append(vars, &ast.GenDecl{Tok: token.VAR, TokPos: id.Pos(), Specs: []ast.Spec{
			&ast.ValueSpec{Names: []*ast.Ident{{Name: id.Name, NamePos: id.Pos()}}, Type: typ},
		}})
	}
	assign := func(lhs []ast.Expr, pos token.Pos, rhs []ast.Expr) {
		lowered = append(lowered, b.splitAssign(&ast.AssignStmt{Lhs: lhs, Tok: token.ASSIGN, TokPos: pos, Rhs: rhs})...)
	}
	switch st := st.(type) {
	case *ast.AssignStmt:
		assign(st.Lhs, st.TokPos, st.Rhs)
	case *ast.DeclStmt:
		for _, sp := range st.Decl.(*ast.GenDecl).Specs {
			sp := sp.(*ast.ValueSpec)
			lhs := make([]ast.Expr, len(sp.Names))
			for i, id := range sp.Names {
				lhs[i] = id
			}
			if len(sp.Values) > 0 {
				assign(lhs, sp.Pos(), sp.Values)
				continue
			}
			for _, id := range sp.Names {
				obj := b.info.Defs[id]
				if obj == nil || id.Name == "_" {
					continue
				}
				zero, ok := b.zero(obj.Type(), id.Pos())
				if !ok {
					return nil, nil, false
				}
				assign([]ast.Expr{id}, id.Pos(), []ast.Expr{zero})
			}
		}
	case *ast.LabeledStmt:
		v, l, ok := b.hoist(st.Stmt)
		if !ok {
			return nil, nil, false
		}
		if len(l) > 0 {
			l[0] = &ast.LabeledStmt{Label: st.Label, Colon: st.Colon, Stmt: l[0]}
		}
		return v, l, true
	}
	return vars, lowered, true
}

// call calls a helper.
func (b *builder) call(name string, pos token.Pos, args ...ast.Expr) *ast.CallExpr {
	return &ast.CallExpr{
		Fun:    &ast.SelectorExpr{X: &ast.Ident{Name: b.packageName(HelperPath), NamePos: pos}, Sel: &ast.Ident{Name: name, NamePos: pos}},
		Lparen: pos, Args: args, Rparen: pos,
	}
}

func text(s string, pos token.Pos) ast.Expr {
	return &ast.BasicLit{ValuePos: pos, Kind: token.STRING, Value: strconv.Quote(s)}
}
