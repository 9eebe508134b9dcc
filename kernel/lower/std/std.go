// Package std gives the generic functions of compiled packages bodies.
//
// Cells reach compiled packages through tables of values, and a generic
// function is none: slices.Sort has no address, only its instances have. So for
// each package with generic functions there is a companion below this one, in
// the folder of its import path, with Go source that does the same. A cell is
// checked against the real package; then each use of one of its generic
// functions is re-pointed to the function of that name in the companion, which
// go/ssa instantiates like a function of the cell.
//
//	lib, err := std.Load(fset, imp)
//	used, err := lib.Patch(info) // info of a checked cell
//	for _, of := range used {
//		for _, p := range lib.Packages(of) {
//			prog.CreatePackage(p.Types, p.Files, p.Info, true)
//		}
//	}
//
// A companion's function has the type parameters and the signature of the
// original. The methods of a generic type are functions with the receiver as
// their first parameter: Pointer_Load for (*atomic.Pointer[T]).Load. [Library.Method]
// finds them and [Library.Instance] makes one for given type arguments.
//
// The companions are ordinary Go packages too, so the tests compare them with
// what they stand for. What they need of compiled code beyond the standard
// library's is package host; [Table] is its symbol table.
package std

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
)

// Prefix starts the import path of a companion: that of slices is Prefix +
// "slices".
const Prefix = "neurorepl/std/"

// goVersion is the language of the companions.
const goVersion = "go1.26"

//go:embed cmp database errors hash host iter maps math reflect runtime slices sync unique weak
var sources embed.FS

// A Library holds the companions for packages of one importer. It may be used
// by several goroutines at a time.
type Library struct {
	fset *token.FileSet
	imp  types.Importer

	mu         sync.Mutex
	companions map[string]*Package // by path of the original
	host       *types.Package
	calls      map[string]*ast.File // of Instance, by their text
	instances  int
}

// A Package is checked source, in the form that ssa.Program.CreatePackage
// wants.
type Package struct {
	Types *types.Package
	Files []*ast.File
	Info  *types.Info

	needs []*Package // companions that it uses
}

// Load returns a library for packages that imp imports. A companion is parsed
// and checked when it is asked for; its positions are in fset, in files named
// "neurorepl/std/slices/sort.go".
func Load(fset *token.FileSet, imp types.Importer) (*Library, error) {
	if fset == nil || imp == nil {
		return nil, fmt.Errorf("std: Load: the file set and the importer must be there")
	}
	return &Library{fset: fset, imp: imp, companions: map[string]*Package{}, calls: map[string]*ast.File{}}, nil
}

// Originals lists the import paths that have a companion.
func Originals() []string { return slices.Sorted(maps.Keys(folders())) }

// folders has the import paths that have a companion, with the names of its
// files.
var folders = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	err := fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".go" && path.Dir(name) != hostFolder {
			out[path.Dir(name)] = append(out[path.Dir(name)], name)
		}
		return err
	})
	if err != nil {
		panic("std: " + err.Error()) // of files within the program
	}
	return out
})

// Func returns the function that stands for a generic function of a compiled
// package. It is false for other functions, and when the companion fails to
// load, which [Library.Patch] reports.
func (l *Library) Func(obj *types.Func) (*types.Func, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, _, err := l.function(obj)
	return f, err == nil && f != nil
}

// Packages returns the companions that a companion needs and then itself. Of
// may be the original too. It is empty for a package without a companion.
func (l *Library) Packages(of *types.Package) []*Package {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, err := l.companion(strings.TrimPrefix(of.Path(), Prefix))
	if err != nil || p == nil {
		return nil
	}
	return p.appendTo(nil)
}

func (p *Package) appendTo(list []*Package) []*Package {
	if slices.Contains(list, p) {
		return list
	}
	for _, n := range p.needs {
		list = n.appendTo(list)
	}
	return append(list, p)
}

// Patch re-points the uses of compiled packages' generic functions in info and
// returns the companions that these need, and those of the generic types that
// info names.
func (l *Library) Patch(info *types.Info) (used []*types.Package, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	needs, err := l.patch(info)
	for _, p := range needs {
		used = append(used, p.Types)
	}
	return used, err
}

func (l *Library) patch(info *types.Info) ([]*Package, error) {
	var needs []*Package
	for id, obj := range info.Uses {
		p, err := l.patchUse(info, id, obj)
		if err != nil {
			return nil, err
		}
		if p != nil && !slices.Contains(needs, p) {
			needs = append(needs, p)
		}
	}
	sort.Slice(needs, func(i, j int) bool { return needs[i].Types.Path() < needs[j].Types.Path() })
	return needs, nil
}

// patchUse returns the companion that a use needs, nil for most.
func (l *Library) patchUse(info *types.Info, id *ast.Ident, obj types.Object) (*Package, error) {
	switch obj := obj.(type) {
	case *types.Func:
		if obj.Signature().Recv() != nil {
			_, p, err := l.method(obj)
			return p, err
		}
		to, p, err := l.function(obj)
		if to != nil {
			info.Uses[id] = to
		}
		return p, err
	case *types.TypeName:
		if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 && obj.Pkg() != nil && named.NumMethods() > 0 {
			return l.companion(obj.Pkg().Path())
		}
	}
	return nil, nil
}

// function finds what stands for obj: nil if nothing has to.
func (l *Library) function(obj *types.Func) (*types.Func, *Package, error) {
	sig := obj.Signature()
	if obj.Pkg() == nil || sig.Recv() != nil || sig.TypeParams().Len() == 0 {
		return nil, nil, nil
	}
	of := obj.Pkg().Path()
	if of == "main" || strings.HasPrefix(of, Prefix) {
		return nil, nil, nil // has a body
	}
	p, err := l.companion(of)
	if err != nil {
		return nil, nil, err
	}
	if p != nil {
		if f, ok := p.Types.Scope().Lookup(obj.Name()).(*types.Func); ok {
			return f, p, nil
		}
	} else if known, err := l.imp.Import(of); err != nil || known != obj.Pkg() {
		return nil, nil, nil // not a compiled package
	}
	return nil, nil, fmt.Errorf("std: the generic function %s.%s has no source here: a cell can write its own, or use another function", of, obj.Name())
}

// companion checks the companion of a package: nil if it has none.
func (l *Library) companion(of string) (*Package, error) {
	if p, ok := l.companions[of]; ok {
		return p, nil
	}
	names, ok := folders()[of]
	if !ok {
		return nil, nil
	}
	files, err := l.parse(names)
	if err != nil {
		return nil, err
	}
	p, err := l.check(types.NewPackage(Prefix+of, ""), files)
	if err != nil {
		return nil, err
	}
	l.companions[of] = p // first, for it may use its original's types
	if err := l.link(p); err != nil {
		delete(l.companions, of)
		return nil, err
	}
	return p, nil
}

// parse reads sources.
func (l *Library) parse(names []string) ([]*ast.File, error) {
	var files []*ast.File
	for _, name := range names {
		src, err := sources.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("std: %w", err)
		}
		f, err := parser.ParseFile(l.fset, Prefix+name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("std: %w", err)
		}
		files = append(files, f)
	}
	return files, nil
}

// check checks files as a package.
func (l *Library) check(pkg *types.Package, files []*ast.File) (*Package, error) {
	p := &Package{Types: pkg, Files: files, Info: &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		FileVersions: map[*ast.File]string{},
	}}
	conf := types.Config{Importer: importer{l}, GoVersion: goVersion}
	if err := types.NewChecker(&conf, l.fset, pkg, p.Info).Files(files); err != nil {
		return nil, fmt.Errorf("std: %w", err)
	}
	pkg.MarkComplete()
	for _, f := range files {
		order.Decls(p.Info, pkg, f.Decls)
	}
	return p, nil
}

// link patches the uses in a companion.
func (l *Library) link(p *Package) error {
	needs, err := l.patch(p.Info)
	for _, n := range needs {
		if n != p {
			p.needs = append(p.needs, n)
		}
	}
	return err
}

// An importer knows package host beside what the library's importer knows.
type importer struct{ l *Library }

func (i importer) Import(path string) (*types.Package, error) {
	if path == hostPath {
		return i.l.hostTypes()
	}
	return i.l.imp.Import(path)
}
