package rng

// Functions whose names end in Block give the numbers of a whole block of cells
// at one step: what cell n gets depends on seed, stream, n and step alone, not on
// the blocks that the cells are cut into. Two cells share one address of At: cell
// n has the first number of address n/2 if it is even, the second if it is odd.

// Float64Block sets dst[i] to the uniform number in [0, 1) of cell first+i.
func (s *Source) Float64Block(dst []float64, first, step uint64) {
	s.pairs(dst, first, step, (*Source).Float64At)
}

// NormBlock sets dst[i] to the standard normal number of cell first+i.
func (s *Source) NormBlock(dst []float64, first, step uint64) {
	s.pairs(dst, first, step, (*Source).NormAt)
}

// pairs lays the two numbers of each address side by side.
func (s *Source) pairs(dst []float64, first, step uint64, at func(s *Source, index, step uint64) (a, b float64)) {
	for i := 0; i < len(dst); {
		n := first + uint64(i)
		a, b := at(s, n/2, step)
		if n&1 == 0 {
			dst[i] = a
			i++
		}
		if i < len(dst) {
			dst[i] = b
			i++
		}
	}
}
