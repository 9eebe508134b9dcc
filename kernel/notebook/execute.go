package notebook

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/kernel/widgets"
	"github.com/neurorepl/neurorepl/neuro/display"
)

const (
	kernelName  = "neuro"
	displayName = "Go (neuro)"
)

// mostOutput is how many bytes of printed text a cell may store.
const mostOutput = 16 << 20

// An Engine runs cells; *session.Session is one.
type Engine interface {
	Run(ctx context.Context, c session.Cell) session.Result
	Close() error
}

// Options say how Execute runs a notebook.
type Options struct {
	// Open makes the session that the notebook runs in.
	Open func(session.Options) (Engine, error)
	// Started, when not nil, is called before each code cell with the cell's
	// place in the notebook, from 1, and the number of cells.
	Started func(cell, of int)
	// Bars, when not nil, shows how far long calls are. The notebook keeps
	// nothing of that.
	Bars display.BarSink
}

// A CellError is why Execute stopped.
type CellError struct {
	Cell  int // place in the notebook, from 1, counting every cell
	Count int // the number in its prompt, In [Count]
	Err   *session.Error
}

func (e *CellError) Error() string {
	return fmt.Sprintf("cell %d (In [%d]): %s", e.Cell, e.Count, strings.TrimSpace(e.Err.Error()))
}

func (e *CellError) Unwrap() error { return e.Err }

// Execute runs the code cells of a notebook in a new session, in order, and
// replaces their outputs and execution counts. At the first cell that fails it
// stops with a *CellError; the outputs up to there, the failed cell's
// included, are in the notebook, and the cells after it have none.
//
// As nbclient does, it passes over empty cells and those tagged
// "skip-execution", and goes on after a failing cell tagged
// "raises-exception".
func Execute(ctx context.Context, nb *Notebook, o Options) error {
	rec := &recorder{shown: map[string][]Output{}, comms: map[string]string{}, bars: o.Bars}
	s, err := o.Open(session.Options{
		Stdout: stream{rec, "stdout"},
		Stderr: stream{rec, "stderr"},
		Stdin:  strings.NewReader(""),
		Sink:   rec,
	})
	if err != nil {
		return fmt.Errorf("notebook: Execute: no session: %w", err)
	}
	defer s.Close()
	defer rec.finish(nb)
	defer nb.provenance(s)
	nb.describe()
	for _, c := range nb.Cells {
		if c.Type == Code && !c.tagged("skip-execution") {
			c.Outputs, c.ExecutionCount = nil, 0
		}
	}
	for i, c := range nb.Cells {
		if c.Type != Code || strings.TrimSpace(c.Source) == "" || c.tagged("skip-execution") {
			continue
		}
		if o.Started != nil {
			o.Started(i+1, len(nb.Cells))
		}
		rec.begin(c)
		r := s.Run(ctx, session.Cell{Text: c.Source})
		rec.end(c, r)
		if r.Err != nil && !(c.tagged("raises-exception") && r.Err.Kind != session.KindInterrupt) {
			return &CellError{Cell: i + 1, Count: r.Count, Err: r.Err}
		}
	}
	return nil
}

// describe names the kernel and the language in the notebook's metadata.
func (nb *Notebook) describe() {
	if nb.Metadata == nil {
		nb.Metadata = map[string]any{}
	}
	nb.Metadata["kernelspec"] = map[string]any{"display_name": displayName, "language": "go", "name": kernelName}
	nb.Metadata["language_info"] = map[string]any{
		"codemirror_mode":    "go",
		"file_extension":     ".go",
		"mimetype":           "text/x-go",
		"name":               "go",
		"nbconvert_exporter": "script",
		"pygments_lexer":     "go",
		"version":            strings.TrimPrefix(runtime.Version(), "go"),
	}
}

func (c *Cell) tagged(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// recorder collects what a cell puts out, as a sink and as two streams.
type recorder struct {
	mu      sync.Mutex
	cell    *Cell
	clear   bool                // remove what is there when the next output comes
	printed int                 // bytes of text in this cell
	shown   map[string][]Output // outputs by display ID, in every cell so far
	comms   map[string]string   // targets of the open comms by identifier
	ids     int                 // given out
	models  widgets.Models
	bars    display.BarSink
}

func (r *recorder) begin(c *Cell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cell, r.clear, r.printed = c, false, 0
}

func (r *recorder) end(c *Cell, res session.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.ExecutionCount = res.Count
	for _, note := range res.Notes {
		r.text("stderr", note+"\n")
	}
	for _, v := range res.Values {
		data, meta := mimeData(v.Bundle)
		out := Output{"output_type": "execute_result", "data": data, "metadata": meta, "execution_count": res.Count}
		if v.IsBundle {
			out = Output{"output_type": "display_data", "data": data, "metadata": meta}
		}
		r.add(out, v.Bundle.ID)
	}
	if e := res.Err; e != nil {
		trace := []any{}
		for _, line := range strings.Split(strings.TrimRight(e.Error(), "\n"), "\n") {
			trace = append(trace, line)
		}
		for _, line := range e.Trace {
			trace = append(trace, line)
		}
		r.add(Output{"output_type": "error", "ename": e.Kind, "evalue": e.Message, "traceback": trace}, "")
	}
}

// finish makes plain strings of the growing texts of streams. What goroutines
// that a cell left behind print from now on is lost.
func (r *recorder) finish(nb *Notebook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cell = nil
	delete(nb.Metadata, "widgets") // of the run before
	if w := r.models.Stored(); w != nil {
		nb.Metadata["widgets"] = w
	}
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			if b, ok := o["text"].(*strings.Builder); ok {
				o["text"] = b.String()
			}
		}
	}
}

// add appends an output to the running cell; the caller holds the lock.
func (r *recorder) add(o Output, id string) {
	if r.cell == nil {
		return
	}
	if r.clear {
		r.cell.Outputs, r.clear = nil, false
	}
	r.cell.Outputs = append(r.cell.Outputs, o)
	if id != "" {
		r.shown[id] = append(r.shown[id], o)
	}
}

// text appends to the last output if that is the same stream.
func (r *recorder) text(name, s string) {
	if r.cell == nil || s == "" || r.printed > mostOutput {
		return
	}
	if r.printed += len(s); r.printed > mostOutput {
		s = s[:len(s)-(r.printed-mostOutput)] + fmt.Sprintf("\n[the cell printed more than %d MB; the rest is not stored]\n", mostOutput>>20)
	}
	if outs := r.cell.Outputs; len(outs) > 0 && !r.clear {
		if last := outs[len(outs)-1]; last["output_type"] == "stream" && last["name"] == name {
			last["text"].(*strings.Builder).WriteString(s)
			return
		}
	}
	b := new(strings.Builder)
	b.WriteString(s)
	r.add(Output{"output_type": "stream", "name": name, "text": b}, "")
}

func (r *recorder) Display(b display.Bundle) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	data, meta := mimeData(b)
	r.add(Output{"output_type": "display_data", "data": data, "metadata": meta}, b.ID)
	return nil
}

func (r *recorder) Update(b display.Bundle) error {
	r.mu.Lock()
	before := r.shown[b.ID]
	if b.ID != "" && len(before) > 0 {
		defer r.mu.Unlock()
		data, meta := mimeData(b)
		for _, o := range before {
			o["data"], o["metadata"] = data, meta
		}
		return nil
	}
	r.mu.Unlock()
	return r.Display(b)
}

// ShowBar shows how far a call is to whoever waits for the notebook.
func (r *recorder) ShowBar(b display.Bar) error {
	if r.bars == nil {
		return nil
	}
	return r.bars.ShowBar(b)
}

func (r *recorder) Clear(wait bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cell == nil {
		return nil
	}
	r.printed = 0
	if wait {
		r.clear = true
		return nil
	}
	r.cell.Outputs, r.clear = nil, false
	return nil
}

// stream is one of the two standard streams of the running cell.
type stream struct {
	r    *recorder
	name string
}

func (s stream) Write(p []byte) (int, error) {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.r.text(s.name, string(p))
	return len(p), nil
}

var _ io.Writer = stream{}

// mimeData returns a bundle as a notebook stores it: bytes in base64, JSON as
// it is, everything else as text.
func mimeData(b display.Bundle) (data, metadata map[string]any) {
	data = map[string]any{}
	for mime, v := range b.Data {
		switch x := v.(type) {
		case []byte:
			if strings.HasPrefix(mime, "text/") || mime == display.TypeSVG {
				data[mime] = string(x)
			} else {
				data[mime] = base64.StdEncoding.EncodeToString(x)
			}
		case string:
			data[mime] = x
		default:
			p, err := plain(v)
			if err != nil {
				p = fmt.Sprint(v)
			}
			data[mime] = p
		}
	}
	if b.Sketch != nil {
		data[display.TypeText] = b.Sketched()
	}
	metadata = map[string]any{}
	for k, v := range b.Metadata {
		if p, err := plain(v); err == nil {
			metadata[k] = p
		}
	}
	return data, metadata
}
