package jupyter

import "sync"

// A queue holds the shell requests that wait, in the order in which they came.
type queue struct {
	mu     sync.Mutex
	more   sync.Cond
	list   []*request
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.more.L = &q.mu
	return q
}

func (q *queue) push(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.list = append(q.list, r)
		q.more.Signal()
	}
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
	q.list = q.list[1:]
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
