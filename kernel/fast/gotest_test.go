package fast

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// TestGoPrograms gives the compiler every function of Go's own test programs:
// each is compiled or refused with a reason, and none is more than that.
func TestGoPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	debugPanics = os.Getenv("FAST_DEBUG") != ""
	defer func() { debugPanics = true }()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("no Go toolchain")
	}
	root := strings.TrimSpace(string(out))
	files, _ := filepath.Glob(filepath.Join(root, "test", "*.go"))
	if len(files) == 0 {
		t.Skip("this Go distribution has no test programs")
	}
	more, _ := filepath.Glob(filepath.Join(root, "test", "typeparam", "*.go"))
	c := New(Options{})
	defer c.Close()
	compiled, refused := 0, map[string]int{}
	for _, file := range append(files, more...) {
		b, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(b), "// run\n") {
			continue
		}
		for _, fn := range functionsOf(string(b)) {
			x, err := c.Compile(fn)
			var r *Refused
			switch {
			case err == nil:
				compiled++
				x.Close()
			case errors.As(err, &r):
				refused[r.Reason]++
				if strings.Contains(r.Reason, "unforeseen") {
					t.Errorf("%s: %s: %v", file, fn, err)
				}
			default:
				t.Errorf("%s: %s: %v", file, fn, err)
			}
		}
	}
	n := 0
	for _, k := range refused {
		n += k
	}
	t.Logf("%d compiled, %d refused", compiled, n)
	if compiled < 800 {
		t.Errorf("only %d functions compiled", compiled)
	}
}

// functionsOf returns the functions of a program, none if it does not check.
func functionsOf(src string) (fns []*ssa.Function) {
	defer func() {
		if recover() != nil { // package ssa itself gave up
			fns = nil
		}
	}()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{Importer: stdImporter, Error: func(error) {}}).Check("main", fset, []*ast.File{f}, info)
	if err != nil {
		return nil
	}
	prog := ssa.NewProgram(fset, ssa.InstantiateGenerics)
	for _, p := range pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	prog.CreatePackage(pkg, []*ast.File{f}, info, true)
	prog.Build()
	for fn := range ssautil.AllFunctions(prog) {
		if fn.Blocks != nil {
			fns = append(fns, fn)
		}
	}
	return fns
}
