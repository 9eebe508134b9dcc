// Command try runs a Go program with the engine alone.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"runtime/pprof"
	"sort"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
	"github.com/neurorepl/neurorepl/kernel/vm"
	"github.com/neurorepl/neurorepl/symbols"
)

type importer struct {
	fset *token.FileSet
	pk   map[string]*types.Package
}

func (im *importer) Import(path string) (*types.Package, error) {
	if p, ok := im.pk[path]; ok && p.Complete() {
		return p, nil
	}
	data, ok := symbols.Types(path)
	if !ok {
		return nil, fmt.Errorf("no package %s", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), token.NewFileSet(), im.pk, path)
}

func main() {
	os.Exit(run(os.Args[1]))
}

func run(name string) int {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	im := &importer{fset, map[string]*types.Package{"unsafe": types.Unsafe}}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{}}
	conf := types.Config{Importer: im, GoVersion: "go1.26"}
	pkg, err := conf.Check("main", fset, []*ast.File{file}, info)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	order.Decls(info, pkg, file.Decls)
	var imports []*types.Package
	for _, p := range im.pk {
		imports = append(imports, p)
	}
	sort.Slice(imports, func(i, j int) bool { return imports[i].Path() < imports[j].Path() })
	m := vm.New(vm.Options{Fset: fset, Package: func(p string) (map[string]reflect.Value, bool) { t := symbols.Table(p); return t, t != nil },
		Replace: map[string]reflect.Value{"os.Exit": reflect.ValueOf(func(c int) { panic(vm.Exit{Code: c}) })}})
	p, err := m.Compile(vm.Unit{Main: vm.Source{Types: pkg, Files: []*ast.File{file}, Info: info}, Imports: imports, Entry: "main"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if out := os.Getenv("CPUPROFILE"); out != "" {
		w, _ := os.Create(out)
		_ = pprof.StartCPUProfile(w)
		defer pprof.StopCPUProfile()
	}
	err = p.Run(context.Background())
	var e vm.Exit
	if errors.As(err, &e) {
		return e.Code
	}
	var pn *vm.Panic
	if errors.As(err, &pn) {
		fmt.Fprintln(os.Stderr, "panic:", pn)
		for _, f := range pn.Trace {
			fmt.Fprintln(os.Stderr, "  ", f.Func, fset.Position(f.Pos))
		}
		return 2
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fatal error:", err)
		return 2
	}
	return 0
}
