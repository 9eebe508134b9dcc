package fast

import (
	"go/types"
	"math"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A bound is code with the free variables of a closure, ready to be called
// again and again at little cost: it has an instance of its own. A call while
// another is under way takes one from the code's.
type bound struct {
	x    *Code
	in   *instance
	busy atomic.Bool
	free []unsafe.Pointer
}

// bind makes a bound, if the parameters (without the free variables, which are
// given as the last arguments of Call) and the results have these cells.
func (x *Code) bind(free []unsafe.Pointer, params, results []kind) *bound {
	var ps, rs []cell
	for i := range x.params[:len(x.params)-len(x.fn.FreeVars)] {
		if x.params[i].big || x.params[i].walk != nil {
			return nil
		}
		ps = append(ps, x.params[i].cells...)
	}
	for i := range x.results {
		rs = append(rs, x.results[i].cells...)
	}
	if !kindsAre(ps, params) || !kindsAre(rs, results) || len(free) != len(x.fn.FreeVars) {
		return nil
	}
	for _, v := range x.params[len(x.params)-len(free):] {
		if len(v.cells) != 1 || v.cells[0].kind != kPtr {
			return nil
		}
	}
	in, err := x.acquire()
	if err != nil {
		return nil
	}
	b := &bound{x: x, in: in, free: free}
	x.mu.Lock()
	x.bounds = append(x.bounds, in)
	x.mu.Unlock()
	if b.aim(in) != nil {
		return nil
	}
	return b
}

func kindsAre(cs []cell, ks []kind) bool {
	if len(cs) != len(ks) {
		return false
	}
	for i, c := range cs {
		if c.kind != ks[i] && !(c.kind.size() == 8 && ks[i] == kI64 && c.kind == kU64) {
			return false
		}
	}
	return true
}

// aim moves an instance's window to the free variables.
func (b *bound) aim(in *instance) error {
	r := reach{lo: ^uintptr(0)}
	skip := len(b.x.params) - len(b.free)
	for i, p := range b.free {
		r.spans(b.x.params[skip+i].spans, p)
	}
	if err := in.cover(&r); err != nil {
		return err
	}
	for i, p := range b.free {
		if v := &b.x.params[skip+i]; v.walk != nil {
			w := walk{in: in, left: b.x.engine.walkLimit()}
			if v.walk(&w, p); w.outside {
				return ErrDeclined
			}
		}
	}
	return nil
}

// enter returns an instance, to which the caller gives the arguments.
func (b *bound) enter() *instance {
	if b.busy.CompareAndSwap(false, true) {
		return b.in
	}
	in, err := b.x.acquire()
	if err != nil {
		panic(err)
	}
	if err := b.aim(in); err != nil {
		panic(err)
	}
	return in
}

// call runs the code with the first n words of arguments given.
func (b *bound) call(in *instance, n int) {
	for i, p := range b.free {
		in.st[n+i] = in.cellOf(cell{0, kPtr}, p)
	}
	if err := in.invoke(); err != nil {
		b.leave(in)
		panic(err)
	}
}

func (b *bound) leave(in *instance) {
	if len(in.keep) > 0 {
		in.forget()
	}
	if in == b.in {
		b.busy.Store(false)
		return
	}
	b.x.release(in)
}

// float runs the code and returns its only result.
func (b *bound) float(in *instance, n int) float64 {
	b.call(in, n)
	r := floatOf(in.st[0])
	b.leave(in)
	return r
}

// slice passes a slice of 8-byte elements.
func (b *bound) slice(in *instance, at int, p unsafe.Pointer, n, c int) {
	in.st[at+1], in.st[at+2] = uint64(n), uint64(c)
	a := uintptr(p)
	switch {
	case p == nil:
		in.st[at] = 0
	case a == zeroBase:
		in.st[at] = nothing
	default:
		if !in.reaches(a) || !in.reaches(a+8*uintptr(c)) {
			b.leave(in)
			panic(ErrDeclined)
		}
		in.st[at] = uint64(uint32(a - in.base))
	}
}

// Float1 returns the code as a function for compiled packages to call. A panic
// in it is a panic with a *Panic, an interrupt one with ErrInterrupted. Free
// variables are given as to Call, as pointers to the pointers.
func (x *Code) Float1(free ...unsafe.Pointer) (func(float64) float64, bool) {
	b := x.bind(free, []kind{kF64}, []kind{kF64})
	if b == nil {
		return nil, false
	}
	return func(v float64) float64 {
		in := b.enter()
		in.st[0] = math.Float64bits(v)
		return b.float(in, 1)
	}, true
}

// Float2 is Float1 for a function of two numbers.
func (x *Code) Float2(free ...unsafe.Pointer) (func(a, b float64) float64, bool) {
	b := x.bind(free, []kind{kF64, kF64}, []kind{kF64})
	if b == nil {
		return nil, false
	}
	return func(u, v float64) float64 {
		in := b.enter()
		in.st[0], in.st[1] = math.Float64bits(u), math.Float64bits(v)
		return b.float(in, 2)
	}, true
}

// Float3 is Float1 for a function of three numbers.
func (x *Code) Float3(free ...unsafe.Pointer) (func(a, b, c float64) float64, bool) {
	b := x.bind(free, []kind{kF64, kF64, kF64}, []kind{kF64})
	if b == nil {
		return nil, false
	}
	return func(u, v, w float64) float64 {
		in := b.enter()
		in.st[0], in.st[1], in.st[2] = math.Float64bits(u), math.Float64bits(v), math.Float64bits(w)
		return b.float(in, 3)
	}, true
}

// Callback returns the code as a Go function of its own type, if that is one
// of those that libraries ask for: Float1 to Float3, functions of int, and
//
//	func([]float64) float64
//	func([]float64, []float64)
//	func(float64, []float64, []float64)
//	func(int, int) bool
//	func(float64, float64) bool
//	func(float64, float64) int
func (x *Code) Callback(free ...unsafe.Pointer) (any, bool) {
	if f, ok := x.Float1(free...); ok {
		return f, true
	}
	if f, ok := x.Float2(free...); ok {
		return f, true
	}
	if f, ok := x.Float3(free...); ok {
		return f, true
	}
	slice := []kind{kPtr, kI64, kI64}
	s := x.fn.Signature
	has := func(i int, t types.Type) bool { return types.Identical(s.Params().At(i).Type(), t) }
	floats := types.NewSlice(types.Typ[types.Float64])
	n := s.Params().Len()
	ints := n > 0
	for i := range n {
		ints = ints && has(i, types.Typ[types.Int])
	}
	switch {
	case ints && n == 1:
		if b := x.bind(free, []kind{kI64}, []kind{kF64}); b != nil {
			return func(i int) float64 {
				in := b.enter()
				in.st[0] = uint64(i)
				return b.float(in, 1)
			}, true
		}
		if b := x.bind(free, []kind{kI64}, []kind{kBool}); b != nil {
			return func(i int) bool {
				in := b.enter()
				in.st[0] = uint64(i)
				b.call(in, 1)
				r := uint32(in.st[0]) != 0
				b.leave(in)
				return r
			}, true
		}
	case ints && n == 2:
		if b := x.bind(free, []kind{kI64, kI64}, []kind{kBool}); b != nil {
			return func(i, j int) bool {
				in := b.enter()
				in.st[0], in.st[1] = uint64(i), uint64(j)
				b.call(in, 2)
				r := uint32(in.st[0]) != 0
				b.leave(in)
				return r
			}, true
		}
	case n == 2 && has(0, types.Typ[types.Float64]):
		if b := x.bind(free, []kind{kF64, kF64}, []kind{kBool}); b != nil {
			return func(u, v float64) bool {
				in := b.enter()
				in.st[0], in.st[1] = math.Float64bits(u), math.Float64bits(v)
				b.call(in, 2)
				r := uint32(in.st[0]) != 0
				b.leave(in)
				return r
			}, true
		}
		if b := x.bind(free, []kind{kF64, kF64}, []kind{kI64}); b != nil && types.Identical(s.Results().At(0).Type(), types.Typ[types.Int]) {
			return func(u, v float64) int {
				in := b.enter()
				in.st[0], in.st[1] = math.Float64bits(u), math.Float64bits(v)
				b.call(in, 2)
				r := int(in.st[0])
				b.leave(in)
				return r
			}, true
		}
	case n == 1 && has(0, floats):
		if b := x.bind(free, slice, []kind{kF64}); b != nil {
			return func(y []float64) float64 {
				in := b.enter()
				b.slice(in, 0, unsafe.Pointer(unsafe.SliceData(y)), len(y), cap(y))
				r := b.float(in, 3)
				runtime.KeepAlive(y)
				return r
			}, true
		}
	case n == 2 && has(0, floats) && has(1, floats):
		if b := x.bind(free, append(slice, slice...), nil); b != nil {
			return func(y, z []float64) {
				in := b.enter()
				b.slice(in, 0, unsafe.Pointer(unsafe.SliceData(y)), len(y), cap(y))
				b.slice(in, 3, unsafe.Pointer(unsafe.SliceData(z)), len(z), cap(z))
				b.call(in, 6)
				b.leave(in)
				runtime.KeepAlive(y)
				runtime.KeepAlive(z)
			}, true
		}
	case n == 3 && has(0, types.Typ[types.Float64]) && has(1, floats) && has(2, floats):
		if b := x.bind(free, append([]kind{kF64}, append(slice, slice...)...), nil); b != nil {
			return func(t float64, y, z []float64) {
				in := b.enter()
				in.st[0] = math.Float64bits(t)
				b.slice(in, 1, unsafe.Pointer(unsafe.SliceData(y)), len(y), cap(y))
				b.slice(in, 4, unsafe.Pointer(unsafe.SliceData(z)), len(z), cap(z))
				b.call(in, 7)
				b.leave(in)
				runtime.KeepAlive(y)
				runtime.KeepAlive(z)
			}, true
		}
	}
	return nil, false
}
