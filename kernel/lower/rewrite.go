package lower

import (
	"go/ast"
	"go/constant"
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
	if last {
		c.stmts = b.showLast(c.stmts)
	}
	for i, d := range c.decls {
		c.decls[i] = b.rewrite(d).(ast.Decl)
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
	file := &ast.File{Package: token.Pos(f.Base()), Name: ast.NewIdent("main")}
	for _, p := range paths {
		file.Decls = append(file.Decls, importDecl(packageName(p), p))
	}
	return file
}

// rewrite renames packages and session names in a tree, and lowers what yaegi
// does not have.
func (b *builder) rewrite(root ast.Node) ast.Node {
	return astutil.Apply(root, func(c *astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.Ident:
			b.rename(n)
		case *ast.CommentGroup:
			return false
		}
		return true
	}, func(c *astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.GoStmt:
			if st := b.lowerGo(n); st != nil {
				c.Replace(st)
			}
		case *ast.RangeStmt:
			if st := b.lowerRange(n); st != nil {
				c.Replace(st)
			}
		case *ast.CallExpr:
			if x := b.lowerBuiltin(n); x != nil {
				c.Replace(x)
			}
		case *ast.SelectorExpr:
			if x := b.lowerFatal(n); x != nil {
				c.Replace(x)
			}
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
	if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != "main" {
		return ""
	}
	o := b.object(obj.Name())
	if o == nil {
		return ""
	}
	if o.obj == obj {
		return o.runs
	}
	// The session's variable stands for the local one of the checked body.
	if v, ok := obj.(*types.Var); ok && !v.IsField() && o.Kind == "variable" && o.obj.Pos() == v.Pos() && v.Pos().IsValid() {
		return o.runs
	}
	return ""
}

// hoist turns the top-level declaration of variables into package variables
// and an assignment. Another statement is returned as it is. It is false when
// a variable's type cannot be written here.
func (b *builder) hoist(st ast.Stmt) (vars []ast.Decl, lowered []ast.Stmt, ok bool) {
	ids := declared(st)
	if len(ids) == 0 {
		return nil, []ast.Stmt{st}, true
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
		if old := b.scope.names[obj.Name()]; b.made[id.Name] || old != nil && !b.gone[obj.Name()] && old.runs == id.Name {
			continue // is there already, with this type
		}
		b.made[id.Name] = true
		vars = append(vars, &ast.GenDecl{Tok: token.VAR, TokPos: id.Pos(), Specs: []ast.Spec{
			&ast.ValueSpec{Names: []*ast.Ident{{Name: id.Name, NamePos: id.Pos()}}, Type: typ},
		}})
	}
	assign := func(lhs []ast.Expr, pos token.Pos, rhs []ast.Expr) {
		lowered = append(lowered, &ast.AssignStmt{Lhs: lhs, Tok: token.ASSIGN, TokPos: pos, Rhs: rhs})
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

// typeExpr writes a type as an expression under the interpreter's names.
func (b *builder) typeExpr(t types.Type, pos token.Pos) (ast.Expr, bool) {
	ident := func(name string) ast.Expr { return &ast.Ident{Name: name, NamePos: pos} }
	list := func(tuple *types.Tuple, variadic bool) (*ast.FieldList, bool) {
		f := &ast.FieldList{Opening: pos}
		for i := 0; i < tuple.Len(); i++ {
			typ := tuple.At(i).Type()
			if variadic && i == tuple.Len()-1 {
				elem, ok := b.typeExpr(typ.(*types.Slice).Elem(), pos)
				if !ok {
					return nil, false
				}
				f.List = append(f.List, &ast.Field{Type: &ast.Ellipsis{Ellipsis: pos, Elt: elem}})
				continue
			}
			x, ok := b.typeExpr(typ, pos)
			if !ok {
				return nil, false
			}
			f.List = append(f.List, &ast.Field{Type: x})
		}
		return f, true
	}
	named := func(o *types.TypeName, args *types.TypeList) (ast.Expr, bool) {
		var x ast.Expr
		switch {
		case o.Pkg() == nil:
			return ident(o.Name()), true
		case o.Pkg().Path() == "main":
			r := b.runs(o)
			if r == "" {
				return nil, false
			}
			x = ident(r)
		case o.Exported() && !strings.Contains("/"+o.Pkg().Path()+"/", "/internal/"):
			x = &ast.SelectorExpr{X: ident(b.packageName(o.Pkg().Path())), Sel: &ast.Ident{Name: o.Name(), NamePos: pos}}
		default:
			return nil, false
		}
		if args.Len() == 0 {
			return x, true
		}
		if o.Pkg().Path() != "main" {
			return nil, false
		}
		var indices []ast.Expr
		for i := 0; i < args.Len(); i++ {
			a, ok := b.typeExpr(args.At(i), pos)
			if !ok {
				return nil, false
			}
			indices = append(indices, a)
		}
		if len(indices) == 1 {
			return &ast.IndexExpr{X: x, Lbrack: pos, Index: indices[0]}, true
		}
		return &ast.IndexListExpr{X: x, Lbrack: pos, Indices: indices}, true
	}
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.Invalid || t.Info()&types.IsUntyped != 0 || t.Kind() == types.UnsafePointer {
			return nil, false
		}
		return ident(t.Name()), true
	case *types.Alias:
		if x, ok := named(t.Obj(), t.TypeArgs()); ok {
			return x, true
		}
		return b.typeExpr(types.Unalias(t), pos)
	case *types.Named:
		return named(t.Obj(), t.TypeArgs())
	case *types.Pointer:
		x, ok := b.typeExpr(t.Elem(), pos)
		return &ast.StarExpr{Star: pos, X: x}, ok
	case *types.Slice:
		x, ok := b.typeExpr(t.Elem(), pos)
		return &ast.ArrayType{Lbrack: pos, Elt: x}, ok
	case *types.Array:
		x, ok := b.typeExpr(t.Elem(), pos)
		return &ast.ArrayType{Lbrack: pos, Len: &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: strconv.FormatInt(t.Len(), 10)}, Elt: x}, ok
	case *types.Map:
		k, ok := b.typeExpr(t.Key(), pos)
		if !ok {
			return nil, false
		}
		v, ok := b.typeExpr(t.Elem(), pos)
		return &ast.MapType{Map: pos, Key: k, Value: v}, ok
	case *types.Chan:
		x, ok := b.typeExpr(t.Elem(), pos)
		dir := ast.SEND | ast.RECV
		switch t.Dir() {
		case types.SendOnly:
			dir = ast.SEND
		case types.RecvOnly:
			dir = ast.RECV
		}
		return &ast.ChanType{Begin: pos, Dir: dir, Value: x}, ok
	case *types.Signature:
		params, ok := list(t.Params(), t.Variadic())
		if !ok {
			return nil, false
		}
		results, ok := list(t.Results(), false)
		if !ok {
			return nil, false
		}
		if len(results.List) == 0 {
			results = nil
		}
		return &ast.FuncType{Func: pos, Params: params, Results: results}, true
	case *types.Struct:
		f := &ast.FieldList{Opening: pos, Closing: pos}
		for i := 0; i < t.NumFields(); i++ {
			v := t.Field(i)
			x, ok := b.typeExpr(v.Type(), pos)
			if !ok || !v.Exported() && v.Pkg() != nil && v.Pkg().Path() != "main" {
				return nil, false
			}
			field := &ast.Field{Type: x}
			if !v.Embedded() {
				field.Names = []*ast.Ident{{Name: v.Name(), NamePos: pos}}
			}
			if tag := t.Tag(i); tag != "" {
				field.Tag = &ast.BasicLit{ValuePos: pos, Kind: token.STRING, Value: strconv.Quote(tag)}
			}
			f.List = append(f.List, field)
		}
		return &ast.StructType{Struct: pos, Fields: f}, true
	case *types.Interface:
		f := &ast.FieldList{Opening: pos, Closing: pos}
		for i := 0; i < t.NumMethods(); i++ {
			m := t.Method(i)
			x, ok := b.typeExpr(m.Type(), pos)
			if !ok {
				return nil, false
			}
			f.List = append(f.List, &ast.Field{Names: []*ast.Ident{{Name: m.Name(), NamePos: pos}}, Type: x})
		}
		return &ast.InterfaceType{Interface: pos, Methods: f}, true
	}
	return nil, false
}

// zero writes the zero value of a type.
func (b *builder) zero(t types.Type, pos token.Pos) (ast.Expr, bool) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return &ast.Ident{Name: "false", NamePos: pos}, true
		case u.Info()&types.IsString != 0:
			return &ast.BasicLit{ValuePos: pos, Kind: token.STRING, Value: `""`}, true
		case u.Info()&types.IsNumeric != 0:
			return &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: "0"}, true
		}
		return nil, false
	case *types.Struct, *types.Array:
		x, ok := b.typeExpr(t, pos)
		return &ast.CompositeLit{Type: x, Lbrace: pos, Rbrace: pos}, ok
	}
	return &ast.Ident{Name: "nil", NamePos: pos}, true
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

// Qualify writes package names as a user does.
func Qualify(p *types.Package) string {
	if p.Path() == "main" {
		return ""
	}
	return p.Name()
}

// showLast replaces the last expression of a cell by calls that take its
// values to the session.
func (b *builder) showLast(stmts []ast.Stmt) []ast.Stmt {
	if len(stmts) == 0 {
		return stmts
	}
	es, ok := stmts[len(stmts)-1].(*ast.ExprStmt)
	if !ok {
		return stmts
	}
	tv := b.info.Types[es.X]
	if tv.IsVoid() || tv.Type == nil || b.prints(es.X) {
		return stmts
	}
	pos := es.X.Pos()
	show := func(x ast.Expr, t types.Type, fails bool) ast.Stmt {
		name := types.TypeString(t, Qualify)
		switch {
		case fails && types.Identical(t, types.Universe.Lookup("error").Type()):
			return &ast.ExprStmt{X: b.call("Fail", pos, x)}
		case isFunc(t):
			if id, ok := x.(*ast.Ident); ok {
				name = "func " + id.Name + strings.TrimPrefix(name, "func")
			}
			return &ast.ExprStmt{X: b.call("Text", pos, text(name, pos))}
		case b.local(t):
			for _, m := range []string{"Show", "Error", "String"} {
				if b.hasMethod(t, m) {
					kind := "Value"
					if m == "Error" || m == "String" {
						kind = "Text"
					}
					return &ast.ExprStmt{X: b.call(kind, pos, &ast.CallExpr{Fun: &ast.SelectorExpr{X: x, Sel: ast.NewIdent(m)}})}
				}
			}
			return &ast.ExprStmt{X: b.call("Named", pos, text(name, pos), x)}
		}
		return &ast.ExprStmt{X: b.call("Value", pos, x)}
	}
	out := stmts[: len(stmts)-1 : len(stmts)-1]
	b.unit.Shows = true
	_, isCall := ast.Unparen(es.X).(*ast.CallExpr)
	tuple, ok := tv.Type.(*types.Tuple)
	if !ok {
		return append(out, show(es.X, tv.Type, isCall))
	}
	var lhs []ast.Expr
	var shows []ast.Stmt
	for i := 0; i < tuple.Len(); i++ {
		name := "value·" + strconv.Itoa(i)
		lhs = append(lhs, &ast.Ident{Name: name, NamePos: pos})
		shows = append(shows, show(&ast.Ident{Name: name, NamePos: pos}, tuple.At(i).Type(), true))
	}
	block := append([]ast.Stmt{&ast.AssignStmt{Lhs: lhs, TokPos: pos, Tok: token.DEFINE, Rhs: []ast.Expr{es.X}}}, shows...)
	return append(out, &ast.BlockStmt{Lbrace: pos, List: block, Rbrace: pos})
}

func isFunc(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Signature)
	return ok
}

// local tells whether a type is one of the session's own, or a pointer to one.
func (b *builder) local(t types.Type) bool {
	n, ok := deref(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

func (b *builder) hasMethod(t types.Type, name string) bool {
	sel, _, _ := types.LookupFieldOrMethod(t, false, b.pkg, name)
	f, ok := sel.(*types.Func)
	if !ok || f.Signature().Params().Len() != 0 || f.Signature().Results().Len() != 1 {
		return false
	}
	res := f.Signature().Results().At(0).Type().String()
	if name == "Show" {
		return strings.HasSuffix(res, "neuro/display.Bundle")
	}
	return res == "string"
}

// prints tells whether an expression is a call of fmt's printing functions,
// whose results nobody wants to see.
func (b *builder) prints(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := b.info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "fmt" {
		return false
	}
	switch f.Name() {
	case "Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln":
		return true
	}
	return false
}

// lowerBuiltin replaces min, max and clear, which yaegi does not have.
func (b *builder) lowerBuiltin(call *ast.CallExpr) ast.Expr {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	if _, ok := b.info.Uses[id].(*types.Builtin); !ok {
		return nil
	}
	pos := call.Pos()
	switch id.Name {
	case "min", "max":
		tv := b.info.Types[call]
		t := types.Default(tv.Type)
		if tv.Value != nil {
			if x, ok := b.constant(tv.Value, t, pos); ok {
				return x
			}
			return nil
		}
		basic, ok := t.Underlying().(*types.Basic)
		if !ok {
			b.errorf(pos, "%s of type parameters is not supported here", id.Name)
			return nil
		}
		args := make([]ast.Expr, len(call.Args))
		for i, a := range call.Args {
			args[i] = &ast.CallExpr{Fun: &ast.Ident{Name: basic.Name(), NamePos: a.Pos()}, Args: []ast.Expr{a}}
		}
		name := strings.ToUpper(id.Name[:1]) + id.Name[1:] + strings.ToUpper(basic.Name()[:1]) + basic.Name()[1:]
		out := b.call(name, pos, args...)
		if types.Identical(t, basic) {
			return out
		}
		typ, ok := b.typeExpr(t, pos)
		if !ok {
			return nil
		}
		return &ast.CallExpr{Fun: typ, Args: []ast.Expr{out}}
	case "clear":
		return b.call("Clear", pos, call.Args...)
	case "print", "println":
		return b.call(strings.ToUpper(id.Name[:1])+id.Name[1:], pos, call.Args...)
	}
	return nil
}

// constant writes a constant as a conversion of a literal.
func (b *builder) constant(v constant.Value, t types.Type, pos token.Pos) (ast.Expr, bool) {
	var lit ast.Expr
	switch v.Kind() {
	case constant.String:
		lit = text(constant.StringVal(v), pos)
	case constant.Int:
		lit = &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: v.ExactString()}
	case constant.Float:
		f, _ := constant.Float64Val(v)
		lit = &ast.BasicLit{ValuePos: pos, Kind: token.FLOAT, Value: strconv.FormatFloat(f, 'e', -1, 64)}
	default:
		return nil, false
	}
	typ, ok := b.typeExpr(t, pos)
	return &ast.CallExpr{Fun: typ, Args: []ast.Expr{lit}}, ok
}

// lowerRange turns a range over an integer into a loop of three clauses.
func (b *builder) lowerRange(r *ast.RangeStmt) ast.Stmt {
	t := b.info.Types[r.X].Type
	if t == nil {
		return nil
	}
	if sig, ok := t.Underlying().(*types.Signature); ok && sig != nil {
		b.errorf(r.X.Pos(), "range over a function is not supported here yet; call it: f(func(v T) bool { ...; return true })")
		return nil
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 {
		return nil
	}
	t = types.Default(t)
	if r.Key != nil && r.Tok == token.DEFINE {
		if id, ok := r.Key.(*ast.Ident); ok {
			if obj := b.info.Defs[id]; obj != nil {
				t = obj.Type()
			}
		}
	} else if r.Key != nil {
		if tv, ok := b.info.Types[r.Key]; ok && tv.Type != nil {
			t = tv.Type
		}
	}
	pos := r.For
	typ := func() ast.Expr { x, _ := b.typeExpr(t, pos); return x }
	if typ() == nil {
		return nil
	}
	b.unit.serial++
	n := strconv.Itoa(b.unit.serial)
	i, end := "i·"+n, "n·"+n
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	body := r.Body
	if k, ok := r.Key.(*ast.Ident); r.Key != nil && !(ok && k.Name == "_") {
		body = &ast.BlockStmt{Lbrace: r.Body.Lbrace, Rbrace: r.Body.Rbrace,
			List: append([]ast.Stmt{&ast.AssignStmt{Lhs: []ast.Expr{r.Key}, Tok: r.Tok, TokPos: pos, Rhs: []ast.Expr{id(i)}}}, r.Body.List...)}
	}
	return &ast.ForStmt{
		For: pos,
		Init: &ast.AssignStmt{Lhs: []ast.Expr{id(i), id(end)}, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{
			&ast.CallExpr{Fun: typ(), Args: []ast.Expr{&ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: "0"}}},
			&ast.CallExpr{Fun: typ(), Args: []ast.Expr{r.X}},
		}},
		Cond: &ast.BinaryExpr{X: id(i), OpPos: pos, Op: token.LSS, Y: id(end)},
		Post: &ast.IncDecStmt{X: id(i), TokPos: pos, Tok: token.INC},
		Body: body,
	}
}

// lowerGo makes a goroutine report its panic to the session:
//
//	go f(x, y)  becomes  go func(f T, a X, b Y) { defer ...; f(a, b) }(f, x, y)
//
// so that function, receiver and arguments are still evaluated at the go
// statement.
func (b *builder) lowerGo(g *ast.GoStmt) ast.Stmt {
	pos := g.Go
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	guard := func() []ast.Stmt {
		// defer func() { if p := recover(); p != nil { cell.Panicked(p) } }()
		return []ast.Stmt{
			&ast.ExprStmt{X: b.call("Enter", pos)},
			&ast.DeferStmt{Defer: pos, Call: &ast.CallExpr{Fun: &ast.FuncLit{
				Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}},
				Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.IfStmt{
					If:   pos,
					Init: &ast.AssignStmt{Lhs: []ast.Expr{id("p·")}, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{&ast.CallExpr{Fun: id("recover")}}},
					Cond: &ast.BinaryExpr{X: id("p·"), OpPos: pos, Op: token.NEQ, Y: id("nil")},
					Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: b.call("Panicked", pos, id("p·"))}}},
				}, &ast.ExprStmt{X: b.call("Leave", pos)}}},
			}}},
		}
	}
	if lit, ok := g.Call.Fun.(*ast.FuncLit); ok {
		lit.Body.List = append(guard(), lit.Body.List...)
		return g
	}
	var params []*ast.Field
	var args, inner []ast.Expr
	pass := func(x ast.Expr, t types.Type) (ast.Expr, bool) {
		typ, ok := b.typeExpr(t, pos)
		if !ok {
			return nil, false
		}
		name := "a·" + strconv.Itoa(len(params))
		params = append(params, &ast.Field{Names: []*ast.Ident{id(name)}, Type: typ})
		args = append(args, x)
		return id(name), true
	}
	call := *g.Call
	sig, _ := b.info.Types[g.Call.Fun].Type.(*types.Signature)
	if sig == nil {
		if t := b.info.Types[g.Call.Fun].Type; t != nil {
			sig, _ = t.Underlying().(*types.Signature)
		}
	}
	if sig != nil { // not a builtin
		switch fun := ast.Unparen(g.Call.Fun).(type) {
		case *ast.Ident:
			if _, ok := b.info.Uses[fun].(*types.Func); !ok {
				x, ok := pass(fun, sig)
				if !ok {
					return nil
				}
				call.Fun = x
			}
		case *ast.SelectorExpr:
			sel := b.info.Selections[fun]
			if sel == nil { // a function of a package
				break
			}
			recv, rt := fun.X, b.info.Types[fun.X].Type
			if sel.Kind() == types.FieldVal {
				x, ok := pass(fun, sig)
				if !ok {
					return nil
				}
				call.Fun = x
				break
			}
			f := sel.Obj().(*types.Func)
			if r := f.Signature().Recv(); r != nil {
				if _, ptr := r.Type().(*types.Pointer); ptr && len(sel.Index()) == 1 {
					if _, isPtr := rt.Underlying().(*types.Pointer); !isPtr {
						recv, rt = &ast.UnaryExpr{OpPos: pos, Op: token.AND, X: recv}, types.NewPointer(rt)
					}
				}
			}
			x, ok := pass(recv, rt)
			if !ok {
				return nil
			}
			call.Fun = &ast.SelectorExpr{X: x, Sel: fun.Sel}
		default:
			x, ok := pass(fun, sig)
			if !ok {
				return nil
			}
			call.Fun = x
		}
	}
	for i, a := range g.Call.Args {
		tv := b.info.Types[a]
		if tv.Type == nil || tv.Value != nil || tv.IsNil() || tv.IsType() {
			inner = append(inner, a)
			continue
		}
		t := tv.Type
		if sig != nil {
			switch {
			case sig.Variadic() && i >= sig.Params().Len()-1 && !g.Call.Ellipsis.IsValid():
				t = sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice).Elem()
			case i < sig.Params().Len():
				t = sig.Params().At(i).Type()
			}
		}
		if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			t = types.Default(t)
		}
		x, ok := pass(a, t)
		if !ok {
			return nil
		}
		inner = append(inner, x)
	}
	call.Args = inner
	return &ast.GoStmt{Go: pos, Call: &ast.CallExpr{
		Fun: &ast.FuncLit{
			Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{Opening: pos, List: params, Closing: pos}},
			Body: &ast.BlockStmt{Lbrace: pos, List: append(guard(), &ast.ExprStmt{X: &call}), Rbrace: pos},
		},
		Lparen: pos, Args: args, Rparen: pos,
	}}
}

// lowerFatal replaces the methods of log.Logger that end the process.
func (b *builder) lowerFatal(sel *ast.SelectorExpr) ast.Expr {
	s := b.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || s.Obj().Pkg() == nil || s.Obj().Pkg().Path() != "log" {
		return nil
	}
	switch s.Obj().Name() {
	case "Fatal", "Fatalf", "Fatalln":
		x := sel.X
		if _, ok := b.info.Types[sel.X].Type.Underlying().(*types.Pointer); !ok {
			x = &ast.UnaryExpr{OpPos: sel.Pos(), Op: token.AND, X: x}
		}
		return b.call(s.Obj().Name(), sel.Pos(), x)
	}
	return nil
}
