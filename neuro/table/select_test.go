package table

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sleep() Table {
	return Table{Title: "sleep", Cols: []Col{
		text("drug", "b", "a", "b", "a", "b"),
		num("dose", 1, 1, 2, 1, 1),
		{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4, nan}},
		text("note", "x", "", "n/a", "y", "z"),
	}}
}

func TestSelections(t *testing.T) {
	s := sleep()
	dose, _ := s.Col("dose")
	for _, c := range []struct {
		name string
		got  func() (Table, error)
		want []Col
	}{
		{"Select", func() (Table, error) { return s.Select("extra (h)", "drug") }, []Col{{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4, nan}}, text("drug", "b", "a", "b", "a", "b")}},
		{"Select nothing", func() (Table, error) { return s.Select() }, nil},
		{"Filter", func() (Table, error) { return s.Filter(func(i int) bool { return dose.Num[i] > 1 }) }, []Col{text("drug", "b"), num("dose", 2), {Name: "extra", Unit: "h", Num: []float64{3}}, text("note", "n/a")}},
		{"Filter all", func() (Table, error) { return s.Filter(func(int) bool { return false }) }, []Col{text("drug"), num("dose"), {Name: "extra", Unit: "h"}, text("note")}},
		{"Where text", func() (Table, error) { return s.Where("drug", "a") }, []Col{text("drug", "a", "a"), num("dose", 1, 1), {Name: "extra", Unit: "h", Num: []float64{2, 4}}, text("note", "", "y")}},
		{"Where number", func() (Table, error) { return s.Where("dose", "2.0") }, []Col{text("drug", "b"), num("dose", 2), {Name: "extra", Unit: "h", Num: []float64{3}}, text("note", "n/a")}},
		{"Where missing", func() (Table, error) { return s.Where("extra", "n/a") }, []Col{text("drug", "b"), num("dose", 1), {Name: "extra", Unit: "h", Num: []float64{nan}}, text("note", "z")}},
		{"Complete", func() (Table, error) { return s.Complete() }, []Col{text("drug", "b", "a"), num("dose", 1, 1), {Name: "extra", Unit: "h", Num: []float64{1, 4}}, text("note", "x", "y")}},
		{"Complete extra", func() (Table, error) { t, err := s.Complete("extra"); _ = err; return t.Select("extra") }, []Col{{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4}}}},
		{"GroupMean", func() (Table, error) { return s.GroupMean("drug") }, []Col{text("drug", "a", "b"), num("n", 2, 3), num("dose", 1, 4./3), {Name: "extra", Unit: "h", Num: []float64{3, nan}}}},
		{"GroupMean of two", func() (Table, error) { return s.GroupMean("drug", "dose") }, []Col{text("drug", "a", "b", "b"), num("dose", 1, 1, 2), num("n", 2, 2, 1), {Name: "extra", Unit: "h", Num: []float64{3, nan, 3}}}},
		{"GroupMean by a number that is missing", func() (Table, error) { return s.GroupMean("extra") }, []Col{{Name: "extra", Unit: "h", Num: []float64{1, 2, 3, 4, nan}}, num("n", 1, 1, 1, 1, 1), num("dose", 1, 1, 2, 1, 1)}},
		{"GroupMean of nothing", func() (Table, error) { e, _ := s.Where("drug", "c"); return e.GroupMean("drug") }, []Col{text("drug"), num("n"), num("dose"), {Name: "extra", Unit: "h"}}},
	} {
		got, err := c.got()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got.Cols, same); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if got.Title != s.Title {
			t.Errorf("%s: title %q", c.name, got.Title)
		}
	}
	if d := cmp.Diff(sleep(), s, same); d != "" {
		t.Errorf("a selection changed its table: %s", d)
	}
}

// TestCopies: what Filter and GroupMean return can be changed freely.
func TestCopies(t *testing.T) {
	s := sleep()
	all, err := s.Filter(func(int) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	all.Cols[1].Num[0], all.Cols[0].Text[0] = 99, "changed"
	if d := cmp.Diff(sleep(), s, same); d != "" {
		t.Error(d)
	}
}

func TestSelectionErrors(t *testing.T) {
	s := sleep()
	uneven := Table{Cols: []Col{num("a", 1), num("b", 1, 2)}}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"Col", func() error { _, err := s.Col("Dose"); return err }, `table: Col: no column "Dose"; did you mean "dose"`},
		{"Col part", func() error { _, err := s.Col("ext"); return err }, `did you mean "extra"`},
		{"Col typo", func() error { _, err := s.Col("drgu"); return err }, `did you mean "drug"`},
		{"Col of nothing", func() error { _, err := Table{}.Col("x"); return err }, `the table has no columns`},
		{"Select", func() error { _, err := s.Select("dose", "nope"); return err }, `table: Select: no column "nope"`},
		{"Where", func() error { _, err := s.Where("nope", "1"); return err }, `table: Where: no column "nope"`},
		{"Where word", func() error { _, err := s.Where("dose", "high"); return err }, `table: Where: "high" is no number, and column "dose" holds numbers`},
		{"Complete", func() error { _, err := s.Complete("nope"); return err }, `table: Complete: no column`},
		{"GroupMean", func() error { _, err := s.GroupMean("nope"); return err }, `table: GroupMean: no column "nope"`},
		{"GroupMean nothing", func() error { _, err := s.GroupMean(); return err }, `no column to group by; name at least one of "drug", "dose"`},
		{"Filter uneven", func() error { _, err := uneven.Filter(func(int) bool { return true }); return err }, `table: Filter: column "a" has 1 values and another has 2`},
		{"GroupMean uneven", func() error { _, err := uneven.GroupMean("a"); return err }, `table: GroupMean: column "a" has 1 values`},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
}
