package order_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"log"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
)

// head is what the statements of the tests know.
const head = `package main

import "math"

var g int
var s []int
var m map[string]int
var p *struct{ a int }

func f() int { g++; return 1 }
func h(x ...any) int { return len(x) }

var _ = math.Exp

`

// rewritten returns the last function of a program after Decls.
func rewritten(t testing.TB, src string) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}}
	pkg, err := (&types.Config{Importer: importer.Default(), Error: func(error) {}}).Check("main", fset, []*ast.File{file}, info)
	if err != nil && !strings.Contains(err.Error(), "declared and not used") {
		t.Fatal(err)
	}
	order.Decls(info, pkg, file.Decls)
	var out []string
	for _, st := range file.Decls[len(file.Decls)-1].(*ast.FuncDecl).Body.List {
		var b bytes.Buffer
		if err := printer.Fprint(&b, token.NewFileSet(), st); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(strings.Fields(b.String()), " "))
	}
	return strings.ReplaceAll(strings.Join(out, "; "), "order·", "t")
}

// What is written and what comes of it; nothing where it may stay as it is.
func TestDecls(t *testing.T) {
	for _, c := range [][2]string{
		{"_ = g + f()", "t1 := f(); _ = g + t1"},
		{"_ = f() + g", ""},
		{"_ = g + f() + f()", "t1 := f(); t2 := f(); _ = g + t1 + t2"},
		{"_ = len(s) + g + f()", "t1 := len(s); t2 := f(); _ = t1 + g + t2"},
		{"_ = len(s) + f()", ""},
		{"x := 1; _ = x + f()", ""},
		{"x := 1; p := &x; _ = *p; _ = x + f()", "x := 1; p := &x; _ = *p; t1 := f(); _ = x + t1"},
		{"x := 1; k := func() int { x++; return x }; _ = x + k()", "x := 1; k := func() int { x++ return x }; t1 := k(); _ = x + t1"},
		{"s[0] = f()", "t1 := f(); s[0] = t1"},
		{"s[0] += f()", "t1 := f(); s[0] += t1"},
		{"g += f()", ""}, // go/ssa reads the left side last
		{"s[f()]++", "t1 := f(); s[t1]++"},
		{"m[\"a\"], g = g, f()", `t1 := f(); m["a"], g = g, t1`},
		{"g = f()", ""},
		{"h(g, f())", "t1 := f(); h(g, t1)"},
		{"h(g < 1, f())", ""}, // an interface has the address of a copy
		{"h(f(), g)", ""},
		{"defer h(g, f())", "t1 := f(); defer h(g, t1)"},
		{"h(g == 1 && f() == 1, f())", ""},
		{"h(g, g == 1 && f() == 1)", "t1 := g == 1; if t1 { t2 := f(); t1 = t2 == 1 }; h(g, t1)"},
		{"if g+f() > 1 { f() }", "t1 := f(); if g+t1 > 1 { f() }"},
		{"for g+f() < 9 { f() }", "for { t1 := f(); if g+t1 < 9 { } else { break } f() }"},
		{"for i := 0; i < 9; i += g + f() { }", "for i := 0; i < 9; { t1 := f(); i += g + t1 } { }"},
		{"c := make(chan int); _ = g + <-c", "c := make(chan int); t1 := <-c; _ = g + t1"},
		{"_ = map[int]int{g: f()}", "t1 := map[int]int{}; t2 := f(); t1[g] = t2; _ = t1"},
		{"_ = p.a + f()", "t1 := f(); _ = p.a + t1"},
		{"s[0], g = s[1], s[2]", ""},
		{"a := []float64{1}; i := 0; a[i] = a[i] + 0.5*math.Exp(a[i])", ""},
		{"switch g { case g + f(): h(); default: f() }", "t1 := g; switch { default: t2 := f(); if t1 == g+t2 { h() } else { f() } }"},
	} {
		want := c[1]
		got := rewritten(t, head+"func main() { "+c[0]+" }")
		if want == "" {
			if strings.Contains(got, "t1") {
				t.Errorf("%s\n became %s", c[0], got)
			}
			continue
		}
		flat := func(s string) string { return strings.NewReplacer(" ", "", ";", "").Replace(s) }
		if flat(got) != flat(want) {
			t.Errorf("%s\n became %s\n not    %s", c[0], got, want)
		}
	}
}

// The compiler calls count before it reads n.
func Example() {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "cell.go", `package main

var n int

func count() int { n++; return n }

func spikes() int { return n + count() }
`, 0)
	if err != nil {
		log.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{}).Check("main", fset, []*ast.File{file}, info)
	if err != nil {
		log.Fatal(err)
	}
	order.Decls(info, pkg, file.Decls)
	for _, st := range file.Decls[2].(*ast.FuncDecl).Body.List {
		var b strings.Builder
		_ = printer.Fprint(&b, token.NewFileSet(), st)
		fmt.Println(b.String())
	}
	// Output:
	// order·1 := count()
	// return n + order·1
}
