// Functions that take functions: known to the fast tier when they are called.
package main

import "fmt"

type system func(t float64, y, dy []float64)

func rk4(f system, y []float64, dt float64, steps int) {
	n := len(y)
	k1, k2, tmp := make([]float64, n), make([]float64, n), make([]float64, n)
	t := 0.0
	for range steps {
		f(t, y, k1)
		for i := range y {
			tmp[i] = y[i] + dt/2*k1[i]
		}
		f(t+dt/2, tmp, k2)
		for i := range y {
			y[i] += dt * k2[i]
		}
		t += dt
	}
}

func lorenz(t float64, y, dy []float64) {
	dy[0] = 10 * (y[1] - y[0])
	dy[1] = y[0]*(28-y[2]) - y[1]
	dy[2] = y[0]*y[1] - 8.0/3*y[2]
}

func decay(rate float64) system {
	return func(t float64, y, dy []float64) {
		for i := range y {
			dy[i] = -rate * y[i]
		}
	}
}

type cell struct{ tau, gain float64 }

func (c cell) derivative(t float64, y, dy []float64) {
	for i := range y {
		dy[i] = (c.gain - y[i]) / c.tau
	}
}

// simpson recurses with the function that it was given.
func simpson(f func(float64) float64, a, b, eps float64, depth int) float64 {
	m := (a + b) / 2
	whole := (b - a) / 6 * (f(a) + 4*f(m) + f(b))
	l, r := (a+m)/2, (m+b)/2
	parts := (m-a)/6*(f(a)+4*f(l)+f(m)) + (b-m)/6*(f(m)+4*f(r)+f(b))
	if d := parts - whole; depth == 0 || d < eps && d > -eps {
		return parts
	}
	return simpson(f, a, m, eps/2, depth-1) + simpson(f, m, b, eps/2, depth-1)
}

func fold(xs []int, f func(a, x int) int) int {
	a := 0
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}

// orNone does without a function when it is given none.
func orNone(f func(int) int, n int) int {
	s := 0
	for i := range n {
		if f != nil {
			s += f(i)
		} else {
			s++
		}
	}
	return s
}

// again calls a function that calls again.
func again(f func(n int) int, n int) int {
	s := 0
	for i := range 3 {
		s += f(n + i)
	}
	return s
}

func index(xs []int) (r any) {
	defer func() { r = recover() }()
	calls := 0
	fold(xs, func(a, x int) int { calls++; return a + xs[x] })
	return calls
}

func main() {
	y := []float64{1, 1, 1}
	rk4(lorenz, y, 0.001, 5000)
	fmt.Println(y)
	for _, r := range []float64{0.1, 0.2, 0.3} {
		y := []float64{1, 2}
		rk4(decay(r), y, 0.01, 5000)
		fmt.Println(r, y)
	}
	y = []float64{0, 5}
	rk4(cell{20, 3}.derivative, y, 0.1, 5000)
	fmt.Println(y)
	// One of each after the other, many times: the code is that of the function
	// that comes, with its variables.
	for k := range 3000 {
		f := lorenz
		switch k % 3 {
		case 1:
			f = decay(float64(k))
		case 2:
			f = cell{float64(k), 1}.derivative
		}
		y := []float64{1, 1, 1}
		rk4(f, y, 0.001, 40)
		if k%500 < 3 {
			fmt.Println(k, y)
		}
	}
	evals := 0
	f := func(x float64) float64 { evals++; return 1 / (1 + x*x) }
	for range 500 {
		evals = 0
		if k := simpson(f, -5, 5, 1e-9, 20); evals%1000 == 1 {
			fmt.Println(k)
		}
	}
	fmt.Println(simpson(f, -5, 5, 1e-9, 20), evals)
	xs := make([]int, 5000)
	for i := range xs {
		xs[i] = i * i % 77
	}
	base := 3
	fmt.Println(fold(xs, func(a, x int) int { return a*31 + x ^ base }))
	last := 0
	fmt.Println(fold(xs, func(a, x int) int { last = x; base++; return a + x/(base-2) }), last, base)
	fmt.Println(orNone(nil, 5000), orNone(func(i int) int { return i % 7 }, 5000), orNone(nil, 5000))
	var down func(n int) int
	down = func(n int) int {
		if n > 8 {
			return n
		}
		return again(down, n+1) + 1
	}
	for range 400 {
		again(down, 4)
	}
	fmt.Println(again(down, 0))
	xs[4000] = 123456
	fmt.Println(index(xs))
	grow := func(a, x int) int { xs = append(xs[:100:100], x); return a + len(xs) }
	fmt.Println(fold(xs, grow), len(xs))
}
