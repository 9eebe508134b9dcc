package fft

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// Lanes is how many sequences a group holds.
const Lanes = 4

// simd tells whether groups are done by assembly.
var simd = vec.AVX2()

// size is how many numbers a group takes: four real parts, then four
// imaginary ones.
const size = 2 * Lanes

// Many transforms four sequences of complex numbers, or several times four,
// side by side and in place: z holds them as groups, g for each of the n
// elements, every group four real parts followed by four imaginary ones. Each
// sequence gets the bits that Forward gives it, as long as n is not above
// Direct. tmp is as long as z and overwritten.
//
// With real and imaginary parts exchanged before and after it is the inverse,
// times n.
func (p *Plan) Many(z, tmp []float64, g int) {
	p.check("z", len(z), size*g*p.n)
	p.check("tmp", len(tmp), size*g*p.n)
	if p.chirp != nil || p.split != nil {
		p.oneByOne(z, g)
		return
	}
	from, to := z, tmp
	for i := range p.passes {
		p.passes[i].runLanes(to, from, g)
		from, to = to, from
	}
	if len(p.passes)%2 == 1 {
		copy(z, tmp)
	}
}

// oneByOne does what Many does for lengths that are not made of passes alone.
func (p *Plan) oneByOne(z []float64, g int) {
	buf := p.buffer(p.n)
	defer p.scratch.Put(buf)
	x := *buf
	for q := range g {
		for l := range Lanes {
			at := size*q + l
			for j := range x {
				x[j] = complex(z[at+size*g*j], z[at+size*g*j+Lanes])
			}
			p.Forward(x, x)
			for j, v := range x {
				z[at+size*g*j], z[at+size*g*j+Lanes] = real(v), imag(v)
			}
		}
	}
}

// runLanes does the pass for g groups side by side.
func (s *pass) runLanes(y, x []float64, g int) {
	groups := s.s * g
	y, x = y[:size*groups*s.m*s.r], x[:size*groups*s.m*s.r]
	from := 0
	if s.r == 4 && s.s > 1 {
		// All roots are 1 in the first column.
		if simd {
			plain4AVX2(&y[0], &x[0], nil, 1, s.m, groups)
		} else {
			s.lanes4(y, x, groups, 0, 1)
		}
		from = 1
	}
	if from == s.m {
		return
	}
	if !simd || s.r > 7 {
		switch s.r {
		case 2:
			s.lanes2(y, x, groups)
		case 3:
			s.lanes3(y, x, groups)
		case 4:
			s.lanes4(y, x, groups, from, s.m)
		case 5:
			s.lanes5(y, x, groups)
		default:
			s.lanesOdd(y, x, groups)
		}
		return
	}
	tw := floats(s.tw)
	a, b, w := &y[size*groups*s.r*from], &x[size*groups*from], &tw[2*(s.r-1)*from]
	switch s.r {
	case 2:
		pass2AVX2(a, b, w, s.m-from, s.m, groups)
	case 3:
		pass3AVX2(a, b, w, s.m-from, s.m, groups)
	case 4:
		pass4AVX2(a, b, w, s.m-from, s.m, groups)
	case 5:
		pass5AVX2(a, b, w, s.m-from, s.m, groups)
	case 7:
		pass7AVX2(a, b, w, &s.cos[0], &s.sin[0], s.m-from, s.m, groups)
	}
}

// get and put read and write lane l of the group that begins at i.
func get(x []float64, i, l int) complex128 { return complex(x[i+l], x[i+l+Lanes]) }

func put(y []float64, i, l int, v complex128) { y[i+l], y[i+l+Lanes] = real(v), imag(v) }

// The scalar passes over groups do what the assembly does, operation by
// operation, which is what the passes over single sequences do.

func (s *pass) lanes2(y, x []float64, g int) {
	for p := range s.m {
		w := s.tw[p]
		for q := range g {
			i, o := size*(q+g*p), size*(q+g*2*p)
			for l := range Lanes {
				a, b := get(x, i, l), get(x, i+size*g*s.m, l)
				put(y, o, l, a+b)
				put(y, o+size*g, l, mul(w, a-b))
			}
		}
	}
}

func (s *pass) lanes3(y, x []float64, g int) {
	for p := range s.m {
		w := s.tw[2*p:][:2]
		for q := range g {
			i, o := size*(q+g*p), size*(q+g*3*p)
			for l := range Lanes {
				u, v, t := butterfly3(get(x, i, l), get(x, i+size*g*s.m, l), get(x, i+size*g*2*s.m, l))
				put(y, o, l, u)
				put(y, o+size*g, l, mul(w[0], v))
				put(y, o+2*size*g, l, mul(w[1], t))
			}
		}
	}
}

func (s *pass) lanes4(y, x []float64, g, from, to int) {
	step := size * g * s.m
	for p := from; p < to; p++ {
		w := s.tw[3*p:][:3]
		for q := range g {
			i, o := size*(q+g*p), size*(q+g*4*p)
			for l := range Lanes {
				a, b, c, d := get(x, i, l), get(x, i+step, l), get(x, i+2*step, l), get(x, i+3*step, l)
				ac, bd := a+c, b+d
				am, bm := a-c, b-d
				rot := complex(imag(bm), -real(bm))
				put(y, o, l, ac+bd)
				if p == 0 && s.s > 1 {
					put(y, o+size*g, l, am+rot)
					put(y, o+2*size*g, l, ac-bd)
					put(y, o+3*size*g, l, am-rot)
					continue
				}
				put(y, o+size*g, l, mul(w[0], am+rot))
				put(y, o+2*size*g, l, mul(w[1], ac-bd))
				put(y, o+3*size*g, l, mul(w[2], am-rot))
			}
		}
	}
}

func (s *pass) lanes5(y, x []float64, g int) {
	step := size * g * s.m
	for p := range s.m {
		w := s.tw[4*p:][:4]
		for q := range g {
			i, o := size*(q+g*p), size*(q+g*5*p)
			for l := range Lanes {
				v := butterfly5(get(x, i, l), get(x, i+step, l), get(x, i+2*step, l), get(x, i+3*step, l), get(x, i+4*step, l))
				put(y, o, l, v[0])
				for j := 1; j < 5; j++ {
					put(y, o+j*size*g, l, mul(w[j-1], v[j]))
				}
			}
		}
	}
}

func (s *pass) lanesOdd(y, x []float64, g int) {
	m, r := s.m, s.r
	h := (r - 1) / 2
	var t, u [(largestRadix - 1) / 2][size]float64
	for p := range m {
		tw := s.tw[(r-1)*p:][:r-1]
		for q := range g {
			var sum [size]float64
			a := x[size*(q+g*p):][:size]
			copy(sum[:], a)
			for k := 1; k <= h; k++ {
				b, c := x[size*(q+g*(p+m*k)):][:size], x[size*(q+g*(p+m*(r-k))):][:size]
				for l, v := range b {
					t[k-1][l], u[k-1][l] = v+c[l], v-c[l]
					sum[l] += t[k-1][l]
				}
			}
			o := size * (q + g*r*p)
			copy(y[o:], sum[:])
			for j := 1; j <= h; j++ {
				var mid, turned [size]float64
				copy(mid[:], a)
				at := 0
				for k := range h {
					if at += j; at >= r {
						at -= r
					}
					c, sn := s.cos[at], s.sin[at]
					for l, v := range t[k] {
						mid[l] += float64(c * v)
					}
					for l := range Lanes {
						turned[l] += float64(sn * u[k][l+Lanes])
						turned[l+Lanes] -= float64(sn * u[k][l])
					}
				}
				for l := range Lanes {
					m, d := get(mid[:], 0, l), get(turned[:], 0, l)
					put(y, o+size*g*j, l, mul(tw[j-1], m+d))
					put(y, o+size*g*(r-j), l, mul(tw[r-j-1], m-d))
				}
			}
		}
	}
}

// butterfly3 and butterfly5 are transforms of three and five numbers.
func butterfly3(a, b, c complex128) (x, y, z complex128) {
	const sin = 0.86602540378443864676
	t, u := b+c, b-c
	mid := complex(real(a)-float64(0.5*real(t)), imag(a)-float64(0.5*imag(t)))
	rot := complex(sin*imag(u), -sin*real(u))
	return a + t, add(mid, rot), sub(mid, rot)
}

func butterfly5(a, b, c, d, e complex128) [5]complex128 {
	const (
		c1 = 0.30901699437494742410
		c2 = -0.80901699437494742410
		s1 = 0.95105651629515357212
		s2 = 0.58778525229247312917
	)
	t1, u1, t2, u2 := b+e, b-e, c+d, c-d
	m1 := complex(
		real(a)+float64(c1*real(t1))+float64(c2*real(t2)),
		imag(a)+float64(c1*imag(t1))+float64(c2*imag(t2)))
	m2 := complex(
		real(a)+float64(c2*real(t1))+float64(c1*real(t2)),
		imag(a)+float64(c2*imag(t1))+float64(c1*imag(t2)))
	r1 := complex(
		float64(s1*imag(u1))+float64(s2*imag(u2)),
		-(float64(s1*real(u1)) + float64(s2*real(u2))))
	r2 := complex(
		float64(s2*imag(u1))-float64(s1*imag(u2)),
		-(float64(s2*real(u1)) - float64(s1*real(u2))))
	return [5]complex128{a + (t1 + t2), m1 + r1, m2 + r2, m2 - r2, m1 - r1}
}
