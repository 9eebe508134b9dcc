package zmtp

import (
	"bytes"
	"sync"
	"time"
)

// How far behind a subscriber may be, see Pub.Wait.
const (
	maxBehind = 32 << 20         // bytes
	patience  = 10 * time.Second // without a byte taken
	maxQueued = 1 << 30          // bytes, for senders that never wait
)

// A Pub sends every message to the subscribers whose topic the message's first
// frame starts with. Sending never blocks and drops nothing; Wait keeps the
// sender from running away from its readers.
type Pub struct {
	listener
	welcome  func(topic []byte) Message
	patience time.Duration

	mu     sync.Mutex // also makes all subscribers see one order
	topics map[*Conn][][]byte
}

// ListenPub opens a PUB socket. A new subscription is answered, to that
// subscriber alone, with welcome's message (none when nil).
func ListenPub(endpoint string, keys *Keys, welcome func(topic []byte) Message) (*Pub, error) {
	p := &Pub{welcome: welcome, patience: patience, topics: map[*Conn][][]byte{}}
	p.kind = "PUB"
	p.open = func(c *Conn) bool {
		c.onCommand = func(name string, data []byte) error {
			switch name { // version 3.1
			case "SUBSCRIBE":
				p.subscribe(c, data)
			case "CANCEL":
				p.cancel(c, data)
			}
			return nil
		}
		return true
	}
	p.message = func(c *Conn, m Message) { // version 3.0
		if len(m) != 1 || len(m[0]) == 0 {
			return
		}
		switch m[0][0] {
		case 1:
			p.subscribe(c, m[0][1:])
		case 0:
			p.cancel(c, m[0][1:])
		}
	}
	p.gone = func(c *Conn) {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.topics, c)
	}
	if err := p.listen(endpoint, keys); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Pub) subscribe(c *Conn, topic []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topics[c] = append(p.topics[c], topic)
	if p.welcome != nil {
		c.Send(p.welcome(topic))
	}
}

func (p *Pub) cancel(c *Conn, topic []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, t := range p.topics[c] {
		if bytes.Equal(t, topic) {
			p.topics[c] = append(p.topics[c][:i:i], p.topics[c][i+1:]...)
			return
		}
	}
}

// Send queues m for its subscribers.
func (p *Pub) Send(m Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b []byte
	for c, topics := range p.topics {
		for _, t := range topics {
			if !bytes.HasPrefix(m[0], t) {
				continue
			}
			if b == nil {
				b = wire(m)
			}
			if c.send(b) > maxQueued {
				c.Close()
			}
			break
		}
	}
}

// Subscribers returns how many subscribers there are.
func (p *Pub) Subscribers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.topics)
}

// Wait returns at once while every subscriber keeps up. When one is more than
// 32 MiB behind, Wait lasts until it no longer is, so that a slow reader
// loses nothing and memory stays bounded; but one that takes nothing at all
// for ten seconds is taken for gone and cut off, so that it holds nobody up for
// longer.
// Wait also ends when stop is closed.
func (p *Pub) Wait(stop <-chan struct{}) {
	for {
		p.mu.Lock()
		waiting := false
		for c := range p.topics {
			n, still := c.lag()
			if n <= maxBehind {
				continue
			}
			if still > p.patience {
				c.Close()
				delete(p.topics, c)
				continue
			}
			waiting = true
		}
		p.mu.Unlock()
		if !waiting {
			return
		}
		select {
		case <-stop:
			return
		case <-p.closed:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}
