package zmtp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func none(string, []byte) error { return errors.New("no command expected") }

func reader(b []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(b)) }

func TestMessageRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Message(rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 600), 1, 8).Draw(t, "frames"))
		got, err := readMessage(reader(wire(m)), none)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("got %v, %v; sent %v", got, err, m)
		}
	})
}

// The bytes of RFC 23, section "Framing", for frames on both sides of the
// border between short and long.
func TestFrameBytes(t *testing.T) {
	for _, c := range []struct {
		m    Message
		head []byte
	}{
		{Message{{}}, []byte{0, 0}},
		{Message{[]byte("a"), {}}, []byte{1, 1, 'a', 0, 0}},
		{Message{make([]byte, 255)}, []byte{0, 255}},
		{Message{make([]byte, 256)}, []byte{2, 0, 0, 0, 0, 0, 0, 1, 0}},
		{Message{make([]byte, 70000)}, []byte{2, 0, 0, 0, 0, 0, 1, 0x11, 0x70}},
	} {
		if b := wire(c.m); !bytes.HasPrefix(b, c.head) {
			t.Errorf("frames of %d bytes start with % x, want % x", len(c.m[0]), b[:len(c.head)], c.head)
		}
	}
}

func TestBadFrames(t *testing.T) {
	long := func(size ...byte) []byte { return append([]byte{flagLong}, size...) }
	for _, c := range []struct {
		name, want string
		in         []byte
	}{
		{"empty", "EOF", nil},
		{"no length", "unexpected EOF", []byte{0}},
		{"reserved flag", "reserved bits", []byte{8, 0}},
		{"command in parts", "announces more", []byte{5, 0}},
		{"short body", "unexpected EOF", []byte{0, 3, 'a'}},
		{"short long length", "unexpected EOF", long(0, 0)},
		{"absurd length", "at most", long(0x7f, 255, 255, 255, 255, 255, 255, 255)},
		{"top bit", "at most", long(0x80, 0, 0, 0, 0, 0, 0, 0)},
		{"announced but not sent", "unexpected EOF", long(0, 0, 0, 0, 0x0f, 0, 0, 0)},
		{"second frame missing", "unexpected EOF", []byte{1, 1, 'a'}},
		{"command without name", "no whole name", []byte{4, 0}},
		{"command with short name", "no whole name", []byte{4, 2, 5, 'P'}},
	} {
		_, err := readMessage(reader(c.in), func(string, []byte) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := readMessage(reader(bytes.Repeat([]byte{1, 0}, maxFrames+1)), none); err != errTooLarge {
		t.Errorf("%d frames: error %v", maxFrames+1, err)
	}
}

func TestProperties(t *testing.T) {
	b := appendProperty(nil, "Socket-Type", []byte("DEALER"))
	b = appendProperty(b, "Identity", nil)
	p, err := splitProperties(b)
	if err != nil || string(p["Socket-Type"]) != "DEALER" || len(p) != 2 {
		t.Errorf("properties %q, %v", p, err)
	}
	for i := 1; i < len(b); i++ {
		if i == 1+len("Socket-Type")+4+len("DEALER") {
			continue // the end of the first property
		}
		if _, err := splitProperties(b[:i]); err == nil {
			t.Errorf("properties cut at byte %d of %d are accepted", i, len(b))
		}
	}
}

// FuzzMessage feeds arbitrary bytes to the parser: it must end with messages
// or an error, and what it accepts must have the same bytes when written again
// in the shortest form.
func FuzzMessage(f *testing.F) {
	f.Add(wire(Message{[]byte("<IDS|MSG>"), {}, make([]byte, 300)}))
	f.Add(command("READY", appendProperty(nil, "Socket-Type", []byte("SUB"))))
	f.Add(command("PING", []byte{0, 1, 'x'}))
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 0, 1, 'x'})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := reader(b)
		for {
			m, err := readMessage(r, func(name string, data []byte) error {
				if name == "" {
					t.Fatal("command without a name")
				}
				if name == "READY" {
					splitProperties(data)
				}
				return nil
			})
			if err != nil {
				return
			}
			again, err := readMessage(reader(wire(m)), none)
			if err != nil || !reflect.DeepEqual(again, m) {
				t.Fatalf("%q reads back as %q, %v", m, again, err)
			}
		}
	})
}

// FuzzHandshake lets a peer say anything where a greeting is due.
func FuzzHandshake(f *testing.F) {
	good := append(greeting("NULL", false), command("READY", appendProperty(nil, "Socket-Type", []byte("SUB")))...)
	f.Add(good)
	f.Add(good[:64])
	f.Add(append(greeting("NULL", false), wire(Message{[]byte("x")})...))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &Conn{r: reader(b), nc: nowhere{}}
		if err := errors.Join(c.readGreeting("NULL"), c.readReady("PUB")); err == nil && c.Peer != "SUB" && c.Peer != "XSUB" {
			t.Fatalf("a %q is let in", c.Peer)
		}
	})
}

// nowhere is a connection that swallows what is written.
type nowhere struct{ net.Conn }

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Read([]byte) (int, error)    { return 0, io.EOF }
