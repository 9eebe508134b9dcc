package fast

import (
	"runtime"
	"unsafe"
)

// A callback takes a few numbers and perhaps a slice, and does little. For such
// code the arguments are taken in by a list of moves, made once; where a move
// finds what it does not know, the call is made the long way.

// A move is a word of an argument.
type move struct {
	param int32
	off   uint32
	how   moveKind
	kind  kind
	// of a pointer:
	size  int64  // of what it points at, or of an element
	count int32  // where the number of elements is, from the pointer; -1 is one
	deep  []span // pointers in what it points at, which have none further on
}

type moveKind uint8

const (
	moveWord moveKind = iota
	moveHalf
	moveByte
	movePointer
	moveOther
)

// quickMoves returns the moves of the code's parameters; nil if it is not for
// them.
func (x *Code) quickMoves() (list []move) {
	if x.makes() {
		return nil
	}
	for i := range x.pins {
		if q := &x.pins[i]; len(q.io.spans) > 0 || q.walk != nil {
			return nil
		}
	}
	for i := range x.params {
		v := &x.params[i]
		if v.big {
			return nil
		}
		elems := elemsOf(v.typ)
		for _, c := range v.cells {
			m := move{param: int32(i), off: c.off, kind: c.kind}
			switch {
			case c.kind == kStr:
				return nil
			case c.kind == kPtr:
				m.how = movePointer
				at := -1
				for k := range elems {
					if elems[k].at == c.off {
						at = k
					}
				}
				if at < 0 {
					return nil
				}
				s := &elems[at]
				m.size, m.count, m.deep = s.size, s.count, spansOf(s.elem)
				if len(m.deep) > 0 && (s.count >= 0 || len(m.deep) > 8 || walkerOf(s.elem) != nil) {
					return nil
				}
			case c.kind == kBool || c.kind == kU8:
				m.how = moveByte
			case c.kind.size() == 8:
				m.how = moveWord
			case c.kind.size() == 4:
				m.how = moveHalf
			default:
				m.how = moveOther
			}
			list = append(list, m)
		}
	}
	return list
}

// runQuick makes a call whose arguments are moved; it is false when one of
// them is not within the window, and nothing has happened.
func (in *instance) runQuick(args, results []unsafe.Pointer) (error, bool) {
	x, base := in.code, in.base
	if base == 0 {
		return nil, false
	}
	st := in.st
	for i := range x.quick {
		m := &x.quick[i]
		p := unsafe.Add(args[m.param], m.off)
		switch m.how {
		case moveWord:
			st[i] = *(*uint64)(p)
		case moveHalf:
			st[i] = uint64(*(*uint32)(p))
		case moveByte:
			st[i] = uint64(*(*uint8)(p))
		case movePointer:
			a := *(*unsafe.Pointer)(p)
			size := m.size
			if m.count >= 0 {
				size *= *(*int64)(unsafe.Add(p, m.count))
			}
			if a == nil {
				st[i] = 0
				continue
			}
			if !in.within(a, size) {
				return nil, false
			}
			for k := range m.deep {
				s := &m.deep[k]
				q := unsafe.Add(a, s.at)
				size := s.size
				if s.count >= 0 {
					size *= *(*int64)(unsafe.Add(q, s.count))
				}
				if b := *(*unsafe.Pointer)(q); b != nil && uintptr(b) != zeroBase && !in.within(b, size) {
					return nil, false
				}
			}
			st[i] = uint64(uint32(uintptr(a) - base))
		default:
			st[i] = in.cellOf(cell{kind: m.kind}, p)
		}
	}
	err := in.invoke()
	runtime.KeepAlive(args)
	if err == nil {
		n := 0
		for i := range x.results {
			p := results[i]
			for _, c := range x.results[i].cells {
				if c.kind == kF64 || c.kind == kI64 {
					*(*uint64)(unsafe.Add(p, c.off)) = st[n]
				} else {
					in.setCell(c, p, st[n])
				}
				n++
			}
		}
	}
	if len(in.keep) > 0 || in.kept > 0 {
		in.forget()
	}
	return err, true
}

// within tells whether the window has what is at p, which is not nil.
func (in *instance) within(p unsafe.Pointer, size int64) bool {
	at := uintptr(p) - in.base
	return at-1 < windowSize-1 && uintptr(size) < windowSize && at+uintptr(size)-1 < windowSize-1
}
