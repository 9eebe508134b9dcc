package lower

import (
	"go/ast"
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
		if p.X == id {
			if len(args) == 1 {
				return nil
			}
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
