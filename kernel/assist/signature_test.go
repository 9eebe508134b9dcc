package assist_test

import (
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/assist"
)

func TestSignature(t *testing.T) {
	s := scope(t, `hh := neuron.NewHH()
// scale multiplies.
func scale(x float64, by ...float64) float64 { return x }
func pick[T any](list []T, at int) (found T, ok bool) { return }
type Box struct { N int }
// Put puts.
func (b *Box) Put(n int, name string) error { return nil }
box := &Box{}
func fill(b Box) {}
apply := func(f func(float64) float64, x float64) float64 { return f(x) }`)
	for _, c := range []struct {
		text   string // the cursor is at |
		label  string
		active string // the parameter
		doc    string // a part of the text
	}{
		{"signal.Welch(|", "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)", "x []float64", "Welch estimates"},
		{"signal.Welch(x, 3|)", "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)", "fs float64", "Example:"},
		{"signal.Welch(f(1, 2), []float64{1, 2}[0], |", "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)", "o signal.WelchOptions", "Overlap int"},
		{"signal.Welch(f(1, 2), func(a, b int) int { return a }(1, 2), |", "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)", "o signal.WelchOptions", ""},
		{"signal.Welch(x, 1, signal.WelchOptions{Window: |", "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)", "o signal.WelchOptions", ""},
		{"signal.Welch(x, scale(|", "scale(x float64, by ...float64) float64", "x float64", "scale multiplies."},
		{"scale(1, 2, 3, |", "scale(x float64, by ...float64) float64", "by ...float64", ""},
		{"pick(|", "pick[T any](list []T, at int) (found T, ok bool)", "list []T", ""},
		{"pick([]int{1}, |", "pick[T any](list []T, at int) (found T, ok bool)", "at int", ""},
		{"box.Put(1, |", "box.Put(n int, name string) error", "name string", "Put puts."},
		{"box.Put(1, \"a|", "box.Put(n int, name string) error", "name string", ""},
		{"box.Put(1, \"a\", 3, |", "box.Put(n int, name string) error", "", ""},
		{"fill(|", "fill(b Box)", "b Box", "type Box struct { N int }"},
		{"apply(func(x float64) float64 { return scale(|", "scale(x float64, by ...float64) float64", "x float64", ""},
		{"apply(math.Sin, |", "apply(f func(float64) float64, x float64) float64", "x float64", ""},
		{"append(x, |", "append(s []T, elems ...T) []T", "elems ...T", ""},
		{"make(|", "make(T, size ...int) T", "T", ""},
		{"float64(|", "float64(x)", "x", "converts"},
		{"fmt.Printf(\"größe %d\", |", "fmt.Printf(format string, a ...any) (n int, err error)", "a ...any", "Printf formats"},
		{"func f(a int) {\n\tlocal := func(b string) {}\n\tlocal(|", "local(b string)", "b string", ""},
		{"slices.Sort(|", "", "", ""},
		{"import \"slices\"\nslices.IndexFunc(x, |", "slices.IndexFunc[S ~[]E, E any](s S, f func(E) bool) int", "f func(E) bool", "IndexFunc returns"},
		{"func f(|", "", "", ""},
		{"func (b Box) f(|", "", "", ""},
		{"scale(1)|", "", "", ""},
		{"(1 + |", "", "", ""},
		{"if (|", "", "", ""},
		{"apply(func(x float64) float64 {\n\t|", "", "", ""},
		{"// scale(|", "", "", ""},
		{"nosuch(|", "", "", ""},
		{"|", "", "", ""},
		{"%bench scale(1, |", "scale(x float64, by ...float64) float64", "by ...float64", ""},
		{"%cd (|", "", "", ""},
	} {
		cursor := strings.IndexByte(c.text, '|')
		got, ok := assist.Signature(s, c.text[:cursor]+c.text[cursor+1:], cursor)
		if ok != (c.label != "") || got.Label != c.label {
			t.Errorf("%q: %v %q, want %q", c.text, ok, got.Label, c.label)
			continue
		}
		if !ok {
			continue
		}
		active := ""
		if got.Active >= 0 {
			active = got.Label[got.Params[got.Active].Start:got.Params[got.Active].End]
		}
		if active != c.active {
			t.Errorf("%q: at %q, want %q", c.text, active, c.active)
		}
		text := got.Text()
		if !strings.Contains(text, c.doc) {
			t.Errorf("%q: no %q in %q", c.text, c.doc, text)
		}
		if c.active != "" {
			line := strings.Split(text, "\n")[1]
			if at := strings.IndexByte(line, '^'); []rune(got.Label)[at] != []rune(c.active)[0] || strings.Count(line, "^") != len([]rune(c.active)) {
				t.Errorf("%q: underlined %q", c.text, line)
			}
		}
	}
}
