package table

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	s := sleep()
	parts, err := s.Split("dose", "drug")
	if err != nil {
		t.Fatal(err)
	}
	want := []Table{
		{Title: "1, a", Cols: []Col{text("drug", "a", "a"), num("dose", 1, 1), {Name: "extra", Unit: "h", Num: []float64{2, 4}}, text("note", "", "y")}},
		{Title: "1, b", Cols: []Col{text("drug", "b", "b"), num("dose", 1, 1), {Name: "extra", Unit: "h", Num: []float64{1, nan}}, text("note", "x", "z")}},
		{Title: "2, b", Cols: []Col{text("drug", "b"), num("dose", 2), {Name: "extra", Unit: "h", Num: []float64{3}}, text("note", "n/a")}},
	}
	if d := cmp.Diff(want, parts, same); d != "" {
		t.Error(d)
	}
	if parts, err = s.Split("extra"); err != nil || len(parts) != 5 || parts[4].Title != "n/a" || parts[4].Rows() != 1 {
		t.Errorf("missing keys: %v, %v", parts, err)
	}
	empty, _ := s.Where("drug", "c")
	if parts, err = empty.Split("drug"); err != nil || len(parts) != 0 {
		t.Errorf("no rows: %v, %v", parts, err)
	}
	if d := cmp.Diff(sleep(), s, same); d != "" {
		t.Errorf("Split changed its table: %s", d)
	}
}

func TestDistinct(t *testing.T) {
	s, _ := Bind(sleep(), sleep())
	once, left, err := s.Distinct()
	if d := cmp.Diff(sleep().Cols, once.Cols, same); d != "" || left != 5 || err != nil {
		t.Errorf("%d left out, %v: %s", left, err, d)
	}
	once, left, err = s.Distinct("dose", "drug")
	note, _ := once.Col("note")
	if d := cmp.Diff([]string{"x", "", "n/a"}, note.Text); d != "" || left != 7 || err != nil {
		t.Errorf("%d left out, %v: %s", left, err, d)
	}
	if again, left, err := once.Distinct("dose", "drug"); left != 0 || err != nil || !cmp.Equal(again, once, same) {
		t.Errorf("a second time %d are left out, %v", left, err)
	}
}

func TestRecode(t *testing.T) {
	s := sleep()
	r, err := s.Recode("drug", map[string]float64{"a": 0, "b": 1})
	if d := cmp.Diff(num("drug", 1, 0, 1, 0, 1), r.Cols[0], same); d != "" || err != nil {
		t.Errorf("%v: %s", err, d)
	}
	r, err = s.Recode("note", map[string]float64{"x": 1, "y": 2, "z": 3})
	if d := cmp.Diff(num("note", 1, nan, nan, 2, 3), r.Cols[3], same); d != "" || err != nil {
		t.Errorf("missing: %v: %s", err, d)
	}
	r, err = s.Recode("note", map[string]float64{"x": 1, "y": 2, "z": 3, "": 0, "n/a": -1})
	if d := cmp.Diff(num("note", 1, 0, -1, 2, 3), r.Cols[3], same); d != "" || err != nil {
		t.Errorf("missing with a number: %v: %s", err, d)
	}
	r, err = s.Recode("extra", map[string]float64{"1": 10, "2": 20, "3": 30, "4": 40})
	if d := cmp.Diff(num("extra", 10, 20, 30, 40, nan), r.Cols[2], same); d != "" || err != nil {
		t.Errorf("numbers: %v: %s", err, d)
	}
	big, err := Table{Cols: []Col{num("code", 1234567, 1234568, 0.25)}}.Recode("code", map[string]float64{"1234567": 1, "1234568": 2, "0.25": 3})
	if d := cmp.Diff(num("code", 1, 2, 3), big.Cols[0], same); d != "" || err != nil {
		t.Errorf("numbers of many digits: %v: %s", err, d)
	}
	if _, err := s.Recode("drug", map[string]float64{"b": 1, "B": 1}); err == nil || !strings.Contains(err.Error(), `row 1 of column "drug" is "a", which has no number; given are "B", "b"`) {
		t.Error(err)
	}
	for want, f := range map[string]func() error{
		"Recode: no column":    func() error { _, err := s.Recode("drog", nil); return err },
		"Split: no column to":  func() error { _, err := s.Split(); return err },
		"Split: no column \"":  func() error { _, err := s.Split("drog"); return err },
		"Distinct: no column ": func() error { _, _, err := s.Distinct("drog"); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "table: "+want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

func TestBoolsInts(t *testing.T) {
	for _, c := range []struct {
		col   Col
		bools string
		ints  string
	}{
		{num("x", 0, 1, 1), "[false true true]", "[0 1 1]"},
		{num("x", 0, 1, 2, -3), `row 2 of column "x" is 2; 0, 1, true and false are allowed`, "[0 1 2 -3]"},
		{num("x", 0, nan), `row 1 of column "x" is missing; Complete("x") leaves`, `row 1 of column "x" is missing; Complete("x") leaves`},
		{num("x", 0.5), `row 0 of column "x" is 0.5`, `row 0 of column "x" is 0.5, no whole number`},
		{text("x", "True", "FALSE"), "[true false]", `row 0 of column "x" is "True", no whole number`},
		{text("x", "true", ""), `row 1 of column "x" is missing`, `row 0 of column "x" is "true"`},
		{text("x", "yes"), `row 0 of column "x" is "yes"`, `Recode makes numbers of words`},
		{num("x"), "[]", "[]"},
		{num("x", math.Inf(1)), "+Inf", "+Inf"},
	} {
		b, err := c.col.Bools()
		if got := fmt.Sprint(b, err); !strings.Contains(got, c.bools) {
			t.Errorf("Bools of %v: %s; want %s", c.col, got, c.bools)
		}
		n, err := c.col.Ints()
		if got := fmt.Sprint(n, err); !strings.Contains(got, c.ints) {
			t.Errorf("Ints of %v: %s; want %s", c.col, got, c.ints)
		}
	}
}
