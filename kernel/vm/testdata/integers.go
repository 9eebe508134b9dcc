//go:build ignore

// Integers of all sizes that wrap in hot loops; shifts, divisions and
// conversions.
package main

import (
	"fmt"
	"math"
)

func main() {
	a, b, c, d := int8(1), int16(1), int32(1), int64(1)
	e, f, g, h := uint8(1), uint16(1), uint32(1), uint64(1)
	for i := range 3000 {
		a = a*3 + int8(i)
		b = b*5 - int16(i)
		c = c*7 + int32(i)<<5
		d = d*6364136223846793005 + 1
		e = e*3 ^ uint8(i)
		f = f*5 + f>>3
		g = g*1664525 + 1013904223
		h ^= h<<13 ^ h>>7
	}
	fmt.Println(a, b, c, d, e, f, g, h)
	var q, r [8]int64
	for i := -3000; i <= 3000; i++ {
		if i == 0 {
			continue
		}
		q[0] += 1000 / int64(i)
		r[0] += 1000 % int64(i)
		q[1] += int64(int8(i) / 3)
		r[1] += int64(int8(i) % 3)
		q[2] += int64(math.MinInt32 / int32(i))
		q[3] += math.MinInt64 / int64(i) >> 20
		r[3] += math.MinInt64 % int64(i)
		q[4] += int64(uint32(i) / 7)
		r[4] += int64(uint16(i) % 11)
		if int8(i) != 0 {
			q[5] += int64(int8(-128) / int8(i))
		}
	}
	fmt.Println(q, r)
	var s [6]int64
	for i := range 200 {
		for k := range 30 {
			x := int32(i*k - 777)
			s[0] += int64(x << (k * 3))
			s[1] += int64(x >> (k * 3))
			s[2] += int64(uint8(x) << k)
			s[3] += int64(uint64(x) >> (k * 5))
			s[4] += int64(int16(x) >> uint8(k))
			s[5] ^= int64(x &^ (1 << k))
		}
	}
	fmt.Println(s)
	var t [8]float64
	x := -1e6
	for i := range 4000 {
		x += 499.7
		t[0] += float64(int8(int(x)))
		t[1] += float64(uint8(int(x)))
		t[2] += float64(int32(x))
		t[3] += float64(int64(x * 1e9))
		t[4] += float64(float32(x))
		t[5] += float64(uint64(math.Abs(x) * 1e12))
		t[6] += float64(uint32(int64(x)))
		t[7] += float64(i) - math.Trunc(x)
	}
	fmt.Println(t)
	nan, inf, zero := math.NaN(), math.Inf(1), math.Copysign(0, -1)
	n := [6]int{}
	for i := range 3000 {
		v := float64(i%3-1) * inf
		if v != v {
			n[0]++
		}
		if !(nan < v) && !(nan >= v) {
			n[1]++
		}
		if math.Signbit(zero * float64(i%2)) {
			n[2]++
		}
		if min(v, 0) < max(0, v) {
			n[3]++
		}
		if 1/(zero+float64(i%2-1)*0) < 0 {
			n[4]++
		}
		if v == inf || v == -inf {
			n[5]++
		}
	}
	fmt.Println(n)
}
