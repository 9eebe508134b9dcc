package session

import (
	"context"
	"strings"
	"testing"
	"time"
)

// FuzzRun looks for a cell that ends the process or takes the session with
// it. What reaches outside (files, the shell, the network) is left out.
func FuzzRun(f *testing.F) {
	for _, text := range []string{
		"x := 1\nx + 2", "func f(n int) int { if n < 2 { return 1 }; return n * f(n-1) }\nf(5)", "type T[A any] struct { a A }\nT[int]{3}",
		"for i := range 3 { defer fmt.Println(i) }", "go func() { panic(1) }()", "var m map[string]int\nm[\"a\"]++", "select { }",
		"switch x := any(3).(type) { case int: x }", "a, b := 1, []int{2}\na, b = len(b), b[:0]", "goto L\nL:", "x?", "%who", "%%\nx", "import \"sort\"",
		"const ( A = iota; B )", "func (t T) M() {}", "type T struct { *T }\nT{}", "neuro.Trace{}", "}", "((((", "\"", "é := 'é'", "func() { return }()",
		"var x = func() int { return x() }", "type A = B\ntype B = A", "min()", "new(int)", "[...]int{1,2}[5]", "1<<100", "math.Pi.x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, out := range []string{"!", "os", "exec", "net", "syscall", "unsafe", "plugin", "Remove", "Write", "make(", "Repeat", "GC", "debug"} {
			if strings.Contains(text, out) {
				t.Skip()
			}
		}
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		if r := s.Run(ctx, Cell{Text: text}); r.Err != nil && (strings.Contains(r.Err.Message, "itself failed") || strings.Contains(r.Err.Message, "vm:")) {
			t.Errorf("%q: %v", text, r.Err)
		}
		if r := s.Run(context.Background(), Cell{Text: "1 + 1"}); r.Err != nil || len(r.Values) != 1 {
			t.Errorf("after %q: %v", text, r.Err)
		}
	})
}
