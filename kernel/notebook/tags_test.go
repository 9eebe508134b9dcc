package notebook

import (
	"fmt"
	"testing"
)

// Tags come back from a script, whatever the cell: a cell of parameters in a
// notebook is one after both conversions.
func TestTagsRoundTrip(t *testing.T) {
	nb := New()
	for _, c := range []struct{ kind, source string }{
		{Markdown, "# Title"},
		{Code, "amp := 10.0"},
		{Raw, "as it is"},
		{Code, "func half(v float64) float64 { return v / 2 }"},
		{Code, "func twice(v float64) float64 { return 2 * v }\n\ntwice(amp)"},
		{Markdown, "the end"},
	} {
		cell := nb.Add(c.kind, c.source)
		cell.Metadata["tags"] = []any{"parameters", fmt.Sprintf(`tag %d, "quoted" ]`, len(nb.Cells))}
	}
	script, err := nb.Script()
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromScript(script)
	if err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
	if len(back.Cells) != len(nb.Cells) {
		t.Fatalf("%d cells of %d\n%s", len(back.Cells), len(nb.Cells), script)
	}
	for i, c := range nb.Cells {
		got := back.Cells[i]
		if got.Type != c.Type || fmt.Sprint(got.Metadata["tags"]) != fmt.Sprint(c.Metadata["tags"]) {
			t.Errorf("cell %d: %s %q, want %s %q\n%s", i+1, got.Type, got.Metadata["tags"], c.Type, c.Metadata["tags"], script)
		}
	}
	again, err := back.Script()
	if err != nil || string(again) != string(script) {
		t.Errorf("%v: the script differs:\n%s\nwas\n%s", err, again, script)
	}
}

func TestCutTags(t *testing.T) {
	for _, test := range [][2]string{
		{`tags=["a"]`, "|[a]"},
		{`3 tags=["a", "b"]`, "3|[a b]"},
		{`[markdown] tags=[]`, "[markdown]|[]"},
		{`What tags=no list means`, "What tags=no list means|[]"},
		{`nametags=["a"]`, `nametags=["a"]|[]`},
	} {
		rest, tags := cutTags(test[0])
		if got := fmt.Sprintf("%s|%v", rest, tags); got != test[1] {
			t.Errorf("%q: %q, want %q", test[0], got, test[1])
		}
	}
}
