package session

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A tracker knows the goroutines that run interpreted code: the bodies of
// cells and what their go statements started. After an interrupt those that
// are inside of compiled code cannot be stopped; they are left behind and end
// as soon as they come back and poll.
type tracker struct {
	mu      sync.Mutex
	live    map[uint64]*run // by number
	left    map[uint64]bool // of live, those left behind
	spawned []*run          // go statements whose goroutine has not begun
	count   atomic.Int64    // len(left), for poll
}

// spawn notes that run r is about to start a goroutine.
func (t *tracker) spawn(r *run) {
	t.mu.Lock()
	t.spawned = append(t.spawned, r)
	t.mu.Unlock()
}

// begin notes that the goroutine that calls it runs interpreted code, for run
// r or, when r is nil, for the one that spawned it.
func (t *tracker) begin(r *run) {
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	if r == nil && len(t.spawned) > 0 {
		r, t.spawned = t.spawned[0], t.spawned[1:]
	}
	if t.live == nil {
		t.live, t.left = map[uint64]*run{}, map[uint64]bool{}
	}
	t.live[id] = r
}

// owner returns the run that the goroutine which calls it belongs to.
func (t *tracker) owner() *run {
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live[id]
}

func (t *tracker) end() {
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.live, id)
	delete(t.left, id)
	t.count.Store(int64(len(t.left)))
}

// busy counts goroutines that run and were not left behind.
func (t *tracker) busy() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.live) - len(t.left) + len(t.spawned)
}

// leave waits for goroutines to end, at most for a while, and leaves the rest
// behind.
func (t *tracker) leave(wait time.Duration) {
	for deadline := time.Now().Add(wait); t.busy() > 0 && time.Now().Before(deadline); {
		time.Sleep(500 * time.Microsecond)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range t.live {
		t.left[id] = true
	}
	t.spawned = nil
	t.count.Store(int64(len(t.left)))
}

// leaveSelf makes the goroutine that calls it one that was left behind: what
// it has deferred prints no more.
func (t *tracker) leaveSelf() {
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.live[id]; ok {
		t.left[id] = true
		t.count.Store(int64(len(t.left)))
	}
}

// poll ends the goroutine that calls it when it was left behind.
func (t *tracker) poll() {
	if t.count.Load() == 0 {
		return
	}
	id := goroutine()
	t.mu.Lock()
	left := t.left[id]
	t.mu.Unlock()
	if left {
		runtime.Goexit() // its deferred calls take it off the lists
	}
}
