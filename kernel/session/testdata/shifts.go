// Shifts: counts as large as one likes, of any integer type, signed shifts
// keep the sign, the left operand's type decides.
package main

import "fmt"

func left[T int8 | uint8 | int32 | uint32 | int64 | uint64](x T, n uint) []T {
	return []T{x << n, x >> n, x << (n * 8), x >> (n * 8)}
}

func popcount(x uint64) (n int) {
	for i := range 64 {
		n += int(x >> i & 1)
	}
	return
}

func reverse(b uint8) (r uint8) {
	for i := 7; i >= 0; i-- {
		r |= b & 1 << i
		b >>= 1
	}
	return
}

func rotl(x uint32, k int) uint32 { return x<<(k&31) | x>>(-k&31) }

func main() {
	one, neg := 1, -8
	for _, n := range []int{0, 1, 31, 32, 62, 63, 64, 65, 1000} {
		fmt.Print(one<<n, " ", neg>>n, " ", neg<<n, "; ")
	}
	fmt.Println()
	fmt.Println(left(int8(-3), 2), left(uint8(200), 3), left(int32(-5), 5), left(uint64(1)<<63, 9))
	var big uint64 = 1 << 40
	fmt.Println(uint8(1)<<big, int8(-1)>>big, 7>>big, uint32(7)<<(big>>38))
	var n8 uint8 = 200
	fmt.Println(1<<n8 == 0, int64(-1)>>n8, uint16(1)<<(n8-190), 3<<(n8&3))
	var i8 int8 = 7
	fmt.Println(int8(1)<<i8, uint8(1)<<i8, (i8<<4)<<1, int8(-128)>>i8, uint8(128)>>i8)
	fmt.Println(popcount(0xdeadbeef), reverse(0b00010110), rotl(0x80000001, 1), rotl(0x12345678, -8))
	x := 5
	x <<= 2
	x >>= 1
	x |= 1 << 6
	x &^= 1 << 1
	x ^= -1
	fmt.Println(x, x>>1, uint(x)>>60, -x>>1)
	var w int64 = 1 << 3
	s := 33
	var y int64 = 1 << s
	var z = uint32(1) << s >> s
	f := float64(1 << 10)
	fmt.Println(w, y, z, f, 1<<s>>s, uint8(1<<7)>>7)
	var u interface{} = uint16(1) << 15
	fmt.Printf("%T %v %x %b %o\n", u, u, 1<<20-1, 1<<5|1, 1<<9)
	mask := ^uint64(0) >> (64 - 12)
	fmt.Println(mask, ^mask>>60, -1<<4, ^(-1 << 4))
}
