package plot

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// mostBins bounds the number of bins, which outliers can make very large.
const mostBins = 1000

// Hist draws how many values of x fall into each of equal bins. The width of a
// bin is that of Freedman and Diaconis (1981), 2 IQR n^(-1/3), or that of
// Sturges (1926), range / (log2 n + 1), whichever is narrower, but outliers do
// not make more than 2 sqrt(n) bins; this is NumPy's rule "auto", and the bins
// are checked against it. Whole numbers over a range of at most 60 get a bin
// each. All bins include their
// left edge, the last one also its right edge. Values that are NaN or infinite
// cannot be counted: the title says how many there are.
func Hist(x []float64) *Figure {
	v, lost := sorted(x)
	return histogram(v, lost, edges(v, 0))
}

// HistN is Hist with a given number of bins, from 1 to 1000; it panics for
// others.
func HistN(x []float64, bins int) *Figure {
	if bins < 1 || bins > mostBins {
		panic(fmt.Errorf("plot: HistN: bins is %d; allowed are 1 to %d", bins, mostBins))
	}
	v, lost := sorted(x)
	return histogram(v, lost, edges(v, bins))
}

// sorted returns the finite values in order, and the number of others.
func sorted(x []float64) (v []float64, lost int) {
	for _, a := range x {
		if finite(a) {
			v = append(v, a)
		} else {
			lost++
		}
	}
	sort.Float64s(v)
	return v, lost
}

func histogram(v []float64, lost int, at []float64) *Figure {
	l := Layer{Kind: figure.Bars}
	if len(v) > 0 {
		l.X, l.Y = at, make([]float64, len(at)-1)
		k := 0
		for _, a := range v {
			for k < len(l.Y)-1 && a >= at[k+1] {
				k++
			}
			l.Y[k]++
		}
	}
	f := single(l)
	f.Panels[0].Y.Label = "count"
	if lost > 0 {
		f.Panels[0].Title = fmt.Sprintf("without %d of %d values that are not finite", lost, lost+len(v))
	}
	return f
}

// edges returns the edges of n bins over sorted values, or of as many as the
// rules say for n 0.
func edges(v []float64, n int) []float64 {
	if len(v) == 0 {
		return nil
	}
	lo, hi := v[0], v[len(v)-1]
	if fine := (hi - lo) / mostBins; lo+fine == lo || hi-fine == hi { // one value, but for rounding
		w := math.Max(0.5, float64(math.Abs(lo)*1e-12))
		lo, hi = math.Max(lo-w, -math.MaxFloat64), math.Min(hi+w, math.MaxFloat64)
		n = max(n, 1)
	}
	if n == 0 && hi-lo <= 60 && allWhole(v) {
		lo, hi = lo-0.5, hi+0.5
		n = int(hi - lo)
	}
	switch {
	case n != 0:
	case math.IsInf(hi-lo, 0): // beyond what widths can be computed of: Sturges' count
		n = int(math.Ceil(vec.Log2(float64(len(v))) + 1))
	default:
		count := float64(len(v))
		width := float64(2*(quantile(v, 0.75)-quantile(v, 0.25))) / vec.Pow(count, 1.0/3)
		width = math.Max(width, (hi-lo)/float64(2*math.Sqrt(count)))
		width = math.Min(width, (hi-lo)/(vec.Log2(count)+1))
		n = int(math.Max(1, math.Min(mostBins, math.Ceil((hi-lo)/width))))
	}
	at := make([]float64, n+1)
	step := (hi - lo) / float64(n)
	for i := range at {
		at[i] = lo + float64(float64(i)*step)
		if math.IsInf(step, 0) {
			part := float64(i) / float64(n)
			at[i] = float64(lo*(1-part)) + float64(hi*part)
		}
	}
	at[n] = hi
	return at
}

func allWhole(v []float64) bool {
	for _, a := range v {
		if a != math.Floor(a) || math.Abs(a) > 1<<52 {
			return false
		}
	}
	return true
}

// quantile interpolates linearly between sorted values (type 7 of Hyndman and
// Fan 1996, as NumPy does).
func quantile(v []float64, q float64) float64 {
	at := float64(q * float64(len(v)-1))
	i := int(at)
	if i+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[i] + float64((at-float64(i))*(v[i+1]-v[i]))
}
