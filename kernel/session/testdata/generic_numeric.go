// One generic kernel at several number types: wrap-around, division, rounding
// and shifts are those of the type that it is instantiated with.
package main

import "fmt"

type Int interface {
	~int8 | ~uint8 | ~int16 | ~int32 | ~uint32 | ~int64 | ~uint64
}
type Float interface{ ~float32 | ~float64 }

func power[T Int | Float](x T, n int) T {
	r := T(1)
	for range n {
		r *= x
	}
	return r
}

func mean[T Int | Float](xs ...T) T {
	var s T
	for _, x := range xs {
		s += x
	}
	return s / T(len(xs))
}

func hash[T Int](s string) T {
	var h T
	for i := range len(s) {
		h = h*31 + T(s[i])
		h ^= h >> 3
	}
	return h
}

func harmonic[T Float](n int) T {
	var s T
	for i := 1; i <= n; i++ {
		s += 1 / T(i)
	}
	return s
}

func bitsOf[T Int](x T) (n int) {
	for ; x != 0; x &= x - 1 {
		n++
	}
	return
}

func limits[T ~int8 | ~uint8](x T) (T, T, T, T) { return x + 1, -x, ^x, x << 1 }

type Level int8

func main() {
	fmt.Println(power(int8(3), 5), power(uint8(3), 6), power(int32(7), 12), power(2.5, 3), power(float32(1.1), 2))
	fmt.Println(mean(1, 2, 4.0), mean(int8(100), 100), mean(uint8(200), 100), mean[float32](1, 2, 2))
	fmt.Println(hash[int8]("neuron"), hash[uint8]("neuron"), hash[int32]("neuron"), hash[uint64]("neuron"))
	fmt.Println(harmonic[float32](1000), harmonic[float64](1000))
	fmt.Println(bitsOf(int8(-1)), bitsOf(uint32(0xF0F0)), bitsOf(int64(-1)), bitsOf(Level(7)))
	fmt.Println(limits(int8(127)))
	fmt.Println(limits(uint8(255)))
	fmt.Println(limits(Level(-128)))
	fmt.Printf("%T %T\n", mean(Level(3)), power(float32(2), 0))
}
