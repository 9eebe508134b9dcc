package session

import (
	"strings"
	"testing"
)

// Unlocking what is not locked ends a cell, not the process, and what is locked
// is unlocked.
func TestUnlocks(t *testing.T) {
	b := open(t)
	b.do(t, "import \"sync\"\ntype counter struct { sync.RWMutex; n int }\nvar mu sync.Mutex\nvar rw sync.RWMutex\nvar c counter")
	for _, c := range []struct{ cell, want string }{
		{"mu.Unlock()", "sync: unlock of unlocked mutex"},
		{"mu.Lock(); mu.Unlock(); func() { mu.Lock(); defer mu.Unlock() }()", ""},
		{"rw.Unlock()", "sync: Unlock of unlocked RWMutex"},
		{"rw.RLock(); rw.RLock(); rw.RUnlock(); rw.RUnlock()", ""},
		{"rw.RUnlock()", "sync: RUnlock of unlocked RWMutex"},
		{"rw.Lock(); rw.Unlock(); c.Lock(); c.n++; c.Unlock(); defer c.RUnlock(); c.RLock()", ""},
		{"c.RUnlock()", "sync: RUnlock of unlocked RWMutex"},
		{"mu.TryLock() && rw.TryLock() && c.TryLock()", ""},
	} {
		r := b.do(t, c.cell)
		if c.want == "" && r.Err != nil || c.want != "" && (r.Err == nil || r.Err.Kind != KindPanic || !strings.Contains(r.Err.Message, c.want)) {
			t.Errorf("%s: %v", c.cell, r.Err)
		}
	}
}
