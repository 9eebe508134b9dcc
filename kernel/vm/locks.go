package vm

import (
	"errors"
	"reflect"
	"sync"
)

// Unlocking what is not locked ends the process in package sync, and nothing
// can recover. Here it is a panic of the cell: these methods stand for those of
// package sync.
var unlocks = map[string]reflect.Value{
	"(*sync.Mutex).Unlock": reflect.ValueOf(func(mu *sync.Mutex) {
		if mu.TryLock() {
			mu.Unlock()
			panic(errNotLocked)
		}
		mu.Unlock()
	}),
	"(*sync.RWMutex).Unlock": reflect.ValueOf(func(mu *sync.RWMutex) {
		if mu.TryRLock() {
			mu.RUnlock()
			panic(errNotRWLocked)
		}
		mu.Unlock()
	}),
	"(*sync.RWMutex).RUnlock": reflect.ValueOf(func(mu *sync.RWMutex) {
		if mu.TryLock() {
			mu.Unlock()
			panic(errNotRLocked)
		}
		mu.RUnlock()
	}),
}

var (
	errNotLocked   = errors.New("sync: unlock of unlocked mutex")
	errNotRWLocked = errors.New("sync: Unlock of unlocked RWMutex")
	errNotRLocked  = errors.New("sync: RUnlock of unlocked RWMutex")
)
