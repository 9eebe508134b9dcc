package session

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// maxStack is how many bytes all stacks may take before a cell is taken to
// recurse without an end.
const maxStack = 192 << 20

// The runtime ends the process when a stack passes its limit; with this one
// the watch sees it long before.
var raiseLimit = sync.OnceFunc(func() { debug.SetMaxStack(4 << 30) })

var stackSample = []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}

func stackBytes() uint64 {
	raiseLimit()
	metrics.Read(stackSample)
	return stackSample[0].Value.Uint64()
}

// goroutine returns the number of the goroutine that calls it. The runtime has
// no other way to tell; it costs about a microsecond.
func goroutine() uint64 {
	var buf [40]byte
	fields := strings.Fields(string(buf[:runtime.Stack(buf[:], false)]))
	if len(fields) < 2 {
		return 0
	}
	n, _ := strconv.ParseUint(fields[1], 10, 64)
	return n
}

// doneChannel returns the channel whose closing ends the channel operations of
// what runs now. The interpreter closes it for the cell that is interrupted;
// goroutines of earlier cells have channels of their own.
func doneChannel(i *interp.Interpreter) chan struct{} {
	v := reflect.ValueOf(i).Elem().FieldByName("done")
	if v.Kind() != reflect.Chan {
		panic("session: this version of yaegi has no channel to cancel by")
	}
	return *(*chan struct{})(unsafe.Pointer(v.UnsafeAddr()))
}

// runID points to the interpreter's run number. Without it a closure made
// before an interrupt would return zeros for ever after: yaegi stops frames by
// raising the number, and closures keep the one under which they were made.
func runID(i *interp.Interpreter) *uint64 {
	v := reflect.ValueOf(i).Elem().FieldByName("id")
	if v.Kind() != reflect.Uint64 {
		panic("session: this version of yaegi has no run number")
	}
	return (*uint64)(unsafe.Pointer(v.UnsafeAddr()))
}
