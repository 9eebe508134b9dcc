package info

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Gaussian returns the mutual information of two sets of variables that are jointly Gaussian, nats,
//
//	I = ½ log( |Cx| |Cy| / |Cxy| ),
//
// with the bias of the entropies of a finite sample taken off (Misra, Singh and Demchuk 2005, J
// Multivar Anal 92:324): so that its mean over samples is the true value, and independent variables
// give values around 0.
// Of variables that are not Gaussian it is what their second moments tell.
//
// x[d] and y[d] are the samples of one dimension; a single variable is [][]float64{v}. Errors:
// unequal lengths, NaN or infinite values, fewer samples than dimensions + 2, variables that
// follow from others. Checked against frites' mi_1d_gg, and in the mean against -log(1-ρ²)/2.
func Gaussian(x, y [][]float64) (float64, error) {
	return conditionalGaussian("Gaussian", []string{"x", "y"}, false, x, y)
}

// GaussianCopula returns a lower bound of the mutual information of two sets of continuous
// variables, nats: that of [Gaussian] after each dimension has been given a normal distribution by
// its ranks. It sees any monotonic relation, whatever the distributions, and is as robust as
// ranks are; values that are the same share their mean rank.
//
// Of variables that are Gaussian (correlations of 0.1 to 0.95, 50 to 5000 samples) it is too small
// by 0.6 I/√n at most, on average, and the mean of [Gaussian] is exact: by 0.06 of 1.16 nats at
// 0.95 with 50 samples. [GaussianCopulaTest] tells whether there is a relation.
//
// Arguments and errors are those of [Gaussian]. Ince et al. 2017, Hum Brain Mapp 38:1541. Checked
// against frites' gcmi_1d_cc.
func GaussianCopula(x, y [][]float64) (float64, error) {
	return conditionalGaussian("GaussianCopula", []string{"x", "y"}, true, x, y)
}

// ConditionalGaussian returns the mutual information of x and y that z does not tell, of jointly
// Gaussian variables, nats, with the bias taken off:
//
//	I = ½ log( |Cxz| |Cyz| / (|Cz| |Cxyz|) ).
//
// Arguments and errors as [Gaussian]. Checked against frites' cmi_1d_ggg.
func ConditionalGaussian(x, y, z [][]float64) (float64, error) {
	return conditionalGaussian("ConditionalGaussian", []string{"x", "y", "z"}, false, x, y, z)
}

// ConditionalGaussianCopula is [ConditionalGaussian] after ranks have been made normal, as in
// [GaussianCopula]. Checked against frites' gccmi_1d_ccc.
func ConditionalGaussianCopula(x, y, z [][]float64) (float64, error) {
	return conditionalGaussian("ConditionalGaussianCopula", []string{"x", "y", "z"}, true, x, y, z)
}

func conditionalGaussian(call string, names []string, copula bool, sets ...[][]float64) (float64, error) {
	n, err := samples(call, names, sets)
	if err != nil {
		return 0, err
	}
	all := 0
	for _, s := range sets {
		all += len(s)
	}
	if n < all+2 {
		return 0, fmt.Errorf("info: %s: %d samples of %d dimensions; %d or more are needed", call, n, all, all+2)
	}
	var rows [][]float64 // x, y, z, each around 0
	of := make([][]int, len(sets))
	for k, s := range sets {
		for d, v := range s {
			c := make([]float64, n)
			if copula {
				normalRanks(c, v)
			} else {
				mean := 0.0
				for _, x := range v {
					mean += x
				}
				mean /= float64(n)
				for i, x := range v {
					c[i] = x - mean
				}
			}
			if constant(c) {
				return 0, fmt.Errorf("info: %s: dimension %d of %s has one value, %g", call, d, names[k], v[0])
			}
			of[k] = append(of[k], len(rows))
			rows = append(rows, c)
		}
	}
	cov := make([][]float64, all)
	for i := range cov {
		cov[i] = make([]float64, all)
		for j := range i + 1 {
			sum := 0.0
			for t, v := range rows[i] {
				sum += float64(v * rows[j][t])
			}
			cov[i][j] = sum / float64(n-1)
			cov[j][i] = cov[i][j]
		}
	}
	join := func(parts ...int) (dims []int) {
		for _, p := range parts {
			dims = append(dims, of[p]...)
		}
		return dims
	}
	x, y, z := join(0), join(1), []int(nil)
	if len(sets) == 3 {
		z = join(2)
	}
	sum := 0.0
	for _, part := range []struct {
		dims []int
		sign float64
	}{{append(append([]int{}, x...), z...), 1}, {append(append([]int{}, y...), z...), 1}, {append(append(append([]int{}, x...), y...), z...), -1}, {z, -1}} {
		h, ok := gaussianEntropy(cov, part.dims, n)
		if !ok {
			return 0, fmt.Errorf("info: %s: a dimension follows from others, or nearly: their information has no end", call)
		}
		sum += float64(part.sign * h)
	}
	return sum, nil
}

// gaussianEntropy returns the entropy of some dimensions but for the terms that cancel, without its
// bias; false where their covariance has no inverse.
func gaussianEntropy(cov [][]float64, dims []int, n int) (float64, bool) {
	m := len(dims)
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, m)
		for j := range a[i] {
			a[i][j] = cov[dims[i]][dims[j]] / math.Sqrt(float64(cov[dims[i]][dims[i]]*cov[dims[j]][dims[j]]))
		}
	}
	l, dependent := linalg.Cholesky(a, 1e-14)
	if dependent >= 0 {
		return 0, false
	}
	h := 0.0
	for i := range l {
		if l[i][i] < 1e-7 {
			return 0, false
		}
		h += vec.Log(l[i][i]) + float64(vec.Log(cov[dims[i]][dims[i]])/2)
		h -= float64(vec.Digamma(float64(n-1-i)/2)/2) + float64((math.Ln2-vec.Log(float64(n-1)))/2)
	}
	return h, true
}

// samples checks sets of variables and returns how many samples they have.
func samples(call string, names []string, sets [][][]float64) (n int, err error) {
	n = -1
	for k, s := range sets {
		if len(s) == 0 {
			return 0, fmt.Errorf("info: %s: %s has no dimension; a single variable is [][]float64{v}", call, names[k])
		}
		for d, v := range s {
			if n < 0 {
				n = len(v)
			}
			if len(v) != n {
				return 0, fmt.Errorf("info: %s: dimension %d of %s has %d samples and %s[0] %d, they must have the same length", call, d, names[k], len(v), names[0], n)
			}
			for i, x := range v {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					return 0, fmt.Errorf("info: %s: %s[%d][%d] is %g, values must be finite", call, names[k], d, i, x)
				}
			}
		}
	}
	return n, nil
}

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// normalRanks sets dst to the normal quantiles of rank/(n+1).
func normalRanks(dst, x []float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		q := vec.NormQuantile(float64(i+j+1) / 2 / float64(len(x)+1))
		for _, at := range order[i:j] {
			dst[at] = q
		}
		i = j
	}
}
