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

// DotsBlock adds the sum of a[i]*b[j], each product fused with its addition, to
// sum[i][j] for all pairs of rows: what a product of a matrix with another's
// transpose is made of. Element t of a pair goes to the partial sum t&3, and partial
// sums that are 2 and 1 apart are then added. Rows of sum may be longer than b.
func DotsBlock(sum, a, b [][]float64) {
	equalLengths(len(sum), len(a))
	if len(a) == 0 || len(b) == 0 {
		return
	}
	n := len(a[0])
	rowLengths(a, n)
	rowLengths(b, n)
	var rows [4][]float64
	var pair [2][]float64
	for i := 0; i < len(a); i += 4 {
		for k := range rows { // the last row stands for those that are not there
			rows[k] = a[min(i+k, len(a)-1)]
		}
		for j := 0; j < len(b); j += 2 {
			pair[0], pair[1] = b[j], b[min(j+1, len(b)-1)]
			var s [32]float64
			t := 0
			if useAVX2 {
				t = dotsAVX2(&s, &rows, &pair)
			}
			for ; t < n; t++ {
				for k, r := range rows {
					s[8*k+t&3] = math.FMA(r[t], pair[0][t], s[8*k+t&3])
					s[8*k+4+t&3] = math.FMA(r[t], pair[1][t], s[8*k+4+t&3])
				}
			}
			for k := range min(4, len(a)-i) {
				for l := range min(2, len(b)-j) {
					p := s[8*k+4*l : 8*k+4*l+4]
					sum[i+k][j+l] += p[0] + p[2] + (p[1] + p[3])
				}
			}
		}
	}
}
