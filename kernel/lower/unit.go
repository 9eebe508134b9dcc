package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
)

// A Unit is a cell or a program that passed its checks, in the form that
// golang.org/x/tools/go/ssa takes: one package with one file.
type Unit struct {
	Types *types.Package
	Files []*ast.File
	Info  *types.Info
	// Library holds the companions of packages with generic functions, those
	// that others need first.
	Library []*std.Package
	// Imports are the compiled packages that Files and Library refer to.
	Imports []*types.Package
	// Entry names the function that runs the statements.
	Entry string
	// Notes are for the user.
	Notes []string
	// Shows tells that the last expression gives a value to show.
	Shows bool

	scope  *Scope
	entry  types.Object
	commit []func()
	files  []*token.File
	fresh  []types.Object // variables and functions that it declares
	gone   []types.Object // those that it replaces
	keeps  bool           // code of it may run later
}

// Commit makes what the cell declared known to later cells. It returns the
// variables and functions that nothing can refer to any more.
func (u *Unit) Commit() (gone []types.Object) {
	for _, f := range u.commit {
		f()
	}
	u.commit = nil
	u.release(u.keeps)
	return append(u.gone, u.entry)
}

// Abandon ends the use of a unit that failed. It returns the variables and
// functions that it would have declared.
func (u *Unit) Abandon() (gone []types.Object) {
	u.commit = nil
	u.release(u.keeps)
	return append(u.fresh, u.entry)
}

// release gives back what only the check and the run needed.
func (u *Unit) release(positions bool) {
	if !positions {
		for _, f := range u.files {
			u.scope.opts.Fset.RemoveFile(f)
		}
	}
	u.files, u.Files, u.Info, u.Library, u.Imports = nil, nil, nil, nil, nil
}

// newInfo returns what the checker fills and go/ssa reads.
func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
}

// goVersion is the language of cells.
const goVersion = "go1.26"

// companions returns the scope's library of generic functions.
func (s *Scope) companions() *std.Library {
	if s.library == nil {
		lib, err := std.Load(s.opts.Fset, s)
		if err != nil {
			panic(err) // the arguments are there
		}
		s.library = lib
	}
	return s.library
}
