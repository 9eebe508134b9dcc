package rng

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Counts is a Poisson distribution from which numbers are drawn by inversion of
// 32 random bits: probabilities are those of the distribution to 2^-32.
type Counts struct {
	parts  int      // numbers that are added up
	base   float32  // the smallest number of a part
	limits []uint32 // the distribution function times 2^32, with flipped sign bits
}

// largestPart is the largest mean for which exp(-mean) is a normal number, and
// more.
const largestPart = 400

// NewCounts returns the Poisson distribution of a mean, which must not be
// negative or above a million.
func NewCounts(mean float64) *Counts {
	if !(mean >= 0 && mean <= 1e6) {
		panic(fmt.Sprintf("rng: NewCounts: the mean is %g; it must be 0 to 1e6", mean))
	}
	c := &Counts{parts: int(math.Ceil(mean / largestPart))}
	if c.parts > 1 {
		mean /= float64(c.parts)
	}
	p := vec.Exp(-mean)
	sum := p
	for k := 1.0; ; k++ {
		limit := math.Round(float64(sum * (1 << 32)))
		if limit >= 1<<32 {
			return c
		}
		if limit == 0 {
			c.base++
		} else {
			c.limits = append(c.limits, uint32(limit)^1<<31)
		}
		p = float64(p * (mean / k))
		if sum+p == sum && k > mean {
			return c
		}
		sum += p
	}
}

// AddCounts adds weight times the Poisson number of cell first+i, at a step, to
// dst[i]. Four cells share an address of At, a word for each; first must be a
// multiple of four, and cells are less than 2^48.
func (s *Source) AddCounts(dst []float32, c *Counts, weight float32, first, step uint64) {
	if first&3 != 0 {
		panic("rng: AddCounts: first is no multiple of 4")
	}
	for part := range c.parts {
		address := first/4 | uint64(part)<<48
		i := 0
		if vec.AVX2() && len(dst) >= 16 {
			keys := s.roundKeys()
			i = poissonAVX2(dst, &keys, address, step, c.limits, c.base, weight)
		}
		for ; i < len(dst); i += 4 {
			a, b := s.At(address+uint64(i/4), step)
			for j, w := range [4]uint32{uint32(a), uint32(a >> 32), uint32(b), uint32(b >> 32)} {
				if i+j < len(dst) {
					dst[i+j] += float32(c.count(w) * weight)
				}
			}
		}
	}
}

// count returns the number at which the distribution function passes a word.
func (c *Counts) count(word uint32) float32 {
	n := c.base
	for _, l := range c.limits {
		if l^1<<31 > word {
			break
		}
		n++
	}
	return n
}
