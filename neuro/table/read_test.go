package table

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

var nan = math.NaN()

func num(name string, v ...float64) Col { return Col{Name: name, Num: v} }
func text(name string, v ...string) Col { return Col{Name: name, Text: v} }

var same = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, in string
		sep      rune
		names    []string
		want     []Col
	}{
		{"numbers", "a,b\n1,2.5\n-3e2,.5\n", ',', nil, []Col{num("a", 1, -300), num("b", 2.5, 0.5)}},
		{"no line end at the end", "a\n1\n2", ',', nil, []Col{num("a", 1, 2)}},
		{"Windows line ends", "a,b\r\n1,x\r\n2,y\r\n", ',', nil, []Col{num("a", 1, 2), text("b", "x", "y")}},
		{"byte order mark", "\uFEFFa\n1\n", ',', nil, []Col{num("a", 1)}},
		{"only a mark is no name", "\uFEFF\"a\"\n1\n", ',', nil, []Col{num("a", 1)}},
		{"names only", "a,b\n", ',', nil, []Col{num("a"), num("b")}},
		{"missing", "a,b\nn/a,x\nNA,NA\nnan,\n,n/a\n7,y\n", ',', nil, []Col{num("a", nan, nan, nan, nan, 7), text("b", "x", "NA", "", "n/a", "y")}},
		{"all missing", "a,b\n1,n/a\n2,n/a\n", ',', nil, []Col{num("a", 1, 2), num("b", nan, nan)}},
		{"one word makes text", "a\n1\n2x\n3\n", ',', nil, []Col{text("a", "1", "2x", "3")}},
		{"infinite", "a\ninf\n-Inf\n1e999\n", ',', nil, []Col{num("a", math.Inf(1), math.Inf(-1), math.Inf(1))}},
		{"Go's hexadecimal and underscores are words", "a,b\n0x10,1_000\n", ',', nil, []Col{text("a", "0x10"), text("b", "1_000")}},
		{"quotes", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",z\n", ',', nil, []Col{text("a", "x, y", "two\nlines"), text("b", `say "hi"`, "z")}},
		{"quoted numbers", "\"a\"\n\"1\"\n\"2\"\n", ',', nil, []Col{num("a", 1, 2)}},
		{"tabs", "onset\tduration\ttrial_type\n0\t1.5\tgo, fast\n4\t1.5\tstop\n", '\t', nil, []Col{num("onset", 0, 4), num("duration", 1.5, 1.5), text("trial_type", "go, fast", "stop")}},
		{"units", "time (s),rate (Hz),x(t),p (a (b))\n1,2,3,4\n", ',', nil, []Col{{Name: "time", Unit: "s", Num: []float64{1}}, {Name: "rate", Unit: "Hz", Num: []float64{2}}, num("x(t)", 3), num("p (a (b))", 4)}},
		{"blanks", " a , b \n 1 , x y \n", ',', nil, []Col{num("a", 1), text("b", "x y")}},
		{"semicolons", "a;b\n1;2\n", ';', nil, []Col{num("a", 1), num("b", 2)}},
		{"names given", "1\t2\n3\t4\n", '\t', []string{"cardiac", "trigger (V)"}, []Col{num("cardiac", 1, 3), {Name: "trigger", Unit: "V", Num: []float64{2, 4}}}},
		{"names given, no rows", "", '\t', []string{"cardiac"}, []Col{num("cardiac")}},
		{"same names", "x,x,x_2,x\n1,2,3,4\n", ',', nil, []Col{num("x", 1), num("x_2", 2), num("x_2_2", 3), num("x_3", 4)}},
		{"no name", ",x\nr1,2\n", ',', nil, []Col{text("column 1", "r1"), num("x", 2)}},
		{"a column named as sodium", "Na\n140\n", ',', nil, []Col{num("Na", 140)}},
		{"empty lines between rows", "a,b\n\n1,2\n\n\n3,4\n\n", ',', nil, []Col{num("a", 1, 3), num("b", 2, 4)}},
		{"empty lines in one column", "a\n1\n\n3\n\n\n6\n\n", ',', nil, []Col{num("a", 1, nan, 3, nan, nan, 6)}},
		{"empty lines in one column of text", "a\nx\n\n\"y\nz\"\n\nw\n", ',', nil, []Col{text("a", "x", "", "y\nz", "", "w")}},
	} {
		got, err := Decode(strings.NewReader(c.in), c.sep, "f.csv", c.names...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got.Cols, same); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct {
		name, in string
		sep      rune
		names    []string
		want     string
	}{
		{"empty", "", ',', nil, "table: Decode: f.csv: no rows; at least the names"},
		{"only line ends", "\n\n", ',', nil, "no rows"},
		{"too few", "a,b\n1,2\n\n3\n", ',', nil, "table: Decode: f.csv:4: 1 values in a row, 2 columns"},
		{"too many", "a,b\n1,2,3\n", ',', nil, "f.csv:2: 3 values in a row, 2 columns"},
		{"after a value of two lines", "a,b\n\"x\ny\",2\n3\n", ',', nil, "f.csv:4: 1 values"},
		{"names do not fit", "1,2\n", ',', []string{"a"}, "f.csv:1: 2 values in a row, 1 columns"},
		{"no names", "1,2\n3,4\n", ',', nil, "f.csv:1: the first row holds numbers (1, 2) where the names"},
		{"stray quote", "a,b\n1,x\"y\n", ',', nil, "f.csv:2: column 4: bare"},
		{"quote not closed", "a,b\n1,\"x\n2,y\n", ',', nil, "f.csv:"},
		{"separator", "a\n", '"', nil, "separator '\"' cannot stand"},
		{"no separator", "a\n", 0, nil, "cannot stand"},
	} {
		got, err := Decode(strings.NewReader(c.in), c.sep, "f.csv", c.names...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want an error that says %q", c.name, got, err, c.want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	fmt.Fprint(w, "a\n"+strings.Repeat("1234\n", 1000))
	w.Close()
	for _, c := range []struct{ path, want string }{
		{write("a.xlsx", nil), "a.xlsx ends in neither .csv nor .tsv"},
		{write("noending", nil), "noending ends in neither"},
		{write("b.gz", nil), "b.gz ends in neither"},
		{write("c.csv.gz", []byte("a\n1\n")), "c.csv.gz: not a gzip file"},
		{write("d.tsv.gz", z.Bytes()[:z.Len()-20]), "d.tsv.gz: the compressed file is cut short, after line"},
		{filepath.Join(dir, "none.csv"), "none.csv: no such file"},
		{write("e.csv", []byte("a,b\n1\n")), "e.csv:2: 1 values"},
		{dir + "/sub.csv", "sub.csv"},
	} {
		if _, err := Read(c.path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "table: Read: ") {
			t.Errorf("%s: %v; want it to say %q", c.path, err, c.want)
		}
	}
	if _, err := Read(filepath.Join(dir, "none.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

// TestRealFiles reads published tables and the confounds of fMRIPrep.
func TestRealFiles(t *testing.T) {
	read := func(name string) Table {
		t.Helper()
		tab, err := Read(golden.Shared(t, "data/packaged/"+name))
		if err != nil {
			t.Fatal(err)
		}
		return tab
	}
	col := func(tab Table, name string) Col {
		t.Helper()
		c, err := tab.Col(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	shape := func(name string, rows, cols int) Table {
		t.Helper()
		tab := read(name)
		if tab.Rows() != rows || len(tab.Cols) != cols {
			t.Errorf("%s: %d x %d, want %d x %d", name, tab.Rows(), len(tab.Cols), rows, cols)
		}
		return tab
	}
	d := shape("facts/dosenbach_2010.csv", 160, 6)
	if n := col(d, "network"); n.Text[0] != "default" || col(d, "x").Num[0] != 6 {
		t.Errorf("first region: %v, %v", n.Text[0], col(d, "x").Num[0])
	}
	shape("facts/power_2011.csv", 264, 4)
	p := shape("facts/phenobarb_pk.csv", 744, 7)
	missing := 0
	for _, v := range col(p, "conc").Num {
		if math.IsNaN(v) {
			missing++
		}
	}
	if missing != 589 || col(p, "ApgarInd").Text[0] != ">= 5" {
		t.Errorf("%d missing concentrations, want 589; first %q", missing, col(p, "ApgarInd").Text[0])
	}
	c := shape("nilearn/test_desc-confounds_regressors.tsv", 30, 189)
	if fd := col(c, "framewise_displacement"); !math.IsNaN(fd.Num[0]) || math.IsNaN(fd.Num[1]) {
		t.Errorf("displacement starts %v", fd.Num[:2])
	}
	for _, k := range c.Cols {
		if k.Text != nil {
			t.Errorf("column %s is text: %q", k.Name, k.Text[:3])
		}
	}
	shape("nilearn/test-v21_desc-confounds_timeseries.tsv", 30, 84)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	tab := Table{Title: "is not kept", Cols: []Col{
		{Name: "time", Unit: "s", Num: []float64{0, 0.1, nan, math.Inf(1), -1e-300}},
		text("label", "a", "", "n/a", "x, \"y\"\tz", "µ"),
	}}
	for _, name := range []string{"a.csv", "a.tsv", "a.csv.gz", "A.TSV.GZ"} {
		path := filepath.Join(dir, name)
		if err := tab.Write(path); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := Read(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(tab.Cols, got.Cols, same); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.csv"))
	if want := "time (s),label\n0,a\n0.1,\nn/a,n/a\n+Inf,\"x, \"\"y\"\"\tz\"\n-1e-300,µ\n"; err != nil || string(data) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, data, want)
	}
	for _, c := range []struct {
		path string
		tab  Table
		want string
	}{
		{filepath.Join(dir, "a.txt"), tab, "a.txt ends in neither"},
		{filepath.Join(dir, "no", "a.csv"), tab, "no such file"},
		{filepath.Join(dir, "b.csv"), Table{Cols: []Col{num("a", 1), num("b", 1, 2)}}, `column "a" has 1 values and another has 2`},
	} {
		if err := c.tab.Write(c.path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "table: Write: ") {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

// TestRoundTrip writes and reads tables of any numbers and words.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(0, 6).Draw(t, "rows")
		var tab Table
		for j := range rapid.IntRange(1, 4).Draw(t, "columns") {
			c := Col{Name: fmt.Sprintf("c%d", j), Unit: rapid.SampledFrom([]string{"", "mV", "1/s"}).Draw(t, "unit")}
			if rapid.Bool().Draw(t, "numbers") {
				c.Num = rapid.SliceOfN(rapid.Float64(), rows, rows).Draw(t, "num")
			} else if rows > 0 {
				// A word in the first row keeps the column text.
				c.Text = append([]string{"w"}, rapid.SliceOfN(rapid.StringMatching(`[a-z0-9",;\t\n ]*[a-z0-9",;]|`), rows-1, rows-1).Draw(t, "text")...)
				for i := range c.Text {
					c.Text[i] = strings.TrimSpace(c.Text[i])
				}
			}
			tab.Cols = append(tab.Cols, c)
		}
		for _, sep := range []rune{',', '\t'} {
			var b bytes.Buffer
			if err := tab.encode(&b, sep); err != nil {
				t.Fatal(err)
			}
			got, err := Decode(bytes.NewReader(b.Bytes()), sep, "x")
			if err != nil {
				t.Fatalf("%v in\n%s", err, b.String())
			}
			if d := cmp.Diff(tab.Cols, got.Cols, same); d != "" {
				t.Fatalf("%s in\n%s", d, b.String())
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\uFEFFa\n\n1\n\n", "a\tb\n\"x\ny\"\t2", "x,x\nn/a,inf\n", "\"", "a (s)\n\r\n1\r\n", ",,\n,,\n"} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, tabs bool) {
		sep := ','
		if tabs {
			sep = '\t'
		}
		tab, err := Decode(bytes.NewReader(data), sep, "f")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "table: Decode: f") {
				t.Fatalf("error %q", err)
			}
			return
		}
		if err := tab.check("fuzz"); err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, c := range tab.Cols {
			if c.Name == "" || names[c.Name] {
				t.Fatalf("name %q in %q", c.Name, tab.Names())
			}
			names[c.Name] = true
		}
		_ = tab.String()
	})
}
