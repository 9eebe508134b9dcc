package session

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/kernel/vm"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A run is one cell while it runs.
type run struct {
	name   string
	mu     sync.Mutex
	values []Value
	failed error       // that the call of its last expression returned
	inside *vm.Panic   // of a goroutine that it started
	over   atomic.Bool // ended, or left behind
}

// execute compiles and runs a unit; ending says why it ended early.
func (s *Session) execute(ctx context.Context, name string, unit *lower.Unit, ending func(*run, error) *Error) ([]Value, *Error) {
	for _, p := range unit.Imports {
		switch p.Path() {
		case "os", "os/exec", "log", "log/slog":
			s.out.shared.Store(true)
			s.err.shared.Store(true)
		}
	}
	return s.supervise(name, ending, func() error {
		prog, err := s.machine.Compile(machineUnit(name, unit))
		if err != nil {
			return notCompiled{err}
		}
		return prog.Run(ctx)
	})
}

// notCompiled is why a unit did not run at all.
type notCompiled struct{ error }

// supervise calls what runs a piece of the program: one at a time, shown in
// the session's sink.
func (s *Session) supervise(name string, ending func(*run, error) *Error, do func() error) ([]Value, *Error) {
	running.Lock()
	defer running.Unlock()
	r := &run{name: name}
	s.run.Store(r)
	defer r.over.Store(true)
	s.out.captured.Store(nil) // of a call that was left behind
	s.err.captured.Store(nil)
	defer provenance.Use(provenance.Use(s.rec))
	if s.opts.Sink != nil {
		defer display.Use(display.Use(s.ordered()))
	} else {
		defer display.Use(display.Use(display.Discard))
	}
	display.Abandoned(s.machine.Told)
	defer s.out.sync()
	defer s.err.sync()
	err := do()
	if failed, ok := err.(notCompiled); ok {
		return nil, &Error{Kind: KindCompile, Message: name + ": " + failed.Error()}
	}
	r.over.Store(true)
	if errors.Is(err, vm.ErrInterrupted) {
		display.Interrupt() // calls that were left behind may give up
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	failed := ending(r, err)
	return r.values, failed
}

// Do runs a function of the program, such as what a slider calls, as if it
// were a cell: one at a time with cells, its output captured, interruptible.
// name stands in errors. It counts as no cell.
func (s *Session) Do(ctx context.Context, name string, f func()) Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	start := time.Now()
	res := Result{Count: s.count}
	if s.closed {
		res.Err = &Error{Kind: KindCompile, Message: "the session is closed"}
		return res
	}
	res.Values, res.Err = s.supervise(name, s.ending, func() error { return s.machine.Do(ctx, name, f) })
	res.Elapsed = time.Since(start)
	return res
}

// machineUnit is a unit in the machine's words.
func machineUnit(name string, u *lower.Unit) vm.Unit {
	return vm.Unit{
		Name: name, Main: vm.Source{Types: u.Types, Files: u.Files, Info: u.Info},
		Library: sources(u.Library), Imports: u.Imports, Entry: u.Entry,
	}
}

func sources(list []*std.Package) []vm.Source {
	out := make([]vm.Source, len(list))
	for i, p := range list {
		out[i] = vm.Source{Types: p.Types, Files: p.Files, Info: p.Info}
	}
	return out
}

// ending says why a run ended early, nil when it did not; r.mu is held.
func (s *Session) ending(r *run, err error) *Error {
	var (
		p    *vm.Panic
		exit vm.Exit
		lock *vm.Deadlock
	)
	switch {
	case err == nil && r.failed != nil:
		// A zero value that came with the error says nothing.
		r.values = slices.DeleteFunc(r.values, func(v Value) bool { return v.zero })
		return &Error{Kind: KindError, Message: s.machine.Text(r.failed, describe)}
	case err == nil:
		return nil
	case errors.As(err, &p):
		e := s.panicked(p)
		if r.inside == p {
			e.Message = "in a goroutine: " + e.Message
		}
		return e
	case errors.As(err, &exit):
		return &Error{Kind: KindExit, Message: fmt.Sprintf("status %d", exit.Code), Code: exit.Code}
	case errors.As(err, &lock):
		return s.located(lock.Error(), lock.Trace)
	case errors.Is(err, vm.ErrInterrupted):
		return interrupted(r.name)
	}
	return &Error{Kind: KindPanic, Message: r.name + ": " + err.Error()}
}

// helpers are the functions of package lower.HelperPath.
func (s *Session) helpers(w *world) map[string]reflect.Value {
	add := func(v any, bundle bool) {
		r := s.run.Load()
		if r == nil || r.over.Load() {
			return
		}
		defer w.machine.Reading(v)()
		_, isBundle := v.(display.Bundle)
		if selfContained(false, v) {
			v = display.Text(fmt.Sprintf("a %T that contains itself", v))
		}
		shown := Value{Bundle: display.Of(v), IsBundle: isBundle && bundle, zero: v == nil || reflect.ValueOf(v).IsZero()}
		r.mu.Lock()
		r.values = append(r.values, shown)
		r.mu.Unlock()
	}
	return map[string]reflect.Value{
		"Value": reflect.ValueOf(func(v any) { add(v, true) }),
		"Text":  reflect.ValueOf(func(t string) { add(display.Text(t), false) }),
		"Fail": reflect.ValueOf(func(err error) {
			if r := s.run.Load(); err != nil && r != nil {
				r.mu.Lock()
				if r.failed == nil {
					r.failed = err
				}
				r.mu.Unlock()
			}
		}),
	}
}

// goroutinePanicked hears of the panic of a goroutine. That of the cell that
// runs becomes its error; others are printed.
func (s *Session) goroutinePanicked(p *vm.Panic) {
	if r := s.run.Load(); r != nil && r.name == p.Unit && !p.Late && !r.over.Load() {
		r.mu.Lock()
		if r.inside == nil {
			r.inside = p
		}
		r.mu.Unlock()
		return
	}
	fmt.Fprintf(s.err, "panic in a goroutine of %s: %s\n", p.Unit, s.machine.Text(p.Value, describe))
}
