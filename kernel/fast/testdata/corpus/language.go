package corpus

import (
	"math"
	"math/bits"
)

// Closures capture, count and compose.
func Closures(n int) (int, float64) {
	k := 0
	inc := func() int { k++; return k }
	for range n {
		inc()
		if inc()%3 == 0 {
			k += 2
		}
	}
	sq := func(x float64) float64 { return x*x + float64(k) }
	return k, simpson(sq, 0, 1, 10) + simpson(math.Sqrt, 1, 4, 20) + simpson(half, 0, 2, 4)
}

func half(x float64) float64 { return x / 2 }

func simpson(f func(float64) float64, a, b float64, n int) float64 {
	h := (b - a) / float64(n)
	s := f(a) + f(b)
	for i := 1; i < n; i++ {
		if i%2 == 1 {
			s += 4 * f(a+float64(i)*h)
		} else {
			s += 2 * f(a+float64(i)*h)
		}
	}
	return s * h / 3
}

type number interface{ ~int | ~int32 | ~float64 }

func sumOf[T number](xs []T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}

func mapped[T, U any](xs []T, f func(T) U) []U {
	r := make([]U, 0, len(xs))
	for _, x := range xs {
		r = append(r, f(x))
	}
	return r
}

type pair[T any] struct{ a, b T }

func (p pair[T]) swap() pair[T] { return pair[T]{p.b, p.a} }

// Generics are instances by the time that they come here.
func Generics(n int) (int, float64, int32, pair[int]) {
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i * i
	}
	ys := mapped(xs, func(i int) float64 { return math.Sqrt(float64(i)) })
	zs := mapped(ys, func(f float64) int32 { return int32(f) - 3 })
	return sumOf(xs), sumOf(ys), sumOf(zs), pair[int]{n, 1}.swap().swap().swap()
}

func upTo(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// Goto jumps into a loop.
func Goto(n int) (s int) {
	i := 0
	if n%2 == 1 {
		goto middle
	}
top:
	s += i
middle:
	i++
	s ^= i << 2
	if i < n {
		if s%5 == 0 {
			goto top
		}
		goto middle
	}
	return s
}

// Labels leave loops by name.
func Labels(n int) (s int) {
outer:
	for i := 0; i < n; i++ {
		for j := 0; ; j++ {
			switch {
			case j > i:
				continue outer
			case i*j > 2000:
				break outer
			case (i+j)%7 == 3:
				s += i
				fallthrough
			default:
				s++
			}
		}
	}
	return s
}

type vec [3]float64

func (a vec) cross(b vec) vec {
	return vec{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func (a vec) dot(b vec) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// Arrays are values.
func Arrays(n int) (vec, [60]int16) {
	a, b := vec{1, 2, 3}, vec{-1, 0.5, 2}
	for range n {
		c := a.cross(b)
		a, b = b, c
		if d := c.dot(c); d > 1e6 {
			for i := range b {
				b[i] /= math.Sqrt(d)
			}
		}
	}
	return a, manyNumbers(n)
}

func manyNumbers(n int) (r [60]int16) {
	for i := range r {
		r[i] = int16(i * n * 77)
	}
	return r
}

// BigArrays copies arrays that are too large for registers.
func BigArrays(n int) (s int) {
	var a, b [200]int
	for i := range a {
		a[i] = i * n
	}
	b = a
	b[3] = -1
	c := b
	for i, x := range c {
		s += x*i - a[i]
	}
	return s + total(c)
}

func total(a [200]int) (s int) {
	a[0] = 5
	for _, x := range a {
		s += x
	}
	return s
}

// Words counts letters, runes and spaces.
func Words(n int) (letters, runes, words int, last string) {
	text := "Die Nervenzelle schläft nie; 神経 fires, naïvely — \xff ok"
	in := false
	for range n%50 + 1 {
		for i, r := range text {
			runes++
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				letters++
			}
			if r == ' ' {
				in = false
			} else if !in {
				in = true
				words++
				last = text[i:]
			}
		}
	}
	if last == "ok" || last < "k" {
		words += 1000
	}
	return letters, runes, words, last + "/" + text[:3]
}

// Bytes goes through conversions of strings.
func Bytes(n int) (string, int) {
	b := []byte("spike")
	for i := range n % 40 {
		b = append(b, "xyz"[i%3])
		b[i%len(b)] ^= 1
	}
	s := string(b)
	return s, len(b) + copy(b, "abcdef")
}

// Growth appends rows to a table.
func Growth(n int) ([][]int, int) {
	var rows [][]int
	k := 0
	for i := range n % 60 {
		var row []int
		for j := range i {
			row = append(row, i*j)
			k += cap(row)
		}
		rows = append(rows, row)
	}
	if len(rows) > 4 {
		rows = append(rows[:2], rows[3:]...)
		copy(rows[1:], rows)
	}
	return rows, k
}

type celsius float32

type reading struct {
	id    int32
	temp  celsius
	ok    bool
	trace []float32
	at    [2]uint16
}

// Structs holds records of several kinds.
func Structs(n int) (out []reading, sum celsius) {
	for i := range n % 100 {
		r := reading{id: int32(-i), temp: celsius(i) * 0.1, ok: i%3 == 0, at: [2]uint16{uint16(i * 1000), 7}}
		r.trace = append(r.trace, float32(i)/3)
		if p := &r; p.ok {
			p.temp -= 1
			p.at[1]++
		}
		out = append(out, r)
	}
	for i := range out {
		sum += out[i].temp
		out[i].id *= 3
	}
	if len(out) > 2 {
		out[0], out[1] = out[1], out[0]
	}
	return out, sum
}

type list struct {
	value int
	next  *list
}

// List reverses a list.
func List(n int) (s int) {
	var head *list
	for i := range n {
		head = &list{i, head}
	}
	var back *list
	for head != nil {
		head, head.next, back = head.next, back, head
	}
	for i := 1; back != nil; i++ {
		s += i * back.value
		back = back.next
	}
	return s
}

// Bits uses the processor's instructions for them.
func Bits(n int) (r uint64) {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		r += uint64(bits.LeadingZeros64(x)) ^ bits.RotateLeft64(x, n) + uint64(bits.OnesCount32(uint32(x)))
		r ^= uint64(bits.TrailingZeros64(x|1<<40)) + uint64(bits.Len16(uint16(x))) + uint64(bits.RotateLeft32(uint32(x), 5))
		hi, lo := bits.Mul64(x, r)
		r += hi ^ lo
	}
	return r
}

// MathFuncs sums what math has.
func MathFuncs(n int) []float64 {
	var r []float64
	for i := range n%200 + 1 {
		x := float64(i)*0.37 - 20
		a := math.Abs(x) + 0.1
		f, e := math.Frexp(x)
		si, co := math.Sincos(x)
		w, fr := math.Modf(x)
		r = append(r, math.Sin(x), math.Cos(x), math.Tan(x), math.Asin(math.Mod(x, 1)), math.Atan(x), math.Atan2(x, 2),
			math.Sinh(x), math.Cosh(x), math.Tanh(x), math.Exp(x), math.Exp2(x), math.Expm1(x), math.Log(a), math.Log2(a),
			math.Log10(a), math.Log1p(a), math.Pow(a, x/3), math.Sqrt(a), math.Cbrt(x), math.Hypot(x, 3), math.Floor(x), math.Ceil(x),
			math.Trunc(x), math.Round(x), math.Round(x*10), math.RoundToEven(x*2), math.Mod(x, 3), math.Remainder(x, 3), math.Gamma(a),
			math.Erf(x), math.Max(x, -3), math.Min(x, math.NaN()), math.Max(math.Inf(1), math.NaN()), math.Dim(x, 1), math.Copysign(2, x),
			math.FMA(x, x, -a), f, float64(e), si, co, w, fr, math.Ldexp(x, i%20), math.Float64frombits(math.Float64bits(x)^1),
			float64(math.Float32bits(float32(x))), math.J0(x), math.Inf(i-3))
		if math.IsNaN(x) || math.IsInf(1/x, 0) || math.Signbit(x) {
			r = append(r, -1)
		}
	}
	return r
}

// Shadow has variables per turn of a loop, captured.
func Shadow(n int) (s int) {
	for i := range n % 100 {
		p := &i
		add := func(k int) { *p += k; s += i }
		add(i)
		add(3)
	}
	return s
}

// Ackermann calls itself deeply.
func Ackermann(n int) int { return ack(2, n%200) }

func ack(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}

// Complex64 has its own rounding.
func Complex64(n int) (z complex64, w complex128) {
	z, w = complex(0.3, -0.2), 1i
	for i := range n % 500 {
		z = z*z + complex64(w)/complex(3, float32(i)+1)
		w = w/(1+2i) - complex128(z)*0.1 + complex(real(w), -imag(w))*0.5
	}
	return z, w
}

// Small integers wrap around.
func Small(n int) (a int8, b uint8, c int16, d uint16, e int32, f uint32) {
	for i := range n {
		a = a*3 + int8(i)
		b = b<<1 ^ uint8(a)>>1 + b/3
		c -= int16(a) * int16(b)
		d = ^d + uint16(c)&^0xf0
		e = e*31 + int32(c)>>2 - int32(d%7)
		f = f*31 + uint32(e)>>3 - uint32(d)
		if a < 0 && b > 200 || e%2 == -1 {
			c++
		}
	}
	return
}

// Conversions go from everything to everything.
func Conversions(n int) (s float64, t uint64) {
	x := 0.75
	for i := range n {
		x = -x * 1.9
		s += float64(float32(x)) + float64(int32(i)*77) + float64(uint64(i)<<40)
		t += uint64(int64(x)) ^ uint64(uint8(i)) + uint64(int8(i*5)) ^ uint64(float32(i)*1.1)
		if math.Abs(x) > 1e15 {
			x = 0.3
		}
	}
	return s, t
}
