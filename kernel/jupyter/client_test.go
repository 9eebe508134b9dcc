package jupyter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
	"github.com/neurorepl/neurorepl/kernel/session"
)

// A client is a front end for tests.
type client struct {
	t                            *testing.T
	codec                        *codec
	shell, control, stdin, iopub *zmtp.Conn
	msgs                         chan heard // of iopub
}

// A heard message is one of iopub, with the identifier of its cause.
type heard struct {
	*request
	cause string
}

// freeConnection writes a connection file with ports that are free now.
func freeConnection(t *testing.T) (Connection, string) {
	t.Helper()
	c := Connection{Transport: "tcp", IP: "127.0.0.1", Key: "key of a test", SignatureScheme: "hmac-sha256"}
	var held []net.Listener
	for _, p := range []*int{&c.ShellPort, &c.IOPubPort, &c.StdinPort, &c.ControlPort, &c.HBPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, l)
		*p = l.Addr().(*net.TCPAddr).Port
	}
	for _, l := range held {
		l.Close()
	}
	data, _ := json.Marshal(c)
	path := filepath.Join(t.TempDir(), "connection.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return c, path
}

// start runs a kernel with the fake engine in this process.
func start(t *testing.T) (*client, *kernel) {
	t.Helper()
	conn, _ := freeConnection(t)
	k, err := listen(conn)
	for range 9 { // another process may take a port that was free
		if err == nil {
			break
		}
		conn, _ = freeConnection(t)
		k, err = listen(conn)
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- k.serve(t.Context(), func(o session.Options) (Engine, error) { return newFake(o) })
	}()
	c := connect(t, conn)
	t.Cleanup(func() {
		k.quit()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Error("the kernel does not end")
		}
	})
	return c, k
}

// connect opens the four channels; the heartbeat has its own test.
func connect(t *testing.T, conn Connection) *client {
	t.Helper()
	c := &client{t: t, codec: newCodec(conn.Key), msgs: make(chan heard, 10000)}
	id := []byte(c.codec.session)
	dial := func(port int, kind string) *zmtp.Conn {
		var z *zmtp.Conn
		var err error
		for range 200 { // a process may take a moment to start
			if z, err = zmtp.Dial(conn.endpoint(port), kind, id); err == nil {
				t.Cleanup(func() { z.Close() })
				return z
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatal(err)
		return nil
	}
	c.shell, c.control = dial(conn.ShellPort, "DEALER"), dial(conn.ControlPort, "DEALER")
	c.stdin, c.iopub = dial(conn.StdinPort, "DEALER"), dial(conn.IOPubPort, "SUB")
	c.iopub.Subscribe("")
	go func() {
		for {
			m, err := c.iopub.Recv()
			if err != nil {
				return
			}
			r, err := c.codec.unpack(m)
			if err != nil {
				t.Error(err)
				return
			}
			var cause header
			for i, f := range m {
				if bytes.Equal(f, delimiter) {
					json.Unmarshal(m[i+3], &cause)
				}
			}
			c.msgs <- heard{r, cause.MsgID}
		}
	}()
	if m := c.next(); m.header.MsgType != "iopub_welcome" {
		t.Fatalf("iopub begins with %s", m.header.MsgType)
	}
	return c
}

// send sends a request and returns its identifier.
func (c *client) send(z *zmtp.Conn, msgType string, content any) string {
	c.t.Helper()
	m, err := c.codec.pack(nil, msgType, nil, nil, content)
	if err != nil {
		c.t.Fatal(err)
	}
	var h header
	json.Unmarshal(m[2], &h)
	z.Send(m)
	return h.MsgID
}

// recv returns the type, the parent's identifier and the content of the next
// message of a channel.
func (c *client) recv(z *zmtp.Conn) (msgType, parent string, content map[string]any) {
	c.t.Helper()
	type got struct {
		m   zmtp.Message
		err error
	}
	ch := make(chan got, 1)
	go func() {
		m, err := z.Recv()
		ch <- got{m, err}
	}()
	select {
	case g := <-ch:
		if g.err != nil {
			c.t.Fatal(g.err)
		}
		r, err := c.codec.unpack(g.m)
		if err != nil {
			c.t.Fatal(err)
		}
		var p header
		json.Unmarshal(g.m[3], &p)
		json.Unmarshal(r.content, &content)
		return r.header.MsgType, p.MsgID, content
	case <-time.After(10 * time.Second):
		c.t.Fatal("no answer within 10 s")
	}
	return
}

// ask sends a request on the shell channel and returns the content of its
// reply.
func (c *client) ask(msgType string, content any) map[string]any {
	c.t.Helper()
	id := c.send(c.shell, msgType, content)
	_, parent, reply := c.recv(c.shell)
	if parent != id {
		c.t.Fatalf("%s: the reply belongs to %s, not %s", msgType, parent, id)
	}
	return reply
}

// next returns the next message of iopub.
func (c *client) next() heard {
	c.t.Helper()
	select {
	case m := <-c.msgs:
		return m
	case <-time.After(10 * time.Second):
		c.t.Fatal("nothing on iopub within 10 s")
		return heard{}
	}
}

// outputs returns what iopub carries up to the next idle, a line each.
func (c *client) outputs() []string {
	c.t.Helper()
	return c.outputsOf("")
}

// outputsOf returns what iopub carries because of request id up to its idle.
func (c *client) outputsOf(id string) []string {
	c.t.Helper()
	var list []string
	for {
		m := c.next()
		if id != "" && m.cause != id {
			continue
		}
		var v map[string]any
		json.Unmarshal(m.content, &v)
		line := m.header.MsgType
		switch line {
		case "status":
			if v["execution_state"] == "idle" {
				return list
			}
			continue
		case "stream":
			line += fmt.Sprintf(" %v %q", v["name"], v["text"])
		case "execute_input":
			line += fmt.Sprintf(" %v", v["execution_count"])
		case "execute_result", "display_data", "update_display_data":
			line += fmt.Sprintf(" %v", v["data"].(map[string]any)["text/plain"])
			if id := v["transient"].(map[string]any)["display_id"]; id != nil {
				line += fmt.Sprintf(" as %v", id)
			}
		case "error":
			line += fmt.Sprintf(" %v: %v", v["ename"], v["evalue"])
		case "clear_output":
			line += fmt.Sprintf(" %v", v["wait"])
		}
		list = append(list, line)
	}
}

// execute is the content of an ordinary execute_request.
func execute(code string) map[string]any {
	return map[string]any{"code": code, "silent": false, "store_history": true, "allow_stdin": true, "stop_on_error": true}
}
