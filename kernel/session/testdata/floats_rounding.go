// Rounding as Go does it: float32 steps stay float32, products are not fused
// unless the program says so, conversions to and from large integers.
package main

import (
	"fmt"
	"math"
	"strconv"
)

func dot32(a, b []float32) (s float32) {
	for i := range a {
		s += a[i] * b[i]
	}
	return
}

func kahan(xs []float64) float64 {
	var sum, c float64
	for _, x := range xs {
		y := x - c
		t := sum + y
		c = (t - sum) - y
		sum = t
	}
	return sum
}

func twoSum(a, b float64) (s, e float64) {
	s = a + b
	v := s - a
	e = (a - (s - v)) + (b - v)
	return
}

func horner(x float64, cs ...float64) (y float64) {
	for _, c := range cs {
		y = float64(y*x) + c
	}
	return
}

func main() {
	a, b := make([]float32, 1000), make([]float32, 1000)
	xs := make([]float64, 1000)
	for i := range a {
		a[i] = 1 / float32(i+1)
		b[i] = float32(i%7) * 0.1
		xs[i] = 0.1
	}
	naive := 0.0
	for _, x := range xs {
		naive += x
	}
	fmt.Println(dot32(a, b), naive, kahan(xs))
	fmt.Println(twoSum(1e16, 1.5))
	fmt.Println(horner(1.1, 1, -3, 3, -1), math.FMA(1.1, 1.1, -1.21), float64(1.1*1.1)-1.21)
	x := 1.1
	fmt.Println(float64(x*x)-1.21, math.FMA(x, x, -1.21) == float64(x*x)-1.21)
	f := float32(16777216)
	f++
	fmt.Println(f, f+2, float32(float64(f)+1.5), float32(0.1)*float32(0.1), float64(float32(0.1)*float32(0.1)))
	big := uint64(1)<<63 + 1<<11
	fmt.Println(float64(big), uint64(float64(big)), float32(big), float64(int64(math.MaxInt64)), float64(uint64(math.MaxUint64)))
	var i64 int64 = 1<<53 + 1
	fmt.Println(float64(i64), int64(float64(i64)), float32(i64), int32(float32(123456789)))
	for _, v := range []float64{2.5, 3.5, -2.5, 0.49999999999999994, 1e15 + 0.5} {
		fmt.Print(math.Round(v), math.RoundToEven(v), math.Floor(v+0.5), " ")
	}
	fmt.Println()
	for _, v := range []float64{0.1, 1e23, 5e-324, 123456.789e3, 1.7976931348623157e308} {
		fmt.Print(v, " ", strconv.FormatFloat(v, 'e', 3, 64), " ", float32(v), " ")
	}
	fmt.Println()
	p, _ := strconv.ParseFloat("0.30000000000000004", 64)
	fmt.Println(p == 0.1+x-1, p == naiveSum(0.1, 0.2), math.Float64bits(p), math.Nextafter32(1, 2))
	v := 1.0
	n := 0
	for v+1 > v && n < 100 {
		v *= 2
		n++
	}
	fmt.Println(n, v)
	eps := float32(1)
	for 1+eps/2 > 1 {
		eps /= 2
	}
	fmt.Println(eps, math.Exp(1), math.Log(10), math.Sin(1e6), math.Pow(2.5, 3.5), math.Atan2(-1, -1), math.Tanh(0.3), math.Gamma(5.5))
	h := float32(0)
	for range 100 {
		h += 0.01
	}
	fmt.Println(h, h == 1, int(h*100), complex64(complex(0.1, 0.2))*complex64(complex(0.3, 0)))
}

func naiveSum(a, b float64) float64 { return a + b }
