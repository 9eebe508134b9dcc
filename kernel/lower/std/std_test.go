package std_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/symbols"
)

// An archive reads the embedded type information, as a session does.
type archive struct {
	fset *token.FileSet
	m    map[string]*types.Package
}

func newArchive() archive {
	return archive{token.NewFileSet(), map[string]*types.Package{"unsafe": types.Unsafe}}
}

func (i archive) Import(path string) (*types.Package, error) {
	if p, ok := i.m[path]; ok && p.Complete() {
		return p, nil
	}
	data, ok := symbols.Types(path)
	if !ok {
		return nil, fmt.Errorf("package %s is not there", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), i.fset, i.m, path)
}

// generics finds the exported generic functions of all compiled packages, and
// the exported methods of their exported generic types.
func generics(t *testing.T, imp types.Importer) (functions, methods []*types.Func, namedTypes []*types.TypeName) {
	t.Helper()
	for _, s := range symbols.Packages() {
		p, err := imp.Import(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.Scope().Names() {
			obj := p.Scope().Lookup(name)
			if !obj.Exported() {
				continue
			}
			switch obj := obj.(type) {
			case *types.Func:
				if obj.Signature().TypeParams().Len() > 0 {
					functions = append(functions, obj)
				}
			case *types.TypeName:
				named, ok := types.Unalias(obj.Type()).(*types.Named)
				if !ok || named.TypeParams().Len() == 0 {
					continue
				}
				namedTypes = append(namedTypes, obj)
				for m := range named.Methods() {
					if m.Exported() {
						methods = append(methods, m)
					}
				}
			}
		}
	}
	return functions, methods, namedTypes
}

func load(t testing.TB) (*std.Library, archive, *token.FileSet) {
	t.Helper()
	imp, fset := newArchive(), token.NewFileSet()
	lib, err := std.Load(fset, imp)
	if err != nil {
		t.Fatal(err)
	}
	return lib, imp, fset
}

// Every generic function and method that a cell can name has a companion, with
// the type parameters and the signature of the original.
func TestComplete(t *testing.T) {
	lib, imp, _ := load(t)
	functions, methods, named := generics(t, imp)
	if len(functions) < 60 || len(methods) < 8 {
		t.Fatalf("only %d generic functions and %d methods found", len(functions), len(methods))
	}
	for _, f := range functions {
		c, ok := lib.Func(f)
		if !ok {
			t.Errorf("%s has no companion", f.FullName())
			continue
		}
		if got, want := sketch(c.Signature(), nil), sketch(f.Signature(), nil); got != want {
			t.Errorf("%s:\n got %s\nwant %s", f.FullName(), got, want)
		}
	}
	for _, m := range methods {
		c, ok := lib.Method(m)
		if !ok {
			t.Errorf("%s has no companion", m.FullName())
			continue
		}
		if got, want := sketch(c.Signature(), nil), sketch(m.Signature(), m.Signature().Recv()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", m.FullName(), got, want)
		}
	}
	// A type without methods needs nothing but its name.
	var bare []string
	for _, n := range named {
		if n.Type().(*types.Named).NumMethods() == 0 {
			bare = append(bare, n.Pkg().Path()+"."+n.Name())
		}
	}
	if got := strings.Join(bare, " "); got != "iter.Seq iter.Seq2" {
		t.Errorf("generic types without methods: %s", got)
	}
}

// sketch writes the types of a signature, and what its constraints are: a
// constraint may have a name in one of two packages only. Type parameters have
// the same names in both.
func sketch(sig *types.Signature, recv *types.Var) string {
	list := sig.TypeParams()
	var constraints, params, results []string
	if recv != nil {
		list = sig.RecvTypeParams()
		params = append(params, recv.Type().String())
	}
	for p := range list.TypeParams() {
		constraints = append(constraints, p.String()+" "+p.Constraint().Underlying().String())
	}
	for v := range sig.Params().Variables() {
		params = append(params, v.Type().String())
	}
	for v := range sig.Results().Variables() {
		results = append(results, v.Type().String())
	}
	return fmt.Sprint(constraints, params, results, sig.Variadic())
}

// Package host's table has all that its source exports, at the right types.
func TestTable(t *testing.T) {
	const path = "github.com/neurorepl/neurorepl/kernel/lower/std/host"
	table := std.Table(path)
	if std.Table("fmt") != nil {
		t.Error("a table for fmt")
	}
	lib, imp, _ := load(t)
	slices, err := imp.Import("slices")
	if err != nil {
		t.Fatal(err)
	}
	var host *types.Package
	for _, p := range lib.Packages(slices)[len(lib.Packages(slices))-1].Types.Imports() {
		if p.Path() == path {
			host = p
		}
	}
	if host == nil {
		t.Fatal("slices does not import host")
	}
	seen := 0
	for _, name := range host.Scope().Names() {
		f, ok := host.Scope().Lookup(name).(*types.Func)
		if !ok || !f.Exported() {
			continue
		}
		seen++
		v, ok := table[name]
		if !ok {
			t.Errorf("%s is not in the table", name)
			continue
		}
		base := func(p *types.Package) string { return p.Name() }
		want := "func("
		for i, v := range variables(f.Signature().Params()) {
			if i > 0 {
				want += ", "
			}
			want += types.TypeString(v.Type(), base)
		}
		want += ")"
		for _, v := range variables(f.Signature().Results()) {
			want += " " + types.TypeString(v.Type(), base)
		}
		want = strings.ReplaceAll(want, "any", "interface {}")
		if got := v.Type().String(); got != want {
			t.Errorf("%s: the table has %s, the source %s", name, got, want)
		}
	}
	if seen != len(table) {
		t.Errorf("%d functions in the source, %d in the table", seen, len(table))
	}
}

func variables(t *types.Tuple) (out []*types.Var) {
	for v := range t.Variables() {
		out = append(out, v)
	}
	return out
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		FileVersions: map[*ast.File]string{},
	}
}

// A generic function of a compiled package that has no companion is named; one
// of a cell is left alone.
func TestPatchRefuses(t *testing.T) {
	imp, fset := newArchive(), token.NewFileSet()
	made := func(path string) *types.Package {
		file, err := parser.ParseFile(fset, path, "package made\nfunc Twice[T any](x T) (T, T) { return x, x }", 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := (&types.Config{}).Check(path, fset, []*ast.File{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	compiled := made("some/made")
	imp.m["some/made"] = compiled
	newer := made("slices") // as if the original had a function more
	lib, err := std.Load(fset, imp)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   *types.Package
		want string
	}{
		{compiled, "std: the generic function some/made.Twice has no source here: a cell can write its own, or use another function"},
		{newer, "std: the generic function slices.Twice has no source here: a cell can write its own, or use another function"},
		{made("main"), "<nil>"},
		{made("other"), "<nil>"},
	} {
		obj := c.of.Scope().Lookup("Twice").(*types.Func)
		info := newInfo()
		id := ast.NewIdent("Twice")
		info.Uses[id] = obj
		if _, err := lib.Patch(info); fmt.Sprint(err) != c.want {
			t.Errorf("%s: %v", c.of.Path(), err)
		}
		if info.Uses[id] != obj {
			t.Errorf("%s: the use is changed", c.of.Path())
		}
		if _, ok := lib.Func(obj); ok {
			t.Errorf("%s: a companion", c.of.Path())
		}
		if list, err := lib.Instance(obj, []types.Type{types.Typ[types.Int]}); err == nil {
			t.Errorf("%s: an instance %v", c.of.Path(), list)
		}
	}
	if _, err := std.Load(nil, imp); err == nil {
		t.Error("a library without a file set")
	}
}

// Instances with other types do not share what the checker found, and a type
// argument that does not fit is refused.
func TestInstances(t *testing.T) {
	lib, imp, _ := load(t)
	slices, err := imp.Import("slices")
	if err != nil {
		t.Fatal(err)
	}
	insert := slices.Scope().Lookup("Insert").(*types.Func)
	for _, kind := range []types.BasicKind{types.Int, types.String} {
		elem := types.Typ[kind]
		list, err := lib.Instance(insert, []types.Type{types.NewSlice(elem), elem})
		if err != nil {
			t.Fatal(err)
		}
		call := list[len(list)-1].Types.Scope().Lookup("Call")
		s := types.NewSlice(elem)
		want := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewParam(0, nil, "", s), types.NewParam(0, nil, "", types.Typ[types.Int]), types.NewParam(0, nil, "", s)),
			types.NewTuple(types.NewParam(0, nil, "", s)), false)
		if !types.Identical(call.Type(), want) {
			t.Errorf("Insert for %v: %v", elem, call.Type())
		}
	}
	if _, err := lib.Instance(slices.Scope().Lookup("Sort").(*types.Func), []types.Type{types.NewSlice(types.Typ[types.Bool]), types.Typ[types.Bool]}); err == nil {
		t.Error("bool is sorted")
	}
}

// Several goroutines may use a library.
func TestConcurrent(t *testing.T) {
	lib, imp, _ := load(t)
	functions, methods, _ := generics(t, imp)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range functions {
				if _, ok := lib.Func(functions[i]); !ok {
					t.Errorf("%s has no companion", functions[i].FullName())
				}
				lib.Method(methods[i%len(methods)])
				lib.Packages(functions[i].Pkg())
			}
		})
	}
	wg.Wait()
}

func BenchmarkPatch(b *testing.B) {
	imp := newArchive()
	for b.Loop() {
		lib, err := std.Load(token.NewFileSet(), imp)
		if err != nil {
			b.Fatal(err)
		}
		p, err := imp.Import("slices")
		if err != nil {
			b.Fatal(err)
		}
		if len(lib.Packages(p)) < 2 {
			b.Fatal("slices uses no other companion")
		}
	}
}
