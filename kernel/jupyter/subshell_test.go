package jupyter

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// sendTo sends a request to a subshell and returns its identifier.
func (c *client) sendTo(subshell, msgType string, content any) string {
	c.t.Helper()
	m, err := c.codec.pack(nil, msgType, nil, nil, content)
	if err != nil {
		c.t.Fatal(err)
	}
	var h header
	json.Unmarshal(m[2], &h)
	h.Subshell = subshell
	m[2], _ = encode(h)
	m[1] = c.codec.sign(m[2:6])
	c.shell.Send(m)
	return h.MsgID
}

// request asks on the control channel.
func (c *client) request(msgType string, content any) map[string]any {
	c.t.Helper()
	c.send(c.control, msgType, content)
	_, _, reply := c.recv(c.control)
	return reply
}

// While a cell runs in the main shell, a subshell answers; what it runs itself
// waits for that cell.
func TestSubshells(t *testing.T) {
	c, _ := start(t)
	none := map[string]any{}
	if list := c.request("list_subshell_request", none)["subshell_id"]; !reflect.DeepEqual(list, []any{}) {
		t.Errorf("subshells at the start: %v", list)
	}
	id, _ := c.request("create_subshell_request", none)["subshell_id"].(string)
	if list := c.request("list_subshell_request", none)["subshell_id"]; !reflect.DeepEqual(list, []any{id}) || id == "" {
		t.Errorf("subshells %v after %q", list, id)
	}

	running := c.send(c.shell, "execute_request", execute("wait"))
	time.Sleep(50 * time.Millisecond)
	asked := c.sendTo(id, "complete_request", map[string]any{"code": "a", "cursor_pos": 1})
	if kind, parent, _ := c.recv(c.shell); kind != "complete_reply" || parent != asked {
		t.Fatalf("%s for %s while a cell runs", kind, parent)
	}
	second := c.sendTo(id, "execute_request", execute("value 2"))
	time.Sleep(50 * time.Millisecond)
	c.request("interrupt_request", none)
	for _, want := range []string{running, second} {
		if _, parent, reply := c.recv(c.shell); parent != want {
			t.Errorf("%v comes out of turn", reply)
		}
	}
	got := c.outputsOf(second)
	if !reflect.DeepEqual(got, []string{"execute_input 2", "execute_result 2"}) {
		t.Errorf("the cell of the subshell shows %q", got)
	}

	// An error aborts what waits in the same shell alone.
	c.sendTo(id, "execute_request", execute("sleep 50\nfail x"))
	c.sendTo(id, "execute_request", execute("value 3"))
	other := c.send(c.shell, "execute_request", execute("value 4"))
	status := map[any]int{}
	for range 3 {
		_, parent, reply := c.recv(c.shell)
		status[reply["status"]]++
		if parent == other && reply["status"] != "ok" {
			t.Errorf("the main shell's cell: %v", reply)
		}
	}
	if status["ok"] != 1 || status["error"] != 1 || status["aborted"] != 1 {
		t.Errorf("states of three cells: %v", status)
	}

	if reply := c.request("delete_subshell_request", map[string]any{"subshell_id": id}); reply["status"] != "ok" {
		t.Errorf("deleting: %v", reply)
	}
	for _, gone := range []string{id, ""} {
		if reply := c.request("delete_subshell_request", map[string]any{"subshell_id": gone}); reply["status"] != "error" {
			t.Errorf("deleting %q: %v", gone, reply)
		}
	}
	c.sendTo(id, "kernel_info_request", none)
	if _, _, reply := c.recv(c.shell); reply["status"] != "error" || !strings.Contains(reply["evalue"].(string), id) {
		t.Errorf("a request to a deleted subshell: %v", reply)
	}
	if info := c.request("kernel_info_request", none); !reflect.DeepEqual(info["supported_features"], []any{"kernel subshells"}) {
		t.Errorf("features %v", info["supported_features"])
	}
}
