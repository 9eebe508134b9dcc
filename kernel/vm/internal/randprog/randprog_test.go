package randprog

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// Programs pass the type checker, and are the same for the same seed.
func TestPrograms(t *testing.T) {
	for seed := range uint64(8) {
		src, order := Program(seed, 20), Order(seed, 20)
		if src != Program(seed, 20) || order != Order(seed, 20) {
			t.Fatal("two programs of one seed differ")
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Error(seed, err)
		}
		conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.26", Error: func(err error) { t.Error(err) }}
		if _, err := conf.Check("main", fset, []*ast.File{f}, nil); err != nil {
			t.Error(seed, err)
		}
	}
}
