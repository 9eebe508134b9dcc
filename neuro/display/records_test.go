package display

import (
	"strings"
	"testing"
)

// A slice of structs is a table: a column for each field, its unit in the head.
func TestFormatRecords(t *testing.T) {
	type inner struct{ A, B int }
	type record struct {
		Name  string
		Depth float64 `unit:"mm"`
		In    inner
		note  string
	}
	got := Format([]record{{"a", 1.5, inner{1, 2}, "x"}, {"bcd", 12, inner{}, ""}})
	want := `[]display.record of 2
Name   Depth (mm)  In
"a"           1.5  display.inner{...}
"bcd"          12  display.inner{...}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	long := Format(make([]record, 1000))
	if n := strings.Count(long, "\n"); n != longest+2 || !strings.Contains(long, "\n...") {
		t.Errorf("1000 records take %d lines:\n%s", n, long)
	}
	for _, v := range []any{[]record{}, []struct{ a int }{{1}}} {
		if s := Format(v); strings.Contains(s, "\n") {
			t.Errorf("%T is %q", v, s)
		}
	}
	if s := Format([]record{{note: "only"}}); strings.Contains(s, "only") {
		t.Errorf("a field that is not exported is shown: %s", s)
	}
}
