package plot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Every function of the package has an Example.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	exported, shown := []string{}, map[string]bool{}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil:
			case strings.HasSuffix(path, "_test.go"):
				shown[fn.Name.Name] = true
			case fn.Name.IsExported():
				exported = append(exported, fn.Name.Name)
			}
		}
	}
	for _, name := range exported {
		if !shown["Example"+name] {
			t.Errorf("%s has no Example", name)
		}
	}
	if len(exported) < 30 {
		t.Errorf("%d functions were found", len(exported))
	}
}
