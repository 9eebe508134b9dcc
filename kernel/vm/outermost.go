package vm

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// outermost runs what compiled code calls in a goroutine that it started itself,
// as time.AfterFunc and sync.WaitGroup.Go do. A panic would end the process: it
// ends the run and the goroutine instead, of which deferred calls are made.
func (g *goro) outermost(c *code, f func()) {
	m := g.m
	r := m.running.Load()
	finished := false
	defer func() {
		if finished {
			return
		}
		p, goexit := underWay(g.g)
		if goexit && g.fate == nil || !goexit && !beyond(p) && recovers() {
			return
		}
		_ = recover()
		unit := r.unit
		if c != nil && r.ended() {
			unit = c.p.name
		}
		if goexit {
			m.report(r, unit, g.fate)
			return
		}
		m.report(r, unit, g.ended(p))
		runtime.Goexit()
	}()
	f()
	finished = true
}

// recovers tells whether compiled code on the stack takes panics of what it
// calls for its own business.
func recovers() bool {
	var pcs [256]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for {
		f, more := frames.Next()
		switch f.Function {
		case "net/http.(*conn).serve", "fmt.(*pp).handleMethods", "text/template.safeCall":
			return true
		}
		if !more {
			return false
		}
	}
}

// Text is what a value says of itself, by its Error or String method, when f
// writes it; methods of interpreted types run, but not for longer than a second.
func (m *Machine) Text(v any, f func(any) string) string {
	g := m.newGoro()
	g.quit = make(chan struct{})
	out := make(chan string, 1)
	go func() {
		text := fmt.Sprintf("a %s, of which nothing can be said", strings.TrimPrefix(fmt.Sprintf("%T", v), "*"))
		defer func() { out <- text }()
		if err := g.top(func() { text = f(v) }); err != nil {
			text = fmt.Sprintf("a %T, whose text could not be made (%s)", v, shortly(err))
		}
	}()
	select {
	case text := <-out:
		return text
	case <-time.After(time.Second):
		g.stop.Store(true)
		close(g.quit)
		return fmt.Sprintf("a %T, whose text is not made within a second", v)
	}
}

// shortly is an error without values of interpreted types, whose methods may
// fail again.
func shortly(err error) string {
	if p, ok := err.(*Panic); ok {
		switch v := p.Value.(type) {
		case string, runtime.Error, StackOverflow, Fatal:
			return fmt.Sprint(v)
		}
		return fmt.Sprintf("a panic with a %T", p.Value)
	}
	return err.Error()
}
