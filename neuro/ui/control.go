package ui

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A Control is something that a user moves: [Scalar], [Interval], [Choice],
// [Switch], [Entry] or [Trigger], always by pointer. As the last expression of a
// cell it shows itself.
type Control interface {
	display.Shower
	// String returns label and value, such as "I 10 µA/cm²".
	String() string

	base() *control
	gives() string                                            // what the value is, "a number: float64 or int"
	fits(t reflect.Type) bool                                 // a parameter of this type can take it
	arg(t reflect.Type) reflect.Value                         // the value for such a parameter
	about() string                                            // label and what can be chosen
	build(b *builder) (shown string, err error)               // makes its models
	wire(m *model) map[string]any                             // the value as a model of it has it
	take(m *model, state map[string]any) (changed, good bool) // a value from a front end
}

// control is what all controls have.
type control struct {
	label, unit string
	self        Control
	err         error // made wrongly

	mu    sync.Mutex // held for the value too
	lives []*live    // what runs when the value changes
	views []*model   // models that hold the value, one for each place where it is shown
}

func (c *control) base() *control { return c }

// label "I (µA/cm²)" is the name I and the unit µA/cm².
func named(label string) control {
	if head, tail, ok := strings.Cut(label, " ("); ok && strings.HasSuffix(tail, ")") {
		return control{label: head, unit: strings.TrimSuffix(tail, ")")}
	}
	return control{label: label}
}

// title is the label as the control shows it.
func (c *control) title() string {
	if c.unit == "" {
		return c.label
	}
	return c.label + " (" + c.unit + ")"
}

// with returns a text with the label before it and the unit behind.
func (c *control) with(text string) string {
	s := text
	if c.label != "" {
		s = c.label + " " + text
	}
	if c.unit != "" {
		s += " " + c.unit
	}
	return s
}

func name(c Control) string { return fmt.Sprintf("the control %q", c.base().title()) }

// wrong notes a mistake in the call that makes a control.
func (c *control) wrong(call, format string, args ...any) {
	c.err = fmt.Errorf("ui: %s %q: %s", call, c.title(), fmt.Sprintf(format, args...))
}

func (c *control) join(l *live) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.lives, l) {
		c.lives = append(c.lives, l)
	}
}

func (c *control) leave(l *live) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lives = slices.DeleteFunc(c.lives, func(x *live) bool { return x == l })
}

// view adds a model that holds the value.
func (c *control) view(m *model) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.views = append(c.views, m)
}

// gone hears that a model was closed.
func (c *control) gone(m *model) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.views = slices.DeleteFunc(c.views, func(x *model) bool { return x == m })
}

// moved brings the value to all places where it is shown, except that from which
// it came.
func (c *control) moved(except *model) error {
	c.mu.Lock()
	views := slices.Clone(c.views)
	c.mu.Unlock()
	var errs []error
	for _, m := range views {
		if m != except {
			errs = append(errs, m.set(c.self.wire(m)))
		}
		if m.note != nil {
			m.note()
		}
	}
	return errors.Join(errs...)
}

// changed is called after Set.
func (c *control) changed() error {
	errs := []error{c.moved(nil)}
	c.mu.Lock()
	lives := slices.Clone(c.lives)
	c.mu.Unlock()
	for _, l := range lives {
		if !l.gated || gate(c.self) {
			errs = append(errs, l.again())
		}
	}
	return errors.Join(errs...)
}

// receive takes a message of a front end to one of the models.
func (c *control) receive(m *model, msg message) *display.Task {
	if msg.Method != "update" {
		return nil
	}
	changed, good := c.self.take(m, msg.State)
	if !good {
		m.set(c.self.wire(m)) // show what holds
	}
	if !changed {
		return nil
	}
	c.moved(m)
	return c.task()
}

// task makes what depends on the control run.
func (c *control) task() *display.Task {
	c.mu.Lock()
	lives := slices.Clone(c.lives)
	c.mu.Unlock()
	if !gate(c.self) {
		lives = slices.DeleteFunc(lives, func(l *live) bool { return l.gated })
	}
	if len(lives) == 0 {
		return nil
	}
	for _, l := range lives {
		l.due.Store(true)
	}
	var at *live
	task := &display.Task{
		Run: func() {
			for _, l := range lives {
				if l.due.Swap(false) { // else a later message's task did it
					at = l
					l.call()
				}
			}
		},
		Failed: func(kind, message string, trace []string) {
			if at != nil {
				at.failed(kind, message, trace)
			}
		},
	}
	if s, ok := c.self.(*Scalar); !ok || s.kind != "play" { // whose every value would end the call for the one before
		task.Superseded = func() {
			if at != nil {
				at.due.Store(true)
			}
		}
	}
	return task
}

// show is the Show of every control.
func (c *control) show() display.Bundle {
	if c.err != nil {
		return display.Text(c.err.Error())
	}
	comms, ok := display.Live()
	if !ok {
		return display.Text(c.self.String())
	}
	b := &builder{comms: comms, wide: labelWidth(c.self)}
	id, err := c.self.build(b)
	if err != nil {
		return display.Text(c.self.String() + " (" + err.Error() + ")")
	}
	return view(id, display.Text(c.self.String()))
}

func labelWidth(list ...Control) int {
	most := 0
	for _, c := range list {
		most = max(most, len([]rune(c.base().title())))
	}
	return 16 + 8*most
}
