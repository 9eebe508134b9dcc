package lower

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
)

// build makes a unit's code and has go/ssa check it.
func build(u *Unit) *ssa.Package {
	prog := ssa.NewProgram(u.scope.opts.Fset, ssa.InstantiateGenerics|ssa.BuildSerially|ssa.SanityCheckFunctions)
	for _, p := range u.Imports {
		prog.CreatePackage(p, nil, nil, true)
	}
	for _, l := range u.Library {
		prog.CreatePackage(l.Types, l.Files, l.Info, true)
	}
	main := prog.CreatePackage(u.Types, u.Files, u.Info, true)
	prog.Build()
	return main
}

// TestBuild gives the units of sessions to go/ssa, and looks for what of
// earlier cells they declare: "x" is a variable, "f()" a function without a
// body, "f{}" one with.
func TestBuild(t *testing.T) {
	type cell struct{ text, declares string }
	for name, cells := range map[string][]cell{
		"variables": {
			{"x := 1", "x"},
			{"x++\nx", "x"},
			{"y, x := x, 2.5", "x y"}, // the new x and the old one
			{"var z struct{ A int }", "z"},
			{"var a, b = x, z", "a b x z"},
			{"var (\n\tc, d int\n\te = c\n\t_ = e\n)\nfunc() { c = d }()", "c d e"},
			{"1 + 2", ""},
			{"L:\nw := 3\nfor {\n\tbreak\n}\nif w > 3 { goto L }", "w"},
		},
		"values": {
			{"nil", ""}, {"1 << 100", ""}, {"1e400", ""}, {"'a'", ""}, {"1 == 2", ""}, {"n := 3\n1 << n", "n"}, {"fmt.Println", ""}, {"fmt.Sscan(\"1\")", ""},
			{"-(1 << n)", "n"}, {"n == 3 || n < 2", "n"}, {"func() (int, func(), error) { return 1, nil, nil }()", ""}, {"map[string]int{}[\"a\"]", ""},
			{"m := map[int]int{}\nv, ok := m[1]\nm[1]", "m ok v"},
		},
		"functions": {
			{"func f(n int) int { return g(n) }\nfunc g(n int) int { return n }\nf(2)", "f{} g{}"},
			{"f(3)", "f()"},
			{"h := f\nh(2)", "f() h"},
			{"k := 2\nfunc s() int { return k }\nk = s()", "k s{}"},
			{"func main() { fmt.Println(s()) }", "main{} s()"},
			{"func init() { k = 3 }", "k"},
		},
		"methods": {
			{"type T struct{ n int }\nfunc (t T) Get() int { return t.n }\nfunc (t *T) Set(n int) { t.n = n }", ""},
			{"t := T{3}\nt.Set(4)\nt.Get()", "t"},
			{"type S interface{ Get() int }\nvar s S = &t\ns.Get()", "s t"},
			{"get := T.Get\nset := (*T).Set\nset(&t, get(t))\nbound := t.Get", "bound get set t"},
			{"type E struct{ *T }\nE{&t}.Get()", "t"},
		},
		"generics": {
			{"func Map[A, B any](x []A, f func(A) B) []B {\n\tvar out []B\n\tfor _, v := range x { out = append(out, f(v)) }\n\treturn out\n}", "Map{}"},
			{"Map([]int{1}, func(i int) string { return \"a\" })", "Map{}"},
			{"func twice[A any](x []A) []A { return Map(x, func(a A) A { count++; return a }) }\ncount := 0", "Map{} count twice{}"},
			{"twice([]int{1})", "Map{} count twice{}"},
			{"type List[A any] struct { head *node[A] }\ntype node[A any] struct { v A; next *node[A] }\nfunc (l *List[A]) Push(v A) { l.head = &node[A]{v, l.head} }\nfunc (n *node[A]) String() string { return fmt.Sprint(n.v, count) }", "count"},
			{"var l List[int]\nl.Push(count)\nl", "count l"},
			{"l.Push(3)", "count l"},
			{"import (\"slices\"; \"maps\")\nslices.Sorted(maps.Keys(map[int]bool{1: true}))", ""},
			{"func sorted[K comparable, V any](m map[K]V) int { return len(slices.Collect(maps.Keys(m))) }", "sorted{}"},
			{"sorted(map[string]int{})", "sorted{}"},
		},
		"current Go": {
			{"for i := range 3 { defer fmt.Println(i) }", ""},
			{"for i := range func(yield func(int) bool) {} { defer fmt.Println(i) }", ""},
			{"clear(map[int]int{})\n*new(3) + min(1, 2)", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScope()
			for i, c := range cells {
				u, errs := s.Cell(fmt.Sprintf("cell [%d]", i+1), c.text)
				if len(errs) > 0 {
					t.Fatalf("%s: %v", c.text, errs)
				}
				main := build(u)
				if main.Func(u.Entry) == nil {
					t.Errorf("%s: no function runs it", c.text)
				}
				if got := declarations(main); got != c.declares {
					t.Errorf("%s: declares %q, want %q", c.text, got, c.declares)
				}
				u.Commit()
			}
		})
	}
}

func declarations(p *ssa.Package) string {
	var out []string
	for name, m := range p.Members {
		switch m := m.(type) {
		case *ssa.Global:
			if !strings.Contains(name, "$") {
				out = append(out, name)
			}
		case *ssa.Function:
			switch {
			case name == "init" || strings.HasPrefix(name, "init#") || name == entry:
			case m.Syntax() != nil && m.Blocks == nil && m.TypeParams().Len() == 0:
				out = append(out, name+"()")
			default:
				out = append(out, name+"{}")
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// TestForget holds what a unit's end gives back.
func TestForget(t *testing.T) {
	s := newScope()
	run := func(text string) (gone string) {
		t.Helper()
		u, errs := s.Cell("c", text)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return names(u.Commit())
	}
	for _, c := range []struct{ text, gone string }{
		{"x := 1", ""},
		{"x := 2", ""},            // the same variable
		{"x := \"a\"", "x"},       // the old one
		{"func f() {}", ""},       //
		{"func f() {}", "f"},      //
		{"f := 3", "f"},           //
		{"import f \"fmt\"", "f"}, //
		{"func g[A any](a A) string { return x }", ""},
		{"h := g[int]", ""},
		{"x := 3.5", ""}, // g does not fit and keeps to the old x
	} {
		if got := run(c.text); got != c.gone {
			t.Errorf("%s: gone %q, want %q", c.text, got, c.gone)
		}
	}
	u, errs := s.Cell("c", "x, y := 1.5, 2\nfunc k() {}")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := names(u.Abandon()); got != "k y" {
		t.Errorf("an abandoned cell gives back %q", got)
	}
	if _, ok := s.Object("y"); ok {
		t.Error("an abandoned cell declared y")
	}
}

func names(list []types.Object) string {
	var out []string
	for _, o := range list {
		if o.Name() == entry {
			continue // always
		}
		out = append(out, o.Name())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
