package stats

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Correlation is a coefficient with its interval and test.
type Correlation struct {
	Name   string // "Pearson", "Spearman", "Kendall tau-b", "partial" and so on
	R      float64
	Lo, Hi float64 // 95 % interval by Fisher's transformation
	P      float64 // two-sided
	DF     float64 // of the t test of R; 0 where P is not from t
	N      int     // pairs
	Exact  bool    // P is from all arrangements
	BF10   float64 // Bayes factor of a correlation against none; of Pearson's only, NaN elsewhere
	// LeftOut is how many pairs Shepherd's correlation takes for outliers.
	LeftOut int
}

// Pearson returns Pearson's product-moment correlation. P is from t with n-2 degrees of freedom,
// the interval from Fisher's transformation, BF10 has a uniform prior ([PearsonBayesFactor]).
//
// Errors: lengths that differ, fewer than 3 pairs, NaN or infinite values, a constant sample.
// Checked against R's cor.test and pingouin's corr.
func Pearson(x, y []float64) (*Correlation, error) {
	const call = "Pearson"
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	c := &Correlation{Name: "Pearson", N: len(x), R: correlation(x, y), BF10: math.NaN()}
	c.test(0)
	c.BF10 = PearsonBayesFactor(c.R, c.N)
	return c, nil
}

// Spearman returns Spearman's correlation of ranks; values that are the same share their mean
// rank. P is from t with n-2 degrees of freedom, as in SciPy and pingouin, where R enumerates
// small samples. The interval is Fisher's with the standard error of Bonett and Wright (2000),
// √((1 + r²/2)/(n-3)). Errors as [Pearson].
func Spearman(x, y []float64) (*Correlation, error) {
	const call = "Spearman"
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	a, _ := Ranks(x)
	b, _ := Ranks(y)
	c := &Correlation{Name: "Spearman", N: len(x), R: correlation(a, b), BF10: math.NaN()}
	c.test(0)
	c.Lo, c.Hi = fisher(c.R, math.Sqrt((1+float64(float64(c.R*c.R)/2))/float64(c.N-3)))
	return c, nil
}

// Kendall returns Kendall's tau-b, which takes values that are the same into account. With fewer
// than 50 pairs and no ties P is from all orders, otherwise from the normal distribution, as in
// R. The interval is Fisher's with the standard error √(0.437/(n-4)) of Fieller, Hartley and Pearson
// (1957).
// Errors as [Pearson]. Checked against R's cor.test and SciPy's kendalltau.
func Kendall(x, y []float64) (*Correlation, error) {
	const call = "Kendall"
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	n := len(x)
	swaps, tiesX, tiesY, tiesBoth := discordant(x, y)
	all := float64(float64(n) * float64(n-1) / 2)
	// Pairs that are tied in neither are concordant or discordant.
	neither := all - tiesX - tiesY + tiesBoth
	score := neither - float64(2*swaps)
	c := &Correlation{Name: "Kendall tau-b", N: n, R: score / math.Sqrt(all-tiesX) / math.Sqrt(all-tiesY), BF10: math.NaN()}
	if tiesX == 0 && tiesY == 0 && n < 50 {
		c.Exact = true
		c.P = kendallExact(n, swaps)
	} else {
		_, a := Ranks(x)
		_, b := Ranks(y)
		c.P = math.Min(1, 2*vec.NormCDF(-math.Abs(score)/math.Sqrt(kendallVariance(x, y, a, b))))
	}
	c.Lo, c.Hi = fisher(c.R, math.Sqrt(0.437/float64(n-4)))
	return c, nil
}

// PartialCorrelation returns the correlation of what covariates leave of x and y: of the
// residuals of both on all covariates and a constant. t has n - 2 - k degrees of freedom for k
// covariates.
//
// covariates[j] is a covariate, as long as x. Errors: those of [Pearson], fewer than k + 3 pairs,
// x or y that the covariates explain wholly, covariates that depend on each other. Checked
// against pingouin's partial_corr.
func PartialCorrelation(x, y []float64, covariates ...[]float64) (*Correlation, error) {
	const call = "PartialCorrelation"
	a, err := residual(call, x, y, x, covariates)
	if err != nil {
		return nil, err
	}
	b, err := residual(call, x, y, y, covariates)
	if err != nil {
		return nil, err
	}
	c := &Correlation{Name: "partial", N: len(x), R: correlation(a, b), BF10: math.NaN()}
	c.test(len(covariates))
	return c, nil
}

// SemipartialCorrelation returns the correlation of x with what covariates leave of y. Errors and
// degrees of freedom as [PartialCorrelation]. Checked against pingouin's partial_corr with
// y_covar.
func SemipartialCorrelation(x, y []float64, covariates ...[]float64) (*Correlation, error) {
	const call = "SemipartialCorrelation"
	b, err := residual(call, x, y, y, covariates)
	if err != nil {
		return nil, err
	}
	c := &Correlation{Name: "semipartial", N: len(x), R: correlation(x, b), BF10: math.NaN()}
	c.test(len(covariates))
	return c, nil
}

// RepeatedCorrelation returns the correlation within subjects of values that each subject has
// several of (Bland and Altman 1995; Bakdash and Marusich 2017): the slope is one for all, the
// level each subject's own.
//
// subject[i] names whose x[i] and y[i] are. t has n - subjects - 1 degrees of freedom. Errors:
// those of [Pearson], too few values for that, subjects within whom nothing varies. Checked
// against pingouin's rm_corr.
func RepeatedCorrelation(x, y []float64, subject []string) (*Correlation, error) {
	const call = "RepeatedCorrelation"
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	if len(subject) != len(x) {
		return nil, fmt.Errorf("stats: %s: subject has %d values and x %d", call, len(subject), len(x))
	}
	mean := map[string]*[3]float64{}
	for i, s := range subject {
		m := mean[s]
		if m == nil {
			m = new([3]float64)
			mean[s] = m
		}
		m[0], m[1], m[2] = m[0]+x[i], m[1]+y[i], m[2]+1
	}
	df := len(x) - len(mean) - 1
	if df < 1 {
		return nil, fmt.Errorf("stats: %s: %d values of %d subjects leave %d degrees of freedom; 1 or more are needed", call, len(x), len(mean), df)
	}
	a, b := make([]float64, len(x)), make([]float64, len(x))
	for i, s := range subject {
		m := mean[s]
		a[i], b[i] = x[i]-m[0]/m[2], y[i]-m[1]/m[2]
	}
	if constant(a) || constant(b) {
		return nil, fmt.Errorf("stats: %s: within subjects x or y does not vary", call)
	}
	c := &Correlation{Name: "repeated measures", N: len(x), R: correlation(a, b), BF10: math.NaN()}
	c.test(len(x) - 2 - df)
	return c, nil
}

// PearsonBayesFactor returns how many times more probable a sample with Pearson's r of n pairs is
// under a correlation, all values from -1 to 1 as likely before, than under none (Ly, Verhagen
// and Wagenmakers 2016, J Math Psychol 72:19, eq. 25 with kappa 1). Checked against pingouin's
// bayesfactor_pearson.
func PearsonBayesFactor(r float64, n int) float64 {
	if math.IsNaN(r) || n < 2 {
		return math.NaN()
	}
	if n == 2 {
		return 1
	}
	if math.Abs(r) >= 1 {
		return math.Inf(1)
	}
	// The hypergeometric 2F1((n-1)/2, (n-1)/2; (n+2)/2; r²) is (1-r²)^((4-n)/2) times
	// 2F1(3/2, 3/2; (n+2)/2; r²), whose terms fall.
	size, z := float64(n), float64(r*r)
	sum, term := 1.0, 1.0
	for k := 0.0; k < 1e6; k++ {
		term = float64(term * float64(float64((1.5+k)*(1.5+k))/float64((float64(size/2)+1+k)*(k+1))*z))
		sum += term
		if term < 1e-17*sum {
			break
		}
	}
	a, _ := vec.Lgamma((size + 1) / 2)
	b, _ := vec.Lgamma((size + 2) / 2)
	return vec.Exp(float64(vec.Log(math.Pi)/2) - math.Ln2 + a - b + vec.Log(sum) + float64((4-size)/2*vec.Log1p(-z)))
}

// test fills p and the interval of a correlation that k covariates were taken from.
func (c *Correlation) test(k int) {
	c.R = math.Max(-1, math.Min(1, c.R))
	c.DF = float64(c.N - 2 - k)
	rest := float64((1 - c.R) * (1 + c.R))
	c.P = twoSided(c.R*math.Sqrt(c.DF/rest), c.DF)
	if rest == 0 {
		c.P = 0
	}
	c.Lo, c.Hi = fisher(c.R, 1/math.Sqrt(float64(c.N-k-3)))
}

// fisher returns the 95 % interval by Fisher's transformation, at whose end a correlation of 1 in size
// lies; NaN where there is none.
func fisher(r, se float64) (lo, hi float64) {
	if math.Abs(r) == 1 && se > 0 && !math.IsInf(se, 0) {
		return r, r
	}
	if math.Abs(r) == 1 || math.IsNaN(se) || math.IsInf(se, 0) {
		return math.NaN(), math.NaN()
	}
	z := float64((vec.Log1p(r) - vec.Log1p(-r)) / 2)
	half := float64(1.959963984540054 * se)
	tanh := func(z float64) float64 { e := vec.Expm1(2 * z); return e / (e + 2) }
	return tanh(z - half), tanh(z + half)
}

func pairs(call string, x, y []float64, least int) error {
	if len(x) != len(y) {
		return fmt.Errorf("stats: %s: x has %d values and y %d; pairs need as many", call, len(x), len(y))
	}
	for _, s := range []struct {
		name string
		v    []float64
	}{{"x", x}, {"y", y}} {
		if err := finite(call, s.name, s.v, least); err != nil {
			return err
		}
		if allSame(s.v) {
			return fmt.Errorf("stats: %s: all %d values of %s are %g: nothing can go with them", call, len(s.v), s.name, s.v[0])
		}
	}
	return nil
}

// correlation returns the correlation of two samples that vary.
func correlation(x, y []float64) float64 {
	mx, _ := moments(x)
	my, _ := moments(y)
	var xx, yy, xy float64
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xx += float64(a * a)
		yy += float64(b * b)
		xy += float64(a * b)
	}
	return math.Max(-1, math.Min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// residual returns what covariates and a constant leave of v, one of x and y.
func residual(call string, x, y, v []float64, covariates [][]float64) ([]float64, error) {
	if err := pairs(call, x, y, len(covariates)+3); err != nil {
		return nil, err
	}
	design := make([][]float64, len(x))
	for i := range design {
		design[i] = make([]float64, 1+len(covariates))
		design[i][0] = 1
	}
	for j, c := range covariates {
		if len(c) != len(x) {
			return nil, fmt.Errorf("stats: %s: covariate %d has %d values and x %d", call, j, len(c), len(x))
		}
		if err := finite(call, fmt.Sprintf("covariate %d", j), c, 0); err != nil {
			return nil, err
		}
		for i := range design {
			design[i][j+1] = c[i]
		}
	}
	qr, err := linalg.NewQR(design, nil)
	if err != nil {
		return nil, fmt.Errorf("stats: %s: covariates depend on each other, or do not vary", call)
	}
	rest := leave(qr, v)
	var left, all float64
	mean, _ := moments(v)
	for i := range rest {
		left += float64(rest[i] * rest[i])
		all += float64((v[i] - mean) * (v[i] - mean))
	}
	if left <= 1e-20*all {
		return nil, fmt.Errorf("stats: %s: the covariates explain x or y wholly", call)
	}
	return rest, nil
}

// leave returns what the columns of a design leave of v.
func leave(qr *linalg.QR, v []float64) []float64 {
	columns, _ := qr.Q()
	return leaveColumns(columns, v)
}

// leaveColumns returns what orthonormal columns do not explain.
func leaveColumns(columns [][]float64, v []float64) []float64 {
	rest := append([]float64(nil), v...)
	takeOut(columns, rest)
	return rest
}

// takeOut takes orthonormal columns out of rest.
func takeOut(columns [][]float64, rest []float64) {
	for range 2 { // the second turn takes what rounding left
		for _, q := range columns {
			dot := 0.0
			for i, x := range rest {
				dot += float64(q[i] * x)
			}
			for i := range rest {
				rest[i] -= float64(dot * q[i])
			}
		}
	}
}

// constant reports whether all values are 0 within rounding.
func constant(x []float64) bool {
	for _, v := range x {
		if math.Abs(v) > 1e-12 {
			return false
		}
	}
	return true
}

// discordant returns the pairs whose orders in x and y differ, and the pairs tied in x, in y
// and in both, by sorting (Knight 1966, J Am Stat Assoc 61:436).
func discordant(x, y []float64) (swaps, tiesX, tiesY, tiesBoth float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		i, j := order[a], order[b]
		return x[i] < x[j] || x[i] == x[j] && y[i] < y[j]
	})
	v := make([]float64, len(x))
	for i, at := range order {
		v[i] = y[at]
	}
	run := func(same func(i int) bool) (total float64) {
		t := 1.0
		for i := 1; i <= len(v); i++ {
			if i < len(v) && same(i) {
				t++
				continue
			}
			total += float64(t * (t - 1) / 2)
			t = 1
		}
		return total
	}
	tiesX = run(func(i int) bool { return x[order[i]] == x[order[i-1]] })
	tiesBoth = run(func(i int) bool { return x[order[i]] == x[order[i-1]] && v[i] == v[i-1] })
	swaps = mergeSwaps(v, make([]float64, len(v)))
	tiesY = run(func(i int) bool { return v[i] == v[i-1] })
	return swaps, tiesX, tiesY, tiesBoth
}

// mergeSwaps sorts v and returns the pairs that stood in the wrong order.
func mergeSwaps(v, work []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	half := len(v) / 2
	swaps := mergeSwaps(v[:half], work[:half]) + mergeSwaps(v[half:], work[half:])
	i, j := 0, half
	for k := range work {
		if j == len(v) || i < half && v[i] <= v[j] {
			work[k] = v[i]
			i++
			continue
		}
		work[k] = v[j]
		j++
		swaps += float64(half - i)
	}
	copy(v, work)
	return swaps
}

// kendallExact returns the two-sided p of a number of discordant pairs of n values without ties.
func kendallExact(n int, swaps float64) float64 {
	counts := []float64{1}
	for i := 2; i <= n; i++ { // the i-th value stands before 0 to i-1 of the others
		next := make([]float64, len(counts)+i-1)
		for k, c := range counts {
			for j := range i {
				next[k+j] += c / float64(i)
			}
		}
		counts = next
	}
	low, sum := math.Min(swaps, float64(len(counts)-1)-swaps), 0.0
	for k := 0; float64(k) <= low; k++ {
		sum += counts[k]
	}
	return math.Min(1, 2*sum)
}

// kendallVariance returns the variance of the score, concordant less discordant pairs, with
// ties (Kendall 1970); a and b are the sums of t³ - t.
func kendallVariance(x, y []float64, a, b float64) float64 {
	sums := func(v []float64) (five, pairs, triples float64) {
		s := append([]float64(nil), v...)
		sort.Float64s(s)
		t := 1.0
		for i := 1; i <= len(s); i++ {
			if i < len(s) && s[i] == s[i-1] {
				t++
				continue
			}
			five += float64(t * (t - 1) * (float64(2*t) + 5))
			pairs += float64(t * (t - 1))
			triples += float64(t * (t - 1) * (t - 2))
			t = 1
		}
		return five, pairs, triples
	}
	n := float64(len(x))
	vx, px, tx := sums(x)
	vy, py, ty := sums(y)
	return (float64(n*(n-1)*(float64(2*n)+5))-vx-vy)/18 + float64(px*py)/float64(2*n*(n-1)) + float64(tx*ty)/float64(9*n*(n-1)*(n-2))
}

// String returns the correlation as a paper reports it.
func (c Correlation) String() string {
	letter := "r"
	switch c.Name {
	case "Spearman":
		letter = "rho"
	case "Kendall tau-b":
		letter = "tau"
	}
	if c.DF > 0 {
		letter += fmt.Sprintf("(%.0f)", c.DF)
	}
	s := fmt.Sprintf("%s = %.2f [%.2f, %.2f], %s", letter, c.R, c.Lo, c.Hi, pText(c.P))
	if c.LeftOut > 0 {
		s += fmt.Sprintf(", %d outliers left out", c.LeftOut)
	}
	if !math.IsNaN(c.BF10) {
		s += fmt.Sprintf(", BF10 = %.3g", c.BF10)
	}
	return s
}

// Table returns the correlation as a row.
func (c Correlation) Table() table.Table {
	title := c.Name + " correlation"
	if c.LeftOut > 0 {
		title += fmt.Sprintf("; %d outliers left out", c.LeftOut)
	}
	return table.Table{Title: title, Cols: []table.Col{
		{Name: "n", Num: []float64{float64(c.N)}}, {Name: "r", Num: []float64{c.R}},
		{Name: "95% low", Num: []float64{c.Lo}, Style: "%.3f"}, {Name: "95% high", Num: []float64{c.Hi}, Style: "%.3f"}, {Name: "p", Num: []float64{c.P}, Style: "p"},
		{Name: "BF10", Num: []float64{c.BF10}},
	}}
}

// Show shows the table.
func (c Correlation) Show() display.Bundle { return c.Table().Show() }
