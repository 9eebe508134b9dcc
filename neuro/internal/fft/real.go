package fft

// RealForward sets dst[k], k = 0 ... n/2, to the transform of the n real
// values in src; the values above n/2 are the conjugates of those below. dst
// has length n/2+1 (integer division).
func (p *Plan) RealForward(dst []complex128, src []float64) {
	p.check("src", len(src), p.n)
	p.check("dst", len(dst), p.n/2+1)
	if p.n%2 == 1 {
		buf := p.buffer(p.n)
		defer p.scratch.Put(buf)
		z := *buf
		for i, x := range src {
			z[i] = complex(x, 0)
		}
		p.Forward(z, z)
		copy(dst, z)
		dst[0] = complex(real(dst[0]), 0)
		return
	}
	p.prepareHalf()
	h := p.n / 2
	p.half.Forward(dst[:h], pairs(src))
	a := dst[0]
	dst[0] = complex(real(a)+imag(a), 0)
	dst[h] = complex(real(a)-imag(a), 0)
	k := 1
	if fours := (h - 1) / 8; fours > 0 && simd {
		unfoldRowAVX2(&floats(dst)[0], &floats(p.turn)[0], h, fours)
		k += 4 * fours
	}
	for ; k <= h-k; k++ {
		dst[k], dst[h-k] = unfolded(dst[k], dst[h-k], p.turn[k])
	}
}

// RealInverse sets dst to the n real values whose transform is src, given for
// k = 0 ... n/2: it undoes RealForward. The imaginary parts of src[0] and, for
// even n, of src[n/2] are taken as 0.
func (p *Plan) RealInverse(dst []float64, src []complex128) {
	p.check("dst", len(dst), p.n)
	p.check("src", len(src), p.n/2+1)
	if p.n%2 == 1 {
		buf := p.buffer(p.n)
		defer p.scratch.Put(buf)
		z := *buf
		z[0] = complex(real(src[0]), 0)
		for k := 1; k < len(src); k++ {
			z[k] = src[k]
			z[p.n-k] = complex(real(src[k]), -imag(src[k]))
		}
		p.Inverse(z, z)
		for i := range dst {
			dst[i] = real(z[i])
		}
		return
	}
	p.prepareHalf()
	h := p.n / 2
	buf := p.buffer(h)
	defer p.scratch.Put(buf)
	z := *buf
	x0, xh := real(src[0]), real(src[h])
	z[0] = complex((x0+xh)/2, (x0-xh)/2)
	for k := 1; k <= h-k; k++ {
		a, b := src[k], src[h-k]
		er, ei := halve(real(a)+real(b)), halve(imag(a)-imag(b))
		dr, di := halve(real(a)-real(b)), halve(imag(a)+imag(b))
		w := p.turn[k]
		o := mul(complex(real(w), -imag(w)), complex(dr, di))
		z[k] = complex(er-imag(o), ei+real(o))
		z[h-k] = complex(er+imag(o), -ei+real(o))
	}
	p.half.Inverse(z, z)
	for i, v := range z {
		dst[2*i], dst[2*i+1] = real(v), imag(v)
	}
}

// halve returns x/2, rounded, so that it is not fused with a sum.
func halve(x float64) float64 { return float64(x * 0.5) }

// prepareHalf builds what real transforms of even length need.
func (p *Plan) prepareHalf() {
	p.once.Do(func() {
		p.half = New(p.n / 2)
		p.turn = make([]complex128, p.n/4+1)
		for k := range p.turn {
			p.turn[k] = root(k, p.n)
		}
	})
}
