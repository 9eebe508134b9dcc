package fast

import (
	"reflect"
	"slices"
	"unsafe"
)

// Go's collector does not look into the variables of compiled code. What they
// may refer to, though nothing else does, is kept alive by a list: all memory
// that a call has made, and all pointers that it has overwritten. When the list
// has grown much, what no word on the stack of the machine code could be an
// address of is dropped, so that a loop may make more than there is memory for.

// A kept is something in the list: an object at an offset, or a pointer of
// which no more is known than where it points.
type kept struct {
	p    unsafe.Pointer
	off  uint32
	size int64 // -1 is unknown
}

// When the list is looked through; variables for tests.
var (
	keepBytes int64 = 64 << 20 // made since it was last looked through
	keepCount       = 1 << 18
)

// keepAlive notes a pointer that is overwritten.
func (in *instance) keepAlive(p unsafe.Pointer) {
	if p == nil || uintptr(p) == zeroBase || !in.reaches(uintptr(p)) {
		return
	}
	in.keep = append(in.keep, kept{p, uint32(uintptr(p) - in.base), -1})
}

// fresh takes in memory that has been made, which the window holds, and returns where it is.
func (in *instance) fresh(p unsafe.Pointer, bytes int64) uint32 {
	a := uintptr(p)
	off := uint32(a - in.base)
	if off > crowdedLoop {
		in.watch(lookBytes / 64)
	}
	in.keep = append(in.keep, kept{p, off, bytes})
	return off
}

// take counts memory that is about to be made; st is the stack of the call
// from compiled code.
func (in *instance) take(st []uint64, bytes int64) {
	limit := in.code.maxBytes
	if bytes < 0 || limit > 0 && bytes > limit {
		in.fail(ErrMemory)
	}
	if bytes > windowSize {
		in.fail(ErrReach)
	}
	in.watch(bytes)
	in.fromLast += bytes
	in.kept += bytes
	if in.fromLast > keepBytes+in.live/2 || len(in.keep) > keepCount+2*in.liveCount || limit > 0 && in.kept > limit {
		in.compact(st)
	}
	if limit > 0 && in.kept > limit {
		in.fail(ErrMemory)
	}
}

// sift looks through the list when it has become long.
func (in *instance) sift(st []uint64) {
	if len(in.keep) > keepCount+2*in.liveCount {
		in.compact(st)
	}
}

// forget ends the list with the call.
func (in *instance) forget() {
	clear(in.keep)
	in.keep = in.keep[:0]
	in.live, in.liveCount, in.kept, in.fromLast = 0, 0, 0, 0
}

// compact drops from the list what compiled code cannot refer to. Machine code
// that has called the host has all its values on its stack, among the registers
// that were saved on the way, or where it saves variables itself; see
// preserve.go.
func (in *instance) compact(st []uint64) {
	in.fromLast = 0
	if in.top == nil {
		return
	}
	var words []uint32
	for p, top := unsafe.Pointer(unsafe.SliceData(st)), *in.top; uintptr(p) < top; p = unsafe.Add(p, 4) {
		words = append(words, *(*uint32)(p))
	}
	words = append(words, unsafe.Slice((*uint32)(in.saved), savedWords)...)
	if in.data != nil {
		words = append(words, unsafe.Slice((*uint32)(unsafe.Pointer(&in.data[0])), 2*maxSaved)...)
	}
	slices.Sort(words)
	words = slices.Compact(words)
	slices.SortFunc(in.keep, func(a, b kept) int {
		if a.off != b.off {
			return int(int64(a.off) - int64(b.off))
		}
		return int(b.size - a.size)
	})
	in.keep = slices.CompactFunc(in.keep, func(a, b kept) bool { return a.off == b.off })
	rest := in.keep[:0]
	in.live = 0
	w := 0
	for i, k := range in.keep {
		// Up to where the next begins, a word is taken for one of this.
		next := uint64(1) << 32
		if i+1 < len(in.keep) {
			next = uint64(in.keep[i+1].off)
		}
		// An address may be that of an element a little before; see reuse.go.
		for w < len(words) && uint64(words[w])+maxShift < uint64(k.off) {
			w++
		}
		if w == len(words) || uint64(words[w]) >= next {
			continue
		}
		rest = append(rest, k)
		if k.size > 0 {
			in.live += k.size
		}
	}
	clear(in.keep[len(rest):])
	in.keep = rest
	in.liveCount = len(rest)
	in.kept = in.live
}

const savedWords = 64 * 2 * 2 // of 64 registers of 128 bits

// findStack notes where wazero has the stack and the saved registers of the
// instance's function; without them nothing is dropped.
func (in *instance) findStack() {
	defer func() { recover() }()
	call := reflect.ValueOf(in.fn).Elem()
	top := call.FieldByName("stackTop")
	saved := call.FieldByName("execCtx").FieldByName("savedRegisters")
	if top.Kind() != reflect.Uintptr || saved.Len() != 64 || saved.Type().Elem().Size() != 16 {
		return
	}
	in.saved = unsafe.Pointer(saved.UnsafeAddr())
	in.top = (*uintptr)(unsafe.Pointer(top.UnsafeAddr()))
}
