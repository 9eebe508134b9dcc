package fast

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"math"
	"unsafe"
)

// A Panic is how a call ended whose code panicked.
type Panic struct {
	Value any // as recover would return it: a runtime.Error, or what panic was given
	Pos   token.Pos
}

func (p *Panic) Error() string {
	if err, ok := p.Value.(error); ok {
		return err.Error()
	}
	return fmt.Sprint(p.Value)
}

func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

var (
	// ErrInterrupted is how a call ends that Options.Stop ended.
	ErrInterrupted = errors.New("interrupted")
	// ErrDeclined says that this call cannot be made, and that nothing has
	// been done: its arguments lie too far apart in memory.
	ErrDeclined = errors.New("fast: the arguments lie out of reach")
	// ErrPlatform says that there is no compiler for this platform.
	ErrPlatform = errors.New("fast: not on this platform")
	// ErrStack is the value of a panic for a recursion without an end.
	ErrStack = errors.New("stack overflow: a function calls itself without end")
	// ErrReach ends a call that cannot go on here: what it made or met lies
	// beyond the memory that it reaches, and the collector could not help.
	ErrReach = errors.New("fast: a call made or met data beyond the 4 GiB of memory that it can reach; the function stays out of the fast tier from now on: run it again")
	// ErrMemory ends a call that needs more memory than it may have.
	ErrMemory = errors.New("out of memory: the call has reached its limit")
)

// A trapKind is why compiled code ends in a panic.
type trapKind int32

const (
	trapIndex trapKind = iota
	trapIndexU
	trapSlice
	trapSliceString
	trapSlice3
	trapDivide
	trapShift
	trapNil
	trapStack
	trapOutside
	trapPanic
)

// trapValue makes the value of a panic. Where the language panics, Go is made
// to: its error has the type and the words that compiled code would give.
func trapValue(k trapKind, a, b, c, d int64) (v any) {
	defer func() {
		if r := recover(); r != nil {
			v = r
		}
	}()
	switch k {
	case trapIndex:
		_ = make([]struct{}, b)[a]
	case trapIndexU:
		_ = make([]struct{}, b)[uint64(a)]
	case trapSlice:
		_ = make([]struct{}, d)[a:b]
	case trapSliceString:
		var x byte
		_ = unsafe.String(&x, d)[a:b]
	case trapSlice3:
		_ = make([]struct{}, d)[a:b:c]
	case trapDivide:
		_ = 1 / zero
	case trapShift:
		_ = 1 << a
	case trapNil:
		_ = *nowhere
	case trapStack:
		return ErrStack
	}
	return errors.New("fast: a panic that did not happen")
}

var (
	zero    int
	nowhere *int
)

// panicValue is what panic was given.
func (in *instance) panicValue(kind types.BasicKind, a, b int64) any {
	switch kind {
	case types.Bool:
		return a != 0
	case types.Int:
		return int(a)
	case types.Int8:
		return int8(a)
	case types.Int16:
		return int16(a)
	case types.Int32:
		return int32(a)
	case types.Int64:
		return a
	case types.Uint:
		return uint(a)
	case types.Uint8:
		return uint8(a)
	case types.Uint16:
		return uint16(a)
	case types.Uint32:
		return uint32(a)
	case types.Uint64:
		return uint64(a)
	case types.Uintptr:
		return uintptr(a)
	case types.Float32:
		return math.Float32frombits(uint32(a))
	case types.Float64:
		return math.Float64frombits(uint64(a))
	case types.String:
		return string(unsafe.Slice((*byte)(in.pointer(uint32(a))), b))
	}
	return fmt.Sprintf("a value of kind %d", kind)
}
