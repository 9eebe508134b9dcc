// Linear regression three ways: normal equations by hand, gonum's QR, and
// gonum's stat; with weights, residuals and matrix formatting.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func fit(x, y []float64) (a, b float64) {
	mx, my := floats.Sum(x)/float64(len(x)), floats.Sum(y)/float64(len(y))
	var sxy, sxx float64
	for i := range x {
		sxy += (x[i] - mx) * (y[i] - my)
		sxx += (x[i] - mx) * (x[i] - mx)
	}
	b = sxy / sxx
	return my - b*mx, b
}

type vander struct {
	x     []float64
	order int
}

func (v vander) Dims() (int, int)    { return len(v.x), v.order + 1 }
func (v vander) At(i, j int) float64 { return math.Pow(v.x[i], float64(j)) }
func (v vander) T() mat.Matrix       { return mat.Transpose{Matrix: v} }

func polyfit(x, y []float64, order int) ([]float64, error) {
	var c mat.VecDense
	var qr mat.QR
	qr.Factorize(vander{x, order})
	if err := qr.SolveVecTo(&c, false, mat.NewVecDense(len(y), y)); err != nil {
		return nil, err
	}
	return c.RawVector().Data, nil
}

func main() {
	r := rand.New(rand.NewPCG(8, 9))
	n := 60
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i) / 10
		y[i] = 1.5 - 0.8*x[i] + 0.3*r.NormFloat64()
	}
	a, b := fit(x, y)
	a2, b2 := stat.LinearRegression(x, y, nil, false)
	c, err := polyfit(x, y, 1)
	fmt.Printf("%.9f %.9f %t %v\n", a, b, floats.EqualApprox([]float64{a2, b2, c[0], c[1]}, []float64{a, b, a, b}, 1e-9), err)
	c, _ = polyfit(x, y, 3)
	fmt.Printf("%.6f\n", c)
	res := make([]float64, n)
	for i := range res {
		res[i] = y[i] - a - b*x[i]
	}
	fmt.Printf("%.9f %.6f %.6f %t\n", stat.StdDev(res, nil), stat.Correlation(x, y, nil), stat.RSquared(x, y, nil, a, b), math.Abs(floats.Sum(res)) < 1e-10)
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	var p mat.Dense
	p.Mul(m, m.T())
	fmt.Printf("%v\n%v\n", mat.Formatted(&p), mat.Formatted(m.T(), mat.Prefix("  "), mat.Squeeze()))
	p.Apply(func(i, j int, v float64) float64 { return v * float64(i-j) }, &p)
	fmt.Printf("%v %v %v %.6f\n", p.At(0, 1), p.At(1, 0), mat.Sum(&p), mat.Det(m.Slice(0, 2, 0, 2)))
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		p.Mul(m, m)
	}()
	var eig mat.EigenSym
	ok := eig.Factorize(mat.NewSymDense(2, []float64{2, 1, 1, 2}), true)
	fmt.Printf("%t %.6f\n", ok, eig.Values(nil))
	floats.Scale(2, x[:3])
	fmt.Println(x[:4], floats.Norm([]float64{3, 4}, 2), floats.MaxIdx(y) >= 0)
}
