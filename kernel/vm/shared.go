package vm

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
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

func guardOf(p unsafe.Pointer) *mapGuard { return &mapGuards[uintptr(p)>>4*0x9e3779b97f4a7c15>>56] }

// enterMap begins a use of a map. It waits for those of other maps that share the
// guard, and ends the cell when a goroutine writes to this one.
func enterMap(fp, p unsafe.Pointer, write bool) *mapGuard {
	guard := guardOf(p)
	for {
		if write {
			if guard.writing.CompareAndSwap(nil, (*byte)(p)) {
				for guard.readers.Load() != 0 {
					runtime.Gosched()
				}
				if g := hdr(fp).g; g.m.reads.others(p, g) {
					guard.leave(true)
					g.die(&Panic{Value: Fatal("concurrent map iteration and map write"), Trace: g.trace()})
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

// mapReads are the maps that compiled code reads now, for interpreted code that
// called it.
type mapReads struct {
	count atomic.Int32
	mu    sync.Mutex
	list  []mapRead
}

type mapRead struct {
	p unsafe.Pointer
	g *goro
}

// others tells whether a map is read for another goroutine than g.
func (r *mapReads) others(p unsafe.Pointer, g *goro) bool {
	if r.count.Load() == 0 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.list, func(x mapRead) bool { return x.p == p && x.g != g })
}

// Reading is for what stands in for compiled functions that look into values,
// such as those of package fmt: it begins a use of the maps in them, and returns
// what ends it. The cell ends when a goroutine of it writes to one meanwhile.
func (m *Machine) Reading(values ...any) (done func()) {
	if !m.shared.Load() {
		return func() {}
	}
	f := mapFinder{left: 200}
	for _, v := range values {
		f.find(reflect.ValueOf(v))
	}
	maps := f.maps
	if len(maps) == 0 {
		return func() {}
	}
	g, fresh := m.here()
	if fresh {
		defer g.leave()
	}
	r := &m.reads
	r.mu.Lock()
	for _, p := range maps {
		r.list = append(r.list, mapRead{p, g})
	}
	r.count.Add(1)
	r.mu.Unlock()
	done = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.count.Add(-1)
		for _, p := range maps {
			i := slices.Index(r.list, mapRead{p, g})
			r.list = slices.Delete(r.list, i, i+1)
		}
	}
	for _, p := range maps {
		if guardOf(p).writing.Load() == (*byte)(p) {
			done()
			g.die(&Panic{Value: Fatal("concurrent map read and map write"), Trace: g.trace()})
		}
	}
	return done
}

// A mapFinder collects the maps in values, as far as they are near: what it
// looks at is limited.
type mapFinder struct {
	maps []unsafe.Pointer
	left int
}

func (f *mapFinder) find(v reflect.Value) {
	if f.left--; f.left < 0 || !v.IsValid() || !holdsMaps(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Map:
		if !v.IsNil() {
			f.maps = append(f.maps, v.UnsafePointer())
		}
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			f.find(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && f.left > 0; i++ {
			f.find(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.find(v.Field(i))
		}
	}
}

// holding remembers of types whether they can hold a map.
var holding sync.Map

func holdsMaps(t reflect.Type) bool {
	if known, ok := holding.Load(t); ok {
		return known.(bool)
	}
	holds := reachesMap(t, map[reflect.Type]bool{})
	holding.Store(t, holds)
	return holds
}

func reachesMap(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Map, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return reachesMap(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if reachesMap(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
