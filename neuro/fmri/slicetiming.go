package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/bspline"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// SliceTimingOptions say how slices are brought to one time.
type SliceTimingOptions struct {
	// To is the time within a volume that all slices are brought to: "middle"
	// (default), half way between the first and the last slice; "start", the
	// beginning of the volume; or "at", which is At.
	To string
	At float64 `unit:"s"` // s after the beginning of the volume, for To "at"
	// Method is "fourier" (default), a shift of phases as in SPM, or "cubic", cubic
	// B-splines with the run mirrored at its ends.
	Method string
	// Direction is along which axis of the image slices are counted, as BIDS's
	// SliceEncodingDirection says: "i", "j" or "k" (default), with a minus behind
	// it from the last voxel on.
	Direction string
	TR        float64 `unit:"s"` // time between volumes, s; 0 means that of the image
}

// SliceTiming brings the slices of each volume, which were measured one after
// the other, to one time. times has the time of each slice after the beginning of
// its volume, s, as BIDS's SliceTiming has; [SliceTimes] makes it for an order that
// has a name. Volume t of the result is what was at t TR + to, so that a design whose
// volumes are at t TR takes onsets that are earlier by that time.
//
// "fourier" multiplies the spectrum of a series with exp(2πi f (to - time)/TR) for f
// cycles per volume. As in SPM the series is first continued, to the next power of 2
// above its length, by a line from its last value to its first, so that the ends fit.
// What is faster than half the rate of volumes cannot be told from slower changes by
// any method. The result is kept as float32.
//
// It is an error when im has no voxels or a value that is not finite, TR is
// not known, times has not one value for each slice, one is below 0 or not below
// TR, or a word is not known.
//
// Henson et al. (1999), NeuroImage 9:S125; SPM's spm_slice_timing. Checked against
// closed forms and against NumPy and SciPy (ndimage.map_coordinates, mode
// "mirror").
func SliceTiming(im *nifti.Image, times []float64, o SliceTimingOptions) (*nifti.Image, error) {
	out, err := sliceTiming(im, times, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: SliceTiming: %w", err)
	}
	return out, nil
}

func sliceTiming(im *nifti.Image, times []float64, o SliceTimingOptions) (*nifti.Image, error) {
	voxels, err := inMask(im, nil)
	if err != nil {
		return nil, err
	}
	if o.TR == 0 {
		o.TR = im.TR
	}
	if !(o.TR > 0) || math.IsInf(o.TR, 0) {
		return nil, fmt.Errorf("TR is %g s; slice timing needs the time between volumes", o.TR)
	}
	sliceOf, err := slicesOf(im, times, o)
	if err != nil {
		return nil, err
	}
	to := 0.0
	switch o.To {
	case "", "middle":
		to = (slices.Min(times) + slices.Max(times)) / 2
	case "start":
	case "at":
		if to = o.At; !(to >= 0 && to <= o.TR) {
			return nil, fmt.Errorf("At is %g s; it must be 0 to TR (%g s)", to, o.TR)
		}
	default:
		return nil, fmt.Errorf("To is %q; allowed are \"middle\", \"start\" and \"at\"", o.To)
	}
	ahead := make([]float64, len(times)) // volumes
	for s, t := range times {
		ahead[s] = (to - t) / o.TR
	}
	nt := im.Volumes()
	var shift func(series []float64, slice int)
	switch o.Method {
	case "", "fourier":
		shift = phaseShift(nt, ahead)
	case "cubic":
		shift = splineShift(ahead)
	default:
		return nil, fmt.Errorf("Method is %q; allowed are \"fourier\" and \"cubic\"", o.Method)
	}
	out, err := nifti.Blank(im.Shape, im.Affine)
	if err != nil {
		return nil, err
	}
	out.TR, out.Space, out.Name = im.TR, im.Space, im.Name
	task := display.Start("fmri.SliceTiming", "voxels", len(voxels))
	defer task.End()
	err = im.EachFrames(voxels, cleanBlock, func(first int, y [][]float64) error {
		if err := task.Err(); err != nil {
			return err
		}
		part := voxels[first : first+len(y[0])]
		series := make([]float64, nt)
		for i, v := range part {
			same := true
			for t := range series {
				series[t] = y[t][i]
				if x := series[t]; x-x != 0 {
					return fmt.Errorf("im: %w", badVoxel(im, v, t, x))
				}
				same = same && series[t] == series[0]
			}
			if slice := sliceOf(v); !same && ahead[slice] != 0 {
				shift(series, slice)
				for t := range series {
					y[t][i] = series[t]
				}
			}
		}
		for t, row := range y {
			out.SetFrame(t, part, row)
		}
		task.Add(len(part))
		return nil
	})
	return out, err
}

// slicesOf checks times and returns the slice of a voxel.
func slicesOf(im *nifti.Image, times []float64, o SliceTimingOptions) (func(voxel int) int, error) {
	nx, ny, nz := im.Grid()
	back := false
	name := o.Direction
	if name == "" {
		name = "k"
	}
	if len(name) == 2 && name[1] == '-' {
		name, back = name[:1], true
	}
	var n, inner int
	switch name {
	case "i":
		n, inner = nx, 1
	case "j":
		n, inner = ny, nx
	case "k":
		n, inner = nz, nx*ny
	default:
		return nil, fmt.Errorf("Direction is %q; allowed are \"i\", \"j\", \"k\", \"i-\", \"j-\" and \"k-\"", o.Direction)
	}
	if len(times) != n {
		return nil, fmt.Errorf("times has %d values for %d slices along %q; there must be one for each", len(times), n, name)
	}
	for s, t := range times {
		if !(t >= 0 && t < o.TR) {
			return nil, fmt.Errorf("times[%d] is %g s; it must be 0 or more and below TR (%g s)", s, t, o.TR)
		}
	}
	return func(v int) int {
		if s := v / inner % n; !back {
			return s
		} else {
			return n - 1 - s
		}
	}, nil
}

// phaseShift returns a function that moves a series of n volumes ahead.
func phaseShift(n int, ahead []float64) func([]float64, int) {
	m := 1
	for m <= n {
		m *= 2
	}
	plan := fft.New(m)
	turn := make([][]complex128, len(ahead))
	for s, a := range ahead {
		turn[s] = make([]complex128, m/2+1)
		for f := range turn[s] {
			sin, cos := vec.Sincos(2 * math.Pi * float64(f) * a / float64(m))
			turn[s][f] = complex(cos, sin)
		}
		turn[s][m/2] = complex(real(turn[s][m/2]), 0) // a real series has a real one
	}
	return func(series []float64, slice int) {
		x, spectrum := make([]float64, m), make([]complex128, m/2+1)
		copy(x, series)
		from, to := series[n-1], series[0]
		for i := n; i < m; i++ {
			x[i] = to
			if m-n > 1 {
				x[i] = from + float64((to-from)*float64(i-n)/float64(m-n-1))
			}
		}
		plan.RealForward(spectrum, x)
		for f, w := range turn[slice] {
			v := spectrum[f]
			spectrum[f] = complex(float64(real(v)*real(w))-float64(imag(v)*imag(w)), float64(real(v)*imag(w))+float64(imag(v)*real(w)))
		}
		plan.RealInverse(x, spectrum)
		copy(series, x)
	}
}

func splineShift(ahead []float64) func([]float64, int) {
	return func(series []float64, slice int) {
		n := len(series)
		v := bspline.New(series, [3]int{n, 1, 1})
		for t := range series {
			at := float64(t) + ahead[slice]
			// The run is mirrored at its ends.
			if at < 0 {
				at = -at
			}
			if last := float64(n - 1); at > last {
				at = float64(2*last) - at
			}
			series[t], _ = v.At(at, 0, 0)
		}
	}
}

// SliceTimes returns the time of each slice after the beginning of its volume, s,
// for n slices that share the time tr s between volumes equally, multiband of them
// at once.
//
//	order                    slices, from 1 at the first voxel on
//	"ascending"              1 2 3 ...
//	"descending"             n ... 3 2 1
//	"interleaved"            1 3 5 ... 2 4 6 ...
//	"interleaved-down"       n n-2 ... n-1 n-3 ...
//	"interleaved-siemens"    as "interleaved", but 2 4 6 ... 1 3 5 ... for an even n
//
// With multiband the order is that of the n/multiband slices of one band, and the
// others go with them. It is an error when n or multiband is not above 0, n is no
// multiple of multiband, tr is not above 0, or the order is not known.
func SliceTimes(order string, n, multiband int, tr float64) ([]float64, error) {
	if n < 1 || multiband < 1 || n%max(multiband, 1) != 0 {
		return nil, fmt.Errorf("fmri: SliceTimes: %d slices, %d at once; both must be 1 or more, and the first a multiple of the second", n, multiband)
	}
	if !(tr > 0) || math.IsInf(tr, 0) {
		return nil, fmt.Errorf("fmri: SliceTimes: tr is %g s; it must be above 0", tr)
	}
	m := n / multiband
	var in []int
	every := func(from, step int) {
		for s := from; s >= 0 && s < m; s += step {
			in = append(in, s)
		}
	}
	switch order {
	case "ascending":
		every(0, 1)
	case "descending":
		every(m-1, -1)
	case "interleaved":
		every(0, 2)
		every(1, 2)
	case "interleaved-down":
		every(m-1, -2)
		every(m-2, -2)
	case "interleaved-siemens":
		every((m+1)%2, 2)
		every(m%2, 2)
	default:
		return nil, fmt.Errorf("fmri: SliceTimes: order is %q; allowed are \"ascending\", \"descending\", \"interleaved\", \"interleaved-down\" and \"interleaved-siemens\"", order)
	}
	out := make([]float64, n)
	for k, s := range in {
		for band := range multiband {
			out[band*m+s] = tr * float64(k) / float64(m)
		}
	}
	return out, nil
}
