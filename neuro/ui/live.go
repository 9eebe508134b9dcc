package ui

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A live is a function with its controls.
type live struct {
	fn       reflect.Value
	controls []Control
	params   []Control // those that have a parameter
	gated    bool      // runs when a button of Run is clicked only

	comms  display.Comms // nil where nothing can be moved
	area   *area         // what the function shows
	hidden string        // model of what is shown where there are no widgets
	line   string        // display of the values, for front ends without widgets
	result string        // display of what the function shows, for those

	due     atomic.Bool // a control was moved since the last call
	mu      sync.Mutex
	now     *collector // of the last call
	running bool
}

// values writes all controls in one line.
func (l *live) values() string {
	var list []string
	for _, c := range l.controls {
		if s := c.String(); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, " · ")
}

// plainly calls the function where nothing can be moved.
func (l *live) plainly() error {
	l.mu.Lock()
	l.running = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.running = false
		l.mu.Unlock()
	}()
	if s := l.values(); s != "" {
		display.Show(display.Text(s))
	}
	values, err := l.results(l.fn.Call(l.args()))
	for _, v := range values {
		display.Show(v)
	}
	return err
}

func (l *live) args() []reflect.Value {
	args := make([]reflect.Value, len(l.params))
	for i, c := range l.params {
		args[i] = c.arg(l.fn.Type().In(i))
	}
	return args
}

// results returns what the function gave to be shown, and its error.
func (l *live) results(out []reflect.Value) (values []any, err error) {
	for i, v := range out {
		if !v.CanInterface() {
			continue
		}
		x := v.Interface()
		if e, ok := x.(error); ok && i == len(out)-1 {
			return values, e
		}
		if x != nil {
			values = append(values, x)
		}
	}
	return values, nil
}

// open shows the controls, the area, and what stands for both where there are
// no widgets.
func (l *live) open(comms display.Comms) error {
	l.comms = comms
	b := &builder{comms: comms, wide: labelWidth(l.controls...)}
	var children []string
	for _, c := range l.controls {
		id, err := c.build(b)
		if err != nil {
			return err
		}
		children = append(children, id)
	}
	var err error
	if l.area, err = newArea(b); err != nil {
		return err
	}
	hidden, err := b.box("VBox", nil, map[string]any{"display": "none"})
	if err != nil {
		return err
	}
	layout, err := b.open("Layout", map[string]any{}, nil, nil)
	if err != nil {
		return err
	}
	list := make([]string, 0, len(children)+1)
	for _, id := range append(children, l.area.box.id) {
		list = append(list, ref(id))
	}
	root, err := b.open("VBox", map[string]any{"children": list, "layout": ref(layout.id), "box_style": ""}, nil,
		func(*model) { l.closed() })
	if err != nil {
		return err
	}
	l.hidden, l.line, l.result = hidden.id, comms.NewID(), comms.NewID()
	return errors.Join(
		comms.Display(view(root.id, display.Text(l.about()))),
		comms.Display(l.instead(l.line, display.Text(l.values()))),
		comms.Display(l.instead(l.result, display.Text("(it runs)"))))
}

// about describes the controls where they cannot be seen.
func (l *live) about() string {
	list := make([]string, len(l.controls))
	for i, c := range l.controls {
		list[i] = c.about()
	}
	return "Controls, to be moved in Jupyter where jupyterlab_widgets is installed: " + strings.Join(list, "; ")
}

// instead is a bundle that is seen only where there are no widgets.
func (l *live) instead(id string, b display.Bundle) display.Bundle {
	b = view(l.hidden, b)
	b.ID = id
	return b
}

// closed ends the connection with the controls: the cell that made it runs
// again, or its output is gone.
func (l *live) closed() {
	for _, c := range l.controls {
		c.base().leave(l)
	}
}

// begin makes the first call, in the cell. Its error is the cell's.
func (l *live) begin() error {
	col, err := l.collect()
	if err == nil {
		l.finish(col)
	}
	return err
}

// again is the call after Set. A function that sets a control of its own is not
// called for that.
func (l *live) again() error {
	l.mu.Lock()
	running := l.running
	l.mu.Unlock()
	switch {
	case running:
		return nil
	case l.comms == nil:
		return l.plainly()
	}
	return l.call()
}

// call calls the function and shows what comes of it, an error too.
func (l *live) call() error {
	col, err := l.collect()
	if err != nil {
		col.fail("error", err.Error(), nil)
	}
	return errors.Join(err, l.finish(col))
}

// collect calls the function and gathers what it shows. When it panics, failed
// is called afterwards.
func (l *live) collect() (*collector, error) {
	col := &collector{Comms: l.comms, area: l.area, values: l.values()}
	l.mu.Lock()
	if l.now != nil {
		l.now.close() // of a call that was left behind
	}
	l.now, l.running = col, true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.now == col {
			l.running = false
		}
	}()
	args := l.args()
	release := display.Capture(col.print)
	defer release()
	var err error
	display.During(col, func() {
		var values []any
		values, err = l.results(l.fn.Call(args))
		for _, v := range values {
			display.Show(v)
		}
	})
	return col, err
}

// failed shows why the last call ended early.
func (l *live) failed(kind, message string, trace []string) {
	l.mu.Lock()
	col := l.now
	l.running = false
	l.mu.Unlock()
	if col != nil {
		col.fail(kind, message, trace)
		l.finish(col)
	}
}

// finish shows all that a call gave, and nothing more of it.
func (l *live) finish(col *collector) error {
	items := col.close()
	l.mu.Lock()
	last := l.now == col
	l.mu.Unlock()
	if !last {
		return nil
	}
	return errors.Join(
		l.area.show(items, true),
		l.comms.Update(l.instead(l.line, display.Text(col.values))),
		l.comms.Update(l.instead(l.result, plain(items))))
}

// plain is one bundle of all that was shown.
func plain(items []item) display.Bundle {
	var texts []string
	var pictures []item
	for _, it := range items {
		if it.picture() != "" {
			pictures = append(pictures, it)
			continue
		}
		texts = append(texts, strings.TrimRight(it.text(), "\n"))
	}
	text := strings.Join(texts, "\n")
	switch {
	case len(items) == 1 && items[0].kind == shown:
		return items[0].bundle
	case len(pictures) == 0:
		return display.Text(text)
	}
	last := pictures[len(pictures)-1].bundle
	mime := pictures[len(pictures)-1].picture()
	b := display.Bundle{
		Data:     map[string]any{mime: last.Data[mime], display.TypeText: strings.TrimLeft(text+"\n"+last.Text(), "\n")},
		Metadata: last.Metadata,
	}
	b.Data[display.TypeHTML] = page(items)
	return b
}
