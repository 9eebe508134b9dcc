package lower

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// Options say what a scope knows of the world.
type Options struct {
	// Fset is the interpreter's file set.
	Fset *token.FileSet
	// Types returns a package's type information in the form of
	// golang.org/x/tools/go/gcexportdata.
	Types func(path string) ([]byte, bool)
	// Auto maps the names of packages that need no import to their paths.
	Auto map[string]string
	// Distance tells how much two names differ, for suggestions; may be nil.
	Distance func(a, b string) int
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
	units    int
	pkg      *types.Package  // that cells are checked in
	taken    map[string]bool // names that the interpreter has for something
	runsOf   map[types.Object]string
	prelude  bool                // the interpreter has what lowered code needs
	origins  map[ast.Decl]source // of declarations that were parsed again
}

// An Object is a name that cells declared.
type Object struct {
	Name string
	Type types.Type
	Kind string // "variable", "constant", "function", "type"
	// Source is the text of a function or type.
	Source string

	obj     types.Object
	runs    string // its name in the interpreter
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
		taken:    map[string]bool{},
		runsOf:   map[types.Object]string{},
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

// Runs is the object's name in the interpreter.
func (o *Object) Runs() string { return o.runs }

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

// newPackage returns an empty package for a check. It is the same package
// each time, with a new scope: the checker compares packages by identity when
// it decides who may see an unexported field.
func (s *Scope) newPackage() *types.Package {
	fresh := types.NewPackage("main", "main")
	if s.pkg == nil {
		s.pkg = fresh
		return fresh
	}
	*s.pkg = *fresh
	return s.pkg
}

// A Step is one thing for the interpreter to compile and run: a file of
// declarations, or a block of statements.
type Step struct {
	File  *ast.File
	Block *ast.BlockStmt
}

// A Unit is a cell that passed its checks.
type Unit struct {
	Steps []Step
	// Imports are the packages that the steps use.
	Imports []string
	// Notes are for the user.
	Notes []string
	// Spans are the functions of the cell.
	Spans []Span
	// Shows tells that the last expression gives a value to show.
	Shows bool

	scope  *Scope
	commit []func()
	serial int // of names made up for this unit
}

// Commit makes what the cell declared known to later cells.
func (u *Unit) Commit() {
	for _, f := range u.commit {
		f()
	}
	u.commit = nil
}

// Errors are what is wrong with a cell, in the order of its text.
type Errors = scanner.ErrorList

// universal tells whether a name is Go's own.
func universal(name string) bool { return types.Universe.Lookup(name) != nil }

// suggest adds the nearest name to an error about an undefined one.
func (b *builder) suggest(msg string) string {
	name, ok := strings.CutPrefix(msg, "undefined: ")
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
		if d := b.scope.opts.Distance(member, k); d <= limit && k != member && len(member) > 1 {
			best, limit = k, d-1
		}
	}
	if best == "" {
		return msg
	}
	return msg + " (did you mean " + name[:len(name)-len(member)] + best + "?)"
}

// String writes a step as source, for those who look into the lowering; some
// of the names in it are not Go's.
func (st Step) String() string {
	var b bytes.Buffer
	var n any = st.File
	if st.File == nil {
		n = st.Block
	}
	if err := printer.Fprint(&b, token.NewFileSet(), n); err != nil {
		return err.Error()
	}
	return b.String()
}

// TypeString writes the object's type as a user does.
func (o *Object) TypeString() string { return types.TypeString(o.Type, Qualify) }
