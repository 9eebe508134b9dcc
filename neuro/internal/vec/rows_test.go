package vec

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// matrix returns n rows of m numbers, among them zeros of both signs.
func matrix(r *rand.Rand, n, m int) [][]float64 {
	x := make([][]float64, n)
	for t := range x {
		x[t] = make([]float64, m)
		for i := range x[t] {
			x[t][i] = r.NormFloat64() * math.Pow(10, float64(r.IntN(7)-3))
			if r.IntN(20) == 0 {
				x[t][i] = math.Copysign(0, x[t][i])
			}
		}
	}
	return x
}

func clone(x [][]float64) [][]float64 {
	y := make([][]float64, len(x))
	for i := range x {
		y[i] = append([]float64(nil), x[i]...)
	}
	return y
}

// FuzzRows holds the assembly of functions on rows to the bits of their loops, and
// these to the sums that they stand for, added up another way.
func FuzzRows(f *testing.F) {
	for i, n := range []int{0, 1, 2, 3, 7, 13, 200} {
		for _, m := range []int{0, 1, 7, 8, 9, 31, 128} {
			f.Add(uint64(i), n, m, i)
		}
	}
	f.Fuzz(func(t *testing.T, seed uint64, n, m, radius int) {
		defer UseScalar(false)
		n, m, radius = int(uint(n)%301), int(uint(m)%200), int(uint(radius)%9)
		r := rand.New(rand.NewPCG(seed, 1))
		rows := matrix(r, n, m)
		q, b := matrix(r, 1, 4*n)[0], matrix(r, 1, 4*m)[0]
		w, wide := matrix(r, 1, radius+1)[0], matrix(r, 2*radius+1, m)
		raw := make([]byte, 4*m)
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		scale, shift := r.NormFloat64(), r.NormFloat64()
		var got [2][][]float64
		for k, scalar := range []bool{true, false} {
			UseScalar(scalar)
			sums := append([]float64(nil), b...)
			ProductsBlock(sums, q, rows)
			left := clone(rows)
			ResidualsBlock(left, q, b)
			square, next := make([]float64, m), make([]float64, m)
			LagsBlock(square, next, rows)
			out := make([]float64, m)
			FIRBlock(out, w, wide)
			got[k] = append([][]float64{sums, square, next, out}, left...)
			for _, take := range []func([]float64, []byte, float64, float64){Int16Block, Uint16Block, Uint8Block, Float32Block} {
				v := make([]float64, m)
				take(v, raw, scale, shift)
				got[k] = append(got[k], v)
			}
		}
		for k, want := range got[0] {
			for i, v := range want {
				if math.Float64bits(v) != math.Float64bits(got[1][k][i]) && !(v != v && got[1][k][i] != got[1][k][i]) {
					t.Fatalf("%d x %d: result %d[%d] is %g and with assembly %g", n, m, k, i, v, got[1][k][i])
				}
			}
		}
		near := func(what string, got, want, size float64) {
			if math.Abs(got-want) > 1e-13*size {
				t.Fatalf("%d x %d: %s is %g; it must be %g", n, m, what, got, want)
			}
		}
		for i := range m {
			for j := range 4 {
				sum, size := b[j*m+i], math.Abs(b[j*m+i])
				for k := n - 1; k >= 0; k-- {
					sum += q[4*k+j] * rows[k][i]
					size += math.Abs(q[4*k+j] * rows[k][i])
				}
				near("a product", got[0][0][j*m+i], sum, size)
			}
			square, next := 0.0, 0.0
			for k := range n {
				square += rows[k][i] * rows[k][i]
				if k > 0 {
					next += rows[k][i] * rows[k-1][i]
				}
				left, size := rows[k][i], math.Abs(rows[k][i])
				for j := range 4 {
					left -= q[4*k+j] * b[j*m+i]
					size += math.Abs(q[4*k+j] * b[j*m+i])
				}
				near("a residual", got[0][4+k][i], left, size)
			}
			near("a square", got[0][1][i], square, square)
			near("a lag", got[0][2][i], next, square)
			sum, size := 0.0, 0.0
			for k := range wide {
				v := wide[k][i] * w[max(radius-k, k-radius)]
				sum, size = sum+v, size+math.Abs(v)
			}
			near("a filter", got[0][3][i], sum, size)
			at := 4 + n
			near("an int16", got[0][at][i], float64(int16(binary.LittleEndian.Uint16(raw[2*i:])))*scale+shift, 1e5)
			near("a uint16", got[0][at+1][i], float64(binary.LittleEndian.Uint16(raw[2*i:]))*scale+shift, 1e5)
			near("a byte", got[0][at+2][i], float64(raw[i])*scale+shift, 1e5)
			if v := float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))); math.Abs(v) < 1e30 {
				near("a float32", got[0][at+3][i], v*scale+shift, math.Abs(v)+1)
			}
		}
	})
}

// TestPutFloat32 holds the assembly to the conversion of the language.
func TestPutFloat32(t *testing.T) {
	defer UseScalar(false)
	for _, n := range []int{0, 1, 4, 17, 100} {
		x := matrix(rand.New(rand.NewPCG(uint64(n), 3)), 1, n)[0]
		if n > 4 {
			x[1], x[2], x[3] = math.Inf(1), math.NaN(), 1e300
		}
		for _, scalar := range []bool{true, false} {
			UseScalar(scalar)
			raw := make([]byte, 4*n)
			PutFloat32Block(raw, x)
			for i, v := range x {
				if got, want := binary.LittleEndian.Uint32(raw[4*i:]), math.Float32bits(float32(v)); got != want {
					t.Fatalf("%g is stored as %x; it must be %x", v, got, want)
				}
			}
		}
	}
}

// TestStoredSigns: numbers without a scale keep the sign of zero.
func TestStoredSigns(t *testing.T) {
	raw := make([]byte, 4*9)
	for i := range 9 {
		binary.LittleEndian.PutUint32(raw[4*i:], 1<<31)
	}
	v := make([]float64, 9)
	Float32Block(v, raw, 1, math.Copysign(0, -1))
	for i := range v {
		if !math.Signbit(v[i]) {
			t.Fatalf("number %d is %g; it must be -0", i, v[i])
		}
	}
}

// FuzzDots holds DotsBlock to the bits of its loop and to plain sums.
func FuzzDots(f *testing.F) {
	for i, n := range []int{0, 1, 3, 4, 5, 8, 13, 256, 257} {
		f.Add(uint64(i), n, i, 7-i)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n, p, q int) {
		defer UseScalar(false)
		n, p, q = int(uint(n)%301), int(uint(p)%10), int(uint(q)%10)
		r := rand.New(rand.NewPCG(seed, 1))
		a, b, start := matrix(r, p, n), matrix(r, q, n), matrix(r, p, q)
		var got [2][][]float64
		for k, scalar := range []bool{true, false} {
			UseScalar(scalar)
			got[k] = clone(start)
			DotsBlock(got[k], a, b)
		}
		for i := range a {
			for j := range b {
				want, size := start[i][j], math.Abs(start[i][j])
				for t := range a[i] {
					want += a[i][t] * b[j][t]
					size += math.Abs(a[i][t] * b[j][t])
				}
				if x, y := got[0][i][j], got[1][i][j]; math.Float64bits(x) != math.Float64bits(y) || !(math.Abs(x-want) <= 1e-13*size) {
					t.Fatalf("%d x %d x %d: [%d][%d] is %g, with assembly %g; it must be %g", n, p, q, i, j, x, y, want)
				}
			}
		}
	})
}
