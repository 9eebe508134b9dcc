package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// DespikeOptions say how spikes are found.
type DespikeOptions struct {
	// Cut is how many standard deviations from the curve a value may lie before it
	// is moved; 0 means 2.5. Limit is where the furthest ones go to; 0 means 4.
	Cut, Limit float64
	// Waves is the number of sines and cosines of the curve; 0 means one for every
	// 30 volumes.
	Waves int
}

// Despiked are series without spikes.
type Despiked struct {
	Series   [][]float64  // of [Despike]: [time][series]
	Image    *nifti.Image // of [DespikeImage]
	Moved    int          // values that were moved
	Spikes   int          // of them those beyond Limit
	ByVolume []int        // values that were moved in each volume
}

// Despike brings values of series, [time][series], that lie far from a smooth curve
// closer to it, as AFNI's 3dDespike does. The curve of a series of n values is the
// parabola with sines and cosines of 1 to Waves periods in the run that has the
// smallest sum of distances |x - curve|, so that spikes do not pull at it. With the
// standard deviation s = √(π/2) median|x - curve| a value at d = (x - curve)/s is
// moved, where |d| is above Cut, to
//
//	d' = ±(Cut + (Limit - Cut) tanh((|d| - Cut)/(Limit - Cut))).
//
// The curve runs through as many values as it has terms, and is found by exchanging
// them as long as the sum falls (Bloomfield and Steiger 1980). A series whose median
// distance is 0 stays as it is.
//
// It is an error when series has fewer than 15 time points or than twice the terms
// of the curve, rows differ in length, a value is not finite, or Cut is not below
// Limit.
//
// Cox (1996), Computers and Biomedical Research 29:162, 3dDespike. The sum of
// distances is checked against linear programming (SciPy's HiGHS), to 1e-9.
func Despike(series [][]float64, o DespikeOptions) (*Despiked, error) {
	fail := func(err error) (*Despiked, error) { return nil, fmt.Errorf("fmri: Despike: %w", err) }
	width, err := rectangle("series", "series", series)
	if err != nil {
		return fail(err)
	}
	d, err := newDespiker(len(series), o)
	if err != nil {
		return fail(err)
	}
	task := display.Start("fmri.Despike", "series", width)
	defer task.End()
	out := &Despiked{Series: make2(len(series), width), ByVolume: make([]int, len(series))}
	found := make([][]bool, width)
	far := make([]int, width)
	linalg.Parallel(width, func(i int) {
		if task.Err() != nil {
			return
		}
		x := column(series, i)
		found[i], far[i] = d.run(x)
		for t, v := range x {
			out.Series[t][i] = v
		}
		task.Add(1)
	})
	if err := task.Err(); err != nil {
		return fail(err)
	}
	for i := range found {
		out.count(found[i], far[i])
	}
	return out, nil
}

// DespikeImage is [Despike] of the voxels of a mask, which is as in [ROI]; nil takes
// all. Voxels outside of it stay as they are. The result is kept as float32.
func DespikeImage(im, mask *nifti.Image, o DespikeOptions) (*Despiked, error) {
	out, err := despikeImage(im, mask, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: DespikeImage: %w", err)
	}
	return out, nil
}

func despikeImage(im, mask *nifti.Image, o DespikeOptions) (*Despiked, error) {
	inside, err := inMask(im, mask)
	if err != nil {
		return nil, err
	}
	all, err := inMask(im, nil)
	if err != nil {
		return nil, err
	}
	n := im.Volumes()
	d, err := newDespiker(n, o)
	if err != nil {
		return nil, err
	}
	chosen := make([]bool, len(all))
	for _, v := range inside {
		chosen[v] = true
	}
	made, err := nifti.Blank(im.Shape, im.Affine)
	if err != nil {
		return nil, err
	}
	made.TR, made.Space, made.Name = im.TR, im.Space, im.Name
	task := display.Start("fmri.DespikeImage", "voxels", len(all))
	defer task.End()
	type counts struct {
		moved []int
		far   int
	}
	parts := make([]counts, (len(all)+cleanBlock-1)/cleanBlock)
	err = im.EachFrames(all, cleanBlock, func(first int, y [][]float64) error {
		c := counts{moved: make([]int, n)}
		for i := range y[0] {
			if err := task.Err(); err != nil {
				return err
			}
			if !chosen[first+i] {
				continue
			}
			x := column(y, i)
			for t, v := range x {
				if v-v != 0 {
					return fmt.Errorf("im: %w", badVoxel(im, first+i, t, v))
				}
			}
			found, far := d.run(x)
			for t, f := range found {
				if f {
					c.moved[t]++
					y[t][i] = x[t]
				}
			}
			c.far += far
		}
		for t, row := range y {
			made.SetFrame(t, all[first:first+len(row)], row)
		}
		parts[first/cleanBlock] = c
		task.Add(len(y[0]))
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &Despiked{Image: made, ByVolume: make([]int, n)}
	for _, c := range parts {
		for t, k := range c.moved {
			out.ByVolume[t] += k
			out.Moved += k
		}
		out.Spikes += c.far
	}
	return out, nil
}

func (d *Despiked) count(found []bool, far int) {
	for t, f := range found {
		if f {
			d.ByVolume[t]++
			d.Moved++
		}
	}
	d.Spikes += far
}

type despiker struct {
	o     DespikeOptions
	basis [][]float64 // [time][term], about orthogonal
}

func newDespiker(n int, o DespikeOptions) (*despiker, error) {
	if o.Cut == 0 {
		o.Cut = 2.5
	}
	if o.Limit == 0 {
		o.Limit = 4
	}
	if !(o.Cut > 0 && o.Cut < o.Limit) || math.IsInf(o.Limit, 0) {
		return nil, fmt.Errorf("Cut is %g and Limit %g; Cut must be above 0 and below Limit", o.Cut, o.Limit)
	}
	if n < 15 {
		return nil, fmt.Errorf("there are %d time points; at least 15 are needed", n)
	}
	if o.Waves == 0 {
		o.Waves = max(n/30, 1)
	}
	terms := 3 + 2*o.Waves
	if o.Waves < 0 || 2*terms > n {
		return nil, fmt.Errorf("Waves is %d; it must be above 0, and its %d terms at most half of the %d time points", o.Waves, terms, n)
	}
	d := &despiker{o: o, basis: make2(n, terms)}
	for t, row := range d.basis {
		u := float64(2*float64(t)/float64(n-1)) - 1
		row[0], row[1], row[2] = 1, u, float64(1.5*u*u)-0.5
		for k := range o.Waves {
			row[3+2*k], row[4+2*k] = vec.Sincos(2 * math.Pi * float64((k+1)*t) / float64(n))
		}
	}
	return d, nil
}

// run moves the spikes of a series, and returns which were moved and how many lay
// beyond the limit.
func (d *despiker) run(x []float64) (moved []bool, far int) {
	moved = make([]bool, len(x))
	curve, _ := d.curve(x)
	if curve == nil {
		return moved, 0
	}
	away := make([]float64, len(x))
	for t, v := range x {
		away[t] = math.Abs(v - curve[t])
	}
	slices.Sort(away)
	n := len(away)
	sd := float64(math.Sqrt(math.Pi/2) * ((away[(n-1)/2] + away[n/2]) / 2))
	if !(sd > 0) {
		return moved, 0
	}
	for t, v := range x {
		s := (v - curve[t]) / sd
		if math.Abs(s) <= d.o.Cut {
			continue
		}
		if math.Abs(s) > d.o.Limit {
			far++
		}
		room := d.o.Limit - d.o.Cut
		s = math.Copysign(d.o.Cut+float64(room*vec.Tanh((math.Abs(s)-d.o.Cut)/room)), s)
		x[t] = curve[t] + float64(s*sd)
		moved[t] = true
	}
	return moved, far
}

// curve returns the curve with the smallest sum of distances, and that sum; nil
// where the series is constant.
func (d *despiker) curve(x []float64) (curve []float64, sum float64) {
	n, k := len(x), len(d.basis[0])
	y, size := make([]float64, n), 0.0 // from the first value, which keeps digits
	for t, v := range x {
		y[t] = v - x[0]
		size = math.Max(size, math.Abs(y[t]))
	}
	if size == 0 {
		return nil, 0
	}
	left := d.rough(y, size)
	in, inverse := d.vertex(left)
	if in == nil {
		return nil, 0
	}
	c, v, slope := make([]float64, k), make([]float64, k), make([]float64, n)
	inside := make([]bool, n)
	for _, t := range in {
		inside[t] = true
	}
	type crossing struct {
		at, weight float64
		t          int
	}
	crossings := make([]crossing, 0, n)
	for range 20 * k {
		// The curve runs through the values in, k of them.
		for i := range c {
			c[i] = 0
			for j, t := range in {
				c[i] += float64(inverse[i][j] * y[t])
			}
		}
		clear(v)
		for t, b := range d.basis {
			fit := 0.0
			for i, w := range b {
				fit += float64(c[i] * w)
			}
			if left[t] = y[t] - fit; inside[t] {
				left[t] = 0
			}
			switch {
			case left[t] > 0:
				vec.AddBlock(v, v, b)
			case left[t] < 0:
				vec.SubBlock(v, v, b)
			}
		}
		// Leaving value j by a little changes the sum by 1 less the size of rate.
		best, rate := -1, 1+1e-9
		for j := range k {
			r := 0.0
			for i := range k {
				r += float64(v[i] * inverse[i][j])
			}
			if math.Abs(r) > math.Abs(rate) {
				best, rate = j, r
			}
		}
		if best < 0 {
			break
		}
		// The sum along that way is least where half of the weight is crossed.
		crossings = crossings[:0]
		room := math.Abs(rate) - 1
		for t, b := range d.basis {
			slope[t] = 0
			for i, w := range b {
				slope[t] += float64(inverse[i][best] * w)
			}
			if slope[t] *= math.Copysign(1, rate); inside[t] || left[t]*slope[t] <= 0 {
				continue
			}
			crossings = append(crossings, crossing{left[t] / slope[t], math.Abs(slope[t]), t})
		}
		slices.SortFunc(crossings, func(a, b crossing) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return a.t - b.t
		})
		enter := -1
		for _, c := range crossings {
			enter = c.t
			if room -= 2 * c.weight; room <= 0 {
				break
			}
		}
		if enter < 0 || math.Abs(slope[enter]) < 1e-9 {
			break
		}
		inside[in[best]], inside[enter] = false, true
		in[best] = enter
		exchange(inverse, d.basis[enter], best)
	}
	curve = make([]float64, n)
	for t := range x {
		curve[t] = x[t] - left[t]
		sum += math.Abs(left[t])
	}
	return curve, sum
}

// rough returns what is left by a few fits of least squares with weights
// 1/|left|.
func (d *despiker) rough(y []float64, size float64) []float64 {
	k := len(d.basis[0])
	left := make([]float64, len(y))
	rows := make2(k, k+1)
	for round := range 4 {
		for i := range rows {
			clear(rows[i])
		}
		for t, b := range d.basis {
			weight := 1.0
			if round > 0 {
				weight = 1 / math.Max(math.Abs(left[t]), 1e-3*size)
			}
			for i, v := range b {
				w := weight * v
				for j := i; j < k; j++ {
					rows[i][j] += float64(w * b[j])
				}
				rows[i][k] += float64(w * y[t])
			}
		}
		for i := range rows {
			for j := range i {
				rows[i][j] = rows[j][i]
			}
		}
		c, ok := linalg.Solve(rows, 0)
		if !ok {
			break
		}
		for t, b := range d.basis {
			left[t] = y[t]
			for i, v := range b {
				left[t] -= float64(c[i] * v)
			}
		}
	}
	return left
}

// vertex chooses as many values as there are terms, those with the least left that
// determine a curve, and the inverse of their rows of the basis.
func (d *despiker) vertex(left []float64) (in []int, inverse [][]float64) {
	k := len(d.basis[0])
	order := make([]int, len(left))
	for t := range order {
		order[t] = t
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := math.Abs(left[a]), math.Abs(left[b]); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	inverse = make2(k, k)
	for i := range inverse {
		inverse[i][i] = 1
	}
	// The unit rows are exchanged for those of values, one after the other.
	free := make([]bool, k)
	for j := range free {
		free[j] = true
	}
	in = make([]int, k)
	for _, t := range order {
		best, largest := -1, 0.02
		for j := range k {
			if !free[j] {
				continue
			}
			s := 0.0
			for i, w := range d.basis[t] {
				s += float64(w * inverse[i][j])
			}
			if math.Abs(s) > largest {
				best, largest = j, math.Abs(s)
			}
		}
		if best < 0 {
			continue
		}
		exchange(inverse, d.basis[t], best)
		free[best], in[best] = false, t
		if !slices.Contains(free, true) {
			return in, inverse
		}
	}
	return nil, nil
}

// exchange updates the inverse of a matrix whose row j becomes b.
func exchange(inverse [][]float64, b []float64, j int) {
	k := len(b)
	s := make([]float64, k) // b times the inverse
	for i, w := range b {
		vec.FMAScaleBlock(s, inverse[i], w, s)
	}
	for i := range k {
		f := inverse[i][j] / s[j]
		for l := range k {
			if l != j {
				inverse[i][l] -= float64(f * s[l])
			}
		}
		inverse[i][j] = f
	}
}
