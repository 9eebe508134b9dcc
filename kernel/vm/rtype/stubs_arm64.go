package rtype

// stubSize is the length of a stub in bytes: MOVD $n, R26 and B, four each.
const stubSize = 8

// stubsAt returns the address of the first stub.
func stubsAt() uintptr
