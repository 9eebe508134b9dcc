package fft

import (
	"math"
	"unsafe"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Direct is the longest transform that goes through passes over the whole of
// it: what it works on, four sequences at once, fits a processor's own cache.
const Direct = 4096

// A split does a long transform as one over columns and one over rows (Bailey
// 1990, "FFTs in external or hierarchical memory"): with n = a·b, j = b j1 + j2
// and k = k1 + a k2,
//
//	X[k] = Σ_j2 w_b^(j2 k2) w_n^(j2 k1) Σ_j1 w_a^(j1 k1) x[j],  w_n = exp(-2πi/n).
//
// Eight columns, and then eight rows, are worked on at a time.
type split struct {
	a, b   *Plan
	within []float64    // w_n^(j2 k1) for j2 < 8, as groups
	roots  []complex128 // w_n^(8 i k1), k1 after k1, for every eighth column
}

// wide is how many columns are taken at once: two groups, a line of cache of
// real numbers.
const wide = 2 * Lanes

// newSplit returns nil when the length has no two factors of a fair size.
func newSplit(n int) *split {
	best, cost := 0, math.Inf(1)
	for a := 8; a <= n/8; a++ {
		b := n / a
		if n%a != 0 {
			continue
		}
		padded := func(n int) float64 { return float64((n+wide-1)/wide*wide) / float64(n) }
		c := float64(padded(a)*padded(b)) + float64(0.1*math.Abs(vec.Log2(float64(a)/float64(b))))
		if c < cost {
			best, cost = a, c
		}
	}
	if best == 0 || max(best, n/best) > 8*Direct {
		return nil
	}
	s := &split{a: passes(best), b: passes(n / best)}
	s.within = make([]float64, size*2*best)
	for k := range best {
		for l := range wide {
			put(s.within, size*(2*k+l/Lanes), l%Lanes, root(l*k%n, n))
		}
	}
	for c := 0; c < n/best; c += wide {
		for k := range best {
			s.roots = append(s.roots, root(c*k%n, n))
		}
	}
	return s
}

// forward sets dst to the transform of src; they may be the same slice, and work
// is the plan's.
func (s *split) forward(dst, src []complex128, work []float64) {
	na, nb := s.a.n, s.b.n
	blocks := (na + wide - 1) / wide
	row := size * 2 * nb // of a block of rows
	middle := work[:blocks*row]
	z := work[blocks*row:][:size*2*blocks*wide]
	tmp := work[blocks*row+len(z):]
	for c := 0; c < nb; c += wide {
		n := min(wide, nb-c)
		takeColumns(z, src[c:], nb, na, n)
		s.a.Many(z[:size*2*na], tmp[:size*2*na], 2)
		twist(z[:size*2*na], s.within, s.roots[c/wide*na:][:na])
		clear(z[size*2*na:])
		tile(middle[size*2*c:], z, row, blocks, n)
	}
	for k := range blocks {
		rows := middle[k*row:][:row]
		s.b.Many(rows, tmp[:row], 2)
		putColumns(dst[wide*k:], rows, na, nb, min(wide, na-wide*k))
	}
}

// work is how many numbers forward needs to work with.
func (s *split) work() int {
	blocks := (s.a.n + wide - 1) / wide
	return size * 2 * (blocks*s.b.n + blocks*wide + max(s.a.n, s.b.n))
}

// floats returns complex numbers as the pairs of real ones that they are.
func floats(x []complex128) []float64 {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*float64)(unsafe.Pointer(&x[0])), 2*len(x))
}

// pairs returns real numbers two by two as complex ones.
func pairs(x []float64) []complex128 {
	if len(x) < 2 {
		return nil
	}
	return unsafe.Slice((*complex128)(unsafe.Pointer(&x[0])), len(x)/2)
}

// takeColumns lays n of a row's numbers side by side, for every row; the places
// that are left are zero.
func takeColumns(dst []float64, src []complex128, stride, rows, n int) {
	if n == wide && simd {
		takeColumnsAVX2(&dst[0], &floats(src)[0], stride, rows)
		return
	}
	for j := range rows {
		for l := range wide {
			v := complex128(0)
			if l < n {
				v = src[j*stride+l]
			}
			put(dst, size*(2*j+l/Lanes), l%Lanes, v)
		}
	}
}

// putColumns is takeColumns the other way round.
func putColumns(dst []complex128, src []float64, stride, rows, n int) {
	if n == wide && simd {
		putColumnsAVX2(&floats(dst)[0], &src[0], stride, rows)
		return
	}
	for j := range rows {
		for l := range n {
			dst[j*stride+l] = get(src, size*(2*j+l/Lanes), l%Lanes)
		}
	}
}

// twist multiplies two groups of each row by first, and by the row's root.
func twist(z, first []float64, roots []complex128) {
	if simd {
		twistAVX2(&z[0], &first[0], &floats(roots)[0], len(roots))
		return
	}
	for k, w := range roots {
		for l := range wide {
			i := size * (2*k + l/Lanes)
			put(z, i, l%Lanes, mul(mul(w, get(first, i, l%Lanes)), get(z, i, l%Lanes)))
		}
	}
}

// tile turns tiles of eight rows of two groups over into dst, where tiles are
// stride numbers apart; only n rows are written.
func tile(dst, src []float64, stride, tiles, n int) {
	if n == wide && simd {
		tileAVX2(&dst[0], &src[0], 8*stride, tiles)
		return
	}
	for t := range tiles {
		for l := range n {
			for k := range wide {
				put(dst, t*stride+size*(2*l+k/Lanes), k%Lanes, get(src, size*(2*(wide*t+k)+l/Lanes), l%Lanes))
			}
		}
	}
}
