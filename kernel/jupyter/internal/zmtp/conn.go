package zmtp

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// A Conn is one connection after its handshake. Sending only queues; a
// goroutine of its own writes, so that no peer can hold up its sender.
type Conn struct {
	// Peer is the peer's socket type, Identity the name it gave itself.
	Peer     string
	Identity []byte

	nc        net.Conn
	r         *bufio.Reader
	curve     *curve // nil: not encrypted
	onCommand func(name string, data []byte) error

	mu     sync.Mutex
	wake   sync.Cond
	queue  [][]byte
	behind int       // bytes queued or being written
	moved  time.Time // when the peer last took bytes
	closed bool
}

// newConn shakes hands as a socket of the given type and starts the writer. A
// nil security is none.
func newConn(nc net.Conn, kind string, identity []byte, s *security) (*Conn, error) {
	c := &Conn{nc: nc, r: bufio.NewReaderSize(nc, 1<<14)}
	c.wake.L = &c.mu
	nc.SetDeadline(time.Now().Add(handshakeTime))
	if err := c.handshake(kind, identity, s); err != nil {
		nc.Close()
		return nil, err
	}
	nc.SetDeadline(time.Time{})
	go c.write()
	return c, nil
}

// Recv returns the next message. It answers pings by itself.
func (c *Conn) Recv() (Message, error) {
	return readFrames(c.readFrame, func(name string, data []byte) error {
		switch name {
		case "PING": // two bytes of time to live, then a context to give back
			if len(data) < 2 {
				return errors.New("zmtp: PING without its time to live")
			}
			c.send(command("PONG", data[2:]))
			return nil
		case "ERROR":
			return fmt.Errorf("zmtp: the peer reports %q", data)
		}
		if c.onCommand != nil {
			return c.onCommand(name, data)
		}
		return nil // PONG, and what later versions may add
	})
}

// readFrame reads a frame and takes the encryption off it.
func (c *Conn) readFrame() (byte, []byte, error) {
	flags, body, err := readFrame(c.r)
	if err != nil || c.curve == nil {
		return flags, body, err
	}
	return c.curve.open(flags, body)
}

// Send queues a message.
func (c *Conn) Send(m Message) { c.send(wire(m)) }

// send queues bytes, which must not change afterwards, and returns how many
// bytes the peer is behind now.
func (c *Conn) send(b []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(b) == 0 {
		return 0
	}
	if c.behind == 0 {
		c.moved = time.Now()
	}
	c.queue = append(c.queue, b)
	c.behind += len(b)
	c.wake.Signal()
	return c.behind
}

// write writes what is queued until the connection closes. It writes in
// pieces, so that a peer that reads slowly can be told from one that is gone.
func (c *Conn) write() {
	const piece = 1 << 18
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.closed {
			c.wake.Wait()
		}
		if c.closed {
			c.mu.Unlock()
			return
		}
		batch := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, b := range join(batch) {
			rest := b
			if c.curve != nil {
				rest = c.curve.seal(b)
			}
			extra := len(rest) - len(b) // what encryption adds is not counted
			for len(rest) > 0 {
				n, err := c.nc.Write(rest[:min(len(rest), piece)])
				c.mu.Lock()
				c.behind -= max(0, n-extra)
				extra = max(0, extra-n)
				c.moved = time.Now()
				c.mu.Unlock()
				if err != nil {
					c.Close()
					return
				}
				rest = rest[n:]
			}
		}
	}
}

// join puts runs of small pieces together, so that a burst of messages is not
// a burst of system calls.
func join(batch [][]byte) [][]byte {
	const small = 1 << 14
	var out [][]byte
	var run []byte
	for i, b := range batch {
		if len(b) < small && len(batch) > 1 {
			run = append(run, b...)
			if len(run) < small && i < len(batch)-1 {
				continue
			}
			b = nil
		}
		if len(run) > 0 {
			out = append(out, run)
			run = nil
		}
		if b != nil {
			out = append(out, b)
		}
	}
	return out
}

// lag tells how many bytes the peer is behind and for how long it has taken
// none of them.
func (c *Conn) lag() (bytes int, still time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.behind == 0 {
		return 0, 0
	}
	return c.behind, time.Since(c.moved)
}

// Close ends the connection; what is queued is lost.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.queue = nil
	c.wake.Broadcast()
	c.mu.Unlock()
	return c.nc.Close()
}

// Dial connects to an endpoint as a socket of the given type. It does not
// reconnect.
func Dial(endpoint, kind string, identity []byte) (*Conn, error) {
	return dial(endpoint, kind, identity, nil)
}

// DialCurve is Dial to a server whose public key is known, with encryption.
func DialCurve(endpoint, kind string, identity []byte, keys *Keys, server [32]byte) (*Conn, error) {
	return dial(endpoint, kind, identity, &security{keys, &server})
}

func dial(endpoint, kind string, identity []byte, s *security) (*Conn, error) {
	network, address, err := split(endpoint)
	if err != nil {
		return nil, err
	}
	nc, err := net.DialTimeout(network, address, handshakeTime)
	if err != nil {
		return nil, fmt.Errorf("zmtp: %w", err)
	}
	return newConn(nc, kind, identity, s)
}

// Subscribe asks a publisher for the messages that start with topic.
func (c *Conn) Subscribe(topic string) { c.Send(Message{append([]byte{1}, topic...)}) }

// split takes an endpoint apart: tcp://HOST:PORT or ipc://PATH.
func split(endpoint string) (network, address string, err error) {
	scheme, address, ok := strings.Cut(endpoint, "://")
	if ok && address != "" {
		switch scheme {
		case "tcp":
			if host, port, err := net.SplitHostPort(address); err == nil && host == "*" {
				address = net.JoinHostPort("", port)
			}
			return "tcp", address, nil
		case "ipc":
			return "unix", address, nil
		}
	}
	return "", "", fmt.Errorf("zmtp: endpoint %q is not of the form tcp://HOST:PORT or ipc://PATH", endpoint)
}
