package notebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// fake is an engine whose cells are commands of a line each.
type fake struct {
	o session.Options
	n int
}

func (f *fake) Close() error { return nil }

func (f *fake) Run(ctx context.Context, c session.Cell) session.Result {
	f.n++
	r := session.Result{Count: f.n}
	for _, line := range strings.Split(c.Text, "\n") {
		verb, arg, _ := strings.Cut(line, " ")
		switch verb {
		case "out":
			io.WriteString(f.o.Stdout, arg+"\n")
		case "err":
			io.WriteString(f.o.Stderr, arg+"\n")
		case "flood":
			for range mostOutput/1000 + 10 {
				io.WriteString(f.o.Stdout, strings.Repeat("x", 999)+"\n")
			}
		case "value":
			r.Values = append(r.Values, session.Value{Bundle: display.Text(arg)})
		case "bundle":
			r.Values = append(r.Values, session.Value{Bundle: display.HTML(arg), IsBundle: true})
		case "png":
			b := display.PNG([]byte{0, 1, 2, 255})
			b.Metadata = map[string]any{display.TypePNG: map[string]int{"width": 4}}
			f.o.Sink.Display(b)
		case "show", "update":
			id, text, _ := strings.Cut(arg, " ")
			b := display.Text(text)
			b.ID = id
			if verb == "show" {
				f.o.Sink.Display(b)
			} else {
				f.o.Sink.Update(b)
			}
		case "json":
			f.o.Sink.Display(display.JSON(struct {
				A int `json:"a"`
			}{7}))
		case "clear":
			f.o.Sink.Clear(arg == "wait")
		case "note":
			r.Notes = append(r.Notes, arg)
		case "fail":
			r.Err = &session.Error{Kind: session.KindPanic, Message: arg, Trace: []string{"somewhere"}}
		}
	}
	return r
}

func execute(nb *Notebook) error {
	return Execute(context.Background(), nb, Options{Open: func(o session.Options) (Engine, error) { return &fake{o: o}, nil }})
}

func TestExecute(t *testing.T) {
	for name, test := range map[string]struct {
		cells string // cells separated by |
		want  string // outputs as JSON, cells separated by |
	}{
		"streams":  {"out a\nout b\nerr c\nout d", `[{"name":"stdout","output_type":"stream","text":"a\nb\n"},{"name":"stderr","output_type":"stream","text":"c\n"},{"name":"stdout","output_type":"stream","text":"d\n"}]`},
		"value":    {"value 1\nout x", `[{"name":"stdout","output_type":"stream","text":"x\n"},{"data":{"text/plain":"1"},"execution_count":1,"metadata":{},"output_type":"execute_result"}]`},
		"values":   {"value 1\nvalue 2", `[{"data":{"text/plain":"1"},"execution_count":1,"metadata":{},"output_type":"execute_result"},{"data":{"text/plain":"2"},"execution_count":1,"metadata":{},"output_type":"execute_result"}]`},
		"bundle":   {"bundle <b>", `[{"data":{"text/html":"<b>","text/plain":"[HTML, 3 B]"},"metadata":{},"output_type":"display_data"}]`},
		"picture":  {"png", `[{"data":{"image/png":"AAEC/w==","text/plain":"[PNG picture, 4 B]"},"metadata":{"image/png":{"width":4}},"output_type":"display_data"}]`},
		"json":     {"json", `[{"data":{"application/json":{"a":7},"text/plain":"{\"a\":7}"},"metadata":{},"output_type":"display_data"}]`},
		"update":   {"show a 1|update a 2|update b 3", `[{"data":{"text/plain":"2"},"metadata":{},"output_type":"display_data"}]|[]|[{"data":{"text/plain":"3"},"metadata":{},"output_type":"display_data"}]`},
		"clear":    {"out a\nclear\nout b", `[{"name":"stdout","output_type":"stream","text":"b\n"}]`},
		"wait":     {"out a\nclear wait\nout b\nout c", `[{"name":"stdout","output_type":"stream","text":"b\nc\n"}]`},
		"waits on": {"out a\nclear wait", `[{"name":"stdout","output_type":"stream","text":"a\n"}]`},
		"note":     {"note n", `[{"name":"stderr","output_type":"stream","text":"n\n"}]`},
		"empty":    {" \n|value 1", `[]|[{"data":{"text/plain":"1"},"execution_count":1,"metadata":{},"output_type":"execute_result"}]`},
	} {
		nb := notebookOf(strings.Split(test.cells, "|")...)
		nb.Cells[0].Outputs, nb.Cells[0].ExecutionCount = []Output{{"output_type": "stream", "name": "stdout", "text": "old"}}, 9
		if err := execute(nb); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []string
		for _, c := range nb.Cells {
			list := c.Outputs
			if list == nil {
				list = []Output{}
			}
			data, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(data))
			got = append(got, text)
		}
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, s, test.want)
		}
	}
}

func TestExecuteStops(t *testing.T) {
	nb := notebookOf("md:text", "out a", "out b\nfail boom", "out c")
	nb.Cells[3].Outputs, nb.Cells[3].ExecutionCount = []Output{{"output_type": "stream", "name": "stdout", "text": "old"}}, 7
	err := execute(nb)
	var cell *CellError
	if !errors.As(err, &cell) || cell.Cell != 3 || cell.Count != 2 || err.Error() != "cell 3 (In [2]): panic: boom" {
		t.Errorf("%v", err)
	}
	want := `[{"name":"stdout","output_type":"stream","text":"b\n"},{"ename":"panic","evalue":"boom","output_type":"error","traceback":["panic: boom","somewhere"]}]`
	if data, _ := json.Marshal(nb.Cells[2].Outputs); string(data) != want {
		t.Errorf("%s", data)
	}
	if len(nb.Cells[3].Outputs) != 0 || nb.Cells[3].ExecutionCount != 0 {
		t.Error("a cell that did not run keeps its outputs")
	}
	// Tags as nbclient knows them.
	nb = notebookOf("fail expected", "fail skipped", "value 1")
	nb.Cells[0].Metadata["tags"] = []any{"raises-exception"}
	nb.Cells[1].Metadata["tags"] = []any{"x", "skip-execution"}
	if err := execute(nb); err != nil {
		t.Error(err)
	}
	if nb.Cells[1].ExecutionCount != 0 || nb.Cells[2].ExecutionCount != 2 {
		t.Errorf("counts %d and %d", nb.Cells[1].ExecutionCount, nb.Cells[2].ExecutionCount)
	}
	if err := Execute(context.Background(), New(), Options{Open: func(session.Options) (Engine, error) { return nil, errors.New("none") }}); err == nil {
		t.Error("it runs without a session")
	}
}

// A cell that prints without end does not fill the memory.
func TestFlood(t *testing.T) {
	nb := notebookOf("flood")
	if err := execute(nb); err != nil {
		t.Fatal(err)
	}
	text := nb.Cells[0].Outputs[0]["text"].(string)
	if len(text) > mostOutput+200 || !strings.Contains(text[len(text)-200:], "the rest is not stored") {
		t.Errorf("%d bytes, ending %q", len(text), text[len(text)-100:])
	}
}

// A script prints what its notebook prints and shows.
func TestScriptDoesTheSame(t *testing.T) {
	for name, cells := range convertible {
		switch name {
		case "error value", "question": // end with an error, and ask a question
			continue
		}
		t.Run(name, func(t *testing.T) {
			nb := notebookOf(cells...)
			err := Execute(context.Background(), nb, Options{Open: func(o session.Options) (Engine, error) { return session.New(o) }})
			if err != nil {
				t.Fatal(err)
			}
			var want strings.Builder
			for _, c := range nb.Cells {
				for _, o := range c.Outputs {
					if text, ok := o["text"].(string); ok && strings.Contains(text, "to get the package back") {
						continue // a hint of the session's
					} else if ok {
						want.WriteString(text)
					} else {
						fmt.Fprintln(&want, o["data"].(map[string]any)["text/plain"])
					}
				}
			}
			text, err := notebookOf(cells...).Script()
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			s, err := session.New(session.Options{Stdout: &got, Stderr: &got, Sink: display.NewFiles(t.TempDir(), &got)})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.RunProgram(context.Background(), "script.go", string(text)); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if got.String() != want.String() {
				t.Errorf("the script prints\n%s\nthe notebook\n%s", got.String(), want.String())
			}
		})
	}
}
