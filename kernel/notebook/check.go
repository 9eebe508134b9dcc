package notebook

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/symbols"
)

// automatic returns the packages that cells use without importing them, by
// name. Scripts import them like any other.
func automatic() map[string]string { return session.Auto() }

// packageName returns the name by which a package is used when its import
// gives none.
func packageName(importPath string) string {
	if p, ok := symbols.Lookup(importPath); ok {
		return p.Name
	}
	return path.Base(importPath)
}

// An importer reads the types of packages from what is built into this
// program, so that no Go installation is needed.
type importer struct {
	fset *token.FileSet
	have map[string]*types.Package
}

func (im *importer) Import(p string) (*types.Package, error) {
	if p == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := im.have[p]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	data, ok := symbols.Types(p)
	if !ok {
		return nil, fmt.Errorf("package %s is not known here", p)
	}
	return gcexportdata.Read(bytes.NewReader(data), im.fset, im.have, p)
}

// checked is what the type checker found out about a script.
type checked struct {
	info   *types.Info
	errs   []types.Error
	unused []types.Error // "declared and not used: x"
}

func check(fset *token.FileSet, file *ast.File) *checked {
	c := &checked{info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	conf := types.Config{
		Importer: &importer{fset, map[string]*types.Package{}},
		Error: func(err error) {
			e, ok := err.(types.Error)
			if !ok {
				e = types.Error{Fset: fset, Msg: err.Error()}
			}
			switch {
			case strings.HasPrefix(e.Msg, "declared and not used"):
				c.unused = append(c.unused, e)
			default:
				c.errs = append(c.errs, e)
			}
		},
	}
	conf.Check("main", fset, []*ast.File{file}, c.info)
	return c
}

// A result is what the last expression of a cell gives.
type result int

const (
	nothing result = iota // a call without results, or a print call
	oneValue
	withError // several values, or an error
)

// resultOf tells what an expression gives.
func (c *checked) resultOf(e ast.Expr) result {
	tv, ok := c.info.Types[e]
	if !ok || tv.Type == nil {
		return oneValue
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && c.prints(call) {
		return nothing
	}
	if tv.IsVoid() {
		return nothing
	}
	if _, several := tv.Type.(*types.Tuple); several {
		return withError
	}
	if types.Identical(tv.Type, types.Universe.Lookup("error").Type()) {
		return withError
	}
	return oneValue
}

// prints tells whether a call is one of fmt's that print, whose results
// nobody wants to see.
func (c *checked) prints(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := c.info.Uses[sel.Sel].(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" &&
		(strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint"))
}
