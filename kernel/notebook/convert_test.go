package notebook

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// notebookOf makes a notebook of cells; those that begin with "md:" are text.
func notebookOf(cells ...string) *Notebook {
	nb := New()
	for _, c := range cells {
		if text, ok := strings.CutPrefix(c, "md:"); ok {
			nb.Add(Markdown, text)
		} else {
			nb.Add(Code, c)
		}
	}
	return nb
}

func sources(nb *Notebook) []string {
	var list []string
	for _, c := range nb.Cells {
		if c.Type == Markdown {
			list = append(list, "md:"+c.Source)
		} else {
			list = append(list, c.Source)
		}
	}
	return list
}

var convertible = map[string][]string{
	"plain":       {"x := 2", "x * 21"},
	"text first":  {"md:# Title\n\nSome *text*  \n\n- a\n- b", "a := 1\nb := 2", "md:between", "a + b"},
	"declared":    {"x := 2.0\n\nfunc double(v float64) float64 {\n\treturn 2 * v\n}\n\ndouble(x)", "double(4)"},
	"only funcs":  {"md:intro", "x := 1", "func f() int { return 1 }", "type T struct {\n\tA int // mV\n}\n\nfunc (t T) Twice() int { return 2 * t.A }", "T{f()}.Twice() + x"},
	"closure":     {"gain := 3.0", "func amplify(v float64) float64 { return gain * v }\n\namplify(2)", "func twice(v float64) float64 { return amplify(amplify(v)) }", "twice(1)"},
	"recursive":   {"n := 3", "func fact(k int) int {\n\tif k < 2 {\n\t\treturn n / n\n\t}\n\treturn k * fact(k-1)\n}\n\nfact(n)"},
	"again":       {"x := 1", "x := \"now text\"\nx", "y := 2", "x := 2.5", "fmt.Println(x, y)"},
	"unused":      {"a, b := 1, 2", "c := 3\nd := 4 // note", "b"},
	"imports":     {"import \"strings\"", "strings.ToUpper(\"a\")", "import (\n\t\"os\"\n\tstr \"strconv\"\n)\n\nstr.Itoa(len(os.Args))"},
	"error value": {"import \"strconv\"\n\nstrconv.Atoi(\"12\")", "v, err := strconv.Atoi(\"x\")\n_ = v\nerr"},
	"print":       {"fmt.Println(\"hello\")", "fmt.Printf(\"%d\\n\", 3)", "println(1)"},
	"raw string":  {"s := `a\n  b\n\tc`\nfor i := 0; i < 2; i++ {\n\tfmt.Println(`x\ny`, i)\n}", "len(s)"},
	"comments":    {"// only a comment", "// before\nx := 1 // beside\n// after", "/* block\n   of two */\nx + 1 // last"},
	"semicolons":  {"a := 1; b := 2; a + b"},
	"var":         {"var level = 2.5 // mV", "type Cell struct{ v float64 }\n\nfunc (c Cell) Above() bool { return c.v > level }", "Cell{3}.Above()"},
	"generic":     {"func first[T any](s []T) T { return s[0] }", "first([]int{4, 5})"},
	"empty cell":  {"", "x := 1", "", "x"},
	"question":    {"x := 1", "math.Sqrt?", "x"},
	"gonb":        {"%%\nfmt.Println(1)"},
	"marks":       {"md:%% not a mark\n// %% nor this", "// %% looks like one\nx := 1\nx"},
	"void":        {"func hello() { fmt.Println(\"hi\") }", "hello()"},
	"method":      {"import \"sort\"\n\nv := []float64{3, 1, 2}\nsort.Float64s(v)", "v"},
	"shadow":      {"stat := 3.0", "stat + 1"},
	"labels":      {"outer:\nfor i := 0; i < 3; i++ {\n\tfor {\n\t\tcontinue outer\n\t}\n}"},
	"const":       {"const (\n\tgNa = 120.0 // mS/cm2\n\tgK  = 36.0\n)", "gNa / gK"},
	"empty":       {},
}

// The script of a notebook, and the notebook of that script, are fixed points:
// converting again changes nothing. And every script is formatted as gofmt
// does it and passes the compiler.
func TestRoundTrip(t *testing.T) {
	for name, cells := range convertible {
		t.Run(name, func(t *testing.T) {
			script, err := notebookOf(cells...).Script()
			if err != nil {
				t.Fatal(err)
			}
			if testing.Verbose() {
				t.Logf("\n%s", script)
			}
			nb, err := FromScript(script)
			if err != nil {
				t.Fatalf("%v\n%s", err, script)
			}
			again, err := nb.Script()
			if err != nil {
				t.Fatalf("%v\n%s", err, script)
			}
			if string(again) != string(script) {
				t.Errorf("the script of the notebook of the script differs:\n%s\nwas\n%s", again, script)
			}
			if got, want := strings.Join(sources(nb), "\n----\n"), strings.Join(cells, "\n----\n"); got != want {
				t.Logf("cells changed:\n%s\nwere\n%s", got, want)
			}
			if gofmt, err := exec.LookPath("gofmt"); err == nil {
				cmd := exec.Command(gofmt)
				cmd.Stdin = strings.NewReader(string(script))
				out, err := cmd.Output()
				if err != nil || string(out) != string(script) {
					t.Errorf("gofmt (%v) gives\n%s\ninstead of\n%s", err, out, script)
				}
			}
		})
	}
}

// Scripts of the repository keep every byte but the place of functions that
// stand below main.
func TestScriptsOfTheRepository(t *testing.T) {
	files, err := filepath.Glob("../../notebooks/scripts/*.go")
	if err != nil || len(files) == 0 {
		t.Skipf("no scripts (%v)", err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		nb, err := FromScript(src)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		once, err := nb.Script()
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		again, err := FromScript(once)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		a, _ := nb.Encode()
		b, _ := again.Encode()
		if string(a) != string(b) {
			t.Errorf("%s: the notebook of its script differs", f)
		}
		if len(once) != len(src) {
			t.Errorf("%s: %d bytes became %d", f, len(src), len(once))
		}
	}
}

func TestRefusedNotebooks(t *testing.T) {
	for want, cells := range map[string][]string{
		"cell 2: `!ls` is a command":                   {"x := 1", "!ls"},
		"cell 1: `%time f()` is a command":             {"%time f()"},
		"cell 2: 2:1: expected":                        {"x := 1", "y := 2\n}"},
		"cell 1: it declares function main":            {"func main() {}"},
		"cell 3: f is declared in cell 1 already":      {"func f() {}", "f()", "func f() int { return 1 }"},
		"cell 2: T is declared in cell 1 already":      {"type T int", "type T string"},
		"cell 2: it imports math/rand/v2 as rand":      {"import \"math/rand\"", "import \"math/rand/v2\""},
		"cell 2: undefined: nope":                      {"x := 1", "nope + x"},
		"cell 1: could not import example.com/none":    {"import \"example.com/none\"\nnone.F()"},
		"cell 3: T.f uses gain":                        {"gain := 2.0", "x := 1", "type T struct{}\nfunc (T) f() float64 { return gain }\nT{}.f() + float64(x)"},
		"cell 1: declared and not used: inner":         {"{\n\tinner := 1\n}"},
		"cell 1: x (variable of type int) is not used": {"x := 1\nx\nfmt.Println(2)"},
	} {
		_, err := notebookOf(cells...).Script()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", cells, err, want)
		}
	}
	nb := notebookOf("md:![](attachment:a.png)")
	nb.Cells[0].rest = map[string]any{"attachments": map[string]any{}}
	if _, err := nb.Script(); err == nil || !strings.Contains(err.Error(), "cell 1: it has files attached") {
		t.Errorf("%v", err)
	}
}

func TestRefusedScripts(t *testing.T) {
	for src, want := range map[string]string{
		"":                          "1:1",
		"package x\nfunc main() {}": "package x",
		"package main":              "no function main",
		"package main\nfunc main() {\n\tif true {\n\t\treturn\n\t}\n\treturn\n}": "line 6: main returns",
		"package main\nfunc main() { x := }":                                     "2:20",
	} {
		_, err := FromScript([]byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", src, err, want)
		}
	}
}

func TestFromScript(t *testing.T) {
	for src, want := range map[string]string{
		"package main\n\nfunc main() {\n\tx := 1\n\tprintln(x)\n}\n":                                                                     "x := 1\nprintln(x)",
		"// License\n\n// Doc.\npackage main\n\nimport \"os\"\n\nvar n = 2\n\nfunc main() {\n\tprintln(n, len(os.Args))\n}\n":            "var n = 2 || import \"os\"\n\nprintln(n, len(os.Args))",
		"package main\n\n// %% [markdown]\n// a\n//\n// b\n\nfunc f() {}\n\nfunc main() {\n\t//%% no mark\n\tf()\n\n\t// %%\n\tf()\n}\n": "md:a\n\nb || func f() {} || //%% no mark\nf() || f()",
		"package main\nfunc main() {}\n":                                                "",
		"package main\n\nfunc main() {\n\t// %% A cell with a title\n\tprintln(1)\n}\n": "println(1)",
		"package main\n\nfunc main() {\n\tfor {\n\t\t// %% within\n\t\tbreak\n\t}\n}\n": "for {\n\t// %% within\n\tbreak\n}",
		"package main\r\n\r\nfunc main() {\r\n\tprintln(1)\r\n}\r\n":                    "println(1)",
	} {
		nb, err := FromScript([]byte(src))
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		if got := strings.Join(sources(nb), " || "); got != want {
			t.Errorf("%q:\n%q\nwant\n%q", src, got, want)
		}
	}
}

// No cell and no script breaks the converter, and what it writes it can read.
func FuzzConvert(f *testing.F) {
	for _, cells := range convertible {
		f.Add(strings.Join(cells, "\n----\n"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		FromScript([]byte(text))
		nb := notebookOf(strings.Split(text, "\n----\n")...)
		script, err := nb.Script()
		if err != nil {
			return
		}
		back, err := FromScript(script)
		if err != nil {
			t.Fatalf("%v\n%s", err, script)
		}
		again, err := back.Script()
		if err != nil {
			t.Fatalf("%v\n%s", err, script)
		}
		twice, err := FromScript(again)
		if err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
		third, err := twice.Script()
		if err != nil || string(third) != string(again) {
			t.Fatalf("%v\n%s\nbecame\n%s", err, again, third)
		}
	})
}
