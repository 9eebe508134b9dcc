package main

const rounder = 0x1.8p52 // as in package vec

func exponentials(o *output) {
	k, in := newKernel("x", "")
	o.each("expAVX2", "sets dst to Exp(x).", 1, k, exp(k, in[0]))

	k, in = newKernel("x", "")
	// From 40 on the result is 1, and the exponential need not be in range.
	x := k.min(k.num(700), in[0])
	o.each("sigmoidAVX2", "sets dst to Sigmoid(x).", 1, k, k.div(k.num(1), k.add(exp(k, k.neg(x)), k.num(1))))
}

// exp is Exp; groups with a lane that expFar has to do are left out.
func exp(k *kernel, x *value) *value {
	k.stopUnlessBelow(x, 708)
	t := k.fma(x, k.named("invLn2"), k.num(rounder))
	kf := k.sub(t, k.num(rounder))
	a := k.fnma(kf, k.named("ln2Hi"), x)
	r := k.fnma(kf, k.named("ln2Lo"), a)
	z := k.mul(r, r)
	h := k.add(r, k.num(1))
	l := k.add(k.add(k.sub(k.num(1), h), r), k.fnma(kf, k.named("ln2Lo"), k.sub(a, r)))
	m := k.add(h, k.fma(z, expPoly(k, r, z), l))
	return k.mul(m, power(k, t))
}

// power returns 2^k, with k in the low bits of t.
func power(k *kernel, t *value) *value {
	return k.shiftLeft(k.addInt(t, k.bits(1023)), 52)
}

// expPoly is vec's, in an order that needs few registers.
func expPoly(k *kernel, r, z *value) *value {
	q := tables["expQ"]
	pair := func(i int) *value { return k.fma(k.num(q[i+1]), r, k.num(q[i])) }
	z2 := k.mul(z, z)
	p := k.fma(k.num(q[10]), z, pair(8))
	p = k.fma(p, z2, k.fma(pair(6), z, pair(4)))
	return k.fma(p, z2, k.fma(pair(2), z, pair(0)))
}
