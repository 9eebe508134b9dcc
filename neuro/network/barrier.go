package network

import (
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A barrier is where goroutines wait for each other. They look a few times before
// they sleep: on a quiet machine the others are there within microseconds, and on
// a busy one a goroutine that looked on would keep them from coming.
type barrier struct {
	n       int32
	arrived atomic.Int32
	round   atomic.Uint32
	left    atomic.Bool
	mu      sync.Mutex
	open    sync.Cond
}

func newBarrier(n int) *barrier {
	b := &barrier{n: int32(n)}
	b.open.L = &b.mu
	return b
}

// looks is how often a goroutine looks before it sleeps, some ten microseconds.
const looks = 1000

// wait waits for all; the last that comes calls last before it lets the others go
// on. It returns false when that did, or when one has left.
func (b *barrier) wait(last func() bool) bool {
	round := b.round.Load()
	if b.arrived.Add(1) == b.n {
		if !last() {
			b.left.Store(true)
		}
		b.arrived.Store(0)
		b.mu.Lock()
		b.round.Add(1)
		b.mu.Unlock()
		b.open.Broadcast()
		return !b.left.Load()
	}
	for range looks {
		if b.round.Load() != round || b.left.Load() {
			return !b.left.Load()
		}
		vec.Pause()
	}
	b.mu.Lock()
	for b.round.Load() == round && !b.left.Load() {
		b.open.Wait()
	}
	b.mu.Unlock()
	return !b.left.Load()
}

// leave lets all go, for good.
func (b *barrier) leave() {
	b.mu.Lock()
	b.left.Store(true)
	b.mu.Unlock()
	b.open.Broadcast()
}
