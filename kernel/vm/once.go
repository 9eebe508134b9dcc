package vm

import (
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// What is done once waits for itself without an end when it asks for itself. In
// package sync that wait is for a lock, where nobody sees that it is in vain.

// onceWords is the layout of sync.Once.
type onceWords struct {
	done bool
	m    sync.Mutex
}

// onceFunctions stand for those of package sync.
func (m *Machine) onceFunctions() map[string]reflect.Value {
	return map[string]reflect.Value{
		"(*sync.Once).Do": reflect.ValueOf(m.doOnce),
		"sync.OnceFunc": reflect.ValueOf(func(f func()) func() {
			once := new(sync.Once)
			do := sync.OnceFunc(f)
			return func() {
				m.doOnce(once, do)
				do() // panics again, if it did
			}
		}),
	}
}

func (m *Machine) doOnce(once *sync.Once, f func()) {
	if !mutexLocked(&(*onceWords)(unsafe.Pointer(once)).m) {
		g, fresh := m.here()
		if fresh {
			defer g.leave()
		}
		g.doing = append(g.doing, once)
		defer func() { g.doing = g.doing[:len(g.doing)-1] }()
		once.Do(f)
		return
	}
	g, fresh := m.here()
	if fresh {
		defer g.leave()
	}
	if slices.Contains(g.doing, once) {
		g.block(nil)
	}
	m.sleep(g)
	defer m.wake(g)
	once.Do(f)
}
