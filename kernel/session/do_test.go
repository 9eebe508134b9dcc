package session

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// talker is a sink of a front end that talks back; all it does is keep the
// receiver of the comm that a cell opens.
type talker struct {
	display.Sink
	comm display.Comm
}

func (t *talker) NewID() string                    { return "id" }
func (t *talker) Send(string, any, [][]byte) error { return nil }
func (t *talker) Close(string) error               { return nil }
func (t *talker) Open(c display.Comm) error {
	if c.Receive != nil {
		t.comm = c
	}
	return nil
}

// Moving a slider calls the function of the cell: it sees the variables of
// later cells, its panic and an interrupt end the call. A function that is
// declared anew is not seen by it, as by any func value.
func TestDo(t *testing.T) {
	sink := &talker{Sink: display.Discard}
	var out strings.Builder
	s, err := New(Options{Sink: sink, Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run := func(text string) {
		t.Helper()
		if r := s.Run(t.Context(), Cell{Text: text}); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	run("seen := []string{}\nfunc twice(x float64) float64 { return 2 * x }")
	run("func f(x float64) {\n\tseen = append(seen, fmt.Sprint(twice(x)))\n\tif x == 3 { panic(\"three\") }\n\tfor x == 4 {}\n}\nui.Interact(f, ui.Slider(\"x\", 0, 10, 1))")
	move := func(ctx context.Context, value string) Result {
		t.Helper()
		task := sink.comm.Receive([]byte(`{"method":"update","state":{"value":`+value+`}}`), nil)
		if task == nil {
			t.Fatalf("%s: nothing is to be done", value)
		}
		return s.Do(ctx, "callback", task.Run)
	}
	if r := move(t.Context(), "2"); r.Err != nil {
		t.Error(r.Err)
	}
	if r := move(t.Context(), "3"); r.Err == nil || r.Err.Kind != KindPanic || !strings.Contains(r.Err.Error(), "cell [2]:3:") {
		t.Errorf("a panic: %v", r.Err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if r := move(ctx, "4"); r.Err == nil || r.Err.Kind != KindInterrupt {
		t.Errorf("an interrupt: %v", r.Err)
	}
	run("func twice(x float64) float64 { return 20 * x }")
	if r := move(t.Context(), "5"); r.Err != nil {
		t.Error(r.Err)
	}
	r := s.Run(t.Context(), Cell{Text: `fmt.Sprint(seen)`})
	if got, want := r.Values[0].Bundle.Text(), `"[2 4 6 8 10]"`; got != want {
		t.Errorf("calls saw %s, want %s", got, want)
	}
}
