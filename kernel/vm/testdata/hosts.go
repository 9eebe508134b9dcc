//go:build ignore

// Compiled functions and methods that hot code calls: of numbers and pointers,
// some that panic, some that the fast tier has instructions for.
package main

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand"
	randv2 "math/rand/v2"
	"sync/atomic"
	"unicode"
)

func mix(n int) (s uint64) {
	for i := range n {
		x := uint64(i) * 0x9e3779b97f4a7c15
		s += bits.Reverse64(x) ^ uint64(bits.Reverse(uint(x)))>>3
		s ^= uint64(bits.Reverse32(uint32(x))) + bits.ReverseBytes64(x)<<1
		s += uint64(bits.ReverseBytes32(uint32(x))) ^ uint64(bits.Reverse8(uint8(x))) ^ uint64(bits.Reverse16(uint16(x)))
		s ^= uint64(bits.ReverseBytes16(uint16(x))) + uint64(bits.ReverseBytes(uint(x)))
		s = bits.RotateLeft64(s, i) + uint64(bits.OnesCount64(x)+bits.LeadingZeros32(uint32(x))+bits.TrailingZeros64(x))
		hi, lo := bits.Mul64(s, x)
		sum, carry := bits.Add64(hi, lo, 1)
		s ^= sum + carry
	}
	return s
}

func draws(r *rand.Rand, q *randv2.Rand, n int) (sum float64, counts [5]int, last int64) {
	for i := range n {
		a, b := r.Float64(), q.Float64()
		c := r.NormFloat64() * q.ExpFloat64()
		k := r.Intn(5)
		if a < b {
			k = q.IntN(5)
		}
		counts[k]++
		sum += a - b + c*0.01 + float64(q.Int32N(7)) - float64(r.Int31n(7)) + float64(r.Uint32()>>30) + float64(q.Uint64()>>62)
		last = r.Int63n(int64(i)+1) + q.Int64N(int64(i)+1)
		sum = math.Mod(sum, 1000) + math.Gamma(1+a)
	}
	return sum, counts, last
}

func panics(r *rand.Rand, n int) (i, s int, err any) {
	defer func() { err = recover() }()
	for i = n; ; i-- {
		s += r.Intn(i)
		s ^= i * i
		s += s >> 7 & 15
		if s > 1<<20 {
			s -= 1 << 19
		}
	}
}

type stats struct {
	n   atomic.Int64
	hit atomic.Uint32
}

func (c *stats) add(text []rune) {
	for i, r := range text {
		c.n.Add(int64(i & 3))
		if unicode.IsUpper(r) != unicode.IsLetter(r) {
			c.hit.Add(1)
		}
	}
}

func main() {
	fmt.Println(mix(3000))
	fmt.Println(draws(rand.New(rand.NewSource(3)), randv2.New(randv2.NewPCG(1, 2)), 5000))
	i, s, err := panics(rand.New(rand.NewSource(5)), 4000)
	fmt.Println(i, s, err)
	var none *rand.Rand
	_, _, err = panics(none, 3)
	fmt.Println(err)
	var c stats
	for range 500 {
		c.add([]rune("Spike-Timing Dependent äÖ 12"))
	}
	fmt.Println(c.n.Load(), c.hit.Load())
}
