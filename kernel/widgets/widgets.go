// Package widgets keeps the state of Jupyter widgets beside the program that
// made them: a front end that connects again asks for it, and a notebook file
// stores it.
//
// Source: the Jupyter widget messaging protocol, version 2.1.0, and the
// notebook format's widget state, version 2.0.
package widgets

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// The targets of comms that carry widgets.
const (
	Target        = "jupyter.widget"         // one model
	ControlTarget = "jupyter.widget.control" // all of them
)

// TypeState is the MIME type under which a notebook's metadata has the state
// of its widgets.
const TypeState = "application/vnd.jupyter.widget-state+json"

// Models are the widgets of one program. The zero value holds none; its methods
// may be called from several goroutines.
type Models struct {
	mu     sync.Mutex
	models map[string]*model
}

type model struct {
	state   map[string]any // without what is in buffers
	buffers []buffer
}

// A buffer is a binary value in a state; Path leads to it through keys and, in
// lists, indices.
type buffer struct {
	path []any
	data []byte
}

// A Message is what the comm of a model carries, in both directions.
type Message struct {
	Method      string         `json:"method,omitempty"` // "update", "echo_update", "request_state", "custom"; none in an opening message
	State       map[string]any `json:"state"`
	BufferPaths [][]any        `json:"buffer_paths"`
}

// decode reads a message and cuts off buffers that nothing points to.
func decode(data any, buffers [][]byte) (Message, []buffer, error) {
	raw, ok := data.(json.RawMessage)
	if !ok {
		var err error
		if raw, err = json.Marshal(data); err != nil {
			return Message{}, nil, err
		}
	}
	var m Message
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, nil, err
	}
	if len(m.BufferPaths) > len(buffers) {
		return m, nil, fmt.Errorf("%d buffer_paths for %d buffers", len(m.BufferPaths), len(buffers))
	}
	var list []buffer
	for i, path := range m.BufferPaths {
		if len(path) == 0 {
			return m, nil, errors.New("an empty path in buffer_paths")
		}
		if _, ok := path[0].(string); !ok {
			return m, nil, fmt.Errorf("buffer_paths: %v does not begin with the name of a value", path)
		}
		list = append(list, buffer{path, buffers[i]})
	}
	return m, list, nil
}

// Opened takes in a model that the program opens.
func (s *Models) Opened(c display.Comm) error {
	m, buffers, err := decode(c.Data, c.Buffers)
	if err != nil {
		return fmt.Errorf("widgets: model %s: %w", c.ID, err)
	}
	for _, key := range []string{"_model_name", "_model_module", "_model_module_version"} {
		if name, ok := m.State[key].(string); !ok || name == "" {
			return fmt.Errorf("widgets: model %s: its state has no %s", c.ID, key)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.models == nil {
		s.models = map[string]*model{}
	}
	s.models[c.ID] = &model{m.State, buffers}
	return nil
}

// Sent takes in a message to or from a front end, and returns it; one that is
// no update changes nothing.
func (s *Models) Sent(id string, data any, buffers [][]byte) (Message, error) {
	m, list, err := decode(data, buffers)
	if err != nil {
		return m, fmt.Errorf("widgets: message of model %s: %w", id, err)
	}
	if m.Method != "update" {
		return m, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.models[id]
	if old == nil {
		return m, fmt.Errorf("widgets: there is no model %s", id)
	}
	changed := func(b buffer) bool {
		_, plain := m.State[b.path[0].(string)]
		return plain || slices.ContainsFunc(list, func(n buffer) bool { return n.path[0] == b.path[0] })
	}
	// Built anew: what States has given out is not changed.
	state := maps.Clone(old.state)
	maps.Copy(state, m.State)
	kept := slices.DeleteFunc(slices.Clone(old.buffers), changed)
	s.models[id] = &model{state, append(kept, list...)}
	return m, nil
}

// Closed forgets a model.
func (s *Models) Closed(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.models, id)
}

// State returns the message that has all of a model's state, and its buffers.
func (s *Models) State(id string) (Message, [][]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.models[id]
	if m == nil {
		return Message{}, nil, false
	}
	out := Message{Method: "update", State: m.state, BufferPaths: [][]any{}}
	var buffers [][]byte
	for _, b := range m.buffers {
		out.BufferPaths = append(out.BufferPaths, b.path)
		buffers = append(buffers, b.data)
	}
	return out, buffers, true
}

// A States is the answer to request_states: every model.
type States struct {
	Method      string         `json:"method"` // "update_states"
	States      map[string]any `json:"states"`
	BufferPaths [][]any        `json:"buffer_paths"`
}

// States returns the message that restores every widget, and its buffers.
func (s *Models) States() (States, [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := States{Method: "update_states", States: map[string]any{}, BufferPaths: [][]any{}}
	var buffers [][]byte
	for _, id := range slices.Sorted(maps.Keys(s.models)) {
		m := s.models[id]
		out.States[id] = m.named()
		for _, b := range m.buffers {
			out.BufferPaths = append(out.BufferPaths, append([]any{id, "state"}, b.path...))
			buffers = append(buffers, b.data)
		}
	}
	return out, buffers
}

// Stored returns what a notebook's metadata has under "widgets"; nil when there
// are none.
func (s *Models) Stored() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.models) == 0 {
		return nil
	}
	all := map[string]any{}
	for id, m := range s.models {
		entry := m.named()
		if len(m.buffers) > 0 {
			list := make([]any, len(m.buffers))
			for i, b := range m.buffers {
				list[i] = map[string]any{
					"encoding": "base64", "path": b.path, "data": base64.StdEncoding.EncodeToString(b.data),
				}
			}
			entry["buffers"] = list
		}
		all[id] = entry
	}
	return map[string]any{TypeState: map[string]any{"version_major": 2, "version_minor": 0, "state": all}}
}

// named returns a model's state beside the names that a front end builds it by.
func (m *model) named() map[string]any {
	return map[string]any{
		"model_name":           m.state["_model_name"],
		"model_module":         m.state["_model_module"],
		"model_module_version": m.state["_model_module_version"],
		"state":                m.state,
	}
}
