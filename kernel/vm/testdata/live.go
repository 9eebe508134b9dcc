//go:build ignore

// Values of every kind that live across and out of hot loops.
package main

import "fmt"

type point struct {
	x, y float64
	n    int8
}

type node struct {
	next  *node
	value int
}

func main() {
	var (
		a8  int8
		u8  uint8
		a16 int16
		u16 uint16
		a32 int32
		u32 uint32
		a64 int64
		u64 uint64
		f32 float32
		f64 float64
		b   bool
		c64 complex64
		c   complex128
		s   = "start"
		sl  []int
		arr [5]int
		p   point
		r   rune
		np  *node
	)
	words := []string{"zero", "one", "two", "three"}
	list := &node{value: 1}
	list.next = &node{value: 2, next: &node{value: 3, next: list}}
	np = list
	all := make([]int, 64)
	for i := range 5000 {
		a8 += int8(i)
		u8 -= uint8(i * 3)
		a16 = a16*3 + int16(i)
		u16 = u16<<1 ^ uint16(i)
		a32 -= int32(i) * 1_000_003
		u32 = u32>>1 | uint32(i)<<29
		a64 += int64(a32) << 3
		u64 ^= uint64(a64) >> 7
		f32 += float32(i) / 3
		f64 -= float64(f32) / 7
		b = b != (i%3 == 0)
		c64 += complex(float32(i), f32)
		c = c*complex(0.5, 0.25) + complex(f64, float64(i))
		s = words[i&3]
		sl = all[i&31 : 32+i&31]
		arr[i%5] += i
		p.x, p.y = p.y+float64(i), p.x/2
		p.n++
		r = 'a' + rune(i%26)
		np = np.next
	}
	fmt.Println(a8, u8, a16, u16, a32, u32, a64, u64)
	fmt.Println(f32, f64, b, c64, c)
	fmt.Println(s, len(sl), cap(sl), arr, p, string(r), np.value)
	// Values that are swapped each turn.
	x, y, z := 1, 2, 3
	for range 3001 {
		x, y, z = y, z, x+y
		x &= 0xffff
		y &= 0xffff
		z &= 0xffff
	}
	fmt.Println(x, y, z)
	// A value of the turn before.
	prev, cur, changes := -1, 0, 0
	for i := range 4000 {
		prev, cur = cur, i*i%7
		if prev != cur {
			changes++
		}
	}
	fmt.Println(prev, cur, changes)
	// Structs that are copied, and changed through pointers.
	ps := make([]point, 10)
	q := &ps[3]
	keep := ps[3]
	for i := range 4000 {
		ps[i%10].x += 1
		q.y = ps[3].x + keep.x
		if i == 2000 {
			keep = *q
			q = &ps[4]
		}
	}
	fmt.Println(ps[3], ps[4], keep, *q)
}
