// Functions of one's own passed to compiled numerics: gonum's quadrature,
// differences and optimizers, and own bisection, Newton and Nelder-Mead.
package main

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/optimize"
)

var errBracket = errors.New("no sign change")

func bisect(f func(float64) float64, a, b, tol float64) (float64, error) {
	fa := f(a)
	if fa*f(b) > 0 {
		return 0, fmt.Errorf("bisect on [%g, %g]: %w", a, b, errBracket)
	}
	for b-a > tol {
		m := (a + b) / 2
		if fm := f(m); fa*fm <= 0 {
			b = m
		} else {
			a, fa = m, fm
		}
	}
	return (a + b) / 2, nil
}

func newton(f func(float64) (y, dy float64), x float64) (float64, int) {
	for n := 0; ; n++ {
		y, dy := f(x)
		step := y / dy
		if x -= step; math.Abs(step) < 1e-14*math.Abs(x) || n == 50 {
			return x, n
		}
	}
}

type gaussian struct{ mu, sigma float64 }

func (g gaussian) pdf(x float64) float64 {
	z := (x - g.mu) / g.sigma
	return math.Exp(-z*z/2) / (g.sigma * math.Sqrt(2*math.Pi))
}

func main() {
	root, err := bisect(func(x float64) float64 { return math.Cos(x) - x }, 0, 1, 1e-12)
	fmt.Printf("%.10f %v\n", root, err)
	_, err = bisect(math.Exp, 0, 1, 1e-9)
	fmt.Println(err, errors.Is(err, errBracket))
	x, n := newton(func(x float64) (float64, float64) { return x*x - 2, 2 * x }, 1)
	fmt.Printf("%.12f %t\n", x, n < 10)
	g := gaussian{1, 2}
	fmt.Printf("%.9f %.9f\n", quad.Fixed(g.pdf, -9, 11, 60, nil, 0), quad.Fixed(func(x float64) float64 { return x * g.pdf(x) }, -19, 21, 90, nil, 2))
	xs, ys := make([]float64, 101), make([]float64, 101)
	for i := range xs {
		xs[i] = float64(i) / 100
		ys[i] = math.Sin(xs[i])
	}
	fmt.Printf("%.8f %.8f\n", integrate.Trapezoidal(xs, ys), integrate.Simpsons(xs, ys))
	fmt.Printf("%.6f\n", fd.Derivative(g.pdf, 0, nil))
	evals := 0
	rosen := func(p []float64) float64 {
		evals++
		return math.Pow(1-p[0], 2) + 100*math.Pow(p[1]-p[0]*p[0], 2)
	}
	res, err := optimize.Minimize(optimize.Problem{
		Func: rosen,
		Grad: func(grad, p []float64) {
			grad[0] = -2*(1-p[0]) - 400*p[0]*(p[1]-p[0]*p[0])
			grad[1] = 200 * (p[1] - p[0]*p[0])
		},
	}, []float64{-1.2, 1}, nil, &optimize.BFGS{})
	fmt.Printf("%.5f %t %v\n", res.X, evals > 10, err)
	res, err = optimize.Minimize(optimize.Problem{Func: rosen}, []float64{0, 0}, nil, &optimize.NelderMead{})
	fmt.Printf("%.3f %v %t\n", res.X, err, res.F < 1e-6)
	_, err = optimize.Minimize(optimize.Problem{Func: func([]float64) float64 { return math.NaN() }}, []float64{0}, nil, nil)
	fmt.Println(err != nil)
}
