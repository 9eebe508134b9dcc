package stats

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A RankTest is what a test of ranks says.
type RankTest struct {
	Name      string  // "Mann-Whitney", "Wilcoxon", "Kruskal-Wallis" or "Friedman"
	Letter    string  // of the statistic: U, V, H, χ²
	Statistic float64 // see the functions
	DF        float64 // of H and χ²; 0 for the others
	P         float64 // two-sided
	Exact     bool    // P is from all arrangements, not from a limit
	N         []int   // values of each sample that took part
	Zeros     int     // differences of 0 that Wilcoxon's test leaves out
	Ties      bool    // some values are the same

	// Effect is the size of the effect. Of two samples it is the rank-biserial correlation, -1 to 1,
	// above 0 where x is larger (Kerby 2014); of Kruskal and Wallis ε²; of Friedman Kendall's W.
	Effect float64
	// Superiority is the probability that a value of x is above one of y, ties half; NaN
	// elsewhere than in the test of Mann and Whitney.
	Superiority float64
}

// MannWhitney returns the test of Mann and Whitney, also Wilcoxon's of rank sums: is a value of
// one sample as likely above as below one of the other?
//
// The statistic is U, the pairs in which x is above y, ties half: what R calls W. With fewer
// than 50 values in each sample and no ties P is exact, otherwise from the normal distribution
// with correction for ties and for continuity, as in R.
//
// x and y are independent values. Errors: an empty sample, NaN or infinite values, all values
// the same. Mann and Whitney 1947, Ann Math Stat 18:50. Checked against R's wilcox.test and
// SciPy.
func MannWhitney(x, y []float64) (*RankTest, error) {
	const call = "MannWhitney"
	for _, s := range []struct {
		name string
		v    []float64
	}{{"x", x}, {"y", y}} {
		if err := finite(call, s.name, s.v, 1); err != nil {
			return nil, err
		}
	}
	ranks, ties := Ranks(append(append([]float64(nil), x...), y...))
	if allSame(ranks) {
		return nil, fmt.Errorf("stats: %s: all %d values are %g: their order says nothing", call, len(ranks), x[0])
	}
	n, m := float64(len(x)), float64(len(y))
	u := -n * (n + 1) / 2
	for _, r := range ranks[:len(x)] {
		u += r
	}
	r := &RankTest{Name: "Mann-Whitney", Letter: "U", Statistic: u, N: []int{len(x), len(y)}, Ties: ties > 0}
	r.Superiority = u / (n * m)
	r.Effect = float64(2*r.Superiority) - 1
	if ties == 0 && len(x) < 50 && len(y) < 50 {
		r.Exact = true
		// Twice the smaller tail.
		low := math.Min(u, float64(n*m)-u)
		counts, all := rankSumCounts(len(x), len(y))
		sum := 0.0
		for k := 0; float64(k) <= low; k++ {
			sum += counts[k]
		}
		r.P = math.Min(1, 2*sum/all)
		return r, nil
	}
	total := n + m
	variance := n * m / 12 * (total + 1 - ties/(total*(total-1)))
	z := u - float64(n*m/2)
	r.P = continuity(z, math.Sqrt(variance))
	return r, nil
}

// Wilcoxon returns the signed rank test of Wilcoxon for pairs: are the differences x[i] - y[i]
// symmetric around 0?
//
// The statistic is V, the sum of the ranks of the differences above 0. Differences of 0 are left
// out and counted in Zeros. With fewer than 50 differences, none 0 and no ties, P is exact,
// otherwise from the normal distribution with correction for ties and continuity, as in R.
//
// For one sample let y be what it is compared with. Errors: lengths that differ, NaN or infinite
// values, no difference that is not 0. Wilcoxon 1945, Biometrics Bull 1:80. Checked against R's
// wilcox.test and SciPy.
func Wilcoxon(x, y []float64) (*RankTest, error) {
	const call = "Wilcoxon"
	d, err := differences(call, x, y)
	if err != nil {
		return nil, err
	}
	var size []float64
	var above []bool
	r := &RankTest{Name: "Wilcoxon", Letter: "V", Superiority: math.NaN()}
	for _, v := range d {
		if v == 0 {
			r.Zeros++
			continue
		}
		size, above = append(size, math.Abs(v)), append(above, v > 0)
	}
	if len(size) == 0 {
		return nil, fmt.Errorf("stats: %s: none of the %d differences is other than 0", call, len(d))
	}
	ranks, ties := Ranks(size)
	n := float64(len(size))
	for i, rank := range ranks {
		if above[i] {
			r.Statistic += rank
		}
	}
	all := float64(n * (n + 1) / 2)
	r.N, r.Ties, r.Effect = []int{len(size)}, ties > 0, float64(2*r.Statistic/all)-1
	if ties == 0 && r.Zeros == 0 && len(size) < 50 {
		r.Exact = true
		counts := signedRankCounts(len(size))
		low, sum := math.Min(r.Statistic, float64(all)-r.Statistic), 0.0
		for k := 0; float64(k) <= low; k++ {
			sum += counts[k]
		}
		r.P = math.Min(1, 2*sum*math.Pow(2, -n))
		return r, nil
	}
	variance := float64(n*(n+1)*(2*n+1)/24) - float64(ties/48)
	r.P = continuity(r.Statistic-float64(all/2), math.Sqrt(variance))
	return r, nil
}

// KruskalWallis returns the test of Kruskal and Wallis: do values of several independent groups
// have the same order?
//
// The statistic is H with correction for ties; P is from χ² with one degree of freedom less than
// groups, Effect is ε² = H/(n-1). Errors: fewer than 2 groups, an empty one, NaN or infinite
// values, all values the same. Kruskal and Wallis 1952, J Am Stat Assoc 47:583. Checked against
// R's kruskal.test.
func KruskalWallis(groups ...[]float64) (*RankTest, error) {
	const call = "KruskalWallis"
	if len(groups) < 2 {
		return nil, fmt.Errorf("stats: %s: %d groups; 2 or more are needed", call, len(groups))
	}
	r := &RankTest{Name: "Kruskal-Wallis", Letter: "H", Superiority: math.NaN(), DF: float64(len(groups) - 1)}
	var values []float64
	for i, g := range groups {
		if err := finite(call, fmt.Sprintf("group %d", i), g, 1); err != nil {
			return nil, err
		}
		values = append(values, g...)
		r.N = append(r.N, len(g))
	}
	ranks, ties := Ranks(values)
	if allSame(ranks) {
		return nil, fmt.Errorf("stats: %s: all %d values are %g: their order says nothing", call, len(values), values[0])
	}
	n, at := float64(len(values)), 0
	h := 0.0
	for _, g := range groups {
		sum := 0.0
		for range g {
			sum += ranks[at]
			at++
		}
		h += float64(sum*sum) / float64(len(g))
	}
	r.Statistic = (float64(12*h/(n*(n+1))) - float64(3*(n+1))) / (1 - ties/(float64(n*n*n)-n))
	r.P, r.Ties, r.Effect = dist.ChiSquareSF(r.Statistic, r.DF), ties > 0, r.Statistic/(n-1)
	return r, nil
}

// Friedman returns Friedman's test: do conditions differ within subjects?
//
// x[i] are the values of subject i under each condition. The statistic is χ² with correction for
// ties, Effect is Kendall's W, from 0 to 1 for one order in all subjects. Errors: fewer than 2
// subjects or conditions, rows of unequal lengths, NaN or infinite values, subjects none of whom
// tells conditions apart. Friedman 1937, J Am Stat Assoc 32:675. Checked against R's
// friedman.test.
func Friedman(x [][]float64) (*RankTest, error) {
	const call = "Friedman"
	if len(x) < 2 || len(x[0]) < 2 {
		return nil, fmt.Errorf("stats: %s: x has %d subjects; 2 or more are needed, with 2 or more conditions", call, len(x))
	}
	k := len(x[0])
	sums := make([]float64, k)
	lost := 0.0
	for i, row := range x {
		if len(row) != k {
			return nil, fmt.Errorf("stats: %s: x[%d] has %d conditions and x[0] %d", call, i, len(row), k)
		}
		if err := finite(call, fmt.Sprintf("x[%d]", i), row, 0); err != nil {
			return nil, err
		}
		ranks, ties := Ranks(row)
		lost += ties
		for j, v := range ranks {
			sums[j] += v
		}
	}
	n, c := float64(len(x)), float64(k)
	middle, spread := float64(n*(c+1)/2), 0.0
	for _, s := range sums {
		spread += float64((s - middle) * (s - middle))
	}
	scale := float64(n*c*(c+1)) - lost/(c-1)
	if scale <= 0 {
		return nil, fmt.Errorf("stats: %s: no subject has values that differ", call)
	}
	r := &RankTest{Name: "Friedman", Letter: "χ²", Superiority: math.NaN(), N: []int{len(x)}, DF: c - 1, Statistic: 12 * spread / scale, Ties: lost > 0}
	r.P, r.Effect = dist.ChiSquareSF(r.Statistic, r.DF), r.Statistic/(n*(c-1))
	return r, nil
}

// Ranks returns the ranks of x from 1, values that are the same sharing the mean of theirs, and
// the sum of t³ - t over groups of t such values, which tests take into account. NaN has no
// place in an order: it panics.
func Ranks(x []float64) (ranks []float64, ties float64) {
	order := make([]int, len(x))
	for i, v := range x {
		if math.IsNaN(v) {
			panic(fmt.Sprintf("stats: Ranks: x[%d] is NaN", i))
		}
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	ranks = make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			ranks[at] = float64(i+j+1) / 2
		}
		t := float64(j - i)
		ties += float64(t*t*t) - t
		i = j
	}
	return ranks, ties
}

func allSame(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// continuity returns the two-sided p of a deviation that was moved by half toward 0.
func continuity(z, sd float64) float64 {
	z = math.Max(0, math.Abs(z)-0.5) / sd
	return math.Min(1, 2*vec.NormCDF(-z))
}

// rankSumCounts returns in how many arrangements of n and m values U is 0, 1, ..., n m, and
// their sum.
func rankSumCounts(n, m int) (counts []float64, all float64) {
	// Value after value of x: the i-th in order stands above 0 to m of y.
	counts = make([]float64, n*m+1)
	counts[0] = 1
	// The generating function is the product over i of (1 - q^(m+i))/(1 - q^i).
	for i := 1; i <= n; i++ {
		for k := n * m; k >= m+i; k-- {
			counts[k] -= counts[k-m-i]
		}
		for k := i; k <= n*m; k++ {
			counts[k] += counts[k-i]
		}
	}
	for _, c := range counts {
		all += c
	}
	return counts, all
}

// signedRankCounts returns in how many of the 2^n choices of signs V is 0, 1, ...
func signedRankCounts(n int) []float64 {
	counts := make([]float64, n*(n+1)/2+1)
	counts[0] = 1
	top := 0
	for i := 1; i <= n; i++ {
		top += i
		for k := top; k >= i; k-- {
			counts[k] += counts[k-i]
		}
	}
	return counts
}

// String returns the test as a paper reports it.
func (r RankTest) String() string {
	head := fmt.Sprintf("%s = %.5g", r.Letter, r.Statistic)
	if r.DF > 0 {
		head = fmt.Sprintf("%s(%.0f) = %.2f", r.Letter, r.DF, r.Statistic)
	}
	return fmt.Sprintf("%s, %s, %s = %.2f", head, pText(r.P), r.effectName(), r.Effect)
}

func (r RankTest) effectName() string {
	switch r.Name {
	case "Kruskal-Wallis":
		return "ε²"
	case "Friedman":
		return "W"
	}
	if r.Name == "Sign" {
		return "share above less below"
	}
	return "rank-biserial r"
}

// Table returns the test as a row.
func (r RankTest) Table() table.Table {
	t := table.Table{Title: r.Name + " test", Cols: []table.Col{{Name: r.Letter, Num: []float64{r.Statistic}}}}
	if r.DF > 0 {
		t.Cols = append(t.Cols, table.Col{Name: "df", Num: []float64{r.DF}})
	}
	how := "normal approximation"
	switch {
	case r.Exact:
		how = "exact"
	case r.DF > 0:
		how = "χ² approximation"
	}
	t.Cols = append(t.Cols, table.Col{Name: "p", Num: []float64{r.P}, Style: "p"}, table.Col{Name: "p is", Text: []string{how}},
		table.Col{Name: r.effectName(), Num: []float64{r.Effect}, Style: "%.3f"})
	if r.Zeros > 0 {
		t.Cols = append(t.Cols, table.Col{Name: "zeros left out", Num: []float64{float64(r.Zeros)}})
	}
	return t
}

// Show shows the table.
func (r RankTest) Show() display.Bundle { return r.Table().Show() }
