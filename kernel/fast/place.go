package fast

import (
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"
	"unsafe"
)

// What compiled code makes must lie in the window. Go's heap grows upwards from
// where it began, and takes the lowest room that is free; so as long as what is
// in use of it is less than the window, there is free room within. A call of
// code that makes variables is declined when three quarters of the window are
// in use. A loop that comes to that while it runs leaves at its head, and goes
// on in the other tier; a function cannot, and is declined from a half. What
// lies outside all the same, in a span of the heap's own that was begun there,
// is made once more, in a larger piece, and after a collection.

const (
	crowdedLoop = windowSize / 4 * 3
	crowdedFunc = windowSize / 2

	lookBytes = 64 << 20              // made by a call until it looks at the heap again
	lookTime  = 50 * time.Microsecond // from a look before a call to the next
)

// A heap says how much Go's heap has of the system, as it was seen last.
type heap struct {
	at    atomic.Int64 // when that was
	inUse atomic.Uint64
	all   atomic.Uint64
}

var started = time.Now()

// see looks at the heap, now or if the last look is not fresh.
func (h *heap) see(now bool) {
	t := int64(time.Since(started))
	if at := h.at.Load(); !now && at != 0 && t-at < int64(lookTime) {
		return
	}
	h.at.Store(t)
	s := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(s)
	all := s[0].Value.Uint64()
	h.all.Store(all)
	h.inUse.Store(all - s[1].Value.Uint64() - s[2].Value.Uint64())
}

// crowded tells whether there is too little room in the window to begin a call.
func (h *heap) crowded(leaves bool) bool {
	h.see(false)
	if leaves {
		return h.inUse.Load() > crowdedLoop
	}
	return h.inUse.Load() > crowdedFunc
}

// exceeds tells whether something of the heap may lie beyond the window.
func (h *heap) exceeds() bool { return h.all.Load() > windowSize-2*arena }

// walkLimit is how many pointers are looked at before a call. Data can lie out
// of the window if the heap is larger than it, or if they are those of a
// compiled package's variables, which show at the first look. It goes by what
// was seen last: a callback has no time to look at the clock.
func (h *heap) walkLimit() int {
	if h.all.Load() > crowdedLoop {
		return manyPointers
	}
	return fewPointers
}

const fewPointers, manyPointers = 64, 1 << 20

// watch sees, when a call has made much, whether it should leave.
func (in *instance) watch(bytes int64) {
	if in.toLook -= bytes; in.toLook > 0 {
		return
	}
	in.toLook = lookBytes
	h := &in.code.engine.heap
	if h.see(true); h.inUse.Load() > crowdedLoop {
		in.leave()
	}
}

// leave makes a loop leave at its head.
func (in *instance) leave() { in.setWord(in.globals+16*globalLeave, 1) }

// holds tells whether the window has n bytes at p.
func (in *instance) holds(p unsafe.Pointer, n int64) bool {
	return in.reaches(uintptr(p)) && in.reaches(uintptr(p)+uintptr(n))
}

// words is the type of memory without pointers.
var words = &elemType{size: 8}

// A slab is a piece of memory for values of a type, of which the first n are
// still to be had.
type slab struct {
	t *elemType
	p unsafe.Pointer
	n int64
}

// slabBytes is more than what Go's heap cuts from spans and pages that a
// processor has at hand: a piece of that size gets the lowest pages that are
// free.
const slabBytes = 256 << 10

// insist makes n values of a type within the window, after they were made
// outside of it.
func (in *instance) insist(st []uint64, t *elemType, n int64) unsafe.Pointer {
	if t.ptr == nil && t != words {
		t, n = words, (n*t.size+7)/8
	}
	in.code.engine.heap.see(true)
	for range 2 {
		if p := in.cut(t, n); p != nil {
			return p
		}
		in.leave()
		if st != nil {
			in.compact(st)
		}
		runtime.GC()
	}
	if p := in.cut(t, n); p != nil {
		return p
	}
	in.fail(ErrReach)
	return nil
}

// cut takes n values of a slab; nil if there is none within the window.
func (in *instance) cut(t *elemType, n int64) unsafe.Pointer {
	var s *slab
	for i := range in.slabs {
		if in.slabs[i].t == t {
			s = &in.slabs[i]
		}
	}
	if s == nil {
		in.slabs = append(in.slabs, slab{t: t})
		s = &in.slabs[len(in.slabs)-1]
	}
	if s.n < n {
		m := max(n, slabBytes/t.size)
		p := t.make(m)
		if !in.holds(p, m*t.size) {
			return nil
		}
		if m == n {
			return p
		}
		s.p, s.n = p, m
	}
	s.n -= n
	return unsafe.Add(s.p, s.n*t.size)
}

// nearData makes n words within the window that begins with Go's heap, if there
// is room.
func nearData(n int) []uint64 {
	w := make([]uint64, n)
	if uintptr(unsafe.Pointer(&w[0]))-heapStart > crowdedLoop {
		w = make([]uint64, max(n, slabBytes/8))[:n:n]
	}
	return w
}
