package fast

import (
	"go/types"
	"unsafe"
)

// This file finds the window of Go's memory that a call needs.

// arena is the least that Go's heap grows by on most systems; a window starts
// below a multiple of it, so that what is made later is above the start.
const arena = 1 << 26

// heapStart is the beginning of Go's heap, or a little before: the first
// package to be initialised finds little in the heap, which begins somewhere
// in an arena and may be in the next one by then.
var heapStart = uintptr(unsafe.Pointer(new([64]byte)))&^(arena-1) - arena

// A reach is a range of addresses.
type reach struct{ lo, hi uintptr }

func (r *reach) add(p uintptr, size int64) {
	r.lo = min(r.lo, p)
	r.hi = max(r.hi, p+uintptr(size))
}

// spans adds what the pointers of a value at p point at.
func (r *reach) spans(ss []span, p unsafe.Pointer) {
	for _, s := range ss {
		q := unsafe.Add(p, s.at)
		a := *(*uintptr)(q)
		if a == 0 || a == zeroBase {
			continue
		}
		size := s.size
		if s.count >= 0 {
			size *= *(*int64)(unsafe.Add(q, s.count))
		}
		r.add(a, size)
	}
}

// cover moves the window to where it has all of r, the instance's own data and
// what the code refers to; or declines.
func (in *instance) cover(r *reach) error {
	makes := in.code.makes()
	if makes {
		if in.code.engine.heap.crowded(in.code.leaves) {
			return ErrDeclined
		}
		in.toLook = lookBytes
		in.setWord(in.globals+16*globalLeave, 0)
	}
	if in.base != 0 && (r.hi == 0 || in.reaches(r.lo) && in.reaches(r.hi)) && len(in.code.pins) == 0 {
		return nil
	}
	for i := range in.code.pins {
		q := &in.code.pins[i]
		r.add(uintptr(q.p), q.size)
		r.spans(q.io.spans, q.p)
	}
	if in.base == 0 || r.hi != 0 && !(in.reaches(r.lo) && in.reaches(r.hi)) {
		if in.data != nil {
			r.add(uintptr(unsafe.Pointer(&in.data[0])), 8*int64(len(in.data)))
		}
		base := heapStart - guard
		if r.hi != 0 && (r.lo-base-1 >= windowSize-1 || r.hi-base-1 >= windowSize-1) {
			if makes { // what is made would be out of the window
				return ErrDeclined
			}
			base = r.lo&^(arena-1) - guard
			if r.lo > 1<<31 && r.hi-base < windowSize/2 { // room on both sides
				base -= windowSize / 4
			}
			if r.hi-base >= windowSize {
				return ErrDeclined
			}
		}
		in.look(base)
	}
	for i := range in.code.pins {
		if q := &in.code.pins[i]; q.walk != nil {
			p := q.p
			if !in.walked(q.walk, unsafe.Pointer(&p)) {
				return ErrDeclined
			}
		}
	}
	return nil
}

// spansOf returns the pointers in a value of a type, without those of strings,
// which are copied if need be.
func spansOf(t types.Type) []span {
	var r []span
	var add func(t types.Type, at int64)
	add = func(t types.Type, at int64) {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			r = append(r, span{uint32(at), 16, sizes.Sizeof(u.Elem())})
		case *types.Pointer:
			r = append(r, span{uint32(at), -1, sizes.Sizeof(u.Elem())})
		case *types.Struct:
			for i := range u.NumFields() {
				add(u.Field(i).Type(), at+fieldOffset(u, i))
			}
		case *types.Array:
			if len(r) < 1<<16 && hasPointers(u.Elem()) {
				for i := range u.Len() {
					add(u.Elem(), at+i*sizes.Sizeof(u.Elem()))
				}
			}
		}
	}
	add(t, 0)
	return r
}

func hasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if hasPointers(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && hasPointers(u.Elem())
	}
	return true
}

// A walk looks at what values point at in turn: rows of a matrix, nodes of a
// list.
type walk struct {
	in      *instance
	left    int // pointers that it may look at
	long    bool
	outside bool
	seen    map[uintptr]bool
}

// walking returns a walk that begins. An instance is on one at a time.
func (in *instance) walking() *walk {
	w := &in.walk
	if len(w.seen) > 0 {
		clear(w.seen)
	}
	w.in, w.left, w.outside = in, in.code.engine.heap.walkLimit(), false
	w.long = w.left > fewPointers
	return w
}

// walked goes over what the value at p points at and reports whether the window has it. A walk that
// ends outside was for nothing; so that calls with a large structure, each with a smaller part
// of it, do not all walk over it, the next ones decline at once, one for each restShare pointers
// that were looked at.
func (in *instance) walked(look walker, p unsafe.Pointer) bool {
	rest := &in.code.rest
	if rest.Load() > 0 {
		rest.Add(-1)
		return false
	}
	w := in.walking()
	look(w, p)
	if w.outside {
		rest.Store(int64(w.looked() / restShare))
	}
	return !w.outside
}

const restShare = 64

// looked is how many pointers a walk has looked at, or a few less.
func (w *walk) looked() int {
	if w.long {
		return manyPointers - w.left
	}
	return fewPointers - w.left
}

// longer is asked when a walk has looked at many pointers: it goes on if the
// heap has become large, and ends otherwise, outside if that cannot be told.
func (w *walk) longer() bool {
	h := &w.in.code.engine.heap
	h.see(false)
	if n := h.walkLimit(); n > fewPointers && !w.long {
		w.long, w.left = true, n
		return true
	}
	w.outside = h.exceeds()
	return false
}

// A walker looks at the value at p, which itself is within the window.
type walker func(w *walk, p unsafe.Pointer)

// walkerOf returns the walker of a type, nil if nothing that a value points at
// has pointers.
func walkerOf(t types.Type) walker {
	return (&walkers{made: map[types.Type]*walker{}}).of(t)
}

type walkers struct{ made map[types.Type]*walker }

func (ws *walkers) of(t types.Type) walker {
	type part struct {
		s     span
		inner *walker
		deep  []span
	}
	var parts []part
	for _, s := range elemsOf(t) {
		deep := spansOf(s.elem)
		if len(deep) == 0 {
			continue
		}
		inner, ok := ws.made[s.elem]
		if !ok {
			inner = new(walker)
			ws.made[s.elem] = inner
			*inner = ws.of(s.elem)
		}
		parts = append(parts, part{s.span, inner, deep})
	}
	if len(parts) == 0 {
		return nil
	}
	return func(w *walk, p unsafe.Pointer) {
		for i := range parts {
			c := &parts[i]
			q := unsafe.Add(p, c.s.at)
			a := *(*unsafe.Pointer)(q)
			if a == nil || uintptr(a) == zeroBase {
				continue
			}
			n := int64(1)
			if c.s.count >= 0 {
				n = *(*int64)(unsafe.Add(q, c.s.count))
			}
			if *c.inner != nil {
				if w.seen == nil {
					w.seen = map[uintptr]bool{}
				}
				if w.seen[uintptr(a)] {
					continue
				}
				w.seen[uintptr(a)] = true
			}
			for k := range n {
				if w.outside {
					return
				}
				if w.left--; w.left < 0 && !w.longer() {
					return
				}
				e := unsafe.Add(a, k*c.s.size)
				r := reach{lo: ^uintptr(0)}
				r.spans(c.deep, e)
				if r.hi != 0 && !(w.in.reaches(r.lo) && w.in.reaches(r.hi)) {
					w.outside = true
					return
				}
				if *c.inner != nil {
					(*c.inner)(w, e)
				}
			}
		}
	}
}

type elemSpan struct {
	span
	elem types.Type
}

// elemsOf returns the pointers in a value with the types that they point at.
func elemsOf(t types.Type) []elemSpan {
	var r []elemSpan
	var add func(t types.Type, at int64)
	add = func(t types.Type, at int64) {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			r = append(r, elemSpan{span{uint32(at), 16, sizes.Sizeof(u.Elem())}, u.Elem()})
		case *types.Pointer:
			r = append(r, elemSpan{span{uint32(at), -1, sizes.Sizeof(u.Elem())}, u.Elem()})
		case *types.Struct:
			for i := range u.NumFields() {
				add(u.Field(i).Type(), at+fieldOffset(u, i))
			}
		case *types.Array:
			if len(r) < 1<<12 && hasPointers(u.Elem()) {
				for i := range u.Len() {
					add(u.Elem(), at+i*sizes.Sizeof(u.Elem()))
				}
			}
		}
	}
	add(t, 0)
	return r
}
