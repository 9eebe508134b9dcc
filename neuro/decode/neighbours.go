package decode

import (
	"fmt"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Neighbours predicts the class that most of the nearest training samples have,
// by Euclidean distance. It is a Model for CrossValidate.
type Neighbours struct {
	// K is how many neighbours vote; 0 means 5.
	K int
}

// NewNeighbours returns the classifier of scikit-learn's KNeighborsClassifier:
// five neighbours with equal votes.
func NewNeighbours() Neighbours { return Neighbours{K: 5} }

// FitPredict returns the class with most votes of each row of test.
func (n Neighbours) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	predicted, _, err := n.FitScore(x, y, test)
	return predicted, err
}

// FitScore returns the class with most votes of each row of test, of equal ones
// the lowest label, and the share of votes of each class. Of training samples at
// the same distance the earlier counts as nearer. Features count as they are:
// scale them in a Pipeline when their units differ.
//
// No samples or features, rows of unequal length, NaN, Inf, a single class, a
// negative K and fewer training samples than K are errors.
//
// Source: Cover and Hart 1967. Checked against scikit-learn 1.9.1's
// KNeighborsClassifier.
func (n Neighbours) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	const caller = "Neighbours"
	k := n.K
	if k == 0 {
		k = 5
	}
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, nil, err
	}
	if k < 1 || k > len(x) {
		return nil, nil, fmt.Errorf("decode: %s: K is %d with %d training samples, it must be 1 to that number", caller, n.K, len(x))
	}
	if err := checkTest(caller, test, len(x[0])); err != nil {
		return nil, nil, err
	}
	predicted, votes := make([]int, len(test)), make([][]float64, len(test))
	const piece = 64
	task := watch(caller, len(x), len(x[0])*len(test))
	defer task.End()
	linalg.Parallel((len(test)+piece-1)/piece, func(b int) {
		type near struct {
			d float64
			i int
		}
		best := make([]near, 0, k+1)
		for i := b * piece; i < min((b+1)*piece, len(test)) && task.Err() == nil; i++ {
			best = best[:0]
			for j, row := range x {
				limit := -1.0
				if len(best) == k {
					limit = best[k-1].d
				}
				d := squaredDistance(test[i], row, limit)
				if limit >= 0 && d >= limit {
					continue
				}
				at := sort.Search(len(best), func(q int) bool { return best[q].d > d })
				best = append(best, near{})
				copy(best[at+1:], best[at:])
				best[at] = near{d, j}
				best = best[:min(k, len(best))]
			}
			votes[i] = make([]float64, len(t.classes))
			for _, b := range best {
				votes[i][t.index[b.i]]++
			}
			top := 0
			for c, v := range votes[i] {
				if v > votes[i][top] {
					top = c
				}
			}
			for c := range votes[i] {
				votes[i][c] /= float64(k)
			}
			predicted[i] = t.classes[top]
		}
	})
	if task.Err() != nil {
		return nil, nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	return predicted, votes, nil
}

// squaredDistance returns Σ (a-b)², or what it has when that reaches limit >= 0.
func squaredDistance(a, b []float64, limit float64) float64 {
	sum := 0.0
	b = b[:len(a)]
	for j := 0; j < len(a); {
		var s0, s1 float64
		to := min(j+32, len(a))
		for ; j+1 < to; j += 2 {
			u, v := a[j]-b[j], a[j+1]-b[j+1]
			s0 += float64(u * u)
			s1 += float64(v * v)
		}
		if j < to {
			u := a[j] - b[j]
			s0 += float64(u * u)
			j++
		}
		sum += s0 + s1
		if limit >= 0 && sum >= limit {
			return sum
		}
	}
	return sum
}

// checkTest checks samples to be predicted.
func checkTest(caller string, test [][]float64, width int) error {
	for i, row := range test {
		if len(row) != width {
			return wrongWidth(caller, i, len(row), width)
		}
		for j, v := range row {
			if v != v {
				return fmt.Errorf("decode: %s: test[%d][%d] is NaN, which has no class; leave the sample out", caller, i, j)
			}
		}
	}
	return nil
}
