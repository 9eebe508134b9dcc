package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TotalOptions say how ScoreTotal adds up the items of a test.
type TotalOptions struct {
	Min, Max float64 // range of an item; both 0 is any
	Reverse  []int   // numbers of items, from 0, that count Min + Max - answer
	// Missing is what a missing answer does: "error" ("" is the same), "prorate"
	// (the mean of the answered items times the number of items) or "zero".
	Missing string
	// MaxMissing is the largest share of missing items that is prorated; 0 is
	// 0.2. With more the total is NaN.
	MaxMissing float64
}

// Total is the total score of a test.
type Total struct {
	Score    float64
	Items    int
	Missing  int
	Prorated bool
}

// ScoreTotal adds up the answers to the items of a test, NaN for one that is
// missing, by a stated rule; none is dropped without being counted in Missing.
//
// No items, answers out of Min to Max, items to reverse that do not exist or
// without a range, another rule, and with "error" a missing answer are errors.
// Checked against sums by hand.
func ScoreTotal(items []float64, o TotalOptions) (Total, error) {
	fail := func(format string, a ...any) (Total, error) {
		return Total{}, fmt.Errorf("behavior: ScoreTotal: "+format, a...)
	}
	if len(items) == 0 {
		return fail("items is empty; at least one is needed")
	}
	switch o.Missing {
	case "", "error", "prorate", "zero":
	default:
		return fail("Missing is %q, it must be \"error\", \"prorate\" or \"zero\"", o.Missing)
	}
	if o.MaxMissing == 0 {
		o.MaxMissing = 0.2
	}
	if !(o.MaxMissing > 0 && o.MaxMissing < 1) || o.Min > o.Max {
		return fail("MaxMissing is %g, Min %g and Max %g; the first must lie between 0 and 1, and Min not be above Max", o.MaxMissing, o.Min, o.Max)
	}
	ranged := o.Min != 0 || o.Max != 0
	reverse := map[int]bool{}
	for _, k := range o.Reverse {
		if k < 0 || k >= len(items) || !ranged {
			return fail("Reverse has item %d of %d; it must exist, and Min and Max be given", k, len(items))
		}
		reverse[k] = true
	}
	t := Total{Items: len(items)}
	for i, v := range items {
		switch {
		case math.IsNaN(v):
			t.Missing++
			continue
		case math.IsInf(v, 0), ranged && !(v >= o.Min && v <= o.Max):
			return fail("items[%d] is %g; it must lie from %g to %g, or be missing", i, v, o.Min, o.Max)
		case reverse[i]:
			v = o.Min + o.Max - v
		}
		t.Score += v
	}
	if t.Missing > 0 {
		switch o.Missing {
		case "", "error":
			return fail("%d of %d answers are missing; Missing says what to do then", t.Missing, len(items))
		case "prorate":
			t.Prorated = true
			if share := float64(t.Missing) / float64(len(items)); share > o.MaxMissing {
				t.Score = math.NaN()
			} else {
				t.Score *= float64(len(items)) / float64(len(items)-t.Missing)
			}
		}
	}
	return t, nil
}

// Norms are means and standard deviations of a score in groups of a norm sample,
// which you have the right to use: the library has none.
type Norms struct {
	LowerIsBetter bool // turn the sign of z, as for times and errors

	by         []string    // covariates
	low, high  [][]float64 // of each group and covariate
	mean, sd   []float64
	regression []float64 // intercept and slopes, nil for groups
}

// NewNorms returns the norms in a table with columns "mean" and "sd" and, for
// each covariate such as age or years of education, "age_min" and "age_max"; a
// person belongs to the group for which min <= value <= max for all. A missing
// limit is none. An sd not above 0, a mean that is missing, a column of a limit
// without the other, limits in wrong order, and groups that overlap are errors.
func NewNorms(t table.Table) (*Norms, error) {
	fail := func(format string, a ...any) (*Norms, error) {
		return nil, fmt.Errorf("behavior: NewNorms: "+format, a...)
	}
	n := &Norms{}
	var err error
	if n.mean, err = numbers(t, "mean"); err != nil {
		return fail("%w", err)
	}
	if n.sd, err = numbers(t, "sd"); err != nil {
		return fail("%w", err)
	}
	n.low, n.high = make([][]float64, len(n.mean)), make([][]float64, len(n.mean))
	for _, c := range t.Cols {
		name, ok := strings.CutSuffix(c.Name, "_min")
		if !ok {
			continue
		}
		lo, err := numbers(t, c.Name)
		if err != nil {
			return fail("%w", err)
		}
		hi, err := numbers(t, name+"_max")
		if err != nil {
			return fail("%w", err)
		}
		n.by = append(n.by, name)
		for i := range lo {
			a, b := lo[i], hi[i]
			if math.IsNaN(a) {
				a = math.Inf(-1)
			}
			if math.IsNaN(b) {
				b = math.Inf(1)
			}
			if a > b {
				return fail("row %d has %s from %g to %g", i, name, a, b)
			}
			n.low[i], n.high[i] = append(n.low[i], a), append(n.high[i], b)
		}
	}
	for i := range n.mean {
		if math.IsNaN(n.mean[i]) || math.IsInf(n.mean[i], 0) || !(n.sd[i] > 0) || math.IsInf(n.sd[i], 1) {
			return fail("row %d has mean %g and sd %g; both must be finite, sd above 0", i, n.mean[i], n.sd[i])
		}
		for j := range i {
			apart := false
			for k := range n.by {
				apart = apart || n.low[i][k] > n.high[j][k] || n.low[j][k] > n.high[i][k]
			}
			if !apart {
				return fail("rows %d and %d overlap; a person belongs to one group", j, i)
			}
		}
	}
	if len(n.mean) == 0 {
		return fail("the table has no rows")
	}
	return n, nil
}

// RegressionNorms returns norms that predict a score from covariates:
// mean = intercept + Σ slope_k covariate_k, with the standard deviation sd of the
// residuals. As many slopes as names, all finite, and sd above 0 are needed.
func RegressionNorms(intercept float64, covariates []string, slopes []float64, sd float64) (*Norms, error) {
	sum := intercept + sd
	for _, b := range slopes {
		sum += b
	}
	if len(covariates) != len(slopes) || math.IsNaN(sum) || math.IsInf(sum, 0) || !(sd > 0) {
		return nil, fmt.Errorf("behavior: RegressionNorms: %d covariates, %d slopes, intercept %g, sd %g; there must be as many of the first, all finite, and sd above 0", len(covariates), len(slopes), intercept, sd)
	}
	return &Norms{by: append([]string(nil), covariates...), sd: []float64{sd}, regression: append([]float64{intercept}, slopes...)}, nil
}

// Table returns the groups with their limits, or the coefficients of a
// regression.
func (n *Norms) Table() table.Table {
	if n.regression != nil {
		return table.Table{Cols: []table.Col{
			{Name: "term", Text: append(append([]string{"intercept"}, n.by...), "sd of residuals")},
			{Name: "value", Num: append(append([]float64(nil), n.regression...), n.sd...)},
		}}
	}
	var t table.Table
	for k, name := range n.by {
		lo, hi := table.Col{Name: name + "_min"}, table.Col{Name: name + "_max"}
		for i := range n.mean {
			lo.Num, hi.Num = append(lo.Num, n.low[i][k]), append(hi.Num, n.high[i][k])
		}
		t.Cols = append(t.Cols, lo, hi)
	}
	t.Cols = append(t.Cols, table.Col{Name: "mean", Num: n.mean}, table.Col{Name: "sd", Num: n.sd})
	return t
}

// Show shows the table.
func (n *Norms) Show() display.Bundle { return n.Table().Show() }

// NormScore is a score beside the norms of its group.
type NormScore struct {
	Raw, Mean, SD float64 // Mean and SD of the group
	Z             float64 // (Raw - Mean)/SD, with the sign turned where lower is better
	T             float64 // 50 + 10 Z
	Scaled        float64 // 10 + 3 Z, from 1 to 19, rounded
	Standard      float64 // 100 + 15 Z, as an IQ
	Percentile    float64 // 100 Φ(Z)
}

// Score compares a score with the norms of the group to which the covariates
// belong, in the order of the table's columns, or of RegressionNorms. A missing
// score gives missing measures. Another number of covariates, one that is
// missing, and a person that no group holds are errors.
func (n *Norms) Score(raw float64, covariates ...float64) (NormScore, error) {
	fail := func(format string, a ...any) (NormScore, error) {
		return NormScore{}, fmt.Errorf("behavior: Norms.Score: "+format, a...)
	}
	if len(covariates) != len(n.by) {
		return fail("%d covariates; the norms are by %d: %s", len(covariates), len(n.by), strings.Join(n.by, ", "))
	}
	for k, v := range covariates {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fail("%s is %g, it must be finite", n.by[k], v)
		}
	}
	s := NormScore{Raw: raw}
	if n.regression != nil {
		s.Mean, s.SD = n.regression[0], n.sd[0]
		for k, v := range covariates {
			s.Mean += float64(n.regression[k+1] * v)
		}
	} else {
		found := -1
		for i := range n.mean {
			in := true
			for k, v := range covariates {
				in = in && v >= n.low[i][k] && v <= n.high[i][k]
			}
			if in {
				found = i
				break
			}
		}
		if found < 0 {
			return fail("no group holds %s of %v", strings.Join(n.by, ", "), covariates)
		}
		s.Mean, s.SD = n.mean[found], n.sd[found]
	}
	s.Z = (raw - s.Mean) / s.SD
	if n.LowerIsBetter {
		s.Z = -s.Z
	}
	s.T, s.Standard, s.Percentile = 50+float64(10*s.Z), 100+float64(15*s.Z), 100*vec.NormCDF(s.Z)
	s.Scaled = math.Max(1, math.Min(19, math.Round(10+float64(3*s.Z))))
	if math.IsNaN(s.Z) {
		s.Scaled = math.NaN()
	}
	return s, nil
}

// String gives z, T and the percentile.
func (s NormScore) String() string {
	return fmt.Sprintf("%g against %g ± %g: z %.2f, T %.0f, scaled %.0f, percentile %.1f", s.Raw, s.Mean, s.SD, s.Z, s.T, s.Scaled, s.Percentile)
}

// Retest is what a norm group did at two times without real change.
type Retest struct {
	N           int
	Mean1, SD1  float64 // first time
	Mean2, SD2  float64
	Reliability float64 // test-retest correlation
}

// Change are the indices of the change of one subject; each is normal with
// standard deviation 1 where nothing changed but Crawford, which is t with N - 2
// degrees of freedom.
type Change struct {
	Pre, Post float64
	Jacobson  float64 // (post - pre)/√(2 SEM²), SEM = SD1 √(1-r)
	Chelune   float64 // less the mean change of the group, for practice
	Iverson   float64 // and with the error of each time: √(SEM1² + SEM2²)
	SRB       float64 // post - predicted, over SD2 √(1-r²)
	Crawford  float64 // the same for a group of N: standard error of a new prediction
	P         float64 // two-sided, of Crawford
	Predicted float64 // post, by regression on pre
}

// Change compares the change of one subject with that of the group. N below 4,
// standard deviations not above 0, Reliability outside 0 to 1 (exclusive) and
// values that are not finite are errors.
//
//	predicted = Mean2 + r SD2/SD1 (pre - Mean1)
//	Crawford = (post - predicted) / (s √(1 + 1/N + (pre - Mean1)²/(SD1² (N-1)))),
//	s = SD2 √((1-r²)(N-1)/(N-2))
//
// Source: Jacobson and Truax 1991; Chelune et al. 1993; Iverson 2001; McSweeny et
// al. 1993 (SRB); Crawford and Garthwaite 2007. Checked against the formulas and,
// for Crawford, against a regression on data with these moments.
func (r Retest) Change(pre, post float64) (Change, error) {
	sum := pre + post + r.Mean1 + r.Mean2 + r.SD1 + r.SD2
	if math.IsNaN(sum) || math.IsInf(sum, 0) || r.N < 4 || !(r.SD1 > 0 && r.SD2 > 0) || !(r.Reliability > 0 && r.Reliability < 1) {
		return Change{}, fmt.Errorf("behavior: Retest.Change: pre is %g, post %g, and the group %+v; values must be finite, N 4 or more, standard deviations above 0 and Reliability between 0 and 1", pre, post, r)
	}
	c := Change{Pre: pre, Post: post}
	rest := 1 - r.Reliability
	sem1, sem2 := float64(r.SD1*r.SD1*rest), float64(r.SD2*r.SD2*rest)
	c.Jacobson = (post - pre) / math.Sqrt(2*sem1)
	practiced := post - pre - (r.Mean2 - r.Mean1)
	c.Chelune, c.Iverson = practiced/math.Sqrt(2*sem1), practiced/math.Sqrt(sem1+sem2)
	c.Predicted = r.Mean2 + float64(r.Reliability*r.SD2/r.SD1*(pre-r.Mean1))
	unexplained := 1 - float64(r.Reliability*r.Reliability)
	c.SRB = (post - c.Predicted) / (r.SD2 * math.Sqrt(unexplained))
	n := float64(r.N)
	s := r.SD2 * math.Sqrt(unexplained*(n-1)/(n-2))
	d := pre - r.Mean1
	c.Crawford = (post - c.Predicted) / (s * math.Sqrt(1+1/n+float64(d*d)/float64(r.SD1*r.SD1*(n-1))))
	c.P = 2 * dist.StudentSF(math.Abs(c.Crawford), n-2)
	return c, nil
}

// Table returns the indices.
func (c Change) Table() table.Table {
	return table.Table{Title: fmt.Sprintf("change from %g to %g, predicted %.4g", c.Pre, c.Post, c.Predicted), Cols: []table.Col{
		{Name: "index", Text: []string{"Jacobson-Truax", "Chelune (practice)", "Iverson", "SRB (regression)", "Crawford-Garthwaite (t)"}},
		{Name: "value", Num: []float64{c.Jacobson, c.Chelune, c.Iverson, c.SRB, c.Crawford}},
	}}
}

// String gives the indices in one line.
func (c Change) String() string {
	return fmt.Sprintf("change %g to %g: RCI %.2f, with practice %.2f, SRB %.2f, t %.2f (p %.3f)", c.Pre, c.Post, c.Jacobson, c.Chelune, c.SRB, c.Crawford, c.P)
}

// Show shows the table.
func (c Change) Show() display.Bundle { return c.Table().Show() }

// String gives the score and what it is of.
func (t Total) String() string {
	s := fmt.Sprintf("total %.4g of %d items", t.Score, t.Items)
	if t.Missing > 0 {
		s += fmt.Sprintf(", %d missing", t.Missing)
	}
	if t.Prorated {
		s += ", prorated"
	}
	return s
}
