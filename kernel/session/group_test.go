package session

import "testing"

// TestRedeclareOneOfAGroup holds that a type of a group sees another of the
// group that a later cell declares anew.
func TestRedeclareOneOfAGroup(t *testing.T) {
	b := open(t)
	b.do(t, "type (\n\tA struct{ X int }\n\tB struct{ A }\n)")
	b.do(t, "type A struct{ X, Y int }")
	if r := b.do(t, "B{A{1, 2}}.Y"); values(r) != "2" {
		t.Errorf("%q %v", values(r), r.Err)
	}
	if r := b.do(t, "switch x := any(3).(type) { case int: }"); r.Err != nil {
		t.Error(r.Err)
	}
	r := b.Run(t.Context(), Cell{Text: "A{}.Z", Name: "c"})
	if r.Err == nil || r.Err.Kind != KindCompile {
		t.Errorf("%+v", r.Err)
	}
	t.Log(r.Err)
}
