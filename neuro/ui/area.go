package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// The kinds of item.
const (
	shown   = "shown"   // bundle
	printed = "printed" // body, to the stream name
	failure = "failure" // body, of the kind name, with lines
)

// An item is one thing that a call showed.
type item struct {
	kind       string
	bundle     display.Bundle
	name, body string
	lines      []string
}

// picture returns the type of the item's picture, "" when it has none.
func (it item) picture() string {
	if it.kind == shown {
		for _, mime := range []string{display.TypePNG, display.TypeJPEG} {
			if _, ok := it.bundle.Data[mime].([]byte); ok {
				return mime
			}
		}
	}
	return ""
}

func (it item) text() string {
	switch it.kind {
	case shown:
		return it.bundle.Text()
	case failure:
		return it.name + ": " + it.body
	}
	return it.body
}

// output returns the item as notebooks have it.
func (it item) output() map[string]any {
	switch it.kind {
	case printed:
		return map[string]any{"output_type": "stream", "name": it.name, "text": it.body}
	case failure:
		lines := it.lines
		if len(lines) == 0 {
			lines = []string{"\x1b[31m" + it.name + "\x1b[39m: " + it.body}
		}
		return map[string]any{"output_type": "error", "ename": it.name, "evalue": it.body, "traceback": lines}
	}
	data := map[string]any{}
	for mime, v := range it.bundle.Data {
		if b, ok := v.([]byte); ok {
			if strings.HasPrefix(mime, "text/") || mime == display.TypeSVG {
				v = string(b)
			} else {
				v = base64.StdEncoding.EncodeToString(b)
			}
		}
		data[mime] = v
	}
	meta := it.bundle.Metadata
	if meta == nil {
		meta = map[string]any{}
	}
	return map[string]any{"output_type": "display_data", "data": data, "metadata": meta}
}

// page is HTML of all items.
func page(items []item) string {
	var b strings.Builder
	for _, it := range items {
		mime := it.picture()
		rich, isRich := it.bundle.Data[display.TypeHTML].(string)
		switch {
		case mime != "":
			fmt.Fprintf(&b, "<p><img src=\"data:%s;base64,%s\"%s></p>\n",
				mime, base64.StdEncoding.EncodeToString(it.bundle.Data[mime].([]byte)), sizeOf(it.bundle, mime))
		case isRich:
			b.WriteString(rich + "\n")
		default:
			b.WriteString("<pre>" + html.EscapeString(strings.TrimRight(it.text(), "\n")) + "</pre>\n")
		}
	}
	return b.String()
}

func sizeOf(b display.Bundle, mime string) string {
	if m, ok := b.Metadata[mime].(map[string]any); ok && m["width"] != nil {
		return fmt.Sprintf(" width=\"%v\"", m["width"])
	}
	return ""
}

// flushAfter is how long what a running call shows may wait for more.
const flushAfter = 100 * time.Millisecond

// mostText is how many bytes of printed text a call shows.
const mostText = 1 << 20

// A collector is the sink of one call: what is shown and printed goes to the
// area, at once when the call is over and now and then before.
type collector struct {
	display.Comms
	area   *area
	values string // of the controls

	mu    sync.Mutex
	items []item
	clear bool // before the next item
	over  bool
	timer *time.Timer
}

// Display adds a bundle.
func (c *collector) Display(b display.Bundle) error { return c.add(item{kind: shown, bundle: b}) }

// Update replaces a bundle of this call.
func (c *collector) Update(b display.Bundle) error {
	c.mu.Lock()
	if c.over {
		c.mu.Unlock()
		return c.Comms.Update(b)
	}
	for i := range c.items {
		if b.ID != "" && c.items[i].bundle.ID == b.ID {
			c.items[i].bundle = b
			c.later()
			c.mu.Unlock()
			return nil
		}
	}
	c.mu.Unlock()
	return c.Display(b)
}

// ShowBar shows how far a call inside this one is.
func (c *collector) ShowBar(b display.Bar) error {
	if b.State != display.BarDone {
		return c.Update(b.Show())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = slices.DeleteFunc(c.items, func(it item) bool { return it.kind == shown && it.bundle.ID == b.ID })
	if !c.over {
		c.later()
	}
	return nil
}

// Clear removes what this call showed.
func (c *collector) Clear(wait bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.clear = wait; !wait {
		c.items = nil
		c.later()
	}
	return nil
}

func (c *collector) add(it item) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil
	}
	if c.clear {
		c.items, c.clear = nil, false
	}
	if n := len(c.items); n > 0 && it.kind == printed && c.items[n-1].kind == printed && c.items[n-1].name == it.name {
		last := &c.items[n-1]
		last.body += it.body
		if cut := len(last.body) - mostText; cut > 0 {
			const note = "[earlier text is not shown]\n"
			if i := strings.IndexByte(last.body[cut:], '\n'); i >= 0 {
				cut += i + 1
			}
			last.body = note + last.body[cut:]
		}
	} else {
		c.items = append(c.items, it)
	}
	c.later()
	return nil
}

func (c *collector) print(stream string, p []byte) {
	c.add(item{kind: printed, name: stream, body: strings.ToValidUTF8(string(p), "\uFFFD")})
}

func (c *collector) fail(kind, message string, lines []string) {
	c.add(item{kind: failure, name: kind, body: message, lines: lines})
}

// later shows what there is after a while; c.mu is held.
func (c *collector) later() {
	if c.timer != nil {
		return
	}
	c.timer = time.AfterFunc(flushAfter, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.timer = nil
		if !c.over {
			c.area.show(c.items, false)
		}
	})
}

// close returns what there is; later calls add nothing.
func (c *collector) close() []item {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	return c.items
}

// An area is where a function shows things: models of pictures, which change
// without a flicker, and of everything else in between.
type area struct {
	b   *builder
	box *model

	mu       sync.Mutex
	pictures []*place
	others   []*place
	children []string
}

// A place is a model in an area and what it shows.
type place struct {
	*model
	content []byte
}

func newArea(b *builder) (*area, error) {
	box, err := b.box("VBox", nil, map[string]any{"margin": "6px 0 0 0"})
	return &area{b: b, box: box}, err
}

// show shows items. Unless they are all, what stood behind them stays.
func (a *area) show(items []item, all bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var children []string
	pictures, others := 0, 0
	for i := 0; i < len(items); {
		if mime := items[i].picture(); mime != "" {
			p, err := a.picture(pictures, items[i].bundle, mime)
			if err != nil {
				return err
			}
			children = append(children, ref(p.id))
			pictures++
			i++
			continue
		}
		outputs := []any{}
		for ; i < len(items) && items[i].picture() == ""; i++ {
			outputs = append(outputs, items[i].output())
		}
		p, err := a.other(others, outputs)
		if err != nil {
			return err
		}
		children = append(children, ref(p.id))
		others++
	}
	if !all {
		for _, id := range a.children[min(len(children), len(a.children)):] {
			if !slices.Contains(children, id) {
				children = append(children, id)
			}
		}
	}
	if slices.Equal(children, a.children) {
		return nil
	}
	a.children = children
	if children == nil {
		children = []string{}
	}
	return a.box.set(map[string]any{"children": children})
}

// picture shows a bundle's picture in the n-th model of those.
func (a *area) picture(n int, b display.Bundle, mime string) (*place, error) {
	data := b.Data[mime].([]byte)
	state := map[string]any{"value": data, "format": strings.TrimPrefix(mime, "image/"), "width": "", "height": ""}
	if m, ok := b.Metadata[mime].(map[string]any); ok && m["width"] != nil {
		state["width"] = fmt.Sprint(m["width"])
	}
	if n < len(a.pictures) {
		p := a.pictures[n]
		if bytes.Equal(p.content, data) {
			return p, nil
		}
		p.content = data
		return p, p.set(state)
	}
	layout, err := a.b.open("Layout", map[string]any{"max_width": "100%", "height": "auto", "align_self": "flex-start"}, nil, nil)
	if err != nil {
		return nil, err
	}
	state["layout"] = ref(layout.id)
	m, err := a.b.open("Image", state, nil, nil)
	p := &place{m, data}
	a.pictures = append(a.pictures, p)
	return p, err
}

// other shows outputs in the n-th model of those.
func (a *area) other(n int, outputs []any) (*place, error) {
	content, err := json.Marshal(outputs)
	if err != nil { // a value that JSON cannot hold
		outputs = []any{item{kind: printed, name: "stderr", body: "ui: it cannot be shown: " + err.Error()}.output()}
		content, _ = json.Marshal(outputs)
	}
	if n < len(a.others) {
		p := a.others[n]
		if bytes.Equal(p.content, content) {
			return p, nil
		}
		p.content = content
		return p, p.set(map[string]any{"outputs": outputs})
	}
	layout, err := a.b.open("Layout", map[string]any{}, nil, nil)
	if err != nil {
		return nil, err
	}
	m, err := a.b.open("Output", map[string]any{"layout": ref(layout.id), "outputs": outputs, "msg_id": ""}, nil, nil)
	p := &place{m, content}
	a.others = append(a.others, p)
	return p, err
}
