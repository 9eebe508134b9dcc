// Package iter has bodies for the generic functions of the standard library's
// iter, for the engine to instantiate.
//
// The original runs the sequence as a coroutine of the runtime. Here it runs
// on a goroutine, which the engine knows as one of the cell's: control goes to
// and fro over two channels, so that only one side runs at any time.
package iter

import (
	"iter"
	"runtime"
)

// Pull returns functions that take the values of a sequence one at a time and
// that end the sequence early.
func Pull[V any](seq iter.Seq[V]) (next func() (V, bool), stop func()) {
	var value V
	var c *switcher
	c = newSwitcher("iter.Pull", func() {
		seq(func(v V) bool {
			if c.done {
				return false
			}
			c.mayYield()
			value = v
			return c.toCaller()
		})
	})
	next = func() (v V, ok bool) {
		if !c.toSequence() {
			return v, false
		}
		return value, true
	}
	return next, c.stop
}

// Pull2 is Pull for sequences of pairs.
func Pull2[K, V any](seq iter.Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	var key K
	var value V
	var c *switcher
	c = newSwitcher("iter.Pull2", func() {
		seq(func(k K, v V) bool {
			if c.done {
				return false
			}
			c.mayYield()
			key, value = k, v
			return c.toCaller()
		})
	})
	next = func() (k K, v V, ok bool) {
		if !c.toSequence() {
			return k, v, false
		}
		return key, value, true
	}
	return next, c.stop
}

// A switcher hands control between a caller and a sequence. Its fields belong
// to the side that runs.
type switcher struct {
	name     string // for panics
	sequence func() // runs to its end, calling toCaller for each value

	started bool
	asked   bool // by next, for a value that is not there yet
	has     bool // a value was handed over by the last switch
	done    bool // the sequence is over, or shall end
	ended   bool // the sequence returned
	failed  bool // the sequence panicked
	exited  bool // the sequence called runtime.Goexit
	reason  any  // of the panic

	resume, suspend chan struct{}
}

func newSwitcher(name string, sequence func()) *switcher {
	return &switcher{name: name, sequence: sequence, resume: make(chan struct{}), suspend: make(chan struct{})}
}

// toSequence lets the sequence run to its next value, and tells whether there
// is one.
func (c *switcher) toSequence() bool {
	if c.done {
		return false
	}
	if c.asked {
		panic(c.name + ": next called again before yield")
	}
	c.asked = true
	c.run()
	return c.has
}

// stop lets a sequence that has begun run to its end.
func (c *switcher) stop() {
	if c.done {
		return
	}
	c.done = true
	switch {
	case c.asked: // called by the sequence itself, which is left where it is
		c.suspend <- struct{}{}
		<-c.resume
	case c.started:
		c.run()
	}
}

// run switches to the sequence and back, and fails as the sequence failed.
func (c *switcher) run() {
	if c.started {
		c.resume <- struct{}{}
	} else {
		c.started = true
		go c.body()
	}
	<-c.suspend
	switch {
	case c.failed:
		panic(c.reason)
	case c.exited:
		runtime.Goexit()
	}
}

func (c *switcher) body() {
	defer func() {
		if p := recover(); p != nil {
			c.failed, c.reason = true, p
		} else if !c.ended {
			c.exited = true
		}
		c.done = true
		c.suspend <- struct{}{}
	}()
	c.sequence()
	c.has = false
	c.ended = true
}

// mayYield panics when the sequence yields and nobody asked.
func (c *switcher) mayYield() {
	if !c.asked {
		panic(c.name + ": yield called again before next")
	}
	c.asked = false
}

// toCaller hands a value over, and tells later whether another one is wanted.
func (c *switcher) toCaller() bool {
	c.has = true
	c.suspend <- struct{}{}
	<-c.resume
	return !c.done
}
