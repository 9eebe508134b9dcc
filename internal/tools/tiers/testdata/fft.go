//go:build ignore

// A fast Fourier transform of complex numbers, in place, and back.
package main

import (
	"fmt"
	"math"
	"math/bits"
	"math/cmplx"
)

func transform(x []complex128, inverse bool) {
	n := len(x)
	shift := 64 - bits.Len(uint(n-1))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		angle := -2 * math.Pi / float64(size)
		if inverse {
			angle = -angle
		}
		w := complex(math.Cos(angle), math.Sin(angle))
		for start := 0; start < n; start += size {
			f := complex(1, 0)
			for k := range size / 2 {
				a, b := x[start+k], f*x[start+k+size/2]
				x[start+k], x[start+k+size/2] = a+b, a-b
				f *= w
			}
		}
	}
	if inverse {
		for i := range x {
			x[i] /= complex(float64(n), 0)
		}
	}
}

func main() {
	x := make([]complex128, 1<<16)
	for i := range x {
		x[i] = complex(math.Sin(float64(i)*0.01), float64(i%5)-2)
	}
	for range 120 {
		transform(x, false)
		for i := range x {
			x[i] *= complex(0.999, 0.001)
		}
		transform(x, true)
	}
	power := 0.0
	for _, v := range x {
		power += cmplx.Abs(v)
	}
	fmt.Println(x[0], x[1], x[12345], power)
}
