//go:build !amd64 && !arm64

package rtype

// Without stubs there is no code that the runtime could call for a method:
// interpreted types have none here.
const stubSize = 0

func stubsAt() uintptr { return 0 }
