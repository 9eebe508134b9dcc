package plasticity

import "fmt"

// Hebb returns the change of weights by Hebb's rule,
//
//	dw[i][j] = rate * pre[i] * post[j]
//
// for the activities pre and post (any unit, such as Hz) and the learning rate
// (weight per product of these). Hebb 1949, The organization of behavior. An
// activity of NaN gives NaN.
func Hebb(pre, post []float64, rate float64) [][]float64 {
	dw := make([][]float64, len(pre))
	for i, x := range pre {
		dw[i] = make([]float64, len(post))
		for j, y := range post {
			dw[i][j] = rate * x * y
		}
	}
	return dw
}

// Oja returns the change of the weights w of one linear neuron by Oja's rule,
//
//	dw[i] = rate * y * (x[i] - y*w[i])
//
// for its inputs x and its output y, which is the sum of w[i]*x[i]. Hebb's rule
// is its first term; the second keeps the length of w at 1, so that w turns
// into the first principal component of the inputs. Oja 1982, J Math Biol
// 15:267, equation 3. It panics when w and x have different lengths. Checked against
// the first principal component of inputs.
func Oja(w, x []float64, y, rate float64) []float64 {
	if len(w) != len(x) {
		panic(fmt.Sprintf("plasticity: Oja: w has %d weights and x has %d inputs; they must be as many", len(w), len(x)))
	}
	dw := make([]float64, len(w))
	for i := range dw {
		dw[i] = rate * y * (x[i] - float64(y*w[i]))
	}
	return dw
}

// Sanger returns the change of the weights w[k] of several linear neurons by
// Sanger's generalised Hebbian algorithm,
//
//	dw[k][i] = rate * y[k] * (x[i] - sum over j <= k of y[j]*w[j][i])
//
// for their common inputs x and outputs y. The rows turn into the first principal
// components of the inputs, in order. Sanger 1989, Neural Netw 2:459.
// It panics when the lengths do not fit. Checked against the first two principal
// components of inputs.
func Sanger(w [][]float64, x, y []float64, rate float64) [][]float64 {
	if len(w) != len(y) {
		panic(fmt.Sprintf("plasticity: Sanger: w has %d neurons and y has %d outputs; they must be as many", len(w), len(y)))
	}
	dw := make([][]float64, len(w))
	rest := append([]float64(nil), x...)
	for k, row := range w {
		if len(row) != len(x) {
			panic(fmt.Sprintf("plasticity: Sanger: w[%d] has %d weights and x has %d inputs; they must be as many", k, len(row), len(x)))
		}
		dw[k] = make([]float64, len(x))
		for i := range row {
			rest[i] -= float64(y[k] * row[i])
			dw[k][i] = rate * y[k] * rest[i]
		}
	}
	return dw
}
