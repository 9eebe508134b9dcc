package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PercentageBend returns Wilcox's percentage bend correlation, which single values far out hardly move.
//
// beta is the share of values of each sample that are bent inward, 0 to 0.5; 0 is 0.2. Each sample is
// taken less its percentage bend place, over the distance from the median that a share of 1 - beta, rounded
// down to whole values, is within, and cut at -1 and 1. P is from t with n-2 degrees of freedom, the interval Fisher's. Errors: those of
// [Pearson], beta out of range, more than a share of 1 - beta of a sample at its median. Wilcox 1994, Psychometrika 59:601. Checked against
// pingouin's percbend.
func PercentageBend(x, y []float64, beta float64) (*Correlation, error) {
	const call = "PercentageBend"
	if beta == 0 {
		beta = 0.2
	}
	if !(beta > 0 && beta <= 0.5) {
		return nil, fmt.Errorf("stats: %s: beta is %g; it must be above 0, up to 0.5", call, beta)
	}
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	a, omegaX := bent(x, beta)
	b, omegaY := bent(y, beta)
	if omegaX == 0 || omegaY == 0 {
		return nil, fmt.Errorf("stats: %s: too many values are the median: the rest cannot be told from values far out", call)
	}
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab += float64(a[i] * b[i])
		aa += float64(a[i] * a[i])
		bb += float64(b[i] * b[i])
	}
	c := &Correlation{Name: "percentage bend", N: len(x), R: ab / math.Sqrt(float64(aa*bb)), BF10: math.NaN()}
	c.test(0)
	return c, nil
}

// bent returns a sample in bent units, and the unit.
func bent(x []float64, beta float64) (out []float64, omega float64) {
	n := len(x)
	sorted := slices.Sorted(slices.Values(x))
	median := sorted[n/2]
	if n%2 == 0 {
		median = (sorted[n/2-1] + sorted[n/2]) / 2
	}
	far := make([]float64, n)
	for i, v := range x {
		far[i] = math.Abs(v - median)
	}
	slices.Sort(far)
	omega = far[max(1, int(float64((1-beta)*float64(n))))-1]
	below, above, sum := 0, 0, 0.0
	for _, v := range x {
		switch psi := (v - median) / omega; {
		case psi < -1:
			below++
		case psi > 1:
			above++
		default:
			sum += v
		}
	}
	place := (sum + float64(omega*float64(above-below))) / float64(n-below-above)
	out = make([]float64, n)
	for i, v := range x {
		out[i] = math.Max(-1, math.Min(1, (v-place)/omega))
	}
	return out, omega
}

// Shepherd returns Shepherd's pi correlation: Spearman's of the pairs that are no outliers, with twice
// its P. N are the pairs that are kept, LeftOut those that are not.
//
// An outlier has a squared Mahalanobis distance of 6 or more from the mean, averaged over 200
// samples that are drawn again from the pairs; seed says which. Errors: those of [Pearson], fewer than 3 pairs left. Schwarzkopf, de
// Haas and Rees 2012, Front Hum Neurosci 6:200. The draws are few where pairs are few: below some 20 another seed may leave out
// others. Checked against pingouin's shepherd, which leaves P as it is.
func Shepherd(x, y []float64, seed uint64) (*Correlation, error) {
	const call = "Shepherd"
	if err := pairs(call, x, y, 3); err != nil {
		return nil, err
	}
	n := len(x)
	r := rng.New(seed, 0)
	far := make([]float64, n)
	draws := 0
	for range 200 {
		var mx, my, xx, yy, xy float64
		rows := make([]int, n)
		for i := range rows {
			rows[i] = min(n-1, int(float64(r.Float64()*float64(n))))
			mx += x[rows[i]]
			my += y[rows[i]]
		}
		mx, my = mx/float64(n), my/float64(n)
		for _, i := range rows {
			a, b := x[i]-mx, y[i]-my
			xx += float64(a * a)
			yy += float64(b * b)
			xy += float64(a * b)
		}
		m := float64(n - 1)
		xx, yy, xy = xx/m, yy/m, xy/m
		det := float64(xx*yy) - float64(xy*xy)
		if !(det > 1e-12*float64(xx*yy)) {
			continue // pairs on a line have no distance
		}
		draws++
		for i := range far {
			a, b := x[i]-mx, y[i]-my
			far[i] += (float64(float64(yy*a)*a) - float64(float64(2*xy*a)*b) + float64(float64(xx*b)*b)) / det
		}
	}
	var kx, ky []float64
	for i := range far {
		if draws == 0 || far[i]/float64(draws) < 6 {
			kx, ky = append(kx, x[i]), append(ky, y[i])
		}
	}
	if len(kx) < 3 || allSame(kx) || allSame(ky) {
		return nil, fmt.Errorf("stats: %s: of %d pairs %d are no outliers: too few, or all the same", call, n, len(kx))
	}
	c, err := Spearman(kx, ky)
	if err != nil {
		return nil, err
	}
	c.Name, c.LeftOut, c.P = "Shepherd", n-len(kx), math.Min(1, 2*c.P)
	return c, nil
}

// PointBiserial returns Pearson's correlation of belonging to a group with a measure; its test is
// Student's of the two groups. Errors: those of [Pearson].
func PointBiserial(group []bool, y []float64) (*Correlation, error) {
	x := make([]float64, len(group))
	for i, g := range group {
		if g {
			x[i] = 1
		}
	}
	c, err := Pearson(x, y)
	if err != nil {
		return nil, fmt.Errorf("stats: PointBiserial: group as 0 and 1: %w", err)
	}
	c.Name = "point-biserial"
	return c, nil
}

// Biserial returns the biserial correlation: that of the measure with a normal quantity of which the
// group is the upper part,
//
//	r = r_pb √(p q)/φ(z),  z the normal quantile of the share p of the group, q = 1 - p.
//
// It may leave -1 to 1 where that is wrong. P is of [PointBiserial], without an interval. Errors as
// there. Pearson 1909; Tate 1955, Biometrika 42:205.
func Biserial(group []bool, y []float64) (*Correlation, error) {
	c, err := PointBiserial(group, y)
	if err != nil {
		return nil, err
	}
	k := 0
	for _, g := range group {
		if g {
			k++
		}
	}
	p := float64(k) / float64(len(group))
	z := vec.NormQuantile(p)
	c.R *= math.Sqrt(float64(p*(1-p))) / (vec.Exp(-float64(z*z)/2) / math.Sqrt(2*math.Pi))
	c.Name, c.Lo, c.Hi, c.BF10 = "biserial", math.NaN(), math.NaN(), math.NaN()
	return c, nil
}
