package jupyter

import (
	"encoding/json"
	"io"
	"log"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/widgets"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// A comm that a cell opens is listed, and its messages carry their binary
// parts and belong to the cell.
func TestComms(t *testing.T) {
	c, k := start(t)
	id := c.send(c.shell, "execute_request", execute("print first\nopen w1 jupyter.widget\nsend w1\nopen w2 other\nclose w2"))
	c.recv(c.shell)
	type seen struct {
		kind, content string
		buffers       []string
	}
	var got []seen
	for done := false; !done; {
		m := c.next()
		if m.cause != id || m.header.MsgType == "status" {
			done = m.cause == id && strings.Contains(string(m.content), "idle")
			continue
		}
		s := seen{kind: m.header.MsgType, content: string(m.content)}
		for _, b := range m.buffers {
			s.buffers = append(s.buffers, string(b))
		}
		got = append(got, s)
	}
	want := []seen{
		{kind: "stream", content: `{"name":"stdout","text":"first\n"}`},
		{kind: "comm_open", content: `{"comm_id":"w1","data":` + string(model) + `,"target_name":"jupyter.widget"}`, buffers: []string{"\x01\x02", ""}},
		{kind: "comm_msg", content: `{"comm_id":"w1","data":{}}`, buffers: []string{"binary\x00"}},
		{kind: "comm_open", content: `{"comm_id":"w2","data":` + string(model) + `,"target_name":"other"}`, buffers: []string{"\x01\x02", ""}},
		{kind: "comm_close", content: `{"comm_id":"w2","data":{}}`},
	}
	if len(got) < 1 || !reflect.DeepEqual(got[1:], want) { // after execute_input
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for target, n := range map[string]int{"": 1, "jupyter.widget": 1, "other": 0} {
		reply := c.ask("comm_info_request", map[string]any{"target_name": target})
		if comms := reply["comms"].(map[string]any); len(comms) != n {
			t.Errorf("comms of target %q: %v", target, comms)
		}
	}
	for _, code := range []string{"send w2", "close w2", "open", "send never"} {
		if reply := c.ask("execute_request", execute(code)); reply["status"] != "error" {
			t.Errorf("%s: %v", code, reply)
		}
	}
	// A message of the front end runs a callback as a cell is run: what it
	// shows belongs to the message.
	id = c.tell("w1", `{"method":"custom","content":"five"}`, []byte{0, 255})
	if got, want := c.outputsOf(id), []string{`stream stdout "w1 five [\"\\x00\\xff\"]\n"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	// A front end may close it, and may speak of one that is gone.
	c.send(c.shell, "comm_close", map[string]any{"comm_id": "w1", "data": map[string]any{}})
	if reply := c.ask("comm_info_request", map[string]any{}); len(reply["comms"].(map[string]any)) != 0 {
		t.Errorf("a comm that the front end closed is listed: %v", reply)
	}
	if got := k.engine.(*fake).closed; !reflect.DeepEqual(got, []string{"w1"}) {
		t.Errorf("closed: %q", got)
	}
	for _, kind := range []string{"comm_msg", "comm_open"} {
		id = c.send(c.shell, kind, map[string]any{"comm_id": "gone", "target_name": "x", "data": map[string]any{}})
		if got := c.outputsOf(id); !reflect.DeepEqual(got, []string{"comm_close"}) {
			t.Errorf("%s: %q", kind, got)
		}
	}
	c.send(c.shell, "comm_msg", json.RawMessage(`[]`)) // no answer is due, and no harm done
	if reply := c.ask("comm_info_request", map[string]any{}); reply["status"] != "ok" {
		t.Errorf("after a comm_msg that is none: %v", reply)
	}
}

// A front end that connects again gets every widget with its values of now,
// and a change in one front end is told to the others.
func TestWidgetsAreRestored(t *testing.T) {
	c, _ := start(t)
	c.ask("execute_request", execute("open w1 jupyter.widget"))
	id := c.tell("w1", `{"method":"update","state":{"n":2,"b":null},"buffer_paths":[["d"]]}`, []byte{7})
	want := []heardComm{{`{"comm_id":"w1","data":{"method":"echo_update","state":{"b":null,"n":2},"buffer_paths":[["d"]]}}`, []string{"\a"}}}
	if got := c.comms(id); !reflect.DeepEqual(got, want) {
		t.Errorf("echo: got  %q\nwant %q", got, want)
	}
	state := `{"_model_module":"m","_model_module_version":"1","_model_name":"M","b":null,"n":2}`
	id = c.tell("w1", `{"method":"request_state"}`)
	want = []heardComm{{`{"comm_id":"w1","data":{"method":"update","state":` + state + `,"buffer_paths":[["c"],["d"]]}}`, []string{"", "\a"}}}
	if got := c.comms(id); !reflect.DeepEqual(got, want) {
		t.Errorf("request_state: got  %q\nwant %q", got, want)
	}
	c.send(c.shell, "comm_open", map[string]any{"comm_id": "control", "target_name": "jupyter.widget.control", "data": map[string]any{}})
	id = c.tell("control", `{"method":"request_states"}`)
	want = []heardComm{{`{"comm_id":"control","data":{"method":"update_states","states":{"w1":{"model_module":"m","model_module_version":"1","model_name":"M","state":` +
		state + `}},"buffer_paths":[["w1","state","c"],["w1","state","d"]]}}`, []string{"", "\a"}}}
	if got := c.comms(id); !reflect.DeepEqual(got, want) {
		t.Errorf("request_states: got  %q\nwant %q", got, want)
	}
}

// Messages that wait while a callback runs are done with the last of them; what a callback
// that is interrupted has to say is asked for.
func TestCallbacks(t *testing.T) {
	c, _ := start(t)
	c.ask("execute_request", execute("open w1 jupyter.widget"))
	var ids []string
	for _, content := range []string{"300", "1", "2", "3"} {
		ids = append(ids, c.tell("w1", `{"method":"custom","content":"`+content+`"}`))
		time.Sleep(20 * time.Millisecond)
	}
	want := [][]string{{`stream stdout "w1 300 []\n"`}, nil, nil, {`stream stdout "w1 1 []\n"`, `stream stdout "w1 2 []\n"`, `stream stdout "w1 3 []\n"`}}
	for i, id := range ids {
		if got := c.outputsOf(id); !reflect.DeepEqual(got, want[i]) {
			t.Errorf("message %d: got  %q\nwant %q", i, got, want[i])
		}
	}
	id := c.tell("w1", `{"method":"custom","content":"wait"}`)
	time.Sleep(100 * time.Millisecond)
	c.send(c.control, "interrupt_request", map[string]any{})
	if got, want := c.outputsOf(id), []string{`stream stdout "interrupted the call 1\n"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("interrupt: got %q, want %q", got, want)
	}
}

// A newer value of the same control ends a call that takes long, and its turn comes
// again after that value was received; other messages wait.
func TestStaleCalls(t *testing.T) {
	c, _ := start(t)
	c.ask("execute_request", execute("open w1 jupyter.widget\nopen w2 jupyter.widget"))
	tell := func(comm, content string) string {
		id := c.tell(comm, `{"method":"update","state":{"n":2},"buffer_paths":[],"content":"`+content+`"}`)
		time.Sleep(20 * time.Millisecond)
		return id
	}
	began := time.Now()
	first, second := tell("w1", "long a"), tell("w1", "")
	if got, want := c.heardOf(first), []string{`stream stdout "a superseded\n"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("the stale call: %q, want %q", got, want)
	}
	if took := time.Since(began); took < followed {
		t.Errorf("it ended after %v, want no less than %v", took, followed)
	}
	if got, want := c.heardOf(second), []string{`stream stdout "a\n"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("the message that brings no call of its own: %q, want %q", got, want)
	}
	first, second = tell("w1", "long b"), tell("w2", "")
	if got, want := c.heardOf(first), []string{`stream stdout "b\n"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("a call while another control moves: %q, want %q", got, want)
	}
	c.heardOf(second)
}

// heardOf is what a message causes besides messages of comms.
func (c *client) heardOf(id string) []string {
	return slices.DeleteFunc(c.outputsOf(id), func(s string) bool { return strings.HasPrefix(s, "comm") })
}

// A cell that runs again closes what it opened the last time.
func TestCommsOfCellsThatRunAgain(t *testing.T) {
	c, k := start(t)
	run := func(cell, code string, deleted ...string) {
		t.Helper()
		m, err := c.codec.pack(nil, "execute_request", nil, map[string]any{"cellId": cell, "deletedCells": deleted}, execute(code))
		if err != nil {
			t.Fatal(err)
		}
		c.shell.Send(m)
		c.recv(c.shell)
	}
	run("one", "open a other")
	run("two", "open b other")
	run("three", "open c other")
	run("one", "open d other")
	run("four", "", "two")
	if got := k.engine.(*fake).closed; !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("closed: %q", got)
	}
	reply := c.ask("comm_info_request", map[string]any{})
	if comms := reply["comms"].(map[string]any); len(comms) != 2 || comms["c"] == nil || comms["d"] == nil {
		t.Errorf("open: %v", comms)
	}
}

// Nothing that a front end can send to a comm hurts.
func FuzzComm(f *testing.F) {
	for _, s := range []string{
		`{"comm_id":"w1","data":{"method":"update","state":{"n":1},"buffer_paths":[["a",0]]}}`, `{"comm_id":"w1","data":null}`,
		`{"comm_id":"w1","data":{"method":"update","state":null}}`, `{"comm_id":"w1","data":{"method":"update","buffer_paths":[[]]}}`,
		`{"comm_id":"c","data":{"method":"request_states","state":[]}}`, `{"comm_id":"w1","data":{"method":"update","state":{},"buffer_paths":[[1]]}}`,
	} {
		f.Add(s, []byte{1})
	}
	f.Fuzz(func(t *testing.T, content string, buffer []byte) {
		k := &kernel{out: &output{publish: func(outgoing) error { return nil }, wait: func(<-chan struct{}) {}}, log: log.New(io.Discard, "", 0)}
		if err := k.out.Open(display.Comm{ID: "w1", Target: widgets.Target, Data: model, Buffers: [][]byte{{1}, {2}}}); err != nil {
			t.Fatal(err)
		}
		k.out.register(comm{Comm: display.Comm{ID: "c", Target: widgets.ControlTarget}})
		for _, kind := range []string{"comm_msg", "comm_open", "comm_close", "comm_msg"} {
			k.onComm(&request{header: header{MsgType: kind}, content: json.RawMessage(content), buffers: [][]byte{buffer}, queue: newQueue()})
			if _, err := encode(k.out.models.Stored()); err != nil {
				t.Errorf("what is stored is no JSON: %v", err)
			}
		}
	})
}

// A heardComm is a comm_msg with its buffers.
type heardComm struct {
	content string
	buffers []string
}

// comms returns the comm messages that a request causes.
func (c *client) comms(id string) (out []heardComm) {
	for {
		m := c.next()
		switch {
		case m.cause != id:
		case m.header.MsgType == "comm_msg":
			h := heardComm{content: string(m.content)}
			for _, b := range m.buffers {
				h.buffers = append(h.buffers, string(b))
			}
			out = append(out, h)
		case m.header.MsgType == "status" && strings.Contains(string(m.content), "idle"):
			return out
		}
	}
}

// tell sends a message of a comm and returns its identifier.
func (c *client) tell(comm, data string, buffers ...[]byte) string {
	content := map[string]any{"comm_id": comm, "data": json.RawMessage(data)}
	m, err := c.codec.pack(nil, "comm_msg", nil, nil, content, buffers...)
	if err != nil {
		c.t.Fatal(err)
	}
	var head header
	json.Unmarshal(m[2], &head)
	c.shell.Send(m)
	return head.MsgID
}
