package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// instantiate writes out the type arguments that a call of a generic function
// leaves to be inferred, which yaegi often infers wrong.
func (b *builder) instantiate(id *ast.Ident, parent ast.Node) ast.Expr {
	inst, ok := b.info.Instances[id]
	if !ok {
		return nil
	}
	f, ok := b.info.Uses[id].(*types.Func)
	if !ok {
		return nil
	}
	if f.Pkg() != b.pkg {
		b.errorf(id.Pos(), "%s.%s is a generic function of a compiled package, which cells and scripts cannot call here; `go run` can", f.Pkg().Name(), f.Name())
		return nil
	}
	var args []ast.Expr
	for i := 0; i < inst.TypeArgs.Len(); i++ {
		x, ok := b.typeExpr(inst.TypeArgs.At(i), id.Pos())
		if !ok {
			return nil
		}
		args = append(args, x)
	}
	switch p := parent.(type) {
	case *ast.IndexExpr:
		if p.X == id { // has its only argument, or more than yaegi wants here
			return nil
		}
	case *ast.IndexListExpr:
		if p.X == id {
			p.Indices = args
			return nil
		}
	}
	if len(args) == 1 {
		return &ast.IndexExpr{X: id, Lbrack: id.Pos(), Index: args[0]}
	}
	return &ast.IndexListExpr{X: id, Lbrack: id.Pos(), Indices: args}
}

// refuseRecursive refuses generic types that contain themselves: yaegi would
// instantiate them without an end, which ends the process.
func (b *builder) refuseRecursive(decls []ast.Decl) {
	generic := map[string]*ast.TypeSpec{}
	for _, d := range decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, sp := range g.Specs {
			if t := sp.(*ast.TypeSpec); t.TypeParams != nil {
				generic[t.Name.Name] = t
			}
		}
	}
	var reaches func(from *ast.TypeSpec, name string, seen map[string]bool) bool
	reaches = func(from *ast.TypeSpec, name string, seen map[string]bool) bool {
		found := false
		ast.Inspect(from.Type, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && generic[id.Name] != nil && !seen[id.Name] {
				if found = id.Name == name; !found {
					seen[id.Name] = true
					found = reaches(generic[id.Name], name, seen)
				}
			}
			return !found
		})
		return found
	}
	for _, d := range decls { // in the order of the text
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, sp := range g.Specs {
				t := sp.(*ast.TypeSpec)
				if t.TypeParams != nil && reaches(t, t.Name.Name, map[string]bool{}) {
					b.errorf(t.Pos(), "the generic type %s contains itself, which the interpreter cannot run yet; write it for one element type, or run the file with `go run`", t.Name.Name)
				}
			}
		}
	}
}
