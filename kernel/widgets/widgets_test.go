package widgets

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

func opened(t testing.TB) *Models {
	var s Models
	err := s.Opened(display.Comm{ID: "m", Buffers: [][]byte{{1, 2}, {3}}, Data: map[string]any{
		"state":        map[string]any{"_model_name": "M", "_model_module": "mod", "_model_module_version": "2", "n": 1},
		"buffer_paths": [][]any{{"value"}, {"list", 0, "x"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &s
}

func encoded(t testing.TB, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStored(t *testing.T) {
	s := opened(t)
	if _, err := s.Sent("m", map[string]any{"method": "update", "state": map[string]any{"n": 2.5}, "buffer_paths": [][]any{{"value"}}}, [][]byte{{9}}); err != nil {
		t.Fatal(err)
	}
	want := `{"application/vnd.jupyter.widget-state+json":{"state":{"m":{"buffers":[{"data":"Aw==","encoding":"base64","path":["list",0,"x"]},` +
		`{"data":"CQ==","encoding":"base64","path":["value"]}],"model_module":"mod","model_module_version":"2","model_name":"M",` +
		`"state":{"_model_module":"mod","_model_module_version":"2","_model_name":"M","n":2.5}}},"version_major":2,"version_minor":0}}`
	if got := encoded(t, s.Stored()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// What was given out before a change stays as it was.
	before, _ := s.States()
	text := encoded(t, before)
	s.Sent("m", json.RawMessage(`{"method":"update","state":{"n":3}}`), nil)
	if encoded(t, before) != text {
		t.Error("an update changed what States gave")
	}
	s.Closed("m")
	if got := s.Stored(); got != nil {
		t.Errorf("after the last model was closed: %v", got)
	}
}

func TestRefused(t *testing.T) {
	s := opened(t)
	for data, want := range map[string]string{
		`{"method":"update","buffer_paths":[["a"]]}`: "1 buffer_paths for 0 buffers",
		`[]`:                  "cannot unmarshal",
		`{"method":"update"}`: "there is no model other",
	} {
		if _, err := s.Sent("other", json.RawMessage(data), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", data, err, want)
		}
	}
	err := s.Opened(display.Comm{ID: "n", Data: map[string]any{"state": map[string]any{"_model_name": "M"}}})
	if err == nil || !strings.Contains(err.Error(), "_model_module") {
		t.Errorf("a model without a module: %v", err)
	}
}

// Whatever a front end sends, what is stored and given out stays JSON, and
// buffers and paths stay as many.
func FuzzSent(f *testing.F) {
	f.Add(`{"method":"update","state":{"n":1},"buffer_paths":[["a",0]]}`)
	f.Add(`{"method":"update","state":null,"buffer_paths":[[1]]}`)
	f.Add(`{"method":"update","state":{"_model_name":[]},"buffer_paths":[[]]}`)
	f.Add(`{"method":"request_state"}`)
	f.Fuzz(func(t *testing.T, data string) {
		s := opened(t)
		s.Sent("m", json.RawMessage(data), [][]byte{{1}})
		states, buffers := s.States()
		encoded(t, states)
		encoded(t, s.Stored())
		if len(states.BufferPaths) != len(buffers) {
			t.Errorf("%d paths for %d buffers", len(states.BufferPaths), len(buffers))
		}
	})
}
