package session

import "testing"

// TestLibrary uses compiled packages as cells do: functions, variables,
// constants, types with methods, types that are an alias of an internal one,
// callbacks, and interfaces that a type of a cell implements.
func TestLibrary(t *testing.T) {
	b := open(t)
	for _, c := range []struct{ text, want string }{
		{"var first *plot.Figure\nfirst == nil", "true"},
		{"first = plot.Line([]float64{1, 2}, []float64{3, 4})\nlen(first.Panels)", "1"},
		{"math.Pi", "3.141592653589793"},
		{"uint64(math.MaxUint64)", "18446744073709551615"},
		{"import \"time\"\n(3 * time.Second).String()", `"3s"`},
		{"import \"unicode/utf8\"\nutf8.RuneError == '\uFFFD'", "true"},
		{"import \"math/rand/v2\"\nrand.New(rand.NewPCG(1, 2)).IntN(1)", "0"},
		{"mat.Trace(mat.NewDiagDense(2, []float64{1, 2}))", "3"},
		{"neuro.Trace{Dt: 0.5}.FS()", "2000"},
		{"f := plot.Line([]float64{1, 2}, []float64{3, 4})\nf.Title = \"t\"\nlen(f.Panels)", "1"},
		{"var g *plot.Figure = f\ng == f, 1", "error"},
		{"var g *plot.Figure = f\ng == f", "true"},
		{"panels := f.Panels\npanels[0].Title = \"x\"\nf.Panels[0].Title", `"x"`},
		{"import \"os\"\nos.Args[1:]", `["-n" "3"]`},
		{"import \"io\"\nio.EOF", "EOF"},
		{"import \"errors\"\nerrors.Is(fmt.Errorf(\"%w\", io.EOF), io.EOF)", "true"},
		{"import \"sort\"\ntype by []int\nfunc (b by) Len() int { return len(b) }\nfunc (b by) Less(i, j int) bool { return b[i] > b[j] }\nfunc (b by) Swap(i, j int) { b[i], b[j] = b[j], b[i] }\nx := by{1, 3, 2}\nsort.Sort(x)\nx", "[3 2 1]"},
		{"type up struct{ r io.Reader }\nfunc (u up) Read(p []byte) (int, error) {\n\tn, err := u.r.Read(p)\n\tcopy(p[:n], bytes.ToUpper(p[:n]))\n\treturn n, err\n}\nimport (\"bytes\"; \"strings\")\ntext, err := io.ReadAll(up{strings.NewReader(\"abc\")})\nstring(text)", `"ABC"`},
		{"hh := neuron.NewHH()\nstep := stim.Func(func(t float64) float64 { if t > 5 { return 10 }; return 0 })\nr, err := hh.Simulate(step, 50, 0.01)\nr.Count() > 1", "true"},
		{"err", "nil"},
		{"import \"gonum.org/v1/gonum/integrate/quad\"\nfmt.Sprintf(\"%.6f\", quad.Fixed(func(x float64) float64 { return x * x }, 0, 3, 10, nil, 0))", `"9.000000"`},
		{"import \"gonum.org/v1/gonum/optimize\"\nres, err := optimize.Minimize(optimize.Problem{Func: func(x []float64) float64 { return (x[0] - 2) * (x[0] - 2) }}, []float64{0}, nil, &optimize.NelderMead{})\nfmt.Sprintf(\"%.3f\", res.X[0])", `"2.000"`},
		{"import \"text/template\"\nvar out strings.Builder\ntemplate.Must(template.New(\"\").Parse(\"{{.Len}} {{range .}}<{{.}}>{{end}}\")).Execute(&out, x)\nout.String()", `"3 <3><2><1>"`},
	} {
		r := b.do(t, c.text)
		got := values(r)
		if r.Err != nil {
			got = "error"
			if c.want != "error" {
				got += " " + r.Err.Error()
			}
		}
		if got != c.want {
			t.Errorf("%s\ngave %q, want %q", c.text, got, c.want)
		}
	}
}
