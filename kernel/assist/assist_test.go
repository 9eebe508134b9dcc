package assist_test

import (
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// scope is a session that has run some cells.
func scope(t testing.TB, cells ...string) *lower.Scope {
	t.Helper()
	auto := map[string]string{"fmt": "fmt", "math": "math", "mat": "gonum.org/v1/gonum/mat"}
	for _, p := range symbols.Packages() {
		if p.Own {
			auto[p.Name] = p.Path
		}
	}
	s := lower.NewScope(lower.Options{Fset: token.NewFileSet(), Types: symbols.Types, Auto: auto})
	for i, c := range cells {
		u, errs := s.Cell(fmt.Sprintf("cell [%d]/_.go", i+1), c)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		u.Commit()
	}
	return s
}

func texts(m assist.Menu) []string {
	var out []string
	for _, it := range m.Items {
		out = append(out, it.Text)
	}
	return out
}

func TestComplete(t *testing.T) {
	s := scope(t, `tr := neuro.Trace{Name: "V"}
type cellModel struct {
	Tau float64
	inner neuro.Spikes
}
func (c *cellModel) Fire(at float64) error { return nil }
m := &cellModel{}
func helper(x float64) float64 { return x }`)
	for _, c := range []struct {
		text  string // the cursor is at |
		first string // first item, kind and type
		have  string // items that must be there, in this order
		not   string // items that must not
	}{
		{"signal.|", "NewWelch function func() WelchOptions", "NewWelch BandPower Welch", "welch"},
		{"signal.Wel|", "Welch function func(x []float64, fs float64, o WelchOptions) (*Spectrum, error)", "Welch", "NewWelch"},
		{"neuron.N|", "NewHH function func() HH", "NewHH NewLIF", ""},
		{"tr.|", "", "Dt FS Name Show Y", "Tau"},
		{"m.|", "", "Fire Tau inner", "FS"},
		{"m.F|", "Fire method func(at float64) error", "Fire", "Tau"},
		{"x := tr\nx.|", "", "Dt FS", ""},
		{"func f() {\n\tlocal := m\n\tfor i := range 3 {\n\t\tlocal.|", "", "Fire Tau", ""},
		{"func f(argument int) {\n\targ|", "argument variable int", "argument", ""},
		{"neuro.Trace{N|", "Name field string", "Name", "Y"},
		{"neuro.Trace{Name: \"a\", |", "Unit field string", "Unit T0 Dt Y", "Name"},
		{"neuro.Trace{Name: \"a\", Y: []float64{tr.D|", "Dt field float64", "Dt", ""},
		{"hel|", "helper function func(x float64) float64", "helper", ""},
		{"sig|", "signal package", "signal", ""},
		{"ret|", "return keyword", "return", ""},
		{"app|", "append function built in", "append", ""},
		{"import \"gonum.org/v1/gonum/ma|\"", "gonum.org/v1/gonum/mat package mat", "gonum.org/v1/gonum/mat gonum.org/v1/gonum/mathext", ""},
		{"%w|", "%who command", "%who", "%help"},
		{"// a comment s|", "", "", "signal"},
		{"fmt.Println(tr.F|", "FS method func() float64", "FS", ""},
		{"nosuch.|", "", "", "Println"},
		{"mat.NewDense(1, 1, nil).T().|", "", "At Dims T", ""},
		{"a, b := 1, tr\nb.D|\nb.Y", "Dt field float64", "Dt", ""},
		{"WELCH|", "", "", ""},
	} {
		cursor := strings.IndexByte(c.text, '|')
		text := c.text[:cursor] + c.text[cursor+1:]
		got := assist.Complete(s, text, cursor)
		list := texts(got)
		if c.first != "" {
			if len(got.Items) == 0 {
				t.Errorf("%q: nothing, want %s first", c.text, c.first)
				continue
			}
			it := got.Items[0]
			if full := it.Text + " " + it.Kind + " " + it.Type; !strings.HasPrefix(full, c.first) {
				t.Errorf("%q: first is %q, want %q", c.text, full, c.first)
			}
		}
		at := -1
		for _, want := range strings.Fields(c.have) {
			i := slices.Index(list, want)
			if i <= at {
				t.Errorf("%q: %s is missing or out of order in %v", c.text, want, list)
			}
			at = max(at, i)
		}
		for _, not := range strings.Fields(c.not) {
			if slices.Contains(list, not) {
				t.Errorf("%q: %s should not be in %v", c.text, not, list)
			}
		}
		if got.Start < 0 || got.Start > cursor || got.End < cursor || got.End > len(text) {
			t.Errorf("%q: replaces %d to %d", c.text, got.Start, got.End)
		}
		for _, it := range got.Items {
			if it.Kind == "" || !strings.HasPrefix(strings.ToLower(it.Text), strings.ToLower(text[got.Start:cursor])) {
				t.Errorf("%q: %+v does not go on from %q", c.text, it, text[got.Start:cursor])
			}
		}
	}
}

func TestCompleteFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"bold.nii.gz", "bold.json", "é.csv", ".hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := scope(t)
	for typed, want := range map[string]string{
		"":     "bold.json bold.nii.gz sub/ é.csv",
		"bold": "bold.json bold.nii.gz",
		"é":    "é.csv",
		".h":   ".hidden",
		"none": "",
	} {
		before := `im, err := nifti.Read("` + filepath.ToSlash(dir) + "/" + typed
		m := assist.Complete(s, before+`")`, len(before))
		if got := strings.Join(texts(m), " "); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestInspect(t *testing.T) {
	s := scope(t, "hh := neuron.NewHH()\nfunc half(x float64) float64 {\n\treturn x / 2 // here\n}\ntr := neuro.Trace{}")
	for _, c := range []struct {
		text   string // the cursor is at |
		detail int
		want   string
	}{
		{"signal.Wel|ch(x)", 0, "func Welch("},
		{"signal.Welch(x, |", 0, "func Welch("},
		{"signal.Welch(x, f(1), |", 0, "func Welch("},
		{"h|h", 0, "var hh neuron.HH"},
		{"hh.Simulate|", 0, "func (m HH) Simulate("},
		{"hh.Simulate(|", 0, "Simulate("},
		{"tr.Dt|", 0, "field Dt float64 (ms)"},
		{"half|", 0, "func half(x float64) float64"},
		{"half|", 1, "return x / 2 // here"},
		{"fmt.Printl|n", 0, "Println formats"},
		{"math|", 0, "package math"},
		{"func g(local int) { local|", 0, "variable local int"},
		{"neuro.Trace|", 0, "func (t Trace) FS() float64"},
		{"len|", 0, "built-in function len"},
	} {
		cursor := strings.IndexByte(c.text, '|')
		text := c.text[:cursor] + c.text[cursor+1:]
		got, ok := assist.Inspect(s, text, cursor, c.detail)
		if !ok || !strings.Contains(got, c.want) {
			t.Errorf("%q: %v %q, want %q", c.text, ok, got, c.want)
		}
	}
	for _, text := range []string{"", "nosuch", "// signal.Welch", "nosuch.Thing(", "3"} {
		if got, ok := assist.Inspect(s, text, len(text), 0); ok {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestDoc(t *testing.T) {
	for name, want := range map[string]string{
		"signal":                       "package signal",
		"signal.Welch":                 "func Welch(",
		"signal.welch":                 "func Welch(",
		"signal.SOS.FiltFilt":          "func (s SOS) FiltFilt(",
		"Welch":                        "func Welch(",
		"math/rand/v2":                 "package rand // import \"math/rand/v2\"",
		"math/rand/v2.NewPCG":          "func NewPCG(",
		"gonum.org/v1/gonum/mat.Dense": "type Dense struct",
		"time.Monday":                  "Monday",
		"plot":                         "neuro/plot",
	} {
		if got, ok := assist.Doc(name); !ok || !strings.Contains(got, want) {
			t.Errorf("Doc(%s): %v %.200q, want %q", name, ok, got, want)
		}
	}
	for name, near := range map[string]string{
		"signal.Wlech": "signal.Welch", "singal": "signal", "neuron.NewHHH": "neuron.NewHH", "xyzzy.xyzzy": "",
	} {
		got, ok := assist.Doc(name)
		if ok || !strings.Contains(got, near) {
			t.Errorf("Doc(%s): %v %q, want it near %q", name, ok, got, near)
		}
	}
}

// FuzzComplete looks for text at which completion or inspection fails.
func FuzzComplete(f *testing.F) {
	for _, text := range []string{"signal.", "x.", "func f() {\n", "neuro.Trace{", "\"abc/", "import (\"", "go func() {", "type T struct { a T", "é.", "a[b.(", "%", "/* ", "`", "x := x"} {
		f.Add(text, len(text))
	}
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		s := scope(t)
		m := assist.Complete(s, text, cursor)
		if m.Start < 0 || m.End > len(text) || m.Start > m.End {
			t.Errorf("replaces %d to %d of %d", m.Start, m.End, len(text))
		}
		assist.Inspect(s, text, cursor, 1)
	})
}
