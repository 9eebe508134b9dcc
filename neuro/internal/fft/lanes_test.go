package fft

import (
	"fmt"
	"math"
	"testing"
)

func realNoise(n int, seed uint64) []float64 {
	x := make([]float64, n)
	for i, v := range noise(n, seed) {
		x[i] = real(v)
	}
	return x
}

func same(t *testing.T, what string, got, want []complex128) {
	t.Helper()
	for k := range want {
		if got[k] != want[k] {
			t.Fatalf("%s: value %d is %v, want %v", what, k, got[k], want[k])
		}
	}
}

// withoutAssembly runs f once as it is and once in scalar code.
func bothWays(t *testing.T, f func(t *testing.T)) {
	t.Run("here", f)
	if simd {
		simd = false
		defer func() { simd = true }()
		t.Run("scalar", f)
	}
}

// What stands side by side, in any number, and in assembly or not, gets the bits
// of a transform of its own.
func TestManyAreOneByOne(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, n := range append(lengths(), 600, 1536, 4096) {
			p := New(n)
			for _, g := range []int{1, 3} {
				z, tmp := make([]float64, size*g*n), make([]float64, size*g*n)
				var x, want [][]complex128
				for s := range Lanes * g {
					x = append(x, noise(n, uint64(s)))
					for j, v := range x[s] {
						put(z, size*(g*j+s/Lanes), s%Lanes, v)
					}
					want = append(want, make([]complex128, n))
					p.Forward(want[s], x[s])
				}
				p.Many(z, tmp, g)
				for s := range want {
					got := make([]complex128, n)
					for j := range got {
						got[j] = get(z, size*(g*j+s/Lanes), s%Lanes)
					}
					same(t, fmt.Sprintf("n = %d, sequence %d of %d", n, s, Lanes*g), got, want[s])
				}
			}
		}
	})
}

func TestRealRowsAreOneByOne(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, n := range append(lengths(), 2, 4, 6, 600, 8192, 8194, 10000) {
			p := New(n)
			for _, count := range []int{1, 2, 3, 4, 5, 9} {
				src, dst := make([][]float64, count), make([][]complex128, count)
				for i := range src {
					src[i], dst[i] = realNoise(n, uint64(i)), make([]complex128, n/2+1)
				}
				p.RealRows(dst, src)
				for i := range src {
					want := make([]complex128, n/2+1)
					p.RealForward(want, src[i])
					same(t, fmt.Sprintf("n = %d, row %d of %d", n, i, count), dst[i], want)
				}
			}
		}
	})
}

// Windows are applied as they would be before, and a row that is nil disturbs
// nobody.
func TestRealManyWindow(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, n := range []int{1, 2, 3, 6, 7, 8, 61, 67, 250, 1024, 10000} {
			p := New(n)
			w := Window{W: realNoise(n, 9), Levels: [Lanes]float64{0.5, -3, 7, 0}}
			rows := [Lanes][]float64{realNoise(n, 1), nil, realNoise(n, 2), realNoise(n, 3)}
			z, tmp := make([]float64, Groups(n)), make([]float64, Groups(n))
			p.RealMany(z, tmp, rows, w)
			got, want := make([]complex128, n/2+1), make([]complex128, n/2+1)
			for l, r := range rows {
				x := make([]float64, n)
				for i := range r {
					x[i] = (r[i] - w.Levels[l]) * w.W[i]
				}
				p.RealForward(want, x)
				for k := range got {
					got[k] = get(z, size*k, l)
				}
				same(t, fmt.Sprintf("n = %d, row %d", n, l), got, want)
			}
		}
	})
}

// Long transforms, against single values of the defining sum and in scalar code.
func TestLong(t *testing.T) {
	for _, n := range []int{4096 * 3, 8 * 8 * 81, 600000, 300000, 1 << 19, 1 << 20, 5 * 61 * 59, 4 * 10007, 59049, 2 * 1009 * 64} {
		x := noise(n, 4)
		got := make([]complex128, n)
		New(n).Forward(got, x)
		for _, k := range []int{0, 1, 17, n / 3, n / 2, n - 1} {
			var re, im, cr, ci float64
			add := func(s, c *float64, v float64) { // Kahan
				y := v - *c
				u := *s + y
				*c = (u - *s) - y
				*s = u
			}
			for j, v := range x {
				w := root(j*k%n, n)
				add(&re, &cr, real(v)*real(w)-imag(v)*imag(w))
				add(&im, &ci, real(v)*imag(w)+imag(v)*real(w))
			}
			scale := norm(x)
			if d := math.Hypot(real(got[k])-re, imag(got[k])-im) / scale; !(d < 2e-15) {
				t.Errorf("n = %d: value %d is off by %.3g of the signal's norm", n, k, d)
			}
		}
		if n < 60000 && simd {
			simd = false
			scalar := make([]complex128, n)
			New(n).Forward(scalar, x)
			simd = true
			same(t, fmt.Sprintf("n = %d in scalar code", n), scalar, got)
		}
		back := make([]complex128, n)
		New(n).Inverse(back, got)
		if d := distance(back, x); !(d <= 2*allowed(n)) {
			t.Errorf("n = %d: Inverse after Forward is off by %.3g", n, d)
		}
	}
}

func TestAddCross(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		const n, stride = 7, 3 * size
		var in [4][]float64
		for i := range in {
			in[i] = realNoise(stride*n, uint64(i))
		}
		sum := make([]float64, 4*size)
		AddCross(sum, in[0], in[1], in[2], in[3], stride, n)
		for i := range 2 {
			for j := range 2 {
				for l := range Lanes {
					want := complex128(0)
					for k := range n {
						a, b := get(in[i], stride*k, l), get(in[2+j], stride*k, l)
						want += a * complex(real(b), -imag(b))
					}
					if got := get(sum, size*(2*i+j), l); math.Hypot(real(got-want), imag(got-want)) > 1e-13 {
						t.Errorf("product %d %d of lane %d is %v, want %v", i, j, l, got, want)
					}
				}
			}
		}
		power := make([]float64, Lanes*3*n)
		AddPower(power, in[0])
		for k := range 3 * n {
			for l := range Lanes {
				v := get(in[0], size*k, l)
				if want := float64(real(v)*real(v)) + float64(imag(v)*imag(v)); power[Lanes*k+l] != want {
					t.Errorf("power of group %d, lane %d is %g, want %g", k, l, power[Lanes*k+l], want)
				}
			}
		}
	})
}

func BenchmarkRealRows(b *testing.B) {
	for _, n := range []int{1 << 10, 1 << 12, 1 << 13, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 600000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			count := max(1, 600000/n*4)
			src, dst := make([][]float64, count), make([][]complex128, count)
			for i := range src {
				src[i], dst[i] = realNoise(n, uint64(i)), make([]complex128, n/2+1)
			}
			p := New(n)
			for b.Loop() {
				p.RealRows(dst, src)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*count), "µs/row")
		})
	}
}

// A filter of one delayed sample delays.
func TestFilterMany(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, n := range []int{2, 5, 16, 60, 67, 1000} {
			p := New(n)
			w := make([]complex128, n)
			w[1] = complex(2, 3)
			p.Forward(w, w)
			var rows [Lanes][]float64
			for l := range rows {
				rows[l] = realNoise(n, uint64(l))
			}
			z, tmp, y := make([]float64, Groups(n)), make([]float64, Groups(n)), make([]float64, size*n)
			p.RealMany(z, tmp, rows, Window{})
			p.FilterMany(y, make([]float64, size*n), z, w)
			for l, r := range rows {
				for i := range r {
					x := r[(i+n-1)%n] * float64(n)
					v := get(y, size*i, l)
					if math.Hypot(imag(v)-2*x, real(v)-3*x) > 1e-12*float64(n) {
						t.Fatalf("n = %d, row %d, sample %d: %v, want %v", n, l, i, v, x)
					}
				}
			}
		}
	})
}

func TestRegroup(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, values := range []int{1, 3, 4, 9, 17} {
			z := realNoise(size*values, 1)
			groups := (values + Lanes - 1) / Lanes
			const sequence, step = size * 3, size * 3 * Lanes
			dst := make([]float64, step*groups)
			Regroup(dst[size:], z, sequence, step)
			for k := range values {
				for l := range Lanes {
					if got, want := get(dst, size+l*sequence+k/Lanes*step, k%Lanes), get(z, size*k, l); got != want {
						t.Fatalf("%d values: value %d of sequence %d is %v, want %v", values, k, l, got, want)
					}
				}
			}
		}
	})
}

func TestFilterReal(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, n := range []int{2, 4, 6, 16, 60, 134, 1000, 16384} {
			p := New(n)
			x := make([]float64, n)
			x[0], x[1] = 0.5, 2
			w := make([]complex128, n/2+1)
			p.RealForward(w, x)
			var rows [Lanes][]float64
			for l := range rows {
				rows[l] = realNoise(n, uint64(l))
			}
			z, tmp, y := make([]float64, Groups(n)), make([]float64, Groups(n)), make([]float64, Groups(n))
			p.RealMany(z, tmp, rows, Window{})
			p.FilterReal(y, tmp, z, w)
			for l, r := range rows {
				for i := range r {
					want := (0.5*r[i] + 2*r[(i+n-1)%n]) * float64(n/2)
					if got := y[size*(i/2)+Lanes*(1-i%2)+l]; math.Abs(got-want) > 1e-12*float64(n) {
						t.Fatalf("n = %d, row %d, sample %d: %v, want %v", n, l, i, got, want)
					}
				}
			}
		}
	})
}
