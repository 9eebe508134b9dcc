package ui

import (
	"encoding/json"
	"maps"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// The modules of ipywidgets' models, and the versions that are spoken here.
const (
	baseModule     = "@jupyter-widgets/base"
	controlsModule = "@jupyter-widgets/controls"
	outputModule   = "@jupyter-widgets/output"
	modulesVersion = "2.0.0"
	outputVersion  = "1.0.0"

	widgetTarget    = "jupyter.widget"
	protocolVersion = "2.1.0"
	typeView        = "application/vnd.jupyter.widget-view+json"
)

// A model is one widget model, open in the front ends.
type model struct {
	comms display.Comms
	id    string
	over  atomic.Bool
	note  func() // called when its value changed; may be nil
}

// A message is what a front end sends to a model.
type message struct {
	Method  string          `json:"method"`
	State   map[string]any  `json:"state"`
	Content json.RawMessage `json:"content"` // of a custom message
}

// A builder opens models of one place where controls are shown.
type builder struct {
	comms  display.Comms
	wide   int // of the labels, in CSS pixels
	layout map[string]string
}

// open opens a model. name is that of the model and its view: "FloatSlider".
func (b *builder) open(name string, state map[string]any, receive func(*model, message) *display.Task, closed func(*model)) (*model, error) {
	module, version := controlsModule, modulesVersion
	view := any(name + "View")
	switch name {
	case "Layout":
		module = baseModule
	case "Output":
		module, version = outputModule, outputVersion
	case "Link":
		view = nil
	}
	if len(name) > 5 && name[len(name)-5:] == "Style" || name == "Layout" {
		view = "StyleView"
		if name == "Layout" {
			view = "LayoutView"
		}
	}
	m := &model{comms: b.comms, id: b.comms.NewID()}
	full := map[string]any{
		"_model_name": name + "Model", "_model_module": module, "_model_module_version": version,
		"_view_name": view, "_view_module": module, "_view_module_version": version, "_view_count": nil,
	}
	if view == "StyleView" {
		full["_view_module"] = baseModule
	}
	if name != "Layout" && view != "StyleView" && view != nil {
		full["_dom_classes"] = []string{}
	}
	maps.Copy(full, state)
	c := display.Comm{
		ID: m.id, Target: widgetTarget, Metadata: map[string]any{"version": protocolVersion},
		Closed: func() {
			m.over.Store(true)
			if closed != nil {
				closed(m)
			}
		},
	}
	c.Data, c.Buffers = packed("", full)
	if receive != nil {
		c.Receive = func(data json.RawMessage, _ [][]byte) *display.Task {
			msg, ok := decode(data)
			if !ok {
				return nil
			}
			return receive(m, msg)
		}
	}
	return m, b.comms.Open(c)
}

// decode reads a message of a front end; what is none is not taken.
func decode(data json.RawMessage) (message, bool) {
	var m message
	err := json.Unmarshal(data, &m)
	return m, err == nil
}

// packed returns the data of a message with a state, binary values apart.
func packed(method string, state map[string]any) (data map[string]any, buffers [][]byte) {
	plain, paths := map[string]any{}, [][]any{}
	for key, v := range state {
		if b, ok := v.([]byte); ok { // one model has one at most, so that no order matters
			paths, buffers = append(paths, []any{key}), append(buffers, b)
			continue
		}
		plain[key] = v
	}
	data = map[string]any{"state": plain, "buffer_paths": paths}
	if method != "" {
		data["method"] = method
	}
	return data, buffers
}

// set changes values of the model in the front ends. A model that was closed is
// nowhere to be seen, and nothing is to be done.
func (m *model) set(state map[string]any) error {
	if m.over.Load() {
		return nil
	}
	data, buffers := packed("update", state)
	return m.comms.Send(m.id, data, buffers)
}

// ref is how a state refers to another model.
func ref(id string) string { return "IPY_MODEL_" + id }

// style opens the style of a control.
func (b *builder) style(name string, state map[string]any) (string, error) {
	m, err := b.open(name, state, nil, nil)
	return ref(m.id), err
}

// sized opens a layout of a width, or takes that which is there.
func (b *builder) sized(width string) (string, error) {
	if l, ok := b.layout[width]; ok {
		return l, nil
	}
	state := map[string]any{}
	if width != "" {
		state["width"] = width
	}
	m, err := b.open("Layout", state, nil, nil)
	if b.layout == nil {
		b.layout = map[string]string{}
	}
	b.layout[width] = ref(m.id)
	return ref(m.id), err
}

// box opens a box with children.
func (b *builder) box(name string, children []string, layout map[string]any) (*model, error) {
	l, err := b.open("Layout", layout, nil, nil)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(children))
	for i, id := range children {
		list[i] = ref(id)
	}
	return b.open(name, map[string]any{"children": list, "layout": ref(l.id), "box_style": ""}, nil, nil)
}

// view returns a bundle that is shown as a widget where that can be done.
func view(id string, instead display.Bundle) display.Bundle {
	data := maps.Clone(instead.Data)
	data[typeView] = map[string]any{"version_major": 2, "version_minor": 0, "model_id": id}
	instead.Data = data
	return instead
}
