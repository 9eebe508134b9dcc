package display

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"
)

// GoNB compiles each cell to a program and gives it the paths of two named
// pipes in its environment. The program writes gob messages to the first; the
// kernel answers in the second. What is sent here has the names and fields of
// GoNB's own message types, which gob matches by name, so that GoNB need not
// be linked.
const (
	gonbPipe     = "GONB_PIPE"
	gonbPipeBack = "GONB_PIPE_BACK"

	// gonbValue is the name under which GoNB registers the type of a message
	// between program and kernel that is not shown.
	gonbValue = "github.com/janpfeifer/gonb/gonbui/protocol.CommValue"
	gonbMIME  = "gonb/comm_value"
	gonbSync  = "#gonbui/sync"
	gonbAck   = "#gonbui/sync_ack"
)

// How long to wait for the kernel to open its ends of the pipes, and to
// confirm that it has shown what was sent. Vars for tests.
var (
	gonbOpen = 5 * time.Second
	gonbWait = 10 * time.Second
)

var errNoGoNB = errors.New("not in a GoNB cell")

// mimeType is the key type of GoNB's bundles; to gob it is a string.
type mimeType string

// displayData is one message: Data by MIME type, Metadata, and the ID of a
// display that later messages replace.
type displayData struct {
	Data      map[mimeType]any
	Metadata  map[string]any
	DisplayID string
}

// commValue is a message that is not shown.
type commValue struct {
	Address string
	Request bool
	Value   any
}

// gonb is the sink of a program that GoNB runs.
//
// The pipe carries one stream of gob, which one encoder must write: a cell
// shows things either through this package or through GoNB's own gonbui.
type gonb struct {
	mu     sync.Mutex
	enc    *gob.Encoder
	acks   chan int
	synced int
	broken error
}

func openGoNB() (Sink, error) {
	to, from := os.Getenv(gonbPipe), os.Getenv(gonbPipeBack)
	if to == "" || from == "" {
		return nil, errNoGoNB
	}
	// Opening a named pipe waits for the other end, for ever if there is none.
	w, err := openPipe(gonbPipe, to, os.O_WRONLY)
	if err != nil {
		return nil, err
	}
	r, err := openPipe(gonbPipeBack, from, os.O_RDONLY)
	if err != nil {
		w.Close()
		return nil, err
	}
	return newGoNB(w, r), nil
}

func openPipe(name, path string, flag int) (*os.File, error) {
	type opened struct {
		f   *os.File
		err error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.OpenFile(path, flag, 0)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, fmt.Errorf("%s: %w", name, o.err)
		}
		return o.f, nil
	case <-time.After(gonbOpen):
		return nil, fmt.Errorf("%s: nobody has opened the other end of %s within %v", name, path, gonbOpen)
	}
}

func newGoNB(w io.Writer, r io.Reader) *gonb {
	// What front ends expect in metadata and JSON.
	gob.Register(map[string]any{})
	gob.Register([]any{})
	gob.Register([]string{})
	g := &gonb{enc: gob.NewEncoder(w), acks: make(chan int, 16)}
	go listen(r, g.acks)
	return g
}

// listen takes the kernel's answers until the pipe closes. Answers other than
// to sync are for programs that use GoNB's widgets, and are dropped.
func listen(r io.Reader, acks chan<- int) {
	defer close(acks)
	dec := gob.NewDecoder(r)
	for {
		var m commValue
		if err := dec.Decode(&m); err != nil {
			return
		}
		if id, ok := m.Value.(int); ok && m.Address == gonbAck {
			select {
			case acks <- id:
			default: // nobody waits for so many
			}
		}
	}
}

// Display shows a bundle below the cell.
func (g *gonb) Display(b Bundle) error { return g.send(b, b.ID) }

// Update replaces what was shown under the bundle's ID; the kernel shows it
// anew if there is none.
func (g *gonb) Update(b Bundle) error { return g.send(b, b.ID) }

// Clear does nothing: GoNB has no message for it.
func (g *gonb) Clear(bool) error { return nil }

func (g *gonb) send(b Bundle, id string) error {
	m := displayData{Data: map[mimeType]any{}, DisplayID: id}
	for t, v := range b.Data {
		p, err := plain(v)
		if err != nil {
			return fmt.Errorf("%s for GoNB: %w", t, err)
		}
		if s, ok := v.(string); ok && t == TypeSVG && b.Data[TypeHTML] == nil {
			// Notebooks that are exported lose SVG, but not SVG in HTML.
			m.Data[TypeHTML] = "<div>" + s + "</div>"
		}
		m.Data[mimeType(t)] = p
	}
	if len(b.Metadata) > 0 {
		m.Metadata = map[string]any{}
		for t, v := range b.Metadata {
			p, err := plain(v)
			if err != nil {
				return fmt.Errorf("metadata of %s for GoNB: %w", t, err)
			}
			m.Metadata[t] = p
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.write(m); err != nil {
		return err
	}
	return g.sync()
}

// write sends one message. An encoder that has failed must not go on: the
// other end could not follow.
func (g *gonb) write(m displayData) error {
	if g.broken != nil {
		return g.broken
	}
	if err := g.enc.Encode(m); err != nil {
		g.broken = fmt.Errorf("the pipe to GoNB: %w", err)
	}
	return g.broken
}

// sync waits until the kernel has shown what was sent: it stops reading when
// the program ends, so what is still in the pipe then is lost. A kernel that
// does not answer is not waited for again.
func (g *gonb) sync() error {
	if g.acks == nil {
		return nil
	}
	g.synced++
	v, err := syncValue(g.synced)
	if err != nil {
		g.acks = nil
		return nil
	}
	if err := g.write(displayData{Data: map[mimeType]any{gonbMIME: v}}); err != nil {
		return err
	}
	timeout := time.After(gonbWait)
	for {
		select {
		case id, ok := <-g.acks:
			if !ok {
				g.acks = nil
				return nil
			}
			if id == g.synced {
				return nil
			}
		case <-timeout:
			g.acks = nil
			return nil
		}
	}
}

// plain returns a value of the types that both ends know: text and bytes as
// they are, anything else as JSON would have it.
func plain(v any) (any, error) {
	switch v.(type) {
	case string, []byte:
		return v, nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	return denil(out), nil
}

// denil replaces nil, which gob cannot send within a map or a slice, by an
// empty string.
func denil(v any) any {
	switch x := v.(type) {
	case nil:
		return ""
	case map[string]any:
		for k := range x {
			x[k] = denil(x[k])
		}
	case []any:
		for i := range x {
			x[i] = denil(x[i])
		}
	}
	return v
}

// syncValue returns the message that asks for an answer with number id, in the
// type that is registered under GoNB's name. In a program that links GoNB's
// packages that is their type, and gob refuses a second one: decoding a message
// that bears the name gives a value of whichever it is.
func syncValue(id int) (any, error) {
	var box struct{ V any }
	if decodeSample(&box) != nil {
		if err := register(gonbValue, commValue{}); err != nil {
			return nil, err
		}
		if err := decodeSample(&box); err != nil {
			return nil, err
		}
	}
	s := reflect.New(reflect.TypeOf(box.V)).Elem()
	if s.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is a %s", gonbValue, s.Kind())
	}
	address, value := s.FieldByName("Address"), s.FieldByName("Value")
	if !address.IsValid() || address.Kind() != reflect.String || !value.IsValid() || value.Kind() != reflect.Interface {
		return nil, fmt.Errorf("%s has no Address and Value", gonbValue)
	}
	address.SetString(gonbSync)
	value.Set(reflect.ValueOf(id))
	return s.Interface(), nil
}

// sampleValue is commValue for a message whose type bears another name, of the
// same length, that is then overwritten.
type sampleValue struct {
	Address string
	Request bool
	Value   any
}

func decodeSample(box any) error {
	name := "github.com/neurorepl/neurorepl/neuro/display.sample"
	name += strings.Repeat("_", len(gonbValue)-len(name))
	if err := register(name, sampleValue{}); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(struct{ V any }{sampleValue{Address: gonbSync}}); err != nil {
		return err
	}
	return gob.NewDecoder(bytes.NewReader(bytes.Replace(buf.Bytes(), []byte(name), []byte(gonbValue), 1))).Decode(box)
}

// register is gob.RegisterName with an error instead of a panic.
func register(name string, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	gob.RegisterName(name, v)
	return nil
}
