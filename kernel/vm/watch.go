package vm

import (
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// watchEvery is how often a run is looked at, and so about how long a deadlock
// lasts.
const watchEvery = 20 * time.Millisecond

// watch ends a run whose memory grows past the limit, or all of whose
// goroutines wait for each other.
func (m *Machine) watch(r *run) (stop func()) {
	var before uint64
	if m.opts.MaxBytes > 0 {
		before = min(heapBytes(), liveBytes()) // what is garbage already is not the run's
	}
	var t *time.Timer
	wakes, asleep := uint64(0), false
	// What is garbage, only a collection tells. One more pays off when there is
	// that much more of it.
	kept, more := int64(0), min(m.opts.MaxBytes/8, 1<<30)
	over := 0 // looks in a row that found too much
	look := func() {
		select {
		case <-r.done:
			return
		default:
		}
		if m.opts.MaxBytes > 0 && grown(before) > max(m.opts.MaxBytes, kept+more) {
			runtime.GC()
			kept = int64(liveBytes()) - int64(before)
			// Stacks are there twice while one grows.
			n := max(kept, grown(before)-more)
			if n <= m.opts.MaxBytes {
				over = 0
			} else if over++; kept > m.opts.MaxBytes || over == 3 {
				r.end(&Panic{Value: &MemoryError{Bytes: n, Limit: m.opts.MaxBytes}})
				return
			}
		}
		if m.allAsleep() {
			if w := m.wakes.Load(); asleep && w == wakes {
				r.end(&Deadlock{})
				return
			} else {
				wakes, asleep = w, true
			}
		} else {
			asleep = false
		}
		t.Reset(watchEvery)
	}
	started := make(chan struct{})
	t = time.AfterFunc(watchEvery, func() { <-started; look() })
	close(started)
	return func() { t.Stop() }
}

func (m *Machine) allAsleep() bool {
	n := m.blocked.Load()
	if n == 0 || m.async.Load() || m.clock.mayCall() {
		return false
	}
	m.gmu.Lock()
	all := int(n) >= len(m.goros)
	for g := range m.goros {
		if t := g.timers.Load(); t != nil && slices.ContainsFunc(*t, pending) {
			all = false
		}
	}
	m.gmu.Unlock()
	return all && !anyReady()
}

// anyReady tells whether a goroutine besides the one that asks runs or could: on
// a busy machine, one that was woken may not have gone on yet.
func anyReady() bool {
	s := []metrics.Sample{{Name: "/sched/goroutines/runnable:goroutines"}, {Name: "/sched/goroutines/running:goroutines"}}
	metrics.Read(s)
	return s[0].Value.Uint64() > 0 || s[1].Value.Uint64() > 1
}

// sleep and wake stand around a wait for what only interpreted code can do.
func (m *Machine) sleep(*goro) { m.blocked.Add(1) }
func (m *Machine) wake(*goro) {
	m.wakes.Add(1)
	m.blocked.Add(-1)
}

// waits are compiled functions that wait for other goroutines.
var waits = map[string]bool{
	"(*sync.WaitGroup).Wait": true, "(*sync.Cond).Wait": true, "(*sync.Mutex).Lock": true,
	"(*sync.RWMutex).Lock": true, "(*sync.RWMutex).RLock": true,
}

// asleepIn makes a call of one of them count as a wait.
func (m *Machine) asleepIn(do op) op {
	return func(fp unsafe.Pointer) {
		g := hdr(fp).g
		m.sleep(g)
		defer m.wake(g)
		do(fp)
	}
}

// noteAsync remembers that compiled code may wake goroutines: signals, other
// processes, connections. Deadlocks are not looked for then.
func (m *Machine) noteAsync(path, name string) {
	switch {
	case path == "os/signal", path == "os/exec", path == "net", strings.HasPrefix(path, "net/"), path == "os" && name == "Pipe", path == "io" && name == "Pipe":
		m.async.Store(true)
	}
}

// heapBytes is the memory of objects and of goroutines' stacks, of which one may
// grow as far as calls without an end make it grow.
func heapBytes() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + max(s[1].Value.Uint64(), 2*maxStack) - 2*maxStack
}

// liveBytes is what the last collection left of it.
func liveBytes() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func grown(before uint64) int64 { return int64(heapBytes()) - int64(before) }

// Reserve is for what stands in for compiled functions that allocate: it refuses
// n elements of a size as an allocation of interpreted code would be.
func (m *Machine) Reserve(n, size int) {
	if n > 0 && size > 0 {
		m.reserve(uintptr(n), uintptr(size))
	}
}

// reserve refuses an allocation that alone goes past the limit of a run.
func (m *Machine) reserve(n, size uintptr) {
	if err := m.tooLarge(n, size); err != nil {
		panic(err)
	}
}

// hugest is the largest allocation where no limit is set; what is larger ends
// the process. The runtime itself refuses what is larger than an address.
const hugest = 1 << 40

func (m *Machine) tooLarge(n, size uintptr) *MemoryError {
	limit := uintptr(m.opts.MaxBytes)
	if m.opts.MaxBytes <= 0 {
		limit = hugest
	}
	if size > 0 && n > limit/size {
		return &MemoryError{Bytes: int64(min(n, 1<<62/size) * size), Limit: int64(limit)}
	}
	return nil
}
