package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A CountTest is a test of counts.
type CountTest struct {
	Name      string
	Letter    string // of the statistic: "χ²", "" for exact tests
	Statistic float64
	DF        float64
	P         float64
	N         int // of all counts
	// Effect is named by EffectName: Cramér's V, w (Cohen 1988), the odds ratio, g (how far the share
	// lies from one half) or the share. Lo and Hi are its 95 % interval; NaN where there is none.
	Effect     float64
	EffectName string
	Lo, Hi     float64
	Expected   [][]float64 // counts without an effect, where the test has them
	Notes      []string
}

// counts checks a table of counts.
func counts(call string, c [][]int, rows, cols int) (n int, err error) {
	if rows > 0 && (len(c) != rows || len(c[0]) != cols) {
		return 0, fmt.Errorf("stats: %s: the table must have %d rows of %d counts", call, rows, cols)
	}
	if len(c) < 2 || len(c[0]) < 2 {
		return 0, fmt.Errorf("stats: %s: the table has %d rows; 2 or more are needed, of 2 or more counts", call, len(c))
	}
	for i, row := range c {
		if len(row) != len(c[0]) {
			return 0, fmt.Errorf("stats: %s: row %d has %d counts and row 0 %d", call, i, len(row), len(c[0]))
		}
		for j, v := range row {
			if v < 0 {
				return 0, fmt.Errorf("stats: %s: count [%d][%d] is %d; counts are 0 or more", call, i, j, v)
			}
			n += v
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("stats: %s: all counts are 0", call)
	}
	return n, nil
}

// ChiSquare returns Pearson's test of independence of the rows and columns of a table of counts,
// without Yates' correction: are the shares of the columns the same in all rows?
//
//	χ² = Σ (observed - expected)² / expected, with (rows - 1)(columns - 1) degrees of freedom
//
// Effect is Cramér's V; its interval is √((λ + df)/(n (least of rows and columns - 1))) at the noncentralities λ of
// the ends, from 0 where λ is (Smithson 2003). A note says where fewer than 5 are
// expected in a cell, so that P is rough; [FisherExact] has no such limit for 2 x 2. Errors: rows of unequal lengths,
// negative counts, a row or column without counts. Pearson 1900. Checked against R's chisq.test.
func ChiSquare(c [][]int) (*CountTest, error) {
	const call = "ChiSquare"
	n, err := counts(call, c, 0, 0)
	if err != nil {
		return nil, err
	}
	rows, cols := make([]float64, len(c)), make([]float64, len(c[0]))
	for i, row := range c {
		for j, v := range row {
			rows[i] += float64(v)
			cols[j] += float64(v)
		}
	}
	for i, v := range rows {
		if v == 0 {
			return nil, fmt.Errorf("stats: %s: row %d has no counts; leave it out", call, i)
		}
	}
	for j, v := range cols {
		if v == 0 {
			return nil, fmt.Errorf("stats: %s: column %d has no counts; leave it out", call, j)
		}
	}
	r := &CountTest{Name: "χ² test of independence", Letter: "χ²", N: n, DF: float64((len(rows) - 1) * (len(cols) - 1)), EffectName: "V"}
	few := 0
	for i, row := range c {
		e := make([]float64, len(row))
		for j, v := range row {
			e[j] = rows[i] * cols[j] / float64(n)
			d := float64(v) - e[j]
			r.Statistic += float64(d*d) / e[j]
			if e[j] < 5 {
				few++
			}
		}
		r.Expected = append(r.Expected, e)
	}
	r.P = dist.ChiSquareSF(r.Statistic, r.DF)
	least := float64(n * (min(len(rows), len(cols)) - 1))
	r.Effect = math.Sqrt(r.Statistic / least)
	lo, hi := noncentralChi(r.Statistic, r.DF, 0.95)
	r.Lo, r.Hi = smithson(lo, hi, r.DF, least)
	r.Hi = math.Min(1, r.Hi)
	r.rough(few)
	return r, nil
}

func (r *CountTest) rough(few int) {
	if few > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("fewer than 5 are expected in %d cells: P is rough", few))
	}
}

// ChiSquareFit returns Pearson's test of whether counts have the shares expected; these need not sum to
// 1, nil is equal shares. Effect is Cohen's w = √(χ²/n), with an interval as in [ChiSquare]. Errors: fewer than 2 counts, negative ones,
// shares that are not above 0 or of another number. Checked against R's chisq.test.
func ChiSquareFit(observed []int, shares []float64) (*CountTest, error) {
	const call = "ChiSquareFit"
	if shares == nil {
		shares = make([]float64, len(observed))
		for i := range shares {
			shares[i] = 1
		}
	}
	if len(observed) < 2 || len(shares) != len(observed) {
		return nil, fmt.Errorf("stats: %s: %d counts and %d shares; 2 or more are needed, as many of each", call, len(observed), len(shares))
	}
	n, all := 0, 0.0
	for i, v := range observed {
		if v < 0 {
			return nil, fmt.Errorf("stats: %s: observed[%d] is %d; counts are 0 or more", call, i, v)
		}
		if !(shares[i] > 0) || math.IsInf(shares[i], 0) {
			return nil, fmt.Errorf("stats: %s: shares[%d] is %g; shares are above 0", call, i, shares[i])
		}
		n += v
		all += shares[i]
	}
	if n == 0 {
		return nil, fmt.Errorf("stats: %s: all counts are 0", call)
	}
	r := &CountTest{Name: "χ² test of fit", Letter: "χ²", N: n, DF: float64(len(observed) - 1), EffectName: "w", Expected: [][]float64{nil}}
	few := 0
	for i, v := range observed {
		e := float64(shares[i] / all * float64(n))
		d := float64(v) - e
		r.Statistic += float64(d*d) / e
		r.Expected[0] = append(r.Expected[0], e)
		if e < 5 {
			few++
		}
	}
	r.P = dist.ChiSquareSF(r.Statistic, r.DF)
	r.Effect = math.Sqrt(r.Statistic / float64(n))
	lo, hi := noncentralChi(r.Statistic, r.DF, 0.95)
	r.Lo, r.Hi = smithson(lo, hi, r.DF, float64(n))
	r.rough(few)
	return r, nil
}

func smithson(lo, hi, df, n float64) (float64, float64) {
	hi = math.Sqrt((hi + df) / n)
	if lo == 0 {
		return 0, hi
	}
	return math.Sqrt((lo + df) / n), hi
}

// noncentralChi returns the noncentralities at which χ² lies at the two ends of an interval.
func noncentralChi(x, df, level float64) (lo, hi float64) {
	at := func(p float64) float64 { // probability above x
		if dist.ChiSquareSF(x, df) >= p {
			return 0
		}
		hi := math.Max(1, x)
		for dist.NoncentralChiSquareSF(x, df, hi) < p && hi < 1e8 {
			hi *= 2
		}
		return crossing(func(lambda float64) float64 { return p - dist.NoncentralChiSquareSF(x, df, lambda) }, 0, hi)
	}
	tail := float64((1 - level) / 2)
	return at(tail), at(1 - tail)
}

// FisherExact returns Fisher's exact test of a table of 2 x 2 counts, of both sides: the probability,
// with the sums of rows and columns given, of all tables that are no more probable than this one.
//
// Effect is the odds ratio at which the table is most probable (the conditional one, not ad/bc), with
// its exact interval, given the same sums. Errors: another shape, negative counts. Fisher 1935. Checked
// against R's fisher.test.
func FisherExact(c [][]int) (*CountTest, error) {
	const call = "FisherExact"
	n, err := counts(call, c, 2, 2)
	if err != nil {
		return nil, err
	}
	r := &CountTest{Name: "Fisher's exact test", N: n, EffectName: "odds ratio"}
	m, other, k, x := c[0][0]+c[1][0], c[0][1]+c[1][1], c[0][0]+c[0][1], c[0][0]
	lo, hi := max(0, k-other), min(k, m)
	// The logarithms of the hypergeometric probabilities, up to a constant.
	log := make([]float64, hi-lo+1)
	for i := range log {
		v := float64(lo + i)
		for _, f := range []float64{v, float64(m) - v, float64(k) - v, float64(other-k) + v} {
			g, _ := vec.Lgamma(f + 1)
			log[i] -= g
		}
	}
	// probabilities of the tables at an odds ratio.
	density := func(odds float64) []float64 {
		d := make([]float64, len(log))
		top := math.Inf(-1)
		for i := range d {
			d[i] = log[i] + float64(vec.Log(odds)*float64(lo+i))
			top = math.Max(top, d[i])
		}
		sum := 0.0
		for i := range d {
			d[i] = vec.Exp(d[i] - top)
			sum += d[i]
		}
		for i := range d {
			d[i] /= sum
		}
		return d
	}
	d := density(1)
	for _, v := range d {
		if v <= d[x-lo]*(1+1e-7) {
			r.P += v
		}
	}
	r.P = math.Min(1, r.P)
	if lo == hi {
		r.Effect, r.Lo, r.Hi = math.NaN(), math.NaN(), math.NaN()
		r.Notes = append(r.Notes, "a row or column has no counts: the odds ratio is not defined")
		return r, nil
	}
	// root finds the odds ratio at which f, which grows with it, is at a value.
	root := func(f func(d []float64) float64, value float64) float64 {
		a, b := -50.0, 50.0 // of the logarithm
		for range 100 {
			mid := (a + b) / 2
			if f(density(vec.Exp(mid))) < value {
				a = mid
			} else {
				b = mid
			}
		}
		return vec.Exp((a + b) / 2)
	}
	mean := func(d []float64) (sum float64) {
		for i, v := range d {
			sum += float64(v * float64(lo+i))
		}
		return sum
	}
	atLeast := func(d []float64) (sum float64) {
		for i := x - lo; i < len(d); i++ {
			sum += d[i]
		}
		return sum
	}
	above := func(d []float64) (sum float64) { // 1 less at most
		for i := x - lo + 1; i < len(d); i++ {
			sum += d[i]
		}
		return sum
	}
	r.Lo, r.Hi = 0, math.Inf(1)
	switch x {
	case lo:
		r.Effect = 0
	case hi:
		r.Effect = math.Inf(1)
	default:
		r.Effect = root(mean, float64(x))
	}
	if x != lo {
		r.Lo = root(atLeast, 0.025)
	}
	if x != hi {
		r.Hi = root(above, 0.975)
	}
	return r, nil
}

// McNemar returns McNemar's test of pairs of answers, c[i][j] counting pairs of which the first is i and
// the second j: does one kind of disagreement come more often than the other? P is exact, from the
// binomial distribution; Statistic is χ² without correction. Effect is Cohen's g, the share of
// c[0][1] among disagreements less one half, with its exact interval.
//
// Pairs that agree say nothing and are counted in a note. Errors: another shape, negative counts,
// no pair that disagrees. McNemar 1947, Psychometrika 12:153. Checked against R's binom.test and mcnemar.test.
func McNemar(c [][]int) (*CountTest, error) {
	const call = "McNemar"
	n, err := counts(call, c, 2, 2)
	if err != nil {
		return nil, err
	}
	a, b := c[0][1], c[1][0]
	if a+b == 0 {
		return nil, fmt.Errorf("stats: %s: none of the %d pairs disagrees", call, n)
	}
	t, err := BinomialTest(a, a+b, 0.5)
	if err != nil {
		return nil, err
	}
	d := float64(a - b)
	return &CountTest{Name: "McNemar's test", Letter: "χ²", Statistic: d * d / float64(a+b), DF: 1, P: t.P, N: n,
		EffectName: "g", Effect: t.Effect - 0.5, Lo: t.Lo - 0.5, Hi: t.Hi - 0.5,
		Notes: []string{fmt.Sprintf("P is exact; %d pairs that agree say nothing", n-a-b)}}, nil
}

// BinomialTest returns the exact test of k successes in n trials against the chance p, of both
// sides: the probability of all numbers that are no more probable. Effect is the share k/n with the
// interval of Clopper and Pearson (1934). Errors: k outside of 0 to n, n below 1, p outside of (0, 1). Checked
// against R's binom.test.
func BinomialTest(k, n int, p float64) (*CountTest, error) {
	if n < 1 || k < 0 || k > n {
		return nil, fmt.Errorf("stats: BinomialTest: %d successes of %d trials", k, n)
	}
	if !(p > 0 && p < 1) {
		return nil, fmt.Errorf("stats: BinomialTest: p is %g; it must be between 0 and 1", p)
	}
	r := &CountTest{Name: "binomial test", N: n, EffectName: "share", Effect: float64(k) / float64(n)}
	log := func(i int) float64 {
		all, _ := vec.Lgamma(float64(n + 1))
		a, _ := vec.Lgamma(float64(i + 1))
		b, _ := vec.Lgamma(float64(n - i + 1))
		return all - a - b + float64(float64(i)*vec.Log(p)) + float64(float64(n-i)*vec.Log1p(-p))
	}
	at := log(k) + 1e-7
	for i := range n + 1 {
		if l := log(i); l <= at {
			r.P += vec.Exp(l)
		}
	}
	r.P = math.Min(1, r.P)
	r.Lo, r.Hi = clopperPearson(k, n, 0.95)
	return r, nil
}

func clopperPearson(k, n int, level float64) (lo, hi float64) {
	tail := float64((1 - level) / 2)
	x, m := float64(k), float64(n)
	hi = 1
	if k > 0 {
		f := dist.FQuantileSF(tail, 2*(m-x+1), 2*x)
		lo = x / (x + float64((m-x+1)*f))
	}
	if k < n {
		f := dist.FQuantileSF(tail, 2*(x+1), 2*(m-x))
		hi = float64((x+1)*f) / (m - x + float64((x+1)*f))
	}
	return lo, hi
}

// Proportion returns the share k/n with the interval of Wilson (1927, J Am Stat Assoc 22:209), which
// covers near its level for small n and shares near 0 and 1 (Brown, Cai and DasGupta 2001). NaN for
// k outside of 0 to n, n below 1, or a level outside of (0, 1).
func Proportion(k, n int, level float64) (share, lo, hi float64) {
	if n < 1 || k < 0 || k > n || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	z := -vec.NormQuantile((1 - level) / 2)
	m, p := float64(n), float64(k)/float64(n)
	zz := float64(z * z)
	middle := (p + zz/(2*m)) / (1 + zz/m)
	half := float64(z / (1 + zz/m) * math.Sqrt(float64(p*(1-p)/m)+zz/(4*m*m)))
	return p, math.Max(0, middle-half), math.Min(1, middle+half)
}

// String returns the test as a paper reports it.
func (r CountTest) String() string {
	s := fmt.Sprintf("%s, n = %d, ", r.Name, r.N)
	if r.Letter != "" {
		s = fmt.Sprintf("%s(%.0f, n = %d) = %.2f, ", r.Letter, r.DF, r.N, r.Statistic)
	}
	s += fmt.Sprintf("%s, %s = %.3g [%.3g, %.3g]", pText(r.P), r.EffectName, r.Effect, r.Lo, r.Hi)
	for _, n := range r.Notes {
		s += "\n" + n
	}
	return s
}

// Table returns the test as a row.
func (r CountTest) Table() table.Table {
	t := table.Table{Title: r.Name, Cols: []table.Col{{Name: "n", Num: []float64{float64(r.N)}}}}
	for _, n := range r.Notes {
		t.Title += "; " + n
	}
	if r.Letter != "" {
		t.Cols = append(t.Cols, table.Col{Name: r.Letter, Num: []float64{r.Statistic}, Style: "%.2f"}, table.Col{Name: "df", Num: []float64{r.DF}})
	}
	t.Cols = append(t.Cols, table.Col{Name: "p", Num: []float64{r.P}, Style: "p"}, table.Col{Name: r.EffectName, Num: []float64{r.Effect}, Style: "%.3g"},
		table.Col{Name: "95% low", Num: []float64{r.Lo}, Style: "%.3g"}, table.Col{Name: "95% high", Num: []float64{r.Hi}, Style: "%.3g"})
	return t
}

// Show shows the table.
func (r CountTest) Show() display.Bundle { return r.Table().Show() }

// Sign returns the sign test of pairs: is x[i] above y[i] as often as below? It asks nothing of
// the distribution of the differences, and finds less than [Wilcoxon].
//
// The statistic is the number of pairs in which x is above, P is exact from the binomial
// distribution, Effect is the share above less the share below. Pairs without a difference are left
// out and counted in Zeros. Errors: those of [Wilcoxon]. Checked against R's binom.test.
func Sign(x, y []float64) (*RankTest, error) {
	const call = "Sign"
	d, err := differences(call, x, y)
	if err != nil {
		return nil, err
	}
	r := &RankTest{Name: "Sign", Letter: "S", Superiority: math.NaN(), Exact: true}
	above, n := 0, 0
	for _, v := range d {
		switch {
		case v > 0:
			above++
			n++
		case v < 0:
			n++
		default:
			r.Zeros++
		}
	}
	if n == 0 {
		return nil, fmt.Errorf("stats: %s: none of the %d differences is other than 0", call, len(d))
	}
	b, err := BinomialTest(above, n, 0.5)
	if err != nil {
		return nil, err
	}
	r.Statistic, r.N, r.P, r.Effect = float64(above), []int{n}, b.P, float64(2*b.Effect)-1
	return r, nil
}
