package session

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// Cells of GoNB notebooks run as they are.
func TestGoNBCells(t *testing.T) {
	var out bytes.Buffer
	s, err := New(Options{Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct{ text, out, note string }{
		{"!*go mod edit -replace a=b", "", "skipped"},
		{"%%\nfmt.Println(1)", "1\n", ""},
		{"import \"strings\"\n\nfunc up(s string) string { return strings.ToUpper(s) }\n\n%% -flag\nfmt.Println(up(`a\n%%\n`))", "A\n%%\n\n", ""},
		{"fmt.Println(7%%\n4)", "", ""},
	} {
		out.Reset()
		r := s.Run(context.Background(), Cell{Text: c.text})
		if c.out == "" && c.note == "" {
			if r.Err == nil {
				t.Errorf("%q ran", c.text)
			}
			continue
		}
		if r.Err != nil || out.String() != c.out || !strings.Contains(strings.Join(r.Notes, ""), c.note) {
			t.Errorf("%q: printed %q, notes %q, error %v", c.text, out.String(), r.Notes, r.Err)
		}
	}
}
