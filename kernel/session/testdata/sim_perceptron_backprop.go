// A two-layer network learns exclusive or by back-propagation, with layers as
// an interface, weights from a seed, and gradients checked by differences.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

type layer interface {
	forward(x []float64) []float64
	backward(grad []float64) []float64
	update(rate float64)
}

type dense struct {
	w, dw [][]float64
	b, db []float64
	x     []float64
}

type tanh struct{ y []float64 }

type net []layer

func newDense(in, out int, r *rand.Rand) *dense {
	d := &dense{b: make([]float64, out), db: make([]float64, out)}
	for range out {
		row := make([]float64, in)
		for j := range row {
			row[j] = r.NormFloat64()
		}
		d.w = append(d.w, row)
		d.dw = append(d.dw, make([]float64, in))
	}
	return d
}

func (d *dense) forward(x []float64) []float64 {
	d.x = x
	y := append([]float64(nil), d.b...)
	for i, row := range d.w {
		for j, w := range row {
			y[i] += w * x[j]
		}
	}
	return y
}

func (d *dense) backward(g []float64) []float64 {
	out := make([]float64, len(d.x))
	for i, gi := range g {
		d.db[i] += gi
		for j := range d.x {
			d.dw[i][j] += gi * d.x[j]
			out[j] += gi * d.w[i][j]
		}
	}
	return out
}

func (d *dense) update(rate float64) {
	for i := range d.w {
		d.b[i] -= rate * d.db[i]
		for j := range d.w[i] {
			d.w[i][j] -= rate * d.dw[i][j]
		}
		clear(d.dw[i])
	}
	clear(d.db)
}

func (t *tanh) forward(x []float64) []float64 {
	t.y = make([]float64, len(x))
	for i, v := range x {
		t.y[i] = math.Tanh(v)
	}
	return t.y
}

func (t *tanh) backward(g []float64) []float64 {
	out := make([]float64, len(g))
	for i, y := range t.y {
		out[i] = g[i] * (1 - y*y)
	}
	return out
}

func (*tanh) update(float64) {}

func (n net) run(x []float64) []float64 {
	for _, l := range n {
		x = l.forward(x)
	}
	return x
}

func main() {
	r := rand.New(rand.NewPCG(1, 9))
	first := newDense(2, 4, r)
	n := net{first, &tanh{}, newDense(4, 1, r), &tanh{}}
	data := [][3]float64{{-1, -1, -1}, {-1, 1, 1}, {1, -1, 1}, {1, 1, -1}}
	loss := func(learn bool) (e float64) {
		for _, d := range data {
			y := n.run(d[:2])
			diff := y[0] - d[2]
			e += diff * diff / 2
			if learn {
				g := []float64{diff}
				for i := len(n) - 1; i >= 0; i-- {
					g = n[i].backward(g)
				}
			}
		}
		return
	}
	before := loss(true)
	grad := first.dw[1][0]
	first.w[1][0] += 1e-6
	numeric := (loss(false) - before) / 1e-6
	first.w[1][0] -= 1e-6
	fmt.Println(math.Abs(grad-numeric) < 1e-4)
	first.update(0)
	for range 600 {
		loss(true)
		for _, l := range n {
			l.update(0.2)
		}
	}
	fmt.Printf("%.3f %t\n", before, loss(false) < 0.05)
	for _, d := range data {
		fmt.Printf("%+.0f ", n.run(d[:2])[0])
	}
	fmt.Println()
}
