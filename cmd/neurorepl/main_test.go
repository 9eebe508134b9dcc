package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// The test binary is also the command that the tests call.
func TestMain(m *testing.M) {
	if os.Getenv("NEUROREPL_TEST_COMMAND") != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func command1(t *testing.T, dir, stdin string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "NEUROREPL_TEST_COMMAND=1", "HOME="+dir, "NEUROREPL_HISTORY=")
	return cmd
}

// call runs the command and returns what it printed and its status.
func call(t *testing.T, dir, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := command1(t, dir, stdin, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCalls(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ok.go"), "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Println(os.Args[1:]) }\n")
	write(t, filepath.Join(dir, "three.go"), "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(3) }\n")
	write(t, filepath.Join(dir, "wrong.go"), "package main\n\nfunc main() {\n\tx := 1\n\tvar y string = x\n\t_ = y\n}\n")
	write(t, filepath.Join(dir, "syntax.go"), "package main\n\nfunc main() {\n\tx := := 1\n}\n")
	write(t, filepath.Join(dir, "panic.go"), "package main\n\nfunc main() { panic(\"ouch\") }\n")
	write(t, filepath.Join(dir, "nb.txt"), "x")
	write(t, filepath.Join(dir, "bad.ipynb"), "{}")
	write(t, filepath.Join(dir, "nomain.go"), "package other\n")
	for _, test := range []struct {
		args   string
		stdin  string
		status int
		out    string // within standard output
		err    string // within standard error
	}{
		{"help", "", 0, "neurorepl run [-figures DIR] FILE.go [ARG ...]", ""},
		{"--help", "", 0, "neurorepl doctor", ""},
		{"help run", "", 0, "-figures DIR", ""},
		{"run -h", "", 0, "-figures DIR", ""},
		{"help nonsense", "", 2, "", "no command"},
		{"versoin", "", 2, "", `the nearest is "version"`},
		{"zzz", "", 2, "", "neurorepl help"},
		{"--zzz", "", 2, "", "no flag --zzz"},
		{"ok.go", "", 2, "", "neurorepl run ok.go"},
		{"version", "", 0, "neurorepl ", ""},
		{"version x", "", 2, "", "too much"},
		{"doctor", "", 0, "processor", ""},
		{"doctor x", "", 2, "", "too much"},
		{"run", "", 2, "", "no file"},
		{"run -nonsense ok.go", "", 2, "", "nonsense"},
		{"run none.go", "", 1, "", "none.go"},
		{"run .", "", 1, "", "folder"},
		{"run ok.go -a b", "", 0, "[-a b]", ""},
		{"run three.go", "", 3, "", ""},
		{"run wrong.go", "", 1, "", "wrong.go:5:17: "},
		{"run syntax.go", "", 1, "", "syntax.go:4:7: "},
		{"run panic.go", "", 2, "", "panic: ouch"},
		{"run bad.ipynb", "", 2, "", "neurorepl exec"},
		{"exec", "", 2, "", "0 files"},
		{"exec none.ipynb", "", 1, "", "none.ipynb"},
		{"exec bad.ipynb", "", 1, "", "bad.ipynb: notebook: not a notebook"},
		{"convert ok.go", "", 2, "", "1 files"},
		{"convert ok.go nb.txt", "", 2, "", "one must be a .ipynb"},
		{"convert nomain.go x.ipynb", "", 1, "", "package other"},
		{"convert syntax.go x.ipynb", "", 1, "", "syntax.go:4:7"},
		{"doc", "", 2, "", "no name is given"},
		{"doc lapse rate", "", 1, "", "behavior.FitPsychometricBayes"},
		{"doc zzqqj xqqz", "", 1, "", "no documentation of zzqqj xqqz"},
		{"doc fmt.Println", "", 0, "func Println(", ""},
		{"doc -gallery", "", 0, "spikes.PeriStimulus.Plot\n", ""},
		{"doc -gallery f-I", "", 0, "f-I curve — neuron.FI.Plot\n", ""},
		{"doc -gallery nothing of the kind", "", 1, "", "no figure"},
		{"doc -gallery -html gallery.html", "", 0, "gallery.html has ", ""},
		{"doc -gallery f-I -html gallery.html", "", 2, "", "either a word"},
		{"doc -html gallery.html", "", 2, "", "-gallery"},
		{"doc fmt.Printn", "", 1, "", "fmt.Print"},
		{"kernel", "", 2, "", "-f"},
		{"kernel -f none.json", "", 1, "", "none.json"},
		{"install -user -prefix x", "", 1, "", "one is allowed"},
		{"install there", "", 2, "", "there"},
		{"", "package main\n\nfunc main() { println(1) }\n", 0, "", "1"},
		{"run -", "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(7) }\n", 7, "", ""},
		{"", "package main\n\nfunc main() { x }\n", 1, "", "stdin:3:15: "},
		{"", "x := 20\nx + 1\n\nfor i := range 2 {\n\tfmt.Println(\"i\", i)\n}\n\"text\"\n", 0, "21\ni 0\ni 1\n\"text\"\n", ""},
		{"", "1 + 1\n\nnope\n3\n", 1, "2\n", "stdin:3:1: undefined: nope"},
		{"", "// %%\nx := 1\nx\n// %%\nx + 1\n", 0, "1\n2\n", ""},
		{"", "for {\n", 1, "", "stdin:"},
		{"", "  \n", 0, "", ""},
	} {
		out, errs, status := call(t, dir, test.stdin, strings.Fields(test.args)...)
		if status != test.status || !strings.Contains(out, test.out) || !strings.Contains(errs, test.err) {
			t.Errorf("neurorepl %s < %q: status %d, want %d\nstdout %q, want %q\nstderr %q, want %q",
				test.args, test.stdin, status, test.status, out, test.out, errs, test.err)
		}
		if test.status == 0 && test.err == "" && errs != "" {
			t.Errorf("neurorepl %s: wrote %q to standard error", test.args, errs)
		}
	}
}

// Figures go beside the script or where -figures says.
func TestFigures(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "sub", "show.go"), `package main

import (
	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

func main() { display.Show(neuro.Trace{Name: "V", Unit: "mV", Dt: 1, Y: []float64{1, 2, 3}}) }
`)
	out, errs, status := call(t, dir, "", "run", filepath.Join("sub", "show.go"))
	if status != 0 || !strings.HasPrefix(out, "show_figures/figure_01.png") {
		t.Fatalf("status %d, %q, %q", status, out, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "sub", "show_figures", "figure_01.png")); err != nil {
		t.Error(err)
	}
	call(t, dir, "", "run", "-figures", "here", filepath.Join("sub", "show.go"))
	if _, err := os.Stat(filepath.Join(dir, "here", "figure_01.png")); err != nil {
		t.Error(err)
	}
}

// A notebook runs in its own folder; what went wrong names the cell, and the
// outputs up to there are stored.
func TestExec(t *testing.T) {
	dir := t.TempDir()
	if _, errs, status := call(t, dir, "", "convert",
		write(t, filepath.Join(dir, "a.go"), "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\t// %% [markdown]\n\t// # Title\n\n\t// %%\n\tdata, err := os.ReadFile(\"data.txt\")\n\tfmt.Println(string(data), err)\n\n\t// %%\n\tvar m map[string]int\n\tm[\"x\"] = len(os.Args)\n\n\t// %%\n\tfmt.Println(\"never\")\n}\n"),
		filepath.Join(dir, "sub", "..", "a.ipynb")); status != 0 && !strings.Contains(errs, "no such") {
		t.Fatal(errs)
	}
	os.MkdirAll(filepath.Join(dir, "sub"), 0o755)
	if _, errs, status := call(t, dir, "", "convert", "a.go", "sub/a.ipynb"); status != 0 {
		t.Fatal(errs)
	}
	write(t, filepath.Join(dir, "sub", "data.txt"), "from the folder")
	_, errs, status := call(t, dir, "", "exec", "sub/a.ipynb", "-o", "out.ipynb", "-html", "out.html")
	if status != 1 || !strings.Contains(errs, "sub/a.ipynb: cell 3 (In [2]): panic") {
		t.Errorf("status %d, %q", status, errs)
	}
	data, err := os.ReadFile(filepath.Join(dir, "out.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			Count   *int             `json:"execution_count"`
			Outputs []map[string]any `json:"outputs"`
		}
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "from the folder <nil>") {
		t.Errorf("it did not run in its folder:\n%s", data)
	}
	if len(nb.Cells) != 4 || len(nb.Cells[2].Outputs) != 1 || nb.Cells[2].Outputs[0]["output_type"] != "error" || nb.Cells[3].Count != nil {
		t.Errorf("stored: %s", data)
	}
	page, err := os.ReadFile(filepath.Join(dir, "out.html"))
	if err != nil || !strings.Contains(string(page), "<h1 id=\"title\">Title</h1>") {
		t.Errorf("%v\n%s", err, page)
	}
	if before, err := os.ReadFile(filepath.Join(dir, "sub", "a.ipynb")); err != nil || strings.Contains(string(before), "from the folder") {
		t.Errorf("-o changed the notebook itself (%v)", err)
	}
}

// exec -p gives values to the cell tagged "parameters", and they keep its types.
func TestExecParameters(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.ipynb"), `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
 {"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "source": "amp, subject := 10.0, \"sub-01\"", "outputs": [], "execution_count": null},
 {"cell_type": "code", "id": "b", "metadata": {}, "source": "fmt.Printf(\"%T %v %s\", amp, amp, subject)", "outputs": [], "execution_count": null}]}`)
	if _, errs, status := call(t, dir, "", "exec", "a.ipynb", "-o", "b.ipynb", "-p", "amp=12", "-p", "subject=sub-02"); status != 0 {
		t.Fatal(errs)
	}
	data, err := os.ReadFile(filepath.Join(dir, "b.ipynb"))
	if err != nil || !strings.Contains(string(data), "float64 12 sub-02") || !strings.Contains(string(data), "injected-parameters") {
		t.Errorf("%v\n%s", err, data)
	}
	for _, test := range [][2]string{{"amp", "NAME=VALUE"}, {"amplitude=3", "sets amp, subject"}, {"amp=3 4", "no Go expression"}} {
		if _, errs, status := call(t, dir, "", "exec", "a.ipynb", "-o", "c.ipynb", "-p", test[0]); status == 0 || !strings.Contains(errs, test[1]) {
			t.Errorf("-p %q: status %d, %q", test[0], status, errs)
		}
	}
}

// exec -provenance writes what made the outputs beside them, in the folder of the call.
func TestExecProvenance(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "sub", "a.ipynb"), `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
 {"cell_type": "code", "id": "a", "metadata": {}, "source": "stim.OU(0, 1, 5, 4711)", "outputs": [], "execution_count": null}]}`)
	if _, errs, status := call(t, dir, "", "exec", "sub/a.ipynb", "-provenance", "run.json"); status != 0 {
		t.Fatal(errs)
	}
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil || !strings.Contains(string(data), `"seed": 4711`) || !strings.Contains(string(data), `"started"`) {
		t.Errorf("%v\n%s", err, data)
	}
}

// An interrupt ends a script with the status that shells expect.
func TestInterruptedScript(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "loop.go"), "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"up\")\n\tfor {\n\t}\n}\n")
	cmd := command1(t, dir, "", "run", "loop.go")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 2))
	start := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		cmd.Process.Kill()
		t.Skipf("no interrupts here: %v", err)
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != interrupted {
		t.Errorf("status %d, want %d", code, interrupted)
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{
		"rum": "run", "exce": "exec", "instal": "install", "uninstal": "uninstall", "ver": "version", "docter": "doctor",
		"dco": "doc", "xyz": "", "": "", "jupyter": "",
	} {
		if got := nearest(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestCells(t *testing.T) {
	whole := func(s string) session.Completeness {
		if strings.Count(s, "{") > strings.Count(s, "}") {
			return session.Completeness{Status: "incomplete"}
		}
		return session.Completeness{Status: "complete"}
	}
	for text, want := range map[string]string{
		"":                         "",
		"a\nb\n":                   "0:a 1:b",
		"\n\na\r\n{\nb\n}\n\nc":    "2:a 3:{|b|} 7:c",
		"// %% one\na\nb\n// %%\n": "0:// %% one|a|b 3:// %%",
		"x {":                      "0:x {",
	} {
		var got []string
		for _, c := range cells(text, whole) {
			got = append(got, strings.Join([]string{itoa(c.line), strings.ReplaceAll(strings.TrimSpace(c.text), "\n", "|")}, ":"))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
	if got := moved("stdin:1:5: a\nother\nstdin:2:1: b", 10); got != "stdin:11:5: a\nother\nstdin:12:1: b" {
		t.Errorf("%q", got)
	}
}

func itoa(n int) string { return string(rune('0' + n)) }
