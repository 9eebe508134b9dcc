package main

// arithmetic writes the operations that a CPU has instructions for.
func arithmetic(o *output) {
	const unroll = 4
	two := func(name, doc string, f func(k *kernel, x, y *value) *value) {
		k, in := newKernel("x y", "")
		o.each(name+"AVX2", doc, unroll, k, f(k, in[0], in[1]))
	}
	constant := func(name, doc string, f func(k *kernel, x, c *value) *value) {
		k, in := newKernel("x", "c")
		o.each(name+"AVX2", doc, unroll, k, f(k, in[0], in[1]))
	}
	one := func(name, doc string, f func(k *kernel, x *value) *value) {
		k, in := newKernel("x", "")
		o.each(name+"AVX2", doc, unroll, k, f(k, in[0]))
	}
	two("add", "sets dst to x + y.", (*kernel).add)
	two("sub", "sets dst to x - y.", (*kernel).sub)
	two("mul", "sets dst to x * y.", (*kernel).mul)
	two("div", "sets dst to x / y.", (*kernel).div)
	two("min", "sets dst to min(x, y).", minimum)
	two("max", "sets dst to max(x, y).", maximum)
	constant("addConst", "sets dst to x + c.", (*kernel).add)
	constant("constSub", "sets dst to c - x.", func(k *kernel, x, c *value) *value { return k.sub(c, x) })
	constant("mulConst", "sets dst to x * c.", (*kernel).mul)
	constant("divConst", "sets dst to x / c.", (*kernel).div)
	constant("constDiv", "sets dst to c / x.", func(k *kernel, x, c *value) *value { return k.div(c, x) })
	constant("minConst", "sets dst to min(x, c).", minimum)
	constant("maxConst", "sets dst to max(x, c).", maximum)
	one("abs", "sets dst to |x|.", (*kernel).abs)
	one("neg", "sets dst to -x.", (*kernel).neg)
	one("sign", "sets dst to Sign(x).", func(k *kernel, x *value) *value {
		zero := k.num(0)
		one := k.or(k.and(x, k.bits(signBit)), k.num(1))
		nonzero := k.or(k.compare(x, less, zero), k.compare(x, greater, zero))
		return k.blend(nonzero, one, x)
	})
	one("sqrt", "sets dst to the square root of x.", (*kernel).sqrt)
	one("floor", "sets dst to x rounded down.", func(k *kernel, x *value) *value { return k.round(x, roundDown) })
	one("ceil", "sets dst to x rounded up.", func(k *kernel, x *value) *value { return k.round(x, roundUp) })

	k, in := newKernel("", "c")
	o.each("fillAVX2", "sets dst to c.", unroll, k, in[0])
	k, in = newKernel("x", "lo hi")
	o.each("clipAVX2", "sets dst to Clip(x, lo, hi).", unroll, k, k.min(in[2], k.max(in[1], in[0])))
	k, in = newKernel("x y z", "")
	o.each("fmaAVX2", "sets dst to x*y + z.", unroll, k, k.fma(in[0], in[1], in[2]))
	k, in = newKernel("x y z", "")
	o.each("fnmaAVX2", "sets dst to z - x*y.", unroll, k, k.fnma(in[0], in[1], in[2]))
	k, in = newKernel("x y z", "")
	o.each("fmsAVX2", "sets dst to x*y - z.", unroll, k, k.fms(in[0], in[1], in[2]))
	k, in = newKernel("x z", "a")
	o.each("fmsScaleAVX2", "sets dst to x*a - z.", unroll, k, k.fms(in[0], in[2], in[1]))
	k, in = newKernel("x z", "a")
	o.each("fmaScaleAVX2", "sets dst to x*a + z.", unroll, k, k.fma(in[0], in[2], in[1]))
	k, in = newKernel("x y", "b")
	o.each("fmaShiftAVX2", "sets dst to x*y + b.", unroll, k, k.fma(in[0], in[1], in[2]))
	k, in = newKernel("x", "a b")
	o.each("linearAVX2", "sets dst to x*a + b.", unroll, k, k.fma(in[0], in[1], in[2]))
}

// minimum is Go's min. The instruction gives its second operand where one is NaN
// and where both are zero: with the operands in both orders, the or of the
// results is NaN where one is, and -0 where one is.
func minimum(k *kernel, x, y *value) *value {
	return k.or(k.min(x, y), k.min(y, x))
}

// maximum is Go's max: the and is 0 where one of two zeros is, but NaN needs a
// look of its own.
func maximum(k *kernel, x, y *value) *value {
	return k.or(k.and(k.max(x, y), k.max(y, x)), k.compare(x, unordered, y))
}
