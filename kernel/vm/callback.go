package vm

import (
	"errors"
	"reflect"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// Compiled code calls interpreted functions: what it is given as an argument,
// finds in the field of a struct, or gets from a map. A func value of what
// reflect.MakeFunc makes costs it some 300 ns a call. Those of common types are
// Go closures instead, one kind for each way in which arguments and results
// pass (see kindLetter), and cost 30 to 60 ns; in the fast tier too.

// A maker makes the func value of a closure.
type maker func(cl closure) unsafe.Pointer

// makers has the makers by the letters of arguments, '>' and those of results.
var makers = map[string]maker{}

// A stub says where the closure is in func values with this code.
type stub struct{ code, off uintptr }

// stubs is a hash table by code.
var stubs [1 << 11]stub

func stubHash(code uintptr) uintptr { return code * 0x9e3779b97f4a7c15 >> 53 }

func findStub(code uintptr) (off uintptr, ok bool) {
	for i := stubHash(code); ; i = (i + 1) % uintptr(len(stubs)) {
		switch stubs[i].code {
		case code:
			return stubs[i].off, true
		case 0:
			return 0, false
		}
	}
}

// addMaker takes a maker in. What it makes begins with its code; the closure
// follows, perhaps after a word of the compiler's.
func addMaker(key string, mk maker) {
	c := &code{}
	w := mk(closure{c: c})
	at := *(*uintptr)(w)
	if _, ok := findStub(at); ok {
		panic("vm: two kinds of callbacks have the same code: " + key)
	}
	for off := uintptr(8); off <= 16; off += 8 {
		if *(*unsafe.Pointer)(unsafe.Add(w, off)) == unsafe.Pointer(c) {
			i := stubHash(at)
			for stubs[i].code != 0 {
				i = (i + 1) % uintptr(len(stubs))
			}
			stubs[i] = stub{at, off}
			makers[key] = mk
			return
		}
	}
}

func init() {
	firstOf[uint64]("i")
	firstOf[float64]("f")
	firstOf[unsafe.Pointer]("p")
	firstOf[string]("s")
	firstOf[[]byte]("l")
	firstOf[any]("e")
	firstOf[uint32]("w")
	firstOf[uint8]("b")
	addMaker(">", none)
	addMaker(">i", noneGives[uint64])
	addMaker(">f", noneGives[float64])
	addMaker(">p", noneGives[unsafe.Pointer])
	addMaker(">s", noneGives[string])
	addMaker(">l", noneGives[[]byte])
	addMaker(">e", noneGives[any])
	addMaker(">b", noneGives[uint8])
	threeOf[float64, float64, float64]("fff")
	threeOf[uint64, uint64, float64]("iif")
	threeOf[uint64, uint64, uint64]("iii")
	threeOf[float64, []byte, []byte]("fll")
	threeOf[[]byte, float64, []byte]("lfl")
	threeOf[[]byte, []byte, float64]("llf")
	threeOf[[]byte, []byte, []byte]("lll")
	threeOf[string, any, any]("see")
}

// firstOf adds the makers for functions of one argument and, of the commoner
// kinds, two.
func firstOf[A any](a string) {
	addMaker(a+">", one[A])
	addMaker(a+">i", oneGives[A, uint64])
	addMaker(a+">f", oneGives[A, float64])
	addMaker(a+">p", oneGives[A, unsafe.Pointer])
	addMaker(a+">s", oneGives[A, string])
	addMaker(a+">l", oneGives[A, []byte])
	addMaker(a+">e", oneGives[A, any])
	addMaker(a+">w", oneGives[A, uint32])
	addMaker(a+">b", oneGives[A, uint8])
	if a == "w" || a == "b" {
		return
	}
	secondOf[A, uint64](a + "i")
	secondOf[A, float64](a + "f")
	secondOf[A, unsafe.Pointer](a + "p")
	secondOf[A, string](a + "s")
	secondOf[A, []byte](a + "l")
	secondOf[A, any](a + "e")
}

func secondOf[A, B any](ab string) {
	addMaker(ab+">", two[A, B])
	addMaker(ab+">i", twoGive[A, B, uint64])
	addMaker(ab+">f", twoGive[A, B, float64])
	addMaker(ab+">e", twoGive[A, B, any])
	addMaker(ab+">b", twoGive[A, B, uint8])
}

func threeOf[A, B, C any](abc string) {
	addMaker(abc+">", three[A, B, C])
	addMaker(abc+">f", threeGive[A, B, C, float64])
	addMaker(abc+">e", threeGive[A, B, C, any])
	addMaker(abc+">b", threeGive[A, B, C, uint8])
}

// makerOf returns the maker for a type of functions; nil when there is none.
func makerOf(t reflect.Type) maker {
	key := make([]byte, 0, 8)
	for i := range t.NumIn() {
		key = append(key, kindLetter(t.In(i)))
	}
	key = append(key, '>')
	for i := range t.NumOut() {
		key = append(key, kindLetter(t.Out(i)))
	}
	return makers[string(key)]
}

// hotCallback is how many calls by compiled code send a function to the fast
// tier.
const hotCallback = 100

// callback returns the function's code in the fast tier for calls by compiled
// code; nil when it has none.
func (c *code) callback() *fast.Code {
	x := c.tier.code.Load()
	switch {
	case x != nil && x != slow:
		return x
	case c.tier.never.Load():
		return nil
	}
	if c.tier.called.Add(1) < hotCallback && !c.p.m.opts.Eager {
		return nil
	}
	if x = c.decide(true); x == nil {
		c.tier.never.Store(true)
	}
	return x
}

// inFast makes a call by compiled code in the fast tier; args are the
// addresses of the arguments, then that of the result. It is false when the
// call could not be made, and nothing has happened.
func inFast(cl *closure, x *fast.Code, results int, args ...unsafe.Pointer) bool {
	var buf [8]unsafe.Pointer
	n := len(args) - results
	in := append(buf[:0], args[:n]...)
	if len(cl.free) > 0 {
		in = cl.c.freeArgs(in, cl.free)
	}
	err := x.Call(in, args[n:])
	if err == nil {
		return true
	}
	if errors.Is(err, fast.ErrDeclined) {
		return false
	}
	g, fresh := cl.c.p.m.here()
	raise := func() { g.raise(readableName(cl.c.fn.ssa), err) }
	if fresh {
		defer g.leave()
		g.outermost(cl.c, raise)
	}
	raise()
	return true
}

// noescape hides an address from the compiler, which would put what it is of on
// the heap. What is called with it keeps it no longer than the call.
func noescape[T any](p *T) unsafe.Pointer {
	x := uintptr(unsafe.Pointer(p))
	return *(*unsafe.Pointer)(unsafe.Pointer(&x))
}

func word[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

func none(cl closure) unsafe.Pointer {
	return word(func() {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 0) {
			return
		}
		e := begin(cl.c, cl.free)
		e.run()
		e.end()
	})
}

func noneGives[R any](cl closure) unsafe.Pointer {
	return word(func() (r R) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 1, noescape(&r)) {
			return r
		}
		e := begin(cl.c, cl.free)
		return result[R](e)
	})
}

func one[A any](cl closure) unsafe.Pointer {
	return word(func(a A) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 0, noescape(&a)) {
			return
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		e.run()
		e.end()
	})
}

func oneGives[A, R any](cl closure) unsafe.Pointer {
	return word(func(a A) (r R) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 1, noescape(&a), noescape(&r)) {
			return r
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		return result[R](e)
	})
}

func two[A, B any](cl closure) unsafe.Pointer {
	return word(func(a A, b B) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 0, noescape(&a), noescape(&b)) {
			return
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		*reg[B](e.fp, e.b.params[1].off) = b
		e.run()
		e.end()
	})
}

func twoGive[A, B, R any](cl closure) unsafe.Pointer {
	return word(func(a A, b B) (r R) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 1, noescape(&a), noescape(&b), noescape(&r)) {
			return r
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		*reg[B](e.fp, e.b.params[1].off) = b
		return result[R](e)
	})
}

func three[A, B, C any](cl closure) unsafe.Pointer {
	return word(func(a A, b B, c C) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 0, noescape(&a), noescape(&b), noescape(&c)) {
			return
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		*reg[B](e.fp, e.b.params[1].off) = b
		*reg[C](e.fp, e.b.params[2].off) = c
		e.run()
		e.end()
	})
}

func threeGive[A, B, C, R any](cl closure) unsafe.Pointer {
	return word(func(a A, b B, c C) (r R) {
		if x := cl.c.callback(); x != nil && inFast(&closure{cl.c, cl.free}, x, 1, noescape(&a), noescape(&b), noescape(&c), noescape(&r)) {
			return r
		}
		e := begin(cl.c, cl.free)
		*reg[A](e.fp, e.b.params[0].off) = a
		*reg[B](e.fp, e.b.params[1].off) = b
		*reg[C](e.fp, e.b.params[2].off) = c
		return result[R](e)
	})
}
