package zmtp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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

// maxProperties is how many bytes a peer may say about itself.
const maxProperties = 1 << 16

// greeting is what both sides send first: signature, version 3.1, the name of
// the mechanism, whether the sender is a server, filler.
func greeting(mechanism string, server bool) []byte {
	g := make([]byte, 64)
	g[0], g[9] = 0xff, 0x7f
	g[10], g[11] = 3, 1
	copy(g[12:], mechanism)
	if server {
		g[32] = 1
	}
	return g
}

// handshake finds out who the peer is, with the mechanism NULL if s is nil and
// CURVE otherwise.
func (c *Conn) handshake(kind string, identity []byte, s *security) error {
	properties := appendProperty(nil, "Socket-Type", []byte(kind))
	if kind == "REQ" || kind == "DEALER" || kind == "ROUTER" {
		properties = appendProperty(properties, "Identity", identity)
	}
	mechanism, first := "CURVE", []byte(nil)
	if s == nil {
		mechanism, first = "NULL", command("READY", properties)
	}
	// Both sides write before they read, and on a connection without buffers
	// (a pipe in a test) that needs a second goroutine.
	sent := make(chan error, 1)
	go func() {
		_, err := c.nc.Write(append(greeting(mechanism, s != nil && s.server == nil), first...))
		sent <- err
	}()
	err := c.readGreeting(mechanism)
	if err == nil && s == nil {
		err = c.readReady(kind)
	}
	if err != nil {
		c.nc.SetWriteDeadline(time.Now()) // frees the writer
	}
	if werr := <-sent; err == nil {
		err = werr
	}
	if err != nil || s == nil {
		return err
	}
	if s.server == nil {
		return c.curveServer(kind, properties, s.keys)
	}
	return c.curveClient(kind, properties, s.keys, s.server)
}

func (c *Conn) readGreeting(mechanism string) error {
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
	if mech := string(bytes.TrimRight(g[12:32], "\x00")); mech != mechanism {
		return fmt.Errorf("zmtp: the peer asks for security mechanism %q; %s is due", mech, mechanism)
	}
	return nil
}

// readReady reads what a peer without encryption says about itself.
func (c *Conn) readReady(kind string) error {
	data, err := c.readCommand("READY", 0, maxProperties)
	if err != nil {
		return err
	}
	return c.readProperties(kind, data)
}

// readCommand reads a command of the handshake; its data must have at least
// and at most so many bytes.
func (c *Conn) readCommand(want string, least, most int) ([]byte, error) {
	flags, body, err := readFrame(c.r)
	if err != nil {
		return nil, fmt.Errorf("zmtp: no %s: %w", want, unexpected(err))
	}
	if flags&flagCommand == 0 {
		return nil, fmt.Errorf("zmtp: the peer sends a message before %s", want)
	}
	name, data, err := splitCommand(body)
	if err != nil {
		return nil, err
	}
	if name != want {
		return nil, fmt.Errorf("zmtp: the peer sends %q where %s is due", name, want)
	}
	if len(data) < least || len(data) > most {
		return nil, fmt.Errorf("zmtp: %s has %d bytes; %d to %d are allowed", want, len(data), least, most)
	}
	return data, nil
}

// readProperties takes what a peer says about itself, and refuses one whose
// socket does not go with this one.
func (c *Conn) readProperties(kind string, data []byte) error {
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
		reason := fmt.Sprintf("a %s socket does not talk to a %q", kind, c.Peer[:min(len(c.Peer), 64)])
		c.nc.Write(command("ERROR", append([]byte{byte(len(reason))}, reason...)))
		return errors.New("zmtp: " + reason)
	}
	return nil
}
