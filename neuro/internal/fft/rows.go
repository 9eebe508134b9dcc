package fft

// A Window is what RealMany does to rows before it transforms them: what
// stands at i becomes (x[i] - Level) W[i]. A nil W changes nothing.
type Window struct {
	W      []float64
	Levels [Lanes]float64
}

// Groups is how many numbers RealMany writes for a length: n/2+1 groups.
func Groups(n int) int { return size * (n/2 + 1) }

// RealMany transforms up to four rows of n real values at once: z gets a group
// for each k = 0 ... n/2, which holds the real and then the imaginary parts of
// the four transforms. A row that is nil counts as zeros. Every row gets the
// bits that RealForward gives it, whatever the others are. z has length
// Groups(n), and so has tmp, which is overwritten.
func (p *Plan) RealMany(z, tmp []float64, rows [Lanes][]float64, w Window) {
	p.check("z", len(z), Groups(p.n))
	p.check("tmp", len(tmp), Groups(p.n))
	for i, r := range rows {
		if r == nil {
			zeros := p.work(p.n)
			defer p.numbers.Put(zeros)
			clear(*zeros)
			rows[i], w.Levels[i] = *zeros, 0
		}
		p.check("a row", len(rows[i]), p.n)
	}
	if p.n%2 == 1 || p.n/2 > Direct {
		p.realOneByOne(z, rows, w)
		return
	}
	p.prepareHalf()
	h := p.n / 2
	gather(z, rows, w)
	p.half.Many(z[:size*h], tmp[:size*h], 1)
	p.unfold(z)
}

// unfold turns transforms of pairs into those of the real rows, in place.
func (p *Plan) unfold(z []float64) {
	h := p.n / 2
	for l := range Lanes {
		a := get(z, 0, l)
		put(z, 0, l, complex(real(a)+imag(a), 0))
		put(z, size*h, l, complex(real(a)-imag(a), 0))
	}
	if n := h / 2; n > 0 && simd {
		unfoldAVX2(&z[0], &floats(p.turn)[0], h, n)
		return
	}
	for k := 1; k <= h-k; k++ {
		for l := range Lanes {
			x, y := unfolded(get(z, size*k, l), get(z, size*(h-k), l), p.turn[k])
			put(z, size*k, l, x)
			put(z, size*(h-k), l, y)
		}
	}
}

// unfolded returns values k and h-k of a real transform from those of the
// transform of its pairs. With E and O the transforms of the even and odd
// samples, these are E + iO, and X[k] = E[k] + w O[k], X[h-k] = conj(E[k] - w O[k]).
func unfolded(a, b, turn complex128) (x, y complex128) {
	er, ei := halve(real(a)+real(b)), halve(imag(a)-imag(b))
	or, oi := halve(imag(a)+imag(b)), halve(real(b)-real(a))
	w := mul(turn, complex(or, oi))
	return complex(er+real(w), ei+imag(w)), complex(er-real(w), imag(w)-ei)
}

// gather lays rows side by side: an even sample is a real part and the odd one
// after it the imaginary part.
func gather(z []float64, rows [Lanes][]float64, w Window) {
	n, done := len(rows[0]), 0
	if quads := n / 4; quads > 0 && simd {
		if w.W == nil {
			gatherAVX2(&z[0], &rows[0][0], &rows[1][0], &rows[2][0], &rows[3][0], quads)
		} else {
			gatherWindowAVX2(&z[0], &rows[0][0], &rows[1][0], &rows[2][0], &rows[3][0], &w.W[0], &w.Levels[0], quads)
		}
		done = 4 * quads
	}
	for l, r := range rows {
		for i := done; i < n; i++ {
			z[size*(i/2)+Lanes*(i%2)+l] = w.apply(r[i], l, i)
		}
	}
}

func (w *Window) apply(x float64, row, i int) float64 {
	if w.W == nil {
		return x
	}
	return (x - w.Levels[row]) * w.W[i]
}

// realOneByOne is RealMany for lengths that do not go through groups.
func (p *Plan) realOneByOne(z []float64, rows [Lanes][]float64, w Window) {
	half := p.buffer(p.n/2 + 1)
	defer p.scratch.Put(half)
	buf := p.work(p.n)
	defer p.numbers.Put(buf)
	for l, r := range rows {
		for i, x := range r {
			(*buf)[i] = w.apply(x, l, i)
		}
		p.RealForward(*half, *buf)
		for k, v := range *half {
			put(z, size*k, l, v)
		}
	}
}

// RealRows sets each dst[i] to the n/2+1 values that RealForward gives for the n
// values in src[i], faster than one after the other.
func (p *Plan) RealRows(dst [][]complex128, src [][]float64) {
	p.check("dst", len(dst), len(src))
	grouped := p.n%2 == 0 && p.n/2 <= Direct
	var z, tmp []float64
	if grouped {
		buf := p.work(2 * Groups(p.n))
		defer p.numbers.Put(buf)
		z, tmp = (*buf)[:Groups(p.n)], (*buf)[Groups(p.n):]
	}
	for i := 0; i < len(src); i += Lanes {
		n := min(Lanes, len(src)-i)
		if !grouped || n == 1 {
			for k := i; k < i+n; k++ {
				p.RealForward(dst[k], src[k])
			}
			continue
		}
		var rows [Lanes][]float64
		copy(rows[:], src[i:i+n])
		p.RealMany(z, tmp, rows, Window{})
		for _, d := range dst[i : i+n] {
			p.check("a row of dst", len(d), p.n/2+1)
		}
		Scatter(dst[i:i+n], z)
	}
}

// Scatter takes groups apart: dst[l][k] becomes what lane l of group k holds.
// There are one to four rows in dst.
func Scatter(dst [][]complex128, z []float64) {
	if len(dst) == Lanes && simd && len(z) > 0 {
		scatterAVX2(&floats(dst[0])[0], &floats(dst[1])[0], &floats(dst[2])[0], &floats(dst[3])[0], &z[0], len(z)/size)
		return
	}
	for l, d := range dst {
		for k := range d {
			d[k] = get(z, size*k, l)
		}
	}
}

// AddPower adds |z|² of every group to sum, which has four numbers for each.
func AddPower(sum, z []float64) {
	n := len(z) / size
	if simd && n > 0 {
		sum = sum[:Lanes*n]
		addPowerAVX2(&sum[0], &z[0], n)
		return
	}
	for k := range n {
		for l := range Lanes {
			re, im := z[size*k+l], z[size*k+l+Lanes]
			sum[Lanes*k+l] += float64(re*re) + float64(im*im)
		}
	}
}

// AddCross adds to the four groups of sum the products a conj(c), a conj(d), b
// conj(c) and b conj(d) of n groups each, which lie stride numbers apart in a, b,
// c and d.
func AddCross(sum, a, b, c, d []float64, stride, n int) {
	if n == 0 {
		return
	}
	if simd {
		last := stride*(n-1) + size - 1
		_, _, _, _, _ = sum[4*size-1], a[last], b[last], c[last], d[last]
		addCrossAVX2(&sum[0], &a[0], &b[0], &c[0], &d[0], 8*stride, n)
		return
	}
	for k := range n {
		at := k * stride
		for i, x := range [2][]float64{a, b} {
			for j, y := range [2][]float64{c, d} {
				s := sum[size*(2*i+j):][:size]
				for l := range Lanes {
					xr, xi, yr, yi := x[at+l], x[at+l+Lanes], y[at+l], y[at+l+Lanes]
					s[l] += float64(xr * yr)
					s[l+Lanes] -= float64(xr * yi)
					s[l] += float64(xi * yi)
					s[l+Lanes] += float64(xi * yr)
				}
			}
		}
	}
}

// Regroup turns groups of four sequences into groups of four values of one: value
// k of sequence l, which is in lane l of group k of z, goes to lane k%4 of the
// group at dst[l*sequence + k/4*step:].
func Regroup(dst, z []float64, sequence, step int) {
	values, done := len(z)/size, 0
	if quads := values / Lanes; quads > 0 && simd {
		_ = dst[(Lanes-1)*sequence+(quads-1)*step+size-1]
		regroupAVX2(&dst[0], &z[0], 8*sequence, 8*step, quads)
		done = Lanes * quads
	}
	for k := done; k < values; k++ {
		for l := range Lanes {
			put(dst, l*sequence+k/Lanes*step, k%Lanes, get(z, size*k, l))
		}
	}
}
