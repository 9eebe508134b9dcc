package highlight

import (
	"fmt"
	"strings"
	"testing"
)

func ExampleSpans() {
	src := `r := neuron.NewHH() // squid`
	for _, s := range Spans(src) {
		fmt.Println(s.Class == Comment, src[s.Start:s.End])
	}
	// Output:
	// false :=
	// false neuron
	// false NewHH
	// true // squid
}

var letters = map[Class]string{Keyword: "k", Builtin: "b", Package: "p", Function: "f", Text: "s", Number: "n", Comment: "c", Operator: "o", Command: "!"}

func TestSpans(t *testing.T) {
	for src, want := range map[string]string{
		"":                           "",
		"x":                          "",
		"func f(v float64) error":    "k:func f:f b:float64 b:error",
		"x := 2.5e-3 + 0x1f":         "o::= n:2.5e-3 o:+ n:0x1f",
		"fmt.Println(`a\nb`, 'c')":   "p:fmt f:Println s:`a\nb` s:'c'",
		"x.fmt.y":                    "",
		"hh.Simulate(s)":             "f:Simulate",
		"s := \"unfinished":          "o::= s:\"unfinished",
		"a /* b\nc */ d":             "c:/* b\nc */",
		"for i := range 3 { // µ 日本": "k:for o::= k:range n:3 c:// µ 日本",
		"%who":                       "!:%who",
		"!ls -l | wc":                "!:!ls -l | wc",
		"%%\nx := 1":                 "!:%% o::= n:1",
		"%time f(1)":                 "!:%time f:f n:1",
		"if x.len == nil { len(x) }": "k:if o:== b:nil b:len",
		"`a\r\nb` + 1":               "s:`a\r\nb` o:+ n:1",
		"@ $ \x00 ?":                 "",
	} {
		var got []string
		for _, s := range Spans(src) {
			got = append(got, letters[s.Class]+":"+src[s.Start:s.End])
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%q:\n%q\nwant\n%q", src, g, want)
		}
	}
}

// Spans are in order, do not overlap and stay within the text, whatever it is.
func FuzzSpans(f *testing.F) {
	for _, s := range []string{"x := `a\r", "%time", "!\n%x\ny", "a.b.c(", "/*", "\"\\", "func (", "\ufeffx", "//\r\n1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		at := 0
		for _, s := range Spans(src) {
			if s.Start < at || s.End <= s.Start || s.End > len(src) || s.Class == 0 {
				t.Fatalf("%q: span %v after %d of %d", src, s, at, len(src))
			}
			at = s.End
		}
	})
}

func BenchmarkSpans(b *testing.B) {
	src := strings.Repeat("r, err := neuron.NewHH().Simulate(stim.Step(10, 20, 120), 140, 0.01) // ms\n", 30)
	b.SetBytes(int64(len(src)))
	for range b.N {
		Spans(src)
	}
}
