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
