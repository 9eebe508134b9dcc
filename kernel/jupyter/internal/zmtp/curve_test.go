package zmtp

import (
	"bytes"
	"encoding/hex"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Two pairs that libzmq made (zmq.curve_keypair).
const (
	serverPublic = "<m?uWTBmpm!u(<+H{nUWRg)948B<ZW?&yO(Gr{HP"
	serverSecret = "2rkl-@}w[)WWq26Hs<vD!%P%y9Vp}*W278:EBl@X"
)

var (
	serverKeys = pair(serverPublic, serverSecret)
	clientKeys = pair("8+{DTZ{1dZ^#nh{thna3!^y-%umAwjEKjw18TPjq", "HfhOK!c6c(x2jg9pn?:?K=!FCL#(q=@]?@b3u+7V")
)

func pair(public, secret string) *Keys {
	k, err := ParseKeys(public, secret)
	if err != nil {
		panic(err)
	}
	return k
}

func TestParseKeys(t *testing.T) {
	// The test vector of RFC 32: a public key in Z85 and in hexadecimal.
	var k [32]byte
	if err := parseKey(&k, "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(k[:]); got != "bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518" {
		t.Errorf("the key of RFC 32 is read as %s", got)
	}
	good := [2]string{serverPublic, serverSecret}
	for _, c := range []struct{ name, public, secret, want string }{
		{"short", "abc", good[1], "the public key: 3 characters of Z85; a key has 40"},
		{"alphabet", good[0], "\"" + good[1][1:], "the secret key: character 1 is not of Z85"},
		{"overflow", "#####" + good[0][5:], good[1], "more than 32 bits"},
		{"no pair", "8+{DTZ{1dZ^#nh{thna3!^y-%umAwjEKjw18TPjq", good[1], "does not belong"},
	} {
		_, err := ParseKeys(c.public, c.secret)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Every message arrives as it was sent, and none of its text is on the wire.
func TestCurve(t *testing.T) {
	r := must(ListenRouter(local, serverKeys))(t)
	defer r.Close(0)
	c := must(DialCurve(r.Endpoint(), "DEALER", []byte("me"), clientKeys, serverKeys.Public))(t)
	defer c.Close()
	for _, m := range []Message{
		{[]byte("one")}, {{}, {}, {}}, {make([]byte, 255), make([]byte, 300)}, {[]byte("big"), bytes.Repeat([]byte("x"), 3<<20)},
	} {
		c.Send(m)
		got := must(r.Recv())(t)
		if string(got[0]) != "me" || !reflect.DeepEqual(got[1:], m) {
			t.Fatalf("%d frames came as %d", len(m), len(got)-1)
		}
		r.Send(got)
		if got := recv(t, c); !reflect.DeepEqual(got, m) {
			t.Fatalf("%d frames came back as %d", len(m), len(got))
		}
	}
	c.send(command("PING", []byte{0, 9, 'c', 't', 'x'}))
	flags, body, err := c.readFrame()
	if want := []byte("\x04PONGctx"); err != nil || flags != flagCommand || !bytes.Equal(body, want) {
		t.Errorf("a ping is answered with %q, %v", body, err)
	}
}

func TestCurveFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Message(rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 600), 1, 8).Draw(t, "frames"))
		from, to := &curve{sends: fromServer}, &curve{takes: fromServer}
		sealed := from.seal(wire(m))
		for _, f := range m {
			if len(f) > 15 && bytes.Contains(sealed, f) {
				t.Fatalf("%q can be read on the wire", f)
			}
		}
		r := reader(sealed)
		got, err := readFrames(func() (byte, []byte, error) {
			flags, body, err := readFrame(r)
			if err != nil {
				return 0, nil, err
			}
			return to.open(flags, body)
		}, none)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("got %v, %v; sent %v", got, err, m)
		}
		// One changed bit, or a frame that comes twice, is noticed.
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")
		bad := bytes.Clone(sealed)
		bad[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		to = &curve{takes: fromServer}
		r = reader(append(bad, sealed...))
		var frames [][]byte
		for {
			flags, body, err := readFrame(r)
			if err == nil {
				_, body, err = to.open(flags, body)
			}
			if err != nil {
				break
			}
			frames = append(frames, body)
		}
		if len(frames) > len(m) {
			t.Fatalf("%d frames of %d, the first of which were changed", len(frames), len(m))
		}
	})
}

// Who has the wrong keys, or none, is not let in; nor is one without
// encryption.
func TestCurveRefuses(t *testing.T) {
	r := must(ListenRouter(local, serverKeys))(t)
	defer r.Close(0)
	open := must(ListenRouter(local, nil))(t)
	defer open.Close(0)
	for _, c := range []struct {
		name string
		dial func() (*Conn, error)
	}{
		{"another server's key", func() (*Conn, error) {
			return DialCurve(r.Endpoint(), "DEALER", nil, clientKeys, clientKeys.Public)
		}},
		{"a public key that is not of the secret one", func() (*Conn, error) {
			return DialCurve(r.Endpoint(), "DEALER", nil, &Keys{clientKeys.Public, serverKeys.Secret}, serverKeys.Public)
		}},
		{"the wrong socket", func() (*Conn, error) {
			return DialCurve(r.Endpoint(), "SUB", nil, clientKeys, serverKeys.Public)
		}},
		{"no encryption", func() (*Conn, error) { return Dial(r.Endpoint(), "DEALER", nil) }},
		{"encryption where none is", func() (*Conn, error) {
			return DialCurve(open.Endpoint(), "DEALER", nil, clientKeys, serverKeys.Public)
		}},
	} {
		if conn, err := c.dial(); err == nil {
			conn.Close()
			t.Errorf("%s: let in", c.name)
		}
	}
	if n := len(r.all()) + len(open.all()); n != 0 {
		t.Errorf("%d connections after refused handshakes", n)
	}
}

// A tap keeps what a connection writes.
type tap struct {
	net.Conn
	sent bytes.Buffer
}

func (c *tap) Write(p []byte) (int, error) {
	c.sent.Write(p)
	return c.Conn.Write(p)
}

// What a client said once does not open a second connection.
func TestCurveReplay(t *testing.T) {
	r := must(ListenRouter(local, serverKeys))(t)
	defer r.Close(0)
	nc := &tap{Conn: must(net.Dial("tcp", strings.TrimPrefix(r.Endpoint(), "tcp://")))(t)}
	c := must(newConn(nc, "DEALER", nil, &security{clientKeys, &serverKeys.Public}))(t)
	c.Send(Message{[]byte("once")})
	must(r.Recv())(t)
	c.Close()
	again := raw(t, r.Endpoint(), nc.sent.Bytes())
	if _, err := io.Copy(io.Discard, again); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error(err) // the end or a reset are due, no time-out
	}
	select {
	case m := <-r.in:
		t.Errorf("a replayed connection delivers %q", m)
	case <-time.After(20 * time.Millisecond):
	}
}

// FuzzCurve lets a peer that has the right keys, and one that has not, say
// anything: after its greeting, and in place of an encrypted frame.
func FuzzCurve(f *testing.F) {
	f.Add([]byte{}, byte(0))
	f.Add(command("HELLO", make([]byte, helloSize)), byte(0))
	f.Add(command("INITIATE", make([]byte, initiateSize+9)), byte(1))
	f.Add((&curve{sends: fromClient}).seal(wire(Message{[]byte("x"), {}})), byte(2))
	f.Fuzz(func(t *testing.T, b []byte, where byte) {
		c := &Conn{r: reader(b), nc: nowhere{}}
		switch where % 3 {
		case 0:
			if c.curveServer("ROUTER", nil, serverKeys) == nil {
				t.Fatal("a stranger is let in")
			}
		case 1:
			if c.curveClient("DEALER", nil, clientKeys, &serverKeys.Public) == nil {
				t.Fatal("a stranger is taken for the server")
			}
		default:
			c.curve = &curve{takes: fromClient}
			for {
				if _, err := c.Recv(); err != nil {
					return
				}
			}
		}
	})
}
