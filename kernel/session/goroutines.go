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
	live    map[uint64]bool // by number
	left    map[uint64]bool // of live, those left behind
	spawned int             // go statements whose goroutine has not begun
	count   atomic.Int64    // len(left), for poll
}

func (t *tracker) spawn() {
	t.mu.Lock()
	t.spawned++
	t.mu.Unlock()
}

func (t *tracker) begin(spawned bool) {
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	if spawned && t.spawned > 0 {
		t.spawned--
	}
	if t.live == nil {
		t.live, t.left = map[uint64]bool{}, map[uint64]bool{}
	}
	t.live[id] = true
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
	return len(t.live) - len(t.left) + t.spawned
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
	t.spawned = 0
	t.count.Store(int64(len(t.left)))
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
