package fast

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A function that is passed as an argument is known when its caller is compiled
// for it: the code is then good for calls with that function, and with any of
// its closures, whose free variables become parameters of the code.

// A Known tells which function a value of a function type is; nil if that is
// not known, or is a function without a body.
type Known func(v ssa.Value) *ssa.Function

// CompileFor is Compile for calls in which parameters of function types are
// what known says. In Call, such a parameter is replaced by the free variables
// of its closure, in their order; so it is in the code of CompileLoop.
func (c *Compiler) CompileFor(fn *ssa.Function, known Known) (*Code, error) {
	return c.compileWith(fn, known, func(comp *compilation) (*Code, error) { return comp.compile(fn) })
}

// given returns the function that v is, with its free variables as parameters
// of the code, of which next makes the cells; nil if it is not known.
func (c *compilation) given(v ssa.Value, next func(valtype) operand) *closure {
	if _, ok := v.Type().Underlying().(*types.Signature); !ok || c.known == nil {
		return nil
	}
	g := c.known(v)
	if g == nil || g.Blocks == nil {
		return nil
	}
	c.foreign = true
	x := &closure{fn: g}
	for _, p := range g.FreeVars {
		x.bound = append(x.bound, c.freeVar(g, p, next))
	}
	return x
}

// freeVar makes a free variable of a closure a parameter of the code.
func (c *compilation) freeVar(g *ssa.Function, p *ssa.FreeVar, next func(valtype) operand) value {
	if _, ok := p.Type().Underlying().(*types.Signature); ok {
		refuse(g.Pos(), "takes a function (%s)", p.Name())
	}
	l := c.layout(p.Type(), g.Pos())
	c.code.params = append(c.code.params, c.io(p.Type(), l))
	if l.big {
		return value{cells: []operand{next(i32)}}
	}
	if _, ptr := p.Type().Underlying().(*types.Pointer); ptr && g.Synthetic == "" {
		return value{place: &place{nonnil: true, base: next(i32)}}
	}
	v := value{}
	for _, x := range l.cells {
		v.cells = append(v.cells, next(x.kind.vt()))
	}
	return v
}

// callee returns the function that a call within the frame is of, as far as it
// is known before the call is written.
func (e *emitter) callee(call *ssa.CallCommon) *ssa.Function {
	if fn := call.StaticCallee(); fn != nil {
		return fn
	}
	switch v := call.Value.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		if e.fr.loop != nil {
			if x, ok := e.fr.vals[v]; ok && x.fn != nil {
				return x.fn.fn
			}
			return nil
		}
		if x := e.val(v); x.fn != nil {
			return x.fn.fn
		}
	default:
		if x, ok := e.fr.vals[v]; ok && x.fn != nil {
			return x.fn.fn
		}
	}
	return nil
}
