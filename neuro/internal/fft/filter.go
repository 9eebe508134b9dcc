package fft

// FilterMany multiplies four real signals by w, the transform of a filter of the
// plan's length, and transforms back: z has their transforms as RealMany gives
// them, y becomes n groups, and so does tmp, which is overwritten. Every group of
// y holds the four imaginary parts and then the four real parts of a sample, both
// n times too large.
func (p *Plan) FilterMany(y, tmp, z []float64, w []complex128) {
	p.check("y", len(y), size*p.n)
	p.check("w", len(w), p.n)
	p.check("z", len(z), Groups(p.n))
	low := p.n/2 + 1
	if simd {
		f := floats(w)
		filterAVX2(&y[0], &z[0], &f[0], low)
		if high := p.n - low; high > 0 {
			filterConjAVX2(&y[size*low], &z[size*high], &f[2*low], high)
		}
	} else {
		for k, v := range w {
			for l := range Lanes {
				x := complex128(0)
				if k < low {
					x = get(z, size*k, l)
				} else {
					x = get(z, size*(p.n-k), l)
					x = complex(real(x), -imag(x))
				}
				v := mul(v, x)
				put(y, size*k, l, complex(imag(v), real(v)))
			}
		}
	}
	p.Many(y, tmp, 1)
}

// FilterReal multiplies four real signals by the first n/2+1 values w of the
// transform of a real filter, of even length n, and transforms back: z has their
// transforms as RealMany gives them, y and tmp have its length and are
// overwritten. Then sample 2i of signal l is y[8i+4+l], and sample 2i+1 y[8i+l],
// both n/2 times too large.
func (p *Plan) FilterReal(y, tmp, z []float64, w []complex128) {
	h := p.n / 2
	p.check("y", len(y), Groups(p.n))
	p.check("z", len(z), Groups(p.n))
	p.check("2w-2", 2*len(w)-2, p.n)
	p.prepareHalf()
	if simd {
		filterAVX2(&y[0], &z[0], &floats(w)[0], h+1)
	} else {
		for k, v := range w {
			for l := range Lanes {
				x := mul(v, get(z, size*k, l))
				put(y, size*k, l, complex(imag(x), real(x)))
			}
		}
	}
	for l := range Lanes {
		a, b := y[l+Lanes], y[size*h+l+Lanes]
		put(y, 0, l, complex(halve(a-b), halve(a+b)))
	}
	if n := h / 2; n > 0 && simd {
		foldAVX2(&y[0], &floats(p.turn)[0], h, n)
	} else {
		for k := 1; k <= h-k; k++ {
			for l := range Lanes {
				a, b := get(y, size*k, l), get(y, size*(h-k), l) // parts exchanged
				er, ei := halve(imag(a)+imag(b)), halve(real(a)-real(b))
				dr, di := halve(imag(a)-imag(b)), halve(real(a)+real(b))
				w := p.turn[k]
				o := mul(complex(real(w), -imag(w)), complex(dr, di))
				put(y, size*k, l, complex(ei+real(o), er-imag(o)))
				put(y, size*(h-k), l, complex(real(o)-ei, er+imag(o)))
			}
		}
	}
	p.half.Many(y[:size*h], tmp[:size*h], 1)
}
