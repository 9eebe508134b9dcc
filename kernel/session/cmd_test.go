package session

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/internal/patience"
	"github.com/neurorepl/neurorepl/kernel/assist"
)

// TestCommands runs cells with commands. What each must do is a part of its
// output, or of its page behind "page:", or of its error behind "error:".
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", filepath.Join(dir, "home"))
	t.Setenv("NEUROREPL_TEST", "before")
	for _, d := range []string{"home", "home/data", "with space", "ünï"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"good.go":           "#!/usr/bin/env neurorepl\npackage main\n\nimport \"fmt\"\n\nfunc loaded() int { return 7 }\n\nfunc main() { fmt.Println(\"main ran\", loaded()) }\n",
		"bad.go":            "x := 1\ny := nope\n",
		"panics.go":         "\n\nvar m map[string]int\nm[\"a\"] = 1\n",
		"value.go":          "6 * 7",
		"bytes.go":          "\xff\xfe",
		"empty.go":          "",
		"ünï/größe.go":      "größe := 6\n",
		"with space/a b.go": "43",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t)
	for _, c := range []struct{ text, want string }{
		{"%help", "page:%bench STATEMENT"},
		{"%help", "page:Packages that need no import: abf behavior"},
		{"%help bench", "page:%bench signal.Welch("},
		{"%help %cd", "page:%cd [DIR]"},
		{"%help bnech", "error:unknown command %bnech (did you mean %bench?)"},
		{"%bnech 3", "error:cell [6]:1:1: unknown command %bnech (did you mean %bench?); %help lists them"},
		{"%", "error:unknown command %; there are %help, %who"},
		{"  %nothinglikeit", "error:cell [8]:1:3: unknown command %nothinglikeit; there are"},
		{"%who", "nothing is declared\n"},
		{"%who me", "error:%who takes nothing behind it, and got me"},
		{"%time", "error:%time needs STATEMENT behind it; %help time tells more"},
		{"%time x := 3", "time: "},
		{"%time nope", "error:cell [13]:1:7: undefined: nope"},
		{"%time\tx = 4", "time: "},
		{"x", "value:4"},
		{"%time x\n%time x + 1", "value:5"},
		{"%who", "variable  x                int\n"},
		{"%cd", filepath.Join(dir, "home") + "\n"},
		{"%cd -", dir + "\n"},
		{"%cd ~/data", filepath.Join(dir, "home", "data") + "\n"},
		{"%cd ..", filepath.Join(dir, "home") + "\n"},
		{"%cd -\n%cd -", filepath.Join(dir, "home") + "\n"},
		{"%cd ../with space", filepath.Join(dir, "with space") + "\n"},
		{"%cd \"../with space\"", filepath.Join(dir, "with space") + "\n"},
		{"%cd nowhere", "error:%cd: nowhere: no such file or directory"},
		{"%cd ../good.go", "error:%cd: ../good.go: not a directory"},
		{"%cd ..", dir + "\n"},
		{"%env NEUROREPL_TEST", "before\n"},
		{"%env NEUROREPL_TEST=after that\n%env NEUROREPL_TEST", "after that\n"},
		{"import \"os\"\nos.Getenv(\"NEUROREPL_TEST\")", "value:\"after that\""},
		{"%env NEUROREPL_TEST=\n%env NEUROREPL_TEST", "\n"},
		{"%env NEUROREPL_NOT", "error:NEUROREPL_NOT is not set; %env NEUROREPL_NOT=VALUE sets it"},
		{"%env =3", "error:\"\" is not the name of a variable"},
		{"%env A B=3", "error:\"A B\" is not the name of a variable"},
		{"%env", "\nHOME=" + filepath.Join(dir, "home") + "\n"},
		{"%load good.go", "main ran 7\n"},
		{"loaded()", "value:7"},
		{"%load value.go", "value:42"},
		{"%load bad.go", "error:bad.go:2:6: undefined: nope"},
		{"%load panics.go", "error:panics.go:4:2: assignment to entry in nil map"},
		{"%load bytes.go", "error:bytes.go is not text"},
		{"%load home", "error:home is not a file"},
		{"%load none.go", "error:%load: none.go: no such file or directory"},
		{"%load", "error:%load needs FILE.go behind it"},
		{"%bench x + 1", "time    "},
		{"%bench nope(1)", "error:cell [46]:1:8: undefined: nope"},
		{"\n%bench loaded(", "error:cell [47]:2:15: expected operand, found the end of the line"},
		{"%bench panic(\"out\")", "error:cell [48]:1:13: out"},
		{"%bench w := 3; _ = w // why", "allocations per run\n"},
		{"w", "error:undefined: w"},
		{"func slow(n int) (s float64) { for i := range n { s += math.Sqrt(float64(i)) }; return }\nslow(100000) > 0", "value:true"},
		{"func plain() string { return fmt.Sprint(1) }\nplain()", "value:\"1\""},
		{"%tier", "slow"},
		{"%bench return", "error:1:8: a statement that returns cannot be measured"},
		{"%bench break", "error:1:8: break not in for"},
		{"%bench func() int { return 1 }()", "per run"},
		{"%time %who", "error:%time takes Go behind it, and got the command %who"},
		{"%bench %time 1", "error:%bench takes Go behind it, and got the command %time"},
		{"%timeit x", "error:there is no %timeit here; in its place there is %bench STATEMENT"},
		{"%%time\nx = 5", "error:there is no %%time here; in its place there is %time STATEMENT"},
		{"%%bash\nls", "error:in its place there is !COMMAND"},
		{"%pip install gonum", "error:what cells can import is in the program"},
		{"%%nothing\nx", "error:unknown command %%nothing; there are %help"},
		{"%%\nx", "value:4"},
		{"?", "error:? needs a name before it"},
		{"neuron.?", "page:Package neuron holds"},
		{"%help ?", "page:shows the documentation of a name"},
		{"%env SPACED=a b  c\n!echo \"$SPACED\"", "a b  c\n"},
		{"%cd \"unclosed", "error:%cd: \"unclosed: no such file"},
		{"%cd ünï", "ünï\n"},
		{"%load größe.go\nfmt.Println(größe)", "6\n"},
		{"%cd ..", dir + "\n"},
		{"%load with space/a b.go", "value:43"},
		{"%load \"with space/a b.go\"", "value:43"},
		{"%load empty.go", ""},
		{"%save \"with space/saved.go\"", "saved: go run \"with space/saved.go\"\n"},
		{"%save with space", "error:with space is not the name of a Go file"},
		{"%save none/x.go", "error:none/x.go: no such file"},
		{"%save good.go", "error:good.go is there already and is not a saved session"},
		{"%time panic(\"boom\")", "error:1:12: boom"},
		{"x", "value:4"},
		{"!echo one; echo two >&2", "one\n"},
		{"!exit 3", "error:!exit 3: exit status 3"},
		{"!echo a\nx := 8\nx", "value:8"},
		{"%reset", ""},
		{"x", "error:undefined: x"},
		{"%save none.go", "error:no cell has run yet"},
		{"signal.Welch?", "page:func Welch("},
		{"neuron.NewHH().Simulate?", "page:func (m HH) Simulate("},
		{"?len", "page:built-in function len"},
		{"signal.Wlech?", "error:near it: signal.Welch"},
	} {
		r := s.do(t, c.text)
		got := s.out.take()
		kind, want, _ := strings.Cut(c.want, ":")
		switch {
		case kind == "error":
			got = ""
			if r.Err != nil {
				got = r.Err.Message
			}
		case r.Err != nil:
			t.Errorf("%q: %v", c.text, r.Err)
			continue
		case kind == "page":
			got = ""
			if r.Page != nil {
				got = r.Page.Text()
			}
		case kind == "value":
			got = values(r)
		default:
			want = c.want
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: %q, want %q", c.text, got, want)
		}
	}
}

// TestBench holds what %bench measures against what is known.
func TestBench(t *testing.T) {
	s := open(t)
	s.do(t, "import \"time\"\nvar kept []byte\nn := 0")
	for text, want := range map[string]string{
		"%bench time.Sleep(5 * time.Millisecond)": `(?s)^time    [5-9]\.\d\d ms per run: median of 15 rounds of \d runs\nspread  [5-9]\.\d\d ms to \d+\.\d+ ms\n`,
		"%bench kept = make([]byte, 3000)":        `(?s)memory  (2\.9|3\.[01])\d kB in 1(\.0)? allocations? per run\n$`,
		"%bench n++":                              `(?s)ns per run.*memory  0 B in 0 allocations per run\n$`,
	} {
		if r := s.do(t, text); r.Err != nil {
			t.Errorf("%s: %v", text, r.Err)
		}
		if got := s.out.take(); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %s", text, got)
		}
	}
	if r := s.do(t, "n > 1000"); values(r) != "true" {
		t.Error("the statement did not run often")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	w := patience.Start()
	if r := s.Run(ctx, Cell{Text: "%bench for {}"}); r.Err == nil || r.Err.Kind != KindInterrupt || w.Late(time.Second) {
		t.Errorf("an endless statement: %v after %v", r.Err, w.Took())
	}
	for ns, want := range map[float64]string{0.5: "0.50 ns", 12.34: "12.3 ns", 999.9: "1.00 µs", 123456: "123 µs", 2.5e6: "2.50 ms", 61e9: "61.0 s"} {
		if got := duration(ns); got != want {
			t.Errorf("%g ns: %s, want %s", ns, got, want)
		}
	}
}

// TestTier looks for the functions of a session with what runs them.
func TestTier(t *testing.T) {
	s := open(t)
	s.do(t, "%tier")
	if got := s.out.take(); got != "no functions are declared\n" {
		t.Error(got)
	}
	s.do(t, "func hot(n int) (s float64) { for i := range n { s += float64(i) }; return }\nfunc cold() {}\nfunc text() string { m := map[int]string{}; for i := range 2000 { m[i] = fmt.Sprint(i) }; return m[7] }")
	s.do(t, "hot(1000000)\nfor range 400 { hot(3) }\ntext()")
	s.do(t, "%tier")
	got := s.out.take()
	for _, want := range []string{`(?m)^cold +interpreted  it was not called yet$`, `(?m)^hot +fast`, `(?m)^text +interpreted  `} {
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestAssistance(t *testing.T) {
	s := open(t)
	s.do(t, "x := []float64{1, 2, 3, 4, 5, 6, 7, 8}\ntype T struct { A int; b string; c *T }\nt := T{1, \"é\", &T{}}\nf := func(a int) {}\nm := map[string]int{\"a\": 1}")
	for name, want := range map[string]string{
		"x": "var x []float64 = [1 2 3 4 5 6 ...] (8 elements)", "t": `var t T = {A: 1, b: "é", c: &{A: 0, b: "", c: nil}}`, "f": "var f func(a int)\n", "m": "var m map[string]int = 1 entries",
	} {
		if b, ok := s.Inspect(name, len(name), 0); !ok || !strings.HasPrefix(b.Text(), want) || !strings.Contains(b.Text(), "declared in cell [1]") {
			t.Errorf("%s: %v %q", name, ok, b.Text())
		}
	}
	text := "signal.Welch(x, "
	if c, ok := s.Signature(text, len(text)); !ok || c.Active != 1 || !strings.HasPrefix(c.Label, "signal.Welch(") || c.Params[1] != (assist.Span{Start: 26, End: 36}) {
		t.Errorf("%+v", c)
	}
	if b, ok := s.Inspect(text, len(text), 0); !ok || !strings.Contains(b.Text(), "\n                          ^^^^^^^^^^\n") {
		t.Errorf("%q", b.Text())
	}
	if c := s.Complete("%tim", 4); len(c.Items) != 1 || c.Items[0].Text != "%time" {
		t.Errorf("%+v", c)
	}
	if c := s.Complete("größe := x\ngr", 15); len(c.Items) != 1 || c.Items[0].Text != "größe" || c.Start != 13 {
		t.Errorf("%+v", c)
	}
	// While a goroutine of a cell may change it, a variable is not looked at.
	s.do(t, "stop := make(chan bool)\ngo func() { <-stop }()")
	if b, _ := s.Inspect("x", 1, 0); !strings.HasPrefix(b.Text(), "var x []float64\n") {
		t.Errorf("%q", b.Text())
	}
}

// FuzzCommand looks for a command that ends the process or takes the session
// with it. What reaches outside is left out.
func FuzzCommand(f *testing.F) {
	for _, c := range assist.Commands {
		f.Add(c.Name)
		f.Add(c.Name + " x")
	}
	for _, text := range []string{"%time x := 1", "%time\n", "%help %", "%env A=1", "%bench", "%%\nx", "%time %time x", "%who\nx := 1\n%who", "x??", "?", "a.b.c?", "%env \x00=1", "%load /", "%bench }", "%time {"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, out := range []string{"!", "os", "exec", "net", "syscall", "unsafe", "plugin", "Remove", "Write", "make(", "Repeat", "GC", "debug", "%save", "%provenance ", "%cd", "go ", "for"} {
			if strings.Contains(text, out) {
				t.Skip()
			}
		}
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		s.Run(ctx, Cell{Text: text})
		if r := s.Run(context.Background(), Cell{Text: "1 + 1"}); r.Err != nil || len(r.Values) != 1 {
			t.Errorf("after %q: %v", text, r.Err)
		}
	})
}
