// min and max: constants stay constants, floats know NaN and signed zeros,
// strings compare by bytes, named types stay named, operands in order.
package main

import (
	"fmt"
	"math"
)

type Hz float64

func (h Hz) String() string { return fmt.Sprintf("%g Hz", float64(h)) }

const top = max(1, 2.5, 'a')

var table [min(4, 7)]int

func say(n int) int { fmt.Print("<", n, ">"); return n }

func largest[T int | float64 | string](a, b T) T { return max(a, b) }

func clamp[T ~float64](x, lo, hi T) T { return min(max(x, lo), hi) }

func main() {
	fmt.Println(top, len(table), min(3), max(2, 1), min(2.5, 1))
	fmt.Printf("%T %T %T\n", top, min(1, 2.0), max(Hz(3), 2))
	fmt.Println(min(say(3), say(1), say(2)))
	nan, inf := math.NaN(), math.Inf(1)
	fmt.Println(min(1, nan), max(nan, inf), min(-inf, 5), max(inf, 5))
	zero := 0.0
	neg := math.Copysign(0, -1)
	fmt.Println(min(zero, neg), min(neg, zero), max(neg, zero), max(zero, neg), max(neg, neg))
	fmt.Println(min("beta", "alpha", "gamma"), max("a", "é", "z"), min("", "x"))
	fmt.Println(largest(2, 3), largest(2.5, -1), largest("p", "q"))
	fmt.Println(clamp(Hz(120), 4, 80), clamp(Hz(1), 4, 80), clamp(Hz(40), 4, 80))
	var u8 uint8 = 200
	fmt.Println(min(u8, 255), max(u8, 100)+100)
	var i8 int8 = -128
	fmt.Println(max(i8, -i8), min(i8, 127))
	xs := []float64{3, -1, 4}
	lo, hi := xs[0], xs[0]
	for _, x := range xs {
		lo, hi = min(lo, x), max(hi, x)
	}
	fmt.Println(lo, hi, min(len(xs), 10), max(xs[0], xs[1], xs[2]))
	var f32 float32 = 1.1
	fmt.Printf("%T %v\n", min(f32, 2), max(f32, 1))
	{
		max := func(a, b int) string { return "mine" }
		fmt.Println(max(1, 2))
	}
}
