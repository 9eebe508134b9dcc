package info

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// PanzeriTreves returns the mutual information of a stimulus and a response with the bias of a
// finite sample taken off as Panzeri and Treves do, nats:
//
//	I = I_plug-in - ( Σ_s (R_s - 1) - (R - 1) ) / (2 n),
//
// R being the responses that occur, and R_s how many of them stimulus s can give. Those that were
// seen are fewer than those that can be; R_s is the number for which as many would be seen, on
// average, when probabilities are what a Bayesian finds from the counts.
//
// stimulus and response hold one label per trial. It needs some four trials per stimulus and
// response; with fewer the bias that is left is upward. Errors as [Mutual]. Panzeri and Treves 1996,
// Network 7:87; peer: pyentropy's "pt".
func PanzeriTreves(stimulus, response []int) (float64, error) {
	j, err := count2("PanzeriTreves", stimulus, response)
	if err != nil {
		return 0, err
	}
	r := len(j.ny)
	all := make([][]int, len(j.nx))
	for i, c := range j.n {
		all[j.ix[i]] = append(all[j.ix[i]], c)
	}
	bias := -float64(r - 1)
	for s, counts := range all {
		bias += relevant(counts, j.nx[s], r) - 1
	}
	return j.mutual() - bias/float64(2*j.total), nil
}

// relevant returns how many of r responses a stimulus can give, from the counts of those that it
// gave in n trials (Panzeri and Treves 1996).
func relevant(counts []int, n, r int) float64 {
	seen := len(counts)
	if seen >= r {
		return float64(r)
	}
	total := float64(n)
	// How many of m responses would be seen, those that were not sharing what is left.
	expected := func(m int) float64 {
		gamma := float64(float64(m-seen) * (1 - math.Pow(total/(total+float64(seen)), 1/total)))
		sum := 0.0
		for _, c := range counts {
			p := float64((1-gamma)*(float64(c)+1)) / (total + float64(seen))
			if m == seen { // before any are added: the share that was seen
				p = float64(c) / total
			}
			sum += 1 - math.Pow(1-p, total)
		}
		if m > seen {
			p := gamma / float64(m-seen)
			sum += float64(float64(m-seen) * (1 - math.Pow(1-p, total)))
		}
		return sum
	}
	best, away := float64(seen), math.Abs(expected(seen)-float64(seen))
	for m := seen + 1; m <= r; m++ {
		d := math.Abs(expected(m) - float64(seen))
		if d >= away {
			break
		}
		best, away = float64(m), d
	}
	return best
}

// QuadraticExtrapolation returns the mutual information of two discrete variables where the number
// of trials is without end: a parabola in 1/n through the plug-in values of all trials, of halves
// and of quarters (Strong et al. 1998, Phys Rev Lett 80:197), nats.
//
// The parts are drawn with seed, draws times (10 if 0), and averaged. Errors as [Mutual], and fewer
// than 8 samples.
func QuadraticExtrapolation(x, y []int, draws int, seed uint64) (float64, error) {
	const call = "QuadraticExtrapolation"
	whole, err := Mutual(x, y)
	if err != nil {
		return 0, err
	}
	n := len(x)
	if n < 8 {
		return 0, fmt.Errorf("info: %s: %d samples; 8 or more are needed", call, n)
	}
	if draws == 0 {
		draws = 10
	}
	if draws < 1 {
		return 0, fmt.Errorf("info: %s: draws is %d; it must be 1 or more", call, draws)
	}
	var parts [2]float64 // of halves and quarters
	for d := range draws {
		order := rng.New(seed, uint64(d)).Perm(n)
		for k, pieces := range []int{2, 4} {
			for p := range pieces {
				lo, hi := p*n/pieces, (p+1)*n/pieces
				a, b := make([]int, 0, hi-lo), make([]int, 0, hi-lo)
				for _, i := range order[lo:hi] {
					a, b = append(a, x[i]), append(b, y[i])
				}
				m, err := Mutual(a, b)
				if err != nil {
					return 0, err
				}
				parts[k] += m / float64(pieces*draws)
			}
		}
	}
	// I(n) = I + b/n + c/n²: from n, n/2 and n/4.
	return (float64(8*whole) - float64(6*parts[0]) + parts[1]) / 3, nil
}

// A Test is an estimate of information held against surrogates.
type Test struct {
	Value     float64   // of the data, nats
	Null      []float64 // of the surrogates, ascending
	Mean, SD  float64   // of Null: the bias of independent data, and its scatter
	Corrected float64   // Value less Mean
	P         float64   // (b+1)/(m+1): b of m surrogates are as large as the data or larger
	Kind      string    // of surrogates
}

// SurrogateOptions say how surrogates are made. Zeros are the defaults.
type SurrogateOptions struct {
	Draws int // 999
	// Kind is "shuffle" (also ""), which permutes the samples of the first variable, for trials that are
	// independent; or "shift", which turns it round by a random number of samples, for series: it keeps
	// their own structure over time. No shift comes twice; where there are no more than Draws of them
	// each is taken once, and the surrogates are as many.
	Kind string
	// MinShift is the least shift, 1 if 0. Shifts that are small beside the memory of the series are
	// much like the data: with them P is right, without them it is too low, the more the shorter the
	// series.
	MinShift int
	Seed     uint64
}

// Surrogates holds any estimate of information against surrogates in which the variables have
// nothing to do with each other.
//
// n is the number of samples. f returns the estimate when sample i of the first variable is replaced
// by its sample order[i]; it is called with 0, 1, 2, ... for the data:
//
//	t, err := info.Surrogates(len(x), func(order []int) (float64, error) {
//		return info.KSG(info.Reorder(x, order), y, 3)
//	}, info.SurrogateOptions{})
//
// Errors: fewer than 2 samples, options out of range, NaN from f, and those of f.
func Surrogates(n int, f func(order []int) (float64, error), o SurrogateOptions) (*Test, error) {
	const call = "Surrogates"
	if o.Draws == 0 {
		o.Draws = 999
	}
	if o.Kind == "" {
		o.Kind = "shuffle"
	}
	if o.MinShift == 0 {
		o.MinShift = 1
	}
	switch {
	case f == nil:
		return nil, fmt.Errorf("info: %s: f is nil; a measure of the reordered samples is needed", call)
	case n < 2:
		return nil, fmt.Errorf("info: %s: %s; 2 or more are needed", call, spell.Count(n, "sample"))
	case o.Draws < 1:
		return nil, fmt.Errorf("info: %s: Draws is %d; it must be 1 or more", call, o.Draws)
	case o.Kind != "shuffle" && o.Kind != "shift":
		return nil, fmt.Errorf(`info: %s: unknown kind %q; use "shuffle" or "shift"`, call, o.Kind)
	case o.Kind == "shift" && n < 3:
		return nil, fmt.Errorf("info: %s: a shift of 2 samples; 3 or more are needed", call)
	case o.Kind == "shift" && (o.MinShift < 1 || n-2*o.MinShift < 1):
		return nil, fmt.Errorf("info: %s: MinShift is %d with %d samples; it must be from 1 to less than half of them", call, o.MinShift, n)
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	t := &Test{Kind: o.Kind}
	var err error
	if t.Value, err = f(slices.Clone(order)); err != nil {
		return nil, err
	}
	if math.IsNaN(t.Value) {
		return nil, fmt.Errorf("info: %s: f gives NaN for the samples as they are; it must give a number", call)
	}
	var shifts []int
	if o.Kind == "shift" {
		all := n - 2*o.MinShift + 1
		o.Draws = min(o.Draws, all)
		shifts = rng.New(o.Seed, 0).Perm(all)[:o.Draws]
	}
	task := display.Start("info."+call, "surrogates", o.Draws)
	defer task.End()
	larger := 0
	for d := range o.Draws {
		if err := task.Err(); err != nil {
			return nil, fmt.Errorf("info: %s: %w", call, err)
		}
		if o.Kind == "shuffle" {
			order = rng.New(o.Seed, uint64(d)).Perm(n)
		} else {
			by := o.MinShift + shifts[d]
			for i := range order {
				order[i] = (i + by) % n
			}
		}
		v, err := f(order)
		if err != nil {
			return nil, err
		}
		if math.IsNaN(v) {
			return nil, fmt.Errorf("info: %s: f gives NaN for surrogate %d; it must give a number", call, d)
		}
		if v >= t.Value-float64(1e-12*math.Abs(t.Value)) { // as large, up to the order of sums
			larger++
		}
		t.Null = append(t.Null, v)
		t.Mean += v / float64(o.Draws)
		task.Add(1)
	}
	for _, v := range t.Null {
		t.SD += float64((v - t.Mean) * (v - t.Mean))
	}
	t.SD = math.Sqrt(t.SD / math.Max(1, float64(o.Draws-1)))
	slices.Sort(t.Null)
	t.P = float64(larger+1) / float64(o.Draws+1)
	t.Corrected = t.Value - t.Mean
	return t, nil
}

// Reorder returns the samples of x in an order of [Surrogates].
func Reorder(x []float64, order []int) []float64 { return reorder(x, order) }

// ReorderLabels is [Reorder] of labels.
func ReorderLabels(x, order []int) []int { return reorder(x, order) }

func reorder[T any](x []T, order []int) []T {
	out := make([]T, len(order))
	for i, at := range order {
		if at < 0 || at >= len(x) {
			panic(fmt.Sprintf("info: Reorder: order[%d] is %d and x has %d samples", i, at, len(x)))
		}
		out[i] = x[at]
	}
	return out
}

// MutualTest returns the plug-in information of [Mutual] with shuffles: Corrected is the value less
// their mean, P that of independence. draws of 0 are 999. Samples must be independent trials: for series
// take [Surrogates] with "shift". Errors as [Mutual].
func MutualTest(x, y []int, draws int, seed uint64) (*Test, error) {
	if _, err := count2("MutualTest", x, y); err != nil {
		return nil, err
	}
	return Surrogates(len(x), func(order []int) (float64, error) { return Mutual(reorder(x, order), y) }, SurrogateOptions{Draws: draws, Seed: seed})
}

// String tells the estimate, what is left of it, and p.
func (t Test) String() string {
	return fmt.Sprintf("%.4g nats, %.4g less the mean of %s (%s), p = %.3g", t.Value, t.Corrected, spell.Count(len(t.Null), "surrogate"), t.Kind, t.P)
}
