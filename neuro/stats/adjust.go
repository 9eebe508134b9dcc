package stats

import (
	"fmt"
	"math"
	"sort"
)

// Adjust returns p-values that take the number of tests into account: each is the smallest
// level at which the method rejects its test.
//
//	"bonferroni"  min(1, m p)
//	"sidak"       1 - (1-p)^m
//	"holm"        Bonferroni step by step, from the smallest (Holm 1979): never worse than it
//	"hochberg"    the same from the largest, for independent tests (Hochberg 1988)
//	"hommel"      the closed Simes test (Hommel 1988; Wright 1992)
//	"BH"          false discovery rate, Benjamini and Hochberg 1995, as [FDRAdjust]
//	"BY"          the same under any dependence, Benjamini and Yekutieli 2001
//	"none"        p
//
// m counts the p that are not NaN; NaN stays NaN. Errors: a p outside of [0, 1], an unknown
// method. Checked against R's p.adjust and statsmodels' multipletests.
func Adjust(p []float64, method string) ([]float64, error) {
	out := make([]float64, len(p))
	var order []int
	for i, v := range p {
		out[i] = v
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v > 1 {
			return nil, fmt.Errorf("stats: Adjust: p[%d] is %g; it must be from 0 to 1, or NaN", i, v)
		}
		order = append(order, i)
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	m := float64(len(order))
	// up carries the smallest of factor(k) p(k) from the largest p down, k from 1.
	up := func(factor func(k float64) float64) {
		least := 1.0
		for k := len(order) - 1; k >= 0; k-- {
			least = math.Min(least, factor(float64(k+1))*p[order[k]])
			out[order[k]] = least
		}
	}
	switch method {
	case "none":
	case "bonferroni":
		for _, i := range order {
			out[i] = math.Min(1, m*p[i])
		}
	case "sidak":
		for _, i := range order {
			out[i] = -math.Expm1(m * math.Log1p(-p[i]))
		}
	case "holm":
		most := 0.0
		for k, i := range order {
			most = math.Max(most, (m-float64(k))*p[i])
			out[i] = math.Min(1, most)
		}
	case "hochberg":
		up(func(k float64) float64 { return m - k + 1 })
	case "hommel":
		sorted := make([]float64, len(order))
		for k, i := range order {
			sorted[k] = p[i]
		}
		for k, v := range hommel(sorted) {
			out[order[k]] = v
		}
	case "BH":
		up(func(k float64) float64 { return m / k })
	case "BY":
		sum := 0.0
		for k := 1.0; k <= m; k++ {
			sum += 1 / k
		}
		up(func(k float64) float64 { return sum * m / k })
	default:
		return nil, fmt.Errorf("stats: Adjust: unknown method %q; use bonferroni, sidak, holm, hochberg, hommel, BH, BY or none", method)
	}
	return out, nil
}

// hommel returns the adjusted p-values of ascending p by the definition of the closed test:
// a test is rejected when every group of j tests that holds it is, by Simes's rule. Of
// groups of j tests the worst one has the j-1 largest p beside it.
func hommel(p []float64) []float64 {
	n := len(p)
	out := append([]float64(nil), p...)
	for j := n; j >= 2; j-- {
		m := float64(j)
		// Simes's p of the j-1 largest, each at its rank from 2 to j.
		tail := math.Inf(1)
		for k := 2; k <= j; k++ {
			tail = math.Min(tail, m*p[n-j+k-1]/float64(k))
		}
		for i := range out {
			// Of the tests that are among the j-1 largest the worst group is the j largest.
			out[i] = math.Max(out[i], math.Min(tail, m*p[min(i, n-j)]))
		}
	}
	return out
}
