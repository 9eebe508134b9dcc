package main

import "math"

const rounder = 0x1.8p52 // as in package vec

func exponentials(o *output) {
	one := func(name, doc string, unroll int, f func(k *kernel, x *value) *value) {
		k, in := newKernel("x", "")
		o.all(name+"AVX2", doc, unroll, k, f(k, in[0]))
	}
	one("exp", "sets dst to Exp(x).", 2, exp)
	one("expFar", "sets dst to Exp(x), also where that is 0, Inf or NaN.", 1, expFar)
	one("sigmoid", "sets dst to Sigmoid(x).", 1, func(k *kernel, x *value) *value {
		// From 40 on the result is 1, and the exponential need not be in range.
		x = k.min(k.num(700), x)
		return k.div(k.num(1), k.add(exp(k, k.neg(x)), k.num(1)))
	})
	one("expm1", "sets dst to Expm1(x).", 1, expm1)
	// Near 0, where it is in most steps of exponential Euler, exprel is a
	// polynomial.
	k, in := newKernel("x", "")
	k.near, _ = newKernel("x", "")
	k.near.stopUnlessBelow(in[0], 0.34657)
	k.near.result = []*value{k.near.fma(in[0], expPoly(k.near, in[0], k.near.mul(in[0], in[0])), k.num(1))}
	o.all("exprelAVX2", "sets dst to Exprel(x).", 2, k, exprel(k, in[0]))
	one("linoid", "sets dst to Linoid(x).", 1, func(k *kernel, x *value) *value {
		return k.blend(k.compare(x, equal, k.num(0)), k.num(1), k.div(x, expm1(k, x)))
	})
	one("tanh", "sets dst to Tanh(x).", 1, tanh)
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
	p := expPoly(k, r, z)
	m := k.add(k.add(r, k.num(1)), k.fma(z, p, l)) // h again: a register less
	return k.mul(m, power(k, t))
}

// expFar is exp that goes on where the result is 0, Inf or NaN, and stops where it
// is subnormal or next to overflow.
func expFar(k *kernel, x *value) *value {
	zero := k.compare(x, less, k.num(-745.14))
	large := k.compare(x, greater, k.num(709.79))
	nan := k.compare(x, unordered, x)
	within := k.blend(k.or(k.or(zero, large), nan), k.num(0), x)
	v := exp(k, within)
	return k.blend(nan, x, k.blend(large, k.num(math.Inf(1)), k.blend(zero, k.num(0), v)))
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

// expm1 is Expm1 up to 708, where its last way begins.
func expm1(k *kernel, x *value) *value {
	k.stop(k.compare(x, notLess, k.num(708)))
	e := expm1Parts(k, k.max(x, k.num(-40))) // -1 from there on
	// Near 0, z*P + x is rounded once; its zero has the sign of x.
	direct := k.or(k.fma(e.z, e.p, e.r), k.and(x, k.bits(signBit)))
	return k.blend(k.compare(k.abs(x), less, k.num(0.34657)), direct, k.mul(k.add(e.h, e.l), e.s))
}

// exprel is Exprel up to 708.
func exprel(k *kernel, x *value) *value {
	k.stop(k.compare(x, notLess, k.num(708)))
	e := expm1Parts(k, k.max(x, k.num(-40))) // -1/x from there on
	near := k.fma(x, e.p, k.num(1))
	return k.blend(k.compare(k.abs(x), less, k.num(0.34657)), near, k.div(k.mul(k.add(e.h, e.l), e.s), x))
}

type expm1Sum struct {
	h, l, s *value // the result is (h+l)*s where x is not small
	r, z, p *value // where x is small: x, x^2 and expPoly
}

func expm1Parts(k *kernel, x *value) expm1Sum {
	t := k.fma(x, k.named("invLn2"), k.num(rounder))
	kf := k.sub(t, k.num(rounder))
	a := k.fnma(kf, k.named("ln2Hi"), x)
	w := k.mul(kf, k.named("ln2Lo"))
	r := k.sub(a, w)
	c := k.sub(k.sub(a, r), w)
	s := power(k, t)
	inverse := k.shiftLeft(k.subInt(k.bits(1023), t), 52) // 2^-k
	h, l := k.fastTwoSum(k.sub(k.num(1), inverse), r)
	z := k.mul(r, r)
	p := expPoly(k, r, z)
	h, l = k.fastTwoSum(h, k.add(l, k.fma(z, p, k.fma(c, r, c))))
	return expm1Sum{h, l, s, r, z, p}
}

func tanh(k *kernel, x *value) *value {
	a := k.min(k.num(22), k.abs(x)) // 1 from there on
	y := k.add(a, a)
	e := expm1Parts(k, y)
	nh, nl := k.fastTwoSum(y, k.mul(e.z, e.p))
	near := k.compare(y, less, k.num(0.34657))
	h, l := k.blend(near, nh, k.mul(e.h, e.s)), k.blend(near, nl, k.mul(e.l, e.s))
	d, dl := k.twoSum(h, k.num(2))
	q, ql := k.divPair(h, l, d, k.add(dl, l))
	result := k.or(k.add(q, ql), k.and(x, k.bits(signBit)))
	return k.blend(k.compare(k.abs(x), notGreaterEq, k.num(0x1p-28)), x, result)
}
