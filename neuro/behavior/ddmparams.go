package behavior

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// The parameters of a drift-diffusion model that a fit may estimate, in the
// order of their numbers.
var ddmNames = [8]string{"A", "V", "T0", "Z", "SV", "SZ", "ST0", "outliers"}

const (
	ddmA = iota
	ddmV
	ddmT0
	ddmZ
	ddmSV
	ddmSZ
	ddmST0
	ddmOutliers
)

// A ddmLayout says which element of a vector q of numbers without limits is
// which parameter of which condition.
//
//	A = exp q, V = q, Z = 1/(1+exp(-q)), SV = |q|, SZ = 1.9 min(Z, 1-Z) tanh|q|,
//	ST0 = q², outliers = q²/(1+q²), and T0 - ST0/2 = limit/(1+exp(-q))
//
// SV, SZ, ST0 and outliers are even in q, so that a likelihood that is highest
// where they are 0 is flat there and has a curvature.
type ddmLayout struct {
	at       [8][]int  // of each parameter and condition; -1 where it is held
	kind     []int     // of each element
	label    []string  // of each element, "" where it belongs to all conditions
	limit    []float64 // of an element of T0: what T0 - ST0/2 stays below
	outliers float64   // their probability where that is held
	z        float64   // the start where that is held
}

// model returns that of a condition, and the probability of outliers.
func (y *ddmLayout) model(q []float64, c int) (DDM, float64) {
	raw := func(kind int) float64 {
		if i := y.at[kind][c]; i >= 0 {
			return q[i]
		}
		return 0
	}
	d := DDM{A: vec.Exp(raw(ddmA)), V: raw(ddmV), Z: y.z, S: 1}
	if y.at[ddmZ][c] >= 0 {
		d.Z = 1 / (1 + vec.Exp(-raw(ddmZ)))
	}
	d.SV = math.Abs(raw(ddmSV))
	// Starts at a boundary itself would give the likelihood kinks.
	d.SZ = 1.9 * math.Min(d.Z, 1-d.Z) * vec.Tanh(math.Abs(raw(ddmSZ)))
	d.ST0 = float64(raw(ddmST0) * raw(ddmST0))
	i := y.at[ddmT0][c]
	d.T0 = y.limit[i]/(1+vec.Exp(-q[i])) + float64(d.ST0/2)
	if y.outliers > 0 {
		return d, y.outliers
	}
	p := float64(raw(ddmOutliers) * raw(ddmOutliers))
	return d, p / (1 + p)
}

// value is element i as the parameter it stands for.
func (y *ddmLayout) value(q []float64, i int) float64 {
	c := slices.Index(y.at[y.kind[i]], i)
	d, p := y.model(q, c)
	return [8]float64{d.A, d.V, d.T0, d.Z, d.SV, d.SZ, d.ST0, p}[y.kind[i]]
}

// errors returns the standard error and the limits of each element, cov being
// the covariance of q and z the normal quantile.
func (y *ddmLayout) errors(q []float64, cov [][]float64, z float64) (se, lo, hi []float64) {
	x := slices.Clone(q)
	for i := range q {
		slope := make([]float64, len(q))
		for j := range q {
			h := float64(1e-5 * math.Max(math.Abs(q[j]), 0.1))
			x[j] = q[j] + h
			up := y.value(x, i)
			x[j] = q[j] - h
			slope[j] = (up - y.value(x, i)) / (2 * h)
			x[j] = q[j]
		}
		v := 0.0
		for j := range q {
			for k := range q {
				v += float64(slope[j] * cov[j][k] * slope[k])
			}
		}
		e := math.Sqrt(math.Max(v, 0))
		own := float64(z * math.Sqrt(math.Max(cov[i][i], 0)))
		at := func(v float64) float64 {
			x[i] = v
			r := y.value(x, i)
			x[i] = q[i]
			return r
		}
		var from, to float64
		switch kind := y.kind[i]; kind {
		case ddmSV, ddmSZ, ddmST0, ddmOutliers:
			from, to = at(math.Max(math.Abs(q[i])-own, 0)), at(math.Abs(q[i])+own)
		default:
			from, to = at(q[i]-own), at(q[i]+own)
			if kind == ddmT0 && slices.Max(y.at[ddmST0]) >= 0 { // ST0 moves it too
				v := y.value(q, i)
				from, to = math.Max(0, v-float64(z*e)), v+float64(z*e)
			}
		}
		se, lo, hi = append(se, e), append(lo, from), append(hi, to)
	}
	return se, lo, hi
}

// A ddmData holds trials by condition, and the room for their likelihood.
type ddmData struct {
	cells    []ddmCell
	uniform  float64 // density of an outlier at either boundary, 1/s
	density  ddmDensity
	out      []float64
	blocks   []ddmBlock
	strength bool
}

// A ddmBlock holds the trials of one condition with one strength.
type ddmBlock struct {
	cell     int
	strength float64
	rt       []float64
	upper    []bool
}

// A ddmCell is one condition.
type ddmCell struct {
	label  string
	labels [8]string // of each parameter
	trials int
}

// loss is the negative log likelihood.
func (t *ddmData) loss(y *ddmLayout, q []float64) float64 {
	sum := 0.0
	for i := range t.blocks {
		b := &t.blocks[i]
		d, p := y.model(q, b.cell)
		d.V *= b.strength
		sum -= t.logs(d, p, b)
	}
	return sum
}

// logs is the log likelihood of a block.
func (t *ddmData) logs(d DDM, outliers float64, b *ddmBlock) float64 {
	n := len(b.rt)
	if len(t.out) < n {
		t.out = make([]float64, n)
	}
	out := t.out[:n]
	t.density.logs(out, d, b.rt, b.upper)
	if outliers > 0 {
		vec.ExpBlock(out, out)
		for i, f := range out {
			out[i] = float64((1-outliers)*f) + float64(outliers*t.uniform)
		}
		vec.LogBlock(out, out)
	}
	sum := 0.0
	for _, l := range out {
		sum += l
	}
	return sum
}

// sortedLabels returns the different labels, by number where all are numbers.
func sortedLabels(of []string) []string {
	seen := map[string]bool{}
	var labels []string
	numbers := true
	for _, l := range of {
		if !seen[l] {
			seen[l] = true
			labels = append(labels, l)
			if _, err := strconv.ParseFloat(l, 64); err != nil {
				numbers = false
			}
		}
	}
	slices.SortFunc(labels, func(a, b string) int {
		if numbers {
			x, _ := strconv.ParseFloat(a, 64)
			y, _ := strconv.ParseFloat(b, 64)
			if x != y {
				if x < y {
					return -1
				}
				return 1
			}
		}
		if a < b {
			return -1
		}
		if a > b {
			return 1
		}
		return 0
	})
	return labels
}

// sortedKeys returns the keys of a map in order.
func sortedKeys(m map[string][]string) []string { return slices.Sorted(maps.Keys(m)) }

// unwrapped is err without the names of package and function in front.
func unwrapped(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "behavior: FitDDM: "))
}
