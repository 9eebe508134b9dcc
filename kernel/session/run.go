package session

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/traefik/yaegi/interp"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/symbols"
)

// grace is how long an interrupted cell may take to leave the interpreter
// before it is left to itself.
const grace = 150 * time.Millisecond

// running keeps cells of all sessions one after the other: the display sink
// belongs to the process.
var running sync.Mutex

// A Session is one user's session. Its methods may be called from several
// goroutines; cells run one at a time, in one process even those of several
// sessions. What a cell started with a go statement may outlive it, and prints
// into the output of whichever cell runs then.
type Session struct {
	opts   Options
	mu     sync.Mutex
	interp *interp.Interpreter
	scope  *lower.Scope
	out    *output
	err    *output
	count  int
	run    atomic.Pointer[run] // the cell that runs
	tracker
	// pending are the channels that end the channel operations of goroutines
	// that outlive their cells.
	pending []chan struct{}
	closed  bool
	// imported are the packages that the interpreter has a name for.
	imported map[string]bool
	spans    []lower.Span // of all functions
}

// New returns a session in which nothing is declared.
func New(o Options) (*Session, error) {
	s := &Session{opts: o}
	var err error
	if s.out, err = newOutput(o.Stdout); err != nil {
		return nil, fmt.Errorf("session: New: %w", err)
	}
	if s.err, err = newOutput(o.Stderr); err != nil {
		s.out.close()
		return nil, fmt.Errorf("session: New: %w", err)
	}
	join(s.out, s.err)
	if err := s.reset(); err != nil {
		s.out.close()
		s.err.close()
		return nil, err
	}
	return s, nil
}

// Auto maps the names of the packages that cells use without an import to
// their import paths.
func Auto() map[string]string {
	auto := map[string]string{
		"fmt": "fmt", "math": "math",
		"mat": "gonum.org/v1/gonum/mat", "stat": "gonum.org/v1/gonum/stat", "floats": "gonum.org/v1/gonum/floats",
	}
	for _, p := range symbols.Packages() {
		if p.Own {
			auto[p.Name] = p.Path
		}
	}
	return auto
}

func (s *Session) reset() error {
	i := interp.New(interp.Options{
		Stdin: s.opts.Stdin, Stdout: s.out, Stderr: &traceFilter{s: s}, Args: s.opts.Args, Unrestricted: true,
	})
	if err := s.use(i); err != nil {
		return fmt.Errorf("session: New: the interpreter refused the symbol tables: %w", err)
	}
	s.interp, s.imported, s.spans = i, map[string]bool{}, nil
	s.scope = lower.NewScope(lower.Options{Fset: i.FileSet(), Types: symbols.Types, Auto: Auto(), Distance: symbols.Distance, Unknown: unknownImport})
	// The first call of this kind makes what is compiled later interruptible.
	_, err := i.EvalWithContext(context.Background(), "0")
	return err
}

func unknownImport(path string) error {
	msg := fmt.Sprintf("package %q is not among those that cells can import", path)
	if near := symbols.Nearest(path); len(near) > 0 {
		msg += "; near it: " + strings.Join(near, ", ")
	}
	return errors.New(msg + " (a script run by `go run` may import any module)")
}

// Reset forgets everything that cells declared.
func (s *Session) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reset()
}

// Close gives back what the session holds. Goroutines that cells started and
// that wait inside compiled code are not ended by it.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.stop()
	return errors.Join(s.out.close(), s.err.close())
}

// A Name is something that cells declared.
type Name struct {
	Name, Kind, Type string
}

// Names lists what cells declared, by name.
func (s *Session) Names() []Name {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Name
	for _, o := range s.scope.Objects() {
		out = append(out, Name{o.Name, o.Kind, o.TypeString()})
	}
	return out
}

// A run is one cell while it runs.
type run struct {
	name    string
	values  []Value
	err     *Error
	trace   []string
	mu      sync.Mutex
	cancel  context.CancelFunc
	dead    atomic.Bool // interrupted or over
	stopped string      // why it was cancelled, when not by the user
}

// Run runs a cell. When ctx ends, the cell is interrupted: interpreted code
// stops at once, a call into compiled code is left behind and cannot change
// the session any more when it returns.
func (s *Session) Run(ctx context.Context, c Cell) Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	start := time.Now()
	if !c.Silent {
		s.count++
	}
	res := Result{Count: s.count}
	name := c.Name
	if name == "" {
		name = fmt.Sprintf("cell [%d]", s.count)
	}
	switch {
	case s.closed:
		res.Err = &Error{Kind: KindCompile, Message: "the session is closed"}
	case s.command(ctx, name, c.Text, &res):
	default:
		s.goText(ctx, name, c.Text, &res)
	}
	if c.Silent {
		res.Values = nil
	}
	res.Elapsed = time.Since(start)
	return res
}

// goText runs the Go text of a cell.
func (s *Session) goText(ctx context.Context, name, text string, res *Result) {
	defer func() {
		if p := recover(); p != nil { // the checker or the interpreter itself failed
			res.Err = &Error{Kind: KindPanic, Message: fmt.Sprintf("%s: the interpreter failed: %v", name, p)}
		}
	}()
	unit, errs := s.scope.Cell(name+suffix, withoutMain(text))
	if len(errs) > 0 {
		res.Err = &Error{Kind: KindCompile, Message: messages(errs)}
		return
	}
	if ctx.Err() != nil {
		res.Err = interrupted(name)
		return
	}
	res.Notes = unit.Notes
	values, err := s.execute(ctx, name, unit)
	res.Values, res.Err = values, err
}

// suffix ends the file name under which the interpreter knows a cell: it takes
// the imports of files with one base name for shared.
const suffix = "/_.go"

func clean(msg string) string {
	return strings.ReplaceAll(msg, suffix+":", ":")
}

func messages(errs lower.Errors) string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = clean(e.Error())
	}
	return strings.Join(lines, "\n")
}

func interrupted(name string) *Error {
	return &Error{Kind: KindInterrupt, Message: name + " was interrupted"}
}

// execute runs the steps of a unit.
func (s *Session) execute(ctx context.Context, name string, unit *lower.Unit) ([]Value, *Error) {
	running.Lock()
	defer running.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{name: name, cancel: cancel}
	s.run.Store(r)
	if s.opts.Sink != nil {
		defer display.Use(display.Use(inOrder{s, s.opts.Sink}))
	} else {
		defer display.Use(display.Use(discard{}))
	}
	for _, p := range unit.Imports {
		if p == "os" || p == "os/exec" || p == "log" || p == "log/slog" {
			s.out.shared.Store(true)
			s.err.shared.Store(true)
		}
	}
	defer s.out.sync()
	defer s.err.sync()
	stopWatch := s.watch(r)
	defer stopWatch()
	defer r.dead.Store(true)

	s.spans = append(s.spans, unit.Spans...)
	if err := s.imports(unit.Imports); err != nil {
		return nil, &Error{Kind: KindCompile, Message: name + ": " + clean(err.Error())}
	}
	for _, step := range unit.Steps {
		if err := s.step(ctx, r, step); err != nil {
			r.dead.Store(true)
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.err != nil {
				err = r.err
			}
			return r.values, err
		}
	}
	unit.Commit()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.values, r.err
}

// imports makes packages known to the interpreter.
func (s *Session) imports(paths []string) error {
	var missing []string
	for _, p := range paths {
		if !s.imported[p] {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 && len(s.imported) > 0 {
		return nil
	}
	prog, err := s.compile(lower.Step{File: s.scope.ImportFile(missing)})
	if err != nil {
		return err
	}
	if _, err := s.interp.Execute(prog); err != nil {
		return err
	}
	s.imported[""] = true // the prelude
	for _, p := range missing {
		s.imported[p] = true
	}
	return nil
}

// step compiles and runs one step and returns why the cell cannot go on.
func (s *Session) step(ctx context.Context, r *run, step lower.Step) *Error {
	prog, err := s.compile(step)
	if err != nil {
		msg := cannotCompile(clean(err.Error()))
		if !strings.HasPrefix(msg, r.name) {
			msg = r.name + ": " + msg
		}
		return &Error{Kind: KindCompile, Message: msg}
	}
	if prog == nil {
		return nil
	}
	before := s.current()
	done := make(chan struct{})
	var failed error
	go func() {
		defer close(done)
		_, failed = s.interp.ExecuteWithContext(ctx, prog)
	}()
	<-done
	if ctx.Err() != nil { // the interpreter was told to stop
		s.settle(r, before)
	} else if s.busy() > 0 {
		if c := doneChannel(s.interp); len(s.pending) == 0 || s.pending[len(s.pending)-1] != c {
			s.pending = append(s.pending, c)
		}
	} else {
		s.pending = nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.err != nil:
		return r.err
	case ctx.Err() != nil:
		if r.stopped != "" {
			runtime.GC() // gives the stack back
			return &Error{Kind: KindPanic, Message: r.stopped}
		}
		return interrupted(r.name)
	case failed != nil:
		var p interp.Panic
		if errors.As(failed, &p) {
			return s.panicked(r, p.Value)
		}
		return &Error{Kind: KindCompile, Message: clean(failed.Error())}
	}
	return nil
}

// cannotCompile says in a user's words that the interpreter failed where the
// checker saw no fault.
func cannotCompile(msg string) string {
	if !strings.Contains(msg, "panic: ") {
		return msg
	}
	at := ""
	for _, part := range strings.Split(msg, "CFG post-order panic: ") {
		if m := position.FindString(part); m != "" {
			at = m
		}
	}
	return at + "the interpreter cannot run this yet (`go run` can)"
}

// position matches a position at the start of a message.
var position = regexp.MustCompile(`[^\s:][^:]*:\d+:\d+: `)

// compile gives a step to the interpreter, whose own panics become errors.
func (s *Session) compile(step lower.Step) (prog *interp.Program, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if step.File != nil {
		return s.interp.CompileAST(step.File)
	}
	return s.interp.CompileAST(step.Block)
}

// panicked describes a panic. The trace starts with the position of the
// statement that panicked, where that is known, and names the functions around
// it; r.mu is held.
func (s *Session) panicked(r *run, v any) *Error {
	e := &Error{Kind: KindPanic, Message: describe(v)}
	at := ""
	if line, ok := s.interp.Globals()[lower.LineVar]; ok {
		pos := token.Pos(line.Int())
		if pos.IsValid() && (len(r.trace) == 0 || s.functionAt(pos) == r.trace[0]) {
			at = strings.TrimSuffix(clean(s.interp.FileSet().Position(pos).String()+":"), ":")
		}
	}
	if at != "" {
		e.Message = at + ": " + e.Message
	}
	for i, fn := range r.trace {
		entry := "in " + readableFunction(fn)
		if i == 0 && at != "" {
			entry = at + " " + entry
		}
		if n := len(e.Trace); n == 0 || e.Trace[n-1] != entry {
			e.Trace = append(e.Trace, entry)
		}
	}
	return e
}

// functionAt names the innermost function around a position.
func (s *Session) functionAt(pos token.Pos) string {
	name, size := "", token.Pos(0)
	for _, sp := range s.spans {
		if sp.From <= pos && pos < sp.To && (size == 0 || sp.To-sp.From <= size) {
			name, size = sp.Name, sp.To-sp.From
		}
	}
	return name
}

func readableFunction(fn string) string {
	depth := strings.Count(fn, ".func")
	fn = strings.ReplaceAll(fn, ".func", "")
	switch {
	case strings.HasPrefix(fn, "cell·"):
		fn = "the cell"
	default:
		fn, _, _ = strings.Cut(fn, "·") // the name as it was written
	}
	if depth > 0 {
		fn = "a function literal of " + fn
	}
	return fn
}

// describe writes the value of a panic as Go's runtime does.
func describe(v any) string { return clean(described(v)) }

func described(v any) string {
	if rv, ok := v.(reflect.Value); ok && rv.IsValid() && rv.CanInterface() {
		v = rv.Interface()
	}
	switch x := v.(type) {
	case error:
		msg := x.Error()
		if _, ok := v.(runtime.Error); ok || strings.HasPrefix(msg, "reflect") {
			return readable(msg)
		}
		return msg
	case string:
		return readable(x)
	case fmt.Stringer:
		return x.String()
	case nil:
		return "panic called with nil argument (use a value)"
	}
	return fmt.Sprint(v)
}

// readable replaces the words of package reflect, with which the interpreter
// works, by those of the language.
func readable(msg string) string {
	switch {
	case strings.Contains(msg, "reflect: slice index out of range"), strings.Contains(msg, "reflect: array index out of range"), strings.Contains(msg, "reflect: string index out of range"):
		return "runtime error: index out of range"
	case strings.Contains(msg, "reflect.Value.Slice"), strings.Contains(msg, "reflect.Value.Slice3"):
		return "runtime error: slice bounds out of range"
	case strings.Contains(msg, "assignment to entry in nil map"):
		return "assignment to entry in nil map"
	case strings.Contains(msg, "on zero Value"), strings.Contains(msg, "call of nil function"), strings.Contains(msg, "reflect: call of reflect.Value.Elem on nil"):
		return "runtime error: invalid memory address or nil pointer dereference"
	}
	return msg
}

// traceFilter is the interpreter's standard error: the lines by which it
// reports the frames of a panic become the trace of the error, everything else
// is output.
type traceFilter struct{ s *Session }

func (f *traceFilter) Write(p []byte) (int, error) {
	line := string(p)
	if at, what, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": panic: "); ok && strings.Contains(at, suffix+":") && strings.HasSuffix(what, "(...)") {
		if r := f.s.run.Load(); r != nil {
			fn := strings.TrimPrefix(strings.TrimSuffix(what, "(...)"), "main.")
			if fn != "main" && fn != "" {
				r.mu.Lock()
				r.trace = append(r.trace, fn)
				r.mu.Unlock()
			}
			return len(p), nil
		}
	}
	return f.s.err.Write(p)
}

// current returns the interpreter's run number: frames whose number differs
// stop. It is the first field of interp.Interpreter and has no accessor.
func (s *Session) current() uint64 { return atomic.LoadUint64(runID(s.interp)) }

// settle waits until an interrupted cell has left the interpreter, then lets
// closures that earlier cells made run again: they carry the run number under
// which they were made. Goroutines that stay in compiled code are noted, so
// that they end as soon as they come back.
func (s *Session) settle(r *run, before uint64) {
	r.dead.Store(true)
	if s.current() == before { // ended by itself just before
		return
	}
	s.endPending()
	wait := grace
	r.mu.Lock()
	if r.stopped != "" { // a deep stack takes its time, and must not go on growing
		wait = 30 * time.Second
	}
	r.mu.Unlock()
	s.leave(wait)
	atomic.StoreUint64(runID(s.interp), before)
}

func (s *Session) endPending() {
	for _, c := range s.pending {
		close(c)
	}
	s.pending = nil
}

// stop ends everything that still runs in the interpreter.
func (s *Session) stop() {
	atomic.AddUint64(runID(s.interp), 1<<32)
	s.endPending()
}

// watch ends a cell whose stack grows without bound, before the runtime would
// end the process.
func (s *Session) watch(r *run) (stop func()) {
	end := make(chan struct{})
	before := stackBytes() // those of goroutines that have ended count until they are collected
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(10 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-end:
				return
			case <-t.C:
				if stackBytes() > before+maxStack {
					r.mu.Lock()
					r.stopped = "stack overflow: a function calls itself without an end"
					r.mu.Unlock()
					r.cancel()
					return
				}
			}
		}
	})
	return func() { close(end); wg.Wait() }
}

// discard is the sink of a session that shows nothing.
type discard struct{}

func (discard) Display(display.Bundle) error { return nil }
func (discard) Update(display.Bundle) error  { return nil }
func (discard) Clear(bool) error             { return nil }
