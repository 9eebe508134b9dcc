package notebook

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// Controls are stored with the notebook as they are at its end, with the same
// identifiers each time, and go when they are shown no more.
func TestWidgetsAreStored(t *testing.T) {
	run := func(nb *Notebook) string {
		t.Helper()
		err := Execute(t.Context(), nb, Options{Open: func(o session.Options) (Engine, error) { return session.New(o) }})
		if err != nil {
			t.Fatal(err)
		}
		data, err := nb.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	nb := New()
	nb.Add(Code, "x := ui.Slider(\"x (ms)\", 0, 10, 4)\nui.Interact(func(v float64) float64 { fmt.Println(\"v is\", v); return 2 * v }, x)")
	nb.Add(Code, "x.Set(6)")
	first := run(nb)
	if second := run(nb); second != first {
		t.Error("a second run gives another notebook")
	}
	var file struct {
		Metadata struct {
			Widgets map[string]struct {
				State map[string]struct {
					Name  string         `json:"model_name"`
					State map[string]any `json:"state"`
				} `json:"state"`
			} `json:"widgets"`
		} `json:"metadata"`
		Cells []struct {
			Outputs []struct {
				Data map[string]any `json:"data"`
			} `json:"outputs"`
		} `json:"cells"`
	}
	if err := json.Unmarshal([]byte(first), &file); err != nil {
		t.Fatal(err)
	}
	models := file.Metadata.Widgets["application/vnd.jupyter.widget-state+json"].State
	outputs := file.Cells[0].Outputs
	if len(outputs) != 3 || len(file.Cells[1].Outputs) != 0 {
		t.Fatalf("outputs: %d and %d, want 3 and none", len(outputs), len(file.Cells[1].Outputs))
	}
	for i, want := range []string{"Controls", "x 6 ms", "v is 6\n12"} {
		id := outputs[i].Data["application/vnd.jupyter.widget-view+json"].(map[string]any)["model_id"].(string)
		if models[id].Name != "VBoxModel" {
			t.Errorf("output %d is a view of %q", i, models[id].Name)
		}
		text := ""
		for _, line := range outputs[i].Data["text/plain"].([]any) {
			text += line.(string)
		}
		if !strings.HasPrefix(text, want) {
			t.Errorf("output %d: %q, want %q", i, text, want)
		}
	}
	values := map[string]any{}
	for _, m := range models {
		if v, ok := m.State["value"]; ok {
			values[m.Name] = v
		}
	}
	if len(values) != 1 || values["FloatSliderModel"] != 6.0 {
		t.Errorf("values of models: %v", values)
	}
	nb.Cells = nb.Cells[:1]
	nb.Cells[0].Source = "1"
	if plain := run(nb); strings.Contains(plain, "widget") {
		t.Errorf("widgets of the run before are still there: %s", plain)
	}
}
