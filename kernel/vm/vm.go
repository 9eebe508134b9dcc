// Package vm runs Go. It takes what the type checker has accepted, in the form
// of golang.org/x/tools/go/ssa, and turns each function into closures that
// work on frames of memory laid out as Go's own. An interpreted value of a
// type is the same bytes as a compiled one, and its type is a real runtime
// type with its name and methods (package rtype), so that compiled packages
// (fmt, sort, encoding/json, neuro) take interpreted values for what they are.
//
//	m := vm.New(vm.Options{Fset: fset, Package: symbols.Values})
//	p, err := m.Compile(vm.Unit{Main: vm.Source{pkg, files, info}, Imports: imports, Entry: "main"})
//	err = p.Run(ctx)
//
// A unit is a cell of a session or a whole program. A cell refers to what
// earlier cells declared by the checker's objects: a function without a body
// is looked up among those of earlier units, and a variable that an earlier
// unit had keeps its place.
//
// Package vm knows nothing of cells, their text or their errors; see
// kernel/lower and kernel/session for those.
package vm

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/neurorepl/neurorepl/kernel/fast"
	"github.com/neurorepl/neurorepl/kernel/vm/rtype"
)

// Options say what a machine knows of the world.
type Options struct {
	// Fset has the positions of all units.
	Fset *token.FileSet
	// Package returns the compiled values of a package by their names: a
	// function as itself, a variable addressable, a type as a nil pointer to
	// it, as in the symbol tables of yaegi.
	Package func(path string) (map[string]reflect.Value, bool)
	// Replace has values to use instead of compiled ones, by "path.Name".
	Replace map[string]reflect.Value
	// PrintTo is where print and println write; os.Stderr when nil.
	PrintTo io.Writer
	// Instance returns the source of a method of a compiled generic type, for
	// type arguments: packages, those that others need first, of which the last
	// has it as function Call with the receiver as first parameter, and the
	// compiled packages that they refer to. It may be nil.
	Instance func(method *types.Func, args []types.Type) (source []Source, imports []*types.Package, ok bool)
	// MaxBytes is how much a run may add to the heap; 0 is no limit.
	MaxBytes int64
	// Panicked is told of a panic in a goroutine that interpreted code
	// started; the run ends with it too. It may be nil.
	Panicked func(*Panic)
	// Stopping is called when everything that runs has been told to end, for
	// compiled calls to hear of it too. It may be nil.
	Stopping func()
	// NoFast keeps all functions out of the fast tier.
	NoFast bool
	// Eager tries the fast tier at once, not when a function is hot.
	Eager bool
}

// A Machine holds what units have declared. Units run one at a time; what they
// start with go statements may go on.
type Machine struct {
	opts    Options
	types   *rtype.Types
	mu      sync.Mutex // compiling
	funcs   map[types.Object]*code
	globals map[types.Object]*global
	homes   typeutil.Map // named type to the *Program that has its methods
	current *Program
	// instances are the methods of instances of compiled generic types: type
	// to name to *code.
	instances typeutil.Map
	host      map[types.Object]*hostFunc
	packets   map[string]map[string]reflect.Value

	gmu     sync.Mutex
	goros   map[*goro]bool
	byG     sync.Map // address of a goroutine to *goro
	quit    chan struct{}
	started atomic.Int64 // goroutines of go statements that run
	running atomic.Pointer[run]
	shared  atomic.Bool // more than one goroutine runs, or did in this run
	fast    *fast.Compiler
	spent   atomic.Int64  // ns on code of the fast tier in this run
	around  sync.Map      // *types.TypeName of an instance's local type to the type arguments
	blocked atomic.Int64  // goroutines that wait for what only interpreted code can do
	wakes   atomic.Uint64 // how often one of them went on
	async   atomic.Bool   // compiled code may wake them, too
	clock   clock
	reads   mapReads
	own     map[string]reflect.Value // what stands for compiled functions

	maxStack uintptr // how much of its stack a goroutine may use, bytes
}

type global struct {
	typ reflect.Type
	ptr unsafe.Pointer
}

// New returns a machine in which nothing is declared. It panics when the
// program was built with a version of Go that the engine does not know; see
// [Check].
func New(o Options) *Machine {
	if err := Check(); err != nil {
		panic(err)
	}
	if o.PrintTo == nil {
		o.PrintTo = os.Stderr
	}
	m := &Machine{
		opts: o, funcs: map[types.Object]*code{}, globals: map[types.Object]*global{},
		host: map[types.Object]*hostFunc{}, packets: map[string]map[string]reflect.Value{},
		goros: map[*goro]bool{}, quit: make(chan struct{}), maxStack: stackLimit(o.MaxBytes),
	}
	m.types = rtype.New(rtype.Config{Named: m.compiledType, Method: m.methodBody, Around: m.typesAround, Direct: m.directMethod})
	m.fast = m.newFast()
	m.clock.calls = map[*time.Timer]struct{}{}
	m.own = maps.Clone(unlocks)
	maps.Copy(m.own, m.clock.functions())
	maps.Copy(m.own, m.onceFunctions())
	m.own["time.Sleep"] = reflect.ValueOf(m.sleepFor)
	return m
}

// A Source is the syntax of a package, type-checked.
type Source struct {
	Types *types.Package
	Files []*ast.File
	Info  *types.Info
}

// A Unit is what is compiled and run as one: a cell or a program.
type Unit struct {
	// Name is what Panic.Unit says of the goroutines that the unit starts.
	Name string
	Main Source
	// Library holds packages with syntax that Main imports, dependencies
	// first.
	Library []Source
	// Imports are the compiled packages that the syntax refers to.
	Imports []*types.Package
	// Entry names the function of Main to call after the variables have their
	// first values; "" is none.
	Entry string
}

// A Program is a unit that can run.
type Program struct {
	m     *Machine
	name  string
	prog  *ssa.Program
	main  *ssa.Package
	inits []*ssa.Function
	entry *ssa.Function
	codes map[*ssa.Function]*code
	vars  map[*ssa.Global]unsafe.Pointer
}

// Compile takes a unit in. The error says what of the unit the engine cannot
// run.
func (m *Machine) Compile(u Unit) (p *Program, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			if f, ok := r.(*fault); ok {
				p, err = nil, f
				return
			}
			p, err = nil, fmt.Errorf("vm: this cannot be compiled: %v", r)
			if os.Getenv("NEUROREPL_DEBUG") != "" {
				panic(r)
			}
		}
	}()
	prog := ssa.NewProgram(m.opts.Fset, ssa.InstantiateGenerics|ssa.BuildSerially)
	p = &Program{m: m, name: u.Name, prog: prog, codes: map[*ssa.Function]*code{}, vars: map[*ssa.Global]unsafe.Pointer{}}
	for _, pkg := range u.Imports {
		prog.CreatePackage(pkg, nil, nil, true)
	}
	for _, s := range u.Library {
		pkg := prog.CreatePackage(s.Types, s.Files, s.Info, true)
		p.inits = append(p.inits, pkg.Func("init"))
	}
	p.main = prog.CreatePackage(u.Main.Types, u.Main.Files, u.Main.Info, true)
	p.inits = append(p.inits, p.main.Func("init"))
	prog.Build()
	m.current = p
	m.adopt(p, u.Main.Info)
	if u.Entry != "" {
		if p.entry = p.main.Func(u.Entry); p.entry == nil {
			return nil, fmt.Errorf("vm: there is no function %s", u.Entry)
		}
	}
	return p, nil
}

// adopt makes what a unit declares known to the machine.
func (m *Machine) adopt(p *Program, info *types.Info) {
	for _, obj := range info.Defs {
		switch obj := obj.(type) {
		case *types.TypeName:
			if obj.Pkg() == p.main.Pkg && !obj.IsAlias() {
				if m.homes.At(obj.Type()) == nil {
					m.homes.Set(obj.Type(), p)
				}
			}
		case *types.Func:
			switch fn := p.prog.FuncValue(obj); {
			case fn == nil:
			case fn.Blocks == nil:
				p.code(fn) // now: it may be forgotten before its caller is compiled
			case fn.TypeParams().Len() == 0:
				m.funcs[obj] = p.code(fn)
			}
		}
	}
	for _, member := range p.main.Members {
		if g, ok := member.(*ssa.Global); ok && m.globals[g.Object()] != nil {
			p.global(g)
		}
	}
}

// fault is raised while compiling.
type fault struct {
	pos token.Position
	msg string
}

func (f *fault) Error() string {
	if f.pos.IsValid() {
		return f.pos.String() + ": " + f.msg
	}
	return f.msg
}

// Type returns the runtime type of a type.
func (m *Machine) Type(t types.Type) reflect.Type { return m.types.Of(t) }

// Value returns a variable, addressable, or a function of a unit that was
// compiled.
func (m *Machine) Value(obj types.Object) (reflect.Value, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch obj := obj.(type) {
	case *types.Var:
		if g, ok := m.globals[obj]; ok {
			return valueAt(g.typ, g.ptr), true
		}
	case *types.Func:
		if c, ok := m.funcs[obj]; ok {
			w := c.value()
			return valueAt(m.types.Of(obj.Type()), unsafe.Pointer(&w)), true
		}
	}
	return reflect.Value{}, false
}

// Share gives the variable next the place of the variable old.
func (m *Machine) Share(next, old types.Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g, ok := m.globals[old]; ok {
		m.globals[next] = g
	}
}

// Forget drops a variable or function; code that uses it keeps it.
func (m *Machine) Forget(obj types.Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.globals, obj)
	delete(m.funcs, obj)
}

// global returns the place of a package-level variable.
func (p *Program) global(g *ssa.Global) unsafe.Pointer {
	if ptr, ok := p.vars[g]; ok {
		return ptr
	}
	m := p.m
	obj := g.Object()
	elem := g.Type().Underlying().(*types.Pointer).Elem()
	if obj != nil && obj.Pkg() != nil {
		if own, ok := m.globals[obj]; ok {
			p.vars[g] = own.ptr
			return own.ptr
		}
		if v, ok := m.compiled(obj.Pkg().Path(), obj.Name()); ok && v.CanAddr() && g.Pkg.Func("init").Blocks == nil {
			ptr := v.Addr().UnsafePointer()
			p.vars[g] = ptr
			return ptr
		}
	}
	rt := m.types.Of(elem)
	if err := m.tooLarge(1, rt.Size()); err != nil {
		panic(&fault{m.opts.Fset.Position(g.Pos()), err.Error()})
	}
	ptr := unsafeNew(rtypeOf(rt))
	p.vars[g] = ptr
	if obj != nil {
		m.globals[obj] = &global{rt, ptr}
	}
	return ptr
}

// compiled returns an exported value of a compiled package.
func (m *Machine) compiled(path, name string) (reflect.Value, bool) {
	if v, ok := m.replacement(path + "." + name); ok {
		return v, true
	}
	vals, ok := m.packets[path]
	if !ok {
		vals, _ = m.opts.Package(path)
		m.packets[path] = vals
	}
	v, ok := vals[name]
	return v, ok
}

// compiledType answers rtype about names of compiled packages.
func (m *Machine) compiledType(obj *types.TypeName) (reflect.Type, bool) {
	if obj.Pkg() == nil || obj.Parent() != obj.Pkg().Scope() {
		return nil, false
	}
	v, ok := m.compiled(obj.Pkg().Path(), obj.Name())
	if !ok || v.Kind() != reflect.Pointer {
		return nil, false
	}
	return v.Type().Elem(), true
}

// ErrInterrupted is the result of a run that was told to stop.
var ErrInterrupted = fmt.Errorf("interrupted")

// grace is how long an interrupted run may take to leave compiled code before
// it is left to itself.
const grace = 150 * time.Millisecond

// Exit is panicked with by a replacement of os.Exit, and the result of a run
// that exits.
type Exit struct{ Code int }

// Exit is os.Exit for interpreted code: it ends the run with an [Exit]. Compiled
// code around the call that recovers, as fmt does around String methods, does
// not keep the goroutine from ending.
func (m *Machine) Exit(code int) {
	e := Exit{code}
	g, fresh := m.here()
	if fresh {
		defer g.leave()
		g.outermost(nil, func() { panic(e) })
	}
	g.die(e)
}

func (e Exit) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// A Deadlock is the result of a run in which every goroutine waits for
// another, or of which nothing is left after runtime.Goexit.
type Deadlock struct {
	Trace  []Frame
	Goexit bool
}

func (d *Deadlock) Error() string {
	if d.Goexit {
		return "no goroutines (main called runtime.Goexit) - deadlock!"
	}
	return "all goroutines are asleep - deadlock!"
}

// run is a program while it runs.
type run struct {
	unit string
	once sync.Once
	done chan struct{}
	err  error
}

func (r *run) end(err error) {
	r.once.Do(func() {
		r.err = err
		close(r.done)
	})
}

func (r *run) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Run initialises the variables and calls the entry. It returns nil, a *Panic,
// an Exit, ErrInterrupted or a *Deadlock. When ctx ends, or a goroutine
// panics, everything that interpreted code runs is told to stop.
func (p *Program) Run(ctx context.Context) error {
	return p.m.run(ctx, p.name, func(g *goro) {
		for _, fn := range p.inits {
			p.code(fn).call0(g)
		}
		if p.entry != nil {
			p.code(p.entry).call0(g)
		}
	})
}

// Do calls a compiled function as Run calls an entry; unit names it. What f
// calls of interpreted code can be interrupted, and its panics are results.
func (m *Machine) Do(ctx context.Context, unit string, f func()) error {
	return m.run(ctx, unit, func(*goro) { f() })
}

func (m *Machine) run(ctx context.Context, unit string, f func(g *goro)) error {
	r := &run{unit: unit, done: make(chan struct{})}
	m.running.Store(r)
	m.spent.Store(0)
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	m.gmu.Lock()
	m.shared.Store(len(m.goros) > 0)
	m.gmu.Unlock()
	g := m.newGoro()
	before := m.started.Load()
	finished := make(chan error, 1)
	go func() {
		returned := false
		defer func() {
			switch {
			case returned:
				return
			case g.fate != nil:
				finished <- g.fate
				return
			}
			for m.started.Load() > before && !r.ended() { // what else there is goes on
				time.Sleep(time.Millisecond)
			}
			finished <- &Deadlock{Goexit: true}
		}()
		err := g.top(func() { f(g) })
		returned = true
		finished <- err
	}()
	stopWatch := m.watch(r)
	defer stopWatch()
	select {
	case err := <-finished:
		r.end(err)
		if _, ok := r.err.(Exit); !ok {
			return r.err // goroutines that it started go on
		}
	case <-r.done:
	case <-ctx.Done():
		r.end(ErrInterrupted)
	}
	m.Stop(grace)
	return r.err
}

// A MemoryError is the value of the panic of a run that took too much memory.
type MemoryError struct{ Bytes, Limit int64 }

func (e *MemoryError) Error() string {
	return fmt.Sprintf("out of memory: the cell took %d MB, the limit is %d MB", e.Bytes>>20, e.Limit>>20)
}

// Goroutines is how many goroutines of go statements run.
func (m *Machine) Goroutines() int { return int(m.started.Load()) }

// Stop ends everything that interpreted code runs, and waits for it to end.
// What stays in compiled calls ends when it comes back from them; the result
// tells how many those are.
func (m *Machine) Stop(wait time.Duration) int {
	m.gmu.Lock()
	told := make([]*goro, 0, len(m.goros))
	for g := range m.goros {
		if !g.stop.Swap(true) { // else it stays where it is
			told = append(told, g)
		}
	}
	close(m.quit)
	m.quit = make(chan struct{})
	m.gmu.Unlock()
	if m.opts.Stopping != nil {
		m.opts.Stopping()
	}
	limit := time.Now().Add(wait)
	for pause := 20 * time.Microsecond; ; pause = min(2*pause, 5*time.Millisecond) {
		left := 0
		m.gmu.Lock()
		for _, g := range told {
			if m.goros[g] {
				left++
			}
		}
		m.gmu.Unlock()
		if left == 0 || time.Now().After(limit) {
			return left
		}
		time.Sleep(pause)
	}
}
