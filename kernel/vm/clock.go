package vm

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// A clock knows which timers may still wake a goroutine: as long as one may, it
// is no deadlock that all of them wait.
type clock struct {
	mu      sync.Mutex
	calls   map[*time.Timer]struct{} // those of time.AfterFunc that have not gone off
	expires time.Time                // when the last context has expired
}

// mayCall tells whether a timer may wake a goroutine otherwise than through a
// channel of its own.
func (c *clock) mayCall() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.calls) > 0 || time.Now().Before(c.expires)
}

func (c *clock) waitsToCall(t *time.Timer, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waits {
		c.calls[t] = struct{}{}
	} else {
		delete(c.calls, t)
	}
}

func (c *clock) expire(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.expires) {
		c.expires = at
	}
}

// afterFunc is time.AfterFunc.
func (c *clock) afterFunc(d time.Duration, f func()) *time.Timer {
	if f == nil {
		panic(Fatal("go of nil func value"))
	}
	var t *time.Timer
	known := make(chan struct{})
	t = time.AfterFunc(d, func() {
		<-known
		c.waitsToCall(t, false)
		f()
	})
	c.waitsToCall(t, true)
	close(known)
	return t
}

// functions stand for those of packages time and context that start a timer
// without a channel.
func (c *clock) functions() map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for name, f := range map[string]any{
		"time.AfterFunc": c.afterFunc,
		"(*time.Timer).Reset": func(t *time.Timer, d time.Duration) bool {
			if t.C == nil {
				c.waitsToCall(t, true)
			}
			return t.Reset(d)
		},
		"(*time.Timer).Stop": func(t *time.Timer) bool {
			c.waitsToCall(t, false)
			return t.Stop()
		},
		"context.WithTimeout": func(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
			c.expire(time.Now().Add(d))
			return context.WithTimeout(parent, d)
		},
		"context.WithTimeoutCause": func(parent context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
			c.expire(time.Now().Add(d))
			return context.WithTimeoutCause(parent, d, cause)
		},
		"context.WithDeadline": func(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
			c.expire(at)
			return context.WithDeadline(parent, at)
		},
		"context.WithDeadlineCause": func(parent context.Context, at time.Time, cause error) (context.Context, context.CancelFunc) {
			c.expire(at)
			return context.WithDeadlineCause(parent, at, cause)
		},
	} {
		out[name] = reflect.ValueOf(f)
	}
	return out
}

// timerOf returns the runtime's record of the timer that sends to a channel; nil
// when none does.
func timerOf(ch reflect.Value) unsafe.Pointer {
	if !ch.IsValid() || ch.IsNil() {
		return nil
	}
	return *(*unsafe.Pointer)(unsafe.Add(ch.UnsafePointer(), 32))
}

// pending tells whether a timer will go off: the record says when.
func pending(timer unsafe.Pointer) bool { return atomic.LoadInt64((*int64)(unsafe.Add(timer, 24))) > 0 }
