package table

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChanges(t *testing.T) {
	s := sleep()
	for _, c := range []struct {
		name string
		got  func() (Table, error)
		want []Col
	}{
		{"With", func() (Table, error) { u, _ := s.Select("dose"); return u.With(num("z", 1, 2, 3, 4, 5)) }, []Col{num("dose", 1, 1, 2, 1, 1), num("z", 1, 2, 3, 4, 5)}},
		{"With replaces", func() (Table, error) { u, _ := s.Select("dose"); return u.With(text("dose", "a", "b", "c", "d", "e")) }, []Col{text("dose", "a", "b", "c", "d", "e")}},
		{"With on nothing", func() (Table, error) { return Table{}.With(num("a", 1)) }, []Col{num("a", 1)}},
		{"Derive", func() (Table, error) {
			u, _ := s.Select("extra")
			return u.Derive("ms", "ms", func(i int) float64 { return 10 * u.Cols[0].Num[i] })
		}, []Col{{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4, nan}}, {Name: "ms", Unit: "ms", Num: []float64{10, 20, 30, 40, nan}}}},
		{"Rename", func() (Table, error) { u, _ := s.Select("dose"); return u.Rename("dose", "d") }, []Col{num("d", 1, 1, 2, 1, 1)}},
		{"Drop", func() (Table, error) { return s.Drop("drug", "note", "extra") }, []Col{num("dose", 1, 1, 2, 1, 1)}},
		{"Sort", func() (Table, error) { u, _ := s.Select("drug", "extra"); return u.Sort("drug", "-extra") }, []Col{text("drug", "a", "a", "b", "b", "b"), {Name: "extra", Unit: "h", Num: []float64{4, 2, 3, 1, nan}}}},
		{"Sort missing last", func() (Table, error) { u, _ := s.Select("extra"); return u.Sort("extra") }, []Col{{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4, nan}}}},
		{"Sort by nothing", func() (Table, error) { u, _ := s.Select("dose"); return u.Sort() }, []Col{num("dose", 1, 1, 2, 1, 1)}},
		{"Bind", func() (Table, error) {
			return Bind(Table{Cols: []Col{num("a", 1), text("b", "x")}}, Table{Cols: []Col{text("b", "y"), num("c", 2)}})
		}, []Col{num("a", 1, nan), text("b", "x", "y"), num("c", nan, 2)}},
		{"Bind nothing", func() (Table, error) { return Bind() }, nil},
		{"Longer", func() (Table, error) {
			return Table{Cols: []Col{text("s", "p", "q"), num("a", 1, nan), num("b", 3, 4)}}.Longer("what", "v", "a", "b")
		}, []Col{text("s", "p", "p", "q", "q"), text("what", "a", "b", "a", "b"), num("v", 1, 3, nan, 4)}},
		{"Longer of words", func() (Table, error) {
			return Table{Cols: []Col{text("a", "x"), text("b", "")}}.Longer("what", "v", "b", "a")
		}, []Col{text("what", "b", "a"), text("v", "", "x")}},
		{"Wider", func() (Table, error) {
			return Table{Cols: []Col{text("s", "q", "p", "q"), text("what", "b", "b", "a"), {Name: "v", Unit: "ms", Num: []float64{1, 2, 3}}}}.Wider("what", "v")
		}, []Col{text("s", "q", "p"), {Name: "b", Unit: "ms", Num: []float64{1, 2}}, {Name: "a", Unit: "ms", Num: []float64{3, nan}}}},
		{"Wider without others", func() (Table, error) {
			return Table{Cols: []Col{num("what", 1, 2.5), text("v", "x", "y")}}.Wider("what", "v")
		}, []Col{text("1", "x"), text("2.5", "y")}},
		{"Summarise all", func() (Table, error) { return s.Summarise(nil, Mean("extra"), Count("dose")) },
			[]Col{num("n", 5), num("extra_missing", 1), {Name: "extra_mean", Unit: "h", Num: []float64{2.5}}, num("dose_count", 5)}},
		{"Summarise of nothing", func() (Table, error) {
			e, _ := s.Where("drug", "c")
			return e.Summarise(nil, Sum("dose"), Mean("dose"), Median("dose"), SD("dose"))
		}, []Col{num("n", 0), {Name: "dose_sum", Num: []float64{0}}, num("dose_mean", nan), num("dose_median", nan), num("dose_sd", nan)}},
		{"Summarise by one's own", func() (Table, error) {
			return s.Summarise([]string{"drug"}, Apply("dose", "range", func(x []float64) float64 { return x[len(x)-1] - x[0] }))
		}, []Col{text("drug", "a", "b"), num("n", 2, 3), num("range", 0, 0)}},
		{"Missing", func() (Table, error) { return s.Missing(), nil }, []Col{text("column", "drug", "dose", "extra", "note"), num("missing", 0, 0, 1, 2), num("n", 5, 5, 5, 5)}},
		{"Describe", func() (Table, error) { u, _ := s.Select("drug", "extra"); return u.Describe() }, []Col{text("column", "drug", "extra"), text("unit", "", "h"),
			num("n", 5, 4), num("missing", 0, 1), num("mean", nan, 2.5), num("sd", nan, math.Sqrt(5./3)), num("min", nan, 1), num("q0.25", nan, 1.75), num("median", nan, 2.5), num("q0.75", nan, 3.25), num("max", nan, 4)}},
		{"Join of common names", func() (Table, error) {
			u, _, err := Table{Cols: []Col{num("k", 1, 2)}}.Join(Table{Cols: []Col{num("k", 2), text("w", "x")}}, JoinOptions{})
			return u, err
		}, []Col{num("k", 1, 2), text("w", "", "x")}},
	} {
		got, err := c.got()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got.Cols, same); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	if d := cmp.Diff(sleep(), s, same); d != "" {
		t.Errorf("a call changed its table: %s", d)
	}
}

func TestChangeErrors(t *testing.T) {
	s := sleep()
	pairs := Table{Cols: []Col{text("s", "p", "p"), text("what", "a", "a"), num("v", 1, 2)}}
	join := func(l, r Table, o JoinOptions) func() error {
		return func() error { _, _, err := l.Join(r, o); return err }
	}
	k := Table{Cols: []Col{num("k", 1, 1), num("v", 1, 2)}}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"With length", func() error { _, err := s.With(num("z", 1)); return err }, `table: With: column "z" has 1 values and the table 5 rows`},
		{"With no name", func() error { _, err := s.With(num("", 1, 2, 3, 4, 5)); return err }, "has no name"},
		{"Rename", func() error { _, err := s.Rename("dose", "drug"); return err }, `there is a column "drug" already`},
		{"Rename nope", func() error { _, err := s.Rename("nope", "x"); return err }, `table: Rename: no column "nope"`},
		{"Drop", func() error { _, err := s.Drop("nope"); return err }, `table: Drop: no column "nope"`},
		{"Sort", func() error { _, err := s.Sort("-nope"); return err }, `table: Sort: no column "nope"`},
		{"Bind kinds", func() error {
			_, err := Bind(Table{Cols: []Col{num("a", 1)}}, Table{Cols: []Col{text("a", "x")}})
			return err
		}, `"a" holds words in one table and numbers in table 1`},
		{"Bind units", func() error {
			_, err := Bind(Table{Cols: []Col{num("a", 1)}}, Table{Cols: []Col{{Name: "a", Unit: "s", Num: []float64{1}}}})
			return err
		}, `"a" is in "" and in "s" in table 1`},
		{"Longer kinds", func() error { _, err := s.Longer("n", "v", "dose", "note"); return err }, "one holds words"},
		{"Longer units", func() error { _, err := s.Longer("n", "v", "dose", "extra"); return err }, `"extra" in "h"`},
		{"Longer name", func() error { _, err := s.Longer("drug", "v", "dose"); return err }, `there is a column "drug" already`},
		{"Longer nothing", func() error { _, err := s.Longer("n", "v"); return err }, "no columns"},
		{"Wider twice", func() error { _, err := pairs.Wider("what", "v"); return err }, `rows 1 and 2 are both "a" of s p; Summarise them first`},
		{"Wider missing", func() error { _, err := s.Wider("note", "dose"); return err }, `"note" of row 2 is missing`},
		{"Wider name", func() error {
			_, err := Table{Cols: []Col{text("s", "p"), text("what", "s"), num("v", 1)}}.Wider("what", "v")
			return err
		}, `is "s", and there is a column of that name already`},
		{"Summarise text", func() error { _, err := s.Summarise(nil, Mean("drug")); return err }, `"drug" holds words`},
		{"Summarise twice", func() error { _, err := s.Summarise(nil, Mean("dose"), Mean("dose")); return err }, `two columns of the result are called "dose_mean"`},
		{"Summarise no function", func() error { _, err := s.Summarise(nil, Summary{Of: "dose"}); return err }, `no function F; take table.Mean("dose")`},
		{"Summarise twice by", func() error { _, err := s.Summarise([]string{"drug", "drug"}); return err }, `"drug" is named twice`},
		{"Join kind", join(k, k, JoinOptions{Kind: "outer"}), `Kind is "outer"`},
		{"Join many", join(k, k, JoinOptions{On: []string{"k"}}), "k 1 stands in several rows of both tables; set ManyToMany"},
		{"Join nothing in common", join(k, Table{Cols: []Col{num("z", 1)}}, JoinOptions{}), "no column in common"},
		{"Join kinds", join(k, Table{Cols: []Col{text("k", "1")}}, JoinOptions{}), "holds words in one table"},
		{"Join units", join(k, Table{Cols: []Col{{Name: "k", Unit: "s", Num: []float64{1}}}}, JoinOptions{}), `in "" in the left table and in "s" in the right`},
		{"Join right name", join(k, k, JoinOptions{On: []string{"k"}, RightOn: []string{"q"}}), `no column "q"`},
		{"Join suffix", join(Table{Cols: []Col{num("k", 1), num("v", 1), num("v_right", 1)}}, Table{Cols: []Col{num("k", 1), num("v", 1)}}, JoinOptions{On: []string{"k"}}), "give another Suffix"},
		{"Decimal", func() error { _, err := DecodeWith(strings.NewReader("a"), "f", ReadOptions{Decimal: 'x'}); return err }, "Decimal is 'x'"},
		{"Decimal and Sep", func() error {
			_, err := DecodeWith(strings.NewReader("a"), "f", ReadOptions{Decimal: ',', Sep: ','})
			return err
		}, "both ','"},
		{"Text", func() error {
			_, err := DecodeWith(strings.NewReader("a\n1\n"), "f", ReadOptions{Text: []string{"b"}})
			return err
		}, `no column "b", which Text names`},
		{"Skip", func() error { _, err := DecodeWith(strings.NewReader("a\n1"), "f", ReadOptions{Skip: 3}); return err }, "3 lines are skipped"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
}

// TestNumbers: numbers of files have the bits that strconv gives them, and long identifiers stay words.
func TestNumbers(t *testing.T) {
	n := &numbers{decimal: '.'}
	for _, v := range []string{"0", "-0", "+1.5", "1e22", "1e23", "1e-22", ".5", "5.", "9007199254740993", "123456789012345", "1234567890123456", "0.1", "1.7976931348623157e308", "1e400", "-1e-400",
		"4.35", "0.000001", "1E5", "00012", "3.0000000000000004"} {
		want, _ := strconv.ParseFloat(v, 64)
		got, ok := n.parse([]byte(v))
		if v == "9007199254740993" { // not a float64
			if ok {
				t.Errorf("%s is read as %v", v, got)
			}
			continue
		}
		if !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s: %v, %v; want %v", v, got, ok, want)
		}
	}
	for _, v := range []string{"1.2.3", "e5", "1e", "1e+", "-", "+", ".", "1,5", "0x1p3", "1_0", "inff", "12345678901234567", "12345678901234567000", "1 2"} {
		if x, ok := n.parse([]byte(v)); ok {
			t.Errorf("%q is read as %v", v, x)
		}
	}
}

// FuzzRows compares the rows that the scanner finds with those of encoding/csv.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"x\r\ny\",2\r\n\r\n3,\"\"\"\"\r", "a\"b\n", "\"a\"b", "\"", "\r\r\n,\n", "\"a\"\r", "a\r", "\"\"\r\nx"} {
		f.Add(s, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		sep := []rune{',', '\t', ';', 'µ', ' '}[which%5]
		c := csv.NewReader(strings.NewReader(text))
		c.Comma, c.FieldsPerRecord = sep, -1
		s := newScanner([]byte(text), sep, 0)
		for {
			want, wantErr := c.Read()
			ok, err := s.next()
			if (err != nil) != (wantErr != nil && wantErr.Error() != "EOF") || err == nil && ok != (wantErr == nil) {
				t.Fatalf("%q: %v, %v; encoding/csv %v", text, ok, err, wantErr)
			}
			if wantErr != nil {
				return
			}
			line, _ := c.FieldPos(0)
			if len(want) != len(s.fields) || line != s.begun {
				t.Fatalf("%q: %q on line %d; encoding/csv %q on %d", text, s.fields, s.begun, want, line)
			}
			for j, v := range want {
				if !bytes.Equal(s.fields[j], []byte(v)) {
					t.Fatalf("%q: %q; encoding/csv %q", text, s.fields, want)
				}
			}
		}
	})
}
