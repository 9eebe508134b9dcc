package zmtp

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const local = "tcp://127.0.0.1:0"

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// recv fails the test when nothing comes in time.
func recv(t *testing.T, c *Conn) Message {
	t.Helper()
	c.nc.SetReadDeadline(time.Now().Add(10 * time.Second))
	return must(c.Recv())(t)
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatal("not within 10 s: " + what)
}

func TestRouter(t *testing.T) {
	endpoints := []string{local}
	if runtime.GOOS != "windows" {
		endpoints = append(endpoints, "ipc://"+filepath.Join(t.TempDir(), "s-1"))
	}
	for _, endpoint := range endpoints {
		r := must(ListenRouter(endpoint, nil))(t)
		defer r.Close(0)
		a := must(Dial(r.Endpoint(), "DEALER", []byte("a")))(t)
		b := must(Dial(r.Endpoint(), "DEALER", nil))(t)
		a.Send(Message{[]byte("from a"), {}})
		m := must(r.Recv())(t)
		if len(m) != 3 || string(m[0]) != "a" || string(m[1]) != "from a" {
			t.Fatalf("router got %q", m)
		}
		b.Send(Message{[]byte("from b")})
		m = must(r.Recv())(t)
		if len(m[0]) != 5 || m[0][0] != 0 {
			t.Fatalf("made identity %q; a zero byte and four more are due", m[0])
		}
		if !r.Send(Message{m[0], []byte("to b")}) || string(recv(t, b)[0]) != "to b" {
			t.Fatal("answer to b is lost")
		}
		if !r.Send(Message{[]byte("a"), []byte("to"), []byte("a")}) || len(recv(t, a)) != 2 {
			t.Fatal("answer to a is lost")
		}
		if r.Send(Message{[]byte("nobody"), {}}) {
			t.Error("a message to nobody is said to be sent")
		}
		// A peer that comes back under its identity gets the answers.
		a2 := must(Dial(r.Endpoint(), "DEALER", []byte("a")))(t)
		a2.Send(Message{[]byte("again")})
		must(r.Recv())(t)
		r.Send(Message{[]byte("a"), []byte("for the new one")})
		if string(recv(t, a2)[0]) != "for the new one" {
			t.Error("the new connection of a does not get its answers")
		}
		r.Close(0)
		if _, err := r.Recv(); err != io.EOF {
			t.Errorf("Recv after Close: %v", err)
		}
	}
}

func TestEcho(t *testing.T) {
	e := must(ListenEcho(local, nil))(t)
	defer e.Close(0)
	c := must(Dial(e.Endpoint(), "REQ", nil))(t)
	for range 3 {
		c.Send(Message{{}, []byte("ping")})
		if m := recv(t, c); len(m) != 2 || len(m[0]) != 0 || string(m[1]) != "ping" {
			t.Fatalf("heartbeat answers %q", m)
		}
	}
}

// raw talks to a socket byte by byte.
func raw(t *testing.T, endpoint string, bytes ...[]byte) net.Conn {
	t.Helper()
	nc := must(net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://")))(t)
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	for _, b := range bytes {
		must(nc.Write(b))(t)
	}
	return nc
}

func ready(kind string) []byte {
	return command("READY", appendProperty(nil, "Socket-Type", []byte(kind)))
}

func TestHandshakeRefuses(t *testing.T) {
	p := must(ListenPub(local, nil, nil))(t)
	defer p.Close(0)
	old, curve, plain := greeting("NULL", false), greeting("NULL", false), greeting("NULL", false)
	old[10] = 1
	copy(curve[12:], "CURVE")
	plain[0] = 'G' // "GET / HTTP"
	for _, c := range []struct {
		name string
		send []byte
		want string // in what comes back
	}{
		{"ZMTP 2", old, ""},
		{"CURVE", curve, ""},
		{"HTTP", plain, ""},
		{"a dealer", append(greeting("NULL", false), ready("DEALER")...), `a PUB socket does not talk to a "DEALER"`},
		{"no type", append(greeting("NULL", false), command("READY", nil)...), "does not talk to"},
		{"HELLO", append(greeting("NULL", false), command("HELLO", nil)...), ""},
		{"message first", append(greeting("NULL", false), wire(Message{{1}})...), ""},
	} {
		nc := raw(t, p.Endpoint(), c.send)
		got, err := io.ReadAll(nc) // ends because the socket closes
		if err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", c.name, err)
		}
		if !bytes.Contains(got, []byte(c.want)) {
			t.Errorf("%s: the answer %q does not hold %q", c.name, got, c.want)
		}
	}
	if n := p.Subscribers(); n != 0 {
		t.Errorf("%d subscribers after refused handshakes", n)
	}
}

func TestPing(t *testing.T) {
	p := must(ListenPub(local, nil, nil))(t)
	defer p.Close(0)
	nc := raw(t, p.Endpoint(), greeting("NULL", false), ready("SUB"))
	want := append(append(greeting("NULL", false), ready("PUB")...), command("PONG", []byte("ctx"))...)
	must(nc.Write(command("PING", []byte{0, 9, 'c', 't', 'x'})))(t)
	got := make([]byte, len(want))
	must(io.ReadFull(nc, got))(t)
	if !bytes.Equal(got, want) {
		t.Errorf("got  % x\nwant % x", got, want)
	}
}

// Subscriptions come as messages (3.0) or as commands (3.1).
func TestTopics(t *testing.T) {
	p := must(ListenPub(local, nil, func(topic []byte) Message { return Message{[]byte("hello"), topic} }))(t)
	defer p.Close(0)
	for _, c := range []struct {
		name        string
		sub, cancel []byte
	}{
		{"3.0", wire(Message{[]byte("\x01st")}), wire(Message{[]byte("\x00st")})},
		{"3.1", command("SUBSCRIBE", []byte("st")), command("CANCEL", []byte("st"))},
	} {
		conn := must(Dial(p.Endpoint(), "SUB", nil))(t)
		conn.send(c.sub)
		if m := recv(t, conn); string(m[0]) != "hello" || string(m[1]) != "st" {
			t.Fatalf("%s: welcomed with %q", c.name, m)
		}
		p.Send(Message{[]byte("error"), []byte("1")})
		p.Send(Message{[]byte("status"), []byte("2")})
		if m := recv(t, conn); string(m[1]) != "2" {
			t.Errorf("%s: got %q", c.name, m)
		}
		conn.send(c.cancel)
		conn.Subscribe("e")
		recv(t, conn) // welcome: the cancel before it is done
		p.Send(Message{[]byte("status"), []byte("3")})
		p.Send(Message{[]byte("error"), []byte("4")})
		if m := recv(t, conn); string(m[1]) != "4" {
			t.Errorf("%s: got %q after CANCEL", c.name, m)
		}
		conn.Close()
	}
}

// One subscriber reads nothing, one goes away without a word; a third must get
// everything, in order, and the sender must not be held up for long.
func TestVanishedSubscribers(t *testing.T) {
	p := must(ListenPub(local, nil, nil))(t)
	p.patience = time.Second
	defer p.Close(0)
	for range 2 {
		stuck := must(Dial(p.Endpoint(), "SUB", nil))(t)
		stuck.Subscribe("")
		defer stuck.Close()
	}
	gone := must(Dial(p.Endpoint(), "SUB", nil))(t)
	gone.Subscribe("")
	live := must(Dial(p.Endpoint(), "SUB", nil))(t)
	live.Subscribe("")
	eventually(t, "4 subscribers", func() bool { return p.Subscribers() == 4 })
	gone.Close()

	const n, size = 1600, 1 << 16 // 100 MB, three times what may wait
	got := make(chan error, 1)
	go func() {
		for i := range n {
			live.nc.SetReadDeadline(time.Now().Add(20 * time.Second))
			m, err := live.Recv()
			if err != nil {
				got <- err
				return
			}
			if want := fmt.Sprint(i); string(m[0]) != want || len(m[1]) != size {
				got <- fmt.Errorf("message %s where %s is due", m[0], want)
				return
			}
		}
		got <- nil
	}()
	body := make([]byte, size)
	start, longest := time.Now(), time.Duration(0)
	for i := range n {
		before := time.Now()
		p.Send(Message{[]byte(fmt.Sprint(i)), body})
		p.Wait(nil)
		longest = max(longest, time.Since(before))
	}
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	t.Logf("sent %d MB in %v, longest wait %v", n*size>>20, time.Since(start), longest)
	if longest > p.patience+3*time.Second {
		t.Errorf("a stuck subscriber held the sender for %v", longest)
	}
	if n := p.Subscribers(); n != 1 {
		t.Errorf("%d subscribers are left, 1 is alive", n)
	}
}

// A slow reader loses nothing either: the sender waits for it.
func TestSlowSubscriber(t *testing.T) {
	p := must(ListenPub(local, nil, nil))(t)
	defer p.Close(0)
	slow := must(Dial(p.Endpoint(), "SUB", nil))(t)
	slow.Subscribe("")
	eventually(t, "the subscriber", func() bool { return p.Subscribers() == 1 })
	const n, size = 80, 1 << 20
	go func() {
		for i := range n {
			p.Send(Message{{byte(i)}, make([]byte, size)})
			p.Wait(nil)
		}
	}()
	time.Sleep(300 * time.Millisecond) // shorter than patience
	for i := range n {
		if m := recv(t, slow); m[0][0] != byte(i) {
			t.Fatalf("message %d where %d is due", m[0][0], i)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestWaitStops(t *testing.T) {
	p := must(ListenPub(local, nil, nil))(t)
	defer p.Close(0)
	stuck := must(Dial(p.Endpoint(), "SUB", nil))(t)
	defer stuck.Close()
	stuck.Subscribe("")
	eventually(t, "the subscriber", func() bool { return p.Subscribers() == 1 })
	p.Send(Message{make([]byte, 2*maxBehind)})
	stop := make(chan struct{})
	time.AfterFunc(50*time.Millisecond, func() { close(stop) })
	start := time.Now()
	p.Wait(stop)
	if d := time.Since(start); d > patience/2 {
		t.Errorf("Wait ended %v after its stop", d)
	}
}

func TestCloseLetsMessagesLeave(t *testing.T) {
	r := must(ListenRouter(local, nil))(t)
	c := must(Dial(r.Endpoint(), "DEALER", []byte("c")))(t)
	c.Send(Message{[]byte("x")})
	must(r.Recv())(t)
	for range 100 {
		r.Send(Message{[]byte("c"), make([]byte, 1<<16)})
	}
	go r.Close(10 * time.Second)
	for range 100 {
		recv(t, c)
	}
}

func TestEndpoints(t *testing.T) {
	for _, bad := range []string{"", "tcp://", "127.0.0.1:1", "udp://x:1", "ipc:/x"} {
		if _, err := ListenRouter(bad, nil); err == nil || !strings.Contains(err.Error(), "tcp://HOST:PORT") {
			t.Errorf("endpoint %q: error %v", bad, err)
		}
	}
	r := must(ListenRouter(local, nil))(t)
	defer r.Close(0)
	if _, err := ListenRouter(r.Endpoint(), nil); err == nil {
		t.Error("a port is given out twice")
	}
}

func BenchmarkPub(b *testing.B) {
	p, err := ListenPub(local, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close(0)
	c, err := Dial(p.Endpoint(), "SUB", nil)
	if err != nil {
		b.Fatal(err)
	}
	c.Subscribe("")
	for p.Subscribers() == 0 {
		time.Sleep(time.Millisecond)
	}
	body := make([]byte, 1000)
	b.SetBytes(1000)
	b.ResetTimer()
	go func() {
		for range b.N {
			p.Send(Message{body})
			p.Wait(nil)
		}
	}()
	for range b.N {
		if _, err := c.Recv(); err != nil {
			b.Fatal(err)
		}
	}
}
