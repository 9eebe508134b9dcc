package symbols

import (
	"bytes"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"
)

func TestPackages(t *testing.T) {
	own := 0
	for _, p := range Packages() {
		if p.Own {
			own++
		}
		q, ok := Lookup(p.Path)
		if !ok || q != p {
			t.Errorf("Lookup(%s) = %v", p.Path, q)
		}
		if strings.Contains(p.Path, "internal") {
			t.Errorf("%s is internal", p.Path)
		}
		if _, ok := Doc(p.Path); !ok {
			t.Errorf("%s has no documentation", p.Path)
		}
	}
	if own < 10 {
		t.Errorf("%d packages of this module", own)
	}
	for _, path := range []string{
		"fmt", "net/http", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/stat/distuv", "gonum.org/v1/gonum/floats",
		"gonum.org/v1/gonum/integrate", "gonum.org/v1/gonum/interp", "gonum.org/v1/gonum/optimize", "gonum.org/v1/gonum/dsp/fourier",
		"gonum.org/v1/gonum/dsp/window", "gonum.org/v1/plot", "gonum.org/v1/plot/plotter", "gonum.org/v1/plot/vg", "gonum.org/v1/plot/vg/draw",
	} {
		if len(Table(path)) == 0 {
			t.Errorf("no table of %s", path)
		}
	}
	if Table("unsafe") != nil || Table("no/such") != nil {
		t.Error("a table of a package that is not there")
	}
}

// TestComplete holds the tables against the type information: every exported
// name but those of constants is in its table or in dropped.txt.
func TestComplete(t *testing.T) {
	data, err := os.ReadFile("dropped.txt")
	if err != nil {
		t.Fatal(err)
	}
	dropped := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || reason == "" {
			t.Errorf("dropped.txt: %q has no reason", line)
		}
		dropped[name] = true
	}
	loaded := map[string]*types.Package{"unsafe": types.Unsafe}
	for _, p := range Packages() {
		pkg := load(t, p.Path, loaded)
		table := Table(p.Path)
		for _, name := range pkg.Scope().Names() {
			if !token.IsExported(name) {
				continue
			}
			if _, ok := pkg.Scope().Lookup(name).(*types.Const); ok {
				continue
			}
			_, ok := table[name]
			if full := p.Path + "." + name; ok == dropped[full] {
				t.Errorf("%s: in the table %v, dropped %v", full, ok, dropped[full])
			}
		}
	}
}

func load(t *testing.T, path string, loaded map[string]*types.Package) *types.Package {
	t.Helper()
	if p := loaded[path]; p != nil && p.Complete() {
		return p
	}
	data, ok := Types(path)
	if !ok {
		t.Fatalf("no types of %s", path)
	}
	pkg, err := gcexportdata.Read(bytes.NewReader(data), token.NewFileSet(), loaded, path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return pkg
}

// TestNoPaths looks for the machine that generated the archives.
func TestNoPaths(t *testing.T) {
	home, _ := os.UserHomeDir()
	root, _ := exec.Command("go", "env", "GOROOT").Output()
	for _, a := range []archive{typesArchive(), docsArchive()} {
		for name := range a.dir {
			part, ok := a.part(name)
			if !ok {
				t.Fatal(name)
			}
			for _, bad := range []string{string(bytes.TrimSpace(root)), home, "/pkg/mod/"} {
				if len(bad) > 3 && bytes.Contains(part, []byte(bad)) {
					t.Errorf("the part %s contains %s", name, bad)
				}
			}
		}
	}
}

func TestDoc(t *testing.T) {
	p, ok := Doc(Module + "neuro/signal")
	if !ok {
		t.Fatal("no page of neuro/signal")
	}
	it, ok := p.Item("Welch")
	if !ok || it.Kind != "function" || !strings.HasPrefix(it.Decl, "func Welch(x []float64, fs float64") || it.Doc == "" || len(it.Examples) == 0 {
		t.Errorf("Welch: %+v", it)
	}
	if it, ok := p.Item("SOS.FiltFilt"); !ok || it.Kind != "method" {
		t.Errorf("SOS.FiltFilt: %+v", it)
	}
	if _, ok := p.Item("welch"); ok {
		t.Error("a name that is not exported is documented")
	}
	if std, ok := Doc("time"); !ok {
		t.Error("no page of time")
	} else if it, ok := std.Item("Monday"); !ok || it.Kind != "constant" || !strings.Contains(it.Decl, "Weekday") {
		t.Errorf("time.Monday: %+v", it)
	}
}

func TestNearest(t *testing.T) {
	for missing, want := range map[string]string{
		"net/htpp":                "net/http",
		"neuro/singal":            Module + "neuro/signal",
		"gonum.org/v1/gonum/matt": "gonum.org/v1/gonum/mat",
	} {
		if got := Nearest(missing); len(got) == 0 || got[0] != want {
			t.Errorf("Nearest(%s) = %v, want %s", missing, got, want)
		}
	}
	if got := Nearest("xyzzyxyzzy"); len(got) != 0 {
		t.Errorf("nothing is near xyzzyxyzzy, got %v", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"abc", "abc", 0}, {"Welch", "welch", 0}, {"welch", "wlech", 1}, {"kitten", "sitting", 3}, {"é", "e", 1},
	} {
		if got := Distance(c.a, c.b); got != c.want || got != Distance(c.b, c.a) {
			t.Errorf("Distance(%q, %q) = %d, want %d both ways", c.a, c.b, got, c.want)
		}
	}
}

func BenchmarkTables(b *testing.B) {
	for b.Loop() {
		for _, p := range Packages() {
			Table(p.Path)
		}
	}
}

func BenchmarkDocSignal(b *testing.B) {
	for b.Loop() {
		pages.m = nil
		Doc(Module + "neuro/signal")
	}
}
