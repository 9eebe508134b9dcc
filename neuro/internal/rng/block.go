package rng

import (
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Functions whose names end in Block give the numbers of a whole block of cells
// at one step: what cell n gets depends on seed, stream, n and step alone, not on
// the blocks that the cells are cut into. Two cells share one address of At: cell
// n has the first number of address n/2 if it is even, the second if it is odd.

// Float64Block sets dst[i] to the uniform number in [0, 1) of cell first+i.
func (s *Source) Float64Block(dst []float64, first, step uint64) {
	s.pairs(dst, first, step, false)
}

// NormBlock sets dst[i] to the standard normal number of cell first+i.
func (s *Source) NormBlock(dst []float64, first, step uint64) {
	s.pairs(dst, first, step, true)
}

// pairs lays the two numbers of each address side by side.
func (s *Source) pairs(dst []float64, first, step uint64, normal bool) {
	at := (*Source).Float64At
	if normal {
		at = (*Source).NormAt
	}
	i := 0
	if first&1 != 0 && len(dst) > 0 {
		_, dst[0] = at(s, first/2, step)
		i = 1
	}
	if vec.AVX2() {
		keys := s.roundKeys()
		var x, y [128]float64
		for len(dst)-i >= 8 {
			n := min(len(x), (len(dst)-i)/2)
			n = uniformAVX2(x[:n], y[:n], &keys, (first+uint64(i))/2, step)
			if normal {
				boxMullerAVX2(x[:n], y[:n], x[:n], y[:n])
			}
			i += 2 * interleaveAVX2(dst[i:], x[:n], y[:n])
		}
	}
	for ; i < len(dst); i += 2 {
		a, b := at(s, (first+uint64(i))/2, step)
		dst[i] = a
		if i+1 < len(dst) {
			dst[i+1] = b
		}
	}
}

// roundKeys returns the two keys of each round.
func (s *Source) roundKeys() (keys [20]uint64) {
	k0, k1 := s.key[0], s.key[1]
	for i := 0; i < 20; i += 2 {
		keys[i], keys[i+1] = uint64(k0), uint64(k1)
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return keys
}
