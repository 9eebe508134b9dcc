package jupyter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
	"pgregory.net/rapid"
)

func TestReadConnection(t *testing.T) {
	good := `{"transport":"tcp","ip":"127.0.0.1","shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5,"key":"k","signature_scheme":"hmac-sha256"}`
	path := filepath.Join(t.TempDir(), "c.json")
	for _, c := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"no transport is tcp", `"transport":"tcp",`, "", ""},
		{"no key", `"key":"k"`, `"key":""`, ""},
		{"kernel_name and others", `{`, `{"kernel_name":"neuro",`, ""},
		{"transport", `"tcp"`, `"udp"`, `transport "udp" is not known; tcp and ipc are`},
		{"no ip", `127.0.0.1`, ``, `ip is empty`},
		{"port 0", `"hb_port":5`, `"hb_port":0`, `hb_port is 0; 1 to 65535 is allowed`},
		{"port too high", `"shell_port":1`, `"shell_port":65536`, `shell_port is 65536`},
		{"no port", `"stdin_port":3,`, ``, `stdin_port is 0`},
		{"scheme", `hmac-sha256`, `hmac-md5`, `signature_scheme "hmac-md5" is not known; hmac-sha256 is`},
		{"half of the keys", `{`, `{"curve_publickey":"x",`, `curve_publickey comes without curve_secretkey`},
		{"the other half", `{`, `{"curve_secretkey":"x",`, `curve_secretkey comes without curve_publickey`},
		{"short keys", `{`, `{"curve_publickey":"x","curve_secretkey":"x",`, `the public key: 1 characters of Z85; a key has 40`},
		{"not JSON", `{`, ``, `is not a connection file`},
		{"port is text", `"hb_port":5`, `"hb_port":"5"`, `is not a connection file`},
	} {
		os.WriteFile(path, []byte(strings.Replace(good, c.old, c.new, 1)), 0o600)
		_, err := ReadConnection(path)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "jupyter: ReadConnection: ") {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := ReadConnection(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestEndpoints(t *testing.T) {
	for _, c := range []struct{ transport, ip, want string }{
		{"tcp", "127.0.0.1", "tcp://127.0.0.1:7"},
		{"tcp", "*", "tcp://*:7"},
		{"tcp", "::1", "tcp://[::1]:7"},
		{"ipc", "/run/k", "ipc:///run/k-7"},
	} {
		if got := (Connection{Transport: c.transport, IP: c.ip}).endpoint(7); got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
}

// Test case 2 of RFC 4231, its data spread over the four parts of a message.
func TestSign(t *testing.T) {
	c := newCodec("Jefe")
	got := c.sign([][]byte{[]byte("what do ya "), []byte("want "), []byte("for "), []byte("nothing?")})
	if want := "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"; string(got) != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	if got := newCodec("").sign([][]byte{[]byte("x")}); len(got) != 0 {
		t.Errorf("signature without a key: %s", got)
	}
}

func FuzzUnpack(f *testing.F) {
	c := newCodec("")
	m, _ := c.pack([][]byte{[]byte("id")}, "execute_request", nil, nil, execute("x"))
	f.Add(m[0], m[1], m[2], m[3], m[4], m[5])
	f.Fuzz(func(t *testing.T, a, b, c1, d, e, g []byte) {
		r, err := c.unpack(zmtp.Message{a, b, c1, d, e, g, []byte("{}")})
		if err == nil && r.header.MsgType == "" {
			t.Fatal("a message without a type is let through")
		}
	})
}

func TestCursor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		n := utf8.RuneCountInString(s)
		i := rapid.IntRange(0, n).Draw(t, "character")
		b := byteOffset(s, i)
		if s[:b] != string([]rune(s)[:i]) || runeOffset(s, b) != i {
			t.Fatalf("character %d of %q is at byte %d, which is character %d", i, s, b, runeOffset(s, b))
		}
	})
	if byteOffset("é", -1) != 0 || byteOffset("é", 9) != 2 || runeOffset("é", -1) != 0 || runeOffset("é", 9) != 1 {
		t.Error("offsets outside the text do not come to its ends")
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "anything", true}, {"*", "", true}, {"a", "a", true}, {"a", "ab", false},
		{"*b*", "abc", true}, {"*b", "abc", false}, {"a?c", "aΩc", true}, {"a?c", "ac", false},
		{"*a*b", "aab", true}, {"*ab*ab", "abxab", true}, {"x\n*", "x\ny", true}, {"[a]", "[a]", true},
	} {
		if got := match([]rune(c.pattern), []rune(c.s)); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.s, got)
		}
	}
}

func TestHistory(t *testing.T) {
	h := openHistory("")
	for i, in := range []string{"x := 1", "x", "y", "x"} {
		out := ""
		if i > 0 {
			out = "1"
		}
		h.add(entry{Count: i + 1, Input: in, Output: out})
	}
	for _, c := range []struct{ request, want string }{
		{`{"hist_access_type":"tail","n":2}`, `[[1,3,"y"],[1,4,"x"]]`},
		{`{"hist_access_type":"tail","n":99,"output":true}`, `[[1,1,["x := 1",null]],[1,2,["x","1"]],[1,3,["y","1"]],[1,4,["x","1"]]]`},
		{`{"hist_access_type":"range","session":0,"start":2,"stop":4}`, `[[1,2,"x"],[1,3,"y"]]`},
		{`{"hist_access_type":"range","session":1,"start":4}`, `[[1,4,"x"]]`},
		{`{"hist_access_type":"range","session":7,"start":1,"stop":9}`, `[]`},
		{`{"hist_access_type":"search","pattern":"x*"}`, `[[1,1,"x := 1"],[1,2,"x"],[1,4,"x"]]`},
		{`{"hist_access_type":"search","pattern":"x*","unique":true}`, `[[1,1,"x := 1"],[1,4,"x"]]`},
		{`{"hist_access_type":"search","pattern":"x*","n":1}`, `[[1,4,"x"]]`},
		{`{"hist_access_type":"search","pattern":"z"}`, `[]`},
	} {
		var q historyRequest
		if err := json.Unmarshal([]byte(c.request), &q); err != nil {
			t.Fatal(err)
		}
		got, _ := encode(h.find(q))
		if string(got) != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.request, got, c.want)
		}
	}
	for i := range keepHistory {
		h.add(entry{Count: i + 1})
	}
	if len(h.entries) != keepHistory || h.entries[0].Count != 1 {
		t.Errorf("%d entries are kept, the first is %d", len(h.entries), h.entries[0].Count)
	}
}

// What ran before a restart is found after it, under the number of its
// session; a line that was cut short and a file that cannot be written lose
// nothing else.
func TestHistoryIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history.jsonl")
	ask := func(h *history, request string) string {
		var q historyRequest
		if err := json.Unmarshal([]byte(request), &q); err != nil {
			t.Fatal(err)
		}
		got, _ := encode(h.find(q))
		return string(got)
	}
	first := openHistory(path)
	first.add(entry{Count: 1, Input: "τ := 20", Output: strings.Repeat("é", keepOutput)})
	beside := openHistory(path)
	beside.add(entry{Count: 1, Input: "y"})
	first.add(entry{Count: 2, Input: "z"})
	f, _ := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	f.WriteString(`{"session":2,"cou`)
	f.Close()
	third := openHistory(path)
	third.add(entry{Count: 1, Input: "x", Output: "7"})
	third = openHistory(path)
	for _, c := range []struct{ request, want string }{
		{`{"hist_access_type":"tail","n":9}`, `[[1,1,"τ := 20"],[2,1,"y"],[1,2,"z"],[3,1,"x"]]`},
		{`{"hist_access_type":"range","session":1}`, `[[1,1,"τ := 20"],[1,2,"z"]]`},
		{`{"hist_access_type":"range","session":-1,"output":true}`, `[[3,1,["x","7"]]]`},
		{`{"hist_access_type":"range","session":0}`, `[]`},
		{`{"hist_access_type":"search","pattern":"*:=*"}`, `[[1,1,"τ := 20"]]`},
	} {
		if got := ask(third, c.request); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.request, got, c.want)
		}
	}
	if out := third.entries[0].Output; len(out) > keepOutput+4 || !utf8.ValidString(out) {
		t.Errorf("%d bytes of a value are kept", len(out))
	}
	stuck := openHistory(filepath.Join(path, "below a file"))
	if err := stuck.add(entry{Count: 1, Input: "x"}); err != nil && !strings.Contains(err.Error(), "not kept any more") {
		t.Error(err)
	}
	if got := ask(stuck, `{"hist_access_type":"tail"}`); got != `[[1,1,"x"]]` {
		t.Errorf("without a file: %s", got)
	}
	for i := range 2*keepHistory + 5 {
		third.append(entry{Session: 4, Count: i + 1, Input: "many"})
	}
	openHistory(path).find(historyRequest{})
	data, _ := os.ReadFile(path)
	if n := strings.Count(string(data), "\n"); n != keepHistory+1 {
		t.Errorf("the file has %d lines after it was cut back, want %d", n, keepHistory+1)
	}
}

// However a text is cut into writes, its messages join to the same text, and no
// message has half a rune.
func TestStreamRunes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var got strings.Builder
		o := &output{
			wait: func(<-chan struct{}) {},
			publish: func(m outgoing) error {
				s := m.content.(object)["text"].(string)
				got.WriteString(s)
				return nil
			},
		}
		w := o.writer("stdout")
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "bytes")
			w.Write(rest[:n])
			rest = rest[n:]
			o.mu.Lock()
			o.flush(false)
			o.mu.Unlock()
		}
		o.sync()
		if got.String() != text {
			t.Fatalf("%q becomes %q", text, got.String())
		}
	})
	for _, c := range []struct {
		s    string
		want int
	}{
		{"", 0}, {"a", 0}, {"é", 0}, {"é"[:1], 1}, {"a😀"[:2], 1}, {"a😀"[:4], 3}, {"\x80\x80\x80\x80", 0}, {"\xff", 0},
	} {
		if got := unfinished([]byte(c.s)); got != c.want {
			t.Errorf("unfinished(%q) = %d, want %d", c.s, got, c.want)
		}
	}
}

func TestMimeData(t *testing.T) {
	got, err := mimeData(display.Bundle{Data: map[string]any{
		"image/png": []byte{0x89, 'P', 'N', 'G'}, "image/svg+xml": "<svg/>", "application/json": map[string]int{"a": 1},
		"application/vnd.vegalite.v5+json": `{"mark":"line"}`, "application/geo+json": []byte(`[1]`), "text/plain": "a\xffb",
		"text/html": []byte("<b>&</b>"), "application/pdf": []byte("%PDF"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := encode(got)
	want := `{"application/geo+json":[1],"application/json":{"a":1},"application/pdf":"JVBERg==",` +
		`"application/vnd.vegalite.v5+json":{"mark":"line"},"image/png":"iVBORw==","image/svg+xml":"<svg/>",` +
		`"text/html":"<b>&</b>","text/plain":"a` + "\uFFFD" + `b"}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if got, _ := mimeData(display.Bundle{}); !reflect.DeepEqual(got, object{"text/plain": "[]"}) {
		t.Errorf("an empty bundle becomes %v", got)
	}
}

// A session that does not start ends the kernel with its error.
func TestStartFails(t *testing.T) {
	_, path := freeConnection(t)
	err := Serve(t.Context(), path, func(session.Options) (Engine, error) { return nil, errors.New("no symbols") })
	if err == nil || err.Error() != "jupyter: the session does not start: no symbols" {
		t.Errorf("error %v", err)
	}
	if err := Serve(t.Context(), "nowhere.json", newFake); err == nil {
		t.Error("a kernel runs without a connection file")
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, path = freeConnection(t)
	if err := Serve(ctx, path, newFake); err != nil {
		t.Errorf("a kernel whose context ends: %v", err)
	}
}

func TestPortInUse(t *testing.T) {
	conn, _ := freeConnection(t)
	k, err := listen(conn)
	if err != nil {
		t.Fatal(err)
	}
	defer k.close(0)
	if _, err := listen(conn); err == nil || !strings.HasPrefix(err.Error(), "jupyter: the shell socket: ") {
		t.Errorf("second kernel on the same ports: %v", err)
	}
}

// A message is taken once; the memory for that is bounded.
func TestReplay(t *testing.T) {
	from, to := newCodec("key"), newCodec("key")
	m, _ := from.pack(nil, "x", nil, nil, object{}, []byte("buffer"))
	r, err := to.unpack(m)
	if err != nil || len(r.buffers) != 1 || string(r.buffers[0]) != "buffer" {
		t.Fatalf("%v, %v", r, err)
	}
	if _, err := to.unpack(m); err == nil || !strings.Contains(err.Error(), "came before") {
		t.Errorf("the same message again: %v", err)
	}
	for i := range 2 * remembered {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		if to.replayed(hex.AppendEncode(nil, sum[:])) {
			t.Fatalf("signature %d is said to be known", i)
		}
	}
	if len(to.seen) != remembered || len(to.old) != remembered {
		t.Errorf("%d and %d signatures are kept, want %d", len(to.seen), len(to.old), remembered)
	}
}

// A queue takes no more than there is room for, by number and by size, and takes
// again when some are done.
func TestQueueIsBounded(t *testing.T) {
	q := newQueue()
	for i := range maxWaiting {
		if err := q.push(&request{}); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := q.push(&request{header: header{MsgType: "execute_request"}}); err == nil || !strings.Contains(err.Error(), "execute_request was not taken: 10000 requests") {
		t.Errorf("one more: %v", err)
	}
	q.pop()
	if err := q.push(&request{}); err != nil {
		t.Errorf("after one was done: %v", err)
	}
	q = newQueue()
	big := &request{content: make([]byte, maxWaitingBytes-1), buffers: [][]byte{make([]byte, 2)}}
	for i, want := range []bool{true, false} { // alone it is taken, whatever its size
		if err := q.push(big); (err == nil) != want {
			t.Errorf("push %d of more than %d MB: %v", i, maxWaitingBytes>>20, err)
		}
	}
	if q.pop(); q.bytes != 0 {
		t.Errorf("%d bytes wait in an empty queue", q.bytes)
	}
}
