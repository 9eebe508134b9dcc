package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/symbols"
)

func newScope() *Scope {
	return NewScope(Options{
		Fset: token.NewFileSet(), Types: symbols.Types, Distance: symbols.Distance,
		Auto: map[string]string{"fmt": "fmt", "math": "math", "neuro": symbols.Module + "neuro"},
	})
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"x := 1":                             "stmt",
		"x := 1; y := 2\nz := 3":             "stmt stmt stmt",
		"import \"fmt\"\nfmt.Println(1)":     "decl stmt",
		"func f() {}\nf()":                   "decl stmt",
		"func (t T) M() {}":                  "decl",
		"func (t *T[A]) M() {}":              "decl",
		"func f[A any](a A) {}":              "decl",
		"func() { x() }()":                   "stmt",
		"func(a int) (b int) { return }(1)":  "stmt",
		"func(a int) int { return a }(1)":    "stmt",
		"type T struct {\n\ta int; b int\n}": "decl",
		"const (\n\tA = iota\n\tB\n)":        "decl",
		"var x = 1":                          "stmt", // in the order of the statements
		"// only a comment":                  "",
		"{\n\tx := 1\n}":                     "stmt",
		"package main\nx()":                  "decl stmt",
	} {
		var got []string
		for _, it := range split(text) {
			if it.decl {
				got = append(got, "decl")
			} else {
				got = append(got, "stmt")
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

// TestPositions looks for a marker in cells of all kinds: the parser must see
// it where the user wrote it.
func TestPositions(t *testing.T) {
	for _, text := range []string{
		"MARK",
		"x := 1\n  y := MARK",
		"func f() {\n\tMARK()\n}",
		"é := 1; MARK()",
		"a()\nfunc f() int { return MARK }\nb()",
		"import \"fmt\"; MARK()",
		"type T struct{}; func (T) m() { é := \"∑\"; MARK(é) }",
	} {
		fset := token.NewFileSet()
		p, errs := parse(fset, "cell", text)
		if len(errs) > 0 {
			t.Errorf("%q: %v", text, errs)
			continue
		}
		offset := strings.Index(text, "MARK")
		want := fmt.Sprintf("cell:%d:%d", 1+strings.Count(text[:offset], "\n"), offset-strings.LastIndex(text[:offset], "\n"))
		found := ""
		look := func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == "MARK" {
				found = fset.Position(id.Pos()).String()
			}
			return true
		}
		for _, d := range p.decls {
			ast.Inspect(d, look)
		}
		for _, st := range p.stmts {
			ast.Inspect(st, look)
		}
		if found != want {
			t.Errorf("%q: at %s, want %s", text, found, want)
		}
	}
}

// TestErrors holds the messages and positions of errors, all of a cell at
// once.
func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\n\n   a := nope":  "c:3:9: undefined: nope",
		"a := n1\nb := n2":  "c:1:6: undefined: n1 | c:2:6: undefined: n2",
		"fmt.Prinln(1)":     "c:1:5: undefined: fmt.Prinln (did you mean fmt.Println?)",
		"mth.Pi + 1":        "c:1:1: undefined: mth (did you mean math?)",
		"x := 1\nx + \"a\"": "c:2:1: invalid operation: x + \"a\" (mismatched types int and untyped string)",
		"1 + 1\n2":          "c:1:1: 1 + 1 (untyped int constant 2) is not used",
		"for i := range func(yield func(int) bool) {} { fmt.Println(i) }": "",
		"type L[T any] struct { next *L[T] }":                             "",
		"import . \"fmt\"":                                                "c:1:8: import . \"fmt\" is not possible in a cell; name the package",
		"f(":                                                              "c:1:3: expected operand, found the end of the cell",
	} {
		_, errs := newScope().Cell("c", text)
		var got []string
		for _, e := range errs {
			got = append(got, e.Error())
		}
		if s := strings.Join(got, " | "); s != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, s, want)
		}
	}
}

// TestNothingBeforeCommit checks that a cell changes nothing unless it is
// committed, and that a look changes nothing at all.
func TestNothingBeforeCommit(t *testing.T) {
	s := newScope()
	for _, text := range []string{"x := 1", "import \"sort\"", "func f() {}"} {
		if _, errs := s.Cell("c", text); len(errs) > 0 {
			t.Fatal(errs)
		}
		s.Look(text + "\nx.")
	}
	if n := s.Objects(); len(n) != 0 {
		t.Errorf("declared: %v", n)
	}
	if _, ok := s.PackagePath("sort"); ok {
		t.Error("the import stays")
	}
	u, errs := s.Cell("c", "x := 1\nimport \"sort\"")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	u.Commit()
	if o, ok := s.Object("x"); !ok || o.Kind != "variable" || o.TypeString() != "int" {
		t.Errorf("x is %+v", o)
	}
	if path, _ := s.PackagePath("sort"); path != "sort" {
		t.Error("the import is lost")
	}
}

// FuzzCell looks for text at which checking fails, and for units of which
// go/ssa makes no code.
func FuzzCell(f *testing.F) {
	for _, text := range []string{
		"x := 1\nx", "func f(a ...int) { go f(a...) }", "for i := 0; i < 3; i++ { defer func() { i++ }() }", "switch x := any(1).(type) { case error, nil: }",
		"type T[A any] struct{ a A }\nT[int]{1}", "a, b := 1, []int{}\na, b = 2, b[:0]", "var x, y = 1, f()", "goto L\nL: x++", "func (t *T) M() {}\ntype T int",
		"import m \"math\"\nm.Pi", "min(1, 2.5)", "for range 3 {}", "select { case <-c: }", "x.y.z", "neuro.Trace{}.FS", "L: for { continue L }", "}", "(", "func",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		slow := time.AfterFunc(20*time.Second, func() { panic("no end: " + text) })
		defer slow.Stop()
		s := newScope()
		for i := range 2 { // the second time everything is declared already
			u, errs := s.Cell(fmt.Sprintf("cell [%d]", i), text)
			if len(errs) > 0 {
				return
			}
			build(u)
			u.Commit()
		}
		if u, errs := s.Script("s.go", "package main\nfunc main() {\n"+text+"\n}"); len(errs) == 0 {
			build(u)
		}
	})
}
