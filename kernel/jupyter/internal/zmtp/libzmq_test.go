package zmtp

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// python starts testdata/peer.py, which uses libzmq through pyzmq; PYTHON names
// the interpreter that has it. Without it the test is skipped: a checkout is
// tested without Python too.
func python(t *testing.T, args ...string) (in io.Writer, lines func() string) {
	t.Helper()
	interpreter := os.Getenv("ZMTP_PYTHON")
	if interpreter == "" {
		t.Skip("ZMTP_PYTHON does not name a Python with pyzmq")
	}
	cmd := exec.Command(interpreter, append([]string{"testdata/peer.py"}, args...)...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	t.Cleanup(func() { stdin.Close(); kill.Stop(); cmd.Process.Kill(); cmd.Wait() })
	r := bufio.NewReader(stdout)
	return stdin, func() string {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("the peer ends: %q, %v", line, err)
		}
		return strings.TrimSpace(line)
	}
}

// libzmq talks to each of our sockets, and we to each of its, plain and
// encrypted. Both sides send frames of many sizes and compare what comes back.
func TestLibzmq(t *testing.T) {
	for _, keys := range []*Keys{nil, serverKeys} {
		name, public, secret := "plain", "", ""
		if keys != nil {
			name, public, secret = "curve", serverPublic, serverSecret
		}
		t.Run(name+"/to us", func(t *testing.T) {
			r := must(ListenRouter(local, keys))(t)
			defer r.Close(0)
			e := must(ListenEcho(local, keys))(t)
			defer e.Close(0)
			p := must(ListenPub(local, keys, func(topic []byte) Message { return Message{topic, []byte("welcome")} }))(t)
			defer p.Close(0)
			go func() {
				for {
					m, err := r.Recv()
					if err != nil {
						return
					}
					r.Send(m)
					p.Send(m[1:])
				}
			}()
			_, line := python(t, "connect", r.Endpoint(), e.Endpoint(), p.Endpoint(), public)
			if got := line(); got != "ok" {
				t.Error(got)
			}
		})
		t.Run(name+"/to libzmq", func(t *testing.T) {
			stdin, line := python(t, "listen", public, secret)
			dial := func(endpoint, kind string) *Conn {
				if keys != nil {
					return must(DialCurve(endpoint, kind, []byte("go"), clientKeys, keys.Public))(t)
				}
				return must(Dial(endpoint, kind, []byte("go")))(t)
			}
			router, pub := dial(line(), "DEALER"), dial(line(), "SUB")
			defer router.Close()
			defer pub.Close()
			pub.Subscribe("to")
			fmt.Fprintln(stdin, "go")
			for _, n := range []int{0, 1, 254, 255, 256, 70000, 5 << 20} {
				router.Send(Message{make([]byte, n), []byte(fmt.Sprint(n))})
				m := recv(t, router)
				if len(m) != 2 || len(m[0]) != n || string(m[1]) != fmt.Sprint(n) {
					t.Fatalf("%d bytes come back as %d frames", n, len(m))
				}
			}
			if m := recv(t, pub); string(m[0]) != "topic" || string(m[1]) != "published" {
				t.Errorf("published: %q", m)
			}
		})
	}
}
