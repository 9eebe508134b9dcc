package vm

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Two goroutines that use a map at the same time end the process when the
// runtime notices, and nothing can recover. What cells do with maps is guarded
// while more than one goroutine runs: such a use ends the cell.

// A mapGuard is for the maps whose addresses fall on it.
type mapGuard struct {
	writing atomic.Pointer[byte] // the map that is written
	readers atomic.Int32
	_       [48]byte // a cache line each
}

var mapGuards [256]mapGuard

// onMap guards an operation on the map in a register.
func (m *Machine) onMap(x uintptr, write bool, do op) op {
	return func(fp unsafe.Pointer) {
		if m.shared.Load() {
			if p := *reg[unsafe.Pointer](fp, x); p != nil {
				guard := enterMap(fp, p, write)
				defer guard.leave(write)
			}
		}
		do(fp)
	}
}

// enterMap begins a use of a map. It waits for those of other maps that share the
// guard, and ends the cell when a goroutine writes to this one.
func enterMap(fp, p unsafe.Pointer, write bool) *mapGuard {
	guard := &mapGuards[uintptr(p)>>4*0x9e3779b97f4a7c15>>56]
	for {
		if write {
			if guard.writing.CompareAndSwap(nil, (*byte)(p)) {
				for guard.readers.Load() != 0 {
					runtime.Gosched()
				}
				return guard
			}
		} else {
			guard.readers.Add(1)
			if guard.writing.Load() == nil {
				return guard
			}
			guard.readers.Add(-1)
		}
		if guard.writing.Load() == (*byte)(p) {
			what := Fatal("concurrent map read and map write")
			if write {
				what = "concurrent map writes"
			}
			g := hdr(fp).g
			g.die(&Panic{Value: what, Trace: g.trace()})
		}
		runtime.Gosched()
	}
}

func (guard *mapGuard) leave(write bool) {
	if write {
		guard.writing.Store(nil)
	} else {
		guard.readers.Add(-1)
	}
}
