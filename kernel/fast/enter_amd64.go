package fast

import (
	"reflect"
	"unsafe"
)

// wazero's way into machine code allows for much that is not done here (it can
// be stopped by a context, takes snapshots, catches exceptions) and costs as
// much as fifty additions. A callback is worth less than that. So the code is
// entered directly. If it stops on its way, to call the host or for a larger
// stack, wazero goes on with it: its own way in then begins with code that
// returns at once and leaves all as it was.

// A door is what it takes to enter machine code, as wazero's record of the
// function has it.
type door struct {
	preamble   **byte
	executable *byte
	context    uintptr
	exit       *uint32 // why the code has stopped; 0 is its end
}

//go:linkname enterMachineCode github.com/tetratelabs/wazero/internal/engine/wazevo/backend/isa/amd64.entrypoint
//go:noescape
func enterMachineCode(preamble, executable *byte, context uintptr, module *byte, st *uint64, stack uintptr)

// Address of code that returns at once.
var atOnceAddr uintptr

// findDoor looks for the door of the instance's function; without it the code
// is entered wazero's way.
func (in *instance) findDoor() {
	defer func() { recover() }()
	call := reflect.ValueOf(in.fn).Elem()
	pointer := reflect.TypeFor[*byte]()
	preamble, executable, exit := call.FieldByName("preambleExecutable"), call.FieldByName("executable"), call.FieldByName("execCtx").FieldByName("exitCode")
	if in.top == nil || len(in.st) == 0 || preamble.Type() != pointer || executable.Type() != pointer || exit.Kind() != reflect.Uint32 {
		return
	}
	in.door = door{
		preamble: (**byte)(unsafe.Pointer(preamble.UnsafeAddr())), executable: (*byte)(executable.UnsafePointer()),
		context: uintptr(call.FieldByName("execCtxPtr").Uint()), exit: (*uint32)(unsafe.Pointer(exit.UnsafeAddr())),
	}
}

// enter runs the machine code on the arguments in the instance's stack.
func (in *instance) enter() error {
	d := &in.door
	if d.exit == nil || *d.exit != 0 {
		return in.fn.CallWithStack(in, in.st)
	}
	enterMachineCode(*d.preamble, d.executable, d.context, (*byte)(in.opaque), &in.st[0], *in.top)
	if *d.exit == 0 {
		return nil
	}
	own := *d.preamble
	*(*uintptr)(unsafe.Pointer(d.preamble)) = atOnceAddr
	err := in.fn.CallWithStack(in, in.st) // does not panic
	*d.preamble = own
	return err
}
