package lower

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/symbols"
)

func TestSuggestMember(t *testing.T) {
	const head = "type inner struct{ Depth int }\ntype T struct { Alpha, Beta int; inner }\nfunc (t *T) Show() {}\ntype I interface{ Stop() }\nvar (\n\tt T\n\ti I\n\ttr neuro.Trace\n)\n"
	for _, c := range []struct{ expr, want string }{
		{"t.Alhpa", "t.Alhpa undefined (type T has no field or method Alhpa) (did you mean Alpha?)"},
		{"t.Shwo()", "(did you mean Show?)"},
		{"t.Dpeth", "(did you mean Depth?)"},
		{"i.Stpo()", "(did you mean Stop?)"},
		{"tr.Nmae", "(did you mean Name?)"},
		{"tr.xyzzy", "has no field or method xyzzy)"},
		{"T{Btea: 1}", "unknown field Btea in struct literal of type T (did you mean Beta?)"},
		{"&T{Alpha: 1, Btea: 1}", "(did you mean Beta?)"},
		{"[]T{{Btea: 1}}", "unknown field Btea in struct literal of type T"},
		{"T{Shwo: 1}", "unknown field Shwo in struct literal of type T"},
	} {
		s := newScope()
		p, _ := parse(s.opts.Fset, "", head+"_ = "+c.expr)
		b := s.builder("", "")
		b.pkg = s.newPackage()
		file := &ast.File{Name: ast.NewIdent("main")}
		file.Decls = append(file.Decls, importDecl("neuro", symbols.Module+"neuro"))
		file.Decls = append(file.Decls, p.decls...)
		file.Decls = append(file.Decls, &ast.FuncDecl{Name: ast.NewIdent(entry), Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: &ast.BlockStmt{List: p.stmts}})
		got := ""
		conf := types.Config{Importer: s, GoVersion: goVersion, Error: func(err error) {
			e := err.(types.Error)
			if !strings.Contains(e.Msg, "declared and not used") {
				got = b.suggestMember([]*ast.File{file}, e.Pos, e.Msg)
			}
		}}
		_ = types.NewChecker(&conf, s.opts.Fset, b.pkg, b.info).Files([]*ast.File{file})
		if !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
	if got := nearest([]string{"Alpha", "Alpho", "Alphi", "Alphu"}, "Alphx", symbols.Distance); len(got) != 3 {
		t.Errorf("nearest: %v", got)
	}
}
