package notebook

import (
	"strings"
	"testing"
)

func parameterized(t *testing.T, cell string, list ...Parameter) (*Notebook, error) {
	t.Helper()
	nb := New()
	nb.Add(Markdown, "# Title")
	nb.Add(Code, cell).Metadata["tags"] = []any{"parameters"}
	nb.Add(Code, "fmt.Println(amp)")
	return nb, nb.Parameterize(list)
}

func TestParameterize(t *testing.T) {
	const cell = "// What may differ between runs.\namp, n := 10.0, 3\nsubject := \"sub-01\"\nvar path string\nvar (\n\tamps = []float64{1, 2}\n\tfast bool = true\n)"
	for _, test := range []struct {
		list []Parameter
		want string
	}{
		{[]Parameter{{"amp", "12"}}, "amp = 12"},
		{[]Parameter{{"n", " -4 "}, {"amp", "1e-3"}}, "n = -4\namp = 1e-3"},
		{[]Parameter{{"subject", `a "b"`}}, `subject = "a \"b\""`},
		{[]Parameter{{"subject", "01"}}, `subject = "01"`},
		{[]Parameter{{"path", ""}}, `path = ""`},
		{[]Parameter{{"amps", "[]float64{3, 4}"}, {"fast", "false"}}, "amps = []float64{3, 4}\nfast = false"},
	} {
		nb, err := parameterized(t, cell, test.list...)
		if err != nil {
			t.Errorf("%v: %v", test.list, err)
			continue
		}
		c := nb.Cells[2]
		if len(nb.Cells) != 4 || c.Source != "// Parameters\n"+test.want || !c.tagged("injected-parameters") || c.ID == "" {
			t.Errorf("%v: %q, tags %v", test.list, c.Source, c.Metadata)
		}
		if nb.Cells[1].Source != cell {
			t.Error("the defaults have changed")
		}
	}
}

// A second run changes the cell of the first, as papermill does.
func TestParameterizeAgain(t *testing.T) {
	nb, err := parameterized(t, "amp := 1.0", Parameter{"amp", "2"})
	if err != nil {
		t.Fatal(err)
	}
	id := nb.Cells[2].ID
	nb.Cells[2].ExecutionCount = 5
	if err := nb.Parameterize([]Parameter{{"amp", "3"}}); err != nil {
		t.Fatal(err)
	}
	if c := nb.Cells[2]; len(nb.Cells) != 4 || c.Source != "// Parameters\namp = 3" || c.ID != id || c.ExecutionCount != 0 {
		t.Errorf("%d cells, %q", len(nb.Cells), c.Source)
	}
}

func TestParameterizeErrors(t *testing.T) {
	for _, test := range []struct {
		cell string
		list []Parameter
		want string
	}{
		{"amp := 1.0", []Parameter{{"amps", "2"}}, `no parameter "amps": cell 2, tagged "parameters", sets amp`},
		{"amp := 1.0", []Parameter{{"amp", "2 3"}}, "no Go expression"},
		{"amp := 1.0", []Parameter{{"amp", "2\npanic(1)"}}, "no Go expression"},
		{"amp := 1.0", []Parameter{{"amp", "2"}, {"amp", "3"}}, "twice"},
		{"amp := ", []Parameter{{"amp", "2"}}, "cell 2"},
		{"f()", []Parameter{{"amp", "2"}}, "sets none"},
	} {
		_, err := parameterized(t, test.cell, test.list...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q %v: error %v, want %q", test.cell, test.list, err, test.want)
		}
	}
	nb := New()
	nb.Add(Code, "amp := 1.0")
	if err := nb.Parameterize([]Parameter{{"amp", "2"}}); err == nil || !strings.Contains(err.Error(), `tagged "parameters"`) {
		t.Errorf("no tagged cell: %v", err)
	}
	if err := nb.Parameterize(nil); err != nil {
		t.Errorf("no parameters: %v", err)
	}
}
