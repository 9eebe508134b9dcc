package fast_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// A function is compiled, and called on a slice where it lies.
func Example() {
	const src = `package p

func decay(v []float64, tau float64) (sum float64) {
	for i := range v {
		v[i] -= v[i] / tau
		sum += v[i]
	}
	return sum
}`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		panic(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{}, fset, types.NewPackage("p", "p"), []*ast.File{file}, ssa.InstantiateGenerics)
	if err != nil {
		panic(err)
	}

	c := fast.New(fast.Options{})
	defer c.Close()
	code, err := c.Compile(pkg.Func("decay"))
	if err != nil {
		panic(err)
	}
	v, tau, sum := []float64{-70, -60}, 20.0, 0.0
	args := []unsafe.Pointer{unsafe.Pointer(&v), unsafe.Pointer(&tau)}
	if err := code.Call(args, []unsafe.Pointer{unsafe.Pointer(&sum)}); err != nil {
		panic(err)
	}
	fmt.Println(v, sum)
	// Output: [-66.5 -57] -123.5
}
