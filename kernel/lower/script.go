package lower

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
)

// Script parses and checks an ordinary program: package main with a function
// main. What the Go compiler refuses is an error, unused variables and imports
// too.
func (s *Scope) Script(name, text string) (*Unit, Errors) {
	var errs Errors
	f, err := parser.ParseFile(s.opts.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		if list, ok := err.(scanner.ErrorList); ok {
			list.RemoveMultiples()
			return nil, advised(list, text, ofSyntax)
		}
		errs.Add(token.Position{Filename: name}, err.Error())
		return nil, errs
	}
	if f.Name.Name != "main" {
		errs.Add(s.opts.Fset.Position(f.Name.Pos()), "package "+f.Name.Name+" is not a program; a script is package main")
		return nil, errs
	}
	b := s.builder(name, text)
	b.check([]*ast.File{f}, func(types.Error) bool { return false })
	hasMain := false
	for _, d := range f.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Name.Name == "main" {
			hasMain = true
		}
	}
	if !hasMain && len(b.errs) == 0 {
		b.errorf(f.Name.Pos(), "function main is undeclared in the main package")
	}
	if len(b.errs) > 0 {
		return nil, advised(b.sortedErrors(), text, ofTypes)
	}
	order.Decls(b.info, b.pkg, f.Decls)
	if _, err := b.link(nil); err != nil {
		errs.Add(token.Position{Filename: name}, err.Error())
		return nil, errs
	}
	u := b.unit
	u.Types, u.Files, u.Info, u.Entry, u.keeps = b.pkg, []*ast.File{f}, b.info, "main", true
	return u, nil
}
