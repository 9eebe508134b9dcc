package rtype

import (
	"sync"
	"unsafe"
)

// The runtime calls a method through a code pointer, and a code pointer alone
// says nothing of which method is meant. A stub is a piece of assembly that
// knows its number: it loads closure number n and jumps to the closure's code,
// so that it becomes any Go function whose first parameter is the receiver.

const (
	pageBits = 8
	pageSize = 1 << pageBits
	stubs    = 32768 // as many as the assembly files have
)

type page [pageSize]unsafe.Pointer

// pages has the closures by number. The assembly reads it; it grows by pages so
// that the garbage collector scans no more than is used.
var pages [stubs / pageSize]*page

var pool struct {
	sync.Mutex
	next int
}

// reserve takes n stubs from the pool and returns the number of the first one;
// ok is false when there are not enough left.
func reserve(n int) (first int, ok bool) {
	if n == 0 {
		return 0, true
	}
	if stubSize == 0 {
		return 0, false
	}
	pool.Lock()
	defer pool.Unlock()
	if pool.next+n > stubs {
		return 0, false
	}
	first = pool.next
	pool.next += n
	for i := first >> pageBits; i <= (pool.next-1)>>pageBits; i++ {
		if pages[i] == nil {
			pages[i] = new(page)
		}
	}
	return first, true
}

// bind makes stub n the code of a closure and returns the code's address.
func bind(n int, closure unsafe.Pointer) unsafe.Pointer {
	pages[n>>pageBits][n&(pageSize-1)] = closure
	return unsafe.Add(firstStub(), n*stubSize)
}

// firstStub is the address of code, which no pointer rule is about.
func firstStub() unsafe.Pointer {
	at := stubsAt()
	return *(*unsafe.Pointer)(unsafe.Pointer(&at))
}
