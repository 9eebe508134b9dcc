package jupyter

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
)

func TestExecute(t *testing.T) {
	c, _ := start(t)
	for _, test := range []struct {
		code   string
		status string
		want   []string
	}{
		{"print a\nprint b\nprinterr c\nprint d\nvalue 7", "ok", []string{
			"execute_input 1", `stream stdout "a\nb\n"`, `stream stderr "c\n"`, `stream stdout "d\n"`, "execute_result 7"}},
		{"value 1\nvalue 2", "ok", []string{"execute_input 2", "execute_result 1", "execute_result 2"}},
		{"html <i>x</i>", "ok", []string{"execute_input 3", "display_data [HTML, 8 B]"}},
		{"print before\nfail here", "error", []string{
			"execute_input 4", `stream stdout "before\n"`, "error compile error: cell [4]:1:1: here"}},
		{"panic out of the engine", "error", []string{"execute_input 5", "error panic: inside neurorepl: out of the engine"}},
		{"update early\nshow one\nupdate two", "ok", []string{"execute_input 6",
			"display_data early as d", "display_data one as d", "update_display_data two as d"}},
		{"update three\nclear wait\nupdate four", "ok", []string{"execute_input 7",
			"update_display_data three as d", "clear_output true", "update_display_data four as d"}},
		{"show five\nclear\nupdate six", "ok", []string{"execute_input 8",
			"display_data five as d", "clear_output false", "update_display_data six as d"}},
		{"note take care", "ok", []string{"execute_input 9", `stream stderr "take care\n"`}},
		{"raw a\nsleep 120\nraw b", "ok", []string{"execute_input 10", `stream stdout "a"`, `stream stdout "b"`}},
		{"", "ok", []string{"execute_input 11"}},
		{"nan", "ok", []string{"execute_input 12",
			`stream stderr "jupyter: application/json cannot be encoded: json: unsupported type: func()\n"`, "execute_result *"}},
	} {
		reply := c.ask("execute_request", execute(test.code))
		if reply["status"] != test.status {
			t.Errorf("%q: status %v", test.code, reply["status"])
		}
		got := c.outputs()
		for i := range got {
			if i < len(test.want) && strings.HasSuffix(test.want[i], "*") {
				got[i] = test.want[i]
			}
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q\ngot  %q\nwant %q", test.code, got, test.want)
		}
	}
}

func TestExecuteOptions(t *testing.T) {
	c, _ := start(t)
	silent := execute("print unheard\nvalue 1\nshow x\nclear\nfail unseen")
	silent["silent"] = true
	reply := c.ask("execute_request", silent)
	if got := c.outputs(); len(got) != 0 || reply["status"] != "error" || reply["execution_count"] != 0. {
		t.Errorf("a silent cell shows %q and answers %v", got, reply)
	}
	unstored := execute("value 1")
	unstored["store_history"] = false
	c.ask("execute_request", unstored)
	c.outputs()
	asking := execute("value 2")
	asking["user_expressions"] = map[string]string{"good": "value 3", "bad": "fail x", "none": "print y"}
	reply = c.ask("execute_request", asking)
	c.outputs()
	if reply["execution_count"] != 1. {
		t.Errorf("cell has number %v after a silent and an unstored one, want 1", reply["execution_count"])
	}
	answers := reply["user_expressions"].(map[string]any)
	for name, status := range map[string]string{"good": "ok", "bad": "error", "none": "error"} {
		if a, _ := answers[name].(map[string]any); a["status"] != status {
			t.Errorf("expression %s: %v", name, a)
		}
	}
	paged := c.ask("execute_request", execute("page words"))
	c.outputs()
	want := []any{map[string]any{"source": "page", "start": 0., "data": map[string]any{"text/plain": "words"}}}
	if !reflect.DeepEqual(paged["payload"], want) {
		t.Errorf("payload %v, want %v", paged["payload"], want)
	}
}

// An error aborts the cells that wait, and only these.
func TestAbort(t *testing.T) {
	c, _ := start(t)
	var ids []string
	for _, code := range []string{"sleep 50\nfail x", "print a", "print b"} {
		ids = append(ids, c.send(c.shell, "execute_request", execute(code)))
	}
	info := c.send(c.shell, "kernel_info_request", map[string]any{})
	for i, want := range []string{"error", "aborted", "aborted"} {
		_, parent, reply := c.recv(c.shell)
		if parent != ids[i] || reply["status"] != want {
			t.Errorf("cell %d: %v, want %s", i, reply["status"], want)
		}
	}
	if kind, parent, _ := c.recv(c.shell); parent != info || kind != "kernel_info_reply" {
		t.Errorf("%s in place of the kernel_info_reply", kind)
	}
	if reply := c.ask("execute_request", execute("value 1")); reply["status"] != "ok" {
		t.Errorf("a cell sent after the error: %v", reply["status"])
	}

	going := execute("sleep 50\nfail x")
	going["stop_on_error"] = false
	c.send(c.shell, "execute_request", going)
	c.send(c.shell, "execute_request", execute("value 2"))
	for i, want := range []string{"error", "ok"} {
		if _, _, reply := c.recv(c.shell); reply["status"] != want {
			t.Errorf("cell %d without stop_on_error: %v, want %s", i, reply["status"], want)
		}
	}
}

// While a cell prints without end, the control channel answers, and the
// interrupt ends the cell at once.
func TestInterrupt(t *testing.T) {
	c, k := start(t)
	for _, code := range []string{"wait", "loop", "input"} {
		id := c.send(c.shell, "execute_request", execute(code))
		time.Sleep(100 * time.Millisecond)
		began := time.Now()
		c.send(c.control, "interrupt_request", map[string]any{})
		if kind, _, reply := c.recv(c.control); kind != "interrupt_reply" || reply["status"] != "ok" {
			t.Fatalf("%s %v", kind, reply)
		}
		_, parent, reply := c.recv(c.shell)
		if parent != id || reply["status"] != "error" {
			t.Errorf("%s: interrupted cell answers %v", code, reply)
		}
		if d := time.Since(began); d > 300*time.Millisecond {
			t.Errorf("%s: interrupt took %v", code, d)
		}
	}
	k.interrupt() // with nothing running: nothing
	if reply := c.ask("execute_request", execute("value 1")); reply["status"] != "ok" {
		t.Errorf("after interrupts: %v", reply)
	}
}

func TestInput(t *testing.T) {
	c, _ := start(t)
	id := c.send(c.shell, "execute_request", execute("raw name? \ninput\ninput"))
	for _, value := range []string{"Ωhm", ""} {
		kind, parent, content := c.recv(c.stdin)
		if kind != "input_request" || parent != id || content["password"] != false {
			t.Fatalf("%s %v for %s", kind, content, parent)
		}
		c.send(c.stdin, "input_reply", map[string]any{"value": value, "status": "ok"})
	}
	c.recv(c.shell)
	want := []string{"execute_input 1", `stream stdout "name? "`, `stream stdout "got \"Ωhm\\n\"\ngot \"\\n\"\n"`}
	if got := c.outputs(); !reflect.DeepEqual(got[:2], want[:2]) || strings.Join(got[2:], "") == "" {
		t.Errorf("got %q, want %q", got, want)
	}
	headless := execute("input")
	headless["allow_stdin"] = false
	if reply := c.ask("execute_request", headless); !strings.Contains(reply["evalue"].(string), "does not take input") {
		t.Errorf("without stdin: %v", reply)
	}
	c.send(c.shell, "execute_request", execute("input"))
	c.recv(c.stdin)
	c.send(c.stdin, "input_reply", map[string]any{"value": "\x04"})
	if _, _, reply := c.recv(c.shell); reply["evalue"] != "EOF" {
		t.Errorf("end of input: %v", reply)
	}
}

func TestQuestions(t *testing.T) {
	c, _ := start(t)
	reply := c.ask("complete_request", map[string]any{"code": "žž 😀 fo", "cursor_pos": 7})
	if reply["cursor_start"] != 5. || reply["cursor_end"] != 7. || !reflect.DeepEqual(reply["matches"], []any{"foΩ"}) {
		t.Errorf("completion %v", reply)
	}
	reply = c.ask("complete_request", map[string]any{"code": "a", "cursor_pos": 99})
	if reply["cursor_end"] != 1. {
		t.Errorf("completion with the cursor outside: %v", reply)
	}
	reply = c.ask("inspect_request", map[string]any{"code": "😀x", "cursor_pos": 1, "detail_level": 1})
	if reply["found"] != true || reply["data"].(map[string]any)["text/plain"] != `"😀", 1` {
		t.Errorf("inspection %v", reply)
	}
	reply = c.ask("inspect_request", map[string]any{"code": "no", "cursor_pos": 1})
	if reply["found"] != false || reply["status"] != "ok" {
		t.Errorf("inspection of nothing %v", reply)
	}
	if reply = c.ask("is_complete_request", map[string]any{"code": "for {"}); reply["status"] != "incomplete" || reply["indent"] != "\t" {
		t.Errorf("is_complete %v", reply)
	}
	if reply = c.ask("comm_info_request", map[string]any{}); reply["status"] != "ok" || len(reply["comms"].(map[string]any)) != 0 {
		t.Errorf("comm_info %v", reply)
	}
	for _, kind := range []string{"execute_request", "complete_request", "inspect_request", "history_request"} {
		if reply = c.ask(kind, []int{1}); reply["status"] != "error" || reply["ename"] != "bad request" {
			t.Errorf("%s with a list as content: %v", kind, reply)
		}
	}
	if reply = c.ask("debug_request", map[string]any{}); reply["status"] != "error" || reply["ename"] != "not supported" {
		t.Errorf("debug_request: %v", reply)
	}
	info := c.ask("kernel_info_request", map[string]any{})
	lang := info["language_info"].(map[string]any)
	if info["protocol_version"] != "5.5" || lang["name"] != "go" || lang["file_extension"] != ".go" || "go"+lang["version"].(string) != runtime.Version() {
		t.Errorf("kernel_info %v", info)
	}
}

// Every request is framed by busy and idle, and everything it causes carries
// its header, byte for byte.
func TestParents(t *testing.T) {
	c, _ := start(t)
	m, _ := c.codec.pack(nil, "execute_request", nil, nil, execute("print x\nfail y"))
	m[2] = append([]byte(" "), m[2]...) // JSON as another program might write it
	m[1] = c.codec.sign(m[2:6])
	c.shell.Send(m)
	reply, err := c.shell.Recv()
	if err != nil || string(reply[3]) != string(m[2]) {
		t.Errorf("the reply's parent is %s, want %s (%v)", reply[3], m[2], err)
	}
	var kinds []string
	for len(kinds) == 0 || kinds[len(kinds)-1] != "status idle" {
		r := c.next()
		var v map[string]any
		json.Unmarshal(r.content, &v)
		kind := r.header.MsgType
		if kind == "status" {
			kind += " " + v["execution_state"].(string)
		}
		if kind == "status starting" {
			continue
		}
		kinds = append(kinds, kind)
	}
	want := []string{"status busy", "execute_input", "stream", "error", "status idle"}
	if !reflect.DeepEqual(kinds, want) {
		t.Errorf("iopub carries %q, want %q", kinds, want)
	}
}

// Messages that are not signed with the key are not answered, whatever they
// hold, and do no harm.
func TestForgedMessages(t *testing.T) {
	c, k := start(t)
	k.log.SetOutput(new(strings.Builder))
	good, _ := c.codec.pack(nil, "kernel_info_request", nil, nil, map[string]any{})
	for _, m := range []zmtp.Message{
		{[]byte("x")},
		{delimiter},
		{delimiter, []byte("00"), []byte("{}"), []byte("{}"), []byte("{}"), []byte("{}")},
		append(append(zmtp.Message{}, good[:5]...), []byte(`{"a":1}`)),
		append(zmtp.Message{delimiter, {}}, good[2:]...),
	} {
		c.shell.Send(m)
	}
	c.shell.Send(good)
	if kind, _, _ := c.recv(c.shell); kind != "kernel_info_reply" {
		t.Errorf("after forged messages: %s", kind)
	}
	if len(c.msgs) > 3 { // busy and idle of the good one, perhaps starting
		t.Errorf("%d messages on iopub", len(c.msgs))
	}
}

// A message that comes a second time is dropped, and the log says so.
func TestReplayedMessages(t *testing.T) {
	c, k := start(t)
	var log strings.Builder
	k.log.SetOutput(&log)
	m, _ := c.codec.pack(nil, "execute_request", nil, nil, execute("print once"))
	c.shell.Send(m)
	c.recv(c.shell)
	c.shell.Send(m)
	reply := c.ask("execute_request", execute("print after"))
	if reply["execution_count"] != 2. {
		t.Errorf("cell number %v after a replay, want 2", reply["execution_count"])
	}
	k.mu.Lock() // under which it is written
	defer k.mu.Unlock()
	if !strings.Contains(log.String(), "jupyter: message that came before") {
		t.Errorf("the log has %q", log.String())
	}
}

// While a cell runs, requests wait up to a number; those after are answered
// with an error, and the kernel goes on.
func TestFlood(t *testing.T) {
	c, k := start(t)
	k.log.SetOutput(io.Discard)
	first := c.send(c.shell, "execute_request", execute("print on\nwait"))
	for c.next().header.MsgType != "stream" { // until it runs
	}
	sent := make(chan string, 1)
	go func() {
		for range maxWaiting {
			c.send(c.shell, "kernel_info_request", map[string]any{})
		}
		sent <- c.send(c.shell, "execute_request", execute("print never"))
	}()
	_, parent, reply := c.recv(c.shell)
	if last := <-sent; parent != last || reply["status"] != "error" || reply["ename"] != "too many requests" {
		t.Fatalf("the first answer is %v", reply)
	}
	c.send(c.control, "interrupt_request", map[string]any{})
	c.recv(c.control)
	for i := range 1 + maxWaiting {
		kind, parent, _ := c.recv(c.shell)
		if (i == 0) != (parent == first) || (i == 0) != (kind == "execute_reply") {
			t.Fatalf("answer %d: %s", i, kind)
		}
	}
}

func TestBigOutput(t *testing.T) {
	c, _ := start(t)
	c.send(c.shell, "execute_request", execute("lines 100000"))
	messages, n := 0, 0
	for n < 100000 {
		m := c.next()
		if m.header.MsgType == "stream" {
			var v struct{ Text string }
			json.Unmarshal(m.content, &v)
			messages++
			n += strings.Count(v.Text, "\n")
		}
	}
	c.recv(c.shell)
	if messages > 200 {
		t.Errorf("100000 lines came in %d messages", messages)
	}
}

// process starts this test program as a kernel.
func process(t *testing.T) (*client, *exec.Cmd) {
	t.Helper()
	conn, path := freeConnection(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JUPYTER_TEST_KERNEL="+path)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return connect(t, conn), cmd
}

// exits waits for the process to end by itself.
func exits(t *testing.T, cmd *exec.Cmd, limit time.Duration) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the kernel ends with %v", err)
		}
	case <-time.After(limit):
		t.Errorf("the kernel is still there after %v", limit)
	}
}

func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals to a process on Windows")
	}
	c, cmd := process(t)
	cmd.Process.Signal(os.Interrupt) // nothing runs: nothing
	id := c.send(c.shell, "execute_request", execute("wait"))
	time.Sleep(100 * time.Millisecond)
	cmd.Process.Signal(os.Interrupt)
	if _, parent, reply := c.recv(c.shell); parent != id || reply["ename"] != "interrupted" {
		t.Errorf("cell after SIGINT: %v", reply)
	}
	if reply := c.ask("execute_request", execute("value 1")); reply["status"] != "ok" {
		t.Errorf("next cell: %v", reply)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	exits(t, cmd, 5*time.Second)
}

func TestShutdown(t *testing.T) {
	for _, running := range []string{"", "wait", "deaf"} {
		c, cmd := process(t)
		if running != "" {
			c.send(c.shell, "execute_request", execute(running))
			time.Sleep(100 * time.Millisecond)
		}
		c.send(c.control, "shutdown_request", map[string]any{"restart": true})
		if kind, _, reply := c.recv(c.control); kind != "shutdown_reply" || reply["restart"] != true {
			t.Errorf("%s %v", kind, reply)
		}
		exits(t, cmd, lastCell+lastWords+2*time.Second)
	}
}

func TestHeartbeat(t *testing.T) {
	c, k := start(t)
	c.send(c.shell, "execute_request", execute("sleep 300"))
	hb, err := zmtp.Dial(k.heartbeat.Endpoint(), "REQ", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hb.Close()
	began := time.Now()
	for range 5 {
		hb.Send(zmtp.Message{{}, []byte("ping")})
		if m, err := hb.Recv(); err != nil || string(m[1]) != "ping" {
			t.Fatalf("heartbeat %q, %v", m, err)
		}
	}
	if d := time.Since(began); d > 250*time.Millisecond {
		t.Errorf("five heartbeats while a cell runs took %v", d)
	}
	c.recv(c.shell)
}
