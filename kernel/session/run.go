package session

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/kernel/vm"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/symbols"
)

// grace is how long a command that was interrupted may take to end before it
// is left to itself.
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
	world  // what cells declared
	out    *output
	err    *output
	rec    *provenance.Recorder
	count  int
	log    cellLog
	run    atomic.Pointer[run] // the cell that runs
	closed bool
}

// A world is what cells, or a script, declare and run in.
type world struct {
	fset    *token.FileSet
	scope   *lower.Scope
	machine *vm.Machine
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
	s.world = s.newWorld(Auto())
	s.rec = s.recorder()
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

// adjust changes the options of machines, for tests.
var adjust func(*vm.Options)

// newWorld returns a world in which nothing is declared; auto are the packages
// that need no import.
func (s *Session) newWorld(auto map[string]string) world {
	w := &world{fset: token.NewFileSet()}
	w.scope = lower.NewScope(lower.Options{Fset: w.fset, Types: symbols.Types, Auto: auto, Distance: symbols.Distance, Named: symbols.Named, Unknown: unknownImport})
	o := vm.Options{
		Fset: w.fset, Package: s.compiled(w), Replace: s.redirected(w), PrintTo: s.err, MaxBytes: s.opts.memory(), Panicked: s.goroutinePanicked, Stopping: display.Interrupt,
		Instance: func(method *types.Func, args []types.Type) ([]vm.Source, []*types.Package, bool) {
			list, imports, ok := w.scope.Instance(method, args)
			return sources(list), imports, ok
		},
	}
	if adjust != nil {
		adjust(&o)
	}
	w.machine = vm.New(o)
	return *w
}

func unknownImport(path string) error {
	msg := fmt.Sprintf("package %q is not among those that cells can import", path)
	if near := symbols.Nearest(path); len(near) > 0 {
		msg += "; near it: " + strings.Join(near, ", ")
	}
	return errors.New(msg + " (a script run by `go run` may import any module)")
}

// reset forgets everything and ends what still runs.
func (s *Session) reset() error {
	s.stop()
	s.world = s.newWorld(Auto())
	s.rec = s.recorder()
	return nil
}

// Reset forgets everything that cells declared.
func (s *Session) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reset()
}

// stop ends everything that cells started.
func (s *Session) stop() { s.machine.Stop(grace) }

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
	s.record(c, &res)
	if !c.Silent {
		s.rec.Ran(res.Count, c.Text, res.Elapsed, res.Err != nil)
	}
	return res
}

// goText runs the Go text of a cell.
func (s *Session) goText(ctx context.Context, name, text string, res *Result) {
	defer func() {
		if p := recover(); p != nil { // the checker or the compiler itself failed
			res.Err = &Error{Kind: KindPanic, Message: fmt.Sprintf("%s: neurorepl itself failed: %v", name, p)}
		}
	}()
	unit, errs := s.scope.Cell(name, withoutMain(text))
	if len(errs) > 0 {
		res.Err = &Error{Kind: KindCompile, Message: messages(errs)}
		return
	}
	if ctx.Err() != nil {
		res.Err = interrupted(name)
		return
	}
	res.Notes = unit.Notes
	res.Values, res.Err = s.execute(ctx, name, unit, s.ending)
	if res.Err != nil {
		s.forget(unit.Abandon())
		return
	}
	s.forget(unit.Commit())
}

func (s *Session) forget(list []types.Object) {
	for _, o := range list {
		s.machine.Forget(o)
	}
}

func messages(errs lower.Errors) string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func interrupted(name string) *Error {
	return &Error{Kind: KindInterrupt, Message: name + " was interrupted"}
}
