package jupyter

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// A comm that a cell opens is listed, and its messages carry their binary
// parts and belong to the cell.
func TestComms(t *testing.T) {
	c, _ := start(t)
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
	id = c.send(c.shell, "comm_close", map[string]any{"comm_id": "w1", "data": map[string]any{}})
	if got := c.outputsOf(id); !reflect.DeepEqual(got, []string{`stream stdout "w1 closed\n"`}) {
		t.Errorf("comm_close: %q", got)
	}
	if reply := c.ask("comm_info_request", map[string]any{}); len(reply["comms"].(map[string]any)) != 0 {
		t.Errorf("a comm that the front end closed is listed: %v", reply)
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
