package fast

import (
	"go/types"
	"math"
	"math/bits"
	"math/cmplx"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// mathFuncs are the functions of math that are called as they are.
var mathFuncs = map[string]any{
	"math.Acos": math.Acos, "math.Acosh": math.Acosh, "math.Asin": math.Asin, "math.Asinh": math.Asinh,
	"math.Atan": math.Atan, "math.Atan2": math.Atan2, "math.Atanh": math.Atanh, "math.Cbrt": math.Cbrt,
	"math.Cos": math.Cos, "math.Cosh": math.Cosh, "math.Dim": math.Dim, "math.Erf": math.Erf, "math.Erfc": math.Erfc,
	"math.Erfcinv": math.Erfcinv, "math.Erfinv": math.Erfinv, "math.Exp": math.Exp, "math.Exp2": math.Exp2,
	"math.Expm1": math.Expm1, "math.FMA": math.FMA, "math.Frexp": math.Frexp, "math.Gamma": math.Gamma, "math.Hypot": math.Hypot,
	"math.Ilogb": math.Ilogb, "math.J0": math.J0, "math.J1": math.J1, "math.Jn": math.Jn, "math.Ldexp": math.Ldexp,
	"math.Lgamma": math.Lgamma, "math.Log": math.Log, "math.Log10": math.Log10, "math.Log1p": math.Log1p,
	"math.Log2": math.Log2, "math.Logb": math.Logb, "math.Mod": math.Mod, "math.Modf": math.Modf,
	"math.Nextafter": math.Nextafter, "math.Nextafter32": math.Nextafter32, "math.Pow": math.Pow, "math.Pow10": math.Pow10,
	"math.Remainder": math.Remainder, "math.Sin": math.Sin, "math.Sincos": math.Sincos, "math.Sinh": math.Sinh,
	"math.Tan": math.Tan, "math.Tanh": math.Tanh, "math.Y0": math.Y0, "math.Y1": math.Y1, "math.Yn": math.Yn,
	"math/bits.Add64": bits.Add64, "math/bits.Sub64": bits.Sub64, "math/bits.Mul64": bits.Mul64, "math/bits.Div64": bits.Div64,
	"math/bits.Reverse": bits.Reverse, "math/bits.Reverse64": bits.Reverse64, "math/bits.Reverse32": bits.Reverse32,
	"math/bits.ReverseBytes64": bits.ReverseBytes64, "math/bits.ReverseBytes32": bits.ReverseBytes32,
	"math/cmplx.Abs": cmplx.Abs, "math/cmplx.Exp": cmplx.Exp, "math/cmplx.Sqrt": cmplx.Sqrt, "math/cmplx.Log": cmplx.Log,
	"math/cmplx.Phase": cmplx.Phase, "math/cmplx.Pow": cmplx.Pow, "math/cmplx.Polar": cmplx.Polar, "math/cmplx.Rect": cmplx.Rect,
	"math/cmplx.Conj": cmplx.Conj,
}

// compiled calls a function of a compiled package.
func (e *emitter) compiled(x *ssa.Call, fn *ssa.Function) {
	name := fn.String()
	f := any(nil)
	if e.c.opts.Host != nil {
		f = e.c.opts.Host(name)
	}
	if f == nil {
		f = mathFuncs[name]
	}
	v := reflect.ValueOf(f)
	if f == nil || v.Kind() != reflect.Func {
		refuse(x.Pos(), "calls %s", userName(fn))
	}
	s := fn.Signature
	var params, results []*layout
	add := func(t types.Type, to *[]*layout) {
		l, why := layoutOf(t)
		if why != "" || l.big {
			refuse(x.Pos(), "calls %s", userName(fn))
		}
		*to = append(*to, l)
	}
	if s.Recv() != nil {
		add(s.Recv().Type(), &params)
	}
	for i := range s.Params().Len() {
		add(s.Params().At(i).Type(), &params)
	}
	for i := range s.Results().Len() {
		add(s.Results().At(i).Type(), &results)
	}
	for _, l := range results {
		for _, c := range l.cells {
			switch c.kind {
			case kPtr: // to memory that may lie anywhere
				refuse(x.Pos(), "calls %s, which returns a pointer or a slice", userName(fn))
			case kStr:
				e.c.code.texts = true
			}
		}
	}
	t := v.Type()
	if t.NumIn() != len(params) || t.NumOut() != len(results) {
		refuse(x.Pos(), "calls %s", userName(fn))
	}
	var sg signature
	for i, l := range params {
		if t.In(i).Size() != uintptr(l.size) {
			refuse(x.Pos(), "calls %s", userName(fn))
		}
		sg.params = append(sg.params, l.valtypes()...)
	}
	for i, l := range results {
		if t.Out(i).Size() != uintptr(l.size) {
			refuse(x.Pos(), "calls %s", userName(fn))
		}
		sg.results = append(sg.results, l.valtypes()...)
	}
	if crowded(x) {
		refuse(x.Pos(), "calls %s in each turn of a loop that does little else", userName(fn))
	}
	e.c.noteSharing(x, fn)
	h := direct(f)
	if h == nil {
		h = shaped(v, params, results)
	}
	if h == nil {
		h = reflected(v, params, results)
	}
	ref := e.c.host(name, h, sg)
	for _, a := range x.Call.Args {
		e.pushAll(a)
	}
	e.hostCall(ref)
	e.fr.vals[x] = value{cells: e.holdAll(sg.results)}
}

// userName is a function's name as a user writes it.
func userName(fn *ssa.Function) string {
	if o, ok := fn.Object().(*types.Func); ok && o.Pkg() != nil {
		if r := fn.Signature.Recv(); r != nil {
			t := r.Type()
			if p, ok := t.(*types.Pointer); ok {
				t = p.Elem()
			}
			return types.TypeString(t, (*types.Package).Name) + "." + o.Name()
		}
		return o.Pkg().Name() + "." + o.Name()
	}
	return fn.Name()
}

func bitsOf(f float64) uint64 { return math.Float64bits(f) }

// direct calls functions of common types without reflection.
func direct(f any) hostFunc {
	switch f := f.(type) {
	case func(float64) float64:
		return func(in *instance, st []uint64) { st[0] = bitsOf(f(floatOf(st[0]))) }
	case func(float64, float64) float64:
		return func(in *instance, st []uint64) { st[0] = bitsOf(f(floatOf(st[0]), floatOf(st[1]))) }
	case func(float64, float64, float64) float64:
		return func(in *instance, st []uint64) {
			st[0] = bitsOf(f(floatOf(st[0]), floatOf(st[1]), floatOf(st[2])))
		}
	case func(float64) (float64, float64):
		return func(in *instance, st []uint64) {
			a, b := f(floatOf(st[0]))
			st[0], st[1] = bitsOf(a), bitsOf(b)
		}
	case func(float64, int) float64:
		return func(in *instance, st []uint64) { st[0] = bitsOf(f(floatOf(st[0]), int(st[1]))) }
	case func(int, float64) float64:
		return func(in *instance, st []uint64) { st[0] = bitsOf(f(int(st[0]), floatOf(st[1]))) }
	case func() float64:
		return func(in *instance, st []uint64) { st[0] = bitsOf(f()) }
	case func() uint64:
		return func(in *instance, st []uint64) { st[0] = f() }
	case func(uint64, uint64) (uint64, uint64):
		return func(in *instance, st []uint64) { st[0], st[1] = f(st[0], st[1]) }
	}
	return nil
}

// reflected calls any function whose parameters and results have a layout,
// results without pointers but those of strings.
func reflected(v reflect.Value, params, results []*layout) hostFunc {
	t := v.Type()
	return func(in *instance, st []uint64) {
		args := make([]reflect.Value, len(params))
		n := 0
		for i, l := range params {
			p := reflect.New(t.In(i))
			for _, c := range l.cells {
				in.setCell(c, p.UnsafePointer(), st[n])
				n++
			}
			args[i] = p.Elem()
		}
		out := in.callOut(v, args)
		n = 0
		for i, l := range results {
			p := reflect.New(t.Out(i))
			p.Elem().Set(out[i])
			for _, c := range l.cells {
				if c.kind == kStr {
					in.keepAlive(*(*unsafe.Pointer)(unsafe.Add(p.UnsafePointer(), c.off)))
				}
				st[n] = in.cellOf(c, p.UnsafePointer())
				n++
			}
		}
	}
}

// callOut calls a function; its panic is the call's.
func (in *instance) callOut(v reflect.Value, args []reflect.Value) []reflect.Value {
	defer in.caught()
	if v.Type().IsVariadic() {
		return v.CallSlice(args)
	}
	return v.Call(args)
}
