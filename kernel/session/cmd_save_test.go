package session

import (
	"bytes"
	"context"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// transcript runs cells and returns all that a reader sees of them, as a
// program would print it.
func transcript(t *testing.T, s *Session, out *bytes.Buffer, cells []string) string {
	t.Helper()
	for _, text := range cells {
		r := s.Run(context.Background(), Cell{Text: text})
		for _, v := range r.Values {
			out.WriteString(v.Bundle.Text() + "\n")
		}
		if r.Err != nil && !strings.Contains(text, "fails") {
			t.Errorf("%q: %v", text, r.Err)
		}
	}
	return out.String()
}

// TestSave runs sessions, and then the programs that they were saved as.
func TestSave(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the Go toolchain")
	}
	for name, c := range map[string]struct {
		cells []string
		have  []string // parts of the program
		not   []string
	}{
		"statements": {cells: []string{"x := 2", "x * 21", "y, z := x+1, \"z\"\nfmt.Println(y, z)", "if x > 1 {\n\tfmt.Println(\"more\")\n}", "unused := 3"},
			have: []string{"// cell [3]\n", "_ = unused"}},
		"functions use variables": {cells: []string{"k := 3\nl := 4", "func f(x int) int { return k * x }", "f(2)", "k = 5", "f(2)", "k := 7\nf(2)", "k, n := 8, l\nf(n)"},
			have: []string{"var (\n\tk int\n)"}, not: []string{"k := "}},
		"redefined": {cells: []string{"func f() int { return 1 }", "func f() int { return 2 }\ntype T struct{ A int }", "f()", "type T struct{ A, B int }\nfunc (t T) Sum() int { return t.A + t.B }", "T{1, 2}.Sum()"},
			not: []string{"return 1", "struct{ A int }"}},
		"variables that change their type": {cells: []string{"x := 1\nfmt.Println(x)", "x := \"a\"\nfmt.Println(x)", "x := []int{len(x)}\nx", "func f() int { return x[0] }\nf()"}},
		"declared twice":                   {cells: []string{"x := 1", "x := x + 1\nx", "var x int\nx", "var x, w = 5, 6\nx + w", "var (\n\tx int\n\tv = 3 // three\n)\nx + v", "a, x := 2, 3\na + x"}},
		"imports": {cells: []string{"import \"strings\"\nimport \"sort\"\nstrings.ToUpper(\"a\")", "import r \"math/rand/v2\"\nr.New(r.NewPCG(1, 2)).IntN(100)", "import str \"strings\"\nstr.Fields(\"a b\")"},
			not: []string{"\"sort\""}},
		"a package's name becomes a variable": {cells: []string{"signal.NewWelch().Overlap", "signal := []float64{1, 2}\nlen(signal)", "import \"github.com/neurorepl/neurorepl/neuro/signal\"\nsignal.NewWelch().Overlap"}},
		"two packages of a name":              {cells: []string{"import \"math/rand\"\nrand.New(rand.NewSource(1)).Intn(1)", "import \"crypto/rand\"\nrand.Text() != \"\"", "import \"math/rand\"\nrand.New(rand.NewSource(1)).Intn(1)"}},
		"failed cells":                        {cells: []string{"x := 1", "fails := nope", "y := x; panic(\"fails\")", "x"}, not: []string{"nope", "panic"}},
		"commands":                            {cells: []string{"%time x := 4", "%who", "x?", "!echo", "%time\tx\n%env HOME", "%cd .\nx + 1"}, have: []string{"// %who", "// x?", "// !echo", "// %time"}, not: nil},
		"defer and return":                    {cells: []string{"defer fmt.Println(\"last\")\na := 3\nfmt.Println(a)", "a", "for i := range 5 {\n\tif i == 2 {\n\t\treturn\n\t}\n\tfmt.Println(i)\n}", "a + 1"}},
		"labels":                              {cells: []string{"L:\nfor {\n\tfor {\n\t\tbreak L\n\t}\n}", "L:\nfor i := range 3 {\n\tfor {\n\t\tcontinue L\n\t}\n\t_ = i\n}", "1"}},
		"constants": {cells: []string{"const (\n\tA = iota + 1 // one\n\tB\n\tC\n)\nfmt.Println(A, C)", "const B = \"b\"\nfmt.Println(A, B, C)", "type Color int\nconst Red Color = 1\nfunc (c Color) String() string { return \"red\" }\nRed"},
			have: []string{"// one"}},
		"generics": {cells: []string{"func mapped[T, U any](x []T, f func(T) U) (out []U) {\n\tfor _, v := range x {\n\t\tout = append(out, f(v))\n\t}\n\treturn\n}", "import \"strconv\"\nmapped([]int{1, 2}, strconv.Itoa)",
			"type Pair[A any] struct{ L, R A }\nfunc (p Pair[A]) Swap() Pair[A] { return Pair[A]{p.R, p.L} }", "p := Pair[int]{1, 2}\np.Swap()", "import \"slices\"\nx := []int{3, 1, 2}\nslices.Sort(x)\nx"}},
		"programs pasted":               {cells: []string{"package main\n\nimport \"fmt\"\n\nfunc init() { fmt.Println(\"first\") }\n\nfunc main() {\n\tfmt.Println(\"one\")\n}", "package main\n\nfunc main() { fmt.Println(\"two\") }"}},
		"a function becomes a variable": {cells: []string{"func f() int { return 1 }", "f()", "f := 3\nf + 1", "type g int\ng(4)", "func g() int { return 5 }", "g()"}},
		"recursive":                     {cells: []string{"func even(n int) bool { return n == 0 || odd(n-1) }\nfunc odd(n int) bool { return n != 0 && even(n-1) }\neven(10)", "type List struct{ Next *List; V int }\nfunc (l *List) Len() int {\n\tif l == nil {\n\t\treturn 0\n\t}\n\treturn 1 + l.Next.Len()\n}\n(&List{Next: &List{}}).Len()"}},
		"results":                       {cells: []string{"import \"strconv\"\nstrconv.Atoi(\"12\")", "func two() (int, string) { return 1, \"b\" }\ntwo()", "func none() error { return nil }\nnone()", "var err error\nerr", "nil", "func() int { return 3 }()"}},
		"methods apart":                 {cells: []string{"type M struct{ v float64 }", "func (m *M) Set(v float64) { m.v = v }", "m := &M{}\nm.Set(3)\nm.v", "func (m *M) Get() float64 { return m.v * 2 }\nm2 := &M{4}\nm2.Get()"}},
		"unused everywhere": {cells: []string{"for i, v := range []int{1} {\n\ta := 1 // a\n\tif b := 2; true {\n\t}\n}", "func f() { u := 1; w, q := 2, 3; _ = w }\nf()",
			"c := make(chan int, 1)\nc <- 1\nselect {\ncase v := <-c:\n}", "switch s := 1; {\ndefault:\n}\n5", "g := func() { h := 1 }\ng()"}},
		"letters":               {cells: []string{"größe := 3\nfunc doppelt() int { return 2 * größe }\ndoppelt()", "größe := \"ü\"\ngröße"}},
		"library":               {cells: []string{"hh := neuron.NewHH()\nhh.C", "import \"gonum.org/v1/gonum/mat\"\na := mat.NewDense(2, 2, []float64{1, 2, 3, 4})\na.At(1, 0)", "func trace() float64 { return mat.Trace(a) }\ntrace()", "var w signal.WelchOptions\nfunc seg() int { return w.SegmentLen }\nseg()"}},
		"comments":              {cells: []string{"// A cell with comments.\nx := 1 // one\n\n// twice doubles.\n// It is small.\nfunc twice(x int) int { return 2 * x } // here\n\n/* between */\nx = twice(x) // two\n// the end\nx"}, have: []string{"// A cell with comments.", "// one", "// It is small.\nfunc twice", "// here", "/* between */", "// two", "// the end"}},
		"groups of types":       {cells: []string{"type (\n\tA struct{ X int }\n\tB struct{ A }\n)\nB{A{3}}.X", "type C struct{ X, Y int }\nC{X: 4}.X"}},
		"closures and defaults": {cells: []string{"n := 0\nadd := func() int { n++; return n }\nadd()\nadd()", "n", "var f func(int) int\nf = func(i int) int {\n\tif i == 0 {\n\t\treturn 0\n\t}\n\treturn i + f(i-1)\n}\nf(4)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			s, err := New(Options{Stdout: &out})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			want := transcript(t, s, &out, c.cells)
			file := filepath.Join(t.TempDir(), "saved.go")
			if r := s.Run(context.Background(), Cell{Text: "%save " + file}); r.Err != nil || len(r.Notes) > 0 {
				t.Fatal(r.Err, r.Notes)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("go", "run", file)
			var errs bytes.Buffer
			cmd.Stderr = &errs
			got, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s\n%s", err, errs.String(), text)
			}
			if name == "commands" { // they print, too, and a program's comments do not
				want, got = "4\n5", got[:3]
			}
			if string(got) != want {
				t.Errorf("the session gave\n%s\nthe program\n%s\n%s", want, got, text)
			}
			for _, part := range c.have {
				if !strings.Contains(string(text), part) {
					t.Errorf("no %q in\n%s", part, text)
				}
			}
			for _, part := range c.not {
				if strings.Contains(string(text), part) {
					t.Errorf("%q in\n%s", part, text)
				}
			}
		})
	}
}

// What does not fit later declarations is left out, and a note says so.
func TestSaveLeavesOut(t *testing.T) {
	s := open(t)
	for _, text := range []string{"func f(a int) int { return a }", "x := f(1)\nx", "func f(a, b int) int { return a + b }", "f(1, 2)", "x"} {
		if r := s.do(t, text); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	file := filepath.Join(t.TempDir(), "saved.go")
	r := s.do(t, "%save "+file)
	if r.Err != nil || len(r.Notes) != 2 || !strings.HasPrefix(r.Notes[0], "the statements of cell [2] are left out: not enough arguments") {
		t.Errorf("%v %q", r.Err, r.Notes)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "// x := f(1)\n") || !strings.Contains(string(text), "display.Show(f(1, 2))") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestSaveFiles(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.go")
	if err := os.WriteFile(other, []byte("package other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t)
	if r := s.do(t, "%save "+filepath.Join(dir, "a.go")); r.Err == nil || !strings.Contains(r.Err.Message, "no cell has run yet") {
		t.Error(r.Err)
	}
	s.do(t, "x := 1")
	for path, want := range map[string]string{
		other: "is there already and is not a saved session", filepath.Join(dir, "a.txt"): "not the name of a Go file", filepath.Join(dir, "no", "a.go"): "no such file",
	} {
		if r := s.do(t, "%save "+path); r.Err == nil || !strings.Contains(r.Err.Message, want) {
			t.Errorf("%s: %v, want %q", path, r.Err, want)
		}
	}
	for range 2 { // over itself
		if r := s.do(t, "%save \""+filepath.Join(dir, "a.go")+"\""); r.Err != nil {
			t.Error(r.Err)
		}
	}
	s.do(t, "%reset\ny := 2")
	s.do(t, "%save "+filepath.Join(dir, "a.go"))
	text, err := os.ReadFile(filepath.Join(dir, "a.go"))
	if err != nil || strings.Contains(string(text), "x := 1") || !strings.Contains(string(text), "y := 2") {
		t.Errorf("after a reset: %v\n%s", err, text)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".saving*"))
	if len(left) > 0 || err != nil {
		t.Error(left, err)
	}
}

// FuzzSave looks for cells that cannot be saved as a program, or as one that
// is not Go.
func FuzzSave(f *testing.F) {
	for _, text := range []string{
		"x := 1\x00x := \"a\"\x00x", "func f() {}\x00f := 3", "L: for { break L }\x00L: for { break L }", "type T struct { *T }\x00type T int", "const ( A = iota; B )\x00const A = 5",
		"import \"sort\"\x00sort := 1\x00import \"sort\"\nsort.Ints(nil)", "var a, b = 1, 2\x00var ( a int; c = a )", "defer print()\nx, y := 1, 2", "func main() {}\x00func main() {}\nfunc init() {}",
		"%%\nx := 1", "switch x := any(3).(type) { case int: }", "goto L\nL:\nx := 1", "a, _ := 1, 2\x00_, a := 3, 4", "package main; x := 3", "f := func() { a := 1 }", "func f[T any](x T) T { return x }\x00f(3)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var cells []loggedCell
		for i, c := range strings.Split(text, "\x00") {
			cells = append(cells, loggedCell{name: string(rune('a' + i%26)), parts: []part{{text: c}}})
		}
		got, _, err := program(cells)
		if err != nil {
			return
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", got, 0); err != nil {
			t.Errorf("%v in\n%s", err, got)
		}
		if again, err := format.Source([]byte(got)); err != nil || string(again) != got {
			t.Errorf("not formatted: %v\n%s", err, got)
		}
	})
}

// TestSavePrograms saves each program of testdata as it is pasted into a cell:
// nothing of it may have to be left out.
func TestSavePrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no programs")
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, notes, err := program([]loggedCell{{name: "cell [1]", parts: []part{{text: string(text)}}}}); err != nil || len(notes) > 0 {
			t.Errorf("%s: %v %q", f, err, notes)
		}
	}
}
