package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/lbfgs"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// leastUnique is the least uniqueness of an item, as that of R's factanal.
const leastUnique = 0.005

// likelyFactors returns the loadings, [item][factor], and uniquenesses of k factors of a matrix of
// correlations by maximum likelihood: the factors of given uniquenesses are eigenvectors, and the search is
// among these alone (Jöreskog 1967, Psychometrika 32:443).
func likelyFactors(r [][]float64, k int) (loadings [][]float64, psi []float64, reached bool, err error) {
	p := len(r)
	inverse, dependent := linalg.InversePositive(r, 1e-10)
	if dependent >= 0 {
		return nil, nil, false, fmt.Errorf("item %d follows from those before it", dependent+1)
	}
	psi = make([]float64, p)
	loadings = linalg.Matrix(p, k)
	scaled := linalg.Zeros(p)
	at := func(theta, grad []float64) (value, size float64) {
		for i, t := range theta {
			psi[i] = leastUnique + vec.Exp(t)
		}
		for i := range scaled {
			for j := range scaled {
				scaled[i][j] = r[i][j] / math.Sqrt(float64(psi[i]*psi[j]))
			}
		}
		values, vectors, ok := linalg.Symmetric(scaled)
		if !ok {
			return math.NaN(), math.NaN()
		}
		order := make([]int, p)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case values[a] > values[b]:
				return -1
			case values[a] < values[b]:
				return 1
			}
			return 0
		})
		for _, e := range order[k:] {
			value += values[e] - vec.Log(values[e]) - 1
		}
		for f, e := range order[:k] {
			long := math.Sqrt(math.Max(0, values[e]-1))
			for i := range loadings {
				loadings[i][f] = float64(float64(math.Sqrt(psi[i])*vectors[e][i]) * long)
			}
		}
		for i, t := range theta {
			grad[i] = float64((squareSum(loadings[i]) + psi[i] - r[i][i]) / float64(psi[i]*psi[i]) * vec.Exp(t))
			size = math.Max(size, math.Abs(grad[i]))
		}
		return value, size
	}
	theta, rough := make([]float64, p), make([]float64, p)
	for i := range theta {
		u := (1 - 0.5*float64(k)/float64(p)) / inverse[i][i]
		theta[i], rough[i] = vec.Log(math.Max(u-leastUnique, 1e-3)), 1
	}
	best := lbfgs.Minimise(lbfgs.Problem{At: at, Diagonal: rough, Goal: 1e-9, Steps: 1000, Stop: func() bool { return false }}, theta)
	if _, size := at(theta, make([]float64, p)); math.IsNaN(size) {
		return nil, nil, false, fmt.Errorf("the search for %d factors found none", k)
	}
	// Each factor points to where most items do.
	for f := range k {
		point(loadings, f)
	}
	return loadings, psi, best.Size < 1e-5, nil
}

// point turns factor f round where most items are against it, and tells whether it did.
func point(loadings [][]float64, f int) bool {
	sum := 0.0
	for i := range loadings {
		sum += loadings[i][f]
	}
	if !(sum < 0) {
		return false
	}
	for i := range loadings {
		loadings[i][f] = -loadings[i][f]
	}
	return true
}

// oblimin rotates loadings to correlated factors, of which each item has few (quartimin: the sum
// over pairs of factors of products of squared loadings is least), by gradient projection (Jennrich 2002,
// Psychometrika 67:7). phi are the correlations of the factors.
func oblimin(a [][]float64) (loadings, phi [][]float64) {
	k := len(a[0])
	unit := linalg.Zeros(k)
	for i := range unit {
		unit[i][i] = 1
	}
	of := func(t [][]float64) (l, g [][]float64, f float64, ok bool) {
		inverse, ok := linalg.SolveMany(t, unit)
		if !ok {
			return nil, nil, 0, false
		}
		l = linalg.Multiply(a, linalg.Transposed(inverse))
		q := linalg.Matrix(len(l), k)
		for i, row := range l {
			all := squareSum(row)
			for c, v := range row {
				rest := all - float64(v*v)
				q[i][c] = float64(v * rest)
				f += float64(float64(v*v) * rest)
			}
		}
		g = linalg.Transposed(linalg.Multiply(linalg.Transposed(l), linalg.Multiply(q, inverse)))
		for i := range g {
			for j := range g {
				g[i][j] = -g[i][j]
			}
		}
		return l, g, f / 4, true
	}
	t := unit
	l, g, f, _ := of(t)
	step := 1.0
	for range 2000 {
		// The gradient along which the columns of t keep their length.
		along, size := linalg.Zeros(k), 0.0
		for j := range k {
			dot := 0.0
			for i := range k {
				dot += float64(t[i][j] * g[i][j])
			}
			for i := range k {
				along[i][j] = g[i][j] - float64(t[i][j]*dot)
				size += float64(along[i][j] * along[i][j])
			}
		}
		if size < 1e-18 {
			break
		}
		step *= 2
		found := false
		for range 40 {
			next := linalg.Zeros(k)
			for j := range k {
				length := 0.0
				for i := range k {
					next[i][j] = t[i][j] - float64(step*along[i][j])
					length += float64(next[i][j] * next[i][j])
				}
				for i := range k {
					next[i][j] /= math.Sqrt(length)
				}
			}
			if nl, ng, nf, ok := of(next); ok && f-nf > float64(float64(0.5*step)*size) {
				t, l, g, f, found = next, nl, ng, nf, true
				break
			}
			step /= 2
		}
		if !found {
			break
		}
	}
	phi = linalg.Multiply(linalg.Transposed(t), t)
	for j := range k { // factors point to where their items do
		if point(l, j) {
			for q := range k {
				phi[j][q], phi[q][j] = -phi[j][q], -phi[q][j]
			}
		}
	}
	for j := range k {
		phi[j][j] = 1
	}
	return l, phi
}
