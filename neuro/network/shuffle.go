package network

import (
	"math"
	"math/bits"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// A shuffle is a random order of the numbers below n in which each place can be looked at
// without the others: a Feistel network of random functions on two digits of nearly equal
// bases (Black and Rogaway 2002, Ciphers with arbitrary finite domains), walked on where it
// leads to n or beyond.
type shuffle struct {
	n    uint32
	a, b uint32 // bases of the digits
	by   divisor
	// functions of the second digit that are added to the first, and of the first added
	// to the second, by turns.
	functions [][]uint16
}

// mostShuffled is the longest order: its digits have 16 bits.
const mostShuffled = 1 << 31

func newShuffle(n uint32, s *rng.Source) *shuffle {
	x := &shuffle{n: n, a: 1, b: 1}
	if n > 1 {
		x.a = uint32(math.Ceil(math.Sqrt(float64(n))))
		x.b = (n + x.a - 1) / x.a
	}
	x.by = newDivisor(x.b)
	rounds := 4
	if n < 1<<14 { // small digits mix slowly
		rounds = 24
	}
	for i := range rounds {
		of, below := x.b, x.a
		if i%2 == 1 {
			of, below = below, of
		}
		f := make([]uint16, of)
		for k := range f {
			f[k] = uint16(s.Uint64() >> 32 * uint64(below) >> 32)
		}
		x.functions = append(x.functions, f)
	}
	return x
}

// at returns the number at a place.
func (s *shuffle) at(place uint32) uint32 {
	for {
		l := s.by.of(place)
		r := place - l*s.b
		for i := 0; i+1 < len(s.functions); i += 2 {
			l = around(l+uint32(s.functions[i][r]), s.a)
			r = around(r+uint32(s.functions[i+1][l]), s.b)
		}
		if place = l*s.b + r; place < s.n {
			return place
		}
	}
}

// fill sets dst to the quotients by per of the numbers from a place on.
func (s *shuffle) fill(dst []uint32, place uint32, per divisor) {
	if len(s.functions) != 4 {
		for i := range dst {
			dst[i] = per.of(s.at(place + uint32(i)))
		}
		return
	}
	// As at, written out: a connection of a procedural network costs little else.
	f0, f1, f2, f3 := s.functions[0], s.functions[1], s.functions[2], s.functions[3]
	a, b := s.a, s.b
	first := s.by.of(place)
	second := place - first*b
	for i := range dst {
		l := around(first+uint32(f0[second]), a)
		r := around(second+uint32(f1[l]), b)
		l = around(l+uint32(f2[r]), a)
		r = around(r+uint32(f3[l]), b)
		x := l*b + r
		if x >= s.n {
			x = s.at(x)
		}
		dst[i] = per.of(x)
		if second++; second == b {
			first, second = first+1, 0
		}
	}
}

// around returns x modulo n for x below 2n, without a branch (min has one).
func around(x, n uint32) uint32 {
	d := x - n
	return d + n&uint32(int32(d)>>31)
}

// A divisor divides 32-bit numbers without a division.
type divisor struct {
	d       uint32
	inverse uint64 // 2^64/d rounded up
}

func newDivisor(d uint32) divisor { return divisor{d, math.MaxUint64/uint64(max(d, 1)) + 1} }

func (d divisor) of(x uint32) uint32 {
	if d.d <= 1 {
		return x
	}
	q, _ := bits.Mul64(uint64(x), d.inverse)
	return uint32(q)
}
