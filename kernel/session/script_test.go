package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPrograms runs the programs in testdata and holds what they print against
// what they print under the Go toolchain (testdata/generate.sh).
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".go") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			b := open(t)
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			if e := b.RunFile(ctx, file); e != nil {
				t.Errorf("%v\n%s", e, strings.Join(e.Trace, "\n"))
			}
			if got := b.out.take(); got != string(want) {
				t.Errorf("printed\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestScripts(t *testing.T) {
	const head = "package main\n\nimport \"fmt\"\n\n"
	for _, c := range []struct{ text, out, kind, message string }{
		{head + "func main() { fmt.Println(\"hello\") }", "hello\n", "", ""},
		{"#!/usr/bin/env -S neurorepl run\n" + head + "func main() { fmt.Println(1) }", "1\n", "", ""},
		{head + "func init() { fmt.Print(\"init \") }\n\nvar v = f()\n\nfunc f() int { fmt.Print(\"var \"); return 3 }\n\nfunc main() { fmt.Println(v) }", "var init 3\n", "", ""},
		{"package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tdefer fmt.Println(\"never\")\n\tfmt.Println(os.Args[1:])\n\tos.Exit(7)\n}", "[-n 3]\n", KindExit, "status 7"},
		{head + "func main() {\n\tvar m map[string]int\n\tfmt.Println(len(m))\n\tm[\"a\"] = 1\n}", "0\n", KindPanic, "assignment to entry in nil map"},
		{head + "func main() {\n\tunused := 1\n}", "", KindCompile, "s.go:3:8: \"fmt\" imported and not used\ns.go:6:2: declared and not used: unused"},
		{head + "func main() {\n\tfmt.Println(nope)\n\tx := \"a\" + 1\n\tfmt.Println(x)\n}", "", KindCompile, "s.go:6:14: undefined: nope\ns.go:7:7: invalid operation"},
		{head + "func main() {\n", "", KindCompile, "s.go:5:15: expected"},
		{"package other\n", "", KindCompile, "s.go:1:9: package other is not a program"},
		{head + "func helper() { fmt.Println() }\n", "", KindCompile, "s.go:1:9: function main is undeclared in the main package"},
		{"package main\n\nimport \"example.com/nothing\"\n\nfunc main() { nothing.Do() }", "", KindCompile, "s.go:3:8: "},
		{"package main\n\nfunc main() {\n\tgo func() { panic(\"inside\") }()\n\tselect {}\n}", "", KindPanic, "inside"},
		{"package main\n\nfunc main() {\n\tdefer func() { panic(\"second\\nline\") }()\n\tpanic(1.5)\n}", "", KindPanic, "1.5\n\tpanic: second\n\tline"},
		{"package main\n\nfunc main() {\n\tdefer func() { panic(recover()) }()\n\tpanic(\"first\")\n}", "", KindPanic, "first [recovered, repanicked]"},
		{"package main\n\ntype T string\n\nfunc main() { panic(T(\"a\")) }", "", KindPanic, "main.T(\"a\")"},
		{"package main\n\nfunc f(n int) int { return f(n+1) + 1 }\n\nfunc main() { f(0) }", "", KindFatal, "stack overflow"},
	} {
		b := open(t)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		e := b.RunProgram(ctx, "s.go", c.text)
		cancel()
		kind, message := "", ""
		if e != nil {
			kind, message = e.Kind, e.Message
		}
		if kind != c.kind || !strings.HasPrefix(message, c.message) {
			t.Errorf("%s\ngave %s: %q, want %s: %q", c.text, kind, message, c.kind, c.message)
		}
		if out := b.out.take(); out != c.out {
			t.Errorf("%s\nprinted %q, want %q", c.text, out, c.out)
		}
	}
	b := open(t)
	if e := b.RunFile(context.Background(), "no/such.go"); e == nil || e.Kind != KindCompile {
		t.Errorf("a file that is not there gave %v", e)
	}
	b.do(t, "x := 3")
	if e := b.RunProgram(context.Background(), "s.go", head+"func main() { x := 4; fmt.Println(x) }"); e != nil {
		t.Error(e)
	}
	if r := b.do(t, "x"); values(r) != "3" {
		t.Errorf("a script changed the session: %s", values(r))
	}
}
