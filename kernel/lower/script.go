package lower

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"
)

// ScriptMain is what function main of a script is called in the interpreter,
// which would run one named main with every step.
const ScriptMain = "main·"

// Script parses, checks and lowers an ordinary program: package main with a
// function main. What the Go compiler refuses is an error, unused variables
// and imports too.
func (s *Scope) Script(name, text string) (*Unit, Errors) {
	var errs Errors
	f, err := parser.ParseFile(s.opts.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		if list, ok := err.(scanner.ErrorList); ok {
			list.RemoveMultiples()
			return nil, list
		}
		errs.Add(token.Position{Filename: name}, err.Error())
		return nil, errs
	}
	pos := s.opts.Fset.Position
	if f.Name.Name != "main" {
		errs.Add(pos(f.Name.Pos()), "package "+f.Name.Name+" is not a program; a script is package main")
		return nil, errs
	}
	s.units++
	b := s.builder(name, text)
	u := b.unit
	b.check([]*ast.File{f}, func(e types.Error) bool { return false })
	var main *ast.FuncDecl
	for _, d := range f.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Name.Name == "main" {
			main = fd
		}
	}
	if main == nil && len(b.errs) == 0 {
		b.errorf(f.Name.Pos(), "function main is undeclared in the main package")
	}
	if len(b.errs) > 0 {
		return nil, b.sortedErrors()
	}
	b.refuseRecursive(f.Decls)
	b.runsOf[b.info.Defs[main.Name]] = ScriptMain
	file := &ast.File{Package: f.Package, Name: f.Name}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			for _, sp := range g.Specs {
				is := sp.(*ast.ImportSpec)
				if is.Name != nil && is.Name.Name == "." {
					b.errorf(is.Pos(), "import . %s is not possible here; name the package", is.Path.Value)
				}
				if path := strings.Trim(is.Path.Value, "`\""); path != "unsafe" {
					b.used[path] = true
				}
			}
			continue
		}
		d = b.rewrite(d).(ast.Decl)
		b.markDecl(d)
		file.Decls = append(file.Decls, d)
	}
	if len(b.errs) > 0 {
		return nil, b.sortedErrors()
	}
	p := main.Pos()
	call := func(name string) ast.Stmt {
		return &ast.ExprStmt{X: &ast.CallExpr{Fun: &ast.Ident{Name: name, NamePos: p}}}
	}
	body := append(b.bodyHead(p), call(ScriptMain))
	file.Decls = append(file.Decls, &ast.FuncDecl{
		Name: &ast.Ident{Name: "cell·main", NamePos: p},
		Type: &ast.FuncType{Func: p, Params: &ast.FieldList{}},
		Body: &ast.BlockStmt{Lbrace: p, List: body, Rbrace: p},
	})
	u.Steps = []Step{{File: file}, {Block: &ast.BlockStmt{Lbrace: p, List: []ast.Stmt{call("cell·main")}}}}
	u.Imports = b.sortedImports()
	return u, nil
}
