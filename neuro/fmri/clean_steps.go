package fmri

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// cleanBlock is how many series are cleaned at a time: enough of them that rows are
// long, few enough that they stay in a cache.
const cleanBlock = 128

// A cleaner takes the same things out of one block of series after the other.
type cleaner struct {
	n    int
	o    CleanOptions
	kept []int

	from, to int         // the volumes that are filtered
	filled   *filler     // of volumes that are not kept; nil without
	trend    [][]float64 // orthonormal basis of the trend, beside the constant
	filter   *signal.SOS
	basis    [][]float64 // orthonormal basis of the confounds
	// The two as linalg.Products takes them.
	trendGroups, basisGroups [][]float64

	// Of series that are cleaned directly: the groups of all that is taken out, and
	// each *directRoom.
	groups [][]float64
	rooms  sync.Pool
}

// checkFilter checks and makes the filter.
func (c *cleaner) checkFilter() error {
	o := &c.o
	for _, cut := range []struct {
		name string
		hz   float64
	}{{"LowPass", o.LowPass}, {"HighPass", o.HighPass}} {
		if cut.hz < 0 || math.IsNaN(cut.hz) || math.IsInf(cut.hz, 0) {
			return fmt.Errorf("%s is %g Hz; it must be above 0, or 0 for none", cut.name, cut.hz)
		}
		if cut.hz == 0 || o.Filter == "none" {
			continue
		}
		if !(o.TR > 0) || math.IsInf(o.TR, 0) {
			return fmt.Errorf("TR is %g s; a filter needs the time between volumes", o.TR)
		}
		if cut.hz >= 0.5/o.TR {
			return fmt.Errorf("%s is %g Hz; it must be below half the rate of volumes (%g Hz)", cut.name, cut.hz, 0.5/o.TR)
		}
	}
	switch {
	case o.Filter == "none" && (o.LowPass != 0 || o.HighPass != 0):
		return errors.New(`Filter is "none" and a cut is given; leave one out`)
	case o.Filter == "cosine" && o.HighPass == 0:
		return errors.New(`HighPass is 0; Filter "cosine" needs it`)
	case o.Filter == "cosine" && o.LowPass != 0:
		return fmt.Errorf(`LowPass is %g Hz; Filter "cosine" has none: leave it out or take "butterworth"`, o.LowPass)
	case o.Filter != "butterworth":
		return nil
	}
	if o.Order == 0 {
		o.Order = 5
	}
	kind, cuts := "band", []float64{o.HighPass, o.LowPass}
	switch {
	case o.LowPass == 0 && o.HighPass == 0:
		return errors.New(`Filter "butterworth" needs LowPass, HighPass or both`)
	case o.LowPass == 0:
		kind, cuts = "high", cuts[:1]
	case o.HighPass == 0:
		kind, cuts = "low", cuts[1:]
	case o.HighPass >= o.LowPass:
		return fmt.Errorf("HighPass is %g Hz and LowPass %g Hz; HighPass must be the lower one", o.HighPass, o.LowPass)
	}
	s, err := signal.Butter(o.Order, kind, 1/o.TR, cuts...)
	if err != nil {
		return err
	}
	c.filter = &s
	return nil
}

// confounds returns the confounds with the cosines, [time][confound].
func (c *cleaner) confounds() ([][]float64, error) {
	o := &c.o
	var x [][]float64
	if o.Confounds != nil && !(len(o.Confounds) == c.n && c.n > 0 && len(o.Confounds[0]) == 0) {
		if _, err := rectangle("Confounds", "confound", o.Confounds); err != nil {
			return nil, err
		}
		if len(o.Confounds) != c.n {
			return nil, fmt.Errorf("Confounds has %d time points for %d volumes; they must be equal", len(o.Confounds), c.n)
		}
		x = copyRows(o.Confounds)
	}
	if o.Filter != "cosine" {
		return x, nil
	}
	// nilearn takes the rate of the grid of times, which may differ from TR in
	// its last digit and then has another number of cosines.
	dt := float64(c.n-1) * o.TR / float64(c.n-1)
	order := min(c.n-1, int(math.Floor(2*float64(c.n)*o.HighPass*dt)))
	drift := make([][]float64, order)
	for k := range drift {
		drift[k] = make([]float64, c.n)
		for t := range drift[k] {
			drift[k][t] = math.Sqrt(2/float64(c.n)) * vec.Cos(math.Pi/float64(c.n)*(float64(t)+0.5)*float64(k+1))
		}
		if x != nil {
			for j := range x[0] {
				if correlation(drift[k], column(x, j)) > 0.9 {
					return x, nil
				}
			}
		}
	}
	out := make([][]float64, c.n)
	for t := range out {
		if x != nil {
			out[t] = x[t]
		}
		for _, d := range drift {
			out[t] = append(out[t], d[t])
		}
	}
	return out, nil
}

func copyRows(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = append([]float64(nil), row...)
	}
	return out
}

func correlation(x, y []float64) float64 {
	mx, my := vec.SumBlock(x)/float64(len(x)), vec.SumBlock(y)/float64(len(y))
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xy, xx, yy = xy+float64(a*b), xx+float64(a*a), yy+float64(b*b)
	}
	return xy / math.Sqrt(xx*yy)
}

// prepare makes the trends, and the basis of the confounds after they went the
// way of the series.
func (c *cleaner) prepare(confounds [][]float64) error {
	c.from, c.to = 0, c.n
	n := len(c.kept)
	if c.filter != nil {
		if !c.o.Extrapolate {
			c.from, c.to = c.kept[0], c.kept[n-1]+1
		}
		if n < c.n {
			c.filled = newFiller(c.kept, c.from, c.to)
		}
		n = c.to - c.from
	}
	if c.o.Detrend == "linear" {
		line := make([]float64, n)
		size := 0.0
		for t := range line {
			line[t] = float64(t) - float64(float64(n-1)/2)
			size += float64(line[t] * line[t])
		}
		vec.DivConstBlock(line, line, math.Sqrt(size))
		c.trend = [][]float64{line}
		c.trendGroups = linalg.Groups(c.trend)
	}
	if confounds == nil || len(confounds[0]) == 0 {
		if c.filter == nil {
			return nil
		}
		// Whether a run is long enough for the filter is said here.
		return c.filter.FiltFiltInPlace(make2(n, 1))
	}
	size := make([]float64, len(confounds[0])) // of each confound as it was
	for _, row := range confounds {
		for j, v := range row {
			size[j] = math.Max(size[j], math.Abs(v))
		}
	}
	x, err := c.temporal(confounds)
	if err != nil {
		return err
	}
	if !c.o.RawConfounds {
		demean(x)
	}
	c.basis = orthonormal(x, size)
	c.basisGroups = linalg.Groups(c.basis)
	return nil
}

func make2(n, m int) [][]float64 {
	all := make([]float64, n*m)
	out := make([][]float64, n)
	for i := range out {
		out[i] = all[i*m : (i+1)*m : (i+1)*m]
	}
	return out
}

// temporal takes rows [volume][series], which it may change, through
// everything before the confounds.
func (c *cleaner) temporal(y [][]float64) ([][]float64, error) {
	y = c.span(y)
	c.detrend(y)
	return c.filtered(y)
}

// span fills or drops volumes that are not kept.
func (c *cleaner) span(y [][]float64) [][]float64 {
	if c.filter == nil {
		return c.pick(y, 0)
	}
	if c.filled != nil {
		c.filled.fill(y)
	}
	return y[c.from:c.to]
}

// pick returns the kept rows of those from volume from on.
func (c *cleaner) pick(y [][]float64, from int) [][]float64 {
	if len(c.kept) == len(y) {
		return y
	}
	out := make([][]float64, len(c.kept))
	for i, t := range c.kept {
		out[i] = y[t-from]
	}
	return out
}

func (c *cleaner) detrend(y [][]float64) {
	if c.o.Detrend != "none" {
		demean(y)
		takeOut(y, c.trendGroups)
	}
}

func (c *cleaner) filtered(y [][]float64) ([][]float64, error) {
	if c.filter == nil {
		return y, nil
	}
	if err := c.filter.FiltFiltInPlace(y); err != nil {
		return nil, err
	}
	return c.pick(y, c.from), nil
}

// clean takes one block of series, [volume][series] from number first on, through
// all steps. Percents are left as differences to the mean.
func (c *cleaner) clean(y [][]float64, first int, s *cleanState, bad func(t, i int, v float64) error) ([][]float64, error) {
	if c.groups != nil {
		to := c.pick(y, 0)
		return to, c.cleanDirect(to, y, first, s, bad)
	}
	width := len(y[0])
	if !allFinite(y, make([]float64, width)) {
		if err := c.finite(y, s, bad); err != nil {
			return nil, err
		}
	}
	y = c.span(y)
	same := y
	if c.filter != nil {
		same = c.pick(y, c.from)
	}
	constant := s.constant[first : first+width]
	low, size := slices.Clone(same[0]), slices.Clone(same[0])
	for _, row := range same {
		vec.MinBlock(low, low, row)
		vec.MaxBlock(size, size, row)
	}
	for i := range size {
		constant[i] = low[i] == size[i]
		size[i] = math.Max(-low[i], size[i]) // the largest value
	}
	copy(s.before[first:], columnMeans(y))
	c.detrend(y)
	y, err := c.filtered(y)
	if err != nil {
		return nil, err
	}
	takeOut(y, c.basisGroups)
	if c.o.Standardize == "none" {
		return y, nil
	}
	copy(s.after[first:], demean(y))
	if c.o.Standardize == "psc" {
		return y, nil
	}
	square := make([]float64, width)
	for _, row := range y {
		vec.FMABlock(square, row, row, square)
	}
	df := float64(len(y))
	if c.o.Standardize == "zscore_sample" {
		df--
	}
	for i, v := range square {
		sd := math.Sqrt(v / df)
		// What rounding leaves of a series that confounds explain is no signal.
		if constant[i] = constant[i] || sd <= 1e-13*size[i]; constant[i] {
			square[i] = 0
			continue
		}
		square[i] = 1 / sd
	}
	for _, row := range y {
		vec.MulBlock(row, row, square)
	}
	return y, nil
}

// ahead is how many volumes before it is read memory is asked for.
const ahead = 4

// allFinite says whether there is no NaN and nothing infinite. probe is room for
// a row.
func allFinite(y [][]float64, probe []float64) bool {
	clear(probe)
	for t, row := range y {
		if t+ahead < len(y) {
			vec.Prefetch(y[t+ahead])
		}
		vec.FMAScaleBlock(probe, row, 0, probe)
	}
	return vec.SumBlock(probe) == 0
}

// finite replaces values that are not finite by 0, or returns the error of the
// first of them.
func (c *cleaner) finite(y [][]float64, s *cleanState, bad func(t, i int, v float64) error) error {
	for t, row := range y {
		for i, v := range row {
			if v-v == 0 {
				continue
			}
			if c.o.NaN != "zero" {
				return bad(t, i, v)
			}
			row[i] = 0
			s.nonFinite.Add(1)
		}
	}
	return nil
}

func columnMeans(y [][]float64) []float64 {
	mean := make([]float64, len(y[0]))
	for _, row := range y {
		vec.AddBlock(mean, mean, row)
	}
	vec.DivConstBlock(mean, mean, float64(len(y)))
	return mean
}

// demean takes off the mean of every column, and returns them.
func demean(y [][]float64) []float64 {
	mean := columnMeans(y)
	for _, row := range y {
		vec.SubBlock(row, row, mean)
	}
	return mean
}
