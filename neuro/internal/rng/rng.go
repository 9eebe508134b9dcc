// Package rng holds the random numbers of neuro/: a counter-based generator, so
// that a number depends on where it is used and not on what was drawn before.
//
//	r := rng.New(seed, 0)      // a stream to draw from
//	x := r.Norm()              // the next standard normal number
//	a, b := r.NormAt(cell, t)  // the two that belong to this cell and step
//
// The generator is Philox4x32 with 10 rounds (Salmon, Moraes, Dror and Shaw
// 2011, Parallel random numbers: as easy as 1, 2, 3), held against the known
// answers that its authors publish.
package rng

import (
	"math"
	"math/bits"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Source is one stream of random numbers. Its methods without an address
// draw the next number; those that end in At give the numbers that belong to an
// index and a step, and change nothing, so that several goroutines may call
// them.
type Source struct {
	key      [2]uint32
	block    uint64    // the next block to draw from
	words    [2]uint64 // of the block before
	left     int       // how many of them are unused
	norm     float64   // the second normal number of a pair
	haveNorm bool
}

// New returns the source of a seed and a stream. Equal pairs give equal
// numbers; streams of one seed are independent, as are seeds.
func New(seed, stream uint64) *Source {
	// The authors' round keys hold 64 bits: one block mixes the 128.
	b := philox([4]uint32{uint32(seed), uint32(seed >> 32), uint32(stream), uint32(stream >> 32)}, [2]uint32{0x6e657572, 0x6f726570})
	return &Source{key: [2]uint32{b[0], b[1]}}
}

// sequential is the step of the blocks that are drawn one after the other; it
// is out of reach of steps counted from 0.
const sequential = math.MaxUint64

// At returns two words of 64 random bits that belong to index and step.
func (s *Source) At(index, step uint64) (a, b uint64) {
	w := philox([4]uint32{uint32(index), uint32(index >> 32), uint32(step), uint32(step >> 32)}, s.key)
	return uint64(w[1])<<32 | uint64(w[0]), uint64(w[3])<<32 | uint64(w[2])
}

// Float64At returns two uniform numbers in [0, 1) that belong to index and
// step.
func (s *Source) Float64At(index, step uint64) (a, b float64) {
	u, v := s.At(index, step)
	return unit(u), unit(v)
}

// NormAt returns two independent standard normal numbers that belong to index
// and step, by the method of Box and Muller.
func (s *Source) NormAt(index, step uint64) (a, b float64) {
	u, v := s.At(index, step)
	return boxMuller(u, v)
}

// Uint64 returns 64 random bits.
func (s *Source) Uint64() uint64 {
	if s.left == 0 {
		s.words[0], s.words[1] = s.At(s.block, sequential)
		s.block++
		s.left = 2
	}
	s.left--
	return s.words[1-s.left]
}

// Float64 returns a uniform number in [0, 1).
func (s *Source) Float64() float64 { return unit(s.Uint64()) }

// Positive returns a uniform number in (0, 1], whose logarithm is finite.
func (s *Source) Positive() float64 { return positive(s.Uint64()) }

// Norm returns a standard normal number.
func (s *Source) Norm() float64 {
	if s.haveNorm {
		s.haveNorm = false
		return s.norm
	}
	var x float64
	u := s.Uint64()
	x, s.norm = boxMuller(u, s.Uint64())
	s.haveNorm = true
	return x
}

// Intn returns a uniform integer in [0, n). It panics when n is not positive.
func (s *Source) Intn(n int) int {
	if n <= 0 {
		panic("rng: Intn: n must be positive")
	}
	// The high word of a product with n is uniform once the few low words
	// that would make some results more frequent are drawn again (Lemire 2019).
	m := uint64(n)
	hi, lo := bits.Mul64(s.Uint64(), m)
	if lo < m {
		for limit := -m % m; lo < limit; {
			hi, lo = bits.Mul64(s.Uint64(), m)
		}
	}
	return int(hi)
}

// Perm returns the integers 0 to n-1 in random order.
func (s *Source) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := s.Intn(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}

func unit(u uint64) float64     { return float64(u>>11) * 0x1p-53 }
func positive(u uint64) float64 { return float64(u>>11+1) * 0x1p-53 }

func boxMuller(u, v uint64) (a, b float64) {
	r := math.Sqrt(-2 * vec.Log(positive(u)))
	sin, cos := vec.Sincos(2 * math.Pi * unit(v))
	return float64(r * cos), float64(r * sin)
}

// philox is Philox4x32-10: ten rounds of two multiplications, with the keys
// raised by the golden ratio and by sqrt(3)-1.
func philox(c [4]uint32, k [2]uint32) [4]uint32 {
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	k0, k1 := k[0], k[1]
	for i := 0; i < 10; i++ {
		p := uint64(c0) * 0xD2511F53
		q := uint64(c2) * 0xCD9E8D57
		c0, c1, c2, c3 = uint32(q>>32)^c1^k0, uint32(q), uint32(p>>32)^c3^k1, uint32(p)
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return [4]uint32{c0, c1, c2, c3}
}
