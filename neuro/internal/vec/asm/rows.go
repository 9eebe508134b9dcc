package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows writes the functions that go down the rows of a matrix, so many columns
// side by side as are held in registers.
func rows(o *output) {
	products(o)
	residuals(o)
	lags(o)
	fir(o)
	stored(o)
	storing(o)
}

// words is the size of a slice's own three words in memory.
const words = 24

// abreast is how many columns are done together.
const abreast = 2 * lanes

// columns repeats body for each group of columns, i the first of them, of rows as
// long as n.
func columns(o *output, n reg.Register, body func(i reg.Register)) {
	c := o.context
	i, last := c.GP64(), c.GP64()
	c.XORQ(i, i)
	c.LEAQ(operand.Mem{Base: n, Disp: -abreast}, last)
	c.Label("columns")
	c.CMPQ(i, last)
	c.JGT(operand.LabelRef("done"))
	body(i)
	c.ADDQ(operand.U8(abreast), i)
	c.JMP(operand.LabelRef("columns"))
	c.Label("done")
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}

// products writes the function that multiplies rows by four factors each.
func products(o *output) {
	c := o.context
	o.function("productsAVX2", "adds q[4t+j]*rows[t] to dst[j*m:], m = len(dst)/4.", "func(dst, q []float64, rows [][]float64) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	m := c.Load(c.Param("dst").Len(), c.GP64())
	c.SHRQ(operand.U8(2), m)
	q := c.Load(c.Param("q").Base(), c.GP64())
	rows := c.Load(c.Param("rows").Base(), c.GP64())
	count := c.Load(c.Param("rows").Len(), c.GP64())
	columns(o, m, func(i reg.Register) {
		var to [4]reg.GPVirtual
		for j := range to {
			to[j] = c.GP64()
			if j == 0 {
				c.LEAQ(operand.Mem{Base: dst, Index: i, Scale: 8}, to[j])
			} else {
				c.LEAQ(operand.Mem{Base: to[j-1], Index: m, Scale: 8}, to[j])
			}
		}
		var sums [4][2]reg.VecVirtual
		for j := range sums {
			for v := range sums[j] {
				sums[j][v] = c.YMM()
				c.VMOVUPD(operand.Mem{Base: to[j], Disp: 8 * lanes * v}, sums[j][v])
			}
		}
		factor, row, left, at := c.GP64(), c.GP64(), c.GP64(), c.GP64()
		c.MOVQ(q, factor)
		c.MOVQ(rows, row)
		c.MOVQ(count, left)
		c.Label("rows")
		c.SUBQ(operand.U8(1), left)
		c.JL(operand.LabelRef("summed"))
		c.MOVQ(operand.Mem{Base: row}, at)
		var y [2]reg.VecVirtual
		for v := range y {
			y[v] = c.YMM()
			c.VMOVUPD(element(at, i, v), y[v])
		}
		for j := range sums {
			f := c.YMM()
			c.VBROADCASTSD(operand.Mem{Base: factor, Disp: 8 * j}, f)
			for v := range y {
				c.VFMADD231PD(y[v], f, sums[j][v])
			}
		}
		c.ADDQ(operand.U8(words), row)
		c.ADDQ(operand.U8(4*8), factor)
		c.JMP(operand.LabelRef("rows"))
		c.Label("summed")
		for j := range sums {
			for v := range sums[j] {
				c.VMOVUPD(sums[j][v], operand.Mem{Base: to[j], Disp: 8 * lanes * v})
			}
		}
	})
}

// residuals writes the function that takes four multiples off each row.
func residuals(o *output) {
	c := o.context
	o.function("residualsAVX2", "takes q[4t+j]*b[j*m:] off rows[t], m = len(b)/4.", "func(rows [][]float64, q, b []float64) int")
	b := c.Load(c.Param("b").Base(), c.GP64())
	m := c.Load(c.Param("b").Len(), c.GP64())
	c.SHRQ(operand.U8(2), m)
	q := c.Load(c.Param("q").Base(), c.GP64())
	rows := c.Load(c.Param("rows").Base(), c.GP64())
	count := c.Load(c.Param("rows").Len(), c.GP64())
	columns(o, m, func(i reg.Register) {
		from := c.GP64()
		c.LEAQ(operand.Mem{Base: b, Index: i, Scale: 8}, from)
		var parts [4][2]reg.VecVirtual
		for j := range parts {
			for v := range parts[j] {
				parts[j][v] = c.YMM()
				c.VMOVUPD(operand.Mem{Base: from, Disp: 8 * lanes * v}, parts[j][v])
			}
			if j < 3 {
				c.LEAQ(operand.Mem{Base: from, Index: m, Scale: 8}, from)
			}
		}
		factor, row, left, at := c.GP64(), c.GP64(), c.GP64(), c.GP64()
		c.MOVQ(q, factor)
		c.MOVQ(rows, row)
		c.MOVQ(count, left)
		c.Label("rows")
		c.SUBQ(operand.U8(1), left)
		c.JL(operand.LabelRef("taken"))
		c.MOVQ(operand.Mem{Base: row}, at)
		var y [2]reg.VecVirtual
		for v := range y {
			y[v] = c.YMM()
			c.VMOVUPD(element(at, i, v), y[v])
		}
		for j := range parts {
			f := c.YMM()
			c.VBROADCASTSD(operand.Mem{Base: factor, Disp: 8 * j}, f)
			for v := range y {
				c.VFNMADD231PD(parts[j][v], f, y[v])
			}
		}
		for v := range y {
			c.VMOVUPD(y[v], element(at, i, v))
		}
		c.ADDQ(operand.U8(words), row)
		c.ADDQ(operand.U8(4*8), factor)
		c.JMP(operand.LabelRef("rows"))
		c.Label("taken")
	})
}

// lags writes the function that sums squares, and products of neighbours in a column.
func lags(o *output) {
	c := o.context
	o.function("lagsAVX2", "adds rows[t]*rows[t] to square and, from t = 1 on, rows[t]*rows[t-1] to next.", "func(square, next []float64, rows [][]float64) int")
	square := c.Load(c.Param("square").Base(), c.GP64())
	next := c.Load(c.Param("next").Base(), c.GP64())
	m := c.Load(c.Param("square").Len(), c.GP64())
	rows := c.Load(c.Param("rows").Base(), c.GP64())
	count := c.Load(c.Param("rows").Len(), c.GP64())
	columns(o, m, func(i reg.Register) {
		var s, p, before [2]reg.VecVirtual
		for v := range s {
			s[v], p[v], before[v] = c.YMM(), c.YMM(), c.YMM()
			c.VMOVUPD(element(square, i, v), s[v])
			c.VMOVUPD(element(next, i, v), p[v])
			c.VXORPD(before[v], before[v], before[v])
		}
		row, left, at := c.GP64(), c.GP64(), c.GP64()
		c.MOVQ(rows, row)
		c.MOVQ(count, left)
		c.Label("rows")
		c.SUBQ(operand.U8(1), left)
		c.JL(operand.LabelRef("summed"))
		c.MOVQ(operand.Mem{Base: row}, at)
		for v := range s {
			y := c.YMM()
			c.VMOVUPD(element(at, i, v), y)
			c.VFMADD231PD(y, y, s[v])
			c.VFMADD231PD(y, before[v], p[v])
			c.VMOVAPD(y, before[v])
		}
		c.ADDQ(operand.U8(words), row)
		c.JMP(operand.LabelRef("rows"))
		c.Label("summed")
		for v := range s {
			c.VMOVUPD(s[v], element(square, i, v))
			c.VMOVUPD(p[v], element(next, i, v))
		}
	})
}

// fir writes the function that sums rows, those as far from the middle with one
// weight.
func fir(o *output) {
	c := o.context
	o.function("firAVX2", "sets dst to w[0] times the middle row plus w[k] times the sum of the rows k above and below, the farthest first.",
		"func(dst, w []float64, rows [][]float64) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	m := c.Load(c.Param("dst").Len(), c.GP64())
	w := c.Load(c.Param("w").Base(), c.GP64())
	r := c.Load(c.Param("w").Len(), c.GP64())
	rows := c.Load(c.Param("rows").Base(), c.GP64())
	c.SUBQ(operand.U8(1), r)
	// The middle row, and the bytes from the first to it.
	middle := c.GP64()
	c.IMUL3Q(operand.U8(words), r, middle)
	c.ADDQ(rows, middle)
	columns(o, m, func(i reg.Register) {
		at := c.GP64()
		var sums [2]reg.VecVirtual
		c.MOVQ(operand.Mem{Base: middle}, at)
		first := c.YMM()
		c.VBROADCASTSD(operand.Mem{Base: w}, first)
		for v := range sums {
			sums[v] = c.YMM()
			c.VMULPD(element(at, i, v), first, sums[v])
		}
		k, up, down := c.GP64(), c.GP64(), c.GP64()
		c.MOVQ(r, k)
		c.MOVQ(rows, up)
		c.IMUL3Q(operand.U8(words), r, down)
		c.ADDQ(middle, down)
		c.Label("weights")
		c.CMPQ(k, operand.U8(0))
		c.JLE(operand.LabelRef("summed"))
		f := c.YMM()
		c.VBROADCASTSD(operand.Mem{Base: w, Index: k, Scale: 8}, f)
		a, b := c.GP64(), c.GP64()
		c.MOVQ(operand.Mem{Base: up}, a)
		c.MOVQ(operand.Mem{Base: down}, b)
		for v := range sums {
			y := c.YMM()
			c.VMOVUPD(element(a, i, v), y)
			c.VADDPD(element(b, i, v), y, y)
			c.VFMADD231PD(y, f, sums[v])
		}
		c.ADDQ(operand.U8(words), up)
		c.SUBQ(operand.U8(words), down)
		c.SUBQ(operand.U8(1), k)
		c.JMP(operand.LabelRef("weights"))
		c.Label("summed")
		for v := range sums {
			c.VMOVUPD(sums[v], element(dst, i, v))
		}
	})
}

// stored writes the functions that turn numbers as files store them into numbers of
// 64 bits.
func stored(o *output) {
	c := o.context
	for _, kind := range []struct {
		name, what string
		bytes      int
	}{{"int16", "integers of 16 bits", 2}, {"uint16", "integers of 16 bits without sign", 2}, {"uint8", "bytes", 1}, {"float32", "numbers of 32 bits", 4}} {
		o.function(kind.name+"AVX2", "sets dst to the little-endian "+kind.what+" of x times a plus b.", "func(dst []float64, x []byte, a, b float64) int")
		dst := c.Load(c.Param("dst").Base(), c.GP64())
		n := c.Load(c.Param("dst").Len(), c.GP64())
		x := c.Load(c.Param("x").Base(), c.GP64())
		a, b := o.number("a"), o.number("b")
		i := c.GP64()
		c.XORQ(i, i)
		loop(c, n, i, 4, func(vectors int, _ string) {
			for v := range vectors {
				from := operand.Mem{Base: x, Index: i, Scale: uint8(kind.bytes), Disp: kind.bytes * lanes * v}
				r := c.YMM()
				switch kind.name {
				case "int16":
					c.VPMOVSXWD(from, r.AsX())
					c.VCVTDQ2PD(r.AsX(), r)
				case "uint16":
					c.VPMOVZXWD(from, r.AsX())
					c.VCVTDQ2PD(r.AsX(), r)
				case "uint8":
					c.VPMOVZXBD(from, r.AsX())
					c.VCVTDQ2PD(r.AsX(), r)
				case "float32":
					c.VCVTPS2PD(from, r)
				}
				c.VMULPD(a, r, r)
				c.VADDPD(b, r, r)
				c.VMOVUPD(r, element(dst, i, v))
			}
			c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
		}, nil)
		c.VZEROUPPER()
		c.Store(i, c.ReturnIndex(0))
		c.RET()
	}
}

// storing writes the function that turns numbers of 64 bits into stored ones.
func storing(o *output) {
	c := o.context
	o.function("putFloat32AVX2", "sets dst to x as little-endian numbers of 32 bits.", "func(dst []byte, x []float64) int")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("x").Len(), c.GP64())
	i := c.GP64()
	c.XORQ(i, i)
	loop(c, n, i, 4, func(vectors int, _ string) {
		for v := range vectors {
			r := c.XMM()
			c.VCVTPD2PSY(element(x, i, v), r)
			c.VMOVUPS(r, operand.Mem{Base: dst, Index: i, Scale: 4, Disp: 4 * lanes * v})
		}
		c.ADDQ(operand.Imm(uint64(lanes*vectors)), i)
	}, nil)
	c.VZEROUPPER()
	c.Store(i, c.ReturnIndex(0))
	c.RET()
}
