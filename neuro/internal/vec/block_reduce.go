package vec

import "math"

// The sums of this file have a fixed order: element i goes to the partial sum
// i&15, and partial sums that are 8, 4, 2 and 1 apart are then added. The order
// does not depend on the CPU, and its rounding error grows with a sixteenth of
// the length.

// SumBlock returns the sum of x.
func SumBlock(x []float64) float64 {
	var s [16]float64
	i := 0
	if useAVX2 {
		i = sumAVX2(&s, x)
	}
	for ; i < len(x); i++ {
		s[i&15] += x[i]
	}
	return sumPartial(&s)
}

// DotBlock returns the sum of x*y, each product fused with its addition.
func DotBlock(x, y []float64) float64 {
	equalLengths(len(x), len(y))
	var s [16]float64
	i := 0
	if useAVX2 {
		i = dotAVX2(&s, x, y)
	}
	for ; i < len(x); i++ {
		s[i&15] = math.FMA(x[i], y[i], s[i&15])
	}
	return sumPartial(&s)
}

func sumPartial(s *[16]float64) float64 {
	for d := 8; d > 0; d /= 2 {
		for i := range d {
			s[i] += s[i+d]
		}
	}
	return s[0]
}
