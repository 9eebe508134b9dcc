// Division by zero and negative shift counts panic for integers; floats and
// complex numbers go on to infinities; overflow wraps, and MinInt / -1 too.
package main

import (
	"fmt"
	"math"
)

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name+":", r)
		}
	}()
	f()
}

func div[T int8 | int32 | uint | int](a, b T) T { return a / b }

func main() {
	zero, neg := 0, -1
	try("quotient", func() { fmt.Println(1 / zero) })
	try("remainder", func() { fmt.Println(1 % zero) })
	try("assign", func() { x := 7; x /= zero; fmt.Println(x) })
	try("uint", func() { var u uint; fmt.Println(5 / u) })
	try("int8", func() { var i int8; fmt.Println(5 % i) })
	try("generic", func() { fmt.Println(div(int32(6), int32(zero))) })
	try("left", func() { fmt.Println(1 << neg) })
	try("right", func() { fmt.Println(zero >> neg) })
	try("assign shift", func() { x := 7; x <<= neg; fmt.Println(x) })
	try("int8 count", func() { var c int8 = -128; fmt.Println(uint8(1) << c) })
	fz := float64(zero)
	fmt.Println(1/fz, -1/fz, math.IsNaN(fz/fz), math.Mod(1, fz))
	fmt.Println(complex(1, 0)/complex(fz, 0), complex(fz, 0)/complex(fz, 0))
	minInt := math.MinInt
	fmt.Println(minInt/neg, minInt%neg, -minInt, minInt-1 == math.MaxInt)
	i8 := int8(-128)
	fmt.Println(i8/int8(neg), -i8, i8*i8, i8-1, div(i8, int8(neg)))
	fmt.Println(-7/2, -7%2, 7/-2, 7%-2, -7>>1, uint8(249)>>1)
	x := 10
	try("state", func() {
		x++
		x = x / zero
		x = -5
	})
	fmt.Println(x)
	u := uint(3)
	fmt.Println(u-4 > 0, u-4 == math.MaxUint-0, ^u == math.MaxUint-3)
	try("in an index", func() {
		a := []int{1, 2, 3}
		fmt.Println(a[7%3], a[len(a)/(zero+1)-1])
		fmt.Println(a[1/zero])
	})
}
