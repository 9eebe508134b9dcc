package fft

// bluestein computes a transform of length n as a convolution with a chirp:
// with c[j] = exp(-πi j²/n) and jk = (j² + k² - (k-j)²)/2,
//
//	X[k] = c[k] Σ_j (x[j] c[j]) conj(c[k-j]),
//
// and the sum is a cyclic convolution of any length of at least 2n-1.
type bluestein struct {
	n     int
	c     []complex128
	conv  *Plan
	image []complex128 // transform of conj(c), wrapped around
}

func newBluestein(n int) *bluestein {
	b := &bluestein{n: n, c: make([]complex128, n), conv: New(Fast(2*n - 1))}
	// j² mod 2n by its differences, which stay below 4n.
	square := 0
	for j := range b.c {
		b.c[j] = root(square, 2*n)
		square = (square + 2*j + 1) % (2 * n)
	}
	b.image = make([]complex128, b.conv.n)
	for j, c := range b.c {
		w := complex(real(c), -imag(c))
		b.image[j] = w
		if j > 0 {
			b.image[b.conv.n-j] = w
		}
	}
	b.conv.Forward(b.image, b.image)
	return b
}

func (b *bluestein) forward(dst, src []complex128) {
	buf := b.conv.buffer(b.conv.n)
	defer b.conv.scratch.Put(buf)
	z := *buf
	for j, c := range b.c {
		z[j] = mul(src[j], c)
	}
	clear(z[b.n:])
	b.conv.Forward(z, z)
	for k, w := range b.image {
		z[k] = mul(z[k], w)
	}
	b.conv.Inverse(z, z)
	for k, c := range b.c {
		dst[k] = mul(z[k], c)
	}
}

// Fast returns the smallest length of at least n whose only prime factors are
// 2, 3 and 5, at which a transform is quick.
func Fast(n int) int {
	if n <= 1 {
		return 1
	}
	best := 1
	for best < n {
		best *= 2
	}
	for five := 1; five < best; five *= 5 {
		for three := five; three < best; three *= 3 {
			v := three
			for v < n {
				v *= 2
			}
			best = min(best, v)
		}
	}
	return best
}
