package fft

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"
)

// lengths covers every length up to 64, primes on both sides of the largest
// radix, powers, and mixtures.
func lengths() []int {
	var out []int
	for n := 1; n <= 64; n++ {
		out = append(out, n)
	}
	return append(out, 67, 97, 127, 128, 163, 243, 250, 256, 257, 343, 500, 509, 625, 720, 769, 1000, 1001, 1009, 1024, 2*509, 4*61)
}

func noise(n int, seed uint64) []complex128 {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	x := make([]complex128, n)
	for i := range x {
		x[i] = complex(r.NormFloat64(), r.NormFloat64())
	}
	return x
}

// roots returns exp(-2πi k/n), k < n, with errors below 1e-30: the sine and
// cosine series of the angle in the first eighth of the circle.
func roots(n int) (re, im []*big.Float) {
	const prec = 140
	pi, _, _ := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097", 10, prec, big.ToNearestEven)
	f := func(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }
	series := func(a *big.Float, from int) *big.Float {
		term, sum := f(1), f(0)
		for i := 1; i <= from; i++ {
			term.Mul(term, a).Quo(term, f(float64(i)))
		}
		for i := from; i < 60; i += 2 {
			sum.Add(sum, term)
			term.Mul(term, a).Mul(term, a).Neg(term).Quo(term, f(float64((i+1)*(i+2))))
		}
		return sum
	}
	for k := 0; k < n; k++ {
		a := f(float64(2 * k))
		a.Mul(a, pi).Quo(a, f(float64(n)))
		re = append(re, series(a, 0))
		im = append(im, new(big.Float).Neg(series(a, 1)))
	}
	return re, im
}

// direct is the defining sum in 140 bits.
func direct(x []complex128) []complex128 {
	n := len(x)
	re, im := roots(n)
	out := make([]complex128, n)
	xr, xi := make([]*big.Float, n), make([]*big.Float, n)
	for j, v := range x {
		xr[j], xi[j] = big.NewFloat(real(v)), big.NewFloat(imag(v))
	}
	var a, b big.Float
	for k := range out {
		sr, si := new(big.Float).SetPrec(140), new(big.Float).SetPrec(140)
		for j := range x {
			c, s := re[j*k%n], im[j*k%n]
			a.SetPrec(140).Mul(xr[j], c)
			b.SetPrec(140).Mul(xi[j], s)
			sr.Add(sr, a.Sub(&a, &b))
			a.SetPrec(140).Mul(xr[j], s)
			b.SetPrec(140).Mul(xi[j], c)
			si.Add(si, a.Add(&a, &b))
		}
		r, _ := sr.Float64()
		i, _ := si.Float64()
		out[k] = complex(r, i)
	}
	return out
}

func norm(x []complex128) float64 {
	s := 0.0
	for _, v := range x {
		s += real(v)*real(v) + imag(v)*imag(v)
	}
	return math.Sqrt(s)
}

// distance is the error of got relative to the size of want.
func distance(got, want []complex128) float64 {
	d := make([]complex128, len(got))
	for i := range d {
		d[i] = got[i] - want[i]
	}
	return norm(d) / norm(want)
}

// allowed is the error of a transform of length n: a few roundings per pass,
// adding up like a random walk. Bluestein's way takes three transforms.
func allowed(n int) float64 { return 4e-16 * (1 + math.Log2(float64(n))) }

func TestForwardAgainstDirectSum(t *testing.T) {
	worst, at := 0.0, 0
	for _, n := range lengths() {
		if n > 300 && n != 1009 && n != 720 {
			continue // the sum takes seconds; TestTones and the round trips go on
		}
		x := noise(n, 1)
		want := direct(x)
		got := make([]complex128, n)
		New(n).Forward(got, x)
		if d := distance(got, want); !(d <= allowed(n)) {
			t.Errorf("n = %d: relative error %.3g, allowed %.3g", n, d, allowed(n))
		} else if d/allowed(n) > worst {
			worst, at = d/allowed(n), n
		}
		New(n).Forward(x, x)
		if norm(x) == 0 || distance(x, got) != 0 {
			t.Errorf("n = %d: in place gives other values", n)
		}
	}
	t.Logf("worst error is %.2f of what is allowed, at n = %d", worst, at)
}

// Every length up to 200, complex and real, against the sum in float64.
func TestEveryLength(t *testing.T) {
	for n := 1; n <= 200; n++ {
		x := noise(n, 5)
		w := make([]complex128, n)
		for k := range w {
			w[k] = root(k, n)
		}
		sum := func(x []complex128) []complex128 {
			out := make([]complex128, n)
			for k := range out {
				for j, v := range x {
					out[k] += mul(v, w[j*k%n])
				}
			}
			return out
		}
		got := make([]complex128, n)
		New(n).Forward(got, x)
		if d := distance(got, sum(x)); !(d < 2e-14) {
			t.Errorf("n = %d: off by %.3g", n, d)
		}
		re := make([]float64, n)
		for i := range re {
			re[i] = real(x[i])
			x[i] = complex(re[i], 0)
		}
		half := make([]complex128, n/2+1)
		New(n).RealForward(half, re)
		if d := distance(half, sum(x)[:n/2+1]); !(d < 2e-14) {
			t.Errorf("n = %d: the real transform is off by %.3g", n, d)
		}
	}
}

func TestRoundTrips(t *testing.T) {
	for _, n := range append(lengths(), 4096, 10007, 65536, 99991) {
		x := noise(n, 2)
		y, z := make([]complex128, n), make([]complex128, n)
		p := New(n)
		p.Forward(y, x)
		p.Inverse(z, y)
		if d := distance(z, x); !(d <= 2*allowed(n)) {
			t.Errorf("n = %d: Inverse after Forward is off by %.3g", n, d)
		}

		re := make([]float64, n)
		for i := range re {
			re[i] = real(x[i])
			x[i] = complex(re[i], 0)
		}
		p.Forward(y, x)
		half := make([]complex128, n/2+1)
		p.RealForward(half, re)
		if d := distance(half, y[:n/2+1]); !(d <= 2*allowed(n)) {
			t.Errorf("n = %d: RealForward is off by %.3g", n, d)
		}
		if imag(half[0]) != 0 || n%2 == 0 && imag(half[n/2]) != 0 {
			t.Errorf("n = %d: the ends of a real transform are not real: %v %v", n, half[0], half[n/2])
		}
		back := make([]float64, n)
		p.RealInverse(back, half)
		for i := range back {
			z[i] = complex(back[i], 0)
		}
		if d := distance(z, x); !(d <= 2*allowed(n)) {
			t.Errorf("n = %d: RealInverse after RealForward is off by %.3g", n, d)
		}
	}
}

// A single tone must land in one bin, at every frequency: an error in one
// entry of a table of roots shows here.
func TestTones(t *testing.T) {
	for _, n := range []int{12, 49, 60, 121, 128, 210, 1009} {
		x, y := make([]complex128, n), make([]complex128, n)
		for f := 0; f < n; f++ {
			for j := range x {
				w := root(j*f%n, n)
				x[j] = complex(real(w), -imag(w))
			}
			New(n).Forward(y, x)
			y[f] -= complex(float64(n), 0)
			if d := norm(y) / float64(n); d > 2*allowed(n) {
				t.Errorf("n = %d, tone %d: leaks %.3g", n, f, d)
			}
		}
	}
}

func TestRoot(t *testing.T) {
	for _, n := range []int{1, 2, 3, 8, 12, 1000, 1009} {
		re, im := roots(n)
		for k := range re {
			c, _ := re[k].Float64()
			s, _ := im[k].Float64()
			w := root(k, n)
			// Three roundings of an angle below π/4 and one of the result.
			if math.Abs(real(w)-c) > 3e-16 || math.Abs(imag(w)-s) > 3e-16 {
				t.Errorf("root(%d, %d) = %v, want (%v, %v)", k, n, w, c, s)
			}
		}
	}
}

func TestFast(t *testing.T) {
	smooth := func(n int) bool {
		for _, p := range []int{2, 3, 5} {
			for n%p == 0 {
				n /= p
			}
		}
		return n == 1
	}
	for n := 1; n < 3000; n++ {
		want := n
		for !smooth(want) {
			want++
		}
		if got := Fast(n); got != want {
			t.Errorf("Fast(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestConcurrentUseGivesTheSameBits(t *testing.T) {
	sizes := []int{60, 61, 67, 1000, 1009, 1024}
	want := map[int][]complex128{}
	for _, n := range sizes {
		want[n] = make([]complex128, n)
		New(n).Forward(want[n], noise(n, 3))
	}
	var wg sync.WaitGroup
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 60; i++ {
				// Other lengths push plans out of the cache meanwhile.
				New(2000 + g*60 + i)
				n := sizes[(g+i)%len(sizes)]
				got := make([]complex128, n)
				New(n).Forward(got, noise(n, 3))
				for k := range got {
					if got[k] != want[n][k] {
						t.Errorf("n = %d: value %d is %v, was %v", n, k, got[k], want[n][k])
						return
					}
				}
			}
		}()
	}
	wg.Wait()
	if len(cache.order) > cached || len(cache.plans) != len(cache.order) {
		t.Errorf("cache holds %d plans in %d entries, at most %d allowed", len(cache.plans), len(cache.order), cached)
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	c, f := make([]complex128, 5), make([]float64, 5)
	for name, call := range map[string]func(){
		"zero":        func() { New(0) },
		"dst":         func() { New(6).Forward(c, make([]complex128, 6)) },
		"src":         func() { New(6).Forward(make([]complex128, 6), c) },
		"half":        func() { New(5).RealForward(c, f) },
		"half source": func() { New(5).RealInverse(f, c) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func BenchmarkForward(b *testing.B) {
	for _, n := range []int{256, 1000, 1009, 1024, 4096, 65536} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x, y := noise(n, 1), make([]complex128, n)
			p := New(n)
			for b.Loop() {
				p.Forward(y, x)
			}
		})
	}
}

func BenchmarkRealForward(b *testing.B) {
	for _, n := range []int{1000, 1024, 4096} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x, y := make([]float64, n), make([]complex128, n/2+1)
			for i, v := range noise(n, 1) {
				x[i] = real(v)
			}
			p := New(n)
			for b.Loop() {
				p.RealForward(y, x)
			}
		})
	}
}
