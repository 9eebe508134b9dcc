package std_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
)

// A cell that sorts rates: after Patch its call of slices.Sort is one of the
// companion, whose packages go/ssa takes before the cell.
func Example() {
	fset := token.NewFileSet()
	cell, err := parser.ParseFile(fset, "cell.go", `package main

import "slices"

func main() {
	rates := []float64{12.5, 3, 7.25}
	slices.Sort(rates)
}
`, 0)
	if err != nil {
		log.Fatal(err)
	}
	imp := importer.ForCompiler(fset, "source", nil)
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{}}
	if _, err := (&types.Config{Importer: imp}).Check("main", fset, []*ast.File{cell}, info); err != nil {
		log.Fatal(err)
	}

	lib, err := std.Load(fset, imp)
	if err != nil {
		log.Fatal(err)
	}
	used, err := lib.Patch(info)
	if err != nil {
		log.Fatal(err)
	}
	for id, obj := range info.Uses {
		if id.Name == "Sort" {
			fmt.Println(obj.Pkg().Path(), obj.Name(), info.Instances[id].TypeArgs.At(1))
		}
	}
	for _, p := range lib.Packages(used[0]) {
		fmt.Println(p.Types.Path())
	}
	// Output:
	// neurorepl/std/slices Sort float64
	// neurorepl/std/cmp
	// neurorepl/std/reflect
	// neurorepl/std/slices
}
