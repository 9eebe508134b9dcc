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
			path := filepath.Join(t.TempDir(), "a.go")
			os.WriteFile(path, script, 0o644)
		})
	}
}
