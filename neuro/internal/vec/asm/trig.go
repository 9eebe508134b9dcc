package main

func trigonometric(o *output) {
	begin := func() (k *kernel, x *value, r reduced) {
		k, in := newKernel("x", "")
		k.stop(k.compare(k.abs(in[0]), notLessEqual, k.num(1e6)))
		return k, in[0], reduce(k, in[0])
	}
	k, x, r := begin()
	o.all("sinAVX2", "sets dst to Sin(x).", 1, k, sine(k, x, r))
	k, _, r = begin()
	o.all("cosAVX2", "sets dst to Cos(x).", 1, k, cosine(k, r))
	k, x, r = begin()
	o.all("sincosAVX2", "sets dst0 to Sin(x) and dst1 to Cos(x).", 1, k, sine(k, x, r), cosine(k, r))
}

// reduced is x as q pi/2 + r + c.
type reduced struct {
	t        *value // q in its low bits
	r, c     *value
	sin, cos *value // of r + c
}

// reduce is vec's reduce up to 1e6, where it changes its way. For small x, which
// vec does not reduce, q is 0, r is x and c is 0.
func reduce(k *kernel, x *value) reduced {
	t := k.fma(x, k.named("twoOverPi"), k.num(rounder))
	n := k.sub(t, k.num(rounder))
	a := k.fnma(n, k.named("pio2A"), x)
	w, we := k.twoProd(n, k.named("pio2B"))
	h, l := k.twoSum(a, k.neg(w))
	l = k.fnma(n, k.named("pio2C"), k.sub(l, we))
	r, c := k.fastTwoSum(h, l)
	return reduced{t, r, c, sinOf(k, r, c), cosOf(k, r, c)}
}

func sine(k *kernel, x *value, a reduced) *value {
	v := k.blend(k.shiftLeft(a.t, 63), a.cos, a.sin)
	v = k.xor(v, k.and(k.shiftLeft(a.t, 62), k.bits(signBit)))
	return k.blend(k.compare(x, equal, k.num(0)), x, v) // a zero keeps its sign
}

// cosine is the sine a quarter of a turn later.
func cosine(k *kernel, a reduced) *value {
	v := k.blend(k.shiftLeft(a.t, 63), a.sin, a.cos)
	q := k.addInt(a.t, k.bits(1))
	return k.xor(v, k.and(k.shiftLeft(q, 62), k.bits(signBit)))
}

// sinOf returns sin(r+c), the sum of vec's sinParts.
func sinOf(k *kernel, r, c *value) *value {
	s := tables["sinS"]
	z := k.mul(r, r)
	pair := func(i int) *value { return k.fma(k.num(s[i+1]), z, k.num(s[i])) }
	z2 := k.mul(z, z)
	p := k.fma(k.num(s[6]), z2, pair(4))
	p = k.fma(p, z2, pair(2))
	p = k.fma(p, z2, pair(0))
	return k.add(r, k.fma(k.mul(z, r), p, k.fma(k.mul(z, k.num(-0.5)), c, c)))
}

// cosOf returns cos(r+c), the sum of vec's cosParts.
func cosOf(k *kernel, r, c *value) *value {
	s := tables["cosC"]
	z := k.mul(r, r)
	pair := func(i int) *value { return k.fma(k.num(s[i+1]), z, k.num(s[i])) }
	z2 := k.mul(z, z)
	p := k.fma(pair(4), z2, pair(2))
	p = k.fma(p, z2, pair(0))
	hz := k.mul(z, k.num(0.5))
	h := k.sub(k.num(1), hz)
	return k.add(h, k.add(k.sub(k.sub(k.num(1), h), hz), k.fms(z2, p, k.mul(r, c))))
}
