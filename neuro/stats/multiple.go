// Package stats holds the statistical tests of papers, with sizes of effects, intervals and
// Bayes factors, and what many tests at once ask for.
//
//	stats.WelchT(drug, placebo)      // t(17.8) = -1.86, p = .079, d = -0.83 [-1.74, 0.10], BF10 = 1.27
//	stats.Wilcoxon(before, after)    // V = 0, p = .009, rank-biserial r = -1.00
//	stats.PermutationTest(drug, placebo, stats.PermutationOptions{}) // any statistic, no distribution assumed
//	stats.Spearman(age, rt)          // rho(18) = 0.52 [0.10, 0.78], p = .019
//	stats.Adjust(p, "holm")          // p-values of several tests
//	stats.ClusterPaired(a, b, stats.Chain(500), stats.ClusterOptions{}) // two conditions over 500 times, by clusters
//
//	t, err := table.Read("stroop.csv")
//	stats.ANOVA(t, stats.Factors{Value: "rt", Subject: "subject", Within: []string{"words"}, Between: []string{"group"}})
//	stats.Mixed(t, "rt ~ words * group + (words | subject)", stats.MixedOptions{}) // keeps subjects that lack a cell
//
//	threshold, reject := stats.FDR(p, 0.05)        // Benjamini and Hochberg: 5 % of the findings may be false
//	threshold, reject = stats.Bonferroni(p, 0.05)  // 5 % chance of any false finding
//
// A result shows itself as a table, String prints it as papers do. Tests refuse NaN: what
// to do with a missing value is for the caller to say. p-values that are NaN (voxels outside of
// the brain, cells without spikes) are never rejected and not counted as tests.
package stats

import (
	"fmt"
	"math"
	"sort"
)

// FDR controls the false discovery rate of tests with p-values p at level q.
//
// With the m p-values that are not NaN in ascending order p(1) ... p(m), it
// rejects all up to the largest k with
//
//	p(k) <= q k/m.
//
// threshold is that p(k), the largest rejected p-value, and 0 when none is
// rejected; reject says it for each of p, in its order. q lies in [0, 1]; with
// a NaN q nothing is rejected and threshold is NaN. It panics on another q and
// on p-values outside of [0, 1], naming them.
//
// Equality counts also where it is lost in binary: 0.03 is rejected at rank 3
// of 5 for q = 0.05.
//
// Benjamini and Hochberg (1995), J R Stat Soc B 57:289, procedure (1); it holds
// for independent and positively dependent tests. Checked against statsmodels
// and by enumeration.
func FDR(p []float64, q float64) (threshold float64, reject []bool) {
	reject = make([]bool, len(p))
	sorted := valid("FDR", "q", p, q)
	if math.IsNaN(q) {
		return q, reject
	}
	m := float64(len(sorted))
	for i := len(sorted) - 1; i >= 0; i-- {
		if atMost(sorted[i], q, float64(i+1), m) {
			threshold = sorted[i]
			for j, v := range p {
				reject[j] = v <= threshold
			}
			break
		}
	}
	return threshold, reject
}

// atMost reports whether p <= q k/m, up to the rounding of both sides.
func atMost(p, q, k, m float64) bool {
	return float64(p*m) <= float64(q*k)*(1+1e-15)
}

// FDRAdjust returns the Benjamini-Hochberg adjusted p-values: for each test the
// smallest level q at which [FDR] rejects it,
//
//	min over j >= k of p(j) m/j, at most 1.
//
// NaN stays NaN. It panics on p-values outside of [0, 1]. Checked against SciPy's
// false_discovery_control.
func FDRAdjust(p []float64) []float64 {
	valid("FDRAdjust", "q", p, 1)
	var order []int
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = v
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	m, least := float64(len(order)), 1.0
	for k := len(order) - 1; k >= 0; k-- {
		least = math.Min(least, p[order[k]]*(m/float64(k+1)))
		out[order[k]] = least
	}
	return out
}

// Bonferroni controls the probability of any false rejection among tests with
// p-values p at level alpha.
//
// It rejects those with p <= alpha/m, for the m p-values that are not NaN;
// threshold is alpha/m, and 0 when there are none. alpha lies in [0, 1]; with a
// NaN alpha nothing is rejected and threshold is NaN. It panics on another
// alpha and on p-values outside of [0, 1], naming them.
//
// Dunn (1961), J Am Stat Assoc 56:52. Checked against statsmodels.
func Bonferroni(p []float64, alpha float64) (threshold float64, reject []bool) {
	reject = make([]bool, len(p))
	m := len(valid("Bonferroni", "alpha", p, alpha))
	if math.IsNaN(alpha) || m == 0 {
		return float64(alpha * 0), reject
	}
	for i, v := range p {
		reject[i] = atMost(v, alpha, 1, float64(m))
	}
	return alpha / float64(m), reject
}

// valid returns the p-values that are not NaN in ascending order.
func valid(fn, level string, p []float64, q float64) []float64 {
	if q < 0 || q > 1 {
		panic(fmt.Sprintf("stats: %s: %s is %g; it must lie between 0 and 1", fn, level, q))
	}
	sorted := make([]float64, 0, len(p))
	for i, v := range p {
		if v < 0 || v > 1 {
			panic(fmt.Sprintf("stats: %s: p[%d] is %g; a p-value lies between 0 and 1", fn, i, v))
		}
		if !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	sort.Float64s(sorted)
	return sorted
}
