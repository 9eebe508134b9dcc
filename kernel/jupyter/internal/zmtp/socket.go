package zmtp

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// maxReplies is how many bytes of answers may wait for a peer that asks but
// does not read before its connection is closed.
const maxReplies = 256 << 20

// A listener accepts connections and shakes hands; the three kinds of socket
// differ in what they do with messages.
type listener struct {
	kind    string
	secure  *security // nil: not encrypted
	l       net.Listener
	path    string // of a Unix socket
	open    func(*Conn) bool
	message func(*Conn, Message)
	gone    func(*Conn)

	mu     sync.Mutex
	conns  map[*Conn]bool
	closed chan struct{}
	once   sync.Once
}

// listen opens the socket; with keys it takes encrypted connections only.
func (s *listener) listen(endpoint string, keys *Keys) error {
	if keys != nil {
		s.secure = &security{keys: keys}
	}
	network, address, err := split(endpoint)
	if err != nil {
		return err
	}
	if network == "unix" {
		// A socket left by a kernel that was killed; anything else stays.
		if info, err := os.Lstat(address); err == nil && info.Mode()&os.ModeSocket != 0 {
			os.Remove(address)
		}
		s.path = address
	}
	s.l, err = net.Listen(network, address)
	if err != nil {
		return fmt.Errorf("zmtp: %w", err)
	}
	if s.path != "" {
		if err := os.Chmod(s.path, 0o600); err != nil {
			s.l.Close()
			return fmt.Errorf("zmtp: %w", err)
		}
	}
	s.conns = map[*Conn]bool{}
	s.closed = make(chan struct{})
	go s.accept()
	return nil
}

// Endpoint returns where the socket listens; useful after port 0.
func (s *listener) Endpoint() string {
	if s.path != "" {
		return "ipc://" + s.path
	}
	return "tcp://" + s.l.Addr().String()
}

func (s *listener) accept() {
	for {
		nc, err := s.l.Accept()
		if err != nil {
			select {
			case <-s.closed:
				return
			case <-time.After(50 * time.Millisecond): // out of descriptors, say
				continue
			}
		}
		go s.serve(nc)
	}
}

func (s *listener) serve(nc net.Conn) {
	c, err := newConn(nc, s.kind, nil, s.secure)
	if err != nil {
		return // a port scanner, or a peer that may not talk to this socket
	}
	defer c.Close()
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return
	default:
	}
	s.conns[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		if s.gone != nil {
			s.gone(c)
		}
	}()
	if s.open != nil && !s.open(c) {
		return
	}
	for {
		m, err := c.Recv()
		if err != nil {
			return
		}
		s.message(c, m)
	}
}

func (s *listener) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*Conn, 0, len(s.conns))
	for c := range s.conns {
		out = append(out, c)
	}
	return out
}

// Close waits up to linger for what is queued to leave, then closes every
// connection.
func (s *listener) Close(linger time.Duration) error {
	var err error
	s.once.Do(func() {
		close(s.closed)
		err = s.l.Close()
		for end := time.Now().Add(linger); time.Now().Before(end); time.Sleep(time.Millisecond) {
			waiting := false
			for _, c := range s.all() {
				n, _ := c.lag()
				waiting = waiting || n > 0
			}
			if !waiting {
				break
			}
		}
		for _, c := range s.all() {
			c.Close()
		}
	})
	return err
}

// A Router receives from many peers and sends to the one that the first frame
// of a message names.
type Router struct {
	listener
	in   chan Message
	mu   sync.Mutex
	peer map[string]*Conn
	next uint32
}

// ListenRouter opens a ROUTER socket. Here and below, keys make it take
// encrypted connections only; without keys it takes plain ones only.
func ListenRouter(endpoint string, keys *Keys) (*Router, error) {
	r := &Router{in: make(chan Message), peer: map[string]*Conn{}}
	r.kind = "ROUTER"
	r.open, r.gone = r.add, r.remove
	r.message = func(c *Conn, m Message) {
		select {
		case r.in <- append(Message{c.Identity}, m...):
		case <-r.closed:
		}
	}
	if err := r.listen(endpoint, keys); err != nil {
		return nil, err
	}
	return r, nil
}

// add enters a peer under its own identity, or under a made one, which starts
// with a zero byte as RFC 28 asks. A peer that comes back under its identity
// takes the place of its old connection, which may not have ended yet.
func (r *Router) add(c *Conn) bool {
	if len(c.Identity) > 0 && (c.Identity[0] == 0 || len(c.Identity) > 255) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(c.Identity) == 0 {
		r.next++
		c.Identity = binary.BigEndian.AppendUint32([]byte{0}, r.next)
	}
	if old := r.peer[string(c.Identity)]; old != nil {
		old.Close()
	}
	r.peer[string(c.Identity)] = c
	return true
}

func (r *Router) remove(c *Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.peer[string(c.Identity)] == c {
		delete(r.peer, string(c.Identity))
	}
}

// Recv returns the next message of any peer, with the peer's identity as first
// frame; io.EOF after Close.
func (r *Router) Recv() (Message, error) {
	select {
	case m := <-r.in:
		return m, nil
	case <-r.closed:
		return nil, io.EOF
	}
}

// Send queues m[1:] for the peer m[0]. A message to a peer that has gone is
// dropped, as ZeroMQ does; the result tells.
func (r *Router) Send(m Message) bool {
	r.mu.Lock()
	c := r.peer[string(m[0])]
	r.mu.Unlock()
	if c == nil {
		return false
	}
	if c.send(wire(m[1:])) > maxReplies {
		c.Close()
	}
	return true
}

// An Echo is a REP socket that answers every request with the request, which
// is what a heartbeat is.
type Echo struct{ listener }

// ListenEcho opens a heartbeat socket.
func ListenEcho(endpoint string, keys *Keys) (*Echo, error) {
	e := &Echo{}
	e.kind = "REP"
	e.message = func(c *Conn, m Message) {
		if c.send(wire(m)) > maxReplies {
			c.Close()
		}
	}
	if err := e.listen(endpoint, keys); err != nil {
		return nil, err
	}
	return e, nil
}
