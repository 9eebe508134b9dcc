package corpus

import "math"

func Fib(n int) int {
	if n < 2 {
		return n
	}
	return Fib(n-1) + Fib(n-2)
}

func Collatz(n int) (best, steps int) {
	for i := 1; i <= n; i++ {
		k := 0
		for x := i; x != 1; k++ {
			if x%2 == 0 {
				x /= 2
			} else {
				x = 3*x + 1
			}
		}
		if k > steps {
			best, steps = i, k
		}
	}
	return best, steps
}

func Dot(n int) float64 {
	x := make([]float64, n)
	y := make([]float64, n)
	for i := range x {
		x[i] = float64(i) * 0.5
		y[i] = 1 / float64(i+1)
	}
	s := 0.0
	for k := 0; k < 10; k++ {
		for i := range x {
			s += x[i] * y[i]
		}
	}
	return s
}

func vtrap(x, y float64) float64 {
	if math.Abs(x/y) < 1e-6 {
		return y * (1 - x/y/2)
	}
	return x / (math.Exp(x/y) - 1)
}

func HodgkinHuxley(steps int) (v float64, spikes int) {
	const (
		c, gna, gk, gl = 1.0, 120.0, 36.0, 0.3
		ena, ek, el    = 50.0, -77.0, -54.387
		dt             = 0.01
	)
	v = -65
	m, h, n := 0.05, 0.6, 0.32
	above := false
	for i := 0; i < steps; i++ {
		am := 0.1 * vtrap(-(v+40), 10)
		bm := 4 * math.Exp(-(v+65)/18)
		ah := 0.07 * math.Exp(-(v+65)/20)
		bh := 1 / (math.Exp(-(v+35)/10) + 1)
		an := 0.01 * vtrap(-(v+55), 10)
		bn := 0.125 * math.Exp(-(v+65)/80)
		ina := gna * m * m * m * h * (v - ena)
		ik := gk * n * n * n * n * (v - ek)
		il := gl * (v - el)
		v += dt * (10 - ina - ik - il) / c
		m += dt * (am*(1-m) - bm*m)
		h += dt * (ah*(1-h) - bh*h)
		n += dt * (an*(1-n) - bn*n)
		if v > 0 && !above {
			spikes++
		}
		above = v > 0
	}
	return v, spikes
}

func MatMul(n int) float64 {
	a, b, c := make([][]float64, n), make([][]float64, n), make([][]float64, n)
	for i := range a {
		a[i], b[i], c[i] = make([]float64, n), make([]float64, n), make([]float64, n)
		for j := range a[i] {
			a[i][j] = float64(i*j%7) - 1.5
			b[i][j] = float64(i+j) / 3
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := 0.0
			for k := 0; k < n; k++ {
				s += a[i][k] * b[k][j]
			}
			c[i][j] = s
		}
	}
	t := 0.0
	for i := range c {
		for j := range c[i] {
			t += c[i][j] * float64(i-j)
		}
	}
	return t
}

func Sieve(n int) (count, last int) {
	composite := make([]bool, n+1)
	for p := 2; p <= n; p++ {
		if composite[p] {
			continue
		}
		count++
		last = p
		for q := p * p; q <= n; q += p {
			composite[q] = true
		}
	}
	return count, last
}

func Mandelbrot(n int) (inside int) {
	for y := 0; y < n; y++ {
		for x := 0; x < n; x++ {
			c := complex(float64(x)*3/float64(n)-2, float64(y)*2/float64(n)-1)
			z := complex(0, 0)
			k := 0
			for ; k < 100 && real(z)*real(z)+imag(z)*imag(z) < 4; k++ {
				z = z*z + c
			}
			if k == 100 {
				inside++
			}
		}
	}
	return inside
}
