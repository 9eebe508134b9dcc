package fast

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A pointer that compiled code has loaded is kept alive by the place that it
// was loaded from, and when the code itself overwrites that, by its list; see
// keep.go. Others must not overwrite it between two calls of the host: other
// goroutines do not, as long as nothing in the code orders what they do; but a
// function of package sync or atomic does, and a compiled function may
// overwrite pointers within what it is given. Code with such a call loads no
// pointers.

// A sharing is a call behind which pointers may be others.
type sharing struct {
	call  *ssa.Call
	fn    *ssa.Function
	block *ssa.BasicBlock
}

// noteSharing notes a call of a compiled function, if it is a sharing.
func (c *compilation) noteSharing(x *ssa.Call, fn *ssa.Function) {
	o := fn.Object()
	if c.sharing != nil || o == nil || o.Pkg() == nil {
		return
	}
	shares := o.Pkg().Path() == "sync" || o.Pkg().Path() == "sync/atomic"
	for _, a := range x.Call.Args {
		for _, t := range pointersIn(a.Type(), o.Pkg()) {
			shares = shares || len(pointersIn(t, o.Pkg())) > 0
		}
	}
	if shares {
		c.sharing = &sharing{x, fn, c.block}
	}
}

// checkSharing refuses code that has a sharing and loads pointers.
func (c *compilation) checkSharing() {
	if s := c.sharing; s != nil && c.loads {
		c.block = s.block
		refuse(s.call.Pos(), "calls %s, behind which pointers may be others", userName(s.fn))
	}
}

// pointersIn returns what the pointers in a value point at, without those in
// fields that a package keeps to itself.
func pointersIn(t types.Type, of *types.Package) (r []types.Type) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			r = append(r, types.Typ[types.Byte])
		}
	case *types.Slice:
		r = append(r, u.Elem())
	case *types.Pointer:
		r = append(r, u.Elem())
	case *types.Array:
		r = pointersIn(u.Elem(), of)
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() || f.Pkg() != of {
				r = append(r, pointersIn(f.Type(), of)...)
			}
		}
	}
	return r
}
