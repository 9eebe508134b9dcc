package stats

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A TTest is what a t test says: the test, the size of the effect with its interval, and
// the Bayes factor.
type TTest struct {
	Name  string // "Welch", "Student", "paired" or "one sample"
	T, DF float64
	P     float64 // two-sided

	N      []int   // values of each sample
	Mean   float64 // difference of the means: x less y, or less what it is compared with
	SE     float64 // of Mean
	Lo, Hi float64 // 95 % interval of Mean

	// D is Cohen's d. Of two samples it is Mean over the pooled standard deviation, also for
	// Welch's test; of pairs and of one sample over the deviation of the differences (d_z).
	// DLo and DHi are its 95 % interval from the noncentral t distribution (Steiger and
	// Fouladi 1997); Hedges is D less its bias in small samples (Hedges 1981, eq. 6e).
	D, DLo, DHi, Hedges float64
	// BF10 is the Bayes factor of an effect against none, see [TBayesFactor]; of two samples
	// from the t of the pooled deviation, also for Welch's test.
	BF10 float64
}

// OneSampleT returns the t test of a mean against mu.
//
// x are independent values. Errors: fewer than 2 values, NaN or infinite ones, and values that
// are all the same, which leave no deviation. Student 1908, Biometrika 6:1. Checked against
// R's t.test.
func OneSampleT(x []float64, mu float64) (*TTest, error) {
	const call = "OneSampleT"
	if err := finite(call, "mu", []float64{mu}, 1); err != nil {
		return nil, err
	}
	return single(call, "one sample", "x", x, mu)
}

// PairedT returns the t test of the differences x[i] - y[i] against 0.
//
// Errors: lengths that differ, and those of [OneSampleT]; a pair with a missing value has to be
// left out by the caller, so that it is known. Checked against R's t.test.
func PairedT(x, y []float64) (*TTest, error) {
	const call = "PairedT"
	d, err := differences(call, x, y)
	if err != nil {
		return nil, err
	}
	return single(call, "paired", "x - y", d, 0)
}

// WelchT returns the t test of two means whose samples may differ in deviation,
//
//	t = (mean x - mean y)/√(Vx/nx + Vy/ny),
//
// with Satterthwaite's degrees of freedom.
//
// x and y are independent values. Errors: a sample of fewer than 2, NaN or infinite values,
// and two constant samples. Welch 1947, Biometrika 34:28. Checked against R's t.test, its
// default.
func WelchT(x, y []float64) (*TTest, error) { return twoSample("WelchT", "Welch", x, y) }

// StudentT returns the t test of two means whose samples have one deviation in common, with
// nx + ny - 2 degrees of freedom. [WelchT] asks for less and loses almost nothing. Errors as
// there. Checked against R's t.test with var.equal.
func StudentT(x, y []float64) (*TTest, error) { return twoSample("StudentT", "Student", x, y) }

func single(call, name, what string, x []float64, mu float64) (*TTest, error) {
	if err := finite(call, what, x, 2); err != nil {
		return nil, err
	}
	m, v := moments(x)
	if v == 0 {
		return nil, fmt.Errorf("stats: %s: all %d values of %s are %g: without deviation there is no t", call, len(x), what, x[0])
	}
	n := float64(len(x))
	r := &TTest{Name: name, N: []int{len(x)}, Mean: m - mu, SE: math.Sqrt(v / n), DF: n - 1}
	r.D = r.Mean / math.Sqrt(v)
	r.finish(n)
	return r, nil
}

func twoSample(call, name string, x, y []float64) (*TTest, error) {
	for _, s := range []struct {
		name string
		v    []float64
	}{{"x", x}, {"y", y}} {
		if err := finite(call, s.name, s.v, 2); err != nil {
			return nil, err
		}
	}
	mx, vx := moments(x)
	my, vy := moments(y)
	if vx == 0 && vy == 0 {
		return nil, fmt.Errorf("stats: %s: all values of x are %g and all of y %g: without deviation there is no t", call, x[0], y[0])
	}
	nx, ny := float64(len(x)), float64(len(y))
	r := &TTest{Name: name, N: []int{len(x), len(y)}, Mean: mx - my}
	pooled := (float64((nx-1)*vx) + float64((ny-1)*vy)) / (nx + ny - 2)
	harmonic := nx * ny / (nx + ny)
	if name == "Student" {
		r.SE, r.DF = math.Sqrt(pooled/harmonic), nx+ny-2
	} else {
		a, b := vx/nx, vy/ny
		r.SE = math.Sqrt(a + b)
		r.DF = float64((a+b)*(a+b)) / (float64(a*a)/(nx-1) + float64(b*b)/(ny-1))
	}
	r.D = r.Mean / math.Sqrt(pooled)
	r.finish(harmonic)
	return r, nil
}

// finish fills what follows from the mean, its error and the degrees of freedom; n is the
// effective size: t = d √n.
func (r *TTest) finish(n float64) {
	r.T = r.Mean / r.SE
	r.P = twoSided(r.T, r.DF)
	r.Lo, r.Hi = r.CI(0.95)
	df := r.DF
	if r.Name == "Welch" { // d has the pooled deviation
		df = float64(r.N[0] + r.N[1] - 2)
	}
	lo, hi := noncentralT(r.D*math.Sqrt(n), df, 0.95)
	r.DLo, r.DHi = lo/math.Sqrt(n), hi/math.Sqrt(n)
	r.Hedges = r.D * hedges(df)
	r.BF10 = jzs(r.D*math.Sqrt(n), n, df, 0)
}

// CI returns the interval that covers the difference of the means with the probability level,
// which lies between 0 and 1; NaN otherwise.
func (r TTest) CI(level float64) (lo, hi float64) {
	half := float64(dist.StudentQuantileSF((1-level)/2, r.DF) * r.SE)
	return r.Mean - half, r.Mean + half
}

// PGreater returns the one-sided p of a mean above.
func (r TTest) PGreater() float64 { return dist.StudentSF(r.T, r.DF) }

// PLess returns the one-sided p of a mean below.
func (r TTest) PLess() float64 { return dist.StudentSF(-r.T, r.DF) }

// String returns the test as a paper reports it.
func (r TTest) String() string {
	return fmt.Sprintf("t(%s) = %.2f, %s, d = %.2f [%.2f, %.2f], BF10 = %.3g", degrees(r.DF), r.T, pText(r.P), r.D, r.DLo, r.DHi, r.BF10)
}

// Table returns the test as a row.
func (r TTest) Table() table.Table {
	n := make([]string, len(r.N))
	for i, v := range r.N {
		n[i] = fmt.Sprint(v)
	}
	return table.Table{Title: r.Name + " t test", Cols: []table.Col{
		{Name: "n", Text: []string{strings.Join(n, ", ")}},
		{Name: "difference", Num: []float64{r.Mean}}, {Name: "95% low", Num: []float64{r.Lo}}, {Name: "95% high", Num: []float64{r.Hi}},
		{Name: "t", Num: []float64{r.T}, Style: "%.2f"}, {Name: "df", Num: []float64{r.DF}, Style: "%.4g"}, {Name: "p", Num: []float64{r.P}, Style: "p"},
		{Name: "d", Num: []float64{r.D}, Style: "%.2f"}, {Name: "d low", Num: []float64{r.DLo}, Style: "%.2f"}, {Name: "d high", Num: []float64{r.DHi}, Style: "%.2f"},
		{Name: "BF10", Num: []float64{r.BF10}, Style: "%.3g"},
	}}
}

// Show shows the table.
func (r TTest) Show() display.Bundle { return r.Table().Show() }

// differences returns x - y.
func differences(call string, x, y []float64) ([]float64, error) {
	if len(x) != len(y) {
		return nil, fmt.Errorf("stats: %s: x has %d values and y %d; pairs need as many", call, len(x), len(y))
	}
	if err := finite(call, "x", x, 0); err != nil {
		return nil, err
	}
	if err := finite(call, "y", y, 0); err != nil {
		return nil, err
	}
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	return d, nil
}

// finite checks that x has at least least values and that all are finite.
func finite(call, name string, x []float64, least int) error {
	if len(x) < least {
		return fmt.Errorf("stats: %s: %s has %d values; %d or more are needed", call, name, len(x), least)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("stats: %s: %s[%d] is %g; values must be finite, leave missing ones out", call, name, i, v)
		}
	}
	return nil
}

// moments returns the mean and the variance over n-1, 0 for values that are all the same.
func moments(x []float64) (mean, variance float64) {
	same := true
	for _, v := range x {
		mean += v
		same = same && v == x[0]
	}
	if same {
		return x[0], 0
	}
	mean /= float64(len(x))
	rest := 0.0
	for _, v := range x {
		d := v - mean
		variance += float64(d * d)
		rest += d
	}
	n := float64(len(x))
	return mean, (variance - float64(rest*rest)/n) / (n - 1)
}

func twoSided(t, df float64) float64 { return 2 * dist.StudentSF(math.Abs(t), df) }

// degrees prints degrees of freedom: whole ones as such.
func degrees(df float64) string {
	if df == math.Trunc(df) {
		return fmt.Sprintf("%.0f", df)
	}
	return fmt.Sprintf("%.1f", df)
}

// pText prints a p as papers do.
func pText(p float64) string {
	if p < 0.001 {
		return "p < .001"
	}
	return "p = " + strings.TrimPrefix(fmt.Sprintf("%.3f", p), "0")
}
