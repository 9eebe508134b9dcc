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
func scope(t testing.TB, cells ...string) assist.World {
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
	return assist.World{Scope: s}
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
		{"signal.|", "NewAperiodic function func() AperiodicOptions", "NewWelch BandPower Welch", "welch"},
		{"signal.Wel|", "Welch function func(x []float64, fs float64, o WelchOptions) (*Spectrum, error)", "Welch", "NewWelch"},
		{"neuron.N|", "NewAdEx function func() AdEx", "NewAdEx NewHH NewLIF", ""},
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
		// what fits the place
		{"whole := 3\nratio := 0.5\nhelper(|", "ratio variable float64", "ratio whole math", ""},
		{"whole := 3\nratio := 0.5\nwhole = |", "whole variable int", "whole ratio", ""},
		{"whole := 3\nratio := 0.5\nif |", "", "ratio whole", ""},
		{"yes := 3 > 2\nif |", "yes variable bool", "yes m", ""},
		{"func f() (int, string) {\n\ta, b := \"\", 1\n\treturn b, |", "a variable string", "a b", ""},
		{"signal.Welch(tr.|", "Y field []float64", "Y Dt", ""},
		{"signal.Welch(tr.Y, 1000, |", "signal.NewWelch function", "signal.NewWelch signal.WelchOptions{ tr", ""},
		{"signal.Welch(tr.Y, 1000, signal.|", "NewWelch function", "NewWelch WelchOptions Welch", ""},
		{"signal.Welch(tr.Y, 1000, signal.WelchOptions{|", "Window field string", "Window SegmentLen Unit", ""},
		{"neuro.Trace{Y: []float64{helper(|", "", "helper tr", ""},
		{"k := map[string]int{}\nx := \"a\"\ni := 1\nk[|", "x variable string", "x i", ""},
		{"k := []string{}\nx := \"a\"\ni := 1\nk = append(k, |", "x variable string", "x i", ""},
		{"c := make(chan string)\nx := \"a\"\ni := 1\nc <- |", "x variable string", "x i", ""},
		{"x := \"a\"\ni := 1\nif i == |", "i variable int", "i x", ""},
		{"x := \"a\"\ni := 1\nswitch x {\ncase |", "x variable string", "x i", ""},
		// local names before those of the session
		{"func f(tiny int) {\n\tt|", "tiny variable int", "tiny tr table", ""},
		{"go func(inner float64) {\n\tin|", "inner variable float64", "inner info", ""},
		{"for index, item := range []string{\"a\"} {\n\tfunc() {\n\t\ti|", "index variable int", "index item", ""},
		// chains
		{"[]neuro.Trace{tr}[0].D|", "Dt field float64 (ms)", "Dt", ""},
		{"map[string]neuro.Trace{}[\"a\"].D|", "Dt field float64", "Dt", ""},
		{"func() neuro.Trace { return tr }().D|", "Dt field float64", "Dt", ""},
		{"(&tr).D|", "Dt field float64", "Dt", ""},
		{"m.inner.|", "", "", "Tau"},
		{"signal.NewWelch().W|", "Window field string", "Window", ""},
		{"any(tr).(neuro.Trace).D|", "Dt field float64", "Dt", ""},
		// literals
		{"neuron.HH{GN|", "GNa field float64 (mS/cm2)", "GNa", "GK"},
		{"neuron.HH{C: 1, |, GK: 36}", "GNa field", "GNa GL", "GK C"},
		{"&neuron.HH{|", "C field float64 (uF/cm2)", "C GNa", ""},
		{"[]neuron.HH{{|", "C field float64", "C GNa", ""},
		{"map[string]*neuron.HH{\"a\": {|", "C field float64", "C GNa", ""},
		{"neuron.HH{\n\tC: 1,\n\tG|\n}\ny := 3", "GNa field", "GNa GK GL", "C"},
		{"cellModel{|", "Tau field float64", "Tau inner", "Fire"},
		{"cellModel{Tau: h|", "helper function", "helper", "Tau"},
		// text around the cursor
		{"x := tr\nx.|\nfmt.Println(x.FS())", "", "Dt FS", ""},
		{"func f() {\n\tg().|\n}\n\nfunc g() neuro.Trace { return tr }\n", "", "Dt FS", ""},
		{"lat|\n\ntype laterType struct {\n\ta int\n}\n", "laterType type", "laterType", ""},
		{"y := helper(\nfmt.Println(\ntr.D|", "Dt field", "Dt", ""},
		{"func (\ntr.D|", "Dt field", "Dt", ""},
		{"x := ) ( tr\ntr.D|", "Dt field", "Dt", ""},
		{"a := tr; b := a.|; _ = b", "", "Dt FS", ""},
		// letters of any kind
		{"größe := tr\ngröße.D|", "Dt field", "Dt", ""},
		{"größe := 3\ngr|", "größe variable int", "größe", ""},
		{"größe := 3\ngrö|", "größe variable int", "größe", ""},
		{"größe := 3\nfmt.Println(\"Größe – ∑\", grö|)", "größe variable int", "größe", ""},
		{"σ := 3\n// äöü\n/* ∑ */ y := \"∫\"; σ|", "σ variable int", "σ", ""},
		{"𝛼 := tr\n𝛼.D|", "Dt field", "Dt", ""},
		{"s := \"😀😀\"; tr.D|", "Dt field", "Dt", ""},
		{"fmt.Println(\"🧠\", len(\"🧠\"), tr.D|)", "Dt field", "Dt", ""},
		{"/* 🧠 */ neuro.Trace{Name: \"🧠\", Un|", "Unit field", "Unit", "Name"},
		// generic functions and types
		{"func first[T any](x []T) T { return x[0] }\nfirst([]neuro.Trace{tr}).D|", "Dt field", "Dt", ""},
		{"func keep[T any](x T) T { return x }\nkeep(m).F|", "Fire method", "Fire", ""},
		{"type pair[A, B any] struct{ left A; right B }\np := pair[int, neuro.Trace]{}\np.right.D|", "Dt field", "Dt", ""},
		{"type pair[A, B any] struct{ left A; right B }\np := pair[int, neuro.Trace]{l|", "left field int", "left", "right"},
		{"import \"slices\"\nslices.Sorte|", "Sorted function", "Sorted SortedFunc", ""},
		{"func f[Number any](x Number) {\n\tvar y Nu|", "Number type", "Number", ""},
		{"import \"maps\"\nfor k := range maps.K|", "Keys function", "Keys", ""},
		// after errors, inside unfinished code
		{"undefinedThing(3)\ntr.D|", "Dt field", "Dt", ""},
		{"x := nosuch.Thing\ny := tr\ny.D|", "Dt field", "Dt", ""},
		{"func f( {\n}\ntr.D|", "Dt field", "Dt", ""},
		{"for i := range {\n\ttr.D|", "Dt field", "Dt", ""},
		{"x := []float64{1, 2,\ntr.D|", "Dt field", "Dt", ""},
		{"s := \"unterminated\ntr.D|", "Dt field", "Dt", ""},
		{"if tr.Dt > 0 {\n\tfmt.Println(\"a\")\n\ttr.D|", "Dt field", "Dt", ""},
		{"go func() { m.F|", "Fire method", "Fire", ""},
		{"select {\ncase <-func() chan int { tr.D|", "Dt field", "Dt", ""},
		// other ways to type a name
		{"if m != nil {\n} else if tr.D|", "Dt field", "Dt", ""},
		{"if q := tr; q.D|", "Dt field", "Dt", ""},
		{"for i := 0; i < 3 && tr.D|", "Dt field", "Dt", ""},
		{"for _, v := range tr.|", "", "Dt Y", ""},
		{"switch tr.D|", "Dt field", "Dt", ""},
		{"for {\n\tif q := tr; q.Dt > 0 {\n\t\tq.D|", "Dt field", "Dt", ""},
		{"defer func() {\n\tq := tr\n\tq.D|", "Dt field", "Dt", ""},
		{"signal.welch|", "Welch function", "Welch", "NewWelch"},
		{"neuron.NHH|", "NewHH function", "NewHH", "NewLIF"},
		{"fmri.Displacement|", "FramewiseDisplacement function", "FramewiseDisplacement", "Motion"},
		{"signal.bpow|", "BandPower function", "BandPower", ""},
		{"wel|", "signal.Welch function func(x []float64, fs float64, o WelchOptions)", "signal.Welch", "NewWelch"},
		{"WELCH|", "signal.Welch function", "signal.Welch", ""},
		{"welcome := 3\nwel|", "welcome variable int", "welcome", "signal.Welch"},
		// calls that go or defer wait for
		{"defer tr.|", "", "Dt FS", ""},
		{"go m.F|", "Fire method", "Fire", ""},
		{"func f() {\n\tdefer m.F|\n}", "Fire method", "Fire", ""},
		{"func f() {\n\tdefer helper(1)\n\tgo m.F|", "Fire method", "Fire", ""},
		{"math.S|", "Signbit function", "Sin Sqrt SmallestNonzeroFloat64 Sqrt2", ""},
		// labels
		{"outer:\nfor {\n\tfor {\n\t\tbreak o|", "outer label", "outer", "output"},
		{"func f() {\n\tagain:\n\tfor {\n\t\tgoto |", "again label", "again", "break"},
		{"L:\nfor {\n\tfunc() { for { continue |", "", "", "L"},
		// strings, numbers and comments hold no names
		{"x := 3.|", "", "", "abs"},
		{"x := 'h|", "", "", "helper"},
		{"/* hel|", "", "", "helper"},
		// imports
		{"import \"fouri|\"", "gonum.org/v1/gonum/dsp/fourier package", "gonum.org/v1/gonum/dsp/fourier", ""},
		{"import (\n\t\"fmt\"\n\tr \"math/ra|", "math/rand package rand", "math/rand math/rand/v2", ""},
		{"import \"git|", "github.com/neurorepl/neurorepl/neuro package neuro", "", "fmt"},
		// commands
		{"%be|", "%bench command", "%bench", "%who"},
		{"%bench hel|", "helper function", "helper", ""},
		{"%bench tr.|", "", "Dt FS", ""},
		{"%time x := tr.|", "", "Dt FS", ""},
		{"%who\n%time tr.D|", "Dt field", "Dt", ""},
		{"%who\nx := tr\nx.D|", "Dt field", "Dt", ""},
		{"%help be|", "bench command", "bench", "who"},
		{"%env HOM|", "", "HOME", ""},
		{"%who |", "", "", "tr"},
		{"%bench %w|", "", "", "%who"},
		{"%% -flag\ntr.D|", "Dt field", "Dt", ""},
		{"y := 7\n%h|", "", "", "%help"},
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
			if it.Kind == "" || it.Text == "" {
				t.Errorf("%q: %+v", c.text, it)
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
		"":     "bold.nii.gz sub/ bold.json é.csv",
		"bold": "bold.nii.gz bold.json",
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
	s := scope(t, "hh := neuron.NewHH()\nfunc half(x float64) float64 {\n\treturn x / 2 // here\n}\ntr := neuro.Trace{}",
		"// rates are transitions.\ntype rates struct {\n\tScale float64 `unit:\"1/ms\"` // how fast\n}\n\n// Of gives a rate.\nfunc (r rates) Of(v float64) float64 { return v }\n"+
			"const limit = 7\n// documented does nothing.\nfunc documented(n int) {}\nrate := rates{}\ngröße := 3")
	for _, c := range []struct {
		text   string // the cursor is at |
		detail int
		want   string
	}{
		{"signal.Wel|ch(x)", 0, "func Welch("},
		{"signal.Welch(x, |", 0, "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)\n" +
			"                          ^^^^^^^^^^\n"},
		{"signal.Welch(x, f(1), |", 0, "Overlap int"},
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
		{"len|", 0, "built-in function len(v) int"},
		{"neuron.HH{GN|a: 1}", 0, "field GNa float64 (mS/cm2)\n\nof neuron.HH\n\nlargest sodium conductance"},
		{"rate.Sc|ale", 0, "field Scale float64 (1/ms)\n\nof rates\n\nhow fast"},
		{"rate.Of|", 0, "func (rates) Of(v float64) float64\n\nOf gives a rate."},
		{"rates|", 0, "type rates struct {\n\tScale float64 `unit:\"1/ms\"` // how fast\n}\n\ndeclared in cell [2]/_.go\n\nrates are transitions.\nfunc (rates) Of(v float64) float64"},
		{"limit|", 0, "const limit untyped int = 7"},
		{"documented|", 0, "func documented(n int)\n\ndeclared in cell [2]/_.go\n\ndocumented does nothing."},
		{"größe|", 0, "var größe int"},
		{"x := \"∫\"; größ|e", 0, "var größe int"},
		{"mat.NewDense(1, 1, nil).T().At|(0, 0)", 0, "At(i int, j int) float64\n\nAt returns the value of a matrix element"},
		{"nifti.Read(\"a|", 0, "nifti.Read(path string)"},
		{"outer:\nfor {\n\tbreak out|er", 0, "label outer"},
		{"%bench hh.Sim|ulate", 0, "func (m HH) Simulate("},
		{"%ben|ch x", 0, "%bench STATEMENT"},
		{"%cd |", 0, "%cd [DIR]"},
		{"%who\nhh.C|", 0, "field C float64 (uF/cm2)"},
	} {
		cursor := strings.IndexByte(c.text, '|')
		text := c.text[:cursor] + c.text[cursor+1:]
		got, ok := assist.Inspect(s, text, cursor, c.detail)
		if !ok || !strings.Contains(got, c.want) {
			t.Errorf("%q: %v %q, want %q", c.text, ok, got, c.want)
		}
	}
	w := s
	w.Value = func(o *lower.Object) string { return "<" + o.Name + ">" }
	if got, _ := assist.Inspect(w, "hh", 1, 0); !strings.HasPrefix(got, "var hh neuron.HH = <hh>\n\ndeclared in cell [1]/_.go\n\npackage neuron") {
		t.Errorf("a variable: %q", got)
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
		"signal.Wlech": "signal.Welch", "singal": "signal",
		"response times": "behavior.FitExGauss", "signal detection": "behavior.SDT", "stop-signal": "behavior.StopSignal", "missing values": "table.Table.Complete", "duplicates": "table.Table.Distinct", "Discounting rates": "behavior.FitDiscounting",
		"grasshopper": "dataset.", "neuron.NewHHH": "neuron.NewHH", "xyzzy.xyzzy": "",
	} {
		got, ok := assist.Doc(name)
		if ok || !strings.Contains(got, near) {
			t.Errorf("Doc(%s): %v %q, want it near %q", name, ok, got, near)
		}
	}
}
