package lower

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
)

// Options say what a scope knows of the world.
type Options struct {
	// Fset is where the positions of cells are kept.
	Fset *token.FileSet
	// Types returns a package's type information in the form of
	// golang.org/x/tools/go/gcexportdata.
	Types func(path string) ([]byte, bool)
	// Auto maps the names of packages that need no import to their paths.
	Auto map[string]string
	// Distance tells how much two names differ, for suggestions; may be nil.
	Distance func(a, b string) int
	// Named returns the import paths of packages of a name, for suggestions; may
	// be nil.
	Named func(name string) []string
	// Unknown describes an import that does not exist.
	Unknown func(path string) error
}

// A Scope is what a session has declared so far.
type Scope struct {
	opts     Options
	names    map[string]*Object
	imports  map[string]string // name to path, from the user's own imports
	packages map[string]*types.Package
	fset     *token.FileSet // of the type information
	pkg      *types.Package // that cells are checked in
	generics map[*types.Func]*generic
	origins  map[ast.Decl]source // of declarations that were parsed again
	parsed   []*token.File       // what the cell at hand has added to the file set
	library  *std.Library        // of generic functions
}

// An Object is a name that cells declared.
type Object struct {
	Name string
	Type types.Type
	Kind string // "variable", "constant", "function", "type"
	// Source is the text of a function or type.
	Source string

	obj     types.Object
	from    source
	uses    []string // names of the session in its declaration
	methods []method // of a type
}

// NewScope returns an empty scope.
func NewScope(o Options) *Scope {
	return &Scope{
		opts:     o,
		names:    map[string]*Object{},
		imports:  map[string]string{},
		packages: map[string]*types.Package{"unsafe": types.Unsafe},
		fset:     token.NewFileSet(),
		generics: map[*types.Func]*generic{},
		origins:  map[ast.Decl]source{},
	}
}

// Objects lists what cells declared, by name.
func (s *Scope) Objects() []*Object {
	out := make([]*Object, 0, len(s.names))
	for _, o := range s.names {
		out = append(out, o)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Object returns what cells declared under a name.
func (s *Scope) Object(name string) (*Object, bool) {
	o, ok := s.names[name]
	return o, ok
}

// TypeString writes the object's type as a user does.
func (o *Object) TypeString() string { return types.TypeString(o.Type, Qualify) }

// Checked is the object as the type checker knows it.
func (o *Object) Checked() types.Object { return o.obj }

// PackagePath returns the import path for which a name stands, if it stands
// for a package here: by an import of the user's or without one.
func (s *Scope) PackagePath(name string) (string, bool) {
	if _, ok := s.names[name]; ok {
		return "", false
	}
	if path, ok := s.imports[name]; ok {
		return path, true
	}
	path, ok := s.opts.Auto[name]
	return path, ok
}

// Import implements types.Importer.
func (s *Scope) Import(path string) (*types.Package, error) {
	if p, ok := s.packages[path]; ok && p.Complete() {
		return p, nil
	}
	data, ok := s.opts.Types(path)
	if !ok {
		if s.opts.Unknown != nil {
			return nil, s.opts.Unknown(path)
		}
		return nil, fmt.Errorf("package %s is not there", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), s.fset, s.packages, path)
}

// newPackage empties the package in which cells are checked. It is the same
// each time: the checker compares packages by identity when it decides who may
// see an unexported field, and what runs in the background may look at it.
func (s *Scope) newPackage() *types.Package {
	if s.pkg == nil {
		s.pkg = types.NewPackage("main", "main")
		return s.pkg
	}
	*s.pkg.Scope() = *types.NewScope(types.Universe, token.NoPos, token.NoPos, "")
	s.pkg.SetImports(nil)
	return s.pkg
}

// Errors are what is wrong with a cell, in the order of its text.
type Errors = scanner.ErrorList

// Qualify writes package names as a user does.
func Qualify(p *types.Package) string {
	if p.Path() == "main" {
		return ""
	}
	return p.Name()
}

// sameNames matches the message about a value whose type has the name of the
// type that it should have.
var sameNames = regexp.MustCompile(`type (\S+)\) as (\S+) value`)

// earlierType says why a value does not fit a type of the same name.
func earlierType(msg string) string {
	if m := sameNames.FindStringSubmatch(msg); m != nil && m[1] == m[2] {
		return msg + ": " + m[1] + " was declared anew, and one of the two is the earlier type"
	}
	return msg
}

// suggest adds the nearest name to an error about an undefined one.
func (b *builder) suggest(msg string) string {
	name, ok := strings.CutPrefix(msg, "undefined: ")
	if ok && b.scope.opts.Named != nil {
		if paths := b.scope.opts.Named(name); len(paths) > 0 {
			return msg + ` (to use the package: import "` + strings.Join(paths, `" or "`) + `")`
		}
	}
	if !ok || b.scope.opts.Distance == nil {
		return msg
	}
	var known []string
	pkg, member, qualified := strings.Cut(name, ".")
	if qualified {
		if path, ok := b.packagePath(pkg); ok {
			if p, err := b.scope.Import(path); err == nil {
				for _, n := range p.Scope().Names() {
					if token.IsExported(n) {
						known = append(known, n)
					}
				}
			}
		}
	} else {
		member = name
		for n := range b.scope.names {
			known = append(known, n)
		}
		for n := range b.names {
			known = append(known, n)
		}
		for n := range b.scope.opts.Auto {
			known = append(known, n)
		}
		sort.Strings(known)
	}
	best, limit := "", 1+len(member)/4
	for _, k := range known {
		// Of a name of three letters two are too many to be a slip.
		if d := b.scope.opts.Distance(member, k); d <= min(limit, 1+len(k)/4) && k != member && len(member) > 1 {
			best, limit = k, d-1
		}
	}
	if best == "" {
		return msg
	}
	return msg + " (did you mean " + name[:len(name)-len(member)] + best + "?)"
}
