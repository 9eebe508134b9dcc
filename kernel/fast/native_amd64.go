package fast

import (
	"math"

	"golang.org/x/sys/cpu"
)

// Addresses of functions for compiled code to call without leaving it.
var nativeExpAddr, nativeFMAAddr uintptr

// natives returns the functions of the host that this processor has in machine
// code of their own.
func nativeFuncs() map[int]uintptr {
	if !cpu.X86.HasAVX || !cpu.X86.HasFMA {
		return nil
	}
	_ = math.Exp
	return map[int]uintptr{supExp: nativeExpAddr, supFMA: nativeFMAAddr}
}
