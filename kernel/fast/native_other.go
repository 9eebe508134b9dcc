//go:build !amd64

package fast

func nativeFuncs() map[int]uintptr { return nil }
