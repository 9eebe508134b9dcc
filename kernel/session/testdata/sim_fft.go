// A recursive and an iterative fast Fourier transform against the definition,
// a convolution by it, and the peak of a noisy sine.
package main

import (
	"fmt"
	"math"
	"math/bits"
	"math/cmplx"
)

func dft(x []complex128) []complex128 {
	n := len(x)
	out := make([]complex128, n)
	for k := range out {
		for t := range x {
			out[k] += x[t] * cmplx.Rect(1, -2*math.Pi*float64(k*t%n)/float64(n))
		}
	}
	return out
}

func recursive(x []complex128) []complex128 {
	n := len(x)
	if n == 1 {
		return []complex128{x[0]}
	}
	var half [2][]complex128
	for i, v := range x {
		half[i&1] = append(half[i&1], v)
	}
	even, odd := recursive(half[0]), recursive(half[1])
	out := make([]complex128, n)
	for k := range n / 2 {
		t := cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n)) * odd[k]
		out[k], out[k+n/2] = even[k]+t, even[k]-t
	}
	return out
}

func iterative(in []complex128, sign float64) []complex128 {
	n := len(in)
	x := make([]complex128, n)
	shift := bits.UintSize - bits.Len(uint(n)) + 1
	for i := range x {
		x[bits.Reverse(uint(i))>>shift] = in[i]
	}
	for size := 2; size <= n; size *= 2 {
		for start := 0; start < n; start += size {
			for k := range size / 2 {
				a, b := &x[start+k], &x[start+k+size/2]
				t := cmplx.Exp(complex(0, sign*2*math.Pi*float64(k)/float64(size))) * *b
				*a, *b = *a+t, *a-t
			}
		}
	}
	return x
}

func convolve(a, b []float64) []float64 {
	n := 1
	for n < len(a)+len(b)-1 {
		n <<= 1
	}
	pad := func(v []float64) []complex128 {
		out := make([]complex128, n)
		for i, x := range v {
			out[i] = complex(x, 0)
		}
		return iterative(out, -1)
	}
	fa, fb := pad(a), pad(b)
	for i := range fa {
		fa[i] *= fb[i] / complex(float64(n), 0)
	}
	out := make([]float64, len(a)+len(b)-1)
	for i, v := range iterative(fa, 1)[:len(out)] {
		out[i] = math.Round(real(v)*1e9) / 1e9
	}
	return out
}

func main() {
	n := 64
	x := make([]complex128, n)
	for i := range x {
		t := float64(i) / float64(n)
		x[i] = complex(math.Sin(2*math.Pi*5*t)+0.5*math.Cos(2*math.Pi*12*t+0.7), 0)
	}
	d, r, it := dft(x), recursive(x), iterative(x, -1)
	worst := 0.0
	for k := range d {
		worst = max(worst, cmplx.Abs(d[k]-r[k]), cmplx.Abs(r[k]-it[k]))
	}
	fmt.Println(worst < 1e-11)
	for k, v := range it[:n/2] {
		if a := 2 * cmplx.Abs(v) / float64(n); a > 0.1 {
			fmt.Printf("%d: %.6f, phase %.4f\n", k, a, cmplx.Phase(v))
		}
	}
	fmt.Println(convolve([]float64{1, 2, 3}, []float64{0, 1, 0.5}))
}
