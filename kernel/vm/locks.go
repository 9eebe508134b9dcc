package vm

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Unlocking what is not locked ends the process in package sync, and nothing
// can recover. Here it ends the cell: these methods stand for those of package
// sync, wherever interpreted code calls them.
var unlocks = map[string]reflect.Value{
	"(*sync.Mutex).Unlock": reflect.ValueOf(func(mu *sync.Mutex) {
		defer unlocking(unsafe.Pointer(mu), mutexLocked(mu), func() bool { return mutexLocked(mu) }, notLocked)()
		mu.Unlock()
	}),
	"(*sync.RWMutex).Unlock": reflect.ValueOf(func(mu *sync.RWMutex) {
		defer unlocking(unsafe.Pointer(mu), writeLocked(mu), func() bool { return writeLocked(mu) }, notWriteLocked)()
		mu.Unlock()
	}),
	"(*sync.RWMutex).RUnlock": reflect.ValueOf(runlock),
	"(*sync.rlocker).Unlock":  reflect.ValueOf(runlock), // of RWMutex.RLocker
	"(*sync.Cond).Wait": reflect.ValueOf(func(c *sync.Cond) {
		switch l := c.L.(type) {
		case *sync.Mutex:
			if !mutexLocked(l) {
				panic(notLocked)
			}
		case *sync.RWMutex:
			if !writeLocked(l) {
				panic(notWriteLocked)
			}
		}
		c.Wait()
	}),
}

const (
	notLocked      = Fatal("sync: unlock of unlocked mutex")
	notWriteLocked = Fatal("sync: Unlock of unlocked RWMutex")
	notReadLocked  = Fatal("sync: RUnlock of unlocked RWMutex")
)

func runlock(mu *sync.RWMutex) {
	defer unlocking(unsafe.Pointer(mu), readLocked(mu), func() bool { return readLocked(mu) }, notReadLocked)()
	mu.RUnlock()
}

// unlockers keep those who unlock the same lock one after the other, so that
// what each of them has seen still holds when it unlocks.
var unlockers [64]sync.Mutex

// unlocking begins an unlock, and returns what ends it. It panics when the lock
// is not locked. before is how it was found: a nil lock panics there.
func unlocking(lock unsafe.Pointer, before bool, locked func() bool, otherwise Fatal) (done func()) {
	if !before {
		panic(otherwise)
	}
	mu := &unlockers[uintptr(lock)>>4&63]
	mu.Lock()
	if !locked() {
		mu.Unlock()
		panic(otherwise)
	}
	return mu.Unlock
}

// mutexWords and rwWords are the layouts of the locks of package sync.
type mutexWords struct {
	state int32
	sema  uint32
}

type rwWords struct {
	w                    mutexWords
	writerSem, readerSem uint32
	readers, readerWait  int32
}

// mostReaders is what a writer takes off the number of readers.
const mostReaders = 1 << 30

func mutexLocked(mu *sync.Mutex) bool {
	return atomic.LoadInt32(&(*mutexWords)(unsafe.Pointer(mu)).state)&1 != 0
}

func writeLocked(mu *sync.RWMutex) bool {
	return atomic.LoadInt32(&(*rwWords)(unsafe.Pointer(mu)).readers) < 0
}

func readLocked(mu *sync.RWMutex) bool {
	n := atomic.LoadInt32(&(*rwWords)(unsafe.Pointer(mu)).readers)
	return n != 0 && n != -mostReaders
}

// replacement is what stands for a function, variable or method of compiled code.
func (m *Machine) replacement(name string) (reflect.Value, bool) {
	if v, ok := m.opts.Replace[name]; ok {
		return v, true
	}
	v, ok := m.own[name]
	return v, ok
}

// methodKey is the name by which a method of a type is replaced.
func methodKey(t reflect.Type, name string) string {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return "(*" + t.Elem().PkgPath() + "." + t.Elem().Name() + ")." + name
	}
	return "(" + t.PkgPath() + "." + t.Name() + ")." + name
}
