package jupyter

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/kernel/widgets"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// How printed text is gathered into stream messages: what is printed within
// flushAfter makes one message, unless it grows past flushSize.
const (
	flushAfter = 50 * time.Millisecond
	flushSize  = 1 << 17
)

// object is a JSON object that is built in place.
type object = map[string]any

// An output is the kernel's side of iopub: printed text, displays and
// everything else that all front ends see, in the order in which it happened.
// It is the session's display.Sink.
type output struct {
	publish func(outgoing) error
	wait    func(stop <-chan struct{}) // until the readers have caught up

	mu     sync.Mutex
	parent json.RawMessage // the request that causes output now
	silent bool            // that request wants none
	stop   <-chan struct{} // closed when the running cell is interrupted
	shown  map[string]bool // display IDs that a front end has, true if of this cell

	comms  map[string]comm // open ones by identifier
	cell   string          // the notebook's cell that opens comms now
	models widgets.Models

	stream string // of text: "stdout" or "stderr"
	text   []byte // printed, not yet sent
	timer  *time.Timer
}

// begin makes parent the cause of what comes.
func (o *output) begin(parent json.RawMessage, silent bool, stop <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush(true)
	o.parent, o.silent, o.stop = parent, silent, stop
	for id := range o.shown {
		o.shown[id] = false
	}
}

// message sends a message that belongs to parent, after the text so far.
func (o *output) message(msgType string, parent json.RawMessage, content any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush(true)
	return o.publish(outgoing{topic: msgType, msgType: msgType, parent: parent, content: content})
}

// sync sends the text so far now.
func (o *output) sync() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush(true)
}

// status tells the front ends that the kernel is busy or idle with parent.
func (o *output) status(parent json.RawMessage, state string) {
	o.message("status", parent, object{"execution_state": state})
}

// writer returns where the session prints to: name is "stdout" or "stderr".
func (o *output) writer(name string) io.Writer { return streamWriter{o, name} }

type streamWriter struct {
	o    *output
	name string
}

func (w streamWriter) Write(p []byte) (int, error) {
	o := w.o
	o.mu.Lock()
	if o.silent || len(p) == 0 {
		o.mu.Unlock()
		return len(p), nil
	}
	if o.stream != w.name {
		o.flush(true)
		o.stream = w.name
	}
	if o.text = append(o.text, p...); len(o.text) >= flushSize {
		o.flush(false)
	} else if o.timer == nil {
		o.timer = time.AfterFunc(flushAfter, func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.timer = nil
			o.flush(false)
		})
	}
	stop := o.stop
	o.mu.Unlock()
	o.wait(stop)
	return len(p), nil
}

// flush sends the text so far; o.mu is held. A rune that is not whole yet
// stays for the next time, unless all must go.
func (o *output) flush(all bool) {
	if o.timer != nil && all {
		o.timer.Stop()
		o.timer = nil
	}
	n := len(o.text)
	if !all {
		n -= unfinished(o.text)
	}
	if n == 0 {
		return
	}
	text := strings.ToValidUTF8(string(o.text[:n]), "\uFFFD")
	o.publish(outgoing{
		topic: "stream." + o.stream, msgType: "stream", parent: o.parent, content: object{"name": o.stream, "text": text},
	})
	o.text = append(o.text[:0], o.text[n:]...)
	if cap(o.text) > 4*flushSize {
		o.text = append([]byte(nil), o.text...)
	}
}

// unfinished returns how many bytes at the end of b start a rune whose other
// bytes are still to come.
func unfinished(b []byte) int {
	for i := 1; i <= min(utf8.UTFMax-1, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return i
			}
			return 0
		}
	}
	return 0
}

// Display shows a bundle.
func (o *output) Display(b display.Bundle) error { return o.show("display_data", b, nil) }

// Update replaces what was shown under b.ID, or shows it if that is gone.
func (o *output) Update(b display.Bundle) error {
	if b.ID == "" {
		return fmt.Errorf("jupyter: Update: the bundle has no ID; one is needed to find what it replaces")
	}
	return o.show("update_display_data", b, nil)
}

// ShowBar shows how far a call is in a display of its own, which is emptied at
// the call's end.
func (o *output) ShowBar(b display.Bar) error { return o.Update(b.Show()) }

// Clear removes the output of the running cell.
func (o *output) Clear(wait bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.silent {
		return nil
	}
	o.flush(true)
	for id, here := range o.shown {
		if here {
			delete(o.shown, id)
		}
	}
	return o.publish(outgoing{topic: "clear_output", msgType: "clear_output", parent: o.parent, content: object{"wait": wait}})
}

// result shows the value of a cell's last expression.
func (o *output) result(b display.Bundle, count int64) error {
	return o.show("execute_result", b, object{"execution_count": count})
}

func (o *output) show(msgType string, b display.Bundle, content object) error {
	data, err := mimeData(b)
	if err != nil {
		return err
	}
	if content == nil {
		content = object{}
	}
	content["data"] = data
	content["metadata"] = orEmpty(b.Metadata)
	transient := object{}
	if b.ID != "" {
		transient["display_id"] = b.ID
	}
	content["transient"] = transient

	o.mu.Lock()
	if o.silent {
		o.mu.Unlock()
		return nil
	}
	o.flush(true)
	if b.ID != "" {
		if _, ok := o.shown[b.ID]; !ok {
			if msgType == "update_display_data" {
				msgType = "display_data"
			}
			if o.shown == nil {
				o.shown = map[string]bool{}
			}
			o.shown[b.ID] = true
		}
	}
	err = o.publish(outgoing{topic: msgType, msgType: msgType, parent: o.parent, content: content})
	stop := o.stop
	o.mu.Unlock()
	o.wait(stop)
	return err
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// mimeData returns a bundle's data as messages carry it: JSON types as JSON,
// bytes in base64, everything else as text.
func mimeData(b display.Bundle) (object, error) {
	data := make(object, len(b.Data))
	for mime, v := range b.Data {
		switch x := v.(type) {
		case string:
			if isJSON(mime) && json.Valid([]byte(x)) {
				data[mime] = json.RawMessage(x)
			} else {
				data[mime] = strings.ToValidUTF8(x, "\uFFFD")
			}
		case []byte:
			switch {
			case isJSON(mime) && json.Valid(x):
				data[mime] = json.RawMessage(x)
			case strings.HasPrefix(mime, "text/") || mime == display.TypeSVG:
				data[mime] = strings.ToValidUTF8(string(x), "\uFFFD")
			default:
				data[mime] = base64.StdEncoding.EncodeToString(x)
			}
		default:
			if !isJSON(mime) {
				data[mime] = fmt.Sprint(v)
				continue
			}
			raw, err := encode(v)
			if err != nil {
				return nil, fmt.Errorf("jupyter: %s cannot be encoded: %w", mime, err)
			}
			data[mime] = json.RawMessage(raw)
		}
	}
	if _, ok := data[display.TypeText]; !ok || b.Sketch != nil {
		data[display.TypeText] = b.Sketched()
	}
	return data, nil
}

func isJSON(mime string) bool {
	return mime == display.TypeJSON || strings.HasSuffix(mime, "+json")
}
