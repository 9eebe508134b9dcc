package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// OutlierOptions say which volumes are taken for disturbed.
type OutlierOptions struct {
	// FD is the framewise displacement above which a volume is one, mm; 0 means 0.5.
	FD float64 `unit:"mm"`
	// DVARS is the standardised DVARS above which a volume is one; 0 means 1.5.
	DVARS float64
	// Before and After are how many volumes go with each outlier.
	Before, After int
}

// OutlierVolumes are the disturbed volumes of a run.
type OutlierVolumes struct {
	N       int   // volumes of the run
	Volumes []int // outliers with those that go with them, ascending
	// ByFD and ByDVARS are how many exceed either threshold.
	ByFD, ByDVARS int
}

// Outliers returns the volumes whose framewise displacement (mm, of
// [FramewiseDisplacement] or [FDJenkinson]) or standardised DVARS ([Variation]'s
// Std) is above a threshold. Either may be nil. The defaults are fMRIPrep's.
//
// It is an error when both are nil, their lengths differ, a value is NaN, a threshold
// is below 0, or Before or After are.
func Outliers(fd, dvars []float64, o OutlierOptions) (*OutlierVolumes, error) {
	fail := func(format string, a ...any) (*OutlierVolumes, error) {
		return nil, fmt.Errorf("fmri: Outliers: "+format, a...)
	}
	n := max(len(fd), len(dvars))
	if n == 0 {
		return fail("fd and dvars are empty; one of them needs a value per volume")
	}
	if fd != nil && dvars != nil && len(fd) != len(dvars) {
		return fail("fd has %d values and dvars %d; they must be equal", len(fd), len(dvars))
	}
	if o.FD == 0 {
		o.FD = 0.5
	}
	if o.DVARS == 0 {
		o.DVARS = 1.5
	}
	if !(o.FD > 0) || !(o.DVARS > 0) {
		return fail("FD is %g mm and DVARS %g; both thresholds must be above 0", o.FD, o.DVARS)
	}
	if o.Before < 0 || o.After < 0 {
		return fail("Before is %d and After %d; both must be 0 or more", o.Before, o.After)
	}
	out := &OutlierVolumes{N: n}
	flagged := make([]bool, n)
	mark := func(name string, x []float64, limit float64, count *int) error {
		for t, v := range x {
			if math.IsNaN(v) {
				return fmt.Errorf("fmri: Outliers: %s[%d] is NaN; all values must be numbers", name, t)
			}
			if v > limit {
				*count++
				for u := max(0, t-o.Before); u <= min(n-1, t+o.After); u++ {
					flagged[u] = true
				}
			}
		}
		return nil
	}
	if err := mark("fd", fd, o.FD, &out.ByFD); err != nil {
		return nil, err
	}
	if err := mark("dvars", dvars, o.DVARS, &out.ByDVARS); err != nil {
		return nil, err
	}
	for t, f := range flagged {
		if f {
			out.Volumes = append(out.Volumes, t)
		}
	}
	return out, nil
}

// Spikes returns a regressor for each outlier, [time][outlier], that is 1 in its
// volume and 0 elsewhere: as confounds of a design they take these volumes out.
func (o *OutlierVolumes) Spikes() [][]float64 {
	out := make2(o.N, len(o.Volumes))
	for j, t := range o.Volumes {
		out[t][j] = 1
	}
	return out
}

// Scrub returns which volumes are kept, for [CleanOptions]: those that are no
// outliers and, between outliers, belong to a run of at least segment volumes (Power
// et al. 2014 take 5; 1 keeps all).
func (o *OutlierVolumes) Scrub(segment int) []bool {
	keep := make([]bool, o.N)
	for t := range keep {
		keep[t] = !slices.Contains(o.Volumes, t)
	}
	if len(o.Volumes) == 0 {
		return keep
	}
	for from := 0; from < o.N; {
		to := from
		for to < o.N && keep[to] {
			to++
		}
		if to-from < segment {
			for t := from; t < to; t++ {
				keep[t] = false
			}
		}
		from = to + 1
	}
	return keep
}

// Show shows how many volumes are outliers, and which.
func (o OutlierVolumes) Show() display.Bundle {
	var which []float64
	for _, t := range o.Volumes {
		which = append(which, float64(t))
	}
	return table.Table{
		Title: fmt.Sprintf("%d of %d volumes are outliers: %d by FD, %d by DVARS", len(o.Volumes), o.N, o.ByFD, o.ByDVARS),
		Cols:  []table.Col{{Name: "volume", Num: which}},
	}.Show()
}

// NonSteady returns how many volumes at the start of a run were measured before
// the magnetisation was steady: those whose mean lies further from the median of the
// first 50 volumes than 3.5 times the median distance over 0.6745, up to the first
// that does not. Where more than half of the means are equal, it counts those that
// differ.
//
// It is an error when im has no voxels or a mean is not finite. As nipype's
// NonSteadyStateDetector (Iglewicz and Hoaglin 1993).
func NonSteady(im *nifti.Image) (int, error) {
	fail := func(err error) (int, error) { return 0, fmt.Errorf("fmri: NonSteady: %w", err) }
	voxels, err := inMask(im, nil)
	if err != nil {
		return fail(err)
	}
	n := min(50, im.Volumes())
	sums := make([][]float64, (len(voxels)+batch-1)/batch)
	if err := im.EachFrames(voxels, batch, func(first int, frames [][]float64) error {
		sum := make([]float64, n)
		for t := range sum {
			for _, v := range frames[t] {
				sum[t] += v
			}
		}
		sums[first/batch] = sum
		return nil
	}); err != nil {
		return fail(err)
	}
	mean := make([]float64, n)
	for _, s := range sums {
		for t, v := range s {
			mean[t] += v
		}
	}
	for t, v := range mean {
		if v-v != 0 {
			return fail(fmt.Errorf("the mean of volume %d is %g; all values must be finite", t, v/float64(len(voxels))))
		}
	}
	middle := func(x []float64) float64 {
		s := slices.Sorted(slices.Values(x))
		return float64((s[(len(s)-1)/2] + s[len(s)/2]) / 2)
	}
	centre := middle(mean)
	away := make([]float64, n)
	for t, v := range mean {
		away[t] = math.Abs(v - centre)
	}
	spread := middle(away)
	count := 0
	for count < n && away[count] > 0 && float64(0.6745*away[count]) > float64(3.5*spread) {
		count++
	}
	return count, nil
}
