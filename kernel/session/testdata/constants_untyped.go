// Untyped constants take the type they need: exact arithmetic, defaults,
// mixed kinds, shifts of untyped values, and comparisons with variables.
package main

import (
	"fmt"
	"math"
	"time"
)

type temp float32

const (
	tenth   = 0.1
	exact   = tenth + 0.2
	million = 1e6
	letter  = 'x'
	z       = 1 + 2i
	yes     = 1 < 2
)

func kinds(xs ...any) {
	for _, x := range xs {
		fmt.Printf("%T=%v ", x, x)
	}
	fmt.Println()
}

func main() {
	x, y := 0.1, 0.2
	fmt.Println(exact == 0.3, x+y == 0.3, x+y, exact)
	kinds(million, letter, z, yes, 1, 2.0, 'a'*1.0, 1+'a', 2*1i, 1/2, 1/2.0)
	var i int = million
	var f float32 = tenth
	var c complex64 = 3
	var b byte = letter
	var t temp = 36.6
	kinds(i, f, c, b, t+1, t*tenth)
	var d time.Duration = 2 * time.Second
	kinds(d/4, 1500*time.Millisecond, time.Duration(i)*time.Microsecond)
	n := uint(3)
	var shifted int64 = 1 << n
	var wide = uint64(1<<n) << 60
	var u8 = uint8(255)
	kinds(shifted, wide, 1<<3.0, u8>>1<<1, u8+1, u8<<n)
	var w int8 = -1
	kinds(w>>7, uint8(w)>>7, uint8(w), uint16(w), int64(uint32(w)))
	fmt.Println(float32(0.1) == 0.1, float64(f) == 0.1, f == float32(x), f*f)
	fmt.Println(math.MaxFloat32, math.SmallestNonzeroFloat64, math.Pi, float32(math.Pi))
	fmt.Println(5/2, -5/2, 5.0/2, 5%-3, 1/3.0*3 == 1, 10/4*4)
	fmt.Println(len("héllo"), len([...]int{9: 1}), 0x1p-2, 0b1010, 0o17, 017, 1_000_000, 0x_ff, 1e3, .5e1, 0x1.8p1)
	var r rune = 'é'
	fmt.Println(r, '\n', '\x41', '\u00e9', "\x41\u00e9\101", `raw\n`)
	const mask = ^uint32(0)
	fmt.Println(mask, mask>>28, -1^5, 6|1, 6&3, 6^3, +7, -(-7))
	fmt.Println(math.MaxInt64, uint64(1<<63), int32(math.MinInt32))
}
