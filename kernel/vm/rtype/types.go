package rtype

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"sync"
	"unsafe"
)

// Config says what the types know of the world.
type Config struct {
	// Named returns the compiled type that a type name of a compiled package
	// stands for, such as time.Duration, and false for a type that is to be
	// made. Predeclared types are not asked for. It must not call [Types.Of].
	Named func(obj *types.TypeName) (reflect.Type, bool)

	// Method returns the implementation of a method, and is asked when the
	// method is called for the first time. The selection is one of
	// types.NewMethodSet(recv). args[0] is the receiver, of type Of(recv),
	// and the values are the caller's to keep; the last one is a slice for a
	// variadic method. A method of T that is called by a nil *T is called with
	// that nil as args[0].
	Method func(recv types.Type, sel *types.Selection) func(args []reflect.Value) []reflect.Value

	// Around returns the type arguments of the generic function that a type is
	// declared in, for a type name that go/ssa made for an instance of the
	// function; they are part of the type's name and identity. It must not
	// call Of and may be nil.
	Around func(obj *types.TypeName) []types.Type

	// Direct may return a function of the given type to be called instead of
	// Method's result, which costs a reflect.Value for each argument. Its
	// first parameter is the receiver: the value itself when recv is
	// pointer-shaped, otherwise the address of one that must not be changed.
	// It is asked when the type is made and must not call Of. The zero Value
	// leaves the method to Method. Direct may be nil.
	Direct func(recv types.Type, sel *types.Selection, fn reflect.Type) reflect.Value
}

// Types has the run-time types of a session. Its methods may be called from
// several goroutines.
type Types struct {
	conf Config

	mu      sync.RWMutex
	seen    map[types.Type]reflect.Type // identity of go/types values; see maxSeen
	source  map[*record]types.Type
	named   map[namedKey]*record
	structs map[string]*record // by structKey
	ifaces  map[string]*record // by interfaceKey
	todo    []func()           // what is left to fill in
	undo    []func()           // what to forget when that fails
	full    bool
	locals  map[*types.Package]map[token.Pos]local
	around  map[*types.TypeName][]types.Type
	host    *compiledInterfaces
	paired  map[pairKey]bool
	session func(*types.Package) bool // whose types are made, even if the program has such
}

// New returns types that know nothing but the predeclared ones.
func New(c Config) *Types {
	return &Types{
		conf:    c,
		seen:    map[types.Type]reflect.Type{},
		source:  map[*record]types.Type{},
		named:   map[namedKey]*record{},
		structs: map[string]*record{},
		ifaces:  map[string]*record{},
		locals:  map[*types.Package]map[token.Pos]local{},
		around:  map[*types.TypeName][]types.Type{},
		paired:  map[pairKey]bool{},
		session: func(pkg *types.Package) bool { return pkg.Name() == "main" },
	}
}

// Of returns the run-time type of a type. Identical types have one run-time
// type, which is the compiled one if the program has it. The untyped nil is
// an unsafe.Pointer. Of panics for a type that no value has: a type parameter,
// a generic type that is not instantiated, an untyped constant's, a tuple.
func (t *Types) Of(typ types.Type) reflect.Type {
	t.mu.RLock()
	rt, ok := t.seen[typ]
	t.mu.RUnlock()
	if ok {
		return rt
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.complete(func() reflect.Type { return t.of(typ) })
}

// Source returns the type that a run-time type was made of by Of.
func (t *Types) Source(rt reflect.Type) (types.Type, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	typ, ok := t.source[recordOf(rt)]
	return typ, ok
}

// Exhausted reports whether types had to be made without their methods because
// the pool of stubs is empty.
func (t *Types) Exhausted() bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.full
}

// complete makes a type and fills in all that it led to. Nobody else sees a
// type before that.
func (t *Types) complete(make func() reflect.Type) reflect.Type {
	done := false
	defer func() {
		if !done { // a panic: forget what is half made
			for _, undo := range t.undo {
				undo()
			}
			clear(t.seen)
		}
		t.todo, t.undo = nil, nil
	}()
	rt := make()
	for len(t.todo) > 0 {
		next := t.todo[0]
		t.todo = t.todo[1:]
		next()
	}
	done = true
	return rt
}

// maxSeen bounds the number of go/types values that are known by identity.
// Each cell of a session makes its own for the same types.
const maxSeen = 1 << 14

func (t *Types) of(typ types.Type) reflect.Type {
	if rt, ok := t.seen[typ]; ok {
		return rt
	}
	rt := t.make(typ)
	if len(t.seen) >= maxSeen {
		clear(t.seen)
	}
	t.seen[typ] = rt
	if r := recordOf(rt); t.source[r] == nil {
		t.source[r] = types.Unalias(typ)
	}
	return rt
}

func (t *Types) make(typ types.Type) reflect.Type {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		if rt, ok := basics[typ.Kind()]; ok {
			return rt
		}
	case *types.Named:
		return t.ofNamed(typ).asType()
	case *types.Pointer:
		return reflect.PointerTo(t.of(typ.Elem()))
	case *types.Slice:
		return reflect.SliceOf(t.of(typ.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(typ.Len()), t.of(typ.Elem()))
	case *types.Chan:
		return reflect.ChanOf(chanDirs[typ.Dir()], t.of(typ.Elem()))
	case *types.Map:
		return reflect.MapOf(t.of(typ.Key()), t.of(typ.Elem()))
	case *types.Signature:
		return t.ofSignature(typ)
	case *types.Struct:
		return t.ofStruct(typ)
	case *types.Interface:
		return t.ofInterface(typ)
	}
	panic(fmt.Sprintf("rtype: %s (%T) has no run-time type; only types that a variable can have do", typ, typ))
}

func (t *Types) ofSignature(sig *types.Signature) reflect.Type {
	return reflect.FuncOf(t.ofTuple(sig.Params()), t.ofTuple(sig.Results()), sig.Variadic())
}

func (t *Types) ofTuple(tuple *types.Tuple) []reflect.Type {
	list := make([]reflect.Type, tuple.Len())
	for i := range list {
		list[i] = t.of(tuple.At(i).Type())
	}
	return list
}

var chanDirs = map[types.ChanDir]reflect.ChanDir{
	types.SendRecv: reflect.BothDir,
	types.SendOnly: reflect.SendDir,
	types.RecvOnly: reflect.RecvDir,
}

var basics = map[types.BasicKind]reflect.Type{
	types.Bool:          reflect.TypeFor[bool](),
	types.Int:           reflect.TypeFor[int](),
	types.Int8:          reflect.TypeFor[int8](),
	types.Int16:         reflect.TypeFor[int16](),
	types.Int32:         reflect.TypeFor[int32](),
	types.Int64:         reflect.TypeFor[int64](),
	types.Uint:          reflect.TypeFor[uint](),
	types.Uint8:         reflect.TypeFor[uint8](),
	types.Uint16:        reflect.TypeFor[uint16](),
	types.Uint32:        reflect.TypeFor[uint32](),
	types.Uint64:        reflect.TypeFor[uint64](),
	types.Uintptr:       reflect.TypeFor[uintptr](),
	types.Float32:       reflect.TypeFor[float32](),
	types.Float64:       reflect.TypeFor[float64](),
	types.Complex64:     reflect.TypeFor[complex64](),
	types.Complex128:    reflect.TypeFor[complex128](),
	types.String:        reflect.TypeFor[string](),
	types.UnsafePointer: reflect.TypeFor[unsafe.Pointer](),
	types.UntypedNil:    reflect.TypeFor[unsafe.Pointer](),
}
