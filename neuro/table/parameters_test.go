package table_test

import (
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/table"
)

func TestParameters(t *testing.T) {
	got := table.Parameters("cell", struct {
		Name string
		Tau  float64 `unit:"ms"`
		On   bool
	}{"x", 5, true})
	want := []table.Col{{Name: "parameter", Text: []string{"Tau", "On"}}, {Name: "value", Num: []float64{5, 1}}, {Name: "unit", Text: []string{"ms", ""}}}
	if got.Title != "cell" || !slices.EqualFunc(got.Cols, want, func(a, b table.Col) bool {
		return a.Name == b.Name && slices.Equal(a.Num, b.Num) && slices.Equal(a.Text, b.Text)
	}) {
		t.Errorf("%+v", got)
	}
}
