package vec

import "unsafe"

// Prefetch asks for the memory of x, which is read soon.
func Prefetch[T any](x []T) {
	if len(x) > 0 {
		prefetch((*byte)(unsafe.Pointer(&x[0])), int(unsafe.Sizeof(x[0]))*len(x))
	}
}

// Pause waits for some ten nanoseconds, for loops that look at memory until
// another goroutine has changed it.
func Pause() { pause(4) }

// TakeBlock adds x to dst and sets x to 0: what has arrived since the last time.
func TakeBlock(dst []float64, x []float32) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = takeAVX512(dst, x)
	} else if useAVX2 {
		i = takeAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] += float64(x[i])
		x[i] = 0
	}
}

// ScatterPairs adds w + step*level to the sum of each pair, level<<16 | sum, one after
// the other.
func ScatterPairs(sums *[1 << 16]float32, pairs []uint32, w, step float32) {
	i := 0
	if useAVX2 {
		i = scatterAVX2(sums, pairs, w, step)
	}
	for _, x := range pairs[i:] {
		sums[uint16(x)] += w + float32(float32(int32(x>>16))*step)
	}
}
