// Complex numbers: arithmetic, parts, division, math/cmplx, formats, both
// sizes, comparison, and a discrete Fourier transform.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

type phasor complex128

func (p phasor) String() string {
	return fmt.Sprintf("%.2f@%.1f", cmplx.Abs(complex128(p)), cmplx.Phase(complex128(p))*180/math.Pi)
}

func dft(x []complex128) []complex128 {
	n := len(x)
	out := make([]complex128, n)
	for k := range out {
		for t, v := range x {
			out[k] += v * cmplx.Rect(1, -2*math.Pi*float64(k*t)/float64(n))
		}
	}
	return out
}

func mandel(c complex128) int {
	z := 0i
	for n := range 50 {
		if real(z)*real(z)+imag(z)*imag(z) > 4 {
			return n
		}
		z = z*z + c
	}
	return 50
}

func main() {
	a, b := 3+4i, complex(1, -2)
	fmt.Println(a+b, a-b, a*b, a/b, -a, real(a), imag(b), cmplx.Abs(a), cmplx.Conj(a))
	fmt.Println(a == 3+4i, a != b, a*a == complex(-7, 24))
	var c64 complex64 = complex64(a)
	c64 *= 2i
	c64 += 1
	fmt.Printf("%v %T %T %T %.1f %8.2f|%+v|%g\n", c64, c64, real(c64), imag(a), a, b, a, c64)
	fmt.Println(cmplx.Sqrt(-1), cmplx.Pow(2i, 2), cmplx.Inf(), phasor(1+1i), []phasor{2i, -1})
	fmt.Printf("%.4f %.4f\n", cmplx.Exp(1i*math.Pi), cmplx.Log(1i))
	for _, v := range dft([]complex128{1, 2, 3, 4}) {
		fmt.Printf("%.3f ", v)
	}
	fmt.Println()
	zs := []complex128{1, 1i, -1, -1i}
	sum, prod := 0i, 1+0i
	for _, z := range zs {
		sum += z
		prod *= z
	}
	fmt.Println(sum, prod, len(zs))
	for y := -1.0; y <= 1; y += 0.5 {
		for x := -2.0; x <= 0.5; x += 0.25 {
			fmt.Print(map[bool]string{true: "#", false: "."}[mandel(complex(x, y)) == 50])
		}
		fmt.Println()
	}
	m := map[complex128]string{1i: "i"}
	fmt.Println(m[cmplx.Sqrt(-1)], m[1] == "", struct{ z complex64 }{2i} == struct{ z complex64 }{2i})
	p := &zs[1]
	*p *= *p
	fmt.Println(zs, fmt.Sprint(any(1i) == any(complex64(1i))))
	x := 2.0
	fmt.Println(complex(x, x)*complex(x, -x), complex(x, 0)/2, 1/(1+1i))
}
