package vm

import (
	"errors"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// Functions of numbers and slices run in the fast tier (package fast) as
// machine code, on the same memory, once they are hot: when a loop of theirs
// has turned a thousand times (which then goes on there, see loops.go) or when
// they were called often, by compiled code (see callback.go) too.

// A Tier says how a function runs.
type Tier struct {
	Name string
	// Fast tells that it runs as machine code.
	Fast bool
	// Loops is how many of its loops do, when the whole does not.
	Loops int
	// Why says why not, with the place of what is in the way.
	Why string
}

// slow marks a function that stays in this tier.
var slow = new(fast.Code)

type tier struct {
	code  atomic.Pointer[fast.Code] // nil is undecided
	calls atomic.Int32              // before it was decided
	why   string
	loops int // that run in the fast tier
	// of a function that takes functions; see known.go:
	given    atomic.Int32
	specials atomic.Pointer[[]special]
	// of calls by compiled code:
	called atomic.Int32
	never  atomic.Bool // it does not run in the fast tier
}

// freeArgs adds where a closure's free variables are.
func (c *code) freeArgs(in, free []unsafe.Pointer) []unsafe.Pointer {
	for i := range free {
		if c.boxed[i] {
			in = append(in, free[i])
		} else {
			in = append(in, unsafe.Pointer(&free[i]))
		}
	}
	return in
}

// warm is how many calls make a function hot that loops or calls another.
const warm = 300

// fastCode returns the function's code in the fast tier; nil when it has none.
func (c *code) fastCode() *fast.Code {
	x := c.tier.code.Load()
	if x == slow {
		return nil
	}
	if x != nil {
		return x
	}
	if c.tier.calls.Add(1) < warm && c.tier.loops == 0 && !c.p.m.opts.Eager {
		return nil
	}
	return c.decide(false)
}

// decide tries the fast tier.
func (c *code) decide(callback bool) *fast.Code {
	m := c.p.m
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.tier.code.Load(); x != nil && (x != slow || !callback || c.tier.why != "") {
		if x == slow {
			return nil
		}
		return x
	}
	if m.opts.NoFast {
		c.tier.code.Store(slow)
		return nil
	}
	if !callback {
		if !worthwhile(c.fn.ssa, map[*ssa.Function]bool{}) {
			c.tier.code.Store(slow)
			return nil
		}
	}
	start := time.Now()
	x, err := m.fast.Compile(c.fn.ssa)
	m.spent.Add(int64(time.Since(start)))
	if err != nil {
		c.tier.why = err.Error()
		c.tier.code.Store(slow)
		return nil
	}
	c.tier.why = ""
	c.tier.code.Store(x)
	runtime.AddCleanup(c, (*fast.Code).Close, x)
	return x
}

// worthwhile tells whether a function does more than a few instructions: it
// loops, or calls itself, or calls one that does.
func worthwhile(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return true
	}
	seen[fn] = true
	defer delete(seen, fn)
	for _, b := range fn.Blocks {
		for _, s := range b.Succs {
			if s.Dominates(b) {
				return true
			}
		}
		for _, in := range b.Instrs {
			if call, ok := in.(*ssa.Call); ok {
				if callee := call.Call.StaticCallee(); callee != nil && len(seen) < 20 && worthwhile(callee, seen) {
					return true
				}
			}
		}
	}
	return false
}

// Tiers lists how the functions that were compiled run, by name.
func (m *Machine) Tiers() []Tier {
	var out []Tier
	seen := map[*code]bool{}
	add := func(c *code) {
		if seen[c] || c.fn.ssa == nil {
			return
		}
		seen[c] = true
		c.mu.Lock()
		t := Tier{Name: readableName(c.fn.ssa), Loops: c.tier.loops}
		switch x := c.tier.code.Load(); {
		case c.specialised():
			t.Fast, t.Loops = true, 0
		case x == nil:
			t.Why = "it was not called yet"
			if t.Loops > 0 {
				t.Why = ""
			} else if c.tier.why != "" {
				t.Why = c.tier.why
			} else if c.state.Load() != nil {
				t.Why = "it was not called often enough"
			}
		case x != slow:
			t.Fast = true
			t.Loops = 0
		case c.tier.why != "":
			t.Why = c.tier.why
		default:
			t.Why = "it has no loop"
		}
		c.mu.Unlock()
		out = append(out, t)
	}
	// A function's lock is never asked for under the machine's: the fast tier
	// asks for them the other way round.
	m.mu.Lock()
	var all []*code
	for _, c := range m.funcs {
		all = append(all, c)
	}
	if m.current != nil {
		for fn, c := range m.current.codes {
			if fn.Synthetic == "" && fn.Pkg == m.current.main {
				all = append(all, c)
			}
		}
	}
	m.mu.Unlock()
	for _, c := range all {
		add(c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (m *Machine) newFast() *fast.Compiler {
	return fast.New(fast.Options{
		Stop: func() bool {
			v, ok := m.byG.Load(getg())
			return ok && v.(*goro).stop.Load()
		},
		Resolve: func(fn *ssa.Function) *ssa.Function {
			m.mu.Lock()
			defer m.mu.Unlock()
			if obj := fn.Object(); obj != nil {
				if c, ok := m.funcs[obj]; ok {
					return c.fn.ssa
				}
			}
			return nil
		},
		Global: func(g *ssa.Global) unsafe.Pointer {
			m.mu.Lock()
			defer m.mu.Unlock()
			if obj := g.Object(); obj != nil {
				if own, ok := m.globals[obj]; ok {
					return own.ptr
				}
			}
			return nil
		},
		Host: func(name string) any {
			if name == "time.Sleep" || waits[name] { // watched there
				return nil
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.hostNamed(name)
		},
		MaxBytes: m.opts.MaxBytes,
	})
}

// hostNamed returns the compiled function or method of a name such as
// "math.Sin" or "(*math/rand.Rand).Float64"; nil when there is none.
func (m *Machine) hostNamed(name string) any {
	if v, ok := m.replacement(name); ok && name[0] == '(' {
		return v.Interface()
	}
	rest, method := name, ""
	if name[0] == '(' {
		end := strings.IndexByte(name, ')')
		rest, method = strings.TrimPrefix(name[1:end], "*"), name[end+2:]
	}
	dot := strings.LastIndexByte(rest, '.')
	if dot < 0 {
		return nil
	}
	m.noteAsync(rest[:dot], rest[dot+1:])
	v, ok := m.compiled(rest[:dot], rest[dot+1:])
	switch {
	case !ok:
	case method == "" && v.Kind() == reflect.Func && v.CanInterface():
		return v.Interface()
	case method != "" && v.Kind() == reflect.Pointer:
		t := v.Type()
		if name[1] != '*' {
			t = t.Elem()
		}
		if f, ok := t.MethodByName(method); ok && t.Kind() != reflect.Interface {
			return f.Func.Interface()
		}
	}
	return nil
}

// fastCall makes a call in the fast tier. It is false when the call could not
// be made, and nothing has happened.
func (f *compiler) fastCall(args, results []slot) func(fp unsafe.Pointer, x *fast.Code, c *code, free []unsafe.Pointer) bool {
	n, k := len(args), len(results)
	// Nobody takes the results of a deferred call.
	for i := range results {
		if results[i].cls == cNone {
			return func(unsafe.Pointer, *fast.Code, *code, []unsafe.Pointer) bool { return false }
		}
	}
	return func(fp unsafe.Pointer, x *fast.Code, c *code, free []unsafe.Pointer) bool {
		var buf [12]unsafe.Pointer
		var out [4]unsafe.Pointer
		in, res := buf[:0], out[:0]
		for i := range n {
			in = append(in, args[i].at(fp))
		}
		in = c.freeArgs(in, free)
		for i := range k {
			res = append(res, results[i].at(fp))
		}
		return hdr(fp).g.returned(c, x.Call(in, res))
	}
}

// raise panics with how a call of a function in the fast tier ended.
func (g *goro) raise(name string, err error) {
	if errors.Is(err, fast.ErrStack) {
		g.overflow()
	}
	p := fromFast(err)
	if !beyond(p) {
		ps := &panicking{value: p, prev: g.panics, trace: g.trace()}
		var fp *fast.Panic
		if errors.As(err, &fp) {
			ps.trace = append([]Frame{{name, fp.Pos}}, ps.trace...)
		}
		g.carried = ps
	}
	panic(p)
}

// fromFast is the value to panic with for an error of the fast tier.
func fromFast(err error) any {
	var p *fast.Panic
	switch {
	case errors.As(err, &p):
		return p.Value
	case errors.Is(err, fast.ErrInterrupted):
		return stopped{}
	case errors.Is(err, fast.ErrMemory):
		return &MemoryError{}
	}
	return err
}
