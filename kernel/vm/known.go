package vm

import (
	"errors"
	"go/types"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"github.com/neurorepl/neurorepl/kernel/fast"
)

// A function that takes functions is compiled in the fast tier for those that
// it is given, so that what it calls is known there; for others, once more.

// knownFuncs are the functions that values were found to be.
type knownFuncs map[ssa.Value]*code

// at returns the function that a value is, which has its slot in a frame.
func (k knownFuncs) at(v ssa.Value, s slot, fp unsafe.Pointer) *ssa.Function {
	if c, ok := k[v]; ok {
		return c.fn.ssa
	}
	if _, ok := v.Type().Underlying().(*types.Signature); !ok || s.cls != cPtr {
		return nil
	}
	cl := closureAt(s.at(fp))
	if cl.c == nil {
		return nil
	}
	k[v] = cl.c
	return cl.c.fn.ssa
}

var noClosure closure

// closureAt returns the closure of a func value in a register; one without
// code if it is nil or not interpreted.
func closureAt(p unsafe.Pointer) *closure {
	w := *(*unsafe.Pointer)(p)
	if w == nil {
		return &noClosure
	}
	if cl, ok := interpreted(w); ok {
		return cl
	}
	return &noClosure
}

// A special is a function's code for the functions that it is given.
type special struct {
	funcs []*code
	x     *fast.Code // nil if there is none
}

// maxSpecials is for how many functions a function is compiled.
const maxSpecials = 16

// funcParams returns which of a function's parameters are functions.
func (c *code) funcParams() (list []int) {
	for i, p := range c.fn.ssa.Params {
		if _, ok := p.Type().Underlying().(*types.Signature); ok {
			list = append(list, i)
		}
	}
	return list
}

func (c *code) takesFuncs() bool { return c.fn.ssa != nil && len(c.funcParams()) > 0 }

// fastFor returns the function's code in the fast tier for the functions among
// its arguments; nil when it has none.
func (c *code) fastFor(fp unsafe.Pointer, args []slot, which []int) *fast.Code {
	list := c.tier.specials.Load()
	if list == nil {
		if c.tier.given.Add(1) < warm && !c.p.m.opts.Eager {
			return nil
		}
		return c.specialise(fp, args, which)
	}
next:
	for i := range *list {
		s := &(*list)[i]
		for k, n := range which {
			if closureAt(args[n].at(fp)).c != s.funcs[k] {
				continue next
			}
		}
		return s.x
	}
	if len(*list) >= maxSpecials {
		return nil
	}
	return c.specialise(fp, args, which)
}

// specialise compiles the function for the functions among its arguments.
func (c *code) specialise(fp unsafe.Pointer, args []slot, which []int) *fast.Code {
	m := c.p.m
	c.mu.Lock()
	defer c.mu.Unlock()
	s := special{funcs: make([]*code, len(which))}
	known := map[ssa.Value]*ssa.Function{}
	for k, n := range which {
		if cl := closureAt(args[n].at(fp)); cl.c != nil {
			s.funcs[k] = cl.c
			known[c.fn.ssa.Params[n]] = cl.c.fn.ssa
		}
	}
	var old []special
	if list := c.tier.specials.Load(); list != nil {
		old = *list
	}
	if !m.opts.NoFast && len(known) == len(which) && worthwhile(c.fn.ssa, map[*ssa.Function]bool{}) {
		start := time.Now()
		x, err := m.fast.CompileFor(c.fn.ssa, func(v ssa.Value) *ssa.Function { return known[v] })
		m.spent.Add(int64(time.Since(start)))
		if err == nil {
			s.x = x
			runtime.AddCleanup(c, (*fast.Code).Close, x)
		} else {
			c.tier.why = err.Error()
		}
	}
	list := append(old[:len(old):len(old)], s)
	c.tier.specials.Store(&list)
	return s.x
}

// specialised tells whether the function has code for some functions.
func (c *code) specialised() bool {
	list := c.tier.specials.Load()
	return list != nil && slices.ContainsFunc(*list, func(s special) bool { return s.x != nil })
}

// fastCallFor is fastCall for a function that takes functions; it finds the
// code too.
func (f *compiler) fastCallFor(target *code, args, results []slot) func(fp unsafe.Pointer) bool {
	which := target.funcParams()
	for i := range results {
		if results[i].cls == cNone {
			return func(unsafe.Pointer) bool { return false }
		}
	}
	isFunc := make([]bool, len(args))
	for _, n := range which {
		if args[n].cls != cPtr {
			return func(unsafe.Pointer) bool { return false }
		}
		isFunc[n] = true
	}
	return func(fp unsafe.Pointer) bool {
		x := target.fastFor(fp, args, which)
		if x == nil {
			return false
		}
		var buf [12]unsafe.Pointer
		var out [4]unsafe.Pointer
		in, res := buf[:0], out[:0]
		for i := range args {
			if !isFunc[i] {
				in = append(in, args[i].at(fp))
				continue
			}
			cl := closureAt(args[i].at(fp))
			in = cl.c.freeArgs(in, cl.free)
		}
		for i := range results {
			res = append(res, results[i].at(fp))
		}
		return hdr(fp).g.returned(target, x.Call(in, res))
	}
}

// returned looks at how a call in the fast tier ended: it is false when it could
// not be made, and does not return when it panicked.
func (g *goro) returned(c *code, err error) bool {
	if err == nil {
		return true
	}
	if errors.Is(err, fast.ErrDeclined) {
		return false
	}
	g.raise(readableName(c.fn.ssa), err)
	return true
}
