package table

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func visits() Table {
	return Table{Cols: []Col{
		text("subject", "S2", "S1", "S2", "S1", "S1"),
		{Name: "dose", Unit: "mg", Num: []float64{10, 5, 5, 10, 5}},
		num("c", 1, 2, nan, 4, 5),
		text("note", "7", "n/a", "BLQ", "8", ""),
	}}
}

func TestValues(t *testing.T) {
	v := visits()
	c, err := v.Numbers("dose (mg)")
	if d := cmp.Diff([]float64{10, 5, 5, 10, 5}, c); d != "" || err != nil {
		t.Error(d, err)
	}
	m, err := v.Matrix("c", "dose")
	if d := cmp.Diff([][]float64{{1, 10}, {2, 5}, {nan, 5}, {4, 10}, {5, 5}}, m, same); d != "" || err != nil {
		t.Error(d, err)
	}
	levels, samples, err := v.Samples("c", "subject")
	if d := cmp.Diff([]string{"S1", "S2"}, levels) + cmp.Diff([][]float64{{2, 4, 5}, {1, nan}}, samples, same); d != "" || err != nil {
		t.Error(d, err)
	}
	levels, samples, err = v.Samples("c", "dose")
	if d := cmp.Diff([]string{"5", "10"}, levels) + cmp.Diff([][]float64{{2, nan, 5}, {1, 4}}, samples, same); d != "" || err != nil {
		t.Error(d, err)
	}
	for _, c := range []struct {
		want string
		err  func() error
	}{
		{`Numbers: column "note" holds words, "BLQ" in row 3`, func() error { _, err := v.Numbers("note"); return err }},
		{`Numbers: no column "Dose"; did you mean "dose"`, func() error { _, err := v.Numbers("Dose"); return err }},
		{`Matrix: column "subject" holds words, "S2" in row 1`, func() error { _, err := v.Matrix(); return err }},
		{`Samples: column "subject" holds words`, func() error { _, _, err := v.Samples("subject", "c"); return err }},
		{`Samples: "c" of row 3 is missing; leave such rows out by Complete("c")`, func() error { _, _, err := v.Samples("dose", "c"); return err }},
		{"Matrix: column", func() error { _, err := (Table{Cols: []Col{num("a", 1), num("b")}}).Matrix(); return err }},
	} {
		if err := c.err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}

// TestWordsForNumbers: words below the limit become numbers where the rest of a column is, and stay
// words among words.
func TestWordsForNumbers(t *testing.T) {
	o := ReadOptions{Values: map[string]float64{"BLQ": 0, " <20": 10}, Missing: []string{"-"}}
	got, err := DecodeWith(strings.NewReader("t,c,w\n0,BLQ,BLQ\n1,35.5, x\n2,<20,-\n3,-,y\n"), "pk.csv", o)
	if d := cmp.Diff([]Col{num("t", 0, 1, 2, 3), num("c", 0, 35.5, 10, nan), text("w", "BLQ", "x", "", "y")}, got.Cols, same); d != "" || err != nil {
		t.Error(d, err)
	}
	for _, bad := range []float64{nan, math.Inf(1)} {
		o.Values = map[string]float64{"BLQ": bad}
		if _, err := DecodeWith(strings.NewReader("t\n1\n"), "pk.csv", o); err == nil || !strings.Contains(err.Error(), "must be finite") {
			t.Error(err)
		}
	}
}
