package vec

import (
	"math"
	"unsafe"
)

// The sums of this file have a fixed order: element i goes to the partial sum
// i&15, and partial sums that are 8, 4, 2 and 1 apart are then added. The order
// does not depend on the CPU, and its rounding error grows with a sixteenth of
// the length.

// SumBlock returns the sum of x.
func SumBlock(x []float64) float64 {
	var s [16]float64
	i := 0
	if useAVX2 {
		i = sumAVX2(&s, x)
	}
	for ; i < len(x); i++ {
		s[i&15] += x[i]
	}
	return sumPartial(&s)
}

// DotBlock returns the sum of x*y, each product fused with its addition.
func DotBlock(x, y []float64) float64 {
	equalLengths(len(x), len(y))
	var s [16]float64
	i := 0
	if useAVX2 {
		i = dotAVX2(&s, x, y)
	}
	for ; i < len(x); i++ {
		s[i&15] = math.FMA(x[i], y[i], s[i&15])
	}
	return sumPartial(&s)
}

func sumPartial(s *[16]float64) float64 {
	for d := 8; d > 0; d /= 2 {
		for i := range d {
			s[i] += s[i+d]
		}
	}
	return s[0]
}

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
	if useAVX2 {
		i = takeAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] += float64(x[i])
		x[i] = 0
	}
}
