package jupyter

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// A fake is an engine whose cells are commands, one a line, so that the
// kernel's own behaviour is tested apart from the interpreter's.
type fake struct {
	o           session.Options
	count       int
	interrupted <-chan struct{} // of the callback that runs
	closed      []string        // comms, by a front end or the kernel
}

func newFake(o session.Options) (Engine, error) { return &fake{o: o}, nil }

func (f *fake) Run(ctx context.Context, c session.Cell) session.Result {
	var r session.Result
	if !c.Silent {
		f.count++
	}
	r.Count = f.count
	in := bufio.NewReader(f.o.Stdin)
	for _, line := range strings.Split(c.Text, "\n") {
		cmd, arg, _ := strings.Cut(line, " ")
		switch cmd {
		case "":
		case "print":
			fmt.Fprintln(f.o.Stdout, arg)
		case "printerr":
			fmt.Fprintln(f.o.Stderr, arg)
		case "raw":
			fmt.Fprint(f.o.Stdout, arg)
		case "lines":
			n, _ := strconv.Atoi(arg)
			for i := range n {
				fmt.Fprintf(f.o.Stdout, "line %d\n", i)
			}
		case "bytes": // kilobytes
			n, _ := strconv.Atoi(arg)
			kb := []byte(strings.Repeat("x", 1023) + "\n")
			for range n {
				f.o.Stdout.Write(kb)
			}
		case "value":
			r.Values = append(r.Values, session.Value{Bundle: display.Text(arg)})
		case "html":
			r.Values = append(r.Values, session.Value{Bundle: display.HTML(arg), IsBundle: true})
		case "show":
			f.o.Sink.Display(display.Bundle{Data: map[string]any{display.TypeText: arg}, ID: "d"})
		case "update":
			f.o.Sink.Update(display.Bundle{Data: map[string]any{display.TypeText: arg}, ID: "d"})
		case "nan":
			r.Values = append(r.Values, session.Value{Bundle: display.JSON(func() {})})
		case "clear":
			f.o.Sink.Clear(arg == "wait")
		case "open":
			id, target, _ := strings.Cut(arg, " ")
			r.Err = failed(f.o.Sink.(display.Comms).Open(display.Comm{
				ID: id, Target: target, Data: model, Metadata: map[string]any{"version": "2.1.0"},
				Buffers: [][]byte{{1, 2}, {}}, Receive: f.received(id), Closed: func() { f.closed = append(f.closed, id) },
			}))
		case "send":
			r.Err = failed(f.o.Sink.(display.Comms).Send(arg, nil, [][]byte{[]byte("binary\x00")}))
		case "close":
			r.Err = failed(f.o.Sink.(display.Comms).Close(arg))
		case "note":
			r.Notes = append(r.Notes, arg)
		case "page":
			b := display.Text(arg)
			r.Page = &b
		case "sleep":
			ms, _ := strconv.Atoi(arg)
			time.Sleep(time.Duration(ms) * time.Millisecond)
		case "input":
			s, err := in.ReadString('\n')
			if err != nil {
				r.Err = &session.Error{Kind: session.KindPanic, Message: err.Error()}
				return r
			}
			fmt.Fprintf(f.o.Stdout, "got %q\n", s)
		case "loop":
			for ctx.Err() == nil {
				fmt.Fprintln(f.o.Stdout, "still here")
			}
			r.Err = &session.Error{Kind: session.KindInterrupt, Message: c.Name}
			return r
		case "wait":
			<-ctx.Done()
			r.Err = &session.Error{Kind: session.KindInterrupt, Message: c.Name}
			return r
		case "deaf": // a cell that no interrupt ends
			select {}
		case "fail":
			r.Err = &session.Error{Kind: session.KindCompile, Message: c.Name + ":1:1: " + arg, Trace: []string{"at " + c.Name}}
			return r
		case "panic":
			panic(arg)
		default:
			r.Err = &session.Error{Kind: session.KindCompile, Message: "unknown command " + cmd}
			return r
		}
	}
	return r
}

// model is the least that opens a widget.
var model = json.RawMessage(`{"state":{"_model_name":"M","_model_module":"m","_model_module_version":"1","n":1},"buffer_paths":[["b"],["c"]]}`)

// received is what a comm of a cell does with messages: what it is told to.
func (f *fake) received(id string) func(json.RawMessage, [][]byte) *display.Task {
	return func(data json.RawMessage, buffers [][]byte) *display.Task {
		var m struct {
			Content string `json:"content"`
		}
		json.Unmarshal(data, &m)
		switch m.Content {
		case "":
			return nil
		case "wait":
			return &display.Task{Run: func() { <-f.interrupted }, Failed: func(kind, message string, trace []string) {
				fmt.Fprintln(f.o.Stdout, kind, message, len(trace))
			}}
		}
		if name, ok := strings.CutPrefix(m.Content, "long "); ok { // four times that, if nothing newer comes
			return &display.Task{Run: func() {
				select {
				case <-f.interrupted:
				case <-time.After(4 * followed):
					fmt.Fprintln(f.o.Stdout, name)
				}
			}, Superseded: func() { fmt.Fprintln(f.o.Stdout, name, "superseded") }}
		}
		return &display.Task{Run: func() {
			fmt.Fprintf(f.o.Stdout, "%s %s %q\n", id, m.Content, buffers)
			if ms, err := strconv.Atoi(m.Content); err == nil {
				time.Sleep(time.Duration(ms) * time.Millisecond)
			}
		}}
	}
}

func failed(err error) *session.Error {
	if err == nil {
		return nil
	}
	return &session.Error{Kind: session.KindError, Message: err.Error()}
}

// Do runs a callback as a session does.
func (f *fake) Do(ctx context.Context, name string, call func()) session.Result {
	f.interrupted = ctx.Done()
	call()
	var r session.Result
	if ctx.Err() != nil {
		r.Err = &session.Error{Kind: session.KindInterrupt, Message: name}
	}
	return r
}

func (f *fake) Complete(text string, cursor int) session.Completions {
	start := strings.LastIndexAny(text[:cursor], " .\n") + 1
	return session.Completions{Start: start, End: cursor, Items: []session.Completion{
		{Text: text[start:cursor] + "Ω", Kind: "function", Type: "func()"},
	}}
}

func (f *fake) Inspect(text string, cursor int, detail int) (display.Bundle, bool) {
	if strings.HasPrefix(text, "no") {
		return display.Bundle{}, false
	}
	return display.Text(fmt.Sprintf("%q, %d", text[:cursor], detail)), true
}

func (f *fake) Completeness(text string) session.Completeness {
	if strings.HasSuffix(text, "{") {
		return session.Completeness{Status: "incomplete", Indent: "\t"}
	}
	return session.Completeness{Status: "complete"}
}

func (f *fake) Close() error { return nil }

// TestMain makes the test program a kernel when the environment asks for it,
// for tests of what only a process of its own shows.
func TestMain(m *testing.M) {
	os.Setenv("NEUROREPL_NOTEBOOK_HISTORY", "")
	if file := os.Getenv("JUPYTER_TEST_KERNEL"); file != "" {
		if err := Serve(context.Background(), file, newFake); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
