package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

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
			if r == "" { // of a script, or of the function around
				r = o.Name()
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
	case *types.TypeParam:
		return ident(t.Obj().Name()), true
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
