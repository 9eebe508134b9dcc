package fft

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A pass is one step of a Stockham transform: with m = left/r columns and
// stride s, it takes the r values x[q + s(p + m k)], k < r, to
//
//	y[q + s(r p + j)] = w^(pj) Σ_k x[q + s(p + m k)] exp(-2πi jk/r),  w = exp(-2πi/left).
type pass struct {
	r, m, s int
	// tw holds w^(pj) for j = 1 ... r-1, p after p.
	tw []complex128
	// cos and sin of 2π t/r, for radices without a butterfly of their own.
	cos, sin []float64
}

func newPass(left, stride, r int) pass {
	s := pass{r: r, m: left / r, s: stride}
	s.tw = make([]complex128, 0, s.m*(r-1))
	for p := 0; p < s.m; p++ {
		for j := 1; j < r; j++ {
			s.tw = append(s.tw, root(p*j%left, left))
		}
	}
	if r > 5 {
		s.cos, s.sin = make([]float64, r), make([]float64, r)
		for t := range s.cos {
			w := root(t, r)
			s.cos[t], s.sin[t] = real(w), -imag(w)
		}
	}
	return s
}

// root returns exp(-2πi k/n) for 0 <= k < n. The angle is folded into the
// first eighth of the circle in integers, so that its error is at most three
// roundings whatever n is.
func root(k, n int) complex128 {
	eighth := 8 * k / n
	rest := 8*k - eighth*n
	if eighth%2 == 1 {
		rest = n - rest
	}
	s, c := vec.Sincos(float64(rest) * (math.Pi / 4) / float64(n))
	switch eighth {
	case 0:
		return complex(c, -s)
	case 1:
		return complex(s, -c)
	case 2:
		return complex(-s, -c)
	case 3:
		return complex(-c, -s)
	case 4:
		return complex(-c, s)
	case 5:
		return complex(-s, c)
	case 6:
		return complex(s, c)
	}
	return complex(c, s)
}

// mul returns a*b with every product rounded before it is added.
func mul(a, b complex128) complex128 {
	return complex(
		float64(real(a)*real(b))-float64(imag(a)*imag(b)),
		float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

func (s *pass) run(y, x []complex128) {
	switch s.r {
	case 2:
		s.radix2(y, x)
	case 3:
		s.radix3(y, x)
	case 4:
		if s.s == 1 {
			s.first4(y, x)
		} else {
			s.radix4(y, x)
		}
	case 5:
		s.radix5(y, x)
	default:
		s.odd(y, x)
	}
}

func (s *pass) radix2(y, x []complex128) {
	n := s.s
	for p := 0; p < s.m; p++ {
		w := s.tw[p]
		x0, x1 := x[n*p:][:n], x[n*(p+s.m):][:n]
		y0, y1 := y[n*2*p:][:n], y[n*(2*p+1):][:n]
		for q, a := range x0 {
			b := x1[q]
			y0[q] = a + b
			y1[q] = mul(w, a-b)
		}
	}
}

// first4 is radix4 for stride 1, where the inner loop runs over columns.
func (s *pass) first4(y, x []complex128) {
	m := s.m
	x0, x1, x2, x3 := x[:m], x[m:][:m], x[2*m:][:m], x[3*m:][:m]
	tw := s.tw[:3*m]
	y = y[:4*m]
	for p, a := range x0 {
		b, c, d := x1[p], x2[p], x3[p]
		ac, bd := a+c, b+d
		am, bm := a-c, b-d
		rot := complex(imag(bm), -real(bm))
		w, o := tw[3*p:][:3], y[4*p:][:4]
		o[0] = ac + bd
		o[1] = mul(w[0], am+rot)
		o[2] = mul(w[1], ac-bd)
		o[3] = mul(w[2], am-rot)
	}
}

func (s *pass) radix4(y, x []complex128) {
	n, m := s.s, s.m
	for p := 0; p < m; p++ {
		w1, w2, w3 := s.tw[3*p], s.tw[3*p+1], s.tw[3*p+2]
		x0, x1, x2, x3 := x[n*p:][:n], x[n*(p+m):][:n], x[n*(p+2*m):][:n], x[n*(p+3*m):][:n]
		o := y[n*4*p:][:4*n]
		y0, y1, y2, y3 := o[:n], o[n:][:n], o[2*n:][:n], o[3*n:][:n]
		if p == 0 {
			// All roots are 1.
			for q, a := range x0 {
				b, c, d := x1[q], x2[q], x3[q]
				ac, bd := a+c, b+d
				am, bm := a-c, b-d
				rot := complex(imag(bm), -real(bm))
				y0[q], y1[q], y2[q], y3[q] = ac+bd, am+rot, ac-bd, am-rot
			}
			continue
		}
		for q, a := range x0 {
			b, c, d := x1[q], x2[q], x3[q]
			ac, bd := a+c, b+d
			am, bm := a-c, b-d
			rot := complex(imag(bm), -real(bm))
			y0[q] = ac + bd
			y1[q] = mul(w1, am+rot)
			y2[q] = mul(w2, ac-bd)
			y3[q] = mul(w3, am-rot)
		}
	}
}

func (s *pass) radix3(y, x []complex128) {
	const sin = 0.86602540378443864676 // sin 2π/3
	n, m := s.s, s.m
	for p := 0; p < m; p++ {
		w1, w2 := s.tw[2*p], s.tw[2*p+1]
		x0, x1, x2 := x[n*p:][:n], x[n*(p+m):][:n], x[n*(p+2*m):][:n]
		o := y[n*3*p:][:3*n]
		y0, y1, y2 := o[:n], o[n:][:n], o[2*n:][:n]
		for q, a := range x0 {
			b, c := x1[q], x2[q]
			t, u := b+c, b-c
			mid := complex(real(a)-float64(0.5*real(t)), imag(a)-float64(0.5*imag(t)))
			rot := complex(sin*imag(u), -sin*real(u))
			y0[q] = a + t
			y1[q] = mul(w1, add(mid, rot))
			y2[q] = mul(w2, sub(mid, rot))
		}
	}
}

// add and sub hide from the compiler that a part of b is a product, which it
// might fuse with the sum.
func add(a, b complex128) complex128 {
	return complex(real(a)+float64(real(b)), imag(a)+float64(imag(b)))
}

func sub(a, b complex128) complex128 {
	return complex(real(a)-float64(real(b)), imag(a)-float64(imag(b)))
}

func (s *pass) radix5(y, x []complex128) {
	const (
		c1 = 0.30901699437494742410  // cos 2π/5
		c2 = -0.80901699437494742410 // cos 4π/5
		s1 = 0.95105651629515357212  // sin 2π/5
		s2 = 0.58778525229247312917  // sin 4π/5
	)
	n, m := s.s, s.m
	for p := 0; p < m; p++ {
		w := s.tw[4*p:][:4]
		w1, w2, w3, w4 := w[0], w[1], w[2], w[3]
		x0, x1, x2, x3, x4 := x[n*p:][:n], x[n*(p+m):][:n], x[n*(p+2*m):][:n], x[n*(p+3*m):][:n], x[n*(p+4*m):][:n]
		o := y[n*5*p:][:5*n]
		y0, y1, y2, y3, y4 := o[:n], o[n:][:n], o[2*n:][:n], o[3*n:][:n], o[4*n:][:n]
		for q, a := range x0 {
			t1, u1 := x1[q]+x4[q], x1[q]-x4[q]
			t2, u2 := x2[q]+x3[q], x2[q]-x3[q]
			m1 := complex(
				real(a)+float64(c1*real(t1))+float64(c2*real(t2)),
				imag(a)+float64(c1*imag(t1))+float64(c2*imag(t2)))
			m2 := complex(
				real(a)+float64(c2*real(t1))+float64(c1*real(t2)),
				imag(a)+float64(c2*imag(t1))+float64(c1*imag(t2)))
			// The sine sums, turned by -i.
			r1 := complex(
				float64(s1*imag(u1))+float64(s2*imag(u2)),
				-(float64(s1*real(u1)) + float64(s2*real(u2))))
			r2 := complex(
				float64(s2*imag(u1))-float64(s1*imag(u2)),
				-(float64(s2*real(u1)) - float64(s1*real(u2))))
			y0[q] = a + (t1 + t2)
			y1[q] = mul(w1, m1+r1)
			y2[q] = mul(w2, m2+r2)
			y3[q] = mul(w3, m2-r2)
			y4[q] = mul(w4, m1-r1)
		}
	}
}

// odd is the pass of any odd prime radix. Inputs k and r-k are taken together:
// their sum meets the cosines, their difference the sines, which halves the
// products.
func (s *pass) odd(y, x []complex128) {
	n, m, r := s.s, s.m, s.r
	h := (r - 1) / 2
	var tbuf, ubuf [(largestRadix - 1) / 2]complex128
	t, u := tbuf[:h], ubuf[:h]
	for p := 0; p < m; p++ {
		tw := s.tw[(r-1)*p:][:r-1]
		for q := 0; q < n; q++ {
			a := x[q+n*p]
			sum := a
			for k := 1; k <= h; k++ {
				b, c := x[q+n*(p+m*k)], x[q+n*(p+m*(r-k))]
				t[k-1], u[k-1] = b+c, b-c
				sum += t[k-1]
			}
			o := q + n*r*p
			y[o] = sum
			for j := 1; j <= h; j++ {
				mr, mi, rr, ri := real(a), imag(a), 0.0, 0.0
				at := 0
				for k := 0; k < h; k++ {
					if at += j; at >= r {
						at -= r
					}
					c, sn := s.cos[at], s.sin[at]
					mr += float64(c * real(t[k]))
					mi += float64(c * imag(t[k]))
					rr += float64(sn * imag(u[k]))
					ri -= float64(sn * real(u[k]))
				}
				y[o+n*j] = mul(tw[j-1], complex(mr+rr, mi+ri))
				y[o+n*(r-j)] = mul(tw[r-j-1], complex(mr-rr, mi-ri))
			}
		}
	}
}
