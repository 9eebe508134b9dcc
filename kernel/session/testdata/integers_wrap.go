// Fixed-size integers wrap around in every operation and conversion, also in
// arrays, struct fields, maps and through pointers.
package main

import (
	"fmt"
	"math"
)

type reg struct {
	a uint8
	b int16
}

type tick uint16

func mix(h uint32, b byte) uint32 { return (h ^ uint32(b)) * 16777619 }

func xorshift(s *uint64) uint64 {
	*s ^= *s << 13
	*s ^= *s >> 7
	*s ^= *s << 17
	return *s
}

func lcg(s int32) int32 { return s*1103515245 + 12345 }

func main() {
	var u8 uint8 = 250
	var i8 int8 = 120
	for range 10 {
		u8++
		i8++
	}
	fmt.Println(u8, i8, u8*u8, i8*i8, -i8, -u8, ^u8, u8-5, i8-100)
	var i16 int16 = math.MaxInt16
	var i32 int32 = math.MinInt32
	var i64 int64 = math.MaxInt64
	fmt.Println(i16+1, i32-1, i64+1, -i32, i32*i32, i64*i64, i16*2)
	var u uint = 0
	var u64 uint64 = math.MaxUint64
	fmt.Println(u-1, u64+2, u64*u64, uint32(u64), u64>>63, uint16(u64>>3<<2))
	r := reg{255, -32768}
	r.a++
	r.b--
	p := &r.b
	*p += 2
	fmt.Println(r, *p)
	arr := [3]uint8{254, 255, 0}
	for i := range arr {
		arr[i] += 2
	}
	m := map[string]int8{"x": 127}
	m["x"]++
	m["y"] -= 127
	m["y"]--
	fmt.Println(arr, m)
	f := 300.7
	n := -1
	fmt.Println(int(f), uint8(int(f)), int8(n), uint8(n), uint32(n), int8(int64(n)<<7), uint64(int8(n)))
	h := uint32(2166136261)
	for _, b := range []byte("hippocampus") {
		h = mix(h, b)
	}
	s := uint64(88172645463325252)
	xorshift(&s)
	fmt.Println(h, xorshift(&s), lcg(lcg(1)))
	var t tick = 65535
	t++
	fmt.Println(t, t-1, (t+1)<<15<<1, (t+3)*tick(40000))
	sum := byte(0)
	for _, b := range []byte("checksum over a string") {
		sum += b
	}
	sum = ^sum + 1
	fmt.Println(sum, int8(sum))
	var x int = math.MaxInt
	x++
	fmt.Println(x == math.MinInt, x-1 > 0, uint(x))
}
