package main

import "math"

func logarithms(o *output) {
	k, in := newKernel("x", "")
	stopUnlessNormal(k, in[0])
	o.all("logAVX2", "sets dst to Log(x).", 1, k, logarithm(k, in[0]))
	k, in = newKernel("x y", "")
	o.all("powAVX2", "sets dst to Pow(x, y).", 1, k, pow(k, in[0], in[1]))
	k, in = newKernel("x", "c")
	o.all("powConstAVX2", "sets dst to Pow(x, c).", 1, k, pow(k, in[0], in[1]))
}

// stopUnlessNormal stops where x is not positive, finite and normal.
func stopUnlessNormal(k *kernel, x *value) {
	k.stop(k.or(k.compare(x, notGreaterEq, k.num(0x1p-1022)), k.compare(x, equal, k.num(math.Inf(1)))))
}

// logSplit returns m - 1 and the number n for x = 2^n m, m in [sqrt(1/2), sqrt(2)).
func logSplit(k *kernel, x *value) (f, n *value) {
	const (
		low   = 0x3fe6a09e667f3bcd // bits of sqrt(1/2)
		one   = 0x3ff << 52
		two52 = 0x433 << 52 // bits of 2^52: or-ed with a smaller integer, 2^52 and the integer
	)
	t := k.addInt(x, k.bits(one-low))
	f = k.sub(k.addInt(k.and(t, k.bits(1<<52-1)), k.bits(low)), k.num(1))
	n = k.sub(k.or(k.shiftRight(t, 52), k.bits(two52)), k.num(0x1p52+1023))
	return f, n
}

// logarithm is Log of a positive, finite and normal number.
func logarithm(k *kernel, x *value) *value {
	f, n := logSplit(k, x)
	hi, lo := k.fastTwoSum(k.mul(n, k.named("ln2Hi")), f)
	lo = k.fma(n, k.named("ln2Lo"), lo)
	s := k.div(f, k.add(f, k.num(2)))
	z := k.mul(s, s)
	return k.add(hi, k.sub(lo, k.mul(s, k.sub(f, k.mul(z, logPoly(k, z))))))
}

func logPoly(k *kernel, z *value) *value {
	l := tables["logL"]
	pair := func(i int) *value { return k.fma(k.num(l[i+1]), z, k.num(l[i])) }
	z2 := k.mul(z, z)
	p := k.fma(pair(6), z2, pair(4))
	p = k.fma(p, z2, pair(2))
	return k.fma(p, z2, pair(0))
}

// logParts is log x as a pair.
func logParts(k *kernel, x *value) (h, l *value) {
	f, n := logSplit(k, x)
	d, dl := k.fastTwoSum(k.num(2), f)
	sh, sl := k.divPair(f, k.num(0), d, dl)
	zh, zl := k.twoProd(sh, sh)
	zl = k.add(zl, k.mul(k.num(2), k.mul(sh, sl)))
	th, tl := k.fastTwoSum(k.named("thirdsA"), k.mul(zh, k.horner("logM", zh)))
	th, tl = k.mulPair(zh, zl, th, k.add(tl, k.named("thirdsB")))
	th, tl = k.mulPair(sh, sl, th, tl)
	h, l = k.fastTwoSum(k.add(sh, sh), th)
	l = k.add(l, k.add(k.add(sl, sl), tl))
	h, e := k.fastTwoSum(k.mul(n, k.named("ln2Hi")), h)
	return k.fastTwoSum(h, k.add(e, k.fma(n, k.named("ln2Lo"), l)))
}

// pow is Pow for positive x where the result is neither large nor small.
func pow(k *kernel, x, y *value) *value {
	stopUnlessNormal(k, x)
	h, l := logParts(k, x)
	p, e := k.twoProd(y, h)
	k.stopUnlessBelow(p, 708)
	// As expParts.
	xl := k.fma(y, l, e)
	t := k.fma(p, k.named("invLn2"), k.num(rounder))
	kf := k.sub(t, k.num(rounder))
	a := k.fnma(kf, k.named("ln2Hi"), p)
	w := k.mul(kf, k.named("ln2Lo"))
	r := k.sub(a, w)
	c := k.add(k.sub(k.sub(a, r), w), xl)
	z := k.mul(r, r)
	h, l = k.fastTwoSum(k.num(1), r)
	h, l = k.fastTwoSum(h, k.fma(z, expPoly(k, r, z), l))
	v := k.mul(k.add(h, k.fma(c, h, l)), power(k, t))
	return k.blend(k.compare(y, equal, k.num(1)), x, v)
}
