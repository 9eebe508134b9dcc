package fast

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"runtime"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// This file has the functions of package elementary compiled along with those
// that call their namesakes in math.

//go:embed elementary/elementary.go
var elementarySource string

// elementary returns the functions by name.
var elementary = sync.OnceValue(func() map[string]*ssa.Function {
	if runtime.GOARCH != "amd64" || fuses() {
		return nil // the operations of package math are others
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "elementary.go", elementarySource, parser.SkipObjectResolution)
	if err != nil {
		panic(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{Importer: mathOnly{}}).Check("elementary", fset, []*ast.File{file}, info)
	if err != nil {
		panic(err)
	}
	prog := ssa.NewProgram(fset, ssa.InstantiateGenerics|ssa.BuildSerially)
	prog.CreatePackage(mathPackage(), nil, nil, true)
	p := prog.CreatePackage(pkg, []*ast.File{file}, info, true)
	prog.Build()
	r := map[string]*ssa.Function{}
	for name, m := range p.Members {
		if fn, ok := m.(*ssa.Function); ok && token.IsExported(name) {
			r[name] = fn
		}
	}
	if natives[supFMA] == 0 {
		delete(r, "Mod")
	}
	return r
})

// fuses tells whether the compiler makes one operation of a product and a sum.
func fuses() bool {
	x, y := 1+math.Nextafter(1, 2)-1, math.Nextafter(1, 0)
	return product(x, y, -1) != float64(x*y)-1
}

//go:noinline
func product(x, y, z float64) float64 { return x*y + z }

// elementaryOf returns the function to compile for one of math; nil if it is
// called as it is.
func elementaryOf(fn *ssa.Function) *ssa.Function {
	o, ok := fn.Object().(*types.Func)
	if !ok || o.Pkg() == nil || o.Pkg().Path() != "math" || o.Pkg() == mathPackage() {
		return nil
	}
	return elementary()[o.Name()]
}

// mathPackage is package math for the type checker, as far as elementary uses
// it.
var mathPackage = sync.OnceValue(func() *types.Package {
	p := types.NewPackage("math", "math")
	f, u, i := types.Typ[types.Float64], types.Typ[types.Uint64], types.Typ[types.Int]
	tuple := func(ts ...types.Type) *types.Tuple {
		var vs []*types.Var
		for _, t := range ts {
			vs = append(vs, types.NewParam(token.NoPos, p, "", t))
		}
		return types.NewTuple(vs...)
	}
	add := func(params, results *types.Tuple, names ...string) {
		for _, n := range names {
			p.Scope().Insert(types.NewFunc(token.NoPos, p, n, types.NewSignatureType(nil, nil, nil, params, results, false)))
		}
	}
	add(tuple(f), tuple(f), "Abs", "Sqrt", "Trunc", "Exp", "Sin", "Cos", "Tan", "Log", "Log2", "Asin")
	add(tuple(f, f), tuple(f), "Copysign", "Atan2", "Hypot", "Mod", "Pow")
	add(tuple(f, f, f), tuple(f), "FMA")
	add(tuple(f), tuple(f, f), "Sincos")
	add(tuple(f), tuple(f, i), "Frexp")
	add(tuple(f, i), tuple(f), "Ldexp")
	add(tuple(f), tuple(u), "Float64bits")
	add(tuple(u), tuple(f), "Float64frombits")
	p.Scope().Insert(types.NewConst(token.NoPos, p, "MaxFloat64", types.Typ[types.UntypedFloat], constant.MakeFloat64(math.MaxFloat64)))
	p.MarkComplete()
	return p
})

type mathOnly struct{}

func (mathOnly) Import(path string) (*types.Package, error) {
	if path != "math" {
		return nil, fmt.Errorf("no package %s", path)
	}
	return mathPackage(), nil
}
