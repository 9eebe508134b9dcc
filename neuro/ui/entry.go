package ui

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// An Entry is a control that gives a text that the user writes.
type Entry struct {
	control
	text string
}

// Text is a box for a line of text. What is written counts when Enter is
// pressed or the box is left.
func Text(label, text string) *Entry {
	c := &Entry{control: named(label), text: text}
	c.self = c
	return c
}

// Show shows the control.
func (c *Entry) Show() display.Bundle { return c.show() }

// Value returns the text.
func (c *Entry) Value() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// Set changes the text and runs what depends on it.
func (c *Entry) Set(text string) error {
	c.mu.Lock()
	c.text = text
	c.mu.Unlock()
	return c.changed()
}

func (c *Entry) String() string { return c.with(strconv.Quote(c.Value())) }

func (c *Entry) gives() string { return "a text: string" }

func (c *Entry) fits(t reflect.Type) bool { return t.Kind() == reflect.String }

func (c *Entry) arg(t reflect.Type) reflect.Value { return reflect.ValueOf(c.Value()).Convert(t) }

func (c *Entry) about() string { return c.title() + ": a text" }

func (c *Entry) wire(*model) map[string]any { return map[string]any{"value": c.Value()} }

func (c *Entry) take(_ *model, state map[string]any) (changed, good bool) {
	raw, ok := state["value"]
	if !ok {
		return false, true
	}
	text, ok := raw.(string)
	if !ok {
		return false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	changed = c.text != text
	c.text = text
	return changed, true
}

func (c *Entry) build(b *builder) (string, error) {
	layout, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+280))
	style, err2 := b.style("TextStyle", map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	m, err := b.open("Text", map[string]any{
		"description": c.title(), "layout": layout, "style": style, "disabled": false, "value": c.Value(),
		"placeholder": "", "continuous_update": false,
	}, c.receive, c.gone)
	if err := first(err1, err2, err); err != nil {
		return "", err
	}
	c.view(m)
	return m.id, nil
}

// A Trigger is a button; it gives how often it was clicked.
type Trigger struct {
	control
	gate   bool
	clicks int
}

// Button is a button. A function has an int for it, the number of clicks so
// far: 0 in the first call, and a new seed for each further one.
func Button(label string) *Trigger {
	c := &Trigger{control: control{label: label}}
	c.self = c
	return c
}

// Run is a button for a function that takes long: it runs when the button is
// clicked, and not when another control is moved. The function has no parameter
// for it.
func Run(label string) *Trigger {
	c := Button(label)
	c.gate = true
	return c
}

func gate(c Control) bool {
	t, ok := c.(*Trigger)
	return ok && t.gate
}

// Show shows the control.
func (c *Trigger) Show() display.Bundle { return c.show() }

// Clicks returns how often the button was clicked.
func (c *Trigger) Clicks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clicks
}

// Click clicks the button.
func (c *Trigger) Click() error {
	c.mu.Lock()
	c.clicks++
	c.mu.Unlock()
	return c.changed()
}

func (c *Trigger) String() string {
	if c.gate {
		return ""
	}
	return c.label + " " + count(c.Clicks(), "time")
}

func (c *Trigger) gives() string { return "the number of clicks: int" }

func (c *Trigger) fits(t reflect.Type) bool { return isInt(t) }

func (c *Trigger) arg(t reflect.Type) reflect.Value { return reflect.ValueOf(c.Clicks()).Convert(t) }

func (c *Trigger) about() string { return "button " + strconv.Quote(c.label) }

func (c *Trigger) wire(*model) map[string]any { return map[string]any{} }

func (c *Trigger) take(*model, map[string]any) (changed, good bool) { return false, true }

// pressed takes the message of a click.
func (c *Trigger) pressed(_ *model, msg message) *display.Task {
	var content struct {
		Event string `json:"event"`
	}
	if msg.Method != "custom" || json.Unmarshal(msg.Content, &content) != nil || content.Event != "click" {
		return nil
	}
	c.mu.Lock()
	c.clicks++
	c.mu.Unlock()
	return c.task()
}

func (c *Trigger) build(b *builder) (string, error) {
	layout, err1 := b.open("Layout", map[string]any{"width": "max-content", "margin": fmt.Sprintf("2px 2px 2px %dpx", b.wide+6)}, nil, nil)
	style, err2 := b.style("ButtonStyle", map[string]any{})
	if err := first(err1, err2); err != nil {
		return "", err
	}
	kind := ""
	if c.gate {
		kind = "primary"
	}
	m, err := b.open("Button", map[string]any{
		"description": c.label, "layout": ref(layout.id), "style": style, "disabled": false, "button_style": kind, "icon": "",
	}, c.pressed, nil)
	if err != nil {
		return "", err
	}
	return m.id, nil
}
