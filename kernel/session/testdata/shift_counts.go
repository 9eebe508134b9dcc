// Shift counts of every integer type, signed ones checked for being negative,
// constant and computed, of operands of every size; also in op-assignments.
package main

import "fmt"

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

func shift[X, C integer](x X, c C) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = fmt.Sprint(r)
		}
	}()
	l, r := x<<c, x>>c
	x <<= c
	if x != l {
		return "differs"
	}
	return fmt.Sprint(l, " ", r)
}

func counts[X integer](x X) {
	fmt.Printf("%T ", x)
	for _, c := range []int8{0, 1, 7, 8, 31, 63, 64, 127, -1, -128} {
		fmt.Print(shift(x, c), "|", shift(x, uint8(c)), "; ")
	}
	fmt.Println()
}

func negative(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

type small int8

func main() {
	counts(int8(-77))
	counts(uint8(200))
	counts(int16(-3))
	counts(uint16(40000))
	counts(int32(-9))
	counts(uint32(3e9))
	counts(int64(-1 << 62))
	counts(uint64(1<<63 + 5))
	counts(small(100))
	var i8 int8 = -3
	var i16 int16 = -300
	var i32 int32 = -1 << 31
	var i64 int64 = -1
	negative(func() { fmt.Println(uint8(1) << i8) })
	negative(func() { fmt.Println(int64(1) >> i16) })
	negative(func() { var w uint64 = 1.0 << i32; fmt.Println(w) })
	negative(func() { x := uint16(1); x >>= i64; fmt.Println(x) })
	negative(func() { fmt.Println(1 << (i8 + 3)) })
	negative(func() { fmt.Println(uint64(1) << uint8(i8)) })
	negative(func() {
		s := []int{1, 2}
		s[0] <<= s[1] - 3
		fmt.Println(s)
	})
	var u64 uint64 = 1<<63 + 1
	fmt.Println(1<<u64, -1>>u64, uint8(255)>>u64, int8(-128)>>u64, uint32(1)<<(u64>>59))
}
