package rtype

// stubSize is the length of a stub in bytes: MOVL $n, DX and JMP, five each.
const stubSize = 10

// stubsAt returns the address of the first stub.
func stubsAt() uintptr
