package vm_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
	"github.com/neurorepl/neurorepl/kernel/vm"
	"github.com/neurorepl/neurorepl/symbols"
)

var update = flag.Bool("update", false, "write testdata/*.out anew, with go run")

// An importer reads the types of compiled packages.
type importer struct {
	mu   sync.Mutex
	pkgs map[string]*types.Package
}

func (im *importer) Import(path string) (*types.Package, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	if p, ok := im.pkgs[path]; ok && p.Complete() {
		return p, nil
	}
	data, ok := symbols.Types(path)
	if !ok {
		return nil, fmt.Errorf("no package %s", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), token.NewFileSet(), im.pkgs, path)
}

// A run is a program and what came of it.
type run struct {
	m    *vm.Machine
	p    *vm.Program
	fset *token.FileSet
	mu   sync.Mutex
	out  strings.Builder
}

// text is what the program has printed.
func (r *run) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (r *run) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(b)
}

// compile takes a program in whose prints go to the run.
func compile(t testing.TB, name, text string, o vm.Options) *run {
	t.Helper()
	r := &run{fset: token.NewFileSet()}
	file, err := parser.ParseFile(r.fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	im := &importer{pkgs: map[string]*types.Package{"unsafe": types.Unsafe}}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{}}
	conf := types.Config{Importer: im, GoVersion: "go1.26"}
	pkg, err := conf.Check("main", r.fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	order.Decls(info, pkg, file.Decls)
	var imports []*types.Package
	for _, p := range im.pkgs {
		imports = append(imports, p)
	}
	o.Fset, o.PrintTo = r.fset, r
	o.Package = func(p string) (map[string]reflect.Value, bool) { t := symbols.Table(p); return t, t != nil }
	o.Replace = map[string]reflect.Value{
		"fmt.Print":   reflect.ValueOf(func(a ...any) (int, error) { return fmt.Fprint(r, a...) }),
		"fmt.Println": reflect.ValueOf(func(a ...any) (int, error) { return fmt.Fprintln(r, a...) }),
		"fmt.Printf":  reflect.ValueOf(func(f string, a ...any) (int, error) { return fmt.Fprintf(r, f, a...) }),
	}
	r.m = vm.New(o)
	if r.p, err = r.m.Compile(vm.Unit{Main: vm.Source{Types: pkg, Files: []*ast.File{file}, Info: info}, Imports: imports, Entry: "main"}); err != nil {
		t.Fatal(err)
	}
	return r
}

// do runs the program for at most a minute.
func (r *run) do(t testing.TB) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return r.p.Run(ctx)
}

// fast tells how many functions and loops ran in the fast tier.
func (r *run) fast() (n int) {
	for _, t := range r.m.Tiers() {
		n += t.Loops
		if t.Fast {
			n++
		}
	}
	return n
}

// modes are the ways in which the tests run programs.
var modes = []struct {
	name    string
	options vm.Options
}{
	{"hot", vm.Options{}},
	{"slow", vm.Options{NoFast: true}},
	{"fast", vm.Options{Eager: true}},
}

// TestPrograms holds the programs of testdata against what they print when
// they are compiled,
// with the fast tier, without it, and with it from the first turn on.
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		golden := strings.TrimSuffix(file, ".go") + ".out"
		if *update {
			out, err := exec.Command("go", "run", file).Output()
			if err != nil {
				t.Fatal(file, err)
			}
			if err := os.WriteFile(golden, out, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range modes {
			t.Run(filepath.Base(file)+"/"+mode.name, func(t *testing.T) {
				r := compile(t, file, string(text), mode.options)
				if err := r.do(t); err != nil {
					t.Error(err)
				}
				if got := r.text(); got != string(want) {
					t.Errorf("printed\n%s\nnot\n%s", got, want)
				}
				switch n := r.fast(); {
				case mode.options.NoFast && n > 0:
					t.Errorf("%d functions and loops ran in the fast tier, which is off", n)
				case !mode.options.NoFast && n == 0 && canFast:
					t.Errorf("nothing ran in the fast tier: %v", r.m.Tiers())
				}
			})
		}
	}
}

// canFast tells whether there is a fast tier here (see fast.newEngine).
const canFast = runtime.GOARCH == "amd64"

func panicOf(t testing.TB, err error) *vm.Panic {
	t.Helper()
	var p *vm.Panic
	if !errors.As(err, &p) {
		t.Fatalf("the program ended with %v, not with a panic", err)
	}
	return p
}
