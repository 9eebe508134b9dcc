package fmri

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// CleanOptions say how series are cleaned.
type CleanOptions struct {
	// Detrend is "linear" (default), which takes off the mean and a straight
	// line, "constant", the mean alone, or "none".
	Detrend string
	// Standardize is "zscore_sample" (default): mean 0 and sample standard
	// deviation 1; "zscore": the same with the standard deviation of the
	// population; "psc": percent of the mean; or "none".
	Standardize string
	// Filter is "butterworth", run forward and backward, of LowPass, HighPass
	// or both; "cosine", the cosines up to HighPass as confounds, which has no
	// LowPass; or "none". "" is "butterworth" where a cut is given.
	Filter   string
	LowPass  float64 `unit:"Hz"` // what is slower passes, Hz; 0 for none
	HighPass float64 `unit:"Hz"` // what is faster passes, Hz; 0 for none
	Order    int     // of the Butterworth filter; 0 means 5
	TR       float64 `unit:"s"` // time between volumes, s; [CleanImage] takes that of the image for 0
	// Confounds are series that are regressed out, [time][confound].
	Confounds [][]float64
	// RawConfounds keeps the means of confounds, so that one that is not about
	// 0 takes the mean of the series with it. Otherwise they are standardised.
	RawConfounds bool
	// Keep says of each volume whether it is kept; nil keeps all. [Scrub] makes
	// it.
	Keep []bool
	// Extrapolate fills volumes that are not kept at the start and the end
	// before the Butterworth filter; otherwise the filter begins and ends with
	// those that are kept.
	Extrapolate bool
	// NaN is "error" (default) or "zero", which takes 0 for values that are NaN
	// or infinite and counts them.
	NaN string
}

// Cleaned are series without what was taken out of them.
type Cleaned struct {
	Series [][]float64  // of [Clean]: [kept volume][series]
	Image  *nifti.Image // of [CleanImage]: the kept volumes, 0 outside of the mask
	Kept   []int        // the volumes that were kept
	// Removed is how many dimensions the confounds and cosines took, after
	// those that are 0 or follow from others were left out.
	Removed int
	// Constant are the series (of CleanImage indexes into nifti's Volume) in
	// which nothing varied or nothing was left by the confounds; standardised
	// they are 0. ZeroMean are those that have no percent change, and are 0.
	Constant, ZeroMean []int
	NonFinite          int // values that were taken as 0
}

// Clean takes trends, drifts and confounds out of series, [time][series] of
// regions or voxels, in the order of nilearn's signal.clean.
//
// Without a Butterworth filter: volumes that are not kept are dropped, series
// and confounds (of which the cosines of "cosine" are some) lose their trend,
// series the least-squares fit of the confounds, and are standardised. With it:
// volumes that are not kept are filled by a cubic spline through the others,
// series and confounds lose their trend and are filtered, those volumes are
// dropped, confounds regressed out, series standardised. So nothing that one
// step took out comes back with another (Lindquist et al. 2019).
//
// Percents are of the mean that the cleaned series has or, where that is below
// a tenth of what it was on average, of the mean before. Cosines are not added
// where a confound has a correlation above 0.9 with one of them.
//
// It is an error when rows differ in length, a value is not finite (unless NaN
// is "zero"; confounds are always finite), a word is not known, Keep or
// Confounds have another length, nothing or a single volume is kept, a cut is
// not between 0 and half the rate of volumes, TR is missing for a filter, or a
// run is too short for the Butterworth filter (with order 5 and one cut 19
// volumes, with two 34).
//
// Lindquist et al. (2019), Human Brain Mapping 40:2358. Checked to 1e-9 against
// nilearn 0.14.1. It differs there where rounding would decide: a constant series
// gives 0, and a confound that follows from others or is a trend itself is left
// out. A cut that is not allowed is an error, not a warning. And where a
// dropped volume has another as far from the other end of the run, nilearn's
// Butterworth branch filters the two as they were; here all are filled.
func Clean(series [][]float64, o CleanOptions) (*Cleaned, error) {
	fail := func(err error) (*Cleaned, error) { return nil, fmt.Errorf("fmri: Clean: %w", err) }
	width, err := rectangular("series", "series", series)
	if err != nil {
		return fail(err)
	}
	c, err := newCleaner(len(series), o)
	if err != nil {
		return fail(err)
	}
	task := display.Start("fmri.Clean", "series", width)
	defer task.End()
	out := &Cleaned{Kept: c.kept, Removed: len(c.basis)}
	all := make([]float64, len(c.kept)*width)
	for t := range c.kept {
		out.Series = append(out.Series, all[t*width:(t+1)*width:(t+1)*width])
	}
	blocks := (width + cleanBlock - 1) / cleanBlock
	state := newCleanState(width)
	failed := make([]error, blocks)
	workers := min(blocks, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(w int) {
		y, to := make([][]float64, len(series)), make([][]float64, len(c.kept))
		var room []float64 // of a block that steps change in place
		if c.groups == nil {
			room = make([]float64, len(series)*min(width, cleanBlock))
		}
		for b := w; b < blocks; b += workers {
			if failed[b] = task.Err(); failed[b] != nil {
				return
			}
			lo, hi := b*cleanBlock, min(width, (b+1)*cleanBlock)
			for t, row := range series {
				y[t] = row[lo:hi]
				if room != nil {
					y[t] = room[t*(hi-lo) : (t+1)*(hi-lo)]
					copy(y[t], row[lo:hi])
				}
			}
			for t, row := range out.Series {
				to[t] = row[lo:hi]
			}
			failed[b] = c.cleanInto(to, y, lo, state, func(t, i int, v float64) error {
				return fmt.Errorf("series[%d][%d] is %g; all values must be finite, or NaN \"zero\"", t, lo+i, v)
			})
			if failed[b] == nil {
				task.Add(hi - lo)
			}
		}
	})
	for _, err := range failed {
		if err != nil {
			return fail(err)
		}
	}
	if scale := c.finish(out, state, nil); scale != nil {
		for _, row := range out.Series {
			for i := range row {
				row[i] *= scale[i]
			}
		}
	}
	return out, nil
}

// cleanInto sets to to a block of series, which it changes unless they are cleaned
// directly.
func (c *cleaner) cleanInto(to, y [][]float64, first int, s *cleanState, bad func(t, i int, v float64) error) error {
	if c.groups != nil {
		return c.cleanDirect(to, y, first, s, bad)
	}
	done, err := c.clean(y, first, s, bad)
	for t, row := range done {
		copy(to[t], row)
	}
	return err
}

// CleanImage is [Clean] of the voxels of a mask, which is as in [ROI]; nil takes
// all voxels. The run is gone through in tiles, so that of one on disk no more
// is in memory at a time than its reader allows, and beside it the result, a
// float32 image of the kept volumes that is 0 outside of the mask. The mean of a
// voxel is gone unless Detrend is "none": [nifti.MeanOf] has it.
//
// Errors are those of Clean, and a mask that does not fit im.
func CleanImage(im, mask *nifti.Image, o CleanOptions) (*Cleaned, error) {
	out, err := cleanImage(im, mask, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: CleanImage: %w", err)
	}
	return out, nil
}

func cleanImage(im, mask *nifti.Image, o CleanOptions) (*Cleaned, error) {
	voxels, err := inMask(im, mask)
	if err != nil {
		return nil, err
	}
	if o.TR == 0 {
		o.TR = im.TR
	}
	c, err := newCleaner(im.Volumes(), o)
	if err != nil {
		return nil, err
	}
	nx, ny, nz := im.Grid()
	made, err := nifti.Blank([]int{nx, ny, nz, len(c.kept)}, im.Affine)
	if err != nil {
		return nil, err
	}
	made.TR, made.Space, made.Name = im.TR, im.Space, im.Name
	task := display.Start("fmri.CleanImage", "voxels", len(voxels))
	defer task.End()
	out := &Cleaned{Image: made, Kept: c.kept, Removed: len(c.basis)}
	state := newCleanState(len(voxels))
	err = im.EachFrames(voxels, cleanBlock, func(first int, y [][]float64) error {
		if err := task.Err(); err != nil {
			return err
		}
		part := voxels[first : first+len(y[0])]
		done, err := c.clean(y, first, state, func(t, i int, v float64) error {
			return fmt.Errorf("im: %w, or NaN \"zero\"", badVoxel(im, part[i], t, v))
		})
		if err != nil {
			return err
		}
		for t, row := range done {
			made.SetFrame(t, part, row)
		}
		task.Add(len(part))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if scale := c.finish(out, state, voxels); scale != nil {
		row := make([]float64, len(voxels))
		for t := range c.kept {
			all := made.Volume(t)
			for i, v := range voxels {
				row[i] = all[v] * scale[i]
			}
			made.SetFrame(t, voxels, row)
		}
	}
	return out, nil
}

// inMask returns the voxels of a mask as region does, and all for nil.
func inMask(im, mask *nifti.Image) ([]int, error) {
	if mask == nil && im != nil && im.Type() != "" {
		nx, ny, nz := im.Grid()
		voxels := make([]int, nx*ny*nz)
		for i := range voxels {
			voxels[i] = i
		}
		return voxels, nil
	}
	return region(im, mask)
}

// rectangular returns the number of columns of a matrix whose values may be
// anything.
func rectangular(name, column string, x [][]float64) (int, error) {
	if len(x) == 0 || len(x[0]) == 0 {
		return 0, fmt.Errorf("%s is empty; it must be [time][%s]", name, column)
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			return 0, fmt.Errorf("%s[%d] has %d values and %s[0] has %d; all rows must be equally long", name, i, len(row), name, len(x[0]))
		}
	}
	return len(x[0]), nil
}

// A cleanState is what is known of every series while they are cleaned, each at
// its own place.
type cleanState struct {
	constant  []bool
	before    []float64 // mean before detrending
	after     []float64 // mean of what is left
	nonFinite atomic.Int64
}

func newCleanState(n int) *cleanState {
	return &cleanState{constant: make([]bool, n), before: make([]float64, n), after: make([]float64, n)}
}

// finish counts, and returns the factors of percents.
func (c *cleaner) finish(out *Cleaned, s *cleanState, voxels []int) []float64 {
	place := func(i int) int {
		if voxels != nil {
			return voxels[i]
		}
		return i
	}
	for i, flat := range s.constant {
		if flat {
			out.Constant = append(out.Constant, place(i))
		}
	}
	out.NonFinite = int(s.nonFinite.Load())
	if c.o.Standardize != "psc" {
		return nil
	}
	before, after := 0.0, 0.0
	for i := range s.before {
		before += math.Abs(s.before[i])
		after += math.Abs(s.after[i])
	}
	gone := after/before < 0.1
	scale := make([]float64, len(s.before))
	for i := range scale {
		mean := s.after[i]
		if gone {
			mean += s.before[i]
		}
		if math.Abs(mean) < epsilon {
			out.ZeroMean = append(out.ZeroMean, place(i))
			continue
		}
		scale[i] = 100 / math.Abs(mean)
	}
	return scale
}

const epsilon = 0x1p-52

// newCleaner checks the options and prepares what is the same for all series.
func newCleaner(n int, o CleanOptions) (*cleaner, error) {
	word := func(field string, value *string, allowed ...string) error {
		if *value == "" {
			*value = allowed[0]
		}
		if !slices.Contains(allowed, *value) {
			return fmt.Errorf("%s is %q; allowed are %q", field, *value, allowed)
		}
		return nil
	}
	if o.Filter == "" {
		if o.Filter = "none"; o.LowPass != 0 || o.HighPass != 0 {
			o.Filter = "butterworth"
		}
	}
	err := errors.Join(word("Detrend", &o.Detrend, "linear", "constant", "none"),
		word("Standardize", &o.Standardize, "zscore_sample", "zscore", "psc", "none"),
		word("Filter", &o.Filter, "none", "butterworth", "cosine"),
		word("NaN", &o.NaN, "error", "zero"))
	if err != nil {
		return nil, err
	}
	if o.Keep != nil && len(o.Keep) != n {
		return nil, fmt.Errorf("Keep has %d values for %d volumes; there must be one for each", len(o.Keep), n)
	}
	c := &cleaner{n: n, o: o}
	for t := range n {
		if o.Keep == nil || o.Keep[t] {
			c.kept = append(c.kept, t)
		}
	}
	if len(c.kept) < 2 {
		return nil, fmt.Errorf("%d of %d volumes are kept; at least 2 are needed", len(c.kept), n)
	}
	if err := c.checkFilter(); err != nil {
		return nil, err
	}
	confounds, err := c.confounds()
	if err != nil {
		return nil, err
	}
	if err := c.prepare(confounds); err != nil {
		return nil, err
	}
	if c.filter == nil && o.Detrend != "none" {
		c.direct()
	}
	return c, nil
}
