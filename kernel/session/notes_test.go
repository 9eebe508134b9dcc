package session

import (
	"slices"
	"strings"
	"testing"
)

// A type that is declared anew, also by a method, says which variables keep the
// earlier one.
func TestOldValuesAreNamed(t *testing.T) {
	b := open(t)
	for _, c := range []struct{ cell, note string }{
		{"type P struct{ A int }", ""},
		{"p := P{1}\nps := []*P{&p}\nn := 3", ""},
		{"func (p P) Hi() string { return \"hi\" }", "p, ps keep the earlier type P; run what made them again"},
		{"p = P{2}\nps = nil", "error"},
		{"p := P{2}\nps := []*P{&p}", ""},
		{"ps[0].Hi()", ""},
		{"type T[X any] struct{ v X }\nt := map[string]T[int]{}", ""},
		{"type T[X any] struct{ v, w X }", "t keeps the earlier type T; run what made them again"},
		{"type T[X any] struct{ v X }\nt := T[int]{}", ""},
	} {
		r := b.do(t, c.cell)
		switch {
		case c.note == "error":
			if r.Err == nil || !strings.Contains(r.Err.Message, "P was declared anew") {
				t.Errorf("%s: %v", c.cell, r.Err)
			}
		case r.Err != nil:
			t.Errorf("%s: %v", c.cell, r.Err)
		case c.note != strings.Join(r.Notes, "|"):
			t.Errorf("%s: notes %q, not %q", c.cell, r.Notes, c.note)
		}
	}
}

// A package that is not imported is named, and one that is not there has only
// those beside it that resemble it.
func TestUnknownPackages(t *testing.T) {
	b := open(t)
	for _, c := range []struct{ cell, want string }{
		{"time.Now()", `undefined: time (to use the package: import "time")`},
		{"rand.Int()", `undefined: rand (to use the package: import "math/rand" or "crypto/rand" or "math/rand/v2")`},
		{"tiem.Now()", `undefined: tiem`},
		{"import \"math/radn\"", `cells can import; near it: math/rand, crypto/rand (a script run by`},
		{"import \"github.com/foo/bar\"", `cells can import (a script run by`},
		{"import \"fm\"", `cells can import; near it: fmt (a script run by`},
	} {
		r := b.do(t, c.cell)
		if r.Err == nil || r.Err.Kind != KindCompile || !slices.ContainsFunc(strings.Split(r.Err.Message, "\n"), func(l string) bool { return strings.Contains(l, c.want) }) {
			t.Errorf("%s: %v", c.cell, r.Err)
		}
	}
}
