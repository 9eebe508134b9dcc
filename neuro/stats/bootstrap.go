package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// BootstrapOptions say how samples are drawn again. The zero value of a field is its default.
type BootstrapOptions struct {
	Draws  int     // 9999
	Level  float64 // of the interval, 0.95
	Method string  // "BCa" (also ""), "percentile" or "basic"
	Seed   uint64
}

// A Bootstrapped is a statistic with its interval from samples that were drawn again.
type Bootstrapped struct {
	Value  float64 // of the data
	Lo, Hi float64
	SE     float64   // standard deviation over draws
	Bias   float64   // their mean less Value
	Draws  []float64 // in ascending order
	Method string
}

// Bootstrap returns a statistic of rows with the interval from drawing rows again, with
// replacement.
//
// n is the number of rows, of people or trials: what is independent. f returns the statistic of the
// rows whose numbers it is given, some of them several times. It is called Draws times, and n times
// more for "BCa", which corrects for bias and skewness (Efron 1987, J Am Stat Assoc 82:171).
// "percentile" takes the quantiles of the draws, "basic" mirrors them at the value.
//
// Errors: fewer than 2 rows, options out of range, a statistic that is NaN: of the data, or of more
// than one draw in twenty; the rest of such draws are left out. Checked against SciPy's bootstrap in
// distribution.
func Bootstrap(n int, f func(rows []int) float64, o BootstrapOptions) (*Bootstrapped, error) {
	fail := func(format string, args ...any) (*Bootstrapped, error) {
		return nil, fmt.Errorf("stats: Bootstrap: "+format, args...)
	}
	if o.Draws == 0 {
		o.Draws = 9999
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Method == "" {
		o.Method = "BCa"
	}
	switch {
	case n < 2:
		return fail("%d rows; 2 or more are needed", n)
	case o.Draws < 10:
		return fail("Draws is %d; 10 or more are needed", o.Draws)
	case !(o.Level > 0 && o.Level < 1):
		return fail("Level is %g; it must be between 0 and 1", o.Level)
	case !slices.Contains([]string{"BCa", "percentile", "basic"}, o.Method):
		return fail(`unknown method %q; use "BCa", "percentile" or "basic"`, o.Method)
	}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	b := &Bootstrapped{Value: f(slices.Clone(rows)), Method: o.Method}
	if math.IsNaN(b.Value) {
		return fail("the statistic of the data is NaN")
	}
	task := display.Start("bootstrap", "", o.Draws)
	defer task.End()
	draw := make([]int, n)
	for k := range o.Draws {
		if err := task.Err(); err != nil {
			return nil, fmt.Errorf("stats: Bootstrap: %w", err)
		}
		r := rng.New(o.Seed, uint64(k))
		for i := range draw {
			draw[i] = r.Intn(n)
		}
		if v := f(draw); !math.IsNaN(v) {
			b.Draws = append(b.Draws, v)
		}
		task.Add(1)
	}
	if lost := o.Draws - len(b.Draws); lost > o.Draws/20 {
		return fail("the statistic of %d of %d draws is NaN", lost, o.Draws)
	}
	slices.Sort(b.Draws)
	m, v := moments(b.Draws)
	b.SE, b.Bias = math.Sqrt(v), m-b.Value
	lo, hi := (1-o.Level)/2, (1+o.Level)/2
	if o.Method == "BCa" {
		var err error
		if lo, hi, err = b.corrected(n, f, lo, hi); err != nil {
			return nil, err
		}
	}
	b.Lo, b.Hi = quantile(b.Draws, lo), quantile(b.Draws, hi)
	if o.Method == "basic" {
		b.Lo, b.Hi = 2*b.Value-b.Hi, 2*b.Value-b.Lo
	}
	return b, nil
}

// corrected moves the two levels for bias and acceleration.
func (b *Bootstrapped) corrected(n int, f func([]int) float64, lo, hi float64) (float64, float64, error) {
	below := 0.0
	for _, v := range b.Draws {
		switch {
		case v < b.Value:
			below++
		case v == b.Value:
			below += 0.5
		}
	}
	if below == 0 || below == float64(len(b.Draws)) {
		return 0, 0, fmt.Errorf(`stats: Bootstrap: all draws lie on one side of the value %g: "BCa" has no correction for that, use "percentile"`, b.Value)
	}
	z0 := vec.NormQuantile(below / float64(len(b.Draws)))
	without := make([]int, n-1)
	left := make([]float64, n)
	mean := 0.0
	for i := range left {
		for k := range without {
			without[k] = k
			if k >= i {
				without[k] = k + 1
			}
		}
		left[i] = f(without)
		mean += left[i] / float64(n)
	}
	var squares, cubes float64
	for _, v := range left {
		d := mean - v
		squares += float64(d * d)
		cubes += float64(float64(d*d) * d)
	}
	a := 0.0
	if squares > 0 {
		a = cubes / float64(6*squares*math.Sqrt(squares))
	}
	move := func(p float64) float64 {
		z := z0 + vec.NormQuantile(p)
		return vec.NormCDF(z0 + z/(1-float64(a*z)))
	}
	return move(lo), move(hi), nil
}

// quantile returns the quantile of ascending values, between two of them on a line.
func quantile(x []float64, p float64) float64 {
	at := float64(p * float64(len(x)-1))
	k := min(int(at), len(x)-2)
	return x[k] + float64((at-float64(k))*(x[k+1]-x[k]))
}

// String returns the statistic with its interval.
func (b Bootstrapped) String() string {
	return fmt.Sprintf("%.4g [%.4g, %.4g], %s of %d draws", b.Value, b.Lo, b.Hi, b.Method, len(b.Draws))
}
