package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PermutationOptions say how a permutation test is done. The zero value compares the means of two groups.
type PermutationOptions struct {
	// Kind says what may change places when the null hypothesis holds: "independent" (also ""), values
	// their groups; "paired", the two values of a pair; "pairings", the partners of the values of x, as for
	// correlations.
	Kind string
	// Statistic compares the samples. nil is the difference of the means, x less y, and for "pairings"
	// Pearson's correlation. It must not keep or change what it is given.
	Statistic func(x, y []float64) float64
	// Alternative is "two-sided" (also ""), "greater" (than under the null hypothesis) or "less".
	Alternative string
	N           int // how many rearrangements are drawn; 0 is 9999. Where there are no more, all are taken.
	Seed        uint64
}

// A Permuted is what a permutation test says.
type Permuted struct {
	Name  string  // of the kind and the alternative
	Value float64 // the statistic of the data
	P     float64
	N     int       // rearrangements
	All   bool      // they are all that there are: the test is exact
	Null  []float64 // the statistic of each rearrangement, in ascending order
	Sizes []int     // values of each sample
}

// PermutationTest tests two samples by rearranging their values: it assumes no distribution, and takes any
// statistic.
//
//	r, err := stats.PermutationTest(drug, placebo, stats.PermutationOptions{Seed: 1})
//	r, err = stats.PermutationTest(age, rt, stats.PermutationOptions{Kind: "pairings"}) // Pearson's correlation
//
// p is the share of rearrangements with a statistic as far out as that of the data, (b+1)/(N+1) where N were
// drawn (see [PermutationP]); two-sided twice the smaller of both tails, at most 1, as SciPy's. For "paired" a
// rearrangement exchanges the values of some pairs.
//
// Errors: fewer than 2 values in a sample, NaN or infinite ones, samples of unequal lengths for "paired" and
// "pairings", values that are all the same, an unknown Kind or Alternative, N below 0, a statistic that is
// NaN. Ernst 2004, Stat Sci 19:676; Phipson and Smyth 2010, Stat Appl Genet Mol Biol 9:39. Checked against
// SciPy's permutation_test.
func PermutationTest(x, y []float64, o PermutationOptions) (*Permuted, error) {
	const call = "PermutationTest"
	fail := func(format string, args ...any) (*Permuted, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	if o.Kind == "" {
		o.Kind = "independent"
	}
	if o.Alternative == "" {
		o.Alternative = "two-sided"
	}
	if o.N == 0 {
		o.N = 9999
	}
	if !slices.Contains([]string{"independent", "paired", "pairings"}, o.Kind) {
		return fail(`Kind is %q; it must be "independent", "paired" or "pairings"`, o.Kind)
	}
	if !slices.Contains([]string{"two-sided", "greater", "less"}, o.Alternative) {
		return fail(`Alternative is %q; it must be "two-sided", "greater" or "less"`, o.Alternative)
	}
	if err := finite(call, "x", x, 2); err != nil {
		return nil, err
	}
	if err := finite(call, "y", y, 2); err != nil {
		return nil, err
	}
	if o.Kind != "independent" && len(x) != len(y) {
		return fail("x has %d values and y %d; pairs need as many", len(x), len(y))
	}
	a, b := slices.Clone(x), slices.Clone(y) // of a rearrangement
	var e = Exchange{N: o.N, Seed: o.Seed}
	var design [][]float64
	var arrange func(r Rearrangement)
	switch o.Kind {
	case "independent":
		both := append(slices.Clone(x), y...)
		if allSame(both) {
			return fail("all %d values are %g: nothing can be compared", len(both), both[0])
		}
		for i := range both {
			label := 0.0
			if i >= len(x) {
				label = 1
			}
			design = append(design, []float64{label})
		}
		arrange = func(r Rearrangement) {
			for i, from := range r.From {
				if i < len(a) {
					a[i] = both[from]
				} else {
					b[i-len(a)] = both[from]
				}
			}
		}
	case "paired":
		if d := diff(x, y); allSame(d) && d[0] == 0 {
			return fail("all %d pairs have equal values: nothing can be compared", len(x))
		}
		e.Flip = true
		design = make([][]float64, len(x))
		arrange = func(r Rearrangement) {
			for i, s := range r.Sign {
				a[i], b[i] = x[i], y[i]
				if s < 0 {
					a[i], b[i] = y[i], x[i]
				}
			}
		}
	default:
		if allSame(x) || allSame(y) {
			return fail("all values of a sample are the same: nothing can go with them")
		}
		for _, v := range y {
			design = append(design, []float64{v})
		}
		arrange = func(r Rearrangement) {
			for i, from := range r.From {
				b[i] = y[from]
			}
		}
	}
	statistic := o.Statistic
	if statistic == nil {
		statistic = func(x, y []float64) float64 { return mean(x) - mean(y) }
		if o.Kind == "pairings" {
			statistic = correlation
		}
	}
	out := &Permuted{Name: fmt.Sprintf("permutation test, %s, %s", o.Kind, o.Alternative), Value: statistic(a, b), Sizes: []int{len(x), len(y)}}
	if math.IsNaN(out.Value) {
		return fail("the statistic of the data is NaN")
	}
	all, err := e.Draw(design)
	if err != nil {
		return nil, fmt.Errorf("stats: %s: %w", call, err)
	}
	out.N, out.All, out.Null = all.N, all.All, make([]float64, all.N)
	task := display.Start("permutation test", "", all.N)
	defer task.End()
	for k := range out.Null {
		if err := task.Err(); err != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, err)
		}
		arrange(all.At(k))
		if out.Null[k] = statistic(a, b); math.IsNaN(out.Null[k]) {
			return fail("the statistic of rearrangement %d is NaN", k)
		}
		task.Add(1)
	}
	slices.Sort(out.Null)
	below := make([]float64, len(out.Null))
	for i, v := range out.Null {
		below[i] = -v
	}
	greater := PermutationP([]float64{out.Value}, out.Null, out.All)[0]
	less := PermutationP([]float64{-out.Value}, below, out.All)[0]
	switch o.Alternative {
	case "greater":
		out.P = greater
	case "less":
		out.P = less
	default:
		out.P = math.Min(1, 2*math.Min(greater, less))
	}
	return out, nil
}

func mean(x []float64) float64 { m, _ := moments(x); return m }

// String returns the statistic and p as a paper reports them.
func (r Permuted) String() string {
	how := fmt.Sprintf("%d random rearrangements", r.N)
	if r.All {
		how = fmt.Sprintf("all %d rearrangements", r.N)
	}
	return fmt.Sprintf("%s: %.4g, %s (%s)", r.Name, r.Value, pText(r.P), how)
}

// Table returns one row.
func (r Permuted) Table() table.Table {
	return table.Table{Title: r.Name, Cols: []table.Col{
		{Name: "n", Text: []string{fmt.Sprintf("%d, %d", r.Sizes[0], r.Sizes[1])}}, {Name: "statistic", Num: []float64{r.Value}}, {Name: "p", Num: []float64{r.P}, Style: "p"},
		{Name: "rearrangements", Num: []float64{float64(r.N)}},
	}}
}

// Plot draws how the statistic is distributed when the null hypothesis holds, and that of the data.
func (r Permuted) Plot() *figure.Figure {
	lo, hi := math.Min(r.Null[0], r.Value), math.Max(r.Null[len(r.Null)-1], r.Value)
	if hi == lo {
		hi = lo + 1
	}
	bins := min(60, max(10, int(math.Sqrt(float64(r.N)))))
	edges, count := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = lo + float64((hi-lo)*float64(i)/float64(bins))
	}
	for _, v := range r.Null {
		count[min(int((v-lo)/(hi-lo)*float64(bins)), bins-1)]++
	}
	return &figure.Figure{Width: 14, Height: 8, Panels: []figure.Panel{{
		Title: fmt.Sprintf("%.4g, %s", r.Value, pText(r.P)),
		X:     figure.Axis{Label: "statistic"},
		Y:     figure.Axis{Label: "rearrangements"},
		Layers: []figure.Layer{
			{Kind: figure.Bars, Name: "null hypothesis", X: edges, Y: count, Color: "grey"},
			{Kind: figure.VLine, Name: "data", X: []float64{r.Value}, Color: "red", Width: 2},
		},
		Legend: "beside",
	}}}
}

// Show draws the figure; its text is String.
func (r Permuted) Show() display.Bundle {
	b := r.Plot().Show()
	b.Data[display.TypeText] = r.String()
	return b
}
