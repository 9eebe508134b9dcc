package decode

import (
	"fmt"
	"math"
)

// Correlation names the class whose mean pattern over the training samples
// correlates most with the pattern of a sample, as Haxby et al. did. It is a
// Model for CrossValidate.
type Correlation struct{}

// NewCorrelation returns the classifier; it has no parameters.
func NewCorrelation() Correlation { return Correlation{} }

// FitPredict returns for each row of test the class with the largest
//
//	r(x, m_k) = Σ_j (x_j - x̄)(m_kj - m̄_k) / sqrt(Σ (x_j - x̄)² Σ (m_kj - m̄_k)²)
//
// of equal ones the first. x is [sample][feature] and has two features or more, y
// the label of each sample. A pattern that is the same in all features has a
// correlation of 0.
//
// Source: Haxby et al. 2001, Science 293:2425; Spiridon and Kanwisher 2002.
// Checked against numpy's corrcoef.
func (Correlation) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	const caller = "Correlation.FitPredict"
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	if len(x[0]) < 2 {
		return nil, fmt.Errorf("decode: %s: x has 1 feature, a pattern needs two or more", caller)
	}
	mean := t.means(x)
	for _, m := range mean {
		unitPattern(m)
	}
	out := make([]int, len(test))
	pattern := make([]float64, len(x[0]))
	for i, row := range test {
		if len(row) != len(pattern) {
			return nil, fmt.Errorf("decode: %s: test[%d] has %d features, x has %d", caller, i, len(row), len(pattern))
		}
		copy(pattern, row)
		unitPattern(pattern)
		best, most := 0, math.Inf(-1)
		for k, m := range mean {
			r := dot(pattern, m)
			if math.IsNaN(r) {
				return nil, fmt.Errorf("decode: %s: test[%d] has a value that is not finite, which has no class; leave the sample out", caller, i)
			}
			if r > most {
				best, most = k, r
			}
		}
		out[i] = t.classes[best]
	}
	return out, nil
}

// unitPattern takes the mean from a pattern and makes its length 1; one that does
// not vary becomes 0.
func unitPattern(x []float64) {
	mean, size := 0.0, 0.0
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for j := range x {
		size = max(size, math.Abs(x[j]))
		x[j] -= mean
	}
	length := math.Sqrt(dot(x, x))
	if length <= 1e-13*size {
		clear(x)
		return
	}
	for j := range x {
		x[j] /= length
	}
}
