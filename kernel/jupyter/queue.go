package jupyter

import (
	"fmt"
	"sync"
)

// What may wait in a queue. A notebook's "run all" is hundreds of requests.
const (
	maxWaiting      = 10_000
	maxWaitingBytes = 256 << 20
)

// A queue holds the shell requests that wait, in the order in which they came,
// and takes no more than there is room for.
type queue struct {
	mu     sync.Mutex
	more   sync.Cond
	list   []*request
	bytes  int // of their contents and buffers
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.more.L = &q.mu
	return q
}

// push adds a request, or says why it cannot.
func (q *queue) push(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil // at the kernel's end nobody waits for an answer
	}
	if len(q.list) >= maxWaiting || len(q.list) > 0 && q.bytes+r.size() > maxWaitingBytes {
		return fmt.Errorf("jupyter: %s was not taken: %d requests with %d MB wait already, at most %d with %d MB may;"+
			" send it again when some are done, or interrupt what runs", r.header.MsgType, len(q.list), q.bytes>>20, maxWaiting, maxWaitingBytes>>20)
	}
	q.list = append(q.list, r)
	q.bytes += r.size()
	q.more.Signal()
	return nil
}

// pop waits for a request; nil after close.
func (q *queue) pop() *request {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.list) == 0 && !q.closed {
		q.more.Wait()
	}
	if q.closed {
		return nil
	}
	r := q.list[0]
	q.list[0] = nil
	q.list = q.list[1:]
	q.bytes -= r.size()
	return r
}

// next tells whether the request that waits first is of a type.
func (q *queue) next(msgType string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list) > 0 && q.list[0].header.MsgType == msgType
}

// abort marks the cells that wait.
func (q *queue) abort() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range q.list {
		if r.header.MsgType == "execute_request" {
			r.aborted = true
		}
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.list = nil
	q.more.Broadcast()
}
