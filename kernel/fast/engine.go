package fast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// An engine is wazero with the host functions that compiled code imports.
type engine struct {
	rt     wazero.Runtime
	mu     sync.Mutex
	shapes map[string]bool // host modules that exist, by signature
	heap   heap
}

// A hostFunc takes its arguments from st and leaves its results there.
type hostFunc func(in *instance, st []uint64)

func newEngine() (*engine, error) {
	if runtime.GOARCH != "amd64" {
		// On arm64 the collector has been seen to miss what the code holds.
		return nil, ErrPlatform
	}
	e := &engine{shapes: map[string]bool{}}
	var err error
	func() {
		defer func() {
			if recover() != nil {
				err = ErrPlatform
			}
		}()
		e.rt = wazero.NewRuntimeWithConfig(context.Background(), wazero.NewRuntimeConfigCompiler().WithCoreFeatures(api.CoreFeaturesV2))
	}()
	if err != nil {
		return nil, err
	}
	b := e.rt.NewHostModuleBuilder("h")
	for _, f := range supports {
		b.NewFunctionBuilder().WithGoFunction(supportCall(f.call), apiTypes(f.sig.params), apiTypes(f.sig.results)).Export(f.name)
	}
	if _, err := b.Instantiate(context.Background()); err != nil {
		return nil, fmt.Errorf("fast: %w", err)
	}
	return e, nil
}

// A supportCall is a host function of the compiler's own.
type supportCall hostFunc

func (f supportCall) Call(ctx context.Context, st []uint64) { f(ctx.(*instance), st) }

// A tableCall calls the function of the instance's code whose number is its
// last argument.
type tableCall struct{ last int }

func (t tableCall) Call(ctx context.Context, st []uint64) {
	in := ctx.(*instance)
	in.code.hosts[uint32(st[t.last])](in, st)
}

func apiTypes(ts []valtype) []api.ValueType {
	r := make([]api.ValueType, len(ts))
	for i, t := range ts {
		r[i] = api.ValueType(t)
	}
	return r
}

// shape makes sure that there is a host module for functions of a signature,
// whose last parameter is the number of the function, and returns its name.
func (e *engine) shape(s signature) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	name := "t" + s.key()
	if e.shapes[name] {
		return name, nil
	}
	_, err := e.rt.NewHostModuleBuilder(name).NewFunctionBuilder().
		WithGoFunction(tableCall{len(s.params) - 1}, apiTypes(s.params), apiTypes(s.results)).Export("call").
		Instantiate(context.Background())
	if err == nil {
		e.shapes[name] = true
	}
	return name, err
}

// windowSize is how many bytes compiled code can reach from its window's
// start: all that an address of 32 bits says, less a margin for what an
// instruction adds to it.
const windowSize = 1<<32 - 1<<17

// guard is how far below the first byte that is used a window starts, so that
// the offset 0 is no address: it is nil.
const guard = 1 << 16

// An instance is one module at work. It serves one goroutine at a time. It is
// the context of its calls too, which is how host functions find it.
type instance struct {
	context.Context
	code *Code
	mod  api.Module
	fn   api.Function
	st   []uint64
	door door

	// The module's context as compiled code reads it; see open.
	opaque  unsafe.Pointer
	memory  uintptr        // offset of the memory's base and length
	globals uintptr        // offset of the module's globals
	base    uintptr        // start of the window
	data    []uint64       // compiled code's stack of local variables
	top     *uintptr       // of the stack of machine code
	saved   unsafe.Pointer // registers of machine code that has called the host

	chunk     []uint64 // from which small slices are cut
	slabs     []slab   // see insist
	toLook    int64    // bytes to make until the heap is looked at again
	keep      []kept   // see keepAlive
	live      int64    // bytes that were in use when keep was last looked through
	liveCount int
	kept      int64 // bytes made that are in keep
	fromLast  int64 // bytes made since keep was last looked through

	walk  walk
	panic *Panic
	err   error
}

// Value makes an instance a context without values, at the least cost.
func (in *instance) Value(any) any { return nil }

// globals of every module.
const (
	globalBase    = iota // i64: start of the window
	globalStack          // i32: top of the data stack
	globalLimit          // i32: lowest address of the data stack
	globalTicks          // i32: calls until the next look at the stop flag
	globalScratch        // i32: room for variables around a call of the host
	globalBump           // i32: where the next small slice goes
	globalBumpEnd        // i32: the end of the room for them
	globalLeave          // i32: not 0 when a loop is to leave; see place.go
	numGlobals
)

var moduleGlobals = []valtype{i64, i32, i32, i32, i32, i32, i32, i32}

const (
	dataWords  = 1 << 17 // 1 MiB of data stack
	callsATick = 1 << 9
)

// open makes an instance of compiled code.
//
// Compiled code works on Go's memory itself, not on a copy: the base of its
// linear memory is set, in the record of the module that wazero's machine code
// reads, to the window in which the data lie. Go's collector does not move
// what it manages, and Go code that takes over (a host function, the end of
// the call) finds everything in its place. The record is wazero's own, found
// by the names of its fields; where they are not as expected, nothing runs.
func (e *engine) open(c *Code) (*instance, error) {
	mod, err := e.rt.InstantiateModule(context.Background(), c.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	in := &instance{Context: context.Background(), code: c, mod: mod}
	if err := in.locate(); err != nil {
		mod.Close(in.Context)
		return nil, err
	}
	in.fn = mod.ExportedFunction("f")
	in.findStack()
	n := max(len(c.sig.params), len(c.sig.results), 1)
	in.st = make([]uint64, n)
	in.findDoor()
	switch {
	case c.usesStack:
		in.data = nearData(maxSaved + dataWords)
	case c.saves:
		in.data = nearData(maxSaved)
	}
	return in, nil
}

var errLayout = errors.New("fast: this version of wazero keeps its modules in another form")

// locate finds the record of the module.
func (in *instance) locate() (err error) {
	defer func() {
		if recover() != nil {
			err = errLayout
		}
	}()
	engine := reflect.ValueOf(in.mod).Elem().FieldByName("Engine").Elem().Elem()
	offsets := engine.FieldByName("parent").Elem().FieldByName("offsets")
	in.opaque = engine.FieldByName("opaquePtr").UnsafePointer()
	in.memory = uintptr(offsets.FieldByName("LocalMemoryBegin").Int())
	in.globals = uintptr(offsets.FieldByName("GlobalsBegin").Int())
	imports := uintptr(offsets.FieldByName("ImportedFunctionsBegin").Int())
	size := uintptr(offsets.FieldByName("TotalSize").Int())
	if in.memory == 0 || in.globals == 0 || imports == 0 || in.memory+16 > size || in.globals+16*numGlobals > size {
		return errLayout
	}
	// What an unused module must have there.
	if in.word(in.memory) != 0 || in.word(in.memory+8) != 0 || in.word(in.globals) != 0 {
		return errLayout
	}
	for i, native := range in.code.natives {
		if native != 0 {
			in.setWord(imports+uintptr(i)*importSize, uint64(native))
		}
	}
	return nil
}

const importSize = 24 // executable, module, type

func (in *instance) word(at uintptr) uint64 { return *(*uint64)(unsafe.Add(in.opaque, at)) }

func (in *instance) setWord(at uintptr, v uint64) { *(*uint64)(unsafe.Add(in.opaque, at)) = v }

// look moves the window to where it starts at base.
func (in *instance) look(base uintptr) {
	in.base = base
	in.setWord(in.memory, uint64(base))
	in.setWord(in.memory+8, windowSize+1<<16)
	in.setWord(in.globals+16*globalBase, uint64(base))
	in.setWord(in.globals+16*globalBump, 0) // the rest of the block is out of sight
	in.setWord(in.globals+16*globalBumpEnd, 0)
	in.chunk, in.slabs = nil, nil
	if in.data != nil {
		bottom := uintptr(unsafe.Pointer(&in.data[0]))
		in.setWord(in.globals+16*globalScratch, uint64(uint32(bottom-base)))
		in.setWord(in.globals+16*globalLimit, uint64(uint32(bottom+8*maxSaved-base)))
		in.setWord(in.globals+16*globalStack, uint64(uint32(bottom+8*uintptr(len(in.data))-base)))
	}
}

// pointer and offset translate between Go's addresses and compiled code's.
func (in *instance) pointer(off uint32) unsafe.Pointer {
	if off == 0 {
		return nil
	}
	p := in.base + uintptr(off)
	return *(*unsafe.Pointer)(unsafe.Pointer(&p))
}

func (in *instance) reaches(p uintptr) bool { return p-in.base-1 < windowSize-1 }

func (in *instance) close() { in.mod.Close(context.Background()) }

func floatOf(b uint64) float64 { return math.Float64frombits(b) }
