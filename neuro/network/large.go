package network

import "unsafe"

// large makes a slice of numbers in large pages, where the system has them: rows of
// synapses are all over it, and with small pages half of the time of reading one is
// finding its page.
func large[T uint16 | uint32 | float32 | segment](n int) []T {
	x := make([]T, n)
	if n > 0 {
		const page = 2 << 20
		at, size := uintptr(unsafe.Pointer(&x[0])), uintptr(n)*unsafe.Sizeof(x[0])
		if skip := -at % page; size >= skip+page {
			size = (size - skip) / page * page
			adviseLarge(unsafe.Slice((*byte)(unsafe.Pointer(&x[skip/unsafe.Sizeof(x[0])])), size))
		}
	}
	return x
}
