package info

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// ConditionalGaussianTest returns the information of [ConditionalGaussian] with surrogates that
// keep what z tells of x: what is left of x after its regression on z is reordered, and put back
// (Freedman and Lane 1983). P is that of x and y having nothing to do with each other at a given z.
// Kinds of o: "shuffle" for trials that are independent, "shift" for series, which is approximate
// where they are short: the regression takes the slowest of x with it, and surrogates tell a little
// too little (373 of 6000 null sets of 60 samples have P <= 0.05, 311 of 200 samples; first-order
// autoregression at 0.8). Errors as [ConditionalGaussian] and [Surrogates].
func ConditionalGaussianTest(x, y, z [][]float64, o SurrogateOptions) (*Test, error) {
	return conditionalTest("ConditionalGaussianTest", ConditionalGaussian, false, x, y, z, o)
}

// ConditionalGaussianCopulaTest is [ConditionalGaussianTest] of [ConditionalGaussianCopula]: the
// regression is that of the ranks made normal.
func ConditionalGaussianCopulaTest(x, y, z [][]float64, o SurrogateOptions) (*Test, error) {
	return conditionalTest("ConditionalGaussianCopulaTest", ConditionalGaussianCopula, true, x, y, z, o)
}

func conditionalTest(call string, f func(x, y, z [][]float64) (float64, error), copula bool, x, y, z [][]float64, o SurrogateOptions) (*Test, error) {
	if _, err := f(x, y, z); err != nil {
		return nil, err
	}
	n := len(x[0])
	columns := func(s [][]float64, constant int) [][]float64 { // [sample][dimension], after a constant if any
		rows := linalg.Matrix(n, constant+len(s))
		ranks := make([]float64, n)
		for d, v := range s {
			if copula {
				normalRanks(ranks, v)
				v = ranks
			}
			for i := range rows {
				rows[i][constant+d] = v[i]
			}
		}
		if constant > 0 {
			for i := range rows {
				rows[i][0] = 1
			}
		}
		return rows
	}
	design, values := columns(z, 1), columns(x, 0)
	q, err := linalg.NewQR(design, nil)
	if err != nil {
		return nil, fmt.Errorf("info: %s: of 1 and z, %w", call, err)
	}
	beta, _ := q.Solve(values, nil)
	fitted, left, moved := linalg.Matrix(len(x), n), linalg.Matrix(len(x), n), linalg.Matrix(len(x), n)
	for d := range x {
		for i, row := range design {
			for k, v := range row {
				fitted[d][i] += float64(v * beta[k][d])
			}
			left[d][i] = values[i][d] - fitted[d][i]
		}
	}
	first := true // the data, to the bit
	return Surrogates(n, func(order []int) (float64, error) {
		if first {
			first = false
			return f(x, y, z)
		}
		for d := range moved {
			for i, at := range order {
				moved[d][i] = fitted[d][i] + left[d][at]
			}
		}
		return f(moved, y, z)
	}, o)
}

// ConditionalKSGTest returns the information of [ConditionalKSG] with surrogates that keep what z
// tells of x: each sample takes the x of one of the near samples nearest to it in z, itself among them
// (by the largest difference of any dimension), which no other has taken yet if that can be. P is that of x and y
// having nothing to do with each other at a given z, of samples that are independent trials. near of
// 0 is 5; with many the surrogates lose what z tells and P is too small, with few they resemble the
// data and P is too large. draws of 0 are 999.
//
// Errors as [ConditionalKSG] and [Surrogates], and near out of 2 to the samples. Runge
// 2018, AISTATS 84:938 (local permutation).
func ConditionalKSGTest(x, y, z [][]float64, k, near, draws int, seed uint64) (*Test, error) {
	const call = "ConditionalKSGTest"
	if _, err := ConditionalKSG(x, y, z, k); err != nil {
		return nil, err
	}
	n := len(x[0])
	if near == 0 {
		near = min(5, n)
	}
	if near < 2 || near > n {
		return nil, fmt.Errorf("info: %s: near is %d of %d samples; it must be 2 or more and at most their number, or 0 for 5", call, near, n)
	}
	beside := make([][]int, n) // of each sample, itself among them
	all, far := make([]int, n), make([]float64, n)
	for i := range beside {
		for j := range all {
			all[j], far[j] = j, 0
			for _, v := range z {
				far[j] = math.Max(far[j], math.Abs(v[i]-v[j]))
			}
		}
		far[i] = -1 // first among its equals
		slices.SortFunc(all, func(a, b int) int { return cmp.Or(cmp.Compare(far[a], far[b]), a-b) })
		beside[i] = slices.Clone(all[:near])
	}
	moved := linalg.Matrix(len(x), n)
	used, choice := make([]bool, n), make([]int, n)
	var candidates []int
	calls := -1
	t, err := Surrogates(n, func(order []int) (float64, error) {
		if calls++; calls == 0 {
			return ConditionalKSG(x, y, z, k)
		}
		// Samples choose in the order of the permutation, each in an order of another one.
		rank := rng.New(seed^0x9e3779b97f4a7c15, uint64(calls)).Perm(n)
		clear(used)
		for _, i := range order {
			candidates = append(candidates[:0], beside[i]...)
			slices.SortFunc(candidates, func(a, b int) int { return rank[a] - rank[b] })
			choice[i] = candidates[0]
			for _, c := range candidates {
				if !used[c] {
					choice[i] = c
					break
				}
			}
			used[choice[i]] = true
		}
		for d, v := range x {
			for i, c := range choice {
				moved[d][i] = v[c]
			}
		}
		return ConditionalKSG(moved, y, z, k)
	}, SurrogateOptions{Draws: draws, Seed: seed})
	if err == nil {
		t.Kind = "shuffle among near z"
	}
	return t, err
}
