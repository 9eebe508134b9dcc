package vm

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/vm/rtype"
)

// Check holds what the engine assumes of Go's runtime against the runtime that
// it runs on. An error means that the program was built with another version
// of Go than the engine is made for.
var Check = sync.OnceValue(func() error {
	if err := rtype.Check(); err != nil {
		return err
	}
	var errs []error
	expect := func(what string, ok bool) {
		if !ok {
			errs = append(errs, fmt.Errorf("vm: %s differ in %s from those the engine knows", what, runtime.Version()))
		}
	}

	var here byte
	g := getg()
	lo, hi := *(*uintptr)(g), *(*uintptr)(unsafe.Add(g, 8))
	at := uintptr(unsafe.Pointer(&here))
	expect("a goroutine's stack bounds", lo < at && at < hi)

	func() {
		defer func() {
			v, exit := underWay(getg())
			expect("records of panics", v == any("probe") && !exit)
			_ = recover()
		}()
		panic("probe")
	}()
	done := make(chan bool, 1)
	go func() {
		defer func() {
			v, exit := underWay(getg())
			done <- v == nil && exit
		}()
		runtime.Goexit()
	}()
	expect("records of runtime.Goexit", <-done)

	m := map[string]int{"a": 1, "b": 2, "c": 3}
	expect("maps", **(**uint64)(unsafe.Pointer(&m)) == 3)

	var mu sync.Mutex
	unlocked := !mutexLocked(&mu)
	mu.Lock()
	expect("mutexes", unlocked && mutexLocked(&mu))
	mu.Unlock()
	var rw sync.RWMutex
	rw.RLock()
	reading := readLocked(&rw) && !writeLocked(&rw)
	rw.RUnlock()
	rw.Lock()
	expect("read and write locks", reading && writeLocked(&rw) && !readLocked(&rw))
	rw.Unlock()
	expect("words of locks", unsafe.Sizeof(mu) == unsafe.Sizeof(mutexWords{}) && unsafe.Sizeof(rw) == unsafe.Sizeof(rwWords{}))

	var once sync.Once
	words := (*onceWords)(unsafe.Pointer(&once))
	doing := false
	once.Do(func() { doing = !words.done && mutexLocked(&words.m) })
	expect("sync.Once", doing && words.done && !mutexLocked(&words.m) && unsafe.Sizeof(once) == unsafe.Sizeof(*words))
	t := time.NewTimer(time.Hour)
	timer := timerOf(reflect.ValueOf(t.C))
	runs := timer != nil && pending(timer)
	t.Stop()
	expect("timers", runs && !pending(timer) && timerOf(reflect.ValueOf(make(chan int, 3))) == nil)

	var e any = 7
	expect("interface values", (*iface)(unsafe.Pointer(&e)).tab == rtypeOf(reflect.TypeFor[int]()) && *(*int)((*iface)(unsafe.Pointer(&e)).data) == 7)
	var s fmt.Stringer = stringer(3)
	expect("itabs", dynamic((*iface)(unsafe.Pointer(&s)), true) == rtypeOf(reflect.TypeFor[stringer]()))
	expect("flags of types", isDirect(rtypeOf(reflect.TypeFor[*int]())) && !isDirect(rtypeOf(reflect.TypeFor[int]())) && hasPointers(rtypeOf(reflect.TypeFor[string]())) && !hasPointers(rtypeOf(reflect.TypeFor[int]())))

	o := &funcObj{}
	bind(o)
	f := reflect.MakeFunc(reflect.TypeFor[func()](), o.call)
	w := (*funcObj)(funcWord(f))
	expect("functions of reflect.MakeFunc", *(*unsafe.Pointer)(unsafe.Pointer(&w.call)) == *(*unsafe.Pointer)(unsafe.Pointer(&o.call)) && w.ftyp == rtypeOf(f.Type()))

	func() {
		defer func() {
			err, ok := recover().(runtime.Error)
			expect("bounds errors", ok && err.Error() == "runtime error: slice bounds out of range [:7] with length 5")
		}()
		boundsPanic(7, 5, true, boundsSliceLen)
	}()
	func() {
		defer func() {
			err, ok := recover().(*runtime.TypeAssertionError)
			expect("errors of type assertions", ok && err.Error() == "interface conversion: interface {} is int, not string")
		}()
		assertionError(rtypeOf(reflect.TypeFor[any]()), rtypeOf(reflect.TypeFor[int]()), rtypeOf(reflect.TypeFor[string]()), "")
	}()
	return errors.Join(errs...)
})

type stringer int

func (stringer) String() string { return "" }
