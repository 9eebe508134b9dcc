package fmri

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DesignOptions say how a design is made from events; zero fields take the
// defaults named here.
type DesignOptions struct {
	// HRF is the response that events are convolved with: "spm" (default) or
	// "glover", as nilearn samples them; "spm12", as SPM does it; "fir" for one
	// column per event type and delay; "none" for the events themselves;
	// "gamma" for the difference of gamma densities that Shape says, and "own"
	// for Response. Sets that span many shapes are, on the bins of "spm12", its
	// "spm12-gamma" (densities with peaks at 3, 7, 15 s ...), "spm12-fourier" and
	// "spm12-hanning" (waves, the latter in a window that starts and ends at 0): test
	// them with [GLM.FContrast].
	HRF string
	// Functions is how many densities or frequencies such a set has, and Window how
	// long it is; 0 means 3 and 32 s.
	Functions int
	Window    float64 `unit:"s"`
	// Shape is the response of "gamma", sampled as "spm" is.
	Shape HRF
	// Response is that of "own": its value so many s after an event, which is
	// sampled over 32 s and scaled to a sum of 1.
	Response func(t float64) float64
	// RefBin is the bin of a volume, of 16, in which "spm12" samples: SPM's
	// microtime onset. 0 means 2, which gives the designs that SPM stored (a
	// bin after that of an event at the volume's start); SPM12 itself is set to
	// 8, the middle, for runs whose slices were timed to it.
	RefBin int
	// Derivative and Dispersion add the response's derivative in time and in
	// its width, made orthogonal to the columns before. Not for "fir" and
	// "none".
	Derivative, Dispersion bool
	// Delays are those of "fir", in volumes; nil means 0.
	Delays []int
	// Drift is "cosine" (default), "polynomial" or "none".
	Drift string
	// HighPass is the cut-off of the cosine drift, Hz; 0 means 0.01.
	HighPass float64 `unit:"Hz"`
	// Order is that of the polynomial drift; 0 means 1.
	Order int
	// Confounds are further columns, [time][confound], such as motion, and
	// ConfoundNames their names; nil numbers them.
	Confounds     [][]float64
	ConfoundNames []string
}

// A Design is the matrix of a general linear model: one row per volume and one
// named column per regressor.
type Design struct {
	Names []string    // of the regressors
	X     [][]float64 // [time][regressor]
	TR    float64     `unit:"s"` // time between volumes, s; 0 of a group
	// Options are those that NewDesign was given; the zero value of a group.
	Options DesignOptions

	effects map[string][][]float64 // contrasts of the effects of factors
	blocks  []int                  // observations of one person, which are exchanged with each other; nil for one of each
}

// NewDesign returns the design of a run of n volumes, tr seconds apart: for
// each type of event, in the order of names, its events convolved with a
// response; then confounds, drifts, and last a constant.
//
// As nilearn does it: events become boxcars (an impulse of one step for
// duration 0) times their weight on a grid of tr/50 from 24 s before the first
// volume; the response is a difference of gamma densities over 32 s with a
// ratio of 0.167 ("spm") or 0.48 ("glover"), delayed by one step of the grid;
// the result is interpolated at the volumes, whose times are 0, tr, 2 tr ...
// Events of the same type may overlap: they add up.
//
// As SPM does it ("spm12"): the grid has 16 bins per volume; a brief event is
// one bin of height 16/tr, a block covers its bins and one more; the response
// has unit sum over 32 s; volumes are sampled in bin RefBin. Columns are thus
// larger for brief events than nilearn's, and events start at most two volumes
// before the first.
//
// It is an error when n is below 2, tr or HighPass not above 0, an onset or
// duration not finite, a duration negative, an event after the run's end or more
// than 24 s before the first volume, HighPass at or above half the rate of
// volumes, Confounds of another length than n or not finite, a name given
// twice, or an option not known. Columns are not checked for collinearity here;
// [Fit] does.
//
// Checked to 1e-8 against nilearn 0.14.1's make_first_level_design_matrix, and
// "spm12" to 1e-12 against designs and basis functions that SPM stored; its sets
// against spm_get_bf's steps in NumPy.
func NewDesign(n int, tr float64, events []Event, o DesignOptions) (*Design, error) {
	d, err := newDesign(n, tr, events, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: NewDesign: %w", err)
	}
	return d, nil
}

func newDesign(n int, tr float64, events []Event, o DesignOptions) (*Design, error) {
	if n < 2 || n > 1_000_000 {
		return nil, fmt.Errorf("n is %d; a run has 2 to a million volumes", n)
	}
	if !(tr > 0) || math.IsInf(tr, 0) {
		return nil, fmt.Errorf("tr is %g s; it must be above 0", tr)
	}
	if o.HighPass == 0 {
		o.HighPass = 0.01
	}
	if steps := float64(oversampling * (float64(n) - minOnset/tr)); len(events) > 0 && steps > maxSteps {
		return nil, fmt.Errorf("tr is %g s with %d volumes, which takes %.2g steps of tr/%d; there may be at most %.2g (is tr in s?)", tr, n, steps, oversampling, float64(maxSteps))
	}
	for i, e := range events {
		end := float64(n) * tr
		switch {
		case !(e.Onset >= minOnset && e.Onset < end):
			return nil, fmt.Errorf("events[%d] has onset %g s; events of a run of %d volumes start from %g s to before its end at %g s", i, e.Onset, n, minOnset, end)
		case !(e.Duration >= 0) || math.IsInf(e.Duration, 0):
			return nil, fmt.Errorf("events[%d] has duration %g s; it must be finite and 0 or more", i, e.Duration)
		case math.IsNaN(e.Weight) || math.IsInf(e.Weight, 0):
			return nil, fmt.Errorf("events[%d] has weight %g; it must be finite", i, e.Weight)
		}
	}
	events = named(events)
	d := &Design{TR: tr, Options: o}
	var cols [][]float64
	if len(events) > 0 {
		made, err := convolved(n, tr, events, o)
		if err != nil {
			return nil, err
		}
		d.Names, cols = made.names, made.cols
	}
	if o.Confounds != nil {
		k, err := rectangle("Confounds", "confound", o.Confounds)
		if err != nil {
			return nil, err
		}
		if len(o.Confounds) != n {
			return nil, fmt.Errorf("Confounds has %d time points; there must be one per volume, %d", len(o.Confounds), n)
		}
		if o.ConfoundNames != nil && len(o.ConfoundNames) != k {
			return nil, fmt.Errorf("ConfoundNames has %d names for %d confounds", len(o.ConfoundNames), k)
		}
		for j := range k {
			name := fmt.Sprintf("reg%d", j)
			if o.ConfoundNames != nil {
				name = o.ConfoundNames[j]
			}
			d.Names = append(d.Names, name)
			col := make([]float64, n)
			for t := range col {
				col[t] = o.Confounds[t][j]
			}
			cols = append(cols, col)
		}
	}
	drift, err := drifts(n, tr, o)
	if err != nil {
		return nil, err
	}
	for k, c := range drift {
		name := fmt.Sprintf("drift_%d", k+1)
		if k == len(drift)-1 {
			name = "constant"
		}
		d.Names, cols = append(d.Names, name), append(cols, c)
	}
	for i, name := range d.Names {
		if slices.Contains(d.Names[:i], name) {
			return nil, fmt.Errorf("two regressors are called %q; names must differ", name)
		}
	}
	d.X = make([][]float64, n)
	for t := range d.X {
		d.X[t] = make([]float64, len(cols))
		for j, c := range cols {
			d.X[t][j] = c[t]
		}
	}
	return d, nil
}

// The grid on which events are convolved.
const (
	oversampling = 50    // steps per volume
	minOnset     = -24.0 // s, where it starts
	hrfLength    = 32.0  // s
	maxSteps     = 20_000_000
)

type regressors struct {
	names []string
	cols  [][]float64
}

func convolved(n int, tr float64, events []Event, o DesignOptions) (r regressors, err error) {
	if slices.Contains(binnedSets, o.HRF) {
		return binned(n, tr, events, o)
	}
	kernels, suffixes, err := kernels(tr, o)
	if err != nil {
		return r, err
	}
	g := newGrid(n, tr)
	for _, name := range conditions(events) {
		boxes := g.boxcars(events, name)
		var cols [][]float64
		for _, k := range kernels {
			cols = append(cols, g.at(boxes, k, n, tr, o.HRF == "fir"))
		}
		if o.HRF != "fir" {
			orthogonalise(cols)
		}
		r.cols = append(r.cols, cols...)
		for _, s := range suffixes {
			r.names = append(r.names, name+s)
		}
	}
	return r, nil
}

// kernels returns the responses on the grid's steps and what they add to the
// name of a condition.
func kernels(tr float64, o DesignOptions) (k [][]float64, suffix []string, err error) {
	h := NewHRF()
	h.Ratio = 1 / 0.167
	switch o.HRF {
	case "", "spm":
	case "glover":
		h = NewGlover()
	case "gamma":
		h = o.Shape
		if err := h.check(); err != nil {
			return nil, nil, fmt.Errorf("Shape: %w", err)
		}
	case "own":
		if o.Response == nil {
			return nil, nil, errors.New("HRF is \"own\" and Response is nil; set it to the response's function of time in s")
		}
		own := sampled(o.Response, tr)
		for _, v := range own {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, errors.New("Response is not finite everywhere from 0 to 32 s, or its values sum to 0")
			}
		}
		k, suffix = [][]float64{own}, []string{""}
	case "none":
		k, suffix = [][]float64{{1}}, []string{""}
	case "fir":
		delays := o.Delays
		if delays == nil {
			delays = []int{0}
		}
		steps := 0
		for _, d := range delays {
			if d < 0 || d > 10000 {
				return nil, nil, fmt.Errorf("Delays has %d; delays are 0 to 10000 volumes", d)
			}
			if steps += (d + 1) * oversampling; steps > maxSteps {
				return nil, nil, fmt.Errorf("Delays has %d delays up to %d volumes, which is more than fits", len(delays), slices.Max(delays))
			}
			box := make([]float64, (d+1)*oversampling)
			for i := d * oversampling; i < len(box); i++ {
				box[i] = 1.0 / oversampling
			}
			k, suffix = append(k, box), append(suffix, fmt.Sprintf("_delay_%d", d))
		}
	default:
		return nil, nil, fmt.Errorf("HRF is %q; allowed are \"spm\", \"spm12\", \"spm12-gamma\", \"spm12-fourier\", \"spm12-hanning\", \"glover\", \"gamma\", \"own\", \"fir\" and \"none\"", o.HRF)
	}
	if k != nil {
		if o.Derivative || o.Dispersion {
			return nil, nil, fmt.Errorf("HRF %q has no derivatives; they go with \"spm\", \"spm12\", \"glover\" and \"gamma\"", o.HRF)
		}
		return k, suffix, nil
	}
	if math.Round(hrfLength/(tr/oversampling)) < 2 {
		return nil, nil, fmt.Errorf("tr is %g s; a response of %g s needs a shorter one", tr, hrfLength)
	}
	base := h.kernel(tr)
	k, suffix = [][]float64{base}, []string{""}
	if o.Derivative {
		later := h
		later.Onset += 0.1
		k, suffix = append(k, slope(base, later.kernel(tr), 0.1)), append(suffix, "_derivative")
	}
	if o.Dispersion {
		// nilearn widens the peak only, and starts Glover's from an
		// undershoot of width 1.
		narrow := h
		narrow.UndershootDispersion = 1
		wide := narrow
		wide.PeakDispersion += 0.01
		k, suffix = append(k, slope(narrow.kernel(tr), wide.kernel(tr), 0.01)), append(suffix, "_dispersion")
	}
	return k, suffix, nil
}

// kernel samples the response as nilearn does: the number of steps of tr/50 in
// 32 s, spread so that the last falls on 32 s, one step late, unit sum.
func (h HRF) kernel(tr float64) []float64 { return sampled(h.At, tr) }

func sampled(response func(t float64) float64, tr float64) []float64 {
	step := tr / oversampling
	out := make([]float64, int(math.RoundToEven(hrfLength/step)))
	sum := 0.0
	for i := range out {
		out[i] = response(float64(float64(i)*(hrfLength/float64(len(out)-1))) - step)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func slope(a, b []float64, step float64) []float64 {
	out := make([]float64, len(a))
	for i := range out {
		out[i] = (a[i] - b[i]) / step
	}
	return out
}

// grid holds the times of the steps between which events are placed.
type grid []float64

func newGrid(n int, tr float64) grid {
	end := float64(float64(n-1) * tr * (1 + 1/float64(n-1)))
	count := int(math.RoundToEven(float64(1/tr*(end-minOnset)*oversampling) + 1))
	g := make(grid, count)
	step := (end - minOnset) / float64(count-1)
	for i := range g {
		g[i] = float64(float64(i)*step) + minOnset
	}
	g[count-1] = end
	return g
}

// boxcars returns the weighted events of a condition on the grid.
func (g grid) boxcars(events []Event, name string) []float64 {
	out := make([]float64, len(g))
	last := len(g) - 1
	for _, e := range events {
		if e.Type != name || e.Off {
			continue
		}
		w := e.Weight
		if w == 0 {
			w = 1
		}
		on := min(last, sort.SearchFloat64s(g, e.Onset))
		off := min(last, sort.SearchFloat64s(g, e.Onset+e.Duration))
		if off == on && off < last {
			off++
		}
		out[on] += w
		out[off] -= w
	}
	sum := 0.0
	for i, v := range out {
		sum += v
		out[i] = sum
	}
	return out
}

// at convolves boxes with a kernel and interpolates at the times of volumes;
// only the two steps around each volume are computed. For "fir" the average
// over a volume is taken as of its start.
func (g grid) at(boxes, kernel []float64, n int, tr float64, fir bool) []float64 {
	late, times := 0, g
	if fir {
		late, times = oversampling-1, g[:len(g)-oversampling+1]
	}
	convolve := func(i int) float64 {
		i += late
		sum := 0.0
		for j := 0; j < len(kernel) && j <= i; j++ {
			if b := boxes[i-j]; b != 0 {
				sum += float64(kernel[j] * b)
			}
		}
		return sum
	}
	out := make([]float64, n)
	for t := range out {
		x := float64(float64(t) * tr)
		hi := max(1, min(len(times)-1, sort.SearchFloat64s(times, x)))
		y0, y1 := convolve(hi-1), convolve(hi)
		slope := (y1 - y0) / (times[hi] - times[hi-1])
		out[t] = float64(slope*(x-times[hi-1])) + y0
	}
	return out
}

// orthogonalise takes from each column its projection on the columns before,
// which are orthogonal to each other by then.
func orthogonalise(cols [][]float64) {
	for i := 1; i < len(cols); i++ {
		// Twice, as once leaves what rounding puts back.
		for range 2 {
			for _, before := range cols[:i] {
				dot, size := 0.0, 0.0
				for t, v := range before {
					dot += float64(v * cols[i][t])
					size += float64(v * v)
				}
				if size == 0 {
					continue
				}
				for t, v := range before {
					cols[i][t] -= float64(dot / size * v)
				}
			}
		}
	}
}

// drifts returns slow changes and, last, a constant.
func drifts(n int, tr float64, o DesignOptions) ([][]float64, error) {
	constant := make([]float64, n)
	for t := range constant {
		constant[t] = 1
	}
	switch o.Drift {
	case "none":
		return [][]float64{constant}, nil
	case "", "cosine":
		if !(o.HighPass > 0) || !(o.HighPass*tr < 0.5) {
			return nil, fmt.Errorf("HighPass is %g Hz; it must be above 0 and below half the rate of volumes (%g Hz)", o.HighPass, 0.5/tr)
		}
		order := min(n-1, int(math.Floor(2*float64(n)*o.HighPass*tr)))
		var out [][]float64
		for k := 1; k <= order; k++ {
			c := make([]float64, n)
			for t := range c {
				c[t] = math.Sqrt(2/float64(n)) * vec.Cos(math.Pi/float64(n)*(float64(t)+0.5)*float64(k))
			}
			out = append(out, c)
		}
		return append(out, constant), nil
	case "polynomial":
		if o.Order == 0 {
			o.Order = 1
		}
		if o.Order < 0 || o.Order >= n || o.Order > 20 {
			return nil, fmt.Errorf("Order is %d; the order of a polynomial drift is 1 to 20, and below the number of volumes (%d)", o.Order, n)
		}
		cols := [][]float64{constant}
		for k := 1; k <= o.Order; k++ {
			c := make([]float64, n)
			for t := range c {
				c[t] = cols[k-1][t] * (float64(t) / float64(n-1))
			}
			cols = append(cols, c)
		}
		orthogonalise(cols)
		return append(cols[1:], cols[0]), nil
	}
	return nil, fmt.Errorf("Drift is %q; allowed are \"cosine\", \"polynomial\" and \"none\"", o.Drift)
}

// Column returns a regressor by name; an unknown one is an error.
func (d *Design) Column(name string) ([]float64, error) {
	j := slices.Index(d.Names, name)
	if j < 0 {
		return nil, fmt.Errorf("fmri: Column: no regressor is called %q; there are %s", name, strings.Join(d.Names, ", "))
	}
	out := make([]float64, len(d.X))
	for t, row := range d.X {
		out[t] = row[j]
	}
	return out, nil
}

// Plot returns the picture of the design that SPM made customary: time
// downwards, one column per regressor, each scaled by its largest size.
func (d Design) Plot() *figure.Figure {
	n := len(d.X)
	z := make([][]float64, n)
	largest := make([]float64, len(d.Names))
	for _, row := range d.X {
		for j, v := range row {
			largest[j] = math.Max(largest[j], math.Abs(v))
		}
	}
	for t, row := range d.X {
		z[t] = make([]float64, len(row))
		for j, v := range row {
			if largest[j] > 0 {
				z[t][j] = v / largest[j]
			}
		}
	}
	ticks := make([]float64, len(d.Names))
	for j := range ticks {
		ticks[j] = float64(j)
	}
	return &figure.Figure{Title: "Design", Panels: []figure.Panel{{
		X:          figure.Axis{Label: "regressor", Ticks: ticks, Names: d.Names},
		Y:          figure.Axis{Label: "volume", Flip: true},
		NoColorBar: true,
		Layers:     []figure.Layer{{Kind: figure.Image, Z: z, Map: "grey", Lo: -1, Hi: 1}},
	}}}
}

// Show draws the design, see [Design.Plot].
func (d Design) Show() display.Bundle { return d.Plot().Show() }
