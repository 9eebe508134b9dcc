package assist_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/symbols"
)

var started = []string{
	"signal.", "x.", "func f() {\n", "neuro.Trace{", "\"abc/", "import (\"", "go func() {", "type T struct { a T", "é.", "a[b.(", "%", "/* ", "`", "x := x",
	"scale(1, ", "L: for { break ", "if x {} else if ", "%bench m.", "!ls ", "m.Fire(m, ", "type T[P any] struct { *T[P] }\nT[int]{}.", "x := ) (\n", "append(", "new(",
	"%%\nx.", "%help t", "nifti.Read(\"a", "func (", "interface{ ", "switch x := any(1).(type) { case ", "const ( a = iota; b\n", "var x, y = 1, ", "return ", "goto ",
}

// world has some of everything that a session can declare.
func world(t testing.TB) assist.World {
	return scope(t, `x := neuro.Trace{}
type Model struct { Tau float64; inner *Model; neuro.Trace }
func (m *Model) Fire(at float64, other ...*Model) (n int, err error) { return }
m := &Model{}
func scale[T any](x T, by int) T { return x }
const é = 3
var any1 any`)
}

// FuzzComplete looks for text at which completion fails, or offers what cannot
// replace what it says.
func FuzzComplete(f *testing.F) {
	for _, text := range started {
		f.Add(text, len(text))
	}
	w := world(f)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		m := assist.Complete(w, text, cursor)
		if m.Start < 0 || m.End > len(text) || m.Start > m.End {
			t.Fatalf("replaces %d to %d of %d", m.Start, m.End, len(text))
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[:m.Start]+"x"+text[m.End:]) {
			t.Errorf("cuts a letter: %d to %d", m.Start, m.End)
		}
		seen := map[string]bool{}
		for _, it := range m.Items {
			if it.Text == "" || seen[it.Text+it.Kind] {
				t.Errorf("%+v is empty or there twice", it)
			}
			seen[it.Text+it.Kind] = true
		}
	})
}

// FuzzInspect looks for text at which inspection fails.
func FuzzInspect(f *testing.F) {
	for _, text := range started {
		f.Add(text, len(text), 0)
	}
	w := world(f)
	f.Fuzz(func(t *testing.T, text string, cursor, detail int) {
		if out, ok := assist.Inspect(w, text, cursor, detail); ok && strings.TrimSpace(out) == "" {
			t.Error("says nothing")
		}
		assist.Name(w, text, detail)
	})
}

// FuzzSignature looks for text at which the description of a call fails.
func FuzzSignature(f *testing.F) {
	for _, text := range started {
		f.Add(text, len(text))
	}
	w := world(f)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		c, ok := assist.Signature(w, text, cursor)
		if !ok {
			return
		}
		for _, s := range c.Params {
			if s.Start < 0 || s.Start > s.End || s.End > len(c.Label) {
				t.Fatalf("parameter %v of %q", s, c.Label)
			}
		}
		if c.Active >= len(c.Params) {
			t.Errorf("parameter %d of %d", c.Active, len(c.Params))
		}
		c.Text()
	})
}

// BenchmarkComplete completes in a session with 500 names.
func BenchmarkComplete(b *testing.B) {
	var cell strings.Builder
	for i := range 125 {
		fmt.Fprintf(&cell, "v%d := neuro.Trace{}\nfunc f%d(x float64) float64 { return x + v%d.Dt }\ntype T%d struct{ A, B int }\nconst c%d = %d\n", i, i, i, i, i, i)
	}
	w := scope(b, cell.String())
	symbols.Doc("fmt")
	for _, text := range []string{"", "v1", "v77.", "signal.Welch(v77.", "neuron.HH{G", "func g() {\n\ty := v3\n\tfor i := range 3 {\n\t\tf7(y."} {
		b.Run(text, func(b *testing.B) {
			start := time.Now()
			assist.Complete(w, text, len(text))
			b.ReportMetric(float64(time.Since(start).Microseconds())/1000, "ms-first")
			for b.Loop() {
				assist.Complete(w, text, len(text))
			}
		})
	}
}
