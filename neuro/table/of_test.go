package table

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type fit struct {
	Name   string
	Slope  float64 `unit:"1/s"`
	N      int
	hidden float64
	F      func()
}

type own struct{ x float64 }

func (o own) Table() Table { return Table{Cols: []Col{num("x", o.x)}} }

type ring struct {
	V    float64
	Next *ring
}

func TestOf(t *testing.T) {
	r := &ring{V: 1}
	r.Next = r
	big := uint64(1<<63 + 1)
	for _, c := range []struct {
		name string
		v    any
		want []Col
	}{
		{"one row", fit{"a", 2, 3, 4, nil}, []Col{text("Name", "a"), {Name: "Slope", Unit: "1/s", Num: []float64{2}}, num("N", 3)}},
		{"rows", []*fit{{Name: "a", Slope: 2}, {Name: "b", N: 5}}, []Col{text("Name", "a", "b"), {Name: "Slope", Unit: "1/s", Num: []float64{2, 0}}, num("N", 0, 5)}},
		{"a Tabler", own{7}, []Col{num("x", 7)}},
		{"a table", &Table{Cols: []Col{num("x", 7)}}, []Col{num("x", 7)}},
		{"numbers", []float64{1, nan}, []Col{num("value", 1, nan)}},
		{"one", 3, []Col{num("value", 3)}},
		{"a matrix", [][]float64{{1, 2}, {3, 4}, {5, 6}}, []Col{num("value[0]", 1, 3, 5), num("value[1]", 2, 4, 6)}},
		{"ragged", [][]float64{{1, 2}, {}, {3}}, []Col{text("field", "value", "value", "value"), text("index", "0,0", "0,1", "2,0"), num("value", 1, 2, 3)}},
		{"a map", map[string]int{"b": 2, "a": 1}, []Col{num("a", 1), num("b", 2)}},
		{"columns and a number", struct {
			F, P []float64
			Unit string
		}{[]float64{1, 2}, []float64{3, 4}, "mV"}, []Col{num("F", 1, 2), num("P", 3, 4), text("Unit", "mV", "mV")}},
		{"unequal", struct {
			A, B []float64
			N    int
			W    string
		}{[]float64{1}, []float64{2, 3}, 4, "w"}, []Col{text("field", "A", "B", "B", "N", "W"), text("index", "0", "0", "1", "", ""), num("value", 1, 2, 3, 4, nan), text("text", "", "", "", "", "w")}},
		{"empty beside a number", struct {
			A []float64
			N int
		}{[]float64{}, 4}, []Col{text("field", "N"), text("index", ""), num("value", 4)}},
		{"within", struct {
			fit2
			In struct{ B bool }
		}{fit2{1}, struct{ B bool }{true}}, []Col{num("In.B", 1)}},
		{"complex", []complex128{1 + 2i}, []Col{num("real", 1), num("imag", 2)}},
		{"a ring", r, []Col{num("V", 1)}},
		{"too large", struct{ Seed uint64 }{big}, []Col{text("Seed", "9223372036854775809")}},
		{"large among small", []uint64{1, big}, []Col{text("value", "1", "9223372036854775809")}},
	} {
		got, err := Of(c.v)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got.Cols, same); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	for _, v := range []any{nil, (*fit)(nil), func() {}, struct{ x int }{1}, (*Table)(nil)} {
		if got, err := Of(v); err == nil {
			t.Errorf("%T: %v", v, got)
		}
		if err := Save(filepath.Join(t.TempDir(), "x.json"), v); err == nil || !strings.Contains(err.Error(), "table: Save: ") {
			t.Errorf("%T: saved, %v", v, err)
		}
	}
}

type fit2 struct{ a float64 }

func TestSave(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, v any) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := Save(path, v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	tab := Table{Cols: []Col{{Name: "t", Unit: "s", Num: []float64{0.1, nan, math.Inf(-1)}}, text("w", "a\"\n", "", "\x01é")}}
	if got, want := file("t.json", tab), "[\n{\"t (s)\": 0.1, \"w\": \"a\\\"\\n\"},\n{\"t (s)\": null, \"w\": \"\"},\n{\"t (s)\": \"-Infinity\", \"w\": \"\\u0001é\"}\n]\n"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got, want := file("m.json", map[string][]float64{"b": {1, nan}, "a": {}}), "{\n \"a\": [],\n \"b\": [1, null]\n}\n"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// A structured array: names, types and the bytes of the rows, as numpy.load reads them.
	got := file("t.npy", tab)
	head := "{'descr': [('t (s)', '<f8'), ('w', '<U3')], 'fortran_order': False, 'shape': (3,), }"
	if !strings.HasPrefix(got, "\x93NUMPY\x01\x00") || !strings.Contains(got, head) || (len(got)-3*20)%64 != 0 {
		t.Errorf("%d bytes, %q", len(got), got)
	}
	// Matrices and arrays of them keep their shape.
	file("x.npy", [][]float64{{1, 2, 3}, {4, 5, 6}})
	shape, values := golden.NPY(t, filepath.Join(dir, "x.npy"))
	if d := cmp.Diff([]int{2, 3}, shape); d != "" || values[5] != 6 {
		t.Error(d, values)
	}
	if got := file("c.csv", []float64{0.1, 1234567, 1e300}); got != "value\n0.1\n1234567\n1e+300\n" {
		t.Errorf("%q", got)
	}
	if got := file("tab.json", own{0.5}); got != "[\n{\"x\": 0.5}\n]\n" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		path string
		v    any
		want string
	}{
		{"a.txt", tab, "table: Save: " + filepath.Join(dir, "a.txt") + " ends in neither"},
		{"a.json.gz", fit{}, "ends in neither"},
		{"no/a.json", fit{}, "no such file"},
		{"a.npz", Table{Cols: []Col{num("a", 1), num("a", 1)}}, `two columns are called "a"`},
	} {
		if err := Save(filepath.Join(dir, c.path), c.v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".new*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
