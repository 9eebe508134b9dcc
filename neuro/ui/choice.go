package ui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A Choice is a control that gives one of several texts.
type Choice struct {
	control
	// Options are what can be chosen.
	Options []string

	at int
}

// Select is a menu of options that begins at the first.
func Select(label string, options ...string) *Choice {
	c := &Choice{control: named(label), Options: options}
	c.self = c
	if len(options) == 0 {
		c.wrong("Select", "no options; give one or more texts after the label")
	}
	for i, o := range options {
		if c.err == nil && slices.Contains(options[:i], o) {
			c.wrong("Select", "the option %q is there twice", o)
		}
	}
	return c
}

// Show shows the control.
func (c *Choice) Show() display.Bundle { return c.show() }

// Index returns the place of what is chosen, from 0.
func (c *Choice) Index() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Value returns what is chosen.
func (c *Choice) Value() string {
	if i := c.Index(); i < len(c.Options) {
		return c.Options[i]
	}
	return ""
}

// Set chooses an option and runs what depends on it.
func (c *Choice) Set(option string) error {
	if c.err != nil {
		return c.err
	}
	i := slices.Index(c.Options, option)
	if i < 0 {
		return fmt.Errorf("ui: Set: %q is no option of %s: %s", option, name(c), quoted(c.Options))
	}
	c.mu.Lock()
	c.at = i
	c.mu.Unlock()
	return c.changed()
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}

func (c *Choice) String() string { return c.with(c.Value()) }

func (c *Choice) gives() string { return "one of its texts: string, or int for its place" }

func (c *Choice) fits(t reflect.Type) bool { return t.Kind() == reflect.String || isInt(t) }

func (c *Choice) arg(t reflect.Type) reflect.Value {
	if isInt(t) {
		return reflect.ValueOf(c.Index()).Convert(t)
	}
	return reflect.ValueOf(c.Value()).Convert(t)
}

func (c *Choice) about() string { return c.title() + ": " + strings.Join(c.Options, ", ") }

func (c *Choice) wire(*model) map[string]any { return map[string]any{"index": c.Index()} }

func (c *Choice) take(_ *model, state map[string]any) (changed, good bool) {
	raw, ok := state["index"]
	if !ok {
		return false, true
	}
	i, ok := raw.(float64)
	if !ok || !isWhole(i) || i < 0 || int(i) >= len(c.Options) {
		return false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	changed = c.at != int(i)
	c.at = int(i)
	return changed, true
}

func (c *Choice) build(b *builder) (string, error) {
	layout, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+280))
	style, err2 := b.style("DescriptionStyle", map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	m, err := b.open("Dropdown", map[string]any{
		"description": c.title(), "layout": layout, "style": style, "disabled": false,
		"_options_labels": c.Options, "index": c.Index(),
	}, c.receive, c.gone)
	if err := first(err1, err2, err); err != nil {
		return "", err
	}
	c.view(m)
	return m.id, nil
}

// A Switch is a control that gives true or false.
type Switch struct {
	control
	on bool
}

// Checkbox is a box that is ticked or not.
func Checkbox(label string, on bool) *Switch {
	c := &Switch{control: named(label), on: on}
	c.self = c
	return c
}

// Show shows the control.
func (c *Switch) Show() display.Bundle { return c.show() }

// Value tells whether the box is ticked.
func (c *Switch) Value() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.on
}

// Set ticks the box or not, and runs what depends on it.
func (c *Switch) Set(on bool) error {
	c.mu.Lock()
	c.on = on
	c.mu.Unlock()
	return c.changed()
}

func (c *Switch) String() string {
	if c.Value() {
		return c.with("yes")
	}
	return c.with("no")
}

func (c *Switch) gives() string { return "a truth value: bool" }

func (c *Switch) fits(t reflect.Type) bool { return t.Kind() == reflect.Bool }

func (c *Switch) arg(t reflect.Type) reflect.Value { return reflect.ValueOf(c.Value()).Convert(t) }

func (c *Switch) about() string { return c.title() + ": yes, no" }

func (c *Switch) wire(*model) map[string]any { return map[string]any{"value": c.Value()} }

func (c *Switch) take(_ *model, state map[string]any) (changed, good bool) {
	raw, ok := state["value"]
	if !ok {
		return false, true
	}
	on, ok := raw.(bool)
	if !ok {
		return false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	changed = c.on != on
	c.on = on
	return changed, true
}

func (c *Switch) build(b *builder) (string, error) {
	layout, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+280))
	style, err2 := b.style("CheckboxStyle", map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	m, err := b.open("Checkbox", map[string]any{
		"description": c.title(), "layout": layout, "style": style, "disabled": false, "indent": true, "value": c.Value(),
	}, c.receive, c.gone)
	if err := first(err1, err2, err); err != nil {
		return "", err
	}
	c.view(m)
	return m.id, nil
}
