package zmtp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// handshakeTime is how long a peer may take to say who it is.
const handshakeTime = 30 * time.Second

// partners lists which socket types may talk to which (RFC 28 and 29).
var partners = map[string][]string{
	"ROUTER": {"REQ", "DEALER", "ROUTER"},
	"REP":    {"REQ", "DEALER"},
	"PUB":    {"SUB", "XSUB"},
	"DEALER": {"REP", "DEALER", "ROUTER"},
	"REQ":    {"REP", "ROUTER"},
	"SUB":    {"PUB", "XPUB"},
}

// A Conn is one connection after its handshake. Sending only queues; a
// goroutine of its own writes, so that no peer can hold up its sender.
type Conn struct {
	// Peer is the peer's socket type, Identity the name it gave itself.
	Peer     string
	Identity []byte

	nc        net.Conn
	r         *bufio.Reader
	onCommand func(name string, data []byte) error

	mu     sync.Mutex
	wake   sync.Cond
	queue  [][]byte
	behind int       // bytes queued or being written
	moved  time.Time // when the peer last took bytes
	closed bool
}

// newConn shakes hands as a socket of the given type and starts the writer.
func newConn(nc net.Conn, kind string, identity []byte) (*Conn, error) {
	c := &Conn{nc: nc, r: bufio.NewReaderSize(nc, 1<<16)}
	c.wake.L = &c.mu
	nc.SetDeadline(time.Now().Add(handshakeTime))
	if err := c.handshake(kind, identity); err != nil {
		nc.Close()
		return nil, err
	}
	nc.SetDeadline(time.Time{})
	go c.write()
	return c, nil
}

// greeting is what both sides send first: signature, version 3.1, the NULL
// mechanism, not a server, filler.
func greeting() []byte {
	g := make([]byte, 64)
	g[0], g[9] = 0xff, 0x7f
	g[10], g[11] = 3, 1
	copy(g[12:], "NULL")
	return g
}

func (c *Conn) handshake(kind string, identity []byte) error {
	// Both sides write before they read, and on a connection without buffers
	// (a pipe in a test) that needs a second goroutine.
	ready := appendProperty(nil, "Socket-Type", []byte(kind))
	if kind == "REQ" || kind == "DEALER" || kind == "ROUTER" {
		ready = appendProperty(ready, "Identity", identity)
	}
	sent := make(chan error, 1)
	go func() {
		_, err := c.nc.Write(append(greeting(), command("READY", ready)...))
		sent <- err
	}()
	err := c.readHandshake(kind)
	if err != nil {
		c.nc.SetWriteDeadline(time.Now()) // frees the writer
	}
	if werr := <-sent; err == nil {
		err = werr
	}
	return err
}

func (c *Conn) readHandshake(kind string) error {
	var g [64]byte
	if _, err := io.ReadFull(c.r, g[:10]); err != nil {
		return fmt.Errorf("zmtp: no greeting: %w", unexpected(err))
	}
	if g[0] != 0xff || g[9]&1 == 0 {
		return errors.New("zmtp: the peer does not speak ZMTP 2 or later")
	}
	if _, err := io.ReadFull(c.r, g[10:11]); err != nil {
		return fmt.Errorf("zmtp: no version: %w", unexpected(err))
	}
	if g[10] < 3 {
		return fmt.Errorf("zmtp: the peer speaks ZMTP %d; version 3 is needed (libzmq 4 and later)", g[10])
	}
	if _, err := io.ReadFull(c.r, g[11:]); err != nil {
		return fmt.Errorf("zmtp: greeting cut short: %w", unexpected(err))
	}
	if mech := string(bytes.TrimRight(g[12:32], "\x00")); mech != "NULL" {
		return fmt.Errorf("zmtp: the peer asks for security mechanism %q; only NULL is spoken", mech)
	}
	flags, body, err := readFrame(c.r)
	if err != nil {
		return fmt.Errorf("zmtp: no READY: %w", unexpected(err))
	}
	if flags&flagCommand == 0 {
		return errors.New("zmtp: the peer sends a message before READY")
	}
	name, data, err := splitCommand(body)
	if err != nil {
		return err
	}
	if name != "READY" {
		return fmt.Errorf("zmtp: the peer sends %q where READY is due", name)
	}
	props, err := splitProperties(data)
	if err != nil {
		return err
	}
	for name, value := range props {
		switch strings.ToLower(name) {
		case "socket-type":
			c.Peer = string(value)
		case "identity":
			c.Identity = value
		}
	}
	if !slices.Contains(partners[kind], c.Peer) {
		reason := fmt.Sprintf("a %s socket does not talk to a %q", kind, c.Peer)
		c.nc.Write(command("ERROR", append([]byte{byte(len(reason))}, reason...)))
		return errors.New("zmtp: " + reason)
	}
	return nil
}

// Recv returns the next message. It answers pings by itself.
func (c *Conn) Recv() (Message, error) {
	return readMessage(c.r, func(name string, data []byte) error {
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
			for len(b) > 0 {
				n, err := c.nc.Write(b[:min(len(b), piece)])
				c.mu.Lock()
				c.behind -= n
				c.moved = time.Now()
				c.mu.Unlock()
				if err != nil {
					c.Close()
					return
				}
				b = b[n:]
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
	network, address, err := split(endpoint)
	if err != nil {
		return nil, err
	}
	nc, err := net.DialTimeout(network, address, handshakeTime)
	if err != nil {
		return nil, fmt.Errorf("zmtp: %w", err)
	}
	return newConn(nc, kind, identity)
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
